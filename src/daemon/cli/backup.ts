import type { Command } from "commander";
import { loadConfig } from "../config.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

/** `ronda backup FILE`: a whole and checked copy of the books, also while Ronda runs. */
export async function runBackup(
  terminal: Terminal,
  wiring: Pick<CliWiring, "backupBooks">,
  options: { readonly config: string; readonly file: string; readonly isForced: boolean; readonly isJson: boolean },
): Promise<number> {
  const { config } = loadConfig(options.config, terminal.env);
  const { bytes } = await wiring.backupBooks(config, options.file, options.isForced);
  if (options.isJson) terminal.out(toJson({ file: options.file, bytes }));
  else {
    terminal.out(
      `${options.file}: ${(bytes / 1e6).toFixed(1)} MB, checked. It does not hold ronda.key, which opens the line passwords: ` +
        "keep that in another place\n",
    );
  }
  return exitCode.ok;
}

/** Adds `backup` to the command line. */
export function addBackupCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "backupBooks">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("backup")
    .description("copy the books into one file, also while Ronda runs")
    .argument("<file>", "where to; best on another disk")
    .option("--force", "replace the file if there is one")
    .option("--json", "print JSON, for scripts")
    .addHelpText("after", "\nExamples:\n  ronda backup /mnt/usb/ronda-2026-11-23.db")
    .action(async (file: string, options: { force?: true }, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      finish(await runBackup(terminal, wiring, { config, file, isForced: options.force === true, isJson }));
    });
}
