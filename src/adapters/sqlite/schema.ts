/**
 * The tables, as drizzle sees them. The migrations in `drizzle/` are generated from here and then made STRICT (and
 * WITHOUT ROWID where marked) by `scripts/db-generate.ts`, because drizzle-kit writes neither.
 *
 * Layout is for an SD card: what every round touches (`baselines`, `usage_hours`, `samples`) is keyed so that one
 * router's rows of one round lie on few pages; what is written once a session (`sessions`) is wide and cold.
 * Instants are epoch milliseconds (`…_at_ms`) or, in the hot tables, epoch seconds (`…_at_s`). Bytes are integers
 * from the customer's side. Civil days are integers `yyyymmdd` in the site's zone.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Facts about the database itself: the zone its civil days were cut in, who opened it last. */
export const meta = sqliteTable("meta", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});

/** One MikroTik. A router that left routers.yaml is parked, never deleted. */
export const routers = sqliteTable(
  "routers",
  {
    id: integer("id").primaryKey(),
    name: text("name").notNull(),
    addedAtMs: integer("added_at_ms").notNull(),
    /** Set when it left routers.yaml; its books stay. */
    parkedAtMs: integer("parked_at_ms"),
    // which device it is
    softwareId: text("software_id"),
    serialNumber: text("serial_number"),
    acceptedAtMs: integer("accepted_at_ms"),
    identityName: text("identity_name"),
    version: text("version"),
    boardName: text("board_name"),
    licenseLevel: integer("license_level"),
    /** JSON of the DeviceIdentity that answered instead of the accepted one; null when none did. */
    otherDevice: text("other_device"),
    // the last whole reading
    lastReadAtMs: integer("last_read_at_ms"),
    /** The boot the last reading belongs to; counts up at each reboot we notice. */
    bootNo: integer("boot_no").notNull().default(0),
    /** Router uptime, milliseconds, at the last reading: lower and upper bound. */
    uptimeLoMs: integer("uptime_lo_ms"),
    uptimeHiMs: integer("uptime_hi_ms"),
    cpuLoadPercent: integer("cpu_load_percent"),
    /** Router clock minus ours, milliseconds, at the last reading that could tell. */
    clockOffsetMs: integer("clock_offset_ms"),
    /** Router clock minus its uptime at the last reading: constant within a boot unless the clock is set. */
    clockBaseMs: integer("clock_base_ms"),
    lastErrorCode: text("last_error_code"),
    lastErrorMessage: text("last_error_message"),
    lastErrorAtMs: integer("last_error_at_ms"),
    // first sight, per source: null until a whole reading of it has been booked
    pppFirstReadAtMs: integer("ppp_first_read_at_ms"),
    hotspotFirstReadAtMs: integer("hotspot_first_read_at_ms"),
    staticFirstReadAtMs: integer("static_first_read_at_ms"),
    hotspotUsersReadAtMs: integer("hotspot_users_read_at_ms"),
    // the log
    logReadAtMs: integer("log_read_at_ms"),
    /** `clock_base_ms` when the log was last read: lines since then were written by one and the same clock, or not. */
    logClockBaseMs: integer("log_clock_base_ms"),
    /** JSON [id, time, message] of the last account line used; null before the first reading or when there was none. */
    logCursor: text("log_cursor"),
    /** Which byte figure of a logout record is the upload: settled from polled counters, per router version. */
    logByteOrder: text("log_byte_order"),
    logByteOrderVersion: text("log_byte_order_version"),
    /** Sessions whose polled and logged bytes could be compared, and both sums: does the router count the same twice? */
    logComparedSessions: integer("log_compared_sessions").notNull().default(0),
    logComparedPolledBytes: integer("log_compared_polled_bytes").notNull().default(0),
    logComparedLoggedBytes: integer("log_compared_logged_bytes").notNull().default(0),
    /** Last civil day (yyyymmdd) whose hours were summed into usage_days. */
    daysSummedThrough: integer("days_summed_through"),
    /** The day after it is being summed in slices: lines up to this id are done. */
    daysSummingLine: integer("days_summing_line").notNull().default(0),
  },
  (t) => [
    uniqueIndex("routers_name").on(t.name),
    check("routers_log_byte_order", sql`${t.logByteOrder} in ('upload-first', 'download-first')`),
  ],
);

/** One access identity on one router; there from the first round that sees it. */
export const lines = sqliteTable(
  "lines",
  {
    id: integer("id").primaryKey(),
    routerId: integer("router_id")
      .notNull()
      .references(() => routers.id, { onDelete: "restrict" }),
    /** pppoe, hotspot, static, or ppp: a PPP service other than PPPoE, which nobody manages. */
    service: text("service").notNull(),
    name: text("name").notNull(),
    firstSeenAtMs: integer("first_seen_at_ms").notNull(),
    radius: integer("radius").notNull().default(0),
  },
  (t) => [
    uniqueIndex("lines_identity").on(t.routerId, t.service, t.name),
    check("lines_service", sql`${t.service} in ('pppoe', 'hotspot', 'static', 'ppp')`),
  ],
);

/** One login (or one counting life of a static queue). Totals are here once it ended; while live, see baselines. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: integer("id").primaryKey(),
    routerId: integer("router_id")
      .notNull()
      .references(() => routers.id, { onDelete: "restrict" }),
    lineId: integer("line_id")
      .notNull()
      .references(() => lines.id, { onDelete: "restrict" }),
    /** `pppoe`, `l2tp` …, `hotspot` or `static`. */
    kind: text("kind").notNull(),
    bootNo: integer("boot_no").notNull(),
    /** The router's own session-id (PPP), `.id` (hotspot) or empty (static): not unique over time. */
    sessionKey: text("session_key").notNull(),
    mac: text("mac").notNull().default(""),
    address: text("address").notNull().default(""),
    startedAtMs: integer("started_at_ms").notNull(),
    /** Start in router uptime milliseconds of its boot: bounds. Null for static and unseen sessions. */
    startLoMs: integer("start_lo_ms"),
    startHiMs: integer("start_hi_ms"),
    firstSeenAtMs: integer("first_seen_at_ms").notNull(),
    /** Absent from a whole table, its logout record not read yet: last uptime seen and first uptime missing (ms). */
    lastSeenUptimeLoMs: integer("last_seen_uptime_lo_ms"),
    missingUptimeHiMs: integer("missing_uptime_hi_ms"),
    endedAtMs: integer("ended_at_ms"),
    /** How we know that it ended. */
    endedBy: text("ended_by"),
    seconds: integer("seconds"),
    /** Totals at the end, bytes before first sight included. */
    uploadBytes: integer("upload_bytes"),
    downloadBytes: integer("download_bytes"),
    /** Bytes it had before Ronda first saw its router: on the session, in no hour. */
    beforeUploadBytes: integer("before_upload_bytes").notNull().default(0),
    beforeDownloadBytes: integer("before_download_bytes").notNull().default(0),
    exactness: text("exactness").notNull().default("estimated"),
    /** It began and ended between two readings; known from its logout record or from the user's totals. */
    unseen: integer("unseen").notNull().default(0),
    /** The two byte figures of its logout record while the router's byte order is not settled. */
    pendingFirstBytes: integer("pending_first_bytes"),
    pendingSecondBytes: integer("pending_second_bytes"),
    /** First reading joined no counters at first sight: the first counters that join are bytes from before. */
    beforeUnknown: integer("before_unknown").notNull().default(0),
    /** Where the session last moved; kept after the end, corrections are booked there. */
    movedAtMs: integer("moved_at_ms"),
  },
  (t) => [
    index("sessions_line").on(t.lineId, t.startedAtMs),
    // The read side asks by these very names (`indexed by`), so that no plan ever walks the ended ones.
    index("sessions_open")
      .on(t.routerId, t.kind, t.lastSeenUptimeLoMs, t.lineId, t.startedAtMs)
      .where(sql`${t.endedAtMs} is null`),
    index("sessions_open_line")
      .on(t.lineId)
      .where(sql`${t.endedAtMs} is null`),
    index("sessions_pending")
      .on(t.routerId)
      .where(sql`${t.pendingFirstBytes} is not null`),
    index("sessions_started").on(t.startedAtMs),
    check("sessions_exactness", sql`${t.exactness} in ('exact', 'estimated')`),
    check(
      "sessions_ended",
      sql`(${t.endedAtMs} is null) = (${t.uploadBytes} is null) and (${t.uploadBytes} is null) = (${t.downloadBytes} is null) and (${t.endedAtMs} is null) = (${t.seconds} is null) and (${t.endedAtMs} is null) = (${t.endedBy} is null)`,
    ),
  ],
);

/** Hot: the last counters of every open session and what was booked from them. WITHOUT ROWID. */
export const baselines = sqliteTable(
  "baselines",
  {
    routerId: integer("router_id").notNull(),
    sessionId: integer("session_id").notNull(),
    rawUploadBytes: integer("raw_upload_bytes").notNull(),
    rawDownloadBytes: integer("raw_download_bytes").notNull(),
    bookedUploadBytes: integer("booked_upload_bytes").notNull(),
    bookedDownloadBytes: integer("booked_download_bytes").notNull(),
    movedAtS: integer("moved_at_s").notNull(),
  },
  (t) => [primaryKey({ columns: [t.routerId, t.sessionId] })],
);

/** Hot: bytes per line and hour. `hour_at_s` is the start of a civil hour of the site. WITHOUT ROWID. */
export const usageHours = sqliteTable(
  "usage_hours",
  {
    hourAtS: integer("hour_at_s").notNull(),
    routerId: integer("router_id").notNull(),
    lineId: integer("line_id").notNull(),
    uploadBytes: integer("upload_bytes").notNull(),
    downloadBytes: integer("download_bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.hourAtS, t.routerId, t.lineId] })],
);

/** Bytes per line and civil day, summed from the hours when the day closed. WITHOUT ROWID. */
export const usageDays = sqliteTable(
  "usage_days",
  {
    day: integer("day").notNull(),
    routerId: integer("router_id").notNull(),
    lineId: integer("line_id").notNull(),
    uploadBytes: integer("upload_bytes").notNull(),
    downloadBytes: integer("download_bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.routerId, t.lineId] })],
);

/** Hot: what moved between two readings, kept a few days or not at all. WITHOUT ROWID. */
export const samples = sqliteTable(
  "samples",
  {
    atS: integer("at_s").notNull(),
    lineId: integer("line_id").notNull(),
    /** Seconds since the reading before. */
    seconds: integer("seconds").notNull(),
    uploadBytes: integer("upload_bytes").notNull(),
    downloadBytes: integer("download_bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.atS, t.lineId] })],
);

/** Hotspot totals as the router last showed them at a moment when they could be compared. WITHOUT ROWID. */
export const hotspotTotals = sqliteTable(
  "hotspot_totals",
  {
    routerId: integer("router_id").notNull(),
    lineId: integer("line_id").notNull(),
    userUploadBytes: integer("user_upload_bytes").notNull(),
    userDownloadBytes: integer("user_download_bytes").notNull(),
    userSeconds: integer("user_seconds").notNull(),
    /** What ended sessions have booked since then: the router's totals must have grown by at least as much. */
    endedUploadBytes: integer("ended_upload_bytes").notNull().default(0),
    endedDownloadBytes: integer("ended_download_bytes").notNull().default(0),
    endedSeconds: integer("ended_seconds").notNull().default(0),
    endedSessions: integer("ended_sessions").notNull().default(0),
    /** The last of them: corrections go there. */
    lastEndedSessionId: integer("last_ended_session_id"),
  },
  (t) => [primaryKey({ columns: [t.routerId, t.lineId] })],
);

/** Logout records that fit a session which still looked live: decided by the next reading. */
export const heldLogoutRecords = sqliteTable("held_logout_records", {
  id: integer("id").primaryKey(),
  routerId: integer("router_id")
    .notNull()
    .references(() => routers.id, { onDelete: "restrict" }),
  bootNo: integer("boot_no").notNull(),
  kind: text("kind").notNull(),
  name: text("name").notNull(),
  mac: text("mac").notNull(),
  seconds: integer("seconds").notNull(),
  firstBytes: integer("first_bytes").notNull(),
  secondBytes: integer("second_bytes").notNull(),
  endedAtMs: integer("ended_at_ms").notNull(),
  /** Router uptime when its line was written, where the printed time could be trusted. */
  endedUptimeMs: integer("ended_uptime_ms"),
  /** It stood behind a gap in the log: a session's own record may be lost, and this one another's. */
  afterGap: integer("after_gap").notNull(),
});

/** Stretches of a router's log that nobody read: sessions that lived and died in one are lost. */
export const logGaps = sqliteTable(
  "log_gaps",
  {
    id: integer("id").primaryKey(),
    routerId: integer("router_id")
      .notNull()
      .references(() => routers.id, { onDelete: "restrict" }),
    fromAtMs: integer("from_at_ms").notNull(),
    toAtMs: integer("to_at_ms").notNull(),
    estimatedSessions: integer("estimated_sessions").notNull().default(0),
  },
  (t) => [index("log_gaps_router").on(t.routerId, t.toAtMs)],
);
