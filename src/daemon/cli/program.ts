import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { OperationalError } from "../../app/errors.js";
import type { LogLevel } from "../logger.js";
import { addAdoptCommand } from "./adopt.js";
import { addBillCommand } from "./bill.js";
import { addBackupCommand } from "./backup.js";
import { runCheck } from "./check.js";
import { addClockCommand } from "./clock.js";
import { addDiffCommand } from "./diff.js";
import { runDoctor } from "./doctor.js";
import { addRestoreCommand } from "./restore.js";
import { runAccept, runRename } from "./router.js";
import { addRouterScriptCommand } from "./router-script.js";
import { runDemo, runStart } from "./run.js";
import { runSimulate } from "./simulate.js";
import { exitCode, formatError, type Terminal } from "./terminal.js";
import { addTokenCommands } from "./token.js";
import { addUserCommands } from "./user.js";
import type { CliWiring } from "./wiring-port.js";

interface GlobalOptions {
  readonly config: string;
  readonly json?: true;
  readonly logLevel: LogLevel;
}

/**
 * Runs one command line to its end.
 *
 * @param argv without node and the script.
 * @returns 0 well, 1 failed or a problem was found, 2 the command line itself is wrong.
 */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  wiring: CliWiring,
  version: string,
): Promise<number> {
  const isJson = argv.includes("--json");
  let code: number = exitCode.ok;
  const program = createProgram(terminal, wiring, version, isJson, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCode.ok; // --help, --version
      if (isJson) terminal.err(formatError(new OperationalError("USAGE", oneLine(error.message)), true));
      return exitCode.usage;
    }
    if (!(error instanceof OperationalError)) throw error;
    terminal.err(formatError(error, isJson));
    return error.code === "USAGE" ? exitCode.usage : exitCode.failed;
  }
}

function createProgram(
  terminal: Terminal,
  wiring: CliWiring,
  version: string,
  isJson: boolean,
  finish: (code: number) => void,
): Command {
  const program = new Command("ronda")
    .description(
      "The night watch of an RT/RW-net: exact usage from MikroTik routers, in one process and one SQLite file.",
    )
    .version(version, "-V, --version", "print the version")
    .option("-c, --config <file>", "the configuration file", "routers.yaml")
    .addOption(
      new Option("--log-level <level>", "of start and demo")
        .choices(["debug", "info", "warn", "error"])
        .default("info"),
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: terminal.out,
      writeErr: (text) => {
        if (!isJson) terminal.err(text);
      },
      outputError: (text, write) => write(`ronda: ${text.replace(/^error: /, "")}ronda: see ronda --help (USAGE)\n`),
    })
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  ronda demo                          look at it without a router
  ronda check                         is routers.yaml right?
  ronda doctor hex-utara              what is wrong with this router, and what mends it?
  ronda start --config /etc/ronda/routers.yaml

Exit codes: 0 well, 1 failed or a problem was found, 2 wrong command line.`,
    );

  const add = (command: string, description: string, examples: readonly string[]): Command => {
    const created = program.command(command).description(description);
    return created.addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);
  };
  const json = (): Option => new Option("--json", "print JSON, for scripts");
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

  add("start", "walk the rounds: poll, account, serve the API, until SIGINT or SIGTERM", [
    "ronda start",
    "kill -HUP PID   # read the configuration again",
  ]).action(async (_options: unknown, command: Command) => {
    const { config, logLevel } = globals(command);
    finish(await runStart(terminal, wiring, { file: config, logLevel }));
  });

  add("demo", "the same against two simulated routers, leaving nothing behind", [
    "ronda demo",
    "ronda demo --port 9000",
  ])
    .option("--port <port>", "of the API", portNumber, 8080)
    .action(async (options: { port: number }, command: Command) => {
      const isChosen = command.getOptionValueSourceWithGlobals("logLevel") === "cli";
      const logLevel = isChosen ? globals(command).logLevel : "warn";
      finish(await runDemo(terminal, wiring, { httpPort: options.port, logLevel }));
    });

  add("check", "whether the configuration is right; reads no router", [
    "ronda check",
    "ronda check --json --config new.yaml",
  ])
    .addOption(json())
    .action(async (_options: unknown, command: Command) => {
      finish(await runCheck(terminal, wiring, globals(command).config, isJson));
    });

  add("doctor", "what is wrong with the routers, and what to paste on them to mend it", [
    "ronda doctor",
    "ronda doctor hex-utara --json",
  ])
    .argument("[router]", "one router only")
    .addOption(json())
    .action(async (router: string | undefined, _options: unknown, command: Command) => {
      finish(await runDoctor(terminal, wiring, { file: globals(command).config, router, isJson }));
    });

  addRouterCommands(program, terminal, wiring, isJson, finish);
  addRouterScriptCommand(program, terminal, wiring, isJson, finish);
  addAdoptCommand(program, terminal, wiring, isJson, finish);
  addDiffCommand(program, terminal, wiring, isJson, finish);
  addBillCommand(program, terminal, wiring, isJson, finish);
  addClockCommand(program, terminal, wiring, isJson, finish);
  addUserCommands(program, terminal, wiring, isJson, finish);
  addTokenCommands(program, terminal, wiring, isJson, finish);
  addBackupCommand(program, terminal, wiring, isJson, finish);
  addRestoreCommand(program, terminal, wiring, isJson, finish);

  add("simulate", "a simulated RouterOS API to develop against", [
    "ronda simulate",
    "ronda simulate --version-of 6.49 --port 8730 --lines 300",
  ])
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "port to listen on, 0 for any", portNumber, 8728)
    .addOption(
      new Option("--version-of <version>", "RouterOS version to play")
        .choices(["6.49", "7.16", "7.24"])
        .default("7.24"),
    )
    .option("--username <name>", "name to log in with", "ronda")
    .option("--password <password>", "password to log in with", "ronda")
    .option("--lines <count>", "customers in its world", wholeNumber(1, 20_000), 60)
    .option("--seed <number>", "the same seed gives the same story", wholeNumber(0, 2 ** 31 - 1), 1)
    .action(
      async (options: {
        host: string;
        port: number;
        versionOf: string;
        username: string;
        password: string;
        lines: number;
        seed: number;
      }) => {
        const { versionOf, lines, ...rest } = options;
        finish(await runSimulate(terminal, wiring, { ...rest, version: versionOf, lineCount: lines }));
      },
    );
  return program;
}

function addRouterCommands(
  program: Command,
  terminal: Terminal,
  wiring: CliWiring,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  const router = program.command("router").description("what only a person can decide about a router");
  router
    .command("accept")
    .description("the device that answers now is the right one from now on")
    .argument("<name>", "the router's name in routers.yaml")
    .option("--json", "print JSON, for scripts")
    .addHelpText("after", "\nExamples:\n  ronda router accept hex-utara   # after its board was replaced")
    .action(async (name: string, _options: unknown, command: Command) => {
      const file = command.optsWithGlobals<GlobalOptions>().config;
      finish(await runAccept(terminal, wiring, { file, name, isJson }));
    });
  router
    .command("rename")
    .description("a router has another name in routers.yaml now: its history goes on under that")
    .argument("<old>", "the name in the books")
    .argument("<new>", "the name in routers.yaml")
    .option("--discard-new-books", "throw away what was counted under the new name since a reload")
    .option("--json", "print JSON, for scripts")
    .addHelpText("after", "\nExamples:\n  ronda router rename hex-utara hex-masjid")
    .action(async (oldName: string, newName: string, options: { discardNewBooks?: true }, command: Command) => {
      const file = command.optsWithGlobals<GlobalOptions>().config;
      const discardNewBooks = options.discardNewBooks === true;
      finish(await runRename(terminal, wiring, { file, oldName, newName, discardNewBooks, isJson }));
    });
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

const portNumber = wholeNumber(0, 65_535);

function oneLine(text: string): string {
  return text.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
}
