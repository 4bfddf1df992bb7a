import { expect, test } from "vitest";
import { begin, hours, MB, rig, round, sessions, settleByteOrder } from "./story.js";

/** The log may not be read for a while: a permission that somebody took and gives back. */

const refuse = { kind: "refuse", message: "not enough permissions (9)" } as const;

test("a log that is refused for some rounds and read again gives every record once", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  const allow = router.faults.add({ on: "/log/print", times: 3, action: refuse });
  session.traffic({ downloadBytes: 1 * MB });
  session.hangUp();
  for (let i = 1; i < 4; i += 1) {
    until(`2026-09-01T01:0${i}:00Z`);
    await round();
  }
  allow();
  until("2026-09-01T01:05Z");
  await round();
  expect(sessions("budi")).toMatchObject([{ down: 11 * MB, what: "exact, logout-record" }]);
});

test("a log that is refused for hours leaves estimates, and makes them exact once it is read again", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  const allow = router.faults.add({ on: "/log/print", times: 1_000, action: refuse });
  session.traffic({ downloadBytes: 1 * MB });
  session.hangUp();
  for (const time of ["01:01", "02:30", "04:00"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([{ down: 10 * MB, what: "estimated, absent" }]);
  await rig.restart();
  const unseen = router.ppp.connect("budi");
  unseen.traffic({ downloadBytes: 4 * MB });
  world.advance(30_000);
  unseen.hangUp();
  allow();
  for (const time of ["04:10", "04:20"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([
    { down: 11 * MB, what: "exact, logout-record" },
    { down: 4 * MB, seconds: 30, what: "exact, logout-record, unseen" },
  ]);
  expect(Object.values(hours("budi")).reduce((sum, down) => sum + down, 0)).toBe(15 * MB);
  // What never found its record does not wait for one for ever.
  const waiting =
    "select count(*) as n from sessions where ended_at_ms is not null and missing_uptime_hi_ms is not null";
  expect(rig.db.prepare(waiting).get()).toEqual({ n: 0 });
});

test("who goes on while the log is refused and ends when it can be read again is recorded exactly", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const gone = router.ppp.connect("siti");
  const stays = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  await round();
  const allow = router.faults.add({ on: "/log/print", times: 1_000, action: refuse });
  gone.hangUp();
  for (const time of ["01:01", "02:30"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("siti")).toMatchObject([{ what: "estimated, absent" }]);
  // The log can be read again, and before it is, budi goes too.
  stays.traffic({ downloadBytes: 5 * MB });
  stays.hangUp();
  allow();
  for (const time of ["02:31", "02:32"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([{ down: 5 * MB, what: "exact, logout-record" }]);
});

test("a reboot while the log is refused: the old boot's estimates stay, the new boot's records all count", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const session = router.ppp.connect("budi");
  until("2026-09-01T01:00Z");
  session.traffic({ downloadBytes: 10 * MB });
  await round();
  const allow = router.faults.add({ on: "/log/print", times: 1_000, action: refuse });
  session.hangUp();
  for (const time of ["01:01", "02:30"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  router.reboot({ downMs: 60_000 });
  world.advance(120_000);
  const unseen = router.ppp.connect("budi");
  unseen.traffic({ downloadBytes: 4 * MB });
  world.advance(30_000);
  unseen.hangUp();
  allow();
  for (const time of ["02:40", "02:41"]) {
    until(`2026-09-01T${time}:00Z`);
    await round();
  }
  expect(sessions("budi")).toMatchObject([
    { down: 10 * MB, what: "estimated, absent" },
    { down: 4 * MB, what: "exact, logout-record, unseen" },
  ]);
});
