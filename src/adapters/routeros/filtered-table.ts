/** Tables that are read through a query which not every firmware answers rightly. */
import type { TableReading } from "../../domain/router/readings.js";
import type { ApiSession } from "./api-session.js";
import type { Table } from "./tables.js";

/** An empty filtered table is looked at without its filter again after this long, while no way has proved itself. */
const unfilteredRetryMs = 600_000;

/**
 * A table that is read through a query which some firmware answers wrongly with nothing. An empty answer is checked
 * without the query: once per connection, and again after `unfilteredRetryMs`. When rows are found then, this router is
 * read without the query from now on; once the query has brought rows, it is trusted.
 */
export class FilteredTable<Row> {
  readonly #byQuery: Table<Row>;
  readonly #unfiltered: Table<Row>;
  #way: "unproven" | "query" | "unfiltered" = "unproven";
  #checkedSession: ApiSession | undefined;
  #checkedAtMonoMs = 0;

  constructor(byQuery: Table<Row>, unfiltered: Table<Row>) {
    this.#byQuery = byQuery;
    this.#unfiltered = unfiltered;
  }

  async read(
    session: ApiSession,
    nowMonoMs: number,
    select: (table: Table<Row>) => Promise<TableReading<Row>>,
  ): Promise<TableReading<Row>> {
    if (this.#way === "unfiltered") return select(this.#unfiltered);
    const reading = await select(this.#byQuery);
    if (reading.rows.length > 0) this.#way = "query";
    if (this.#way === "query" || reading.menuMissing || reading.unreadable.length > 0) return reading;
    if (this.#checkedSession === session && nowMonoMs - this.#checkedAtMonoMs < unfilteredRetryMs) return reading;
    const checked = await select(this.#unfiltered);
    this.#checkedSession = session;
    this.#checkedAtMonoMs = nowMonoMs;
    if (checked.rows.length > 0 || checked.unreadable.length > 0) this.#way = "unfiltered";
    return checked;
  }
}
