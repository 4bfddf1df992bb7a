/** Where events are sent to, and what was sent. */
import type { AuditEntry } from "../books/books-store.js";
import type { Page, PageRequest } from "../queries.js";

/** Why nothing is sent: a person said so, or every try had failed for three days. */
export type WebhookOff = "person" | "failing";

export interface WebhookRecord {
  readonly id: number;
  readonly url: string;
  /** Kinds and families; undefined for all. */
  readonly kinds: readonly string[] | undefined;
  readonly note: string | undefined;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly disabledAtMs: number | undefined;
  readonly disabledWhy: WebhookOff | undefined;
  readonly failingSinceMs: number | undefined;
  /** How many deliveries wait. */
  readonly waiting: number;
  readonly version: number;
}

export const deliveryStates = ["waiting", "delivered", "given-up"] as const;

export interface DeliveryRecord {
  readonly id: number;
  readonly webhookId: number;
  readonly eventId: number;
  readonly kind: string;
  readonly body: string | undefined;
  readonly state: (typeof deliveryStates)[number];
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly nextTryAtMs: number;
  readonly lastTryAtMs: number | undefined;
  readonly lastStatus: number | undefined;
  readonly lastError: string | undefined;
  readonly endedAtMs: number | undefined;
}

/** How a try went: answered (2xx is taken), or not at all. */
export interface TryOutcome {
  readonly status: number | undefined;
  /** Undefined when it was taken. */
  readonly error: string | undefined;
}

export interface WebhookStore {
  /** Everything inside is one commit, on the disk when it returns. */
  change<T>(work: () => T): T;
  /** Those that are not deleted, oldest first. */
  webhooks(): readonly WebhookRecord[];
  webhook(id: number): WebhookRecord | undefined;
  sealedSecret(id: number): string | undefined;
  add(webhook: Pick<WebhookRecord, "url" | "kinds" | "note">, sealedSecret: string, atMs: number, by: string): number;
  update(id: number, webhook: Pick<WebhookRecord, "url" | "kinds" | "note">, atMs: number): void;
  setSecret(id: number, sealedSecret: string, atMs: number): void;
  /** Undefined puts it on again; its failures are forgotten then. */
  setOff(id: number, why: WebhookOff | undefined, atMs: number): void;
  /** What waits for it is given up. */
  remove(id: number, atMs: number): void;
  audit(entry: AuditEntry): void;

  deliveries(
    webhookId: number,
    filter: { readonly state?: DeliveryRecord["state"] | undefined },
    page: PageRequest,
  ): Page<DeliveryRecord>;
  delivery(id: number): DeliveryRecord | undefined;
  /** It waits again, from now on, in the place of its event. */
  replay(id: number, atMs: number): void;
}

/** What the sender needs of the store; small commits that need not be on the disk when they return: a lost one sends again. */
export interface Outbox {
  /** Dates what triggers have put there since, by our clock. @returns whether there was any. */
  takeUp(atMs: number): boolean;
  /** Webhooks that are on. */
  active(): readonly number[];
  /** The oldest event that waits for a webhook which is on; found without a walk over all that has ended or waits. */
  head(webhookId: number): DeliveryRecord | undefined;
  /** Something older may wait again: a replay, a webhook that was put on. */
  rewind(): void;
  target(webhookId: number): { readonly url: string; readonly sealedSecret: string } | undefined;
  /** Made once, and sent again as it is. */
  keepBody(deliveryId: number, body: string): void;
  noteDelivered(delivery: DeliveryRecord, outcome: TryOutcome, atMs: number): void;
  /** @returns since when every try has failed. */
  noteFailed(delivery: DeliveryRecord, outcome: TryOutcome, atMs: number): number;
  /** @returns how many had waited since then or longer. */
  giveUp(webhookId: number, createdUntilMs: number, atMs: number): number;
  /** What is first in the row now is not tried before then. */
  defer(webhookId: number, untilMs: number): void;
  /** There will never be a body: its event is gone. */
  giveUpWithoutEvent(deliveryId: number, atMs: number): void;
  switchOff(webhookId: number, atMs: number): void;
}

/** Sends one signed request. Never rejects; settles soon after `signal` aborts. */
export interface WebhookPost {
  (request: {
    readonly url: string;
    readonly secret: string;
    readonly body: string;
    readonly eventId: string;
    readonly deliveryId: string;
    readonly signal: AbortSignal;
  }): Promise<TryOutcome>;
}
