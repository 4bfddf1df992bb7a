import type { AuthDeps } from "./auth-desk.js";
import { createUser, updateUser, type UserInput, type UserPatch } from "./people.js";
import { createSignInBrake } from "./sign-in-brake.js";
import { bySession, byToken, signIn, signOut } from "./sign-in.js";
import { createToken, revokeToken, type TokenInput } from "./token-desk.js";

/** Who may in: people with a password, programs with a token. What it writes is on the disk when it returns. */
export type Auth = ReturnType<typeof createAuth>;

export function createAuth(deps: AuthDeps) {
  const { store } = deps;
  const brake = createSignInBrake(deps.clock);
  let hasBeenAnybody = false;
  return {
    /**
     * Nobody has to sign in yet: there is, and was, neither a user nor a token. Another process may make one at any time;
     * what was made is never deleted, so this ends once.
     */
    isOpen: (): boolean => !(hasBeenAnybody ||= store.hasAnybody()),
    byToken: (text: string) => byToken(deps, text),
    bySession: (secret: string) => bySession(deps, secret),
    signIn: (attempt: Parameters<typeof signIn>[2]) => signIn(deps, brake, attempt),
    signOut: (secret: string) => signOut(deps, secret),

    createUser: (by: string, input: UserInput) => createUser(deps, by, input),
    updateUser: (by: string, id: number, patch: UserPatch, version?: number) =>
      updateUser(deps, by, id, patch, version),
    user: store.user,
    userByName: store.userByName,
    users: store.users,

    createToken: (by: string, input: TokenInput) => createToken(deps, by, input),
    revokeToken: (by: string, id: number) => revokeToken(deps, by, id),
    token: store.token,
    tokenByName: store.tokenByName,
    tokens: store.tokens,
  };
}
