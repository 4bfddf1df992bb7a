import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { checkSealedPasswords } from "../../../src/adapters/sqlite/sealed-passwords.js";
import { createSecretBox } from "../../../src/adapters/system/secret-box.js";
import type { AccessStore } from "../../../src/app/access/access-store.js";
import type { Books } from "../../../src/app/books/books.js";
import { OperationalError } from "../../../src/app/errors.js";
import { atMs, createSeed } from "./access-books.js";
import { brokenInvariants, createRig, digest, planInput } from "./books-rig.js";

let folder = "";
let db: Sqlite;
let books: Books;
let clock: { atMs: number };
let access: AccessStore;
let seed: ReturnType<typeof createSeed>;
let pos1 = 0;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-books-"));
  db = await openDatabase(join(folder, "ronda.db"));
  ({ books, clock } = createRig(db, join(folder, "ronda.key")));
  access = createAccessStore(db, createSecretBox(join(folder, "ronda.key")));
  seed = createSeed(db);
  pos1 = seed.router("pos-1");
});
afterEach(() => {
  expect(brokenInvariants(db)).toEqual([]);
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The refusal, having changed nothing. */
const refused = (work: () => unknown): OperationalError => {
  const before = digest(db);
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(OperationalError);
    expect(digest(db)).toBe(before);
    return error as OperationalError;
  }
  throw new Error("it was not refused");
};
const lineInput = (name: string, more: object = {}) => ({ router: "pos-1", service: "pppoe" as const, name, ...more });
const auditRows = (): { action: string; by: string; before: string | null; after: string | null }[] =>
  db.prepare("select action, by, before, after from audit order by id").all() as never;

/** Budi, active on a new line with a password. */
function subscribe(name = "budi", more: object = {}) {
  const plan = books.createPlan("api", planInput(`plan of ${name}`)).value;
  const customer = books.createCustomer("api", { name }).value;
  const { value, nudges } = books.createSubscription("api", {
    customerId: customer.id,
    planId: plan.id,
    lines: [lineInput(name, { password: "rahasia-1", ...more })],
    startsActive: true,
  });
  return { plan, customer, subscription: value, nudges, lineId: value.lineIds[0] ?? 0 };
}

describe("a new customer", () => {
  test("is a line to be created, with its password, that counts as dark until it is there", () => {
    const { plan, subscription, nudges, lineId } = subscribe("budi");
    expect(subscription).toMatchObject({ state: "active", planId: plan.id, reasons: [], version: expect.any(Number) });
    expect(nudges).toMatchObject([{ routerId: pos1, lineIds: [lineId], urgent: true }]);
    expect(access.managedLine(lineId)).toMatchObject({
      name: "budi",
      customerName: "budi",
      state: "active",
      password: "to-write",
      presence: "to-create",
      isDark: true,
      plan: { id: plan.id, name: "plan of budi", enforcement: { kind: "profile", profile: "plan of budi" } },
    });
    expect(access.password(lineId)).toEqual({ text: "rahasia-1", version: 1 });
  });

  test("on a line that rounds have seen keeps that line, and expects it on the router", () => {
    const known = seed.line(pos1, "lama");
    db.prepare("delete from line_access").run();
    const { value } = books.createSubscription("api", {
      customerId: books.createCustomer("api", { name: "Lama" }).value.id,
      planId: books.createPlan("api", planInput("10m")).value.id,
      lines: [lineInput("lama")],
    });
    expect(value).toMatchObject({ state: "pending", lineIds: [known] });
    expect(access.managedLine(known)).toMatchObject({ presence: "expected", isDark: false, password: "unknown" });
  });

  test("that was adopted dark begins isolated by hand, with its password as the router has it", () => {
    const { value, nudges } = books.createSubscription("cli", {
      customerId: books.createCustomer("cli", { name: "Nunggak" }).value.id,
      planId: books.createPlan("cli", planInput("10m")).value.id,
      lines: [
        lineInput("nunggak", { presence: "expected", isDark: true, password: "rahasia-2", passwordIsWritten: true }),
      ],
      startsIsolated: { note: "disabled when adopted" },
    });
    expect(value).toMatchObject({
      state: "isolated",
      reasons: [{ reason: "manual", by: "cli", fromAtMs: atMs, note: "disabled when adopted" }],
    });
    expect(nudges).toMatchObject([{ urgent: false }]);
    expect(access.managedLine(value.lineIds[0] ?? 0)).toMatchObject({ password: "written", isDark: true });
    expect(access.pendingDark()).toEqual([]);
  });

  test("is refused whole when one of its lines is", () => {
    const { plan, customer } = subscribe("budi");
    const of = (lines: object[]) => () =>
      books.createSubscription("api", { customerId: customer.id, planId: plan.id, lines: lines as never });
    expect(refused(of([lineInput("baru"), lineInput("budi")])).code).toBe("LINE_TAKEN");
    expect(refused(of([lineInput("baru"), lineInput("baru")])).code).toBe("LINE_TAKEN");
    const unknown = refused(of([{ ...lineInput("x"), router: "pos-9" }]));
    expect(unknown.code).toBe("ROUTER_UNKNOWN");
    expect(unknown.message).toContain("pos-1");
    for (const bad of [
      lineInput(""),
      lineInput("*1A"),
      lineInput("a\nb"),
      lineInput("x", { password: "" }),
      lineInput("x", { address: "10.0.0.2" }),
      lineInput("x", { hotspotServer: "hs1" }),
      { router: "pos-1", service: "static", name: "q" },
      { router: "pos-1", service: "static", name: "q", address: "10.0.0.0/24" },
      { router: "pos-1", service: "static", name: "q", address: "10.0.0.2", password: "x" },
    ]) {
      expect(refused(of([bad])).code, JSON.stringify(bad)).toBe("INVALID_REQUEST");
    }
    const queue = books.createPlan("api", { ...planInput("queue"), enforcement: { kind: "queue" } }).value;
    expect(
      refused(() =>
        books.createSubscription("api", { customerId: customer.id, planId: queue.id, lines: [lineInput("x")] }),
      ).code,
    ).toBe("PLAN_UNFIT");
  });

  test("two static lines of a router never share an address, else isolating one would isolate the other", () => {
    const { subscription } = subscribe("budi");
    const fixed = (name: string, address: string) => ({ router: "pos-1", service: "static" as const, name, address });
    const [lineId] = books.linkLine("api", subscription.id, fixed("rumah", "10.9.0.2/32")).value.lineIds.slice(-1);
    expect(access.managedLine(lineId ?? 0)).toMatchObject({ address: "10.9.0.2", service: "static" });
    expect(refused(() => books.linkLine("api", subscription.id, fixed("warung", "10.9.0.2"))).code).toBe(
      "ADDRESS_TAKEN",
    );
    const warung = books.linkLine("api", subscription.id, fixed("warung", "10.9.0.3")).value.lineIds.at(-1) ?? 0;
    expect(refused(() => books.updateLine("api", warung, { address: "10.9.0.2" })).code).toBe("ADDRESS_TAKEN");
    expect(refused(() => books.updateLine("api", warung, { address: "10.9.0.300" })).code).toBe("INVALID_REQUEST");
    expect(refused(() => books.updateLine("api", warung, { hotspotServer: "hs1" })).code).toBe("INVALID_REQUEST");
    expect(books.updateLine("api", warung, { address: "10.9.0.4" }).nudges).toMatchObject([{ lineIds: [warung] }]);
    expect(access.managedLine(warung)).toMatchObject({ address: "10.9.0.4", name: "warung" });
    // A line that comes back without an address brings its old one along, which somebody else may have by now.
    books.unlinkLine("api", subscription.id, warung);
    books.linkLine("api", subscription.id, fixed("baru", "10.9.0.4"));
    const again = { router: "pos-1", service: "static" as const, name: "warung", presence: "expected" as const };
    expect(refused(() => books.linkLine("api", subscription.id, again)).code).toBe("ADDRESS_TAKEN");
  });
});

describe("plans", () => {
  test("are named once, and two do not want different speeds of one profile", () => {
    const { value } = books.createPlan("api", planInput("10M"));
    expect(refused(() => books.createPlan("api", planInput("10m", "other"))).code).toBe("NAME_TAKEN");
    expect(refused(() => books.createPlan("api", planInput("20m", "10M", 20_000_000))).code).toBe("PROFILE_TAKEN");
    books.createPlan("api", planInput("10m murah", "10M"));
    expect(refused(() => books.createPlan("api", { ...planInput("x"), priceIdr: 0.5 })).message).toContain("priceIdr");
    books.archivePlan("api", value.id, value.version);
    expect(refused(() => books.updatePlan("api", value.id, { name: "y" })).code).toBe("ARCHIVED");
    books.createPlan("api", planInput("10m"));
  });

  test("an edit is made from a version, keeps what it does not name, and gives the routers their turn", () => {
    const { plan, lineId } = subscribe("budi");
    const dearer = books.updatePlan("api", plan.id, { priceIdr: 175_000 }, plan.version);
    expect(dearer.value).toEqual({ ...plan, priceIdr: 175_000, version: plan.version + 1, updatedAtMs: atMs });
    expect(dearer.nudges).toEqual([]);
    expect(refused(() => books.updatePlan("api", plan.id, { priceIdr: 1 }, plan.version)).code).toBe(
      "VERSION_CONFLICT",
    );
    const rates = planInput("x", "x", 20_000_000).rates;
    expect(books.updatePlan("api", plan.id, { rates }).nudges).toMatchObject([
      { routerId: pos1, lineIds: [lineId], urgent: false, isWhole: true },
    ]);
    expect(access.managedLine(lineId)?.plan.rates).toEqual(rates);
    expect(refused(() => books.updatePlan("api", plan.id, { enforcement: { kind: "queue" } })).code).toBe("PLAN_UNFIT");
  });

  test("go out of sale when nobody has them any more", () => {
    const { plan, customer, subscription } = subscribe("budi");
    expect(refused(() => books.archivePlan("api", plan.id)).code).toBe("NOT_ARCHIVABLE");
    expect(refused(() => books.archiveCustomer("api", customer.id)).code).toBe("NOT_ARCHIVABLE");
    expect(refused(() => books.archiveSubscription("api", subscription.id)).code).toBe("NOT_ARCHIVABLE");
    books.terminate("api", subscription.id);
    expect(books.archivePlan("api", plan.id).value.archivedAtMs).toBe(atMs);
    expect(books.archiveCustomer("api", customer.id).value.archivedAtMs).toBe(atMs);
    expect(books.archiveSubscription("api", subscription.id).value.archivedAtMs).toBe(atMs);
    expect(refused(() => books.updateCustomer("api", customer.id, { name: "x" })).code).toBe("ARCHIVED");
    expect(
      refused(() => books.createSubscription("api", { customerId: customer.id, planId: plan.id, lines: [] })).code,
    ).toBe("ARCHIVED");
  });
});

describe("a subscription's life", () => {
  test("isolated by two reasons it is lit only when both are gone, and that is urgent", () => {
    const { subscription, lineId } = subscribe("budi");
    const id = subscription.id;
    expect(books.isolate("kasir", id, { note: "janji" })).toMatchObject({
      value: { state: "isolated", reasons: [{ reason: "manual", by: "kasir", note: "janji" }] },
      nudges: [{ routerId: pos1, lineIds: [lineId], urgent: false, by: "kasir" }],
    });
    clock.atMs += 5;
    expect(books.isolate("daemon", id, { reason: "overdue" }).nudges).toEqual([]);
    expect(books.release("kasir", id)).toMatchObject({ value: { state: "isolated" }, nudges: [] });
    expect(books.release("daemon", id, { reason: "overdue" })).toMatchObject({
      value: { state: "active", reasons: [], stateSinceMs: atMs + 5 },
      nudges: [{ routerId: pos1, lineIds: [lineId], urgent: true, by: "daemon" }],
    });
    expect(
      db.prepare("select reason, from_at_ms, until_at_ms, by, ended_by from subscription_reasons order by id").all(),
    ).toEqual([
      { reason: "manual", from_at_ms: atMs, until_at_ms: atMs + 5, by: "kasir", ended_by: "kasir" },
      { reason: "overdue", from_at_ms: atMs + 5, until_at_ms: atMs + 5, by: "daemon", ended_by: "daemon" },
    ]);
  });

  test("a pause keeps the reasons; repeating changes nothing and leaves no trace; a second release still gets a turn", () => {
    const { subscription } = subscribe("budi");
    const id = subscription.id;
    books.isolate("api", id);
    books.pause("api", id);
    const before = digest(db);
    expect(books.pause("api", id)).toMatchObject({ value: { state: "paused" }, nudges: [] });
    expect(digest(db)).toBe(before);
    expect(refused(() => books.activate("api", id)).code).toBe("SUBSCRIPTION_PAUSED");
    expect(books.resume("api", id).value.state).toBe("isolated");
    expect(books.release("api", id).nudges).toMatchObject([{ urgent: true }]);
    expect(books.release("api", id).nudges).toMatchObject([{ urgent: true }]);
    books.terminate("api", id);
    for (const again of [books.isolate, books.release, books.resume, books.pause, books.activate]) {
      expect(refused(() => again("api", id)).code).toBe("SUBSCRIPTION_TERMINATED");
    }
    expect(refused(() => books.isolate("api", 999)).code).toBe("SUBSCRIPTION_NOT_FOUND");
  });

  test("usage follows: the line and the plan as they were linked at that instant, also when the clock is set back", () => {
    const first = subscribe("budi");
    const other = books.createPlan("api", planInput("20m")).value;
    clock.atMs = atMs + 1_000;
    books.changePlan("api", first.subscription.id, other.id);
    clock.atMs = atMs - 5_000;
    books.changePlan("api", first.subscription.id, first.plan.id);
    expect(db.prepare("select from_at_ms, until_at_ms from subscription_plans order by id").all()).toEqual([
      { from_at_ms: atMs, until_at_ms: atMs + 1_000 },
      { from_at_ms: atMs + 1_000, until_at_ms: atMs + 1_000 },
      { from_at_ms: atMs + 1_000, until_at_ms: null },
    ]);
    // The next customer on the same line takes it from the terminated one, and not the weeks before.
    books.terminate("api", first.subscription.id);
    clock.atMs = atMs + 9_000;
    const next = books.createSubscription("api", {
      customerId: first.customer.id,
      planId: other.id,
      lines: [lineInput("budi")],
      startsActive: true,
    }).value;
    expect(next.lineIds).toEqual([first.lineId]);
    expect(
      db.prepare("select subscription_id, from_at_ms, until_at_ms from subscription_lines order by id").all(),
    ).toEqual([
      { subscription_id: first.subscription.id, from_at_ms: atMs, until_at_ms: atMs + 9_000 },
      { subscription_id: next.id, from_at_ms: atMs + 9_000, until_at_ms: null },
    ]);
    expect(access.managedLine(first.lineId)).toMatchObject({ subscriptionId: next.id, password: "to-write" });
    books.unlinkLine("api", next.id, first.lineId);
    clock.atMs = atMs;
    books.linkLine("api", next.id, lineInput("budi"));
    expect(
      db.prepare("select from_at_ms, until_at_ms from subscription_lines where subscription_id = ?").all(next.id),
    ).toEqual([
      { from_at_ms: atMs + 9_000, until_at_ms: atMs + 9_000 },
      { from_at_ms: atMs + 9_000, until_at_ms: null },
    ]);
  });

  test("a line is unlinked from its own subscription only, and then belongs to nobody", () => {
    const [budi, siti] = [subscribe("budi"), subscribe("siti")];
    expect(refused(() => books.unlinkLine("api", siti.subscription.id, budi.lineId)).code).toBe("LINE_NOT_FOUND");
    const { value } = books.unlinkLine("api", budi.subscription.id, budi.lineId);
    expect(value).toMatchObject({ lineIds: [], version: budi.subscription.version + 1 });
    expect(access.managedLine(budi.lineId)).toBeUndefined();
    expect(refused(() => books.setPassword("api", budi.lineId, "x")).code).toBe("LINE_NOT_FOUND");
    expect(books.linkLine("api", siti.subscription.id, lineInput("budi")).value.lineIds).toEqual([
      siti.lineId,
      budi.lineId,
    ]);
  });

  test("another plan needs to be sold and to fit; the same one changes nothing", () => {
    const { subscription, plan } = subscribe("budi");
    const queue = books.createPlan("api", { ...planInput("queue"), enforcement: { kind: "queue" } }).value;
    expect(refused(() => books.changePlan("api", subscription.id, queue.id)).code).toBe("PLAN_UNFIT");
    expect(refused(() => books.changePlan("api", subscription.id, 999)).code).toBe("PLAN_NOT_FOUND");
    books.archivePlan("api", queue.id);
    expect(refused(() => books.changePlan("api", subscription.id, queue.id)).code).toBe("ARCHIVED");
    const before = digest(db);
    expect(books.changePlan("api", subscription.id, plan.id).nudges).toEqual([]);
    expect(digest(db)).toBe(before);
    const twenty = books.createPlan("api", planInput("20m")).value;
    const { version } = subscription;
    expect(books.changePlan("api", subscription.id, twenty.id, version).value.planId).toBe(twenty.id);
    expect(refused(() => books.changePlan("api", subscription.id, plan.id, version)).code).toBe("VERSION_CONFLICT");
  });
});

describe("answers", () => {
  test("to what was done by hand are kept for the applier", () => {
    const { lineId, subscription } = subscribe("budi");
    expect(books.answerByHand("api", lineId, "keep").nudges).toMatchObject([{ urgent: false }]);
    expect(access.managedLine(lineId)?.byHand).toBe("keep");
    expect(books.answerByHand("api", lineId, "repair").nudges).toMatchObject([{ urgent: true }]);
    expect(access.managedLine(lineId)?.byHand).toBe("repair");
    access.noteFacts(new Map([[lineId, { presence: "expected" }]]));
    books.isolate("api", subscription.id);
    expect(books.answerByHand("api", lineId, "recreate").nudges).toMatchObject([{ urgent: false }]);
    expect(access.managedLine(lineId)?.presence).toBe("to-create");
    expect(refused(() => books.answerByHand("api", 999, "keep")).code).toBe("LINE_NOT_FOUND");
  });

  test("a line that was renamed goes on under its new name with its password; its history stays where it was", () => {
    const { lineId, subscription } = subscribe("budi");
    const siti = subscribe("siti");
    access.noteFacts(new Map([[lineId, { password: "written", isDark: false, presence: "expected", byHand: "keep" }]]));
    expect(refused(() => books.answerByHand("api", lineId, { renamedTo: "siti" })).code).toBe("LINE_TAKEN");
    expect(refused(() => books.answerByHand("api", lineId, { renamedTo: "budi" })).code).toBe("INVALID_REQUEST");
    clock.atMs += 60_000;
    const seen = seed.line(pos1, "budi-baru"); // rounds have met it
    const { value } = books.answerByHand("api", lineId, { renamedTo: "budi-baru" });
    expect(value).toMatchObject({ id: seen, name: "budi-baru", subscriptionId: subscription.id });
    expect(access.managedLine(lineId)).toBeUndefined();
    expect(access.managedLine(seen)).toMatchObject({ password: "written", presence: "expected", byHand: "unasked" });
    expect(access.password(seen)?.text).toBe("rahasia-1");
    books.terminate("api", siti.subscription.id);
    expect(books.answerByHand("api", seen, { renamedTo: "siti" }).value.id).toBe(siti.lineId);
  });

  test("an emptied router is rebuilt with the lines that can be, and the others are named", () => {
    const budi = subscribe("budi");
    const siti = subscribe("siti", { password: undefined });
    const fixed = books.linkLine("api", siti.subscription.id, {
      router: "pos-1",
      service: "static",
      name: "warung",
      address: "10.9.0.2",
    }).value.lineIds[1];
    for (const id of [budi.lineId, siti.lineId, fixed ?? 0]) {
      access.noteFacts(new Map([[id, { presence: "expected" }]]));
    }
    const { value, nudges } = books.rebuildRouter("api", "pos-1");
    expect(value.lines.map(({ name }) => name)).toEqual(["budi", "warung"]);
    expect(value.withoutSecret.map(({ name }) => name)).toEqual(["siti"]);
    expect(nudges).toMatchObject([{ routerId: pos1, lineIds: [budi.lineId, fixed], urgent: false }]);
    expect(access.managedLine(budi.lineId)?.presence).toBe("to-create");
    expect(access.managedLine(siti.lineId)?.presence).toBe("expected");
    expect(books.rebuildRouter("api", "pos-1", [siti.lineId]).value.lines).toEqual([]);
    expect(refused(() => books.rebuildRouter("api", "pos-9")).code).toBe("ROUTER_UNKNOWN");
  });

  test("a brake lets go of what a person confirms, of nothing that it does not list, and not twice", () => {
    const [budi, siti] = [subscribe("budi"), subscribe("siti")];
    const listed = new Set([budi.subscription.id, siti.subscription.id]);
    const id = access.engageBrake({ routerId: pos1, engagedAtMs: atMs, subscriptionIds: listed }, atMs);
    expect(refused(() => books.confirmBrake("api", id, [999])).code).toBe("INVALID_REQUEST");
    expect(books.confirmBrake("api", id, [budi.subscription.id]).nudges).toMatchObject([{ lineIds: [budi.lineId] }]);
    expect(access.openBrakes(0)[0]?.confirmed).toEqual(new Set([budi.subscription.id]));
    clock.atMs += 7;
    books.confirmBrake("boss", id);
    expect(db.prepare("select confirmed_at_ms, confirmed_by from brake_subscriptions order by 1").all()).toEqual([
      { confirmed_at_ms: atMs, confirmed_by: "api" },
      { confirmed_at_ms: atMs + 7, confirmed_by: "boss" },
    ]);
    access.releaseBrake(id, atMs);
    expect(refused(() => books.confirmBrake("api", id)).code).toBe("BRAKE_NOT_FOUND");
  });
});

test("stored passwords that do not open with the key file are counted, with the reason, before anybody needs one", () => {
  const box = createSecretBox(join(folder, "ronda.key"));
  expect(checkSealedPasswords(db, box)).toEqual({ count: 0, trouble: undefined });
  subscribe("budi");
  const siti = subscribe("siti");
  expect(checkSealedPasswords(db, box)).toEqual({ count: 2, trouble: undefined });
  expect(checkSealedPasswords(db, createSecretBox(join(folder, "lost.key")))).toMatchObject({
    count: 2,
    trouble: { count: 2, error: { code: "SECRET_KEY_UNUSABLE" } },
  });
  db.prepare("update line_access set sealed_password = 'x' where line_id = ?").run(siti.lineId);
  expect(checkSealedPasswords(db, box)).toMatchObject({ count: 2, trouble: { count: 1 } });
  // Everything else goes on.
  expect(access.password(subscribe("andi").lineId)?.text).toBe("rahasia-1");
});

describe("commits", () => {
  test("each change has its audit row, by whom and from what to what; never a password, nowhere in the files", () => {
    const { lineId, customer } = subscribe("budi");
    books.setPassword("kasir", lineId, "rahasia-9");
    books.updateCustomer("kasir", customer.id, { phone: "0812-3456-7890" }, customer.version);
    expect(auditRows().map(({ action, by }) => `${by} ${action}`)).toEqual([
      "api plan.create",
      "api customer.create",
      "api subscription.create",
      "kasir line.set-password",
      "kasir customer.update",
    ]);
    const last = auditRows().at(-1);
    expect(JSON.parse(last?.before ?? "")).toMatchObject({ name: "budi" });
    expect(JSON.parse(last?.after ?? "")).toMatchObject({ phone: "0812-3456-7890", phoneE164: "+6281234567890" });
    expect(access.password(lineId)).toEqual({ text: "rahasia-9", version: 2 });
    db.pragma("wal_checkpoint(passive)");
    for (const file of readdirSync(folder)) {
      expect(readFileSync(join(folder, file)).includes("rahasia"), file).toBe(false);
    }
  });

  test("several are one commit; one that fails inside and is caught leaves only what the others did", () => {
    const budi = subscribe("budi");
    const before = digest(db);
    expect(() =>
      books.together(() => {
        subscribe("siti");
        throw new Error("after all not");
      }),
    ).toThrow("after all not");
    expect(digest(db)).toBe(before);
    books.together(() => {
      subscribe("siti");
      const lines = [lineInput("baru"), lineInput("budi")];
      expect(() =>
        books.createSubscription("api", { customerId: budi.customer.id, planId: budi.plan.id, lines }),
      ).toThrow(/belongs to/);
    });
    expect(db.prepare("select name from lines order by id").pluck().all()).toEqual(["budi", "siti"]);
  });

  test("phones are kept as typed and as E.164 where they parse; equal ones are no trouble", () => {
    const phones = ["0812-3456-7890", "+62 812 3456 7890", "rumah depan", "12", undefined];
    for (const [n, phone] of phones.entries()) books.createCustomer("api", { name: `c${n}`, phone });
    expect(db.prepare("select phone, phone_e164, phone_digits from customers order by id").all()).toEqual([
      { phone: phones[0], phone_e164: "+6281234567890", phone_digits: "81234567890" },
      { phone: phones[1], phone_e164: "+6281234567890", phone_digits: "81234567890" },
      { phone: phones[2], phone_e164: null, phone_digits: null },
      { phone: phones[3], phone_e164: null, phone_digits: "12" },
      { phone: null, phone_e164: null, phone_digits: null },
    ]);
    expect(refused(() => books.createCustomer("api", { name: " " })).code).toBe("INVALID_REQUEST");
  });
});
