import type { ManagedLine } from "../../domain/access/books.js";
import type { Change } from "../../domain/access/changes.js";
import { OperationalError, RouterError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { RouterWrite, RouterWriter } from "./access-link.js";
import type { AccessStore, JournalIntent, LineFacts } from "./access-store.js";

/** The router said yes, and holds something else. */
export class NotHeld extends RouterError {}

/** The trouble is this object's alone: the router refused it, or its password cannot be opened. Others go on. */
export function isAboutItem(error: unknown): error is OperationalError {
  if (!(error instanceof OperationalError)) return false;
  return error instanceof NotHeld || error.code === "ROUTER_REFUSED" || error.code.startsWith("SECRET_");
}

/** How a write ended, for the log and for those who follow. */
export type WriteEvent =
  | { readonly kind: "sent"; readonly intent: JournalIntent }
  | { readonly kind: "settled"; readonly intent: JournalIntent }
  | { readonly kind: "refused"; readonly intent: JournalIntent; readonly message: string }
  | { readonly kind: "unknown"; readonly intent: JournalIntent; readonly message: string }
  | { readonly kind: "not-applied"; readonly intent: JournalIntent; readonly message: string };

export interface PerformDeps {
  readonly routerId: number;
  readonly writer: RouterWriter;
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly onWrite: (event: WriteEvent) => void;
  /** Who asked for what is written, for the journal; undefined where nobody did. */
  readonly by?: string | undefined;
}

/**
 * Journal entries whose write was answered with yes, in this process, with the version of the password that was in it. A
 * password can be told settled by nothing else.
 */
export type Answered = Map<number, number | undefined>;

/**
 * Writes one change: journaled before it is sent, and marked by how the router answered. A yes is not the end of it: the
 * entry settles when the next look finds the router holding it.
 *
 * Nothing may be awaited between the caller's last look at the books and this call: what darkens a line is decided on
 * the books of this very instant.
 *
 * @throws RouterError as {@link RouterWriter.write}, after the journal says what is known.
 */
export async function perform(
  deps: PerformDeps,
  intent: JournalIntent,
  write: RouterWrite,
  also: { readonly debt: { readonly owesCookies: boolean } | undefined; readonly facts: LineFacts },
  onAnswered: (journalId: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const { store, clock, writer, onWrite } = deps;
  const journalId = store.intend(intent, also.debt, also.facts, clock.nowMs());
  store.markSent(journalId, clock.nowMs());
  onWrite({ kind: "sent", intent });
  try {
    await writer.write(write, signal);
    onAnswered(journalId);
    return journalId;
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    const { code } = error;
    const message = (error instanceof RouterError ? error.routerMessage : undefined) ?? error.message;
    if (code === "ROUTER_REFUSED" || code === "ROUTER_NOT_PERMITTED") {
      store.end(journalId, "refused", message, clock.nowMs());
      onWrite({ kind: "refused", intent, message });
    } else if (code === "ROUTER_OUTCOME_UNKNOWN") {
      store.markUnknown(journalId, message, clock.nowMs());
      onWrite({ kind: "unknown", intent, message });
    } else {
      store.end(journalId, "not-applied", message, clock.nowMs());
      onWrite({ kind: "not-applied", intent, message });
    }
    throw error;
  }
}

/** At a start: an entry that was only intended when the last process ended was never sent. */
export function endUnsent({ store, routerId, clock }: Pick<PerformDeps, "store" | "routerId" | "clock">): void {
  for (const { id, state } of store.unsettled(routerId)) {
    if (state === "intended") store.end(id, "not-applied", "the daemon ended before it was sent", clock.nowMs());
  }
}

/** The journal's words for a change of a line or, without one, of a profile. */
export function intentOf(
  { routerId, by = "daemon" }: Pick<PerformDeps, "routerId" | "by">,
  change: Change,
  line: ManagedLine | undefined,
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>>,
): JournalIntent {
  return {
    routerId,
    lineId: line?.lineId,
    subscriptionId: line?.subscriptionId,
    kind: change.kind,
    name: change.name,
    why: change.why,
    effect: change.effect,
    by,
    before,
    after,
  };
}
