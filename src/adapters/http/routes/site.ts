import { z } from "zod";
import type { SiteBilling } from "../../../app/billing/rules.js";
import type { ClockControl, ClockState } from "../../../app/clock/clock-sense.js";
import type { Clock } from "../../../app/ports.js";
import type { ReadModel } from "../../../app/queries.js";
import type { SiteCalendar } from "../../../domain/usage/site-calendar.js";
import { actorOf } from "../access.js";
import { languageOf } from "../language.js";
import { decodeOffset, encodeOffset } from "../offset-cursor.js";
import { toAttentionReply, toDate, toInstant } from "../replies.js";
import { toSiteBillingReply } from "../replies-runs.js";
import { nothing, paging } from "../request-schemas.js";
import * as schemas from "../schemas.js";
import type { SiteInfo, ZodApp } from "../server.js";

export function siteRoutes(
  app: ZodApp,
  deps: {
    readModel: ReadModel;
    site: SiteInfo;
    calendar: SiteCalendar;
    clock: Clock;
    clockSense: ClockControl;
    siteBilling: () => SiteBilling;
    version: string;
  },
): void {
  const { readModel, site, calendar, clock, clockSense, siteBilling, version } = deps;

  app.get(
    "/site",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["site"],
        summary: "Name, zone, civil date, clock and rules of billing of the site",
        querystring: z.strictObject({}),
        response: { 200: schemas.site, ...schemas.problems },
      },
    },
    async () => {
      const nowMs = clock.nowMs();
      return {
        name: site.name,
        timezone: calendar.timeZone,
        language: site.language,
        today: toDate(calendar.dayOf(nowMs)),
        now: toInstant(nowMs),
        version,
        clock: toClockReply(clockSense.state()),
        billing: toSiteBillingReply(siteBilling()),
      };
    },
  );

  app.post(
    "/site/clock/vouch",
    {
      config: { access: "admin" },
      schema: {
        tags: ["site"],
        summary: "A person says that the machine's clock is right, and the books are complete",
        description:
          "Ends a clock doubt, whatever its reason: what is held then happens. Look at `clock.shownAt` first. The word " +
          "holds while the clock simply goes on, and ends when it is set.",
        querystring: nothing,
        body: z.strictObject({}).optional(),
        response: { 200: schemas.clockState, ...schemas.problems },
      },
    },
    async (request) => toClockReply(clockSense.vouch(actorOf(request))),
  );

  app.get(
    "/attention",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["site"],
        summary: "What needs a person, worst first, each with what to do",
        description: "Words are in Indonesian or English by `Accept-Language`; kinds and params are stable.",
        querystring: z.strictObject(paging),
        response: { 200: schemas.attentionList, ...schemas.problems },
      },
    },
    async (request) => {
      const { query } = request;
      const language = languageOf(request);
      const all = readModel.attention();
      const after = query.cursor === undefined ? undefined : decodeOffset("attention", query.cursor);
      // The matter that the page before ended with may be over by now: then begin again, a matter shown twice is no harm.
      const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const items = all.slice(from, from + query.limit);
      const last = items.at(-1);
      const more = from + items.length < all.length;
      return {
        items: items.map((item) => toAttentionReply(item, language)),
        nextCursor: more && last !== undefined ? encodeOffset("attention", last.id) : null,
      };
    },
  );
}

function toClockReply({ judgement, shownMs, trustedMs, doubtedSinceMs }: ClockState) {
  const toInstantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));
  const isDoubted = judgement.kind === "doubted";
  return {
    state: judgement.kind,
    reason: isDoubted ? judgement.reason : null,
    trustedBy: isDoubted ? null : judgement.by,
    shownAt: toInstant(shownMs),
    trustedAt: toInstantOrNull(trustedMs),
    since: toInstantOrNull(doubtedSinceMs),
    routers: isDoubted ? [...judgement.routers] : [],
    endedBy: isDoubted ? [...judgement.endedBy] : [],
  };
}
