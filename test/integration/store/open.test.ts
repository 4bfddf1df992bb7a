import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockForDaemon } from "../../../src/adapters/sqlite/daemon-lock.js";
import { knownMigrations, migrationsFolder, openDatabase } from "../../../src/adapters/sqlite/open.js";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-store-"));
  path = join(folder, "ronda.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refused = async (code: string, at = path, migrations?: string): Promise<string> => {
  const error: unknown = await openDatabase(at, migrations).then(
    (db) => {
      db.close();
      return undefined;
    },
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  return (error as Error).message;
};

describe("a new database", () => {
  test("every table is STRICT, the hot ones are keyed by what a round writes, foreign keys are on", async () => {
    const db = await openDatabase(path);
    const tables = db.pragma("table_list") as {
      name: string;
      type: string;
      strict: number;
      wr: number;
      schema: string;
    }[];
    const ours = tables.filter(
      ({ name, type, schema }) =>
        schema === "main" && type === "table" && !name.startsWith("sqlite_") && name !== "__drizzle_migrations",
    );
    expect(ours.length).toBeGreaterThan(8);
    expect(ours.filter(({ strict }) => strict === 0)).toEqual([]);
    expect(new Set(ours.filter(({ wr }) => wr === 1).map(({ name }) => name))).toEqual(
      new Set([
        "baselines",
        "usage_hours",
        "usage_days",
        "samples",
        "hotspot_totals",
        "invoice_charges",
        "invoice_plan_parts",
        "reminders",
      ]),
    );
    expect(db.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(() =>
      db.prepare("insert into lines (router_id, service, name, first_seen_at_ms) values (99, 'pppoe', 'x', 1)").run(),
    ).toThrow(/FOREIGN KEY/);
    expect(() => db.prepare("insert into meta values ('x', 1.5)").run()).not.toThrow();
    expect(() => db.prepare("insert into routers (name, added_at_ms) values ('x', 'seratus')").run()).toThrow(
      /cannot store TEXT/,
    );
    db.close();
  });

  test("opening it again changes nothing", async () => {
    (await openDatabase(path)).close();
    const before = readFileSync(path);
    const db = await openDatabase(path);
    expect(db.prepare("select count(*) as n from __drizzle_migrations").get()).toEqual({ n: knownMigrations().length });
    db.close();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["ronda.db"]);
  });
});

describe("refusals, each before anything is changed", () => {
  test("a newer version's database", async () => {
    const db = await openDatabase(path);
    db.prepare("insert into __drizzle_migrations (hash, created_at) values ('later', ?)").run(Date.UTC(2099, 0, 1));
    db.close();
    expect(await refused("STORE_NEWER")).toContain("install the newer version");
  });

  test("a migration that was edited after it had made this database", async () => {
    const db = await openDatabase(path);
    db.prepare("update __drizzle_migrations set hash = 'other'").run();
    db.close();
    expect(await refused("STORE_MIGRATION_FAILED")).toContain("edited");
  });

  test("somebody else's SQLite file", async () => {
    const db = new Database(path);
    db.exec("create table bookmarks (url text)");
    db.close();
    expect(await refused("STORE_CORRUPT")).toContain("not one of Ronda's");
  });

  test.each([
    ["text", () => writeFileSync(path, "this is no database at all, but it is long enough to be looked at".repeat(20))],
    ["a folder", () => mkdirSync(path)],
  ])("%s where the database should be", async (_name, make) => {
    make();
    const error: unknown = await openDatabase(path).catch((reason: unknown) => reason);
    expect((error as { code: string }).code).toMatch(/^STORE_(CORRUPT|UNWRITABLE)$/);
    expect((error as Error).message).toContain(path);
  });

  test("damage anywhere in the file is said to be damage, or the file opens whole", async () => {
    const db = await openDatabase(path);
    const add = db.prepare("insert into meta values (?, ?)");
    for (let i = 0; i < 2_000; i += 1) add.run(`key ${i}`, "x".repeat(50));
    db.close();
    const whole = readFileSync(path);
    let refusals = 0;
    for (let i = 0; i < 60; i += 1) {
      const damaged = Buffer.from(whole);
      const at = (i * 7_919 + 24) % (whole.length - 64);
      damaged.fill(0xa5, at, at + 64);
      rmSync(path, { force: true });
      rmSync(`${path}-wal`, { force: true });
      rmSync(`${path}-shm`, { force: true });
      writeFileSync(path, damaged);
      const outcome: unknown = await openDatabase(path).then(
        (opened) => opened.close(),
        (reason: unknown) => reason,
      );
      if (outcome instanceof Error) {
        refusals += 1;
        expect((outcome as Error & { code?: string }).code, outcome.message).toMatch(/^STORE_/);
      }
    }
    // Free space, empty tables and text content may be hit without breaking the structure.
    expect(refusals).toBeGreaterThan(5);
  });

  test("a file that was cut off", async () => {
    const db = await openDatabase(path);
    for (let i = 0; i < 500; i += 1) db.prepare("insert into meta values (?, ?)").run(`key ${i}`, "x".repeat(100));
    db.close();
    truncateSync(path, Math.floor(readFileSync(path).length / 2));
    await refused("STORE_CORRUPT");
  });

  test("a second daemon, until the first is gone", () => {
    const first = lockForDaemon(path);
    expect(() => lockForDaemon(path)).toThrow(expect.objectContaining({ code: "STORE_IN_USE" }) as Error);
    first.release();
    lockForDaemon(path).release();
  });

  test("a folder that cannot be made, or a lock that cannot: not another daemon", async () => {
    writeFileSync(join(folder, "file"), "");
    const below = join(folder, "file", "data", "ronda.db");
    expect(() => lockForDaemon(below)).toThrow(expect.objectContaining({ code: "STORE_UNWRITABLE" }) as Error);
    expect(() => lockForDaemon(below)).toThrow(/ronda\.db cannot be made \(ENOTDIR: a part of the path is a file\)/);
    expect(await refused("STORE_UNWRITABLE", below)).toContain("ENOTDIR");
    mkdirSync(`${path}.lock`);
    expect(() => lockForDaemon(path)).toThrow(expect.objectContaining({ code: "STORE_UNWRITABLE" }) as Error);
  });

  test.skipIf(process.getuid?.() === 0)(
    "a file that may only be read, at once and not at the first round",
    async () => {
      (await openDatabase(path)).close();
      chmodSync(path, 0o444);
      expect(await refused("STORE_UNWRITABLE")).toContain("readonly");
    },
  );
});

describe("migrations", () => {
  /** The released migrations and one more, as a later version would bring it. */
  function withNext(sql: string): string {
    const next = join(folder, "drizzle");
    cpSync(migrationsFolder, next, { recursive: true });
    const journalPath = join(next, "meta/_journal.json");
    const journal = JSON.parse(readFileSync(journalPath, "utf8")) as { entries: object[] };
    journal.entries.push({
      idx: journal.entries.length,
      version: "6",
      when: Date.UTC(2098, 0, 1),
      tag: "9999_next",
      breakpoints: true,
    });
    writeFileSync(journalPath, JSON.stringify(journal));
    writeFileSync(join(next, "9999_next.sql"), sql);
    return next;
  }

  /** What drizzle-kit generates to rebuild a parent table: the old one is dropped while children point at it. */
  const rebuildRouters = (db: Database.Database): string => {
    const { sql } = db.prepare("select sql from sqlite_master where name = 'routers'").get() as { sql: string };
    const columns = (db.pragma("table_info(routers)") as { name: string }[]).map(({ name }) => `\`${name}\``).join();
    return [
      "PRAGMA foreign_keys=OFF;",
      sql.replace("`routers`", "`__new_routers`").replaceAll('"routers".', '"__new_routers".') + ";",
      `INSERT INTO __new_routers (${columns}) SELECT ${columns} FROM routers;`,
      "DROP TABLE routers;",
      "ALTER TABLE __new_routers RENAME TO routers;",
      "PRAGMA foreign_keys=ON;",
    ].join("--> statement-breakpoint\n");
  };

  async function populated(): Promise<string> {
    const db = await openDatabase(path);
    db.exec(`insert into routers (id, name, added_at_ms) values (1, 'hex', 1);
      insert into lines (id, router_id, service, name, first_seen_at_ms) values (1, 1, 'pppoe', 'budi', 1), (2, 1, 'pppoe', 'siti', 1);`);
    const sql = rebuildRouters(db);
    db.close();
    return sql;
  }

  test("a rebuilt parent table keeps its children, and the old file is kept beside it", async () => {
    const next = withNext(await populated());
    const db = await openDatabase(path, next);
    expect(db.prepare("select count(*) as n from lines").get()).toEqual({ n: 2 });
    expect(db.pragma("foreign_key_check")).toEqual([]);
    expect(db.pragma("foreign_keys", { simple: true })).toBe(1);
    db.close();
    const backup = new Database(`${path}.before-9999_next`, { readonly: true });
    expect(backup.prepare("select count(*) as n from lines").get()).toEqual({ n: 2 });
    backup.close();
  });

  test("one that fails half-way changes nothing", async () => {
    await populated();
    const next = withNext(
      "create table more (a integer) strict;--> statement-breakpoint\ninsert into nowhere values (1);",
    );
    expect(await refused("STORE_MIGRATION_FAILED", path, next)).toContain("Nothing was changed");
    const db = await openDatabase(path);
    expect(db.prepare("select count(*) as n from sqlite_master where name = 'more'").get()).toEqual({ n: 0 });
    db.close();
  });

  test("a very first start that died before its tables were made is simply done again", async () => {
    const db = new Database(path);
    // As drizzle's migrator makes it, before the transaction that makes ours.
    db.exec("create table __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)");
    db.close();
    const again = await openDatabase(path);
    expect(again.prepare("select count(*) as n from routers").get()).toEqual({ n: 0 });
    again.close();
  });

  test("a disk that fills while tables are made is called that, and there is another try", async () => {
    await populated();
    // A transaction that ends by itself, as SQLite ends it then.
    const next = withNext(
      "create table more (a integer) strict;--> statement-breakpoint\nrollback;--> statement-breakpoint\ninsert into nowhere values (1);",
    );
    expect(await refused("STORE_UNWRITABLE", path, next)).toMatch(/disk is full or fails. Nothing was changed/);
    (await openDatabase(path)).close();
  });

  test("one that orphans rows is noticed", async () => {
    await populated();
    const next = withNext("delete from routers;");
    expect(await refused("STORE_MIGRATION_FAILED", path, next)).toContain("point at rows that are gone");
  });

  test(
    "killed in the middle of one: the old tables or the new, never something between",
    { timeout: 60_000 },
    async () => {
      await populated();
      const statements = Array.from({ length: 200 }, (_, i) => `create table t${i} (a integer) strict;`);
      const next = withNext(statements.join("--> statement-breakpoint\n"));
      const original = readFileSync(path);
      const program = `import { openDatabase } from ${JSON.stringify(resolve(import.meta.dirname, "../../../dist/adapters/sqlite/open.js"))};
      process.stdout.write("ready\\n"); await openDatabase(${JSON.stringify(path)}, ${JSON.stringify(next)});`;
      const outcomes = new Set<number>();
      for (let i = 0; i < 8; i += 1) {
        for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
        writeFileSync(path, original);
        const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const gone = new Promise((done) => child.once("exit", done));
        await Promise.race([new Promise((ready) => child.stdout.once("data", ready)), gone]);
        // Spread over the time that opening and migrating take; when it really dies does not matter to what is asserted.
        await new Promise((done) => setTimeout(done, i * 12));
        child.kill("SIGKILL");
        await gone;
        const db = new Database(path);
        const { n } = db
          .prepare("select count(*) as n from sqlite_master where type = 'table' and name glob 't[0-9]*'")
          .get() as { n: number };
        const { m } = db.prepare("select count(*) as m from __drizzle_migrations").get() as { m: number };
        expect([0, 200]).toContain(n);
        expect(m).toBe(knownMigrations().length + (n === 0 ? 0 : 1));
        expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
        db.close();
        outcomes.add(n);
      }
      expect(outcomes.size).toBeGreaterThan(0);
    },
  );

  test("the stored files are what the schema says", () => {
    // Details are `npm run check:schema`'s, which asks drizzle-kit; here just that nothing is missing from the package.
    for (const { tag } of knownMigrations()) expect(existsSync(join(migrationsFolder, `${tag}.sql`))).toBe(true);
  });
});
