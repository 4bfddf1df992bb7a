/** What `adopt` and `diff` stand on: the books and one router, beside a running daemon or without one. */
import { existsSync } from "node:fs";
import { createRouterReader } from "../../adapters/routeros/index.js";
import { createAccessStore } from "../../adapters/sqlite/access-store.js";
import { openDatabase, openReadOnly, type Sqlite } from "../../adapters/sqlite/open.js";
import { createRouterStore } from "../../adapters/sqlite/router-store.js";
import { createSecretBox } from "../../adapters/system/secret-box.js";
import type { Adoption } from "../../app/adopt/adoption.js";
import { OperationalError } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";
import { indexAccess } from "../../domain/access/access-index.js";
import { diff } from "../../domain/access/diff.js";
import { keyFileOf } from "../access.js";
import { moneyBeside } from "../money.js";
import { createRouterAdoption, readAcceptedRouter } from "../adoption.js";
import type { RondaConfig, RouterConfig } from "../config.js";
import type { ComparedRouter } from "./wiring-port.js";

type Reader = ReturnType<typeof createRouterReader>;
/** A reading of 10,000 lines from a slow router takes a minute; each command has its own deadline besides. */
const readingTimeoutMs = 300_000;

/** @param isWriting false: the database is opened read-only, and where there is none an empty one in memory stands in. */
export async function withAdoption<T>(
  config: RondaConfig,
  clock: Clock,
  isWriting: boolean,
  work: (adoption: Adoption, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const db = await openBooks(config, isWriting, clock);
  const readers = new Map<string, Reader>();
  try {
    const secretBox = createSecretBox(keyFileOf(config));
    const byName = (name: string): RouterConfig | undefined => config.routers.find((router) => router.name === name);
    const adoption = createRouterAdoption({
      db,
      clock,
      secretBox,
      money: moneyBeside(config, db, clock, secretBox),
      config: byName,
      acceptedDevice: (name) => acceptedDevice(db, name),
      reader: (name) => {
        const known = readers.get(name);
        if (known !== undefined) return known;
        const reader = createRouterReader({ ...(byName(name) as RouterConfig), clock });
        readers.set(name, reader);
        return reader;
      },
    });
    return await work(adoption, AbortSignal.timeout(readingTimeoutMs));
  } finally {
    await Promise.all([...readers.values()].map((reader) => reader.close()));
    db.close();
  }
}

/** What would change on a router; reads it and the books, writes nothing. A failure to read is an answer, too. */
export async function compareRouter(config: RondaConfig, clock: Clock, router: RouterConfig): Promise<ComparedRouter> {
  const db = await openBooks(config, false, clock);
  const reader = createRouterReader({ ...router, clock });
  try {
    const row = createRouterStore(db).byName(router.name);
    const store = createAccessStore(db, { open: () => "" });
    const books =
      row === undefined ? { isolation: router.isolation, lines: [] } : store.accessBooks(row.id, router.isolation);
    const signal = AbortSignal.timeout(readingTimeoutMs);
    const observed = await readAcceptedRouter(router, reader, acceptedDevice(db, router.name), signal);
    const customers = new Map(books.lines.map(({ lineId, customerName }) => [lineId, customerName]));
    return { difference: diff(books, indexAccess(observed)), lineCount: books.lines.length, customers };
  } catch (error) {
    if (!(error instanceof OperationalError) || error.code.startsWith("STORE_")) throw error;
    return { error };
  } finally {
    await reader.close();
    db.close();
  }
}

async function openBooks({ database, routers }: RondaConfig, isWriting: boolean, clock: Clock): Promise<Sqlite> {
  const isThere = existsSync(database.path);
  const db =
    isWriting || !isThere ? await openDatabase(isWriting ? database.path : ":memory:") : openReadOnly(database.path);
  try {
    if (isWriting || !isThere) {
      const store = createRouterStore(db);
      // Only what is new: a running daemon may know names that left the file since.
      if (routers.some(({ name }) => store.byName(name) === undefined)) {
        store.syncConfigured(
          routers.map(({ name }) => name),
          clock.nowMs(),
        );
      }
    } else refuseOldTables(db, database.path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Reading alone brings no tables up to date. */
function refuseOldTables(db: Sqlite, path: string): void {
  try {
    db.prepare("select verified_profile, written_version from line_access limit 1").get();
    db.prepare("select 1 from subscription_lines limit 1").get();
  } catch (error) {
    throw new OperationalError(
      "STORE_CORRUPT",
      `${path} cannot be read as Ronda's books of this version: start ronda once, which brings it up to date`,
      { cause: error },
    );
  }
}

function acceptedDevice(
  db: Sqlite,
  name: string,
): { readonly softwareId: string | undefined; readonly serialNumber: string | undefined } | undefined {
  const row = createRouterStore(db).byName(name);
  if (row?.accepted_at_ms == null) return undefined;
  return { softwareId: row.software_id ?? undefined, serialNumber: row.serial_number ?? undefined };
}
