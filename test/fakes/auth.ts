/** Who may in, over real tables, with passwords that are hashed cheaply. */
import { createAuthStore } from "../../src/adapters/sqlite/auth-store.js";
import type { Sqlite } from "../../src/adapters/sqlite/open.js";
import { createPasswords, randomness } from "../../src/adapters/system/passwords.js";
import { createAuth, type Auth } from "../../src/app/auth/auth.js";
import type { Clock } from "../../src/app/ports.js";

export const cheapCost = { N: 2 ** 10, r: 8, p: 1 };

export const createTestAuth = (db: Sqlite, clock: Pick<Clock, "nowMs" | "monotonicMs">): Auth =>
  createAuth({ store: createAuthStore(db), passwords: createPasswords(cheapCost), random: randomness, clock });
