import type { AccessStore, LineFacts } from "../../app/access/access-store.js";
import type { SecretBox } from "../../app/books/secret-box.js";
import type { Plan } from "../../domain/catalog/plan.js";
import {
  selectManagedLines,
  selectOpenDebts,
  toDebt,
  toJournalEntry,
  toManagedLine,
  type DebtRow,
  type JournalRow,
  type ManagedLineRow,
} from "./access-rows.js";
import { createBrakeStore } from "./brake-store.js";
import { createFullCommit } from "./full-commit.js";
import type { Sqlite } from "./open.js";
import { toPlan, type PlanRow } from "./plan-rows.js";

/**
 * The `AccessStore` over SQLite. Each call that changes something is on the disk when it returns (`synchronous=FULL`); a
 * call that finds everything as it should be writes nothing, so it may be made for every line of every reading.
 */
export function createAccessStore(db: Sqlite, secretBox: Pick<SecretBox, "open">): AccessStore {
  const full = createFullCommit(db);
  const select = {
    lines: db.prepare<[number], ManagedLineRow>(`${selectManagedLines} where l.router_id = ?`),
    line: db.prepare<[number], ManagedLineRow>(`${selectManagedLines} where l.id = ?`),
    plansOfRouter: db.prepare<[number], PlanRow>(
      `select * from plans where id in (
         select sp.plan_id from lines l
           cross join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null
           cross join subscription_plans sp on sp.subscription_id = sl.subscription_id and sp.until_at_ms is null
          where l.router_id = ?)`,
    ),
    plan: db.prepare<[number], PlanRow>("select * from plans where id = ?"),
    these: db.prepare<[string], ManagedLineRow>(`${selectManagedLines} where l.id in (select value from json_each(?))`),
    thesePlans: db.prepare<[string], PlanRow>("select * from plans where id in (select value from json_each(?))"),
    password: db.prepare<[number], { sealed: string; version: number }>(
      `select sealed_password as sealed, password_version as version from line_access
        where line_id = ? and sealed_password is not null`,
    ),
    unsettled: db.prepare<[number], JournalRow>(
      "select * from journal where router_id = ? and ended_at_ms is null order by id",
    ),
    debts: db.prepare<[number], DebtRow>(`${selectOpenDebts} and d.router_id = ? order by d.id`),
    debtsOf: db.prepare<[number], DebtRow>(`${selectOpenDebts} and d.line_id = ? order by d.id`),
  };
  const run = {
    intend: db.prepare(
      `insert into journal (router_id, line_id, subscription_id, kind, name, why, effect, by, before, after, state,
                            intended_at_ms)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?)`,
    ),
    owe: db.prepare("insert into debts (journal_id, router_id, line_id, owes_cookies) values (?, ?, ?, ?)"),
    // An entry that ended stays as it ended: a late word about it changes nothing.
    markSent: db.prepare(
      "update journal set state = 'sent', sent_at_ms = :atMs where id = :id and state in ('intended', 'unknown')",
    ),
    markUnknown: db.prepare(
      "update journal set state = 'unknown', message = :message where id = :id and ended_at_ms is null",
    ),
    end: db.prepare(
      `update journal set state = :state, ended_at_ms = :atMs, message = coalesce(:message, message)
        where id = :id and ended_at_ms is null`,
    ),
    settleDebt: db.prepare(
      "update debts set settled_uptime_ms = ? where journal_id = ? and paid_at_ms is null and settled_uptime_ms is null",
    ),
    cancelDebt: db.prepare("delete from debts where journal_id = ? and paid_at_ms is null"),
    written: db.prepare(
      `update line_access set written_version = :version
        where line_id = (select line_id from journal where id = :id) and written_version < :version
          and password_version >= :version`,
    ),
    cookiesGone: db.prepare("update debts set owes_cookies = 0 where id = ? and owes_cookies = 1"),
    payDebt: db.prepare("update debts set paid_at_ms = ? where id = ? and paid_at_ms is null"),
  };
  const lineOfJournal = db.prepare<[number], number | null>("select line_id from journal where id = ?").pluck();
  const writeFacts = prepareFacts(db);

  return {
    ...createBrakeStore(db, full),

    accessBooks(routerId, isolation) {
      const plans = new Map<number, Plan>();
      for (const row of select.plansOfRouter.all(routerId)) plans.set(row.id, toPlan(row));
      const lines = select.lines.all(routerId).map((row) => toManagedLine(row, plans.get(row.planId) as Plan));
      return { isolation, lines };
    },
    managedLine(lineId) {
      const row = select.line.get(lineId);
      return row && toManagedLine(row, toPlan(select.plan.get(row.planId) as PlanRow));
    },
    managedLines(lineIds) {
      const rows = select.these.all(JSON.stringify(lineIds));
      const plans = new Map<number, Plan>();
      for (const row of select.thesePlans.all(JSON.stringify([...new Set(rows.map(({ planId }) => planId))]))) {
        plans.set(row.id, toPlan(row));
      }
      return new Map(rows.map((row) => [row.lineId, toManagedLine(row, plans.get(row.planId) as Plan)]));
    },
    password(lineId) {
      const row = select.password.get(lineId);
      return row && { text: secretBox.open(row.sealed), version: row.version };
    },

    intend: (intent, debt, facts, atMs) =>
      full(() => {
        const { lastInsertRowid } = run.intend.run(
          intent.routerId,
          intent.lineId ?? null,
          intent.subscriptionId ?? null,
          intent.kind,
          intent.name,
          intent.why,
          intent.effect,
          intent.by,
          intent.before === undefined ? null : JSON.stringify(intent.before),
          JSON.stringify(intent.after),
          Math.floor(atMs),
        );
        if (intent.lineId !== undefined) {
          if (debt !== undefined) {
            run.owe.run(lastInsertRowid, intent.routerId, intent.lineId, debt.owesCookies ? 1 : 0);
          }
          writeFacts(intent.lineId, facts);
        }
        return Number(lastInsertRowid);
      }),
    markSent: (id, atMs) => void full(() => run.markSent.run({ id, atMs: Math.floor(atMs) })),
    settle: (id, { uptimeMs, passwordVersion, facts }, atMs) =>
      full(() => {
        run.end.run({ id, state: "settled", atMs: Math.floor(atMs), message: null });
        // An upper bound is rounded up: a session must not slip out of a debt by a fraction of a millisecond.
        if (uptimeMs !== undefined) run.settleDebt.run(Math.ceil(uptimeMs), id);
        if (passwordVersion !== undefined) run.written.run({ id, version: passwordVersion });
        const lineId = lineOfJournal.get(id);
        if (lineId != null) writeFacts(lineId, facts);
      }),
    end: (id, state, message, atMs) =>
      full(() => {
        const { changes } = run.end.run({ id, state, atMs: Math.floor(atMs), message });
        if (changes > 0) run.cancelDebt.run(id);
      }),
    markUnknown: (id, message) => void full(() => run.markUnknown.run({ id, message })),
    unsettled: (routerId) => select.unsettled.all(routerId).map(toJournalEntry),

    debts: (routerId) => select.debts.all(routerId).map(toDebt),
    debtsOf: (lineId) => select.debtsOf.all(lineId).map(toDebt),
    cookiesGone: (debtId) => void full(() => run.cookiesGone.run(debtId)),
    payDebt: (debtId, atMs) => void full(() => run.payDebt.run(Math.floor(atMs), debtId)),
    noteFacts: (facts) => full(() => facts.forEach((said, lineId) => writeFacts(lineId, said))),
  };
}

/** Writes what is said of a line and leaves the rest; a row that says it already is not touched. */
function prepareFacts(db: Sqlite): (lineId: number, facts: LineFacts) => void {
  const columns = {
    is_dark: "isDark",
    verified_profile: "verifiedProfile",
    disabled_by_us: "disabledByUs",
    presence: "presence",
    by_hand: "byHand",
    last_seen_caller_id: "callerId",
    last_seen_remote_address: "remoteAddress",
    last_seen_comment: "comment",
  };
  const now = [...Object.keys(columns), "written_version"].join(", ");
  const values = [
    ...Object.entries(columns).map(([column, value]) => `coalesce(:${value}, ${column})`),
    "iif(:written, password_version, written_version)",
  ].join(", ");
  const update = db.prepare(
    `update line_access set (${now}) = (${values}) where line_id = :lineId and (${now}) is not (${values})`,
  );
  return (lineId, facts) => {
    update.run({
      lineId,
      isDark: flag(facts.isDark),
      verifiedProfile: facts.verifiedProfile ?? null,
      disabledByUs: flag(facts.disabledByUs),
      presence: facts.presence ?? null,
      byHand: facts.byHand ?? null,
      callerId: facts.lastSeen?.callerId ?? null,
      remoteAddress: facts.lastSeen?.remoteAddress ?? null,
      comment: facts.lastSeen?.comment ?? null,
      written: facts.password === "written" ? 1 : 0,
    });
  };
}

const flag = (fact: boolean | undefined): number | null => (fact === undefined ? null : fact ? 1 : 0);
