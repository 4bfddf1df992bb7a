import type { RouterCore, Traffic } from "./core.js";
import { packetsOf } from "./core.js";
import { formatDuration, isIpv4, limitOfRateLimit, normaliseRatePair, parseDuration } from "./format.js";
import { StoredTable, zeroCounters, type Args, type Counters, type StoredRow } from "./menu.js";
import { noSuchItem, Trap } from "./trap.js";

/** `/queue/simple`: limits and counters, both of which fasttracked traffic never meets. */
export interface QueueTable {
  readonly table: StoredTable;
  /** What really passed each static queue, by name, whatever the counters were reset to. */
  readonly truth: ReadonlyMap<string, Counters>;
  /** A queue that a person made: `target` may be an address or network. */
  addStatic(
    values: { readonly name: string; readonly target?: string; readonly parent?: string } & Record<string, string>,
  ): void;
  /** As an admin in Winbox does, without an API command. */
  setStatic(name: string, values: Readonly<Record<string, string>>): void;
  removeStatic(name: string): void;
  /** A queue that comes and goes with a session. */
  addDynamic(name: string, target: string, rateLimit: string): StoredRow;
  /** Traffic of the queue's target: counted by the queue and its parents unless fasttracked. */
  traffic(name: string, traffic: Traffic): void;
  /** Dynamic queues go and counters start over, as after a boot. */
  reboot(): void;
}

const ratePairs = ["limit-at", "max-limit", "burst-limit", "burst-threshold"];

export function createQueues(core: RouterCore): QueueTable {
  const truth = new Map<string, Counters>();
  const counter = (name: string, up: keyof Counters, down: keyof Counters) => ({
    name,
    read: (row: StoredRow) => `${row.counters[up]}/${row.counters[down]}`,
  });
  const constant = (name: string, value: string) => ({ name, read: () => value });
  const table = new StoredTable(
    {
      path: "/queue/simple",
      columns: [
        "name",
        "target",
        "dst",
        "parent",
        "packet-marks",
        "priority",
        "queue",
        "limit-at",
        "max-limit",
        "burst-limit",
        "burst-threshold",
        "burst-time",
        "bucket-size",
        counter("bytes", "uploadBytes", "downloadBytes"),
        constant("total-bytes", "0"),
        counter("packets", "uploadPackets", "downloadPackets"),
        constant("total-packets", "0"),
        constant("dropped", "0/0"),
        constant("total-dropped", "0"),
        constant("rate", "0/0"),
        constant("total-rate", "0"),
        constant("packet-rate", "0/0"),
        constant("total-packet-rate", "0"),
        constant("queued-packets", "0/0"),
        constant("total-queued-packets", "0"),
        constant("queued-bytes", "0/0"),
        constant("total-queued-bytes", "0"),
        constant("invalid", "false"),
        "dynamic",
        "disabled",
        "comment",
      ],
      hiddenWhenEmpty: ["dst"],
      defaults: {
        target: "",
        parent: "none",
        "packet-marks": "",
        priority: "8/8",
        queue: "default-small/default-small",
        "limit-at": "0/0",
        "max-limit": "0/0",
        "burst-limit": "0/0",
        "burst-threshold": "0/0",
        "burst-time": "0s/0s",
        "bucket-size": "0.1/0.1",
      },
      unique: { key: (values) => values.get("name") ?? "", message: "failure: already have such name" },
      normalise(typed, row) {
        if (row === undefined && !typed.has("name")) typed.set("name", freeQueueName());
        normaliseQueue(typed, row);
        const parent = typed.get("parent");
        if (parent !== undefined && parent !== "none" && table.byName(parent) === undefined) {
          throw new Trap("input does not match any value of parent", 1);
        }
      },
      afterSet(row: StoredRow, args: Args) {
        const changesLimit = ratePairs.some((name) => args.has(name));
        if (changesLimit && core.options.unsure.queueCounterResetsOnLimitChange) row.counters = zeroCounters();
      },
    },
    core.hub,
  );
  const queueNamed = (name: string): StoredRow => {
    const row = table.byName(name);
    if (row === undefined) throw noSuchItem();
    return row;
  };
  const freeQueueName = (): string => {
    let number = 1;
    while (table.byName(`queue${number}`) !== undefined) number += 1;
    return `queue${number}`;
  };
  return {
    table,
    truth,
    addStatic(values) {
      table.insert({ ...values, name: values.name || freeQueueName() });
      if (!truth.has(values.name)) truth.set(values.name, zeroCounters());
    },
    setStatic: (name, values) => table.set(queueNamed(name), new Map(Object.entries(values))),
    removeStatic: (name) => table.remove(queueNamed(name)),
    addDynamic(name, target, rateLimit) {
      const limit = limitOfRateLimit(rateLimit);
      return table.insert({ name, target, ...(limit === undefined ? {} : { "max-limit": limit }) }, { dynamic: true });
    },
    traffic(name, traffic) {
      const leaf = queueNamed(name);
      if (!core.powered) return;
      const packets = packetsOf(traffic);
      const ofLeaf = truth.get(name) ?? zeroCounters();
      truth.set(name, ofLeaf);
      add(ofLeaf, traffic, packets);
      if (core.fasttrack) return;
      for (let row: StoredRow | undefined = leaf; row !== undefined;) {
        if (row.values.get("disabled") === "false") add(row.counters, traffic, packets);
        const parent: string = row.values.get("parent") ?? "none";
        row = parent === "none" ? undefined : table.byName(parent);
      }
    },
    reboot() {
      for (const row of table.items().filter(({ dynamic }) => dynamic)) table.delete(row);
      for (const row of table.items()) row.counters = zeroCounters();
    },
  };
}

function add(counters: Counters, traffic: Traffic, packets: { uploadPackets: number; downloadPackets: number }): void {
  counters.uploadBytes += traffic.uploadBytes ?? 0;
  counters.downloadBytes += traffic.downloadBytes ?? 0;
  counters.uploadPackets += packets.uploadPackets;
  counters.downloadPackets += packets.downloadPackets;
}

function normaliseQueue(typed: Map<string, string>, row: StoredRow | undefined): void {
  const target = typed.get("target");
  if (target !== undefined) typed.set("target", target.split(",").map(withMask).join(","));
  for (const name of ratePairs) {
    const value = typed.get(name);
    if (value === undefined) continue;
    const pair = normaliseRatePair(value);
    if (pair === undefined) throw new Trap(`invalid value for argument ${name}`, 1);
    typed.set(name, pair);
  }
  for (const [name, halfOf] of [
    ["priority", priorityOf],
    ["burst-time", burstTimeOf],
  ] as const) {
    const value = typed.get(name);
    if (value !== undefined) typed.set(name, pairOf(name, value, halfOf));
  }
  const [limitUp = 0, limitDown = 0] = (typed.get("limit-at") ?? row?.values.get("limit-at") ?? "0/0")
    .split("/")
    .map(Number);
  const [maxUp = 0, maxDown = 0] = (typed.get("max-limit") ?? row?.values.get("max-limit") ?? "0/0")
    .split("/")
    .map(Number);
  if (maxUp > 0 && maxUp < limitUp) throw new Trap("failure: upload-max-limit less than upload-limit");
  if (maxDown > 0 && maxDown < limitDown) throw new Trap("failure: download-max-limit less than download-limit");
}

/** A host is read back with its mask, however it was typed. */
function withMask(target: string): string {
  return isIpv4(target) ? `${target}/32` : target;
}

/** Both halves as they are read back; one figure stands for both. */
function pairOf(argument: string, value: string, halfOf: (text: string) => string | undefined): string {
  const [upload = "", download = upload, ...more] = value.split("/");
  const [up, down] = [halfOf(upload), halfOf(download)];
  if (up === undefined || down === undefined || more.length > 0) {
    throw new Trap(`invalid value for argument ${argument}`, 1);
  }
  return `${up}/${down}`;
}

function priorityOf(text: string): string | undefined {
  return /^[1-8]$/.test(text) ? text : undefined;
}

function burstTimeOf(text: string): string | undefined {
  const seconds = text === "" ? undefined : parseDuration(text);
  return seconds === undefined ? undefined : formatDuration(seconds);
}
