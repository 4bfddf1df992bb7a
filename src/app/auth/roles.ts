/** Who may do what. Each role may all that the ones before it may. */
export const roles = ["viewer", "cashier", "admin"] as const;

export type Role = (typeof roles)[number];

export const mayActAs = (role: Role, atLeast: Role): boolean => roles.indexOf(role) >= roles.indexOf(atLeast);

/** Who a request comes from. */
export interface Principal {
  /** As it stands in audit, journal and on receipts. */
  readonly name: string;
  readonly role: Role;
  /** `local`: somebody at this machine, while there are neither people nor tokens. */
  readonly kind: "user" | "token" | "local";
  /** When the token or the sign-in ends; undefined = never. */
  readonly expiresAtMs: number | undefined;
}

/** Names that mean somebody else in audit and journal. */
const reservedNames = new Set(["admin-local", "api", "cli", "daemon", "local", "nobody", "ronda", "system", "test"]);

export const nameRule =
  "1 to 40 letters, digits, spaces and . _ - without spaces around it, and not one of Ronda's own (api, cli, daemon, local …)";

/** Names of people and tokens: short enough for a receipt, and no other's in the audit. */
export function isFitName(name: string): boolean {
  return (
    /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,38}[\p{L}\p{M}\p{N}._-])?$/u.test(name) &&
    !reservedNames.has(name.toLowerCase())
  );
}
