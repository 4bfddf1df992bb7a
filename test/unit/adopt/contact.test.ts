import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guessCustomer } from "../../../src/domain/adopt/contact.js";
import { isExpiryComment, isMikhmonScript, whyVoucher } from "../../../src/domain/adopt/mikhmon.js";
import { guessPriceIdr } from "../../../src/domain/adopt/price-guess.js";
import { hotspotUser, parsePhone } from "./router-rows.js";

describe("who a comment speaks of", () => {
  test.each([
    ["Pak Budi RT03 0812-3456-7890", "Pak Budi", "+6281234567890", "RT03"],
    ["budi/08123456789, blok A2", "budi", "+628123456789", "blok A2"],
    ["nama: Siti hp: 6281234567890", "Siti", "+6281234567890", undefined],
    ["Siti", "Siti", undefined, undefined],
    ["081234567890", "lg01", "+6281234567890", undefined],
    ["+62 812 3456 7890 Bu Ani", "Bu Ani", "+6281234567890", undefined],
    ["Bu Ani - 0812 3456 7890 - Gang Mawar 3", "Bu Ani", "+6281234567890", "Gang Mawar 3"],
    ["an: Joko; alamat: Dusun Krajan; wa 0813.1111.2222", "Joko", "+6281311112222", "Dusun Krajan"],
    ["budi.santoso RT 01 no 1", "budi.santoso", undefined, "RT 01 no 1"],
    ["10M | Eko | 150rb", "Eko", undefined, undefined],
    ["2026-10-01 00:00:00", "lg01", undefined, undefined],
    ["nunggak", "lg01", undefined, undefined],
    ["Bu Rina (10M) - isolir", "Bu Rina", undefined, undefined],
    ["", "lg01", undefined, undefined],
    ["3201123456789012 Dewi", "3201123456789012 Dewi", undefined, undefined],
    ["Warung Bu Tini (pojok)", "Warung Bu Tini (pojok)", undefined, undefined],
  ])("%j", (comment, name, phoneE164, address) => {
    expect(guessCustomer("lg01", comment, parsePhone)).toMatchObject({ name, phoneE164, address });
  });

  test("the whole comment is kept, and a login name stands in for a name", () => {
    expect(guessCustomer("lg01", "Pak Budi RT03 0812-3456-7890", parsePhone)).toMatchObject({
      phone: "0812-3456-7890",
      note: "Pak Budi RT03 0812-3456-7890",
      isNameFromComment: true,
    });
    expect(guessCustomer("lg01", "", parsePhone)).toMatchObject({ note: undefined, isNameFromComment: false });
  });

  test("whatever stands there, the books can take it", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: "binary", minLength: 1 }),
        (comment, login) => {
          const { name, phone, address, note } = guessCustomer(login, comment, parsePhone);
          expect(name).toMatch(/\S/);
          expect(name.trim()).toBe(name);
          expect(name.length).toBeLessThanOrEqual(100);
          expect(name).not.toMatch(/\p{Cc}/u);
          if (phone !== undefined) expect(phone.length).toBeLessThanOrEqual(40);
          for (const text of [address, note]) if (text !== undefined) expect(text.trim()).not.toBe("");
        },
      ),
    ));
});

test.each([
  ["10M-150rb", 150_000],
  ["Paket Hemat 150 ribu", 150_000],
  ["Rp150.000", 150_000],
  ["RUMAHAN Rp 1.500.000", 1_500_000],
  ["20Mbps_200k", 200_000],
  ["150K", 150_000],
  ["10M", undefined],
  ["512k", undefined],
  ["256k/150k", undefined],
  ["upto 128k", undefined],
  ["paket 5", undefined],
  ["rb750", undefined],
  ["2rb", undefined],
])("the price that %j says", (name, price) => {
  expect(guessPriceIdr(name)).toBe(price);
});

describe("Mikhmon", () => {
  test("its comments, names, limits and scripts", () => {
    expect(isExpiryComment("sep/17/2026 09:09:49")).toBe(true);
    expect(isExpiryComment("2026-09-17 09:09:49")).toBe(true);
    expect(isExpiryComment("Pak Sep/17")).toBe(false);
    const script =
      ':put (",remc,5000,1d,7000,,Disable,"); {:local comment [ /ip hotspot user get [/ip hotspot user find where name="$user"] comment]';
    expect(isMikhmonScript(script)).toBe(true);
    expect(isMikhmonScript("/log info $user")).toBe(false);
    for (const user of [
      hotspotUser("ab12", { comment: "vc-812-09.17.26-" }),
      hotspotUser("ab12", { comment: "up-123" }),
      hotspotUser("ab12", { comment: "sep/17/2026 09:09:49" }),
      hotspotUser("vc-ab12"),
      hotspotUser("ab12", { limitUptime: "3h" }),
    ]) {
      expect(whyVoucher(user, "")).toBeDefined();
    }
    expect(whyVoucher(hotspotUser("budi", { limitUptime: "0s", comment: "Budi upgrade" }), "")).toBeUndefined();
    expect(whyVoucher(hotspotUser("budi"), script)).toContain("on-login");
  });
});
