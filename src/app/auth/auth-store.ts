/** What is kept of people, tokens and sign-ins. Secrets are here as hashes only. */
import type { AuditEntry } from "../books/books-store.js";
import type { Page, PageRequest } from "../queries.js";
import type { Role } from "./roles.js";

export interface UserRecord {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  /** Cannot sign in since then; never deleted. */
  readonly disabledAtMs: number | undefined;
  /** Counts its changes; what a change was made from. */
  readonly version: number;
}

export interface TokenRecord {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  /** Its first characters, to tell tokens apart. */
  readonly prefix: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** Undefined = never. */
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
  readonly revokedBy: string | undefined;
  /** To the minute. */
  readonly lastUsedAtMs: number | undefined;
}

export interface SessionRecord {
  readonly id: number;
  readonly user: UserRecord;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number;
}

/** Every function is one commit by itself, or a part of the `commit` it is called in. */
export interface AuthStore {
  /** Runs `work` in one transaction that is on the disk when this returns; an error in it undoes all of it. */
  commit<T>(work: () => T): T;
  /** Whether there is, or ever was, a user or a token. */
  hasAnybody(): boolean;

  user(id: number): UserRecord | undefined;
  /** Whatever its case. */
  userByName(name: string): UserRecord | undefined;
  passwordHash(userId: number): string | undefined;
  /** By name. */
  users(page: PageRequest): Page<UserRecord>;
  /** Those who may sign in. */
  countAdmins(): number;
  addUser(user: Pick<UserRecord, "name" | "role" | "createdBy"> & { passwordHash: string; atMs: number }): number;
  /** Counts the version up. */
  setUser(id: number, user: Pick<UserRecord, "role" | "disabledAtMs">, atMs: number): void;
  setPasswordHash(id: number, passwordHash: string, atMs: number): void;
  /** The same password hashed anew; nobody's change. */
  rehash(id: number, before: string, passwordHash: string): void;

  token(id: number): TokenRecord | undefined;
  tokenByHash(hash: string): TokenRecord | undefined;
  /** One that is not revoked. Whatever its case. */
  tokenByName(name: string): TokenRecord | undefined;
  /** Those in use first, then by name. */
  tokens(page: PageRequest): Page<TokenRecord>;
  addToken(
    token: Pick<TokenRecord, "name" | "role" | "prefix" | "createdBy" | "expiresAtMs"> & { hash: string; atMs: number },
  ): number;
  revokeToken(id: number, atMs: number, by: string): void;
  noteTokenUse(id: number, atMs: number): void;

  sessionByHash(hash: string): SessionRecord | undefined;
  addSession(session: { userId: number; hash: string; atMs: number; expiresAtMs: number }): void;
  slideSession(id: number, atMs: number, expiresAtMs: number): void;
  endSession(hash: string): void;
  endSessionsOf(userId: number): void;
  /** Those that have ended, and of this user all but the newest. */
  clearSessions(nowMs: number, userId: number, keep: number): void;

  audit(entry: AuditEntry): void;
}
