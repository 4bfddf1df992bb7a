/** The writing lane to one router: the port `RouterWriter` on a connection of its own. */
import type { RouterWrite, RouterWriter, SessionsNow } from "../../app/access/access-link.js";
import { RouterError } from "../../app/errors.js";
import type {
  HotspotCookie,
  LiveSession,
  ObservedHotspotProfile,
  ObservedHotspotUser,
  ObservedListEntry,
  ObservedPppProfile,
  ObservedQueue,
  ObservedSecret,
} from "../../domain/access/observed.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import * as access from "./access-tables.js";
import { writeToWords } from "./access-writes.js";
import { defaultTimeouts, type ApiSession } from "./api-session.js";
import { anyOf, printWords } from "./commands.js";
import { routerError } from "./errors.js";
import { createLane, type Lane } from "./lane.js";
import type { RouterReaderOptions } from "./reader.js";
import { createRowDecoder } from "./row-decoder.js";
import { openSession } from "./session.js";
import { identityPrint } from "./system-tables.js";
import { placeOf, TablePrinter, type PrintVariant } from "./table-printer.js";
import type { Table } from "./tables.js";

/** After this long without a command a connection is asked whether it still stands, */
const idleMs = 60_000;
/** and this long it has to answer. */
const idleAnswerMs = 2_000;

/**
 * A writer for one router. Does no work until the first call; see the port for what every call promises. Every command
 * has the deadline of a small one (10 s). Aborting a write in mid-command leaves its outcome unknown and drops the
 * connection.
 */
export function createRouterWriter(options: RouterReaderOptions): RouterWriter {
  return new Writer(options);
}

class Writer implements RouterWriter {
  readonly #options: RouterReaderOptions;
  readonly #lane: Lane;
  readonly #printer: TablePrinter;
  #usedAtMonoMs = 0;

  constructor(options: RouterReaderOptions) {
    this.#options = options;
    this.#printer = new TablePrinter(options);
    this.#lane = createLane(placeOf(options), async (signal) => {
      const session = await openSession(options, signal);
      options.log?.info({ router: options.name }, "logged in to the router for writing");
      return session;
    });
  }

  get connectionNo(): number {
    return this.#lane.sessionCount;
  }

  close(): Promise<void> {
    return this.#lane.close();
  }

  identify(signal: AbortSignal): Promise<DeviceIdentity> {
    return this.#use(signal, (session) => this.#printer.identify(session, signal));
  }

  secrets(name: string, signal: AbortSignal): Promise<readonly ObservedSecret[]> {
    return this.#named(access.secrets, name, signal);
  }

  pppProfiles(name: string, signal: AbortSignal): Promise<readonly ObservedPppProfile[]> {
    return this.#named(access.pppProfiles, name, signal);
  }

  hotspotUsers(name: string, signal: AbortSignal): Promise<readonly ObservedHotspotUser[]> {
    return this.#named(access.hotspotUsers, name, signal);
  }

  hotspotProfiles(name: string, signal: AbortSignal): Promise<readonly ObservedHotspotProfile[]> {
    return this.#named(access.hotspotProfiles, name, signal);
  }

  queues(name: string, signal: AbortSignal): Promise<readonly ObservedQueue[]> {
    return this.#named(access.queues, name, signal);
  }

  async listEntries(list: string, address: string, signal: AbortSignal): Promise<readonly ObservedListEntry[]> {
    const host = address.replace(/\/32$/, "");
    const query = [`?list=${list}`, ...anyOf("address", [host, `${host}/32`])];
    const isWanted = (entry: ObservedListEntry): boolean => entry.list === list && entry.address === host;
    return this.#use(signal, (session) =>
      this.#lookUp(session, access.listEntries, { text: list, query, isWanted }, signal),
    );
  }

  pppSessions(name: string, signal: AbortSignal): Promise<SessionsNow> {
    return this.#sessionsNow(access.pppSessions, "name", name, signal);
  }

  hotspotSessions(user: string, signal: AbortSignal): Promise<SessionsNow> {
    return this.#sessionsNow(access.hotspotSessions, "user", user, signal);
  }

  hotspotCookies(user: string, signal: AbortSignal): Promise<readonly HotspotCookie[]> {
    const isWanted = (cookie: HotspotCookie): boolean => cookie.user === user;
    return this.#use(signal, (session) =>
      this.#lookUp(session, access.hotspotCookies, { text: user, query: [`?user=${user}`], isWanted }, signal),
    );
  }

  async write(write: RouterWrite, signal: AbortSignal): Promise<void> {
    const { command, attributes } = writeToWords(write);
    const { smallMs } = { ...defaultTimeouts, ...this.#options.timeouts };
    try {
      await this.#lane.useOpen(signal, (session) => session.write(command, attributes, { signal, timeoutMs: smallMs }));
    } catch (error) {
      if (write.verb === "remove" && isRowGone(error)) return;
      throw error;
    }
  }

  /**
   * This lane may be idle for hours, and a NAT or a firewall on the way may have forgotten its connection meanwhile
   * without a word. A lookup would wait its whole deadline for that; so a connection that was idle answers a cheap
   * question first, or makes way for a new one.
   */
  async #use<Value>(signal: AbortSignal, work: (session: ApiSession) => Promise<Value>): Promise<Value> {
    const { clock } = this.#options;
    if (this.#lane.connected && clock.monotonicMs() - this.#usedAtMonoMs > idleMs) {
      const ask = (session: ApiSession): Promise<unknown> =>
        session.print(printWords(identityPrint), createRowDecoder(), { signal, timeoutMs: idleAnswerMs });
      // Whatever it was: a connection that did not bear it is dropped, and the next use opens another one.
      await this.#lane.useOpen(signal, ask).catch(() => {});
    }
    try {
      return await this.#lane.use(signal, work);
    } finally {
      this.#usedAtMonoMs = clock.monotonicMs();
    }
  }

  #named<Row extends { readonly name: string }>(
    table: Table<Row>,
    name: string,
    signal: AbortSignal,
  ): Promise<readonly Row[]> {
    const isWanted = (row: Row): boolean => row.name === name;
    return this.#use(signal, (session) =>
      this.#lookUp(session, table, { text: name, query: [`?name=${name}`], isWanted }, signal),
    );
  }

  /**
   * The router's uptime is asked just before the sessions. It is printed in whole seconds, rounded down; what our own
   * clock counted until the sessions had arrived is added to its upper bound.
   */
  #sessionsNow(
    table: Table<LiveSession>,
    column: "name" | "user",
    name: string,
    signal: AbortSignal,
  ): Promise<SessionsNow> {
    const { clock } = this.#options;
    const isWanted = (row: LiveSession): boolean => row.name === name;
    return this.#use(signal, async (session) => {
      const resource = await this.#printer.resource(session, signal);
      const shownMs = this.#printer.mustHaveRow(resource).uptimeSeconds * 1000;
      const wanted = { text: name, query: [`?${column}=${name}`], isWanted };
      const sessions = await this.#lookUp(session, table, wanted, signal);
      const elapsedMs = Math.ceil(clock.monotonicMs() - resource.sentAtMonoMs);
      return { sessions, uptime: { loMs: shownMs, hiMs: shownMs + 1000 + elapsedMs } };
    });
  }

  /**
   * Rows of exactly that text. A row that will not parse or a missing menu fails the lookup, because an empty answer
   * would say that nothing is there. We ask in UTF-8, and a text that somebody typed in an older Winbox is stored in its
   * code page: no query of ours finds that, so where a text beyond ASCII is not found the whole table is looked through.
   */
  async #lookUp<Row>(
    session: ApiSession,
    table: Table<Row>,
    wanted: { readonly text: string; readonly query: readonly string[]; readonly isWanted: (row: Row) => boolean },
    signal: AbortSignal,
  ): Promise<readonly Row[]> {
    const asked = await this.#rows(session, table, { query: wanted.query, size: "small" }, signal);
    const rows = asked.filter((row) => wanted.isWanted(row));
    if (rows.length > 0 || /^[\x20-\x7e]*$/.test(wanted.text)) return rows;
    const all = await this.#rows(session, table, { query: [], size: "table" }, signal);
    return all.filter((row) => wanted.isWanted(row));
  }

  async #rows<Row>(
    session: ApiSession,
    table: Table<Row>,
    variant: PrintVariant,
    signal: AbortSignal,
  ): Promise<readonly Row[]> {
    const { menu } = table.print;
    const { rows, unreadable, menuMissing } = await this.#printer.select(session, table, signal, variant);
    if (menuMissing) {
      throw routerError(
        placeOf(this.#options),
        "ROUTER_REFUSED",
        `it has no menu ${menu}; the package may be missing or disabled`,
        { routerMessage: "no such command" },
      );
    }
    const bad = unreadable[0];
    if (bad === undefined) return rows;
    throw routerError(
      placeOf(this.#options),
      "ROUTER_PROTOCOL",
      `a row of ${menu} has ${bad.field} = ${JSON.stringify(bad.found)}, which is not understood; nothing is done about it`,
    );
  }
}

/** RouterOS's word that the row of a remove is not there (`no such item`, with ` (4)` behind it in some versions). */
function isRowGone(error: unknown): boolean {
  return (
    error instanceof RouterError &&
    error.code === "ROUTER_REFUSED" &&
    (error.routerMessage ?? "").toLowerCase().includes("no such item")
  );
}
