/** A small site in a real database file, kept consistent the way rounds keep it: hours, baselines, sessions, days. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import { createBillingQueries } from "../../../src/adapters/sqlite/read-billing.js";
import { createBooksQueries } from "../../../src/adapters/sqlite/read-books.js";
import { createReadModel } from "../../../src/adapters/sqlite/read-model.js";
import { phoneNumbers } from "../../../src/adapters/system/phone-numbers.js";
import { createSecretBox } from "../../../src/adapters/system/secret-box.js";
import type { AccessStore } from "../../../src/app/access/access-store.js";
import type { BillingQueries } from "../../../src/app/billing/billing-queries.js";
import type { BooksQueries } from "../../../src/app/books/books-queries.js";
import { createAdoptionBooks } from "../../../src/adapters/sqlite/adoption-books.js";
import { createAdoption } from "../../../src/app/adopt/adopt.js";
import type { Adoption } from "../../../src/app/adopt/adoption.js";
import { OperationalError, RouterError } from "../../../src/app/errors.js";
import type { Books as UseCases } from "../../../src/app/books/books.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import type { Bytes, Failure, LiveView, RouterLive, Rates, ReadModel } from "../../../src/app/queries.js";
import type { SiteCalendar } from "../../../src/domain/usage/site-calendar.js";
import type { Money } from "../../../src/daemon/money.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";
import { createFakeAccess, type FakeAccess } from "./fake-access.js";
import { moneyOf } from "../../fakes/money.js";

export interface FakeLive extends LiveView {
  readonly routers: Map<string, RouterLive>;
  readonly rates: Map<number, Rates>;
  failure: Failure | undefined;
}

export function createFakeLive(): FakeLive {
  const routers = new Map<string, RouterLive>();
  const rates = new Map<number, Rates>();
  return {
    routers,
    rates,
    failure: undefined,
    routerNames: () => [...routers.keys()],
    router: (name) => routers.get(name),
    sessionRates: (sessionId) => rates.get(sessionId),
    storeFailure() {
      return this.failure;
    },
  };
}

export function upRouter(lastSeenAtMs: number, change: Partial<RouterLive> = {}): RouterLive {
  return {
    state: "up",
    mode: "observe",
    running: true,
    connected: true,
    pollEverySeconds: 60,
    effectiveEverySeconds: 60,
    lastSeenAtMs,
    nextRoundAtMs: lastSeenAtMs + 60_000,
    roundMs: 41.7,
    lastError: undefined,
    unreadableRows: 0,
    ...change,
  };
}

export interface Books {
  readonly db: Sqlite;
  readonly clock: FakeClock;
  readonly calendar: SiteCalendar;
  readonly live: FakeLive;
  readonly readModel: ReadModel;
  /** The use cases, as the API calls them. */
  readonly useCases: UseCases;
  readonly bookQueries: BooksQueries;
  /** All of money, as the daemon puts it together. */
  readonly money: Money;
  readonly billingQueries: BillingQueries;
  readonly accessStore: AccessStore;
  readonly access: FakeAccess;
  /** Of routers that nobody can reach. */
  readonly adoption: Adoption;
  addRouter(name: string, columns?: Record<string, string | number | null>): number;
  addLine(routerId: number, service: string, name: string): number;
  openSession(lineId: number, startedAtMs: number, before?: Bytes): number;
  /** Books bytes of an open session at an instant: hour and baseline, and the day if it is summed already. */
  book(sessionId: number, atMs: number, bytes: Bytes): void;
  endSession(sessionId: number, endedAtMs: number, correction?: Bytes): void;
  markMissing(sessionId: number): void;
  /** Sums a router's hours into days up to and with `day`. */
  sumDays(routerId: number, day: number): void;
  close(): void;
}

const unreachable = (name: string): RouterError =>
  new RouterError("ROUTER_UNREACHABLE", name, `router ${name}: no answer within 5 s`, { retryable: true });

/** 2026-11-23 10:30 in Jakarta. */
export const nowMs = Date.UTC(2026, 10, 23, 3, 30);

export async function createBooks(timeZone = "Asia/Jakarta"): Promise<Books> {
  const folder = mkdtempSync(join(tmpdir(), "ronda-http-"));
  const db = await openDatabase(join(folder, "ronda.db"));
  const clock = createFakeClock(nowMs);
  const calendar = createSiteCalendar(timeZone);
  const live = createFakeLive();
  const access = createFakeAccess(clock);
  const readModel = createReadModel(db, { calendar, clock, live, access });
  const secretBox = createSecretBox(join(folder, "ronda.key"));

  const insert = (table: string, row: Record<string, string | number | null>): number => {
    const keys = Object.keys(row);
    const marks = keys.map(() => "?").join(", ");
    return Number(
      db.prepare(`insert into ${table} (${keys.join(", ")}) values (${marks})`).run(...Object.values(row))
        .lastInsertRowid,
    );
  };
  const sessionOf = (id: number) =>
    db
      .prepare(
        "select router_id as routerId, line_id as lineId, started_at_ms as startedAtMs from sessions where id = ?",
      )
      .get(id) as {
      routerId: number;
      lineId: number;
      startedAtMs: number;
    };
  function addUsage(routerId: number, lineId: number, atMs: number, { uploadBytes, downloadBytes }: Bytes): void {
    db.prepare(
      `insert into usage_hours values (?, ?, ?, ?, ?) on conflict do update set
         upload_bytes = upload_bytes + excluded.upload_bytes, download_bytes = download_bytes + excluded.download_bytes`,
    ).run(calendar.hourStart(atMs) / 1000, routerId, lineId, uploadBytes, downloadBytes);
    const { through } = db.prepare("select days_summed_through as through from routers where id = ?").get(routerId) as {
      through: number | null;
    };
    const day = calendar.dayOf(atMs);
    if (through === null || day > through) return;
    db.prepare(
      `insert into usage_days values (?, ?, ?, ?, ?) on conflict do update set
         upload_bytes = upload_bytes + excluded.upload_bytes, download_bytes = download_bytes + excluded.download_bytes`,
    ).run(day, routerId, lineId, uploadBytes, downloadBytes);
  }

  const store = createBooksStore(db);
  const money = moneyOf(db, clock, { secretBox, site: { timezone: timeZone, language: "en" } });
  const useCases: UseCases = money.books;
  const adoption = createAdoption({
    books: useCases,
    adoptionBooks: createAdoptionBooks(db),
    store,
    secretBox,
    phones: phoneNumbers,
    nextPeriodStart: money.nextPeriodStart,
    openingBalance: money.billing.openingBalance,
    clock,
    router(name) {
      if (!live.routers.has(name)) throw new OperationalError("ROUTER_UNKNOWN", `no router ${name} in routers.yaml`);
      const isolation = {
        method: "profile",
        profile: "isolir",
        addressList: "isolir",
        hotspotProfile: undefined,
      } as const;
      return { name, services: new Set(), isolation, read: () => Promise.reject(unreachable(name)) };
    },
  });

  return {
    db,
    clock,
    calendar,
    live,
    readModel,
    useCases,
    adoption,
    bookQueries: createBooksQueries(db),
    money,
    billingQueries: createBillingQueries(db, money.today),
    accessStore: createAccessStore(db, secretBox),
    access,
    addRouter: (name, columns = {}) => insert("routers", { name, added_at_ms: nowMs - 90 * 86_400_000, ...columns }),
    addLine: (routerId, service, name) =>
      insert("lines", { router_id: routerId, service, name, first_seen_at_ms: nowMs - 60 * 86_400_000 }),
    openSession(lineId, startedAtMs, before = { uploadBytes: 0, downloadBytes: 0 }) {
      const line = db.prepare("select router_id as routerId, service, name from lines where id = ?").get(lineId) as {
        routerId: number;
        service: string;
        name: string;
      };
      const id = insert("sessions", {
        router_id: line.routerId,
        line_id: lineId,
        kind: line.service === "ppp" ? "l2tp" : line.service,
        boot_no: 1,
        session_key: `0x${startedAtMs.toString(16)}`,
        mac: "52:54:00:AA:00:03",
        address: "10.10.0.3",
        started_at_ms: startedAtMs,
        first_seen_at_ms: startedAtMs + 20_000,
        before_upload_bytes: before.uploadBytes,
        before_download_bytes: before.downloadBytes,
      });
      db.prepare("insert into baselines values (?, ?, 0, 0, 0, 0, ?)").run(
        line.routerId,
        id,
        Math.floor(startedAtMs / 1000),
      );
      return id;
    },
    book(sessionId, atMs, bytes) {
      const { routerId, lineId } = sessionOf(sessionId);
      addUsage(routerId, lineId, atMs, bytes);
      db.prepare(
        `update baselines set booked_upload_bytes = booked_upload_bytes + ?, booked_download_bytes = booked_download_bytes + ?,
           moved_at_s = ? where router_id = ? and session_id = ?`,
      ).run(bytes.uploadBytes, bytes.downloadBytes, Math.floor(atMs / 1000), routerId, sessionId);
    },
    endSession(sessionId, endedAtMs, correction = { uploadBytes: 0, downloadBytes: 0 }) {
      const { routerId, lineId, startedAtMs } = sessionOf(sessionId);
      addUsage(routerId, lineId, endedAtMs - 1, correction);
      db.prepare(
        `update sessions set ended_at_ms = ?, ended_by = 'logout-record', seconds = ?, exactness = 'exact',
           upload_bytes = before_upload_bytes + ? + (select booked_upload_bytes from baselines where session_id = sessions.id),
           download_bytes = before_download_bytes + ? + (select booked_download_bytes from baselines where session_id = sessions.id)
         where id = ?`,
      ).run(
        endedAtMs,
        Math.round((endedAtMs - startedAtMs) / 1000),
        correction.uploadBytes,
        correction.downloadBytes,
        sessionId,
      );
      db.prepare("delete from baselines where session_id = ?").run(sessionId);
    },
    markMissing: (sessionId) =>
      void db
        .prepare("update sessions set last_seen_uptime_lo_ms = 1000, missing_uptime_hi_ms = 62000 where id = ?")
        .run(sessionId),
    sumDays(routerId, day) {
      db.prepare("delete from usage_days where router_id = ?").run(routerId);
      const rows = db.prepare("select * from usage_hours where router_id = ?").all(routerId) as {
        hour_at_s: number;
        line_id: number;
        upload_bytes: number;
        download_bytes: number;
      }[];
      db.prepare("update routers set days_summed_through = ? where id = ?").run(day, routerId);
      for (const row of rows) {
        const rowDay = calendar.dayOf(row.hour_at_s * 1000);
        if (rowDay > day) continue;
        db.prepare(
          `insert into usage_days values (?, ?, ?, ?, ?) on conflict do update set
             upload_bytes = upload_bytes + excluded.upload_bytes, download_bytes = download_bytes + excluded.download_bytes`,
        ).run(rowDay, routerId, row.line_id, row.upload_bytes, row.download_bytes);
      }
    },
    close() {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
