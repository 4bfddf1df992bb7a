import type { BooksTransaction } from "../../app/books/books-store.js";
import { selectLineRecords, toLine, toLineAccess, type LineAccessRow, type LineRecordRow } from "./books-rows.js";
import type { Sqlite } from "./open.js";

type LinePart = Pick<
  BooksTransaction,
  | "routerId"
  | "routerNames"
  | "line"
  | "findLine"
  | "addLine"
  | "linkLine"
  | "unlinkLine"
  | "access"
  | "setAccess"
  | "setPassword"
  | "copyPassword"
  | "staticLineAt"
  | "managedLineIds"
  | "liveSessionsOf"
  | "unverify"
>;

/** The part of a transaction of the books that is about lines. */
export function prepareLines(db: Sqlite): LinePart {
  const select = {
    routerId: db.prepare<[string], number>("select id from routers where name = ? and parked_at_ms is null").pluck(),
    routerNames: db.prepare<[], string>("select name from routers where parked_at_ms is null order by name").pluck(),
    line: db.prepare<[number], LineRecordRow>(`${selectLineRecords} where l.id = ?`),
    find: db.prepare<[number, string, string], LineRecordRow>(
      `${selectLineRecords} where l.router_id = ? and l.service = ? and l.name = ?`,
    ),
    liveSessions: db
      .prepare<[string], number>(
        `select count(*) from json_each(?) line
           join sessions s indexed by sessions_open_line on s.line_id = line.value and s.ended_at_ms is null`,
      )
      .pluck(),
    access: db.prepare<[number], LineAccessRow>("select * from line_access where line_id = ?"),
    staticAt: db.prepare<{ routerId: number; address: string; except: number }, LineRecordRow>(
      `${selectLineRecords}
         join line_access a on a.line_id = l.id
         join subscriptions s on s.id = sl.subscription_id
        where l.router_id = :routerId and l.service = 'static' and a.address = :address and l.id <> :except
          and s.state <> 'terminated'`,
    ),
    managed: db
      .prepare<[number], number>(
        `select l.id from lines l join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null
          where l.router_id = ? order by l.id`,
      )
      .pluck(),
  };
  const run = {
    add: db.prepare("insert into lines (router_id, service, name, first_seen_at_ms) values (?, ?, ?, ?)"),
    // A clock that was set back must not make links of a line overlap, nor end before they began.
    link: db.prepare(
      `insert into subscription_lines (subscription_id, line_id, from_at_ms)
       values (:subscriptionId, :lineId,
               max(:atMs, coalesce((select max(until_at_ms) from subscription_lines where line_id = :lineId), 0)))`,
    ),
    unlink: db.prepare(
      "update subscription_lines set until_at_ms = max(:atMs, from_at_ms) where line_id = :lineId and until_at_ms is null",
    ),
    touch: db.prepare(
      `update subscriptions set updated_at_ms = :atMs, version = version + 1
        where id = (select subscription_id from subscription_lines where line_id = :lineId and until_at_ms is null)`,
    ),
    setAccess: db.prepare(
      `insert into line_access (line_id, address, hotspot_server, presence, disabled_by_us, by_hand, is_dark,
                                last_seen_caller_id, last_seen_remote_address, last_seen_comment)
       values (:lineId, :address, :hotspotServer, :presence, :disabledByUs, :byHand, :isDark, :callerId, :remoteAddress,
               :comment)
       on conflict (line_id) do update set
         address = excluded.address, hotspot_server = excluded.hotspot_server, presence = excluded.presence,
         disabled_by_us = excluded.disabled_by_us, by_hand = excluded.by_hand, is_dark = excluded.is_dark,
         last_seen_caller_id = excluded.last_seen_caller_id,
         last_seen_remote_address = excluded.last_seen_remote_address, last_seen_comment = excluded.last_seen_comment`,
    ),
    // No profile has an empty name, so none is the verified one.
    unverify: db.prepare(
      "update line_access set verified_profile = '' where line_id = ? and verified_profile is not null",
    ),
    setPassword: db.prepare(
      `update line_access set sealed_password = :sealed, password_version = password_version + 1,
         written_version = iif(:isWritten, password_version + 1, written_version) where line_id = :lineId`,
    ),
    copyPassword: db.prepare(
      `update line_access set (sealed_password, password_version, written_version) =
         (select sealed_password, password_version, written_version from line_access where line_id = :from)
        where line_id = :to`,
    ),
  };
  const optional = (row: LineRecordRow | undefined): ReturnType<typeof toLine> | undefined =>
    row === undefined ? undefined : toLine(row);

  return {
    routerId: (name) => select.routerId.get(name),
    routerNames: () => select.routerNames.all(),
    line: (id) => optional(select.line.get(id)),
    findLine: (routerId, service, name) => optional(select.find.get(routerId, service, name)),
    addLine: (routerId, service, name, atMs) => Number(run.add.run(routerId, service, name, atMs).lastInsertRowid),
    linkLine(subscriptionId, lineId, atMs) {
      run.link.run({ subscriptionId, lineId, atMs });
      run.touch.run({ lineId, atMs });
    },
    unlinkLine(lineId, atMs) {
      run.touch.run({ lineId, atMs });
      run.unlink.run({ lineId, atMs });
    },
    access(lineId) {
      const row = select.access.get(lineId);
      return row === undefined ? undefined : toLineAccess(row);
    },
    liveSessionsOf: (lineIds) => select.liveSessions.get(JSON.stringify(lineIds)) ?? 0,
    unverify: (lineIds) => {
      for (const lineId of lineIds) run.unverify.run(lineId);
    },
    setAccess: (lineId, access) =>
      void run.setAccess.run({
        lineId,
        address: access.address ?? null,
        hotspotServer: access.hotspotServer ?? null,
        presence: access.presence,
        disabledByUs: access.disabledByUs ? 1 : 0,
        byHand: access.byHand,
        isDark: access.isDark ? 1 : 0,
        callerId: access.lastSeen?.callerId ?? null,
        remoteAddress: access.lastSeen?.remoteAddress ?? null,
        comment: access.lastSeen?.comment ?? null,
      }),
    setPassword: (lineId, sealed, isWritten) =>
      void run.setPassword.run({ lineId, sealed, isWritten: isWritten ? 1 : 0 }),
    copyPassword: (from, to) => void run.copyPassword.run({ from, to }),
    staticLineAt: (routerId, address, exceptLineId) =>
      optional(select.staticAt.get({ routerId, address, except: exceptLineId ?? 0 })),
    managedLineIds: (routerId) => select.managed.all(routerId),
  };
}
