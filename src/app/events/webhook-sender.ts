import { formatId } from "../books/ids.js";
import type { SecretBox } from "../books/secret-box.js";
import { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import { toEventMessage, type EventLog } from "./event-log.js";
import type { DeliveryRecord, Outbox, TryOutcome, WebhookPost } from "./webhook-records.js";

export interface WebhookSenderDeps {
  readonly outbox: Outbox;
  readonly log: Pick<EventLog, "event">;
  readonly post: WebhookPost;
  readonly secretBox: Pick<SecretBox, "open">;
  readonly clock: Clock;
  /** [0, 1): spreads tries, so that many deliveries do not meet a receiver that comes back at one instant. */
  readonly random: () => number;
  /** Told of an error of the store; the webhook is tried again after a pause. */
  readonly onError: (error: unknown) => void;
  readonly onOff: (webhook: { readonly webhookId: string; readonly error: string }) => void;
}

/** First pause after a failure; each following one is twice as long, up to the longest. */
const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
/** As long as a delivery is tried. */
export const deliverWithinMs = 24 * 3_600_000;
/** A webhook of which every try has failed for so long is switched off. */
export const failingUntilOffMs = 3 * 24 * 3_600_000;
const storePauseMs = 60_000;

interface Lane {
  readonly webhookId: number;
  /** Tries that failed in a row; the head's own count after a restart. */
  failures: number;
  inFlight: Promise<void> | undefined;
  cancelWait: (() => void) | undefined;
}

/**
 * Empties the outbox: per webhook one request at a time in the order of events, several webhooks side by side. A failure
 * holds the whole row of its webhook, with growing pauses; what has waited for 24 h is then given up. Sent at least once: a
 * kill between the answer and the note of it sends again, with the same body and ids.
 */
export class WebhookSender {
  private readonly deps: WebhookSenderDeps;
  private readonly lanes = new Map<number, Lane>();
  private readonly stopping = new AbortController();

  constructor(deps: WebhookSenderDeps) {
    this.deps = deps;
  }

  /** Looks at the whole outbox: at the start, and when people have changed something. */
  lookAgain(): void {
    this.deps.outbox.rewind();
    this.wake();
  }

  /** There are new events. Cheap without webhooks. */
  wake(): void {
    if (this.stopping.signal.aborted) return;
    const { outbox, clock, onError } = this.deps;
    try {
      outbox.takeUp(Math.floor(clock.nowMs()));
      for (const webhookId of outbox.active()) this.turn(this.laneOf(webhookId));
    } catch (error) {
      onError(error);
    }
  }

  /** Cuts what is in flight; it is sent again at the next start. Settles when nobody is on the line any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const { cancelWait } of this.lanes.values()) cancelWait?.();
    await Promise.all([...this.lanes.values()].flatMap(({ inFlight }) => inFlight ?? []));
  }

  private laneOf(webhookId: number): Lane {
    let lane = this.lanes.get(webhookId);
    if (lane === undefined) {
      lane = { webhookId, failures: 0, inFlight: undefined, cancelWait: undefined };
      this.lanes.set(webhookId, lane);
    }
    return lane;
  }

  private turn(lane: Lane): void {
    if (lane.inFlight !== undefined || this.stopping.signal.aborted) return;
    lane.cancelWait?.();
    lane.cancelWait = undefined;
    const { outbox, clock, onError } = this.deps;
    let waitMs: number;
    try {
      const head = outbox.head(lane.webhookId);
      if (head === undefined) return void this.lanes.delete(lane.webhookId);
      waitMs = head.nextTryAtMs - clock.nowMs();
      // A pause that is longer than any that we make was written under another clock.
      if (waitMs <= 0 || waitMs > 2 * longestPauseMs) {
        if (lane.failures === 0) lane.failures = head.attempts;
        lane.inFlight = this.send(lane, head).then((pauseMs) => {
          lane.inFlight = undefined;
          if (pauseMs === undefined) this.turn(lane);
          else this.waitFor(lane, pauseMs);
        });
        return;
      }
    } catch (error) {
      onError(error);
      waitMs = storePauseMs;
    }
    this.waitFor(lane, waitMs);
  }

  private waitFor(lane: Lane, ms: number): void {
    if (this.stopping.signal.aborted) return;
    lane.cancelWait = this.deps.clock.after(ms, () => this.turn(lane));
  }

  /** One try. Never rejects. @returns a pause after trouble of our own. */
  private async send(lane: Lane, head: DeliveryRecord): Promise<number | undefined> {
    const { outbox, post, clock, onError } = this.deps;
    const { signal } = this.stopping;
    try {
      const prepared = this.prepare(head);
      if (prepared === undefined) return undefined;
      const outcome = "error" in prepared ? prepared : await post({ ...prepared, signal });
      // Nobody knows how a try went that we cut ourselves.
      if (signal.aborted) return undefined;
      const atMs = Math.floor(clock.nowMs());
      if (outcome.error === undefined) {
        outbox.noteDelivered(head, outcome, atMs);
        lane.failures = 0;
      } else {
        this.noteFailure(lane, head, { status: outcome.status, error: outcome.error }, atMs);
      }
      return undefined;
    } catch (error) {
      onError(error);
      return storePauseMs;
    }
  }

  /** What is sent; a refusal of our own; or undefined when there is nothing to send any more. */
  private prepare(head: DeliveryRecord): Omit<Parameters<WebhookPost>[0], "signal"> | TryOutcome | undefined {
    const { outbox, log, secretBox, clock } = this.deps;
    let { body } = head;
    if (body === undefined) {
      const event = log.event(head.eventId);
      if (event === undefined) {
        outbox.giveUpWithoutEvent(head.id, Math.floor(clock.nowMs()));
        return undefined;
      }
      body = JSON.stringify(toEventMessage(event));
      outbox.keepBody(head.id, body);
    }
    const target = outbox.target(head.webhookId);
    if (target === undefined) return undefined;
    try {
      const secret = secretBox.open(target.sealedSecret);
      const ids = { eventId: formatId("event", head.eventId), deliveryId: formatId("delivery", head.id) };
      return { url: target.url, secret, body, ...ids };
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      return { status: undefined, error: `the secret cannot be opened (${error.code})` };
    }
  }

  private noteFailure(lane: Lane, head: DeliveryRecord, outcome: TryOutcome, atMs: number): void {
    const { outbox, random, onOff } = this.deps;
    const failingSinceMs = outbox.noteFailed(head, outcome, atMs);
    lane.failures += 1;
    if (atMs - failingSinceMs >= failingUntilOffMs) {
      outbox.switchOff(head.webhookId, atMs);
      onOff({ webhookId: formatId("webhook", head.webhookId), error: outcome.error ?? "" });
      return;
    }
    outbox.giveUp(head.webhookId, atMs - deliverWithinMs, atMs);
    outbox.defer(head.webhookId, atMs + pauseAfter(lane.failures, random()));
  }
}

/** Twice as long each time, less up to a quarter. */
function pauseAfter(failures: number, random: number): number {
  const wholeMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(wholeMs * (1 - random / 4));
}
