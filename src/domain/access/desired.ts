import type { RateLimit } from "../catalog/rate-limit.js";
import type { AccessBooks, IsolationWays, ManagedLine } from "./books.js";

/** What a secret or hotspot user should hold. */
export interface DesiredRow {
  readonly line: ManagedLine;
  /** Undefined: whatever it has. A disabled row's profile matters to nobody until it is enabled again. */
  readonly profile: string | undefined;
  readonly disabled: boolean;
  /** Nobody gets through: disabled, or on the isolir profile. */
  readonly isDark: boolean;
}

/** A static line's queue, and whether its address belongs into the isolir list. */
export interface DesiredQueue {
  readonly line: ManagedLine;
  readonly rates: RateLimit | undefined;
  readonly isDark: boolean;
}

/** A profile whose rate-limit is ours. */
export interface DesiredProfile {
  readonly rates: RateLimit;
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
}

export interface OwnedProfile extends DesiredProfile {
  readonly name: string;
}

export interface DesiredAccess {
  readonly pppProfiles: ReadonlyMap<string, DesiredProfile>;
  readonly hotspotProfiles: ReadonlyMap<string, DesiredProfile>;
  readonly secrets: ReadonlyMap<string, DesiredRow>;
  readonly hotspotUsers: ReadonlyMap<string, DesiredRow>;
  readonly queues: ReadonlyMap<string, DesiredQueue>;
}

/** What one router should hold, by the books. A line whose subscription is still pending is nobody's yet. Pure. */
export function desired(books: AccessBooks): DesiredAccess {
  const wanted = {
    pppProfiles: new Map<string, DesiredProfile>(),
    hotspotProfiles: new Map<string, DesiredProfile>(),
    secrets: new Map<string, DesiredRow>(),
    hotspotUsers: new Map<string, DesiredRow>(),
    queues: new Map<string, DesiredQueue>(),
  };
  for (const line of books.lines) {
    if (line.service === "static") {
      const queue = desiredQueue(line);
      if (queue !== undefined) wanted.queues.set(line.name, queue);
      continue;
    }
    const row = desiredRow(line, books.isolation);
    if (row === undefined) continue;
    (line.service === "pppoe" ? wanted.secrets : wanted.hotspotUsers).set(line.name, row);
    const profile = ownedProfile(line);
    if (profile === undefined) continue;
    (line.service === "pppoe" ? wanted.pppProfiles : wanted.hotspotProfiles).set(profile.name, profile);
  }
  return wanted;
}

/** The profile that some line's plan owns under this name, if one does. */
export function desiredProfile(books: AccessBooks, kind: "ppp" | "hotspot", name: string): OwnedProfile | undefined {
  const { pppProfiles, hotspotProfiles } = desired(books);
  const profile = (kind === "ppp" ? pppProfiles : hotspotProfiles).get(name);
  return profile === undefined ? undefined : { ...profile, name };
}

/** Undefined while its subscription is pending, and for static lines. */
export function desiredRow(line: ManagedLine, isolation: IsolationWays): DesiredRow | undefined {
  const { enforcement } = line.plan;
  const lit = enforcement.kind === "queue" ? undefined : enforcement.profile;
  switch (line.state) {
    case "pending":
      return undefined;
    case "active":
      return { line, profile: lit, disabled: false, isDark: false };
    case "isolated": {
      const profile = isolationProfile(line, isolation);
      if (profile === undefined) return { line, profile: undefined, disabled: true, isDark: true };
      return { line, profile, disabled: false, isDark: true };
    }
    case "paused":
    case "terminated":
      return { line, profile: undefined, disabled: true, isDark: true };
  }
}

/** A static line keeps its queue whatever its state: without one it would be faster, not slower. */
export function desiredQueue(line: ManagedLine): DesiredQueue | undefined {
  if (line.state === "pending") return undefined;
  return { line, rates: line.plan.rates, isDark: line.state !== "active" };
}

/** The profile that isolates a line of this service; undefined where it is disabled instead. */
export function isolationProfile(
  { service }: Pick<ManagedLine, "service">,
  isolation: IsolationWays,
): string | undefined {
  if (service === "hotspot") return isolation.method === "disable" ? undefined : isolation.hotspotProfile;
  // An address-list entry for a dynamic address would block whoever gets that address next.
  return isolation.method === "disable" ? undefined : isolation.profile;
}

/** The profile that this line's plan owns on its router, once it is needed there. */
export function ownedProfile(line: ManagedLine): OwnedProfile | undefined {
  const { enforcement, rates } = line.plan;
  if (line.service === "static" || enforcement.kind !== "profile" || rates === undefined) return undefined;
  if (line.state === "pending" || line.state === "terminated") return undefined;
  const { profile: name, pppLocalAddress: localAddress, pppRemoteAddress: remoteAddress } = enforcement;
  return line.service === "pppoe"
    ? { name, rates, localAddress, remoteAddress }
    : { name, rates, localAddress: undefined, remoteAddress: undefined };
}
