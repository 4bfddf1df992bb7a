/** The RouterOS versions that the simulator can be. */
export type PersonalityName = "6.49" | "7.16" | "7.24";

/** What differs between versions, as far as a client of the API can see it. */
export interface Personality {
  readonly name: PersonalityName;
  /** `/system/resource` `version`. */
  readonly version: string;
  readonly buildTime: string;
  /** `feb/05/2024 13:47:44` before 7.10, `2024-02-05 13:47:44` from 7.10 on. */
  readonly dateForm: "us" | "iso";
  /** Whether the account line at logout ends with `from MAC` (7.x; 6.x has none). */
  readonly logIncludesMac: boolean;
  /** 7.18 and later answer a print that finds nothing with `!empty` before `!done`. */
  readonly sendsEmpty: boolean;
  /** 7.21 and later hide passwords from print unless `show-sensitive` is given. */
  readonly hidesSensitive: boolean;
  /** `/ip/service` has `max-sessions` (present in 7.16.2, absent in 7.12.2). */
  readonly hasMaxSessions: boolean;
  /** 7.x writes a log line for each change of configuration. */
  readonly logsChanges: boolean;
  /** Newer versions name the oldest version a board can run, older ones the version it left the factory with. */
  readonly factoryField: readonly [name: string, value: string];
  readonly loginRefusal: string;
}

const personalities: Record<PersonalityName, Personality> = {
  "6.49": {
    name: "6.49",
    version: "6.49.18 (long-term)",
    buildTime: "Feb/27/2025 15:58:10",
    dateForm: "us",
    logIncludesMac: false,
    sendsEmpty: false,
    hidesSensitive: false,
    hasMaxSessions: false,
    logsChanges: false,
    factoryField: ["factory-software", "6.40"],
    loginRefusal: "invalid user name or password (6)",
  },
  "7.16": {
    name: "7.16",
    version: "7.16.2 (stable)",
    buildTime: "2024-11-26 12:09:40",
    dateForm: "iso",
    logIncludesMac: true,
    sendsEmpty: false,
    hidesSensitive: false,
    hasMaxSessions: true,
    logsChanges: true,
    factoryField: ["factory-software", "7.6"],
    loginRefusal: "invalid user name or password (6)",
  },
  "7.24": {
    name: "7.24",
    version: "7.24 (stable)",
    buildTime: "2026-08-20 09:31:02",
    dateForm: "iso",
    logIncludesMac: true,
    sendsEmpty: true,
    hidesSensitive: true,
    hasMaxSessions: true,
    logsChanges: true,
    factoryField: ["minimum-version", "7.6"],
    loginRefusal: "invalid user name or password (6)",
  },
};

export const personalityNames: readonly PersonalityName[] = ["6.49", "7.16", "7.24"];

export function personalityOf(name: PersonalityName): Personality {
  return personalities[name];
}
