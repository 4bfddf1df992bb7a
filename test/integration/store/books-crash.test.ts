import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { brokenInvariants, digest } from "./books-rig.js";
import { largeChange, onEachWrite, prepareLargeChange } from "./large-change.js";

let folder = "";
let path = "";
let keyPath = "";
let before = "";
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-books-"));
  path = join(folder, "before.db");
  keyPath = join(folder, "ronda.key");
  const db = await openDatabase(path);
  prepareLargeChange(db, keyPath);
  before = digest(db);
  db.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const copyTo = (name: string): string => {
  const copy = join(folder, name);
  copyFileSync(path, copy);
  return copy;
};

/** How many rows the large change writes. */
async function countWrites(): Promise<number> {
  const db = await openDatabase(copyTo("count.db"));
  let count = 0;
  onEachWrite(db, () => (count += 1));
  largeChange(db, keyPath);
  expect(digest(db)).not.toBe(before);
  db.close();
  return count;
}

test("a disk that fails at any single write of a change leaves the books as they were", async () => {
  const count = await countWrites();
  expect(count).toBeGreaterThan(12);
  const db = await openDatabase(path);
  let nth = 0;
  let failing = 0;
  onEachWrite(db, () => {
    nth += 1;
    if (nth === failing) throw new Error("the disk failed");
  });
  for (failing = 1; failing <= count; failing++) {
    nth = 0;
    expect(() => largeChange(db, keyPath), `write ${failing}`).toThrow("the disk failed");
    expect(digest(db), `write ${failing}`).toBe(before);
  }
  failing = 0;
  largeChange(db, keyPath);
  expect(digest(db)).not.toBe(before);
  expect(brokenInvariants(db)).toEqual([]);
  db.close();
});

test(
  "killed between any two writes: all of it or nothing; killed right after: all of it",
  { timeout: 60_000 },
  async () => {
    const count = await countWrites();
    const fixture = resolve(import.meta.dirname, "killed-while-changing.fixture.mts");
    const dieAt = async (nth: number): Promise<string> => {
      const copy = copyTo(`killed-${nth}.db`);
      const child = spawn(process.execPath, ["--import", "tsx", fixture, copy, keyPath, String(nth)], {
        stdio: ["ignore", "inherit", "inherit"],
      });
      const signal = await new Promise((done) => child.once("exit", (_code, by) => done(by)));
      expect(signal).toBe("SIGKILL");
      const db = new Database(copy);
      expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
      expect(brokenInvariants(db)).toEqual([]);
      const after = digest(db);
      db.close();
      return after;
    };
    for (const nth of [1, Math.floor(count / 2), count]) expect(await dieAt(nth), `write ${nth}`).toBe(before);
    expect(await dieAt(count + 1), "after the commit").not.toBe(before);
  },
);
