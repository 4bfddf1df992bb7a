import { expect, test } from "vitest";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { RouterError } from "../../../src/app/errors.js";
import { begin, days, hours, MB, rig, round, sessions, settleByteOrder } from "./story.js";

/** Short dated stories of PPP sessions, hotspots and queues. Times are UTC. */
test("a session over midnight and month end in Jayapura lands in the right hours, days and months", async () => {
  // Midnight in Jayapura (UTC+9) is 15:00 UTC.
  const { world, router, until } = await begin("2026-09-30T13:00Z", {}, "Asia/Jayapura");
  await round();
  await settleByteOrder(world, router);
  until("2026-09-30T14:00Z");
  const session = router.ppp.connect("budi");
  until("2026-09-30T14:50Z");
  session.traffic({ downloadBytes: 50 * MB });
  await round();
  until("2026-09-30T15:10Z");
  // Between 14:50 and 15:10 nobody looked: half of it is September's.
  session.traffic({ downloadBytes: 20 * MB });
  await round();
  until("2026-09-30T15:30Z");
  session.traffic({ downloadBytes: 7 * MB });
  session.hangUp();
  await round();
  expect(sessions("budi")).toEqual([{ seconds: 5_400, up: 0, down: 77 * MB, what: "exact, logout-record" }]);
  expect(hours("budi")).toEqual({ "30 14:00": 60 * MB, "30 15:00": 17 * MB });
  until("2026-10-03T00:00Z");
  rig.upkeep();
  expect(days("budi")).toEqual({ 20260930: 60 * MB, 20261001: 17 * MB });
});

test("the daemon is away for a day: what ended meanwhile is exact, also sessions that nobody saw", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const seen = router.ppp.connect("budi");
  seen.traffic({ downloadBytes: 5 * MB });
  until("2026-09-01T01:00Z");
  await round();
  seen.traffic({ downloadBytes: 3 * MB });
  until("2026-09-01T06:00Z");
  seen.hangUp();
  const unseen = router.ppp.connect("budi");
  unseen.traffic({ uploadBytes: 1 * MB, downloadBytes: 11 * MB });
  until("2026-09-01T18:00Z");
  unseen.hangUp("admin");
  const live = router.ppp.connect("budi");
  live.traffic({ downloadBytes: 2 * MB });
  until("2026-09-02T01:00Z");
  await rig.restart();
  await round();
  expect(sessions("budi")).toEqual([
    { seconds: 21_480, up: 0, down: 8 * MB, what: "exact, logout-record" },
    { seconds: null, up: 0, down: 2 * MB, what: "estimated, live" },
    { seconds: 43_200, up: 1 * MB, down: 11 * MB, what: "exact, logout-record, unseen" },
  ]);
});

test("first sight: what a session had before is on the session and in no hour", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  const session = router.ppp.connect("budi");
  session.traffic({ downloadBytes: 900 * MB });
  until("2026-09-01T05:00Z");
  await round();
  expect(hours("budi")).toEqual({});
  until("2026-09-01T05:01Z");
  session.traffic({ downloadBytes: 4 * MB });
  await round();
  expect(sessions("budi")).toEqual([{ seconds: null, up: 0, down: 904 * MB, what: "estimated, live" }]);
  expect(hours("budi")).toEqual({ "01 05:00": 4 * MB });
  session.hangUp();
  until("2026-09-01T05:02Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 904 * MB, what: "exact, logout-record" }]);
  expect(hours("budi")).toEqual({ "01 05:00": 4 * MB });
});

test("first sight with two sessions of one name: the record of an unread one puts nothing from before into hours", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49" });
  const first = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:01" });
  first.traffic({ downloadBytes: 900 * MB });
  until("2026-09-01T05:00Z");
  // The interfaces cannot be read along: no counters are known at first sight.
  await rig.walkSpoilt("pppInterfaces", 0);
  first.hangUp();
  until("2026-09-01T05:01Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ what: "estimated, logout-record" }]);
  await settleByteOrder(world, router);
  expect(sessions("budi")).toMatchObject([{ down: 900 * MB, what: "exact, logout-record" }]);
  expect(hours("budi")).toEqual({});
});

test("counters that an admin resets: nothing twice, and the logout record brings back what was lost", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T00:10Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  session.traffic({ downloadBytes: 1 * MB });
  router.resetCounters();
  session.traffic({ downloadBytes: 3 * MB });
  until("2026-09-01T00:11Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 13 * MB, what: "estimated, live" }]);
  session.hangUp();
  until("2026-09-01T00:12Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 14 * MB, what: "exact, logout-record" }]);
});

test("the log ring runs over: a gap is recorded, and what it swallowed is an estimate", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { logLines: 20 });
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  session.traffic({ downloadBytes: 2 * MB });
  session.hangUp();
  for (let i = 0; i < 30; i += 1) router.writeLog("firewall,info", `noise ${i}`);
  for (let i = 0; i < 3; i += 1) {
    until(`2026-09-01T01:0${i + 1}:00Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([{ down: 10 * MB, what: "estimated, absent" }]);
  expect(rig.db.prepare("select from_at_ms, to_at_ms, estimated_sessions as estimated from log_gaps").all()).toEqual([
    { from_at_ms: Date.parse("2026-09-01T01:00Z"), to_at_ms: Date.parse("2026-09-01T01:01Z"), estimated: 1 },
  ]);
});

test.each(["upload-first", "download-first"] as const)(
  "the order of the byte figures (%s) is settled late: records that waited for it become exact",
  async (logBytesOrder) => {
    const { world, router, until } = await begin("2026-09-01T00:00Z", { unsure: { logBytesOrder } });
    await round();
    // Alike in both directions: it tells nothing. And one that nobody saw.
    const alike = router.ppp.connect("budi");
    alike.traffic({ uploadBytes: 5 * MB, downloadBytes: 5 * MB });
    until("2026-09-01T00:10Z");
    await round();
    alike.traffic({ uploadBytes: 1_000, downloadBytes: 2_000 });
    alike.hangUp();
    const unseen = router.ppp.connect("siti");
    unseen.traffic({ uploadBytes: 1 * MB, downloadBytes: 9 * MB });
    until("2026-09-01T00:20Z");
    unseen.hangUp();
    await round();
    expect(sessions("budi")).toMatchObject([{ up: 5 * MB, down: 5 * MB, what: "estimated, logout-record" }]);
    expect(sessions("siti")).toMatchObject([{ up: 0, down: 0, what: "estimated, logout-record, unseen" }]);
    await rig.restart();
    await settleByteOrder(world, router);
    expect(sessions("budi")).toMatchObject([{ up: 5_001_000, down: 5_002_000, what: "exact, logout-record" }]);
    expect(sessions("siti")).toMatchObject([{ up: 1 * MB, down: 9 * MB, what: "exact, logout-record, unseen" }]);
    expect(hours("siti")).toEqual({ "01 00:00": 9 * MB });
  },
);

test("neither a tiny session nor one of two alike settles the order of the byte figures", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49" });
  await round();
  // As the soak found it (seed 500086): the record of a session that nobody saw ends another one of its name.
  const unseen = router.ppp.connect("siti");
  unseen.traffic({ uploadBytes: 1_800 * MB, downloadBytes: 1_000 });
  const seen = router.ppp.connect("siti");
  until("2026-09-01T00:00:01Z");
  seen.traffic({ downloadBytes: 60 * MB });
  unseen.hangUp();
  await round();
  until("2026-09-01T00:00:20Z");
  seen.hangUp();
  until("2026-09-01T00:01Z");
  await round();
  const tiny = router.ppp.connect("budi");
  tiny.traffic({ uploadBytes: 90, downloadBytes: 4_000 });
  until("2026-09-01T00:02Z");
  await round();
  tiny.hangUp();
  until("2026-09-01T00:03Z");
  await round();
  expect(rig.db.prepare("select log_byte_order as o from routers").get()).toEqual({ o: null });
  await settleByteOrder(world, router);
  expect(sessions("budi")).toMatchObject([{ up: 90, down: 4_000, what: "exact, logout-record" }]);
});

test("an order of the byte figures that a clear session contradicts is open again until the next one settles it", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  // As if it had been settled wrongly.
  rig.db.exec("update routers set log_byte_order = 'download-first'");
  await rig.restart();
  const ended = async (name: string, downloadBytes: number, at: string): Promise<void> => {
    const session = router.ppp.connect(name);
    session.traffic({ uploadBytes: downloadBytes / 50, downloadBytes });
    until(`2026-09-01T${at}:00Z`);
    await round();
    session.hangUp();
    until(`2026-09-01T${at}:30Z`);
    await round();
  };
  await ended("budi", 50 * MB, "00:10");
  expect(sessions("budi")).toMatchObject([{ up: 1 * MB, down: 50 * MB, what: "estimated, logout-record" }]);
  await ended("siti", 100 * MB, "00:20");
  expect(sessions("budi")).toMatchObject([{ up: 1 * MB, down: 50 * MB, what: "exact, logout-record" }]);
  expect(sessions("siti")).toMatchObject([{ up: 2 * MB, down: 100 * MB, what: "exact, logout-record" }]);
});

test("a session that ends between the reading of the sessions and that of the log waits for the next round", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  const held = await rig.walk({
    on: "/ppp/active/print",
    happens: () => {
      session.traffic({ downloadBytes: 1 * MB });
      session.hangUp();
    },
  });
  expect(held).not.toBeInstanceOf(Error);
  expect(sessions("budi")).toMatchObject([{ down: 10 * MB, what: "estimated, live" }]);
  expect(rig.db.prepare("select name, seconds from held_logout_records").all()).toEqual([
    { name: "budi", seconds: 3_480 },
  ]);
  await rig.restart();
  until("2026-09-01T01:01Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ seconds: 3_480, down: 11 * MB, what: "exact, logout-record" }]);
  expect(rig.db.prepare("select * from held_logout_records").all()).toEqual([]);
});

test("a record that waited when the router lost its power still ends its session exactly", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  await rig.walk({ on: "/ppp/active/print", happens: () => session.hangUp() });
  router.powerCut({ downMs: 60_000 });
  until("2026-09-01T01:05Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ seconds: 3_480, down: 10 * MB, what: "exact, logout-record" }]);
});

test("a reboot ends what was open, and its sessions are never compared with those of the new boot", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z", { unsure: { sessionIdsRestartAtReboot: true } });
  await round();
  const before = router.ppp.connect("budi");
  until("2026-09-01T00:10Z");
  before.traffic({ downloadBytes: 10 * MB });
  await round();
  router.powerCut({ downMs: 60_000 });
  until("2026-09-01T00:12Z");
  const after = router.ppp.connect("budi");
  after.traffic({ downloadBytes: 30 * MB });
  until("2026-09-01T00:13Z");
  await round();
  expect(sessions("budi")).toEqual([
    { seconds: 600, up: 0, down: 10 * MB, what: "estimated, router-rebooted" },
    { seconds: null, up: 0, down: 30 * MB, what: "estimated, live" },
  ]);
});

test("another device behind the address is not believed until a person accepts it", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  await round();
  const session = router.ppp.connect("budi");
  until("2026-09-01T00:10Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  router.system.serialNumber = "HC00BBBB002";
  router.dropConnections("fin");
  session.traffic({ downloadBytes: 500 * MB });
  for (let i = 1; i < 4; i += 1) {
    until(`2026-09-01T00:1${i}:00Z`);
    const outcome = await rig.walk();
    if (outcome instanceof RouterError && outcome.code === "ROUTER_UNREACHABLE") continue;
    expect(outcome).toMatchObject({ code: "ROUTER_OTHER_DEVICE" });
  }
  expect(sessions("budi")).toMatchObject([{ down: 10 * MB, what: "estimated, live" }]);
  createRouterStore(rig.db).acceptOtherDevice("hex", rig.clock.nowMs());
  until("2026-09-01T00:20Z");
  await round();
  // What the new one shows at first is from before its time.
  expect(sessions("budi")).toMatchObject([
    { down: 10 * MB, what: "estimated, router-replaced" },
    { down: 510 * MB, what: "estimated, live" },
  ]);
  expect(hours("budi")).toEqual({ "01 00:00": 10 * MB });
});

test("another version may write the byte figures the other way: its order is settled anew", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { unsure: { logBytesOrder: "download-first" } });
  await round();
  // As the version before had left the books.
  rig.db.exec("update routers set log_byte_order = 'upload-first', log_byte_order_version = '6.49.10'");
  await rig.restart();
  const session = router.ppp.connect("budi");
  session.traffic({ uploadBytes: 1 * MB, downloadBytes: 9 * MB });
  until("2026-09-01T00:10Z");
  session.hangUp();
  await round();
  expect(sessions("budi")).toMatchObject([{ what: "estimated, logout-record, unseen" }]);
  await settleByteOrder(world, router);
  expect(sessions("budi")).toMatchObject([{ up: 1 * MB, down: 9 * MB, what: "exact, logout-record, unseen" }]);
});

test("two sessions of one name and no MAC in the log: both are closed, and their sum is right", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49" });
  await round();
  await settleByteOrder(world, router);
  const one = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:01" });
  const two = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:02" });
  until("2026-09-01T01:00Z");
  one.traffic({ downloadBytes: 10 * MB });
  two.traffic({ downloadBytes: 3 * MB });
  await round();
  two.hangUp();
  one.hangUp();
  until("2026-09-01T01:01Z");
  await round();
  const ended = sessions("budi") as { down: number; what: string }[];
  expect(ended.map(({ what }) => what)).toEqual(["exact, logout-record", "exact, logout-record"]);
  expect(ended.map(({ down }) => down).toSorted((a, b) => a - b)).toEqual([3 * MB, 10 * MB]);
  expect(hours("budi")).toEqual({ "01 00:00": 13 * MB });
});

test("two sessions of one name that end together do not teach the order of the byte figures backwards", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z", { personality: "6.49" });
  await round();
  const sender = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:01" });
  const reader = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:02" });
  until("2026-09-01T01:00Z");
  sender.traffic({ uploadBytes: 90 * MB, downloadBytes: 1 * MB });
  reader.traffic({ uploadBytes: 1 * MB, downloadBytes: 90 * MB });
  await round();
  // The other way round than they came.
  reader.hangUp();
  sender.hangUp();
  until("2026-09-01T01:01Z");
  await round();
  const clear = router.ppp.connect("siti");
  clear.traffic({ uploadBytes: 2 * MB, downloadBytes: 70 * MB });
  until("2026-09-01T01:10Z");
  await round();
  clear.hangUp();
  until("2026-09-01T01:11Z");
  await round();
  expect(sessions("siti")).toMatchObject([{ up: 2 * MB, down: 70 * MB, what: "exact, logout-record" }]);
});

test("a queue that is renamed or aimed at another host brings its counter along, and none of it is booked again", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  await round();
  router.queues.traffic("warung", { downloadBytes: 80 * MB });
  until("2026-09-01T00:10Z");
  await round();
  const row = router.queues.table.byName("warung");
  if (row === undefined) throw new Error("no queue");
  router.queues.table.set(row, new Map([["target", "10.9.0.6"]]));
  until("2026-09-01T00:20Z");
  await round();
  router.queues.table.set(row, new Map([["name", "warung baru"]]));
  until("2026-09-01T00:30Z");
  await round();
  router.queues.traffic("warung baru", { downloadBytes: 5 * MB });
  until("2026-09-01T00:40Z");
  await round();
  expect(hours("warung")).toEqual({ "01 00:00": 80 * MB });
  expect(hours("warung baru")).toEqual({ "01 00:00": 5 * MB });
});

test("a queue that is made while Ronda watches counts from its beginning, also one made after a reboot", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  await round();
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  router.queues.traffic("warung", { downloadBytes: 80 * MB });
  until("2026-09-01T00:10Z");
  await round();
  router.reboot({ downMs: 60_000 });
  until("2026-09-01T00:12Z");
  router.queues.traffic("warung", { downloadBytes: 3 * MB });
  await round();
  expect(hours("warung")).toEqual({ "01 00:00": 83 * MB });
  expect(sessions("warung")).toMatchObject([
    { down: 80 * MB, what: "estimated, router-rebooted" },
    { down: 3 * MB, what: "estimated, live" },
  ]);
});

test("a queue that was made anew under its old name, and is aimed elsewhere later, is not counted twice", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  await round();
  const old = router.queues.table.byName("warung");
  if (old === undefined) throw new Error("no queue");
  router.queues.table.remove(old);
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  router.queues.traffic("warung", { downloadBytes: 80 * MB });
  until("2026-09-01T00:30Z");
  await round();
  const row = router.queues.table.byName("warung");
  if (row === undefined) throw new Error("no queue");
  router.queues.table.set(row, new Map([["target", "10.9.0.6"]]));
  until("2026-09-01T00:40Z");
  await round();
  expect(hours("warung")).toEqual({ "01 00:00": 80 * MB });
});

test("a voucher that came and went unseen is recorded by its user's totals", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  router.hotspot.addUser({ name: "vc-7731" });
  await round();
  const visit = router.hotspot.login("vc-7731");
  if (visit.kind === "refusal") throw new Error(visit.why);
  visit.traffic({ uploadBytes: 1 * MB, downloadBytes: 30 * MB });
  world.advance(30_000);
  visit.logout();
  until("2026-09-01T00:02Z");
  await round();
  expect(sessions("vc-7731")).toEqual([
    { seconds: 30, up: 1 * MB, down: 30 * MB, what: "estimated, user-totals, unseen" },
  ]);
});

test("a new voucher whose first login outlives an outage is recorded whole, not taken for a renamed user", async () => {
  const { until } = await begin("2026-09-01T00:00Z");
  await round();
  const { router } = rig;
  router.hotspot.addUser({ name: "vc-7731" });
  const visit = router.hotspot.login("vc-7731");
  if (visit.kind === "refusal") throw new Error(visit.why);
  until("2026-09-01T00:00:30Z");
  await round();
  // Nobody reads the router for a while. At the next reading the login has just ended, and its totals wait for one more.
  visit.traffic({ uploadBytes: 1 * MB, downloadBytes: 30 * MB });
  until("2026-09-01T00:45Z");
  visit.logout();
  for (const time of ["00:45:10", "00:46:20"]) {
    until(`2026-09-01T${time}Z`);
    await round();
  }
  expect(sessions("vc-7731")).toEqual([{ seconds: 2_700, up: 1 * MB, down: 30 * MB, what: "exact, user-totals" }]);
});
