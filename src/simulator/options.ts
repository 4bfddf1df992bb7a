import type { Personality, PersonalityName } from "./personality.js";

/** What nobody could confirm about RouterOS, each as a switch: tests run both ways. */
export interface UnsureFacts {
  /** Which of the two byte figures of a logout record comes first. */
  readonly logBytesOrder: "upload-first" | "download-first";
  /** Whether the logout record ends with `from MAC`. Default: by version. */
  readonly logIncludesMac: boolean;
  /** Whether `session-id`s of a boot are the same as those of the boot before. */
  readonly sessionIdsRestartAtReboot: boolean;
  /** Whether row ids and log ids start over at boot. */
  readonly idsRestartAtReboot: boolean;
  /** Whether 7.18+ also answer `!empty` before `!done` to writes. */
  readonly emptyAfterWrites: boolean;
  /** Whether 7.21+ hide passwords from the API too, unless `show-sensitive` is given. */
  readonly maskOverApi: boolean;
  /** Whether a local session says `radius=false` or nothing. */
  readonly radiusFalseShown: boolean;
  readonly queueCounterResetsOnLimitChange: boolean;
  /** Whether an entry that a session made refuses a stored one of the same list and address. */
  readonly dynamicEntryRefusesStored: boolean;
  /** What the interface counts more than the log for each packet; 8 is PPPoE's and PPP's own header. */
  readonly pppOverheadBytesPerPacket: number;
  /** Whether `/interface/reset-counters` also zeroes what the logout record will say. */
  readonly resetReachesLogout: boolean;
  /** Whether a static binding's counters go on from session to session. */
  readonly staticBindingKeepsCounters: boolean;
  /** What a line `#` is answered with, which node-routeros sends to keep a connection. */
  readonly hashReply: "trap" | "done" | "nothing";
  /** Whether `!trap` carries a category where one is known. */
  readonly trapCategories: boolean;
}

export interface SimulatedRouterOptions {
  readonly personality?: PersonalityName;
  /** `/system/identity` name. */
  readonly identity?: string;
  readonly username?: string;
  readonly password?: string;
  /** Policies of the API user's group. Default: read, write, api. */
  readonly policies?: readonly string[];
  readonly softwareId?: string;
  /** Empty for a board without `/system/routerboard`. */
  readonly serialNumber?: string;
  /** 4 stops at 200 PPPoE and 200 hotspot sessions, 5 at 500, 6 never. */
  readonly licenseLevel?: 4 | 5 | 6;
  readonly boardName?: string;
  /** Size of the memory log. */
  readonly logLines?: number;
  /** Without one, the board shows 1970 after each boot until NTP answers. */
  readonly hasClockBattery?: boolean;
  /** How long after a boot NTP sets the clock; undefined when NTP is off. */
  readonly ntpAfterMs?: number | undefined;
  /** Only challenge logins, as before 6.43. */
  readonly login?: "plain" | "pre-6.43";
  /** Whether fasttrack is on: queues then miss the traffic, interfaces do not. */
  readonly fasttrack?: boolean;
  /** Whether any hotspot server is set up. */
  readonly hotspotServer?: boolean;
  /** `/interface/pppoe-server/server` keepalive-timeout; a silent customer is ended after twice that. */
  readonly keepaliveTimeoutSeconds?: number;
  readonly cpuLoadPercent?: number;
  /** How long a PPP session takes to come up once its secret was read, where modems dial by themselves. Default 0. */
  readonly authLatencyMs?: number;
  /** Whether IPv6 is there: in RouterOS 6 a package that is disabled by default, in 7 always. */
  readonly ipv6?: boolean;
  readonly unsure?: Partial<UnsureFacts>;
}

export type ResolvedOptions = Required<Omit<SimulatedRouterOptions, "unsure">> & { readonly unsure: UnsureFacts };

export function resolveOptions(options: SimulatedRouterOptions, personality: Personality): ResolvedOptions {
  return {
    personality: personality.name,
    identity: options.identity ?? "simulated",
    username: options.username ?? "ronda",
    password: options.password ?? "ronda",
    policies: options.policies ?? ["read", "write", "api"],
    softwareId: options.softwareId ?? "ABCD-1234",
    serialNumber: options.serialNumber ?? "HC00AAAA001",
    licenseLevel: options.licenseLevel ?? 6,
    boardName: options.boardName ?? (personality.name === "6.49" ? "RB951Ui-2HnD" : "RB4011iGS+"),
    logLines: options.logLines ?? 1000,
    hasClockBattery: options.hasClockBattery ?? false,
    ntpAfterMs: "ntpAfterMs" in options ? options.ntpAfterMs : 30_000,
    login: options.login ?? "plain",
    fasttrack: options.fasttrack ?? false,
    hotspotServer: options.hotspotServer ?? true,
    keepaliveTimeoutSeconds: options.keepaliveTimeoutSeconds ?? 10,
    cpuLoadPercent: options.cpuLoadPercent ?? 7,
    authLatencyMs: options.authLatencyMs ?? 0,
    ipv6: options.ipv6 ?? personality.name !== "6.49",
    unsure: {
      logBytesOrder: "upload-first",
      logIncludesMac: personality.logIncludesMac,
      sessionIdsRestartAtReboot: false,
      idsRestartAtReboot: true,
      emptyAfterWrites: false,
      maskOverApi: true,
      radiusFalseShown: false,
      queueCounterResetsOnLimitChange: false,
      dynamicEntryRefusesStored: true,
      pppOverheadBytesPerPacket: 0,
      resetReachesLogout: false,
      staticBindingKeepsCounters: true,
      hashReply: "trap",
      trapCategories: true,
      ...options.unsure,
    },
  };
}
