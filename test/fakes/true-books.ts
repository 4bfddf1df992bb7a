import type { SimulatedRouter } from "../../src/simulator/index.js";
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
  mustBeExact: boolean;
  /** Its name was on several sessions at once, so its counters may not have been told apart. */
  ambiguous: boolean;
  settled: boolean;
}

/**
 * Follows a history beside the true books: which sessions a reader of the log could know exactly, and how much of the
 * others may be missing. Knows nothing of how Ronda does it.
 */
export class TrueBooks {
  private readonly router: SimulatedRouter;
  private readonly followed = new Map<Live, Followed>();
  private firstLogRead = false;

  constructor(router: SimulatedRouter) {
    this.router = router;
  }

  private of(session: Live): Followed {
    let followed = this.followed.get(session);
    if (followed === undefined) {
      followed = {
        read: { uploadBytes: 0, downloadBytes: 0 },
        mayMiss: { uploadBytes: 0, downloadBytes: 0 },
        mustBeExact: false,
        ambiguous: false,
        settled: false,
      };
      this.followed.set(session, followed);
    }
    return followed;
  }

  /** Counters are about to be zeroed: what was not read is gone from them. */
  beforeReset(): void {
    for (const session of this.router.ppp.history) {
      if (session.endedAtMs !== undefined) continue;
      const followed = this.of(session);
      followed.mayMiss.uploadBytes += session.uploadBytes - followed.read.uploadBytes;
      followed.mayMiss.downloadBytes += session.downloadBytes - followed.read.downloadBytes;
      followed.read = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
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
    for (const session of this.router.ppp.history) {
      const followed = this.of(session);
      if (followed.settled) continue;
      if (session.endedAtMs === undefined) {
        // Younger ones may not have had their interface yet when it was read.
        const isSure = nowMs - session.startedAtMs >= 3_000 && !followed.ambiguous;
        if (isSure) followed.read = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
        continue;
      }
      followed.settled = true;
      followed.mayMiss.uploadBytes += session.uploadBytes - followed.read.uploadBytes;
      followed.mayMiss.downloadBytes += session.downloadBytes - followed.read.downloadBytes;
      // Sessions that were over before the log was first read are from before our time.
      if (!isFirst && session.endedWhilePowered === true) followed.mustBeExact = this.router.logHolds(session);
      if (isFirst) followed.mayMiss = { uploadBytes: session.uploadBytes, downloadBytes: session.downloadBytes };
    }
  }

  /**
   * Holds the recorded sessions against the truth. Returns what is wrong, in words; empty when all is right.
   *
   * - every session that must be exact is recorded exactly: seconds and bytes in both directions;
   * - whatever calls itself exact is true;
   * - no line has more than the truth, nor less than the truth without what may be missing;
   * - hours, and days where closed, add up to the sessions.
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

    const key = (name: string, seconds: number, up: number, down: number): string => `${name} ${seconds}s ${up}/${down}`;
    const exact = new Map<string, number>();
    for (const row of recorded) {
      if (row.exactness !== "exact" || row.service !== "pppoe") continue;
      const k = key(row.name, row.seconds ?? -1, row.up, row.down);
      exact.set(k, (exact.get(k) ?? 0) + 1);
    }
    const truths = new Map<string, number>();
    const must = new Map<string, number>();
    for (const session of this.router.ppp.history) {
      if (session.endedAtMs === undefined) continue;
      const k = key(session.name, session.seconds, session.uploadBytes, session.downloadBytes);
      truths.set(k, (truths.get(k) ?? 0) + 1);
      if (this.of(session).mustBeExact) must.set(k, (must.get(k) ?? 0) + 1);
    }
    for (const [k, count] of must) {
      if ((exact.get(k) ?? 0) < count) wrong.push(`must be recorded exactly ${count} times: ${k}`);
    }
    for (const [k, count] of exact) {
      if ((truths.get(k) ?? 0) < count) wrong.push(`called exact, ${count} times, but not true: ${k}`);
    }

    const lines = new Map<string, { true: Sums; least: Sums; recorded: Sums; sessions: number; trueSessions: number }>();
    const line = (name: string): NonNullable<ReturnType<typeof lines.get>> => {
      const zero = (): Sums => ({ uploadBytes: 0, downloadBytes: 0 });
      const known = lines.get(name) ?? { true: zero(), least: zero(), recorded: zero(), sessions: 0, trueSessions: 0 };
      lines.set(name, known);
      return known;
    };
    for (const session of this.router.ppp.history) {
      const followed = this.of(session);
      const sums = line(session.name);
      sums.trueSessions += 1;
      sums.true.uploadBytes += session.uploadBytes;
      sums.true.downloadBytes += session.downloadBytes;
      const live = session.endedAtMs === undefined;
      const missUp = followed.mustBeExact ? 0 : followed.mayMiss.uploadBytes + (live || !followed.settled ? session.uploadBytes - followed.read.uploadBytes : 0);
      const missDown = followed.mustBeExact ? 0 : followed.mayMiss.downloadBytes + (live || !followed.settled ? session.downloadBytes - followed.read.downloadBytes : 0);
      sums.least.uploadBytes += session.uploadBytes - missUp;
      sums.least.downloadBytes += session.downloadBytes - missDown;
    }
    for (const row of recorded) {
      if (row.service !== "pppoe") continue;
      const sums = line(row.name);
      sums.sessions += 1;
      sums.recorded.uploadBytes += row.up;
      sums.recorded.downloadBytes += row.down;
    }
    for (const [name, sums] of lines) {
      for (const direction of ["uploadBytes", "downloadBytes"] as const) {
        const got = sums.recorded[direction];
        if (got > sums.true[direction]) wrong.push(`${name}: ${direction} ${got} recorded, only ${sums.true[direction]} true`);
        if (got < sums.least[direction]) wrong.push(`${name}: ${direction} ${got} recorded, at least ${sums.least[direction]} were read`);
      }
      if (sums.sessions > sums.trueSessions) wrong.push(`${name}: ${sums.sessions} sessions recorded, ${sums.trueSessions} true`);
    }
    return [...wrong, ...compareHours(db)];
  }
}

/** Hours, and days where they are closed, hold exactly what sessions hold, less what came before first sight. */
export function compareHours(db: Sqlite): string[] {
  const wrong: string[] = [];
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
