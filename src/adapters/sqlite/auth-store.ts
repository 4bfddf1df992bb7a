import type { AuthStore, TokenRecord, UserRecord } from "../../app/auth/auth-store.js";
import type { Role } from "../../app/auth/roles.js";
import { prepareAudit } from "./books-store.js";
import { createFullCommit } from "./full-commit.js";
import type { Sqlite } from "./open.js";
import { Conditions, readPage } from "./read-page.js";
import { createStatements } from "./statements.js";
import { speaking } from "./store-errors.js";

/** People, tokens and sign-ins in the books. Reads of every request are prepared once. */
export function createAuthStore(db: Sqlite): AuthStore {
  const statements = createStatements(db);
  const commit = createFullCommit(db);
  const run = (sql: string): ((values: Record<string, string | number | null>) => number) => {
    const statement = db.prepare(sql);
    return (values) => Number(statement.run(values).lastInsertRowid);
  };
  const store: AuthStore = {
    commit,
    hasAnybody: () =>
      statements.get<{ is: number }>("select exists (select 1 from users) or exists (select 1 from tokens) as 'is'")
        ?.is === 1,
    ...prepareUsers(db, run),
    ...prepareTokens(db, run),
    ...prepareSessions(db, run),
    audit: prepareAudit(db),
  };
  return speaking(store, db.name);
}

type Run = (sql: string) => (values: Record<string, string | number | null>) => number;
type Part<Keys extends keyof AuthStore> = Pick<AuthStore, Keys>;

interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly disabled_at_ms: number | null;
  readonly version: number;
}

const toUser = (row: UserRow): UserRecord => ({
  id: row.id,
  name: row.name,
  role: row.role,
  createdAtMs: row.created_at_ms,
  createdBy: row.created_by,
  updatedAtMs: row.updated_at_ms,
  disabledAtMs: row.disabled_at_ms ?? undefined,
  version: row.version,
});

const userColumns = ["id", "name", "role", "created_at_ms", "created_by", "updated_at_ms", "disabled_at_ms", "version"];
const userColumnsOf = (table: string): string => userColumns.map((column) => `${table}.${column}`).join(", ");

function prepareUsers(
  db: Sqlite,
  run: Run,
): Part<
  | "user"
  | "userByName"
  | "passwordHash"
  | "users"
  | "countAdmins"
  | "addUser"
  | "setUser"
  | "setPasswordHash"
  | "rehash"
> {
  const statements = createStatements(db);
  const select = `select ${userColumnsOf("u")} from users u`;
  const optional = (row: UserRow | undefined): UserRecord | undefined => row && toUser(row);
  const add = run(
    `insert into users (name, role, password_hash, created_at_ms, created_by, updated_at_ms)
     values (:name, :role, :passwordHash, :atMs, :createdBy, :atMs)`,
  );
  const set = run(
    `update users set role = :role, disabled_at_ms = :disabledAtMs, updated_at_ms = :atMs, version = version + 1
      where id = :id`,
  );
  const setPassword = run("update users set password_hash = :passwordHash, updated_at_ms = :atMs where id = :id");
  const rehash = run("update users set password_hash = :passwordHash where id = :id and password_hash = :before");
  return {
    user: (id) => optional(statements.get<UserRow>(`${select} where u.id = ?`, id)),
    userByName: (name) => optional(statements.get<UserRow>(`${select} where lower(u.name) = lower(?)`, name)),
    passwordHash: (id) =>
      statements.get<{ hash: string }>("select password_hash as hash from users where id = ?", id)?.hash,
    users(page) {
      const { items, nextCursor } = readPage<UserRow>(
        statements,
        { select, conditions: new Conditions(), scope: "users", key: ["u.name", "u.id"], keyOf: (u) => [u.name, u.id] },
        page,
      );
      return { items: items.map(toUser), nextCursor };
    },
    countAdmins: () =>
      statements.get<{ n: number }>("select count(*) as n from users where role = 'admin' and disabled_at_ms is null")
        ?.n ?? 0,
    addUser: ({ name, role, passwordHash, createdBy, atMs }) => add({ name, role, passwordHash, createdBy, atMs }),
    setUser: (id, { role, disabledAtMs }, atMs) => void set({ id, role, disabledAtMs: disabledAtMs ?? null, atMs }),
    setPasswordHash: (id, passwordHash, atMs) => void setPassword({ id, passwordHash, atMs }),
    rehash: (id, before, passwordHash) => void rehash({ id, before, passwordHash }),
  };
}

interface TokenRow {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  readonly revoked_by: string | null;
  readonly last_used_at_ms: number | null;
  readonly isRevoked: number;
}

const toToken = (row: TokenRow): TokenRecord => ({
  id: row.id,
  name: row.name,
  role: row.role,
  prefix: row.prefix,
  createdAtMs: row.created_at_ms,
  createdBy: row.created_by,
  expiresAtMs: row.expires_at_ms ?? undefined,
  revokedAtMs: row.revoked_at_ms ?? undefined,
  revokedBy: row.revoked_by ?? undefined,
  lastUsedAtMs: row.last_used_at_ms ?? undefined,
});

function prepareTokens(
  db: Sqlite,
  run: Run,
): Part<"token" | "tokenByHash" | "tokenByName" | "tokens" | "addToken" | "revokeToken" | "noteTokenUse"> {
  const statements = createStatements(db);
  const select = `select t.id, t.name, t.role, t.prefix, t.created_at_ms, t.created_by, t.expires_at_ms, t.revoked_at_ms,
    t.revoked_by, t.last_used_at_ms, t.revoked_at_ms is not null as isRevoked from tokens t`;
  const optional = (row: TokenRow | undefined): TokenRecord | undefined => row && toToken(row);
  const add = run(
    `insert into tokens (name, role, token_hash, prefix, created_at_ms, created_by, expires_at_ms)
     values (:name, :role, :hash, :prefix, :atMs, :createdBy, :expiresAtMs)`,
  );
  const revoke = run(
    "update tokens set revoked_at_ms = :atMs, revoked_by = :by where id = :id and revoked_at_ms is null",
  );
  const noteUse = run(
    "update tokens set last_used_at_ms = :atMs where id = :id and coalesce(last_used_at_ms, 0) < :atMs",
  );
  return {
    token: (id) => optional(statements.get<TokenRow>(`${select} where t.id = ?`, id)),
    tokenByHash: (hash) => optional(statements.get<TokenRow>(`${select} where t.token_hash = ?`, hash)),
    tokenByName: (name) =>
      optional(statements.get<TokenRow>(`${select} where lower(t.name) = lower(?) and t.revoked_at_ms is null`, name)),
    tokens(page) {
      const { items, nextCursor } = readPage<TokenRow>(
        statements,
        {
          select,
          conditions: new Conditions(),
          scope: "tokens",
          key: ["(t.revoked_at_ms is not null)", "t.name", "t.id"],
          keyOf: (t) => [t.isRevoked, t.name, t.id],
        },
        page,
      );
      return { items: items.map(toToken), nextCursor };
    },
    addToken: ({ name, role, prefix, createdBy, expiresAtMs, hash, atMs }) =>
      add({ name, role, prefix, createdBy, expiresAtMs: expiresAtMs ?? null, hash, atMs }),
    revokeToken: (id, atMs, by) => void revoke({ id, atMs, by }),
    noteTokenUse: (id, atMs) => void noteUse({ id, atMs }),
  };
}

function prepareSessions(
  db: Sqlite,
  run: Run,
): Part<"sessionByHash" | "addSession" | "slideSession" | "endSession" | "endSessionsOf" | "clearSessions"> {
  type SessionRow = UserRow & {
    readonly sessionId: number;
    readonly expiresAtMs: number;
    readonly lastUsedAtMs: number;
  };
  const find = db.prepare<[string], SessionRow>(
    `select s.id as sessionId, s.expires_at_ms as expiresAtMs, s.last_used_at_ms as lastUsedAtMs, ${userColumnsOf("u")}
       from web_sessions s join users u on u.id = s.user_id where s.session_hash = ?`,
  );
  const add = run(
    `insert into web_sessions (user_id, session_hash, created_at_ms, expires_at_ms, last_used_at_ms)
     values (:userId, :hash, :atMs, :expiresAtMs, :atMs)`,
  );
  const slide = run("update web_sessions set last_used_at_ms = :atMs, expires_at_ms = :expiresAtMs where id = :id");
  const end = run("delete from web_sessions where session_hash = :hash");
  const endAll = run("delete from web_sessions where user_id = :userId");
  const clear = run(
    `delete from web_sessions where expires_at_ms <= :nowMs or (user_id = :userId and id not in
       (select id from web_sessions where user_id = :userId order by last_used_at_ms desc, id desc limit :keep))`,
  );
  return {
    sessionByHash(hash) {
      const row = find.get(hash);
      if (row === undefined) return undefined;
      const { sessionId: id, expiresAtMs, lastUsedAtMs } = row;
      return { id, expiresAtMs, lastUsedAtMs, user: toUser(row) };
    },
    addSession: (session) => void add(session),
    slideSession: (id, atMs, expiresAtMs) => void slide({ id, atMs, expiresAtMs }),
    endSession: (hash) => void end({ hash }),
    endSessionsOf: (userId) => void endAll({ userId }),
    clearSessions: (nowMs, userId, keep) => void clear({ nowMs, userId, keep }),
  };
}
