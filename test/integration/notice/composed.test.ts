/** The notice page in the composed daemon: a session on a router, a subscription in the books, a phone at that address. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { startDaemon } from "../../../src/daemon/compose.js";
import { parseConfig } from "../../../src/daemon/config.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** A customer on the loopback network, where a test can be at the address that the router gave out. */
const phone = "127.5.5.5";

function asks(port: number, from: string, path = "/generate_204"): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, localAddress: from, agent: false }, (reply) => {
      let body = "";
      reply.setEncoding("utf8").on("data", (text: string) => (body += text));
      reply.on("end", () => resolve(body));
    })
      .on("error", reject)
      .end();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("the phone of who is isolated is told by name, its neighbour's is not, and the port goes with the daemon", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-notice-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  const clock = createSystemClock();
  const world = createWorld({ startAtMs: Math.floor(clock.nowMs()) });
  const router = createSimulatedRouter(world, { personality: "7.24" });
  cleanUp.push(() => router.close());
  router.ppp.addSecret({ name: "budi", password: "b", "remote-address": phone });
  router.ppp.connect("budi");
  world.advance(60_000);
  const { port: apiPort } = await router.listen({ host: "127.0.0.1", port: 0 });
  const [main, own] = [await freePort(), await freePort()];
  const { config } = parseConfig(
    `site: { name: RT 05 Net, timezone: Asia/Jakarta }\nhttp: { port: 0 }\ndatabase: { path: ./ronda.db }\n` +
      `notice: { host: 127.0.0.1, port: ${main}, perRouter: { hex: ${own} }, howToPay: "Bayar ke Pak RT" }\n` +
      `routers:\n  - { name: hex, host: 127.0.0.1, port: ${apiPort}, username: ronda, password: ronda, pollEvery: 1h }\n`,
    { path: join(folder, "routers.yaml"), shownAs: "routers.yaml", env: {}, readSecretFile: () => "" },
  );
  const daemon = await startDaemon({ config, log: pino({ level: "silent" }), clock, version: "0.0.0" });
  cleanUp.push(() => daemon.stop());
  const round = async (): Promise<void> => {
    const reply = await fetch(`${daemon.url}/api/v1/routers/hex/rounds?waitSeconds=20`, { method: "POST" });
    expect(await reply.json()).toMatchObject({ result: "ok" });
  };
  await round();
  // Live, and nobody's yet.
  expect(await asks(own, phone)).toContain("Sambungan ini sedang dibatasi");

  const db = await openDatabase(config.database.path);
  cleanUp.push(() => void db.close());
  db.exec(`
    insert into customers (id, name, created_at_ms, updated_at_ms) values (1, 'Budi & Anak', 1, 1);
    insert into subscriptions (id, customer_id, state, state_since_ms, created_at_ms, updated_at_ms)
      values (1, 1, 'isolated', 1, 1, 1);
    insert into subscription_reasons (subscription_id, reason, from_at_ms, by) values (1, 'overdue', 1, 'api');
    insert into subscription_lines (subscription_id, line_id, from_at_ms) select 1, id, 1 from lines where name = 'budi'`);
  const page = await asks(own, phone);
  expect(page).toContain("Yth. <strong>Budi &amp; Anak</strong>");
  expect(page).toContain("Bayar ke Pak RT");
  expect(await asks(own, "127.5.5.6")).not.toContain("Budi");
  // On the port of other routers, this address is somebody else's.
  expect(await asks(main, phone)).not.toContain("Budi");

  db.exec("update subscriptions set state = 'active'");
  expect(await asks(own, phone)).not.toContain("Budi");

  await daemon.stop();
  await expect(asks(own, phone)).rejects.toThrow(/ECONNREFUSED/);
  await expect(asks(main, phone)).rejects.toThrow(/ECONNREFUSED/);
});

test("a port of the notice page that is taken: the daemon says which setting, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-notice-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => new Promise<void>((resolve) => taken.close(() => resolve())));
  const { port } = taken.address() as AddressInfo;
  const { config } = parseConfig(
    `site: { name: RT 05 Net, timezone: Asia/Jakarta }\nhttp: { port: 0 }\ndatabase: { path: ./ronda.db }\n` +
      `notice: { host: 127.0.0.1, port: ${port} }\nrouters:\n  - { name: hex, host: 127.0.0.1, username: r, password: r }\n`,
    { path: join(folder, "routers.yaml"), shownAs: "routers.yaml", env: {}, readSecretFile: () => "" },
  );
  const starting = (): Promise<unknown> =>
    startDaemon({ config, log: pino({ level: "silent" }), clock: createSystemClock(), version: "0.0.0" });
  await expect(starting()).rejects.toThrow(/another notice\.port in routers\.yaml/);
  // The lock is free again: the same trouble, not STORE_IN_USE.
  await expect(starting()).rejects.toThrow(/notice\.port/);
});
