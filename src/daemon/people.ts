import type { Logger } from "pino";
import { createAuthStore } from "../adapters/sqlite/auth-store.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import { createPasswords, randomness } from "../adapters/system/passwords.js";
import { createAuth, type Auth } from "../app/auth/auth.js";
import type { Clock } from "../app/ports.js";
import type { RondaConfig } from "./config.js";
import { isReachable } from "./reach.js";

/** Who may in, and whether others are meant to come in while nobody can. */
export function createPeople(
  db: Sqlite,
  clock: Clock,
  config: Pick<RondaConfig, "http">,
  log: Pick<Logger, "warn">,
): { readonly auth: Auth; readonly nobodySignsIn: () => boolean } {
  const auth = createAuth({ store: createAuthStore(db), passwords: createPasswords(), random: randomness, clock });
  const nobodySignsIn = (): boolean => isReachable(config) && auth.isOpen();
  if (nobodySignsIn()) {
    log.warn({ mend: "ronda user create NAME --role admin" }, "nobody can sign in yet, so everybody is refused");
  }
  return { auth, nobodySignsIn };
}
