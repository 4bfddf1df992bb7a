import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexAccess } from "../../../src/domain/access/access-index.js";
import { diff } from "../../../src/domain/access/diff.js";
import type { ObservedAccess } from "../../../src/domain/access/observed.js";
import { proposeAdoption } from "../../../src/domain/adopt/propose.js";
import type { AdoptionProposal, KnownBooks, RowRef } from "../../../src/domain/adopt/proposal.js";
import { checkPlan } from "../../../src/domain/catalog/plan.js";
import { anyIsolation, anyRouter } from "./arbitrary-router.js";
import { accessBooks, confirmed } from "./confirmed.js";
import { noBooks, parsePhone } from "./router-rows.js";

const nothing = { changes: [], questions: [], obstacles: [] };

function rowsOf(observed: ObservedAccess): string[] {
  const refs = (table: string, rows: readonly { readonly id: string }[]): string[] =>
    rows.map(({ id }) => `${table} ${id}`);
  return [
    ...refs("secret", observed.secrets.rows),
    ...refs("hotspot-user", observed.hotspotUsers.rows),
    ...refs("queue", observed.queues.rows),
    ...refs("ppp-profile", observed.pppProfiles.rows),
    ...refs("hotspot-profile", observed.hotspotProfiles.rows),
    ...refs(
      "radius-session",
      observed.pppActive.rows.filter(({ radius }) => radius),
    ),
  ].toSorted();
}

function mentioned({ plans, lines, conflicts, leftAlone }: AdoptionProposal): string[] {
  const refs: RowRef[] = [
    ...plans.flatMap(({ row }) => (row === undefined ? [] : [row])),
    ...[...lines, ...conflicts, ...leftAlone].map(({ row }) => row),
  ];
  return refs.map(({ table, id }) => `${table} ${id}`).toSorted();
}

/** Books are empty, of another router, or of one with the same rows: then its secrets are copies. */
const cases = fc
  .record({
    observed: anyRouter,
    isolation: anyIsolation,
    other: anyRouter,
    otherIsolation: anyIsolation,
    books: fc.constantFrom("none", "other", "same"),
  })
  .map(({ observed, isolation, other, otherIsolation, books }) => {
    const before: KnownBooks = { ...noBooks, router: "old" };
    if (books === "none") return { observed, isolation, known: noBooks };
    const first = books === "same" ? observed : other;
    const proposal = proposeAdoption(first, before, { isolation: otherIsolation, parsePhone });
    return { observed, isolation, known: { ...confirmed(proposal, before), router: "hex" } };
  });
const runs = { numRuns: 500 };

describe("whatever a router holds", () => {
  test("every row is proposed, in conflict, or left alone, once, and says why", () =>
    fc.assert(
      fc.property(cases, ({ observed, isolation, known }) => {
        const proposal = proposeAdoption(observed, known, { isolation, parsePhone });
        expect(mentioned(proposal)).toEqual(rowsOf(observed));
        for (const { words } of [...proposal.conflicts, ...proposal.leftAlone]) expect(words).toMatch(/\S/);
        const used = new Set(proposal.lines.flatMap(({ plan }) => (plan.kind === "proposed" ? [plan.planKey] : [])));
        expect(new Set(proposal.plans.map(({ id }) => id))).toEqual(used);
        expect(proposal.plans.flatMap(({ plan }) => checkPlan(plan))).toEqual([]);
      }),
      runs,
    ));

  test("what is confirmed asks nothing of that router: no write, no question, no obstacle", () => {
    let lines = 0;
    let dark = 0;
    let copies = 0;
    fc.assert(
      fc.property(cases, ({ observed, isolation, known }) => {
        const proposal = proposeAdoption(observed, known, { isolation, parsePhone });
        const after = confirmed(proposal, known);
        expect(diff(accessBooks(proposal, after, isolation), indexAccess(observed))).toEqual(nothing);
        lines += proposal.lines.length;
        dark += proposal.lines.filter((line) => line.dark !== undefined).length;
        copies += proposal.lines.filter(({ subscription }) => subscription.kind === "existing").length;
      }),
      runs,
    );
    // The promise would be easy to keep by proposing nothing.
    expect(lines).toBeGreaterThan(500);
    expect(dark).toBeGreaterThan(200);
    expect(copies).toBeGreaterThan(50);
  });

  test("after everything was confirmed, nothing is proposed; after a part, the rest is proposed as before", () =>
    fc.assert(
      fc.property(cases, fc.infiniteStream(fc.boolean()), ({ observed, isolation, known }, coin) => {
        const options = { isolation, parsePhone };
        const proposal = proposeAdoption(observed, known, options);
        const again = proposeAdoption(observed, confirmed(proposal, known), options);
        expect(again.lines).toEqual([]);
        expect(again.plans).toEqual([]);
        expect(again.conflicts).toEqual(proposal.conflicts);

        const part = { ...proposal, lines: proposal.lines.filter(() => coin.next().value) };
        const keys = new Set(part.lines.flatMap(({ plan }) => (plan.kind === "proposed" ? [plan.planKey] : [])));
        const some = { ...part, plans: proposal.plans.filter(({ id }) => keys.has(id)) };
        const rest = proposeAdoption(observed, confirmed(some, known), options);
        const chosen = new Set(part.lines.map(({ id }) => id));
        expect(rest.lines.map(({ id }) => id)).toEqual(
          proposal.lines.map(({ id }) => id).filter((id) => !chosen.has(id)),
        );
      }),
      runs,
    ));
});
