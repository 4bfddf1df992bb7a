/**
 * Keeping routers as the books say: how much CPU it takes to find what differs among 10,000 lines, and bringing an emptied
 * router with 1,000 secrets back at the paced rate while rounds go on. The latter takes some minutes of real time.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { indexAccess } from "../../src/domain/access/access-index.js";
import type { AccessBooks, ManagedLine } from "../../src/domain/access/books.js";
import { desired } from "../../src/domain/access/desired.js";
import { diff } from "../../src/domain/access/diff.js";
import type { ObservedAccess, ObservedTable } from "../../src/domain/access/observed.js";
import type { Plan } from "../../src/domain/catalog/plan.js";
import { median, type Report } from "./figures.js";
import { rebuildRouter } from "./access-rebuild.js";

const section = "access";
const lineCount = 10_000;
const runs = 15;

export async function benchAccess(report: Report): Promise<void> {
  const { books, observed } = town();
  for (const [what, given, expected] of [
    ["a router that is right", books, 0],
    ["a tenth to be isolated", { ...books, lines: books.lines.map(isolateEveryTenth) }, lineCount / 10],
  ] as const) {
    const cpuMs: number[] = [];
    for (let run = 0; run < runs; run++) {
      const before = process.cpuUsage();
      desired(given);
      const { changes } = diff(given, indexAccess(observed));
      const { user, system } = process.cpuUsage(before);
      if (changes.length !== expected) throw new Error(`${changes.length} changes, expected ${expected}`);
      cpuMs.push((user + system) / 1000);
    }
    report({
      section,
      what: `desired, index and diff of ${lineCount} lines: ${what}`,
      value: median(cpuMs),
      unit: "ms CPU",
      atMost: 50,
    });
  }
  const folder = mkdtempSync(join(tmpdir(), "ronda-bench-access-"));
  try {
    await rebuildRouter(folder, Number(process.env["RONDA_BENCH_REBUILD_LINES"] ?? 1_000), (figure) =>
      report({ section, ...figure }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isolateEveryTenth(line: ManagedLine, index: number): ManagedLine {
  return index % 10 === 0 ? { ...line, state: "isolated" } : line;
}

/** PPPoE, hotspot and static lines as a grown RT-net has them, and a router that holds them. */
function town(): { books: AccessBooks; observed: ObservedAccess } {
  const plans = [10, 20, 30, 50].map((mbps, index) => planOf(index + 1, mbps));
  const lines: ManagedLine[] = [];
  for (let i = 0; i < lineCount; i++) {
    const plan = plans[i % plans.length] as Plan;
    const service = i % 10 < 7 ? "pppoe" : i % 10 < 9 ? "hotspot" : "static";
    lines.push({
      lineId: i + 1,
      subscriptionId: i + 1,
      customerName: `Pelanggan ${i}`,
      service,
      name: `pelanggan-${i}`,
      state: "active",
      plan,
      password: "written",
      address: service === "static" ? `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` : undefined,
      hotspotServer: undefined,
      presence: "expected",
      disabledByUs: false,
      byHand: "unasked",
      isDark: false,
      verifiedProfile: undefined,
      lastSeen: undefined,
    });
  }
  const whole = <Row>(rows: readonly Row[]): ObservedTable<Row> => ({ rows, isWhole: true, menuMissing: false });
  const of = (service: ManagedLine["service"]): ManagedLine[] => lines.filter((line) => line.service === service);
  const profileOf = ({ plan }: ManagedLine): string =>
    plan.enforcement.kind === "queue" ? "" : plan.enforcement.profile;
  const common = { disabled: false, comment: "" };
  const profiles = [...plans.map((plan) => plan.name), "isolir"].map((name, i) => ({
    id: `*${i}`,
    name,
    rateLimit: name === "isolir" ? "256k/256k" : `${Number.parseInt(name, 10) / 2}M/${name}`,
    addressList: name === "isolir" ? "isolir" : "",
    localAddress: "",
    remoteAddress: "",
    sharedUsers: "1",
    onLogin: "",
    isDefault: false,
  }));
  const observed: ObservedAccess = {
    secrets: whole(
      of("pppoe").map((line, i) => ({
        id: `*${i}`,
        name: line.name,
        service: "pppoe",
        callerId: "",
        profile: profileOf(line),
        remoteAddress: "",
        lastCallerId: "",
        ...common,
      })),
    ),
    pppProfiles: whole(profiles),
    pppActive: whole([]),
    hotspotUsers: whole(
      of("hotspot").map((line, i) => ({
        id: `*${i}`,
        name: line.name,
        server: "all",
        profile: profileOf(line),
        macAddress: "",
        address: "",
        limitUptime: "",
        dynamic: false,
        isDefault: false,
        ...common,
      })),
    ),
    hotspotProfiles: whole(profiles),
    hotspotActive: whole([]),
    hotspotCookies: whole([]),
    queues: whole(
      of("static").map((line, i) => ({
        id: `*${i}`,
        name: line.name,
        target: `${line.address}/32`,
        parent: "none",
        maxLimit: `${line.plan.rates?.max.uploadBps}/${line.plan.rates?.max.downloadBps}`,
        limitAt: "0/0",
        burstLimit: "0/0",
        burstThreshold: "0/0",
        burstTime: "0s/0s",
        priority: "8/8",
        dynamic: false,
        ...common,
      })),
    ),
    listEntries: whole([]),
    uptime: { loMs: 0, hiMs: 0 },
  };
  return {
    books: {
      isolation: { method: "profile", profile: "isolir", addressList: "isolir", hotspotProfile: "isolir" },
      lines,
    },
    observed,
  };
}

function planOf(id: number, mbps: number): Plan {
  const name = `${mbps}M`;
  return {
    id,
    name,
    rates: {
      max: { uploadBps: mbps * 500_000, downloadBps: mbps * 1_000_000 },
      burst: undefined,
      limitAt: undefined,
      priority: undefined,
    },
    priceIdr: 150_000,
    enforcement: { kind: "profile", profile: name, pppLocalAddress: undefined, pppRemoteAddress: undefined },
  };
}
