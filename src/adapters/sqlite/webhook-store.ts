import type {
  DeliveryRecord,
  Outbox,
  WebhookOff,
  WebhookRecord,
  WebhookStore,
} from "../../app/events/webhook-records.js";
import { createFullCommit } from "./full-commit.js";
import type { Sqlite } from "./open.js";
import { Conditions, readPage } from "./read-page.js";
import { createStatements } from "./statements.js";

interface WebhookRow {
  readonly id: number;
  readonly url: string;
  readonly kinds: string | null;
  readonly note: string | null;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly disabled_at_ms: number | null;
  readonly disabled_why: WebhookOff | null;
  readonly failing_since_ms: number | null;
  readonly waiting: number;
  readonly version: number;
}

interface DeliveryRow {
  readonly id: number;
  readonly webhook_id: number;
  readonly event_id: number;
  readonly kind: string;
  readonly body: string | null;
  readonly state: DeliveryRecord["state"];
  readonly attempts: number;
  readonly created_at_ms: number;
  readonly next_try_at_ms: number;
  readonly last_try_at_ms: number | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly ended_at_ms: number | null;
}

/** Over the rows that wait, however many have ended. */
const selectWebhooks = `
  select w.*, (select count(*) from webhook_deliveries d indexed by webhook_deliveries_due
                where d.state = 'waiting' and d.webhook_id = w.id) as waiting
    from webhooks w where w.deleted_at_ms is null`;

export function createWebhookStore(db: Sqlite): WebhookStore {
  const statements = createStatements(db);
  const change = createFullCommit(db);
  const all = db.prepare<[], WebhookRow>(`${selectWebhooks} order by w.id`);
  const one = db.prepare<[number], WebhookRow>(`${selectWebhooks} and w.id = ?`);
  const secret = db
    .prepare<[number], string>("select sealed_secret from webhooks where id = ? and deleted_at_ms is null")
    .pluck();
  const insert = db.prepare(
    `insert into webhooks (url, kinds, note, sealed_secret, created_at_ms, created_by, updated_at_ms)
     values (:url, :kinds, :note, :sealed, :atMs, :by, :atMs)`,
  );
  const touch = (what: string) =>
    db.prepare(`update webhooks set ${what}, updated_at_ms = :atMs, version = version + 1 where id = :id`);
  const update = touch("url = :url, kinds = :kinds, note = :note");
  const setSecret = touch("sealed_secret = :sealed");
  const switchOff = touch("disabled_at_ms = :atMs, disabled_why = :why");
  const switchOn = touch("disabled_at_ms = null, disabled_why = null, failing_since_ms = null");
  // Whoever puts it on again has mended something: nothing waits for a pause of before.
  const dueNow = db.prepare(
    "update webhook_deliveries set next_try_at_ms = :atMs, attempts = 0 where webhook_id = :id and state = 'waiting'",
  );
  const remove = touch("deleted_at_ms = :atMs");
  const giveUpAll = db.prepare(
    `update webhook_deliveries set state = 'given-up', ended_at_ms = :atMs, last_error = 'the webhook was deleted'
      where webhook_id = :id and state = 'waiting'`,
  );
  const audit = db.prepare(
    `insert into audit (at_ms, by, action, subject_kind, subject_id, before, after)
     values (:atMs, :by, :action, :kind, :id, :before, :after)`,
  );
  const delivery = db.prepare<[number], DeliveryRow>("select * from webhook_deliveries where id = ?");
  const replay = db.prepare(
    `update webhook_deliveries set state = 'waiting', ended_at_ms = null, attempts = 0, created_at_ms = :atMs,
       next_try_at_ms = :atMs where id = :id and state <> 'waiting'`,
  );
  const columns = ({ url, kinds, note }: Pick<WebhookRecord, "url" | "kinds" | "note">) => ({
    url,
    kinds: kinds === undefined ? null : JSON.stringify(kinds),
    note: note ?? null,
  });

  return {
    change,
    webhooks: () => all.all().map(toWebhook),
    webhook(id) {
      const row = one.get(id);
      return row === undefined ? undefined : toWebhook(row);
    },
    sealedSecret: (id) => secret.get(id),
    add: (webhook, sealed, atMs, by) => Number(insert.run({ ...columns(webhook), sealed, atMs, by }).lastInsertRowid),
    update: (id, webhook, atMs) => void update.run({ ...columns(webhook), id, atMs }),
    setSecret: (id, sealed, atMs) => void setSecret.run({ id, sealed, atMs }),
    setOff(id, why, atMs) {
      if (why !== undefined) return void switchOff.run({ id, why, atMs });
      switchOn.run({ id, atMs });
      dueNow.run({ id, atMs });
    },
    remove(id, atMs) {
      remove.run({ id, atMs });
      giveUpAll.run({ id, atMs });
    },
    audit: ({ subject, before, after, ...entry }) =>
      void audit.run({ ...entry, ...subject, before: asJson(before), after: asJson(after) }),
    deliveries(webhookId, { state }, page) {
      const conditions = new Conditions();
      conditions.where("webhook_id = ?", webhookId);
      if (state !== undefined) conditions.where("state = ?", state);
      const { items, nextCursor } = readPage<DeliveryRow>(
        statements,
        {
          select: "select * from webhook_deliveries",
          conditions,
          scope: JSON.stringify(["deliveries", webhookId, state]),
          key: ["event_id"],
          descending: true,
          keyOf: ({ event_id }) => [event_id],
        },
        page,
      );
      return { items: items.map(toDelivery), nextCursor };
    },
    delivery(id) {
      const row = delivery.get(id);
      return row === undefined ? undefined : toDelivery(row);
    },
    replay: (id, atMs) => void replay.run({ id, atMs }),
  };
}

export function createOutbox(db: Sqlite): Outbox {
  // 0 is what the trigger puts there. The event's own instant may be any: of a session, when it began.
  const takeUp = db.prepare(
    `update webhook_deliveries indexed by webhook_deliveries_due set created_at_ms = :atMs, next_try_at_ms = :atMs
      where state = 'waiting' and next_try_at_ms = 0`,
  );
  const active = db
    .prepare<[], number>("select id from webhooks where disabled_at_ms is null and deleted_at_ms is null order by id")
    .pluck();
  const newestEvent = db.prepare<[], number>("select seq from sqlite_sequence where name = 'events'").pluck();
  const head = db.prepare<[number, number], DeliveryRow>(
    `select * from webhook_deliveries indexed by webhook_deliveries_once
      where webhook_id = ? and event_id >= ? and state = 'waiting' order by event_id limit 1`,
  );
  const firstWaiting = db
    .prepare<[number], number | null>(
      `select min(event_id) from webhook_deliveries indexed by webhook_deliveries_due
        where state = 'waiting' and webhook_id = ?`,
    )
    .pluck();
  const target = db.prepare<[number], { url: string; sealedSecret: string }>(
    `select url, sealed_secret as sealedSecret from webhooks
      where id = ? and disabled_at_ms is null and deleted_at_ms is null`,
  );
  const keepBody = db.prepare("update webhook_deliveries set body = ? where id = ? and body is null");
  const tried = "attempts = attempts + 1, last_try_at_ms = :atMs, last_status = :status, last_error = :error";
  const delivered = db.prepare(
    `update webhook_deliveries set state = 'delivered', ended_at_ms = :atMs, ${tried} where id = :id and state = 'waiting'`,
  );
  const failed = db.prepare(`update webhook_deliveries set ${tried} where id = :id and state = 'waiting'`);
  const works = db.prepare("update webhooks set failing_since_ms = null where id = ? and failing_since_ms is not null");
  const fails = db
    .prepare<[{ id: number; atMs: number }], number>(
      "update webhooks set failing_since_ms = coalesce(failing_since_ms, :atMs) where id = :id returning failing_since_ms",
    )
    .pluck();
  const giveUp = db.prepare(
    `update webhook_deliveries indexed by webhook_deliveries_due set state = 'given-up', ended_at_ms = :atMs
      where state = 'waiting' and webhook_id = :webhookId and created_at_ms <= :untilMs and next_try_at_ms > 0`,
  );
  const withoutEvent = db.prepare(
    `update webhook_deliveries set state = 'given-up', ended_at_ms = :atMs,
       last_error = 'the event was deleted before it could be sent' where id = :id and state = 'waiting'`,
  );
  const defer = db.prepare("update webhook_deliveries set next_try_at_ms = ? where id = ?");
  const off = db.prepare(
    `update webhooks set disabled_at_ms = :atMs, disabled_why = 'failing', updated_at_ms = :atMs, version = version + 1
      where id = :id and disabled_at_ms is null`,
  );

  /** By webhook: nothing waits for an event before this one. */
  const searchFrom = new Map<number, number>();
  const headOf = (webhookId: number): DeliveryRecord | undefined => {
    const afterAll = (newestEvent.get() ?? 0) + 1;
    const fromId = searchFrom.get(webhookId) ?? firstWaiting.get(webhookId) ?? afterAll;
    const row = head.get(webhookId, fromId);
    searchFrom.set(webhookId, row?.event_id ?? afterAll);
    return row === undefined ? undefined : toDelivery(row);
  };
  const noteDelivered = db.transaction((delivery: DeliveryRecord, { status = null }: Noted, atMs: number) => {
    delivered.run({ id: delivery.id, atMs, status, error: null });
    works.run(delivery.webhookId);
  }).immediate;
  const noteFailed = db.transaction(
    (delivery: DeliveryRecord, { status = null, error = null }: Noted, atMs: number) => {
      failed.run({ id: delivery.id, atMs, status, error });
      return fails.get({ id: delivery.webhookId, atMs }) ?? atMs;
    },
  ).immediate;

  return {
    takeUp: (atMs) => takeUp.run({ atMs }).changes > 0,
    active: () => active.all(),
    head: (webhookId) => (target.get(webhookId) === undefined ? undefined : headOf(webhookId)),
    target: (webhookId) => target.get(webhookId),
    keepBody: (deliveryId, body) => void keepBody.run(body, deliveryId),
    rewind: () => searchFrom.clear(),
    noteDelivered,
    noteFailed,
    giveUp: (webhookId, createdUntilMs, atMs) => giveUp.run({ webhookId, untilMs: createdUntilMs, atMs }).changes,
    giveUpWithoutEvent: (id, atMs) => void withoutEvent.run({ id, atMs }),
    defer(webhookId, untilMs) {
      const first = headOf(webhookId);
      if (first !== undefined) defer.run(untilMs, first.id);
    },
    switchOff: (id, atMs) => void off.run({ id, atMs }),
  };
}

type Noted = { readonly status?: number | null | undefined; readonly error?: string | null | undefined };

const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

const toWebhook = (row: WebhookRow): WebhookRecord => ({
  id: row.id,
  url: row.url,
  kinds: row.kinds === null ? undefined : (JSON.parse(row.kinds) as string[]),
  note: row.note ?? undefined,
  createdAtMs: row.created_at_ms,
  createdBy: row.created_by,
  updatedAtMs: row.updated_at_ms,
  disabledAtMs: row.disabled_at_ms ?? undefined,
  disabledWhy: row.disabled_why ?? undefined,
  failingSinceMs: row.failing_since_ms ?? undefined,
  waiting: row.waiting,
  version: row.version,
});

const toDelivery = (row: DeliveryRow): DeliveryRecord => ({
  id: row.id,
  webhookId: row.webhook_id,
  eventId: row.event_id,
  kind: row.kind,
  body: row.body ?? undefined,
  state: row.state,
  attempts: row.attempts,
  createdAtMs: row.created_at_ms,
  nextTryAtMs: row.next_try_at_ms,
  lastTryAtMs: row.last_try_at_ms ?? undefined,
  lastStatus: row.last_status ?? undefined,
  lastError: row.last_error ?? undefined,
  endedAtMs: row.ended_at_ms ?? undefined,
});
