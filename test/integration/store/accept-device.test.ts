import { afterEach, expect, test } from "vitest";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { RouterError } from "../../../src/app/errors.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { Rig } from "../../fakes/rig.js";

let rig: Rig;
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

async function round(): Promise<void> {
  let outcome = await rig.walk();
  if (outcome instanceof RouterError && outcome.code === "ROUTER_UNREACHABLE") outcome = await rig.walk();
  if (outcome instanceof Error) throw outcome;
}

const rows = (sql: string): unknown[] => rig.db.prepare(sql).all();

test.each([
  ["after its replacement was met", true],
  ["before the daemon met it", false],
])("accepted %s: records of the old device are never read in the order of the new one", async (_when, isMetFirst) => {
  const world = createWorld({ seed: 1, startAtMs: Date.parse("2026-09-30T02:00Z") });
  const old = createSimulatedRouter(world, { hasClockBattery: true, unsure: { logBytesOrder: "upload-first" } });
  for (const name of ["budi", "siti"]) old.ppp.addSecret({ name });
  rig = await Rig.create(world, old);
  cleanUp.push(() => rig.close());
  await round();
  // Dialled and gone unseen, before anybody knows which of the log's figures is the upload.
  const unseen = old.ppp.connect("budi");
  unseen.traffic({ uploadBytes: 1_000, downloadBytes: 9_000_000 });
  world.advance(60_000);
  unseen.hangUp();
  // Seen while it had counted nothing yet: its own counters tell no order either.
  const seen = old.ppp.connect("siti");
  world.advance(1_000);
  await round();
  seen.traffic({ uploadBytes: 2_000, downloadBytes: 8_000_000 });
  world.advance(60_000);
  seen.hangUp();
  world.advance(1_000);
  await round();
  expect(rows("select count(*) as n from sessions where pending_first_bytes is not null")).toEqual([{ n: 2 }]);

  await old.close();
  const replacement = createSimulatedRouter(world, {
    hasClockBattery: true,
    softwareId: "WXYZ-9876",
    serialNumber: "HC99BBBB002",
    unsure: { logBytesOrder: "download-first" },
  });
  for (const name of ["budi", "siti"]) replacement.ppp.addSecret({ name });
  cleanUp.push(() => replacement.close());
  world.advance(120_000);
  await replacement.listen({ host: "127.0.0.1", port: rig["port"] });

  const books = createRouterStore(rig.db);
  if (isMetFirst) {
    for (let tries = 0; tries < 3 && books.otherDevice("hex") === undefined; tries += 1) await rig.walk();
  } else {
    books.noteOtherDevice(rig.routerId, {
      softwareId: "WXYZ-9876",
      serialNumber: "HC99BBBB002",
      identityName: "new",
      licenseLevel: 6,
      version: "7.24",
      boardName: "RB4011iGS+",
    });
  }
  books.acceptOtherDevice("hex", world.nowMs);
  const settled =
    "select unseen, ended_by, exactness, upload_bytes, download_bytes, pending_first_bytes from sessions order by id limit 2";
  const asCounted = [
    {
      unseen: 0,
      ended_by: "logout-record",
      exactness: "estimated",
      upload_bytes: 0,
      download_bytes: 0,
      pending_first_bytes: null,
    },
    {
      unseen: 1,
      ended_by: "logout-record",
      exactness: "estimated",
      upload_bytes: 0,
      download_bytes: 0,
      pending_first_bytes: null,
    },
  ];
  expect(rows(settled)).toEqual(asCounted);

  await round();
  const telling = replacement.ppp.connect("siti");
  telling.traffic({ uploadBytes: 10, downloadBytes: 5_000_000 });
  world.advance(60_000);
  await round();
  telling.hangUp();
  world.advance(60_000);
  await round();
  expect(rows("select log_byte_order as told from routers")).toEqual([{ told: "download-first" }]);
  expect(rows(settled)).toEqual(asCounted);
  expect(rows("select upload_bytes, download_bytes, exactness from sessions order by id desc limit 1")).toEqual([
    { upload_bytes: 10, download_bytes: 5_000_000, exactness: "exact" },
  ]);
  // Nothing but the new session is in the hours, and the new log was read as for the first time: no gap.
  expect(rows("select sum(upload_bytes) as up, sum(download_bytes) as down from usage_hours")).toEqual([
    { up: 10, down: 5_000_000 },
  ]);
  expect(rows("select * from log_gaps")).toEqual([]);
});
