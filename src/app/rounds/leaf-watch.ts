import { staticLeafNames } from "../../domain/usage/leaf-queue.js";
import type { Clock, RouterReader } from "../ports.js";

/** The leaf queues as the shape of all queues last showed them. */
export interface Leaves {
  readonly names: ReadonlySet<string>;
  /**
   * Those whose counters began at zero since they were last read: made since, or the router rebooted. Taken out by who
   * accounts them. The others may bring along a counter that was booked under another name or target.
   */
  readonly fresh: Set<string>;
}

/** Reads the shape of a router's queues now and then, and tells which leaves are new ones. */
export class LeafWatch {
  private readonly reader: Pick<RouterReader, "queueShapes">;
  private readonly clock: Clock;
  private readonly everyMs: number;
  private known:
    (Leaves & { readonly ids: ReadonlySet<string> | undefined; readonly readAtMonoMs: number }) | undefined;
  private isNewBoot = false;

  constructor(reader: Pick<RouterReader, "queueShapes">, clock: Clock, everyMs: number) {
    this.reader = reader;
    this.clock = clock;
    this.everyMs = everyMs;
  }

  /** The router rebooted for certain: every counter began at zero. */
  noteReboot(): void {
    this.known = undefined;
    this.isNewBoot = true;
  }

  /** Another device may answer from now on. */
  forget(): void {
    this.known = undefined;
    this.isNewBoot = false;
  }

  async read(signal: AbortSignal): Promise<Leaves> {
    const { known } = this;
    if (known !== undefined && this.clock.monotonicMs() - known.readAtMonoMs < this.everyMs) return known;
    const { rows, unreadable } = await this.reader.queueShapes(signal);
    // A row that will not parse may be anybody's parent, or a leaf that would look new next time.
    if (unreadable.length > 0 && known !== undefined) return known;
    const names = staticLeafNames(rows);
    const fresh = new Set<string>();
    for (const { id, name } of rows) {
      const isNew = this.isNewBoot || known?.ids?.has(id) === false || known?.fresh.has(name) === true;
      if (isNew && names.has(name)) fresh.add(name);
    }
    const ids = unreadable.length > 0 ? undefined : new Set(rows.map(({ id }) => id));
    this.known = { names, fresh, ids, readAtMonoMs: this.clock.monotonicMs() };
    this.isNewBoot = false;
    return this.known;
  }
}
