import type { RouterCore } from "./core.js";
import { formatDateTime, formatDuration } from "./format.js";
import { zeroCounters, type Args, type Column, type Counters, type Menu } from "./menu.js";
import { noSuchItem, Trap } from "./trap.js";

/** An interface; for PPP the customer's upload is what the router received (`rx-byte`). */
export interface Iface {
  readonly id: number;
  name: string;
  readonly type: string;
  readonly dynamic: boolean;
  /** A `/interface/pppoe-server` row that a person made for one user. */
  readonly boundUser: string | undefined;
  running: boolean;
  disabled: boolean;
  comment: string;
  counters: Counters;
  lastLinkUpMs: number | undefined;
  linkDowns: number;
  uploadBps: number;
  downloadBps: number;
  session:
    { readonly user: string; readonly mac: string; readonly startedAtMs: number; readonly service: string } | undefined;
}

export interface Interfaces {
  readonly menu: Menu<Iface>;
  readonly pppoeServerMenu: Menu<Iface>;
  byName(name: string): Iface | undefined;
  /** The static binding made for this user that carries no session now. */
  freeBindingFor(user: string): Iface | undefined;
  addDynamic(name: string, type: string): Iface;
  addBinding(name: string, user: string): Iface;
  remove(iface: Iface): void;
  /** Zeroes one interface's counters, or all. */
  resetCounters(name?: string): void;
  /** Told which interface was reset, for the unsure fact that the logout record follows. */
  onReset: (iface: Iface) => void;
  /** All session interfaces go, as a reboot does. */
  reboot(): void;
}

const firstDynamicId = 0xf00000;

export function createInterfaces(core: RouterCore): Interfaces {
  const rows = new Map<number, Iface>();
  const byName = new Map<string, Iface>();
  let nextDynamicId = firstDynamicId;
  let nextStaticId = 1;

  const insert = (name: string, type: string, dynamic: boolean, boundUser?: string): Iface => {
    const iface: Iface = {
      id: dynamic ? nextDynamicId++ : nextStaticId++,
      name,
      type,
      dynamic,
      boundUser,
      running: boundUser === undefined,
      disabled: false,
      comment: "",
      counters: zeroCounters(),
      lastLinkUpMs: boundUser === undefined ? core.clockMs : undefined,
      linkDowns: 0,
      uploadBps: 0,
      downloadBps: 0,
      session: undefined,
    };
    rows.set(iface.id, iface);
    byName.set(name, iface);
    core.hub.changed("/interface", iface);
    if (type === "pppoe-in") core.hub.changed("/interface/pppoe-server", iface);
    return iface;
  };

  const remove = (iface: Iface): void => {
    rows.delete(iface.id);
    if (byName.get(iface.name) === iface) byName.delete(iface.name);
    core.hub.removed("/interface", iface.id);
    if (iface.type === "pppoe-in") core.hub.removed("/interface/pppoe-server", iface.id);
  };

  const zero = (iface: Iface): void => {
    iface.counters = zeroCounters();
    interfaces.onReset(iface);
  };

  const find = (idOrName: string): Iface | undefined =>
    /^\*[0-9A-Fa-f]+$/.test(idOrName) ? rows.get(Number.parseInt(idOrName.slice(1), 16)) : byName.get(idOrName);

  const set = (iface: Iface, args: Args): void => {
    if (iface.dynamic) throw new Trap("failure: can not change dynamic");
    iface.comment = args.get("comment") ?? iface.comment;
    if (args.has("disabled")) iface.disabled = /^(yes|true)$/.test(args.get("disabled") ?? "");
    const name = args.get("name");
    if (name !== undefined && name !== iface.name) {
      byName.delete(iface.name);
      iface.name = name;
      byName.set(name, iface);
    }
  };

  for (const name of ["ether1", "ether2", "ether3", "ether4", "ether5"]) insert(name, "ether", false);

  const interfaces: Interfaces = {
    menu: {
      path: "/interface",
      columns: interfaceColumns(core),
      items: () => rows.values(),
      idOf: (iface) => iface.id,
      find,
      set,
      resetCounters: zero,
    },
    pppoeServerMenu: {
      path: "/interface/pppoe-server",
      columns: pppoeServerColumns(core),
      *items() {
        for (const iface of rows.values()) if (iface.type === "pppoe-in") yield iface;
      },
      idOf: (iface) => iface.id,
      find,
      set,
      add: (args) =>
        `*${interfaces
          .addBinding(args.get("name") ?? `pppoe-in${nextStaticId}`, args.get("user") ?? "")
          .id.toString(16)
          .toUpperCase()}`,
      remove(iface) {
        if (iface.dynamic) throw new Trap("failure: can not remove dynamic interface");
        remove(iface);
      },
    },
    byName: (name) => byName.get(name),
    freeBindingFor(user) {
      for (const iface of rows.values()) {
        if (iface.boundUser === user && iface.session === undefined && !iface.disabled) return iface;
        if (iface.id >= firstDynamicId) break; // Static rows come first: ids and insertion go together.
      }
      return undefined;
    },
    addDynamic: (name, type) => insert(name, type, true),
    addBinding(name, user) {
      if (byName.has(name)) throw new Trap("failure: already have interface with such name");
      const iface = insert(name, "pppoe-in", false, user);
      // Kept before the dynamic ones, as the router lists them.
      const dynamic = [...rows.values()].filter((row) => row.dynamic);
      for (const row of dynamic) rows.delete(row.id);
      for (const row of dynamic) rows.set(row.id, row);
      return iface;
    },
    remove,
    resetCounters(name) {
      if (name === undefined) {
        for (const iface of rows.values()) zero(iface);
        return;
      }
      const iface = byName.get(name);
      if (iface === undefined) throw noSuchItem();
      zero(iface);
    },
    onReset: () => {},
    reboot() {
      for (const iface of rows.values()) {
        if (iface.dynamic) remove(iface);
        else iface.counters = zeroCounters();
      }
      if (core.options.unsure.idsRestartAtReboot) nextDynamicId = firstDynamicId;
    },
  };
  return interfaces;
}

function interfaceColumns(core: RouterCore): Column<Iface>[] {
  const isPpp = (iface: Iface): boolean => iface.type !== "ether";
  const zeroes = (name: string): Column<Iface> => ({ name, read: () => "0" });
  return [
    { name: "name", read: (iface) => iface.name },
    { name: "default-name", read: (iface) => (isPpp(iface) ? undefined : iface.name) },
    { name: "type", read: (iface) => iface.type },
    { name: "mtu", read: (iface) => (isPpp(iface) ? "1480" : "1500") },
    { name: "actual-mtu", read: (iface) => (isPpp(iface) ? "1480" : "1500") },
    { name: "l2mtu", read: (iface) => (isPpp(iface) ? undefined : "1598") },
    {
      name: "mac-address",
      read: (iface) => (isPpp(iface) ? undefined : `02:00:00:00:00:0${iface.id % 10}`),
    },
    {
      name: "last-link-up-time",
      read: (iface) =>
        iface.lastLinkUpMs === undefined
          ? undefined
          : formatDateTime(iface.lastLinkUpMs, core.zoneOffsetMinutes, core.dateForm),
    },
    { name: "link-downs", read: (iface) => String(iface.linkDowns) },
    { name: "rx-byte", read: (iface) => String(iface.counters.uploadBytes) },
    { name: "tx-byte", read: (iface) => String(iface.counters.downloadBytes) },
    { name: "rx-packet", read: (iface) => String(iface.counters.uploadPackets) },
    { name: "tx-packet", read: (iface) => String(iface.counters.downloadPackets) },
    ...["rx-drop", "tx-drop", "tx-queue-drop", "rx-error", "tx-error"].map(zeroes),
    { name: "fp-rx-byte", read: (iface) => String(core.fasttrack ? iface.counters.uploadBytes : 0) },
    zeroes("fp-tx-byte"),
    { name: "fp-rx-packet", read: (iface) => String(core.fasttrack ? iface.counters.uploadPackets : 0) },
    zeroes("fp-tx-packet"),
    { name: "dynamic", read: (iface) => (isPpp(iface) ? String(iface.dynamic) : undefined) },
    { name: "running", read: (iface) => String(iface.running) },
    { name: "disabled", read: (iface) => String(iface.disabled) },
    { name: "comment", read: (iface) => iface.comment || undefined },
  ];
}

function pppoeServerColumns(core: RouterCore): Column<Iface>[] {
  const ofSession = (name: string, read: (session: NonNullable<Iface["session"]>) => string): Column<Iface> => ({
    name,
    read: (iface) => (iface.session === undefined ? undefined : read(iface.session)),
  });
  return [
    { name: "name", read: (iface) => iface.name },
    { name: "user", read: (iface) => iface.session?.user ?? iface.boundUser ?? "" },
    { name: "service", read: (iface) => iface.session?.service ?? "" },
    ofSession("mtu", () => "1480"),
    ofSession("mru", () => "1480"),
    ofSession("remote-address", (session) => session.mac),
    ofSession("encoding", () => ""),
    ofSession("uptime", (session) => formatDuration(Math.floor((core.world.nowMs - session.startedAtMs) / 1000))),
    { name: "dynamic", read: (iface) => (iface.dynamic ? "true" : undefined) },
    { name: "running", read: (iface) => String(iface.running) },
    { name: "disabled", read: (iface) => String(iface.disabled) },
    { name: "comment", read: (iface) => iface.comment || undefined },
  ];
}
