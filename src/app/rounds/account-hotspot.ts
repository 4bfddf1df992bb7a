import { noBytes, type ByteCounts } from "../../domain/usage/counter.js";
import type { HotspotActiveRow, HotspotUserRow, TableReading } from "../../domain/router/readings.js";
import { startBounds, uptimeAt, type AccountContext, type PppReading } from "./account-ppp.js";
import { add, bookCorrection, bookReading, bookSpread, endByEstimate, subtract } from "./booking.js";
import {
  addSession,
  allSessions,
  ensureLine,
  removeSession,
  sessionsKey,
  type OpenSession,
  type RouterBooks,
} from "./router-books.js";
import { inSlices } from "./slices.js";
import type { EndedBy, HotspotTotals, UsageTransaction } from "./usage-store.js";

/** The hotspot tables of one round, users (when read at all) before active, over one connection. */
export interface HotspotReading {
  readonly resource: PppReading["resource"];
  readonly users: TableReading<HotspotUserRow> | undefined;
  readonly active: TableReading<HotspotActiveRow>;
  readonly usersAtMs: number;
  readonly activeAtMs: number;
}

const startSlackMs = 3_000;

/**
 * Accounts one reading of the hotspot tables. Each login's counters are in its row, and a user's totals grow when a
 * login ends; so per user the growth of the totals is exactly what the logins that ended in between used, seen or not.
 */
export async function accountHotspot(context: AccountContext, reading: HotspotReading): Promise<void> {
  const { books, store, breathe, signal } = context;
  const { active } = reading;
  const firstSight = books.hotspotFirstReadAtMs === undefined;

  await inSlices(active.rows, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const row of slice) {
        const session = recognise(books, row, reading) ?? open(context, tx, row, reading, firstSight);
        session.seenRound = books.roundNo;
        session.lastUptimeSeconds = row.uptimeSeconds;
        if (books.unseen.delete(session)) tx.unmarkMissing(session.id);
        bookReading(context, tx, session, row, reading.activeAtMs);
      }
    });
  });

  // Whose logins ended in this very round: before or after their totals were read, we cannot tell.
  const unsettled = new Map<number, EndedLogins>();
  if (active.unreadable.length === 0) {
    await closeGone(context, unsettled, uptimeAt(reading, active).hiMs);
    // Only then: totals that hold a login which still looks live to us would book its bytes a second time.
    if (reading.users !== undefined) await reconcileTotals(context, reading, reading.users, unsettled);
  }
  if (firstSight) {
    store.commit((tx) => tx.changeRouter(books.routerId, { hotspotFirstReadAtMs: reading.activeAtMs }));
    books.hotspotFirstReadAtMs = reading.activeAtMs;
  }
}

/**
 * A login is known by user, MAC, server and `.id`, and by when it began: ids are used again. After a reboot that nobody
 * can tell the next login may be alike in all of them; but nothing resets the counters of a login, so one that shows
 * less than before is another.
 */
function keyOf(row: HotspotActiveRow): string {
  return `${row.id} ${row.server}`;
}

function recognise(books: RouterBooks, row: HotspotActiveRow, reading: HotspotReading): OpenSession | undefined {
  const start = startBounds(row.uptimeSeconds, reading, reading.active);
  const key = keyOf(row);
  return books.sessions
    .get(sessionsKey("hotspot", row.user))
    ?.find(
      (session) =>
        session.sessionKey === key &&
        session.mac === row.mac &&
        session.bootNo === books.bootNo &&
        row.uploadBytes >= (session.raw?.uploadBytes ?? 0) &&
        row.downloadBytes >= (session.raw?.downloadBytes ?? 0) &&
        row.uptimeSeconds >= session.lastUptimeSeconds &&
        start.loMs - startSlackMs <= session.startHiMs &&
        start.hiMs + startSlackMs >= session.startLoMs,
    );
}

function open(
  { books }: AccountContext,
  tx: UsageTransaction,
  row: HotspotActiveRow,
  reading: HotspotReading,
  beforeUnknown: boolean,
): OpenSession {
  const start = startBounds(row.uptimeSeconds, reading, reading.active);
  const lineId = ensureLine(books, tx, "hotspot", row.user, reading.activeAtMs, row.radius);
  const startedAtMs = reading.activeAtMs - row.uptimeSeconds * 1000;
  const identity = { lineId, kind: "hotspot", sessionKey: keyOf(row), mac: row.mac, bootNo: books.bootNo, startedAtMs };
  const id = tx.openSession({
    ...identity,
    routerId: books.routerId,
    address: row.address,
    startLoMs: start.loMs,
    startHiMs: start.hiMs,
    firstSeenAtMs: reading.activeAtMs,
    beforeUnknown,
  });
  const session: OpenSession = {
    ...identity,
    id,
    name: row.user,
    startLoMs: start.loMs,
    startHiMs: start.hiMs,
    raw: undefined,
    booked: noBytes,
    before: noBytes,
    beforeUnknown,
    movedAtMs: undefined,
    lastReadAtMs: startedAtMs,
    lastUptimeSeconds: row.uptimeSeconds,
    missing: undefined,
    seenRound: 0,
    interfaceId: undefined,
    plainInterfaceName: "",
    uploadBps: 0,
    downloadBps: 0,
  };
  addSession(books, session);
  return session;
}

async function closeGone(
  context: AccountContext,
  unsettled: Map<number, EndedLogins>,
  absentUptimeHiMs: number,
): Promise<void> {
  const { books, store, breathe, signal } = context;
  const gone: OpenSession[] = [];
  for (const session of allSessions(books)) {
    if (session.kind === "hotspot" && session.seenRound !== books.roundNo) gone.push(session);
  }
  await inSlices(gone, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) {
        unsettled.set(session.lineId, withLogin(unsettled.get(session.lineId) ?? zeroTotals, session));
        endLogin(books, tx, session, "absent", absentUptimeHiMs);
      }
    });
  });
}

/**
 * Closes a login with what was counted, and notes that its user's totals have grown by at least that much. At a
 * power cut they have not; then the next comparison falls short and starts over, which books too little and never
 * twice.
 *
 * @param absentUptimeHiMs the router's uptime when it was gone, at most; undefined where its boot is over.
 */
export function endLogin(
  books: RouterBooks,
  tx: UsageTransaction,
  session: OpenSession,
  endedBy: EndedBy,
  absentUptimeHiMs: number | undefined,
): void {
  endByEstimate(tx, books, session, endedBy);
  removeSession(books, session);
  const totals =
    books.hotspotTotals.get(session.lineId) ??
    // A user that was not in the last whole table is new: its totals started at zero.
    (books.hotspotUsersReadAtMs === undefined ? undefined : zeroTotals);
  if (totals === undefined) return;
  if (!books.hotspotTotals.has(session.lineId) && books.hotspotUsersReadAtMs !== undefined) {
    books.assumedTotals.set(session.lineId, books.hotspotUsersReadAtMs);
  }
  setTotals(books, tx, session.lineId, { ...totals, ...withLogin(totals, session) });
  if (absentUptimeHiMs === undefined) return;
  // By the router's uptime: our own clock may have been set since it was last seen.
  const oldestSeconds = Math.ceil((absentUptimeHiMs - session.startLoMs) / 1000);
  books.lastEndedHotspot.set(session.lineId, { session, oldestSeconds });
}

/** What logins that ended have booked since their user's totals were last compared. */
type EndedLogins = Pick<HotspotTotals, "ended" | "endedSeconds" | "endedSessions" | "lastEndedSessionId">;

function withLogin(logins: EndedLogins, session: OpenSession): EndedLogins {
  return {
    ended: add(logins.ended, add(session.before, session.booked)),
    endedSeconds: logins.endedSeconds + session.lastUptimeSeconds,
    endedSessions: logins.endedSessions + 1,
    lastEndedSessionId: session.id,
  };
}

async function reconcileTotals(
  context: AccountContext,
  reading: HotspotReading,
  users: TableReading<HotspotUserRow>,
  unsettled: ReadonlyMap<number, EndedLogins>,
): Promise<void> {
  const { books, store, breathe, signal } = context;
  const isFirst = books.hotspotUsersReadAtMs === undefined;
  const sinceMs = books.hotspotUsersReadAtMs ?? reading.usersAtMs;
  const rows = [...byName(users.rows)];
  await inSlices(rows, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const [name, now] of slice) {
        const lineId = ensureLine(books, tx, "hotspot", name, reading.usersAtMs, false);
        const before = books.hotspotTotals.get(lineId);
        if (unsettled.has(lineId)) {
          // To begin with totals that may or may not hold a login we booked would book it twice or lose it: this
          // time a login that just ended is taken as not yet in them, which at worst books too little.
          if (isFirst) setTotals(books, tx, lineId, { ...zeroTotals, ...now, ...unsettled.get(lineId) });
          continue;
        }
        // One that was passed over at the last reading, because its login had just ended, is compared since longer.
        const lineSinceMs = books.assumedTotals.get(lineId) ?? sinceMs;
        const elapsedSeconds = (reading.usersAtMs - lineSinceMs) / 1000;
        const base = isFirst ? before : baseOf(books, lineId, now.userSeconds, elapsedSeconds);
        books.assumedTotals.delete(lineId);
        if (base !== undefined)
          reconcile(context, tx, lineId, base, now, { sinceMs: lineSinceMs, atMs: reading.usersAtMs });
        const isUnchanged =
          before?.endedSessions === 0 &&
          before.userSeconds === now.userSeconds &&
          before.user.uploadBytes === now.user.uploadBytes &&
          before.user.downloadBytes === now.user.downloadBytes;
        if (!isUnchanged) setTotals(books, tx, lineId, { ...zeroTotals, ...now });
        books.lastEndedHotspot.delete(lineId);
      }
    });
  });
  if (users.unreadable.length > 0) return;
  await forgetRemovedUsers(context, users);
  store.commit((tx) => tx.changeRouter(books.routerId, { hotspotUsersReadAtMs: reading.usersAtMs }));
  books.hotspotUsersReadAtMs = reading.usersAtMs;
}

/**
 * What a user's totals are compared with. One that was not in the last whole table is new, and RouterOS starts its
 * totals at zero; but one that has been online for longer than it can have existed was renamed, and brings what is
 * booked elsewhere or from before our time: undefined, its totals begin here.
 */
function baseOf(
  { hotspotTotals, assumedTotals }: RouterBooks,
  lineId: number,
  userSeconds: number,
  elapsedSeconds: number,
): HotspotTotals | undefined {
  const before = hotspotTotals.get(lineId);
  const isAssumed = before === undefined || assumedTotals.has(lineId);
  const couldBeNew = userSeconds <= Math.max(0, elapsedSeconds) * fewDevices + 60;
  return isAssumed && !couldBeNew ? undefined : (before ?? zeroTotals);
}

/** Devices that may share a new user at once. */
const fewDevices = 4;

/** Vouchers are made, used up and removed by the thousand: their totals must not stay for ever. */
async function forgetRemovedUsers(
  { books, store, breathe, signal }: AccountContext,
  users: TableReading<HotspotUserRow>,
): Promise<void> {
  const there = new Set(users.rows.map(({ name }) => books.lineIds.get(sessionsKey("hotspot", name))));
  const removed = [...books.hotspotTotals.keys()].filter((lineId) => !there.has(lineId));
  await inSlices(removed, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const lineId of slice) tx.dropHotspotTotals(books.routerId, lineId);
    });
    for (const lineId of slice) {
      books.hotspotTotals.delete(lineId);
      books.lastEndedHotspot.delete(lineId);
    }
  });
}

const zeroTotals: HotspotTotals = {
  user: noBytes,
  userSeconds: 0,
  ended: noBytes,
  endedSeconds: 0,
  endedSessions: 0,
  lastEndedSessionId: undefined,
};

function reconcile(
  context: AccountContext,
  tx: UsageTransaction,
  lineId: number,
  base: HotspotTotals,
  now: { user: ByteCounts; userSeconds: number },
  { sinceMs, atMs }: { sinceMs: number; atMs: number },
): void {
  const { books } = context;
  const grown = subtract(now.user, base.user);
  const rest = subtract(grown, base.ended);
  const restSeconds = now.userSeconds - base.userSeconds - base.endedSeconds;
  // Totals below what was booked: an admin reset them, or power failed and the live part was lost. Start over from
  // here; what was booked did pass.
  if (rest.uploadBytes < 0 || rest.downloadBytes < 0 || restSeconds < 0) return;

  const last = books.lastEndedHotspot.get(lineId);
  if (base.endedSessions === 1 && last !== undefined && last.session.id === base.lastEndedSessionId) {
    const { session } = last;
    // No room for another login between its last reading and its absence, as far as whole seconds tell.
    if (session.lastUptimeSeconds + restSeconds <= last.oldestSeconds) {
      const endedAtMs = session.startedAtMs + (session.lastUptimeSeconds + restSeconds) * 1000;
      tx.endSession(books.routerId, session.id, {
        endedAtMs,
        endedBy: "user-totals",
        seconds: session.lastUptimeSeconds + restSeconds,
        total: add(add(session.before, session.booked), rest),
        exactness: "exact",
        movedAtMs: session.movedAtMs,
      });
      bookCorrection(context, tx, lineId, rest, { ...session, endedAtMs });
      return;
    }
  }
  if (rest.uploadBytes === 0 && rest.downloadBytes === 0) return;
  // Several logins, or one that nobody saw: the sum is the router's own, whose bytes were whose is not told.
  tx.addEndedSession(
    {
      routerId: books.routerId,
      lineId,
      kind: "hotspot",
      bootNo: books.bootNo,
      sessionKey: "",
      mac: "",
      address: "",
      startedAtMs: Math.max(sinceMs, atMs - restSeconds * 1000),
      startLoMs: undefined,
      startHiMs: undefined,
      firstSeenAtMs: atMs,
      beforeUnknown: false,
    },
    {
      endedAtMs: atMs,
      endedBy: "user-totals",
      seconds: restSeconds,
      total: rest,
      exactness: "estimated",
      movedAtMs: atMs,
    },
  );
  bookSpread(context, tx, lineId, rest, sinceMs, atMs);
}

function setTotals(books: RouterBooks, tx: UsageTransaction, lineId: number, totals: HotspotTotals): void {
  books.hotspotTotals.set(lineId, totals);
  tx.setHotspotTotals(books.routerId, lineId, totals);
}

/** Every hotspot has it; trial logins run under names of their own (`T-` and the MAC), so it is nobody's line. */
const builtInTrialUser = "default-trial";

/** One name may stand once per server; a line is the name, so its rows are added up. */
function byName(rows: readonly HotspotUserRow[]): Map<string, { user: ByteCounts; userSeconds: number }> {
  const users = new Map<string, { user: ByteCounts; userSeconds: number }>();
  for (const row of rows) {
    if (row.name === builtInTrialUser) continue;
    const other = users.get(row.name);
    users.set(row.name, {
      user: other === undefined ? row : add(other.user, row),
      userSeconds: row.uptimeSeconds + (other?.userSeconds ?? 0),
    });
  }
  return users;
}
