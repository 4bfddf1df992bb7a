import type { Page, PageRequest } from "../../app/queries.js";
import { decodeCursor, encodeCursor, type CursorKey } from "./cursor.js";
import type { Bindable, Statements } from "./statements.js";

/** One list: where its rows come from, what sorts them, and which of them are wanted. */
export interface PageQuestion<Row> {
  /** `select … from …`; the key columns must be in it. Of a closed set of texts. */
  readonly select: string;
  readonly conditions: Conditions;
  /** What the cursor belongs to: the list's name and its filters. */
  readonly scope: string;
  /** SQL of the sort key, the last part unique. */
  readonly key: readonly string[];
  readonly descending?: boolean;
  readonly keyOf: (row: Row) => CursorKey;
}

/** Conditions that are joined by `and`, each with its values. */
export class Conditions {
  readonly #texts: string[] = [];
  readonly values: Bindable[] = [];

  where(condition: string, ...values: Bindable[]): void {
    this.#texts.push(condition);
    this.values.push(...values);
  }

  get text(): string {
    return this.#texts.length === 0 ? "" : `where ${this.#texts.join(" and ")}`;
  }
}

/** Rows after the cursor, and where they end. */
export function readPage<Row>(
  statements: Statements,
  question: PageQuestion<Row>,
  { limit, cursor }: PageRequest,
): Page<Row> {
  const { select, conditions, scope, key, keyOf } = question;
  if (cursor !== undefined) {
    const after = decodeCursor(scope, cursor);
    const direction = question.descending === true ? "<" : ">";
    // What follows from the other; a key over several tables finds its index by this one only.
    conditions.where(`${key[0] ?? "1"} ${direction}= ?`, after[0] ?? 0);
    conditions.where(
      `(${key.join(", ")}) ${direction} (${key.map(() => "?").join(", ")})`,
      ...key.map((_part, index) => after[index] ?? 0),
    );
  }
  const direction = question.descending === true ? " desc" : "";
  const rows = statements.all<Row>(
    `${select} ${conditions.text} order by ${key.map((part) => `${part}${direction}`).join(", ")} limit ?`,
    ...conditions.values,
    limit + 1,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(scope, keyOf(last)) : undefined,
  };
}
