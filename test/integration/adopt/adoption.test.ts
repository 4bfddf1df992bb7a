import { afterEach, describe, expect, test } from "vitest";
import { createRouterReader } from "../../../src/adapters/routeros/index.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import type { Adoption, Inventory } from "../../../src/app/adopt/adoption.js";
import type { Books } from "../../../src/app/books/books.js";
import { createRouterAdoption } from "../../../src/daemon/adoption.js";
import { loadConfig, type RouterConfig } from "../../../src/daemon/config.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter } from "../../../src/simulator/index.js";
import { AccessRig } from "../../fakes/access-rig.js";
import { brokenInvariants, digest } from "../store/books-rig.js";
import { fillByHand } from "./hand-run.js";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moneyOf } from "../../fakes/money.js";

const signal = new AbortController().signal;
const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

interface Site {
  readonly rig: AccessRig;
  readonly router: SimulatedRouter;
  readonly adoption: Adoption;
  readonly books: Books;
  /** A second router of the site, filled by the test. */
  readonly second: SimulatedRouter;
}

/** A daemon's parts in enforce mode on a router that was run by hand. */
async function start(fill: (router: SimulatedRouter) => void = fillByHand): Promise<Site> {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30) });
  const router = createSimulatedRouter(world);
  const second = createSimulatedRouter(world, { softwareId: "SECOND-1", serialNumber: "S2" });
  fill(router);
  const rig = await AccessRig.create(world, router);
  undo.push(() => rig.close());
  const ports = { hex: 0, rb: 0 };
  // The rig opened a port of its own for its applier; reading for adoption uses the same one.
  ports.hex = (rig as unknown as { port: number }).port;
  ports.rb = (await second.listen({ host: "127.0.0.1", port: 0 })).port;
  undo.push(() => second.close());
  const routers = createRouterStore(rig.db);
  routers.syncConfigured(["hex", "rb"], world.nowMs);
  const configs = configsOf(ports);
  const readers = new Map(
    configs.map((config) => [config.name, createRouterReader({ ...config, clock: rig.clock })] as const),
  );
  undo.push(async () => void (await Promise.all([...readers.values()].map((reader) => reader.close()))));
  const secretBox = { seal: (clear: string): string => clear };
  const clock = { nowMs: () => world.nowMs };
  const money = moneyOf(rig.db, clock, { secretBox });
  return {
    rig,
    router,
    second,
    books: money.books,
    adoption: createRouterAdoption({
      money,
      db: rig.db,
      clock,
      secretBox,
      config: (name) => configs.find((config) => config.name === name),
      reader: (name) => readers.get(name) ?? missing(name),
      acceptedDevice: (name) => {
        const row = routers.byName(name);
        return row?.accepted_at_ms == null
          ? undefined
          : { softwareId: row.software_id ?? undefined, serialNumber: row.serial_number ?? undefined };
      },
    }),
  };
}

const missing = (name: string): never => {
  throw new Error(`no reader of ${name}`);
};

function configsOf(ports: Readonly<Record<"hex" | "rb", number>>): readonly RouterConfig[] {
  const folder = mkdtempSync(join(tmpdir(), "ronda-adopt-"));
  const path = join(folder, "routers.yaml");
  const router = (name: string, port: number): string =>
    `  - { name: ${name}, host: 127.0.0.1, port: ${port}, username: ronda, password: ronda, mode: enforce }\n`;
  writeFileSync(
    path,
    `site: { name: a, timezone: Asia/Jakarta }\nrouters:\n${router("hex", ports.hex)}${router("rb", ports.rb)}`,
  );
  const { config } = loadConfig(path, {});
  rmSync(folder, { recursive: true });
  return config.routers;
}

const idOf = ({ lines }: Inventory, name: string): string => lines.find((line) => line.name === name)?.id ?? "none";

describe("a router that was run by hand", () => {
  test("is proposed as it stands", async () => {
    const { adoption } = await start();
    const { lines, plans, conflicts, leftAlone } = await adoption.inventory("hex", signal);
    expect(Object.fromEntries(lines.map(({ key, plan, dark }) => [key, `${plan.name} ${dark ?? "lit"}`]))).toEqual({
      "pppoe:budi": "10M lit",
      "pppoe:siti": "20M-200rb lit",
      "pppoe:agus": "10M lit",
      "pppoe:warung": "khusus lit",
      "pppoe:mati": "10M disabled",
      "pppoe:nunggak": "10M isolation-profile",
      "hotspot:kos-1": "bulanan lit",
      "hotspot:kos-2": "bulanan disabled",
      "static:masjid": "5M/10M lit",
      "static:pos-ronda": "5M/10M (queue) lit",
      "static:menunggak": "5M/10M isolation-list",
    });
    expect(Object.fromEntries(plans.map(({ plan }) => [plan.name, [plan.enforcement.kind, plan.priceIdr]]))).toEqual({
      "10M": ["profile", 0],
      "20M-200rb": ["profile", 200_000],
      khusus: ["existing-profile", 0],
      bulanan: ["profile", 0],
      "5M/10M": ["queue", 0],
      "5M/10M (queue)": ["queue", 0],
    });
    expect(conflicts.map(({ row, kind }) => `${row.name} ${kind}`)).toEqual([
      "lupa plan-unknown",
      "Eko name-differs-in-case",
      "eko name-differs-in-case",
    ]);
    const why = (name: string): unknown => leftAlone.find(({ row }) => row.name === name)?.why;
    expect(["ab12", "cd34", "ef56", "gh78", "voucher"].map(why)).toEqual(Array(5).fill("mikhmon"));
    expect([why("kantor"), why("semua"), why("lama"), why("isolir"), why("default-trial")]).toEqual([
      "other-service",
      "parent",
      "unused",
      "isolation-profile",
      "built-in",
    ]);
    const remarks = lines.find(({ name }) => name === "agus")?.remarks;
    expect(remarks).toEqual(["the same phone as budi: one customer?"]);
  });

  test("adopting all of it writes nothing to it, neither then nor when it is kept as the books say", async () => {
    const { adoption, rig, router } = await start();
    for (const name of ["budi", "siti", "nunggak"]) router.ppp.dial(name, { redialAfterMs: 500 });
    const before = router.access.snapshotStored();
    const sessions = router.books.pppSessions.length;
    const inventory = await adoption.inventory("hex", signal, { planOf: { "pppoe:lupa": "20M-200rb" } });
    expect(rig.db.prepare("select count(*) from plans").pluck().get()).toBe(0);
    const { lines, plans } = await adoption.confirm(
      "budi-admin",
      "hex",
      { chosen: { all: true, digest: inventory.digest }, planOf: { "pppoe:lupa": "20M-200rb" } },
      signal,
    );
    expect([lines.length, plans.length]).toEqual([12, 6]);
    await rig.look();
    await rig.pass(10 * 60_000);
    await rig.look();
    expect(router.writes()).toEqual([]);
    expect(router.access.snapshotStored()).toEqual(before);
    expect(router.books.pppSessions).toHaveLength(sessions);
    expect(rig.db.prepare("select count(*) from journal").pluck().get()).toBe(0);
    const { board } = rig.applier;
    expect(board.difference).toEqual({ changes: [], questions: [], obstacles: [] });
    expect(brokenInvariants(rig.db)).toEqual([]);
    expect(rig.db.prepare("select distinct by from audit").pluck().all()).toEqual(["budi-admin"]);
  });

  test("who was found dark stays so until released, and is lit then without another word", async () => {
    const { adoption, rig, router, books } = await start();
    const planOf = { "pppoe:lupa": "20M-200rb" } as const;
    const { lines } = await adoption.confirm("cli", "hex", { chosen: { all: true }, planOf }, signal);
    expect(lines.filter(({ isIsolated }) => isIsolated).map(({ key }) => key)).toEqual([
      "pppoe:mati",
      "pppoe:nunggak",
      "pppoe:lupa",
      "hotspot:kos-2",
      "static:menunggak",
    ]);
    await rig.look();
    for (const { subscriptionId, isIsolated } of lines) if (isIsolated) books.release("cli", subscriptionId);
    await rig.look();
    const secret = (name: string): unknown[] => {
      const row = router.admin.row("/ppp/secret", name);
      return [row?.["profile"], row?.["disabled"]];
    };
    expect([secret("mati"), secret("nunggak"), secret("lupa")]).toEqual([
      ["10M", "false"],
      ["10M", "false"],
      ["20M-200rb", "false"],
    ]);
    expect(router.admin.row("/ip/hotspot/user", "kos-2")?.["disabled"]).toBe("false");
    expect(router.admin.row("/ip/firewall/address-list", { address: "10.20.0.7" })).toBeUndefined();
    // An entry of nobody's stays.
    expect(router.admin.row("/ip/firewall/address-list", { address: "10.20.0.99" })).toBeDefined();
    expect(router.admin.row("/ip/hotspot/user", "cd34")?.["comment"]).toBe("sep/17/2026 09:09:49");
  });

  test("a second time it proposes only what is new", async () => {
    const { adoption, router } = await start();
    const first = await adoption.inventory("hex", signal);
    await adoption.confirm("cli", "hex", { chosen: { ids: [idOf(first, "budi"), idOf(first, "masjid")] } }, signal);
    const rest = await adoption.inventory("hex", signal);
    expect(rest.lines.map(({ id }) => id)).toEqual(
      first.lines.map(({ id }) => id).filter((id) => !/:(budi|masjid)#/.test(id)),
    );
    expect(rest.plans.map(({ plan }) => plan.name)).not.toContain("10M");
    await adoption.confirm("cli", "hex", { chosen: { all: true } }, signal);
    router.ppp.addSecret({ name: "baru", password: "x", profile: "10M" });
    const { lines, plans } = await adoption.inventory("hex", signal);
    expect([lines.map(({ key }) => key), plans]).toEqual([["pppoe:baru"], []]);
  });
});

describe("confirming", () => {
  test("twice does it once", async () => {
    const { adoption, rig } = await start();
    const inventory = await adoption.inventory("hex", signal);
    const request = { chosen: { ids: [idOf(inventory, "budi"), idOf(inventory, "siti")] } };
    await adoption.confirm("cli", "hex", request, signal);
    const books = digest(rig.db);
    expect(await adoption.confirm("cli", "hex", request, signal)).toMatchObject({
      lines: [],
      plans: [],
      already: request.chosen.ids,
    });
    expect(digest(rig.db)).toBe(books);
  });

  test("what changed since is refused, and nothing of the rest is taken", async () => {
    const { adoption, rig, router } = await start();
    const inventory = await adoption.inventory("hex", signal);
    const empty = digest(rig.db);
    const ids = [idOf(inventory, "budi"), idOf(inventory, "agus")];
    router.ppp.setSecret("agus", { profile: "20M-200rb" });
    const refusal = adoption.confirm("cli", "hex", { chosen: { ids } }, signal);
    await expect(refusal).rejects.toMatchObject({ code: "VERSION_CONFLICT", message: expect.stringContaining("agus") });
    const all = adoption.confirm("cli", "hex", { chosen: { all: true, digest: inventory.digest } }, signal);
    await expect(all).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    router.ppp.removeSecret("budi");
    const gone = adoption.confirm("cli", "hex", { chosen: { ids: [idOf(inventory, "budi")] } }, signal);
    await expect(gone).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(digest(rig.db)).toBe(empty);
  });

  test("edits: names, prices and phones as a person says; one that cannot be undoes all", async () => {
    const { adoption, rig } = await start();
    const inventory = await adoption.inventory("hex", signal);
    const plan = inventory.plans.find((one) => one.plan.name === "10M")?.id ?? "";
    const [budi, agus] = [idOf(inventory, "budi"), idOf(inventory, "agus")];
    const chosen = { ids: [budi, agus] };
    const empty = digest(rig.db);
    for (const bad of [
      { plans: { [plan]: { priceIdr: -1 } } },
      { customers: { [agus]: { name: " " } } },
      { plans: { "plan:none#1": { priceIdr: 1 } } },
    ]) {
      await expect(adoption.confirm("cli", "hex", { chosen, ...bad }, signal)).rejects.toMatchObject({
        code: expect.stringMatching(/^(INVALID_REQUEST|VERSION_CONFLICT)$/) as string,
      });
      expect(digest(rig.db)).toBe(empty);
    }
    const { plans } = await adoption.confirm(
      "cli",
      "hex",
      {
        chosen,
        plans: { [plan]: { name: "Rumahan 10M", priceIdr: 150_000 } },
        customers: { [budi]: { name: "Budi Santoso", phone: "0811-2222-3333" }, [agus]: { phone: null } },
      },
      signal,
    );
    expect(plans).toMatchObject([{ name: "Rumahan 10M", priceIdr: 150_000 }]);
    expect(rig.db.prepare("select name, phone_e164 as phone from customers order by id").all()).toEqual([
      { name: "Budi Santoso", phone: "+6281122223333" },
      { name: "toko agus", phone: null },
    ]);
  });

  test("lines of one phone become one customer when that is asked for", async () => {
    const { adoption } = await start();
    const inventory = await adoption.inventory("hex", signal);
    const chosen = { ids: [idOf(inventory, "budi"), idOf(inventory, "agus"), idOf(inventory, "siti")] };
    const { lines } = await adoption.confirm("cli", "hex", { chosen, mergeByPhone: true }, signal);
    const [budi, siti, agus] = lines;
    expect(budi?.customerId).toBe(agus?.customerId);
    expect(siti?.customerId).not.toBe(budi?.customerId);
    expect(budi?.subscriptionId).not.toBe(agus?.subscriptionId);
  });

  test("a line that had an earlier life in the books begins as it is found", async () => {
    const { adoption, rig, router, books } = await start();
    const first = await adoption.inventory("hex", signal);
    const { lines } = await adoption.confirm("cli", "hex", { chosen: { ids: [idOf(first, "budi")] } }, signal);
    await rig.look();
    const [budi] = lines;
    if (budi === undefined) throw new Error("budi was not adopted");
    books.setPassword("cli", budi.lineId, "never-written");
    books.unlinkLine("cli", budi.subscriptionId, budi.lineId);
    router.ppp.setSecret("budi", { profile: "20M-200rb" });
    const again = await adoption.inventory("hex", signal);
    await adoption.confirm("cli", "hex", { chosen: { ids: [idOf(again, "budi")] } }, signal);
    await rig.look();
    expect(router.writes()).toEqual([]);
  });

  test("another device behind the address is not adopted", async () => {
    const { adoption, rig, router } = await start();
    const { softwareId, serialNumber } = router.system;
    rig.db
      .prepare("update routers set software_id = ?, serial_number = ?, accepted_at_ms = 1")
      .run(softwareId, "OTHER");
    expect(serialNumber).not.toBe("OTHER");
    await expect(adoption.inventory("hex", signal)).rejects.toMatchObject({ code: "ROUTER_OTHER_DEVICE" });
    await expect(adoption.inventory("nope", signal)).rejects.toMatchObject({ code: "ROUTER_UNKNOWN" });
  });
});

describe("a copy of a secret on a second router", () => {
  const alike = ({ ppp }: SimulatedRouter): void => {
    ppp.addProfile({ name: "10M", "rate-limit": "5M/10M" });
    ppp.addProfile({ name: "20M-200rb", "rate-limit": "1M/1M" });
    ppp.addSecret({ name: "budi", password: "x", profile: "10M" });
    ppp.addSecret({ name: "siti", password: "x", profile: "20M-200rb" });
    ppp.addSecret({ name: "agus", password: "x", profile: "10M", disabled: "yes" });
    ppp.addSecret({ name: "mati", password: "x", profile: "10M", disabled: "yes" });
  };

  test("joins the subscription where both are alike, and is a conflict where not", async () => {
    const { adoption, second } = await start();
    alike(second);
    const { lines: adopted } = await adoption.confirm("cli", "hex", { chosen: { all: true } }, signal);
    const { lines, conflicts, plans } = await adoption.inventory("rb", signal);
    expect(plans).toEqual([]);
    expect(lines.map(({ name, subscription }) => [name, subscription.kind])).toEqual([
      ["budi", "existing"],
      ["mati", "existing"],
    ]);
    expect(conflicts.map(({ row, kind }) => `${row.name} ${kind}`)).toEqual(["siti copy-differs", "agus copy-differs"]);
    const copies = await adoption.confirm("cli", "rb", { chosen: { all: true } }, signal);
    expect(copies.lines.map(({ subscriptionId }) => subscriptionId)).toEqual(
      ["pppoe:budi", "pppoe:mati"].map((key) => adopted.find((line) => line.key === key)?.subscriptionId),
    );
  });
});

describe("passwords", () => {
  const passwords = new Map([
    ["pppoe:budi", "rahasia-1"],
    ["pppoe:siti", "x".repeat(129)],
    ["hotspot:cd34", "voucher"],
  ] as const);

  test("come along with what is adopted, sealed as already written; those of nobody are not kept", async () => {
    const { adoption, rig, router } = await start();
    const inventory = await adoption.inventory("hex", signal);
    const chosen = { ids: [idOf(inventory, "budi"), idOf(inventory, "siti"), idOf(inventory, "masjid")] };
    const adopted = await adoption.confirm("cli", "hex", { chosen, passwords }, signal);
    expect(adopted.passwords).toEqual({
      imported: 1,
      kept: 0,
      without: ["pppoe:siti"],
      unmanaged: 1,
      unfit: ["pppoe:siti"],
    });
    await rig.look();
    expect(router.writes()).toEqual([]);
    expect(
      rig.db.prepare("select sealed_password from line_access where sealed_password is not null").pluck().all(),
    ).toEqual(["rahasia-1"]);
    expect(JSON.stringify(rig.db.prepare("select * from audit").all())).not.toContain("rahasia-1");
  });

  test("are kept once for lines that are managed already; what the books know stays", async () => {
    const { adoption, rig, router, books } = await start();
    const inventory = await adoption.inventory("hex", signal);
    const chosen = { ids: [idOf(inventory, "budi"), idOf(inventory, "siti"), idOf(inventory, "agus")] };
    const { lines } = await adoption.confirm("cli", "hex", { chosen }, signal);
    expect(adoption.importPasswords("cli", "hex", new Map([["pppoe:budi", "a"]]))).toMatchObject({
      imported: 1,
      without: ["pppoe:siti", "pppoe:agus"],
    });
    expect(adoption.importPasswords("cli", "hex", new Map([["pppoe:budi", "b"]]))).toMatchObject({
      imported: 0,
      kept: 1,
    });
    await rig.look();
    expect(router.writes()).toEqual([]);
    // The books can bring it back.
    const budi = lines.find(({ key }) => key === "pppoe:budi");
    router.ppp.removeSecret("budi");
    books.answerByHand("cli", budi?.lineId ?? 0, "recreate");
    await rig.look();
    expect(router.admin.row("/ppp/secret", "budi")?.["password"]).toBe("a");
  });
});
