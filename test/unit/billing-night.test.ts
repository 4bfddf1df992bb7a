import { expect, test } from "vitest";
import type { RunReport } from "../../src/app/billing/run.js";
import { createRunTeller, watchFirstRounds } from "../../src/daemon/billing-night.js";
import { createFakeClock } from "../fakes/clock.js";

test("billing waits until every router was asked once, or three minutes", async () => {
  const clock = createFakeClock();
  const rounds = watchFirstRounds(clock, () => ["utara", "selatan"]);
  expect(rounds.waitingFor()).toContain("first time");
  expect(rounds.note("utara")).toBe(false);
  expect(rounds.waitingFor()).toContain("first time");
  expect(rounds.note("selatan")).toBe(true);
  expect(rounds.waitingFor()).toBeUndefined();
  expect(rounds.note("selatan")).toBe(false);

  const silent = watchFirstRounds(clock, () => ["mati"]);
  await clock.advance(179_999);
  expect(silent.waitingFor()).toContain("first time");
  await clock.advance(1);
  expect(silent.waitingFor()).toBeUndefined();
});

test("a run that is held back is told once, and again when the reason changes or something was done", () => {
  const told: string[] = [];
  const log = {
    info: ({ heldBack }: { heldBack?: string }) => void told.push(heldBack ?? "went on"),
    error: ({ problem }: { problem: string }) => void told.push(problem),
  };
  const tell = createRunTeller(log as never);
  const nothing = { invoiced: [], reminded: [], isolated: [], released: [], failed: [], waiting: [] };
  const totals = { invoicedIdr: 0, remindedIdr: 0, isolatedIdr: 0 };
  const report = (parts: object) =>
    ({ date: 20261123, isDryRun: false, ...nothing, totals, ...parts }) as unknown as RunReport;
  for (let minute = 0; minute < 60; minute += 1) tell(report({ heldBack: "the clock is in doubt" }));
  tell(report({ heldBack: "the clock is in doubt", released: [{}] }));
  tell(report({ heldBack: "the daemon is stopping" }));
  tell(report({ heldBack: undefined, failed: [{ subscriptionId: 1, problem: "no tax rule" }] }));
  expect(told).toEqual([
    "the clock is in doubt",
    "the clock is in doubt",
    "the daemon is stopping",
    "no tax rule",
    "went on",
  ]);
});
