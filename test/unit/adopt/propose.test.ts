import { describe, expect, test } from "vitest";
import { indexAccess } from "../../../src/domain/access/access-index.js";
import { diff } from "../../../src/domain/access/diff.js";
import { proposeAdoption } from "../../../src/domain/adopt/propose.js";
import type { KnownBooks, LineKey, ProposedLine } from "../../../src/domain/adopt/proposal.js";
import { accessBooks, confirmed } from "./confirmed.js";
import {
  hotspotProfile,
  hotspotUser,
  isolation,
  listEntry,
  noBooks,
  observedOf,
  parsePhone,
  pppProfile,
  queue,
  secret,
  type Rows,
} from "./router-rows.js";

const propose = (
  rows: Rows,
  known: KnownBooks = noBooks,
  planOf: Partial<Record<LineKey, string>> = {},
  ways = isolation,
) =>
  proposeAdoption(observedOf(rows), known, {
    isolation: ways,
    parsePhone,
    planOf: new Map(Object.entries(planOf) as [LineKey, string][]),
  });

describe("rows as routers in the field hold them", () => {
  // Recorded API replies: a secret on the built-in profile, an OpenVPN one, a customer's queue, a subnet's, and a burst text
  // from an Indonesian 6.48.6 export.
  const rows: Rows = {
    secrets: [
      secret("2005747@alfa", { profile: "default", remoteAddress: "10.205.74.160" }),
      secret("user1", { profile: "ovpn", service: "ovpn" }),
      secret("plg1", { profile: "5M" }),
    ],
    pppProfiles: [
      pppProfile("default", "", { isDefault: true }),
      pppProfile("ovpn", "", { remoteAddress: "*2" }),
      pppProfile("5M", "5M/5M 10M/10M 5M/5M 10/10 7 3M/3M"),
    ],
    hotspotUsers: [hotspotUser("user1", { profile: "uprof1", limitUptime: "1m" }), hotspotUser("default-trial")],
    hotspotProfiles: [hotspotProfile("uprof1", "1", { onLogin: "s1" })],
    queues: [
      queue("25869", "10.16.97.102/32", { maxLimit: "25000000/25000000" }),
      queue("queue1", "1.0.1.0/24", { maxLimit: "0/0" }),
    ],
  };

  test("are told apart", () => {
    const { lines, plans, conflicts, leftAlone } = propose(rows);
    expect(lines.map(({ key, plan }) => `${key} ${plan.name}`)).toEqual([
      "pppoe:2005747@alfa default",
      "pppoe:plg1 5M",
      "static:25869 25M",
    ]);
    expect(plans.map(({ plan }) => [plan.name, plan.enforcement.kind])).toEqual([
      ["default", "existing-profile"],
      ["5M", "profile"],
      ["25M", "queue"],
    ]);
    expect(conflicts).toEqual([]);
    expect(leftAlone.map(({ row, why }) => `${row.name} ${why}`)).toEqual([
      "user1 other-service",
      "user1 mikhmon",
      "default-trial built-in",
      "queue1 not-a-host",
      "ovpn unused",
      "uprof1 unused",
    ]);
  });

  test("and adopting them asks nothing of the router", () => {
    const proposal = propose(rows);
    const books = accessBooks(proposal, confirmed(proposal, noBooks), isolation);
    expect(diff(books, indexAccess(observedOf(rows)))).toEqual({ changes: [], questions: [], obstacles: [] });
  });
});

const conflictOf = (rows: Rows, known?: KnownBooks, ways = isolation): string[] =>
  propose(rows, known, {}, ways).conflicts.map(({ row, kind }) => `${row.name} ${kind}`);

describe("what a person has to settle first", () => {
  const pppProfiles = [pppProfile("10M", "5M/10M"), pppProfile("isolir", "128k/256k")];

  test("names", () => {
    expect(conflictOf({ pppProfiles, secrets: [secret("a"), secret("A"), secret("b")] })).toEqual([
      "a name-differs-in-case",
      "A name-differs-in-case",
    ]);
    const hotspotUsers = [hotspotUser("x", { server: "hs1" }), hotspotUser("x", { server: "hs2" })];
    expect(conflictOf({ hotspotUsers, hotspotProfiles: [hotspotProfile("default")] })).toEqual([
      "x name-twice",
      "x name-twice",
    ]);
    expect(conflictOf({ pppProfiles, secrets: [secret("*1A"), secret("tab\tular")] })).toEqual([
      "*1A name-unfit",
      "tab\tular name-unfit",
    ]);
  });

  test("profiles", () => {
    expect(
      conflictOf({ pppProfiles, secrets: [secret("a", { profile: "1" }), secret("b", { profile: "*7" })] }),
    ).toEqual(["a profile-missing", "b profile-missing"]);
    const twins = [pppProfile("10M", "5M/10M"), pppProfile("10M", "1M/1M")];
    expect(conflictOf({ pppProfiles: twins, secrets: [secret("a")] })).toEqual([
      "a profile-twice",
      "10M profile-twice",
      "10M profile-twice",
    ]);
  });

  test("a dark line whose plan nobody knows, until a person says it", () => {
    const rows = { pppProfiles, secrets: [secret("a", { profile: "isolir", comment: "Pak A" })] };
    const { conflicts } = propose(rows);
    expect(conflicts).toMatchObject([
      { kind: "plan-unknown", words: expect.stringContaining("--plan a=PLAN") as string },
    ]);
    expect(propose(rows, noBooks, { "pppoe:a": "10M" }).lines).toMatchObject([
      { name: "a", dark: "isolation-profile", plan: { name: "10M" } },
    ]);
    expect(propose(rows, noBooks, { "pppoe:a": "99M" }).conflicts).toMatchObject([{ kind: "plan-unknown" }]);
    expect(propose(rows, noBooks, { "pppoe:a": "isolir" }).conflicts).toMatchObject([{ kind: "plan-unknown" }]);
  });

  test("isolation by another way than routers.yaml says", () => {
    const rows = { pppProfiles, secrets: [secret("a", { profile: "isolir", comment: "10M" })] };
    expect(conflictOf(rows, noBooks, { ...isolation, method: "disable" })).toEqual(["a isolation-differs"]);
    const queues = [queue("q", "10.0.0.5/32")];
    expect(conflictOf({ queues, listEntries: [listEntry("10.0.0.5", { dynamic: true })] })).toEqual([
      "q listed-for-a-while",
    ]);
  });

  test("queues: one address twice, limits that no plan has", () => {
    const queues = [
      queue("a", "10.0.0.5/32"),
      queue("b", "10.0.0.5"),
      queue("c", "10.0.0.6/32", { priority: "8/1" }),
      queue("d", "10.0.0.7/32", { maxLimit: "10/10" }),
    ];
    expect(conflictOf({ queues })).toEqual(["a address-shared", "b address-shared", "c rates-unfit", "d rates-unfit"]);
  });

  test("RADIUS", () => {
    const session = { id: "*8", service: "pppoe", callerId: "", address: "", uptimeSeconds: 1, radius: true };
    const pppActive = [
      { ...session, name: "a" },
      { ...session, id: "*9", name: "roaming" },
    ];
    expect(conflictOf({ pppProfiles, secrets: [secret("a"), secret("b")], pppActive })).toEqual([
      "a radius",
      "a radius",
      "roaming radius",
    ]);
  });
});

describe("plans", () => {
  test("a name that the books have with other speeds: the profile is referred to, and never written", () => {
    const known: KnownBooks = {
      ...noBooks,
      plans: [
        {
          id: 7,
          name: "10M",
          priceIdr: 1,
          rates: { max: { uploadBps: 1, downloadBps: 2 }, burst: undefined, limitAt: undefined, priority: undefined },
          enforcement: { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined },
        },
      ],
    };
    const { plans } = propose({ pppProfiles: [pppProfile("10M", "5M/10M")], secrets: [secret("a")] }, known);
    expect(plans).toMatchObject([
      { plan: { name: "10M (pppoe)", enforcement: { kind: "existing-profile", profile: "10M" } } },
    ]);
    expect(plans[0]?.remarks.join()).toContain("plan 10M owns a profile of this name with other speeds");
  });

  test("a profile with a script, an odd rate or none is referred to as it is", () => {
    const rows: Rows = {
      pppProfiles: [pppProfile("s", "5M/10M", { onUp: ":log info 1" }), pppProfile("odd", "fast"), pppProfile("none")],
      secrets: [secret("a", { profile: "s" }), secret("b", { profile: "odd" }), secret("c", { profile: "none" })],
    };
    expect(propose(rows).plans.map(({ plan, remarks }) => [plan.enforcement.kind, remarks.length > 0])).toEqual([
      ["existing-profile", true],
      ["existing-profile", true],
      ["existing-profile", false],
    ]);
  });

  test("one profile name for PPPoE and hotspot is one plan where the speeds are the same", () => {
    const rows: Rows = {
      pppProfiles: [pppProfile("10M", "5M/10M")],
      hotspotProfiles: [hotspotProfile("10M", "5M/10M")],
      secrets: [secret("a")],
      hotspotUsers: [hotspotUser("b", { profile: "10M" })],
    };
    expect(propose(rows).plans).toHaveLength(1);
    const other = propose({ ...rows, hotspotProfiles: [hotspotProfile("10M", "1M/1M")] });
    expect(other.plans.map(({ plan }) => [plan.name, plan.enforcement.kind])).toEqual([
      ["10M", "profile"],
      ["10M (hotspot)", "existing-profile"],
    ]);
  });
});

test("a queue for the fixed address of a secret is no second customer", () => {
  const { lines, leftAlone } = propose({
    pppProfiles: [pppProfile("10M", "5M/10M")],
    secrets: [secret("budi", { remoteAddress: "10.0.0.5" })],
    queues: [queue("budi-q", "10.0.0.5/32")],
  });
  expect(lines.map(({ key }) => key)).toEqual(["pppoe:budi"]);
  expect(leftAlone.find(({ row }) => row.name === "budi-q")?.words).toContain("secret budi");
});

test("anything about a row that matters changes its id, and nothing else does", () => {
  const rows = { pppProfiles: [pppProfile("10M", "5M/10M"), pppProfile("20M", "10M/20M")] };
  const idOf = (more: Parameters<typeof secret>[1], others: Rows["secrets"] = []): string | undefined =>
    (propose({ ...rows, secrets: [secret("a", more), ...others] }).lines[0] as ProposedLine | undefined)?.id;
  const id = idOf({});
  expect(idOf({ lastCallerId: "AA:BB:CC:00:00:01" }, [secret("b", { profile: "20M" })])).toBe(id);
  for (const more of [{ profile: "20M" }, { disabled: true }, { comment: "Budi" }]) expect(idOf(more)).not.toBe(id);
  expect(propose({ pppProfiles: [pppProfile("10M", "5M/11M")], secrets: [secret("a")] }).lines[0]?.id).not.toBe(id);
});
