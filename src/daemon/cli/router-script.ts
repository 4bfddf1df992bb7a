import { isIPv4 } from "node:net";
import { InvalidArgumentError, Option, type Command } from "commander";
import { isPrivateAddress } from "../../adapters/routeros/address.js";
import { localAddressTowards } from "../../adapters/system/local-address.js";
import { OperationalError } from "../../app/errors.js";
import { rosMajorOf, type RosMajor } from "../../domain/setup/least-policies.js";
import { createRouterScript } from "../../domain/setup/router-script.js";
import { loadConfig } from "../config.js";
import { toRouterSetup } from "../router-setup.js";
import { findRouter } from "./doctor.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

export interface RouterScriptOptions {
  readonly file: string;
  readonly name: string;
  /** Undefined: as the books know it; both when they do not. */
  readonly ros: RosMajor | undefined;
  /** This machine as the router sees it; undefined: as this machine's routing says, where that can be trusted. */
  readonly address: string | undefined;
  readonly like: string | undefined;
  readonly withPassword: boolean;
  readonly isJson: boolean;
}

/** `ronda router-script NAME`: what to paste once into a router's terminal. Talks to no router and changes nothing. */
export async function runRouterScript(
  terminal: Terminal,
  wiring: Pick<CliWiring, "readDoctorBooks">,
  { file, name, ros, address, like, withPassword, isJson }: RouterScriptOptions,
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const router = findRouter(config, name);
  const known = ros ?? rosMajorOf((await wiring.readDoctorBooks(config, name))?.version);
  const ownAddress = address ?? (await addressTowards(router.host));
  const setup = toRouterSetup(config, router, ownAddress);
  const scripts = (known === undefined ? ([7, 6] as const) : [known]).map((major) => {
    const password = withPassword ? router.password : undefined;
    const script = createRouterScript(setup, { major, password, ownAddress, like });
    if ("refused" in script) {
      const problem = `router ${name}: ${script.refused} holds a line break or another control character, which would act in a terminal; change it`;
      throw new OperationalError("CONFIG_INVALID", problem);
    }
    return { major, lines: script.lines };
  });
  if (isJson) {
    terminal.out(toJson({ router: name, address: ownAddress ?? null, scripts }));
    return exitCode.ok;
  }
  terminal.out(
    `${[...heading(name, address, ownAddress), ...scripts.flatMap((script) => body(script, known))].join("\n")}\n`,
  );
  return exitCode.ok;
}

/** Only within private networks: over the internet or a tunnel the router may see another address, and shut us out. */
async function addressTowards(host: string): Promise<string | undefined> {
  if (!isIPv4(host) || !isPrivateAddress(host)) return undefined;
  const found = await localAddressTowards(host);
  return found === undefined || !isPrivateAddress(found) || found.startsWith("127.") ? undefined : found;
}

function heading(name: string, given: string | undefined, used: string | undefined): string[] {
  const lines = [
    `# For the terminal of ${name} (Winbox: New Terminal). Pasted again it changes nothing.`,
    "# What is there already is left as it is; ronda doctor says what is not as it should be.",
  ];
  if (used === undefined) {
    return [...lines, "# Under which address the router sees this machine is not known: say it with --address."];
  }
  return given === undefined
    ? [...lines, `# The router is taken to see this machine as ${used}; if not, say so with --address.`]
    : lines;
}

function body({ major, lines }: { major: RosMajor; lines: readonly string[] }, known: RosMajor | undefined): string[] {
  const title =
    known === undefined
      ? `# ===== RouterOS ${major}: only this part, if that is its version (/system resource print) =====`
      : `# RouterOS ${major}`;
  return ["", title, "", ...lines];
}

/** Adds `router-script` to the command line. */
export function addRouterScriptCommand(
  program: Command,
  terminal: Terminal,
  wiring: Pick<CliWiring, "readDoctorBooks">,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  program
    .command("router-script")
    .description("what to paste once on a router, so that isolation acts there and the notice page is reached")
    .argument("<router>", "the router's name in routers.yaml")
    .addOption(
      new Option("--ros <major>", "for RouterOS 6 or 7; by default what the router was last seen with").choices([
        "6",
        "7",
      ]),
    )
    .option("--address <ip>", "this machine as the router sees it", ipv4)
    .option("--like <profile>", "a PPP profile whose addresses isolated customers keep")
    .option("--with-password", "print the password of Ronda's user too")
    .option("--json", "print JSON, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  ronda router-script hex-utara --like 10M\n  ronda router-script hex-utara --ros 6 --with-password",
    )
    .action(
      async (
        name: string,
        options: { ros?: "6" | "7"; address?: string; like?: string; withPassword?: true },
        command: Command,
      ) => {
        const { config: file } = command.optsWithGlobals<{ config: string }>();
        const ros = options.ros === undefined ? undefined : options.ros === "6" ? 6 : 7;
        const { address, like, withPassword = false } = options;
        finish(await runRouterScript(terminal, wiring, { file, name, ros, address, like, withPassword, isJson }));
      },
    );
}

function ipv4(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError("Expected an IPv4 address.");
  return text;
}
