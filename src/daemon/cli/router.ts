import { OperationalError } from "../../app/errors.js";
import { loadConfig } from "../config.js";
import { findRouter } from "./doctor.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { AcceptedDevice, CliWiring } from "./wiring-port.js";

/** `ronda router accept NAME`: a person's word that the device which answers now is the right one. */
export async function runAccept(
  terminal: Terminal,
  wiring: Pick<CliWiring, "acceptRouter">,
  options: { readonly file: string; readonly name: string; readonly isJson: boolean },
): Promise<number> {
  const { config } = loadConfig(options.file, terminal.env);
  findRouter(config, options.name);
  const accepted = await wiring.acceptRouter(config, options.name);
  if (options.isJson) {
    terminal.out(toJson({ router: options.name, before: accepted.before ?? null, after: accepted.after }));
  } else {
    terminal.out(`${options.name}: ${describe(accepted.before)} -> ${describe(accepted.after)}, accepted\n`);
  }
  return exitCode.ok;
}

/** `ronda router rename OLD NEW`: the history of OLD goes on under NEW, which routers.yaml has already. */
export async function runRename(
  terminal: Terminal,
  wiring: Pick<CliWiring, "renameRouter">,
  options: {
    readonly file: string;
    readonly oldName: string;
    readonly newName: string;
    readonly discardNewBooks: boolean;
    readonly isJson: boolean;
  },
): Promise<number> {
  const { config } = loadConfig(options.file, terminal.env);
  findRouter(config, options.newName);
  if (config.routers.some(({ name }) => name === options.oldName)) {
    throw new OperationalError(
      "USAGE",
      `${options.oldName} is still in ${options.file}: write ${options.newName} in its place there first`,
    );
  }
  await wiring.renameRouter(config, options.oldName, options.newName, options.discardNewBooks);
  if (options.isJson) terminal.out(toJson({ before: options.oldName, after: options.newName }));
  else terminal.out(`${options.oldName} is called ${options.newName} now\n`);
  return exitCode.ok;
}

function describe(device: AcceptedDevice["before"]): string {
  if (device === undefined) return "never met";
  const parts = [
    device.serialNumber && `serial ${device.serialNumber}`,
    device.softwareId && `software-id ${device.softwareId}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "no number of its own" : parts.join(", ");
}
