import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrationsFolder, openDatabase } from "../../../src/adapters/sqlite/open.js";
import { atMs, createSeed } from "./access-books.js";
import { dump } from "./books-rig.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-schema-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The migrations of the first release alone. */
function firstRelease(): string {
  const first = join(folder, "first");
  cpSync(migrationsFolder, first, { recursive: true });
  const journalPath = join(first, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(journalPath, "utf8")) as { entries: { tag: string }[] };
  writeFileSync(journalPath, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }));
  expect(journal.entries[0]?.tag).toBe("0000_first_books");
  return first;
}

test("books of the first release keep every row, a copy from before lies beside them, and people can go on from there", async () => {
  const path = join(folder, "ronda.db");
  const old = await openDatabase(path, firstRelease());
  old.exec(`
    insert into routers (id, name, added_at_ms, software_id, log_byte_order) values (7, 'pos-1', ${atMs}, 'ABCD', 'upload-first');
    insert into routers (id, name, added_at_ms, parked_at_ms) values (8, 'pos-2', ${atMs}, ${atMs});
    insert into lines values (70, 7, 'pppoe', 'budi', ${atMs}, 0), (71, 8, 'hotspot', 'siti', ${atMs}, 1);
    insert into sessions (id, router_id, line_id, kind, boot_no, session_key, started_at_ms, first_seen_at_ms)
      values (700, 7, 70, 'pppoe', 1, '0x81100001', ${atMs}, ${atMs});
    insert into baselines values (7, 700, 1, 2, 3, 4, 5);
    insert into usage_hours values (1, 7, 70, 10, 20);
    insert into usage_days values (20260930, 7, 70, 10, 20);
    insert into samples values (1, 70, 60, 10, 20);
    insert into hotspot_totals (router_id, line_id, user_upload_bytes, user_download_bytes, user_seconds) values (8, 71, 1, 2, 3);
    insert into held_logout_records values (1, 7, 1, 'pppoe', 'budi', '', 1, 2, 3, ${atMs}, null, 0);
    insert into log_gaps values (1, 7, 1, 2, 3);
    insert into meta values ('timeZone', 'Asia/Jakarta');`);
  const before = dump(old);
  expect(Object.values(before).filter((rows) => rows.length === 0)).toEqual([]);
  old.close();

  const db = await openDatabase(path);
  const after = dump(db);
  for (const [table, rows] of Object.entries(before)) {
    if (table !== "__drizzle_migrations") expect(after[table], table).toEqual(rows);
  }
  expect(Object.keys(after)).toContain("subscription_lines");
  expect(db.pragma("foreign_key_check")).toEqual([]);
  const seed = createSeed(db);
  const subscription = seed.subscription(seed.customer("Budi"), seed.plan("10m"));
  db.prepare("insert into subscription_lines (subscription_id, line_id, from_at_ms) values (?, 70, ?)").run(
    subscription,
    atMs,
  );
  db.close();
  const copy = readdirSync(folder).find((name) => name.startsWith("ronda.db.before-"));
  const backup = await openDatabase(join(folder, copy ?? ""), join(folder, "first"));
  expect(dump(backup)).toEqual(before);
  backup.close();
});

describe("the tables refuse", () => {
  test.each([
    [
      "a second plan at a time",
      "insert into subscription_plans (subscription_id, plan_id, from_at_ms) values (1, 2, 5)",
    ],
    [
      "a second owner of a line",
      "insert into subscription_lines (subscription_id, line_id, from_at_ms) values (2, 1, 5)",
    ],
    ["a link that ends before it begins", "update subscription_lines set until_at_ms = from_at_ms - 1"],
    ["a plan's link that ends before it begins", "update subscription_plans set until_at_ms = from_at_ms - 1"],
    [
      "the same reason twice at a time",
      "insert into subscription_reasons (subscription_id, reason, from_at_ms, by) values (1, 'manual', 5, 'api')",
    ],
    [
      "an unknown reason",
      "insert into subscription_reasons (subscription_id, reason, from_at_ms, by) values (1, 'whim', 5, 'api')",
    ],
    ["a reason that nobody ended", "update subscription_reasons set until_at_ms = from_at_ms"],
    ["a reason ended by somebody and never", "update subscription_reasons set ended_by = 'api'"],
    ["an unknown state", "update subscriptions set state = 'suspended'"],
    ["archiving what is not terminated", "update subscriptions set archived_at_ms = 1"],
    ["a customer who has subscriptions going", "delete from customers where id = 1"],
    ["a plan that was ever sold going", "delete from plans where id = 1"],
    ["a customer without a name", "insert into customers (name, created_at_ms, updated_at_ms) values ('  ', 1, 1)"],
    ["a plan's name twice while it is sold", "update plans set name = 'A' where id = 2"],
    ["a price below zero", "update plans set price_idr = -1"],
    ["half a rupiah", "update plans set price_idr = 0.5"],
    ["a plan without speeds that owns a profile", "update plans set upload_bps = null, download_bps = null"],
    ["a speed one way only", "update plans set upload_bps = null"],
    ["half a burst", "update plans set burst_upload_bps = 1"],
    ["half a guarantee", "update plans set limit_at_upload_bps = 1"],
    ["priority 9", "update plans set priority = 9"],
    ["a queue plan with a profile", "update plans set enforcement = 'queue'"],
    [
      "addresses of a profile that is not ours",
      "update plans set enforcement = 'existing-profile', ppp_local_address = 'x'",
    ],
    ["a password without a version", "update line_access set sealed_password = 'x'"],
    ["a version without a password", "update line_access set password_version = 1"],
    [
      "a password that was written before it was there",
      "update line_access set sealed_password = 'x', password_version = 1, written_version = 2",
    ],
    ["half a last look", "update line_access set last_seen_comment = 'x'"],
    ["another presence", "update line_access set presence = 'gone'"],
    ["a flag that is neither", "update line_access set is_dark = 2"],
    ["access of a line that does not exist", "insert into line_access (line_id, presence) values (99, 'expected')"],
    ["a journal entry that ended without a time", "update journal set state = 'settled'"],
    ["a journal entry with a time that did not end", "update journal set ended_at_ms = 1"],
    ["a journal entry that was sent without a time", "update journal set state = 'sent'"],
    ["another journal state", "update journal set state = 'done'"],
    ["two debts of one write", "insert into debts (journal_id, router_id, line_id) values (1, 1, 1)"],
    ["a write going that still owes a drop", "delete from journal"],
    ["a line going that was written to", "delete from lines where id = 1"],
    ["two brakes on one router", "insert into brakes (router_id, engaged_at_ms) values (1, 5)"],
    ["two brakes on the site", "insert into brakes (engaged_at_ms) values (5)"],
    ["a confirmation by nobody", "update brake_subscriptions set confirmed_at_ms = 1"],
    [
      "an audit of something else",
      "insert into audit (at_ms, by, action, subject_kind, subject_id) values (1, 'api', 'x', 'moon', 1)",
    ],
  ])("%s", async (_what, sql) => {
    const db = await openDatabase(":memory:");
    const seed = createSeed(db);
    const [router, plan] = [seed.router("pos-1"), seed.plan("a")];
    seed.plan("b");
    const [one] = [
      seed.subscription(seed.customer("x"), plan, "isolated"),
      seed.subscription(seed.customer("y"), plan),
    ];
    const line = seed.line(router, "budi", one);
    db.exec(`
      insert into subscription_reasons (subscription_id, reason, from_at_ms, by) values (${one}, 'manual', ${atMs}, 'api');
      insert into journal (router_id, line_id, kind, name, why, effect, by, after, state, intended_at_ms)
        values (${router}, ${line}, 'set-secret', 'budi', 'isolated', 'darkens', 'daemon', '{}', 'intended', ${atMs});
      insert into debts (journal_id, router_id, line_id) values (1, ${router}, ${line});
      insert into brakes (router_id, engaged_at_ms) values (${router}, ${atMs}), (null, ${atMs});
      insert into brake_subscriptions (brake_id, subscription_id) values (1, ${one});`);
    const before = dump(db);
    expect(() => db.exec(sql)).toThrow(/constraint failed|cannot store/);
    expect(dump(db)).toEqual(before);
    db.close();
  });
});
