/** RouterOS texts of times, durations, rates and addresses, and back where a person may type them. */

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const pad2 = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `3d17h14m31s`, `1w2d`, `0s`: whole seconds, empty parts left out. */
export function formatDuration(totalSeconds: number): string {
  if (totalSeconds <= 0) return "0s";
  let rest = totalSeconds;
  let text = "";
  for (const [unit, seconds] of durationUnits) {
    const count = Math.floor(rest / seconds);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * seconds;
  }
  return text;
}

const durationUnits = [
  ["w", 604800],
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** Seconds of `1h30m`, `45`, `00:05:12` or `none`; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === "" || text === "none" || text === "never") return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const clock = /^(?:(\d+)d)?(\d+):(\d\d):(\d\d)$/.exec(text);
  if (clock !== null) {
    return Number(clock[1] ?? 0) * 86400 + Number(clock[2]) * 3600 + Number(clock[3]) * 60 + Number(clock[4]);
  }
  const parts = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (parts === null) return undefined;
  return durationUnits.reduce((sum, [, seconds], index) => sum + Number(parts[index + 1] ?? 0) * seconds, 0);
}

/** The router's own wall clock, already shifted into its zone. */
function wallClock(atMs: number, zoneOffsetMinutes: number): Date {
  return new Date(atMs + zoneOffsetMinutes * 60_000);
}

export function formatDate(atMs: number, zoneOffsetMinutes: number, form: "us" | "iso"): string {
  const at = wallClock(atMs, zoneOffsetMinutes);
  const day = pad2(at.getUTCDate());
  return form === "us"
    ? `${months[at.getUTCMonth()]}/${day}/${at.getUTCFullYear()}`
    : `${at.getUTCFullYear()}-${pad2(at.getUTCMonth() + 1)}-${day}`;
}

export function formatTimeOfDay(atMs: number, zoneOffsetMinutes: number): string {
  const at = wallClock(atMs, zoneOffsetMinutes);
  return `${pad2(at.getUTCHours())}:${pad2(at.getUTCMinutes())}:${pad2(at.getUTCSeconds())}`;
}

/** `feb/05/2024 13:47:44` or `2024-02-05 13:47:44`. */
export function formatDateTime(atMs: number, zoneOffsetMinutes: number, form: "us" | "iso"): string {
  return `${formatDate(atMs, zoneOffsetMinutes, form)} ${formatTimeOfDay(atMs, zoneOffsetMinutes)}`;
}

/** A log line's time: 6.x leaves today's date out and the year always (`14:49:40`, `sep/15 14:49:40`). */
export function formatLogTime(atMs: number, nowMs: number, zoneOffsetMinutes: number, form: "us" | "iso"): string {
  if (form === "iso") return formatDateTime(atMs, zoneOffsetMinutes, "iso");
  const date = formatDate(atMs, zoneOffsetMinutes, "us");
  const time = formatTimeOfDay(atMs, zoneOffsetMinutes);
  return date === formatDate(nowMs, zoneOffsetMinutes, "us") ? time : `${date.slice(0, 6)} ${time}`;
}

/** `+07:00`. */
export function formatGmtOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad2(Math.floor(size / 60))}:${pad2(size % 60)}`;
}

/** Bits per second of `10M`, `512k`, `1G`, `64000`; undefined when it is no rate. */
export function parseRate(text: string): number | undefined {
  const parts = /^(\d+)([kMG]?)$/.exec(text);
  if (parts === null) return undefined;
  const unit = { "": 1, k: 1_000, M: 1_000_000, G: 1_000_000_000 }[parts[2] ?? ""] ?? 1;
  return Number(parts[1]) * unit;
}

/** `5M/10M` as `/queue/simple` prints it back: `5000000/10000000`; one figure stands for both. */
export function normaliseRatePair(text: string): string | undefined {
  const [upload = "", download = upload, ...more] = text.split("/");
  const up = parseRate(upload);
  const down = parseRate(download);
  return up === undefined || down === undefined || more.length > 0 ? undefined : `${up}/${down}`;
}

/** The `max-limit` pair of a profile's `rate-limit` text (`5M/10M 10M/20M …`), or undefined when it has none. */
export function limitOfRateLimit(rateLimit: string): string | undefined {
  return normaliseRatePair(rateLimit.trim().split(/\s+/)[0] ?? "");
}

export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

export function ipv4ToNumber(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function numberToIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** `*1C`: ids are hexadecimal, upper case, behind a star. */
export function formatId(number: number): string {
  return `*${number.toString(16).toUpperCase()}`;
}
