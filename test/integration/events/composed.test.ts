/** Events of the composed daemon: a simulated router, a customer who dials, a receiver of webhooks, a router that goes away. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { startDaemon } from "../../../src/daemon/compose.js";
import { keyFileOf } from "../../../src/daemon/access.js";
import { parseConfig } from "../../../src/daemon/config.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { eventsOf } from "../../fakes/events.js";
import { createReceiver, isSigned, status } from "./receiver.js";
import { openStream } from "./stream-reader.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

test("what rounds see is followed live and sent to a webhook, and a stop waits for nobody", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-events-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  const clock = createSystemClock();
  const world = createWorld({ startAtMs: Math.floor(clock.nowMs()) });
  const router = createSimulatedRouter(world, { personality: "7.24" });
  let isUp = true;
  cleanUp.push(() => (isUp ? router.close() : undefined));
  router.ppp.addSecret({ name: "budi", password: "b" });
  const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
  const { config } = parseConfig(
    `site: { name: RT 05 Net, timezone: Asia/Jakarta }\nhttp: { port: 0 }\ndatabase: { path: ./ronda.db }\n` +
      `routers:\n  - { name: hex, host: 127.0.0.1, port: ${port}, username: ronda, password: ronda, pollEvery: 1s }\n`,
    { path: join(folder, "routers.yaml"), shownAs: "routers.yaml", env: {}, readSecretFile: () => "" },
  );
  const receiver = await createReceiver();
  cleanUp.push(() => receiver.close());
  const db = await openDatabase(config.database.path);
  cleanUp.push(() => void db.close());
  const beside = eventsOf(db, clock, keyFileOf(config));
  const { secret } = beside.webhooks.create("test", { url: receiver.url, kinds: ["router.*", "session.*"] });
  await beside.stop();

  const daemon = await startDaemon({ config, log: pino({ level: "silent" }), clock, version: "0.0.0" });
  let isStopped = false;
  cleanUp.push(() => (isStopped ? undefined : daemon.stop()));
  const reader = await openStream(`${daemon.url}/api/v1/events?after=event_0`);
  await reader.until(({ told }) => told.some(({ kind }) => kind === "router.up"));
  router.ppp.connect("budi");
  await reader.until(({ told }) => told.some(({ kind }) => kind === "session.started"));
  await router.close();
  isUp = false;
  await reader.until(({ told }) => told.some(({ kind }) => kind === "router.down"));
  const told = reader.told.filter(({ kind }) => /^(router|session)\./.test(kind));
  expect(told.map(({ kind }) => kind)).toEqual(["router.up", "session.started", "router.down"]);
  expect(told[1]?.data).toMatchObject({ router: "hex", line: { service: "pppoe", name: "budi" } });
  expect(told[2]?.data.detail.code).toMatch(/^ROUTER_/);

  const arrived = (): boolean => receiver.taken.length >= 3;
  await new Promise<void>((resolve) => {
    receiver.answer = (reply) => {
      status(204)(reply);
      if (arrived()) resolve();
    };
    if (arrived()) resolve();
  });
  expect(receiver.taken.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
    told.map(({ data }) => data as unknown),
  );
  for (const taken of receiver.taken) expect(isSigned(taken, secret, clock.nowMs() / 1000)).toBe(true);
  await daemon.stop();
  isStopped = true;
  await reader.ended;
});
