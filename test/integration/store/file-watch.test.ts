import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startFileWatch } from "../../../src/adapters/sqlite/file-watch.js";
import { createFakeClock } from "../../fakes/clock.js";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-file-"));
  path = join(folder, "ronda.db");
  writeFileSync(path, "the books");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each<[string, () => void, number]>([
  ["written", () => writeFileSync(path, "more of the books"), 0],
  ["deleted", () => rmSync(path), 1],
  ["moved away", () => renameSync(path, `${path}.old`), 1],
  [
    "replaced by a backup",
    () => {
      copyFileSync(path, `${path}.backup`);
      renameSync(`${path}.backup`, path);
    },
    1,
  ],
])("a database file that is %s under the daemon", async (_how, happens, times) => {
  const clock = createFakeClock();
  const said: { code: string; message: string }[] = [];
  const watch = startFileWatch(clock, path, (error) => said.push(error));
  await clock.advance(60_000);
  expect(said).toEqual([]);
  happens();
  await clock.advance(60_000);
  expect(said).toHaveLength(times);
  if (times > 0) expect(said[0]).toMatchObject({ code: "STORE_UNWRITABLE", message: expect.stringContaining(path) });
  watch.stop();
  expect(clock.pendingCount).toBe(0);
});
