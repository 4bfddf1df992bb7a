/** Each kind is told once, in the commit of what it tells of, through the code that does it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClockStore } from "../../../src/adapters/sqlite/clock-store.js";
import { createFullCommit } from "../../../src/adapters/sqlite/full-commit.js";
import { createNewestFile } from "../../../src/adapters/sqlite/newest-file.js";
import { createUsageStore } from "../../../src/adapters/sqlite/usage-store.js";
import { eventKinds, type EventKind } from "../../../src/app/events/event-kinds.js";
import type { EventMessage } from "../../../src/app/events/event-log.js";
import { toEventMessage } from "../../../src/app/events/event-log.js";
import type { NewSession, SessionEnd } from "../../../src/app/rounds/usage-store.js";
import { civilDate } from "../../../src/domain/billing/civil-date.js";
import { eventsOf, type TestEvents } from "../../fakes/events.js";
import { createBooks, type Books } from "../http/books.js";
import { monthly } from "../store/billing-rig.js";

interface Town {
  readonly books: Books;
  readonly events: TestEvents;
  readonly routerId: number;
  readonly lineId: number;
  readonly customerId: number;
  readonly subscriptionId: number;
}

let town: Town;
beforeEach(async () => {
  const books = await createBooks();
  const routerId = books.addRouter("hex");
  books.live.routers.set("hex", {} as never);
  const { useCases } = books;
  const rates = {
    max: { uploadBps: 5e6, downloadBps: 1e7 },
    burst: undefined,
    limitAt: undefined,
    priority: undefined,
  };
  const profile = { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined } as const;
  const { id: planId } = useCases.createPlan("test", {
    name: "10M",
    priceIdr: 150_000,
    rates,
    enforcement: profile,
  }).value;
  const { id: customerId } = useCases.createCustomer("test", { name: "Budi" }).value;
  const lines = [{ router: "hex", service: "pppoe", name: "budi", password: "rahasia" } as const];
  const { id: subscriptionId } = useCases.createSubscription("test", {
    customerId,
    planId,
    lines,
    startsActive: true,
  }).value;
  const lineId = books.db.prepare<[], number>("select id from lines where name = 'budi'").pluck().get() ?? 0;
  const events = eventsOf(books.db, books.clock);
  events.webhooks.create("test", { url: "http://127.0.0.1:9/" });
  await events.stop();
  town = { books, events, routerId, lineId, customerId, subscriptionId };
});
afterEach(() => town.books.close());

const session = ({ routerId, lineId, books }: Town): NewSession => ({
  routerId,
  lineId,
  kind: "pppoe",
  bootNo: 1,
  sessionKey: "0x1",
  mac: "52:54:00:AA:00:03",
  address: "10.10.0.3",
  startedAtMs: books.clock.nowMs() - 60_000,
  startLoMs: undefined,
  startHiMs: undefined,
  firstSeenAtMs: books.clock.nowMs(),
  beforeUnknown: false,
});
const end = ({ books }: Town): SessionEnd => ({
  endedAtMs: books.clock.nowMs(),
  endedBy: "logout-record",
  seconds: 60,
  total: { uploadBytes: 1, downloadBytes: 2 },
  exactness: "exact",
  movedAtMs: undefined,
});
const usage = ({ books }: Town) => createUsageStore(books.db, books.calendar);
const clockStore = ({ books }: Town) => createClockStore(books.db, createNewestFile(":memory:"));
const issue = ({ books, subscriptionId }: Town, month = 9): number => {
  const issued = books.money.billing.issueInvoice("test", monthly(subscriptionId, month));
  return issued.invoice?.id ?? 0;
};
const pay = ({ books, customerId }: Town, amountIdr: number): number =>
  books.money.billing.recordPayment("test", { customerId, amountIdr, method: "cash" }).id;
const setDark = ({ books, lineId }: Town, isDark: boolean): void =>
  books.accessStore.noteFacts(new Map([[lineId, { isDark }]]));
const brake = ({ books, subscriptionId }: Town): number =>
  books.accessStore.engageBrake(
    { routerId: town.routerId, engagedAtMs: books.clock.nowMs(), subscriptionIds: new Set([subscriptionId]) },
    books.clock.nowMs(),
  );
const run = ({ books }: Town): number =>
  books.money.store.change((tx) => tx.beginRun(civilDate(20261123), "test", books.clock.nowMs()));

const whose = { subscriptionId: "subscription_1", customer: { id: "customer_1", name: "Budi" } };
const where = { router: "hex", line: { id: "line_1", service: "pppoe", name: "budi" }, ...whose };
const invoice = { subject: { kind: "invoice", id: "invoice_1" }, ...whose };
const payment = { subject: { kind: "payment", id: "payment_1" }, customer: whose.customer };
const totals = { totalIdr: 150_000, number: expect.any(String) };

/** What leads up to it, what does it, and what is told of it. */
const stories: Record<
  EventKind,
  { before?: (t: Town) => unknown; act: (t: Town) => unknown; tells: Partial<EventMessage> | object }
> = {
  "session.started": {
    act: (t) => usage(t).commit((tx) => tx.openSession(session(t))),
    tells: { ...where, subject: { kind: "session", id: "session_1" }, detail: null },
  },
  "session.ended": {
    before: (t) => usage(t).commit((tx) => tx.openSession(session(t))),
    act: (t) => usage(t).commit((tx) => tx.endSession(t.routerId, 1, end(t))),
    tells: { ...where, subject: { kind: "session", id: "session_1" } },
  },
  "router.up": {
    act: ({ events, routerId }) => events.eventLog.tellRouter({ routerId, atMs: 5, trouble: undefined }),
    tells: { router: "hex", at: "1970-01-01T00:00:00.005Z" },
  },
  "router.down": {
    act: ({ events, routerId }) =>
      events.eventLog.tellRouter({ routerId, atMs: 5, trouble: { code: "ROUTER_UNREACHABLE", message: "gone" } }),
    tells: { router: "hex", detail: { code: "ROUTER_UNREACHABLE", message: "gone" } },
  },
  // A line that is still to be made on its router is dark.
  "line.isolated": { before: (t) => setDark(t, false), act: (t) => setDark(t, true), tells: where },
  "line.released": { before: (t) => setDark(t, true), act: (t) => setDark(t, false), tells: where },
  "subscription.changed": {
    act: ({ books, subscriptionId }) => books.useCases.pause("test", subscriptionId),
    tells: { ...whose, detail: { from: "active", to: "paused" } },
  },
  "payment.received": {
    act: (t) => pay(t, 20_000),
    tells: { ...payment, detail: { amountIdr: 20_000, method: "cash" } },
  },
  "payment.voided": {
    before: (t) => pay(t, 20_000),
    act: ({ books }) => books.money.billing.voidPayment("test", 1, { reason: "salah" }),
    tells: { ...payment, detail: { amountIdr: 20_000, method: "cash" } },
  },
  "invoice.issued": { act: (t) => issue(t), tells: { ...invoice, detail: totals } },
  "invoice.paid": { before: (t) => issue(t), act: (t) => pay(t, 150_000), tells: { ...invoice, detail: totals } },
  "invoice.voided": {
    before: (t) => issue(t),
    act: ({ books }) => books.money.billing.voidInvoice("test", 1, { reason: "salah" }),
    tells: { ...invoice, detail: totals },
  },
  "invoice.reminder": {
    before: (t) => issue(t),
    act: ({ books }) => books.money.store.change((tx) => tx.addReminder(1, 3, civilDate(20261123), 7)),
    tells: { ...invoice, detail: { number: expect.any(String), openIdr: 150_000, daysBefore: 3 } },
  },
  "promise.made": {
    act: ({ books, subscriptionId }) =>
      books.money.billing.promise("test", subscriptionId, { untilOn: civilDate(20261130), note: undefined }),
    tells: { ...whose, detail: { untilOn: "2026-11-30" } },
  },
  "brake.engaged": { act: brake, tells: { router: "hex", subject: { kind: "brake", id: "brake_1" } } },
  "brake.released": {
    before: brake,
    act: ({ books }) => books.accessStore.releaseBrake(1, books.clock.nowMs()),
    tells: { router: "hex", subject: { kind: "brake", id: "brake_1" } },
  },
  "clock.doubted": {
    act: (t) => clockStore(t).beginDoubt({ reason: "stepped", shownMs: 9, trustedMs: 8 }),
    tells: { subject: null, detail: { reason: "stepped" } },
  },
  "clock.trusted": {
    before: (t) => clockStore(t).beginDoubt({ reason: "stepped", shownMs: 9, trustedMs: 8 }),
    act: (t) => clockStore(t).endDoubt(10, "ntp"),
    tells: { detail: { reason: "stepped", endedBy: "ntp" } },
  },
  "billing.run": {
    before: run,
    act: ({ books }) =>
      books.money.store.change((tx) =>
        tx.endRun(1, { invoices: 3, invoicedIdr: 450_000, reminders: 2, failures: 0 }, books.clock.nowMs()),
      ),
    tells: {
      subject: { kind: "run", id: "run_1" },
      detail: { onDay: "2026-11-23", invoices: 3, invoicedIdr: 450_000, reminders: 2, failures: 0 },
    },
  },
};

describe.each(eventKinds)("%s", (kind) => {
  let sinceId = 0;
  beforeEach(() => (sinceId = town.events.eventLog.newestId()));
  const told = (): EventMessage[] =>
    town.events.eventLog
      .after(sinceId, 1_000)
      .map(toEventMessage)
      .filter((event) => event.kind === kind);
  const outbox = (): number[] =>
    town.books.db
      .prepare<[string, number], number>("select event_id from webhook_deliveries where kind = ? and event_id > ?")
      .pluck()
      .all(kind, sinceId);

  test("is told once, with whom and what it is about, and not when its commit is undone", () => {
    const { before, act, tells } = stories[kind];
    before?.(town);
    expect(told()).toEqual([]);
    expect(() =>
      createFullCommit(town.books.db)(() => {
        act(town);
        throw new Error("undone");
      }),
    ).toThrow("undone");
    expect(told()).toEqual([]);
    expect(outbox()).toEqual([]);
    act(town);
    expect(told()).toEqual([expect.objectContaining(tells)]);
    expect(outbox()).toHaveLength(1);
  });
});

describe("nothing is told", () => {
  const count = (): number => town.events.eventLog.newestId();

  test.each([
    [
      "of a credit note that a voided invoice leaves",
      "payment.received",
      (t: Town) => {
        issue(t);
        pay(t, 150_000);
        const before = count();
        t.books.money.billing.voidInvoice("test", 1, { reason: "salah" });
        return before;
      },
    ],
    [
      "again of what is as it was",
      "line.isolated",
      (t: Town) => {
        setDark(t, false);
        setDark(t, true);
        const before = count();
        setDark(t, true);
        return before;
      },
    ],
    [
      "of an invoice that is paid in part",
      "invoice.paid",
      (t: Town) => {
        issue(t);
        const before = count();
        pay(t, 149_999);
        return before;
      },
    ],
  ])("%s", (_what, kind, act) => {
    const before = act(town);
    const later = town.events.eventLog.after(before, 100);
    expect(later.filter((event) => event.kind === kind)).toEqual([]);
  });

  test("of a session that was never seen while it lasted but its end", () => {
    usage(town).commit((tx) => tx.addEndedSession(session(town), end(town)));
    expect(town.events.eventLog.after(0, 100).map(({ kind }) => kind)).toContain("session.ended");
    expect(town.events.eventLog.after(0, 100).map(({ kind }) => kind)).not.toContain("session.started");
  });
});
