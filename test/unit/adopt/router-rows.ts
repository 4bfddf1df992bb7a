import type {
  ObservedAccess,
  ObservedHotspotProfile,
  ObservedHotspotUser,
  ObservedListEntry,
  ObservedPppProfile,
  ObservedQueue,
  ObservedSecret,
  ObservedTable,
} from "../../../src/domain/access/observed.js";
import type { IsolationWays } from "../../../src/domain/access/books.js";
import { phoneNumbers } from "../../../src/adapters/system/phone-numbers.js";
import type { KnownBooks } from "../../../src/domain/adopt/proposal.js";

let lastId = 0;
const nextId = (): string => `*${(++lastId).toString(16).toUpperCase()}`;

export const secret = (name: string, more: Partial<ObservedSecret> = {}): ObservedSecret => ({
  id: nextId(),
  name,
  service: "pppoe",
  callerId: "",
  profile: "10M",
  remoteAddress: "",
  disabled: false,
  comment: "",
  lastCallerId: "",
  ...more,
});

export const pppProfile = (
  name: string,
  rateLimit = "",
  more: Partial<ObservedPppProfile> = {},
): ObservedPppProfile => ({
  id: nextId(),
  name,
  rateLimit,
  addressList: "",
  localAddress: "",
  remoteAddress: "",
  isDefault: false,
  onUp: "",
  ...more,
});

export const hotspotUser = (name: string, more: Partial<ObservedHotspotUser> = {}): ObservedHotspotUser => ({
  id: nextId(),
  server: "all",
  name,
  profile: "default",
  macAddress: "",
  address: "",
  limitUptime: "",
  disabled: false,
  dynamic: false,
  isDefault: name === "default-trial",
  comment: "",
  ...more,
});

export const hotspotProfile = (
  name: string,
  rateLimit = "",
  more: Partial<ObservedHotspotProfile> = {},
): ObservedHotspotProfile => ({
  id: nextId(),
  name,
  rateLimit,
  addressList: "",
  sharedUsers: "1",
  onLogin: "",
  isDefault: name === "default",
  ...more,
});

export const queue = (name: string, target: string, more: Partial<ObservedQueue> = {}): ObservedQueue => ({
  id: nextId(),
  name,
  target,
  parent: "",
  maxLimit: "5000000/10000000",
  limitAt: "0/0",
  burstLimit: "0/0",
  burstThreshold: "0/0",
  burstTime: "0s/0s",
  priority: "8/8",
  dynamic: false,
  disabled: false,
  comment: "",
  ...more,
});

export const listEntry = (address: string, more: Partial<ObservedListEntry> = {}): ObservedListEntry => ({
  id: nextId(),
  list: "isolir",
  address,
  dynamic: false,
  disabled: false,
  comment: "",
  ...more,
});

const table = <Row>(rows: readonly Row[] = []): ObservedTable<Row> => ({ rows, isWhole: true, menuMissing: false });

export interface Rows {
  readonly secrets?: readonly ObservedSecret[];
  readonly pppProfiles?: readonly ObservedPppProfile[];
  readonly hotspotUsers?: readonly ObservedHotspotUser[];
  readonly hotspotProfiles?: readonly ObservedHotspotProfile[];
  readonly queues?: readonly ObservedQueue[];
  readonly listEntries?: readonly ObservedListEntry[];
  readonly pppActive?: ObservedAccess["pppActive"]["rows"];
}

export const observedOf = (rows: Rows): ObservedAccess => ({
  secrets: table(rows.secrets),
  pppProfiles: table(rows.pppProfiles),
  pppActive: table(rows.pppActive),
  hotspotUsers: table(rows.hotspotUsers),
  hotspotProfiles: table(rows.hotspotProfiles),
  hotspotActive: table(),
  hotspotCookies: table(),
  queues: table(rows.queues),
  listEntries: table(rows.listEntries),
  uptime: { loMs: 0, hiMs: 1_000 },
});

export const isolation: IsolationWays = {
  method: "profile",
  profile: "isolir",
  addressList: "isolir",
  hotspotProfile: undefined,
};

export const noBooks: KnownBooks = { router: "hex", lines: [], plans: [], customers: [] };

export const parsePhone = (typed: string): string | undefined => phoneNumbers.parse(typed).e164;
