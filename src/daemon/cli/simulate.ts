import { listenToSignals } from "../signals.js";
import { exitCode, type Terminal } from "./terminal.js";
import type { CliWiring, SimulatorOptions } from "./wiring-port.js";

/** `ronda simulate`: a RouterOS API to develop against, until a signal. */
export async function runSimulate(
  terminal: Terminal,
  wiring: Pick<CliWiring, "startSimulator">,
  options: SimulatorOptions,
): Promise<number> {
  let ignoreFurther = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ignoreFurther = listenToSignals(terminal.signals, {
      onStop: () => resolve(),
      onReload: async () => {},
      reloadsOnHangUp: () => false,
      onImpatience: () => terminal.exit(exitCode.interrupted),
    });
  });
  try {
    const simulator = await wiring.startSimulator(options);
    terminal.out(
      `simulated RouterOS ${options.version} at ${options.host}:${simulator.port}, user ${options.username}, password ${options.password}\nCtrl-C stops it.\n`,
    );
    await asked;
    await simulator.stop();
    return exitCode.ok;
  } finally {
    ignoreFurther();
  }
}
