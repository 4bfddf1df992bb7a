import type { ClockMemory, ClockStore, OpenDoubt } from "../../app/clock/clock-store.js";
import { createFullCommit } from "./full-commit.js";
import type { NewestFile } from "./newest-file.js";
import type { Sqlite } from "./open.js";
import { speaking } from "./store-errors.js";

interface SenseRow {
  readonly trusted_ms: number | null;
  readonly vouched_ms: number | null;
  readonly vouched_by: string | null;
  readonly restored_at_ms: number | null;
}

/** The `ClockStore` over SQLite; every change commits with `synchronous=FULL`, and is told beside the books. */
export function createClockStore(db: Sqlite, newestFile: NewestFile): ClockStore {
  const full = createFullCommit(db);
  const sense = db.prepare<[], SenseRow>("select * from clock_sense where id = 1");
  const doubt = db.prepare<[], { reason: string; shown_ms: number; trusted_ms: number | null }>(
    "select reason, shown_ms, trusted_ms from clock_doubts where ended_shown_ms is null order by id desc limit 1",
  );
  const lastAudit = db.prepare<[], number>("select coalesce(max(id), 0) from audit").pluck();
  const addRow = db.prepare("insert into clock_sense (id) values (1) on conflict do nothing");
  const set = (columns: string): ReturnType<Sqlite["prepare"]> =>
    db.prepare(`update clock_sense set ${columns} where id = 1`);
  const setTrusted = set("trusted_ms = :trustedMs, vouched_ms = iif(vouched_ms = :fromMs, :toMs, vouched_ms)");
  const setRestored = set("restored_at_ms = coalesce(restored_at_ms, :atMs)");
  const vouch = set("vouched_ms = :atMs, vouched_by = :by, restored_at_ms = null");
  const beginDoubt = db.prepare(
    `insert into clock_doubts (reason, shown_ms, trusted_ms, audit_after_id)
     values (:reason, :shownMs, :trustedMs, (select coalesce(max(id), 0) from audit))`,
  );
  const endDoubt = db.prepare(
    `update clock_doubts set ended_shown_ms = :shownMs, ended_by = :by,
       audit_through_id = (select coalesce(max(id), 0) from audit) where ended_shown_ms is null`,
  );
  const tell = db.prepare(
    `insert into audit (at_ms, by, action, subject_kind, subject_id, before, after)
     values (:atMs, :by, 'clock.vouch', '${siteSubject.kind}', ${siteSubject.id}, :before, :after)`,
  );
  const memory = (): ClockMemory => {
    const row = sense.get();
    return {
      trustedMs: row?.trusted_ms ?? undefined,
      vouchedMs: row?.vouched_ms ?? undefined,
      vouchedBy: row?.vouched_by ?? undefined,
      restoredAtMs: row?.restored_at_ms ?? undefined,
    };
  };
  const tellBeside = (): void => newestFile.write({ trustedMs: memory().trustedMs, auditId: lastAudit.get() ?? 0 });

  const store: ClockStore = {
    memory,
    openDoubt() {
      const row = doubt.get();
      return row && { reason: row.reason, shownMs: row.shown_ms, trustedMs: row.trusted_ms ?? undefined };
    },
    setTrusted(trustedMs, word) {
      // What stands beside must never be ahead of the books, or they would look put back: when time goes back, it goes first.
      const beside = newestFile.read();
      if (beside?.trustedMs !== undefined && beside.trustedMs > trustedMs) newestFile.write({ ...beside, trustedMs });
      full(() => {
        addRow.run();
        setTrusted.run({ trustedMs, fromMs: word?.fromMs ?? null, toMs: word?.toMs ?? null });
      });
      tellBeside();
    },
    setRestored: (atMs) =>
      full(() => {
        addRow.run();
        setRestored.run({ atMs: Math.floor(atMs) });
      }),
    vouch({ atMs, by, before, after }) {
      full(() => {
        addRow.run();
        // The doubt ends before the word that ends it: that row is no part of it.
        endDoubt.run({ shownMs: atMs, by: "person" });
        vouch.run({ atMs, by });
        tell.run({ atMs, by, before: JSON.stringify(before), after: JSON.stringify(after) });
      });
      // Else these books would count as put back at every start.
      tellBeside();
    },
    beginDoubt: ({ reason, shownMs, trustedMs }: OpenDoubt) =>
      full(() => void beginDoubt.run({ reason, shownMs, trustedMs: trustedMs ?? null })),
    endDoubt: (shownMs, by) => full(() => void endDoubt.run({ shownMs, by })),
  };
  return speaking(store, db.name);
}

/** The site as the subject of an audit row: no router has the number 0. */
export const siteSubject = { kind: "router", id: 0 } as const;

/**
 * Makes what the clock sense needs at its start. Books of before there was one give it the newest instant at which a router
 * was read: from then on only trusted instants count. Books that are behind what this machine has written beside them were
 * put back from a backup.
 *
 * @param shownMs what the machine's clock shows.
 */
export function prepareClockSense(
  db: Sqlite,
  newestFile: NewestFile,
  { newestReadMs, shownMs }: { readonly newestReadMs: number | undefined; readonly shownMs: number },
): ClockStore {
  const store = createClockStore(db, newestFile);
  const isThere = db.prepare("select 1 from clock_sense").get() !== undefined;
  const auditId = db.prepare<[], number>("select coalesce(max(id), 0) from audit").pluck().get() ?? 0;
  if (!isThere) {
    db.prepare("insert into clock_sense (id, trusted_ms) values (1, ?) on conflict do nothing").run(
      newestReadMs ?? null,
    );
  }
  const { trustedMs } = store.memory();
  // Somebody who begins anew has deleted the books and not what stands beside them.
  const isNew = !isThere && trustedMs === undefined && auditId === 0;
  const beside = newestFile.read();
  if (isNew || beside === undefined) return store;
  const isBehind = beside.auditId > auditId || (beside.trustedMs ?? 0) > (trustedMs ?? 0);
  if (isBehind) store.setRestored(shownMs);
  return store;
}
