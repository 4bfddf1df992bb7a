import { describe, expect, test } from "vitest";
import type { ClockState } from "../../../src/app/clock/clock-sense.js";
import { clockDoubtReasons, type ClockDoubtReason } from "../../../src/domain/billing/clock-doubt.js";
import {
  attentionKinds,
  findAttention,
  type AttentionItem,
  type RouterConcerns,
  type SiteConcerns,
} from "../../../src/app/attention.js";
import { attentionWords } from "../../../src/app/attention-words.js";
import { AccessBoard } from "../../../src/app/access/access-board.js";
import type { RouterAccess } from "../../../src/app/access/keepers.js";
import { isFresh, type RouterLive } from "../../../src/app/queries.js";
import type { Obstacle, Question } from "../../../src/domain/access/changes.js";

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
    brakes: [],
    webhooksOff: [],
    nobodySignsIn: false,
    passwordTrouble: undefined,
    clock: undefined,
    access: () => undefined,
    lineName: () => undefined,
    ...site,
  });
}
const doubted = (reason: ClockDoubtReason): ClockState => ({
  judgement: { kind: "doubted", reason, aheadMs: undefined, endedBy: ["person"], routers: ["hex", "rb"] },
  shownMs: Date.UTC(2031, 0, 1),
  trustedMs: nowMs,
  doubtedSinceMs: nowMs,
});
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

/** A router whose lines stand as told; line n is called `warga-n`. */
function kept(
  lines: Readonly<
    Record<
      number,
      {
        state?: "refused" | "pending";
        asks?: Question["kind"];
        blocked?: Obstacle["kind"];
        detail?: string;
        candidates?: Question["candidates"];
      }
    >
  > = {},
  change: Partial<RouterAccess> = {},
): RouterAccess {
  const board = new AccessBoard({ nowMs: () => nowMs } as never);
  for (const [key, { state, asks, blocked, detail = "", candidates = [] }] of Object.entries(lines)) {
    const [lineId, name] = [Number(key), `warga-${key}`];
    if (state === "refused") board.refused(`line:${lineId}`, "no such profile");
    else if (state === "pending") board.pending(lineId);
    else {
      const questions = asks === undefined ? [] : [{ kind: asks, lineId, service: "pppoe" as const, name, candidates }];
      const obstacles = blocked === undefined ? [] : [{ kind: blocked, lineId, name, detail }];
      const end = { end: "waits" as const, isHeld: false, lookAgainInMs: undefined, observed: undefined };
      board.settled(lineId, { ...end, questions, obstacles });
    }
  }
  return {
    mode: "enforce",
    isolation: { method: "profile", profile: "isolir", addressList: "isolir", hotspotProfile: undefined },
    isHeldForConfirmation: false,
    isClockDoubted: false,
    progress: { waiting: 0, releases: 0, isPaused: false, isLooking: false },
    expectedEndAtMs: undefined,
    board,
    ...change,
  };
}
const keeping = (access: RouterAccess): Partial<SiteConcerns> => ({
  access: () => access,
  lineName: (lineId) => `warga-${lineId}`,
});
const change = (lineId: number, effect: "lights" | "darkens") =>
  ({ kind: "set-secret", effect, why: "isolated", lineId, name: "x", fields: {}, before: {} }) as const;
const brake = (router: string | undefined, ...listed: { isDue: boolean; confirmedAtMs?: number }[]) => ({
  id: "brake_1",
  router,
  engagedAtMs: nowMs - 60_000,
  subscriptions: listed.map(({ isDue, confirmedAtMs }, at) => ({
    id: `subscription_${at}`,
    customer: `Bu ${at}`,
    state: "isolated" as const,
    isDue,
    confirmedAtMs,
    confirmedBy: confirmedAtMs === undefined ? undefined : "api",
  })),
});
const unconfirmed = (): RouterAccess => {
  const access = kept({ 1: { state: "pending" } }, { isHeldForConfirmation: true });
  access.board.difference = { changes: [change(1, "darkens")], questions: [], obstacles: [] };
  return access;
};
const troubled = (what: "lookError" | "trouble", code: string, comparedAgoMs?: number): RouterAccess => {
  const access = kept();
  access.board[what] = { code, message: "words of the link", atMs: nowMs };
  access.board.comparedAtMs = comparedAgoMs === undefined ? undefined : nowMs - comparedAgoMs;
  return access;
};

describe("access", () => {
  test("what converges, or is on its way, needs nobody", () => {
    expect(find({}, {}, keeping(kept({ 1: { state: "pending" }, 2: {} })))).toEqual([]);
    expect(find({}, {}, keeping(unconfirmed())).map(({ params }) => params)).toEqual([
      { router: "hex", changes: 1, darkens: 1, lights: 0 },
    ]);
  });

  test("changes that are simply on their way need nobody's go", () => {
    const access = { ...unconfirmed(), isHeldForConfirmation: false };
    expect(find({}, {}, keeping(access))).toEqual([]);
  });

  test("a router that left routers.yaml asks nothing of its lines", () => {
    expect(find({ openSessions: 0 }, undefined, keeping(kept({ 1: { asks: "vanished" } })))).toEqual([]);
  });

  test("some questions are asked one by one, many as one", () => {
    const asks = (count: number) =>
      find(
        {},
        {},
        keeping(kept(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, { asks: "vanished" as const }])))),
      );
    expect(asks(3).map(({ id }) => id)).toEqual([
      "line-asks:hex:vanished:line_0",
      "line-asks:hex:vanished:line_1",
      "line-asks:hex:vanished:line_2",
    ]);
    expect(asks(40)).toHaveLength(1);
    expect(asks(40)[0]?.params).toMatchObject({ lines: 40, line: "", question: "vanished" });
    expect(asks(40)[0]?.params["names"]).toBe("warga-0, warga-1, warga-2, warga-3, warga-4, … (+35)");
  });

  test("a profile that is missing is one matter, however many lines wait for it, and another one is another", () => {
    const blocked = "profile-missing" as const;
    const lines = { 1: { blocked, detail: "10M" }, 2: { blocked, detail: "10M" }, 3: { blocked, detail: "20M" } };
    expect(find({}, {}, keeping(kept(lines))).map(({ params }) => [params["detail"], params["lines"]])).toEqual([
      ["10M", 2],
      ["20M", 1],
    ]);
  });

  test("the isolir profile that is missing says how to make it", () => {
    const access = kept({ 1: { blocked: "isolation-profile-missing", detail: "isolir" } });
    const [item] = find({}, {}, keeping(access)) as [AttentionItem];
    expect(attentionWords(item, "id").action.command).toBe("ronda router-script hex");
    expect(attentionWords(item).title).toBe("The isolir profile isolir is not on hex: warga-1 cannot be isolated");
  });

  test("the words of a question name its line and who it may be now", () => {
    const candidates = [{ name: "budi-baru", same: ["comment" as const] }];
    const [item] = find({}, {}, keeping(kept({ 7: { asks: "vanished", candidates } }))) as [AttentionItem];
    expect(attentionWords(item, "id").title).toBe("warga-7 hilang dari hex; mungkin sekarang bernama budi-baru");
    expect(attentionWords(item).action.command).toContain("/api/v1/lines/line_7/answer");
  });

  test("lines and profiles that the router refused are one matter", () => {
    const access = kept({ 1: { state: "refused" }, 2: { state: "refused" } });
    access.board.refused("ppp-profile:10M", "bad rate");
    const [item, ...others] = find({}, {}, keeping(access));
    expect(others).toEqual([]);
    expect(item?.params).toEqual({
      router: "hex",
      changes: 3,
      names: "warga-1, warga-2, 10M",
      message: "no such profile",
    });
  });

  test.each([
    ["lookError", "ROUTER_NOT_PERMITTED", undefined, ["access-not-readable"]],
    ["lookError", "ROUTER_TIMED_OUT", 14 * 60_000, []],
    ["lookError", "ROUTER_TIMED_OUT", 16 * 60_000, ["access-not-readable"]],
    ["lookError", "ROUTER_UNREACHABLE", undefined, []],
    ["trouble", "ROUTER_NOT_PERMITTED", 60_000, ["access-not-writable"]],
    ["trouble", "ROUTER_UNREACHABLE", 60_000, []],
  ] as const)("%s %s, compared %s ms ago: %j", (what, code, comparedAgoMs, expected) => {
    expect(kinds(find({}, {}, keeping(troubled(what, code, comparedAgoMs))))).toEqual(expected);
    const down = find({}, { state: "down", lastError: error(code) }, keeping(troubled(what, code, comparedAgoMs)));
    expect(down).toHaveLength(1);
    expect(down[0]?.kind).toMatch(/^router-/);
  });

  test("a brake matters while somebody who is due waits for a word", () => {
    const brakes = (...listed: Parameters<typeof brake>[1][]) => find({}, {}, { brakes: [brake("hex", ...listed)] });
    expect(brakes({ isDue: true }, { isDue: true, confirmedAtMs: 1 }, { isDue: false })[0]?.params).toEqual({
      brake: "brake_1",
      router: "hex",
      waiting: 1,
      names: "Bu 0",
    });
    expect(brakes({ isDue: true, confirmedAtMs: 1 }, { isDue: false })).toEqual([]);
  });
});

describe("words", () => {
  const obstacleKinds = [
    "profile-missing",
    "isolation-profile-missing",
    "password-unknown",
    "name-ambiguous",
    "address-unknown",
    "address-differs",
    "menu-missing",
    "row-dynamic",
    "plan-unfit",
  ] as const;
  const all = [
    ...find(
      {},
      {},
      {
        ...keeping(
          kept({
            1: { state: "refused" },
            2: { asks: "vanished" },
            3: { asks: "disabled-by-hand" },
            ...Object.fromEntries(obstacleKinds.map((blocked, at) => [10 + at, { blocked, detail: "isolir" }])),
          }),
        ),
        brakes: [brake(undefined, { isDue: true }), brake("hex", { isDue: true })],
        passwordTrouble: { count: 2, code: "SECRET_KEY_WRONG", message: "another key" },
        nobodySignsIn: true,
        webhooksOff: [{ id: "webhook_1", host: "kas.example", sinceMs: nowMs }],
      },
    ),
    ...[unconfirmed(), troubled("lookError", "ROUTER_REFUSED"), troubled("trouble", "ROUTER_NOT_PERMITTED")].flatMap(
      (access) => find({}, {}, keeping(access)),
    ),
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
    ...clockDoubtReasons.flatMap((reason) => find({}, {}, { clock: doubted(reason) })),
    ...["ROUTER_LOGIN_FAILED", "ROUTER_NOT_PERMITTED", "ROUTER_OTHER_DEVICE"].flatMap((code) =>
      find({}, { state: "down", lastError: error(code) }),
    ),
  ];

  test("every kind has a title, a detail and what to do, with nothing left open", () => {
    expect(new Set(kinds(all))).toEqual(new Set(attentionKinds));
    for (const [item, language] of all.flatMap((item) => [[item, "en"] as const, [item, "id"] as const])) {
      const { title, detail, action } = attentionWords(item, language);
      for (const text of [title, detail, action.what, action.command ?? "none"]) {
        expect(text.length).toBeGreaterThan(3);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  test("a clock in doubt says why in both languages, what it shows, and what ends it", () => {
    const words = clockDoubtReasons.map((reason) => {
      const [item] = find({}, {}, { clock: doubted(reason) });
      return (["en", "id"] as const).map((language) => attentionWords(item as AttentionItem, language));
    });
    expect(new Set(words.flat().map(({ title }) => title)).size).toBe(2 * clockDoubtReasons.length);
    const [restored] = words[clockDoubtReasons.indexOf("books-restored")] ?? [];
    expect(restored?.action.what).toMatch(/complete: NTP cannot know/);
    expect(restored?.detail).toContain("shows 2031-01-01T00:00Z; it was last trusted at 2026-11-23T03:30Z");
    const [disagree] = words[clockDoubtReasons.indexOf("routers-disagree")] ?? [];
    expect(disagree?.title).toContain("hex, rb");
    const clock = { ...doubted("stepped"), judgement: { kind: "trusted", by: "ntp" } as const };
    expect(find({}, {}, { clock })).toEqual([]);
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
