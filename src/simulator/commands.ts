import type { RouterCore } from "./core.js";
import { formatId } from "./format.js";
import { followMenu, printMenu } from "./print.js";
import type { Column, Menu } from "./menu.js";
import type { CommandTree } from "./schema.js";
import { noSuchItem, Trap } from "./trap.js";
import { SentenceWriter } from "./wire.js";
import { isWrite } from "./words.js";

/** One command sentence, taken apart. */
export interface Command {
  readonly path: string;
  readonly args: ReadonlyMap<string, string>;
  /** Query words, in their order. */
  readonly queries: readonly string[];
  readonly tag: string | undefined;
}

/** Who sent a command, and where its replies go. */
export interface Caller {
  readonly user: string;
  readonly address: string;
  readonly policies: ReadonlySet<string>;
  /** Sends sentences that nobody asked for now: what `listen` tells. */
  push(sentences: Buffer): void;
  /** Running `listen`s by tag, each with the way to stop it. */
  readonly running: Map<string, () => Buffer>;
}

export interface CommandCentre {
  readonly core: RouterCore;
  readonly tree: CommandTree;
  readonly menus: ReadonlyMap<string, Menu>;
  readonly writes: WriteLog;
}

export interface WriteLog {
  /** Counts configuration changes, as `action:N` of the log lines does. */
  actions: number;
}

export function parseCommand(words: readonly string[]): Command {
  const [path = "", ...rest] = words;
  const args = new Map<string, string>();
  const queries: string[] = [];
  let tag: string | undefined;
  for (const word of rest) {
    if (word.startsWith("=")) {
      const cut = word.indexOf("=", 1);
      if (cut === -1) args.set(word.slice(1), "");
      else args.set(word.slice(1, cut), word.slice(cut + 1));
    } else if (word.startsWith(".tag=")) {
      tag = word.slice(5);
    } else if (word.startsWith("?")) {
      queries.push(word);
    } else if (!word.startsWith(".")) {
      throw new Trap("unknown parameter", 1);
    }
  }
  return { path, args, queries, tag };
}

/** The replies of one command, as sentences in their order. */
export function runCommand(centre: CommandCentre, caller: Caller, words: readonly string[]): Buffer {
  const writer = new SentenceWriter();
  const tag = tagOf(words);
  const reply = (...sentence: string[]): void => {
    const [head = "", ...attributes] = sentence;
    writer.sentence(tag === undefined ? sentence : [head, `.tag=${tag}`, ...attributes]);
  };
  try {
    const command = parseCommand(words);
    dispatch(centre, caller, command, writer, reply);
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    const category = error.category !== undefined && centre.core.options.unsure.trapCategories;
    reply("!trap", ...(category ? [`=category=${error.category}`] : []), `=message=${error.message}`);
    reply("!done");
  }
  return writer.take();
}

export function tagOf(words: readonly string[]): string | undefined {
  return words.find((word) => word.startsWith(".tag="))?.slice(5);
}

type Reply = (...sentence: string[]) => void;

function dispatch(centre: CommandCentre, caller: Caller, command: Command, writer: SentenceWriter, reply: Reply): void {
  const { core, tree, menus } = centre;
  if (command.path === "/cancel") return cancel(caller, command, writer, reply);
  const cut = command.path.lastIndexOf("/");
  const menuPath = command.path.slice(0, cut);
  const typedName = command.path.slice(cut + 1);
  const name = typedName === "getall" ? "print" : typedName;
  checkArguments(tree, menuPath, name, command);
  checkPolicy(caller, menuPath, command.path);
  const menu = menus.get(menuPath);
  if (menu === undefined) throw new Trap("no such command", 0);
  const hidesSensitive = core.personality.hidesSensitive && core.options.unsure.maskOverApi;
  const seesSensitive = caller.policies.has("sensitive") && (!hidesSensitive || command.args.has("show-sensitive"));
  if (name === "listen" || command.args.has("follow") || command.args.has("follow-only")) {
    return followMenu({ core, caller, menu, command, writer, seesSensitive, listsFirst: command.args.has("follow") });
  }
  if (name === "print") return printMenu({ core, menu, command, writer, reply, seesSensitive });
  if (name === "get") return get(menu, command, reply, seesSensitive);
  if (name === "find") {
    const ids = [...menu.items()].map((item) => formatId(menu.idOf?.(item) ?? 0));
    return reply("!done", `=ret=${ids.join(";")}`);
  }
  if (name === "monitor-traffic") return monitorTraffic(menu, command, reply);
  const before = describe(menu, command);
  const ret = write(menu, name, command);
  if (core.personality.logsChanges) logChange(centre, caller, menuPath, name, before, command);
  if (core.personality.sendsEmpty && core.options.unsure.emptyAfterWrites) reply("!empty");
  reply("!done", ...(ret === undefined ? [] : [`=ret=${ret}`]));
}

function checkArguments(tree: CommandTree, menuPath: string, name: string, command: Command): void {
  const known = tree.argumentsOf(`${menuPath}/${name === "listen" ? "print" : name}`);
  if (known === undefined) throw new Trap(tree.hasMenu(menuPath) ? "no such command" : "no such command prefix", 0);
  for (const argument of command.args.keys()) {
    const spelled = argument === ".proplist" ? "proplist" : argument;
    const isItem = argument === ".id" && (known.has("numbers") || known.has("number") || known.has("from"));
    // `.proplist` belongs to the protocol, also where the console's print has no such argument.
    if (known.has(spelled) || isItem || (argument === ".proplist" && name !== "set")) continue;
    if (argument === "number" && known.has("numbers")) continue;
    throw new Trap("unknown parameter", 1);
  }
}

function checkPolicy(caller: Caller, menuPath: string, path: string): void {
  const needed = isWrite(path) ? (menuPath.startsWith("/user") ? "policy" : "write") : "read";
  if (!caller.policies.has(needed)) throw new Trap("not enough permissions (9)");
}

function cancel(caller: Caller, command: Command, writer: SentenceWriter, reply: Reply): void {
  const wanted = command.args.get("tag");
  const tags = wanted === undefined ? [...caller.running.keys()] : wanted.split(",");
  for (const tag of tags) {
    const interrupted = new SentenceWriter(64);
    const stop = caller.running.get(tag);
    if (stop === undefined) continue;
    caller.running.delete(tag);
    interrupted.sentence(["!trap", `.tag=${tag}`, "=category=2", "=message=interrupted"]);
    caller.push(interrupted.take());
    // The cancelled command's own end may come after ours, as the manual's example shows.
    const ending = stop();
    queueMicrotask(() => caller.push(ending));
  }
  if (wanted !== undefined && tags.length === 0) throw noSuchItem();
  reply("!done");
}

function itemsOf(menu: Menu, command: Command): unknown[] {
  const list = command.args.get(".id") ?? command.args.get("numbers") ?? command.args.get("number");
  if (menu.idOf === undefined) return [...menu.items()];
  if (list === undefined || list === "") throw new Trap("missing value(s) of argument(s) numbers", 1);
  return list.split(",").map((id) => {
    const item = menu.find?.(id);
    if (item === undefined) throw noSuchItem();
    return item;
  });
}

const notFields = new Set([".id", "numbers", "number", ".proplist", "value-name", "destination"]);

function write(menu: Menu, name: string, command: Command): string | undefined {
  const fields = new Map([...command.args].filter(([argument]) => !notFields.has(argument)));
  if (name === "add") {
    if (menu.add === undefined) throw new Trap("no such command", 0);
    return menu.add(fields);
  }
  if (name === "reset-counters-all") {
    for (const item of menu.items()) menu.resetCounters?.(item);
    return undefined;
  }
  if (name === "print" || name === "info" || name === "warning" || name === "error" || name === "debug") {
    return menu.add?.(new Map([["topics", name], ...fields]));
  }
  const items = itemsOf(menu, command);
  for (const item of items) writeOne(menu, name, command, fields, item);
  return undefined;
}

function writeOne(
  menu: Menu,
  name: string,
  command: Command,
  fields: ReadonlyMap<string, string>,
  item: unknown,
): void {
  const unable = (): never => {
    throw new Trap("failure: not supported by the simulator");
  };
  switch (name) {
    case "set":
    case "comment":
      return menu.set === undefined ? unable() : menu.set(item, fields);
    case "enable":
    case "disable":
      return menu.set === undefined
        ? unable()
        : menu.set(item, new Map([["disabled", name === "disable" ? "yes" : "no"]]));
    case "unset":
      return menu.unset === undefined ? unable() : menu.unset(item, command.args.get("value-name") ?? "");
    case "remove":
      return menu.remove === undefined ? unable() : menu.remove(item);
    case "reset-counters":
      return menu.resetCounters === undefined ? unable() : menu.resetCounters(item);
    case "move": {
      const destination = command.args.get("destination");
      return menu.move === undefined
        ? unable()
        : menu.move(item, destination === undefined ? undefined : menu.find?.(destination));
    }
    default:
      return unable();
  }
}

function get(menu: Menu, command: Command, reply: Reply, seesSensitive: boolean): void {
  const [item] = itemsOf(menu, command);
  const column: Column<unknown> | undefined = menu.columns.find(({ name }) => name === command.args.get("value-name"));
  if (column === undefined) throw new Trap("unknown parameter", 1);
  const value = column.read(item) ?? "";
  reply("!done", `=ret=${column.sensitive === true && !seesSensitive && value !== "" ? "*****" : value}`);
}

function monitorTraffic(menu: Menu, command: Command, reply: Reply): void {
  const names = (command.args.get("interface") ?? "").split(",");
  for (const name of names) {
    const item = menu.find?.(name) as { uploadBps: number; downloadBps: number } | undefined;
    if (item === undefined) throw new Trap("input does not match any value of interface", 1);
    const up = Math.round(item.uploadBps);
    const down = Math.round(item.downloadBps);
    reply("!re", `=name=${name}`, `=rx-bits-per-second=${up}`, `=tx-bits-per-second=${down}`);
  }
  reply("!done");
}

/** The name of the object that is about to change, for the log line; read before it is gone. */
function describe(menu: Menu, command: Command): string {
  const id = command.args.get(".id") ?? command.args.get("numbers");
  const item = id === undefined ? undefined : menu.find?.(id.split(",")[0] ?? "");
  const nameColumn = menu.columns.find(({ name }) => name === "name");
  return (item === undefined ? undefined : nameColumn?.read(item)) ?? command.args.get("name") ?? id ?? "";
}

function logChange(
  centre: CommandCentre,
  caller: Caller,
  menuPath: string,
  name: string,
  subject: string,
  command: Command,
): void {
  if (menuPath === "/log") return;
  centre.writes.actions += 1;
  const words = menuPath.slice(1).replaceAll("/", " ");
  const shown = [...command.args]
    .filter(([argument]) => argument !== "password")
    .map(([argument, value]) => `${argument}=${value}`);
  const verb = name === "add" ? "added" : name === "remove" ? "removed" : "changed";
  centre.core.log.write(
    "system,info",
    `${words} <${subject}> ${verb} by api:${caller.user}@${caller.address}/action:${centre.writes.actions} (/${words} ${name} ${shown.join(" ")})`,
  );
}
