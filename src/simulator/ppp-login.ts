import type { AddressPools } from "./address-pools.js";
import { isIpv4, parseDuration } from "./format.js";
import type { Interfaces } from "./interfaces.js";
import type { StoredRow } from "./menu.js";
import type { LoginSnapshot } from "./ppp-session.js";
import type { PppTables } from "./ppp-tables.js";
import type { DialOptions } from "./ppp.js";

/** A login that was let in: all that its session takes over from secret and profile. */
export interface Authenticated {
  readonly kind: "authenticated";
  readonly name: string;
  readonly service: string;
  readonly mac: string;
  readonly isRadius: boolean;
  readonly snapshot: LoginSnapshot;
  readonly address: string;
}

export function admits(secret: StoredRow, service: string, mac: string, password: string | undefined): boolean {
  const { values } = secret;
  const wantedService = values.get("service") ?? "any";
  const lockedTo = values.get("caller-id") ?? "";
  return (
    (password === undefined || password === values.get("password")) &&
    (wantedService === "any" || wantedService === service) &&
    (lockedTo === "" || lockedTo.toUpperCase() === mac.toUpperCase())
  );
}

function profileOf(tables: PppTables, secret: StoredRow | undefined): StoredRow | undefined {
  return tables.profiles.find(secret?.values.get("profile") ?? "*0");
}

export function isOnlyOne(tables: PppTables, secret: StoredRow): boolean {
  const own = profileOf(tables, secret)?.values.get("only-one");
  return (own === "default" ? tables.profiles.byName("default")?.values.get("only-one") : own) === "yes";
}

export function snapshotOf(tables: PppTables, secret: StoredRow | undefined, options: DialOptions): LoginSnapshot {
  const profile = profileOf(tables, secret);
  return {
    profileName: profile?.values.get("name") ?? "default",
    addressList: options.radius?.addressList ?? profile?.values.get("address-list") ?? "",
    rateLimit: options.radius?.rateLimit ?? profile?.values.get("rate-limit") ?? "",
    limitUploadBytes: Number(secret?.values.get("limit-bytes-in") ?? 0),
    limitDownloadBytes: Number(secret?.values.get("limit-bytes-out") ?? 0),
    onlyOne: secret !== undefined && isOnlyOne(tables, secret),
    sessionTimeoutSeconds: parseDuration(profile?.values.get("session-timeout") ?? "") ?? 0,
  };
}

/** A single address on the secret beats any pool (RouterOS manual, PPP AAA). */
export function addressFor(
  tables: PppTables,
  addresses: AddressPools,
  secret: StoredRow | undefined,
): string | undefined {
  const wanted = [secret?.values.get("remote-address"), profileOf(tables, secret)?.values.get("remote-address")].filter(
    (value): value is string => value !== undefined && value !== "",
  );
  const fixed = wanted.find(isIpv4);
  if (fixed !== undefined) {
    addresses.claim(fixed);
    return fixed;
  }
  return addresses.take(wanted[0]);
}

/** `<pppoe-NAME>`, or the first free of `<pppoe-NAME-1>`, `<pppoe-NAME-2>` … while the name is taken. */
export function freeName(interfaces: Interfaces, service: string, name: string): string {
  let candidate = `<${service}-${name}>`;
  for (let suffix = 1; interfaces.byName(candidate) !== undefined; suffix++)
    candidate = `<${service}-${name}-${suffix}>`;
  return candidate;
}
