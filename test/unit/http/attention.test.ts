import { describe, expect, test } from "vitest";
import {
  attentionKinds,
  findAttention,
  type AttentionItem,
  type RouterConcerns,
  type SiteConcerns,
} from "../../../src/app/attention.js";
import { attentionWords } from "../../../src/app/attention-words.js";
import { isFresh, type RouterLive } from "../../../src/app/queries.js";

const nowMs = Date.UTC(2026, 10, 23, 3, 30);
const quiet: RouterConcerns = {
  name: "hex",
  parkedAtMs: undefined,
  lastReadAtMs: nowMs - 10_000,
  otherDevice: undefined,
  openSessions: 3,
  pendingRecords: 0,
  oldestPendingAtMs: undefined,
  compared: { sessions: 0, polledBytes: 0, loggedBytes: 0 },
  gaps: [],
};
const up: RouterLive = {
  state: "up",
  mode: "observe",
  running: true,
  connected: true,
  pollEverySeconds: 60,
  effectiveEverySeconds: 60,
  lastSeenAtMs: nowMs - 10_000,
  nextRoundAtMs: undefined,
  roundMs: 40,
  lastError: undefined,
  unreadableRows: 0,
};

function find(
  router: Partial<RouterConcerns>,
  live: Partial<RouterLive> | undefined,
  site: Partial<SiteConcerns> = {},
): AttentionItem[] {
  return findAttention({
    routers: [{ ...quiet, ...router }],
    live: () => (live === undefined ? undefined : { ...up, ...live }),
    storeFailure: undefined,
    booksTimeZone: "Asia/Jakarta",
    siteTimeZone: "Asia/Jakarta",
    ...site,
  });
}
const kinds = (items: AttentionItem[]): string[] => items.map(({ kind }) => kind);
const error = (code: string) => ({
  code,
  message: "words of the link",
  sinceMs: nowMs - 5_000,
  atMs: nowMs - 1_000,
  count: 7,
});

describe("what needs a person", () => {
  test("a healthy site needs nobody", () => expect(find({}, {})).toEqual([]));

  test.each([
    ["down", "ROUTER_UNREACHABLE", "router-unreachable"],
    ["down", "ROUTER_TIMED_OUT", "router-unreachable"],
    ["stale", undefined, "router-unreachable"],
    ["down", "ROUTER_LOGIN_FAILED", "router-login-failed"],
    ["down", "ROUTER_NOT_PERMITTED", "router-not-permitted"],
    ["other-device", "ROUTER_OTHER_DEVICE", "router-other-device"],
    ["down", "ROUTER_OTHER_DEVICE", "router-other-device"],
  ] as const)("a router that is %s by %s is one matter: %s", (state, code, kind) => {
    expect(kinds(find({}, { state, lastError: code === undefined ? undefined : error(code) }))).toEqual([kind]);
  });

  test("one failed round of a router that is up is nobody's business", () => {
    expect(find({}, { lastError: error("ROUTER_TIMED_OUT") })).toEqual([]);
    expect(find({}, { state: "starting" })).toEqual([]);
  });

  test("since is when this trouble began, or, where nothing failed, when it was last read", () => {
    expect(find({}, { state: "down", lastError: error("ROUTER_LOGIN_FAILED") })[0]?.sinceMs).toBe(nowMs - 5_000);
    expect(find({}, { state: "stale" })[0]?.sinceMs).toBe(nowMs - 10_000);
  });

  test("a disk that is full is one matter of the site, not one of each router too", () => {
    const storeFailure = { code: "STORE_UNWRITABLE", message: "disk full", sinceMs: nowMs };
    const items = find({}, { state: "stale", lastError: error("STORE_UNWRITABLE") }, { storeFailure });
    expect(kinds(items)).toEqual(["database-failing"]);
    expect(items[0]?.sinceMs).toBe(nowMs);
  });

  test("a parked router matters while it has open sessions", () => {
    expect(kinds(find({}, undefined))).toEqual(["router-parked-with-sessions"]);
    expect(find({ openSessions: 0 }, undefined)).toEqual([]);
  });

  test.each([
    [{ sessions: 5, polledBytes: 969, loggedBytes: 1_000 }, ["log-counts-differ"]],
    [{ sessions: 5, polledBytes: 1_000, loggedBytes: 969 }, ["log-counts-differ"]],
    [{ sessions: 5, polledBytes: 970, loggedBytes: 1_000 }, []],
    [{ sessions: 4, polledBytes: 500, loggedBytes: 1_000 }, []],
    [{ sessions: 9, polledBytes: 0, loggedBytes: 0 }, []],
  ])("log and interface: %j", (compared, expected) => {
    expect(kinds(find({ compared }, {}))).toEqual(expected);
  });

  test("the zone matters only where the books know theirs and it is another", () => {
    expect(kinds(find({}, {}, { siteTimeZone: "Asia/Makassar" }))).toEqual(["site-zone-changed"]);
    expect(find({}, {}, { booksTimeZone: undefined })).toEqual([]);
  });

  test("ids stay the same from look to look and differ from each other", () => {
    const gaps = [1, 2].map((id) => ({ id, fromAtMs: nowMs - 900_000, toAtMs: nowMs - id, estimatedSessions: 0 }));
    const look = () => find({ gaps, pendingRecords: 2 }, { state: "down", unreadableRows: 1 });
    const ids = look().map(({ id }) => id);
    expect(look().map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(5);
  });
});

describe("words", () => {
  const all = [
    ...find(
      {
        gaps: [{ id: 1, fromAtMs: nowMs - 900_000, toAtMs: nowMs, estimatedSessions: 1 }],
        pendingRecords: 1,
        compared: { sessions: 9, polledBytes: 1, loggedBytes: 2 },
      },
      { state: "down", lastError: error("ROUTER_UNREACHABLE"), unreadableRows: 1, effectiveEverySeconds: 120 },
      {
        siteTimeZone: "Asia/Makassar",
        storeFailure: { code: "STORE_UNWRITABLE", message: "disk full", sinceMs: nowMs },
      },
    ),
    ...find({}, undefined),
    ...["ROUTER_LOGIN_FAILED", "ROUTER_NOT_PERMITTED", "ROUTER_OTHER_DEVICE"].flatMap((code) =>
      find({}, { state: "down", lastError: error(code) }),
    ),
  ];

  test("every kind has a title, a detail and what to do, with nothing left open", () => {
    expect(new Set(kinds(all))).toEqual(new Set(attentionKinds));
    for (const item of all) {
      const { title, detail, action } = attentionWords(item);
      for (const text of [title, detail, action.what, action.command ?? "none"]) {
        expect(text.length).toBeGreaterThan(3);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  test("another device is accepted by name", () => {
    const [item] = find({}, { state: "other-device" });
    expect(attentionWords(item as AttentionItem).action.command).toBe("ronda router accept hex");
  });
});

describe("whether sessions may be called live", () => {
  test.each([
    [{}, 10_000, true],
    [{}, 180_000, true],
    [{}, 180_001, false],
    [{ pollEverySeconds: 1, effectiveEverySeconds: 1 }, 30_000, true],
    [{ pollEverySeconds: 1, effectiveEverySeconds: 1 }, 30_001, false],
    [{ effectiveEverySeconds: 600 }, 1_800_000, true],
    [{ state: "down" }, 10_000, false],
    [{ state: "starting" }, 10_000, false],
    [{ state: "other-device" }, 10_000, false],
  ] as const)("%j, read %i ms ago: %s", (change, agoMs, fresh) => {
    expect(isFresh({ ...up, ...change, lastSeenAtMs: nowMs - agoMs }, nowMs)).toBe(fresh);
  });

  test("not without a reading, not without a loop", () => {
    expect(isFresh({ ...up, lastSeenAtMs: undefined }, nowMs)).toBe(false);
    expect(isFresh(undefined, nowMs)).toBe(false);
  });
});
