import { isIP } from "node:net";

/**
 * A socket's peer as the books write addresses: without zone, and an IPv4 address that came in over an IPv6 socket as
 * IPv4. Undefined for what is no address.
 */
export function normaliseAddress(peer: string | undefined): string | undefined {
  const bare = (peer ?? "").replace(/%.*$/, "");
  const family = isIP(bare);
  if (family === 0) return undefined;
  if (family === 4) return bare;
  // The URL parser writes every IPv6 address in its one canonical form, in brackets.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  const [high = 0, low = 0] = mapped.slice(1).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
