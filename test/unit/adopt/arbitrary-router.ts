import fc from "fast-check";
import type { IsolationWays } from "../../../src/domain/access/books.js";
import type { ObservedAccess } from "../../../src/domain/access/observed.js";
import { hotspotProfile, hotspotUser, listEntry, observedOf, pppProfile, queue, secret } from "./router-rows.js";

const loginName = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("budi", "Budi", "siti", "agus", "dewi@rt3", "joko 1", "eko", "rina", "wati"),
  },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 200 }).map((no) => `plg${no}`) },
  { weight: 1, arbitrary: fc.constantFrom("vc-1f3a", "up-22", "*A1", "a\u0007b", "Ünal", " spaced ") },
);
const comment = fc.constantFrom(
  "",
  "",
  "Pak Budi RT03 0812-3456-7890",
  "siti/081211112222",
  "0812 3456 7890",
  "10M",
  "paket 20M lama",
  "vc-123-09",
  "up-9",
  "sep/17/2026 09:09:49",
  "2026-09-17",
);
const profileName = fc.constantFrom(
  "10M",
  "20M",
  "10M-150rb",
  "default",
  "isolir",
  "isolir-hs",
  "Hemat ñ",
  "gone",
  "*2",
);
const rateLimit = fc.constantFrom(
  "",
  "5M/10M",
  "5M/10M",
  "10M/20M 15M/30M 8M/16M 10/10",
  "5M/5M 10M/10M 5M/5M 10/10 7 3M/3M",
  "10M",
  "1",
  "rubbish",
  "0/0",
);
const mikhmonScript = ':put (",rem,5000,1d,7000,,Disable,"); {:local a 1}';
const address = fc.constantFrom("10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.9");

function mostlyUnique<Row extends { readonly name: string }>(
  row: fc.Arbitrary<Row>,
  maxLength: number,
): fc.Arbitrary<Row[]> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(row, { minLength: 4, maxLength, selector: ({ name }) => name }) },
    { weight: 1, arbitrary: fc.array(row, { maxLength }) },
  );
}

/** A router as years of hands and tools leave it. Names clash, profiles are missing, lists hold what they hold. */
export const anyRouter: fc.Arbitrary<ObservedAccess> = fc
  .record({
    profiles: mostlyUnique(
      fc.record({
        name: profileName,
        rate: rateLimit,
        isDefault: fc.boolean(),
        onUp: fc.constantFrom("", "", "", ":log info 1"),
      }),
      9,
    ),
    hsProfiles: mostlyUnique(
      fc.record({
        name: profileName,
        rate: rateLimit,
        onLogin: fc.constantFrom("", "", "", mikhmonScript, ":log info 2"),
      }),
      6,
    ),
    secrets: fc.array(
      fc.record({
        name: loginName,
        profile: profileName,
        service: fc.constantFrom("any", "pppoe", "pppoe", "pppoe", "l2tp"),
        disabled: fc.boolean(),
        remoteAddress: fc.option(address, { nil: "" }),
        comment,
      }),
      { maxLength: 25 },
    ),
    users: fc.array(
      fc.record({
        name: fc.oneof({ weight: 9, arbitrary: loginName }, { weight: 1, arbitrary: fc.constant("default-trial") }),
        profile: profileName,
        server: fc.constantFrom("all", "all", "hotspot1"),
        limitUptime: fc.constantFrom("", "", "", "0s", "3h"),
        disabled: fc.boolean(),
        dynamic: fc.boolean(),
        comment,
      }),
      { maxLength: 12 },
    ),
    queues: fc.array(
      fc.record({
        name: loginName,
        target: fc.oneof(
          address.map((host) => `${host}/32`),
          fc.constantFrom("10.0.0.0/24", "ether2", "<pppoe-budi>", "10.0.0.5/32,10.0.0.6/32", "2001:db8::5/128", ""),
        ),
        parent: fc.oneof({ weight: 3, arbitrary: fc.constant("") }, { weight: 1, arbitrary: loginName }),
        maxLimit: fc.constantFrom("5000000/10000000", "5000000/10000000", "0/0", "100/100", "25M/25M"),
        limitAt: fc.constantFrom("0/0", "0/0", "1000000/1000000"),
        priority: fc.constantFrom("8/8", "8/8", "8/8", "7/7", "8/1"),
        dynamic: fc.constantFrom(false, false, false, true),
        disabled: fc.constantFrom(false, false, true),
        comment,
      }),
      { maxLength: 12 },
    ),
    entries: fc.array(
      fc.record({ address, dynamic: fc.boolean(), disabled: fc.boolean(), list: fc.constantFrom("isolir", "other") }),
      { maxLength: 5 },
    ),
    radius: fc.array(loginName, { maxLength: 2 }),
  })
  .map((it) => ({
    ...observedOf({
      pppProfiles: it.profiles.map(({ name, rate, ...more }) => pppProfile(name, rate, more)),
      hotspotProfiles: it.hsProfiles.map(({ name, rate, ...more }) => hotspotProfile(name, rate, more)),
      secrets: it.secrets.map(({ name, ...more }) => secret(name, more)),
      hotspotUsers: it.users.map(({ name, ...more }) => hotspotUser(name, more)),
      queues: it.queues.map(({ name, target, ...more }) => queue(name, target, more)),
      listEntries: it.entries.map(({ address: host, ...more }) => listEntry(host, more)),
      pppActive: it.radius.map((name, at) => ({
        id: `*8${at}`,
        service: "pppoe",
        name,
        callerId: "",
        address: "10.9.9.9",
        uptimeSeconds: 60,
        radius: true,
      })),
    }),
  }));

export const anyIsolation: fc.Arbitrary<IsolationWays> = fc.record({
  method: fc.constantFrom("profile", "profile", "disable", "address-list"),
  profile: fc.constant("isolir"),
  addressList: fc.constant("isolir"),
  hotspotProfile: fc.constantFrom(undefined, "isolir-hs"),
});
