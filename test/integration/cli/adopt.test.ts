import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { startDaemon } from "../../../src/daemon/compose.js";
import { loadConfig } from "../../../src/daemon/config.js";
import { createLogger } from "../../../src/daemon/logger.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter } from "../../../src/simulator/index.js";
import { fillByHand } from "../adopt/hand-run.js";
import { run, type CliResult } from "./in-process.js";

let folder: string;
let path: string;
let router: SimulatedRouter;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-adopt-cli-"));
  path = join(folder, "routers.yaml");
  router = createSimulatedRouter(createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30) }), { personality: "6.49" });
  fillByHand(router);
  const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
  writeFileSync(
    path,
    `site: { name: a, timezone: Asia/Jakarta }\nhttp: { port: 0 }\nrouters:\n` +
      `  - { name: hex, host: 127.0.0.1, port: ${port}, username: ronda, password: ronda, mode: enforce }\n`,
  );
});
afterEach(async () => {
  await router.close();
  rmSync(folder, { recursive: true });
});

const ronda = (...argv: string[]): Promise<CliResult> => run([...argv, "--config", path]);
const database = (): string => join(folder, "data", "ronda.db");

describe("ronda adopt", () => {
  test("shows what is there, and makes no books", async () => {
    const { code, out, err } = await ronda("adopt", "hex");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("hex: 11 lines to adopt, 4 isolated ones, 6 new plans, 3 conflicts");
    expect(out).toMatch(/10M +5M\/10M +profile 10M, speeds kept by Ronda +4 lines +price not known/);
    expect(out).toMatch(/20M-200rb +.*Rp200\.000 \(from its name\)/);
    expect(out).toMatch(/pppoe +budi +10M +Pak Budi +\+6281234567890/);
    expect(out).toMatch(/pppoe +mati +10M +mati +isolated: disabled/);
    expect(out).toMatch(/static +menunggak .* 10\.20\.0\.7 {2}isolated: isolir list/);
    expect(out).toContain("secret lupa: lupa is on profile isolir");
    expect(out).toMatch(/5 {2}vouchers, and what Mikhmon keeps: .*ab12/);
    expect(out).toContain("ronda adopt hex --confirm --price 10M=… --price khusus=…");
    expect(existsSync(database())).toBe(false);
    expect(router.writes()).toEqual([]);
  });

  test("takes it into the books with prices, and then nothing is left and nothing differs", async () => {
    const before = router.access.snapshotStored();
    const done = await ronda(
      "adopt",
      "hex",
      "--confirm",
      "--price",
      "10M=150.000",
      "--price",
      "khusus=75000",
      "--plan",
      "lupa=10M",
    );
    expect([done.code, done.err]).toEqual([0, ""]);
    expect(done.out).toContain(
      "hex: 12 lines of 12 customers adopted, 5 of them isolated by hand; 6 new plans. Nothing was written",
    );
    expect(done.out).toContain("these plans cost nothing until somebody says what: bulanan, 5M/10M, 5M/10M (queue)");
    const again = await ronda("adopt", "hex", "--confirm");
    expect(again.out).toContain("0 lines of 0 customers adopted");
    const differs = await ronda("diff");
    expect([differs.code, differs.out]).toEqual([0, "hex: as the books say (12 lines)\n"]);
    expect(router.writes()).toEqual([]);
    expect(router.access.snapshotStored()).toEqual(before);
    const db = await openDatabase(database());
    expect(db.prepare("select name, price_idr as price from plans where price_idr > 0 order by price").all()).toEqual([
      { name: "khusus", price: 75_000 },
      { name: "10M", price: 150_000 },
      { name: "20M-200rb", price: 200_000 },
    ]);
    db.close();
  });

  test("a part of it, by name", async () => {
    const { code, out } = await ronda("adopt", "hex", "--confirm", "--only", "budi, static:masjid", "--merge-phones");
    expect([code, out.split("\n")[0]]).toEqual([
      0,
      "hex: 2 lines of 2 customers adopted, 0 of them isolated by hand; 2 new plans. Nothing was written to the router.",
    ]);
    const again = await ronda("adopt", "hex", "--confirm", "--only", "budi,agus", "--merge-phones");
    expect(again.out).toContain("hex: 1 line of 1 customer adopted");
    const db = await openDatabase(database());
    expect(db.prepare("select name from customers order by id").pluck().all()).toEqual([
      "Pak Budi",
      "Masjid Al-Ikhlas",
    ]);
    db.close();
  });

  test("beside a running daemon, which sees it at its next look", async () => {
    const { config } = loadConfig(path, {});
    const daemon = await startDaemon({
      config,
      log: createLogger({ level: "error", destination: { write: () => {} } }),
      clock: createSystemClock(),
      version: "1.2.3",
    });
    try {
      const { code, out } = await ronda("adopt", "hex", "--confirm", "--json");
      expect(code).toBe(0);
      expect((JSON.parse(out) as { confirmed: { lines: unknown[] } }).confirmed.lines).toHaveLength(11);
      const reply = await fetch(`${daemon.url}/api/v1/lines?managed=true&limit=100`);
      expect(((await reply.json()) as { items: unknown[] }).items).toHaveLength(11);
    } finally {
      await daemon.stop();
    }
    expect(router.writes()).toEqual([]);
  });

  test("--json is the whole proposal", async () => {
    const { out } = await ronda("adopt", "hex", "--json");
    const report = JSON.parse(out) as { router: string; lines: { id: string }[]; confirmed: unknown };
    expect(report).toMatchObject({ router: "hex", confirmed: null });
    expect(report.lines[0]?.id).toMatch(/^pppoe:budi#[0-9a-f]{16}$/);
  });

  test("what cannot be: names, prices and routers that are not there", async () => {
    const said = async (...argv: string[]): Promise<[number, string]> => {
      const { code, err } = await ronda("adopt", ...argv);
      return [code, err];
    };
    expect(await said("nope")).toEqual([1, expect.stringContaining("ROUTER_UNKNOWN")]);
    expect(await said("hex", "--price", "10M=1000")).toEqual([2, expect.stringContaining("add --confirm")]);
    expect(await said("hex", "--confirm", "--price", "99M=1000")).toEqual([2, expect.stringContaining("no plan 99M")]);
    expect(await said("hex", "--confirm", "--price", "10M=seribu")).toEqual([2, expect.stringContaining("10M=150000")]);
    expect(await said("hex", "--confirm", "--only", "budi,nobody")).toEqual([
      2,
      expect.stringContaining("nobody is not proposed"),
    ]);
    expect(await said("hex", "--confirm", "--only", "lupa")).toEqual([
      2,
      expect.stringContaining("say it (--plan lupa=PLAN)"),
    ]);
    expect(await said("hex", "--plan", "nobody=10M")).toEqual([2, expect.stringContaining("there is no nobody")]);
    await router.close();
    expect(await said("hex")).toEqual([1, expect.stringContaining("ROUTER_UNREACHABLE")]);
  });
});

describe("ronda adopt --passwords", () => {
  const file = (text: string): string => {
    const name = join(folder, "hex.rsc");
    writeFileSync(name, text);
    return name;
  };
  const exported =
    '/ppp secret\nadd name=budi password="kata sandi" profile=10M\nadd name=siti password=rahasia-2 \\\n    profile=x\n' +
    "/ip hotspot user\nadd name=ab12 password=voucher-9\n";

  test("keeps them sealed, says whose are missing, and never shows one", async () => {
    const { code, out, err } = await ronda(
      "adopt",
      "hex",
      "--confirm",
      "--only",
      "budi,siti,agus,masjid",
      "--passwords",
      file(exported),
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Passwords: 2 kept now, 0 known before, 1 of lines that nobody manages");
    expect(out).toContain("1 line without one, not rebuildable: agus");
    expect(out).not.toMatch(/kata sandi|rahasia-2|voucher-9/);
    const later = await ronda(
      "adopt",
      "hex",
      "--passwords",
      file("/ppp secret add name=agus password=tiga\n/ppp secret add name=budi password=lain\n"),
      "--json",
    );
    expect(JSON.parse(later.out)).toMatchObject({ passwords: { imported: 1, kept: 1, without: [] } });
    expect(later.out).not.toMatch(/tiga|lain"/);
    const db = await openDatabase(database());
    const sealed = db
      .prepare("select sealed_password from line_access where sealed_password is not null")
      .pluck()
      .all();
    expect(sealed).toHaveLength(3);
    expect(sealed.join()).not.toMatch(/kata|rahasia|tiga/);
    expect(JSON.stringify(db.prepare("select * from audit").all())).not.toMatch(/kata sandi|rahasia-2|tiga/);
    db.close();
    expect((await ronda("diff")).code).toBe(0);
    expect(router.writes()).toEqual([]);
  });

  test("a file that is none, has none, or is not there", async () => {
    const said = async (text: string): Promise<string> => (await ronda("adopt", "hex", "--passwords", file(text))).err;
    expect(await said("hello")).toContain("is it a router's /export?");
    expect(await said("/ppp secret\nadd name=budi profile=10M\n")).toContain("show-sensitive");
    const missing = await ronda("adopt", "hex", "--passwords", join(folder, "none.rsc"));
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("ENOENT")]);
    expect(existsSync(database())).toBe(false);
  });
});

describe("ronda diff", () => {
  test("before anything is managed nothing differs, and no books are made", async () => {
    expect(await ronda("diff", "hex")).toEqual({ code: 0, out: "hex: as the books say (0 lines)\n", err: "" });
    expect(existsSync(database())).toBe(false);
  });

  test("says what would change and why, asks and tells what is in the way; writes nothing", async () => {
    await ronda("adopt", "hex", "--confirm");
    router.ppp.setSecret("budi", { profile: "lama" });
    router.admin.set("/ip/hotspot/user/profile", "bulanan", { "rate-limit": "1M/1M" });
    router.ppp.setSecret("agus", { disabled: "yes" });
    router.ppp.removeSecret("siti");
    router.ppp.setSecret("nunggak", { profile: "10M" });
    const { code, out } = await ronda("diff");
    expect(code).toBe(1);
    expect(out.split("\n").slice(0, 4)).toEqual([
      "hex: 3 changes, 2 questions, 0 obstacles (11 lines)",
      "       set hotspot profile bulanan: rate-limit 1M/1M → 2M/4M; the plan says so",
      "       set secret budi (Pak Budi): profile lama → 10M; the plan says so",
      "  OFF  set secret nunggak (Bu Rina): profile 10M → isolir; the subscription is isolated",
    ]);
    expect(out).toMatch(/\? +agus was disabled by hand on hex/);
    const json = JSON.parse((await ronda("diff", "--json")).out) as {
      routers: { changes: unknown[]; differs: boolean }[];
    };
    expect(json.routers[0]?.differs).toBe(true);
    expect(json.routers[0]?.changes[2]).toMatchObject({
      kind: "set-secret",
      name: "nunggak",
      customer: "Bu Rina",
      effect: "darkens",
      why: { code: "isolated" },
      before: { profile: "10M" },
      after: { profile: "isolir" },
    });
    expect(router.writes()).toEqual([]);
  });

  test("a router that cannot be read is a difference that nobody knows", async () => {
    await router.close();
    const { code, out } = await ronda("diff");
    expect([code, out]).toEqual([1, expect.stringMatching(/^hex: cannot be read: .*\(ROUTER_UNREACHABLE\)\n$/)]);
    expect(JSON.parse((await ronda("diff", "--json")).out)).toMatchObject({
      routers: [{ name: "hex", error: { code: "ROUTER_UNREACHABLE" } }],
    });
  });
});

test("ronda adopt --bills-from says from when the adopted are billed, and only with --confirm", async () => {
  const early = await ronda("adopt", "hex", "--bills-from", "2026-11-01");
  expect([early.code, early.err]).toMatchObject([2, expect.stringContaining("add --confirm")]);
  const none = await ronda("adopt", "hex", "--confirm", "--bills-from", "2026-11-31");
  expect([none.code, none.err]).toMatchObject([2, expect.stringContaining("a date that exists")]);
  expect((await ronda("adopt", "hex", "--confirm", "--only", "budi", "--bills-from", "2026-11-01")).code).toBe(0);
  const db = await openDatabase(database());
  expect(db.prepare("select bills_from from subscription_billing").pluck().all()).toEqual([20261101]);
  db.close();
});
