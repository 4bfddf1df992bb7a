import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createBooksQueries } from "../../../src/adapters/sqlite/read-books.js";
import type { Books } from "../../../src/app/books/books.js";
import type { BooksQueries } from "../../../src/app/books/books-queries.js";
import { formatId, parseId } from "../../../src/app/books/ids.js";
import type { Page, PageRequest } from "../../../src/app/queries.js";
import { atMs, createSeed } from "./access-books.js";
import { createRig, planInput } from "./books-rig.js";

let folder = "";
let db: Sqlite;
let books: Books;
let clock: { atMs: number };
let queries: BooksQueries;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-read-"));
  db = await openDatabase(":memory:");
  ({ books, clock } = createRig(db, join(folder, "ronda.key")));
  queries = createBooksQueries(db);
  createSeed(db).router("pos-1");
  createSeed(db).router("pos-2");
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const all = { limit: 100, cursor: undefined };
function subscribe(name: string, phone?: string, router = "pos-1", lineName = name.toLowerCase()) {
  const customer = books.createCustomer("api", { name, phone }).value;
  const lines = [{ router, service: "pppoe" as const, name: lineName, password: "rahasia" }];
  const { value } = books.createSubscription("api", { customerId: customer.id, planId: 1, lines, startsActive: true });
  return { customer, subscription: value };
}
/** All pages of a list, two at a time. */
function* pages<T>(ask: (page: PageRequest) => Page<T>): Generator<T> {
  let cursor: string | undefined;
  do {
    const page = ask({ limit: 2, cursor });
    expect(page.items.length).toBeLessThanOrEqual(2);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

test("ids are opaque, of one kind each, and come back as they went", () => {
  for (const id of [1, 35, 36, 123_456_789]) expect(parseId("plan", formatId("plan", id))).toBe(id);
  for (const wrong of [
    "",
    "plan_",
    "plan_01",
    "plan_-1",
    "PLAN_1",
    "customer_1",
    "1",
    "plan_1 ",
    "plan_zzzzzzzzzzzz",
  ]) {
    expect(parseId("plan", wrong), wrong).toBeUndefined();
  }
});

describe("views", () => {
  test("a subscription with its reasons, plan and lines; whether a password is known, never which", () => {
    books.createPlan("api", planInput("10m"));
    const { subscription, customer } = subscribe("Budi", "0812-3456-7890");
    clock.atMs += 1_000;
    books.linkLine("api", subscription.id, { router: "pos-2", service: "static", name: "warung", address: "10.0.0.2" });
    const { value } = books.isolate("kasir", subscription.id, { note: "dua bulan" });
    const view = queries.subscription(formatId("subscription", subscription.id));
    expect(view).toEqual({
      id: "subscription_1",
      version: value.version,
      createdAtMs: atMs,
      updatedAtMs: atMs + 1_000,
      archivedAtMs: undefined,
      customer: { id: formatId("customer", customer.id), name: "Budi" },
      state: "isolated",
      stateSinceMs: atMs + 1_000,
      reasons: [{ reason: "manual", sinceMs: atMs + 1_000, by: "kasir", note: "dua bulan" }],
      plan: { id: "plan_1", name: "10m", sinceMs: atMs },
      lines: [
        {
          id: "line_1",
          router: "pos-1",
          service: "pppoe",
          name: "budi",
          sinceMs: atMs,
          address: undefined,
          hotspotServer: undefined,
          password: "to-write",
          presence: "to-create",
          byHand: "unasked",
          isDark: true,
        },
        expect.objectContaining({ id: "line_2", router: "pos-2", address: "10.0.0.2", password: "unknown" }),
      ],
      note: undefined,
    });
    expect(queries.customer("customer_1")).toMatchObject({
      name: "Budi",
      phone: "0812-3456-7890",
      phoneE164: "+6281234567890",
      subscriptions: [{ id: "subscription_1", state: "isolated" }],
    });
    expect(queries.plan("plan_1")).toMatchObject({ id: "plan_1", name: "10m", subscriptions: 1, version: 1 });
    for (const nothing of [queries.plan("plan_9"), queries.customer("plan_1"), queries.subscription("x")]) {
      expect(nothing).toBeUndefined();
    }
  });

  test("lists come in pages by name in any case, no row twice, none left out, also while rows are added", () => {
    books.createPlan("api", planInput("10m"));
    for (const [n, name] of ["Siti", "budi", "Andi", "Budi", "agus", "Zul", "budi"].entries())
      subscribe(name, undefined, "pos-1", `line-${n}`);
    const names = [...pages((page) => queries.customers({}, page))].map(({ name }) => name);
    expect(names).toEqual(["agus", "Andi", "budi", "Budi", "budi", "Siti", "Zul"]);
    expect([...pages((page) => queries.subscriptions({}, page))].map(({ customer }) => customer.name)).toEqual(names);
    const walk = pages((page) => queries.customers({}, page));
    const seen = [walk.next().value, walk.next().value].map((view) => view?.name);
    subscribe("Aaa", undefined, "pos-1", "aaa");
    subscribe("Yuli", undefined, "pos-1", "yuli");
    expect([...seen, ...[...walk].map(({ name }) => name)]).toEqual([...names.slice(0, -1), "Yuli", "Zul"]);
    const { nextCursor } = queries.customers({}, { limit: 1, cursor: undefined });
    for (const ask of [
      () => queries.customers({ q: "b" }, { limit: 1, cursor: nextCursor }),
      () => queries.plans({}, { limit: 1, cursor: nextCursor }),
      () => queries.customers({}, { limit: 1, cursor: "x" }),
    ]) {
      expect(ask).toThrow(expect.objectContaining({ code: "INVALID_CURSOR" }));
    }
  });

  test("customers are found by a part of the name, of the phone however it is written, and of a line", () => {
    books.createPlan("api", planInput("10m"));
    subscribe("Budi Santoso", "0812-3456-7890", "pos-1", "pelanggan-7");
    subscribe("Siti", "+62 21 555 1234", "pos-2", "warung");
    books.createCustomer("api", { name: "100% Wifi", phone: "rumah 99" });
    const found = (q: string): string[] => queries.customers({ q }, all).items.map(({ name }) => name);
    expect(found("SANTO")).toEqual(["Budi Santoso"]);
    for (const q of ["08123456", "+62 812-3456", "62812", "3456 7890", "(0812) 3456", "6281234567890"]) {
      expect(found(q), q).toEqual(["Budi Santoso"]);
    }
    expect(found("021-555")).toEqual(["Siti"]);
    expect(found("GGAN-7")).toEqual(["Budi Santoso"]);
    expect(found("%")).toEqual(["100% Wifi"]);
    expect(found("0")).toEqual(["100% Wifi"]);
    expect(found("tidak ada")).toEqual([]);
    const subscriptions = (filter: object): string[] =>
      queries.subscriptions(filter, all).items.map(({ customer }) => customer.name);
    expect(subscriptions({ q: "0812" })).toEqual(["Budi Santoso"]);
    expect(subscriptions({ q: "warung" })).toEqual(["Siti"]);
    expect(subscriptions({ router: "pos-2" })).toEqual(["Siti"]);
    expect(subscriptions({ lineId: "line_1" })).toEqual(["Budi Santoso"]);
    expect(subscriptions({ customerId: "customer_2" })).toEqual(["Siti"]);
    expect(subscriptions({ planId: "plan_1" })).toEqual(["Budi Santoso", "Siti"]);
    expect(subscriptions({ planId: "nonsense" })).toEqual([]);
    books.pause("api", 2);
    expect(subscriptions({ state: "paused" })).toEqual(["Siti"]);
    books.unlinkLine("api", 2, 2);
    expect(subscriptions({ q: "warung" })).toEqual([]);
    expect(subscriptions({ router: "pos-2" })).toEqual([]);
  });

  test("what is archived leaves the lists, and is still there for who asks", () => {
    const { value: plan } = books.createPlan("api", planInput("10m"));
    const { customer, subscription } = subscribe("Budi");
    books.terminate("api", subscription.id);
    books.archiveSubscription("api", subscription.id);
    books.archiveCustomer("api", customer.id);
    books.archivePlan("api", plan.id);
    for (const list of [queries.plans, queries.customers, queries.subscriptions]) {
      expect(list({}, all).items).toEqual([]);
      expect(list({ archived: true }, all).items).toHaveLength(1);
    }
    expect(queries.customer("customer_1")).toMatchObject({ archivedAtMs: atMs, subscriptions: [] });
    expect(queries.subscription("subscription_1")).toMatchObject({ state: "terminated", plan: { name: "10m" } });
  });
});

test("the journal and the audit are read newest first, by router, line, subscription and state", () => {
  books.createPlan("api", planInput("10m"));
  const [budi, siti] = [subscribe("Budi"), subscribe("Siti", undefined, "pos-2")];
  const access = createAccessStore(db, { open: (sealed) => sealed });
  const intend = (routerId: number, lineId: number, subscriptionId: number): number =>
    access.intend(
      {
        routerId,
        lineId,
        subscriptionId,
        kind: "set-secret",
        name: "x",
        why: "isolated",
        effect: "darkens",
        by: "api",
        before: { profile: "10m" },
        after: { profile: "isolir" },
      },
      undefined,
      {},
      atMs,
    );
  const first = intend(1, 1, budi.subscription.id);
  access.settle(first, { uptimeMs: 1, passwordVersion: undefined, facts: {} }, atMs + 5);
  intend(2, 2, siti.subscription.id);
  intend(1, 1, budi.subscription.id);
  const ids = (filter: object): string[] => [...pages((page) => queries.journal(filter, page))].map(({ id }) => id);
  expect(ids({})).toEqual(["journal_3", "journal_2", "journal_1"]);
  expect(ids({ router: "pos-1" })).toEqual(["journal_3", "journal_1"]);
  expect(ids({ lineId: "line_2" })).toEqual(["journal_2"]);
  expect(ids({ subscriptionId: "subscription_1", state: "settled" })).toEqual(["journal_1"]);
  expect(ids({ router: "pos-9" })).toEqual([]);
  expect(queries.journal({ state: "settled" }, all).items).toEqual([
    {
      id: "journal_1",
      router: "pos-1",
      lineId: "line_1",
      subscriptionId: "subscription_1",
      kind: "set-secret",
      name: "x",
      why: "isolated",
      effect: "darkens",
      by: "api",
      before: { profile: "10m" },
      after: { profile: "isolir" },
      state: "settled",
      intendedAtMs: atMs,
      sentAtMs: undefined,
      endedAtMs: atMs + 5,
      message: undefined,
    },
  ]);

  books.rebuildRouter("boss", "pos-2");
  books.changePlan("kasir", budi.subscription.id, books.createPlan("kasir", planInput("20m")).value.id);
  const audit = [...pages((page) => queries.audit({}, page))];
  expect(audit.map(({ action }) => action).slice(0, 3)).toEqual([
    "subscription.change-plan",
    "plan.create",
    "router.rebuild",
  ]);
  expect(audit[0]).toMatchObject({
    by: "kasir",
    subject: { kind: "subscription", id: "subscription_1" },
    before: { id: "subscription_1", customerId: "customer_1", planId: "plan_1", lineIds: ["line_1"] },
    after: { planId: "plan_2" },
  });
  expect(audit[2]).toMatchObject({ subject: { kind: "router", id: "pos-2" }, after: { lines: ["siti"] } });
  expect(queries.audit({ by: "boss" }, all).items).toHaveLength(1);
  expect(queries.audit({ subject: { kind: "router", id: "pos-2" } }, all).items).toHaveLength(1);
  expect(queries.audit({ subject: { kind: "subscription", id: "subscription_2" } }, all).items).toHaveLength(1);
});

test("a page of customers begins where the one before ended, by an index", () => {
  const plan = db
    .prepare(
      "explain query plan select c.* from customers c where c.archived_at_ms is null and (c.name collate nocase, c.id) > ('x', 1) order by c.name collate nocase, c.id limit 50",
    )
    .all() as { detail: string }[];
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining("customers_by_name")]);
});
