import type { ServerResponse } from "node:http";
import { z } from "zod";
import { formatId, parseId } from "../../../app/books/ids.js";
import type { EventFeed, EventSink } from "../../../app/events/event-feed.js";
import { kindsOf } from "../../../app/events/event-kinds.js";
import { toEventMessage, type EventLog, type EventMessage } from "../../../app/events/event-log.js";
import type { SiteCalendar } from "../../../domain/usage/site-calendar.js";
import { invalidRequest, RequestRefused, type RequestPart } from "../problem.js";
import { civilDate, idFilter, paging, routerFilter } from "../request-schemas.js";
import * as schemas from "../schemas-events.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

export interface EventDeps {
  readonly eventLog: Pick<EventLog, "list">;
  readonly eventFeed: Pick<EventFeed, "follow">;
  readonly calendar: Pick<SiteCalendar, "dayBounds">;
}

const tags = ["events"];

export function eventRoutes(app: ZodApp, { eventLog, eventFeed, calendar }: EventDeps): void {
  app.get(
    "/events",
    {
      config: { access: "viewer", deadlineMs: 0 },
      // A HEAD of it would never end.
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: "What happens, as it happens (server-sent events)",
        description:
          "`text/event-stream`: each event has its kind as `event`, its id as `id`, and an Event as JSON in `data`. A reader " +
          "that comes back with `Last-Event-ID` (browsers do by themselves), or with `after`, is given first what it has missed. " +
          "`events.lost` says that some of that is not kept any more: read the lists anew. A comment comes every 15 s.",
        headers: schemas.lastEventHeaders,
        querystring: z.strictObject({ after: schemas.eventIdFilter, kinds: schemas.kindsFilter }),
        response: {
          200: { description: "A stream without an end", content: { "text/event-stream": { schema: z.string() } } },
          ...problems,
        },
      },
    },
    async ({ query, headers }, reply) => {
      const last = headers["last-event-id"];
      const afterId =
        last === undefined || last === ""
          ? eventNumber("query", "after", query.after)
          : eventNumber("header", "last-event-id", last);
      const { raw } = reply;
      const subscription = eventFeed.follow({ afterId, kinds: query.kinds, sink: sinkOf(raw) });
      if (subscription === undefined) {
        void reply.header("retry-after", "10");
        throw new RequestRefused(
          "NOT_READY",
          503,
          "There are as many readers of events as there may be: try again later.",
        );
      }
      const { drained, close } = subscription;
      reply.hijack();
      raw.on("drain", drained);
      raw.on("close", close);
      raw.on("error", close);
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // A proxy that collects would hold events back.
        "x-accel-buffering": "no",
      });
      raw.write("retry: 3000\n\n");
      return reply as never;
    },
  );

  app.get(
    "/events/log",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What has happened in the last 14 days, as a list",
        description:
          "To follow without a stream: ask again with `after`, the id of the last event of the answer before. `from` and `to` " +
          "are civil dates of the site, both inclusive.",
        querystring: z.strictObject({
          ...paging,
          after: schemas.eventIdFilter,
          order: schemas.orderFilter,
          kinds: schemas.kindsFilter,
          subscription: idFilter("subscription"),
          customer: idFilter("customer"),
          router: routerFilter,
          from: civilDate,
          to: civilDate,
        }),
        response: { 200: schemas.eventList, ...problems },
      },
    },
    async ({ query }) => {
      const { limit, cursor, after, order, kinds, subscription, customer, router, from, to } = query;
      if (from !== undefined && to !== undefined && from > to) {
        throw invalidRequest([{ in: "query", field: "to", expected: "a date not before `from`" }]);
      }
      const filter = {
        kinds: kinds === undefined ? undefined : kindsOf(kinds),
        subscriptionId: subscription,
        customerId: customer,
        router,
        fromMs: from === undefined ? undefined : calendar.dayBounds(from).startMs,
        toMs: to === undefined ? undefined : calendar.dayBounds(to).endMs,
        afterId: eventNumber("query", "after", after),
        newestFirst: order === "newest",
      };
      const { items, nextCursor } = eventLog.list(filter, { limit, cursor });
      return { items: items.map(toEventReply), nextCursor: nextCursor ?? null };
    },
  );
}

const toEventReply = (...[record]: Parameters<typeof toEventMessage>): z.output<typeof schemas.event> => {
  const { detail, ...message } = toEventMessage(record);
  return { ...message, detail: detail === null ? null : { ...detail } };
};

function eventNumber(part: RequestPart, field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const id = parseId("event", text);
  if (id === undefined) throw invalidRequest([{ in: part, field, expected: "the id of an event" }]);
  return id;
}

/** The text of an event, made once for all who are given it. */
const frames = new WeakMap<EventMessage, string>();

function frameOf(message: EventMessage): string {
  let frame = frames.get(message);
  if (frame === undefined) {
    frame = `id: ${message.id}\nevent: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`;
    frames.set(message, frame);
  }
  return frame;
}

const lostWords = {
  "older-than-kept": "events after the last one that you have seen are not kept any more",
  "not-of-these-books": "the last event that you have seen is none of these books: they were put back from a backup",
} as const;

function sinkOf(raw: ServerResponse): EventSink {
  return {
    events: (messages) => raw.write(messages.map(frameOf).join("")),
    lost: (why) => raw.write(`event: events.lost\ndata: ${JSON.stringify({ why, words: lostWords[why] })}\n\n`),
    // The id moves a reader's place on, also past events that it did not ask for.
    heartbeat: (id) => raw.write(`: ronda\nid: ${formatId("event", id)}\n\n`),
    end(why) {
      if (why === "too-slow") raw.destroy();
      else raw.end();
    },
  };
}
