import type { Caller, Command } from "./commands.js";
import type { RouterCore } from "./core.js";
import { formatId } from "./format.js";
import type { Column, Menu } from "./menu.js";
import { compileQuery } from "./query.js";
import { Trap } from "./trap.js";
import { SentenceWriter } from "./wire.js";

interface PrintRequest {
  readonly core: RouterCore;
  readonly menu: Menu;
  readonly command: Command;
  readonly writer: SentenceWriter;
  readonly seesSensitive: boolean;
}

/** Prints a table: rows that pass the query, only the wanted attributes, `.id` first. */
export function printMenu(request: PrintRequest & { readonly reply: (...sentence: string[]) => void }): void {
  const { core, menu, command, writer, reply } = request;
  const passes = rowFilter(menu, command);
  const rowWriter = createRowWriter(request);
  if (command.args.has("count-only")) {
    let count = 0;
    for (const item of menu.items()) if (passes(item)) count += 1;
    return reply("!done", `=ret=${count}`);
  }
  let count = 0;
  for (const item of menu.items()) {
    if (!passes(item)) continue;
    count += 1;
    rowWriter(writer, item);
  }
  if (count === 0 && core.personality.sendsEmpty) reply("!empty");
  reply("!done");
}

/** `listen`, `follow` and `follow-only`: tells each change until it is cancelled; what vanished is told by id alone. */
export function followMenu(request: PrintRequest & { readonly caller: Caller; readonly listsFirst: boolean }): void {
  const { core, caller, menu, command, writer, listsFirst } = request;
  const { tag } = command;
  if (tag !== undefined && caller.running.has(tag)) throw new Trap("tag is already in use", 5);
  const passes = rowFilter(menu, command);
  const rowWriter = createRowWriter(request);
  let spoke = false;
  if (listsFirst) {
    for (const item of menu.items()) if (passes(item)) rowWriter(writer, item);
  }
  const tell = (write: (sentences: SentenceWriter) => void): void => {
    const sentences = new SentenceWriter(512);
    write(sentences);
    spoke = true;
    caller.push(sentences.take());
  };
  const tagWords = tag === undefined ? [] : [`.tag=${tag}`];
  const unwatch = core.hub.watch(menu.path, {
    changed(item) {
      if (passes(item)) tell((sentences) => rowWriter(sentences, item));
    },
    removed(idNumber) {
      tell((sentences) => sentences.sentence(["!re", ...tagWords, `=.id=${formatId(idNumber)}`, "=.dead=yes"]));
    },
  });
  caller.running.set(tag ?? "", () => {
    unwatch();
    const ending = new SentenceWriter(64);
    if (!spoke && core.personality.sendsEmpty) ending.sentence(["!empty", ...tagWords]);
    ending.sentence(["!done", ...tagWords]);
    return ending.take();
  });
}

function rowFilter(menu: Menu, command: Command): (item: unknown) => boolean {
  const from = command.args.get("from") ?? command.args.get(".id");
  const wantedIds = from === undefined || from === "" ? undefined : new Set(from.split(","));
  const idOf = (item: unknown): string | undefined => (menu.idOf === undefined ? undefined : formatId(menu.idOf(item)));
  if (wantedIds === undefined && command.queries.length === 0) return () => true;
  const byName = new Map(menu.columns.map((column) => [column.name, column]));
  const query = compileQuery(command.queries);
  return (item) => {
    if (wantedIds !== undefined && !wantedIds.has(idOf(item) ?? "")) return false;
    return query((name) => (name === ".id" ? idOf(item) : byName.get(name)?.read(item)));
  };
}

/** Names that this version does not know are left out, as most menus do. */
function createRowWriter({
  menu,
  command,
  seesSensitive,
}: PrintRequest): (writer: SentenceWriter, item: unknown) => void {
  const proplist = command.args.get(".proplist") ?? command.args.get("proplist");
  const wanted = proplist === undefined || proplist === "" ? undefined : proplist.split(",");
  const byName = new Map(menu.columns.map((column) => [column.name, column]));
  const columns: readonly Column<unknown>[] =
    wanted === undefined
      ? menu.columns
      : wanted.map((name) => byName.get(name)).filter((column): column is Column<unknown> => column !== undefined);
  const showsId = menu.idOf !== undefined && (wanted === undefined || wanted.includes(".id"));
  const heads = columns.map((column) => `=${column.name}=`);
  const tagWord = command.tag === undefined ? undefined : `.tag=${command.tag}`;
  return (writer, item) => {
    writer.word("!re");
    if (tagWord !== undefined) writer.word(tagWord);
    if (showsId && menu.idOf !== undefined) writer.word(`=.id=${formatId(menu.idOf(item))}`);
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index] as Column<unknown>;
      const value = column.read(item);
      if (value === undefined) continue;
      const isHidden = column.sensitive === true && !seesSensitive && value !== "";
      writer.word((heads[index] as string) + (isHidden ? "*****" : value));
    }
    writer.end();
  };
}
