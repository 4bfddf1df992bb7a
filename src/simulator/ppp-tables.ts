import type { RouterCore } from "./core.js";
import { formatId, isIpv4, parseDuration } from "./format.js";
import {
  completeName,
  completeReference,
  showReference,
  singleRowMenu,
  StoredTable,
  type Menu,
  type StoredRow,
} from "./menu.js";
import { Trap } from "./trap.js";

/** The tables that say who may dial in, and how: `/ppp/profile`, `/ppp/secret`, `/ppp/aaa`, `/ip/pool`. */
export interface PppTables {
  readonly profiles: StoredTable;
  readonly secrets: StoredTable;
  readonly pools: StoredTable;
  readonly aaa: Menu;
}

export function createPppTables(core: RouterCore): PppTables {
  const isV6 = core.personality.name === "6.49";
  const pools = new StoredTable(
    {
      path: "/ip/pool",
      columns: ["name", "ranges", "next-pool", "comment"],
      required: ["name", "ranges"],
      unique: { key: (values) => values.get("name") ?? "", message: "failure: already have such name" },
    },
    core.hub,
  );

  /** An address or a pool; a pool is stored by id, so that a deleted one shows as its raw id. */
  const addressOrPool = (argument: string, value: string): string => {
    if (isIpv4(value) || value === "none") return value;
    const names = pools.items().flatMap((row) => row.values.get("name") ?? []);
    const fitting = names.includes(value) ? [value] : names.filter((name) => name.startsWith(value));
    // An empty text fits every pool: that is why a value is taken away with `unset` and not with `set`.
    if (value === "" || fitting.length > 1) {
      throw new Trap("ambiguous value of pool, more than one possible value matches input", 1);
    }
    const pool = fitting[0] === undefined ? undefined : pools.byName(fitting[0]);
    if (pool === undefined) throw new Trap(`invalid value for argument ${argument}`, 1);
    return formatId(pool.id);
  };
  const showAddress = (name: string) => ({
    name,
    read: (row: StoredRow): string | undefined => {
      const value = row.values.get(name);
      return value?.startsWith("*") === true ? (pools.find(value)?.values.get("name") ?? value) : value;
    },
  });

  const profiles = new StoredTable(
    {
      path: "/ppp/profile",
      columns: [
        "name",
        showAddress("local-address"),
        showAddress("remote-address"),
        "bridge-learning",
        "use-ipv6",
        "use-mpls",
        "use-compression",
        "use-encryption",
        "only-one",
        "change-tcp-mss",
        "use-upnp",
        "session-timeout",
        "idle-timeout",
        "rate-limit",
        "insert-queue-before",
        "parent-queue",
        "queue-type",
        "address-list",
        "dns-server",
        "on-up",
        "on-down",
        "default",
        "comment",
      ],
      required: ["name"],
      hiddenWhenEmpty: ["rate-limit", "session-timeout", "idle-timeout", "dns-server", "queue-type"],
      defaults: {
        "bridge-learning": "default",
        "use-ipv6": "yes",
        "use-mpls": "default",
        "use-compression": "default",
        "use-encryption": "default",
        "only-one": "default",
        "change-tcp-mss": "default",
        "use-upnp": "default",
        "insert-queue-before": "first",
        "parent-queue": "none",
        "queue-type": "",
        "address-list": "",
        "on-up": "",
        "on-down": "",
        "rate-limit": "",
        default: "false",
      },
      unique: {
        key: (values) => values.get("name") ?? "",
        message: "failure: profile with the same name already exists",
      },
      normalise(typed) {
        const onlyOne = typed.get("only-one");
        if (onlyOne !== undefined) typed.set("only-one", completeName("only-one", onlyOne, ["default", "yes", "no"]));
        for (const name of ["local-address", "remote-address"]) {
          const value = typed.get(name);
          if (value !== undefined) typed.set(name, addressOrPool(name, value));
        }
        for (const name of ["session-timeout", "idle-timeout"]) {
          const value = typed.get(name);
          if (value !== undefined && parseDuration(value) === undefined) {
            throw new Trap(`invalid value for argument ${name}`, 1);
          }
        }
      },
      beforeRemove(row) {
        if (row.values.get("default") === "true") throw new Trap("failure: default profile cannot be removed");
      },
    },
    core.hub,
  );
  profiles.insert({ name: "default", default: "true", "change-tcp-mss": "yes" }, { id: 0 });
  profiles.insert({ name: "default-encryption", default: "true", "use-encryption": "yes" }, { id: 0xfffffffe });

  const secrets = new StoredTable(
    {
      path: "/ppp/secret",
      columns: [
        "name",
        "service",
        "caller-id",
        "password",
        showReference("profile", profiles),
        showAddress("local-address"),
        showAddress("remote-address"),
        "routes",
        "ipv6-routes",
        "limit-bytes-in",
        "limit-bytes-out",
        "last-logged-out",
        "last-caller-id",
        "last-disconnect-reason",
        "disabled",
        "comment",
      ],
      required: ["name"],
      defaults: {
        service: "any",
        "caller-id": "",
        password: "",
        profile: "*0",
        routes: "",
        "ipv6-routes": "",
        "limit-bytes-in": "0",
        "limit-bytes-out": "0",
        // What a secret that was never used shows; newer versions simply write the same instant their way.
        "last-logged-out": isV6 ? "jan/01/1970 00:00:00" : "1970-01-01 00:00:00",
      },
      unique: {
        key: (values) => values.get("name") ?? "",
        message: "failure: secret with the same name already exists",
      },
      normalise(typed) {
        const service = typed.get("service");
        const services = ["any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp"];
        if (service !== undefined) typed.set("service", completeName("service", service, services));
        const profile = typed.get("profile");
        if (profile !== undefined) {
          typed.set("profile", formatId(completeReference("profile", profile, profiles).id));
        }
        for (const name of ["local-address", "remote-address"]) {
          const value = typed.get(name);
          if (value !== undefined) typed.set(name, addressOrPool(name, value));
        }
        for (const name of ["limit-bytes-in", "limit-bytes-out"]) {
          const value = typed.get(name);
          if (value !== undefined && !/^\d+$/.test(value)) throw new Trap(`invalid value for argument ${name}`, 1);
        }
      },
    },
    core.hub,
  );

  const aaa = { useRadius: "false", accounting: "true", interimUpdate: "0s" };
  return {
    profiles,
    secrets,
    pools,
    aaa: singleRowMenu(
      "/ppp/aaa",
      () => ({
        "use-radius": aaa.useRadius,
        accounting: aaa.accounting,
        "interim-update": aaa.interimUpdate,
        "use-circuit-id-in-nas-port-id": "false",
      }),
      (args) => {
        const asFlag = (value: string): string => (value === "yes" || value === "true" ? "true" : "false");
        aaa.useRadius = asFlag(args.get("use-radius") ?? aaa.useRadius);
        aaa.accounting = asFlag(args.get("accounting") ?? aaa.accounting);
        aaa.interimUpdate = args.get("interim-update") ?? aaa.interimUpdate;
      },
    ),
  };
}
