/** What the use cases of people and tokens stand on. */
import type { SubjectKind } from "../books/books-store.js";
import { InvalidFields } from "../books/desk.js";
import { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { AuthStore, TokenRecord, UserRecord } from "./auth-store.js";
import { isFitName, nameRule } from "./roles.js";
import type { Passwords, Randomness } from "./secrets.js";

export interface AuthDeps {
  readonly store: AuthStore;
  readonly passwords: Passwords;
  readonly random: Randomness;
  readonly clock: Pick<Clock, "nowMs" | "monotonicMs">;
}

export const nowOf = ({ clock }: Pick<AuthDeps, "clock">): number => Math.floor(clock.nowMs());

export function expectFitName(name: string): void {
  if (!isFitName(name)) throw new InvalidFields([{ field: "name", expected: nameRule }]);
}

/** One name is one somebody, a person or a program: the audit tells them apart by nothing else. */
export function refuseTakenName(store: AuthStore, name: string): void {
  const user = store.userByName(name);
  if (user !== undefined) {
    throw new OperationalError("NAME_TAKEN", `there is a user ${user.name} already: choose another name`);
  }
  const token = store.tokenByName(name);
  if (token !== undefined) {
    throw new OperationalError(
      "NAME_TAKEN",
      `there is a token ${token.name} already: choose another name, or revoke it`,
    );
  }
}

export function userOf(store: AuthStore, id: number): UserRecord {
  const user = store.user(id);
  if (user === undefined) throw new OperationalError("USER_NOT_FOUND", "there is no such user");
  return user;
}

export function tokenOf(store: AuthStore, id: number): TokenRecord {
  const token = store.token(id);
  if (token === undefined) throw new OperationalError("TOKEN_NOT_FOUND", "there is no such token");
  return token;
}

/** Somebody has to be able to let the others in. */
export function refuseWithoutAdmin(store: AuthStore, before: Pick<UserRecord, "name" | "role">): void {
  if (store.countAdmins() > 0) return;
  throw new OperationalError(
    "LAST_ADMIN",
    `${before.name} is the last admin who can sign in: make another one first (ronda user create NAME --role admin)`,
  );
}

export function tell(
  { store }: Pick<AuthDeps, "store">,
  { by, atMs }: { readonly by: string; readonly atMs: number },
  action: string,
  subject: { readonly kind: SubjectKind; readonly id: number },
  before: unknown,
  after: unknown,
): void {
  store.audit({ atMs, by, action, subject, before, after });
}
