/** RouterOS values, which are all text, as ours. Each parser returns undefined for what it does not know, never zero. */

const zero = 0x30;
const nine = 0x39;

/** A counter above this cannot be held exactly in a Number (9 PB), so it is refused. */
const maxCounter = Number.MAX_SAFE_INTEGER;

/**
 * Digits `[start, end)` as an integer, or -1: empty, anything but digits, or above 2^53 - 1. In place, because it runs
 * for every counter of every row.
 */
export function counterAt(bytes: Uint8Array, start: number, end: number): number {
  const digits = end - start;
  if (digits <= 0 || digits > 20) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < zero || byte > nine) return -1;
    value = value * 10 + (byte - zero);
  }
  return value <= maxCounter ? value : -1;
}

/** Milliseconds of one duration unit, in the order in which RouterOS writes them. */
const unitsMs: readonly (readonly [unit: string, ms: number])[] = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
  ["us", 0.001],
  ["ns", 0.000_001],
];
const durationPart = /(\d+(?:\.\d+)?)(ms|us|ns|w|d|h|m|s)/y;
const clockPart = /^(\d{1,3}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;

/**
 * Milliseconds, rounded down: `3d17h14m31s`, `1w2d3h4m5s`, `44m55s`, `0s`, `100ms`, `1.5s`, `00:05:12`, `1d02:03:04`.
 * The words `none` and `never`, bare numbers and units out of order are undefined.
 */
export function parseDurationMs(text: string): number | undefined {
  let totalMs = 0;
  let at = 0;
  let largestUnit = 0;
  while (at < text.length) {
    durationPart.lastIndex = at;
    const part = durationPart.exec(text);
    if (part === null) {
      const clockMs = clockToMs(text.slice(at));
      return clockMs === undefined || largestUnit > 2 ? undefined : floorSafe(totalMs + clockMs);
    }
    const unit = unitsMs.findIndex(([name]) => name === part[2]);
    if (unit < largestUnit) return undefined;
    largestUnit = unit + 1;
    totalMs += Number(part[1]) * (unitsMs[unit] as readonly [string, number])[1];
    at = durationPart.lastIndex;
  }
  return text === "" ? undefined : floorSafe(totalMs);
}

function clockToMs(text: string): number | undefined {
  const match = clockPart.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds, fraction] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return (
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1_000 +
    Number(`0.${fraction ?? "0"}`) * 1_000
  );
}

/** The tiny addition keeps 1.001 s from becoming 1000 ms by a rounding of the fraction. */
function floorSafe(ms: number): number | undefined {
  return ms <= maxCounter ? Math.floor(ms + 1e-6) : undefined;
}

/**
 * Whole seconds of a plain duration `3d17h14m31s` in place, or -1 for any other form (then `parseDurationMs` decides).
 * It runs for every session of every round.
 */
export function plainDurationSecondsAt(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  let value = -1;
  let lastFactor = Number.POSITIVE_INFINITY;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= zero && byte <= nine) {
      value = (value < 0 ? 0 : value) * 10 + (byte - zero);
      if (value > 1e9) return -1;
      continue;
    }
    const factor =
      byte === 0x73
        ? 1
        : byte === 0x6d
          ? 60
          : byte === 0x68
            ? 3600
            : byte === 0x64
              ? 86400
              : byte === 0x77
                ? 604800
                : 0;
    if (factor === 0 || value < 0 || factor >= lastFactor) return -1;
    total += value * factor;
    value = -1;
    lastFactor = factor;
  }
  return value >= 0 || start >= end || total > maxCounter / 1000 ? -1 : total;
}

/** `true`/`false`, and `yes`/`no` of older texts and the console. */
export function parseBoolean(text: string): boolean | undefined {
  if (text === "true" || text === "yes") return true;
  if (text === "false" || text === "no") return false;
  return undefined;
}

/** A non-negative integer up to 2^53 - 1. */
export function parseCounter(text: string): number | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= maxCounter ? value : undefined;
}

/** Exactly two counters, `38105527/466624487`: upload first where RouterOS means a customer's queue. */
export function parsePair(text: string): readonly [number, number] | undefined {
  const parts = text.split("/");
  if (parts.length !== 2) return undefined;
  const [first, second] = [parseCounter(parts[0] as string), parseCounter(parts[1] as string)];
  return first === undefined || second === undefined ? undefined : [first, second];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * A date as `feb/05/2024` (before 7.10) or `2024-02-05` (from 7.10), and a time `13:47:44`, read as if in UTC: epoch
 * milliseconds. Dates that no calendar has are undefined.
 */
export function parseDateTimeMs(date: string, time: string): number | undefined {
  const old = /^([A-Za-z]{3})\/(\d{2})\/(\d{4})$/.exec(date);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const [year, month, day] =
    old !== null
      ? [Number(old[3]), months.indexOf((old[1] as string).toLowerCase()) + 1, Number(old[2])]
      : iso !== null
        ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
        : [0, 0, 0];
  const clock = /^(\d{2}):(\d{2}):(\d{2})$/.exec(time);
  if (year < 1970 || month < 1 || month > 12 || clock === null) return undefined;
  const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3])];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const ms = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  return new Date(ms).getUTCDate() === day && day > 0 ? ms : undefined;
}

/** Minutes east of UTC of a gmt-offset such as `+07:00`, `-03:30` or `+08:00:00`. */
export function parseGmtOffsetMinutes(text: string): number | undefined {
  const match = /^([+-])(\d{2}):(\d{2})(?::00)?$/.exec(text);
  if (match === null || Number(match[2]) > 14 || Number(match[3]) > 59) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" && minutes !== 0 ? -minutes : minutes;
}

/** The numbers of `6.49.18 (long-term)` or `7.22rc2`: [6, 49, 18], [7, 22]. Undefined when it does not start so. */
export function parseVersion(text: string): readonly number[] | undefined {
  const match = /^(\d+(?:\.\d+)*)/.exec(text.trim());
  return match === null ? undefined : (match[1] as string).split(".").map(Number);
}

/** Negative when `a` is older than `b`: 7.9 < 7.24, and a missing part counts as 0. Unreadable ones come first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a) ?? [-1], parseVersion(b) ?? [-1]];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** An address as RouterOS prints targets: a host gets its `/32` or `/128`, IPv6 is lower case. Names stay as they are. */
export function normaliseAddress(text: string): string {
  const address = text.trim();
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return `${address}/32`;
  if (/^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(address)) return `${address.toLowerCase()}/128`;
  return address.includes(":") && address.includes("/") ? address.toLowerCase() : address;
}

/** A MAC in upper case with colons; anything else unchanged (PPTP and L2TP show an address as caller-id). */
export function normaliseMac(text: string): string {
  return /^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}$/.test(text) ? text.toUpperCase().replaceAll("-", ":") : text;
}
