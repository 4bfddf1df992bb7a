import net from "node:net";

const privateRanges = new net.BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10], // carrier-grade NAT: where many mini PCs and tunnels live
] as const) {
  privateRanges.addSubnet(network, prefix, "ipv4");
}
privateRanges.addAddress("::1", "ipv6");
privateRanges.addSubnet("fc00::", 7, "ipv6");
privateRanges.addSubnet("fe80::", 10, "ipv6");

/**
 * Whether `host` is certainly loopback or in a private, link-local or carrier-NAT range, so that a plain API login does
 * not cross the internet. A host name other than `localhost` is not certain, so false.
 */
export function isPrivateAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (bare.toLowerCase() === "localhost" || bare.toLowerCase().endsWith(".localhost")) return true;
  const family = net.isIP(bare);
  if (family === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped !== null) return privateRanges.check(mapped[1] as string, "ipv4");
  return privateRanges.check(bare, family === 4 ? "ipv4" : "ipv6");
}
