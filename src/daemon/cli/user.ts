import type { Command } from "commander";
import type { UserRecord } from "../../app/auth/auth-store.js";
import type { Auth } from "../../app/auth/auth.js";
import type { UserPatch } from "../../app/auth/people.js";
import type { Role } from "../../app/auth/roles.js";
import { OperationalError } from "../../app/errors.js";
import { loadConfig } from "../config.js";
import { table } from "./adopt-words.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import { everyPage, minute, roleOption } from "./token.js";
import type { CliWiring } from "./wiring-port.js";

type Wiring = Pick<CliWiring, "withAuth" | "askSecret" | "readInputLine">;

interface Common {
  readonly file: string;
  readonly isJson: boolean;
}

/** `ronda user create NAME --role R`. */
export async function runUserCreate(
  terminal: Terminal,
  wiring: Wiring,
  { name, role, isPiped, file, isJson }: Common & { name: string; role: Role; isPiped: boolean },
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const password = await newPassword(wiring, name, isPiped);
  const user = await wiring.withAuth(config, true, (auth) => auth.createUser("cli", { name, role, password }));
  terminal.out(isJson ? toJson(toReport(user)) : `${user.name} signs in as ${user.role} from now on\n`);
  return exitCode.ok;
}

/** `ronda user password | disable | enable NAME`. */
export async function runUserChange(
  terminal: Terminal,
  wiring: Wiring,
  { name, change, file, isJson }: Common & { name: string; change: Change },
): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const patch: UserPatch =
    change.kind === "password"
      ? { password: await newPassword(wiring, name, change.isPiped) }
      : { isDisabled: change.kind === "disable" };
  const user = await wiring.withAuth(config, true, async (auth: Auth) => {
    const known = auth.userByName(name);
    if (known === undefined) throw new OperationalError("USER_NOT_FOUND", `no user ${name}: see ronda user list`);
    return await auth.updateUser("cli", known.id, patch);
  });
  terminal.out(isJson ? toJson(toReport(user)) : `${user.name}: ${changed[change.kind]}\n`);
  return exitCode.ok;
}

type Change = { readonly kind: "password"; readonly isPiped: boolean } | { readonly kind: "disable" | "enable" };

const changed: Record<Change["kind"], string> = {
  password: "the new password holds, and every sign-in with the old one has ended",
  disable: "cannot sign in any more, and is signed out everywhere",
  enable: "may sign in again",
};

/** `ronda user list`. */
export async function runUserList(terminal: Terminal, wiring: Wiring, { file, isJson }: Common): Promise<number> {
  const { config } = loadConfig(file, terminal.env);
  const users = await wiring.withAuth(config, false, async (auth) => everyPage((page) => auth.users(page)));
  if (isJson) terminal.out(toJson({ users: users.map(toReport) }));
  else if (users.length === 0) terminal.out("no users yet: ronda user create NAME --role admin\n");
  else {
    const rows = users.map(({ name, role, createdAtMs, disabledAtMs }) => [
      name,
      role,
      `since ${minute(createdAtMs)}`,
      disabledAtMs === undefined ? "" : `disabled since ${minute(disabledAtMs)}`,
    ]);
    terminal.out(`${table(rows).join("\n")}\n`);
  }
  return exitCode.ok;
}

/** Typed twice, because nobody sees it. */
async function newPassword(
  { askSecret, readInputLine }: Pick<Wiring, "askSecret" | "readInputLine">,
  name: string,
  isPiped: boolean,
): Promise<string> {
  if (isPiped) return await readInputLine();
  const password = await askSecret(`password for ${name} (at least 10 characters): `);
  if (password !== (await askSecret("again: "))) {
    throw new OperationalError("USAGE", "the two passwords differ, nothing was changed");
  }
  return password;
}

/** Adds `user` to the command line. */
export function addUserCommands(
  program: Command,
  terminal: Terminal,
  wiring: Wiring,
  isJson: boolean,
  finish: (code: number) => void,
): void {
  const user = program.command("user").description("people who sign in to the page");
  const add = (name: string, description: string, example: string): Command =>
    user
      .command(name)
      .description(description)
      .option("--json", "print JSON, for scripts")
      .addHelpText("after", `\nExamples:\n  ${example}`);
  const common = (command: Command): Common => ({ file: command.optsWithGlobals<{ config: string }>().config, isJson });
  const piped = ["--password-stdin", "read the password from standard input instead of asking twice"] as const;

  add("create", "somebody who signs in from now on; the first one is an admin", "ronda user create ani --role cashier")
    .argument("<name>", "stands in audit, payments and receipts; it stays")
    .addOption(roleOption())
    .option(...piped)
    .action(async (name: string, options: { role: Role; passwordStdin?: true }, command: Command) => {
      const { role, passwordStdin } = options;
      finish(
        await runUserCreate(terminal, wiring, { ...common(command), name, role, isPiped: passwordStdin === true }),
      );
    });
  add("password", "a new password; signs that user out everywhere", "ronda user password ani")
    .argument("<name>", "of the user")
    .option(...piped)
    .action(async (name: string, { passwordStdin }: { passwordStdin?: true }, command: Command) => {
      const change = { kind: "password", isPiped: passwordStdin === true } as const;
      finish(await runUserChange(terminal, wiring, { ...common(command), name, change }));
    });
  for (const kind of ["disable", "enable"] as const) {
    const what = kind === "disable" ? "keep a user out; nobody is deleted" : "let a disabled user in again";
    add(kind, what, `ronda user ${kind} ani`)
      .argument("<name>", "of the user")
      .action(async (name: string, _options: unknown, command: Command) => {
        finish(await runUserChange(terminal, wiring, { ...common(command), name, change: { kind } }));
      });
  }
  add("list", "people and their roles", "ronda user list").action(async (_options: unknown, command: Command) => {
    finish(await runUserList(terminal, wiring, common(command)));
  });
}

const toReport = ({ name, role, createdAtMs, createdBy, disabledAtMs }: UserRecord) => ({
  name,
  role,
  isDisabled: disabledAtMs !== undefined,
  createdAt: new Date(createdAtMs).toISOString(),
  createdBy,
});
