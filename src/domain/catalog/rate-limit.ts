/**
 * Speeds as a plan sells them and as RouterOS writes them. Everything here is from the customer's side; RouterOS's
 * `rate-limit` and every pair of a simple queue are from the router's: what it receives first, the customer's upload.
 */
import {
  formatBps,
  formatSeconds,
  parseBps,
  parseDirections,
  parsePriority,
  parseSeconds,
  type Directions,
} from "./rate-text.js";

/** Bits per second; integers above zero, or zero where RouterOS means "no limit". */
export interface SpeedPair {
  readonly uploadBps: number;
  readonly downloadBps: number;
}

/** How far a line may go above its speed for a while (RouterOS manual, Queue Burst). */
export interface Burst {
  /** Zero in a direction: no burst in it, and its threshold and time say nothing. */
  readonly limit: SpeedPair;
  /** The average over the burst time must be below this. */
  readonly threshold: SpeedPair;
  readonly uploadSeconds: number;
  readonly downloadSeconds: number;
}

export interface RateLimit {
  readonly max: SpeedPair;
  readonly burst: Burst | undefined;
  /**
   * Guaranteed speed (`limit-at`, the rx-rate-min of a profile). Undefined is RouterOS's default, which is not the same
   * everywhere: in a profile's text the rates themselves (RouterOS manual, DHCP: `10M/10M` makes a queue with
   * `limit-at=10M/10M`), on a simple queue none.
   */
  readonly limitAt: SpeedPair | undefined;
  /** 1 (best) to 8; undefined is RouterOS's default, 8. */
  readonly priority: number | undefined;
}

/** A text that is no rate limit, and what is wrong with it. */
export interface BadRateLimit {
  readonly text: string;
  readonly problem: string;
}

export function isBadRateLimit(parsed: RateLimit | BadRateLimit | undefined): parsed is BadRateLimit {
  return parsed !== undefined && "problem" in parsed;
}

/**
 * The limit that a profile's `rate-limit` says; undefined when it says none (empty, or zeros throughout):
 * `rx[/tx] [rx-burst[/tx-burst] [rx-threshold[/tx-threshold] [rx-time[/tx-time] [priority] [rx-min[/tx-min]]]]]`
 * (RouterOS manual, PPP AAA). A missing tx is as rx, missing thresholds are the rates, missing times 1 s.
 */
export function parseRateLimit(text: string): RateLimit | BadRateLimit | undefined {
  const bad = (problem: string): BadRateLimit => ({ text, problem });
  const words = text.trim().split(/\s+/);
  if (words[0] === "") return undefined;
  if (words.length > 6) return bad("more than six parts");
  const [maxWord = "", burstWord = "0", thresholdWord = maxWord, timeWord = "1s", ...rest] = words;
  const max = parseDirections(maxWord, parseBps);
  const limit = parseDirections(burstWord, parseBps);
  const threshold = parseDirections(thresholdWord, parseBps);
  const seconds = parseDirections(timeWord, parseSeconds);
  if (max === undefined) return bad(`"${maxWord}" is no rate`);
  if (limit === undefined) return bad(`"${burstWord}" is no burst rate`);
  if (threshold === undefined) return bad(`"${thresholdWord}" is no burst threshold`);
  if (seconds === undefined) return bad(`"${timeWord}" is no burst time`);

  const [priorityWord, limitAtWord] = saysLimitAtOnly(rest) ? [undefined, rest[0]] : rest;
  const priority = priorityWord === undefined ? defaultPriority : parsePriority(priorityWord);
  const limitAt = limitAtWord === undefined ? undefined : parseDirections(limitAtWord, parseBps);
  if (priority === undefined) return bad(`"${priorityWord}" is no priority from 1 to 8`);
  if (limitAtWord !== undefined && limitAt === undefined) return bad(`"${limitAtWord}" is no minimum rate`);
  return limitOf({ max, limit, threshold, seconds, limitAt, priority });
}

/**
 * The shortest text that says this limit and that routers are known to take; empty for no limit. Figures that are equal
 * both ways are written once, except zeros: `0/0 0/0 0/0 8` is how people skip a burst, as seen in many exports.
 */
export function formatRateLimit(rates: RateLimit | undefined): string {
  const { upload, download, priority } = effectOf(rates, "rates");
  const both = (format: (direction: Effect) => string): string => {
    const [up, down] = [format(upload), format(download)];
    return up === down && up !== "0" ? up : `${up}/${down}`;
  };
  const every = (holds: (direction: Effect) => boolean): boolean => holds(upload) && holds(download);
  const words = [
    { word: both((it) => formatBps(it.maxBps)), unsaid: every((it) => it.maxBps === 0) },
    { word: both((it) => formatBps(it.burstBps)), unsaid: every((it) => it.burstBps === 0) },
    {
      word: both((it) => formatBps(it.thresholdBps)),
      unsaid: every((it) => it.burstBps === 0 || it.thresholdBps === it.maxBps),
    },
    {
      word: both((it) =>
        Number.isInteger(it.burstSeconds) ? String(it.burstSeconds) : formatSeconds(it.burstSeconds),
      ),
      unsaid: every((it) => it.burstBps === 0 || it.burstSeconds === 1),
    },
    { word: String(priority), unsaid: priority === defaultPriority },
    { word: both((it) => formatBps(it.limitAtBps)), unsaid: every((it) => it.limitAtBps === it.maxBps) },
  ];
  return words
    .slice(0, words.findLastIndex(({ unsaid }) => !unsaid) + 1)
    .map(({ word }) => word)
    .join(" ");
}

/**
 * Whether two limits, as texts of a profile, do the same to a line. What is not said has RouterOS's default: thresholds and
 * minimum are the rates, times 1 s, the priority 8. A burst of zero, or to exactly the rate it starts from, is no burst:
 * there is nothing between the two to go up to. One below the rate is kept apart, because it slows the line.
 */
export function sameRateLimit(a: RateLimit | undefined, b: RateLimit | undefined): boolean {
  return sameEffects(effectOf(a, "rates"), effectOf(b, "rates"));
}

/**
 * Whether two limits, on a simple queue, do the same to a line. As {@link sameRateLimit}, but a `limitAt` that is not said is
 * none: children that are all guaranteed their full rate would together outgrow their parent queue.
 */
export function sameQueueRates(a: RateLimit | undefined, b: RateLimit | undefined): boolean {
  return sameEffects(effectOf(a, "none"), effectOf(b, "none"));
}

/** The attributes of a simple queue that a plan decides. */
export const queueLimitNames = [
  "max-limit",
  "limit-at",
  "burst-limit",
  "burst-threshold",
  "burst-time",
  "priority",
] as const;
export type QueueLimits = Readonly<Record<(typeof queueLimitNames)[number], string>>;

/**
 * The limits of a simple queue, in the form in which routers print them back (`5000000/10000000`). Always all six: what a
 * plan does not have is written as none, so that a burst that was dropped from the plan leaves the queue as well, and
 * `limit-at` never meets an older, smaller `max-limit` (routers refuse that: `upload-max-limit less than upload-limit`).
 */
export function rateLimitToQueue(rates: RateLimit | undefined): QueueLimits {
  const { upload, download, priority } = effectOf(rates, "none");
  return {
    "max-limit": `${upload.maxBps}/${download.maxBps}`,
    "limit-at": `${upload.limitAtBps}/${download.limitAtBps}`,
    "burst-limit": `${upload.burstBps}/${download.burstBps}`,
    "burst-threshold": `${upload.thresholdBps}/${download.thresholdBps}`,
    "burst-time": `${formatSeconds(upload.burstSeconds)}/${formatSeconds(download.burstSeconds)}`,
    priority: `${priority}/${priority}`,
  };
}

/** Limits as a simple queue prints them. */
export interface PrintedQueueLimits {
  readonly maxLimit: string;
  readonly limitAt: string;
  readonly burstLimit: string;
  readonly burstThreshold: string;
  readonly burstTime: string;
  readonly priority: string;
}

/**
 * The limit that a simple queue holds; undefined when it holds none. Two different priorities are no limit of ours, since
 * a profile's text knows one for both directions.
 */
export function queueToRateLimit(printed: PrintedQueueLimits): RateLimit | BadRateLimit | undefined {
  const bad = (name: (typeof queueLimitNames)[number], text: string): BadRateLimit => ({
    text,
    problem: `${name} is "${text}"`,
  });
  const max = parseDirections(printed.maxLimit, parseBps);
  const limitAt = parseDirections(printed.limitAt, parseBps);
  const limit = parseDirections(printed.burstLimit, parseBps);
  const threshold = parseDirections(printed.burstThreshold, parseBps);
  const seconds = parseDirections(printed.burstTime, parseSeconds);
  const priority = parsePriority(printed.priority);
  if (max === undefined) return bad("max-limit", printed.maxLimit);
  if (limitAt === undefined) return bad("limit-at", printed.limitAt);
  if (limit === undefined) return bad("burst-limit", printed.burstLimit);
  if (threshold === undefined) return bad("burst-threshold", printed.burstThreshold);
  if (seconds === undefined) return bad("burst-time", printed.burstTime);
  if (priority === undefined) return bad("priority", printed.priority);
  const isGuaranteed = limitAt.upload > 0 || limitAt.download > 0;
  return limitOf({ max, limit, threshold, seconds, limitAt: isGuaranteed ? limitAt : undefined, priority });
}

const defaultPriority = 8;

/** The manual lets the priority be left out before the minimum: what has a unit or a slash, and is no priority, is a rate. */
function saysLimitAtOnly(rest: readonly string[]): boolean {
  const [word = ""] = rest;
  return rest.length === 1 && (/^0+(\/0+)?$/.test(word) || !/^\d+$|^\d\/\d$/.test(word));
}

/** The figures as a limit; undefined where they say none. */
function limitOf(read: {
  readonly max: Directions<number>;
  readonly limit: Directions<number>;
  readonly threshold: Directions<number>;
  readonly seconds: Directions<number>;
  readonly limitAt: Directions<number> | undefined;
  readonly priority: number;
}): RateLimit | undefined {
  const speeds = ({ upload, download }: Directions<number>): SpeedPair => ({
    uploadBps: upload,
    downloadBps: download,
  });
  const isZero = (pair: Directions<number> | undefined) =>
    pair === undefined || (pair.upload === 0 && pair.download === 0);
  const { max, limit, threshold, seconds, limitAt, priority } = read;
  if (isZero(max) && isZero(limit) && isZero(limitAt) && priority === defaultPriority) return undefined;
  return {
    max: speeds(max),
    burst: isZero(limit)
      ? undefined
      : {
          limit: speeds(limit),
          threshold: speeds(threshold),
          uploadSeconds: seconds.upload,
          downloadSeconds: seconds.download,
        },
    limitAt: limitAt === undefined ? undefined : speeds(limitAt),
    priority: priority === defaultPriority ? undefined : priority,
  };
}

/** What a limit does in one direction, with every default in its place. */
interface Effect {
  readonly maxBps: number;
  readonly limitAtBps: number;
  /** Zero without a burst; then threshold and time are zero too. */
  readonly burstBps: number;
  readonly thresholdBps: number;
  readonly burstSeconds: number;
}
type Effects = Directions<Effect> & { readonly priority: number };

function effectOf(rates: RateLimit | undefined, unsaidLimitAt: "rates" | "none"): Effects {
  const inDirection = (bps: keyof SpeedPair, seconds: "uploadSeconds" | "downloadSeconds"): Effect => {
    const maxBps = rates?.max[bps] ?? 0;
    const limitAtBps = rates?.limitAt?.[bps] ?? (unsaidLimitAt === "rates" ? maxBps : 0);
    const burst = rates?.burst;
    if (burst === undefined || burst.limit[bps] === 0 || burst.limit[bps] === maxBps) {
      return { maxBps, limitAtBps, burstBps: 0, thresholdBps: 0, burstSeconds: 0 };
    }
    return {
      maxBps,
      limitAtBps,
      burstBps: burst.limit[bps],
      thresholdBps: burst.threshold[bps],
      burstSeconds: burst[seconds],
    };
  };
  return {
    upload: inDirection("uploadBps", "uploadSeconds"),
    download: inDirection("downloadBps", "downloadSeconds"),
    priority: rates?.priority ?? defaultPriority,
  };
}

function sameEffects(a: Effects, b: Effects): boolean {
  const sameDirection = (one: Effect, other: Effect): boolean =>
    one.maxBps === other.maxBps &&
    one.limitAtBps === other.limitAtBps &&
    one.burstBps === other.burstBps &&
    one.thresholdBps === other.thresholdBps &&
    one.burstSeconds === other.burstSeconds;
  return a.priority === b.priority && sameDirection(a.upload, b.upload) && sameDirection(a.download, b.download);
}
