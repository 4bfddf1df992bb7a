/** The three ways to trust an API-SSL service. Each only when configured; none falls back to another or to plain text. */
import { readFile } from "node:fs/promises";
import net from "node:net";
import type tls from "node:tls";
import { routerError, type RouterPlace } from "./errors.js";

export type RouterTls =
  /** The certificate's SHA-256, as 64 hex digits with or without colons. Right for the self-signed ones of the field. */
  | { readonly mode: "pin"; readonly fingerprint: string }
  /** A chain to the CA in `caFile` (PEM), or to one that the system trusts; the name must match `serverName` or the host. */
  | { readonly mode: "ca"; readonly caFile?: string; readonly serverName?: string }
  /**
   * Anonymous Diffie-Hellman, for a router without certificate: encrypted, but whoever sits in between wins. TLS 1.2 at
   * most, and OpenSSL 3 agrees only at security level 0.
   */
  | { readonly mode: "anonymous" };

export const plainPort = 8728;
export const tlsPort = 8729;

/** 64 lower-case hex digits of a SHA-256 fingerprint, or undefined when it is none. */
export function normaliseFingerprint(text: string): string | undefined {
  const hex = text.trim().replaceAll(":", "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

/** Options of `tls.connect` for one connection. Reads the CA file anew, so a renewed one is taken without a restart. */
export async function tlsOptions(place: RouterPlace, mode: RouterTls): Promise<tls.ConnectionOptions> {
  const name = mode.mode === "ca" ? (mode.serverName ?? place.host) : place.host;
  const servername = net.isIP(name) === 0 ? { servername: name } : {};
  if (mode.mode === "anonymous") {
    return { ...servername, ciphers: "ADH:@SECLEVEL=0", maxVersion: "TLSv1.2", rejectUnauthorized: false };
  }
  if (mode.mode === "pin") {
    if (normaliseFingerprint(mode.fingerprint) === undefined) {
      throw routerError(
        place,
        "ROUTER_TLS_REFUSED",
        "tls.fingerprint is no SHA-256 fingerprint: 64 hex digits are expected",
      );
    }
    // The fingerprint is the whole check: chain, name and dates of a self-signed certificate say nothing more.
    return { ...servername, rejectUnauthorized: false };
  }
  if (mode.caFile === undefined) return { ...servername, rejectUnauthorized: true };
  try {
    return { ...servername, rejectUnauthorized: true, ca: await readFile(mode.caFile) };
  } catch (cause) {
    throw routerError(
      place,
      "ROUTER_TLS_REFUSED",
      `the CA file ${mode.caFile} cannot be read: check tls.caFile in routers.yaml`,
      {
        cause,
      },
    );
  }
}

/** What speaks against the peer of a finished handshake; undefined when it is trusted. Ask before the first byte is sent. */
export function peerObjection(mode: RouterTls, socket: tls.TLSSocket): string | undefined {
  if (mode.mode !== "pin") return undefined;
  const found = normaliseFingerprint(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
  if (found === undefined) return "the router showed no certificate";
  return found === normaliseFingerprint(mode.fingerprint)
    ? undefined
    : `the certificate's SHA-256 is ${found}, not the configured one: if you changed the certificate, put this one into routers.yaml; if not, something else answers there`;
}
