/** The words that RouterOS's rates, times and priorities are written in: one figure, or one for each direction. */

const powerOfTen = { "": 0, k: 3, m: 6, g: 9 } as const;

/**
 * Bits per second of `10M`, `512k`, `1G`, `64000`, `1.5M`; undefined when it is no whole number of them. k is 1,000
 * (RouterOS manual, PPP AAA). The letter's case is not held against it: an `m` can only be meant as mega.
 */
export function parseBps(text: string): number | undefined {
  const match = /^(\d+)(?:\.(\d+))?([kmg]?)$/i.exec(text);
  if (match === null) return undefined;
  const power = powerOfTen[(match[3] ?? "").toLowerCase() as keyof typeof powerOfTen];
  // Moving the point in the text: 1.1 × 1,000,000 is not 1,100,000 in floating point.
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length > power) return undefined;
  const bps = Number(`${match[1]}${fraction.padEnd(power, "0")}`);
  return Number.isSafeInteger(bps) ? bps : undefined;
}

/** The shortest of `10M`, `512k`, `64001`. Never `G`: the manual names k and M for a `rate-limit`, and no more. */
export function formatBps(bps: number): string {
  if (bps > 0 && bps % 1_000_000 === 0) return `${bps / 1_000_000}M`;
  if (bps > 0 && bps % 1_000 === 0) return `${bps / 1_000}k`;
  return String(bps);
}

/**
 * Seconds, to the millisecond, of `10`, `10s`, `1m30s`, `1s500ms`, `1.5s`, `00:01:30`, `1d00:00:00`; undefined when it is
 * none of these.
 */
export function parseSeconds(text: string): number | undefined {
  const clock = /^(?:(\d+)d)?(\d+):(\d{2}):(\d{2})$/.exec(text);
  if (clock !== null) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
    return minutes < 60 && seconds < 60 ? days * 86_400 + hours * 3_600 + minutes * 60 + seconds : undefined;
  }
  const bare = /^\d+(?:\.\d{1,3})?$/.test(text) ? `${text}s` : text;
  const parts = /^(?=\d)(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d{1,3})?)s)?(?:(\d+)ms)?$/.exec(bare);
  if (parts === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const wholeSeconds = weeks * 604_800 + days * 86_400 + hours * 3_600 + minutes * 60;
  const totalMs = wholeSeconds * 1_000 + Math.round(seconds * 1_000) + ms;
  return Number.isSafeInteger(totalMs) ? totalMs / 1_000 : undefined;
}

/** `10s`, `1s500ms`, `0s`. */
export function formatSeconds(seconds: number): string {
  const ms = Math.round(seconds * 1_000);
  const whole = Math.floor(ms / 1_000);
  if (ms % 1_000 === 0) return `${whole}s`;
  return `${whole > 0 ? `${whole}s` : ""}${ms % 1_000}ms`;
}

/** A figure for each direction, as RouterOS orders them: upload first. */
export interface Directions<Figure> {
  readonly upload: Figure;
  readonly download: Figure;
}

/** `UPLOAD/DOWNLOAD`, or one figure that stands for both. Undefined when either is not a figure, or there are more. */
export function parseDirections<Figure>(
  text: string,
  parse: (text: string) => Figure | undefined,
): Directions<Figure> | undefined {
  const [uploadText = "", downloadText = uploadText, ...more] = text.split("/");
  const upload = parse(uploadText);
  const download = parse(downloadText);
  return upload === undefined || download === undefined || more.length > 0 ? undefined : { upload, download };
}

/** RouterOS's priority, `1` (best) to `8`; undefined when it is none. `8/8` is one priority, as simple queues print it. */
export function parsePriority(text: string): number | undefined {
  const match = /^([1-8])(?:\/([1-8]))?$/.exec(text);
  return match === null || (match[2] ?? match[1]) !== match[1] ? undefined : Number(match[1]);
}
