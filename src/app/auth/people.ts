import { expectVersion, InvalidFields } from "../books/desk.js";
import { OperationalError } from "../errors.js";
import { expectFitName, nowOf, refuseTakenName, refuseWithoutAdmin, tell, userOf, type AuthDeps } from "./auth-desk.js";
import type { UserRecord } from "./auth-store.js";
import type { Role } from "./roles.js";
import { isFitPassword, passwordRule } from "./secrets.js";

export interface UserInput {
  readonly name: string;
  readonly role: Role;
  readonly password: string;
}

/** What is not there stays. A name stays for good: it stands in audit and payments. */
export interface UserPatch {
  readonly role?: Role | undefined;
  readonly password?: string | undefined;
  readonly isDisabled?: boolean | undefined;
}

/**
 * Somebody who signs in from now on. The first one is an admin: from then on everybody has to sign in.
 * @throws OperationalError `INVALID_REQUEST`, `NAME_TAKEN`, `LAST_ADMIN`, `PASSWORDS_BUSY`.
 */
export async function createUser(deps: AuthDeps, by: string, input: UserInput): Promise<UserRecord> {
  const { store, passwords } = deps;
  expectFitName(input.name);
  expectFitPassword(input.password, input.name);
  refuseTakenName(store, input.name);
  const passwordHash = await passwords.hash(input.password);
  return store.commit(() => {
    const atMs = nowOf(deps);
    refuseTakenName(store, input.name);
    if (input.role !== "admin" && store.countAdmins() === 0) {
      throw new OperationalError(
        "LAST_ADMIN",
        `there is no admin yet: make one before ${input.name}, who is a ${input.role}`,
      );
    }
    const id = store.addUser({ name: input.name, role: input.role, createdBy: by, passwordHash, atMs });
    const user = userOf(store, id);
    tell(deps, { by, atMs }, "user.create", { kind: "user", id }, undefined, user);
    return user;
  });
}

/**
 * A new password, or being disabled, ends every sign-in of that user; a new role holds from the next request on.
 * @throws OperationalError `USER_NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_REQUEST`, `LAST_ADMIN`, `PASSWORDS_BUSY`.
 */
export async function updateUser(
  deps: AuthDeps,
  by: string,
  id: number,
  patch: UserPatch,
  version?: number,
): Promise<UserRecord> {
  const { store, passwords } = deps;
  const known = userOf(store, id);
  if (patch.password !== undefined) expectFitPassword(patch.password, known.name);
  const passwordHash = patch.password === undefined ? undefined : await passwords.hash(patch.password);
  return store.commit(() => {
    const atMs = nowOf(deps);
    const before = userOf(store, id);
    expectVersion(before, `user ${before.name}`, version);
    const { role = before.role, isDisabled = before.disabledAtMs !== undefined } = patch;
    const disabledAtMs = isDisabled ? (before.disabledAtMs ?? atMs) : undefined;
    store.setUser(id, { role, disabledAtMs }, atMs);
    const wasAdmin = before.role === "admin" && before.disabledAtMs === undefined;
    if (wasAdmin) refuseWithoutAdmin(store, before);
    if (passwordHash !== undefined) store.setPasswordHash(id, passwordHash, atMs);
    if (passwordHash !== undefined || isDisabled) store.endSessionsOf(id);
    const after = userOf(store, id);
    const told = passwordHash === undefined ? after : { ...after, passwordChanged: true };
    tell(deps, { by, atMs }, "user.update", { kind: "user", id }, before, told);
    return after;
  });
}

function expectFitPassword(password: string, name: string): void {
  if (!isFitPassword(password)) throw new InvalidFields([{ field: "password", expected: passwordRule }]);
  if (password.toLowerCase().includes(name.toLowerCase()) && password.length < name.length + 6) {
    throw new InvalidFields([{ field: "password", expected: `${passwordRule}, and more than the name` }]);
  }
}
