import type { PersonalityName } from "./personality.js";
import { startRealTime } from "./real-time.js";
import type { SimulatedRouter } from "./router.js";
import type { SimulatedRouterOptions } from "./options.js";
import { createTown, type Town } from "./town.js";
import { createWorld, type World } from "./world.js";

export interface StandaloneOptions {
  readonly personality?: PersonalityName;
  readonly host?: string;
  readonly port?: number;
  readonly pppoe?: number;
  readonly hotspot?: number;
  readonly queues?: number;
  readonly seed?: number;
  /** Virtual seconds that pass in a real one; 0 keeps time still, so that only the caller moves it. Default 1. */
  readonly speed?: number;
  /** Where virtual time begins, epoch milliseconds. */
  readonly startAtMs?: number;
  readonly churnPerHour?: number;
  readonly trafficEveryMs?: number;
  readonly router?: SimulatedRouterOptions;
}

export interface Standalone {
  readonly port: number;
  readonly router: SimulatedRouter;
  readonly town: Town;
  readonly world: World;
  stop(): Promise<void>;
}

/** A simulated router with customers behind it, ready to be polled: what `ronda simulate` and the benches start. */
export async function runSimulator(options: StandaloneOptions = {}): Promise<Standalone> {
  const { host = "127.0.0.1", port = 0, speed = 1, seed = 1 } = options;
  const world = createWorld({ seed, ...(options.startAtMs === undefined ? {} : { startAtMs: options.startAtMs }) });
  const town = createTown(world, {
    personality: options.personality ?? "7.24",
    pppoe: options.pppoe ?? 40,
    hotspot: options.hotspot ?? 12,
    queues: options.queues ?? 6,
    seed,
    name: `simulated-${options.personality ?? "7.24"}`,
    ...(options.churnPerHour === undefined ? {} : { churnPerHour: options.churnPerHour }),
    ...(options.trafficEveryMs === undefined ? {} : { trafficEveryMs: options.trafficEveryMs }),
    router: { hasClockBattery: true, ...options.router },
  });
  const listening = await town.router.listen({ host, port });
  const time = speed > 0 ? startRealTime(world, { speed }) : undefined;
  return {
    port: listening.port,
    router: town.router,
    town,
    world,
    async stop() {
      time?.stop();
      town.stop();
      await town.router.close();
    },
  };
}
