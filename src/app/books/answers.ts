/** A person's answers to what only a person can decide. */
import {
  audit,
  expectFields,
  managedLineOf,
  nudgesFor,
  refuse,
  subscriptionOf,
  type Desk,
  type Outcome,
} from "./desk.js";
import { leaveTerminated, told } from "./lines.js";
import type { LineRecord } from "./records.js";

export type ByHandAnswer =
  /** It was disabled by hand, and stays so. */
  | "keep"
  /** It was disabled by hand: enable it again, as the books say. */
  | "repair"
  /** It vanished: add it again. */
  | "recreate"
  /** It vanished because somebody renamed it: the subscription's line has this name from now on. */
  | { readonly renamedTo: string };

/** @throws OperationalError `LINE_NOT_FOUND`, `LINE_TAKEN`, `INVALID_REQUEST`. */
export function answerByHand(desk: Desk, lineId: number, answer: ByHandAnswer): Outcome<LineRecord> {
  const line = managedLineOf(desk, lineId);
  if (typeof answer === "object") return follow(desk, line, answer.renamedTo);
  const before = accessOf(desk, lineId);
  desk.tx.setAccess(
    lineId,
    answer === "recreate" ? { ...before, presence: "to-create" } : { ...before, byHand: answer },
  );
  audit(desk, `line.${answer}`, "line", lineId, stance(before), stance(accessOf(desk, lineId)));
  const isLit = subscriptionOf(desk, line.subscriptionId).state === "active";
  return { value: line, nudges: nudgesFor(desk, [lineId], isLit && answer !== "keep") };
}

/** The row goes on under another name: what it was until now stays with the old line, its password goes along. */
function follow(desk: Desk, line: LineRecord & { readonly subscriptionId: number }, name: string): Outcome<LineRecord> {
  const { tx, atMs } = desk;
  if (line.service === "ppp") return refuse("LINE_NOT_FOUND", `line ${line.name} is of a service that nobody manages`);
  if (name === line.name || name === "" || name.length > 255 || name.startsWith("*") || /\p{Cc}/u.test(name)) {
    expectFields([{ field: "renamedTo", expected: "the other name that the row has on the router now" }]);
  }
  const known = tx.findLine(line.routerId, line.service, name);
  if (known?.subscriptionId !== undefined) leaveTerminated(desk, known, known.subscriptionId);
  const id = known?.id ?? tx.addLine(line.routerId, line.service, name, atMs);
  tx.setAccess(id, { ...accessOf(desk, line.id), presence: "expected", byHand: "unasked" });
  tx.copyPassword(line.id, id);
  tx.unlinkLine(line.id, atMs);
  tx.linkLine(line.subscriptionId, id, atMs);
  const value = tx.line(id) as LineRecord;
  audit(desk, "line.renamed", "line", line.id, told(line), told(value));
  const isLit = subscriptionOf(desk, line.subscriptionId).state === "active";
  return { value, nudges: nudgesFor(desk, [id], isLit) };
}

export interface Rebuild {
  /** Lines that are added again wherever they are missing. */
  readonly lines: readonly LineRecord[];
  /** Lines that cannot be: no password (PPPoE, hotspot) or no address (static) is known. */
  readonly withoutSecret: readonly LineRecord[];
}

/**
 * A router was replaced by an empty one, and a person says: put everything back. Lines that are there stay as they are.
 * @param lineIds only these (those that vanished); undefined: all managed lines of the router.
 * @throws OperationalError `ROUTER_UNKNOWN`.
 */
export function rebuildRouter(desk: Desk, router: string, lineIds?: readonly number[]): Outcome<Rebuild> {
  const { tx } = desk;
  const routerId = tx.routerId(router);
  if (routerId === undefined) return refuse("ROUTER_UNKNOWN", `no router ${router} in routers.yaml`);
  const chosen = lineIds === undefined ? undefined : new Set(lineIds);
  const lines: LineRecord[] = [];
  const withoutSecret: LineRecord[] = [];
  for (const lineId of tx.managedLineIds(routerId)) {
    if (chosen !== undefined && !chosen.has(lineId)) continue;
    const line = managedLineOf(desk, lineId);
    const access = accessOf(desk, lineId);
    const canBe = line.service === "static" ? access.address !== undefined : access.passwordVersion > 0;
    if (!canBe) {
      withoutSecret.push(line);
      continue;
    }
    if (access.presence !== "to-create") tx.setAccess(lineId, { ...access, presence: "to-create" });
    lines.push(line);
  }
  audit(desk, "router.rebuild", "router", routerId, undefined, {
    lines: lines.map(({ name }) => name),
    withoutSecret: withoutSecret.map(({ name }) => name),
  });
  const ids = lines.map(({ id }) => id);
  return { value: { lines, withoutSecret }, nudges: nudgesFor(desk, ids, false) };
}

/**
 * Lets subscriptions that a brake holds go dark, if they are still due then.
 * @param subscriptionIds undefined: all that it lists now.
 * @throws OperationalError `BRAKE_NOT_FOUND`, `INVALID_REQUEST` for one that it does not list.
 */
export function confirmBrake(
  desk: Desk,
  brakeId: number,
  subscriptionIds?: readonly number[],
): Outcome<{ readonly confirmed: readonly number[] }> {
  const brake = desk.tx.openBrake(brakeId) ?? refuse("BRAKE_NOT_FOUND", "no such brake is engaged");
  const chosen = subscriptionIds ?? [...brake.listed];
  if (chosen.some((id) => !brake.listed.has(id))) {
    expectFields([{ field: "subscriptionIds", expected: "subscriptions that the brake lists" }]);
  }
  const confirmed = chosen.filter((id) => !brake.confirmed.has(id));
  if (confirmed.length > 0) {
    desk.tx.confirmOnBrake(brakeId, confirmed, desk.atMs, desk.by);
    audit(desk, "brake.confirm", "brake", brakeId, undefined, { confirmed });
  }
  const lineIds = chosen.flatMap((id) => desk.tx.subscription(id)?.lineIds ?? []);
  return { value: { confirmed: chosen }, nudges: nudgesFor(desk, lineIds, false) };
}

function accessOf({ tx }: Desk, lineId: number): NonNullable<ReturnType<typeof tx.access>> {
  return tx.access(lineId) ?? refuse("LINE_NOT_FOUND", "the line was never managed");
}

const stance = ({ presence, byHand }: { presence: string; byHand: string }): { presence: string; byHand: string } => ({
  presence,
  byHand,
});
