import type { IsolationWays } from "../../domain/access/books.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import type { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { AccessReader, AccessServices, RouterWriter } from "./access-link.js";
import type { AccessStore } from "./access-store.js";
import type { BrakeGate } from "./brake-gate.js";
import type { Accepted } from "./device-check.js";
import type { Pace } from "./pacer.js";
import type { WriteEvent } from "./perform.js";

export type ApplierEvent =
  | WriteEvent
  | { readonly kind: "trouble"; readonly error: OperationalError }
  | { readonly kind: "recovered" }
  | { readonly kind: "held"; readonly changes: number }
  /** A bug of ours. The applier goes on, and says so loudly. */
  | { readonly kind: "bug"; readonly error: unknown };

export interface ApplierDeps {
  readonly routerId: number;
  readonly routerName: string;
  readonly mode: "observe" | "enforce";
  readonly services: AccessServices;
  readonly isolation: IsolationWays;
  readonly reader: AccessReader & { identify(signal: AbortSignal): Promise<DeviceIdentity> };
  readonly writer: RouterWriter;
  readonly store: AccessStore;
  readonly acceptedIdentity: () => Accepted | undefined;
  /** The mode this router ran in before; `remember` keeps it for the next start. */
  readonly lastMode: { read(): "observe" | "enforce" | undefined; remember(mode: "observe" | "enforce"): void };
  readonly gate: BrakeGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pace?: Pace;
  /** How often the access tables are read whole. */
  readonly lookEveryMs?: number;
  /** Resolves when counters were read recently enough for sessions to be dropped. Never rejects. */
  readonly beforeDrop: (signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: ApplierEvent) => void;
}
