import { prepareClockSense } from "../../src/adapters/sqlite/clock-store.js";
import { createNewestFile } from "../../src/adapters/sqlite/newest-file.js";
import type { Sqlite } from "../../src/adapters/sqlite/open.js";
import { createDisciplinedClock } from "../../src/adapters/system/disciplined-clock.js";
import { createClockSense, type ClockSense } from "../../src/app/clock/clock-sense.js";
import type { Clock } from "../../src/app/ports.js";
import { earliestHonestMs } from "../../src/domain/billing/clock-doubt.js";

/** The judge of a driven clock, on the books of a test: the real one, with nobody to ask but books, routers and people. */
export function createTestClockSense(db: Sqlite, machine: Clock): ClockSense {
  const store = prepareClockSense(db, createNewestFile(":memory:"), {
    newestReadMs: undefined,
    shownMs: machine.nowMs(),
  });
  const clock = createDisciplinedClock(machine, earliestHonestMs, () => sense.noteStep());
  const sense = createClockSense({
    store,
    clock,
    readNtp: () => Promise.resolve("unknown"),
    routerValidMs: () => 30 * 60_000,
    madeAtMs: earliestHonestMs,
    onStoreFailure: (error) => {
      throw error;
    },
  });
  sense.judge();
  return sense;
}
