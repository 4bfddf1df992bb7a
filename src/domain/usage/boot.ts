/** Router uptime as a stretch of milliseconds in which the true value lies. RouterOS prints whole seconds. */
export interface UptimeBounds {
  readonly loMs: number;
  readonly hiMs: number;
}

/**
 * `same`: no reboot since the last reading. `rebooted`: there was one for certain. `suspect`: uptime did not fall but
 * grew less than the time that passed; either a reboot while we were away or a clock that was set. The log decides
 * then: a ring that still holds the last line we used was not lost.
 */
export type BootVerdict = "same" | "rebooted" | "suspect";

/**
 * @param sameConnection the API connection has not dropped since the last reading; a reboot would have cut it.
 * @param elapsedMs time between the two readings by our own clock (wall clock where the process restarted).
 */
export function judgeBoot(
  last: UptimeBounds,
  now: UptimeBounds,
  elapsedMs: number,
  sameConnection: boolean,
): BootVerdict {
  if (sameConnection) return "same";
  if (now.hiMs < last.loMs) return "rebooted";
  // Crystals of cheap boards drift up to about 100 ppm against ours, so a day apart is nine seconds.
  const slackMs = 3_000 + Math.abs(elapsedMs) / 5_000;
  return now.hiMs - last.loMs < elapsedMs - slackMs ? "suspect" : "same";
}
