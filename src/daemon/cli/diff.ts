import type { Command } from "commander";
import { candidateNames, obstacleWords, questionWords, reasonWords } from "../../app/access/access-words.js";
import { wordsOf } from "../../app/access/write-words.js";
import type { Change, Difference } from "../../domain/access/changes.js";
import { formatRateLimit } from "../../domain/catalog/rate-limit.js";
import { loadConfig, type RouterConfig } from "../config.js";
import { findRouter } from "./doctor.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring, ComparedRouter } from "./wiring-port.js";

interface Compared {
  readonly router: RouterConfig;
  readonly result: ComparedRouter;
}

/** `ronda diff [router]`: what would change on the routers, and why. Writes nothing; 1 when anything differs or is unread. */
export async function runDiff(
  terminal: Terminal,
  wiring: Pick<CliWiring, "compareRouter">,
  { file, name, isJson }: { readonly file: string; readonly name: string | undefined; readonly isJson: boolean },
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const routers = name === undefined ? config.routers : [findRouter(config, name)];
  const compared = await Promise.all(
    routers.map(async (router): Promise<Compared> => ({ router, result: await wiring.compareRouter(config, router) })),
  );
  if (isJson) terminal.out(toJson({ routers: compared.map(toReport) }));
  else terminal.out(`${compared.flatMap(format).join("\n")}\n`);
  return compared.every(({ result }) => isAlike(result)) ? exitCode.ok : exitCode.failed;
}

function isAlike(result: ComparedRouter): boolean {
  if ("error" in result) return false;
  const { changes, questions, obstacles } = result.difference;
  return changes.length + questions.length + obstacles.length === 0;
}

function format({ router, result }: Compared): string[] {
  if ("error" in result) return [`${router.name}: cannot be read: ${result.error.message} (${result.error.code})`];
  const { difference, lineCount, customers } = result;
  const { changes, questions, obstacles } = difference;
  const lines = countOf(lineCount, "line");
  if (isAlike(result)) return [`${router.name}: as the books say (${lines})`];
  const counts = [
    countOf(changes.length, "change"),
    countOf(questions.length, "question"),
    countOf(obstacles.length, "obstacle"),
  ];
  const mode = router.mode === "observe" ? "; mode observe: nothing is written" : "";
  return [
    `${router.name}: ${counts.join(", ")} (${lines}${mode})`,
    ...changes.map((change) => `  ${marks[change.effect]} ${sentence(change, customers)}`),
    ...toQuestions(router.name, difference).flatMap(({ title, what }) => [`  ?    ${title}`, `         ${what}`]),
    ...toObstacles(router.name, difference).flatMap(({ title, what }) => [`  !    ${title}`, `         ${what}`]),
  ];
}

const marks = { lights: "ON  ", darkens: "OFF ", neutral: "    " } as const;

const toQuestions = (router: string, { questions }: Difference): ReturnType<typeof questionWords>[] =>
  questions.map((one) =>
    questionWords({ kind: one.kind, router, who: one.name, candidates: candidateNames(one) }, "en"),
  );

const toObstacles = (router: string, { obstacles }: Difference): ReturnType<typeof obstacleWords>[] =>
  obstacles.map(({ kind, name, detail }) => obstacleWords({ kind, router, who: name, detail }, "en"));

const verbs: Readonly<Record<Change["kind"], string>> = {
  "add-ppp-profile": "add PPP profile",
  "set-ppp-profile": "set PPP profile",
  "add-hotspot-profile": "add hotspot profile",
  "set-hotspot-profile": "set hotspot profile",
  "add-secret": "add secret",
  "set-secret": "set secret",
  "add-hotspot-user": "add hotspot user",
  "set-hotspot-user": "set hotspot user",
  "add-queue": "add queue",
  "set-queue": "set queue",
  "add-list-entry": "isolate",
  "remove-list-entry": "take from the list",
};

/** `set secret budi (Pak Budi): profile 10M → isolir; the subscription is isolated` */
function sentence(change: Change, customers: ReadonlyMap<number, string>): string {
  const customer = "lineId" in change ? customers.get(change.lineId) : undefined;
  const who = customer === undefined ? change.name : `${change.name} (${customer})`;
  const before = beforeOf(change);
  const values = Object.entries(wordsOf(change)).filter(([attribute]) => attribute !== "name");
  const what = values.map(([attribute, value]) => {
    const was = before[attribute];
    return was === undefined ? `${attribute} ${value}` : `${attribute} ${was || "(none)"} → ${value}`;
  });
  return `${verbs[change.kind]} ${who}: ${[what.join(", "), reasonWords(change.why, "en")].filter(Boolean).join("; ")}`;
}

function beforeOf(change: Change): Readonly<Record<string, string>> {
  if (change.kind === "set-ppp-profile" || change.kind === "set-hotspot-profile")
    return { "rate-limit": change.before };
  if (change.kind === "set-queue") return change.before;
  if (change.kind !== "set-secret" && change.kind !== "set-hotspot-user") return {};
  const { profile, disabled } = change.before;
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(disabled === undefined ? {} : { disabled: disabled ? "yes" : "no" }),
  };
}

function toReport({ router, result }: Compared): unknown {
  const { name, mode } = router;
  if ("error" in result) return { name, mode, error: { code: result.error.code, message: result.error.message } };
  const { difference, lineCount, customers } = result;
  return {
    name,
    mode,
    differs: !isAlike(result),
    lines: lineCount,
    changes: difference.changes.map((change) => ({
      kind: change.kind,
      name: change.name,
      customer: ("lineId" in change ? customers.get(change.lineId) : undefined) ?? null,
      effect: change.effect,
      why: { code: change.why, words: reasonWords(change.why, "en") },
      before: beforeOf(change),
      after: wordsOf(change),
      ...("rates" in change && change.rates !== undefined ? { rateLimit: formatRateLimit(change.rates) } : {}),
    })),
    questions: difference.questions.map((question, at) => ({ ...question, ...toQuestions(name, difference)[at] })),
    obstacles: difference.obstacles.map((obstacle, at) => ({ ...obstacle, ...toObstacles(name, difference)[at] })),
  };
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Adds `diff` to the command line. */
export function addDiffCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "compareRouter">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("diff")
    .description("what would change on the routers, and why; writes nothing")
    .argument("[router]", "one router only")
    .option("--json", "print JSON, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  ronda diff\n  ronda diff hex-utara --json\n\nON lights a line, OFF darkens it, ? asks a person, ! cannot be done now." +
        "\nExit codes: 0 nothing differs, 1 something does or a router cannot be read.",
    )
    .action(async (name: string | undefined, _options: unknown, command: Command) => {
      const { config: file } = command.optsWithGlobals<{ config: string }>();
      finish(await runDiff(terminal, wiring, { file, name, isJson }));
    });
}
