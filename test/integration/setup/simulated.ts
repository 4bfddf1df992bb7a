import { commandTreeOf } from "../../../src/simulator/schema.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter } from "../../../src/simulator/index.js";
import type { SimulatedRouterOptions } from "../../../src/simulator/options.js";
import { loginRaw, rowsOf, type RawClient } from "../../contract/raw-client.js";
import { createRosConsole, type RosConsole } from "../../fakes/ros-console.js";

/** A router as an admin sees it: its terminal, and what every table that the script touches holds. */
export interface SetupRouter {
  readonly router: SimulatedRouter;
  readonly port: number;
  readonly console: RosConsole;
  /** Every row of every table that the script may touch, ids and order included. */
  tables(): Promise<Record<string, Record<string, string>[]>>;
  rows(menu: string): Promise<Record<string, string>[]>;
  close(): Promise<void>;
}

const menus = [
  "/user/group",
  "/user",
  "/ppp/profile",
  "/ip/hotspot/user/profile",
  "/ip/firewall/filter",
  "/ip/firewall/nat",
  "/ip/firewall/address-list",
  "/ip/hotspot/walled-garden/ip",
  "/ip/service",
];

export async function startSetupRouter(
  options: SimulatedRouterOptions & { readonly isBare?: boolean },
): Promise<SetupRouter> {
  const { isBare = false, ...given } = options;
  const router = createSimulatedRouter(createWorld({ seed: 1, startAtMs: Date.UTC(2026, 10, 23) }), {
    username: "first",
    ...given,
  });
  // The simulator stands ready to be polled; before the script nobody has made Ronda's group and user.
  if (isBare) {
    for (const [table, name] of [
      [router.stored.users, "first"],
      [router.stored.groups, "ronda"],
    ] as const) {
      const row = table.byName(name);
      if (row !== undefined) table.delete(row);
    }
  }
  const { port } = await router.listen();
  const client: RawClient = await loginRaw(port, { username: "admin", password: "" });
  const { personality, ipv6 } = router.options;
  const tree = commandTreeOf(personality, ipv6);
  const rows = async (menu: string): Promise<Record<string, string>[]> => rowsOf(await client.ask(`${menu}/print`));
  return {
    router,
    port,
    console: createRosConsole(client, (command) => tree.argumentsOf(command)),
    rows,
    async tables() {
      const all: Record<string, Record<string, string>[]> = {};
      for (const menu of ipv6 ? [...menus, "/ipv6/firewall/filter"] : menus) all[menu] = await rows(menu);
      return all;
    },
    async close() {
      client.close();
      await router.close();
    },
  };
}
