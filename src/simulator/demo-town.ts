import { createTown, type Town } from "./town.js";
import type { World } from "./world.js";

/** The neighbourhood of `ronda demo`: an old router and a new one, about forty lines at home and a dozen vouchers. */
export interface DemoTown {
  readonly towns: readonly Town[];
  /** Where each router listens, once `listen` is done. */
  listen(): Promise<readonly { readonly name: string; readonly port: number }[]>;
  close(): Promise<void>;
}

/** Who the demo logs in as. */
export const demoLogin = { username: "ronda", password: "ronda-demo" } as const;

export function createDemoTown(world: World, { seed = 1 }: { readonly seed?: number } = {}): DemoTown {
  const lively = { churnPerHour: 4, hotspot: 6, queues: 3 };
  const towns = [
    createTown(world, {
      ...lively,
      name: "rt-05",
      personality: "6.49",
      pppoe: 24,
      seed,
      router: { ...demoLogin, softwareId: "RT05-6490", serialNumber: "6F3A0B1C2D05", hasClockBattery: true },
    }),
    createTown(world, {
      ...lively,
      name: "rw-02",
      personality: "7.24",
      pppoe: 16,
      seed: seed + 1,
      router: { ...demoLogin, softwareId: "RW02-7240", serialNumber: "HCX0B1C2D002", hasClockBattery: true },
    }),
  ];
  return {
    towns,
    listen: () =>
      Promise.all(
        towns.map(async ({ router }) => ({ name: router.options.identity, port: (await router.listen()).port })),
      ),
    async close() {
      for (const town of towns) town.stop();
      await Promise.all(towns.map(({ router }) => router.close()));
    },
  };
}
