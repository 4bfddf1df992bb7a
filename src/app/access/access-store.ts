/** The books as the applier sees them. Everything here commits with `synchronous=FULL`. */
import type { AccessBooks, Debt, IsolationWays, ManagedLine } from "../../domain/access/books.js";
import type { Effect } from "../../domain/access/changes.js";
import type { OpenBrake, PendingDark } from "../../domain/access/brake.js";

export type JournalState =
  /** Committed, not sent. After a crash: it never was. */
  | "intended"
  /** Handed to the socket. */
  | "sent"
  /** Read back: the router holds it. */
  | "settled"
  /** The router said no; nothing changed. */
  | "refused"
  /** Sent, and the reply was lost; the next look decides. */
  | "unknown"
  /** It was never sent, or the next look showed that it did not take effect. */
  | "not-applied";

/** What is about to be written. Never a password: `fields` of a password say `***`. */
export interface JournalIntent {
  readonly routerId: number;
  readonly lineId: number | undefined;
  readonly subscriptionId: number | undefined;
  /** The change's kind, such as `set-secret`. */
  readonly kind: string;
  /** The object's name on the router. */
  readonly name: string;
  readonly why: string;
  readonly effect: Effect;
  /** Who caused it: `daemon`, or the actor of the change in the books. */
  readonly by: string;
  readonly before: Readonly<Record<string, string>> | undefined;
  readonly after: Readonly<Record<string, string>>;
}

export interface JournalEntry extends JournalIntent {
  readonly id: number;
  readonly state: JournalState;
  readonly intendedAtMs: number;
  readonly sentAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  /** The router's own words, or what went wrong. */
  readonly message: string | undefined;
}

/** What a settled look tells about a line, to be remembered. Undefined leaves as is. */
export interface LineFacts {
  readonly isDark?: boolean;
  readonly disabledByUs?: boolean;
  readonly presence?: "to-create" | "expected";
  readonly password?: "written";
  readonly verifiedProfile?: string;
  readonly byHand?: "unasked" | "keep" | "repair";
  readonly lastSeen?: ManagedLine["lastSeen"];
}

export interface AccessStore {
  accessBooks(routerId: number, isolation: IsolationWays): AccessBooks;
  /** As of now; undefined when the line belongs to nobody (any more). */
  managedLine(lineId: number): ManagedLine | undefined;
  /** The same of many, by line id and by two statements; those that belong to nobody are left out. */
  managedLines(lineIds: readonly number[]): ReadonlyMap<number, ManagedLine>;
  /** The clear password of a line, and its version; undefined when none is known. Only for the write that follows at once. */
  password(lineId: number): { readonly text: string; readonly version: number } | undefined;

  /**
   * Writes down what is about to be sent, together with the debt it makes and what a crash after sending must not
   * forget (`facts`). The debt is a release's when the intent's effect is `lights`. Returns the journal id.
   */
  intend(
    intent: JournalIntent,
    debt: { readonly owesCookies: boolean } | undefined,
    facts: LineFacts,
    atMs: number,
  ): number;
  markSent(journalId: number, atMs: number): void;
  /** Read back as right. `uptimeMs` dates the debt, if there is one. */
  settle(
    journalId: number,
    settled: {
      readonly uptimeMs: number | undefined;
      readonly passwordVersion: number | undefined;
      readonly facts: LineFacts;
    },
    atMs: number,
  ): void;
  /** The router said no, or the write was not applied: its debt goes. */
  end(journalId: number, state: "refused" | "not-applied", message: string, atMs: number): void;
  markUnknown(journalId: number, message: string, atMs: number): void;
  /** Entries that are `intended`, `sent` or `unknown`. */
  unsettled(routerId: number): readonly JournalEntry[];

  debts(routerId: number): readonly Debt[];
  debtsOf(lineId: number): readonly Debt[];
  cookiesGone(debtId: number): void;
  payDebt(debtId: number, atMs: number): void;
  /** What a look showed without a write, for many lines in one commit. */
  noteFacts(facts: ReadonlyMap<number, LineFacts>): void;

  /** What should be dark by the books and is not yet, on every router; and what went dark in the last 24 hours. */
  pendingDark(): readonly PendingDark[];
  /** On which routers these subscriptions have lines that are not dark; in any state of the books. */
  litOf(subscriptionIds: readonly number[]): readonly PendingDark[];
  /** Subscriptions by router that could be lit: active or isolated ones. */
  countActive(): ReadonlyMap<number, number>;
  /** Distinct subscriptions whose lines were darkened since, less confirmed ones, per router. */
  darkenedSince(sinceMs: number): ReadonlyMap<number, ReadonlySet<number>>;
  /** @param confirmedSinceMs a person's word is good for so long: later it is a new matter. */
  openBrakes(confirmedSinceMs: number): readonly OpenBrake[];
  engageBrake(brake: Omit<OpenBrake, "id" | "confirmed">, atMs: number): number;
  listOnBrake(brakeId: number, subscriptionIds: readonly number[]): void;
  releaseBrake(brakeId: number, atMs: number): void;
}
