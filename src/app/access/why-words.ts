/** Why a subscription is lit or dark, and what its lines wait for: sentences for people. */
import type { IsolationReason, SubscriptionState } from "../../domain/subscription/subscription.js";
import { overdueWords, type OverdueWordsFacts } from "../billing/overdue-words.js";
import { obstacleWords, questionWords, candidateNames, type Language } from "./access-words.js";
import type { LineStanding, WaitsFor } from "./line-standing.js";

export interface WhyFacts {
  readonly state: SubscriptionState;
  /** Civil date of the site. */
  readonly sinceDate: string;
  readonly reasons: readonly {
    readonly reason: IsolationReason;
    readonly sinceDate: string;
    readonly by: string;
    readonly note: string | undefined;
  }[];
  readonly lines: readonly { readonly router: string; readonly name: string; readonly standing: LineStanding }[];
  /** What is open of it, and what follows; undefined where nobody knows. */
  readonly money?: Omit<OverdueWordsFacts, "state" | "isIsolatedForDebt"> | undefined;
}

const states: Record<Language, Record<SubscriptionState, (since: string) => string>> = {
  en: {
    pending: (since) => `Not begun yet (since ${since}): nothing is done on any router until it is activated.`,
    active: (since) => `Active since ${since}: no reason to isolate it holds.`,
    isolated: (since) => `Isolated since ${since}`,
    paused: (since) => `Paused since ${since}: its lines are off until it is resumed.`,
    terminated: (since) => `Terminated on ${since}: its lines are off.`,
  },
  id: {
    pending: (since) => `Belum dimulai (sejak ${since}): router tidak disentuh sampai diaktifkan.`,
    active: (since) => `Aktif sejak ${since}: tidak ada alasan isolir.`,
    isolated: (since) => `Diisolir sejak ${since}`,
    paused: (since) => `Dijeda sejak ${since}: jalurnya mati sampai dilanjutkan.`,
    terminated: (since) => `Berakhir pada ${since}: jalurnya mati.`,
  },
};

const reasonNames: Record<Language, Record<IsolationReason, string>> = {
  en: { overdue: "an invoice is overdue", manual: "isolated by hand" },
  id: { overdue: "ada tagihan menunggak", manual: "diisolir dengan tangan" },
};

export function whyWords({ state, sinceDate, reasons, lines, money }: WhyFacts, language: Language): string {
  const told = reasons.map(({ reason, sinceDate: since, by, note }) => {
    const who = language === "id" ? `sejak ${since}, oleh ${by}` : `since ${since}, by ${by}`;
    return `${reasonNames[language][reason]} (${who}${note === undefined ? "" : `: “${note}”`})`;
  });
  const sentences = [states[language][state](sinceDate)];
  if (state === "isolated") sentences[0] = `${sentences[0]}: ${told.join("; ")}.`;
  if (state === "paused" && told.length > 0) {
    const then = language === "id" ? "Setelah dilanjutkan tetap diisolir" : "Resumed, it stays isolated";
    sentences.push(`${then}: ${told.join("; ")}.`);
  }
  if (money !== undefined) {
    const isIsolatedForDebt = state === "isolated" && reasons.some(({ reason }) => reason === "overdue");
    sentences.push(...overdueWords({ ...money, state, isIsolatedForDebt }, language));
  }
  if (lines.length === 0) {
    sentences.push(language === "id" ? "Belum punya jalur." : "It has no line yet.");
  }
  if (state !== "pending") for (const line of lines) sentences.push(...lineWords(line, language));
  return sentences.join(" ");
}

/** Nothing of a line that is as it should be: that goes without saying. */
function lineWords({ router, name, standing }: WhyFacts["lines"][number], language: Language): string[] {
  const { questions, obstacles, waitsFor, message } = standing;
  if (waitsFor === undefined) return [];
  const advice = [
    ...questions.map((question) =>
      questionWords({ kind: question.kind, router, who: name, candidates: candidateNames(question) }, language),
    ),
    ...obstacles.map(({ kind, detail }) => obstacleWords({ kind, router, who: name, detail }, language)),
  ].map(({ title, what }) => `${title}. ${what}`);
  if (waitsFor === "answer" || waitsFor === "obstacle") return advice;
  const said = message === undefined ? "" : ` (${message})`;
  return [`${router}/${name}: ${waitingWords[language][waitsFor](said)}.`, ...advice];
}

const waitingWords: Record<Language, Record<Exclude<WaitsFor, "answer" | "obstacle">, (said: string) => string>> = {
  en: {
    turn: () => "the router is being brought in line",
    router: (said) => `waits until the router can be written to${said}`,
    enforce: () => "nothing is written, because the router is in mode observe",
    confirmation: () => "waits for a person's go: the router was in observe before",
    brake: () => "the brake holds it back until a person confirms",
    clock: () => "the machine's clock is doubted: nobody goes dark until it is trusted again",
    retry: (said) => `the router refused${said}; it is tried again`,
    "first-look": (said) => `the router was not read yet${said}`,
    configuration: () => "its router is not in routers.yaml",
  },
  id: {
    turn: () => "router sedang disesuaikan",
    router: (said) => `menunggu router bisa ditulis${said}`,
    enforce: () => "tidak ada yang ditulis, karena router dalam mode observe",
    confirmation: () => "menunggu persetujuan: router sebelumnya dalam mode observe",
    brake: () => "ditahan rem sampai ada yang menyetujui",
    clock: () => "jam mesin diragukan: tidak ada yang digelapkan sampai jam dipercaya lagi",
    retry: (said) => `router menolak${said}; dicoba lagi`,
    "first-look": (said) => `router belum dibaca${said}`,
    configuration: () => "routernya tidak ada di routers.yaml",
  },
};
