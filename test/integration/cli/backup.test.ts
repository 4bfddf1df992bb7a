import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClockStore } from "../../../src/adapters/sqlite/clock-store.js";
import { lockForDaemon } from "../../../src/adapters/sqlite/daemon-lock.js";
import { createNewestFile } from "../../../src/adapters/sqlite/newest-file.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { run, type CliResult } from "./in-process.js";

let folder: string;
let config: string;
let path: string;
let backup: string;
let db: Sqlite;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-backup-"));
  config = join(folder, "routers.yaml");
  path = join(folder, "data", "ronda.db");
  backup = join(folder, "usb.db");
  writeFileSync(
    config,
    "site: { name: Uji, timezone: Asia/Jakarta }\ndatabase: { path: ./data/ronda.db }\n" +
      "routers:\n  - { name: hex, host: 127.0.0.1, username: r, password: r }\n",
  );
  db = await openDatabase(path);
  db.prepare("insert into routers (name, added_at_ms, last_read_at_ms) values ('hex', 1, ?)").run(
    Date.UTC(2026, 10, 20),
  );
  customer("Budi");
});
afterEach(() => {
  if (db.open) db.close();
  rmSync(folder, { recursive: true, force: true });
});

const customer = (name: string): void =>
  void db.prepare("insert into customers (name, created_at_ms, updated_at_ms) values (?, 1, 1)").run(name);
const ronda = (...argv: string[]): Promise<CliResult> => run(["--config", config, ...argv]);
const customersIn = (file: string): unknown[] => {
  const copy = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return copy.prepare("select name from customers order by id").pluck().all();
  } finally {
    copy.close();
  }
};
const around = (): string[] => readdirSync(join(folder, "data")).toSorted();

describe("ronda backup", () => {
  test("beside a running daemon: whole with what is still in the log, one file, for its owner only", async () => {
    // Open, with its last commits in the -wal alone; and somebody in the middle of a transaction.
    db.pragma("wal_autocheckpoint = 0");
    customer("Siti");
    db.exec("begin immediate");
    customer("belum");
    const result = await ronda("backup", backup);
    db.exec("rollback");
    expect(result).toMatchObject({ code: 0, err: "" });
    expect(result.out).toMatch(/usb\.db: \d+\.\d MB, checked\. It does not hold ronda\.key/);
    expect(customersIn(backup)).toEqual(["Budi", "Siti"]);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes("usb"))).toEqual(["usb.db"]);
  });

  test("replaces nothing without --force, and nothing with it that it could not make whole", async () => {
    writeFileSync(backup, "last week's");
    const refused = await ronda("backup", backup);
    expect([refused.code, refused.err]).toMatchObject([2, expect.stringMatching(/exists.*--force.*\(USAGE\)/)]);
    expect(readFileSync(backup, "utf8")).toBe("last week's");
    expect((await ronda("backup", path, "--force")).err).toMatch(/is the database itself/);

    customer("x".repeat(5_000).concat("-akhir"));
    for (let i = 0; i < 400; i += 1) customer(`nama ${i} ${"y".repeat(200)}`);
    db.close();
    // A damaged page in the middle: the header is as it was.
    const bytes = readFileSync(path);
    bytes.fill(0xee, bytes.length - 4_096 * 3, bytes.length - 4_096);
    writeFileSync(path, bytes);
    const damaged = await ronda("backup", backup, "--force", "--json");
    expect([damaged.code, JSON.parse(damaged.err)]).toMatchObject([1, { error: { code: "STORE_CORRUPT" } }]);
    expect(readFileSync(backup, "utf8")).toBe("last week's");
    expect(readdirSync(folder).toSorted()).toEqual(["data", "routers.yaml", "usb.db"]);
  });

  test("with --force a good one takes its place", async () => {
    writeFileSync(backup, "last week's");
    const { code, out } = await ronda("backup", backup, "--force", "--json");
    expect([code, JSON.parse(out)]).toEqual([0, { file: backup, bytes: statSync(backup).size }]);
    expect(customersIn(backup)).toEqual(["Budi"]);
  });

  test("says what is wrong with where it should go, and that there are no books", async () => {
    expect(await ronda("backup", join(folder, "nowhere", "x.db"))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/nowhere\/x\.db cannot be written \(ENOENT\).*\(STORE_UNWRITABLE\)/),
    });
    db.close();
    rmSync(join(folder, "data"), { recursive: true });
    expect(await ronda("backup", backup)).toMatchObject({ code: 2, err: expect.stringContaining("no books yet") });
    expect(existsSync(join(folder, "data"))).toBe(false);
  });
});

describe("ronda restore", () => {
  /** A backup of now; then the books go on. */
  async function begin(): Promise<void> {
    await ronda("backup", backup);
    customer("Siti");
  }

  test("moves the books aside with their log, puts the backup there, and latches that somebody has to vouch", async () => {
    db.pragma("wal_autocheckpoint = 0");
    await begin();
    // Killed: the log stays.
    const wal = readFileSync(`${path}-wal`);
    const main = readFileSync(path);
    db.close();
    writeFileSync(path, main);
    writeFileSync(`${path}-wal`, wal);
    const result = await ronda("restore", backup);
    expect(result).toMatchObject({ code: 0, err: "" });
    expect(result.out).toMatch(/1 customers, 0 subscriptions, 0 payments; the newest of 2026-11-20T00:00:00\.000Z/);
    expect(result.out).toMatch(/ronda clock --vouch/);
    const [, aside = ""] = /lie at (\S+);/.exec(result.out) ?? [];
    expect(around()).toEqual(
      ["ronda.db", "ronda.db.lock", ...["", "-wal"].map((end) => `${aside.split("/").at(-1)}${end}`)].toSorted(),
    );
    expect(aside).toMatch(/ronda\.db\.replaced-\d{8}-\d{6}$/);
    expect(customersIn(aside)).toEqual(["Budi", "Siti"]);
    expect(customersIn(path)).toEqual(["Budi"]);
    expect(existsSync(backup)).toBe(true);

    const clock = await ronda("clock");
    expect([clock.code, clock.out]).toMatchObject([
      1,
      expect.stringMatching(/DOUBTED \(books-restored\).*NTP cannot/s),
    ]);
    expect(await ronda("clock", "--vouch")).toMatchObject({ code: 0 });
    expect(JSON.parse((await ronda("clock", "--json")).out)).toMatchObject({
      state: "trusted",
      restoredAt: null,
      vouchedBy: "cli",
    });
    db = await openDatabase(path);
    expect(db.prepare("select by, action, before from audit").all()).toEqual([
      { by: "cli", action: "clock.vouch", before: '{"state":"doubted","reason":"books-restored"}' },
    ]);
  });

  test("is refused while a daemon runs, and only looks with --dry-run", async () => {
    await begin();
    db.close();
    const before = around();
    const lock = lockForDaemon(path);
    for (const more of [[], ["--dry-run"]]) {
      expect(await ronda("restore", backup, ...more)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/another Ronda already works.*\(STORE_IN_USE\)/),
      });
    }
    lock.release();
    const dry = await ronda("restore", "--dry-run", "--json", backup);
    expect(JSON.parse(dry.out)).toEqual({
      file: backup,
      isRestored: false,
      aside: null,
      newestAt: "2026-11-20T00:00:00.000Z",
      customers: 1,
      subscriptions: 0,
      payments: 0,
    });
    expect(around()).toEqual([...before, "ronda.db.lock"].toSorted());
    expect(customersIn(path)).toEqual(["Budi", "Siti"]);
  });

  test("where there are no books any more, and from a folder that takes no writing", async () => {
    await begin();
    db.close();
    rmSync(join(folder, "data"), { recursive: true });
    const usb = mkdtempSync(join(folder, "usb-"));
    copyFileSync(backup, join(usb, "old.db"));
    // As `sqlite3 .backup` leaves it: with the mark of a log that is not there.
    const old = new Database(join(usb, "old.db"));
    old.pragma("journal_mode = WAL");
    old.close();
    chmodSync(usb, 0o500);
    const result = await ronda("restore", join(usb, "old.db"), "--json");
    chmodSync(usb, 0o700);
    expect([result.code, JSON.parse(result.out)]).toMatchObject([0, { isRestored: true, aside: null }]);
    expect(customersIn(path)).toEqual(["Budi"]);
    expect(readdirSync(usb)).toEqual(["old.db"]);
  });

  test.each([
    ["half of it", "STORE_CORRUPT", (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ["nothing", "STORE_CORRUPT", (file: string) => truncateSync(file, 0)],
    ["a photo", "STORE_CORRUPT", (file: string) => writeFileSync(file, "\u0089PNG".repeat(999))],
    [
      "another program's database",
      "STORE_CORRUPT",
      (file: string) => {
        rmSync(file);
        new Database(file).exec("create table notes (x)").close();
      },
    ],
    [
      "a newer Ronda's",
      "STORE_NEWER",
      (file: string) =>
        new Database(file)
          .exec("insert into __drizzle_migrations (hash, created_at) values ('of tomorrow', 4000000000000)")
          .close(),
    ],
    ["no file", "USAGE", (file: string) => rmSync(file)],
  ] as const)("%s is refused with %s, and the books are as they were", async (_, code, spoil) => {
    await begin();
    db.close();
    const before = around();
    spoil(backup);
    for (const more of [["--dry-run"], []]) {
      const { err } = await ronda("restore", backup, "--json", ...more);
      expect(JSON.parse(err)).toMatchObject({ error: { code } });
    }
    expect(around().filter((name) => name !== "ronda.db.lock")).toEqual(before);
    expect(customersIn(path)).toEqual(["Budi", "Siti"]);
  });

  test("the database itself is no backup of itself", async () => {
    db.close();
    expect((await ronda("restore", path)).err).toMatch(/is the database itself/);
  });
});

describe("ronda clock", () => {
  test("tells what the machine shows, whether it is trusted, and why not; without books it says so", async () => {
    const newestFile = createNewestFile(path);
    const store = createClockStore(db, newestFile);
    store.setTrusted(Date.UTC(2026, 10, 20), undefined);
    expect(await ronda("clock")).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^the machine's clock shows 20\S+Z;.*\nlast trusted at 2026-11-20T00:00:00\.000Z\ntrusted\n$/,
      ),
    });
    store.beginDoubt({ reason: "routers-disagree", shownMs: 1, trustedMs: undefined });
    const { code, out } = await ronda("clock");
    expect([code, out]).toMatchObject([
      1,
      expect.stringContaining("DOUBTED (routers-disagree): Routers show another time"),
    ]);
    expect(newestFile.read()).toEqual({ trustedMs: Date.UTC(2026, 10, 20), auditId: 0 });
    db.close();
    rmSync(join(folder, "data"), { recursive: true });
    expect(await ronda("clock")).toMatchObject({ code: 0, out: expect.stringContaining("no books yet") });
    expect((await ronda("clock", "--vouch")).err).toMatch(/no books yet.*\(USAGE\)/);
  });
});
