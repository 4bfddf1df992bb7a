import type { RouterCore } from "./core.js";
import { formatDate, formatDuration, formatGmtOffset, formatTimeOfDay } from "./format.js";
import { singleRowMenu, type Menu } from "./menu.js";
import { Trap } from "./trap.js";

/** What the device says of itself, and what an admin may change about it. */
export interface SystemState {
  identity: string;
  softwareId: string;
  serialNumber: string;
  cpuLoadPercent: number;
  ntpEnabled: boolean;
  /** `/ipv6/settings disable-ipv6`, which RouterOS 6 has not. */
  ipv6Disabled: boolean;
}

export function createSystemMenus(core: RouterCore, state: SystemState, setClock: (shownMs: number) => void): Menu[] {
  const { personality, options } = core;
  const isV6 = personality.name === "6.49";
  const [factoryName, factoryValue] = personality.factoryField;
  const level = String(options.licenseLevel);
  const menus: Menu[] = [
    singleRowMenu("/system/resource", () => ({
      uptime: formatDuration(Math.floor((core.world.nowMs - core.bootedAtMs) / 1000)),
      version: personality.version,
      "build-time": personality.buildTime,
      [factoryName]: factoryValue,
      "free-memory": "90701824",
      "total-memory": "134217728",
      cpu: isV6 ? "MIPS 74Kc V4.12" : "ARM64",
      "cpu-count": isV6 ? "1" : "4",
      "cpu-frequency": isV6 ? "600" : "1400",
      "cpu-load": String(state.cpuLoadPercent),
      "free-hdd-space": "2822144",
      "total-hdd-space": "16777216",
      "write-sect-since-reboot": "871",
      "write-sect-total": "6005120",
      "bad-blocks": "0",
      "architecture-name": isV6 ? "mipsbe" : "arm64",
      "board-name": options.boardName,
      platform: "MikroTik",
    })),
    singleRowMenu(
      "/system/identity",
      () => ({ name: state.identity }),
      (args) => {
        state.identity = args.get("name") ?? state.identity;
      },
    ),
    singleRowMenu(
      "/system/clock",
      () => ({
        time: formatTimeOfDay(core.clockMs, core.zoneOffsetMinutes),
        date: formatDate(core.clockMs, core.zoneOffsetMinutes, core.dateForm),
        "time-zone-autodetect": "false",
        "time-zone-name": zoneName(core.zoneOffsetMinutes),
        "gmt-offset": formatGmtOffset(core.zoneOffsetMinutes),
        "dst-active": "false",
      }),
      (args) => {
        const date = args.get("date") ?? formatDate(core.clockMs, core.zoneOffsetMinutes, "iso");
        const time = args.get("time") ?? formatTimeOfDay(core.clockMs, core.zoneOffsetMinutes);
        const shown = Date.parse(`${date}T${time}Z`);
        if (Number.isNaN(shown)) throw new Trap("invalid value for argument date", 1);
        setClock(shown - core.zoneOffsetMinutes * 60_000);
      },
    ),
    singleRowMenu("/system/license", () => ({
      // A CHR has no software-id.
      [options.boardName.startsWith("CHR") ? "system-id" : "software-id"]: state.softwareId,
      nlevel: level,
      features: "",
    })),
    singleRowMenu(
      "/system/ntp/client",
      () =>
        isV6
          ? { enabled: String(state.ntpEnabled), mode: "unicast", "primary-ntp": "0.0.0.0", "secondary-ntp": "0.0.0.0" }
          : {
              enabled: String(state.ntpEnabled),
              mode: "unicast",
              servers: "",
              vrf: "main",
              status: state.ntpEnabled ? "synchronized" : "stopped",
            },
      (args) => {
        const enabled = args.get("enabled");
        if (enabled !== undefined) state.ntpEnabled = enabled === "yes" || enabled === "true";
      },
    ),
  ];
  menus.push(
    singleRowMenu("/ipv6/settings", () => ({
      ...(isV6 ? {} : { "disable-ipv6": String(state.ipv6Disabled) }),
      forward: "true",
      "accept-redirects": "yes-if-forwarding-disabled",
      "accept-router-advertisements": "yes-if-forwarding-disabled",
      "max-neighbor-entries": "8192",
    })),
  );
  if (state.serialNumber !== "") {
    menus.push(
      singleRowMenu("/system/routerboard", () => ({
        routerboard: "true",
        "board-name": options.boardName,
        model: options.boardName,
        "serial-number": state.serialNumber,
        "firmware-type": isV6 ? "ar9344" : "al2",
        "current-firmware": personality.version.split(" ")[0],
        "upgrade-firmware": personality.version.split(" ")[0],
      })),
    );
  }
  return menus;
}

function zoneName(offsetMinutes: number): string {
  const names: Record<number, string> = { 420: "Asia/Jakarta", 480: "Asia/Makassar", 540: "Asia/Jayapura", 0: "UTC" };
  return names[offsetMinutes] ?? "manual";
}
