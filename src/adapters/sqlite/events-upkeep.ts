import type { Sqlite } from "./open.js";

const dayMs = 86_400_000;
/** As long as a reader of the live feed may stay away. */
export const eventsKeptDays = 14;
export const deliveriesKeptDays = 30;
const rowsPerSlice = 2_000;

/** What upkeep does for events: each a slice that says whether there is more. */
export function eventUpkeepSteps(db: Sqlite): ((nowMs: number) => boolean)[] {
  type Head = { id: number; at_ms: number };
  const oldest = db.prepare<[], Head>(`select id, at_ms from events order by id limit ${rowsPerSlice}`);
  const deleteUntil = db.prepare("delete from events where id <= ?");
  const deleteDeliveries = db.prepare(
    `delete from webhook_deliveries where id in (select id from webhook_deliveries order by id limit ${rowsPerSlice})
        and (ended_at_ms < :beforeMs or (state = 'waiting' and next_try_at_ms > 0 and created_at_ms < :beforeMs))`,
  );
  return [
    // Only ever from the oldest on, so that a reader who comes back can be told whether all after his last one is there.
    // An instant that is yet to come was written by a clock that was wrong: it holds nobody up.
    (nowMs) => {
      const rows = oldest.all();
      const isOld = ({ at_ms }: Head): boolean => at_ms < nowMs - eventsKeptDays * dayMs || at_ms > nowMs + dayMs;
      const firstKept = rows.findIndex((row) => !isOld(row));
      const last = firstKept === -1 ? rows.at(-1) : rows[firstKept - 1];
      if (last === undefined) return false;
      deleteUntil.run(last.id);
      return firstKept === -1 && rows.length === rowsPerSlice;
    },
    // What still waits after so long belongs to a webhook that is off.
    (nowMs) => deleteDeliveries.run({ beforeMs: nowMs - deliveriesKeptDays * dayMs }).changes === rowsPerSlice,
  ];
}
