import { InvalidArgumentError, type Command } from "commander";
import { toRunReportReply } from "../../adapters/http/replies-runs.js";
import type { RunRequest } from "../../app/billing/run.js";
import { OperationalError } from "../../app/errors.js";
import { parseCivilDate, type CivilDate } from "../../domain/billing/civil-date.js";
import { loadConfig } from "../config.js";
import { formatRun } from "./bill-words.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

export interface BillOptions {
  readonly file: string;
  /** Undefined is the site's today. */
  readonly date: CivilDate | undefined;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
}

/** A line of progress for so many subscriptions. */
const progressEvery = 1_000;

/** `ronda bill`: the nightly run, now or for another day; with `--dry-run` only what it would do. 1 when it was held back or somebody failed. */
export async function runBill(
  terminal: Terminal,
  wiring: Pick<CliWiring, "withBilling">,
  { file, date, isDryRun, isJson }: BillOptions,
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  return await wiring.withBilling(config, !isDryRun, async (books) => {
    const report = await books
      .run({ date, isDryRun, onProgress: isJson ? undefined : progress(terminal) })
      .catch(asUsage);
    const brake = isDryRun
      ? books.previewBrake(report.isolated.map(({ subscriptionId }) => subscriptionId))
      : undefined;
    terminal.out(
      isJson ? toJson(toRunReportReply(report, brake)) : `${formatRun(config.site.name, report, brake).join("\n")}\n`,
    );
    return report.heldBack === undefined && report.failed.length === 0 ? exitCode.ok : exitCode.failed;
  });
}

function progress(terminal: Terminal): NonNullable<RunRequest["onProgress"]> {
  let told = 0;
  return (lookedAt) => {
    if (lookedAt - told < progressEvery) return;
    told = lookedAt;
    terminal.err(`ronda: ${lookedAt} subscriptions looked at …\n`);
  };
}

/** A date that cannot be is a slip of the command line here. */
function asUsage(error: unknown): never {
  if (error instanceof OperationalError && error.code === "INVALID_REQUEST") {
    throw new OperationalError("USAGE", `--${error.message}`, { cause: error });
  }
  throw error;
}

export function civilDay(text: string): CivilDate {
  const day = parseCivilDate(text);
  if (day === undefined) throw new InvalidArgumentError("Expected a date that exists, such as 2026-11-23.");
  return day;
}

/** Adds `bill` to the command line. */
export function addBillCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "withBilling">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("bill")
    .description("the nightly billing run now: invoices, reminders, isolations, releases; any number of times")
    .option("--date <date>", "invoice what has begun by this day; without it, today", civilDay)
    .option("--dry-run", "only say what would be done, by name, with totals")
    .option("--json", "print JSON, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  ronda bill --dry-run\n  ronda bill --dry-run --date 2026-12-01\n  ronda bill" +
        "\n\nMay run beside the daemon, which does the same every night by itself. Exit codes: 0 done, 1 held back (a clock in" +
        "\ndoubt) or somebody could not be billed, 2 wrong command line.",
    )
    .action(async (options: { date?: CivilDate; dryRun?: true }, command: Command) => {
      const { config: file } = command.optsWithGlobals<{ config: string }>();
      finish(await runBill(terminal, wiring, { file, date: options.date, isDryRun: options.dryRun === true, isJson }));
    });
}
