import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import type { LineInput } from "../../../src/app/books/records.js";
import { OperationalError } from "../../../src/app/errors.js";
import { createSeed } from "./access-books.js";
import { brokenInvariants, createRig, digest, planInput } from "./books-rig.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-books-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const anId = fc.integer({ min: 1, max: 4 });
const aLine = fc.record({
  router: fc.constantFrom("pos-1", "pos-2", "parked"),
  service: fc.constantFrom("pppoe" as const, "hotspot" as const, "static" as const),
  name: fc.constantFrom("budi", "Budi", "budi2", ""),
  password: fc.option(fc.constant("rahasia"), { nil: undefined }),
  address: fc.option(fc.constantFrom("10.0.0.2", "10.0.0.3"), { nil: undefined }),
});
/** Most lines are as they should be, so that not every step is refused. */
const someLine: fc.Arbitrary<LineInput> = aLine.map((line) =>
  line.service === "static" ? { ...line, password: undefined } : { ...line, address: undefined },
);
const aVersion = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined, freq: 4 });

const aStep = fc.oneof(
  fc.record({
    kind: fc.constant("plan" as const),
    name: fc.constantFrom("a", "A", "b", "c"),
    profile: fc.constantFrom("p", "q"),
    downloadBps: fc.constantFrom(10_000_000, 20_000_000),
    isQueue: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("edit-plan" as const), id: anId, version: aVersion, isQueue: fc.boolean() }),
  fc.record({ kind: fc.constant("archive-plan" as const), id: anId, version: aVersion }),
  fc.record({ kind: fc.constant("customer" as const), name: fc.constantFrom("Budi", "Siti", " ") }),
  fc.record({ kind: fc.constant("edit-customer" as const), id: anId, version: aVersion }),
  fc.record({ kind: fc.constant("archive-customer" as const), id: anId, version: aVersion }),
  fc.record({
    kind: fc.constant("subscription" as const),
    customerId: anId,
    planId: anId,
    lines: fc.array(someLine, { maxLength: 3 }),
    startsActive: fc.boolean(),
    isIsolated: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("archive-subscription" as const), id: anId, version: aVersion }),
  fc.record({ kind: fc.constant("change-plan" as const), id: anId, planId: anId, version: aVersion }),
  fc.record({
    kind: fc.constantFrom("activate" as const, "pause" as const, "resume" as const, "terminate" as const),
    id: anId,
  }),
  fc.record({
    kind: fc.constantFrom("isolate" as const, "release" as const),
    id: anId,
    reason: fc.constantFrom("manual" as const, "overdue" as const),
  }),
  fc.record({ kind: fc.constant("link" as const), id: anId, line: someLine }),
  fc.record({ kind: fc.constant("unlink" as const), id: anId, lineId: anId }),
  fc.record({ kind: fc.constant("password" as const), lineId: anId }),
  fc.record({
    kind: fc.constant("answer" as const),
    lineId: anId,
    answer: fc.constantFrom(
      "keep" as const,
      "repair" as const,
      "recreate" as const,
      { renamedTo: "budi" },
      { renamedTo: "lain" },
    ),
  }),
  fc.record({ kind: fc.constant("rebuild" as const), router: fc.constantFrom("pos-1", "parked") }),
);
const aHistory = fc.array(fc.tuple(aStep, fc.integer({ min: -2_000, max: 5_000 })), { minLength: 20, maxLength: 60 });

test("whatever is asked in whatever order, also with the clock going back: the books hold together, what is refused has changed nothing, what changed is audited", async () => {
  let run = 0;
  let accepted = 0;
  const states = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(aHistory, async (history) => {
      const db = await openDatabase(":memory:");
      try {
        const { books, clock } = createRig(db, join(folder, `key-${run++}`));
        const access = createAccessStore(db, { open: (sealed) => sealed });
        const seed = createSeed(db);
        const routerIds = ["pos-1", "pos-2", "parked"].map((name) => seed.router(name));
        db.prepare("update routers set parked_at_ms = 1 where name = 'parked'").run();
        // Enough to work with from the start.
        for (const [n, name] of ["x", "y"].entries()) {
          books.createPlan("api", planInput(name));
          books.createCustomer("api", { name });
          const lines = [{ router: "pos-1", service: "pppoe" as const, name: `start-${n}` }];
          books.createSubscription("api", { customerId: n + 1, planId: n + 1, lines, startsActive: true });
        }

        const act = (step: (typeof history)[number][0]): unknown => {
          const enforcement = { kind: "queue" as const };
          switch (step.kind) {
            case "plan": {
              const input = planInput(step.name, step.profile, step.downloadBps);
              return books.createPlan("api", step.isQueue ? { ...input, enforcement } : input);
            }
            case "edit-plan":
              return books.updatePlan("api", step.id, step.isQueue ? { enforcement } : { priceIdr: 5 }, step.version);
            case "archive-plan":
              return books.archivePlan("api", step.id, step.version);
            case "customer":
              return books.createCustomer("api", { name: step.name });
            case "edit-customer":
              return books.updateCustomer("api", step.id, { phone: "0812 3456 7890" }, step.version);
            case "archive-customer":
              return books.archiveCustomer("api", step.id, step.version);
            case "subscription":
              return books.createSubscription("api", {
                ...step,
                startsIsolated: step.isIsolated ? {} : undefined,
              });
            case "archive-subscription":
              return books.archiveSubscription("api", step.id, step.version);
            case "change-plan":
              return books.changePlan("api", step.id, step.planId, step.version);
            case "activate":
            case "pause":
            case "resume":
            case "terminate":
              return books[step.kind]("api", step.id);
            case "isolate":
            case "release":
              return books[step.kind]("api", step.id, step);
            case "link":
              return books.linkLine("api", step.id, step.line);
            case "unlink":
              return books.unlinkLine("api", step.id, step.lineId);
            case "password":
              return books.setPassword("api", step.lineId, "rahasia");
            case "answer":
              return books.answerByHand("api", step.lineId, step.answer);
            case "rebuild":
              return books.rebuildRouter("api", step.router);
          }
        };
        const audits = (): number => db.prepare<[], number>("select count(*) from audit").pluck().get() ?? 0;
        for (const [step, stepMs] of history) {
          clock.atMs += stepMs;
          const before = digest(db);
          const auditsBefore = audits();
          try {
            act(step);
            accepted++;
            expect(audits() > auditsBefore, JSON.stringify(step)).toBe(digest(db) !== before);
          } catch (error) {
            if (!(error instanceof OperationalError)) throw error;
            expect(digest(db), `${error.message}: ${JSON.stringify(step)}`).toBe(before);
          }
          expect(brokenInvariants(db), JSON.stringify(step)).toEqual([]);
        }
        for (const { state } of db.prepare<[], { state: string }>("select state from subscriptions").all()) {
          states.add(state);
        }
        // The applier sees every linked line, each once.
        const isolation = { method: "disable", profile: "", addressList: "", hotspotProfile: undefined } as const;
        const seen = routerIds.flatMap((id) => access.accessBooks(id, isolation).lines.map(({ lineId }) => lineId));
        const linked = db
          .prepare<[], number>("select line_id from subscription_lines where until_at_ms is null order by line_id")
          .pluck()
          .all();
        expect(seen.toSorted((a, b) => a - b)).toEqual(linked);
        expect(db.serialize().includes("rahasia")).toBe(false);
      } finally {
        db.close();
      }
    }),
    { numRuns: 40 },
  );
  // The histories go somewhere.
  expect(states).toEqual(new Set(["pending", "active", "isolated", "paused", "terminated"]));
  expect(accepted).toBeGreaterThan(150);
  expect(readdirSync(folder).every((name) => readFileSync(join(folder, name), "utf8").startsWith("ronda-key-1 "))).toBe(
    true,
  );
}, 60_000);
