/** How access of one line stands, put together from the books and the board; for the API and for words. */
import type { IsolationWays, ManagedLine } from "../../domain/access/books.js";
import type { Obstacle, Question } from "../../domain/access/changes.js";
import { desiredQueue, desiredRow } from "../../domain/access/desired.js";
import { rateLimitToQueue } from "../../domain/catalog/rate-limit.js";
import type { AccessState } from "./access-board.js";
import type { RouterAccess } from "./keepers.js";

export const accessStates = [
  "converged",
  "pending",
  "refused",
  "held",
  "asks",
  "blocked",
  "unknown",
] as const satisfies readonly AccessState[];

/**
 * What has to come for it to converge. `turn`: nothing, it is its turn soon. `router`: that the router can be reached.
 * `enforce`: the router is only watched. `confirmation`: a person's go for the first changes of a router. `brake`: a
 * person's word on a brake. `clock`: that the clock is trusted again. `answer`: a person's answer. `obstacle`: something is missing. `retry`: the router said no.
 * `first-look`: it was not read yet. `configuration`: its router is not in routers.yaml.
 */
export const waits = [
  "turn",
  "router",
  "enforce",
  "confirmation",
  "brake",
  "clock",
  "answer",
  "obstacle",
  "retry",
  "first-look",
  "configuration",
] as const;
export type WaitsFor = (typeof waits)[number];

export interface LineStanding {
  readonly state: AccessState;
  readonly waitsFor: WaitsFor | undefined;
  /** Undefined before its state was ever known. */
  readonly sinceMs: number | undefined;
  /** By attribute; undefined while nothing is wanted of the router. */
  readonly desired: Readonly<Record<string, string>> | undefined;
  readonly observed: Readonly<Record<string, string>> | undefined;
  readonly observedAtMs: number | undefined;
  /** The router's own words, or what keeps us from it. */
  readonly message: string | undefined;
  readonly questions: readonly Question[];
  readonly obstacles: readonly Obstacle[];
}

const nothing = {
  desired: undefined,
  observed: undefined,
  observedAtMs: undefined,
  message: undefined,
  questions: [],
  obstacles: [],
};

/** @param line undefined when it belongs to nobody any more. */
export function lineStanding(line: ManagedLine | undefined, router: RouterAccess | undefined): LineStanding {
  if (router === undefined) return { ...nothing, state: "unknown", waitsFor: "configuration", sinceMs: undefined };
  // A subscription that has not begun wants nothing of the router, and that is what it has.
  if (line === undefined || line.state === "pending") {
    return { ...nothing, state: "converged", waitsFor: undefined, sinceMs: undefined };
  }
  const { board } = router;
  const known = board.line(line.lineId);
  const desired = desiredWords(line, router.isolation);
  if (known === undefined) {
    const message = board.lookError?.message;
    return { ...nothing, state: "unknown", waitsFor: "first-look", sinceMs: undefined, desired, message };
  }
  const isTold = known.state !== "pending" && known.state !== "converged";
  return {
    state: known.state,
    waitsFor: waitsFor(known.state, router),
    sinceMs: known.sinceMs,
    desired,
    observed: known.observed,
    observedAtMs: known.observedAtMs,
    message: known.message ?? (known.state === "pending" ? board.trouble?.message : undefined),
    questions: isTold ? known.questions : [],
    obstacles: isTold ? known.obstacles : [],
  };
}

function waitsFor(state: AccessState, router: RouterAccess): WaitsFor | undefined {
  switch (state) {
    case "converged":
      return undefined;
    case "pending":
      if (router.board.trouble !== undefined) return "router";
      if (router.isHeldForConfirmation) return "confirmation";
      return router.mode === "observe" ? "enforce" : "turn";
    case "refused":
      return "retry";
    case "held":
      return router.isClockDoubted ? "clock" : "brake";
    case "asks":
      return "answer";
    case "blocked":
      return "obstacle";
    case "unknown":
      return "first-look";
  }
}

/** What the books want of a line's row, in the words in which `observed` is told. */
function desiredWords(line: ManagedLine, isolation: IsolationWays): Record<string, string> | undefined {
  if (line.service === "static") {
    const queue = desiredQueue(line);
    if (queue === undefined) return undefined;
    return {
      ...(queue.rates === undefined ? {} : { "max-limit": rateLimitToQueue(queue.rates)["max-limit"] }),
      [isolation.addressList]: queue.isDark ? "yes" : "no",
    };
  }
  const row = desiredRow(line, isolation);
  if (row === undefined) return undefined;
  return {
    ...(row.profile === undefined ? {} : { profile: row.profile }),
    disabled: row.disabled ? "yes" : "no",
  };
}

/** The worst of several, for a subscription as a whole: what needs a person before what needs only time. */
const worstFirst: readonly AccessState[] = ["refused", "held", "asks", "blocked", "unknown", "pending", "converged"];

export function worstState(states: Iterable<AccessState>): AccessState {
  const held = new Set(states);
  return worstFirst.find((state) => held.has(state)) ?? "converged";
}

/**
 * How many things differ between the books and the router: lines that are not as they should be, and profiles. Undefined
 * before the first comparison.
 */
export function driftCount({ board, mode, isHeldForConfirmation, progress }: RouterAccess): number | undefined {
  if (board.difference === undefined) return undefined;
  let count = 0;
  for (const { state } of board.allLines().values()) if (state !== "converged") count += 1;
  return count + openProfileChanges({ board, mode, isHeldForConfirmation, progress }).length;
}

/** Profile changes of the last comparison; made already where nothing waits any more. */
export function openProfileChanges({
  board,
  mode,
  isHeldForConfirmation,
  progress,
}: Pick<RouterAccess, "board" | "mode" | "isHeldForConfirmation" | "progress">) {
  const isDone = mode === "enforce" && !isHeldForConfirmation && progress.waiting === 0;
  if (isDone) return [];
  return (board.difference?.changes ?? []).filter((change) => !("lineId" in change));
}

/** Changes of the last comparison that are not made yet. */
export function openChanges(router: RouterAccess) {
  const { board } = router;
  const profiles = new Set(openProfileChanges(router));
  return (board.difference?.changes ?? []).filter((change) =>
    "lineId" in change ? board.line(change.lineId)?.state !== "converged" : profiles.has(change),
  );
}

/** What waits for a person now: of the lines, as they were last looked at, and of profiles. */
export function openMatters({ board }: Pick<RouterAccess, "board">): {
  readonly questions: readonly Question[];
  readonly obstacles: readonly Obstacle[];
} {
  const questions: Question[] = [];
  const obstacles: Obstacle[] = (board.difference?.obstacles ?? []).filter(({ lineId }) => lineId === undefined);
  for (const line of board.allLines().values()) {
    if (line.state === "pending" || line.state === "converged") continue;
    questions.push(...line.questions);
    obstacles.push(...line.obstacles);
  }
  return { questions, obstacles };
}
