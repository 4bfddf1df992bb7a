import { expect, test } from "vitest";
import { begin, hours, MB, rig, round, sessions, settleByteOrder } from "./story.js";

/** The process starts again while something else happens: a clock that is set, a reboot half accounted. */

test("a clock set while the daemon was away does not make one exact login of two", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  router.hotspot.addUser({ name: "vc-7731" });
  await round();
  const login = (downloadBytes: number): { logout(): void } => {
    const visit = router.hotspot.login("vc-7731");
    if (visit.kind === "refusal") throw new Error(visit.why);
    visit.traffic({ downloadBytes });
    return visit;
  };
  const first = login(20 * MB);
  until("2026-09-01T00:10Z");
  await round();
  // Until its next reading is a minute; by the wall clock three hours and a minute.
  until("2026-09-01T00:10:30Z");
  first.logout();
  rig.stepWall(3 * 3_600_000);
  await rig.restart();
  until("2026-09-01T00:11Z");
  await round();
  const second = login(7 * MB);
  until("2026-09-01T00:12:50Z");
  second.logout();
  for (const time of ["00:13", "00:15"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("vc-7731")).toMatchObject([
    { down: 20 * MB, what: "estimated, absent" },
    { down: 7 * MB, what: "estimated, user-totals, unseen" },
  ]);
});

test("bytes that passed while the daemon was away and the clock was set stay within the time that really passed", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:10Z");
  await round();
  session.traffic({ downloadBytes: 6 * MB });
  rig.stepWall(5 * 86_400_000);
  await rig.restart();
  until("2026-09-01T01:20Z");
  await round();
  expect(hours("budi")).toEqual({ "06 01:00": 6 * MB });
});

test("a death half-way through closing an old boot, and a first round that fails: nothing of the two boots mixes", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z");
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  await round();
  router.queues.traffic("warung", { downloadBytes: 10 * MB });
  until("2026-09-01T00:10Z");
  await round();
  router.reboot({ downMs: 60_000 });
  until("2026-09-01T00:12Z");
  // The first try finds the old connection dead; the next one dies once the new boot is written.
  await rig.walk();
  await rig.walkAndDie(1, true);
  expect(sessions("warung")).toMatchObject([{ down: 10 * MB, what: "estimated, live" }]);
  const cut = router.faults.add({ on: "/system/clock/print", action: { kind: "cut", afterShare: 0.5, how: "rst" } });
  expect(await rig.walk()).toBeInstanceOf(Error);
  cut();
  router.queues.traffic("warung", { downloadBytes: 30 * MB });
  until("2026-09-01T00:20Z");
  await round();
  router.queues.traffic("warung", { downloadBytes: 5 * MB });
  until("2026-09-01T00:30Z");
  await round();
  // Whether the queue was made anew or just began to count anew died with the process: it counts from where it stood.
  expect(sessions("warung")).toMatchObject([
    { down: 10 * MB, what: "estimated, router-rebooted" },
    { down: 5 * MB, what: "estimated, live" },
  ]);
  expect(hours("warung")).toEqual({ "01 00:00": 15 * MB });
});

test("a reboot that uptime does not prove is believed when both clocks miss the time and nobody lived on", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  router.queues.addStatic({ name: "warung", target: "10.9.0.5" });
  await round();
  await settleByteOrder(world, router);
  router.ppp.connect("budi");
  router.queues.traffic("warung", { downloadBytes: 10 * MB });
  until("2026-09-01T00:10Z");
  await round();
  router.powerCut({ downMs: 600_000 });
  // By the next reading its uptime has passed the old one, and the queue's counter too.
  until("2026-09-01T03:00Z");
  router.queues.traffic("warung", { downloadBytes: 30 * MB });
  await round();
  expect(sessions("budi")).toMatchObject([{ what: "estimated, router-rebooted" }]);
  expect(sessions("warung")).toMatchObject([
    { down: 10 * MB, what: "estimated, router-rebooted" },
    { down: 30 * MB, what: "estimated, live" },
  ]);
});

test("both clocks set forward alike while the daemon was away are no reboot for who lived on", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T00:10Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  rig.stepWall(5 * 86_400_000);
  router.setClock(world.nowMs + 5 * 86_400_000);
  await rig.restart();
  until("2026-09-01T00:20Z");
  session.traffic({ downloadBytes: 2 * MB });
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 12 * MB, what: "estimated, live" }]);
});

test("a reboot nobody can tell: a session-id that is given again does not make one session of two", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z", {
    // Without a battery its clock starts anew too, so nothing says that time is missing.
    hasClockBattery: false,
    unsure: { sessionIdsRestartAtReboot: true },
  });
  await round();
  const before = router.ppp.connect("budi");
  until("2026-09-01T00:10Z");
  before.traffic({ downloadBytes: 10 * MB });
  await round();
  router.powerCut({ downMs: 60_000 });
  until("2026-09-01T00:40Z");
  const after = router.ppp.connect("budi");
  expect(after.sessionId).toBe(before.sessionId);
  after.traffic({ downloadBytes: 30 * MB });
  until("2026-09-01T03:00Z");
  await round();
  until("2026-09-01T03:01Z");
  await round();
  expect(sessions("budi")).toMatchObject([
    { down: 10 * MB, what: "estimated, absent" },
    { down: 30 * MB, what: "estimated, live" },
  ]);
});

test("a hotspot login alike in everything after a reboot nobody can tell is another, its user's totals count once", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z", { hasClockBattery: false });
  router.hotspot.addUser({ name: "vc-7731" });
  router.powerCut({ downMs: 1_000 });
  until("2026-09-01T00:00:10Z");
  const login = (): { logout(): void; traffic(traffic: { downloadBytes: number }): void } => {
    const visit = router.hotspot.login("vc-7731", { mac: "AA:BB:CC:00:02:01" });
    if (visit.kind === "refusal") throw new Error(visit.why);
    return visit;
  };
  const first = login();
  first.traffic({ downloadBytes: 10 * MB });
  await round();
  first.logout();
  await rig.restart();
  until("2026-09-01T00:20:00Z");
  router.powerCut({ downMs: 1_000 });
  until("2026-09-01T00:20:10Z");
  const second = login();
  until("2026-09-01T00:21:00Z");
  second.traffic({ downloadBytes: 3 * MB });
  for (const time of ["00:21:10", "00:22:20", "00:23:30"]) {
    until(`2026-09-01T${time}Z`);
    await round();
  }
  const downs = sessions("vc-7731").map((row) => (row as { down: number }).down);
  expect(downs.reduce((sum, down) => sum + down, 0)).toBe(13 * MB);
});

test("a hotspot id that is given again after a reboot nobody can tell does not make one login of two", async () => {
  const { router, until } = await begin("2026-09-01T00:00Z", { hasClockBattery: false });
  router.hotspot.addUser({ name: "vc-7731" });
  await round();
  const login = (downloadBytes: number): void => {
    const visit = router.hotspot.login("vc-7731", { mac: "AA:BB:CC:00:02:01" });
    if (visit.kind === "refusal") throw new Error(visit.why);
    visit.traffic({ downloadBytes });
  };
  login(10 * MB);
  until("2026-09-01T00:10Z");
  await round();
  router.powerCut({ downMs: 1_000 });
  until("2026-09-01T00:40Z");
  login(30 * MB);
  until("2026-09-01T03:00Z");
  for (const time of ["03:00:00", "03:01:10"]) {
    until(`2026-09-01T${time}Z`);
    await round();
  }
  expect(sessions("vc-7731")).toMatchObject([
    { down: 10 * MB, what: "estimated, absent" },
    { down: 30 * MB, what: "estimated, live" },
  ]);
});

test("both clocks set forward alike, everybody gone and the log turned over: the records count once", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z", { logLines: 20 });
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T00:10Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  for (let i = 0; i < 30; i += 1) router.writeLog("firewall,info", `noise ${i}`);
  until("2026-09-01T00:11Z");
  session.hangUp();
  rig.stepWall(5 * 86_400_000);
  router.setClock(world.nowMs + 5 * 86_400_000);
  await rig.restart();
  for (const time of ["00:12", "00:13"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([{ down: 10 * MB, what: "exact, logout-record" }]);
});
