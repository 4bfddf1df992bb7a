import fc from "fast-check";
import { expect, test } from "vitest";
import { counterDelta } from "../../../src/domain/usage/counter.js";

const counts = fc.record({ uploadBytes: fc.nat(1e12), downloadBytes: fc.nat(1e12) });

test.each([
  ["counters stand still", [10, 20], [10, 20], [0, 0]],
  ["both grow", [10, 20], [15, 50], [5, 30]],
  ["both fell: a reset, all of it is new", [10, 20], [3, 4], [3, 4]],
  ["one fell: the reset zeroed both", [10, 20], [3, 40], [3, 40]],
  ["the other fell", [10, 20], [30, 4], [30, 4]],
  ["reset to zero", [10, 20], [0, 0], [0, 0]],
  ["above 2^32", [4_294_967_296, 0], [4_294_967_297, 9_000_000_000_000], [1, 9_000_000_000_000]],
])("%s", (_name, [pu = 0, pd = 0], [cu = 0, cd = 0], [u, d]) => {
  const delta = counterDelta({ uploadBytes: pu, downloadBytes: pd }, { uploadBytes: cu, downloadBytes: cd });
  expect([delta.uploadBytes, delta.downloadBytes]).toEqual([u, d]);
});

test("never negative, and without a reset the deltas add up to the counter", () => {
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 20 }), (steps) => {
      let counter = { uploadBytes: 0, downloadBytes: 0 };
      let sum = 0;
      for (const step of steps) {
        const next = {
          uploadBytes: counter.uploadBytes + step.uploadBytes,
          downloadBytes: counter.downloadBytes + step.downloadBytes,
        };
        const delta = counterDelta(counter, next);
        expect(delta.uploadBytes).toBeGreaterThanOrEqual(0);
        expect(delta.downloadBytes).toBeGreaterThanOrEqual(0);
        sum += delta.uploadBytes + delta.downloadBytes;
        counter = next;
      }
      expect(sum).toBe(counter.uploadBytes + counter.downloadBytes);
    }),
  );
});

test("with resets it is never more than what passed", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ moved: counts, reset: fc.boolean(), regrown: counts })), (steps) => {
      let read = { uploadBytes: 0, downloadBytes: 0 };
      let now = read;
      let passed = 0;
      let accounted = 0;
      for (const { moved, reset, regrown } of steps) {
        passed += moved.uploadBytes + moved.downloadBytes;
        now = {
          uploadBytes: now.uploadBytes + moved.uploadBytes,
          downloadBytes: now.downloadBytes + moved.downloadBytes,
        };
        if (reset) {
          now = regrown;
          passed += regrown.uploadBytes + regrown.downloadBytes;
        }
        const delta = counterDelta(read, now);
        read = now;
        accounted += delta.uploadBytes + delta.downloadBytes;
      }
      expect(accounted).toBeLessThanOrEqual(passed);
    }),
  );
});
