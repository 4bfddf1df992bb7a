import fc from "fast-check";
import { expect, test } from "vitest";
import { terbilang } from "../../../src/adapters/http/print/terbilang.js";

/** Words back into a number, by another road: each word adds or multiplies what stands before it. */
function counted(words: string): number {
  const small = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"];
  const large: Record<string, number> = { ribu: 1e3, juta: 1e6, miliar: 1e9, triliun: 1e12, kuadriliun: 1e15 };
  let [total, group, digit] = [0, 0, 0];
  for (const word of words
    .replace(/ rupiah$/, "")
    .replace(/\bse(?=puluh|belas|ratus|ribu)/g, "satu ")
    .split(" ")) {
    if (small.includes(word)) digit = small.indexOf(word);
    else if (word === "belas") [group, digit] = [group + 10 + digit, 0];
    else if (word === "puluh") [group, digit] = [group + digit * 10, 0];
    else if (word === "ratus") [group, digit] = [group + digit * 100, 0];
    else {
      total += (group + digit) * (large[word] ?? Number.NaN);
      [group, digit] = [0, 0];
    }
  }
  return total + group + digit;
}

test.each([
  [0, "nol rupiah"],
  [1, "satu rupiah"],
  [10, "sepuluh rupiah"],
  [11, "sebelas rupiah"],
  [12, "dua belas rupiah"],
  [19, "sembilan belas rupiah"],
  [20, "dua puluh rupiah"],
  [21, "dua puluh satu rupiah"],
  [100, "seratus rupiah"],
  [101, "seratus satu rupiah"],
  [111, "seratus sebelas rupiah"],
  [999, "sembilan ratus sembilan puluh sembilan rupiah"],
  [1_000, "seribu rupiah"],
  [1_001, "seribu satu rupiah"],
  [2_000, "dua ribu rupiah"],
  [11_000, "sebelas ribu rupiah"],
  [21_000, "dua puluh satu ribu rupiah"],
  [100_000, "seratus ribu rupiah"],
  [101_000, "seratus satu ribu rupiah"],
  [150_000, "seratus lima puluh ribu rupiah"],
  [166_500, "seratus enam puluh enam ribu lima ratus rupiah"],
  [1_000_000, "satu juta rupiah"],
  [1_001_000, "satu juta seribu rupiah"],
  [1_000_000_000, "satu miliar rupiah"],
  [2_500_000_000_000, "dua triliun lima ratus miliar rupiah"],
])("%i is %s", (amountIdr, words) => {
  expect(terbilang(amountIdr)).toBe(words);
});

test("every amount is told so that it can be counted back", () => {
  const anAmount = fc.oneof(
    fc.nat(2_000_000),
    fc.maxSafeNat(),
    // Round ones, with nothing in some of their groups.
    fc.tuple(fc.nat(9_007), fc.nat(15)).map(([count, zeros]) => Math.min(count * 10 ** zeros, Number.MAX_SAFE_INTEGER)),
  );
  fc.assert(
    fc.property(anAmount, (amountIdr) => {
      const words = terbilang(amountIdr);
      expect(counted(words), words).toBe(amountIdr);
      expect(words).toMatch(/^[a-z]+( [a-z]+)* rupiah$/);
      expect(words).not.toMatch(/\bsatu (puluh|belas|ratus)\b/);
      if (amountIdr > 0) expect(words).not.toContain("nol");
    }),
    { numRuns: 2_000 },
  );
  for (let amountIdr = 0; amountIdr <= 2_100; amountIdr += 1) expect(counted(terbilang(amountIdr))).toBe(amountIdr);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])("%d is no amount", (amount) => {
  expect(() => terbilang(amount)).toThrow(RangeError);
});
