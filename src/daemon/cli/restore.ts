import type { Command } from "commander";
import { loadConfig } from "../config.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

/** `ronda restore FILE`: puts a backup in the place of the books, which are moved aside. Refused while Ronda runs. */
export async function runRestore(
  terminal: Terminal,
  wiring: Pick<CliWiring, "restoreBooks">,
  options: { readonly config: string; readonly file: string; readonly isDry: boolean; readonly isJson: boolean },
): Promise<number> {
  const { file, isDry } = options;
  const { config } = loadConfig(options.config, terminal.env);
  const { aside, newestMs, ...counts } = await wiring.restoreBooks(config, file, isDry);
  const newest = newestMs === undefined ? undefined : new Date(newestMs).toISOString();
  if (options.isJson) {
    terminal.out(toJson({ file, isRestored: !isDry, aside: aside ?? null, newestAt: newest ?? null, ...counts }));
    return exitCode.ok;
  }
  const held = `${counts.customers} customers, ${counts.subscriptions} subscriptions, ${counts.payments} payments`;
  const lines = [`${file}: whole; ${held}; ${newest === undefined ? "nothing dated" : `the newest of ${newest}`}`];
  if (isDry) lines.push("nothing was changed: restore it without --dry-run");
  else {
    if (aside !== undefined) lines.push(`the books of before lie at ${aside}; delete them when all is well`);
    lines.push(
      "restored. Nobody is isolated and nothing is invoiced until a person says that the books are complete:",
      "start Ronda, record what was paid since the backup, then: ronda clock --vouch",
    );
  }
  terminal.out(`${lines.join("\n")}\n`);
  return exitCode.ok;
}

/** Adds `restore` to the command line. */
export function addRestoreCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "restoreBooks">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("restore")
    .description("put a backup in the place of the books; stop Ronda first")
    .argument("<file>", "a backup")
    .option("--dry-run", "only look at it")
    .option("--json", "print JSON, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  ronda restore --dry-run /mnt/usb/ronda-2026-11-23.db\n  ronda restore /mnt/usb/ronda-2026-11-23.db",
    )
    .action(async (file: string, options: { dryRun?: true }, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      finish(await runRestore(terminal, wiring, { config, file, isDry: options.dryRun === true, isJson }));
    });
}
