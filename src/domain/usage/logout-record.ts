import type { LogRow, PppService } from "../router/readings.js";

/**
 * The final account that RouterOS writes to its log when a PPP session ends. Seen on 7.24:
 * `skn001 logged out, 143 115036 112418 106 92 from 52:54:00:AA:00:03` (topics `pppoe,ppp,info,account`), on 6.x
 * without `from …`. Seconds, two byte figures, two packet figures; which of each pair is the upload is not
 * documented and is settled per router, so they are only first and second here.
 */
export interface LogoutRecord {
  readonly kind: PppService;
  readonly name: string;
  /** Upper case, or empty where the router does not say. */
  readonly mac: string;
  readonly seconds: number;
  readonly firstBytes: number;
  readonly secondBytes: number;
}

const kinds: readonly PppService[] = ["pppoe", "l2tp", "pptp", "sstp", "ovpn"];

// Names may hold spaces, commas, even " logged out, ": the greedy first group cuts at the last one.
const loggedOut = /^([\s\S]*) logged out, (\d+) (\d+) (\d+) (\d+) (\d+)(?: from (\S+))?\s*$/;

/** The logout record in a log line, or undefined for any other line. */
export function parseLogoutRecord(row: LogRow): LogoutRecord | undefined {
  const topics = row.topics.split(",");
  if (!topics.includes("account") || !topics.includes("ppp")) return undefined;
  const kind = kinds.find((service) => topics.includes(service));
  const match = loggedOut.exec(row.message);
  if (kind === undefined || match === null) return undefined;
  const [, name, seconds, firstBytes, secondBytes, , , from] = match;
  const record: LogoutRecord = {
    kind,
    // A logging rule with a prefix puts "PREFIX: " before the message (Mikhmon uses "->").
    name: (name ?? "").replace(/^->: /, ""),
    mac: (from ?? "").toUpperCase(),
    seconds: Number(seconds),
    firstBytes: Number(firstBytes),
    secondBytes: Number(secondBytes),
  };
  const sane = [record.seconds, record.firstBytes, record.secondBytes].every(Number.isSafeInteger);
  return sane && record.name !== "" ? record : undefined;
}

/** Which figure of the pair is the customer's upload. */
export type LogByteOrder = "upload-first" | "download-first";

/** A record's bytes from the customer's side. */
export function recordBytes(
  record: Pick<LogoutRecord, "firstBytes" | "secondBytes">,
  order: LogByteOrder,
): { uploadBytes: number; downloadBytes: number } {
  return order === "upload-first"
    ? { uploadBytes: record.firstBytes, downloadBytes: record.secondBytes }
    : { uploadBytes: record.secondBytes, downloadBytes: record.firstBytes };
}

/**
 * What one session tells about the order: the final figures cannot be far below what was polled before the end.
 * Undefined unless exactly one order is possible. A quarter of slack, because log and interface may count overhead
 * differently (exact overhead unconfirmed; on bare ACKs it is an eighth).
 */
export function orderToldBy(
  record: Pick<LogoutRecord, "firstBytes" | "secondBytes">,
  polled: { uploadBytes: number; downloadBytes: number },
): LogByteOrder | undefined {
  const uploadFirst = couldBe(record, polled, "upload-first");
  const downloadFirst = couldBe(record, polled, "download-first");
  if (uploadFirst === downloadFirst) return undefined;
  return uploadFirst ? "upload-first" : "download-first";
}

/** Whether the record can be the end of a session that had already counted `polled`. */
export function couldBe(
  record: Pick<LogoutRecord, "firstBytes" | "secondBytes">,
  polled: { uploadBytes: number; downloadBytes: number },
  order: LogByteOrder,
): boolean {
  const final = recordBytes(record, order);
  return (
    final.uploadBytes >= polled.uploadBytes - polled.uploadBytes / 4 &&
    final.downloadBytes >= polled.downloadBytes - polled.downloadBytes / 4
  );
}
