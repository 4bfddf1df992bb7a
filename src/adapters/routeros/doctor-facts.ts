/** Reads what `ronda doctor` judges: one login, a dozen small commands, nothing written. */
import type { DoctorFacts, DoctorFailure, DoctorSubject, LoggingRule } from "../../app/doctor.js";
import { RouterError } from "../../app/errors.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import type { PrintCommand } from "./commands.js";
import { emptySetup, readSetup } from "./doctor-setup.js";
import { isMenuMissing } from "./errors.js";
import { defineTable, readTable } from "./read-table.js";
import type { WholeRow } from "./row-decoder.js";
import { openSession, type ApiSession, type SessionOptions } from "./session.js";
import * as system from "./system-tables.js";
import { plainPort, tlsPort } from "./tls.js";
import { parseBoolean } from "./values.js";

const ntpClient = defineTable({ path: "/system/ntp/client", proplist: undefined });
const users = defineTable({ path: "/user", proplist: ["name", "group", "address"] });
const groups = defineTable({ path: "/user/group", proplist: ["name", "policy"] });
const services = defineTable({ path: "/ip/service", proplist: ["name", "address", "disabled"] });
const logging = defineTable({ path: "/system/logging", proplist: ["topics", "action", "disabled"] });
const pppActive = defineTable({ path: "/ppp/active", proplist: [".id"] });
const hotspotActive = defineTable({ path: "/ip/hotspot/active", proplist: [".id"] });
const queues = defineTable({ path: "/queue/simple", proplist: ["name", "target", "parent", "dynamic", "disabled"] });

export interface DoctorVisit extends SessionOptions {
  readonly mode: DoctorSubject["mode"];
  readonly services: DoctorSubject["services"];
}

/** Visits a router once. Never rejects for what the router does: a failure is a fact. Rejects when `signal` aborts. */
export async function readDoctorFacts(visit: DoctorVisit, signal: AbortSignal): Promise<DoctorFacts> {
  const router: DoctorSubject = {
    name: visit.name,
    host: visit.host,
    port: visit.port ?? (visit.tls === undefined ? plainPort : tlsPort),
    tlsMode: visit.tls?.mode,
    username: visit.username,
    mode: visit.mode,
    services: visit.services,
  };
  let session: ApiSession;
  try {
    session = await openSession(visit, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { ...nothingRead, router, failure: toFailure(error, "connect-or-login") };
  }
  try {
    return await readAll(session, router, visit, signal);
  } finally {
    await session.close();
  }
}

const nothingRead: Omit<DoctorFacts, "router" | "failure"> = {
  identity: undefined,
  resource: undefined,
  clock: undefined,
  ntp: undefined,
  user: undefined,
  service: undefined,
  loggingRules: undefined,
  pppSessionCount: undefined,
  hotspotSessionCount: undefined,
  staticLineCount: undefined,
  fasttrackRuleCount: undefined,
  setup: emptySetup,
  unread: [],
};

async function readAll(
  session: ApiSession,
  router: DoctorSubject,
  visit: DoctorVisit,
  signal: AbortSignal,
): Promise<DoctorFacts> {
  const unread: { command: string; code: RouterError["code"]; why: string }[] = [];
  let failure: DoctorFailure | undefined;

  /** Rows; "missing" without the menu; undefined when refused or when the link has broken. */
  async function read(table: PrintCommand): Promise<readonly WholeRow[] | "missing" | undefined> {
    if (failure !== undefined) return undefined;
    try {
      return await readTable(session, table, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (isMenuMissing(error)) return "missing";
      if (error instanceof RouterError && (error.code === "ROUTER_REFUSED" || error.code === "ROUTER_NOT_PERMITTED")) {
        unread.push({ command: `${table.menu}/print`, code: error.code, why: error.routerMessage ?? error.message });
        return undefined;
      }
      failure = toFailure(error, "reading");
      return undefined;
    }
  }
  const rowsOf = async (table: PrintCommand): Promise<readonly WholeRow[] | undefined> => {
    const rows = await read(table);
    return rows === "missing" ? undefined : rows;
  };
  const countOf = async (
    table: PrintCommand,
    count: (rows: readonly WholeRow[]) => number,
  ): Promise<number | "missing" | undefined> => {
    const rows = await read(table);
    return rows === undefined || rows === "missing" ? rows : count(rows);
  };

  const resource = system.parseResource((await rowsOf(system.resourcePrint)) ?? []).rows[0];
  const license = system.licenseRow.parse((await rowsOf(system.licensePrint))?.[0] ?? {});
  const board = system.routerboardRow.parse((await rowsOf(system.routerboardPrint))?.[0] ?? {});
  const name = system.identityRow.parse((await rowsOf(system.identityPrint))?.[0] ?? {});
  const identity: DeviceIdentity | undefined = resource && {
    ...license,
    ...board,
    ...name,
    version: resource.version,
    boardName: resource.boardName,
  };

  const beforeMs = visit.clock.nowMs();
  const shown = system.parseClock((await rowsOf(system.clockPrint)) ?? []).rows[0];
  const oursMs = (beforeMs + visit.clock.nowMs()) / 2;

  const isOwnService = (row: WholeRow): boolean => row["name"] === (visit.tls === undefined ? "api" : "api-ssl");
  const setup = await readSetup(read, visit.services);
  const facts: Omit<DoctorFacts, "failure"> = {
    router,
    resource,
    identity,
    clock: shown && { aheadMs: shown.nowMs - oursMs, shownMs: shown.nowMs },
    ntp: toNtp(await rowsOf(ntpClient)),
    user: toUser(visit.username, await rowsOf(users), await rowsOf(groups)),
    service: toService((await rowsOf(services))?.find(isOwnService)),
    loggingRules: (await rowsOf(logging))?.map(toLoggingRule),
    pppSessionCount: visit.services.includes("pppoe") ? await countOf(pppActive, countRows) : undefined,
    hotspotSessionCount: visit.services.includes("hotspot") ? await countOf(hotspotActive, countRows) : undefined,
    staticLineCount: visit.services.includes("static") ? await countOf(queues, countStaticLines) : undefined,
    fasttrackRuleCount: visit.services.includes("static") ? countFasttrack(setup.filter) : undefined,
    setup,
    unread,
  };
  return { ...facts, failure };
}

function toFailure(error: unknown, phase: DoctorFailure["phase"]): DoctorFailure {
  if (!(error instanceof RouterError)) throw error;
  const cause = error.cause as { code?: unknown } | undefined;
  const socketCode = typeof cause?.code === "string" ? cause.code : undefined;
  return { code: error.code, message: error.message, socketCode, phase };
}

function toNtp(rows: readonly WholeRow[] | undefined): DoctorFacts["ntp"] {
  const row = rows?.[0];
  const enabled = parseBoolean(row?.["enabled"] ?? "");
  if (row === undefined || enabled === undefined) return undefined;
  const status = row["status"];
  return { enabled, status: status === "" ? undefined : status };
}

/** A user that RADIUS or another table answers for is in no row: then nothing is said about its rights. */
function toUser(
  username: string,
  userRows: readonly WholeRow[] | undefined,
  groupRows: readonly WholeRow[] | undefined,
): DoctorFacts["user"] {
  const user = userRows?.find((row) => row["name"] === username);
  const group = user?.["group"];
  const policy = groupRows?.find((row) => row["name"] === group)?.["policy"];
  if (group === undefined || policy === undefined) return undefined;
  const policies = policy.split(",").filter((word) => word !== "" && !word.startsWith("!"));
  return { group, policies, address: user?.["address"] ?? "" };
}

function toService(row: WholeRow | undefined): DoctorFacts["service"] {
  const name = row?.["name"];
  if (name !== "api" && name !== "api-ssl") return undefined;
  return { name, address: row?.["address"] ?? "" };
}

function toLoggingRule(row: WholeRow): LoggingRule {
  return {
    topics: (row["topics"] ?? "").split(",").filter((topic) => topic !== ""),
    action: row["action"] ?? "",
    isDisabled: isTrue(row["disabled"]),
  };
}

function countRows(rows: readonly WholeRow[]): number {
  return rows.length;
}

function countFasttrack(filter: DoctorFacts["setup"]["filter"]): number | "missing" | undefined {
  if (filter === undefined || filter === "missing") return filter;
  return filter.filter(({ action, isDisabled }) => action === "fasttrack-connection" && !isDisabled).length;
}

/** Queues that are a customer's line: made by hand, in force, nobody's parent, for single hosts. */
export function countStaticLines(rows: readonly WholeRow[]): number {
  const parents = new Set(rows.map((row) => row["parent"]));
  return rows.filter((row) => {
    if (isTrue(row["dynamic"]) || isTrue(row["disabled"]) || parents.has(row["name"])) return false;
    const targets = (row["target"] ?? "").split(",").filter((target) => target !== "");
    return (
      targets.length > 0 && targets.every((target) => /^[\d.]+(\/32)?$|^[0-9a-f:]*:[0-9a-f:]*(\/128)?$/i.test(target))
    );
  }).length;
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && parseBoolean(text) === true;
}
