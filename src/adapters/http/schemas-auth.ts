/** What the API takes and answers about people, tokens and who asks. */
import { z } from "zod";
import { nameRule, roles } from "../../app/auth/roles.js";
import { passwordRule } from "../../app/auth/secrets.js";
import { named } from "./schemas.js";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const role = z
  .enum(roles)
  .describe("viewer reads; cashier also takes payments and short promises; admin may everything");

export const me = named(
  "Me",
  z.object({
    name: z.string().describe("as audit, journal and receipts call it"),
    role,
    kind: z.enum(["user", "token", "local"]).describe("local: nobody has to sign in yet"),
    expiresAt: instant.nullable().describe("when the token or the sign-in ends; null = never"),
  }),
);

export const user = named(
  "User",
  z.object({
    id: z.string(),
    name: z.string(),
    role,
    isDisabled: z.boolean(),
    createdAt: instant,
    createdBy: z.string(),
    updatedAt: instant,
    disabledAt: instant.nullable(),
    version: z.int(),
  }),
);

export const token = named(
  "Token",
  z.object({
    id: z.string(),
    name: z.string(),
    role,
    prefix: z.string().describe("its first characters, to tell tokens apart"),
    createdAt: instant,
    createdBy: z.string(),
    expiresAt: instant.nullable().describe("null = never"),
    lastUsedAt: instant.nullable().describe("to the minute"),
    revokedAt: instant.nullable(),
    revokedBy: z.string().nullable(),
  }),
);

export const tokenWithSecret = named(
  "TokenWithSecret",
  z.object({ ...token.shape, token: z.string().describe("shown this once") }),
);

const nextCursor = z.string().nullable();
export const userList = named("UserList", z.object({ items: z.array(user), nextCursor }));
export const tokenList = named("TokenList", z.object({ items: z.array(token), nextCursor }));

const body = { error: "a JSON object with these fields" };
const text = (expected: string, max: number) =>
  z.string({ error: expected }).min(1, { error: expected }).max(max, { error: expected });
const wantedName = text(nameRule, 100);
const wantedRole = z.enum(roles, { error: `one of ${roles.join(", ")}` });
const wantedPassword = text(passwordRule, 1_000).describe(`write-only; ${passwordRule}`);
const expiryRule = "an instant from now on such as 2027-01-31T00:00:00Z, or null for never";

export const login = z.strictObject(
  { name: text("the name of a user", 200), password: text("the password", 1_000).describe("write-only") },
  body,
);
export const newUser = z.strictObject({ name: wantedName, role: wantedRole, password: wantedPassword }, body);
export const userPatch = z.strictObject(
  {
    role: wantedRole.optional(),
    password: wantedPassword.optional(),
    isDisabled: z.boolean({ error: "true or false" }).optional(),
  },
  body,
);
export const newToken = z.strictObject(
  {
    name: wantedName,
    role: wantedRole,
    expiresAt: z.iso.datetime({ offset: true, error: expiryRule }).nullish(),
  },
  body,
);
