/**
 * The whole daemon under clocks that are wrong. Whatever the reason: routers are read and counted, who is released is lit,
 * nobody goes dark, nothing is deleted, what is booked lands in the last trusted hour, people are told why, and it ends.
 */
import { afterEach, expect, test } from "vitest";
import { NightTown, beginMs, dayMs, hourMs } from "./night-town.js";

let town: NightTown | undefined;
afterEach(async () => {
  await town?.close();
  town = undefined;
});

async function begin(...names: string[]): Promise<NightTown> {
  town = await NightTown.begin(names);
  expect(town.dark()).toEqual(["a-3"]);
  expect(await town.clockReply()).toMatchObject({ state: "trusted", trustedBy: "routers" });
  return town;
}

/** The routers have no battery either, and no NTP: they abstain. */
const routersIn1970 = (it: NightTown): void => {
  for (const router of it.routers.values()) router.setClock(3_600_000);
};

const stateOf = async (it: NightTown): Promise<string | null> => {
  const { state, reason, trustedBy } = await it.clockReply();
  return state === "doubted" ? reason : `by ${trustedBy}`;
};

const megabyteEach = (it: NightTown): number => it.routers.size * 4 * 1_000_000;

/** In doubt for that reason, everything holds that is promised. Takes some minutes of the world; `a-0` is due afterwards. */
async function holds(it: NightTown, reason: string, usageHour: string): Promise<void> {
  expect(await stateOf(it)).toBe(reason);
  const matter = (await it.attention()).find(({ kind }) => kind === "clock-doubted");
  expect(matter?.detail).toContain("Nobody goes dark");
  const before = it.usage();
  const samples = it.samples();
  it.surf();
  await it.pass(65_000);
  // Every byte, in that hour; and nothing gone.
  const booked = [...it.usage()].filter(([hour, bytes]) => bytes !== before.get(hour));
  expect(booked).toEqual([[usageHour, (before.get(usageHour) ?? 0) + megabyteEach(it)]]);
  expect(it.samples()).toBeGreaterThanOrEqual(samples);
  await it.isolate("a-0");
  await it.release("a-3");
  await it.pass(65_000);
  // Who paid is back, who is due waits, and says for what.
  expect(await stateOf(it)).toBe(reason);
  expect(it.dark()).toEqual([]);
  expect(await it.accessOf("a-3")).toMatchObject({ state: "converged" });
  expect(await it.accessOf("a-0")).toMatchObject({ state: "held", waitsFor: "clock" });
  expect((await it.accessOf("a-0")).why).toMatch(/clock is doubted/);
}

/** It is over: who was held goes dark by itself. */
async function isOver(it: NightTown, by: string): Promise<void> {
  await it.pass(150_000);
  expect(await stateOf(it)).toBe(`by ${by}`);
  expect((await it.attention()).map(({ kind }) => kind)).not.toContain("clock-doubted");
  // Where months have passed, others owe by then: billing goes on as well.
  expect(it.dark()).toContain("a-0");
}

test("a mini PC boots in 1970: until its clock is set, it lives in the last trusted hour", async () => {
  const it = await begin("a");
  it.surf();
  await it.pass(70_000);
  await it.offFor(2 * hourMs);
  it.wallAheadMs = 60_000 - it.world.nowMs;
  await it.boot();
  await holds(it, "unset", "2026-12-10T03");
  // NTP sets it, long before it says so: the routers know better.
  it.wallAheadMs = 0;
  await isOver(it, "routers");
  expect(it.rows("select reason, ended_by as by from clock_doubts")).toEqual([{ reason: "unset", by: "routers" }]);
});

test("it jumps to 2031 while it runs, and NTP puts it right", async () => {
  const it = await begin("a");
  routersIn1970(it);
  it.wallAheadMs = Date.UTC(2031, 0, 1) - it.world.nowMs;
  await it.pass(61_000);
  await holds(it, "stepped", "2026-12-10T03");
  // And it was an hour slow before, as NTP knows.
  it.wallAheadMs = hourMs;
  it.ntp = "synchronised";
  await isOver(it, "ntp");
});

test("it jumps to 2031 and is restarted there: still nothing is deleted, until a person says that it is 2031", async () => {
  const it = await begin("a");
  routersIn1970(it);
  it.surf();
  await it.pass(130_000);
  expect(it.samples()).toBeGreaterThan(0);
  it.wallAheadMs = Date.UTC(2031, 0, 1) - it.world.nowMs;
  await it.halt();
  await it.boot();
  await it.pass(61_000);
  await holds(it, "ahead-of-books", "2026-12-10T03");
  const samples = it.samples();
  await it.call("POST", "/site/clock/vouch");
  await isOver(it, "person");
  // What the doubt has kept: upkeep, begun anew, now believes the date.
  await it.halt();
  await it.boot();
  await it.pass(2_000);
  expect(it.samples()).toBeLessThan(samples);
});

test("it jumps back by a day while it runs, and a person says that it is right now", async () => {
  const it = await begin("a");
  routersIn1970(it);
  it.wallAheadMs = -dayMs;
  await it.pass(61_000);
  await holds(it, "stepped", "2026-12-10T03");
  await it.call("POST", "/site/clock/vouch");
  await isOver(it, "person");
  expect(((await it.call("GET", "/site")) as { today: string }).today).toBe("2026-12-09");
});

test("it jumps back while it runs, and is outvoted by its routers until it is set right", async () => {
  const it = await begin("a", "b");
  it.wallAheadMs = -2 * hourMs;
  await it.pass(61_000);
  await holds(it, "routers-disagree", "2026-12-10T03");
  it.wallAheadMs = 0;
  await isOver(it, "routers");
});

test("a database of last month: in the last trusted hour where nobody knows the time, until a person has looked", async () => {
  const it = await begin("a");
  await it.halt();
  const putBack = it.keepBackup();
  await it.boot();
  // Written since, and not in the backup.
  await it.isolate("a-1");
  await it.pass(60_000);
  await it.offFor(30 * dayMs);
  putBack();
  routersIn1970(it);
  await it.boot();
  await it.pass(61_000);
  // The restored books know nothing of it, and light the line again: nobody is dark by a doubt.
  await holds(it, "books-restored", "2026-12-10T03");
  it.ntp = "synchronised";
  await it.pass(180_000);
  expect([await stateOf(it), it.dark()]).toEqual(["books-restored", []]);
  await it.call("POST", "/site/clock/vouch");
  await isOver(it, "ntp");
});

test("a database of last month under a clock that NTP keeps: the date is right, and still nobody goes dark", async () => {
  const it = await begin("a");
  await it.halt();
  const putBack = it.keepBackup();
  await it.boot();
  await it.isolate("a-1");
  await it.offFor(30 * dayMs);
  putBack();
  it.ntp = "synchronised";
  await it.boot();
  await it.pass(61_000);
  await holds(it, "books-restored", new Date(beginMs + 30 * dayMs).toISOString().slice(0, 13));
  await it.call("POST", "/site/clock/vouch");
  await isOver(it, "ntp");
});

test("routers with another idea of time: one of three is outvoted, two of three are a doubt until one is set right", async () => {
  const it = await begin("a", "b", "c");
  const wrong = (name: string): void => it.routers.get(name)?.setClock(it.world.nowMs + 40 * dayMs);
  wrong("b");
  await it.pass(61_000);
  expect(await stateOf(it)).toBe("by routers");
  await it.isolate("c-0");
  await it.pass(30_000);
  expect(it.dark()).toEqual(["a-3", "c-0"]);
  await it.release("c-0");
  await it.pass(30_000);
  wrong("c");
  await it.pass(61_000);
  await holds(it, "routers-disagree", "2026-12-10T03");
  const [matter] = (await it.attention()).filter(({ kind }) => kind === "clock-doubted");
  expect(matter?.title).toBe("Routers show another time than this machine: b, c");
  it.routers.get("b")?.setClock(it.world.nowMs);
  await isOver(it, "routers");
});

test("the only router has another idea of time: a person's word holds against it, until the clock is set", async () => {
  const it = await begin("a");
  it.routers.get("a")?.setClock(it.world.nowMs - 3 * dayMs);
  await it.pass(61_000);
  await holds(it, "routers-disagree", "2026-12-10T03");
  await it.call("POST", "/site/clock/vouch");
  await isOver(it, "person");
  await it.halt();
  await it.boot();
  await it.pass(61_000);
  expect(await stateOf(it)).toBe("by person");
  it.wallAheadMs = hourMs;
  await it.pass(61_000);
  expect(await stateOf(it)).toBe("routers-disagree");
});
