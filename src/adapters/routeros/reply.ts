/** Reply sentences that are not table rows: `!done`, `!trap`, `!fatal`, `!empty`, and rows nobody waits for. */
import { lengthFormBytes, ProtocolDoubt, skipWord } from "./framing.js";
import { decodeText } from "./text.js";

export type ReplyKind = "!re" | "!done" | "!trap" | "!fatal" | "!empty";

export interface Reply {
  readonly kind: ReplyKind;
  /** The `.tag`, wherever in the sentence it stood; undefined when there was none. */
  readonly tag: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** Words that are neither attribute nor tag: the reason of a `!fatal` comes as one. */
  readonly bareWords: readonly string[];
}

const kinds: ReadonlySet<string> = new Set<ReplyKind>(["!re", "!done", "!trap", "!fatal", "!empty"]);

/** How a router refused a command. Its words are kept, for the operator and for telling one refusal from another. */
export interface Trap {
  readonly message: string;
  /** 0..7 (RouterOS manual, API, `!trap`); often absent. */
  readonly category: number | undefined;
}

/** Offset behind the sentence that starts at `at`, or -1 when it does not end before `end`. */
export function sentenceEnd(bytes: Buffer, at: number, end: number): number {
  while (at < end) {
    if (bytes[at] === 0) return at + 1;
    at = skipWord(bytes, at, end);
    if (at < 0) return -1;
  }
  return -1;
}

/** Reads one whole sentence. Throws ProtocolDoubt when its first word is no reply that RouterOS knows. */
export function parseReply(bytes: Buffer, start: number, end: number): Reply {
  let kind: string | undefined;
  let tag: string | undefined;
  const attributes = new Map<string, string>();
  const bareWords: string[] = [];
  let at = start;
  while (at < end && bytes[at] !== 0) {
    const wordStart = at + lengthFormBytes(bytes[at] as number);
    at = skipWord(bytes, at, end);
    if (at < 0) throw new ProtocolDoubt("a sentence ends inside a word");
    const word = decodeText(bytes, wordStart, at);
    const equals = word.indexOf("=", 1);
    if (kind === undefined) kind = word;
    else if (word.startsWith(".tag=")) tag = word.slice(5);
    else if (word.startsWith("=") && equals > 0) attributes.set(word.slice(1, equals), word.slice(equals + 1));
    else bareWords.push(word);
  }
  if (kind === undefined || !kinds.has(kind)) {
    throw new ProtocolDoubt(
      `a reply begins with ${JSON.stringify((kind ?? "").slice(0, 40))}, which RouterOS never sends`,
    );
  }
  return { kind: kind as ReplyKind, tag, attributes, bareWords };
}

export function replyToTrap(reply: Reply): Trap {
  const category = /^[0-7]$/.exec(reply.attributes.get("category") ?? "");
  return {
    message: reply.attributes.get("message") ?? (reply.bareWords.join(" ") || "refused without a message"),
    category: category === null ? undefined : Number(category[0]),
  };
}
