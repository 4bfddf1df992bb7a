import { isIP } from "node:net";
import { z } from "zod";
import { billingSection } from "./config-billing.js";

/*
 * Shape of routers.yaml. By convention every message here is the *expected* half of "expected …, found …"; the other half
 * is added from the file (config-issues.ts). Secrets are checked for being text only: resolving them is config-secrets.ts.
 */

const text = (expected: string) =>
  z
    .string({ error: expected })
    .trim()
    .min(1, { error: expected })
    .max(200, { error: `${expected} of at most 200 characters` });
const whole = (min: number, max: number, unit = "") => {
  const error = `a whole number from ${min} to ${max}${unit}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const port = whole(1, 65_535);
const map = { error: "a map of settings" };

const nameRule = "1 to 40 of a-z, 0-9, - and _, beginning with a letter or a digit";
const routerName = z.string({ error: nameRule }).regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, { error: nameRule });

const hostRule = "a host name or an IP address, without port or https://";
const host = z.string({ error: hostRule }).refine(isHost, { error: hostRule });

const zoneRule = "an IANA time zone such as Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)";
const timezone = z.string({ error: zoneRule }).refine(isTimezone, { error: zoneRule });

const urlRule = "a web address such as https://ronda.example.net, without a user name in it";
const webUrl = z.string({ error: urlRule }).refine(isWebUrl, { error: urlRule });
const originRule = "an origin such as https://kasir.example.net: scheme, host and port only";
const origin = z
  .string({ error: originRule })
  .refine((value) => isWebUrl(value) && new URL(value).origin === value, { error: originRule });

const pollRule = "a duration from 1s to 1h with its unit: 30s, 5m, 1h";
const pollEvery = z
  .string({ error: pollRule })
  .refine((value) => durationMs(value) !== undefined, { error: pollRule })
  .transform((value) => durationMs(value) ?? 0);

const timeRule = 'a time of day in quotes: "03:30"';
const timeOfDay = z.string({ error: timeRule }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: timeRule });

const fingerprintRule = "the certificate's SHA-256 fingerprint: 64 hex digits, with or without colons";
const fingerprint = z
  .string({ error: fingerprintRule })
  .transform((value) => value.replace(/[:\s]/g, "").toLowerCase())
  .refine((value) => /^[0-9a-f]{64}$/.test(value), { error: fingerprintRule });

const tls = z.discriminatedUnion(
  "mode",
  [
    z.strictObject({ mode: z.literal("pin"), fingerprint }, map),
    z.strictObject(
      {
        mode: z.literal("ca"),
        caFile: text("a path").optional(),
        serverName: text("the name in the certificate").optional(),
      },
      map,
    ),
    z.strictObject({ mode: z.literal("anonymous") }, map),
  ],
  { error: "one of pin, ca, anonymous" },
);

const services = ["pppoe", "hotspot", "static"] as const;
const servicesRule = `a list of at least one of ${services.join(", ")}`;

const isolation = z
  .strictObject(
    {
      method: oneOf(["profile", "disable", "address-list"]).default("profile"),
      profile: text("the name of a PPP profile").default("isolir"),
      addressList: text("the name of an address list").default("isolir"),
      hotspotProfile: text("the name of a hotspot user profile").optional(),
    },
    map,
  )
  .prefault({});

const secret = z.string({ error: "text, ${NAME} or file:PATH" }).min(1, { error: "text, ${NAME} or file:PATH" });

const router = z.strictObject(
  {
    name: routerName,
    host,
    port: port.optional(),
    tls: tls.optional(),
    username: secret,
    password: secret,
    mode: oneOf(["observe", "enforce"]).default("observe"),
    pollEvery: pollEvery.prefault("60s"),
    services: z
      .array(oneOf(services), { error: servicesRule })
      .min(1, { error: servicesRule })
      .transform((list) => [...new Set(list)])
      .prefault([...services]),
    isolation,
  },
  map,
);

const retention = z
  .strictObject(
    {
      samplesDays: whole(0, 90, " (0 = keep none)").default(3),
      hoursMonths: whole(1, 120).default(13),
      daysYears: whole(1, 50).default(5),
      sessionsMonths: whole(1, 600).optional(),
    },
    map,
  )
  .prefault({});

const howToPayRule = "how to pay, in up to 1000 characters";
const notice = z.strictObject(
  {
    host,
    port,
    // Routers whose customers have the same addresses as another's cannot be told apart on one port.
    perRouter: z.record(z.string(), port, { error: "a map of router names and ports" }).default({}),
    howToPay: z
      .string({ error: howToPayRule })
      .trim()
      .min(1, { error: howToPayRule })
      .max(1000, { error: howToPayRule })
      .optional(),
  },
  map,
);

const routersRule = "a list of at least one router, each beginning with a dash: - name: …";

export const routersYaml = z.strictObject(
  {
    site: z.strictObject({ name: text("the site's name"), timezone, language: oneOf(["id", "en"]).default("id") }, map),
    http: z
      .strictObject(
        {
          host: host.default("127.0.0.1"),
          // 0 takes a free port; the log and `ronda start` say which.
          port: whole(0, 65_535).default(8080),
          publicUrl: webUrl.optional(),
          corsOrigins: z.array(origin, { error: "a list of origins" }).default([]),
        },
        map,
      )
      .prefault({}),
    notice: notice.optional(),
    database: z
      .strictObject(
        {
          path: text("a path").default("./data/ronda.db"),
          retention,
          backup: z
            .strictObject(
              { dir: text("a folder"), keep: whole(1, 1000).default(14), at: timeOfDay.default("03:30") },
              map,
            )
            .optional(),
        },
        map,
      )
      .prefault({}),
    billing: billingSection.optional(),
    routers: z.array(router, { error: routersRule }).min(1, { error: routersRule }),
  },
  { error: "a map with site and routers in it" },
);

export type RoutersYaml = z.output<typeof routersYaml>;

/** What no single router shows: names and addresses used twice. Works on unchecked data, so that one run tells all. */
export function repeatedRouters(value: unknown): { path: (string | number)[]; message: string }[] {
  const list: unknown = isMap(value) ? value["routers"] : undefined;
  if (!Array.isArray(list)) return [];
  const repeated: { path: (string | number)[]; message: string }[] = [];
  const firstByName = new Map<string, number>();
  const firstByAddress = new Map<string, number>();
  for (const [index, entry] of (list as unknown[]).entries()) {
    if (!isMap(entry)) continue;
    const { name, host: address, port: apiPort, tls: secured } = entry;
    if (typeof name === "string") {
      const first = firstByName.get(name);
      if (first === undefined) firstByName.set(name, index);
      else repeated.push({ path: ["routers", index, "name"], message: `a name that routers[${first}] does not have` });
    }
    if (typeof address === "string" && (apiPort === undefined || typeof apiPort === "number")) {
      const place = `${address.toLowerCase()} ${apiPort ?? (secured === undefined ? 8728 : 8729)}`;
      const first = firstByAddress.get(place);
      if (first === undefined) firstByAddress.set(place, index);
      else {
        const message = `an address that routers[${first}] does not have (a router read twice is counted twice)`;
        repeated.push({ path: ["routers", index, "host"], message });
      }
    }
  }
  return repeated;
}

/** Names in `notice.perRouter` that no router has. Works on unchecked data, likewise. */
export function unknownNoticeRouters(value: unknown): { path: (string | number)[]; message: string }[] {
  const section: unknown = isMap(value) ? value["notice"] : undefined;
  const ports: unknown = isMap(section) ? section["perRouter"] : undefined;
  const list: unknown = isMap(value) ? value["routers"] : undefined;
  if (!isMap(ports) || !Array.isArray(list)) return [];
  const names = new Set((list as unknown[]).map((entry) => (isMap(entry) ? entry["name"] : undefined)));
  return Object.keys(ports)
    .filter((name) => !names.has(name))
    .map((name) => ({ path: ["notice", "perRouter", name], message: "a port for a router that stands under routers" }));
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  if (/^[\d.]+$/.test(value) || value.length > 253) return false; // digits and dots that are no IPv4 address
  return /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i.test(value);
}

/** Offsets (`+07:00`) and abbreviations (`EST`) are refused: a site's days need a zone with a history. */
function isTimezone(value: string): boolean {
  if (!/^([A-Za-z]+(\/[A-Za-z0-9_+-]+)+|UTC)$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}

/** Milliseconds of `30s`, `5m`, `1h`; undefined when it is no such thing or out of 1s…1h. */
function durationMs(value: string): number | undefined {
  const match = /^(\d{1,4})\s*(s|m|h)$/.exec(value.trim());
  if (match === null) return undefined;
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as "s" | "m" | "h"];
  const ms = Number(match[1]) * unitMs;
  return ms >= 1_000 && ms <= 3_600_000 ? ms : undefined;
}
