import type { ByteCounts } from "./counter.js";
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
}

export type RecordFate<S> =
  | { readonly fate: "ends"; readonly session: S }
  /** Fits a session that looked live when the table was read; the next reading decides. */
  | { readonly fate: "held" }
  /** A session that began and ended between two readings. */
  | { readonly fate: "unseen" };

/**
 * What each logout record is the end of, in the order of `records`.
 *
 * A record fits a session of the same kind and name, of the same MAC where both are known, and of a possible age.
 * Not by bytes, except after a gap in the log (`logIsComplete` false): then the session's own record may be lost and
 * a later one may only look alike, so it must also not fall below what was counted.
 *
 * Within a name every gone session is given a record if that is possible at all (maximum matching): otherwise it
 * would be closed by estimate *and* its record booked as an unseen session, and bytes would count twice. Where several
 * assignments are possible, earlier records go first. A wrong choice among them swaps two records, and the sums of
 * the line stay exact.
 */
export function matchLogoutRecords<S extends Endable>(
  records: readonly LogoutRecord[],
  sessionsOf: (kind: string, name: string) => readonly S[],
  options: { logIsComplete: boolean; order: LogByteOrder | undefined },
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
      return record !== undefined && recordFits(record, session, options);
    };
    const gone = sessions.filter((session) => session.gone);
    const taken = maximumMatching(gone, group, fits);
    for (const [i, session] of taken) fates[i] = { fate: "ends", session };

    const present = sessions.filter((session) => !session.gone);
    const rest = group.filter((i) => !taken.has(i));
    for (const i of maximumMatching(present, rest, fits).keys()) fates[i] = { fate: "held" };
  }
  return fates;
}

function recordFits(
  record: LogoutRecord,
  session: Endable,
  { logIsComplete, order }: { logIsComplete: boolean; order: LogByteOrder | undefined },
): boolean {
  if (record.mac !== "" && session.mac !== "" && record.mac !== session.mac) return false;
  if (record.seconds < session.minSeconds || record.seconds > session.maxSeconds) return false;
  if (logIsComplete) return true;
  if (order !== undefined) return couldBe(record, session.counted, order);
  return couldBe(record, session.counted, "upload-first") || couldBe(record, session.counted, "download-first");
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
