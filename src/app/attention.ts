import { accessAttention, someNames } from "./attention-access.js";
import type { ClockDoubtReason } from "../domain/billing/clock-doubt.js";
import type { ClockState } from "./clock/clock-sense.js";
import type { RouterAccess } from "./access/keepers.js";
import type { BrakeView } from "./books/books-queries.js";
import type { RouterLive } from "./queries.js";

/** What needs a person. Kinds and parameters are stable; words are made from them in `attention-words.ts`. */
export type AttentionKind =
  | "database-failing"
  | "router-other-device"
  | "router-login-failed"
  | "router-not-permitted"
  | "router-unreachable"
  | "clock-doubted"
  | "brake-engaged"
  | "passwords-not-openable"
  | "access-not-readable"
  | "access-not-writable"
  | "enforce-unconfirmed"
  | "change-refused"
  | "line-asks"
  | "line-blocked"
  | "webhook-off"
  | "router-parked-with-sessions"
  | "site-zone-changed"
  | "log-gap"
  | "log-counts-differ"
  | "log-order-unsettled"
  | "rows-unreadable"
  | "router-slowed-down"
  | "nobody-signs-in";

export interface AttentionItem {
  /** Stable while the matter lasts. */
  readonly id: string;
  readonly kind: AttentionKind;
  readonly sinceMs: number | undefined;
  readonly router: string | undefined;
  readonly params: Readonly<Record<string, string | number>>;
}

/** What the store knows of a router that may need a person. */
export interface RouterConcerns {
  readonly name: string;
  readonly parkedAtMs: number | undefined;
  readonly lastReadAtMs: number | undefined;
  readonly otherDevice: string | undefined;
  readonly openSessions: number;
  readonly pendingRecords: number;
  readonly oldestPendingAtMs: number | undefined;
  readonly compared: { readonly sessions: number; readonly polledBytes: number; readonly loggedBytes: number };
  /** Gaps recent enough to be worth a word. */
  readonly gaps: readonly {
    readonly id: number;
    readonly fromAtMs: number;
    readonly toAtMs: number;
    readonly estimatedSessions: number;
  }[];
}

export interface SiteConcerns {
  /** How the clock stands; undefined where nobody judges it. */
  readonly clock: ClockState | undefined;
  readonly routers: readonly RouterConcerns[];
  readonly live: (router: string) => RouterLive | undefined;
  readonly storeFailure: { readonly code: string; readonly message: string; readonly sinceMs: number } | undefined;
  /** Zone that the days in the books were cut in, where known, and the one configured. */
  readonly booksTimeZone: string | undefined;
  readonly siteTimeZone: string;
  /** Those that hold now. */
  readonly brakes: readonly BrakeView[];
  /** Line passwords that do not open with the key file that there is. */
  readonly passwordTrouble: PasswordTrouble | undefined;
  /** Webhooks that were switched off because every try had failed. */
  /** Others are meant to reach the API, and nobody can sign in yet. */
  readonly nobodySignsIn: boolean;
  readonly webhooksOff: readonly WebhookOffConcern[];
  /** Undefined for a router that nobody keeps. */
  readonly access: (router: string) => RouterAccess | undefined;
  /** The name of a line, by its number. */
  readonly lineName: (lineId: number) => string | undefined;
}

export interface WebhookOffConcern {
  /** As the API shows it. */
  readonly id: string;
  /** Of its address; the rest may hold a secret. */
  readonly host: string;
  readonly sinceMs: number;
}

export interface PasswordTrouble {
  readonly count: number;
  readonly code: string;
  readonly message: string;
}

/** How far log and interface may differ. Overheads and the last seconds make up to about 1 % on short sessions. */
export const differenceShareMax = 0.03;
/** Fewer sessions than this prove nothing. */
export const comparedSessionsMin = 5;

/** Worst first: no books, then no readings, then nobody who may be isolated, then access that is not as it should be, then inexact readings, then what is only good to know. Pure. */
const rank: Record<AttentionKind, number> = {
  "database-failing": 0,
  "router-other-device": 1,
  "router-login-failed": 2,
  "router-not-permitted": 2,
  "router-unreachable": 3,
  "clock-doubted": 4,
  "brake-engaged": 5,
  "passwords-not-openable": 6,
  "access-not-readable": 7,
  "access-not-writable": 8,
  "enforce-unconfirmed": 9,
  "change-refused": 10,
  "line-asks": 11,
  "line-blocked": 12,
  "site-zone-changed": 13,
  "webhook-off": 14,
  "router-parked-with-sessions": 15,
  "log-gap": 16,
  "log-counts-differ": 17,
  "log-order-unsettled": 18,
  "rows-unreadable": 19,
  "router-slowed-down": 20,
  "nobody-signs-in": 21,
};

/** Every kind, worst first; `docs/operating.md` says what to do about each, and a test keeps that list and this equal. */
export const attentionKinds = Object.keys(rank) as readonly AttentionKind[];

export function findAttention(site: SiteConcerns): AttentionItem[] {
  const items: AttentionItem[] = [];
  const { storeFailure } = site;
  if (storeFailure !== undefined) {
    const { code, message, sinceMs } = storeFailure;
    items.push({
      id: "database-failing",
      kind: "database-failing",
      sinceMs,
      router: undefined,
      params: { code, message },
    });
  }
  if (site.booksTimeZone !== undefined && site.booksTimeZone !== site.siteTimeZone) {
    items.push({
      id: "site-zone-changed",
      kind: "site-zone-changed",
      sinceMs: undefined,
      router: undefined,
      params: { was: site.booksTimeZone, is: site.siteTimeZone },
    });
  }
  if (site.passwordTrouble !== undefined) {
    items.push({
      id: "passwords-not-openable",
      kind: "passwords-not-openable",
      sinceMs: undefined,
      router: undefined,
      params: { ...site.passwordTrouble },
    });
  }
  items.push(...clockAttention(site.clock));
  for (const brake of site.brakes) items.push(...brakeAttention(brake));
  if (site.nobodySignsIn) {
    items.push({ id: "nobody-signs-in", kind: "nobody-signs-in", sinceMs: undefined, router: undefined, params: {} });
  }
  for (const { id, host, sinceMs } of site.webhooksOff) {
    const params = { webhook: id, host };
    items.push({ id: `webhook-off:${id}`, kind: "webhook-off", sinceMs, router: undefined, params });
  }
  for (const router of site.routers) {
    const live = site.live(router.name);
    items.push(...routerAttention(router, live));
    const access = site.access(router.name);
    if (live === undefined || access === undefined) continue;
    items.push(...accessAttention(router.name, access, { isRead: live.state === "up", lineName: site.lineName }));
  }
  return items.sort((a, b) => rank[a.kind] - rank[b.kind] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function clockAttention(clock: ClockState | undefined): AttentionItem[] {
  if (clock?.judgement.kind !== "doubted") return [];
  const { judgement, shownMs, trustedMs, doubtedSinceMs } = clock;
  const params = clockParams({ ...judgement, shownMs, trustedMs });
  return [{ id: "clock-doubted", kind: "clock-doubted", sinceMs: doubtedSinceMs, router: undefined, params }];
}

/** What words about a clock in doubt are made from. */
export function clockParams(doubt: {
  readonly reason: ClockDoubtReason;
  readonly routers: readonly string[];
  readonly shownMs: number;
  readonly trustedMs: number | undefined;
}): AttentionItem["params"] {
  const toMinute = (ms: number): string => new Date(ms).toISOString().replace(/:[\d.]+Z$/, "Z");
  return {
    reason: doubt.reason,
    shown: toMinute(doubt.shownMs),
    trusted: doubt.trustedMs === undefined ? "" : toMinute(doubt.trustedMs),
    routers: someNames(doubt.routers),
  };
}

/** A brake whose listed ones are all confirmed, or not due any more, needs nobody. */
function brakeAttention({ id, router, engagedAtMs, subscriptions }: BrakeView): AttentionItem[] {
  const waiting = subscriptions.filter(({ isDue, confirmedAtMs }) => isDue && confirmedAtMs === undefined);
  if (waiting.length === 0) return [];
  const names = someNames(waiting.map(({ customer }) => customer));
  const params = { brake: id, router: router ?? "", waiting: waiting.length, names };
  return [{ id: `brake-engaged:${id}`, kind: "brake-engaged", sinceMs: engagedAtMs, router, params }];
}

function routerAttention(router: RouterConcerns, live: RouterLive | undefined): AttentionItem[] {
  const { name } = router;
  const items: AttentionItem[] = [];
  const add = (
    kind: AttentionKind,
    sinceMs: number | undefined,
    params: Record<string, string | number> = {},
    suffix = "",
  ): void =>
    void items.push({
      id: `${kind}:${name}${suffix}`,
      kind,
      sinceMs,
      router: name,
      params: { router: name, ...params },
    });

  if (live === undefined) {
    if (router.openSessions > 0) {
      add("router-parked-with-sessions", router.parkedAtMs, { sessions: router.openSessions });
    }
  } else {
    const trouble = troubleOf(router, live);
    if (trouble !== undefined) add(trouble.kind, trouble.sinceMs, trouble.params);
    if (live.unreadableRows > 0) add("rows-unreadable", live.lastSeenAtMs, { rows: live.unreadableRows });
    if (live.effectiveEverySeconds > live.pollEverySeconds) {
      const { pollEverySeconds, effectiveEverySeconds } = live;
      add("router-slowed-down", undefined, { pollEverySeconds, effectiveEverySeconds });
    }
  }
  for (const gap of router.gaps) {
    const minutes = Math.max(1, Math.round((gap.toAtMs - gap.fromAtMs) / 60_000));
    add("log-gap", gap.toAtMs, { minutes, estimatedSessions: gap.estimatedSessions }, `:${gap.id}`);
  }
  const { sessions, polledBytes, loggedBytes } = router.compared;
  const larger = Math.max(polledBytes, loggedBytes);
  const share = larger === 0 ? 0 : Math.abs(polledBytes - loggedBytes) / larger;
  if (sessions >= comparedSessionsMin && share > differenceShareMax) {
    add("log-counts-differ", undefined, { percent: Math.round(share * 1000) / 10, sessions });
  }
  if (router.pendingRecords > 0) {
    add("log-order-unsettled", router.oldestPendingAtMs, { records: router.pendingRecords });
  }
  return items;
}

function troubleOf(
  router: RouterConcerns,
  live: RouterLive,
): Pick<AttentionItem, "kind" | "sinceMs" | "params"> | undefined {
  const { lastError } = live;
  // Our own disk: said once for the whole site, and no fault of the router's.
  if (lastError?.code.startsWith("STORE_") === true) return undefined;
  const sinceMs = lastError?.sinceMs ?? live.lastSeenAtMs ?? router.lastReadAtMs;
  if (live.state === "other-device" || lastError?.code === "ROUTER_OTHER_DEVICE") {
    return {
      kind: "router-other-device",
      sinceMs,
      params: { message: lastError?.message ?? "another device answers at its address" },
    };
  }
  if (live.state !== "down" && live.state !== "stale") return undefined;
  const params = {
    code: lastError?.code ?? "ROUTER_UNREACHABLE",
    message: lastError?.message ?? "not read for more than three intervals",
    count: lastError?.count ?? 0,
  };
  if (lastError?.code === "ROUTER_LOGIN_FAILED") return { kind: "router-login-failed", sinceMs, params };
  if (lastError?.code === "ROUTER_NOT_PERMITTED") return { kind: "router-not-permitted", sinceMs, params };
  return { kind: "router-unreachable", sinceMs, params };
}
