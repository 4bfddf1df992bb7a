import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createRouterStore, type RouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { createUsageStore } from "../../../src/adapters/sqlite/usage-store.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import type { UsageStore } from "../../../src/app/rounds/usage-store.js";

const atMs = Date.parse("2026-09-30T02:00Z");
const device = {
  softwareId: "ABCD-1234",
  serialNumber: "HC00AAAA001",
  identityName: "pos-1",
  licenseLevel: 4,
  version: "7.16.2",
  boardName: "hEX",
};
const other = { ...device, softwareId: "WXYZ-9876", serialNumber: "HC00BBBB002", identityName: "pos-2" };

let db: Sqlite;
let routers: RouterStore;
let usage: UsageStore;
beforeEach(async () => {
  db = await openDatabase(":memory:");
  routers = createRouterStore(db);
  usage = createUsageStore(db, createSiteCalendar("Asia/Jakarta"));
});
afterEach(() => void db.close());

/** A line with an open session that has counted something. */
function useRouter(routerId: number): void {
  usage.commit((tx) => {
    const lineId = tx.addLine(routerId, "pppoe", "budi", atMs, false);
    const sessionId = tx.openSession({
      routerId,
      lineId,
      kind: "pppoe",
      bootNo: 0,
      sessionKey: "0x81100001",
      mac: "",
      address: "",
      startedAtMs: atMs - 60_000,
      startLoMs: 1,
      startHiMs: 2,
      firstSeenAtMs: atMs,
      beforeUnknown: false,
    });
    tx.setBefore(sessionId, { uploadBytes: 5, downloadBytes: 50 }, false);
    tx.moveBaseline(
      routerId,
      sessionId,
      { uploadBytes: 15, downloadBytes: 150 },
      { uploadBytes: 10, downloadBytes: 100 },
      atMs,
    );
    tx.changeRouter(routerId, {
      lastReadAtMs: atMs,
      uptime: { loMs: 1, hiMs: 2 },
      pppFirstReadAtMs: atMs,
      logReadAtMs: atMs,
      logCursor: { id: "*1", time: "02:00:00", message: "budi logged in" },
      logByteOrder: "download-first",
      logByteOrderVersion: "7.16.2",
    });
  });
}

describe("routers.yaml and the books", () => {
  test("a router that leaves the file is parked with its books, and one that comes back is the same", () => {
    const first = routers.syncConfigured(["hex", "ccr"], atMs);
    useRouter(first.get("hex") ?? 0);
    routers.syncConfigured(["ccr"], atMs + 1);
    expect(routers.byName("hex")).toMatchObject({ id: first.get("hex"), parked_at_ms: atMs + 1 });
    routers.syncConfigured(["ccr"], atMs + 2);
    expect(routers.byName("hex")?.parked_at_ms).toBe(atMs + 1);
    expect(routers.syncConfigured(["ccr", "hex"], atMs + 3)).toEqual(first);
    expect(routers.byName("hex")?.parked_at_ms).toBeNull();
    expect(usage.openSessions(first.get("hex") ?? 0)).toHaveLength(1);
  });

  test("a renamed router keeps its id and its books, also when the file was changed first", () => {
    const id = routers.syncConfigured(["hex"], atMs).get("hex") ?? 0;
    useRouter(id);
    routers.syncConfigured(["hex-pos-1"], atMs + 1);
    routers.rename("hex", "hex-pos-1");
    expect(routers.byName("hex")).toBeUndefined();
    expect(routers.byName("hex-pos-1")).toMatchObject({ id, parked_at_ms: null });
    expect(usage.openSessions(id)).toHaveLength(1);
  });

  test("neither a name with books of its own nor an unknown one is renamed over", () => {
    const ids = routers.syncConfigured(["hex", "ccr"], atMs);
    useRouter(ids.get("ccr") ?? 0);
    expect(() => routers.rename("hex", "ccr")).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(() => routers.rename("hx", "neu")).toThrow(expect.objectContaining({ code: "ROUTER_UNKNOWN" }));
    expect(() => routers.rename("hx", "neu")).toThrow(/known are: hex, ccr/);
    expect([routers.byName("hex")?.id, routers.byName("ccr")?.id]).toEqual([ids.get("hex"), ids.get("ccr")]);
  });
});

describe("another device behind the address", () => {
  test("is remembered until it is accepted or the known one answers again", () => {
    const id = routers.syncConfigured(["hex"], atMs).get("hex") ?? 0;
    expect(routers.acceptedIdentity(id)).toBeUndefined();
    routers.acceptIdentity(id, device, atMs);
    expect(routers.acceptedIdentity(id)).toEqual({ softwareId: "ABCD-1234", serialNumber: "HC00AAAA001" });
    expect(() => routers.acceptOtherDevice("hex", atMs)).toThrow(expect.objectContaining({ code: "USAGE" }));
    routers.noteOtherDevice(id, other);
    expect(routers.otherDevice("hex")).toEqual(other);
    routers.noteIdentity(id, device);
    expect(routers.otherDevice("hex")).toBeUndefined();
  });

  test("accepted: open sessions end with what was counted, and everything is read as for the first time", () => {
    const id = routers.syncConfigured(["hex"], atMs).get("hex") ?? 0;
    routers.acceptIdentity(id, device, atMs);
    useRouter(id);
    usage.commit((tx) => {
      const record = {
        kind: "pppoe",
        name: "budi",
        mac: "",
        seconds: 1,
        firstBytes: 1,
        secondBytes: 1,
        endedUptimeMs: undefined,
        afterGap: false,
      } as const;
      tx.holdRecord(id, 0, record, atMs);
    });
    routers.noteOtherDevice(id, other);
    expect(routers.acceptOtherDevice("hex", atMs + 500)).toEqual(other);

    expect(usage.openSessions(id)).toEqual([]);
    const row = db.prepare("select * from sessions").get();
    expect(row).toMatchObject({
      ended_by: "router-replaced",
      exactness: "estimated",
      upload_bytes: 15,
      download_bytes: 150,
      seconds: 60,
      ended_at_ms: atMs,
    });
    const memory = usage.router(id);
    expect(usage.heldRecords(id, memory.bootNo)).toEqual([]);
    expect(memory).toMatchObject({ bootNo: 1, uptime: undefined, pppFirstReadAtMs: undefined, logReadAtMs: undefined });
    expect(memory).toMatchObject({ logCursor: undefined, logByteOrder: undefined, lastReadAtMs: undefined });
    expect(routers.acceptedIdentity(id)).toEqual({ softwareId: "WXYZ-9876", serialNumber: "HC00BBBB002" });
    // The line is the books' own, and goes on.
    expect(usage.lines(id)).toEqual([{ id: 1, service: "pppoe", name: "budi" }]);
  });
});

test("what a full disk does to a router's own row is an error of the store, not a bug", () => {
  routers.syncConfigured(["hex"], atMs);
  db.pragma(`max_page_count = ${db.pragma("page_count", { simple: true }) as number}`);
  const many = Array.from({ length: 2_000 }, (_, i) => `a router with a long enough name ${i}`);
  expect(() => routers.syncConfigured(many, atMs)).toThrow(
    expect.objectContaining({ code: "STORE_UNWRITABLE", retryable: true }),
  );
  expect(routers.byName("hex")?.parked_at_ms).toBeNull();
});

describe("a commit", () => {
  test("that throws in its middle leaves nothing behind, and the next one is whole", () => {
    const id = routers.syncConfigured(["hex"], atMs).get("hex") ?? 0;
    const book = (fails: boolean): void =>
      usage.commit((tx) => {
        const lineId = tx.addLine(id, "pppoe", "budi", atMs, false);
        tx.addUsage(id, lineId, atMs, { uploadBytes: 1, downloadBytes: 2 });
        for (let i = 0; i < 20; i += 1) tx.addSample(atMs + i * 1000, lineId, 1, { uploadBytes: 1, downloadBytes: 2 });
        if (fails) throw new Error("in the middle");
      });
    expect(() => book(true)).toThrow("in the middle");
    for (const table of ["lines", "usage_hours", "samples"]) {
      expect(db.prepare(`select count(*) as n from ${table}`).get()).toEqual({ n: 0 });
    }
    book(false);
    expect(db.prepare("select count(*) as n, sum(upload_bytes) as up from samples").get()).toEqual({ n: 20, up: 20 });
  });

  test("on a full disk is a clear error, and goes through once there is room", () => {
    const id = routers.syncConfigured(["hex"], atMs).get("hex") ?? 0;
    const pages = db.pragma("page_count", { simple: true }) as number;
    db.pragma(`max_page_count = ${pages}`);
    const fill = (): void =>
      usage.commit((tx) => {
        for (let i = 0; i < 2_000; i += 1) tx.addLine(id, "pppoe", `a line with a long enough name ${i}`, atMs, false);
      });
    expect(fill).toThrow(expect.objectContaining({ code: "STORE_UNWRITABLE", retryable: true }));
    expect(usage.lines(id)).toEqual([]);
    db.pragma("max_page_count = 1000000");
    fill();
    expect(usage.lines(id)).toHaveLength(2_000);
  });
});
