import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  buildInvoice,
  type InvoiceDraft,
  type InvoiceItem,
  type TaxSettings,
} from "../../../../src/domain/billing/invoice.js";
import { ppnRules, taxOf, taxRuleOn } from "../../../../src/domain/billing/tax.js";
import { on } from "./dates.js";

const plan = (amountIdr: number): InvoiceItem => ({ kind: "plan", text: "10 Mbps", amountIdr });
const charge = (amountIdr: number, isTaxed = true): InvoiceItem => ({
  kind: "charge",
  text: "kabel",
  amountIdr,
  isTaxed,
});
const discount = (amountIdr: number): InvoiceItem => ({ kind: "discount", text: "diskon", amountIdr });
const credit = (amountIdr: number): InvoiceItem => ({ kind: "credit", text: "listrik padam", amountIdr });
const ppn = (mode: TaxSettings["mode"]): TaxSettings => ({ mode, rules: ppnRules });
const build = (items: InvoiceItem[], more: Partial<InvoiceDraft> = {}): ReturnType<typeof buildInvoice> =>
  buildInvoice({ items, issuedOn: on(20261123), tax: undefined, roundToIdr: 1, ...more });
const amounts = (built: ReturnType<typeof buildInvoice>): unknown =>
  built.lines.map((line) => [line.kind, line.amountIdr]);

describe("lines and total", () => {
  test("without tax, which is the default", () => {
    const built = build([plan(150_000), charge(50_000), discount(10_000), credit(5_000)]);
    expect(amounts(built)).toEqual([
      ["plan", 150_000],
      ["charge", 50_000],
      ["discount", -10_000],
      ["credit", -5_000],
    ]);
    expect(built).toMatchObject({ totalIdr: 185_000, tax: undefined, creditLeftIdr: 0 });
  });

  test("never negative: the rest of a credit stays credit, the rest of a discount is forgotten", () => {
    const built = build([credit(200_000), plan(150_000), discount(30_000), credit(1_000)]);
    expect(built).toMatchObject({ totalIdr: 0, creditLeftIdr: 81_000 });
    expect(build([plan(100), discount(500)])).toMatchObject({ totalIdr: 0, creditLeftIdr: 0 });
    expect(build([credit(700)], { tax: ppn("exclusive") })).toMatchObject({ totalIdr: 0, creditLeftIdr: 700 });
  });

  test("a share is of the plans only, half a rupiah is one", () => {
    expect(
      build([plan(150_005), charge(50_000), { kind: "discount-share", text: "10 %", shareBp: 1_000 }]).totalIdr,
    ).toBe(200_005 - 15_001);
  });

  test("rounded down to cash, as a line", () => {
    const built = build([plan(151_234)], { roundToIdr: 500 });
    expect(amounts(built)).toEqual([
      ["plan", 151_234],
      ["rounding", -234],
    ]);
    expect(built.totalIdr).toBe(151_000);
  });

  test.each([
    [plan(1.5)],
    [plan(-1)],
    [plan(Number.NaN)],
    [{ kind: "discount-share", text: "x", shareBp: 10_001 } as const],
  ])("%j is refused", (item) => {
    expect(() => build([item])).toThrow(RangeError);
  });

  test("nothing to round to is refused", () => {
    expect(() => build([plan(1)], { roundToIdr: 0 })).toThrow(RangeError);
  });
});

describe("PPN", () => {
  test("exclusive: 12 % of 11/12, added", () => {
    const built = build([plan(150_000)], { tax: ppn("exclusive") });
    expect(built.tax).toEqual({
      mode: "exclusive",
      rateBp: 1_200,
      text: "PPN 12 % × 11/12",
      netIdr: 150_000,
      baseIdr: 137_500,
      taxIdr: 16_500,
    });
    expect(built.totalIdr).toBe(166_500);
    expect(built.lines.at(-1)).toMatchObject({ kind: "tax", amountIdr: 16_500 });
  });

  test("inclusive: 11/111 of the total, shown", () => {
    const built = build([plan(166_500)], { tax: ppn("inclusive") });
    expect(built).toMatchObject({ totalIdr: 166_500, tax: { netIdr: 150_000, baseIdr: 137_500, taxIdr: 16_500 } });
    expect(built.lines.at(-1)).toMatchObject({ kind: "tax", amountIdr: 0 });
  });

  test.each([
    [20220401, 1_100, "PPN 11 %"],
    [20241231, 1_100, "PPN 11 %"],
    [20250101, 1_200, "PPN 12 % × 11/12"],
    [20261123, 1_200, "PPN 12 % × 11/12"],
  ])("on %d the rate is %d", (date, rateBp, text) => {
    expect(build([plan(100_000)], { tax: ppn("exclusive"), issuedOn: on(date) })).toMatchObject({
      totalIdr: 111_000,
      tax: { rateBp, text },
    });
  });

  test("a rule to come, in any order; and a date before all rules", () => {
    const cut = { from: on(20270101), rateBp: 1_000, baseNumerator: 1, baseDenominator: 1 };
    const rules = [cut, ...ppnRules];
    expect(taxRuleOn({ mode: "exclusive", rules }, on(20261231)).rateBp).toBe(1_200);
    expect(taxRuleOn({ mode: "exclusive", rules }, on(20270101)).rateBp).toBe(1_000);
    expect(() => taxRuleOn({ mode: "exclusive", rules }, on(20220331))).toThrow(RangeError);
  });

  test("discounts and credits are not taxed, nor is an untaxed charge", () => {
    expect(build([plan(150_000), discount(50_000)], { tax: ppn("exclusive") }).tax?.taxIdr).toBe(11_000);
    expect(build([plan(150_000), credit(50_000)], { tax: ppn("exclusive") }).tax?.taxIdr).toBe(11_000);
    expect(build([plan(100_000), charge(900_000, false)], { tax: ppn("exclusive") }).tax?.taxIdr).toBe(11_000);
  });

  test("half a rupiah rounds up, once", () => {
    const rule = taxRuleOn(ppn("exclusive"), on(20261123));
    expect(taxOf(50, "exclusive", rule).taxIdr).toBe(6); // 5,5
    expect(taxOf(49, "exclusive", rule).taxIdr).toBe(5); // 5,39
    // by line it would be 6 + 6
    expect(build([plan(50), charge(50)], { tax: ppn("exclusive") }).tax?.taxIdr).toBe(11);
  });
});

const anyItem: fc.Arbitrary<InvoiceItem> = fc.oneof(
  fc.nat(1_000_000).map(plan),
  fc.tuple(fc.nat(1_000_000), fc.boolean()).map(([amount, isTaxed]) => charge(amount, isTaxed)),
  fc.nat(500_000).map(discount),
  fc.nat(10_000).map((shareBp): InvoiceItem => ({ kind: "discount-share", text: "share", shareBp })),
  fc.nat(2_000_000).map(credit),
);

test("lines add up to the total, tax parts to the tax, credit is never lost", () =>
  fc.assert(
    fc.property(
      fc.array(anyItem, { maxLength: 10 }),
      fc.constantFrom(undefined, ppn("exclusive"), ppn("inclusive")),
      fc.constantFrom(1, 100, 500, 1_000),
      (items, tax, roundToIdr) => {
        const built = build(items, { tax, roundToIdr });
        const total = (of: (line: (typeof built.lines)[number]) => number): number =>
          built.lines.reduce((sum, line) => sum + of(line), 0);
        expect(total((line) => line.amountIdr)).toBe(built.totalIdr);
        expect(built.totalIdr).toBeGreaterThanOrEqual(0);
        expect(built.totalIdr % roundToIdr).toBe(0);
        expect(total((line) => line.taxIdr)).toBe(built.tax?.taxIdr ?? 0);
        const given = items.reduce((sum, item) => sum + (item.kind === "credit" ? item.amountIdr : 0), 0);
        const used = -total((line) => (line.kind === "credit" ? line.amountIdr : 0));
        expect(used + built.creditLeftIdr).toBe(given);
        if (built.tax === undefined) return;
        const { netIdr, taxIdr, baseIdr } = built.tax;
        expect(Math.abs(taxIdr - netIdr * 0.11)).toBeLessThanOrEqual(0.56);
        expect(Math.abs(baseIdr - (netIdr * 11) / 12)).toBeLessThanOrEqual(0.5);
        for (const line of built.lines) {
          expect(line.taxIdr).toBeGreaterThanOrEqual(0);
          if (line.kind !== "plan" && line.kind !== "charge") expect(line.taxIdr).toBe(0);
        }
      },
    ),
    { numRuns: 500 },
  ));
