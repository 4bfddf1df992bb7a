import { afterEach } from "vitest";
import { RouterError } from "../../../src/app/errors.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../../src/simulator/index.js";
import { Rig } from "../../fakes/rig.js";

/** For short dated stories about one router, told to a real database over a real socket. Times are UTC. */
export let rig: Rig;
afterEach(() => rig.close());

export const MB = 1_000_000;

export async function begin(
  startAt: string,
  options: Parameters<typeof createSimulatedRouter>[1] = {},
  timeZone = "Asia/Jakarta",
): Promise<{ world: World; router: SimulatedRouter; until: (time: string) => void }> {
  const world = createWorld({ seed: 1, startAtMs: Date.parse(startAt) });
  const router = createSimulatedRouter(world, { hasClockBattery: true, ...options });
  for (const name of ["budi", "siti", "kalibrasi"]) router.ppp.addSecret({ name });
  rig = await Rig.create(world, router, timeZone);
  const until = (time: string): void => world.advance(Date.parse(time) - world.nowMs);
  return { world, router, until };
}

/** A round that must succeed. */
export async function round(): Promise<void> {
  let outcome = await rig.walk();
  // After a reboot the first try finds the old connection dead.
  if (outcome instanceof RouterError && outcome.code === "ROUTER_UNREACHABLE") outcome = await rig.walk();
  if (outcome instanceof Error) throw outcome;
}

/** Sessions in the order of their ids; a live one has what was booked of it so far. */
export function sessions(name: string): unknown[] {
  return rig.db
    .prepare(
      `select s.seconds, coalesce(s.upload_bytes, s.before_upload_bytes + coalesce(b.booked_upload_bytes, 0)) as up,
              coalesce(s.download_bytes, s.before_download_bytes + coalesce(b.booked_download_bytes, 0)) as down,
              s.exactness || case when s.ended_by is null then ', live' else ', ' || s.ended_by end
                || case when s.unseen then ', unseen' else '' end as what
         from sessions s join lines l on l.id = s.line_id
         left join baselines b on b.router_id = s.router_id and b.session_id = s.id where l.name = ? order by s.id`,
    )
    .all(name);
}

/** Download bytes per hour of the wall calendar, `HH:MM` UTC of its start; or per day. */
export function hours(name: string): Record<string, number> {
  const rows = rig.db
    .prepare(
      `select strftime('%d %H:%M', hour_at_s, 'unixepoch') as hour, download_bytes as down from usage_hours h
         join lines l on l.id = h.line_id where l.name = ? order by hour_at_s`,
    )
    .all(name) as { hour: string; down: number }[];
  return Object.fromEntries(rows.map(({ hour, down }) => [hour, down]));
}

export function days(name: string): Record<string, number> {
  const rows = rig.db
    .prepare("select day, download_bytes as down from usage_days d join lines l on l.id = d.line_id where l.name = ?")
    .all(name) as { day: number; down: number }[];
  return Object.fromEntries(rows.map(({ day, down }) => [day, down]));
}

/** Ends a session whose figures differ so much that the order of the log's byte figures shows. */
export async function settleByteOrder(world: World, router: SimulatedRouter): Promise<void> {
  const session = router.ppp.connect("kalibrasi");
  session.traffic({ uploadBytes: 1_000, downloadBytes: 90 * MB });
  world.advance(60_000);
  await round();
  session.hangUp();
  world.advance(60_000);
  await round();
}
