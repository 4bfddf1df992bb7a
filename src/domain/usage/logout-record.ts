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

/** What one session tells about the order of a router's byte figures. */
export interface OrderTestimony {
  readonly order: LogByteOrder;
  /** At least a megabyte in one direction and twice the other: nothing small can have made it look so. */
  readonly isClear: boolean;
}

/**
 * What one session tells about the order: the final figures cannot be far below what was polled before the end.
 * Undefined unless exactly one order is possible and more passed than a greeting. A quarter of slack, because log and
 * interface may count overhead differently (exact overhead unconfirmed; on bare ACKs it is an eighth).
 */
export function orderToldBy(
  record: Pick<LogoutRecord, "firstBytes" | "secondBytes">,
  polled: { uploadBytes: number; downloadBytes: number },
): OrderTestimony | undefined {
  const more = Math.max(polled.uploadBytes, polled.downloadBytes);
  if (more < leastBytes) return undefined;
  const uploadFirst = couldBe(record, polled, "upload-first");
  const downloadFirst = couldBe(record, polled, "download-first");
  if (uploadFirst === downloadFirst) return undefined;
  const { firstBytes, secondBytes } = record;
  const isLopsided = Math.max(firstBytes, secondBytes) >= 2 * Math.min(firstBytes, secondBytes);
  return { order: uploadFirst ? "upload-first" : "download-first", isClear: more >= clearBytes && isLopsided };
}

/** Less than this may be what the two ends say to each other before anything passes. */
const leastBytes = 1_000;
const clearBytes = 1_000_000;

/** What is known of the order, and what the last session said that did not settle it. */
export interface OrderKnown {
  readonly order: LogByteOrder | undefined;
  /** One session said so, not clearly enough, or against what was settled: a second one that agrees settles it. */
  readonly hinted: LogByteOrder | undefined;
}

/**
 * The order after one more session told of it. A clear one settles what is open, and so do two that agree. What is
 * settled is doubted only by a clear one: then nothing is settled, records wait again (and the operator sees that they
 * do), until the next one settles it.
 */
export function orderAfter(known: OrderKnown, told: OrderTestimony | undefined): OrderKnown {
  if (told === undefined || told.order === known.order) return known;
  if (known.order !== undefined) return told.isClear ? { order: undefined, hinted: told.order } : known;
  return told.isClear || told.order === known.hinted
    ? { order: told.order, hinted: undefined }
    : { order: undefined, hinted: told.order };
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
