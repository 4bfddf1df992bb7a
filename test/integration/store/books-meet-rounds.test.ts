import { expect, test } from "vitest";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { Rig } from "../../fakes/rig.js";
import { createSeed } from "./access-books.js";

test("a line that a person entered while the daemon runs is the line that comes up", async () => {
  const world = createWorld({ seed: 1, startAtMs: Date.parse("2026-09-30T02:00Z") });
  const router = createSimulatedRouter(world);
  const rig = await Rig.create(world, router);
  try {
    expect(await rig.walk()).not.toBeInstanceOf(Error);
    const seed = createSeed(rig.db);
    const line = seed.line(rig.routerId, "budi", seed.subscription(seed.customer("Budi"), seed.plan("10M")));
    router.ppp.addSecret({ name: "budi" });
    router.ppp.connect("budi");
    world.advance(60_000);
    expect(await rig.walk()).not.toBeInstanceOf(Error);
    expect(rig.db.prepare("select line_id from sessions").pluck().all()).toEqual([line]);
  } finally {
    await rig.close();
  }
});

test("what was under way on a device ends when another is accepted in its place", async () => {
  const world = createWorld({ seed: 1, startAtMs: Date.parse("2026-09-30T02:00Z") });
  const router = createSimulatedRouter(world);
  const rig = await Rig.create(world, router);
  try {
    expect(await rig.walk()).not.toBeInstanceOf(Error);
    const seed = createSeed(rig.db);
    const line = seed.line(rig.routerId, "budi", seed.subscription(seed.customer("Budi"), seed.plan("10M")));
    const put = (sql: string, ...values: (string | number)[]): number =>
      Number(rig.db.prepare(sql).run(...values).lastInsertRowid);
    const journal = put(
      `insert into journal (router_id, line_id, kind, name, why, effect, by, after, state, intended_at_ms, sent_at_ms)
       values (?, ?, 'set-secret', 'budi', 'isolated', 'darkens', 'daemon', '{}', 'unknown', 1, 1)`,
      rig.routerId,
      line,
    );
    put("insert into debts (journal_id, router_id, line_id) values (?, ?, ?)", journal, rig.routerId, line);
    const books = createRouterStore(rig.db);
    books.noteOtherDevice(rig.routerId, { softwareId: "WXYZ-9876", serialNumber: "HC99BBBB002" } as never);
    books.acceptOtherDevice("hex", rig.clock.nowMs());
    expect(rig.db.prepare("select state from journal").pluck().all()).toEqual(["not-applied"]);
    expect(rig.db.prepare("select count(*) from debts where paid_at_ms is null").pluck().get()).toBe(0);
  } finally {
    await rig.close();
  }
});
