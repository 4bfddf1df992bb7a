import type { Statement } from "better-sqlite3";
import type { Sqlite } from "./open.js";

export type Bindable = string | number | null;

/** By position for `?`, or one record for `:name`. */
export type Parameters = Bindable[] | [Readonly<Record<string, Bindable>>];

export interface Statements {
  all<Row>(sql: string, ...values: Parameters): Row[];
  get<Row>(sql: string, ...values: Parameters): Row | undefined;
}

/**
 * Prepares each text once and keeps it. Texts must come from a closed set (put values into parameters, never into
 * the text), so that this stays small; preparing anew costs more than most of the questions asked here.
 */
export function createStatements(db: Sqlite): Statements {
  const prepared = new Map<string, Statement<unknown[]>>();
  const statement = (sql: string): Statement<unknown[]> => {
    let known = prepared.get(sql);
    if (known === undefined) prepared.set(sql, (known = db.prepare<unknown[]>(sql)));
    return known;
  };
  return {
    all: <Row>(sql: string, ...values: Parameters) => statement(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: Parameters) => statement(sql).get(...values) as Row | undefined,
  };
}
