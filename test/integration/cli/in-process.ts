import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { runCli } from "../../../src/daemon/cli/program.js";
import { createWiring } from "../../../src/daemon/cli/wiring.js";
import type { CliWiring } from "../../../src/daemon/cli/wiring-port.js";
import type { Environment } from "../../../src/daemon/config.js";

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, on the real parts unless `parts` replaces some. */
export async function run(
  argv: readonly string[],
  env: Environment = {},
  parts: Partial<CliWiring> = {},
): Promise<CliResult> {
  let out = "";
  let err = "";
  const code = await runCli(
    argv,
    {
      out: (text) => (out += text),
      err: (text) => (err += text),
      env,
      signals: { on: () => {}, off: () => {} },
      clock: createSystemClock(),
      isHungUp: () => false,
      exit: (status) => {
        throw new Error(`exit ${status}`);
      },
    },
    { ...createWiring("1.2.3"), ...parts },
    "1.2.3",
  );
  return { code, out, err };
}
