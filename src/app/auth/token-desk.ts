import { InvalidFields } from "../books/desk.js";
import { expectFitName, nowOf, refuseTakenName, tell, tokenOf, type AuthDeps } from "./auth-desk.js";
import type { TokenRecord } from "./auth-store.js";
import type { Role } from "./roles.js";

export interface TokenInput {
  readonly name: string;
  readonly role: Role;
  /** Undefined = never. */
  readonly expiresAtMs?: number | undefined;
}

const letters: Record<Role, string> = { admin: "a", cashier: "c", viewer: "v" };
/** `ronda_a_` and four of the 43 characters: enough to tell tokens apart, of no use to guess one. */
const prefixLength = 12;
const longestMs = 10 * 366 * 86_400_000;

/** Whether a text has the form of a token; what has not need not be looked up. */
export const isTokenText = (text: string): boolean => /^ronda_[acv]_[\w-]{43}$/.test(text);

/**
 * A token for a program. `secret` is told this once: only its hash is kept.
 * @throws OperationalError `INVALID_REQUEST`, `NAME_TAKEN`.
 */
export function createToken(
  deps: AuthDeps,
  by: string,
  { name, role, expiresAtMs }: TokenInput,
): { readonly token: TokenRecord; readonly secret: string } {
  const { store, random } = deps;
  expectFitName(name);
  const secret = `ronda_${letters[role]}_${random.secret()}`;
  return store.commit(() => {
    const atMs = nowOf(deps);
    if (expiresAtMs !== undefined && (expiresAtMs <= atMs || expiresAtMs > atMs + longestMs)) {
      throw new InvalidFields([{ field: "expiresAt", expected: "a time from now to ten years from now" }]);
    }
    refuseTakenName(store, name);
    const prefix = secret.slice(0, prefixLength);
    const id = store.addToken({ name, role, prefix, createdBy: by, expiresAtMs, hash: random.digest(secret), atMs });
    const token = tokenOf(store, id);
    tell(deps, { by, atMs }, "token.create", { kind: "token", id }, undefined, token);
    return { token, secret };
  });
}

/**
 * The token is nobody's from the next request on. Doing it twice does it once.
 * @throws OperationalError `TOKEN_NOT_FOUND`.
 */
export function revokeToken(deps: AuthDeps, by: string, id: number): TokenRecord {
  const { store } = deps;
  return store.commit(() => {
    const atMs = nowOf(deps);
    const before = tokenOf(store, id);
    if (before.revokedAtMs !== undefined) return before;
    store.revokeToken(id, atMs, by);
    const after = tokenOf(store, id);
    tell(deps, { by, atMs }, "token.revoke", { kind: "token", id }, before, after);
    return after;
  });
}
