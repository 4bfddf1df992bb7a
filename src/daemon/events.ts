import type { Logger } from "pino";
import { createEventLog } from "../adapters/sqlite/read-events.js";
import { createOutbox, createWebhookStore } from "../adapters/sqlite/webhook-store.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import { breathe } from "../adapters/system/event-loop.js";
import { createWebhookPost } from "../adapters/webhooks/post.js";
import { makeWebhookSecret } from "../adapters/webhooks/signature.js";
import type { SecretBox } from "../app/books/secret-box.js";
import { OperationalError } from "../app/errors.js";
import { EventFeed } from "../app/events/event-feed.js";
import { WebhookSender } from "../app/events/webhook-sender.js";
import { createWebhooks } from "../app/events/webhooks.js";
import type { Clock } from "../app/ports.js";
import type { PatrolEvent } from "../app/rounds/patrol.js";

export interface EventsDeps {
  readonly db: Sqlite;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
  readonly random: () => number;
  readonly version: string;
  readonly log: Pick<Logger, "warn" | "error">;
}

export type Events = ReturnType<typeof createEvents>;

/** What happened, for those who follow it: the live feed, the list, webhooks and their sender. */
export function createEvents({ db, clock, secretBox, random, version, log }: EventsDeps) {
  const eventLog = createEventLog(db);
  const webhookStore = createWebhookStore(db);
  const post = createWebhookPost({ clock, version });
  // Looked at twice a second: a disk that is gone is told once a minute.
  let saidAtMonoMs = Number.NEGATIVE_INFINITY;
  const onError = (error: unknown): void => {
    if (clock.monotonicMs() - saidAtMonoMs < 60_000) return;
    saidAtMonoMs = clock.monotonicMs();
    log.error({ err: error }, "events could not be read or noted");
  };
  const feed = new EventFeed({ log: eventLog, clock, breathe, onError });
  const sender = new WebhookSender({
    outbox: createOutbox(db),
    log: eventLog,
    post,
    secretBox,
    clock,
    random,
    onError,
    onOff: ({ webhookId, error }) =>
      log.warn({ webhookId, problem: error }, "a webhook has failed for three days and is switched off"),
  });
  /** The feed looks for the sender only while there is a webhook that is on. */
  let unwatch: (() => void) | undefined;
  let isStopped = false;
  const follow = (): void => {
    if (isStopped) return;
    const isWanted = webhookStore.webhooks().some(({ disabledAtMs }) => disabledAtMs === undefined);
    if (isWanted) unwatch ??= feed.watch(() => sender.wake());
    else {
      unwatch?.();
      unwatch = undefined;
    }
    sender.lookAgain();
  };
  const webhooks = createWebhooks({
    store: webhookStore,
    secretBox,
    makeSecret: makeWebhookSecret,
    post,
    clock,
    onChange: follow,
  });
  return {
    eventLog,
    feed,
    webhooks,
    webhookStore,
    /** Begins to send what waits. */
    start: follow,
    /** What a round says of its router: up and down are told, transitions only. */
    noteRound(routerId: number, event: PatrolEvent): void {
      const trouble = troubleOf(event);
      if (trouble === "none") return;
      try {
        eventLog.tellRouter({ routerId, atMs: clock.nowMs(), trouble });
      } catch (error) {
        onError(error);
      }
    },
    async stop(): Promise<void> {
      isStopped = true;
      unwatch?.();
      feed.stop();
      webhooks.stop();
      await sender.stop();
    },
  };
}

/** `none` for what says nothing about the router: our own disk, our own stop, our own bugs. */
function troubleOf(event: PatrolEvent): { code: string; message: string } | undefined | "none" {
  if (event.kind === "walked") return undefined;
  if (event.kind !== "failed" || !(event.error instanceof OperationalError)) return "none";
  const { code, message } = event.error;
  return code.startsWith("STORE_") || code === "ROUTER_CANCELLED" ? "none" : { code, message };
}
