import { isIP } from "node:net";
import { isPrivateAddress } from "../adapters/routeros/address.js";
import type { RondaConfig } from "./config.js";
import type { ConfigPath, Place } from "./config-issues.js";
import type { ResolvedSecrets } from "./config-secrets.js";

/** Allowed, but worth a word. Shown by `ronda check` and at every start. */
export interface ConfigWarning extends Place {
  readonly problem: string;
}

/** Only the books can tell; said by `ronda check`. */
export const nobodySignsIn: ConfigWarning = {
  line: undefined,
  column: undefined,
  path: "http.host",
  problem:
    "others are to reach the API, and nobody can sign in yet, so everybody is refused; say: ronda user create NAME --role admin",
};

export function configWarnings(
  config: RondaConfig,
  secrets: ResolvedSecrets,
  locate: (path: ConfigPath) => Place,
): ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  // Accepted because later versions use them; an operator must not believe that they act already.
  const withoutEffect: [isSet: boolean, path: ConfigPath, what: string][] = [
    [
      config.database.backup !== undefined,
      ["database", "backup"],
      "no backups are made yet; copy the database as docs/operating.md says",
    ],
  ];
  for (const [isSet, path, what] of withoutEffect) {
    if (isSet) warnings.push({ ...locate(path), problem: `has no effect in this version: ${what}` });
  }
  if (config.notice !== undefined && isLoopbackAddress(config.notice.host)) {
    warnings.push({
      ...locate(["notice", "host"]),
      problem: "only this machine reaches the notice page there; customers need the address it has in their network",
    });
  }
  for (const [index, router] of config.routers.entries()) {
    if (router.tls === undefined && isPublicAddress(router.host)) {
      warnings.push({
        ...locate(["routers", index, "host"]),
        problem: `the plain API sends the password readable over the internet to ${router.host}; use tls: or a VPN`,
      });
    }
    if (router.isolation.method === "address-list" && router.services.includes("pppoe")) {
      warnings.push({
        ...locate(["routers", index, "isolation", "method"]),
        problem:
          "an address list cannot isolate PPPoE lines, whose addresses change hands; they go to the profile " +
          router.isolation.profile,
      });
    }
    if (router.tls?.mode === "anonymous") {
      warnings.push({
        ...locate(["routers", index, "tls", "mode"]),
        problem:
          "anonymous TLS hides the traffic but believes whoever answers; give the router a certificate and use mode: pin",
      });
    }
  }
  for (const { index, field } of secrets.literalDollars) {
    warnings.push({
      ...locate(["routers", index, field]),
      problem: "holds ${ inside a longer text, taken as it stands; ${NAME} works only as the whole value",
    });
  }
  return warnings;
}

function isLoopbackAddress(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** Of a host name only what it says is known: names of one label and of local suffixes count as private. */
export function isPublicAddress(host: string): boolean {
  if (isPrivateAddress(host)) return false;
  if (isIP(host) !== 0) return true;
  const name = host.toLowerCase().replace(/\.$/, "");
  return name.includes(".") && !/\.(local|lan|home|internal|localdomain|home\.arpa|test)$/.test(name);
}
