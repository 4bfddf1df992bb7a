import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { brokenMoney } from "./billing-rig.js";
import { moves, prepareMoney } from "./billing-year.js";
import { digest } from "./books-rig.js";
import { onEachWrite } from "./large-change.js";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-billing-"));
  path = join(folder, "before.db");
  const db = await openDatabase(path);
  prepareMoney(db);
  db.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How the books look after each move, and how many rows were written until then; the first is before any. */
async function undisturbed(): Promise<{ digests: string[]; writes: number[] }> {
  const copy = join(folder, "whole.db");
  copyFileSync(path, copy);
  const db = await openDatabase(copy);
  let count = 0;
  const digests = [digest(db)];
  const writes = [0];
  onEachWrite(db, () => (count += 1));
  for (const move of moves) {
    move(db);
    digests.push(digest(db));
    writes.push(count);
    expect(brokenMoney(db)).toEqual([]);
  }
  db.close();
  expect(new Set(digests).size).toBe(moves.length + 1);
  return { digests, writes };
}

/** The rest of the moves, as somebody would make them after a restart: it ends where an undisturbed day ends. */
function finish(db: Sqlite, digests: readonly string[]): void {
  const done = digests.indexOf(digest(db));
  for (const move of moves.slice(done)) move(db);
  expect(digest(db)).toBe(digests.at(-1));
  expect(brokenMoney(db)).toEqual([]);
}

test("a disk that fails at any single write undoes that move whole, and takes no number", async () => {
  const { digests, writes } = await undisturbed();
  const db = await openDatabase(path);
  let nth = 0;
  let failing = 0;
  onEachWrite(db, () => {
    nth += 1;
    if (nth === failing) throw new Error("the disk failed");
  });
  for (const [at, move] of moves.entries()) {
    const count = (writes[at + 1] ?? 0) - (writes[at] ?? 0);
    expect(count).toBeGreaterThan(3);
    for (failing = 1; failing <= count; failing++) {
      nth = 0;
      expect(() => move(db), `move ${at}, write ${failing}`).toThrow("the disk failed");
      expect(digest(db), `move ${at}, write ${failing}`).toBe(digests[at]);
    }
    failing = 0;
    move(db);
    expect(digest(db)).toBe(digests[at + 1]);
  }
  expect(brokenMoney(db)).toEqual([]);
  db.close();
});

test(
  "killed at any write: what was committed is there, the move at hand is not, and the day can be finished",
  { timeout: 60_000 },
  async () => {
    const { digests, writes } = await undisturbed();
    const fixture = resolve(import.meta.dirname, "killed-while-billing.fixture.mts");
    const total = writes.at(-1) ?? 0;
    // In the first, in each in the middle of it, at the last write of all, and after everything.
    const middles = moves.map((_move, at) => Math.ceil(((writes[at] ?? 0) + (writes[at + 1] ?? 0)) / 2));
    for (const nth of [1, ...middles, total, total + 1]) {
      const copy = join(folder, `killed-${nth}.db`);
      copyFileSync(path, copy);
      const child = spawn(process.execPath, ["--import", "tsx", fixture, copy, "0", String(nth)], {
        stdio: ["ignore", "inherit", "inherit"],
      });
      const signal = await new Promise((done) => child.once("exit", (_code, by) => done(by)));
      expect(signal).toBe("SIGKILL");
      const killed = new Database(copy);
      expect(killed.pragma("integrity_check", { simple: true })).toBe("ok");
      expect(brokenMoney(killed)).toEqual([]);
      const done = writes.filter((until) => until < nth).length - 1;
      expect(digest(killed), `write ${nth}`).toBe(digests[done]);
      killed.close();
      const db = await openDatabase(copy);
      finish(db, digests);
      db.close();
    }
  },
);
