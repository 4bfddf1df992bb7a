import { readFileSync } from "node:fs";
import { InvalidArgumentError, type Command } from "commander";
import { decodeText } from "../../adapters/routeros/text.js";
import type { Adopted, Adoption, AdoptionRequest, Inventory, PasswordImport } from "../../app/adopt/adoption.js";
import { OperationalError } from "../../app/errors.js";
import { parsePasswordExport, type PasswordExport } from "../../domain/adopt/password-export.js";
import type { LineKey } from "../../domain/adopt/proposal.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import { civilDay } from "./bill.js";
import { loadConfig } from "../config.js";
import { formatAdopted, formatImport, formatInventory } from "./adopt-words.js";
import { findRouter } from "./doctor.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

export interface AdoptOptions {
  readonly file: string;
  readonly name: string;
  readonly isConfirming: boolean;
  /** Names of lines, or `pppoe:NAME`; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Rupiah by the name of a proposed plan. */
  readonly prices: ReadonlyMap<string, number>;
  /** The plan by the name of a line on the isolir profile. */
  readonly plans: ReadonlyMap<string, string>;
  readonly mergeByPhone: boolean;
  /** The first day that is billed; undefined is the beginning of the next period. */
  readonly billsFrom: CivilDate | undefined;
  /** An export with passwords. */
  readonly passwordFile: string | undefined;
  readonly isJson: boolean;
}

/** `ronda adopt NAME`: shows what could be taken under management, and with `--confirm` takes it. Never writes to the router. */
export async function runAdopt(
  terminal: Terminal,
  wiring: Pick<CliWiring, "withAdoption">,
  options: AdoptOptions,
): Promise<number> {
  const { config } = loadConfig(options.file, terminal.env);
  const { name } = findRouter(config, options.name);
  if (!options.isConfirming && options.prices.size > 0) throw usage("--price says what is confirmed: add --confirm");
  if (!options.isConfirming && options.billsFrom !== undefined) {
    throw usage("--bills-from says from when the confirmed are billed: add --confirm");
  }
  const exported = options.passwordFile === undefined ? undefined : readExport(options.passwordFile);
  const isWriting = options.isConfirming || exported !== undefined;
  return await wiring.withAdoption(config, isWriting, async (adoption, signal) => {
    const planOf = planAnswers(options.plans);
    const inventory = await adoption.inventory(name, signal, { planOf });
    refuseUnknownAnswers(inventory, options.plans);
    const chosen = choose(inventory, options.only);
    const shown = { ...inventory, lines: inventory.lines.filter(({ id }) => chosen.has(id)) };
    const done = options.isConfirming
      ? await confirm(adoption, { inventory, chosen, planOf, exported, options, signal })
      : undefined;
    const imported =
      done?.passwords ??
      (exported === undefined ? undefined : adoption.importPasswords("cli", name, exported.passwords));
    terminal.out(
      options.isJson
        ? toJson({ ...shown, confirmed: done ?? null, passwords: imported ?? null })
        : [
            ...(done === undefined ? formatInventory(shown) : formatAdopted(name, done, inventory)),
            ...(imported === undefined ? [] : formatImport(imported)),
            "",
          ].join("\n"),
    );
    return exitCode.ok;
  });
}

async function confirm(
  adoption: Adoption,
  given: {
    readonly inventory: Inventory;
    readonly chosen: ReadonlySet<string>;
    readonly planOf: AdoptionRequest["planOf"];
    readonly exported: PasswordExport | undefined;
    readonly options: AdoptOptions;
    readonly signal: AbortSignal;
  },
): Promise<Adopted & { readonly passwords: PasswordImport | undefined }> {
  const { inventory, chosen, planOf, exported, options, signal } = given;
  const isAll = options.only === undefined;
  const request: AdoptionRequest = {
    chosen: isAll ? { all: true, digest: inventory.digest } : { ids: [...chosen] },
    planOf,
    plans: pricesById(inventory, chosen, options.prices),
    mergeByPhone: options.mergeByPhone,
    billsFrom: options.billsFrom,
    passwords: exported?.passwords,
  };
  return await adoption.confirm("cli", inventory.router, request, signal);
}

function readExport(path: string): PasswordExport {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it failed";
    throw new OperationalError("USAGE", `cannot read ${path} (${code})`, { cause: error });
  }
  const exported = parsePasswordExport(decodeText(bytes, 0, bytes.length));
  if (exported.rowCount === 0)
    throw usage(`${path} has no /ppp secret and no /ip hotspot user: is it a router's /export?`);
  if (exported.passwords.size === 0) {
    throw usage(`${path} has logins but no passwords: on RouterOS 7 write it with /export show-sensitive`);
  }
  return exported;
}

/** A name alone may be meant for either service. */
function planAnswers(plans: ReadonlyMap<string, string>): Partial<Record<LineKey, string>> {
  const answers: Partial<Record<LineKey, string>> = {};
  for (const [line, plan] of plans) {
    answers[`pppoe:${line}`] = plan;
    answers[`hotspot:${line}`] = plan;
  }
  return answers;
}

function refuseUnknownAnswers(
  { router, lines, conflicts, leftAlone }: Inventory,
  plans: ReadonlyMap<string, string>,
): void {
  const names = new Set([...lines, ...[...conflicts, ...leftAlone].map(({ row }) => row)].map(({ name }) => name));
  const unknown = [...plans.keys()].filter((line) => !names.has(line));
  if (unknown.length > 0) throw usage(`--plan: there is no ${unknown.join(", ")} on ${router}`);
}

/** Ids of the lines that were named; of all when none was. */
function choose(inventory: Inventory, only: readonly string[] | undefined): ReadonlySet<string> {
  const { lines, conflicts, leftAlone, router } = inventory;
  if (only === undefined) return new Set(lines.map(({ id }) => id));
  const ids = new Set<string>();
  for (const wanted of only) {
    const found = lines.filter(({ name, key }) => name === wanted || key === wanted);
    for (const { id } of found) ids.add(id);
    if (found.length > 0) continue;
    const other = [...leftAlone, ...conflicts].find(({ row }) => row.name === wanted && !row.table.endsWith("profile"));
    if (other !== undefined && "why" in other && other.why === "managed") continue;
    throw usage(
      `--only: ${wanted} is not proposed${other === undefined ? `; there is none on ${router}` : `: ${other.words}`}`,
    );
  }
  return ids;
}

function pricesById(
  { lines, plans }: Inventory,
  chosen: ReadonlySet<string>,
  prices: ReadonlyMap<string, number>,
): Record<string, { priceIdr: number }> {
  const used = new Set(
    lines.flatMap(({ id, plan }) => (chosen.has(id) && plan.kind === "proposed" ? [plan.planKey] : [])),
  );
  const sold = plans.filter(({ id }) => used.has(id));
  return Object.fromEntries(
    [...prices].map(([name, priceIdr]) => {
      const plan = sold.find((one) => one.plan.name.toLowerCase() === name.toLowerCase());
      if (plan !== undefined) return [plan.id, { priceIdr }];
      const names = sold.map((one) => one.plan.name).join(", ");
      throw usage(`--price: no plan ${name} is being adopted; there are: ${names || "none"}`);
    }),
  );
}

const usage = (message: string): OperationalError => new OperationalError("USAGE", message);

/** Adds `adopt` to the command line. */
export function addAdoptCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "withAdoption">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("adopt")
    .description("what a router that was run by hand holds, as plans, customers and lines to confirm")
    .argument("<router>", "the router's name in routers.yaml")
    .option("--confirm", "take it into the books; nothing is written to the router")
    .option("--only <lines>", "only these lines, with commas between", names)
    .option("--price <plan=rupiah>", "what a new plan costs; may be said again", price, new Map())
    .option(
      "--plan <line=plan>",
      "the plan of a line that is on the isolir profile; may be said again",
      pair,
      new Map(),
    )
    .option("--merge-phones", "lines with the same phone are of one customer")
    .option(
      "--bills-from <date>",
      "the first day that is billed; without it, the beginning of the next period",
      civilDay,
    )
    .option("--passwords <file>", "keep the passwords of a router's export, to rebuild it one day")
    .option("--json", "print JSON, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  ronda adopt hex-utara\n  ronda adopt hex-utara --confirm --price 10M=150000 --price 20M=200000" +
        "\n  ronda adopt hex-utara --confirm --only budi,siti\n  ronda adopt hex-utara --passwords hex-utara.rsc",
    )
    .action(
      async (
        name: string,
        options: {
          confirm?: true;
          only?: string[];
          price: ReadonlyMap<string, number>;
          plan: ReadonlyMap<string, string>;
          mergePhones?: true;
          billsFrom?: CivilDate;
          passwords?: string;
        },
        command: Command,
      ) => {
        const { config: file } = command.optsWithGlobals<{ config: string }>();
        finish(
          await runAdopt(terminal, wiring, {
            file,
            name,
            isConfirming: options.confirm === true,
            only: options.only,
            prices: options.price,
            plans: options.plan,
            mergeByPhone: options.mergePhones === true,
            billsFrom: options.billsFrom,
            passwordFile: options.passwords,
            isJson,
          }),
        );
      },
    );
}

function names(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function pair(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const equals = text.lastIndexOf("=");
  const [name, value] = [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
  if (equals === -1 || name === "" || value === "") throw new InvalidArgumentError("Expected NAME=VALUE.");
  return new Map(before).set(name, value);
}

function price(text: string, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const [[name, value] = ["", ""]] = pair(text, new Map());
  const idr = /^\d{1,3}(\.\d{3})+$/.test(value) ? value.replaceAll(".", "") : value;
  if (!/^\d{1,12}$/.test(idr)) throw new InvalidArgumentError("Expected PLAN=RUPIAH, such as 10M=150000.");
  return new Map(before).set(name, Number(idr));
}
