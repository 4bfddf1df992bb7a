/** Generic slow reading of any table as whole rows of text, for what no round needs: `ronda doctor` and its like. */
import type { PrintCommand } from "./commands.js";
import { declarePrint, printWords } from "./commands.js";
import { createRowDecoder, type WholeRow } from "./row-decoder.js";
import type { ApiSession, CommandOptions } from "./api-session.js";

/**
 * Declares a table for `readTable`, at module level, which puts it on the list of sent commands.
 * `proplist` undefined asks for everything, for the one-row menus whose print knows no proplist.
 */
export function defineTable(table: {
  readonly path: string;
  readonly proplist: readonly string[] | undefined;
  readonly query?: readonly string[];
}): PrintCommand {
  return declarePrint({ menu: table.path, proplist: table.proplist, query: table.query ?? [], size: "table" });
}

/** Whole rows as `{ attribute: text }`; absent and empty attributes mean the same. Rejects with a RouterError only. */
export async function readTable(
  session: ApiSession,
  table: PrintCommand,
  options: CommandOptions,
): Promise<readonly WholeRow[]> {
  const { result } = await session.print(printWords(table), createRowDecoder(), options);
  return result;
}
