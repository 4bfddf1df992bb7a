/** What the languages of `attention-words` share. */
import type { Advice, ObstacleFacts } from "./access/access-words.js";
import type { AttentionItem, AttentionKind } from "./attention.js";

export interface AttentionWords {
  /** One plain sentence. */
  readonly title: string;
  readonly detail: string;
  readonly action: { readonly what: string; readonly command: string | undefined };
}

type Params = AttentionItem["params"];
/** One language; the compiler asks for every kind. */
export type AttentionDictionary = Record<AttentionKind, (params: Params) => AttentionWords>;

/** Who it is about: the one line by its name, several by their number. */
function whoOf(p: Params, manyNoun: string): string {
  return Number(p["lines"]) === 1 ? String(p["names"]) : `${p["lines"]} ${manyNoun}`;
}

export function questionFacts(p: Params, manyNoun: string) {
  const [kind, router, candidates] = [String(p["question"]), String(p["router"]), String(p["candidates"])];
  return { kind, router, who: whoOf(p, manyNoun), candidates };
}

export function obstacleFacts(p: Params, manyNoun: string) {
  const [router, detail] = [String(p["router"]), String(p["detail"])];
  return { kind: p["obstacle"] as ObstacleFacts["kind"], router, who: whoOf(p, manyNoun), detail };
}

/** With the line's id in the command, where it is about one. */
export function told({ title, what, command }: Advice, p: Params): Pick<AttentionWords, "title" | "action"> {
  const line = String(p["line"]);
  return { title, action: { what, command: line === "" ? command : command?.replace("/ID", `/${line}`) } };
}
