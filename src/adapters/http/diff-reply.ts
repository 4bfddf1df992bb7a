import type { z } from "zod";
import { reasonWords, type Language } from "../../app/access/access-words.js";
import type { AccessStore } from "../../app/access/access-store.js";
import type { RouterAccess } from "../../app/access/keepers.js";
import { openChanges, openMatters } from "../../app/access/line-standing.js";
import { wordsOf } from "../../app/access/write-words.js";
import { formatId } from "../../app/books/ids.js";
import type { Change } from "../../domain/access/changes.js";
import { toObstacleReply, toQuestionReply } from "./replies-books.js";
import { toInstant, toProgressReply } from "./replies.js";
import type * as schemas from "./schemas-access.js";

/** What would change on a router, and why, as of its last comparison. */
export function toDiffReply(
  router: string,
  access: RouterAccess,
  accessStore: Pick<AccessStore, "managedLine">,
  limit: number,
  language: Language,
): z.output<typeof schemas.diff> {
  const { board } = access;
  const changes = openChanges(access);
  const { questions, obstacles } = openMatters(access);
  const counted = (effect: Change["effect"]): number => changes.filter((change) => change.effect === effect).length;
  return {
    router,
    mode: access.mode,
    comparedAt: board.comparedAtMs === undefined ? null : toInstant(board.comparedAtMs),
    isHeldForConfirmation: access.isHeldForConfirmation,
    counts: {
      changes: changes.length,
      lights: counted("lights"),
      darkens: counted("darkens"),
      neutral: counted("neutral"),
      questions: questions.length,
      obstacles: obstacles.length,
    },
    changes: changes.slice(0, limit).map((change) => {
      const line = "lineId" in change ? accessStore.managedLine(change.lineId) : undefined;
      return {
        kind: change.kind,
        name: change.name,
        lineId: "lineId" in change ? formatId("line", change.lineId) : null,
        subscriptionId: line === undefined ? null : formatId("subscription", line.subscriptionId),
        customer: line?.customerName ?? null,
        effect: change.effect,
        why: { code: change.why, words: reasonWords(change.why, language) },
        before: beforeOf(change),
        after: change.kind === "remove-list-entry" ? null : wordsOf(change),
      };
    }),
    questions: questions.map((question) => toQuestionReply(question, router, language)),
    obstacles: obstacles.map((obstacle) => toObstacleReply(obstacle, router, language)),
    progress: toProgressReply(access),
    lookError: toFailure(board.lookError),
    trouble: toFailure(board.trouble),
  };
}

function beforeOf(change: Change): Record<string, string> | null {
  if (change.kind === "remove-list-entry") return wordsOf(change);
  if (!("before" in change)) return null;
  if (typeof change.before === "string") return { "rate-limit": change.before };
  return Object.fromEntries(
    Object.entries(change.before).map(([name, value]) => [
      name,
      typeof value === "boolean" ? (value ? "yes" : "no") : String(value),
    ]),
  );
}

function toFailure(error: { readonly code: string; readonly message: string; readonly atMs: number } | undefined) {
  return error === undefined ? null : { code: error.code, message: error.message, at: toInstant(error.atMs) };
}
