import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSecretBox } from "../../../src/adapters/system/secret-box.js";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-key-"));
  path = join(folder, "ronda.key");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clear = "rahasia Budi éñ 🌙";
const refusal = (work: () => unknown): { code?: string; message: string } => {
  try {
    work();
  } catch (error) {
    return error as { code?: string; message: string };
  }
  throw new Error("it was not refused");
};

test("the key is made at the first sealing, for its owner's eyes only, and opens after a restart", () => {
  const box = createSecretBox(path);
  expect(readdirSync(folder)).toEqual([]);
  const sealed = box.seal(clear);
  expect(readdirSync(folder)).toEqual(["ronda.key"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(box.open(sealed)).toBe(clear);
  expect(createSecretBox(path).open(sealed)).toBe(clear);
  expect(box.open(box.seal(""))).toBe("");
});

test("the same password is sealed differently each time, and nothing of it or of the key shows", () => {
  const box = createSecretBox(path);
  const [one, other] = [box.seal(clear), box.seal(clear)];
  expect(one).not.toBe(other);
  const key = readFileSync(path, "utf8").trim().split(" ")[1] ?? "";
  expect(key.length).toBeGreaterThan(40);
  for (const sealed of [one, other]) {
    expect(Buffer.from(sealed.split(".").at(-1) ?? "", "base64url").toString("latin1")).not.toContain("rahasia");
    expect(sealed).not.toContain(key);
  }
});

test("whatever single character of a sealed text is changed, it does not open", () => {
  const box = createSecretBox(path);
  const sealed = box.seal("rahasia");
  let opened = 0;
  for (let at = 0; at < sealed.length; at++) {
    if (sealed[at] === ".") continue;
    const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
    // The last character of base64url may carry bits that are no part of the bytes.
    const bytes = (text: string): string[] =>
      text.split(".").map((part, n) => (n < 2 ? part : Buffer.from(part, "base64url").toString("hex")));
    if (JSON.stringify(bytes(changed)) === JSON.stringify(bytes(sealed))) continue;
    const { code, message } = refusal(() => box.open(changed));
    expect(code).toBe("SECRET_KEY_WRONG");
    expect(message).not.toContain("rahasia");
    opened++;
  }
  expect(opened).toBeGreaterThan(40);
  expect(refusal(() => box.open(sealed.split(".").slice(0, 4).join("."))).code).toBe("SECRET_KEY_WRONG");
  // A tag cut short is easier to guess, and node would take it unless told how long it is.
  const [format, id, nonce, tag, text] = sealed.split(".");
  const short = Buffer.from(tag ?? "", "base64url")
    .subarray(0, 4)
    .toString("base64url");
  expect(refusal(() => box.open([format, id, nonce, short, text].join("."))).code).toBe("SECRET_KEY_WRONG");
});

test("another key says so and names both; the right one added to the file opens again without a restart", () => {
  const sealed = createSecretBox(path).seal(clear);
  const old = readFileSync(path, "utf8");
  rmSync(path);
  const box = createSecretBox(path);
  const fresh = box.seal("baru");
  const { code, message } = refusal(() => box.open(sealed));
  expect(code).toBe("SECRET_KEY_WRONG");
  expect(message).toContain(sealed.split(".")[1]);
  expect(message).toContain(fresh.split(".")[1]);
  writeFileSync(path, readFileSync(path, "utf8") + old);
  expect(box.open(sealed)).toBe(clear);
  expect(box.open(fresh)).toBe("baru");
  expect(box.seal("lagi").split(".")[1]).toBe(fresh.split(".")[1]);
});

test("a missing key file is said when a password is to be opened, and nothing is made in its place", () => {
  const sealed = createSecretBox(path).seal(clear);
  rmSync(path);
  const { code, message } = refusal(() => createSecretBox(path).open(sealed));
  expect(code).toBe("SECRET_KEY_UNUSABLE");
  expect(message).toContain(path);
  expect(readdirSync(folder)).toEqual([]);
});

test("a key file that others may read, that is empty or is no key, is refused before it is used", () => {
  const box = createSecretBox(path);
  const sealed = box.seal(clear);
  for (const mode of [0o640, 0o604, 0o666]) {
    chmodSync(path, mode);
    expect(refusal(() => createSecretBox(path).open(sealed)).message).toContain("chmod 600");
    expect(refusal(() => createSecretBox(path).seal(clear)).code).toBe("SECRET_KEY_UNUSABLE");
  }
  chmodSync(path, 0o600);
  for (const text of ["", "\n", "ronda-key-1 c2hvcnQ\n", "hello\n", `${readFileSync(path, "utf8")}half a li`]) {
    writeFileSync(path, text);
    expect(refusal(() => createSecretBox(path).seal(clear)).code).toBe("SECRET_KEY_UNUSABLE");
    expect(readFileSync(path, "utf8")).toBe(text);
  }
  expect(refusal(() => createSecretBox(join(folder, "no", "ronda.key")).seal(clear)).code).toBe("SECRET_KEY_UNUSABLE");
});

test("a command beside the daemon finds the key that the daemon has made since", () => {
  const [daemon, command] = [createSecretBox(path), createSecretBox(path)];
  expect(refusal(() => command.open("1.00000000.AA.AA.AA")).code).toBe("SECRET_KEY_UNUSABLE");
  const sealed = daemon.seal(clear);
  expect(daemon.open(command.seal(clear))).toBe(clear);
  expect(command.open(sealed)).toBe(clear);
});
