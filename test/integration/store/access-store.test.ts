import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { selectManagedLines } from "../../../src/adapters/sqlite/access-rows.js";
import { createFullCommit } from "../../../src/adapters/sqlite/full-commit.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import type { AccessStore, JournalIntent } from "../../../src/app/access/access-store.js";
import { atMs, createSeed } from "./access-books.js";

const isolation = { method: "profile", profile: "isolir", addressList: "isolir", hotspotProfile: undefined } as const;

let folder = "";
let db: Sqlite;
let store: AccessStore;
let seed: ReturnType<typeof createSeed>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-access-"));
  db = await openDatabase(join(folder, "ronda.db"));
  store = createAccessStore(db, { open: (sealed) => `opened ${sealed}` });
  seed = createSeed(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const intentOf = (routerId: number, lineId: number, changes: Partial<JournalIntent> = {}): JournalIntent => ({
  routerId,
  lineId,
  subscriptionId: undefined,
  kind: "set-secret",
  name: "budi",
  why: "isolated",
  effect: "darkens",
  by: "daemon",
  before: { profile: "10m" },
  after: { profile: "isolir" },
  ...changes,
});
const settled = { uptimeMs: undefined, passwordVersion: undefined, facts: {} };

describe("the books of a router", () => {
  test("are its lines that belong to a subscription now, with plan and state, and nobody else's", () => {
    const [pos1, pos2] = [seed.router("pos-1"), seed.router("pos-2")];
    const plan = seed.plan("10m", {
      ppp_local_address: "10.0.0.1",
      burst_upload_bps: 6_000_000,
      burst_download_bps: 12_000_000,
      burst_threshold_upload_bps: 4_000_000,
      burst_threshold_download_bps: 8_000_000,
      burst_upload_seconds: 8,
      burst_download_seconds: 0.5,
      limit_at_upload_bps: 1_000_000,
      limit_at_download_bps: 2_000_000,
      priority: 3,
    });
    const next = seed.plan("20m", { upload_bps: null, download_bps: null, enforcement: "existing-profile" });
    const budi = seed.subscription(seed.customer("Budi"), plan, "isolated");
    const line = seed.line(pos1, "budi", budi);
    seed.line(pos2, "budi-cadangan", budi);
    seed.line(pos1, "nobody");
    const left = seed.line(pos1, "left", seed.subscription(seed.customer("Siti"), plan));
    db.prepare("update subscription_lines set until_at_ms = from_at_ms where line_id = ?").run(left);

    const books = store.accessBooks(pos1, isolation);
    expect(books.isolation).toBe(isolation);
    expect(books.lines).toEqual([
      {
        lineId: line,
        subscriptionId: budi,
        customerName: "Budi",
        service: "pppoe",
        name: "budi",
        state: "isolated",
        plan: {
          id: plan,
          name: "10m",
          priceIdr: 150_000,
          enforcement: {
            kind: "profile",
            profile: "10m",
            pppLocalAddress: "10.0.0.1",
            pppRemoteAddress: undefined,
          },
          rates: {
            max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
            burst: {
              limit: { uploadBps: 6_000_000, downloadBps: 12_000_000 },
              threshold: { uploadBps: 4_000_000, downloadBps: 8_000_000 },
              uploadSeconds: 8,
              downloadSeconds: 0.5,
            },
            limitAt: { uploadBps: 1_000_000, downloadBps: 2_000_000 },
            priority: 3,
          },
        },
        password: "unknown",
        address: undefined,
        hotspotServer: undefined,
        presence: "expected",
        disabledByUs: false,
        byHand: "unasked",
        isDark: false,
        lastSeen: undefined,
      },
    ]);
    expect(store.managedLine(line)).toEqual(books.lines[0]);
    expect(store.managedLine(left)).toBeUndefined();
    expect([...store.managedLines([left, line, 999])]).toEqual([[line, books.lines[0]]]);

    // The next plan is the one that holds now.
    db.prepare("update subscription_plans set until_at_ms = from_at_ms where subscription_id = ?").run(budi);
    db.prepare("insert into subscription_plans (subscription_id, plan_id, from_at_ms) values (?, ?, ?)").run(
      budi,
      next,
      atMs,
    );
    expect(store.managedLine(line)?.plan).toMatchObject({
      name: "20m",
      rates: undefined,
      enforcement: { kind: "existing-profile" },
    });
  });

  test("a password is to be written until that version of it was read back as written", () => {
    const pos1 = seed.router("pos-1");
    const line = seed.line(pos1, "budi", seed.subscription(seed.customer("Budi"), seed.plan("10m")));
    expect(store.password(line)).toBeUndefined();
    const set = (sealed: string, version: number): unknown =>
      db.prepare("update line_access set sealed_password = ?, password_version = ?").run(sealed, version);
    const state = (): string | undefined => store.managedLine(line)?.password;

    set("first", 1);
    expect(state()).toBe("to-write");
    expect(store.password(line)).toEqual({ text: "opened first", version: 1 });
    const id = store.intend(intentOf(pos1, line), undefined, {}, atMs);
    set("second", 2); // while the first was on its way
    store.settle(id, { ...settled, passwordVersion: 1 }, atMs);
    expect(state()).toBe("to-write");
    const again = store.intend(intentOf(pos1, line), undefined, {}, atMs);
    store.settle(again, { ...settled, passwordVersion: 2 }, atMs);
    expect(state()).toBe("written");
    // A late word about the older one takes nothing back.
    store.settle(id, { ...settled, passwordVersion: 1 }, atMs);
    expect(state()).toBe("written");
  });

  test("what a look showed is remembered, the rest stays, and a look that shows nothing new writes nothing", () => {
    const line = seed.line(seed.router("pos-1"), "budi", seed.subscription(seed.customer("Budi"), seed.plan("10m")));
    const lastSeen = { callerId: "AA:BB:CC:DD:EE:FF", remoteAddress: "", comment: "Budi 0812" };
    store.noteFacts(new Map([[line, { isDark: true, disabledByUs: true, byHand: "keep", lastSeen }]]));
    expect(store.managedLine(line)).toMatchObject({ isDark: true, disabledByUs: true, byHand: "keep", lastSeen });
    store.noteFacts(new Map([[line, { isDark: false, presence: "to-create" }]]));
    expect(store.managedLine(line)).toMatchObject({
      isDark: false,
      disabledByUs: true,
      byHand: "keep",
      presence: "to-create",
      lastSeen,
    });
    const changes = (): unknown => db.prepare("select total_changes()").pluck().get();
    const before = changes();
    store.noteFacts(new Map([[line, { isDark: false, presence: "to-create", lastSeen }]]));
    expect(changes()).toBe(before);
  });
});

describe("journal and debts", () => {
  test("an intent and the debt that it makes are one commit; settling dates the debt, paying ends it", () => {
    const pos1 = seed.router("pos-1");
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10m"));
    const line = seed.line(pos1, "budi", budi);
    const id = store.intend(
      intentOf(pos1, line, { subscriptionId: budi }),
      { owesCookies: true },
      { disabledByUs: true },
      atMs + 0.7,
    );
    expect(store.managedLine(line)?.disabledByUs).toBe(true);
    const entry = {
      ...intentOf(pos1, line, { subscriptionId: budi }),
      id,
      state: "intended",
      intendedAtMs: atMs,
      sentAtMs: undefined,
      endedAtMs: undefined,
      message: undefined,
    };
    expect(store.unsettled(pos1)).toEqual([entry]);
    const debt = {
      id: expect.any(Number) as number,
      lineId: line,
      service: "pppoe",
      name: "budi",
      journalId: id,
      owesCookies: true,
      settledUptimeMs: undefined,
      isRelease: false,
    };
    expect(store.debts(pos1)).toEqual([debt]);

    store.markSent(id, atMs + 1);
    expect(store.unsettled(pos1)).toEqual([{ ...entry, state: "sent", sentAtMs: atMs + 1 }]);
    store.markUnknown(id, "the reply was lost", atMs + 1);
    expect(store.unsettled(pos1)).toMatchObject([{ state: "unknown", message: "the reply was lost" }]);
    store.settle(id, { uptimeMs: 5_000.2, passwordVersion: undefined, facts: { isDark: true } }, atMs + 2);
    expect(store.unsettled(pos1)).toEqual([]);
    expect(store.managedLine(line)?.isDark).toBe(true);
    expect(store.debtsOf(line)).toEqual([{ ...debt, settledUptimeMs: 5_001 }]);
    // It is dated once: what began after a second look is not owed.
    store.settle(id, { uptimeMs: 9_000, passwordVersion: undefined, facts: {} }, atMs + 3);
    const [owed] = store.debtsOf(line);
    expect(owed?.settledUptimeMs).toBe(5_001);
    // No late word brings an ended entry back, nor takes its debt.
    store.markSent(id, atMs + 4);
    store.end(id, "refused", "no", atMs + 4);
    expect(db.prepare("select state, ended_at_ms from journal").all()).toEqual([
      { state: "settled", ended_at_ms: atMs + 2 },
    ]);

    store.cookiesGone(owed?.id ?? 0);
    expect(store.debtsOf(line)).toMatchObject([{ owesCookies: false }]);
    store.payDebt(owed?.id ?? 0, atMs + 5);
    expect(store.debts(pos1)).toEqual([]);
  });

  test("a refused write owes nothing; a release's debt says so", () => {
    const pos1 = seed.router("pos-1");
    const line = seed.line(pos1, "budi");
    const refused = store.intend(intentOf(pos1, line), { owesCookies: false }, {}, atMs);
    const lit = store.intend(intentOf(pos1, line, { effect: "lights" }), { owesCookies: false }, {}, atMs);
    store.end(refused, "refused", "input does not match any value of profile", atMs);
    expect(store.debts(pos1)).toMatchObject([{ journalId: lit, isRelease: true }]);
    expect(db.prepare("select state, message from journal where id = ?").get(refused)).toEqual({
      state: "refused",
      message: "input does not match any value of profile",
    });
  });

  test("an intent whose debt cannot be written is not written either", () => {
    const pos1 = seed.router("pos-1");
    const line = seed.line(pos1, "budi");
    db.exec("create trigger full_card before insert on debts begin select raise(abort, 'disk full'); end");
    expect(() => store.intend(intentOf(pos1, line), { owesCookies: false }, { isDark: true }, atMs)).toThrow(
      /disk full/,
    );
    expect(db.prepare("select count(*) from journal").pluck().get()).toBe(0);
    expect(db.pragma("synchronous", { simple: true })).toBe(1);
  });

  test("another connection sees each step as soon as the call returns, committed with FULL; rounds stay at NORMAL", () => {
    const pos1 = seed.router("pos-1");
    const line = seed.line(pos1, "budi");
    db.exec(
      `create temp table levels (level);
       create temp trigger noted after insert on main.journal
         begin insert into levels select synchronous from pragma_synchronous; end;
       create temp trigger moved after update on main.journal
         begin insert into levels select synchronous from pragma_synchronous; end;`,
    );
    const other = new Database(db.name, { readonly: true });
    const states = (): unknown => other.prepare("select state from journal").pluck().all();
    const id = store.intend(intentOf(pos1, line), undefined, {}, atMs);
    expect(states()).toEqual(["intended"]);
    store.markSent(id, atMs);
    expect(states()).toEqual(["sent"]);
    store.settle(id, settled, atMs);
    expect(states()).toEqual(["settled"]);
    other.close();
    expect(db.prepare("select level from temp.levels").pluck().all()).toEqual([2, 2, 2]);
    expect(db.pragma("synchronous", { simple: true })).toBe(1);
  });

  test("full commits join one that is under way, and refuse to hide in a transaction that is not one", () => {
    const full = createFullCommit(db);
    const line = seed.line(seed.router("pos-1"), "budi");
    expect(() =>
      full(() => {
        store.noteFacts(new Map([[line, { isDark: true }]]));
        expect(db.pragma("synchronous", { simple: true })).toBe(2);
        throw new Error("after all not");
      }),
    ).toThrow("after all not");
    expect(db.prepare("select is_dark from line_access").pluck().get()).toBe(0);
    expect(() => db.transaction(() => full(() => 1))()).toThrow(/cannot begin inside/);
  });
});

describe("the brake", () => {
  test("counts what is to go dark and is not, on routers that are configured", () => {
    const [pos1, pos2, gone] = [seed.router("pos-1"), seed.router("pos-2"), seed.router("gone")];
    db.prepare("update routers set parked_at_ms = 1 where id = ?").run(gone);
    const plan = seed.plan("10m");
    const of = (state: string): number => seed.subscription(seed.customer(state), plan, state);
    const [active, isolated, paused, terminated, pending] = [
      of("active"),
      of("isolated"),
      of("paused"),
      of("terminated"),
      of("pending"),
    ] as [number, number, number, number, number];
    seed.line(pos1, "a", active);
    seed.line(pos1, "i1", isolated);
    seed.line(pos1, "i2", isolated);
    seed.line(pos2, "i3", isolated, "pppoe", 1);
    seed.line(pos2, "p", paused);
    seed.line(pos2, "t", terminated, "pppoe", 1);
    seed.line(pos2, "n", pending);
    seed.line(gone, "g", isolated);
    expect(store.pendingDark()).toEqual([
      { routerId: pos1, subscriptionId: isolated },
      { routerId: pos2, subscriptionId: paused },
    ]);
    expect(store.countActive()).toEqual(
      new Map([
        [pos1, 2],
        [pos2, 1],
      ]),
    );
  });

  test("what was darkened counts once a subscription, not when refused, and not when a person had let it through", () => {
    const pos1 = seed.router("pos-1");
    const plan = seed.plan("10m");
    const subscriptions = [1, 2, 3, 4].map((n) => seed.subscription(seed.customer(`c${n}`), plan, "isolated"));
    const lines = subscriptions.map((subscriptionId, n) => seed.line(pos1, `l${n}`, subscriptionId));
    const darken = (n: number, at: number, kind = "set-secret"): number =>
      store.intend(intentOf(pos1, lines[n] ?? 0, { subscriptionId: subscriptions[n], kind }), undefined, {}, at);
    darken(0, atMs);
    darken(0, atMs + 1, "drop-session");
    store.end(darken(1, atMs), "refused", "no", atMs);
    darken(2, atMs - 10);
    const brake = store.engageBrake(
      { routerId: pos1, engagedAtMs: atMs, subscriptionIds: new Set([subscriptions[3] ?? 0]) },
      atMs,
    );
    db.prepare("update brake_subscriptions set confirmed_at_ms = ?, confirmed_by = 'api'").run(atMs + 5);
    darken(3, atMs + 6);
    expect(store.darkenedSince(atMs)).toEqual(new Map([[pos1, new Set([subscriptions[0]])]]));
    expect(store.darkenedSince(atMs - 10)).toEqual(new Map([[pos1, new Set([subscriptions[0], subscriptions[2]])]]));
    // The word of that day does not last beyond its brake.
    store.releaseBrake(brake, atMs + 7);
    darken(3, atMs + 8);
    expect(store.darkenedSince(atMs).get(pos1)).toEqual(new Set([subscriptions[0], subscriptions[3]]));
  });

  test("one is open per router and one for the site; what comes later is added to the list", () => {
    const pos1 = seed.router("pos-1");
    const plan = seed.plan("10m");
    const [a, b, c] = [1, 2, 3].map((n) => seed.subscription(seed.customer(`c${n}`), plan)) as [number, number, number];
    const brake = { engagedAtMs: atMs, subscriptionIds: new Set([a]) };
    const onRouter = store.engageBrake({ ...brake, routerId: pos1 }, atMs);
    const onSite = store.engageBrake({ ...brake, routerId: undefined }, atMs);
    expect(store.engageBrake({ ...brake, routerId: undefined, subscriptionIds: new Set([a, b]) }, atMs)).toBe(onSite);
    store.listOnBrake(onRouter, [a, c]);
    expect(store.openBrakes(0)).toEqual([
      { id: onRouter, routerId: pos1, engagedAtMs: atMs, subscriptionIds: new Set([a, c]), confirmed: new Set() },
      { id: onSite, routerId: undefined, engagedAtMs: atMs, subscriptionIds: new Set([a, b]), confirmed: new Set() },
    ]);
    expect(() => db.prepare("insert into brakes (router_id, engaged_at_ms) values (?, 1)").run(pos1)).toThrow(/UNIQUE/);
    expect(() => db.prepare("insert into brakes (router_id, engaged_at_ms) values (null, 1)").run()).toThrow(/UNIQUE/);
    store.releaseBrake(onSite, atMs - 1);
    expect(store.openBrakes(0).map(({ id }) => id)).toEqual([onRouter]);
    expect(store.engageBrake({ ...brake, routerId: undefined }, atMs)).not.toBe(onSite);
  });
});

test("the books of 5,000 lines among 10,000 are found without walking a whole table", () => {
  const pos1 = seed.router("pos-1");
  const other = seed.router("pos-2");
  const plan = seed.plan("10m");
  db.transaction(() => {
    for (let n = 0; n < 5_000; n++) {
      seed.line(pos1, `pelanggan-${n}`, seed.subscription(seed.customer(`c${n}`), plan));
      seed.line(other, `pelanggan-${n}`, seed.subscription(seed.customer(`d${n}`), plan));
    }
  })();
  expect(store.accessBooks(pos1, isolation).lines).toHaveLength(5_000);
  const plans = db.prepare(`explain query plan ${selectManagedLines} where l.router_id = 1`).all() as {
    detail: string;
  }[];
  expect(plans).toHaveLength(6);
  expect(plans.map(({ detail }) => detail).filter((detail) => detail.startsWith("SCAN"))).toEqual([]);
});
