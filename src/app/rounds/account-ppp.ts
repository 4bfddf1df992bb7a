import type { ByteCounts } from "../../domain/usage/counter.js";
import { InterfaceIndex, isStaticBinding, type ServerReading } from "../../domain/usage/ppp-join.js";
import type { UptimeBounds } from "../../domain/usage/boot.js";
import type {
  PppActiveRow,
  PppInterfaceRow,
  PppoeServerRow,
  SystemResource,
  TableReading,
} from "../../domain/router/readings.js";
import { bookReading, type BookingContext } from "./booking.js";
import {
  addSession,
  allSessions,
  ensureLine,
  lineServiceOf,
  plainInterfaceName,
  sessionsKey,
  type OpenSession,
  type RouterBooks,
} from "./router-books.js";
import { inSlices, linesPerSlice, newLinesPerSlice, type Breathe } from "./slices.js";
import type { UsageStore, UsageTransaction } from "./usage-store.js";

/** The PPP tables of one round, read in this order over one connection. */
export interface PppReading {
  readonly resource: { uptime: UptimeBounds; sentAtMonoMs: number; receivedAtMonoMs: number; row: SystemResource };
  readonly interfaces: TableReading<PppInterfaceRow>;
  readonly servers: TableReading<PppoeServerRow> | undefined;
  readonly active: TableReading<PppActiveRow>;
  /** Wall clock when the interface counters arrived. */
  readonly countersAtMs: number;
  /** Wall clock when the active table arrived. */
  readonly activeAtMs: number;
}

export interface AccountContext extends BookingContext {
  readonly store: UsageStore;
  readonly breathe: Breathe;
  readonly signal: AbortSignal;
}

interface Found {
  readonly row: PppActiveRow;
  readonly session: OpenSession;
  readonly isNew: boolean;
  /** All open sessions of its kind and name, itself included: the list in the books, so one found later joins it. */
  readonly siblings: readonly OpenSession[];
}

/** A session younger than this when the interfaces were read may not have had its interface yet. */
const interfaceLagMs = 1_000;
/** The bounds of a session's start may differ this much between readings: whole seconds on both sides. */
const startSlackMs = 2_000;

/**
 * Accounts one reading of the PPP tables: recognises sessions, opens new ones, books what their counters moved, and
 * marks those that are gone. Closing them is the log's business (`account-log.ts`). Each slice of lines is one
 * commit: baseline, usage and session change of a line are never apart.
 */
export async function accountPpp(context: AccountContext, reading: PppReading): Promise<void> {
  const { books, store, breathe, signal } = context;
  const { active } = reading;
  const firstSight = books.pppFirstReadAtMs === undefined;
  const index = new InterfaceIndex(reading.interfaces.rows, serverReading(reading));
  const isUp = upWhenInterfacesWereRead(reading);
  await breathe();

  // Recognise first, so that the sessions of one name are all known before any is joined to an interface.
  const found: Found[] = [];
  const at = uptimeAt(reading, active);
  await inSlices(active.rows, breathe, signal, (rows) => {
    for (const row of rows) {
      const startLoMs = at.loMs - (row.uptimeSeconds + 1) * 1000;
      const startHiMs = at.hiMs - row.uptimeSeconds * 1000;
      const siblings = books.sessions.get(sessionsKey(row.service, row.name)) ?? noSessions;
      const known = findAmong(siblings, row, books.bootNo, startLoMs, startHiMs);
      // One that was up before we ever read this router brings bytes that are not ours to place.
      const start = { loMs: startLoMs, hiMs: startHiMs };
      const isOlder = firstSight ? isUp(row) : beganBeforeFirstSight(row, reading, books);
      const session = known ?? newSession(row, start, books.bootNo, reading, isOlder);
      if (known === undefined) addSession(books, session);
      session.seenRound = books.roundNo;
      session.lastUptimeSeconds = row.uptimeSeconds;
      found.push({
        row,
        session,
        isNew: known === undefined,
        siblings: known === undefined ? siblingsOf(books, session) : siblings,
      });
    }
  });

  await breathe();
  const perSlice = found.some(({ isNew }) => isNew) ? newLinesPerSlice : linesPerSlice;
  await inSlices(
    found,
    breathe,
    signal,
    (slice) => {
      store.commit((tx) => {
        for (const { row, session, isNew, siblings } of slice) {
          if (isNew) openRow(context, tx, session, row, reading.activeAtMs);
          else if (session.missing !== undefined || books.unseen.has(session)) {
            session.missing = undefined;
            books.missing.delete(session);
            books.unseen.delete(session);
            tx.unmarkMissing(session.id);
          }
          if (!isUp(row)) continue;
          const carrier = index.find(
            session,
            siblings.length === 1 ? 1 : countUp(siblings, books.roundNo, reading),
            session.interfaceId,
            row.uptimeSeconds,
          );
          if (carrier === undefined) continue;
          session.interfaceId = carrier.id;
          if (session.raw === undefined && isStaticBinding(carrier))
            beginOnStaticBinding(tx, books, session, carrier, reading);
          else bookReading(context, tx, session, carrier, reading.countersAtMs);
        }
      });
    },
    perSlice,
  );

  // Rows that would not parse may be the ones we miss: then absence proves nothing.
  if (active.unreadable.length === 0) await markMissing(context, reading, found.length);
  if (firstSight) {
    store.commit((tx) => tx.changeRouter(books.routerId, { pppFirstReadAtMs: reading.countersAtMs }));
    books.pppFirstReadAtMs = reading.countersAtMs;
    books.pppFirstReadMonoMs = reading.interfaces.sentAtMonoMs;
  }
}

/**
 * The interface of a static binding outlives its sessions and (unconfirmed) so do its counters: what it shows at first
 * may be its predecessors'. Counting begins there; the logout record brings the rest.
 */
function beginOnStaticBinding(
  tx: UsageTransaction,
  books: RouterBooks,
  session: OpenSession,
  counters: ByteCounts,
  reading: PppReading,
): void {
  session.raw = counters;
  session.lastReadAtMs = reading.countersAtMs;
  session.movedAtMs = reading.countersAtMs;
  tx.moveBaseline(books.routerId, session.id, counters, session.booked, reading.countersAtMs);
}

/** Its row would not parse when the router was first read; it is not newer for that. */
function beganBeforeFirstSight(
  row: PppActiveRow,
  { active }: PppReading,
  { pppFirstReadMonoMs }: RouterBooks,
): boolean {
  if (pppFirstReadMonoMs === undefined) return false;
  return active.sentAtMonoMs - row.uptimeSeconds * 1000 < pppFirstReadMonoMs - startSlackMs;
}

/** The open session that a row of `/ppp/active` shows: same name, session-id and start. */
export function findOpen(books: RouterBooks, row: PppActiveRow, start: UptimeBounds): OpenSession | undefined {
  const siblings = books.sessions.get(sessionsKey(row.service, row.name)) ?? noSessions;
  return findAmong(siblings, row, books.bootNo, start.loMs, start.hiMs);
}

const noSessions: readonly OpenSession[] = [];

function siblingsOf(books: RouterBooks, session: OpenSession): readonly OpenSession[] {
  return books.sessions.get(sessionsKey(session.kind, session.name)) ?? noSessions;
}

function findAmong(
  siblings: readonly OpenSession[],
  row: PppActiveRow,
  bootNo: number,
  startLoMs: number,
  startHiMs: number,
): OpenSession | undefined {
  for (const session of siblings) {
    if (session.sessionKey !== row.sessionId || session.bootNo !== bootNo) continue;
    if (startHiMs + startSlackMs < session.startLoMs || startLoMs - startSlackMs > session.startHiMs) continue;
    if (row.uptimeSeconds < session.lastUptimeSeconds) continue;
    return session;
  }
  return undefined;
}

function newSession(
  row: PppActiveRow,
  start: UptimeBounds,
  bootNo: number,
  reading: PppReading,
  beforeUnknown: boolean,
): OpenSession {
  const startedAtMs = reading.activeAtMs - row.uptimeSeconds * 1000;
  return {
    id: 0,
    lineId: 0,
    kind: row.service,
    name: row.name,
    sessionKey: row.sessionId,
    mac: row.callerId,
    bootNo,
    startedAtMs,
    startLoMs: start.loMs,
    startHiMs: start.hiMs,
    raw: undefined,
    booked: { uploadBytes: 0, downloadBytes: 0 },
    before: { uploadBytes: 0, downloadBytes: 0 },
    beforeUnknown,
    movedAtMs: undefined,
    lastReadAtMs: startedAtMs,
    lastUptimeSeconds: row.uptimeSeconds,
    missing: undefined,
    seenRound: 0,
    interfaceId: undefined,
    plainInterfaceName: plainInterfaceName(row.service, row.name),
    uploadBps: 0,
    downloadBps: 0,
  };
}

function openRow(
  { books }: AccountContext,
  tx: UsageTransaction,
  session: OpenSession,
  row: PppActiveRow,
  atMs: number,
): void {
  session.lineId = ensureLine(books, tx, lineServiceOf(row.service), row.name, atMs, row.radius);
  session.id = tx.openSession({
    routerId: books.routerId,
    lineId: session.lineId,
    kind: session.kind,
    bootNo: session.bootNo,
    sessionKey: session.sessionKey,
    mac: session.mac,
    address: row.address,
    startedAtMs: session.startedAtMs,
    startLoMs: session.startLoMs,
    startHiMs: session.startHiMs,
    firstSeenAtMs: atMs,
    beforeUnknown: session.beforeUnknown,
  });
}

async function markMissing(context: AccountContext, reading: PppReading, found: number): Promise<void> {
  const { books, store, breathe, signal } = context;
  // Everybody who is open and not missing was found: nobody is gone, as in nearly every round.
  if (books.openCounts.pppoe + books.openCounts.ppp - books.missing.size === found) return;
  const gone: OpenSession[] = [];
  for (const session of allSessions(books)) {
    const isPpp = session.kind !== "hotspot" && session.kind !== "static";
    if (isPpp && session.seenRound !== books.roundNo && session.missing === undefined) gone.push(session);
  }
  const absentAt = uptimeAt(reading, reading.active);
  await inSlices(gone, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) {
        const uptimeHiMs = Math.max(0, absentAt.hiMs - session.startLoMs);
        books.unseen.delete(session);
        tx.markMissing(session.id, session.lastUptimeSeconds * 1000, uptimeHiMs);
        session.missing = { uptimeHiMs, sinceRound: books.roundNo };
        books.missing.add(session);
        session.uploadBps = 0;
        session.downloadBps = 0;
      }
    });
  });
}

/** Router uptime while a table of this round was being read. */
export function uptimeAt(
  { resource }: Pick<PppReading, "resource">,
  table: { sentAtMonoMs: number; receivedAtMonoMs: number },
): UptimeBounds {
  return {
    loMs: resource.uptime.loMs + Math.max(0, table.sentAtMonoMs - resource.receivedAtMonoMs),
    hiMs: resource.uptime.hiMs + Math.max(0, table.receivedAtMonoMs - resource.sentAtMonoMs),
  };
}

/** When a session that shows `uptimeSeconds` began, in router uptime. */
export function startBounds(
  uptimeSeconds: number,
  reading: Pick<PppReading, "resource">,
  table: { sentAtMonoMs: number; receivedAtMonoMs: number },
): UptimeBounds {
  const at = uptimeAt(reading, table);
  return { loMs: at.loMs - (uptimeSeconds + 1) * 1000, hiMs: at.hiMs - uptimeSeconds * 1000 };
}

function upWhenInterfacesWereRead({ interfaces, active }: PppReading): (row: PppActiveRow) => boolean {
  const neededSeconds = (active.receivedAtMonoMs - interfaces.sentAtMonoMs + interfaceLagMs) / 1000;
  return (row) => row.uptimeSeconds >= neededSeconds;
}

function serverReading({ interfaces, servers, active }: PppReading): ServerReading | undefined {
  if (servers === undefined) return undefined;
  return {
    rows: servers.rows,
    upSinceSeconds: (servers.receivedAtMonoMs - interfaces.sentAtMonoMs + interfaceLagMs) / 1000,
    activeLaterSeconds: {
      lo: (active.sentAtMonoMs - servers.receivedAtMonoMs) / 1000,
      hi: (active.receivedAtMonoMs - servers.sentAtMonoMs) / 1000,
    },
  };
}

function countUp(list: readonly OpenSession[], roundNo: number, reading: PppReading): number {
  const neededSeconds = (reading.active.receivedAtMonoMs - reading.interfaces.sentAtMonoMs + interfaceLagMs) / 1000;
  let count = 0;
  for (const session of list) {
    if (session.seenRound === roundNo && session.lastUptimeSeconds >= neededSeconds) count += 1;
  }
  return count;
}
