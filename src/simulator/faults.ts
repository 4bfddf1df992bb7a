import { createRandom, type Random } from "./random.js";
import { isWrite } from "./words.js";

export type CutHow = "fin" | "rst" | "silent";

/** What goes wrong with one command. */
export type FaultAction =
  /** The router refuses, and does not do it. */
  | { readonly kind: "refuse"; readonly message: string; readonly category?: number }
  /** Done, but the reply never leaves; then the connection ends, or stays and says nothing about it. */
  | { readonly kind: "lose-reply"; readonly then: CutHow }
  /** Never arrived. */
  | { readonly kind: "lose-command"; readonly then: CutHow }
  /** Done at once, told when the test releases it. */
  | { readonly kind: "hold" }
  /** Told after this many real milliseconds. For daemons that run in real time. */
  | { readonly kind: "delay"; readonly realMs: number }
  /** The reply is cut after this many bytes, or after this share of it (0 to 1). */
  | { readonly kind: "cut"; readonly afterBytes?: number; readonly afterShare?: number; readonly how: CutHow }
  /** These bytes are sent instead of the reply. */
  | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  /** A reply for a tag that nobody waits for comes first. */
  | { readonly kind: "stray"; readonly tag: string }
  /** `!fatal` with this reason, then the connection ends. */
  | { readonly kind: "fatal"; readonly reason: string };

export interface FaultRule {
  /**
   * A command such as `/ppp/secret/set`, everything below a path ending in `/*`, or `writes`: whatever changes something.
   * Default: every command.
   */
  readonly on?: string;
  /** How many matching commands pass unharmed first. */
  readonly after?: number;
  /** How many commands are hit. Default 1. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** A reply that waits for the test. */
export interface Held {
  readonly command: string;
  release(): void;
}

export type Chunking = "whole" | "bytes" | { readonly random: number };

export interface Faults {
  /** Adds a rule; the returned function takes it away. Earlier rules are asked first. */
  add(rule: FaultRule): () => void;
  /** Takes all rules and switches away and releases what is held. */
  clear(): void;
  /** Replies that are held now, oldest first. */
  readonly held: readonly Held[];
  /** Releases everything that is held; interleaved, the sentences of all held replies are mixed. */
  releaseAll(how?: { readonly interleave?: boolean }): void;
  /** Accepts connections and commands and never says a word, also not to a login. */
  silent: boolean;
  /** Closes each connection as soon as it tries to log in. */
  closeDuringLogin: CutHow | undefined;
  /** Cuts every n-th reply in its middle, on whatever connection; 0 never. Logins count as well. */
  cutEvery: number;
  /** How replies are handed to the socket. */
  chunking: Chunking;
  /** Refuses TCP connections (resets them), as with the service off or filtered. */
  refuseConnections: boolean;
}

export interface FaultsInside extends Faults {
  /** What happens to this command, if anything. */
  actionFor(command: string): FaultAction | undefined;
  hold(held: HeldReply): void;
  /** Whether this reply is one of every n. */
  cutsThisReply(): boolean;
  readonly random: Random;
}

export interface HeldReply {
  readonly command: string;
  readonly sentences: readonly Buffer[];
  send(bytes: Buffer): void;
}

export function createFaults(): FaultsInside {
  let rules: { rule: FaultRule; seen: number; hit: number }[] = [];
  let held: HeldReply[] = [];
  let replies = 0;
  const faults: FaultsInside = {
    silent: false,
    closeDuringLogin: undefined,
    cutEvery: 0,
    chunking: "whole",
    refuseConnections: false,
    random: createRandom(7),
    add(rule) {
      const entry = { rule, seen: 0, hit: 0 };
      rules.push(entry);
      return () => {
        rules = rules.filter((other) => other !== entry);
      };
    },
    clear() {
      rules = [];
      faults.silent = false;
      faults.closeDuringLogin = undefined;
      faults.cutEvery = 0;
      faults.chunking = "whole";
      faults.refuseConnections = false;
      faults.releaseAll();
    },
    get held() {
      return held.map((reply) => ({ command: reply.command, release: () => release(reply) }));
    },
    releaseAll({ interleave = false } = {}) {
      const waiting = held;
      held = [];
      if (interleave) mix(waiting);
      else for (const reply of waiting) reply.send(Buffer.concat(reply.sentences));
    },
    actionFor(command) {
      for (const entry of rules) {
        if (!matches(entry.rule.on, command)) continue;
        entry.seen += 1;
        if (entry.seen <= (entry.rule.after ?? 0) || entry.hit >= (entry.rule.times ?? 1)) continue;
        entry.hit += 1;
        return entry.rule.action;
      }
      return undefined;
    },
    hold: (reply) => void held.push(reply),
    cutsThisReply() {
      replies += 1;
      return faults.cutEvery > 0 && replies % faults.cutEvery === 0;
    },
  };
  const release = (reply: HeldReply): void => {
    if (!held.includes(reply)) return;
    held = held.filter((other) => other !== reply);
    reply.send(Buffer.concat(reply.sentences));
  };
  return faults;
}

/** Sends one sentence of each reply in turn, so that replies of different tags arrive mixed. */
function mix(replies: readonly HeldReply[]): void {
  const longest = Math.max(0, ...replies.map((reply) => reply.sentences.length));
  for (let index = 0; index < longest; index++) {
    for (const reply of replies) {
      const sentence = reply.sentences[index];
      if (sentence !== undefined) reply.send(sentence);
    }
  }
}

function matches(on: string | undefined, command: string): boolean {
  if (on === undefined) return true;
  if (on === "writes") return isWrite(command);
  return on.endsWith("/*") ? command.startsWith(on.slice(0, -1)) : on === command;
}
