import type { ChangeHub } from "./menu.js";
import type { LogRing } from "./log-ring.js";
import type { ResolvedOptions } from "./options.js";
import type { Personality } from "./personality.js";
import type { World } from "./world.js";

/** What every part of one simulated router shares. */
export interface RouterCore {
  readonly world: World;
  readonly personality: Personality;
  readonly options: ResolvedOptions;
  readonly hub: ChangeHub;
  readonly log: LogRing;
  /** Counts boots, from 1. */
  boot: number;
  powered: boolean;
  /** Virtual instant of the last boot. */
  bootedAtMs: number;
  /** How far the router's clock is ahead of the truth. */
  clockErrorMs: number;
  /** What the router believes the time is, epoch milliseconds. */
  readonly clockMs: number;
  readonly zoneOffsetMinutes: number;
  readonly dateForm: "us" | "iso";
  /** Whether traffic misses the simple queues. */
  fasttrack: boolean;
}

/** Bytes of one customer, from the customer's side. */
export interface Traffic {
  readonly uploadBytes?: number;
  readonly downloadBytes?: number;
  /** Default: one packet for every 1,000 bytes begun. */
  readonly uploadPackets?: number;
  readonly downloadPackets?: number;
}

export function packetsOf(traffic: Traffic): { uploadPackets: number; downloadPackets: number } {
  return {
    uploadPackets: traffic.uploadPackets ?? Math.ceil((traffic.uploadBytes ?? 0) / 1000),
    downloadPackets: traffic.downloadPackets ?? Math.ceil((traffic.downloadBytes ?? 0) / 1000),
  };
}

/** Why a session ended. */
export type EndReason =
  | "peer-request"
  | "admin"
  | "carrier-lost"
  | "session-timeout"
  | "idle-timeout"
  | "traffic-limit"
  | "replaced"
  | "reboot"
  | "power-cut";

/** The truth about one session, whatever anybody read or missed. Bytes are what the router itself counted. */
export interface TrueSession {
  readonly service: string;
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  readonly sessionId: string;
  readonly interfaceName: string;
  readonly boot: number;
  readonly startedAtMs: number;
  endedAtMs: number | undefined;
  /** Whole seconds as the router logs them; of a live session, so far. */
  seconds: number;
  uploadBytes: number;
  downloadBytes: number;
  /** What passed the session's interface, which may count more than the log (unsure fact). */
  interfaceUploadBytes: number;
  interfaceDownloadBytes: number;
  endReason: EndReason | undefined;
  /** False when the power failed under it, so that nothing was logged. */
  endedWhilePowered: boolean | undefined;
  /** The logout record, when one was written. */
  logLine: { readonly id: number; readonly boot: number } | undefined;
}
