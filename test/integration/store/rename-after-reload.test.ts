import { afterEach, expect, test } from "vitest";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { RouterError } from "../../../src/app/errors.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../../src/simulator/index.js";
import { Rig } from "../../fakes/rig.js";

/** `hex-lama` was written as `hex` into routers.yaml, and reloaded before the books were told. */
let rig: Rig;
afterEach(() => rig.close());

async function round(): Promise<void> {
  let outcome = await rig.walk();
  if (outcome instanceof RouterError && outcome.code === "ROUTER_UNREACHABLE") outcome = await rig.walk();
  if (outcome instanceof Error) throw outcome;
}

const rename = (discard?: boolean): void => createRouterStore(rig.db).rename("hex-lama", "hex", discard);
const rows = (sql: string): unknown[] => rig.db.prepare(sql).all();
const count = (table: string): unknown => rig.db.prepare(`select count(*) from ${table}`).pluck().get();

/** Some history under the old name with a live session, and the reload that opened young books under the new one. */
async function reloadFirst(): Promise<{ world: World; router: SimulatedRouter; live: ReturnType<typeof dial> }> {
  const world = createWorld({ seed: 1, startAtMs: Date.parse("2026-09-30T02:00Z") });
  const router = createSimulatedRouter(world, { hasClockBattery: true });
  for (const name of ["budi", "siti", "kalibrasi"]) router.ppp.addSecret({ name });
  rig = await Rig.create(world, router);
  await round();
  const telling = dial(router, "kalibrasi");
  telling.traffic({ uploadBytes: 1, downloadBytes: 9_000_000 });
  world.advance(60_000);
  await round();
  telling.hangUp();
  const live = dial(router, "budi");
  world.advance(60_000);
  live.traffic({ uploadBytes: 10, downloadBytes: 1_000 });
  await round();
  createRouterStore(rig.db).rename("hex", "hex-lama");
  await rig.restart();
  expect(rows("select name, parked_at_ms is null as walked from routers order by id")).toEqual([
    { name: "hex-lama", walked: 0 },
    { name: "hex", walked: 1 },
  ]);
  world.advance(60_000);
  live.traffic({ uploadBytes: 20, downloadBytes: 2_000 });
  await round();
  world.advance(60_000);
  live.traffic({ uploadBytes: 40, downloadBytes: 4_000 });
  await round();
  return { world, router, live };
}

function dial(router: SimulatedRouter, name: string): ReturnType<SimulatedRouter["ppp"]["connect"]> {
  return router.ppp.connect(name);
}

const usageOfBudi = `select sum(upload_bytes) as up, sum(download_bytes) as down from usage_hours h
                       join lines l on l.id = h.line_id where l.name = 'budi'`;

test("young books that nobody would miss go, and the old ones take up every byte", async () => {
  const { world, live } = await reloadFirst();
  expect(count("lines")).toBe(3);
  rename();
  expect(rows("select name, parked_at_ms is null as walked from routers")).toEqual([{ name: "hex", walked: 1 }]);
  expect(count("lines")).toBe(2);
  await rig.restart();
  await round();
  world.advance(60_000);
  live.hangUp();
  world.advance(60_000);
  await round();
  expect(rows(usageOfBudi)).toEqual([{ up: 70, down: 7_000 }]);
  expect(rows("select upload_bytes, download_bytes, exactness from sessions order by id desc limit 1")).toEqual([
    { upload_bytes: 70, download_bytes: 7_000, exactness: "exact" },
  ]);
});

test("with an ended session in them they go only when a person says so; the log has it for the old books", async () => {
  const { world, router, live } = await reloadFirst();
  const short = dial(router, "siti");
  short.traffic({ uploadBytes: 5, downloadBytes: 500 });
  world.advance(60_000);
  await round();
  short.hangUp();
  live.hangUp();
  world.advance(60_000);
  await round();
  const before = [count("sessions"), count("usage_hours"), count("samples")];
  expect(() => rename()).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => rename()).toThrow(
    /2 ended sessions in them\..*ronda router rename hex-lama hex --discard-new-books.*not used yet/s,
  );
  expect([count("sessions"), count("usage_hours"), count("samples")]).toEqual(before);

  rename(true);
  expect(count("routers")).toBe(1);
  expect(rows("select 1 from samples where line_id not in (select id from lines)")).toEqual([]);
  for (const table of ["baselines", "usage_hours", "usage_days", "hotspot_totals"]) {
    expect(rows(`select 1 from ${table} where router_id not in (select id from routers)`)).toEqual([]);
  }
  await rig.restart();
  await round();
  await round();
  expect(rows(usageOfBudi)).toEqual([{ up: 70, down: 7_000 }]);
  expect(
    rows(
      "select l.name, upload_bytes as up, download_bytes as down, exactness from sessions s join lines l on l.id = s.line_id where l.name <> 'kalibrasi' order by l.name",
    ),
  ).toEqual([
    { name: "budi", up: 70, down: 7_000, exactness: "exact" },
    { name: "siti", up: 5, down: 500, exactness: "exact" },
  ]);
});

test("books of another device, older books and the router itself never go, whatever is said", async () => {
  await reloadFirst();
  const store = createRouterStore(rig.db);
  expect(() => store.rename("hex", "hex")).toThrow(/has that name already/);
  // The other way round the older books would go.
  expect(() => store.rename("hex", "hex-lama", true)).toThrow(/the older books of the two/);
  rig.db.prepare("update routers set serial_number = 'HC77OTHER01' where name = 'hex'").run();
  expect(() => rename(true)).toThrow(/another device than hex-lama.*two routers/);
  rig.db.prepare("update routers set serial_number = null, software_id = null where name = 'hex'").run();
  expect(() => rename(true)).toThrow(/two routers/);
  expect(count("routers")).toBe(2);
  expect(count("lines")).toBe(3);
});
