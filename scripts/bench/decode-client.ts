/** One API client in a process of its own, reading the same big table again and again. */
import { createRequire } from "node:module";
import { built } from "./built.js";
import { median } from "./figures.js";
import { serveCalls } from "./workers.js";

export const clientNames = [
  "node-routeros 1.6.9, stock",
  "ronda, wanted fields",
  "ronda, whole rows",
  "mikro-routeros 1.0.4",
  "routeros-api 1.0.2",
  "routeros-client 1.1.2",
  "mikronode 2.3.11",
] as const;
export type ClientName = (typeof clientNames)[number];
export type DecodedTable = "/queue/simple" | "/interface";

interface OpenClient {
  /** Reads the whole table once and tells how many rows came. */
  read(table: DecodedTable): Promise<number>;
}

const require = createRequire(import.meta.url);
const login = { user: "bench", password: "bench" };

const open: Record<ClientName, (port: number) => Promise<OpenClient>> = {
  "node-routeros 1.6.9, stock": (port) => openNodeRouteros("node-routeros", port),
  "routeros-api 1.0.2": (port) => openNodeRouteros("routeros-api", port),
  "ronda, wanted fields": (port) => openRonda(port, "wanted"),
  "ronda, whole rows": (port) => openRonda(port, "whole"),
  "mikro-routeros 1.0.4": async (port) => {
    const { RouterOSClient } = require("mikro-routeros") as {
      RouterOSClient: new (
        host: string,
        port: number,
        timeoutMs: number,
      ) => {
        connect(): Promise<void>;
        login(user: string, password: string): Promise<unknown>;
        runQuery(command: string, params: Readonly<Record<string, string>>): Promise<unknown[]>;
      };
    };
    const client = new RouterOSClient("127.0.0.1", port, 60_000);
    await client.connect();
    await client.login(login.user, login.password);
    return { read: async (table) => (await client.runQuery(`${table}/print`, {})).length };
  },
  "routeros-client 1.1.2": async (port) => {
    const { RouterOSClient } = require("routeros-client") as {
      RouterOSClient: new (options: Record<string, unknown>) => {
        connect(): Promise<{ menu(path: string): { getOnly?: unknown; get(): Promise<unknown[]> } }>;
      };
    };
    const menus = await new RouterOSClient({ host: "127.0.0.1", port, ...login, timeout: 60 }).connect();
    return { read: async (table) => (await menus.menu(table).get()).length };
  },
  "mikronode 2.3.11": async (port) => {
    const MikroNode = require("mikronode") as (new (
      host: string,
      port: number,
    ) => {
      connect(): Promise<[(user: string, password: string) => Promise<{ openChannel(): MikronodeChannel }>]>;
    }) & { resultsToObj(data: unknown): unknown[] };
    const [logIn] = await new MikroNode("127.0.0.1", port).connect();
    const connection = await logIn(login.user, login.password);
    const read = (table: DecodedTable): Promise<number> =>
      new Promise((resolve) => {
        const channel = connection.openChannel();
        channel.once("done", ({ data }) => {
          channel.close();
          resolve(MikroNode.resultsToObj(data).length);
        });
        channel.write(`${table}/print`, []);
      });
    return { read };
  },
};

interface MikronodeChannel {
  write(command: string, params: string[]): void;
  once(event: "done", listener: (data: { data: unknown }) => void): void;
  close(): void;
}

async function openNodeRouteros(packageName: string, port: number): Promise<OpenClient> {
  const { RouterOSAPI } = require(packageName) as {
    RouterOSAPI: new (options: Record<string, unknown>) => {
      connect(): Promise<unknown>;
      write(command: string): Promise<unknown[]>;
    };
  };
  const client = new RouterOSAPI({ host: "127.0.0.1", port, ...login, timeout: 60 });
  await client.connect();
  return { read: async (table) => (await client.write(`${table}/print`)).length };
}

async function openRonda(port: number, what: "wanted" | "whole"): Promise<OpenClient> {
  const link = await built<typeof import("../../src/adapters/routeros/index.js")>("adapters/routeros/index.js");
  const tables = await built<typeof import("../../src/adapters/routeros/tables.js")>("adapters/routeros/tables.js");
  const { createSystemClock } =
    await built<typeof import("../../src/adapters/system/clock.js")>("adapters/system/clock.js");
  const { signal } = new AbortController();
  const session = await link.openSession(
    { name: "bench", host: "127.0.0.1", port, username: "bench", password: "bench", clock: createSystemClock() },
    signal,
  );
  // Asked without proplist, so that the router sends what it sends to the others.
  if (what === "whole") {
    const decoders = new Map([
      ["/queue/simple", link.createRowDecoder()],
      ["/interface", link.createRowDecoder()],
    ]);
    return {
      read: async (table) =>
        (await session.print([`${table}/print`], decoders.get(table) ?? link.createRowDecoder(), { signal })).result
          .length,
    };
  }
  const queues = link.createSelectDecoder(tables.queueCountersStatic.select);
  const interfaces = link.createSelectDecoder(tables.pppInterfaces.select);
  return {
    read: async (table) => {
      const reply =
        table === "/interface"
          ? await session.print([`${table}/print`], interfaces, { signal })
          : await session.print([`${table}/print`], queues, { signal });
      return reply.result.rows.length;
    },
  };
}

const warmUps = 2;
const measurements = 3;

serveCalls({
  /** CPU microseconds per row, all threads and the kernel's share included; and the rows that came of those sent. */
  measure: async (name: ClientName, port: number, table: DecodedTable, rowCount: number, repeats: number) => {
    const client = await open[name](port);
    let rows = 0;
    for (let round = 0; round < warmUps * repeats; round++) await client.read(table);
    const cpuUsPerRow: number[] = [];
    for (let round = 0; round < measurements; round++) {
      const before = process.cpuUsage();
      rows = Number.MAX_SAFE_INTEGER;
      for (let repeat = 0; repeat < repeats; repeat++) rows = Math.min(rows, await client.read(table));
      const { user, system } = process.cpuUsage(before);
      cpuUsPerRow.push((user + system) / repeats / rowCount);
    }
    return { cpuUsPerRow: median(cpuUsPerRow), rows };
  },
});
