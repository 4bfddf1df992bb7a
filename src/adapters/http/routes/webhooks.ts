import { z } from "zod";
import { formatId } from "../../../app/books/ids.js";
import type { DeliveryRecord, WebhookRecord, WebhookStore } from "../../../app/events/webhook-records.js";
import { deliveryStates } from "../../../app/events/webhook-records.js";
import type { Webhooks } from "../../../app/events/webhooks.js";
import { actorOf } from "../access.js";
import { found, numberOf } from "../books-deps.js";
import { etagOf, ifMatchHeaders, optionalVersion, versionToMatch } from "../etag.js";
import { decodeOffset, encodeOffset } from "../offset-cursor.js";
import { toInstant } from "../replies.js";
import { idParams, nothing, paging, stateFilter } from "../request-schemas.js";
import * as schemas from "../schemas-events.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

export interface WebhookDeps {
  readonly webhooks: Webhooks;
  readonly webhookStore: Pick<WebhookStore, "webhooks" | "webhook" | "deliveries">;
}

const tags = ["webhooks"];
const deliveryParams = z.strictObject({ id: z.string(), deliveryId: z.string() });

export function webhookRoutes(app: ZodApp, { webhooks, webhookStore }: WebhookDeps): void {
  const read = (id: string): WebhookRecord => found("webhook", webhookStore.webhook(numberOf("webhook", id)));

  app.get(
    "/webhooks",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Where events are sent to",
        querystring: z.strictObject(paging),
        response: { 200: schemas.webhookList, ...problems },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const all = webhookStore.webhooks();
      const after = cursor === undefined ? undefined : decodeOffset("webhooks", cursor);
      const rest = after === undefined ? all : all.filter(({ id }) => id > Number(after));
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = last !== undefined && rest.length > limit ? encodeOffset("webhooks", String(last.id)) : null;
      return { items: items.map(toWebhookReply), nextCursor };
    },
  );

  app.post(
    "/webhooks",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Send events to an address",
        description:
          "Any http or https address that an admin names, on the LAN too; redirects are not followed. The `secret` signs what is " +
          "sent and is shown this once. What happened before is not sent.",
        querystring: nothing,
        body: schemas.newWebhook,
        response: { 201: schemas.webhookWithSecret, ...problems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { webhook, secret } = webhooks.create(actorOf(request), body);
      return reply
        .code(201)
        .header("location", `/api/v1/webhooks/${formatId("webhook", webhook.id)}`)
        .header("etag", etagOf(webhook.version))
        .send({ ...toWebhookReply(webhook), secret });
    },
  );

  app.get(
    "/webhooks/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "One webhook",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.webhook, ...problems },
      },
    },
    async ({ params }, reply) => {
      const webhook = read(params.id);
      return reply.header("etag", etagOf(webhook.version)).send(toWebhookReply(webhook));
    },
  );

  app.patch(
    "/webhooks/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Change a webhook",
        description: "What is not in the body stays, what is null goes. Kinds hold for what happens from now on.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: schemas.webhookPatch,
        response: { 200: schemas.webhook, ...problems },
      },
    },
    async (request, reply) => {
      const {
        params,
        headers,
        body: { url, kinds, note },
      } = request;
      const version = versionToMatch(headers);
      const patch = {
        ...(url === undefined ? {} : { url }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(note === undefined ? {} : { note }),
      };
      const webhook = webhooks.update(actorOf(request), numberOf("webhook", params.id), patch, version);
      return reply.header("etag", etagOf(webhook.version)).send(toWebhookReply(webhook));
    },
  );

  app.delete(
    "/webhooks/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Send no more to an address",
        description: "What waits for it is given up.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.webhook, ...problems },
      },
    },
    async (request) => {
      const { params, headers } = request;
      const webhook = read(params.id);
      webhooks.remove(actorOf(request), webhook.id, optionalVersion(headers));
      return toWebhookReply({ ...webhook, waiting: 0 });
    },
  );

  for (const [action, summary] of [
    ["enable", "Put it on again, also after Ronda had switched it off; what waits is tried at once"],
    ["disable", "Send nothing; what happens meanwhile is not sent later"],
  ] as const) {
    app.post(
      `/webhooks/:id/${action}`,
      {
        config: { access: "admin" },
        schema: {
          tags,
          summary,
          params: idParams,
          querystring: nothing,
          response: { 200: schemas.webhook, ...problems },
        },
      },
      async (request) => {
        const { params } = request;
        return toWebhookReply(webhooks[action](actorOf(request), numberOf("webhook", params.id)));
      },
    );
  }

  app.post(
    "/webhooks/:id/rotate-secret",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "A new secret; the old one signs nothing from now on",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.webhookWithSecret, ...problems },
      },
    },
    async (request) => {
      const { params } = request;
      const { webhook, secret } = webhooks.rotateSecret(actorOf(request), numberOf("webhook", params.id));
      return { ...toWebhookReply(webhook), secret };
    },
  );

  app.post(
    "/webhooks/:id/ping",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Send a `webhook.ping` now, and say how it went",
        description: "Waits for the answer, for 10 s at most. It is signed as events are, and stands in no log.",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.ping, ...problems },
      },
    },
    async ({ params }) => {
      const { status, error, tookMs } = await webhooks.ping(numberOf("webhook", params.id));
      return { delivered: error === undefined, status: status ?? null, error: error ?? null, tookMs };
    },
  );

  app.get(
    "/webhooks/:id/deliveries",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "What was sent to it and what waits, the newest event first",
        description: "Those that have ended are kept for 30 days.",
        params: idParams,
        querystring: z.strictObject({ ...paging, state: stateFilter(deliveryStates).optional() }),
        response: { 200: schemas.deliveryList, ...problems },
      },
    },
    async ({ params, query: { limit, cursor, state } }) => {
      const { id } = read(params.id);
      const { items, nextCursor } = webhookStore.deliveries(id, { state }, { limit, cursor });
      return { items: items.map(toDeliveryReply), nextCursor: nextCursor ?? null };
    },
  );

  app.post(
    "/webhooks/:id/deliveries/:deliveryId/replay",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Send one again, with the same body and ids",
        params: deliveryParams,
        querystring: nothing,
        response: { 202: schemas.delivery, ...problems },
      },
    },
    async (request, reply) => {
      const { params } = request;
      const id = numberOf("webhook", params.id);
      const delivery = webhooks.replay(actorOf(request), id, numberOf("delivery", params.deliveryId));
      return reply.code(202).send(toDeliveryReply(delivery));
    },
  );
}

const instantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));

function toWebhookReply(webhook: WebhookRecord): z.output<typeof schemas.webhook> {
  const { disabledWhy } = webhook;
  return {
    id: formatId("webhook", webhook.id),
    version: webhook.version,
    url: webhook.url,
    kinds: webhook.kinds === undefined ? null : [...webhook.kinds],
    note: webhook.note ?? null,
    state: disabledWhy === undefined ? "on" : disabledWhy === "person" ? "off" : "off-after-failing",
    offSince: instantOrNull(webhook.disabledAtMs),
    failingSince: instantOrNull(webhook.failingSinceMs),
    waiting: webhook.waiting,
    createdAt: toInstant(webhook.createdAtMs),
    createdBy: webhook.createdBy,
    updatedAt: toInstant(webhook.updatedAtMs),
  };
}

function toDeliveryReply(delivery: DeliveryRecord): z.output<typeof schemas.delivery> {
  return {
    id: formatId("delivery", delivery.id),
    eventId: formatId("event", delivery.eventId),
    kind: delivery.kind,
    state: delivery.state,
    attempts: delivery.attempts,
    createdAt: toInstant(delivery.createdAtMs),
    nextTryAt: delivery.state === "waiting" ? toInstant(delivery.nextTryAtMs) : null,
    lastTryAt: instantOrNull(delivery.lastTryAtMs),
    lastStatus: delivery.lastStatus ?? null,
    lastError: delivery.lastError ?? null,
    endedAt: instantOrNull(delivery.endedAtMs),
  };
}
