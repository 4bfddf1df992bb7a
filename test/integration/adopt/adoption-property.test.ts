import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { createAdoptionBooks } from "../../../src/adapters/sqlite/adoption-books.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { phoneNumbers } from "../../../src/adapters/system/phone-numbers.js";
import { createAdoption } from "../../../src/app/adopt/adopt.js";
import { indexAccess } from "../../../src/domain/access/access-index.js";
import type { IsolationWays } from "../../../src/domain/access/books.js";
import { diff } from "../../../src/domain/access/diff.js";
import type { ObservedAccess } from "../../../src/domain/access/observed.js";
import { anyIsolation, anyRouter } from "../../unit/adopt/arbitrary-router.js";
import { brokenInvariants } from "../store/books-rig.js";
import { moneyOf } from "../../fakes/money.js";

let db: Sqlite;
beforeAll(async () => {
  db = await openDatabase(":memory:");
});
afterAll(() => db.close());

const signal = new AbortController().signal;

/** Each run is one more router of the same site, so that plans are met again and secrets are copies of others. */
test("whatever routers a site has, adopting all of them leaves nothing to write and nothing to propose", async () => {
  const routers = createRouterStore(db);
  const names: string[] = [];
  const store = createBooksStore(db);
  const clock = { nowMs: () => Date.UTC(2026, 8, 30) };
  const secretBox = { seal: (clear: string): string => clear };
  const access = createAccessStore(db, { open: (sealed) => sealed });
  let adopted = 0;
  let copies = 0;

  const money = moneyOf(db, clock, { secretBox });
  const adoptionOf = (observed: ObservedAccess, isolation: IsolationWays): ReturnType<typeof createAdoption> =>
    createAdoption({
      books: money.books,
      nextPeriodStart: money.nextPeriodStart,
      openingBalance: money.billing.openingBalance,
      adoptionBooks: createAdoptionBooks(db),
      store,
      secretBox,
      phones: phoneNumbers,
      clock,
      router: (name) => ({
        name,
        services: new Set(["pppoe", "hotspot", "static"]),
        isolation,
        read: () => Promise.resolve(observed),
      }),
    });

  await fc.assert(
    fc.asyncProperty(anyRouter, anyIsolation, fc.boolean(), async (observed, isolation, mergeByPhone) => {
      const name = `hex-${names.length}`;
      names.push(name);
      const routerId = routers.syncConfigured(names, clock.nowMs()).get(name) ?? 0;
      const adoption = adoptionOf(observed, isolation);
      const { lines, digest } = await adoption.inventory(name, signal);
      copies += lines.filter(({ subscription }) => subscription.kind === "existing").length;
      const done = await adoption.confirm("cli", name, { chosen: { all: true, digest }, mergeByPhone }, signal);
      adopted += done.lines.length;
      expect(done.lines.map(({ key }) => key)).toEqual(lines.map(({ key }) => key));
      const books = access.accessBooks(routerId, isolation);
      expect(books.lines).toHaveLength(lines.length);
      expect(diff(books, indexAccess(observed))).toEqual({ changes: [], questions: [], obstacles: [] });
      const again = await adoption.inventory(name, signal);
      expect([again.lines, again.plans]).toEqual([[], []]);
    }),
    { numRuns: 250 },
  );
  expect(brokenInvariants(db)).toEqual([]);
  expect(db.prepare("select count(*) from journal").pluck().get()).toBe(0);
  // The promise would be easy to keep by adopting nothing.
  expect(adopted).toBeGreaterThan(100);
  expect(copies).toBeGreaterThan(3);
});
