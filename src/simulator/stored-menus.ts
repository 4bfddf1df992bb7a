import type { RouterCore } from "./core.js";
import { formatDateTime, formatDuration, isIpv4, parseDuration } from "./format.js";
import { completeReference, StoredTable, type Menu, type StoredRow } from "./menu.js";
import type { CommandTree } from "./schema.js";
import { Trap } from "./trap.js";

/** Tables that a person edits and that the world behind the simulator hardly touches. */
export interface StoredMenus {
  readonly addressLists: StoredTable;
  readonly nat: StoredTable;
  readonly filter: StoredTable;
  readonly ipv6Filter: StoredTable;
  readonly ipv6Addresses: StoredTable;
  readonly packages: StoredTable;
  readonly services: StoredTable;
  readonly users: StoredTable;
  readonly groups: StoredTable;
  readonly pppoeServers: StoredTable;
  readonly loggingActions: StoredTable;
  readonly hotspotServers: StoredTable;
  readonly all: readonly StoredTable[];
}

const ruleFields = [
  "chain",
  "action",
  "to-addresses",
  "to-ports",
  "reject-with",
  "connection-state",
  "src-address-list",
  "dst-address-list",
  "src-address",
  "dst-address",
  "protocol",
  "dst-port",
  "in-interface",
  "out-interface",
  "in-interface-list",
  "out-interface-list",
  "hotspot",
  "log",
  "log-prefix",
];

export function createStoredMenus(core: RouterCore): StoredMenus {
  const { hub, personality, options } = core;
  const isV6 = personality.name === "6.49";
  const created = new WeakMap<StoredRow, number>();
  const expiries = new WeakMap<StoredRow, number>();
  const addressLists = new StoredTable(
    {
      path: "/ip/firewall/address-list",
      columns: [
        "list",
        "address",
        {
          name: "creation-time",
          read: (row) => formatDateTime(created.get(row) ?? core.clockMs, core.zoneOffsetMinutes, core.dateForm),
        },
        {
          name: "timeout",
          read(row) {
            const dueMs = expiries.get(row);
            return dueMs === undefined ? undefined : formatDuration(Math.ceil((dueMs - core.world.nowMs) / 1000));
          },
        },
        "dynamic",
        "disabled",
        "comment",
      ],
      required: ["list", "address"],
      unique: {
        key: (values) => `${values.get("list")} ${values.get("address")}`,
        message: "failure: already have such entry",
        dynamicRowsCount: options.unsure.dynamicEntryRefusesStored,
      },
      // With a timeout an entry lives in memory only.
      isDynamic: (values) => values.has("timeout") || values.get("dynamic") === "true",
      dynamicRemovable: true,
      normalise(typed) {
        const address = typed.get("address");
        if (address !== undefined) typed.set("address", listAddress(address));
        const timeout = typed.get("timeout");
        if (timeout === undefined) return;
        if (timeout === "none-static" || timeout === "0s") typed.delete("timeout");
        else if (timeout !== "none-dynamic" && !(parseDuration(timeout) ?? 0)) {
          throw new Trap("invalid value for argument timeout", 1);
        }
      },
    },
    hub,
  );
  hub.watch("/ip/firewall/address-list", {
    changed(item) {
      const row = item as StoredRow;
      if (created.has(row)) return;
      created.set(row, core.clockMs);
      const seconds = parseDuration(row.values.get("timeout") ?? "") ?? 0;
      if (seconds === 0) return;
      expiries.set(row, core.world.nowMs + seconds * 1000);
      core.world.after(seconds * 1000, () => addressLists.delete(row));
    },
    removed() {},
  });
  const rules = (path: string, action: string): StoredTable => {
    const zero = (name: string) => ({ name, read: () => "0" });
    return new StoredTable(
      {
        path,
        columns: [
          ...ruleFields,
          zero("bytes"),
          zero("packets"),
          { name: "invalid", read: () => "false" },
          "dynamic",
          "disabled",
          "comment",
        ],
        required: ["chain"],
        booleans: ["log"],
        defaults: { action, log: "false", "log-prefix": "" },
      },
      hub,
    );
  };
  const nat = rules("/ip/firewall/nat", "accept");
  const filter = rules("/ip/firewall/filter", "accept");
  const ipv6Filter = rules("/ipv6/firewall/filter", "accept");
  filter.insert({
    chain: "input",
    action: "accept",
    comment: "defconf: accept established",
    "connection-state": "established,related",
  });

  const ipv6Addresses = new StoredTable(
    {
      path: "/ipv6/address",
      columns: ["address", "from-pool", "interface", "advertise", "eui-64", "no-dad", "dynamic", "disabled", "comment"],
      required: ["address", "interface"],
    },
    hub,
  );
  const packages = new StoredTable(
    { path: "/system/package", columns: ["name", "version", "build-time", "scheduled", "disabled"] },
    hub,
  );
  for (const name of isV6 ? ["routeros-mipsbe", "system", "ipv6", "hotspot", "ppp", "security"] : ["routeros"]) {
    packages.insert({
      name,
      version: personality.version.split(" ")[0] ?? "",
      "build-time": personality.buildTime,
      scheduled: "",
      disabled: name === "ipv6" && !options.ipv6 ? "yes" : "no",
    });
  }

  const services = new StoredTable(
    {
      path: "/ip/service",
      columns: [
        "name",
        "port",
        "address",
        "certificate",
        "tls-version",
        ...(isV6 ? [] : ["vrf"]),
        ...(personality.hasMaxSessions ? ["max-sessions"] : []),
        { name: "invalid", read: () => "false" },
        "disabled",
      ],
      firstId: 0,
    },
    hub,
  );
  for (const [name, port] of [
    ["telnet", "23"],
    ["ftp", "21"],
    ["www", "80"],
    ["ssh", "22"],
    ["api", "8728"],
    ["winbox", "8291"],
    ["www-ssl", "443"],
    ["api-ssl", "8729"],
  ] as const) {
    const isTls = name.endsWith("-ssl");
    services.insert({
      name,
      port,
      address: "",
      ...(isTls ? { certificate: "none", "tls-version": "any" } : {}),
      ...(isV6 ? {} : { vrf: "main" }),
      ...(personality.hasMaxSessions ? { "max-sessions": "20" } : {}),
    });
  }

  const groups = new StoredTable(
    {
      path: "/user/group",
      columns: ["name", "policy", "skin", "comment"],
      required: ["name"],
      defaults: { skin: "default", policy: "" },
      // `set policy=` adds or takes away what it names, and leaves the rest.
      normalise(typed, row) {
        const policy = typed.get("policy");
        if (row === undefined || policy === undefined) return;
        const granted = new Set((row.values.get("policy") ?? "").split(",").filter((word) => !word.startsWith("!")));
        for (const word of policy.split(",")) {
          if (word.startsWith("!")) granted.delete(word.slice(1));
          else granted.add(word);
        }
        typed.set("policy", policyText([...granted]));
      },
    },
    hub,
  );
  for (const name of ["read", "write", "full"]) groups.insert({ name, policy: builtInPolicy(name) });
  const users = new StoredTable(
    {
      path: "/user",
      columns: ["name", "group", "address", "last-logged-in", ...(isV6 ? [] : ["expired"]), "disabled", "comment"],
      required: ["name", "group"],
      defaults: { address: "", password: "", ...(isV6 ? {} : { expired: "false" }) },
      unique: { key: (values) => values.get("name") ?? "", message: "failure: user with the same name already exists" },
      normalise(typed) {
        const group = typed.get("group");
        if (group !== undefined) typed.set("group", completeReference("group", group, groups).values.get("name") ?? "");
      },
    },
    hub,
  );
  users.insert({ name: "admin", group: "full", password: "", comment: "system default user" });
  groups.insert({ name: "ronda", policy: policyText(options.policies) });
  users.insert({ name: options.username, group: "ronda", password: options.password });

  const pppoeServers = new StoredTable(
    {
      path: "/interface/pppoe-server/server",
      columns: [
        "service-name",
        "interface",
        "max-mtu",
        "max-mru",
        "mrru",
        "authentication",
        "keepalive-timeout",
        "one-session-per-host",
        "max-sessions",
        "default-profile",
        "disabled",
      ],
      required: ["interface"],
      booleans: ["one-session-per-host"],
      defaults: {
        "service-name": "service1",
        "max-mtu": "auto",
        "max-mru": "auto",
        mrru: "disabled",
        authentication: "pap,chap,mschap1,mschap2",
        "keepalive-timeout": String(options.keepaliveTimeoutSeconds),
        "one-session-per-host": "false",
        "max-sessions": "unlimited",
        "default-profile": "default",
      },
    },
    hub,
  );
  pppoeServers.insert({ interface: "ether2" });

  const logging = new StoredTable(
    {
      path: "/system/logging",
      columns: [
        "topics",
        "prefix",
        "action",
        { name: "invalid", read: () => "false" },
        { name: "default", read: () => "true" },
        "disabled",
      ],
      defaults: { prefix: "", action: "memory" },
    },
    hub,
  );
  for (const topics of ["info", "error", "warning"]) logging.insert({ topics });
  logging.insert({ topics: "critical", action: "echo" });
  const loggingActions = new StoredTable(
    {
      path: "/system/logging/action",
      columns: ["name", "target", "memory-lines", "memory-stop-on-full", { name: "default", read: () => "true" }],
      hiddenWhenEmpty: ["memory-lines"],
      firstId: 0,
      afterSet(row, args) {
        const lines = args.get("memory-lines");
        if (lines === undefined || row.values.get("name") !== "memory") return;
        if (!/^[1-9]\d*$/.test(lines)) throw new Trap("invalid value for argument memory-lines", 1);
        core.log.maxLines = Number(lines);
      },
    },
    hub,
  );
  loggingActions.insert({
    name: "memory",
    target: "memory",
    "memory-lines": String(options.logLines),
    "memory-stop-on-full": "false",
  });
  loggingActions.insert({ name: "disk", target: "disk" });
  loggingActions.insert({ name: "echo", target: "echo" });

  const hotspotServers = new StoredTable(
    {
      path: "/ip/hotspot",
      columns: [
        "name",
        "interface",
        "address-pool",
        "profile",
        "idle-timeout",
        "keepalive-timeout",
        "proxy-status",
        "invalid",
        "HTTPS",
        "disabled",
      ],
      defaults: { "idle-timeout": "5m", "keepalive-timeout": "none", profile: "hsprof1", "address-pool": "none" },
    },
    hub,
  );
  if (options.hotspotServer)
    hotspotServers.insert({
      name: "hotspot1",
      interface: "ether3",
      "proxy-status": "running",
      HTTPS: "false",
      invalid: "false",
    });
  const all = [
    addressLists,
    nat,
    filter,
    ipv6Filter,
    ipv6Addresses,
    packages,
    services,
    groups,
    users,
    pppoeServers,
    logging,
    loggingActions,
    hotspotServers,
  ];
  return {
    addressLists,
    nat,
    filter,
    ipv6Filter,
    ipv6Addresses,
    packages,
    services,
    groups,
    users,
    pppoeServers,
    loggingActions,
    hotspotServers,
    all,
  };
}

/** The rule that makes traffic of known connections pass simple queues by. */
export function setFasttrackRule(filter: StoredTable, on: boolean): void {
  const existing = filter.items().find((row) => row.values.get("action") === "fasttrack-connection");
  if (!on && existing !== undefined) filter.delete(existing);
  if (on && existing === undefined) {
    filter.insert({ chain: "forward", action: "fasttrack-connection", "connection-state": "established,related" });
  }
}

/** Menus of the version's tree that nothing behind the simulator fills: empty tables that still take rows. */
export function createEmptyMenus(core: RouterCore, tree: CommandTree, taken: ReadonlySet<string>): Menu[] {
  const menus: Menu[] = [];
  for (const [command, printArgs] of tree.commands) {
    if (!command.endsWith("/print")) continue;
    const path = command.slice(0, -"/print".length);
    if (taken.has(path)) continue;
    const fields = [...(tree.argumentsOf(`${path}/add`) ?? tree.argumentsOf(`${path}/set`) ?? [])].filter(
      (name) => !["copy-from", "place-before", "numbers"].includes(name),
    );
    menus.push(
      printArgs.has("count-only")
        ? new StoredTable(
            { path, columns: [...fields.filter((name) => name !== "disabled"), "dynamic", "disabled"] },
            core.hub,
          )
        : { path, columns: [], items: () => [] },
    );
  }
  return menus;
}

const allPolicies = [
  "local",
  "telnet",
  "ssh",
  "ftp",
  "reboot",
  "read",
  "write",
  "policy",
  "test",
  "winbox",
  "password",
  "web",
  "sniff",
  "sensitive",
  "api",
  "romon",
];

export function policyText(granted: readonly string[]): string {
  const not = allPolicies.filter((policy) => !granted.includes(policy)).map((policy) => `!${policy}`);
  return [...allPolicies.filter((policy) => granted.includes(policy)), ...not].join(",");
}

/** A host without its mask, a network, a range, or a name that the router's resolver will look up. */
function listAddress(typed: string): string {
  const host = typed.replace(/\/32$/, "");
  const [base = "", bits = ""] = host.split("/");
  const isNetwork = isIpv4(base) && /^\d{1,2}$/.test(bits) && Number(bits) < 32;
  const isRange = host.split("-").length === 2 && host.split("-").every(isIpv4);
  const isName = /[A-Za-z]/.test(host) && /^[\w-]+(\.[\w-]+)*\.?$/.test(host);
  if (!isIpv4(host) && !isNetwork && !isRange && !isName) throw new Trap("invalid value for argument address", 1);
  return host;
}

function builtInPolicy(group: string): string {
  if (group === "full") return policyText(allPolicies);
  const without = group === "read" ? ["ftp", "write", "policy"] : ["ftp", "policy"];
  return policyText(allPolicies.filter((policy) => !without.includes(policy)));
}
