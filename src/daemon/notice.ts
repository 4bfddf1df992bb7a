import { createNoticeServer, type NoticeLog, type NoticeServer } from "../adapters/http/notice/server.js";
import { createNoticeSource } from "../adapters/sqlite/notice-source.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import type { Clock } from "../app/ports.js";
import type { LiveView } from "../app/queries.js";
import type { NoticeConfig, SiteConfig } from "./config.js";

/** The port of the notice page that a router's customers are brought to. */
export function noticePortOf(notice: NoticeConfig, routerName: string): number {
  const own = Object.hasOwn(notice.perRouter, routerName) ? notice.perRouter[routerName] : undefined;
  return own ?? notice.port;
}

/** The notice page as routers.yaml asks for it; nothing listens before `start`. */
export function createNotice(
  notice: NoticeConfig,
  parts: {
    readonly db: Sqlite;
    readonly live: LiveView;
    readonly clock: Clock;
    readonly site: SiteConfig;
    readonly log: NoticeLog;
  },
): NoticeServer {
  const { db, live, clock, site, log } = parts;
  return createNoticeServer({
    source: createNoticeSource(db, {
      live,
      clock,
      servesRouter: (routerName, localPort) => noticePortOf(notice, routerName) === localPort,
    }),
    site,
    howToPay: notice.howToPay,
    clock,
    log,
    host: notice.host,
    ports: [...new Set([notice.port, ...Object.values(notice.perRouter)])],
  });
}
