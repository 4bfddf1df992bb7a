/** Prints and writes that this code can send. Every one is declared here, so the list of what is ever sent writes itself. */

export interface PrintCommand {
  /** The menu, such as `/ppp/active`. */
  readonly menu: string;
  /**
   * Columns to ask for. Undefined where the menu has one row and its print takes no `proplist` (RouterOS's command tree:
   * `/system/resource`, `/system/clock` and their like). Only names that every supported version knows: an unknown one
   * made rows vanish on some 7.x menus.
   */
  readonly proplist: readonly string[] | undefined;
  /** Query words in order; they work on a stack (RouterOS manual, API, Queries). */
  readonly query: readonly string[];
  /** Which deadline applies. */
  readonly size: "small" | "table";
}

/** A command word that may be sent, with the arguments that go with it, as RouterOS's command tree spells them. */
export interface SentCommand {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** A write with the attributes that may go with it, in the order in which they are sent. */
export interface WriteCommand {
  readonly menu: string;
  readonly verb: "add" | "set" | "remove";
  /** Without `.id`, which every set and remove takes. */
  readonly attributes: readonly string[];
}

const declared: PrintCommand[] = [];
const declaredWrites: WriteCommand[] = [];

/** Declares a print. Call at module level only. */
export function declarePrint(print: PrintCommand): PrintCommand {
  declared.push(print);
  return print;
}

/** Declares a write. Call at module level only. */
export function declareWrite(write: WriteCommand): WriteCommand {
  declaredWrites.push(write);
  return write;
}

/** All declared prints and writes, as they were declared. */
export function declaredCommands(): {
  readonly prints: readonly PrintCommand[];
  readonly writes: readonly WriteCommand[];
} {
  return { prints: declared, writes: declaredWrites };
}

/** The words of the command, without tag. */
export function printWords({ menu, proplist, query }: PrintCommand): string[] {
  const words = [`${menu}/print`];
  if (proplist !== undefined) words.push(`=.proplist=${proplist.join(",")}`);
  return [...words, ...query];
}

/**
 * Everything that the imported modules can send, without the protocol words `/login` and `/cancel`. Derived from the very
 * words that are sent: `=.proplist=` is the argument `proplist`, query words are `where` in the console's spelling.
 */
export function sentCommands(): readonly SentCommand[] {
  const prints = declared.map((print) => {
    const [command, ...words] = printWords(print);
    const names = words.map((word) => (word.startsWith("?") ? "where" : (/^=\.?([^=]+)=/.exec(word)?.[1] ?? word)));
    return { command: command as string, arguments: [...new Set(names)] };
  });
  // The tree calls the item that a set or remove is about `numbers`; over the API it is `.id`.
  const writes = declaredWrites.map(({ menu, verb, attributes }) => ({
    command: `${menu}/${verb}`,
    arguments: verb === "add" ? [...attributes] : ["numbers", ...attributes],
  }));
  return [...prints, ...writes];
}

/** `?key=a` `?key=b` … `?#|…`: rows whose `key` is one of `values`, exactly. */
export function anyOf(key: string, values: readonly string[]): readonly string[] {
  const terms = values.map((value) => `?${key}=${value}`);
  return values.length > 1 ? [...terms, `?#${"|".repeat(values.length - 1)}`] : terms;
}
