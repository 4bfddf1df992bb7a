/** Router uptime as a stretch of milliseconds in which the true value lies. RouterOS prints whole seconds. */
export interface UptimeBounds {
  readonly loMs: number;
  readonly hiMs: number;
}

export interface BootEvidence {
  /** Uptime at the last reading and now. */
  readonly last: UptimeBounds;
  readonly now: UptimeBounds;
  /** The API connection has not dropped in between; a reboot would have cut it. */
  readonly sameConnection: boolean;
  /** Time between the two readings by our own clock; the wall clock where the process restarted, which may be wrong. */
  readonly elapsedMs: number;
  /**
   * How far the router's clock moved ahead of its uptime in between; undefined where one of the readings had no clock.
   * Nothing within a boot, unless the clock was set.
   */
  readonly clockShiftMs: number | undefined;
}

/**
 * Whether the router rebooted between two readings.
 *
 * Uptime that fell says so for certain. Uptime that grew, but less than the time that passed, may as well be our clock
 * set forward, and to believe in a reboot that was none would count every live session twice. So the time must be
 * missed by two clocks alike, ours and the router's own, and then it is `likely`: whoever asks looks whether any
 * session lived on. Otherwise we go on as in the same boot: sessions are still told apart by id and age, and at worst
 * too little is counted.
 */
export function hasRebooted({
  last,
  now,
  sameConnection,
  elapsedMs,
  clockShiftMs,
}: BootEvidence): "no" | "certainly" | "likely" {
  if (sameConnection) return "no";
  if (now.hiMs < last.loMs) return "certainly";
  // Crystals of cheap boards drift up to about 100 ppm against ours, so a day apart is nine seconds.
  const slackMs = 3_000 + Math.abs(elapsedMs) / 5_000;
  const missingMs = elapsedMs - (now.hiMs - last.loMs);
  const agree = clockShiftMs !== undefined && Math.abs(clockShiftMs - missingMs) <= slackMs + 5_000;
  // Whatever began after the last reading is no older than the time since.
  const isYoungEnough = now.loMs <= elapsedMs + slackMs;
  return missingMs > slackMs && agree && isYoungEnough ? "likely" : "no";
}
