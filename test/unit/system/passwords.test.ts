import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createPasswords, randomness } from "../../../src/adapters/system/passwords.js";

const cheap = { N: 2 ** 10, r: 8, p: 1 };

describe("a kept password", () => {
  test("is scrypt's own, with its parameters in it, and another text each time", async () => {
    const passwords = createPasswords(cheap);
    const [kept, again] = [await passwords.hash("kunci-rumah"), await passwords.hash("kunci-rumah")];
    expect(kept).not.toBe(again);
    const [scheme, parameters, salt = "", hash] = kept.split("$");
    expect([scheme, parameters]).toEqual(["scrypt", "N=1024,r=8,p=1"]);
    expect(scryptSync("kunci-rumah", Buffer.from(salt, "base64url"), 32, cheap).toString("base64url")).toBe(hash);
    expect(await passwords.verify("kunci-rumah", kept)).toEqual({ isRight: true, isOutdated: false });
    expect(await passwords.verify("kunci-rumaH", kept)).toMatchObject({ isRight: false });
  });

  test("with other parameters still opens, and is known to be outdated", async () => {
    const kept = await createPasswords({ N: 2 ** 9, r: 8, p: 2 }).hash("kunci-rumah");
    expect(await createPasswords(cheap).verify("kunci-rumah", kept)).toEqual({ isRight: true, isOutdated: true });
  });

  test("is the same from a keyboard that composes letters and one that does not", async () => {
    const passwords = createPasswords(cheap);
    const kept = await passwords.hash("caf\u00e9 di kampung");
    expect((await passwords.verify("cafe\u0301 di kampung", kept)).isRight).toBe(true);
  });

  test.each([
    undefined,
    "",
    "kunci-rumah",
    "scrypt$N=1024,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$short",
    `scrypt$N=1000,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
    `scrypt$N=67108864,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
    `scrypt$N=1024,r=0,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
    `argon2$N=1024,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
  ])("that is none of ours opens to nothing, and needs no gigabytes: %s", async (kept) => {
    expect((await createPasswords(cheap).verify("kunci-rumah", kept)).isRight).toBe(false);
  });
});

test("one is hashed at a time, eight may wait, the next is told to come back, and the queue goes on", async () => {
  const passwords = createPasswords(cheap);
  const order: number[] = [];
  const asked = Array.from({ length: 10 }, async (_, n) => {
    const kept = await passwords.hash(`kata-sandi-${n}`);
    order.push(n);
    return kept;
  });
  const settled = await Promise.allSettled(asked);
  expect(settled.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 8 }, () => "fulfilled"),
    "rejected",
    "rejected",
  ]);
  expect(settled[9]).toMatchObject({ reason: { code: "PASSWORDS_BUSY", retryable: true } });
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(await passwords.hash("lagi")).toMatch(/^scrypt\$/);
});

test("the usual cost is what was chosen, and is carried out", { timeout: 20_000 }, async () => {
  const kept = await createPasswords().hash("kunci-rumah");
  expect(kept).toMatch(/^scrypt\$N=65536,r=8,p=1\$/);
});

test("secrets are 256 bits each, and only their digest needs to be kept", () => {
  const secrets = Array.from({ length: 100 }, () => randomness.secret());
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  expect(randomness.digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
