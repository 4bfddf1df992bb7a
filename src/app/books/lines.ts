import type { FieldFault } from "../../domain/catalog/field-fault.js";
import {
  audit,
  expectFields,
  isTidy,
  livePlanOf,
  managedLineOf,
  nudgesFor,
  openSubscriptionOf,
  planOf,
  refuse,
  subscriptionOf,
  type Desk,
  type Outcome,
} from "./desk.js";
import { refuseUnfitService } from "./plans.js";
import type { LineInput, LineRecord, SubscriptionRecord } from "./records.js";

/**
 * Gives a subscription one more line, from now on.
 * @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_TERMINATED`, and as `attachLine`.
 */
export function linkLine(desk: Desk, subscriptionId: number, input: LineInput): Outcome<SubscriptionRecord> {
  const before = openSubscriptionOf(desk, subscriptionId);
  const line = attachLine(desk, subscriptionId, before.planId, input);
  const value = subscriptionOf(desk, subscriptionId);
  audit(desk, "subscription.link-line", "subscription", subscriptionId, before, { ...value, line: told(line) });
  return { value, nudges: nudgesFor(desk, [line.id], value.state === "active") };
}

/**
 * Ends the link: its usage is nobody's from now on, and Ronda leaves it on the router as it is, dark or lit.
 * @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `LINE_NOT_FOUND`.
 */
export function unlinkLine(desk: Desk, subscriptionId: number, lineId: number): Outcome<SubscriptionRecord> {
  const before = subscriptionOf(desk, subscriptionId);
  const line = managedLineOf(desk, lineId);
  if (line.subscriptionId !== subscriptionId) {
    refuse("LINE_NOT_FOUND", `line ${line.name} on ${line.router} belongs to another subscription`);
  }
  desk.tx.unlinkLine(lineId, desk.atMs);
  const value = subscriptionOf(desk, subscriptionId);
  audit(desk, "subscription.unlink-line", "subscription", subscriptionId, { ...before, line: told(line) }, value);
  return { value, nudges: nudgesFor(desk, [lineId], false) };
}

/** Keeps a new password; it is written to the router at its next turn. @throws OperationalError `LINE_NOT_FOUND`, `INVALID_REQUEST`. */
export function setPassword(desk: Desk, lineId: number, password: string): Outcome<LineRecord> {
  const value = managedLineOf(desk, lineId);
  expectFields(passwordFaults(value.service, password));
  const before = desk.tx.access(lineId)?.passwordVersion ?? 0;
  desk.tx.setPassword(lineId, desk.secretBox.seal(password), false);
  audit(desk, "line.set-password", "line", lineId, { passwordVersion: before }, { passwordVersion: before + 1 });
  return { value, nudges: nudgesFor(desk, [lineId], false) };
}

/**
 * Puts right where a static line's host is, or on which server a hotspot user belongs. Both are used when its row is added;
 * the address also says what is isolated.
 * @throws OperationalError `LINE_NOT_FOUND`, `INVALID_REQUEST`, `ADDRESS_TAKEN`.
 */
export function updateLine(
  desk: Desk,
  lineId: number,
  patch: Pick<LineInput, "address" | "hotspotServer">,
): Outcome<LineRecord> {
  const line = managedLineOf(desk, lineId);
  const before = desk.tx.access(lineId);
  if (line.service === "ppp" || before === undefined)
    return refuse("LINE_NOT_FOUND", `line ${line.name} is not managed`);
  expectFields(lineFaults({ ...told(line), ...patch, service: line.service, presence: "expected" }));
  const address = hostOf(patch.address) ?? before.address;
  refuseTakenAddress(desk, line.routerId, address, lineId);
  const after = { ...before, address, hotspotServer: patch.hotspotServer ?? before.hotspotServer };
  desk.tx.setAccess(lineId, after);
  const shown = ({ address, hotspotServer }: typeof after): object => ({ address, hotspotServer });
  audit(desk, "line.update", "line", lineId, shown(before), shown(after));
  return { value: line, nudges: nudgesFor(desk, [lineId], false) };
}

/**
 * Links a line, made in the books where it is new. A line of a terminated subscription is free: it leaves that one.
 * @throws OperationalError `INVALID_REQUEST`, `ROUTER_UNKNOWN`, `PLAN_UNFIT`, `LINE_TAKEN`, `ADDRESS_TAKEN`.
 */
export function attachLine(desk: Desk, subscriptionId: number, planId: number, input: LineInput): LineRecord {
  const { tx, atMs } = desk;
  expectFields(lineFaults(input));
  const routerId = tx.routerId(input.router);
  if (routerId === undefined) {
    refuse(
      "ROUTER_UNKNOWN",
      `no router ${input.router} in routers.yaml; there are: ${tx.routerNames().join(", ") || "none"}`,
    );
  }
  refuseUnfitService(planOf(desk, planId), input.service, input.name);
  const known = tx.findLine(routerId, input.service, input.name);
  const address = hostOf(input.address) ?? (known && tx.access(known.id)?.address);
  refuseTakenAddress(desk, routerId, address, known?.id);
  if (known?.subscriptionId !== undefined) leaveTerminated(desk, known, known.subscriptionId);

  const id = known?.id ?? tx.addLine(routerId, input.service, input.name, atMs);
  const access = tx.access(id);
  const isNew = known === undefined;
  tx.setAccess(id, {
    address,
    hotspotServer: input.hotspotServer ?? access?.hotspotServer,
    presence: input.presence ?? (isNew || input.password !== undefined ? "to-create" : "expected"),
    byHand: "unasked",
    disabledByUs: access?.disabledByUs ?? false,
    // What is not on the router yet is as dark as can be.
    isDark: input.isDark ?? access?.isDark ?? isNew,
    lastSeen: access?.lastSeen,
  });
  if (input.password !== undefined) {
    tx.setPassword(id, desk.secretBox.seal(input.password), input.passwordIsWritten ?? false);
  }
  tx.linkLine(subscriptionId, id, atMs);
  return tx.line(id) as LineRecord;
}

function refuseTakenAddress({ tx }: Desk, routerId: number, address: string | undefined, exceptLineId?: number): void {
  const other = address === undefined ? undefined : tx.staticLineAt(routerId, address, exceptLineId);
  if (other !== undefined) {
    refuse("ADDRESS_TAKEN", `line ${other.name} on ${other.router} has address ${address} already`);
  }
}

/** @throws OperationalError `LINE_TAKEN` unless that subscription is terminated. */
export function leaveTerminated(desk: Desk, line: LineRecord, subscriptionId: number): void {
  const before = subscriptionOf(desk, subscriptionId);
  if (before.state !== "terminated") {
    refuse("LINE_TAKEN", `line ${line.name} on ${line.router} belongs to a subscription that is ${before.state}`);
  }
  desk.tx.unlinkLine(line.id, desk.atMs);
  const after = subscriptionOf(desk, subscriptionId);
  audit(desk, "subscription.unlink-line", "subscription", subscriptionId, { ...before, line: told(line) }, after);
}

/** A line for people who read the audit. */
export const told = ({ router, service, name }: LineRecord): { router: string; service: string; name: string } => ({
  router,
  service,
  name,
});

function lineFaults(input: LineInput): FieldFault[] {
  const { service, name, address, hotspotServer, password } = input;
  const faults: FieldFault[] = [];
  // Names that begin with * are internal ids to RouterOS. Odd spaces exist on routers, and stay.
  if (name === "" || name.length > 255 || name.startsWith("*") || /\p{Cc}/u.test(name)) {
    faults.push({ field: "name", expected: "1 to 255 characters, no control characters, no * in front" });
  }
  if (service === "static") {
    if (address !== undefined && hostOf(address) === undefined) {
      faults.push({ field: "address", expected: "the IPv4 address of one host" });
    }
    if (address === undefined && input.presence !== "expected") {
      faults.push({ field: "address", expected: "the IPv4 address of the static line" });
    }
  } else if (address !== undefined) {
    faults.push({ field: "address", expected: `nothing: a ${service} line gets its address from the router` });
  }
  if (hotspotServer !== undefined && (service !== "hotspot" || !isTidy(hotspotServer, 63))) {
    faults.push({ field: "hotspotServer", expected: "the name of a hotspot server, for hotspot lines only" });
  }
  if (password !== undefined) faults.push(...passwordFaults(service, password));
  return faults;
}

function passwordFaults(service: string, password: string): FieldFault[] {
  if (service === "static") return [{ field: "password", expected: "nothing: a static line has no login" }];
  const isRight = password !== "" && password.length <= 128 && !/\p{Cc}/u.test(password);
  return isRight ? [] : [{ field: "password", expected: "1 to 128 characters, no control characters" }];
}

/** The address of one host, without `/32`; undefined when it is none. */
function hostOf(text: string | undefined): string | undefined {
  const octets = text?.replace(/\/32$/, "").split(".") ?? [];
  const isHost =
    octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  return isHost ? octets.join(".") : undefined;
}

/** The plan a subscription goes to must be sold and fit every line. */
export function refuseUnfitPlan(desk: Desk, planId: number, lineIds: Iterable<number>): void {
  const plan = livePlanOf(desk, planId);
  for (const lineId of lineIds) {
    const line = desk.tx.line(lineId);
    if (line !== undefined && line.service !== "ppp") refuseUnfitService(plan, line.service, line.name);
  }
}
