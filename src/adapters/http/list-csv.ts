import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import type { FastifyReply } from "fastify";
import { z, type ZodType } from "zod";
import { csvForm } from "../../app/csv-form.js";
import type { PageRequest } from "../../app/queries.js";
import { problems } from "./schemas.js";
import { reportForm } from "./schemas-reports.js";

type Cell = string | number | boolean | null;

/** What a list for spreadsheets is called, and its columns: a name each, and where its value is found in an item. */
export interface CsvList<Item> {
  readonly name: string;
  readonly columns: Readonly<Record<string, (item: Item) => Cell>>;
}

/** Of lists that spreadsheets take too. */
export const listForm = reportForm;

export const listReply = (schema: ZodType) => ({
  200: {
    description:
      "A page; with `format=csv` all that match, whatever `limit` says, as CSV (UTF-8 with a byte order mark)",
    content: { "application/json": { schema }, "text/csv": { schema: z.string() } },
  },
  ...problems,
});

/** Rows that are read at once: so few that nobody waits for them. */
const rowsAtOnce = 200;

interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/**
 * One page as JSON, or all pages as a file. The file is read and sent page by page, as fast as it is taken: memory holds
 * one page, and between two the event loop turns. Rows that are added meanwhile are in it or not, none is in it twice.
 */
export function answerList<Item>(
  reply: FastifyReply,
  query: {
    readonly limit: number;
    readonly cursor?: string | undefined;
    readonly format: "json" | "csv";
    readonly separator: "," | ";";
  },
  { name, columns }: CsvList<Item>,
  read: (page: PageRequest) => Page<Item>,
): never {
  const { limit, cursor, format, separator } = query;
  if (format === "json") {
    return reply.type("application/json; charset=utf-8").send(read({ limit, cursor })) as never;
  }
  const cells = Object.values(columns);
  const text = (items: readonly Item[]): string =>
    csvRows(
      items.map((item) => cells.map((of) => of(item))),
      separator,
    );
  // What is wrong with the question is said before the first byte goes out.
  const first = read({ limit: rowsAtOnce, cursor });
  async function* rows(): AsyncGenerator<string> {
    yield `\uFEFF${csvRows([Object.keys(columns)], separator)}`;
    for (let page = first; ;) {
      yield text(page.items);
      if (page.nextCursor === null) return;
      page = await Promise.resolve(read({ limit: rowsAtOnce, cursor: page.nextCursor }));
    }
  }
  return reply
    .type("text/csv; charset=utf-8; header=present")
    .header("content-disposition", `attachment; filename="${name}.csv"`)
    .send(Readable.from(rows(), { objectMode: false })) as never;
}

/** Rows as reports write theirs. */
export function csvRows(rows: readonly (readonly Cell[])[], separator: string): string {
  return stringify(rows as Cell[][], csvForm(separator));
}
