import { InvalidArgumentError, Option, type Command } from "commander";
import type { TokenRecord } from "../../app/auth/auth-store.js";
import type { Auth } from "../../app/auth/auth.js";
import { roles, type Role } from "../../app/auth/roles.js";
import { OperationalError } from "../../app/errors.js";
import { loadConfig } from "../config.js";
import { table } from "./adopt-words.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

type Wiring = Pick<CliWiring, "withAuth">;

interface Common {
  readonly file: string;
  readonly isJson: boolean;
}

/** `ronda token create NAME --role R [--expires 90d]`: the token is printed this once. */
export async function runTokenCreate(
  terminal: Terminal,
  wiring: Wiring,
  { name, role, days, file, isJson }: Common & { name: string; role: Role; days: number | undefined },
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const { token, secret } = await wiring.withAuth(config, true, async (auth) => {
    const expiresAtMs = days === undefined ? undefined : Math.floor(terminal.clock.nowMs()) + days * 86_400_000;
    return auth.createToken("cli", { name, role, expiresAtMs });
  });
  if (isJson) terminal.out(toJson({ ...toReport(token), token: secret }));
  else {
    terminal.out(`${secret}\n`);
    terminal.err(`token ${token.name} (${token.role}, ${expiry(token)}): shown this once, keep it like a password\n`);
  }
  return exitCode.ok;
}

/** `ronda token list`. */
export async function runTokenList(terminal: Terminal, wiring: Wiring, { file, isJson }: Common): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const tokens = await wiring.withAuth(config, false, async (auth) => everyPage((page) => auth.tokens(page)));
  if (isJson) terminal.out(toJson({ tokens: tokens.map(toReport) }));
  else if (tokens.length === 0) terminal.out("no tokens yet: ronda token create NAME --role viewer\n");
  else {
    const head = ["name", "role", "begins", "expires", "last used"];
    const rows = tokens.map((token) => [
      token.name,
      token.role,
      token.prefix,
      token.revokedAtMs === undefined ? expiry(token) : `revoked by ${token.revokedBy}`,
      token.lastUsedAtMs === undefined ? "never" : minute(token.lastUsedAtMs),
    ]);
    terminal.out(`${table([head, ...rows]).join("\n")}\n`);
  }
  return exitCode.ok;
}

/** `ronda token revoke NAME`. */
export async function runTokenRevoke(
  terminal: Terminal,
  wiring: Wiring,
  { name, file, isJson }: Common & { name: string },
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const token = await wiring.withAuth(config, true, async (auth: Auth) => {
    const known = auth.tokenByName(name);
    if (known === undefined) {
      throw new OperationalError("TOKEN_NOT_FOUND", `no token ${name} is in use: see ronda token list`);
    }
    return auth.revokeToken("cli", known.id);
  });
  terminal.out(isJson ? toJson(toReport(token)) : `token ${token.name} is revoked\n`);
  return exitCode.ok;
}

/** Adds `token` to the command line. */
export function addTokenCommands(
  program: Command,
  terminal: Terminal,
  wiring: Wiring,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  const token = program.command("token").description("tokens of programs that call the API");
  const add = (name: string, description: string, example: string): Command =>
    token
      .command(name)
      .description(description)
      .option("--json", "print JSON, for scripts")
      .addHelpText("after", `\nExamples:\n  ${example}`);
  const common = (command: Command): Common => ({ file: command.optsWithGlobals<{ config: string }>().config, isJson });

  add("create", "make a token; it is shown this once", "ronda token create kasir-hp --role cashier --expires 90d")
    .argument("<name>", "whose it is; stands in the audit")
    .addOption(roleOption())
    .option("--expires <days>", "such as 90d; without it, never", dayCount)
    .action(async (name: string, options: { role: Role; expires?: number }, command: Command) => {
      const { role, expires: days } = options;
      finish(await runTokenCreate(terminal, wiring, { ...common(command), name, role, days }));
    });
  add("list", "tokens, their roles, and when they were last used", "ronda token list").action(
    async (_options: unknown, command: Command) => {
      finish(await runTokenList(terminal, wiring, common(command)));
    },
  );
  add("revoke", "a token is worth nothing from the next request on", "ronda token revoke kasir-hp")
    .argument("<name>", "of the token")
    .action(async (name: string, _options: unknown, command: Command) => {
      finish(await runTokenRevoke(terminal, wiring, { ...common(command), name }));
    });
}

export const roleOption = (): Option =>
  new Option("--role <role>", "what it may do").choices(roles).makeOptionMandatory();

/** All items of a list that comes in pages. */
export function everyPage<Item>(
  read: (page: { limit: number; cursor: string | undefined }) => {
    readonly items: readonly Item[];
    readonly nextCursor: string | undefined;
  },
): Item[] {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = read({ limit: 500, cursor });
    all.push(...items);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return all;
}

export const minute = (ms: number): string => new Date(ms).toISOString().replace(/:[\d.]+Z$/, "Z");
const expiry = ({ expiresAtMs }: TokenRecord): string =>
  expiresAtMs === undefined ? "never expires" : `until ${minute(expiresAtMs)}`;

function dayCount(text: string): number {
  const days = Number(/^(\d{1,4})d$/.exec(text)?.[1]);
  if (!(days >= 1 && days <= 3650)) throw new InvalidArgumentError("Expected days from 1d to 3650d, such as 90d.");
  return days;
}

function toReport(token: TokenRecord) {
  const orNull = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  const { name, role, prefix, createdBy } = token;
  return {
    name,
    role,
    prefix,
    createdAt: orNull(token.createdAtMs),
    createdBy,
    expiresAt: orNull(token.expiresAtMs),
    lastUsedAt: orNull(token.lastUsedAtMs),
    revokedAt: orNull(token.revokedAtMs),
    revokedBy: token.revokedBy ?? null,
  };
}
