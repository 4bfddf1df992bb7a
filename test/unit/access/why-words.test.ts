import { describe, expect, test } from "vitest";
import { languages, obstacleWords, questionWords, reasonWords } from "../../../src/app/access/access-words.js";
import { accessStates, waits, worstState, type LineStanding } from "../../../src/app/access/line-standing.js";
import { whyWords, type WhyFacts } from "../../../src/app/access/why-words.js";
import { subscriptionStates } from "../../../src/domain/subscription/subscription.js";

const standing = (change: Partial<LineStanding> = {}): LineStanding => ({
  state: "converged",
  waitsFor: undefined,
  sinceMs: undefined,
  desired: undefined,
  observed: undefined,
  observedAtMs: undefined,
  message: undefined,
  questions: [],
  obstacles: [],
  ...change,
});
const facts = (change: Partial<WhyFacts> = {}): WhyFacts => ({
  state: "active",
  sinceDate: "2026-11-03",
  reasons: [],
  lines: [{ router: "hex", name: "budi", standing: standing() }],
  ...change,
});

describe.each(languages)("why, in %s", (language) => {
  test("every state and everything that is waited for has its sentence", () => {
    const told = new Set<string>();
    for (const state of subscriptionStates) {
      for (const waitsFor of [undefined, ...waits]) {
        const lines = [{ router: "hex", name: "budi", standing: standing({ waitsFor, message: "no such profile" }) }];
        const text = whyWords(facts({ state, lines, reasons: [] }), language);
        expect(text).not.toMatch(/undefined|\[object|NaN/);
        expect(text).toContain("2026-11-03");
        told.add(text);
      }
    }
    // What asks and what blocks say it in their own words, and what has not begun waits for nothing.
    expect(told.size).toBe((subscriptionStates.length - 1) * (waits.length - 1) + 1);
  });

  test("every reason, question and obstacle has words that name the line and its router", () => {
    for (const reason of ["new-line", "recreated", "isolated", "released", "paused", "terminated"] as const) {
      expect(reasonWords(reason, language).length).toBeGreaterThan(8);
    }
    for (const kind of ["vanished", "disabled-by-hand"]) {
      expect(questionWords({ kind, router: "hex", who: "budi", candidates: "" }, language).title).toMatch(/budi.*hex/);
    }
    const obstacles = ["profile-missing", "isolation-profile-missing", "password-unknown", "name-ambiguous"] as const;
    const others = ["address-unknown", "address-differs", "menu-missing", "row-dynamic", "plan-unfit"] as const;
    for (const kind of [...obstacles, ...others]) {
      const { title } = obstacleWords({ kind, router: "hex", who: "budi", detail: "10M" }, language);
      expect(title, kind).toContain("hex");
      expect(title, kind).toContain("budi");
    }
  });
});

test("all reasons are told, by whom and since when, and a paused one says that it stays isolated", () => {
  const reasons = [
    { reason: "overdue", sinceDate: "2026-11-01", by: "daemon", note: undefined },
    { reason: "manual", sinceDate: "2026-11-02", by: "api", note: "pindah" },
  ] as const;
  const both =
    "an invoice is overdue (since 2026-11-01, by daemon); isolated by hand (since 2026-11-02, by api: “pindah”)";
  expect(whyWords(facts({ state: "isolated", reasons }), "en")).toBe(`Isolated since 2026-11-03: ${both}.`);
  expect(whyWords(facts({ state: "paused", reasons }), "en")).toContain(`Resumed, it stays isolated: ${both}.`);
});

test("the worst of several lines is what a person has to look at", () => {
  expect(worstState([])).toBe("converged");
  expect(worstState(["converged", "pending", "converged"])).toBe("pending");
  expect(worstState(["pending", "asks", "unknown"])).toBe("asks");
  for (const state of accessStates) expect(worstState(["converged", state])).toBe(state);
});
