/** The true books are true: what the tables and the log say adds up to them, through any history. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createSimulatedRouter,
  createWorld,
  type PppSession,
  type SimulatedRouter,
} from "../../../src/simulator/index.js";

type Step =
  | { kind: "dial"; name: number; mac: number }
  | { kind: "hang-up" | "lose-carrier"; which: number }
  | { kind: "kick"; name: number }
  | { kind: "traffic"; which: number; up: number; down: number }
  | { kind: "wait"; ms: number }
  | { kind: "reset"; which: number }
  | { kind: "reboot" | "power-cut" };

const small = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("dial" as const), name: fc.nat(2), mac: fc.nat(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("hang-up" as const, "lose-carrier" as const), which: small }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kick" as const), name: fc.nat(2) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("traffic" as const),
      which: small,
      up: fc.nat(100_000),
      down: fc.nat(5_000_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset" as const), which: small }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("reboot" as const, "power-cut" as const) }) },
);

/** Watches each session's interface after every step, as a poller that never sleeps would. */
function createWatcher() {
  const seen = new Map<PppSession, { last: { up: number; down: number }; up: number; down: number }>();
  return {
    look(session: PppSession): void {
      const { uploadBytes: up, downloadBytes: down } = session.iface.counters;
      const before = seen.get(session) ?? { last: { up: 0, down: 0 }, up: 0, down: 0 };
      const since = (now: number, then: number): number => (now < then ? now : now - then);
      seen.set(session, {
        last: { up, down },
        up: before.up + since(up, before.last.up),
        down: before.down + since(down, before.last.down),
      });
    },
    seen,
  };
}

function live(router: SimulatedRouter, which: number): PppSession | undefined {
  const sessions = [...router.ppp.sessions];
  return sessions[which % Math.max(1, sessions.length)];
}

test.each(["upload-first", "download-first"] as const)(
  "sums of deltas and logout records equal the books, %s",
  (logBytesOrder) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = createWorld();
        const router = createSimulatedRouter(world, { personality: "7.16", unsure: { logBytesOrder } });
        for (const name of ["a", "b", "c"]) router.ppp.addSecret({ name });
        const watcher = createWatcher();
        for (const now of steps) {
          if (now.kind === "dial")
            router.ppp.dial(["a", "b", "c"][now.name] ?? "a", { mac: `02:00:00:00:00:0${now.mac}` });
          else if (now.kind === "wait") world.advance(now.ms);
          else if (now.kind === "kick") router.ppp.kick(["a", "b", "c"][now.name] ?? "a");
          else if (now.kind === "reboot") router.reboot({ downMs: 5000 });
          else if (now.kind === "power-cut") router.powerCut({ downMs: 5000 });
          else if ("which" in now) {
            const session = live(router, now.which);
            if (session === undefined) continue;
            if (now.kind === "traffic") session.traffic({ uploadBytes: now.up, downloadBytes: now.down });
            else if (now.kind === "hang-up") session.hangUp();
            else if (now.kind === "lose-carrier") session.loseCarrier();
            else {
              watcher.look(session);
              router.resetCounters(session.iface.name);
            }
          }
          for (const session of router.ppp.sessions) watcher.look(session);
        }
        for (const [session, total] of watcher.seen) {
          expect([total.up, total.down]).toEqual([session.truth.uploadBytes, session.truth.downloadBytes]);
        }
        const lines = new Map(router.logLines.map((line) => [line.id, line]));
        for (const truth of router.books.pppSessions) {
          expect(truth.endedWhilePowered === false).toBe(truth.endReason === "power-cut");
          if (truth.endedAtMs === undefined) continue;
          expect(truth.seconds).toBe(Math.floor((truth.endedAtMs - truth.startedAtMs) / 1000));
          expect(truth.logLine === undefined).toBe(truth.endReason === "power-cut");
          if (!router.logHolds(truth)) continue;
          const { uploadBytes: up, downloadBytes: down } = truth;
          const bytes = logBytesOrder === "upload-first" ? `${up} ${down}` : `${down} ${up}`;
          expect(lines.get(truth.logLine?.id ?? -1)?.message).toMatch(
            new RegExp(`^${truth.name} logged out, ${truth.seconds} ${bytes} \\d+ \\d+ from ${truth.mac}$`),
          );
        }
      }),
      { numRuns: 150 },
    );
  },
);

test("hotspot totals move at logout, and with the live logins they are the truth unless the power failed", () => {
  const world = createWorld();
  const router = createSimulatedRouter(world);
  router.hotspot.addProfile({ name: "keluarga", "shared-users": "2" });
  router.hotspot.addUser({ name: "vc-1", profile: "keluarga" });
  const totals = () => router.hotspot.tables.users.byName("vc-1")?.counters;
  const login = (mac: string) => {
    const outcome = router.hotspot.login("vc-1", { mac });
    if (outcome.kind === "refusal") throw new Error(outcome.why);
    return outcome;
  };
  const phone = login("02:00:00:00:00:01");
  const laptop = login("02:00:00:00:00:02");
  expect(router.hotspot.login("vc-1", { mac: "02:00:00:00:00:03" })).toEqual({ kind: "refusal", why: "shared-users" });
  phone.traffic({ uploadBytes: 10, downloadBytes: 100 });
  laptop.traffic({ uploadBytes: 1, downloadBytes: 2 });
  expect(totals()).toMatchObject({ uploadBytes: 0, downloadBytes: 0 });
  world.advance(90_000);
  phone.logout();
  expect(totals()).toMatchObject({ uploadBytes: 10, downloadBytes: 100 });
  expect(router.hotspot.tables.users.byName("vc-1")?.uptimeSeconds).toBe(90);
  expect(router.hotspot.trueTotals("vc-1")).toEqual({ uploadBytes: 11, downloadBytes: 102 });
  router.powerCut({ downMs: 1000 });
  expect(totals()).toMatchObject({ uploadBytes: 10, downloadBytes: 100 });
  world.advance(1000);
  expect(router.hotspot.comeBack("02:00:00:00:00:02")).toMatchObject({ kind: "session", loginBy: "mac-cookie" });
});

test("queues count what passes them, their parents as well, and stand still under fasttrack while the books go on", () => {
  const router = createSimulatedRouter(createWorld());
  router.queues.addStatic({ name: "all", target: "10.0.0.0/24" });
  router.queues.addStatic({ name: "warung", target: "10.0.0.5", parent: "all" });
  const bytes = (name: string) => router.queues.table.byName(name)?.counters.downloadBytes;
  router.queues.traffic("warung", { uploadBytes: 1, downloadBytes: 70 });
  router.setFasttrack(true);
  router.queues.traffic("warung", { downloadBytes: 30 });
  expect([bytes("warung"), bytes("all")]).toEqual([70, 70]);
  expect(router.books.queueBytes.get("warung")?.downloadBytes).toBe(100);
});

test("the ring forgets the oldest line first, and a boot forgets them all", () => {
  const world = createWorld();
  const router = createSimulatedRouter(world, { logLines: 10 });
  router.ppp.addSecret({ name: "budi" });
  const session = router.ppp.connect("budi");
  session.hangUp();
  for (let line = 0; line < 8; line++) router.writeLog("dhcp,info", `line ${line}`);
  expect(router.logHolds(session.truth)).toBe(true);
  router.writeLog("dhcp,info", "one more");
  expect(router.logHolds(session.truth)).toBe(false);
  expect(router.logLines).toHaveLength(10);
  router.reboot({ downMs: 1000 });
  expect(router.logLines).toHaveLength(0);
  world.advance(1000);
  expect(router.logLines.map(({ id, message }) => [id, message])).toEqual([[1, "router rebooted"]]);
});
