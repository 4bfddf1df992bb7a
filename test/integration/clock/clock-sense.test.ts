import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { createClockStore } from "../../../src/adapters/sqlite/clock-store.js";
import { createNewestFile } from "../../../src/adapters/sqlite/newest-file.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { silenceMaxMs } from "../../../src/domain/billing/clock-doubt.js";
import { ClockRig, dayMs, madeAtMs, minuteMs, startMs } from "./clock-rig.js";

let rig: ClockRig | undefined;
afterEach(() => {
  expect(rig?.failures).toEqual([]);
  rig?.close();
  rig = undefined;
});

async function begin(options: Parameters<typeof ClockRig.create>[0] = {}): Promise<ClockRig> {
  rig = await ClockRig.create(options);
  return rig;
}

const reason = ({ sense }: ClockRig): string | undefined => {
  const judgement = sense.current();
  return judgement.kind === "doubted" ? judgement.reason : undefined;
};
const trustedInBooks = (it: ClockRig): unknown =>
  (it.row("select trusted_ms from clock_sense") as { trusted_ms: unknown }).trusted_ms;
const doubts = (it: ClockRig): unknown[] =>
  it.db
    .prepare(
      "select reason, ended_by as endedBy, audit_after_id as after, audit_through_id as through from clock_doubts",
    )
    .all();

describe("at the start", () => {
  test("new books trust a possible clock", async () => {
    const it = await begin();
    expect([it.sense.isDoubted, it.clock.nowMs(), it.news]).toEqual([false, startMs, []]);
    expect(doubts(it)).toEqual([]);
  });

  test("new books in 1970 go on from when this program was made, and what is read then is no witness later", async () => {
    const it = await begin({ machineMs: 3_600_000 });
    expect([reason(it), it.clock.nowMs()]).toEqual(["unset", madeAtMs]);
    await it.pass(10 * minuteMs);
    expect(it.clock.nowMs()).toBe(madeAtMs + 10 * minuteMs);
    // The next boot finds routers that were read in doubt, and a clock that is set.
    await it.boot({ machineMs: startMs, newestReadMs: madeAtMs + 10 * minuteMs });
    expect([it.sense.isDoubted, it.clock.nowMs()]).toEqual([false, startMs]);
    expect(doubts(it)).toEqual([{ reason: "unset", endedBy: "books", after: 0, through: 0 }]);
  });

  test("books of before there was a clock sense give it the newest instant at which a router was read", async () => {
    const it = await begin({ newestReadMs: startMs - 30 * dayMs });
    expect([reason(it), it.clock.nowMs()]).toEqual(["ahead-of-books", startMs - 30 * dayMs]);
  });

  test("in 1970, with books: time goes on from the newest trusted instant, until the clock is set", async () => {
    const it = await begin();
    await it.pass(20 * minuteMs);
    it.sense.flush();
    const lastMs = startMs + 20 * minuteMs;
    await it.boot({ machineMs: 5_000 });
    expect([reason(it), it.clock.nowMs()]).toEqual(["unset", lastMs]);
    await it.pass(5 * minuteMs);
    expect(it.clock.nowMs()).toBe(lastMs + 5 * minuteMs);
    expect(trustedInBooks(it)).toBe(lastMs);
    it.box.jumpWall(lastMs + 8 * 3_600_000 - it.box.nowMs());
    await it.pass(minuteMs);
    expect([it.sense.isDoubted, it.clock.nowMs()]).toEqual([false, it.box.nowMs()]);
    expect(it.news).toEqual(["doubted unset", "trusted books"]);
  });

  test("in 2031: NTP, read at the start, settles it before anything is written", async () => {
    const it = await begin();
    await it.pass(20 * minuteMs);
    await it.boot({ machineMs: Date.UTC(2031, 0, 1) });
    expect(reason(it)).toBe("ahead-of-books");
    it.ntp = "synchronised";
    await it.boot();
    expect([it.sense.isDoubted, it.clock.nowMs(), it.news]).toEqual([false, it.box.nowMs(), []]);
    expect(doubts(it)).toEqual([{ reason: "ahead-of-books", endedBy: "ntp", after: 0, through: 0 }]);
  });

  test("a long weekend without electricity is no doubt; a minute more is", async () => {
    const it = await begin();
    await it.pass(minuteMs);
    it.sense.flush();
    const lastMs = startMs + minuteMs;
    await it.boot({ machineMs: lastMs + silenceMaxMs });
    expect(reason(it)).toBeUndefined();
    await it.boot({ machineMs: lastMs + 2 * silenceMaxMs + minuteMs });
    expect(reason(it)).toBe("ahead-of-books");
  });
});

describe("while it runs", () => {
  test.each([
    ["to 2031", 4 * 365 * dayMs],
    ["by two days, which the books alone would find plausible", 2 * dayMs],
    ["back by a day", -dayMs],
  ])("a jump %s is seen by whoever looks first, and is over when the clock is back", async (_, stepMs) => {
    const it = await begin();
    await it.pass(10 * minuteMs);
    it.box.jumpWall(stepMs);
    expect(it.sense.isDoubted).toBe(true);
    expect(it.clock.nowMs()).toBe(startMs + 10 * minuteMs);
    await it.box.settle();
    expect(reason(it)).toBe("stepped");
    await it.pass(2 * 60 * minuteMs);
    expect(it.clock.nowMs()).toBe(startMs + 130 * minuteMs);
    it.box.jumpWall(-stepMs);
    await it.pass(minuteMs);
    expect(it.news).toEqual(["doubted stepped", "trusted books"]);
    expect(it.clock.nowMs()).toBe(startMs + 131 * minuteMs);
  });

  test("back to 1970", async () => {
    const it = await begin();
    await it.pass(10 * minuteMs);
    it.box.jumpWall(60_000 - it.box.nowMs());
    await it.pass(minuteMs);
    expect([reason(it), it.clock.nowMs()]).toEqual(["unset", startMs + 11 * minuteMs]);
  });

  test("what NTP said before the step is void; what it says after it is taken at once", async () => {
    const it = await begin();
    it.ntp = "synchronised";
    await it.boot();
    await it.pass(10 * minuteMs);
    // By hand: the kernel's flag falls.
    it.ntp = "unsynchronised";
    it.box.jumpWall(3 * dayMs);
    await it.pass(minuteMs);
    expect(reason(it)).toBe("stepped");
    // NTP has its say again: asked every other minute now.
    it.box.jumpWall(-3 * dayMs + 2 * 3_600_000);
    it.ntp = "synchronised";
    await it.pass(3 * minuteMs);
    expect([it.sense.current(), it.clock.nowMs()]).toEqual([{ kind: "trusted", by: "ntp" }, it.box.nowMs()]);
  });

  test("a machine that slept for hours is trusted again at once, by NTP or by the routers", async () => {
    const it = await begin();
    it.ntp = "synchronised";
    await it.pass(10 * minuteMs);
    it.box.jumpWall(9 * 3_600_000);
    expect(it.sense.isDoubted).toBe(true);
    await it.box.settle();
    expect([it.sense.isDoubted, it.clock.nowMs()]).toEqual([false, it.box.nowMs()]);
    it.ntp = "unknown";
    it.box.jumpWall(9 * 3_600_000);
    await it.pass(minuteMs);
    expect(reason(it)).toBe("stepped");
    it.readRouter("a");
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "routers" });
  });

  test("routers: one of three is outvoted, two of three and one of one are a doubt; what is old or in 1970 abstains", async () => {
    const it = await begin();
    it.readRouter("a", dayMs);
    expect(reason(it)).toBe("routers-disagree");
    expect(it.sense.state().judgement).toMatchObject({ routers: ["a"] });
    it.readRouter("b");
    it.readRouter("c");
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "routers" });
    it.readRouter("b", dayMs);
    expect(reason(it)).toBe("routers-disagree");
    // They go on as time does, and are not believed for ever.
    it.sense.forget("b");
    await it.pass(29 * minuteMs);
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "books" });
    it.readRouter("b", dayMs);
    await it.pass(2 * minuteMs);
    expect(reason(it)).toBe("routers-disagree");
    it.readRouter("c");
    expect(reason(it)).toBeUndefined();
    await it.pass(29 * minuteMs);
    it.sense.forget("b");
    // Read 29 minutes ago, and right all the same.
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "routers" });
    it.readRouter("d", 100_000 - it.box.nowMs());
    it.sense.forget("c");
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "books" });
  });

  test("a person's word does not run out while the clock goes on, and ends when it is set", async () => {
    const it = await begin();
    const read = (): void => it.readRouter("a", -2 * dayMs);
    read();
    expect(reason(it)).toBe("routers-disagree");
    it.sense.vouch("bu rini");
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "person" });
    for (let day = 0; day < 9; day += 1) {
      await it.box.advance(dayMs);
      read();
      expect(it.sense.isDoubted).toBe(false);
    }
    it.sense.flush();
    // Over a restart, and a long weekend off.
    await it.boot({ machineMs: it.box.nowMs() + 3 * dayMs });
    read();
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "person" });
    it.box.jumpWall(3_600_000);
    await it.pass(minuteMs);
    read();
    expect(reason(it)).toBe("routers-disagree");
  });

  test("the newest trusted instant is written once in five minutes, at the end of a doubt, and before the end", async () => {
    const it = await begin();
    let writes = 0;
    let last = trustedInBooks(it);
    for (let i = 0; i < 60; i += 1) {
      await it.pass(minuteMs);
      if (trustedInBooks(it) !== last) writes += 1;
      last = trustedInBooks(it);
    }
    expect(writes).toBe(12);
    await it.box.advance(42_000);
    it.sense.flush();
    expect(trustedInBooks(it)).toBe(startMs + 60 * minuteMs + 42_000);
  });
});

describe("what is written in doubt", () => {
  test("is marked by the rows of the audit before it and in it, over a restart too", async () => {
    const it = await begin();
    it.change();
    it.change();
    it.box.jumpWall(400 * dayMs);
    await it.pass(minuteMs);
    it.change();
    await it.boot();
    expect(reason(it)).toBe("ahead-of-books");
    it.change();
    it.sense.vouch("pak rt");
    it.change();
    expect(doubts(it)).toEqual([{ reason: "stepped", endedBy: "person", after: 2, through: 4 }]);
    expect(it.row("select * from audit where action = 'clock.vouch'")).toMatchObject({
      id: 5,
      at_ms: it.box.nowMs(),
      by: "pak rt",
      before: '{"state":"doubted","reason":"ahead-of-books"}',
    });
  });

  test("a clock that is not set cannot be vouched for", async () => {
    const it = await begin({ machineMs: 1_000 });
    expect(() => it.sense.vouch("pak rt")).toThrow(expect.objectContaining({ code: "CLOCK_UNSET" }));
    expect(it.row("select count(*) as n from audit")).toEqual({ n: 0 });
    expect(reason(it)).toBe("unset");
  });

  test("a person's word from another process is heard at the next judgement, and only what it saw is taken", async () => {
    const it = await begin();
    it.box.jumpWall(40 * dayMs);
    await it.pass(minuteMs);
    const other = await openDatabase(it.path);
    const vouch = (atMs: number): void =>
      createClockStore(other, createNewestFile(it.path)).vouch({ atMs, by: "cli", before: {}, after: {} });
    // Said before the clock was set once more.
    vouch(it.box.nowMs() - dayMs);
    it.sense.judge();
    expect(reason(it)).toBe("stepped");
    vouch(it.box.nowMs());
    await it.pass(minuteMs);
    other.close();
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "person" });
    // Carrying the word along does not overwrite it.
    await it.pass(10 * minuteMs);
    expect(it.row("select vouched_by as by, vouched_ms as ms from clock_sense")).toEqual({
      by: "cli",
      ms: trustedInBooks(it),
    });
  });

  test("a disk that takes nothing stops no judgement, and is written to later", async () => {
    const it = await begin();
    it.db.pragma("query_only = 1");
    it.box.jumpWall(40 * dayMs);
    await it.pass(minuteMs);
    expect([reason(it), it.sense.isDoubted, it.failures.length > 0]).toEqual(["stepped", true, true]);
    it.sense.onChange(() => {
      throw new Error("a listener that reads the books");
    });
    it.readRouter("a", dayMs);
    expect(reason(it)).toBe("routers-disagree");
    it.sense.forget("a");
    it.failures.length = 0;
    it.db.pragma("query_only = 0");
    await it.pass(minuteMs);
    expect(doubts(it)).toMatchObject([{ reason: "stepped", endedBy: null }]);
  });
});

describe("books that were put back", () => {
  /** A copy of the books of now; returns how to put it back under a stopped daemon. */
  const copy = (it: ClockRig): (() => void) => {
    it.db.pragma("wal_checkpoint(truncate)");
    copyFileSync(it.path, `${it.path}.bak`);
    return () => {
      it.db.close();
      for (const end of ["-wal", "-shm"]) rmSync(`${it.path}${end}`, { force: true });
      copyFileSync(`${it.path}.bak`, it.path);
    };
  };

  test("are doubted until a person vouches, whatever NTP says; the time itself is used where it is right", async () => {
    const it = await begin();
    it.change();
    it.sense.flush();
    const putBack = copy(it);
    await it.pass(30 * minuteMs);
    it.change();
    it.sense.flush();
    putBack();
    it.ntp = "synchronised";
    await it.boot();
    expect(it.sense.current()).toMatchObject({ reason: "books-restored", endedBy: ["person"] });
    expect([it.sense.isDoubted, it.clock.nowMs()]).toEqual([true, it.box.nowMs()]);
    let [writes, last] = [0, trustedInBooks(it)];
    for (let i = 0; i < 30; i += 1) {
      await it.pass(minuteMs);
      if (trustedInBooks(it) !== last) writes += 1;
      last = trustedInBooks(it);
    }
    // The time is remembered as seldom as ever.
    expect(writes).toBe(6);
    await it.boot();
    expect(reason(it)).toBe("books-restored");
    it.sense.vouch("pak rt");
    expect(it.sense.isDoubted).toBe(false);
    await it.boot();
    expect(reason(it)).toBeUndefined();
  });

  test("last month's, with nobody who knows the time: it goes on from where they end", async () => {
    const it = await begin();
    it.sense.flush();
    const putBack = copy(it);
    for (let day = 0; day < 30; day += 1) {
      await it.box.advance(dayMs);
      it.sense.judge();
    }
    putBack();
    await it.boot();
    expect([reason(it), it.clock.nowMs()]).toEqual(["books-restored", startMs]);
    // A majority of routers tells the time, and still not what was paid.
    it.readRouter("a");
    expect([reason(it), it.clock.nowMs()]).toEqual(["books-restored", it.box.nowMs()]);
  });

  test("neither a power cut nor a clock that was corrected nor new books look like it", async () => {
    const it = await begin();
    // Cut: nothing flushed since the last word beside the books.
    await it.pass(7 * minuteMs);
    it.change();
    await it.boot();
    expect(reason(it)).toBeUndefined();
    // Trusted in 2031, then corrected.
    it.box.jumpWall(1_500 * dayMs);
    await it.pass(minuteMs);
    it.sense.vouch("salah");
    it.sense.flush();
    it.box.jumpWall(-1_500 * dayMs);
    it.ntp = "synchronised";
    await it.pass(3 * minuteMs);
    expect(reason(it)).toBeUndefined();
    await it.boot();
    expect(reason(it)).toBeUndefined();
    // Begun anew, with the old file beside them.
    it.db.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${it.path}${end}`, { force: true });
    it.ntp = "unknown";
    await it.boot();
    expect(reason(it)).toBeUndefined();
  });

  test("a word that came while no daemon ran is enough", async () => {
    const it = await begin();
    it.sense.flush();
    const putBack = copy(it);
    await it.pass(30 * minuteMs);
    putBack();
    await it.boot({ machineMs: startMs + 60 * dayMs });
    expect(reason(it)).toBe("books-restored");
    createClockStore(it.db, createNewestFile(it.path)).vouch({
      atMs: it.box.nowMs(),
      by: "cli",
      before: {},
      after: {},
    });
    await it.boot();
    expect(it.sense.current()).toEqual({ kind: "trusted", by: "person" });
  });

  test("time that was set back is told beside the books before they know: a cut in between is no restore", async () => {
    const it = await begin();
    it.sense.flush();
    const file = createNewestFile(it.path);
    const cutAfterCommit = {
      read: () => file.read(),
      write: (newest: Parameters<typeof file.write>[0]) => {
        const row = it.row("select trusted_ms from clock_sense") as { trusted_ms: number };
        if (row.trusted_ms === startMs) file.write(newest);
      },
    };
    createClockStore(it.db, cutAfterCommit).setTrusted(startMs - dayMs, undefined);
    expect(trustedInBooks(it)).toBe(startMs - dayMs);
    await it.boot({ machineMs: startMs - dayMs });
    expect(reason(it)).toBeUndefined();
  });

  test("without the file beside them, or with another's, nothing but the detection is lost", async () => {
    const it = await begin();
    it.sense.flush();
    const beside = `${it.path}.newest`;
    expect(JSON.parse(readFileSync(beside, "utf8"))).toEqual({ trustedMs: startMs, auditId: 0 });
    for (const text of ["", "{", "[]", "null", '{"auditId":"9"}', '{"auditId":1e999}']) {
      writeFileSync(beside, text);
      await it.boot();
      expect([text, reason(it)]).toEqual([text, undefined]);
    }
    rmSync(beside);
    await it.boot();
    expect(reason(it)).toBeUndefined();
  });
});
