import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  brakeLimit,
  judgeBrakes,
  mayDarken,
  type BrakeFacts,
  type OpenBrake,
} from "../../../../src/domain/access/brake.js";

const settings = { share: 0.2, min: 5 };
const pendingOn = (routerId: number, from: number, to: number): BrakeFacts["pending"] =>
  Array.from({ length: to - from }, (_, i) => ({ routerId, subscriptionId: from + i }));
const facts = (changes: Partial<BrakeFacts>): BrakeFacts => ({
  pending: [],
  darkened: new Map(),
  activeCounts: new Map([
    [1, 100],
    [2, 100],
  ]),
  open: [],
  ...changes,
});
const brakeOn = (
  routerId: number | undefined,
  ids: readonly number[],
  confirmed: readonly number[] = [],
): OpenBrake => ({
  id: 9,
  routerId,
  engagedAtMs: 0,
  subscriptionIds: new Set(ids),
  confirmed: new Set(confirmed),
});

test("the limit is the share, and never less than the minimum", () => {
  expect([0, 20, 25, 29, 30, 1_000].map((count) => brakeLimit(settings, count))).toEqual([5, 5, 5, 5, 6, 200]);
});

describe("engaging", () => {
  test("exactly at the limit nothing happens, one more and the router's brake lists them all", () => {
    expect(judgeBrakes(settings, facts({ pending: pendingOn(1, 0, 20) })).engage).toEqual([]);
    const { engage } = judgeBrakes(settings, facts({ pending: pendingOn(1, 0, 21) }));
    expect(engage.map(({ routerId, subscriptionIds }) => [routerId, subscriptionIds.size])).toEqual([[1, 21]]);
  });

  test("what went dark within the day counts, a neighbour once", () => {
    const darkened = new Map([[1, new Set([0, 1, 2, 100, 101])]]);
    expect(judgeBrakes(settings, facts({ pending: pendingOn(1, 0, 18), darkened })).engage).toEqual([]);
    expect(judgeBrakes(settings, facts({ pending: pendingOn(1, 0, 19), darkened })).engage).toHaveLength(1);
  });

  test("a little on each of many routers engages the site's", () => {
    const activeCounts = new Map(Array.from({ length: 10 }, (_, i) => [i, 12] as const));
    const pending = Array.from({ length: 10 }, (_, i) => pendingOn(i, i * 10, i * 10 + 3)).flat();
    const { engage } = judgeBrakes(settings, facts({ activeCounts, pending }));
    expect(engage.map(({ routerId, subscriptionIds }) => [routerId, subscriptionIds.size])).toEqual([[undefined, 30]]);
  });

  test("what a router's own brake holds is not asked about twice", () => {
    const activeCounts = new Map([[1, 10]]);
    const { engage } = judgeBrakes(settings, facts({ activeCounts, pending: pendingOn(1, 0, 9) }));
    expect(engage.map(({ routerId }) => routerId)).toEqual([1]);
  });
});

describe("an engaged brake", () => {
  test("stays when payments bring the number under the limit, lists who comes later, and goes when nobody is left", () => {
    const open = [brakeOn(1, [0, 1, 2])];
    expect(judgeBrakes(settings, facts({ open, pending: pendingOn(1, 1, 2) }))).toEqual({
      engage: [],
      list: [],
      release: [],
    });
    expect(judgeBrakes(settings, facts({ open, pending: pendingOn(1, 2, 5) })).list).toEqual([
      { brakeId: 9, subscriptionIds: [3, 4] },
    ]);
    expect(judgeBrakes(settings, facts({ open })).release).toEqual([9]);
  });

  test("lets through whom a person confirmed, in its scope", () => {
    const open = [brakeOn(1, [0, 1], [1])];
    expect([mayDarken(open, 1, 0), mayDarken(open, 1, 1), mayDarken(open, 2, 0)]).toEqual([false, true, true]);
    expect(mayDarken([brakeOn(undefined, [0], [])], 2, 0)).toBe(false);
  });
});

test("whatever is asked in whatever portions, no more go dark within a day than the limit without a word", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }), fc.nat(60), (portions, active) => {
      const dark = new Set<number>();
      const pending = new Set<number>();
      const open: OpenBrake[] = [];
      let next = 0;
      for (const portion of portions) {
        for (let i = 0; i < portion; i += 1) pending.add(next++);
        const given = facts({
          pending: [...pending].map((subscriptionId) => ({ routerId: 1, subscriptionId })),
          darkened: new Map([[1, dark]]),
          activeCounts: new Map([[1, active]]),
          open,
        });
        for (const brake of judgeBrakes(settings, given).engage) {
          open.push({ id: open.length, engagedAtMs: 0, confirmed: new Set(), ...brake });
        }
        for (const id of pending) {
          if (!mayDarken(open, 1, id)) continue;
          pending.delete(id);
          dark.add(id);
        }
      }
      expect(dark.size).toBeLessThanOrEqual(brakeLimit(settings, active));
    }),
  );
});
