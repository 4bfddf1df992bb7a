import { expect, test } from "vitest";
import { RouterError } from "../../../src/app/errors.js";
import { begin, hours, MB, rig, round, sessions, settleByteOrder } from "./story.js";

/** Where the log and the tables do not meet: lines that come late, lines that are lost, rows that hide who is there. */

test("a record that is written a moment after its session is gone is taken at the next round", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  session.traffic({ downloadBytes: 2 * MB });
  session.hangUp();
  until("2026-09-01T01:01Z");
  await rig.walkBeforeLogLines(1);
  until("2026-09-01T01:02Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 12 * MB, what: "exact, logout-record" }]);
  expect(hours("budi")).toEqual({ "01 00:00": 10 * MB, "01 01:00": 2 * MB });
});

test.each(["gone before the gap", "gone in the gap"])(
  "behind a gap in the log a record that only looks alike ends nobody: %s",
  async (when) => {
    const { world, router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49", logLines: 20 });
    await round();
    await settleByteOrder(world, router);
    const long = router.ppp.connect("budi");
    until("2026-09-01T00:20Z");
    long.traffic({ downloadBytes: 50 * MB });
    await round();
    long.hangUp();
    if (when === "gone before the gap") {
      // Not even its table row is missed in time: the row of another will not parse.
      router.ppp.connect("siti");
      await rig.walkSpoilt("pppActive", 0);
    }
    for (let i = 0; i < 30; i += 1) router.writeLog("firewall,info", `noise ${i}`);
    // As long as the other one can have become, and nobody sees it.
    const alike = router.ppp.connect("budi");
    until("2026-09-01T00:40:10Z");
    alike.traffic({ downloadBytes: 1 * MB });
    alike.hangUp();
    for (const time of ["00:40:20", "00:41:20", "00:42:20"]) {
      until(`2026-09-01T${time}Z`);
      await round();
    }
    expect(sessions("budi")).toMatchObject([
      { down: 50 * MB, what: "estimated, absent" },
      { down: 1 * MB, what: "exact, logout-record, unseen" },
    ]);
  },
);

test("a clock set and set back between two readings does not make a stranger of a session's own record", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49", logLines: 20 });
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T00:20Z");
  session.traffic({ downloadBytes: 50 * MB });
  await round();
  // Somebody tries his hand at the clock, budi hangs up, and the clock is right again when the log is read next.
  router.setClock(Date.parse("1970-01-02T00:00Z"));
  for (let i = 0; i < 30; i += 1) router.writeLog("firewall,info", `noise ${i}`);
  session.hangUp();
  router.setClock(world.nowMs);
  for (const time of ["00:21", "00:22", "00:23"]) {
    until(`2026-09-01T${time}Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([{ down: 50 * MB, what: "exact, logout-record" }]);
});

test("while a row of the active table will not parse, nobody's record is taken for that of the hidden one", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49" });
  await round();
  await settleByteOrder(world, router);
  const stays = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:01" });
  const goes = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:02" });
  until("2026-09-01T01:00Z");
  stays.traffic({ downloadBytes: 3 * MB });
  goes.traffic({ downloadBytes: 10 * MB });
  await round();
  goes.hangUp();
  for (const time of ["01:01", "01:02"]) {
    until(`2026-09-01T${time}:00Z`);
    await rig.walkSpoilt("pppActive", 0);
  }
  until("2026-09-01T01:03Z");
  await round();
  expect(sessions("budi")).toMatchObject([
    { down: 3 * MB, what: "estimated, live" },
    { down: 10 * MB, what: "exact, logout-record" },
  ]);
});

test("a row that will not parse for some rounds is nobody's absence", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 3 * MB });
  await round();
  // Longer than the log waits.
  for (let minute = 1; minute < 9; minute += 1) {
    until(`2026-09-01T01:0${minute}:00Z`);
    await rig.walkSpoilt("pppActive", 0);
  }
  until("2026-09-01T01:10Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 3 * MB, what: "estimated, live" }]);
});

test("a connection lost between two tables ends the round: they would be of two worlds", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 3 * MB });
  for (const table of ["pppInterfaces", "pppActive", "pppLog"] as const) {
    expect([table, await rig.walkReconnectingAfter(table)]).toEqual([table, expect.any(RouterError)]);
    world.advance(60_000);
  }
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 3 * MB, what: "estimated, live" }]);
});

test("a queue whose row will not parse is not gone", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  await round();
  for (const minute of ["01", "02"]) {
    router.queues.traffic("warung", { downloadBytes: 5 * MB });
    until(`2026-09-01T00:${minute}Z`);
    await rig.walkSpoilt("queueCounters", 0);
  }
  until("2026-09-01T00:03Z");
  await round();
  expect(sessions("warung")).toMatchObject([{ down: 10 * MB, what: "estimated, live" }]);
});
