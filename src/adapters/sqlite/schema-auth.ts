/** Tables of who may do what: people, tokens of programs, and sessions of the page. Commits with `synchronous=FULL`. */
import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** People who sign in to the page. Never deleted: their names stand in audit and payments. */
export const users = sqliteTable(
  "users",
  {
    id: integer("id").primaryKey(),
    /** How they sign in, and how they are called in audit and on receipts. */
    name: text("name").notNull(),
    role: text("role").notNull(),
    /** scrypt with its parameters and salt. */
    passwordHash: text("password_hash").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
    disabledAtMs: integer("disabled_at_ms"),
    version: integer("version").notNull().default(1),
  },
  (t) => [
    uniqueIndex("users_name").on(sql`lower(${t.name})`),
    check("users_name_shown", sql`trim(${t.name}) <> ''`),
    check("users_role", sql`${t.role} in ('admin', 'cashier', 'viewer')`),
  ],
);

/** Tokens of programs; only the hash is kept. */
export const tokens = sqliteTable(
  "tokens",
  {
    id: integer("id").primaryKey(),
    name: text("name").notNull(),
    role: text("role").notNull(),
    /** SHA-256 of a token of 256 random bits, hex. */
    tokenHash: text("token_hash").notNull(),
    /** Its first characters, to tell tokens apart. */
    prefix: text("prefix").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAtMs: integer("expires_at_ms"),
    revokedAtMs: integer("revoked_at_ms"),
    revokedBy: text("revoked_by"),
    /** To the minute. */
    lastUsedAtMs: integer("last_used_at_ms"),
  },
  (t) => [
    uniqueIndex("tokens_hash").on(t.tokenHash),
    uniqueIndex("tokens_name")
      .on(sql`lower(${t.name})`)
      .where(sql`${t.revokedAtMs} is null`),
    check("tokens_role", sql`${t.role} in ('admin', 'cashier', 'viewer')`),
    check("tokens_revoked", sql`(${t.revokedAtMs} is null) = (${t.revokedBy} is null)`),
  ],
);

/** Sign-ins of the page. */
export const webSessions = sqliteTable(
  "web_sessions",
  {
    id: integer("id").primaryKey(),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    /** SHA-256 of the cookie's value, hex. */
    sessionHash: text("session_hash").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    expiresAtMs: integer("expires_at_ms").notNull(),
    lastUsedAtMs: integer("last_used_at_ms").notNull(),
  },
  (t) => [
    uniqueIndex("web_sessions_hash").on(t.sessionHash),
    index("web_sessions_user").on(t.userId),
    index("web_sessions_expires").on(t.expiresAtMs),
  ],
);
