import { existsSync } from "node:fs";
import type { DoctorBooks } from "../../app/doctor.js";
import { OperationalError } from "../../app/errors.js";
import type { RondaConfig } from "../config.js";

/**
 * What the books know about a router, read beside a running daemon. Undefined where there is no database, or none that
 * this program can read: the doctor then judges the router alone. Writes nothing, creates nothing, migrates nothing.
 */
export async function readDoctorBooks(config: RondaConfig, routerName: string): Promise<DoctorBooks | undefined> {
  const { path } = config.database;
  if (!existsSync(path)) return undefined;
  const [{ openReadOnly }, { createRouterStore }] = await Promise.all([
    import("../../adapters/sqlite/open.js"),
    import("../../adapters/sqlite/router-store.js"),
  ]);
  let db: ReturnType<typeof openReadOnly> | undefined;
  try {
    db = openReadOnly(path);
    const row = createRouterStore(db).byName(routerName);
    if (row === undefined) return { device: undefined, logAgreement: undefined, version: undefined };
    const device = { softwareId: row.software_id ?? undefined, serialNumber: row.serial_number ?? undefined };
    const isKnown = device.softwareId !== undefined || device.serialNumber !== undefined;
    return {
      device: isKnown ? device : undefined,
      version: row.version ?? undefined,
      logAgreement: {
        sessionCount: row.log_compared_sessions,
        logBytes: row.log_compared_logged_bytes,
        polledBytes: row.log_compared_polled_bytes,
      },
    };
  } catch (error) {
    // Damaged, foreign, of another version: `ronda start` says which. Here it only means that there are no books.
    const isOfStore = error instanceof OperationalError || (error instanceof Error && error.name === "SqliteError");
    if (!isOfStore) throw error;
    return undefined;
  } finally {
    db?.close();
  }
}
