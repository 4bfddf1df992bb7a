import type { AccessStore } from "../../app/access/access-store.js";
import type { OpenBrake, PendingDark } from "../../domain/access/brake.js";
import type { FullCommit } from "./full-commit.js";
import type { Sqlite } from "./open.js";

type BrakeStore = Pick<
  AccessStore,
  | "pendingDark"
  | "litOf"
  | "countActive"
  | "darkenedSince"
  | "openBrakes"
  | "engageBrake"
  | "listOnBrake"
  | "releaseBrake"
>;

/** What the brake counts, and what it holds. Routers that left routers.yaml do not count: nothing is written there. */
export function createBrakeStore(db: Sqlite, full: FullCommit): BrakeStore {
  const select = {
    pendingDark: db.prepare<[], PendingDark>(
      `select distinct l.router_id as routerId, s.id as subscriptionId
         from subscriptions s
         cross join subscription_lines sl on sl.subscription_id = s.id and sl.until_at_ms is null
         cross join line_access a on a.line_id = sl.line_id and a.is_dark = 0
         cross join lines l on l.id = sl.line_id
         cross join routers r on r.id = l.router_id and r.parked_at_ms is null
        where s.state in ('isolated', 'paused', 'terminated')`,
    ),
    lit: db.prepare<[string], PendingDark>(
      `select distinct l.router_id as routerId, sl.subscription_id as subscriptionId
         from json_each(?) asked
         cross join subscription_lines sl on sl.subscription_id = asked.value and sl.until_at_ms is null
         cross join line_access a on a.line_id = sl.line_id and a.is_dark = 0
         cross join lines l on l.id = sl.line_id
         cross join routers r on r.id = l.router_id and r.parked_at_ms is null`,
    ),
    active: db.prepare<[], { routerId: number; count: number }>(
      `select l.router_id as routerId, count(distinct s.id) as count
         from subscriptions s
         cross join subscription_lines sl on sl.subscription_id = s.id and sl.until_at_ms is null
         cross join lines l on l.id = sl.line_id
         cross join routers r on r.id = l.router_id and r.parked_at_ms is null
        where s.state in ('active', 'isolated')
        group by l.router_id`,
    ),
    // What a person let through does not count, as long as that brake's word lasts.
    darkened: db.prepare<[number], { routerId: number; subscriptionId: number }>(
      `select distinct j.router_id as routerId, j.subscription_id as subscriptionId
         from journal j indexed by journal_darkened
        where j.effect = 'darkens' and j.intended_at_ms >= ? and j.subscription_id is not null
          and j.state not in ('refused', 'not-applied')
          and not exists (
            select 1 from brake_subscriptions bs join brakes b on b.id = bs.brake_id
             where bs.subscription_id = j.subscription_id and bs.confirmed_at_ms <= j.intended_at_ms
               and (b.router_id is null or b.router_id = j.router_id)
               and (b.released_at_ms is null or b.released_at_ms >= j.intended_at_ms))`,
    ),
    open: db.prepare<[], { id: number; routerId: number | null; engagedAtMs: number }>(
      "select id, router_id as routerId, engaged_at_ms as engagedAtMs from brakes where released_at_ms is null order by id",
    ),
    openInScope: db
      .prepare<[number | null], number>("select id from brakes where released_at_ms is null and router_id is ?")
      .pluck(),
    listed: db.prepare<[number, number], { subscriptionId: number; isConfirmed: number }>(
      `select subscription_id as subscriptionId, coalesce(confirmed_at_ms >= ?, 0) as isConfirmed
         from brake_subscriptions where brake_id = ?`,
    ),
  };
  const run = {
    engage: db.prepare("insert into brakes (router_id, engaged_at_ms) values (?, ?)"),
    list: db.prepare("insert or ignore into brake_subscriptions (brake_id, subscription_id) values (?, ?)"),
    release: db.prepare(
      "update brakes set released_at_ms = max(?, engaged_at_ms) where id = ? and released_at_ms is null",
    ),
  };
  const list = (brakeId: number, subscriptionIds: Iterable<number>): void => {
    for (const subscriptionId of subscriptionIds) run.list.run(brakeId, subscriptionId);
  };

  return {
    pendingDark: () => select.pendingDark.all(),
    litOf: (subscriptionIds) => select.lit.all(JSON.stringify(subscriptionIds)),
    countActive: () => new Map(select.active.all().map(({ routerId, count }) => [routerId, count])),
    darkenedSince(sinceMs) {
      const byRouter = new Map<number, Set<number>>();
      for (const { routerId, subscriptionId } of select.darkened.all(Math.floor(sinceMs))) {
        const known = byRouter.get(routerId);
        if (known === undefined) byRouter.set(routerId, new Set([subscriptionId]));
        else known.add(subscriptionId);
      }
      return byRouter;
    },
    openBrakes: (confirmedSinceMs) =>
      select.open.all().map(({ id, routerId, engagedAtMs }): OpenBrake => {
        const rows = select.listed.all(Math.floor(confirmedSinceMs), id);
        return {
          id,
          routerId: routerId ?? undefined,
          engagedAtMs,
          subscriptionIds: new Set(rows.map(({ subscriptionId }) => subscriptionId)),
          confirmed: new Set(rows.filter((row) => row.isConfirmed === 1).map(({ subscriptionId }) => subscriptionId)),
        };
      }),
    engageBrake: (brake, atMs) =>
      full(() => {
        const scope = brake.routerId ?? null;
        const id = select.openInScope.get(scope) ?? Number(run.engage.run(scope, Math.floor(atMs)).lastInsertRowid);
        list(id, brake.subscriptionIds);
        return id;
      }),
    listOnBrake: (brakeId, subscriptionIds) => full(() => list(brakeId, subscriptionIds)),
    releaseBrake: (brakeId, atMs) => void full(() => run.release.run(Math.floor(atMs), brakeId)),
  };
}
