/** Taking a router that was run by hand under management: what is asked, what is answered. */
import type { AdoptionProposal, LineKey } from "../../domain/adopt/proposal.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { Nudge } from "../books/desk.js";

/** What a person says where the router alone does not tell. */
export interface AdoptionAnswers {
  /** Lines on the isolir profile: the plan each goes back to, by the name of a plan or of a profile on this router. */
  readonly planOf?: Readonly<Partial<Record<LineKey, string>>> | undefined;
}

/** What a router holds that the books do not. */
export interface Inventory extends AdoptionProposal {
  readonly router: string;
  /** Of the whole proposal: the same as long as nothing of it changed. */
  readonly digest: string;
  readonly readAtMs: number;
}

export interface AdoptionRequest extends AdoptionAnswers {
  /** `digest`: refuses when anything was proposed otherwise meanwhile. Ids are those of proposed lines. */
  readonly chosen: { readonly all: true; readonly digest?: string | undefined } | { readonly ids: readonly string[] };
  /** By the id of the proposed plan. */
  readonly plans?:
    | Readonly<Record<string, { readonly name?: string | undefined; readonly priceIdr?: number | undefined }>>
    | undefined;
  /** By the id of the proposed line; `null` for no phone. */
  readonly customers?:
    | Readonly<
        Record<
          string,
          {
            readonly name?: string | undefined;
            readonly phone?: string | null | undefined;
            /** What the customer owes from before, for the first invoice; negative is to his credit. */
            readonly openingBalanceIdr?: number | undefined;
          }
        >
      >
    | undefined;
  /** The first day that is billed; undefined is the beginning of the next period. */
  readonly billsFrom?: CivilDate | undefined;
  /** Lines whose phone is the same are of one customer, and a customer of the books who has it is that one. */
  readonly mergeByPhone?: boolean | undefined;
  /** Passwords that the router has already (`parsePasswordExport`), kept sealed to rebuild it. */
  readonly passwords?: ReadonlyMap<LineKey, string> | undefined;
}

export interface Adopted {
  readonly plans: readonly { readonly id: number; readonly name: string; readonly priceIdr: number }[];
  readonly lines: readonly {
    readonly lineId: number;
    readonly key: LineKey;
    readonly subscriptionId: number;
    readonly customerId: number;
    readonly customerName: string;
    readonly isIsolated: boolean;
  }[];
  /** Chosen ids whose lines were managed already: nothing was done for them. */
  readonly already: readonly string[];
  readonly passwords: PasswordImport | undefined;
  /** For the daemon: whose turn it is. Nobody has to be written to. */
  readonly nudges: readonly Nudge[];
}

/** What came of a file of passwords. Never a password. */
export interface PasswordImport {
  /** Kept now, for lines that had none. */
  readonly imported: number;
  /** Lines whose password the books had already; it stays theirs. */
  readonly kept: number;
  /** Lines of PPPoE and hotspot that still have none: not rebuildable. */
  readonly without: readonly LineKey[];
  /** Passwords of lines that nobody manages: not kept. */
  readonly unmanaged: number;
  /** Passwords that Ronda could not send back (longer than 128 characters, control characters). */
  readonly unfit: readonly LineKey[];
}

export interface Adoption {
  /**
   * Reads the router and proposes; changes nothing anywhere. Running it again proposes only what is new.
   * @throws RouterError; OperationalError `ROUTER_UNKNOWN`.
   */
  inventory(router: string, signal: AbortSignal, answers?: AdoptionAnswers): Promise<Inventory>;
  /**
   * Reads the router again and takes what was chosen into the books, in one commit. Nothing is written to the router, then
   * or at its next turn. Doing it twice does it once.
   * @throws RouterError; OperationalError `ROUTER_UNKNOWN`, `VERSION_CONFLICT` when something chosen is not proposed like
   *   that any more, `INVALID_REQUEST` and the other codes of the books for edits that cannot be.
   */
  confirm(by: string, router: string, request: AdoptionRequest, signal: AbortSignal): Promise<Adopted>;
  /** Keeps passwords of lines that are managed already. @throws OperationalError `ROUTER_UNKNOWN`. */
  importPasswords(by: string, router: string, passwords: ReadonlyMap<LineKey, string>): PasswordImport;
}
