import { candidateNames } from "./access/access-words.js";
import { openChanges, openMatters } from "./access/line-standing.js";
import type { RouterAccess } from "./access/keepers.js";
import type { AttentionItem, AttentionKind } from "./attention.js";
import { formatId } from "./books/ids.js";

/** So many matters of one kind are told one by one; more are told as one. */
const oneByOneMax = 3;
/** A whole reading is tried every 5 minutes; without one for this long, somebody should look. */
const unreadMs = 15 * 60_000;
/** What nobody mends by waiting. */
const stubborn = new Set(["ROUTER_NOT_PERMITTED", "ROUTER_LOGIN_FAILED", "ROUTER_REFUSED", "ROUTER_PROTOCOL"]);

/** What needs a person about access on one router. Pure, but for looking at the board. */
export function accessAttention(
  router: string,
  access: RouterAccess,
  { isRead, lineName }: { readonly isRead: boolean; readonly lineName: (lineId: number) => string | undefined },
): AttentionItem[] {
  const { board } = access;
  const items: AttentionItem[] = [];
  const add = (
    kind: AttentionKind,
    sinceMs: number | undefined,
    params: Record<string, string | number>,
    suffix = "",
  ): void =>
    void items.push({ id: `${kind}:${router}${suffix}`, kind, sinceMs, router, params: { router, ...params } });

  // A router that cannot be read at all is told as that.
  const { lookError, trouble } = board;
  if (isRead && lookError !== undefined && isLasting(lookError, board.comparedAtMs)) {
    add("access-not-readable", board.comparedAtMs, { code: lookError.code, message: lookError.message });
  }
  if (isRead && trouble !== undefined && stubborn.has(trouble.code)) {
    add("access-not-writable", trouble.atMs, { code: trouble.code, message: trouble.message });
  }
  const changes = openChanges(access);
  if (access.isHeldForConfirmation && changes.length > 0) {
    const count = (effect: string): number => changes.filter((change) => change.effect === effect).length;
    const effects = { darkens: count("darkens"), lights: count("lights") };
    add("enforce-unconfirmed", board.comparedAtMs, { changes: changes.length, ...effects });
  }
  items.push(...refusedChanges(router, access, lineName));
  const { questions, obstacles } = openMatters(access);
  const sinceOf = (lineId: number | undefined): number | undefined =>
    lineId === undefined ? board.comparedAtMs : board.line(lineId)?.sinceMs;
  for (const [question, asked] of groupBy(questions, ({ kind }) => kind)) {
    const groups = asked.length > oneByOneMax ? [asked] : asked.map((one) => [one]);
    for (const group of groups) {
      const [first] = group;
      if (first === undefined) continue;
      const alone = group.length === 1;
      add(
        "line-asks",
        earliest(group.map(({ lineId }) => sinceOf(lineId))),
        {
          question,
          lines: group.length,
          names: someNames(group.map(({ name }) => name)),
          line: alone ? formatId("line", first.lineId) : "",
          candidates: alone ? candidateNames(first) : "",
        },
        alone ? `:${question}:${formatId("line", first.lineId)}` : `:${question}`,
      );
    }
  }
  // What is missing is one matter however many lines wait for it.
  for (const [key, blocked] of groupBy(obstacles, ({ kind, detail }) => `${kind}:${isThing(kind) ? detail : ""}`)) {
    const [first] = blocked;
    if (first === undefined) continue;
    const params = {
      obstacle: first.kind,
      lines: blocked.length,
      names: someNames(blocked.map(({ name }) => name)),
      line: blocked.length === 1 && first.lineId !== undefined ? formatId("line", first.lineId) : "",
      detail: isThing(first.kind) || blocked.length === 1 ? first.detail : "",
    };
    add("line-blocked", earliest(blocked.map(({ lineId }) => sinceOf(lineId))), params, `:${key}`);
  }
  return items;
}

function isLasting(error: { readonly code: string; readonly atMs: number }, comparedAtMs: number | undefined): boolean {
  if (stubborn.has(error.code)) return true;
  return comparedAtMs !== undefined && error.atMs - comparedAtMs > unreadMs;
}

function refusedChanges(
  router: string,
  { board }: RouterAccess,
  lineName: (lineId: number) => string | undefined,
): AttentionItem[] {
  const refused: { name: string; message: string; sinceMs: number }[] = [];
  for (const [lineId, { state, message, sinceMs }] of board.allLines()) {
    if (state === "refused") refused.push({ name: lineName(lineId) ?? "", message: message ?? "", sinceMs });
  }
  for (const [key, { message, sinceMs }] of board.refusedProfiles) {
    refused.push({ name: key.slice(key.indexOf(":") + 1), message, sinceMs });
  }
  const [first] = refused;
  if (first === undefined) return [];
  const params = {
    router,
    changes: refused.length,
    names: someNames(refused.map(({ name }) => name)),
    message: first.message,
  };
  const sinceMs = earliest(refused.map((one) => one.sinceMs));
  return [{ id: `change-refused:${router}`, kind: "change-refused", sinceMs, router, params }];
}

/** Obstacles whose detail is a thing that many lines share. */
function isThing(kind: string): boolean {
  return ["profile-missing", "isolation-profile-missing", "menu-missing", "plan-unfit"].includes(kind);
}

/** The first few, and how many more. */
export function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown}, … (+${names.length - 5})` : shown;
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}
