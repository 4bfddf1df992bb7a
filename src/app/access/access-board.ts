import type { AccessIndex } from "../../domain/access/access-index.js";
import type { AccessBooks } from "../../domain/access/books.js";
import type { Difference, Obstacle, Question } from "../../domain/access/changes.js";
import type { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { WriteEvent } from "./perform.js";
import type { Settled } from "./settle-line.js";
import type { WorkKey } from "./work-queue.js";

/**
 * `converged`: read back as the books say, nothing owed. `pending`: on its way. `refused`: the router said no; tried again
 * with growing pauses. `held`: the brake waits for a person. `asks`: a person has to decide. `blocked`: something is
 * missing. `unknown`: not read since the daemon started.
 */
export type AccessState = "converged" | "pending" | "refused" | "held" | "asks" | "blocked" | "unknown";

export interface LineAccess {
  readonly state: AccessState;
  readonly sinceMs: number;
  /** What the router was last seen to hold, by attribute; undefined when nothing, or not read yet. */
  readonly observed: Readonly<Record<string, string>> | undefined;
  readonly observedAtMs: number | undefined;
  /** Of `refused`: the router's own words. */
  readonly message: string | undefined;
  readonly questions: readonly Question[];
  readonly obstacles: readonly Obstacle[];
}

/** What the last readings and writes showed, for the API. Only memory: a restart begins with `unknown`. */
export class AccessBoard {
  /** Why nothing can be written now. */
  trouble: { readonly code: string; readonly message: string; readonly atMs: number } | undefined;
  /** The last whole comparison. */
  difference: Difference | undefined;
  comparedAtMs: number | undefined;
  index: AccessIndex | undefined;
  lookError: { readonly code: string; readonly message: string; readonly atMs: number } | undefined;
  /** Writes since the last time there was nothing to do. */
  settledCount = 0;
  /** Profiles that the router did not take, by the key under which they are settled. */
  readonly refusedProfiles = new Map<WorkKey, { readonly message: string; readonly sinceMs: number }>();
  private readonly clock: Clock;
  private readonly lines = new Map<number, LineAccess>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  line(lineId: number): LineAccess | undefined {
    return this.lines.get(lineId);
  }

  allLines(): ReadonlyMap<number, LineAccess> {
    return this.lines;
  }

  noteWrite(event: WriteEvent): void {
    if (event.kind === "settled") this.settledCount += 1;
  }

  pending(lineId: number): void {
    this.put(lineId, { state: "pending", message: undefined });
  }

  refused(key: WorkKey, message: string): void {
    if (key.startsWith("line:")) return this.put(Number(key.slice(5)), { state: "refused", message });
    const sinceMs = this.refusedProfiles.get(key)?.sinceMs ?? this.clock.nowMs();
    this.refusedProfiles.set(key, { message, sinceMs });
  }

  settled(lineId: number, { end, questions, obstacles, isHeld, observed }: Settled): void {
    if (end === "gone") {
      this.lines.delete(lineId);
      return;
    }
    const state =
      questions.length > 0
        ? "asks"
        : isHeld
          ? "held"
          : obstacles.length > 0
            ? "blocked"
            : end === "converged"
              ? "converged"
              : "pending";
    this.put(lineId, { state, message: undefined, questions, obstacles, observed, observedAtMs: this.clock.nowMs() });
  }

  compared(books: AccessBooks, index: AccessIndex, difference: Difference, atMs: number): void {
    this.difference = difference;
    this.index = index;
    this.comparedAtMs = atMs;
    this.lookError = undefined;
    const profiles = new Set(difference.changes.map(({ kind, name }) => `${kind.replace(/^(add|set)-/, "")}:${name}`));
    for (const key of this.refusedProfiles.keys()) if (!profiles.has(key)) this.refusedProfiles.delete(key);
    const changed = new Set(difference.changes.flatMap((change) => ("lineId" in change ? [change.lineId] : [])));
    const questions = groupByLine(difference.questions);
    const obstacles = groupByLine(difference.obstacles);
    const managed = new Set<number>();
    for (const line of books.lines) {
      managed.add(line.lineId);
      const asked = questions.get(line.lineId) ?? [];
      const blocked = obstacles.get(line.lineId) ?? [];
      const known = this.lines.get(line.lineId);
      if (line.state === "pending") continue;
      const isHeldBack = known?.state === "refused" || known?.state === "held";
      const state: AccessState =
        asked.length > 0
          ? "asks"
          : changed.has(line.lineId)
            ? isHeldBack && known !== undefined
              ? known.state
              : "pending"
            : blocked.length > 0
              ? "blocked"
              : "converged";
      this.put(line.lineId, {
        state,
        message: state === "refused" ? known?.message : undefined,
        questions: asked,
        obstacles: blocked,
        observed: observedOf(line, index),
        observedAtMs: atMs,
      });
    }
    for (const lineId of this.lines.keys()) if (!managed.has(lineId)) this.lines.delete(lineId);
  }

  lookFailed(error: OperationalError): void {
    this.lookError = { code: error.code, message: error.message, atMs: this.clock.nowMs() };
  }

  private put(lineId: number, news: Partial<LineAccess> & Pick<LineAccess, "state">): void {
    const known = this.lines.get(lineId);
    const sinceMs = known !== undefined && known.state === news.state ? known.sinceMs : this.clock.nowMs();
    this.lines.set(lineId, { ...(known ?? nothingKnown), ...news, sinceMs });
  }
}

const nothingKnown: Omit<LineAccess, "state" | "sinceMs"> = {
  observed: undefined,
  observedAtMs: undefined,
  message: undefined,
  questions: [],
  obstacles: [],
};

function groupByLine<Item extends { readonly lineId: number | undefined }>(
  items: readonly Item[],
): Map<number, Item[]> {
  const byLine = new Map<number, Item[]>();
  for (const item of items) {
    if (item.lineId !== undefined) byLine.set(item.lineId, [...(byLine.get(item.lineId) ?? []), item]);
  }
  return byLine;
}

function observedOf(line: AccessBooks["lines"][number], index: AccessIndex): LineAccess["observed"] {
  if (line.service === "static") {
    const [queue] = index.queues.named(line.name);
    return queue === undefined ? undefined : { "max-limit": queue.maxLimit, disabled: queue.disabled ? "yes" : "no" };
  }
  const [row] = (line.service === "pppoe" ? index.secrets : index.hotspotUsers).named(line.name);
  return row === undefined ? undefined : { profile: row.profile, disabled: row.disabled ? "yes" : "no" };
}
