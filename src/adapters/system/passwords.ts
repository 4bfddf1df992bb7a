import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { Passwords, Randomness } from "../../app/auth/secrets.js";
import { OperationalError } from "../../app/errors.js";

/** What one hash costs: `N * r * 128` bytes of memory while it is computed, and time in proportion to `N * r * p`. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 64 MB and about 0.22 s on a mini PC: one at a time, so that a box with 1 GB stands it. */
export const usualCost: PasswordCost = { N: 2 ** 16, r: 8, p: 1 };
/** What a kept hash may ask for at most; the books are not to make us allocate without end. */
const memoryMax = 256 * 1024 * 1024;
const waitingMost = 8;
const saltBytes = 16;
const hashBytes = 32;

interface Kept extends PasswordCost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** scrypt, asynchronously and one at a time; kept as `scrypt$N=65536,r=8,p=1$SALT$HASH` in base64url. */
export function createPasswords(cost: PasswordCost = usualCost): Passwords {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= waitingMost) {
      const message = `${waiting} passwords wait to be checked already: try again in some seconds`;
      return Promise.reject(new OperationalError("PASSWORDS_BUSY", message, { retryable: true }));
    }
    waiting += 1;
    const turn = last.then(work).finally(() => (waiting -= 1));
    last = turn.catch(() => {});
    return turn;
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(saltBytes);
        const hash = await derive(password, salt, cost);
        return `scrypt$N=${cost.N},r=${cost.r},p=${cost.p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
      }),
    verify: (password, text) =>
      inTurn(async () => {
        const kept = text === undefined ? undefined : parseKept(text);
        // Nobody's hash: no password fits it, and trying takes as long.
        const { salt, hash, ...own } = kept ?? { ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) };
        const isRight = timingSafeEqual(await derive(password, salt, own), hash) && kept !== undefined;
        return { isRight, isOutdated: own.N !== cost.N || own.r !== cost.r || own.p !== cost.p };
      }),
  };
}

export const randomness: Randomness = {
  secret: () => randomBytes(32).toString("base64url"),
  digest: (secret) => createHash("sha256").update(secret).digest("hex"),
};

/** Undefined for what is no hash of ours: then no password is right. */
function parseKept(text: string): Kept | undefined {
  const match = /^scrypt\$N=(\d{1,8}),r=(\d{1,3}),p=(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(text);
  if (match === null) return undefined;
  const [N, r, p] = [match[1], match[2], match[3]].map(Number) as [number, number, number];
  const isFit = N >= 2 && (N & (N - 1)) === 0 && r >= 1 && p >= 1 && memoryOf({ N, r, p }) <= memoryMax;
  if (!isFit) return undefined;
  return { N, r, p, salt: Buffer.from(match[4] ?? "", "base64url"), hash: Buffer.from(match[5] ?? "", "base64url") };
}

const memoryOf = ({ N, r, p }: PasswordCost): number => 128 * r * (N + p + 2);

/** The same letters may come composed from one keyboard and decomposed from another. */
function derive(password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize("NFC"),
      salt,
      hashBytes,
      { N, r, p, maxmem: memoryOf({ N, r, p }) + 1024 * 1024 },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}
