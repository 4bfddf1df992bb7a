import type { SimulatedRouter } from "../../src/simulator/index.js";
import { createSiteCalendar } from "../../src/adapters/system/site-calendar.js";
import type { Sqlite } from "../../src/adapters/sqlite/open.js";

type Live = SimulatedRouter["ppp"]["history"][number];

interface Sums {
  uploadBytes: number;
  downloadBytes: number;
}

/** What the simulator knows of one session beside its own books: how much of it was ever read, and what must be exact. */
interface Followed {
  /** Bytes it had when its counters were last read for certain. */
  read: Sums;
  /** Bytes that passed and may be missing from the record: between a last reading and a reset or the end. */
  mayMiss: Sums;
  /** Bytes it had when an admin zeroed its counters before the router was ever read. */
  zeroedBeforeSight: Sums;
  mustBeExact: boolean;
  /** Its name was on several sessions at once, so its counters may not have been told apart. */
  ambiguous: boolean;
  settled: boolean;
  /** Its counters were read at least once. */
  begun: boolean;
  /** Its record could not be read while it was there for the taking. */
  recordMissed: boolean;
  /** Bytes it had when the router was first looked at: they belong into no hour. */
  before: Sums;
  /** Bytes it had when its counters were last zeroed. */
  zeroedAt: Sums;
  /** What its counters showed when they were last read for certain, and whether they were zeroed since. */
  shown: Sums;
  wasZeroedSince: boolean;
}

/**
 * Follows a history beside the true books: which sessions a reader of the log could know exactly, and how much of the
 * others may be missing. Knows nothing of how Ronda does it.
 */
export class TrueBooks {
  private readonly router: SimulatedRouter;
  private readonly followed = new Map<Live, Followed>();
  private firstLogRead = false;
  /** When the first good round ended; world time. */
  private firstSightAtMs = Number.NEGATIVE_INFINITY;
  private isLookedAt = false;
  private readonly bindingKeepsCounters: boolean;

  constructor(router: SimulatedRouter, { bindingKeepsCounters = false } = {}) {
    this.router = router;
    this.bindingKeepsCounters = bindingKeepsCounters;
  }

  private of(session: Live): Followed {
    let followed = this.followed.get(session);
    if (followed === undefined) {
      followed = {
        read: { uploadBytes: 0, downloadBytes: 0 },
        mayMiss: { uploadBytes: 0, downloadBytes: 0 },
        zeroedBeforeSight: { uploadBytes: 0, downloadBytes: 0 },
        mustBeExact: false,
        ambiguous: false,
        settled: false,
        begun: false,
        recordMissed: false,
        before: { uploadBytes: 0, downloadBytes: 0 },
        zeroedAt: { uploadBytes: 0, downloadBytes: 0 },
        shown: { uploadBytes: 0, downloadBytes: 0 },
        wasZeroedSince: false,
      };
      this.followed.set(session, followed);
    }
    return followed;
  }

  /**
   * A round is about to be walked; before the first of them nothing belongs to us.
   *
   * @param isSpoilt a row of it will not parse: whose that is, and since when it is up, shows only later.
   */
  beforeRound(nowMs: number, isSpoilt = false): void {
    if (this.isLookedAt) return;
    this.isLookedAt = true;
    if (isSpoilt) return;
    for (const session of this.router.ppp.history) {
      // A session in its first seconds may be taken for one that begins now.
      const isOld = session.endedAtMs !== undefined || nowMs - session.startedAtMs >= 3_000;
      if (isOld) this.of(session).before = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
    }
  }

  /** The log was refused, or a line of it would not parse: no session that waits for its record need be exact. */
  noteRecordsMissed(): void {
    for (const session of this.router.ppp.history) {
      const followed = this.of(session);
      if (session.endedAtMs !== undefined && !followed.settled) followed.recordMissed = true;
    }
  }

  /** Counters are about to be zeroed: what was not read is gone from them. */
  beforeReset(): void {
    for (const session of this.router.ppp.history) {
      const followed = this.of(session);
      followed.zeroedAt = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
      followed.wasZeroedSince = true;
      if (session.endedAtMs !== undefined) continue;
      followed.mayMiss.uploadBytes += session.uploadBytes - followed.read.uploadBytes;
      followed.mayMiss.downloadBytes += session.downloadBytes - followed.read.downloadBytes;
      followed.read = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
      // Zeroed before anybody looked, or while one of two sessions of a name that both were there at first sight could not be
      // told from the other yet: no reader can know these from what came later.
      const isUntold = followed.ambiguous && !followed.begun && session.startedAtMs <= this.firstSightAtMs;
      if (!this.firstLogRead || isUntold) followed.zeroedBeforeSight = followed.read;
    }
  }

  /** Call whenever sessions of one name may coexist, so that their readings count as uncertain. */
  noteAmbiguity(): void {
    const live = new Map<string, Live[]>();
    for (const session of this.router.ppp.history) {
      if (session.endedAtMs !== undefined) continue;
      live.set(session.name, [...(live.get(session.name) ?? []), session]);
    }
    for (const sessions of live.values()) {
      if (sessions.length > 1) for (const session of sessions) this.of(session).ambiguous = true;
    }
  }

  /** A round ended well at this very instant; world time stood still during it. */
  afterGoodRound(nowMs: number): void {
    const isFirst = !this.firstLogRead;
    this.firstLogRead = true;
    if (isFirst) this.firstSightAtMs = nowMs;
    for (const session of this.router.ppp.history) {
      const followed = this.of(session);
      if (followed.settled) continue;
      if (session.endedAtMs === undefined) {
        // Younger ones may not have had their interface yet when it was read.
        const isSure = nowMs - session.startedAtMs >= 3_000 && !followed.ambiguous;
        if (isSure && !followed.begun && isOnStaticBinding(session)) {
          // The interface outlives sessions, so where this one began on it nobody can tell: counting starts here.
          followed.mayMiss.uploadBytes += session.uploadBytes - followed.read.uploadBytes;
          followed.mayMiss.downloadBytes += session.downloadBytes - followed.read.downloadBytes;
        }
        if (isSure) this.noteReading(session, followed);
        continue;
      }
      followed.settled = true;
      followed.mayMiss.uploadBytes += session.uploadBytes - followed.read.uploadBytes;
      followed.mayMiss.downloadBytes += session.downloadBytes - followed.read.downloadBytes;
      // Sessions that were over before the log was first read are from before our time.
      if (!isFirst && session.endedWhilePowered === true && !followed.recordMissed) {
        followed.mustBeExact = this.router.logHolds(session);
      }
      if (isFirst) followed.mayMiss = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
    }
  }

  private noteReading(session: Live, followed: Followed): void {
    const now = this.shownBy(session);
    const { shown } = followed;
    // Zeroed, and past its old figures again in both directions: no reader can see that it ever fell, and what it
    // showed before counts once, not twice.
    const isHidden = now.uploadBytes >= shown.uploadBytes && now.downloadBytes >= shown.downloadBytes;
    if (followed.begun && followed.wasZeroedSince && isHidden) {
      followed.mayMiss.uploadBytes += shown.uploadBytes;
      followed.mayMiss.downloadBytes += shown.downloadBytes;
    }
    followed.begun = true;
    followed.wasZeroedSince = false;
    followed.shown = now;
    followed.read = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
  }

  /** What the counters of its interface show; those of a static binding may hold its predecessors' bytes too. */
  private shownBy(session: Live): Sums {
    const onIt =
      this.bindingKeepsCounters && isOnStaticBinding(session)
        ? this.router.ppp.history.filter(
            (other) => other.interfaceName === session.interfaceName && other.boot === session.boot,
          )
        : [session];
    const shown = { uploadBytes: 0, downloadBytes: 0 };
    for (const one of onIt) {
      const { zeroedAt } = this.of(one);
      shown.uploadBytes += one.uploadBytes - zeroedAt.uploadBytes;
      shown.downloadBytes += one.downloadBytes - zeroedAt.downloadBytes;
    }
    return shown;
  }

  /**
   * Holds the recorded sessions against the truth. Returns what is wrong, in words; empty when all is right.
   *
   * - every session that must be exact is recorded exactly: seconds and bytes in both directions;
   * - whatever calls itself exact is true;
   * - no line has more than the truth, nor less than the truth without what may be missing;
   * - hours, and days where closed, add up to the sessions, and hold nothing from before the router was first read.
   */
  compare(db: Sqlite): string[] {
    const wrong: string[] = [];
    const recorded = db
      .prepare(
        `select l.name, l.service, s.id, s.exactness, s.seconds, s.ended_at_ms, s.ended_by, s.unseen,
                coalesce(s.upload_bytes, s.before_upload_bytes + coalesce(b.booked_upload_bytes, 0)) as up,
                coalesce(s.download_bytes, s.before_download_bytes + coalesce(b.booked_download_bytes, 0)) as down,
                s.before_upload_bytes as beforeUp, s.before_download_bytes as beforeDown, s.line_id as lineId
           from sessions s join lines l on l.id = s.line_id
           left join baselines b on b.router_id = s.router_id and b.session_id = s.id`,
      )
      .all() as {
      name: string;
      service: string;
      id: number;
      exactness: string;
      seconds: number | null;
      ended_at_ms: number | null;
      ended_by: string | null;
      unseen: number;
      up: number;
      down: number;
      beforeUp: number;
      beforeDown: number;
      lineId: number;
    }[];

    const key = (name: string, seconds: number, up: number, down: number): string =>
      `${name} ${seconds}s ${up}/${down}`;
    const exact = new Map<string, number>();
    for (const row of recorded) {
      if (row.exactness !== "exact" || !isPpp(row.service)) continue;
      const k = key(lineOf(row.service, row.name), row.seconds ?? -1, row.up, row.down);
      exact.set(k, (exact.get(k) ?? 0) + 1);
    }
    const truths = new Map<string, number>();
    const must = new Map<string, number>();
    for (const session of this.router.ppp.history) {
      if (session.endedAtMs === undefined) continue;
      const k = key(lineOf(session.service, session.name), session.seconds, session.uploadBytes, session.downloadBytes);
      truths.set(k, (truths.get(k) ?? 0) + 1);
      if (this.of(session).mustBeExact) must.set(k, (must.get(k) ?? 0) + 1);
    }
    for (const [k, count] of must) {
      if ((exact.get(k) ?? 0) < count) wrong.push(`must be recorded exactly ${count} times: ${k}`);
    }
    for (const [k, count] of exact) {
      if ((truths.get(k) ?? 0) < count) wrong.push(`called exact, ${count} times, but not true: ${k}`);
    }

    const lines = new Map<string, LineSums>();
    const line = (name: string): LineSums => {
      const known = lines.get(name) ?? noSums();
      lines.set(name, known);
      return known;
    };
    for (const session of this.router.ppp.history) {
      const followed = this.of(session);
      const sums = line(lineOf(session.service, session.name));
      sums.trueSessions += 1;
      sums.since.uploadBytes +=
        session.uploadBytes - followed.before.uploadBytes + followed.zeroedBeforeSight.uploadBytes;
      sums.since.downloadBytes +=
        session.downloadBytes - followed.before.downloadBytes + followed.zeroedBeforeSight.downloadBytes;
      sums.true.uploadBytes += session.uploadBytes;
      sums.true.downloadBytes += session.downloadBytes;
      const live = session.endedAtMs === undefined;
      const missUp = followed.mustBeExact
        ? 0
        : followed.mayMiss.uploadBytes +
          (live || !followed.settled ? session.uploadBytes - followed.read.uploadBytes : 0);
      const missDown = followed.mustBeExact
        ? 0
        : followed.mayMiss.downloadBytes +
          (live || !followed.settled ? session.downloadBytes - followed.read.downloadBytes : 0);
      sums.least.uploadBytes += session.uploadBytes - missUp;
      sums.least.downloadBytes += session.downloadBytes - missDown;
    }
    for (const row of recorded) {
      if (!isPpp(row.service)) continue;
      const sums = line(lineOf(row.service, row.name));
      sums.inHours.uploadBytes += row.up - row.beforeUp;
      sums.inHours.downloadBytes += row.down - row.beforeDown;
      sums.sessions += 1;
      sums.recorded.uploadBytes += row.up;
      sums.recorded.downloadBytes += row.down;
    }
    for (const [name, sums] of lines) {
      for (const direction of ["uploadBytes", "downloadBytes"] as const) {
        const got = sums.recorded[direction];
        if (got > sums.true[direction])
          wrong.push(`${name}: ${direction} ${got} recorded, only ${sums.true[direction]} true`);
        if (got < sums.least[direction])
          wrong.push(`${name}: ${direction} ${got} recorded, at least ${sums.least[direction]} were read`);
      }
      for (const direction of ["uploadBytes", "downloadBytes"] as const) {
        if (sums.inHours[direction] > sums.since[direction])
          wrong.push(
            `${name}: ${direction} ${sums.inHours[direction]} in hours, only ${sums.since[direction]} since first sight`,
          );
      }
      if (sums.sessions > sums.trueSessions)
        wrong.push(`${name}: ${sums.sessions} sessions recorded, ${sums.trueSessions} true`);
    }
    return [...wrong, ...compareHours(db)];
  }
}

interface LineSums {
  true: Sums;
  /** What must be recorded at least. */
  least: Sums;
  recorded: Sums;
  /** What passed since the router was first looked at. */
  since: Sums;
  inHours: Sums;
  sessions: number;
  trueSessions: number;
}

function noSums(): LineSums {
  const zero = (): Sums => ({ uploadBytes: 0, downloadBytes: 0 });
  const sums = { true: zero(), least: zero(), recorded: zero(), since: zero(), inHours: zero() };
  return { ...sums, sessions: 0, trueSessions: 0 };
}

function isPpp(service: string): boolean {
  return service === "pppoe" || service === "ppp";
}

/** The line of a session or of its row: PPP services other than PPPoE share one. */
function lineOf(service: string, name: string): string {
  return `${service === "pppoe" ? "pppoe" : "ppp"} ${name}`;
}

function isOnStaticBinding(session: Live): boolean {
  return !session.interfaceName.startsWith("<");
}

/**
 * Hours hold exactly what sessions hold, less what came before first sight; and no day stands beside its hours before
 * it is summed, or whoever adds hours of today to days of before would count twice.
 */
export function compareHours(db: Sqlite): string[] {
  const wrong: string[] = [];
  const early = db
    .prepare(
      `select d.day, count(*) as n from usage_days d join routers r on r.id = d.router_id
        where d.day > coalesce(r.days_summed_through, 0) group by d.day`,
    )
    .all() as { day: number; n: number }[];
  for (const { day, n } of early) wrong.push(`day ${day} has ${n} rows and is not summed yet`);
  const rows = db
    .prepare(
      `select l.id, l.name,
          (select coalesce(sum(coalesce(s.upload_bytes - s.before_upload_bytes, b.booked_upload_bytes, 0)), 0) from sessions s
             left join baselines b on b.router_id = s.router_id and b.session_id = s.id where s.line_id = l.id) as su,
          (select coalesce(sum(coalesce(s.download_bytes - s.before_download_bytes, b.booked_download_bytes, 0)), 0) from sessions s
             left join baselines b on b.router_id = s.router_id and b.session_id = s.id where s.line_id = l.id) as sd,
          (select coalesce(sum(upload_bytes), 0) from usage_hours h where h.line_id = l.id) as hu,
          (select coalesce(sum(download_bytes), 0) from usage_hours h where h.line_id = l.id) as hd
         from lines l`,
    )
    .all() as { id: number; name: string; su: number; sd: number; hu: number; hd: number }[];
  for (const row of rows) {
    if (row.su !== row.hu || row.sd !== row.hd) {
      wrong.push(`${row.name}: sessions ${row.su}/${row.sd}, hours ${row.hu}/${row.hd}`);
    }
  }
  return wrong;
}

/** Days that are closed hold exactly what their hours hold. */
export function compareDays(db: Sqlite, calendar = createSiteCalendar("Asia/Jakarta")): string[] {
  const closed = db.prepare("select id, days_summed_through as day from routers").all() as {
    id: number;
    day: number | null;
  }[];
  return closed.flatMap(({ id, day }) => {
    const untilS = day === null ? 0 : calendar.dayBounds(day).endMs / 1000;
    const rows = db
      .prepare(
        `select l.name,
            (select coalesce(sum(upload_bytes), 0) || '/' || coalesce(sum(download_bytes), 0) from usage_hours
              where line_id = l.id and hour_at_s < :untilS) as hours,
            (select coalesce(sum(upload_bytes), 0) || '/' || coalesce(sum(download_bytes), 0) from usage_days
              where line_id = l.id) as days
           from lines l where l.router_id = :id`,
      )
      .all({ id, untilS }) as { name: string; hours: string; days: string }[];
    return rows
      .filter((row) => row.hours !== row.days)
      .map((row) => `${row.name}: hours ${row.hours}, days ${row.days}`);
  });
}
