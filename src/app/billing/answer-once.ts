/** A request that moves money is carried out once, however often it is sent: what was answered is answered again. */
import { refuse } from "../books/desk.js";
import type { BillingDesk } from "./desk.js";
import type { KeptReply, KeyUse } from "./records.js";

export interface Answer extends KeptReply {
  /** Whether this is the answer to an earlier sending. */
  readonly isRepeated: boolean;
}

/**
 * Answers as the key was answered before, or does `work` and keeps what it answers, in the same commit: there is no moment
 * at which one is on the disk without the other. Work that throws is undone and keeps no key, so the same request may be
 * sent again.
 * @throws OperationalError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_FLIGHT`, and what `work` throws.
 */
export function answerOnce(desk: BillingDesk, use: KeyUse, work: () => KeptReply): Answer {
  const kept = takeKey(desk, use);
  return kept === undefined ? keepReply(desk, use.key, work()) : { ...kept, isRepeated: true };
}

/**
 * For work that has to wait for something outside: takes the key in a commit of its own, so that the same request is refused
 * meanwhile. Undefined: go on, and end it by `keepReply` (in the commit of the work) or `dropKey`. Otherwise the answer.
 * @throws OperationalError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_FLIGHT`.
 */
export function takeKey({ tx, atMs }: BillingDesk, use: KeyUse): KeptReply | undefined {
  const known = tx.key(use.key);
  if (known === undefined) {
    tx.takeKey(use, atMs);
    return undefined;
  }
  if (known.route !== use.route || known.bodyHash !== use.bodyHash) {
    refuse(
      "IDEMPOTENCY_KEY_REUSED",
      `this Idempotency-Key was used for another request (${known.route}): make a new one`,
    );
  }
  return (
    known.reply ?? refuse("IDEMPOTENCY_IN_FLIGHT", "the same request is being worked on: send it again in a second")
  );
}

/** Ends what `takeKey` began. */
export function keepReply({ tx, atMs }: BillingDesk, key: string, reply: KeptReply): Answer {
  tx.keepReply(key, reply, atMs);
  // As it was kept: a repeated answer shows the same.
  return { ...(tx.key(key)?.reply ?? reply), isRepeated: false };
}

/** The work came to nothing, and changed nothing: the key is free again. */
export function dropKey({ tx }: BillingDesk, key: string): void {
  tx.dropKey(key);
}

/** At the start of the daemon, before anything is asked of it. How many there were. */
export function dropKeysInFlight({ tx }: BillingDesk): number {
  return tx.dropKeysInFlight();
}
