import { afterEach, beforeEach, expect, test } from "vitest";
import { createNoticeSource } from "../../../src/adapters/sqlite/notice-source.js";
import type { NoticeCustomer, NoticeSource } from "../../../src/app/notice.js";
import { createBooks, nowMs, upRouter, type Books } from "../http/books.js";

let books: Books;
let source: NoticeSource;
let hex = 0;
const mainPort = 8081;
const ownPort = 8082;

beforeEach(async () => {
  books = await createBooks();
  const { db, live, clock } = books;
  hex = books.addRouter("hex");
  live.routers.set("hex", upRouter(nowMs - 20_000));
  source = createNoticeSource(db, {
    live,
    clock,
    servesRouter: (name, port) => (name === "rb" ? ownPort : mainPort) === port,
  });
});
afterEach(() => books.close());

function run(sql: string, ...values: (string | number | null)[]): number {
  return Number(books.db.prepare(sql).run(...values).lastInsertRowid);
}

function subscribe(lineId: number, customerName: string, state = "isolated", reasons: readonly string[] = []): number {
  const customer = run(
    "insert into customers (name, created_at_ms, updated_at_ms) values (?, ?, ?)",
    customerName,
    nowMs,
    nowMs,
  );
  const id = run(
    "insert into subscriptions (customer_id, state, state_since_ms, created_at_ms, updated_at_ms) values (?, ?, ?, ?, ?)",
    customer,
    state,
    nowMs,
    nowMs,
    nowMs,
  );
  link(id, lineId);
  for (const reason of reasons) {
    run(
      "insert into subscription_reasons (subscription_id, reason, from_at_ms, by) values (?, ?, ?, 'api')",
      id,
      reason,
      nowMs,
    );
  }
  return id;
}

function link(subscriptionId: number, lineId: number, untilAtMs: number | null = null): void {
  run(
    "insert into subscription_lines (subscription_id, line_id, from_at_ms, until_at_ms) values (?, ?, ?, ?)",
    subscriptionId,
    lineId,
    nowMs - 1000,
    untilAtMs,
  );
}

function login(lineId: number, address: string): number {
  const session = books.openSession(lineId, nowMs - 60_000);
  run("update sessions set address = ? where id = ?", address, session);
  return session;
}

/** A dark customer who is online at `address`. */
function dark(name: string, address: string, reasons: readonly string[] = ["overdue"], router = hex): number {
  const line = books.addLine(router, "pppoe", name);
  subscribe(line, name, "isolated", reasons);
  return login(line, address);
}

const find = (address: string, port = mainPort): NoticeCustomer | undefined => source.findByAddress(address, port);

test("finds who is dark at that address, and why", () => {
  dark("Budi", "10.0.0.1");
  dark("Siti", "10.0.0.2", ["manual"]);
  dark("Agus", "10.0.0.3", ["manual", "overdue"]);
  expect(find("10.0.0.1")).toEqual({ customerName: "Budi", reason: "overdue" });
  expect(find("10.0.0.2")).toEqual({ customerName: "Siti", reason: "manual" });
  expect(find("10.0.0.3")).toEqual({ customerName: "Agus", reason: "overdue" });
  expect(find("10.0.0.4")).toBeUndefined();
  expect(find("10.0.0.")).toBeUndefined();
});

test("a reason that has ended is none", () => {
  dark("Budi", "10.0.0.1", ["manual", "overdue"]);
  run("update subscription_reasons set until_at_ms = ?, ended_by = 'api' where reason = 'overdue'", nowMs);
  expect(find("10.0.0.1")?.reason).toBe("manual");
});

test.each([
  ["active", undefined],
  ["pending", undefined],
  ["paused", "paused"],
  ["terminated", "terminated"],
])("a subscription that is %s: %s", (state, reason) => {
  const line = books.addLine(hex, "pppoe", "budi");
  subscribe(line, "Budi", state, ["overdue"]);
  login(line, "10.0.0.1");
  expect(find("10.0.0.1")?.reason).toBe(reason);
});

test("a session that ended, or was missing in the last reading, is nobody's address", () => {
  const ended = dark("Budi", "10.0.0.1");
  books.endSession(ended, nowMs - 1000);
  expect(find("10.0.0.1")).toBeUndefined();
  const missing = dark("Siti", "10.0.0.2");
  books.markMissing(missing);
  expect(find("10.0.0.2")).toBeUndefined();
});

test("a router that was not read just now proves nothing", async () => {
  dark("Budi", "10.0.0.1");
  books.live.routers.set("hex", upRouter(nowMs - 20_000, { state: "down" }));
  expect(find("10.0.0.1")).toBeUndefined();
  books.live.routers.set("hex", upRouter(nowMs - 181_000));
  expect(find("10.0.0.1")).toBeUndefined();
  books.live.routers.set("hex", upRouter(nowMs - 179_000));
  expect(find("10.0.0.1")).toBeDefined();
  await books.clock.advance(2_000);
  expect(find("10.0.0.1")).toBeUndefined();
});

test("two at one address: nobody is named, whoever they are", () => {
  dark("Budi", "10.0.0.1");
  dark("Siti", "10.0.0.1");
  expect(find("10.0.0.1")).toBeUndefined();
  dark("Agus", "10.0.0.2");
  const stranger = login(books.addLine(hex, "hotspot", "tamu"), "10.0.0.2");
  expect(find("10.0.0.2")).toBeUndefined();
  books.endSession(stranger, nowMs);
  expect(find("10.0.0.2")?.customerName).toBe("Agus");
});

test("two lines of one subscription at one address are one customer", () => {
  const line = books.addLine(hex, "pppoe", "budi");
  const subscription = subscribe(line, "Budi", "isolated", ["overdue"]);
  login(line, "10.0.0.1");
  const queue = books.addLine(hex, "static", "budi-queue");
  link(subscription, queue);
  login(queue, "10.0.0.1");
  expect(find("10.0.0.1")?.customerName).toBe("Budi");
});

test("a queue that nobody sells does not hide who is logged in; one that is sold to another does", () => {
  dark("Budi", "10.0.0.1");
  const queue = books.addLine(hex, "static", "limit-10.0.0.1");
  login(queue, "10.0.0.1");
  expect(find("10.0.0.1")?.customerName).toBe("Budi");
  subscribe(queue, "Siti", "isolated", ["overdue"]);
  expect(find("10.0.0.1")).toBeUndefined();
});

test("a line that belonged to somebody else before is not theirs any more", () => {
  const line = books.addLine(hex, "pppoe", "rumah-3");
  const before = subscribe(books.addLine(hex, "pppoe", "x"), "Penghuni Lama", "isolated", ["overdue"]);
  link(before, line, nowMs - 500);
  login(line, "10.0.0.1");
  expect(find("10.0.0.1")).toBeUndefined();
  subscribe(line, "Penghuni Baru", "isolated", ["overdue"]);
  expect(find("10.0.0.1")?.customerName).toBe("Penghuni Baru");
});

test("where two routers use the same range, each has its own port", () => {
  const rb = books.addRouter("rb");
  books.live.routers.set("rb", upRouter(nowMs - 20_000));
  dark("Budi", "10.0.0.1");
  dark("Siti", "10.0.0.1", ["manual"], rb);
  expect(find("10.0.0.1", mainPort)?.customerName).toBe("Budi");
  expect(find("10.0.0.1", ownPort)?.customerName).toBe("Siti");
  expect(find("10.0.0.1", 9999)).toBeUndefined();
});

test("a parked router has no customers", () => {
  dark("Budi", "10.0.0.1");
  run("update routers set parked_at_ms = ?", nowMs);
  expect(find("10.0.0.1")).toBeUndefined();
});
