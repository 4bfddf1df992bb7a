import type { RouterCore } from "./core.js";
import { formatDateTime } from "./format.js";
import type { StoredRow } from "./menu.js";
import type { PppSession } from "./ppp-session.js";

/** The log's last words of a session, with its final account. */
export function writeLogout(core: RouterCore, session: PppSession): { id: number; boot: number } {
  const { service, name, account, mac } = session;
  const { logBytesOrder, logIncludesMac } = core.options.unsure;
  const uploadFirst = logBytesOrder === "upload-first";
  const pair = (up: number, down: number): string => (uploadFirst ? `${up} ${down}` : `${down} ${up}`);
  core.log.write(`${service},ppp,info`, `<${service}-${name}>: terminating...`);
  const bytes = pair(account.uploadBytes, account.downloadBytes);
  const packets = pair(account.uploadPackets, account.downloadPackets);
  const from = logIncludesMac ? ` from ${mac}` : "";
  const line = core.log.write(
    `${service},ppp,info,account`,
    `${name} logged out, ${session.truth.seconds} ${bytes} ${packets}${from}`,
  );
  core.log.write(`${service},ppp,info`, `<${service}-${name}>: disconnected`);
  return { id: line.id, boot: line.boot };
}

/** The secret keeps when and why its last session ended. */
export function keepInSecret(
  core: RouterCore,
  secret: StoredRow | undefined,
  session: PppSession,
  reason: string,
): void {
  if (secret === undefined) return;
  secret.values.set("last-logged-out", formatDateTime(core.clockMs, core.zoneOffsetMinutes, core.dateForm));
  secret.values.set("last-caller-id", session.mac);
  secret.values.set("last-disconnect-reason", reason);
}
