import { OperationalError, RateLimited } from "../errors.js";
import { nowOf, tell, type AuthDeps } from "./auth-desk.js";
import type { UserRecord } from "./auth-store.js";
import type { Principal } from "./roles.js";
import type { SignInBrake } from "./sign-in-brake.js";
import { isTokenText } from "./token-desk.js";

/** A sign-in lasts so long after its last use. */
export const sessionMs = 30 * 86_400_000;
/** It is prolonged no more often than this, to spare the disk. */
const slideEveryMs = 60 * 60_000;
/** Browsers that one person is signed in with at once; the oldest goes. */
const sessionsKept = 20;
const minuteMs = 60_000;

export interface SignIn {
  readonly principal: Principal;
  /** The value for the cookie; only its hash is kept. */
  readonly secret: string;
  readonly expiresAtMs: number;
}

/**
 * Signs a person in. Takes as long for a name that nobody has, and says the same.
 * @param address whoever tries; waits grow by it and by the name.
 * @throws OperationalError `LOGIN_FAILED`, `PASSWORDS_BUSY`; RateLimited.
 */
export async function signIn(
  deps: AuthDeps,
  brake: SignInBrake,
  { name, password, address }: { readonly name: string; readonly password: string; readonly address: string },
): Promise<SignIn> {
  const { store, passwords, random } = deps;
  const waitMs = brake.begin(address, name);
  if (waitMs > 0) throw new RateLimited("too many sign-ins that failed", waitMs);
  const user = store.userByName(name);
  const kept = user === undefined ? undefined : store.passwordHash(user.id);
  const { isRight, isOutdated } = await passwords.verify(password, kept).catch((error: unknown) => {
    brake.abandoned(address, name);
    throw error;
  });
  if (user === undefined || kept === undefined || !isRight) return refuse(deps, user, address);
  const renewed = isOutdated ? await passwords.hash(password).catch(() => undefined) : undefined;

  const secret = random.secret();
  const signedIn = store.commit((): SignIn | undefined => {
    const atMs = nowOf(deps);
    // Disabled, or given another password, while the hash was computed.
    const now = store.user(user.id);
    if (now === undefined || now.disabledAtMs !== undefined || store.passwordHash(user.id) !== kept) return undefined;
    if (renewed !== undefined) store.rehash(user.id, kept, renewed);
    const expiresAtMs = atMs + sessionMs;
    store.addSession({ userId: user.id, hash: random.digest(secret), atMs, expiresAtMs });
    store.clearSessions(atMs, user.id, sessionsKept);
    tell(deps, { by: now.name, atMs }, "user.sign-in", { kind: "user", id: now.id }, undefined, { address });
    return { principal: toPrincipal(now, expiresAtMs), secret, expiresAtMs };
  });
  if (signedIn === undefined) return refuse(deps, user, address);
  brake.succeeded(address, name);
  return signedIn;
}

export function signOut({ store, random }: AuthDeps, secret: string): void {
  store.endSession(random.digest(secret));
}

/** Somebody's cookie; `slid`: its sign-in was prolonged, so the browser has to hear of it. */
export function bySession(
  { store, random, clock }: AuthDeps,
  secret: string,
): { readonly principal: Principal; readonly slid: boolean } | undefined {
  if (!/^[\w-]{43}$/.test(secret)) return undefined;
  const session = store.sessionByHash(random.digest(secret));
  const nowMs = Math.floor(clock.nowMs());
  if (session === undefined || session.expiresAtMs <= nowMs || session.user.disabledAtMs !== undefined)
    return undefined;
  const slid = nowMs - session.lastUsedAtMs >= slideEveryMs;
  const expiresAtMs = slid ? nowMs + sessionMs : session.expiresAtMs;
  if (slid) asFarAsPossible(() => store.slideSession(session.id, nowMs, expiresAtMs));
  return { principal: toPrincipal(session.user, expiresAtMs), slid };
}

export function byToken({ store, random, clock }: AuthDeps, text: string): Principal | undefined {
  if (!isTokenText(text)) return undefined;
  const token = store.tokenByHash(random.digest(text));
  const nowMs = Math.floor(clock.nowMs());
  if (token === undefined || token.revokedAtMs !== undefined) return undefined;
  if (token.expiresAtMs !== undefined && token.expiresAtMs <= nowMs) return undefined;
  const minute = nowMs - (nowMs % minuteMs);
  if (token.lastUsedAtMs === undefined || token.lastUsedAtMs < minute) {
    asFarAsPossible(() => store.noteTokenUse(token.id, minute));
  }
  const { name, role, expiresAtMs } = token;
  return { name, role, kind: "token", expiresAtMs };
}

const toPrincipal = ({ name, role }: UserRecord, expiresAtMs: number): Principal => ({
  name,
  role,
  kind: "user",
  expiresAtMs,
});

/** A disk that takes nothing more keeps nobody from reading. */
function asFarAsPossible(note: () => void): void {
  try {
    note();
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
  }
}

/**
 * Written down for a name that nobody has, too, or the time that it takes would tell them apart; but not the name: people
 * type their password there.
 */
function refuse(deps: AuthDeps, user: UserRecord | undefined, address: string): never {
  const told = { address, ...(user?.disabledAtMs === undefined ? {} : { isDisabled: true }) };
  const subject = user === undefined ? ({ kind: "site", id: 0 } as const) : ({ kind: "user", id: user.id } as const);
  const at = { by: "nobody", atMs: nowOf(deps) };
  deps.store.commit(() => tell(deps, at, "user.sign-in-failed", subject, undefined, told));
  throw new OperationalError("LOGIN_FAILED", "name or password is wrong, or this user is disabled");
}
