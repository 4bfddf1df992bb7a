import type { ByteCounts } from "./counter.js";
import type { SiteCalendar } from "./site-calendar.js";

/** Bytes that belong to one civil hour of the site. */
export interface HourPart extends ByteCounts {
  /** Start of the hour, epoch milliseconds. */
  readonly hourAtMs: number;
}

/**
 * Cuts bytes that passed between two instants into the civil hours between them, in proportion to time. The parts
 * add up to `bytes` exactly, per direction. Where in the stretch the bytes really passed nobody knows, so placement
 * is not claimed. A stretch that is empty or runs backwards (the clock was set back) goes whole to the hour of `toMs`.
 *
 *     fromMs        hour            hour     toMs
 *        |-----------|---------------|--------|
 *        |  part 0   |    part 1     | part 2 |
 */
export function spreadOverHours(
  bytes: ByteCounts,
  wideFromMs: number,
  toMs: number,
  calendar: SiteCalendar,
): HourPart[] {
  // Nobody is away for longer and still knows what passed when: a clock that was set must not make a row of every hour.
  const fromMs = Math.max(wideFromMs, toMs - longestSpreadMs);
  const lastHourAtMs = calendar.hourStart(toMs);
  if (fromMs >= toMs || fromMs >= lastHourAtMs) return [{ hourAtMs: lastHourAtMs, ...bytes }];

  const parts: HourPart[] = [];
  const spanMs = toMs - fromMs;
  let uploadGiven = 0;
  let downloadGiven = 0;
  let hourAtMs = calendar.hourStart(fromMs);
  while (hourAtMs < toMs) {
    const nextHourAtMs = calendar.nextHourStart(hourAtMs);
    const isLast = nextHourAtMs >= toMs;
    // Shares are cut from the running total, so that rounding never loses or invents a byte.
    const elapsed = Math.min(nextHourAtMs, toMs) - fromMs;
    const uploadUntil = isLast ? bytes.uploadBytes : share(bytes.uploadBytes, elapsed, spanMs);
    const downloadUntil = isLast ? bytes.downloadBytes : share(bytes.downloadBytes, elapsed, spanMs);
    if (uploadUntil !== uploadGiven || downloadUntil !== downloadGiven) {
      parts.push({
        hourAtMs,
        uploadBytes: uploadUntil - uploadGiven,
        downloadBytes: downloadUntil - downloadGiven,
      });
    }
    uploadGiven = uploadUntil;
    downloadGiven = downloadUntil;
    hourAtMs = nextHourAtMs;
  }
  return parts;
}

const longestSpreadMs = 62 * 86_400_000;

function share(bytes: number, elapsedMs: number, spanMs: number): number {
  // bytes × elapsed may pass 2^53; the ratio first costs at most a byte of placement and nothing of the sum.
  return Math.floor(bytes * (elapsedMs / spanMs));
}
