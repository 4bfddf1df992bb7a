import type { Command } from "commander";
import { attentionWords } from "../../app/attention-words.js";
import { clockParams } from "../../app/attention.js";
import { loadConfig } from "../config.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring, ClockReport } from "./wiring-port.js";

/** `ronda clock [--vouch]`: whether the machine's clock is trusted, and why not; or a person's word that it is right. */
export async function runClock(
  terminal: Terminal,
  wiring: Pick<CliWiring, "readClock" | "vouchClock">,
  { file, isVouching, isJson }: { readonly file: string; readonly isVouching: boolean; readonly isJson: boolean },
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  if (isVouching) await wiring.vouchClock(config);
  const report = await wiring.readClock(config);
  if (isJson) terminal.out(toJson(toReport(report)));
  else terminal.out(`${format(report, isVouching).join("\n")}\n`);
  return report?.reason === undefined ? exitCode.ok : exitCode.failed;
}

const instant = (ms: number): string => new Date(ms).toISOString();

const ntpWords = {
  synchronised: "NTP keeps it right",
  unsynchronised: "NTP does not keep it (timedatectl set-ntp true)",
  unknown: "whether NTP keeps it is not known here",
};

function format(report: ClockReport | undefined, isVouching: boolean): string[] {
  if (report === undefined) return ["there are no books yet: nothing to compare the clock with"];
  const { shownMs, trustedMs, vouchedMs, vouchedBy, ntp, reason } = report;
  const lines = [`the machine's clock shows ${instant(shownMs)}; ${ntpWords[ntp]}`];
  if (isVouching)
    return [
      ...lines,
      "taken down that it is right and the books are complete; a running Ronda hears it within a minute",
    ];
  lines.push(trustedMs === undefined ? "it was never trusted yet" : `last trusted at ${instant(trustedMs)}`);
  if (vouchedMs !== undefined)
    lines.push(`a person (${vouchedBy}) vouched; that word has been carried to ${instant(vouchedMs)}`);
  if (reason === undefined) return [...lines, "trusted"];
  const params = clockParams({ reason, routers: [], shownMs, trustedMs });
  const { title, detail, action } = attentionWords({ kind: "clock-doubted", params }, "en");
  return [
    ...lines,
    `DOUBTED (${reason}): ${title}`,
    `  ${detail}`,
    `  ${action.what} ${action.command ?? ""}`.trimEnd(),
  ];
}

function toReport(report: ClockReport | undefined): unknown {
  if (report === undefined) return { state: null };
  const orNull = (ms: number | undefined): string | null => (ms === undefined ? null : instant(ms));
  return {
    state: report.reason === undefined ? "trusted" : "doubted",
    reason: report.reason ?? null,
    shownAt: instant(report.shownMs),
    trustedAt: orNull(report.trustedMs),
    vouchedAt: orNull(report.vouchedMs),
    vouchedBy: report.vouchedBy ?? null,
    restoredAt: orNull(report.restoredAtMs),
    ntp: report.ntp,
  };
}

/** Adds `clock` to the command line. */
export function addClockCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "readClock" | "vouchClock">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("clock")
    .description("whether the machine's clock is trusted, and why not")
    .option("--vouch", "say that it is right as it stands, and that the books are complete")
    .option("--json", "print JSON, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  ronda clock\n  ronda clock --vouch   # look at the time first\n\nExit codes: 0 trusted, 1 doubted.",
    )
    .action(async (options: { vouch?: true }, command: Command) => {
      const { config: file } = command.optsWithGlobals<{ config: string }>();
      finish(await runClock(terminal, wiring, { file, isVouching: options.vouch === true, isJson }));
    });
}
