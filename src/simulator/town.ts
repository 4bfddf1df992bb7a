import { createRandom } from "./random.js";
import type { PersonalityName } from "./personality.js";
import type { HotspotSession } from "./hotspot.js";
import type { SimulatedRouterOptions } from "./options.js";
import type { PppSession } from "./ppp-session.js";
import { createSimulatedRouter, type SimulatedRouter } from "./router.js";
import type { World } from "./world.js";

export interface TownOptions {
  readonly name?: string;
  readonly personality?: PersonalityName;
  readonly pppoe?: number;
  readonly hotspot?: number;
  /** Static leaf queues. */
  readonly queues?: number;
  readonly seed?: number;
  /** Share of the PPPoE customers that hang up, lose carrier or are dropped in an hour. Default 0.1. */
  readonly churnPerHour?: number;
  /** How often traffic is put on the lines, in virtual milliseconds; 0 for never. Default 1000. */
  readonly trafficEveryMs?: number;
  readonly router?: SimulatedRouterOptions;
}

/** One router and the customers behind it, who live their lives as virtual time passes. */
export interface Town {
  readonly router: SimulatedRouter;
  readonly pppNames: readonly string[];
  readonly hotspotNames: readonly string[];
  readonly queueNames: readonly string[];
  /** Everybody downloads for this long, at once: for benches that want each line to have moved. */
  moveAll(seconds: number): void;
  /** Nothing happens any more. */
  stop(): void;
}

const givenNames = ["budi", "siti", "agus", "dewi", "joko", "rina", "eko", "wati", "bambang", "sri", "hendra", "yanti"];
const familyNames = [
  "santoso",
  "rahayu",
  "wijaya",
  "lestari",
  "pratama",
  "susanti",
  "nugroho",
  "kusuma",
  "hartono",
  "puspita",
];
const plans = [
  { name: "10M", rateLimit: "5M/10M", downloadBps: 10_000_000 },
  { name: "20M", rateLimit: "10M/20M 15M/30M 8M/16M 10/10", downloadBps: 20_000_000 },
  { name: "30M", rateLimit: "15M/30M", downloadBps: 30_000_000 },
] as const;

/** Builds a town on one router. The same seed gives the same people, and the same life for the same steps of time. */
export function createTown(world: World, options: TownOptions = {}): Town {
  const { pppoe = 40, hotspot = 12, queues = 6, seed = 1, churnPerHour = 0.1, trafficEveryMs = 1000 } = options;
  const random = createRandom(seed);
  const router = createSimulatedRouter(world, {
    ...(options.personality === undefined ? {} : { personality: options.personality }),
    identity: options.name ?? "town",
    ...options.router,
  });
  const personName = (index: number): string => {
    const given = givenNames[index % givenNames.length] ?? "warga";
    const family = familyNames[Math.floor(index / givenNames.length) % familyNames.length] ?? "rw";
    const round = Math.floor(index / (givenNames.length * familyNames.length));
    return `${given}.${family}${round === 0 ? "" : round + 1}`;
  };
  router.ppp.addPool("pelanggan", "10.10.0.2-10.10.255.254");
  router.ppp.addPool("isolir", "10.99.0.2-10.99.255.254");
  for (const plan of plans) {
    router.ppp.addProfile({
      name: plan.name,
      "local-address": "10.10.0.1",
      "remote-address": "pelanggan",
      "rate-limit": plan.rateLimit,
    });
  }
  router.ppp.addProfile({
    name: "isolir",
    "local-address": "10.99.0.1",
    "remote-address": "isolir",
    "rate-limit": "128k/256k",
    "address-list": "isolir",
  });

  const busy = new Map<string, number>();
  const pppNames = Array.from({ length: pppoe }, (_unused, index) => {
    const name = personName(index);
    const plan = random.pick(plans);
    const house = `RT ${String(1 + (index % 7)).padStart(2, "0")} no ${index + 1}`;
    router.ppp.addSecret({
      name,
      password: `s${index}ndal`,
      service: "pppoe",
      profile: plan.name,
      comment: `${name} ${house}`,
    });
    busy.set(name, plan.downloadBps * (0.02 + 0.2 * random.next()));
    return name;
  });
  const live = new Map<string, PppSession>();
  const call = (name: string): void => {
    const outcome = router.ppp.dial(name);
    if (outcome.kind === "session") live.set(name, outcome);
    else if (isRunning) world.after(random.int(5, 30) * 1000, () => isRunning && call(name));
  };

  router.hotspot.addProfile({
    name: "voucher-1d",
    "rate-limit": "2M/4M",
    "shared-users": "1",
    "session-timeout": "1d",
  });
  const hotspotNames = Array.from({ length: hotspot }, (_unused, index) => {
    const name = `vc-${(0x3f1a + index * 7919).toString(36)}`;
    router.hotspot.addUser({ name, password: name, profile: "voucher-1d", comment: "voucher" });
    return name;
  });
  const guests = new Map<string, HotspotSession>();
  const visit = (name: string): void => {
    const outcome = router.hotspot.login(name);
    if (outcome.kind === "session") guests.set(name, outcome);
  };

  if (queues > 0) router.queues.addStatic({ name: "warung-all", target: "192.168.30.0/24", "max-limit": "100M/200M" });
  const queueNames = Array.from({ length: queues }, (_unused, index) => {
    const name = `static-${personName(index * 3 + 1)}-${index + 1}`;
    const target = `192.168.${30 + Math.floor((index + 2) / 250)}.${((index + 2) % 250) + 2}`;
    router.queues.addStatic({ name, target, parent: "warung-all", "max-limit": "10M/20M" });
    return name;
  });

  let isRunning = true;
  const moveAll = (seconds: number): void => {
    for (const [name, session] of live) {
      const bytes = Math.floor(((busy.get(name) ?? 0) / 8) * seconds * (0.2 + 1.6 * random.next()));
      session.traffic({ uploadBytes: Math.floor(bytes / 11), downloadBytes: bytes });
    }
    for (const guest of guests.values()) {
      const bytes = Math.floor(60_000 * seconds * random.next());
      guest.traffic({ uploadBytes: Math.floor(bytes / 9), downloadBytes: bytes });
    }
    for (const name of queueNames) {
      const bytes = Math.floor(150_000 * seconds * random.next());
      router.queues.traffic(name, { uploadBytes: Math.floor(bytes / 8), downloadBytes: bytes });
    }
  };

  /** One customer's line changes, then the next change is arranged. */
  const somethingHappens = (): void => {
    if (!isRunning) return;
    const name = pppNames.length === 0 ? undefined : random.pick(pppNames);
    const session = name === undefined ? undefined : live.get(name);
    if (name !== undefined && session?.alive === true) {
      const kind = random.next();
      if (kind < 0.5) session.hangUp();
      else if (kind < 0.8) session.loseCarrier();
      else session.hangUp("admin");
      world.after(random.int(2, 90) * 1000, () => isRunning && live.get(name) === session && redial(name, session));
    }
    const guest = hotspotNames.length === 0 ? undefined : random.pick(hotspotNames);
    if (guest !== undefined && random.chance(0.3)) {
      const visitor = guests.get(guest);
      if (visitor?.alive === true) visitor.logout();
      else visit(guest);
    }
    scheduleChange();
  };
  const redial = (name: string, old: PppSession): void => {
    if (old.alive) world.after(5000, () => isRunning && redial(name, old));
    else call(name);
  };
  const scheduleChange = (): void => {
    const perHour = churnPerHour * pppoe;
    if (perHour > 0) world.after(-Math.log(1 - random.next()) * (3_600_000 / perHour), somethingHappens);
  };
  const flow = (): void => {
    if (!isRunning) return;
    moveAll(trafficEveryMs / 1000);
    world.after(trafficEveryMs, flow);
  };
  /** Whoever lost the line to a reboot or a power cut dials again. */
  const watchOver = (): void => {
    if (!isRunning) return;
    for (const [name, session] of live) {
      if (!session.alive && session.truth.boot !== router.boot) call(name);
    }
    world.after(30_000, watchOver);
  };

  for (const name of pppNames) if (random.chance(0.95)) call(name);
  for (const name of hotspotNames) if (random.chance(0.7)) visit(name);
  if (trafficEveryMs > 0) world.after(trafficEveryMs, flow);
  scheduleChange();
  world.after(30_000, watchOver);
  return {
    router,
    pppNames,
    hotspotNames,
    queueNames,
    moveAll,
    stop() {
      isRunning = false;
    },
  };
}
