import { judgeRouter, type DoctorFacts, type Finding } from "../../app/doctor.js";
import { OperationalError } from "../../app/errors.js";
import { loadConfig, type RondaConfig, type RouterConfig } from "../config.js";
import { toRouterSetup } from "../router-setup.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

interface Diagnosis {
  readonly facts: DoctorFacts;
  readonly findings: readonly Finding[];
  readonly hasBooks: boolean;
}

/** `ronda doctor [router]`: visits the routers side by side, reports in the order of the file. 1 when anything is `fail`. */
export async function runDoctor(
  terminal: Terminal,
  wiring: Pick<CliWiring, "readDoctorFacts" | "readDoctorBooks">,
  options: { readonly file: string; readonly router: string | undefined; readonly isJson: boolean },
): Promise<number> {
  const { config } = loadConfig(options.file, terminal.env);
  const routers = options.router === undefined ? config.routers : [findRouter(config, options.router)];
  const signal = new AbortController().signal;
  const diagnoses = await Promise.all(
    routers.map(async (router): Promise<Diagnosis> => {
      const facts = await wiring.readDoctorFacts(router, signal);
      const books = await wiring.readDoctorBooks(config, router.name);
      return {
        facts,
        findings: judgeRouter(facts, books, toRouterSetup(config, router)),
        hasBooks: books !== undefined,
      };
    }),
  );
  if (options.isJson) terminal.out(toJson({ routers: diagnoses.map(toReport) }));
  else terminal.out(diagnoses.map(formatDiagnosis).join("\n"));
  const isAnyIll = diagnoses.some(({ findings }) => findings.some(({ level }) => level === "fail"));
  return isAnyIll ? exitCode.failed : exitCode.ok;
}

/** @throws OperationalError ROUTER_UNKNOWN, with the names that there are. */
export function findRouter(config: RondaConfig, name: string): RouterConfig {
  const router = config.routers.find((candidate) => candidate.name === name);
  if (router !== undefined) return router;
  const names = config.routers.map((candidate) => candidate.name).join(", ");
  throw new OperationalError("ROUTER_UNKNOWN", `no router "${name}" in the configuration; there are: ${names}`);
}

function toReport({ facts, findings, hasBooks }: Diagnosis): unknown {
  const { router, identity, unread } = facts;
  return {
    name: router.name,
    host: router.host,
    port: router.port,
    healthy: !findings.some(({ level }) => level === "fail"),
    version: identity?.version ?? null,
    boardName: identity?.boardName ?? null,
    identityName: identity?.identityName ?? null,
    hasBooks,
    findings,
    unread,
  };
}

const marks = { fail: "FAIL", warn: "warn", hint: "hint", ok: "ok  " } as const;

export function formatDiagnosis({ facts, findings, hasBooks }: Diagnosis): string {
  const { router, identity, unread } = facts;
  const about = [identity?.boardName, identity?.version && `RouterOS ${identity.version}`, identity?.identityName];
  const lines = [
    [`${router.name} (${router.host}:${router.port})`, ...about.filter((part) => part !== undefined)].join("  "),
  ];
  for (const { level, what, paste } of findings) {
    lines.push(`  ${marks[level]}  ${what}`);
    if (paste !== undefined) lines.push(...paste.map((line) => `          ${line}`));
  }
  const skipped = unread.filter(({ code }) => code !== "ROUTER_NOT_PERMITTED");
  if (skipped.length > 0) {
    lines.push(`  --    not read: ${skipped.map(({ command, why }) => `${command} (${why})`).join(", ")}`);
  }
  if (!hasBooks && identity !== undefined) {
    lines.push("  --    no books yet: which device it should be, and whether log and interface agree, was not judged");
  }
  return `${lines.join("\n")}\n`;
}
