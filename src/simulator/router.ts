import {
  createAccessView,
  createAdmin,
  toWrites,
  type AccessView,
  type Admin,
  type WriteRecord,
} from "./access-view.js";
import { createAddressPools } from "./address-pools.js";
import { createApiServer, type CommandRecord, type ListenOptions } from "./api-server.js";
import type { RouterCore, TrueSession } from "./core.js";
import { createFaults, type CutHow, type Faults } from "./faults.js";
import { createHotspot, type Hotspot } from "./hotspot.js";
import { createInterfaces, type Interfaces } from "./interfaces.js";
import { createLogRing, type LogLine } from "./log-ring.js";
import { createChangeHub, type Counters, type Menu } from "./menu.js";
import { resolveOptions, type ResolvedOptions, type SimulatedRouterOptions } from "./options.js";
import { personalityOf } from "./personality.js";
import { createPppTables } from "./ppp-tables.js";
import { createPpp, type Ppp } from "./ppp.js";
import { createQueues, type QueueTable } from "./queues.js";
import { commandTreeOf } from "./schema.js";
import { createEmptyMenus, createStoredMenus, setFasttrackRule, type StoredMenus } from "./stored-menus.js";
import { createSystemMenus, type SystemState } from "./system-menus.js";
import type { World } from "./world.js";

/** A router that behaves, as far as its API can tell, and the truth about everything it carried. */
export interface SimulatedRouter {
  readonly options: ResolvedOptions;
  readonly world: World;
  readonly ppp: Ppp;
  readonly hotspot: Hotspot;
  readonly queues: QueueTable;
  readonly interfaces: Interfaces;
  readonly stored: StoredMenus;
  readonly faults: Faults;
  /** What the device says of itself; change it to put another device behind the same address. */
  readonly system: SystemState;
  readonly books: Books;
  /** The stored configuration, for tests to compare. */
  readonly access: AccessView;
  /** Edits by hand, in any menu that stores rows. */
  readonly admin: Admin;
  /** Every write that arrived since the commands were last cleared. */
  writes(): readonly WriteRecord[];
  /** Lines in the memory log now, oldest first. */
  readonly logLines: readonly LogLine[];
  /** Writes any line into the log, as other services do. */
  writeLog(topics: string, message: string): void;
  /** Whether the session's logout record is in memory now. */
  logHolds(session: TrueSession): boolean;
  /** Every command sentence that ever arrived. */
  readonly commands: readonly CommandRecord[];
  clearCommands(): void;
  /** API connections that stand now. */
  readonly connectionCount: number;
  dropConnections(how?: CutHow): void;
  readonly powered: boolean;
  readonly boot: number;
  resetCounters(interfaceName?: string): void;
  /** Sessions end and are logged, but the memory log does not outlive the boot. Down for `downMs` of virtual time. */
  reboot(how?: { readonly downMs?: number }): void;
  /** Everything ends at once and nothing is written. */
  powerCut(how?: { readonly downMs?: number }): void;
  /** Sets the router's clock to an instant, right or wrong. */
  setClock(shownMs: number): void;
  setFasttrack(on: boolean): void;
  listen(options?: ListenOptions): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

/** The truth, for tests to compare with. */
export interface Books {
  readonly pppSessions: readonly TrueSession[];
  readonly hotspotSessions: readonly TrueSession[];
  /** What passed each static queue. */
  readonly queueBytes: ReadonlyMap<string, Counters>;
}

export function createSimulatedRouter(world: World, given: SimulatedRouterOptions = {}): SimulatedRouter {
  const personality = personalityOf(given.personality ?? "7.16");
  const options = resolveOptions(given, personality);
  const hub = createChangeHub();
  const state = { boot: 1, powered: true, bootedAtMs: world.nowMs, clockErrorMs: 0, fasttrack: options.fasttrack };
  const clock = {
    get boot() {
      return state.boot;
    },
    get clockMs() {
      return world.nowMs + state.clockErrorMs;
    },
    zoneOffsetMinutes: world.zoneOffsetMinutes,
    dateForm: personality.dateForm,
  };
  const log = createLogRing(clock, hub, options.logLines);
  const core: RouterCore = Object.defineProperties(
    {
      world,
      personality,
      options,
      hub,
      log,
      zoneOffsetMinutes: world.zoneOffsetMinutes,
      dateForm: personality.dateForm,
    },
    {
      ...Object.fromEntries(
        (["boot", "powered", "bootedAtMs", "clockErrorMs", "fasttrack"] as const).map((name) => [
          name,
          { get: () => state[name], set: (value: never) => (state[name] = value), enumerable: true },
        ]),
      ),
      clockMs: { get: () => clock.clockMs, enumerable: true },
    },
  ) as RouterCore;

  const system: SystemState = {
    identity: options.identity,
    softwareId: options.softwareId,
    serialNumber: options.serialNumber,
    cpuLoadPercent: options.cpuLoadPercent,
    ntpEnabled: options.ntpAfterMs !== undefined,
    ipv6Disabled: false,
  };
  const stored = createStoredMenus(core);
  if (options.fasttrack) setFasttrackRule(stored.filter, true);
  const queues = createQueues(core);
  const interfaces = createInterfaces(core);
  const pppTables = createPppTables(core);
  const addresses = createAddressPools(pppTables.pools);
  const ppp = createPpp({
    core,
    tables: pppTables,
    interfaces,
    addressLists: stored.addressLists,
    queues,
    addresses,
    oneSessionPerHost: () =>
      stored.pppoeServers.items().some((server) => server.values.get("one-session-per-host") === "true"),
  });
  const hotspot = createHotspot(core, {
    queues,
    addresses,
    addressLists: stored.addressLists,
    servers: stored.hotspotServers,
  });
  const setClock = (shownMs: number): void => {
    state.clockErrorMs = shownMs - world.nowMs;
  };

  const tree = commandTreeOf(personality.name, options.ipv6);
  const menus = new Map<string, Menu>();
  const add = (...some: readonly Menu[]): void => {
    for (const menu of some) menus.set(menu.path, menu);
  };
  const isThere = ({ path }: Menu): boolean => options.ipv6 || !path.startsWith("/ipv6/");
  add(...[...createSystemMenus(core, system, setClock), ...(stored.all as readonly Menu[])].filter(isThere));
  add(interfaces.menu as Menu, interfaces.pppoeServerMenu as Menu, queues.table);
  add(ppp.activeMenu as Menu, ppp.tables.secrets, ppp.tables.profiles, ppp.tables.pools, ppp.tables.aaa);
  add(hotspot.activeMenu as Menu, hotspot.hostMenu as Menu, hotspot.tables.cookieMenu as Menu);
  add(hotspot.tables.users, hotspot.tables.userProfiles);
  add({
    ...log,
    items: () => log.lines,
    add(args) {
      log.write(`script,${args.get("topics") ?? "info"}`, args.get("message") ?? "");
      return undefined;
    },
  } as Menu);
  const noBoard = system.serialNumber === "" ? ["/system/routerboard"] : [];
  add(...createEmptyMenus(core, tree, new Set([...menus.keys(), ...noBoard])));

  const faults = createFaults();
  const server = createApiServer({
    centre: { core, tree, menus, writes: { actions: 0 } },
    faults,
    authenticate(name, check, address) {
      const user = stored.users.byName(name);
      if (user === undefined || user.values.get("disabled") === "true") return undefined;
      if (!check(user.values.get("password") ?? "") || !isWithin(user.values.get("address") ?? "", address))
        return undefined;
      const policy = stored.groups.byName(user.values.get("group") ?? "")?.values.get("policy") ?? "";
      const granted = new Set(policy.split(",").filter((word) => !word.startsWith("!")));
      return granted.has("api") ? granted : undefined;
    },
    admits(service, address) {
      const row = stored.services.byName(service);
      return row?.values.get("disabled") === "false" && isWithin(row.values.get("address") ?? "", address);
    },
    maxSessions: () =>
      personality.hasMaxSessions
        ? Number(stored.services.byName("api")?.values.get("max-sessions") ?? 20)
        : Number.POSITIVE_INFINITY,
  });

  let cancelBoot = (): void => {};
  const goDown = (how: "reboot" | "power-cut", downMs: number): void => {
    if (state.powered) {
      if (how === "power-cut") state.powered = false;
      ppp.shutDown(how);
      hotspot.shutDown(how);
      state.powered = false;
      server.dropConnections(how === "reboot" ? "fin" : "rst");
      log.clear(options.unsure.idsRestartAtReboot);
      interfaces.reboot();
      queues.reboot();
      const inMemory = stored.addressLists.items().filter((row) => row.dynamic || row.values.has("timeout"));
      for (const row of inMemory) stored.addressLists.delete(row);
    }
    cancelBoot();
    cancelBoot = world.after(downMs, () => {
      state.boot += 1;
      state.powered = true;
      state.bootedAtMs = world.nowMs;
      if (!options.hasClockBattery) {
        state.clockErrorMs = -world.nowMs;
        if (options.ntpAfterMs !== undefined) {
          const { boot } = state;
          world.after(options.ntpAfterMs, () => {
            if (state.boot === boot && system.ntpEnabled) state.clockErrorMs = 0;
          });
        }
      }
      log.write("system,info", "router rebooted");
    });
  };

  return {
    options,
    world,
    ppp,
    hotspot,
    queues,
    interfaces,
    stored,
    faults,
    system,
    access: createAccessView(menus),
    admin: createAdmin(menus),
    writes: () => toWrites(server.commands),
    books: { pppSessions: ppp.history, hotspotSessions: hotspot.history, queueBytes: queues.truth },
    get logLines() {
      return log.lines;
    },
    writeLog: (topics, message) => void log.write(topics, message),
    logHolds: (session) => session.logLine !== undefined && log.holds(session.logLine),
    commands: server.commands,
    clearCommands: () => server.clearCommands(),
    get connectionCount() {
      return server.connectionCount;
    },
    dropConnections: (how = "rst") => server.dropConnections(how),
    get powered() {
      return state.powered;
    },
    get boot() {
      return state.boot;
    },
    resetCounters: (interfaceName) => interfaces.resetCounters(interfaceName),
    reboot: ({ downMs = 60_000 } = {}) => goDown("reboot", downMs),
    powerCut: ({ downMs = 60_000 } = {}) => goDown("power-cut", downMs),
    setClock,
    setFasttrack(on) {
      state.fasttrack = on;
      setFasttrackRule(stored.filter, on);
    },
    listen: (listenOptions) => server.listen(listenOptions),
    close: () => server.close(),
  };
}

/** Whether an address is within a comma list of addresses and networks; an empty list admits everyone. */
function isWithin(networks: string, address: string): boolean {
  if (networks === "") return true;
  const toNumber = (text: string): number => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return networks.split(",").some((network) => {
    const [base = "", bits = "32"] = network.split("/");
    const size = 2 ** (32 - Number(bits));
    return Math.floor(toNumber(base) / size) === Math.floor(toNumber(address) / size);
  });
}
