import { describe, expect, test } from "vitest";
import {
  checkPlan,
  fitsService,
  profileRival,
  whyUnfit,
  type Enforcement,
  type Plan,
} from "../../../../src/domain/catalog/plan.js";
import type { RateLimit } from "../../../../src/domain/catalog/rate-limit.js";

const rates: RateLimit = {
  max: { uploadBps: 5e6, downloadBps: 10e6 },
  burst: undefined,
  limitAt: undefined,
  priority: undefined,
};
type OwnedProfile = Extract<Enforcement, { kind: "profile" }>;
const owned = (profile: string, more: Partial<OwnedProfile> = {}): Enforcement => ({
  kind: "profile",
  profile,
  pppLocalAddress: undefined,
  pppRemoteAddress: undefined,
  ...more,
});
const plan = (more: Partial<Plan> = {}): Plan => ({
  id: 1,
  name: "Hemat 10M",
  rates,
  priceIdr: 150_000,
  enforcement: owned("hemat-10m"),
  ...more,
});

describe("what a plan must be", () => {
  test.each<[string, Partial<Plan>]>([
    ["a profile of our own", {}],
    [
      "with where its sessions get their addresses from",
      {
        enforcement: owned("hemat", { pppLocalAddress: "10.10.0.1", pppRemoteAddress: "pool-hemat" }),
      },
    ],
    ["local address from a pool", { enforcement: owned("hemat", { pppLocalAddress: "gateways" }) }],
    ["a name with spaces", { enforcement: owned("Gold - 1 Hari") }],
    ["an existing profile", { rates: undefined, enforcement: { kind: "existing-profile", profile: "UpTo-10M" } }],
    [
      "an existing profile and speeds, for static lines",
      { enforcement: { kind: "existing-profile", profile: "UpTo-10M" } },
    ],
    ["the built-in profile, referred to", { enforcement: { kind: "existing-profile", profile: "default" } }],
    [
      "an existing profile with a name as people give them",
      { enforcement: { kind: "existing-profile", profile: "Rp 150rb (10Mbps) é " } },
    ],
    ["a queue", { enforcement: { kind: "queue" } }],
    ["free", { priceIdr: 0 }],
    ["a long name", { name: "x".repeat(100) }],
    ["a name in another script", { name: "ꦥꦏꦺꦠ꧀ 10M" }],
  ])("%s is fine", (_, more) => {
    expect(checkPlan(plan(more))).toEqual([]);
  });

  test.each<[string, Partial<Plan>]>([
    ["name", { name: "" }],
    ["name", { name: "x".repeat(101) }],
    ["name", { name: " Hemat" }],
    ["name", { name: "Hemat\n10M" }],
    ["priceIdr", { priceIdr: -1 }],
    ["priceIdr", { priceIdr: 150_000.5 }],
    ["priceIdr", { priceIdr: Number.NaN }],
    ["rates", { rates: undefined }],
    ["rates", { rates: undefined, enforcement: { kind: "queue" } }],
    ["rates.priority", { rates: { ...rates, priority: 9 } }],
    ["rates.priority", { rates: { ...rates, priority: 9 }, enforcement: { kind: "existing-profile", profile: "a" } }],
    ["enforcement.profile", { enforcement: owned("") }],
    ["enforcement.profile", { enforcement: owned("*1A") }],
    ["enforcement.profile", { enforcement: owned("hemat ") }],
    ["enforcement.profile", { enforcement: owned("hemat\t10") }],
    ["enforcement.profile", { enforcement: owned("hémat") }],
    ["enforcement.profile", { enforcement: owned("x".repeat(64)) }],
    ["enforcement.profile", { enforcement: owned("default") }],
    ["enforcement.profile", { enforcement: owned("default-encryption") }],
    ["enforcement.profile", { enforcement: { kind: "existing-profile", profile: "" } }],
    ["enforcement.profile", { enforcement: { kind: "existing-profile", profile: "*2" } }],
    ["enforcement.profile", { enforcement: { kind: "existing-profile", profile: "a\u0000b" } }],
    ["enforcement.pppLocalAddress", { enforcement: owned("a", { pppLocalAddress: "10.10.0.256" }) }],
    ["enforcement.pppLocalAddress", { enforcement: owned("a", { pppLocalAddress: "10.10.0.1/24" }) }],
    ["enforcement.pppLocalAddress", { enforcement: owned("a", { pppLocalAddress: "" }) }],
    ["enforcement.pppRemoteAddress", { enforcement: owned("a", { pppRemoteAddress: "10.10.0.2" }) }],
    ["enforcement.pppRemoteAddress", { enforcement: owned("a", { pppRemoteAddress: "*2" }) }],
  ])("%s is refused in %j, and nothing else", (field, more) => {
    const faults = checkPlan(plan(more));
    expect(faults.map((fault) => fault.field)).toEqual([field]);
    expect(faults[0]?.expected).toMatch(/^[a-zA-Z\d].{8,}[^.]$/);
  });
});

test.each<[string, Partial<Plan>, boolean, boolean]>([
  ["a profile of our own", {}, true, true],
  ["an existing profile", { rates: undefined, enforcement: { kind: "existing-profile", profile: "a" } }, true, false],
  ["an existing profile with speeds", { enforcement: { kind: "existing-profile", profile: "a" } }, true, true],
  ["a queue", { enforcement: { kind: "queue" } }, false, true],
])("%s: what it fits", (_, more, byProfile, byQueue) => {
  expect(fitsService(plan(more), "pppoe")).toBe(byProfile);
  expect(fitsService(plan(more), "hotspot")).toBe(byProfile);
  expect(fitsService(plan(more), "static")).toBe(byQueue);
  expect(whyUnfit(plan(more), "pppoe") === undefined).toBe(byProfile);
  expect(whyUnfit(plan(more), "static") === undefined).toBe(byQueue);
});

describe("two plans in one profile", () => {
  const other = (more: Partial<Plan>) => plan({ id: 2, name: "Other", ...more });
  const faster: RateLimit = { ...rates, max: { uploadBps: 10e6, downloadBps: 20e6 } };

  test.each<[string, Plan, boolean]>([
    ["other speeds", other({ rates: faster }), true],
    ["the same speeds", other({ rates: { ...rates, priority: 8 } }), false],
    ["another profile", other({ rates: faster, enforcement: owned("cepat") }), false],
    [
      "only referred to",
      other({ rates: faster, enforcement: { kind: "existing-profile", profile: "hemat-10m" } }),
      false,
    ],
    ["the plan itself, before its change", plan({ rates: faster }), false],
  ])("%s: rivals %s", (_, neighbour, isRival) => {
    expect(profileRival(plan(), [neighbour])).toBe(isRival ? neighbour : undefined);
  });

  test("a plan that only refers has no rivals", () => {
    const refers = plan({ enforcement: { kind: "existing-profile", profile: "hemat-10m" } });
    expect(profileRival(refers, [other({ rates: faster })])).toBeUndefined();
  });
});
