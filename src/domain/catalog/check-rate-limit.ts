/** What a rate limit must be before it is sold. What a router already holds may be odder, and is only read. */
import type { FieldFault } from "./field-fault.js";
import type { RateLimit, SpeedPair } from "./rate-limit.js";

/** Below this a rate is a slip of the unit: `5` was meant as `5M`. */
export const minRateBps = 1_000;
/** Rates fit 32 bits: more than any line of an RT/RW-net has, and nothing that an old router could wrap around. */
export const maxRateBps = 4_294_967_295;
export const maxBurstSeconds = 3_600;

const directions = [
  { bps: "uploadBps", seconds: "uploadSeconds" },
  { bps: "downloadBps", seconds: "downloadSeconds" },
] as const;

/**
 * Everything that is wrong with a limit; nothing when a router will take it and do what it says. `field` starts with
 * `path`, such as `rates.max.uploadBps`. A zero in `max` is RouterOS's "no limit".
 */
export function checkRateLimit(rates: RateLimit, path = "rates"): FieldFault[] {
  const { max, burst, limitAt, priority } = rates;
  const faults: FieldFault[] = [];
  const expect = (isRight: boolean, field: string, expected: string): void => {
    if (!isRight) faults.push({ field: `${path}.${field}`, expected });
  };

  for (const { bps } of directions) {
    expect(
      max[bps] === 0 || isRate(max[bps]),
      `max.${bps}`,
      `whole bits per second from ${minRateBps} to ${maxRateBps}, or 0 for no limit`,
    );
  }
  if (limitAt !== undefined) {
    for (const { bps } of directions) {
      const field = `limitAt.${bps}`;
      if (limitAt[bps] === 0 || isRate(limitAt[bps])) {
        expect(max[bps] === 0 || limitAt[bps] <= max[bps], field, `at most max.${bps}, which routers insist on`);
      } else {
        expect(false, field, `whole bits per second from ${minRateBps} to ${maxRateBps}, or 0 for none`);
      }
    }
  }
  if (priority !== undefined) {
    expect(
      Number.isInteger(priority) && priority >= 1 && priority <= 8,
      "priority",
      "a whole number from 1 (best) to 8",
    );
  }
  if (burst !== undefined) {
    expect(!isNothing(burst.limit), "burst.limit", "above max in at least one direction; leave burst out for none");
    for (const { bps, seconds } of directions) {
      const limitBps = burst.limit[bps];
      if (limitBps === 0) continue; // no burst this way: threshold and time are not looked at, by routers neither
      if (!isRate(limitBps)) {
        expect(
          false,
          `burst.limit.${bps}`,
          `whole bits per second from ${minRateBps} to ${maxRateBps}, or 0 for no burst this way`,
        );
        continue;
      }
      expect(max[bps] !== 0, `burst.limit.${bps}`, `0 where max.${bps} is 0: there is no limit to go beyond`);
      expect(limitBps >= max[bps], `burst.limit.${bps}`, `at least max.${bps}, or 0 for no burst this way`);
      expect(
        isRate(burst.threshold[bps]) && burst.threshold[bps] <= limitBps,
        `burst.threshold.${bps}`,
        `whole bits per second from ${minRateBps} to burst.limit.${bps}; usual is max.${bps} or less`,
      );
      expect(
        Number.isInteger(burst[seconds]) && burst[seconds] >= 1 && burst[seconds] <= maxBurstSeconds,
        `burst.${seconds}`,
        `whole seconds from 1 to ${maxBurstSeconds}`,
      );
    }
  }
  return faults;
}

function isRate(bps: number): boolean {
  return Number.isInteger(bps) && bps >= minRateBps && bps <= maxRateBps;
}

function isNothing(pair: SpeedPair): boolean {
  return pair.uploadBps === 0 && pair.downloadBps === 0;
}
