import type { ByteCounts } from "./counter.js";
import { isSameButForZone } from "./log-time.js";
import { couldBe, type LogByteOrder, type LogoutRecord } from "./logout-record.js";

/** An open session a logout record may be the end of. */
export interface Endable {
  readonly kind: string;
  readonly name: string;
  /** Empty where unknown. */
  readonly mac: string;
  /** The whole seconds its record can show: it was seen this old, and cannot have been older when it was gone. */
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** Absent from the last whole reading of `/ppp/active`. One that is still there may have ended a moment later. */
  readonly gone: boolean;
  /** Bytes counted for it so far. */
  readonly counted: ByteCounts;
  /** Router uptime when it began. */
  readonly startUptimeMs: number;
  /** It was gone already when a gap in the log came: its record is probably lost. */
  readonly throughGap: boolean;
}

/** A logout record, with the router uptime at which its line was written where its printed time can be trusted. */
export interface LoggedRecord extends LogoutRecord {
  readonly endedUptimeMs: number | undefined;
  /** Lines before it may have gone unread: a session's own record may be lost, and this one another's. */
  readonly afterGap: boolean;
}

/** Whole seconds in uptime, record and printed time, and how long a round's tables take. */
const endSlackMs = 6_000;

export type RecordFate<S> =
  | {
      readonly fate: "ends";
      readonly session: S;
      /** No other session fits this record and no other record this session, nor can one be lost. */
      readonly isCertain: boolean;
    }
  /** Fits a session that looked live when the table was read; the next reading decides. */
  | { readonly fate: "held" }
  /** A session that began and ended between two readings. */
  | { readonly fate: "unseen" };

/**
 * What each logout record is the end of, in the order of `records`.
 *
 * A record fits a session of the same kind and name, of the same MAC where both are known, and of a possible age.
 * Not by bytes and not by the printed time, except after a gap in the log (`afterGap`): then the session's
 * own record may be lost and a later one may only look alike. It must also have been written when the session can have
 * ended (its start plus the record's seconds) and not fall below what was counted; and the session that has most to
 * lose goes first.
 *
 * Within a name every gone session is given a record if that is possible at all (maximum matching): otherwise it
 * would be closed by estimate *and* its record booked as an unseen session, and bytes would count twice. Where several
 * assignments are possible, earlier records go first. A wrong choice among them swaps two records, and the sums of
 * the line stay exact.
 */
export function matchLogoutRecords<S extends Endable>(
  records: readonly LoggedRecord[],
  sessionsOf: (kind: string, name: string) => readonly S[],
  order: LogByteOrder | undefined,
): RecordFate<S>[] {
  const fates: RecordFate<S>[] = records.map(() => ({ fate: "unseen" }));
  const groups = new Map<string, number[]>();
  records.forEach((record, i) => {
    const key = `${record.kind}\0${record.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });

  for (const group of groups.values()) {
    const first = records[group[0] ?? 0];
    if (first === undefined) continue;
    const sessions = sessionsOf(first.kind, first.name);
    const fits = (session: S, i: number): boolean => {
      const record = records[i];
      return record !== undefined && recordFits(record, session, order);
    };
    // In an order: who is asked first keeps a record that several fit.
    const isDoubtful = group.some((i) => records[i]?.afterGap) || sessions.some(({ throughGap }) => throughGap);
    const rounds = isDoubtful
      ? [sessions.toSorted((a, b) => countedBytes(b) - countedBytes(a) || Number(b.gone) - Number(a.gone))]
      : [sessions.filter(({ gone }) => gone), sessions.filter(({ gone }) => !gone)];
    let open = group;
    for (const some of rounds) {
      const taken = maximumMatching(some, open, fits);
      for (const [i, session] of taken) {
        if (!session.gone) fates[i] = { fate: "held" };
        else {
          const isOnly = sessions.every((other) => other === session || !fits(other, i));
          const isAlone = isOnly && group.every((other) => other === i || !fits(session, other));
          fates[i] = { fate: "ends", session, isCertain: isAlone && !isDoubtful };
        }
      }
      open = open.filter((i) => !taken.has(i));
    }
  }
  return fates;
}

function countedBytes({ counted }: Endable): number {
  return counted.uploadBytes + counted.downloadBytes;
}

function recordFits(record: LoggedRecord, session: Endable, order: LogByteOrder | undefined): boolean {
  if (record.mac !== "" && session.mac !== "" && record.mac !== session.mac) return false;
  if (record.seconds < session.minSeconds || record.seconds > session.maxSeconds) return false;
  if (!record.afterGap && !session.throughGap) return true;
  if (!couldHaveEndedThen(record, session)) return false;
  if (order !== undefined) return couldBe(record, session.counted, order);
  return couldBe(record, session.counted, "upload-first") || couldBe(record, session.counted, "download-first");
}

/** Whether the line was written when a session with the record's seconds ended; true where its time tells nothing. */
function couldHaveEndedThen(record: LoggedRecord, session: Endable): boolean {
  if (record.endedUptimeMs === undefined) return true;
  return isSameButForZone(record.endedUptimeMs - (session.startUptimeMs + record.seconds * 1000), endSlackMs);
}

/** Kuhn's augmenting paths: record index → session. Sessions are few per name, records a handful. */
function maximumMatching<S>(
  sessions: readonly S[],
  records: readonly number[],
  fits: (session: S, record: number) => boolean,
): Map<number, S> {
  const sessionOf = new Map<number, S>();
  const place = (session: S, visited: Set<number>): boolean => {
    for (const record of records) {
      if (visited.has(record) || !fits(session, record)) continue;
      visited.add(record);
      const holder = sessionOf.get(record);
      if (holder === undefined || place(holder, visited)) {
        sessionOf.set(record, session);
        return true;
      }
    }
    return false;
  };
  for (const session of sessions) place(session, new Set());
  return sessionOf;
}
