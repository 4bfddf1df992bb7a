import type { DeviceIdentity } from "../../domain/router/readings.js";
import type { RouterTroubleStore } from "../../app/rounds/night-watch.js";
import type { RouterIdentityStore } from "../../app/rounds/usage-store.js";
import { OperationalError } from "../../app/errors.js";
import type { Sqlite } from "./open.js";
import { discardYoungBooks } from "./router-rename.js";
import type { RouterRow } from "./router-rows.js";
import { speaking } from "./store-errors.js";

/** Routers as the books know them: which are configured, which device each is, and what its last trouble was. */
export interface RouterStore extends RouterIdentityStore, RouterTroubleStore {
  /**
   * Makes the books follow routers.yaml: new names are added, names that left are parked (their books stay), names
   * that came back are unparked. Returns the id of each configured name.
   */
  syncConfigured(names: readonly string[], nowMs: number): Map<string, number>;
  /**
   * Accepts the device that last answered instead of the known one. Its predecessor's open sessions are closed, those
   * whose logout record waits for the byte order stay estimates with what was counted, and the new one is read as if
   * for the first time.
   *
   * @throws OperationalError `ROUTER_UNKNOWN` for a name not in the books; `USAGE` when no other device has answered.
   */
  acceptOtherDevice(name: string, nowMs: number): DeviceIdentity;
  /**
   * The books of `oldName` go on under `newName`. Books that are there already, because a reload came first, are thrown
   * away when nothing of them would be missed, or when `discardNewBooks` says so; no daemon may work on them then.
   *
   * @throws OperationalError `ROUTER_UNKNOWN`, or `USAGE` when the new name is taken by books that stay.
   */
  rename(oldName: string, newName: string, discardNewBooks?: boolean): void;
  /** The device that answered instead of the accepted one. */
  otherDevice(name: string): DeviceIdentity | undefined;
  byName(name: string): RouterRow | undefined;
  /** The newest instant at which any router was read; undefined while none was. */
  newestInstantMs(): number | undefined;
}

export function createRouterStore(db: Sqlite): RouterStore {
  const select = {
    byName: db.prepare<[string], RouterRow>("select * from routers where name = ?"),
    byId: db.prepare<[number], RouterRow>("select * from routers where id = ?"),
    all: db.prepare<[], RouterRow>("select * from routers"),
    newest: db.prepare<[], number | null>("select max(last_read_at_ms) from routers").pluck(),
  };
  const known = (name: string): RouterRow => {
    const row = select.byName.get(name);
    if (row !== undefined) return row;
    const names = select.all.all().map((router) => router.name);
    throw new OperationalError(
      "ROUTER_UNKNOWN",
      `no router ${name} in the books; known are: ${names.length === 0 ? "none" : names.join(", ")}`,
    );
  };

  const store: RouterStore = {
    byName: (name) => select.byName.get(name),
    newestInstantMs: () => select.newest.get() ?? undefined,
    syncConfigured: db.transaction((names: readonly string[], nowMs: number) => {
      const configured = new Set(names);
      for (const row of select.all.all()) {
        if (configured.has(row.name)) {
          db.prepare("update routers set parked_at_ms = null where id = ? and parked_at_ms is not null").run(row.id);
        } else if (row.parked_at_ms === null) {
          db.prepare("update routers set parked_at_ms = ? where id = ?").run(Math.floor(nowMs), row.id);
        }
      }
      const ids = new Map<string, number>();
      for (const name of names) {
        const row = select.byName.get(name);
        const id =
          row?.id ??
          Number(
            db.prepare("insert into routers (name, added_at_ms) values (?, ?)").run(name, Math.floor(nowMs))
              .lastInsertRowid,
          );
        ids.set(name, id);
      }
      return ids;
    }).immediate,

    acceptedIdentity: (routerId) => {
      const row = select.byId.get(routerId);
      if (row?.accepted_at_ms == null) return undefined;
      return { softwareId: row.software_id ?? undefined, serialNumber: row.serial_number ?? undefined };
    },
    acceptIdentity: (routerId, identity, atMs) => {
      db.prepare(
        `update routers set software_id = ?, serial_number = ?, accepted_at_ms = ?, identity_name = ?, version = ?,
           board_name = ?, license_level = ?, other_device = null where id = ?`,
      ).run(
        identity.softwareId ?? null,
        identity.serialNumber ?? null,
        Math.floor(atMs),
        identity.identityName ?? null,
        identity.version,
        identity.boardName ?? null,
        identity.licenseLevel ?? null,
        routerId,
      );
    },
    noteIdentity: (routerId, identity) => {
      db.prepare(
        `update routers set software_id = coalesce(software_id, ?), serial_number = coalesce(serial_number, ?),
           identity_name = ?, version = ?, board_name = ?, license_level = ?, other_device = null where id = ?`,
      ).run(
        identity.softwareId ?? null,
        identity.serialNumber ?? null,
        identity.identityName ?? null,
        identity.version,
        identity.boardName ?? null,
        identity.licenseLevel ?? null,
        routerId,
      );
    },
    noteOtherDevice: (routerId, identity) => {
      const json = identity === undefined ? null : JSON.stringify(identity);
      db.prepare("update routers set other_device = ? where id = ? and other_device is not ?").run(
        json,
        routerId,
        json,
      );
    },
    noteError: (routerId, error) => {
      db.prepare(
        "update routers set last_error_code = ?, last_error_message = ?, last_error_at_ms = ? where id = ?",
      ).run(error?.code ?? null, error?.message ?? null, error === undefined ? null : Math.floor(error.atMs), routerId);
    },
    trouble: (routerId) => {
      const row = select.byId.get(routerId);
      if (row?.last_error_code == null) return undefined;
      return { code: row.last_error_code, atMs: row.last_error_at_ms ?? row.added_at_ms };
    },
    otherDevice: (name) => {
      const row = known(name);
      return row.other_device === null ? undefined : (JSON.parse(row.other_device) as DeviceIdentity);
    },

    acceptOtherDevice: db.transaction((name: string, nowMs: number): DeviceIdentity => {
      const row = known(name);
      if (row.other_device === null) {
        throw new OperationalError("USAGE", `router ${name}: no other device has answered; there is nothing to accept`);
      }
      const device = JSON.parse(row.other_device) as DeviceIdentity;
      // What the old device still counted is lost with it; its sessions end where they were last read.
      db.prepare(
        `update sessions set ended_by = 'router-replaced', exactness = 'estimated',
           ended_at_ms = max(started_at_ms, coalesce(:lastReadAtMs, started_at_ms)),
           seconds = cast((max(started_at_ms, coalesce(:lastReadAtMs, started_at_ms)) - started_at_ms) / 1000 as integer),
           upload_bytes = before_upload_bytes + coalesce((select booked_upload_bytes from baselines b
             where b.router_id = sessions.router_id and b.session_id = sessions.id), 0),
           download_bytes = before_download_bytes + coalesce((select booked_download_bytes from baselines b
             where b.router_id = sessions.router_id and b.session_id = sessions.id), 0)
         where router_id = :routerId and ended_at_ms is null`,
      ).run({ routerId: row.id, lastReadAtMs: row.last_read_at_ms });
      // Their order can only be told by sessions of the old device; the new one may log the other way round.
      db.prepare(
        `update sessions set pending_first_bytes = null, pending_second_bytes = null
          where router_id = ? and pending_first_bytes is not null`,
      ).run(row.id);
      // What was under way on the old device has ended with it; its uptimes mean nothing on the new one. The new one is
      // compared with the books from scratch.
      db.prepare(
        `update journal set state = 'not-applied', ended_at_ms = max(?, intended_at_ms), message = 'the router was replaced'
          where router_id = ? and ended_at_ms is null`,
      ).run(Math.floor(nowMs), row.id);
      db.prepare("update debts set paid_at_ms = ? where router_id = ? and paid_at_ms is null").run(
        Math.floor(nowMs),
        row.id,
      );
      for (const table of ["baselines", "hotspot_totals", "held_logout_records"]) {
        db.prepare(`delete from ${table} where router_id = ?`).run(row.id);
      }
      db.prepare(
        `update routers set software_id = ?, serial_number = ?, accepted_at_ms = ?, identity_name = ?, version = ?,
           board_name = ?, license_level = ?, other_device = null, boot_no = boot_no + 1, last_read_at_ms = null,
           uptime_lo_ms = null, uptime_hi_ms = null, clock_base_ms = null, ppp_first_read_at_ms = null, hotspot_first_read_at_ms = null,
           static_first_read_at_ms = null, hotspot_users_read_at_ms = null, log_read_at_ms = null, log_clock_base_ms = null, log_cursor = null,
           log_byte_order = null, log_byte_order_version = null, log_compared_sessions = 0,
           log_compared_polled_bytes = 0, log_compared_logged_bytes = 0, last_error_code = null,
           last_error_message = null, last_error_at_ms = null
         where id = ?`,
      ).run(
        device.softwareId ?? null,
        device.serialNumber ?? null,
        Math.floor(nowMs),
        device.identityName ?? null,
        device.version,
        device.boardName ?? null,
        device.licenseLevel ?? null,
        row.id,
      );
      return device;
    }).immediate,

    rename: db.transaction((oldName: string, newName: string, discardNewBooks = false): void => {
      const row = known(oldName);
      const taken = select.byName.get(newName);
      if (taken?.id === row.id) throw new OperationalError("USAGE", `router ${oldName} has that name already`);
      // routers.yaml was reloaded first, and the daemon opened books under the new name.
      if (taken !== undefined) discardYoungBooks(db, row, taken, discardNewBooks);
      db.prepare("update routers set name = ?, parked_at_ms = null where id = ?").run(newName, row.id);
    }).immediate,
  };
  return speaking(store, db.name);
}
