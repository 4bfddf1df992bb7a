/**
 * Speeds as a plan sells them and as RouterOS writes them. Everything here is from the customer's side; RouterOS's
 * `rate-limit` and every pair of a simple queue are from the router's: what it receives first, the customer's upload.
 */

/** Bits per second; integers above zero, or zero where RouterOS means "no limit". */
export interface SpeedPair {
  readonly uploadBps: number;
  readonly downloadBps: number;
}

/** How far a line may go above its speed for a while (RouterOS manual, Queue Burst). */
export interface Burst {
  readonly limit: SpeedPair;
  /** The average over the burst time must be below this. */
  readonly threshold: SpeedPair;
  readonly uploadSeconds: number;
  readonly downloadSeconds: number;
}

export interface RateLimit {
  readonly max: SpeedPair;
  readonly burst: Burst | undefined;
  /** Guaranteed speed (`limit-at`, the rx-rate-min of a profile). */
  readonly limitAt: SpeedPair | undefined;
  /** 1 (best) to 8; undefined is RouterOS's default, 8. */
  readonly priority: number | undefined;
}
