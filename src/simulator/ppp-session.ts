import { packetsOf, type EndReason, type RouterCore, type Traffic, type TrueSession } from "./core.js";
import type { Iface } from "./interfaces.js";
import { zeroCounters, type Counters, type StoredRow } from "./menu.js";

/** What a session took over from its secret and profile when it began; later edits do not reach it. */
export interface LoginSnapshot {
  readonly profileName: string;
  readonly addressList: string;
  readonly rateLimit: string;
  readonly onlyOne: boolean;
  readonly limitUploadBytes: number;
  readonly limitDownloadBytes: number;
  readonly sessionTimeoutSeconds: number;
}

/** One live PPP connection, as the customer's modem sees it: it can send, fall silent and hang up. */
export class PppSession {
  readonly kind = "session";
  readonly id: number;
  readonly name: string;
  readonly service: string;
  readonly mac: string;
  readonly address: string;
  readonly sessionId: string;
  readonly radius: boolean;
  readonly startedAtMs: number;
  readonly snapshot: LoginSnapshot;
  readonly iface: Iface;
  /** The true books of this session. */
  readonly truth: TrueSession;
  /** What the PPP service counted and the logout record will say. */
  account: Counters = zeroCounters();
  /** Set when the customer's side has died without a word. */
  carrierLost = false;
  /** Whatever was scheduled for this session; ended with it. */
  readonly timers = new Set<() => void>();
  addressListRow: StoredRow | undefined;
  queueRow: StoredRow | undefined;
  readonly #core: RouterCore;
  readonly #end: (session: PppSession, reason: EndReason) => void;

  constructor(
    core: RouterCore,
    facts: Pick<
      PppSession,
      "id" | "name" | "service" | "mac" | "address" | "sessionId" | "radius" | "snapshot" | "iface"
    >,
    end: (session: PppSession, reason: EndReason) => void,
  ) {
    this.#core = core;
    this.#end = end;
    this.id = facts.id;
    this.name = facts.name;
    this.service = facts.service;
    this.mac = facts.mac;
    this.address = facts.address;
    this.sessionId = facts.sessionId;
    this.radius = facts.radius;
    this.snapshot = facts.snapshot;
    this.iface = facts.iface;
    this.startedAtMs = core.world.nowMs;
    this.truth = {
      service: facts.service,
      name: facts.name,
      mac: facts.mac,
      address: facts.address,
      sessionId: facts.sessionId,
      interfaceName: facts.iface.name,
      boot: core.boot,
      startedAtMs: core.world.nowMs,
      endedAtMs: undefined,
      seconds: 0,
      uploadBytes: 0,
      downloadBytes: 0,
      interfaceUploadBytes: 0,
      interfaceDownloadBytes: 0,
      endReason: undefined,
      endedWhilePowered: undefined,
      logLine: undefined,
    };
  }

  get alive(): boolean {
    return this.truth.endedAtMs === undefined;
  }

  /** Whole seconds as `/ppp/active` and the logout record show them. */
  get uptimeSeconds(): number {
    return Math.floor(((this.truth.endedAtMs ?? this.#core.world.nowMs) - this.startedAtMs) / 1000);
  }

  /** Sends and receives now. Nothing happens on a line that is dead or silent; a byte limit may end it. */
  traffic(traffic: Traffic): void {
    if (!this.alive || this.carrierLost) return;
    const uploadBytes = traffic.uploadBytes ?? 0;
    const downloadBytes = traffic.downloadBytes ?? 0;
    const { uploadPackets, downloadPackets } = packetsOf(traffic);
    const overhead = this.#core.options.unsure.pppOverheadBytesPerPacket;
    addTo(this.account, uploadBytes, downloadBytes, uploadPackets, downloadPackets);
    const interfaceUpload = uploadBytes + overhead * uploadPackets;
    const interfaceDownload = downloadBytes + overhead * downloadPackets;
    addTo(this.iface.counters, interfaceUpload, interfaceDownload, uploadPackets, downloadPackets);
    if (this.queueRow !== undefined && !this.#core.fasttrack) {
      addTo(this.queueRow.counters, uploadBytes, downloadBytes, uploadPackets, downloadPackets);
    }
    this.truth.uploadBytes += uploadBytes;
    this.truth.downloadBytes += downloadBytes;
    this.truth.interfaceUploadBytes += interfaceUpload;
    this.truth.interfaceDownloadBytes += interfaceDownload;
    const { limitUploadBytes, limitDownloadBytes } = this.snapshot;
    if (
      (limitUploadBytes > 0 && this.account.uploadBytes >= limitUploadBytes) ||
      (limitDownloadBytes > 0 && this.account.downloadBytes >= limitDownloadBytes)
    ) {
      this.#end(this, "traffic-limit");
    }
  }

  /** The modem loses power or its cable: the row stays until the router has waited twice its keepalive. */
  loseCarrier(): void {
    if (!this.alive || this.carrierLost) return;
    this.carrierLost = true;
    const waitSeconds = this.#core.options.keepaliveTimeoutSeconds * 2;
    if (waitSeconds === 0) return;
    this.timers.add(this.#core.world.after(waitSeconds * 1000, () => this.#end(this, "carrier-lost")));
  }

  /** The customer hangs up, or whatever else `reason` says; a session that has ended stays as it is. */
  hangUp(reason: EndReason = "peer-request"): void {
    if (this.alive) this.#end(this, reason);
  }
}

function addTo(counters: Counters, up: number, down: number, upPackets: number, downPackets: number): void {
  counters.uploadBytes += up;
  counters.downloadBytes += down;
  counters.uploadPackets += upPackets;
  counters.downloadPackets += downPackets;
}
