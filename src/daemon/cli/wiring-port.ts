import type { Logger } from "pino";
import type { Restored } from "../../adapters/sqlite/restore.js";
import type { BrakePreviewView } from "../../adapters/http/replies-runs.js";
import type { Adoption } from "../../app/adopt/adoption.js";
import type { RunReport, RunRequest } from "../../app/billing/run.js";
import type { Auth } from "../../app/auth/auth.js";
import type { DoctorBooks, DoctorFacts } from "../../app/doctor.js";
import type { NtpState } from "../../app/clock/clock-sense.js";
import type { ClockMemory } from "../../app/clock/clock-store.js";
import type { OperationalError } from "../../app/errors.js";
import type { ClockDoubtReason } from "../../domain/billing/clock-doubt.js";
import type { Difference } from "../../domain/access/changes.js";
import type { ConfigDiff } from "../config-diff.js";
import type { RondaConfig, RouterConfig } from "../config.js";

/** What the command line needs from the composed program. `wiring.ts` provides it; tests provide their own. */
export interface CliWiring {
  /** Opens the store, the API and the rounds. Throws an OperationalError when it cannot; then nothing is left behind. */
  startDaemon(options: { readonly config: RondaConfig; readonly log: Logger }): Promise<RunningDaemon>;
  /** The same against two embedded simulated routers and a database that is deleted at the end. */
  startDemo(options: { readonly httpPort: number; readonly log: Logger }): Promise<RunningDaemon>;
  /** Takes the device that answers now as the one that `name` means from now on. */
  acceptRouter(config: RondaConfig, name: string): Promise<AcceptedDevice>;
  /**
   * Tells the books that the router `oldName` is called `newName` in routers.yaml. Where a reload has opened books under
   * the new name, they go: when nothing of them would be missed, or when `discardNewBooks` says so.
   */
  renameRouter(config: RondaConfig, oldName: string, newName: string, discardNewBooks: boolean): Promise<void>;
  readDoctorFacts(router: RouterConfig, signal: AbortSignal): Promise<DoctorFacts>;
  /** Undefined when there is no database yet, or it cannot be read now. Never creates one. */
  readDoctorBooks(config: RondaConfig, routerName: string): Promise<DoctorBooks | undefined>;
  /**
   * Lets `work` adopt on the books and the routers of this configuration, beside a running daemon or without one. When not
   * `isWriting`, the database is not written to, nor made.
   */
  withAdoption<T>(
    config: RondaConfig,
    isWriting: boolean,
    work: (adoption: Adoption, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** What would change on a router. Writes nothing. */
  compareRouter(config: RondaConfig, router: RouterConfig): Promise<ComparedRouter>;
  /** Lets `work` run billing on the books of this configuration, beside a running daemon or without one. */
  withBilling<T>(config: RondaConfig, isWriting: boolean, work: (books: BillingBooks) => Promise<T>): Promise<T>;
  /** Lets `work` change or read who may in, beside a running daemon or without one. */
  withAuth<T>(config: RondaConfig, isWriting: boolean, work: (auth: Auth) => Promise<T>): Promise<T>;
  /** Whether anybody has to sign in; undefined where there are no books that could be read. Writes nothing. */
  knowsAnybody(config: RondaConfig): Promise<boolean | undefined>;
  /** What a person types in the terminal without it being shown. */
  askSecret(prompt: string): Promise<string>;
  /** The first line of standard input. */
  readInputLine(): Promise<string>;
  /** Copies the books into `file`, beside a running daemon or without one. */
  backupBooks(config: RondaConfig, file: string, isForced: boolean): Promise<{ readonly bytes: number }>;
  /** Puts `file` in the place of the books, or with `isDry` only looks at it. */
  restoreBooks(config: RondaConfig, file: string, isDry: boolean): Promise<Restored>;
  /** How the clock stands, by the books and the machine; undefined where there are no books yet. Writes nothing. */
  readClock(config: RondaConfig): Promise<ClockReport | undefined>;
  /** A person says that the machine's clock is right and the books are complete. */
  vouchClock(config: RondaConfig): Promise<void>;
  startSimulator(options: SimulatorOptions): Promise<RunningSimulator>;
}

export interface RunningDaemon {
  /** Where the API listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes over a changed configuration; called only when `diff.needsRestart` is empty. */
  apply(config: RondaConfig, diff: ConfigDiff): Promise<void>;
  /** Finishes the step in hand and releases everything. Idempotent. */
  stop(): Promise<void>;
  /** Rejects when the daemon cannot go on by itself; never resolves. */
  readonly died: Promise<never>;
}

export interface BillingBooks {
  run(request: RunRequest): Promise<RunReport>;
  /** What the brakes would say if these subscriptions went dark now; changes nothing. */
  previewBrake(subscriptionIds: readonly number[]): BrakePreviewView;
}

export type ComparedRouter =
  | {
      readonly difference: Difference;
      /** Managed lines of the router. */
      readonly lineCount: number;
      /** Whose each line is. */
      readonly customers: ReadonlyMap<number, string>;
    }
  /** It could not be read. */
  | { readonly error: OperationalError };

/** What the books and the machine say of the clock. */
export interface ClockReport extends ClockMemory {
  /** What the machine's clock shows. */
  readonly shownMs: number;
  readonly ntp: NtpState;
  /** Why the daemon doubts it, or did when it last ran; undefined when it does not. */
  readonly reason: ClockDoubtReason | undefined;
}

/** How a device is told apart: the software-id and serial number before and after. */
export interface AcceptedDevice {
  readonly before: { readonly softwareId: string | undefined; readonly serialNumber: string | undefined } | undefined;
  readonly after: { readonly softwareId: string | undefined; readonly serialNumber: string | undefined };
}

export interface SimulatorOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** `6.49`, `7.16` or `7.24`. */
  readonly version: string;
  readonly username: string;
  readonly password: string;
  readonly lineCount: number;
  /** The same seed gives the same story. */
  readonly seed: number;
}

export interface RunningSimulator {
  readonly port: number;
  stop(): Promise<void>;
}
