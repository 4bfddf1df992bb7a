/** What the doctor knows about a router, and how it says what it thinks. */
import type { DeviceIdentity, SystemResource } from "../domain/router/readings.js";
import type { ErrorCode } from "./errors.js";

export interface DoctorFacts {
  readonly router: DoctorSubject;
  /** What ended the visit: at the connection, the login, or in the middle. Undefined = everything was asked. */
  readonly failure: DoctorFailure | undefined;
  readonly identity: DeviceIdentity | undefined;
  readonly resource: SystemResource | undefined;
  /** The router's clock less ours, and the instant it shows. */
  readonly clock: { readonly aheadMs: number; readonly shownMs: number } | undefined;
  readonly ntp: { readonly enabled: boolean; readonly status: string | undefined } | undefined;
  /** `address`: from where alone it may log in; empty or absent = from everywhere. */
  readonly user:
    { readonly group: string; readonly policies: readonly string[]; readonly address?: string } | undefined;
  /** Of the service we came through: from where it may be used; empty = from everywhere. */
  readonly service: { readonly name: "api" | "api-ssl"; readonly address: string } | undefined;
  readonly loggingRules: readonly LoggingRule[] | undefined;
  /** "missing" = the router has no such menu: its package is absent or disabled. */
  readonly pppSessionCount: number | "missing" | undefined;
  readonly hotspotSessionCount: number | "missing" | undefined;
  /** Enabled leaf queues with a host target. */
  readonly staticLineCount: number | "missing" | undefined;
  /** Enabled fasttrack rules of the filter. */
  readonly fasttrackRuleCount: number | "missing" | undefined;
  readonly setup: SetupFacts;
  readonly unread: readonly { readonly command: string; readonly code: ErrorCode; readonly why: string }[];
}

/** What isolation stands on (`ronda router-script`). Each table is "missing" without its menu, undefined when not read. */
export interface SetupFacts {
  readonly pppProfiles: readonly ProfileFacts[] | "missing" | undefined;
  /** Enabled secrets that bring no address of their own, by profile: they need one from it. */
  readonly needyProfiles: ReadonlyMap<string, number> | undefined;
  readonly hotspotProfiles: readonly ProfileFacts[] | "missing" | undefined;
  /** In order, dynamic ones included. */
  readonly filter: readonly RuleFacts[] | "missing" | undefined;
  readonly nat: readonly RuleFacts[] | "missing" | undefined;
  /** "missing" = the package is absent or disabled, "off" = switched off. */
  readonly ipv6:
    { readonly hasGlobalAddress: boolean; readonly filter: readonly RuleFacts[] } | "off" | "missing" | undefined;
}

/** A PPP profile or a hotspot user profile; texts as RouterOS prints them, empty where it prints none. */
export interface ProfileFacts {
  readonly name: string;
  readonly rateLimit: string;
  readonly addressList: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly useIpv6: string;
}

/** A firewall rule; texts as RouterOS prints them, empty where it prints none. */
export interface RuleFacts {
  readonly chain: string;
  readonly action: string;
  readonly srcAddressList: string;
  readonly dstAddressList: string;
  readonly dstAddress: string;
  readonly protocol: string;
  readonly dstPort: string;
  readonly connectionState: string;
  readonly toAddresses: string;
  readonly toPorts: string;
  readonly comment: string;
  /** Other matchers that it has, by name: it takes less than the rest of it says. */
  readonly narrowedBy: readonly string[];
  readonly isDisabled: boolean;
}

/** The router as routers.yaml has it; no secret in it. */
export interface DoctorSubject {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tlsMode: "pin" | "ca" | "anonymous" | undefined;
  readonly username: string;
  readonly mode: "observe" | "enforce";
  readonly services: readonly ("pppoe" | "hotspot" | "static")[];
}

export interface DoctorFailure {
  readonly code: ErrorCode;
  readonly message: string;
  /** Node's code of the socket error, such as `ECONNREFUSED`, where there was one. */
  readonly socketCode: string | undefined;
  readonly phase: "connect-or-login" | "reading";
}

/** One row of `/system/logging`; `action` is the name of the action. */
export interface LoggingRule {
  readonly topics: readonly string[];
  readonly action: string;
  readonly isDisabled: boolean;
}

/** What only the books know. Undefined = no database at hand. */
export interface DoctorBooks {
  /** The device that was accepted under this name; undefined = never met. */
  readonly device: { readonly softwareId: string | undefined; readonly serialNumber: string | undefined } | undefined;
  /** Bytes of ended sessions by the log's account, and by polled interface counters up to the same end. */
  readonly logAgreement:
    { readonly sessionCount: number; readonly logBytes: number; readonly polledBytes: number } | undefined;
  /** RouterOS as it was last met, such as `7.16.2 (stable)`. */
  readonly version?: string | undefined;
}

export type FindingLevel = "fail" | "warn" | "hint" | "ok";

export interface Finding {
  readonly level: FindingLevel;
  /** Stable, for scripts. */
  readonly code: string;
  readonly what: string;
  /** Lines for the router's terminal, in order. */
  readonly paste?: readonly string[];
}
