import { isIPv4 } from "node:net";
import type { RondaConfig } from "./config.js";

/** Whether others than this machine are meant to reach the API: over the LAN, or through a proxy. */
export function isReachable({ http }: Pick<RondaConfig, "http">): boolean {
  const { host, publicUrl } = http;
  const isLoopback = host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
  return !isLoopback || publicUrl !== undefined;
}
