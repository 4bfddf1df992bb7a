// Made from docs/openapi.json by `npm run api:contract`; `npm test` holds it to the API.
export interface Access {
  /** null while nothing is wanted of the router */
  desired: Partial<Record<string, string>> | null;
  /** the router's own words, or what keeps Ronda from it */
  message: string | null;
  /** null when it is not there, or not read yet */
  observed: Partial<Record<string, string>> | null;
  /** ISO 8601, UTC */
  observedAt: string | null;
  obstacles: Obstacle[];
  questions: Question[];
  /** ISO 8601, UTC */
  since: string | null;
  /** converged: read back as the books say. pending: on its way. refused: the router said no; tried again. held: the brake waits for a person. asks: a person has to decide. blocked: something is missing. unknown: not read yet */
  state: "converged" | "pending" | "refused" | "held" | "asks" | "blocked" | "unknown";
  /** what has to come for it to converge; null when it has */
  waitsFor:
    | "turn"
    | "router"
    | "enforce"
    | "confirmation"
    | "brake"
    | "clock"
    | "answer"
    | "obstacle"
    | "retry"
    | "first-look"
    | "configuration"
    | null;
}

export interface Adopted {
  /** chosen ids whose lines were managed already: nothing was done for them */
  already: string[];
  lines: {
    /** opaque */
    customerId: string;
    customerName: string;
    isIsolated: boolean;
    key: string;
    /** opaque */
    lineId: string;
    /** opaque */
    subscriptionId: string;
  }[];
  /** null when none were sent */
  passwords: {
    /**
     * @min 0
     * @max 9007199254740991
     */
    imported: number;
    /**
     * lines whose password the books had already; it stays theirs
     * @min 0
     * @max 9007199254740991
     */
    kept: number;
    unfit: string[];
    /**
     * @min 0
     * @max 9007199254740991
     */
    unmanaged: number;
    /** lines that still have none: they cannot be rebuilt */
    without: string[];
  } | null;
  plans: {
    /** opaque */
    id: string;
    name: string;
    /**
     * @min 0
     * @max 9007199254740991
     */
    priceIdr: number;
  }[];
  router: string;
}

export interface AttentionItem {
  action: {
    command: string | null;
    what: string;
  };
  detail: string;
  /** stable while the matter lasts */
  id: string;
  kind: string;
  /** what the words were made from */
  params: Partial<Record<string, string | number>>;
  router: string | null;
  /** ISO 8601, UTC */
  since: string | null;
  title: string;
}

export interface AttentionList {
  items: AttentionItem[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface AuditEntry {
  action: string;
  after: any;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  at: string;
  before: any;
  by: string;
  /** opaque */
  id: string;
  subject: {
    id: string;
    kind: string;
  };
}

export interface AuditList {
  items: AuditEntry[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface BillingRun {
  /** `daemon` at night */
  by: string;
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  date: string;
  /**
   * subscriptions that could not be billed
   * @min 0
   * @max 9007199254740991
   */
  failures: number;
  /** null: it goes on, or was stopped before its end */
  finishedAt: string | null;
  /** opaque */
  id: string;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  invoicedIdr: number;
  /**
   * @min 0
   * @max 9007199254740991
   */
  invoices: number;
  /**
   * @min 0
   * @max 9007199254740991
   */
  reminders: number;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  startedAt: string;
}

export interface BillingRunList {
  items: BillingRun[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface Brake {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  engagedAt: string;
  /** opaque */
  id: string;
  /** null: the whole site */
  router: string | null;
  subscriptions: {
    /** ISO 8601, UTC */
    confirmedAt: string | null;
    confirmedBy: string | null;
    customer: string;
    /** opaque */
    id: string;
    /** by the books it should be dark, and is not yet */
    isDue: boolean;
    state: "pending" | "active" | "isolated" | "paused" | "terminated";
  }[];
  /**
   * due, and not confirmed: these go dark when a person confirms
   * @min 0
   * @max 9007199254740991
   */
  waiting: number;
}

export interface BrakeList {
  items: Brake[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface Bytes {
  /**
   * bytes
   * @min -9007199254740991
   * @max 9007199254740991
   */
  downloadBytes: number;
  /**
   * bytes
   * @min -9007199254740991
   * @max 9007199254740991
   */
  uploadBytes: number;
}

export interface Charge {
  /**
   * whole rupiah above 0; the kind says the sign
   * @min 0
   * @max 9007199254740991
   */
  amountIdr: number;
  by: string;
  /** null unless it was cancelled */
  cancelled: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    by: string;
    reason: string;
  } | null;
  /** opaque */
  id: string;
  /** opaque */
  invoiceId: string | null;
  /** where the site taxes; charges only */
  isTaxed: boolean;
  kind: "charge" | "discount" | "credit";
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  onDate: string;
  /** waiting: for the next invoice */
  state: "waiting" | "invoiced" | "cancelled";
  /** opaque */
  subscriptionId: string;
  text: string;
}

export interface ChargeList {
  items: Charge[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface ClockState {
  /** any of these ends the doubt */
  endedBy: ("person" | "ntp" | "routers" | "clock")[];
  /** why it is doubted */
  reason: "unset" | "stepped" | "behind-books" | "ahead-of-books" | "routers-disagree" | "books-restored" | null;
  /** routers whose clocks speak against it */
  routers: string[];
  /**
   * what the machine's clock shows, trusted or not
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  shownAt: string;
  /** since when it is doubted, by the time that Ronda goes by */
  since: string | null;
  /** doubted: nobody goes dark, nothing is invoiced or deleted */
  state: "trusted" | "doubted";
  /** the newest instant at which it was trusted; null in new books */
  trustedAt: string | null;
  /** the strongest that vouches */
  trustedBy: "ntp" | "person" | "routers" | "books" | null;
}

export interface Collectors {
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  from: string;
  items: {
    /** who recorded it */
    cashier: string;
    /**
     * that was received
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    day: string;
    /**
     * paymentsIdr - voidedIdr
     * @min -9007199254740991
     * @max 9007199254740991
     */
    keptIdr: number;
    method: "cash" | "transfer" | "other";
    /**
     * with those voided since
     * @min 0
     * @max 9007199254740991
     */
    payments: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    paymentsIdr: number;
    /**
     * of them, void now
     * @min 0
     * @max 9007199254740991
     */
    voided: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    voidedIdr: number;
  }[];
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  to: string;
  totals: {
    /**
     * paymentsIdr - voidedIdr
     * @min -9007199254740991
     * @max 9007199254740991
     */
    keptIdr: number;
    /**
     * with those voided since
     * @min 0
     * @max 9007199254740991
     */
    payments: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    paymentsIdr: number;
    /**
     * of them, void now
     * @min 0
     * @max 9007199254740991
     */
    voided: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    voidedIdr: number;
  };
}

export interface Customer {
  /** +62 … where it parses */
  phoneE164: string | null;
  address: string | null;
  /** ISO 8601, UTC */
  archivedAt: string | null;
  /**
   * whole rupiah owed; negative: has to their credit
   * @min -9007199254740991
   * @max 9007199254740991
   */
  balanceIdr: number;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  /** opaque */
  id: string;
  name: string;
  note: string | null;
  /** as it was typed */
  phone: string | null;
  subscriptions: {
    /** opaque */
    id: string;
    state: "pending" | "active" | "isolated" | "paused" | "terminated";
  }[];
  terms: CustomerTerms;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  updatedAt: string;
  /**
   * the number in its ETag
   * @min 0
   * @max 9007199254740991
   */
  version: number;
}

export interface CustomerLedger {
  /**
   * owed at the end of `to`
   * @min -9007199254740991
   * @max 9007199254740991
   */
  closingIdr: number;
  /** opaque */
  customerId: string;
  items: LedgerLine[];
  /** null on the last page */
  nextCursor: string | null;
  /**
   * owed at the end of the day before `from`
   * @min -9007199254740991
   * @max 9007199254740991
   */
  openingIdr: number;
}

export interface CustomerList {
  items: Customer[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface CustomerTerms {
  /** days after the due date; null takes the site's */
  graceDays: number | null;
  /** invoiced, and never isolated for it */
  isExempt: boolean;
  note: string | null;
}

export interface Delivery {
  /**
   * @min 0
   * @max 9007199254740991
   */
  attempts: number;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  /** ISO 8601, UTC */
  endedAt: string | null;
  /** opaque */
  eventId: string;
  /** opaque */
  id: string;
  kind: string;
  lastError: string | null;
  /** HTTP status of the last try; null: no answer */
  lastStatus: number | null;
  /** ISO 8601, UTC */
  lastTryAt: string | null;
  /** null once it has ended; those behind a failing one wait for it */
  nextTryAt: string | null;
  state: "waiting" | "delivered" | "given-up";
}

export interface DeliveryList {
  items: Delivery[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface Diff {
  /** in the order in which they would be made, at most `limit` */
  changes: {
    /** null for what is removed */
    after: Partial<Record<string, string>> | null;
    /** what changes, as it was read; null for what is added */
    before: Partial<Record<string, string>> | null;
    customer: string | null;
    effect: "lights" | "darkens" | "neutral";
    kind: string;
    /** opaque */
    lineId: string | null;
    /** of the object on the router */
    name: string;
    /** opaque */
    subscriptionId: string | null;
    why: {
      code: string;
      words: string;
    };
  }[];
  /** when the access tables were last read whole; null: not yet */
  comparedAt: string | null;
  counts: {
    /**
     * @min 0
     * @max 9007199254740991
     */
    changes: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    darkens: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    lights: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    neutral: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    obstacles: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    questions: number;
  };
  /** it was in observe before; nothing is written until a person says go */
  isHeldForConfirmation: boolean;
  /** why the last reading of the access tables failed */
  lookError: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    code: string;
    message: string;
  } | null;
  mode: "observe" | "enforce";
  obstacles: Obstacle[];
  progress: Progress;
  questions: Question[];
  router: string;
  /** why nothing can be written now */
  trouble: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    code: string;
    message: string;
  } | null;
}

export interface Event {
  /**
   * when it happened; events come in the order in which they were committed
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  at: string;
  customer: {
    /** opaque */
    id: string;
    name: string;
  } | null;
  /** by kind; docs/api.md lists them */
  detail: Partial<Record<string, any>> | null;
  /** opaque; the same wherever this event is told: drop what you have seen */
  id: string;
  kind:
    | "session.started"
    | "session.ended"
    | "router.up"
    | "router.down"
    | "line.isolated"
    | "line.released"
    | "subscription.changed"
    | "payment.received"
    | "payment.voided"
    | "invoice.issued"
    | "invoice.paid"
    | "invoice.voided"
    | "invoice.reminder"
    | "promise.made"
    | "brake.engaged"
    | "brake.released"
    | "clock.doubted"
    | "clock.trusted"
    | "billing.run";
  line: {
    /** opaque */
    id: string;
    name: string;
    service: string;
  } | null;
  router: string | null;
  /** what it is about, where the fields above do not say it */
  subject: {
    /** opaque */
    id: string;
    kind: "session" | "payment" | "invoice" | "brake" | "run";
  } | null;
  /** opaque */
  subscriptionId: string | null;
}

export interface EventList {
  items: Event[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface Expected {
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  asOf: string;
  items: {
    /**
     * what of it the customers' own credit will meet
     * @min -9007199254740991
     * @max 9007199254740991
     */
    creditIdr: number;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    dueOn: string;
    /**
     * openIdr + newIdr - creditIdr
     * @min -9007199254740991
     * @max 9007199254740991
     */
    expectedIdr: number;
    /**
     * what a run would ask for in that month
     * @min -9007199254740991
     * @max 9007199254740991
     */
    newIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    newInvoices: number;
    /**
     * open now
     * @min -9007199254740991
     * @max 9007199254740991
     */
    openIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    openInvoices: number;
  }[];
  /**
   * civil month of the site
   * @pattern ^\d{4}-\d{2}$
   */
  month: string;
  totals: {
    /**
     * what of it the customers' own credit will meet
     * @min -9007199254740991
     * @max 9007199254740991
     */
    creditIdr: number;
    /**
     * openIdr + newIdr - creditIdr
     * @min -9007199254740991
     * @max 9007199254740991
     */
    expectedIdr: number;
    /**
     * what a run would ask for in that month
     * @min -9007199254740991
     * @max 9007199254740991
     */
    newIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    newInvoices: number;
    /**
     * open now
     * @min -9007199254740991
     * @max 9007199254740991
     */
    openIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    openInvoices: number;
    /**
     * the part of openIdr due before `asOf`
     * @min -9007199254740991
     * @max 9007199254740991
     */
    overdueIdr: number;
  };
}

export interface Failure {
  /**
   * when it last happened, where that is known: else as since
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  at: string;
  code: string;
  /**
   * how often in a row since the daemon started
   * @min 0
   * @max 9007199254740991
   */
  count: number;
  message: string;
  /**
   * since when it is this trouble, and no other
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  since: string;
}

export interface Health {
  status: "ok";
}

export interface Inventory {
  /** rows that a person has to look at; proposed once that is settled */
  conflicts: {
    kind: string;
    /** the row on the router */
    row: {
      name: string;
      table: string;
    };
    words: string;
  }[];
  /** of the whole proposal: the same as long as nothing of it changed */
  digest: string;
  /** never touched */
  leftAlone: {
    /** the row on the router */
    row: {
      name: string;
      table: string;
    };
    why: string;
    words: string;
  }[];
  lines: {
    address: string | null;
    /** the subscription that a copy of a managed secret joins */
    copyOf: {
      customerName: string;
      router: string;
      /** opaque */
      subscriptionId: string;
    } | null;
    /** null where it is a copy of a line that is managed on another router */
    customer: {
      phoneE164: string | null;
      address: string | null;
      /** false: it is only the login name */
      isNameFromComment: boolean;
      name: string;
      note: string | null;
      phone: string | null;
    } | null;
    /** how it was found dark: its subscription then begins isolated by hand, so that nothing changes */
    dark: "disabled" | "isolation-profile" | "isolation-list" | null;
    hotspotServer: string | null;
    /** another one after anything that it was proposed from has changed */
    id: string;
    key: string;
    name: string;
    plan: {
      /** of the books' plan, or of a proposed one */
      id: string;
      isNew: boolean;
      name: string;
    };
    remarks: string[];
    service: "pppoe" | "hotspot" | "static";
  }[];
  plans: {
    enforcement:
      | {
          /** Ronda owns the rate-limit of this profile, and adds it where it is missing */
          kind: "profile";
          pppLocalAddress: string | null;
          pppRemoteAddress: string | null;
          profile: string;
        }
      | {
          /** only referred to */
          kind: "existing-profile";
          profile: string;
        }
      | {
          /** a simple queue per line, for static addresses */
          kind: "queue";
        };
    id: string;
    /** guessed from a name or comment; false: somebody has to say it */
    isPriceKnown: boolean;
    name: string;
    /**
     * 0 where nothing told it
     * @min 0
     * @max 9007199254740991
     */
    priceIdr: number;
    rates: PlanRates | null;
    remarks: string[];
  }[];
  /**
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  readAt: string;
  router: string;
  warnings: string[];
}

export interface Invoice {
  /** opaque */
  customerId: string;
  /** billed to: the name as it was then */
  customerName: string;
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  dueOn: string;
  /** opaque */
  id: string;
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  issuedOn: string;
  /** in their order */
  lines: {
    /**
     * signed; all of them add up to totalIdr
     * @min -9007199254740991
     * @max 9007199254740991
     */
    amountIdr: number;
    kind: "plan" | "charge" | "discount" | "credit" | "tax" | "rounding";
    /**
     * the part of the tax that belongs to this line
     * @min -9007199254740991
     * @max 9007199254740991
     */
    taxIdr: number;
    text: string;
  }[];
  /** as printed; without gaps within a year */
  number: string;
  /**
   * still to be paid; 0 once it is void
   * @min 0
   * @max 9007199254740991
   */
  openIdr: number;
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  paidIdr: number;
  period: {
    /**
     * the first day that it is not for
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    end: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    start: string;
  };
  /** opaque */
  planId: string;
  /** when the last payment that holds it was received; null while open, and when void */
  settledOn: string | null;
  /** overdue: open past its due date. Grace decides when that isolates, not this */
  state: "open" | "overdue" | "paid" | "void";
  /** opaque */
  subscriptionId: string;
  tax: {
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    baseIdr: number;
    mode: "exclusive" | "inclusive";
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    netIdr: number;
    /**
     * hundredths of a percent
     * @min -9007199254740991
     * @max 9007199254740991
     */
    rateBp: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    taxIdr: number;
    text: string;
  } | null;
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  totalIdr: number;
  /** null unless it was taken back */
  voided: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    by: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    on: string;
    reason: string;
  } | null;
}

export interface InvoiceList {
  items: Invoice[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface InvoiceVoided {
  /**
   * what the customer owes after it; negative: has to their credit
   * @min -9007199254740991
   * @max 9007199254740991
   */
  balanceIdr: number;
  /** opaque */
  customerId: string;
  /** billed to: the name as it was then */
  customerName: string;
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  dueOn: string;
  /** opaque */
  id: string;
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  issuedOn: string;
  /** in their order */
  lines: {
    /**
     * signed; all of them add up to totalIdr
     * @min -9007199254740991
     * @max 9007199254740991
     */
    amountIdr: number;
    kind: "plan" | "charge" | "discount" | "credit" | "tax" | "rounding";
    /**
     * the part of the tax that belongs to this line
     * @min -9007199254740991
     * @max 9007199254740991
     */
    taxIdr: number;
    text: string;
  }[];
  /** as printed; without gaps within a year */
  number: string;
  /**
   * still to be paid; 0 once it is void
   * @min 0
   * @max 9007199254740991
   */
  openIdr: number;
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  paidIdr: number;
  period: {
    /**
     * the first day that it is not for
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    end: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    start: string;
  };
  /** opaque */
  planId: string;
  /** subscriptions that were dark for the debt, and are lit by this */
  released: string[];
  /** when the last payment that holds it was received; null while open, and when void */
  settledOn: string | null;
  /** overdue: open past its due date. Grace decides when that isolates, not this */
  state: "open" | "overdue" | "paid" | "void";
  /** opaque */
  subscriptionId: string;
  tax: {
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    baseIdr: number;
    mode: "exclusive" | "inclusive";
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    netIdr: number;
    /**
     * hundredths of a percent
     * @min -9007199254740991
     * @max 9007199254740991
     */
    rateBp: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    taxIdr: number;
    text: string;
  } | null;
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  totalIdr: number;
  /** null unless it was taken back */
  voided: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    by: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    on: string;
    reason: string;
  } | null;
}

export interface JournalEntry {
  /** by RouterOS attribute; a password shows as *** */
  after: Partial<Record<string, string>>;
  /** by RouterOS attribute; a password shows as *** */
  before: Partial<Record<string, string>> | null;
  by: string;
  effect: "lights" | "darkens" | "neutral";
  /** ISO 8601, UTC */
  endedAt: string | null;
  /** opaque */
  id: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  intendedAt: string;
  kind: string;
  /** opaque */
  lineId: string | null;
  /** the router's own words, or what went wrong */
  message: string | null;
  name: string;
  router: string;
  /** ISO 8601, UTC */
  sentAt: string | null;
  /** settled: read back. unknown: the reply was lost, the next look decides. not-applied: it took no effect */
  state: "intended" | "sent" | "settled" | "refused" | "unknown" | "not-applied";
  /** opaque */
  subscriptionId: string | null;
  why: string;
}

export interface JournalList {
  items: JournalEntry[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface LedgerLine {
  /**
   * asked for is positive, come in is negative
   * @min -9007199254740991
   * @max 9007199254740991
   */
  amountIdr: number;
  /**
   * when it was entered
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  at: string;
  /**
   * owed after it; negative is credit
   * @min -9007199254740991
   * @max 9007199254740991
   */
  balanceIdr: number;
  by: string;
  invoice: {
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    dueOn: string;
    /** opaque */
    id: string;
    number: string;
    /**
     * the first day after
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    periodEnd: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    periodStart: string;
  } | null;
  kind: "invoice" | "invoice-void" | "payment" | "payment-void";
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  on: string;
  payment: {
    /** opaque */
    id: string;
    method: "cash" | "transfer" | "other" | "credit-note";
    reference: string | null;
  } | null;
  /** why it was voided */
  reason: string | null;
}

export interface Line {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  firstSeenAt: string;
  /** opaque */
  id: string;
  /** a customer's subscription stands behind it */
  managed: boolean;
  /** of the ppp secret, the hotspot user or the queue */
  name: string;
  radius: boolean;
  rates: Rates | null;
  router: string;
  service: "pppoe" | "hotspot" | "static" | "ppp";
  sessions: SessionCounts;
  /** stale: it was live when its router was last read */
  state: "live" | "stale" | "idle";
  /** opaque */
  subscriptionId: string | null;
  /** booked so far on the site's civil today */
  today: Bytes;
}

export interface LineList {
  items: Line[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface LineSession {
  address: string | null;
  /** bits per second, from the customer's side */
  downloadBps: number | null;
  /** when the session began */
  since: string | null;
  /** stale: it was live when its router was last read. none: its router was read just now, and it has none */
  state: "live" | "stale" | "none";
  /** between the last two readings, of all its live sessions; null where not known */
  uploadBps: number | null;
}

export interface Me {
  /** when the token or the sign-in ends; null = never */
  expiresAt: string | null;
  /** local: nobody has to sign in yet */
  kind: "user" | "token" | "local";
  /** as audit, journal and receipts call it */
  name: string;
  /** viewer reads; cashier also takes payments and short promises; admin may everything */
  role: "viewer" | "cashier" | "admin";
}

export interface Obstacle {
  command: string | null;
  detail: string;
  kind:
    | "profile-missing"
    | "isolation-profile-missing"
    | "password-unknown"
    | "name-ambiguous"
    | "address-unknown"
    | "address-differs"
    | "menu-missing"
    | "row-dynamic"
    | "plan-unfit";
  /** opaque */
  lineId: string | null;
  name: string;
  /** what a person can do */
  what: string;
  words: string;
}

export interface Payment {
  /** which invoices it met, as of now */
  allocations: {
    /**
     * whole rupiah
     * @min 0
     * @max 9007199254740991
     */
    amountIdr: number;
    /** opaque */
    invoiceId: string;
    number: string;
  }[];
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  amountIdr: number;
  /** opaque */
  customerId: string;
  customerName: string;
  /**
   * credit: what no invoice has used as of now; 0 once it is void
   * @min 0
   * @max 9007199254740991
   */
  freeIdr: number;
  /** opaque */
  id: string;
  /** credit-note: no money; what an invoice could not use of a credit */
  method: "cash" | "transfer" | "other" | "credit-note";
  /**
   * when the money was received
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  paidOn: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  recordedAt: string;
  recordedBy: string;
  reference: string | null;
  /** null unless it was taken back */
  voided: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    by: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    on: string;
    reason: string;
  } | null;
}

export interface PaymentList {
  items: Payment[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface PaymentRecorded {
  /** which invoices it met, as of now */
  allocations: {
    /**
     * whole rupiah
     * @min 0
     * @max 9007199254740991
     */
    amountIdr: number;
    /** opaque */
    invoiceId: string;
    number: string;
  }[];
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  amountIdr: number;
  /**
   * what the customer owes after it; negative: has to their credit
   * @min -9007199254740991
   * @max 9007199254740991
   */
  balanceIdr: number;
  /** opaque */
  customerId: string;
  customerName: string;
  /**
   * credit: what no invoice has used as of now; 0 once it is void
   * @min 0
   * @max 9007199254740991
   */
  freeIdr: number;
  /** opaque */
  id: string;
  /** credit-note: no money; what an invoice could not use of a credit */
  method: "cash" | "transfer" | "other" | "credit-note";
  /**
   * when the money was received
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  paidOn: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  recordedAt: string;
  recordedBy: string;
  reference: string | null;
  /** subscriptions that were dark for the debt, and are lit by this */
  released: string[];
  /** null unless it was taken back */
  voided: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    by: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    on: string;
    reason: string;
  } | null;
}

export interface PaymentVoided {
  /** which invoices it met, as of now */
  allocations: {
    /**
     * whole rupiah
     * @min 0
     * @max 9007199254740991
     */
    amountIdr: number;
    /** opaque */
    invoiceId: string;
    number: string;
  }[];
  /**
   * whole rupiah
   * @min 0
   * @max 9007199254740991
   */
  amountIdr: number;
  /**
   * what the customer owes after it; negative: has to their credit
   * @min -9007199254740991
   * @max 9007199254740991
   */
  balanceIdr: number;
  /** opaque */
  customerId: string;
  customerName: string;
  /**
   * credit: what no invoice has used as of now; 0 once it is void
   * @min 0
   * @max 9007199254740991
   */
  freeIdr: number;
  /** opaque */
  id: string;
  /** credit-note: no money; what an invoice could not use of a credit */
  method: "cash" | "transfer" | "other" | "credit-note";
  /** invoices that are open again, or more open than before */
  opened: {
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    dueOn: string;
    /** opaque */
    invoiceId: string;
    number: string;
    /**
     * whole rupiah
     * @min 0
     * @max 9007199254740991
     */
    openIdr: number;
  }[];
  /**
   * when the money was received
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  paidOn: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  recordedAt: string;
  recordedBy: string;
  reference: string | null;
  /** null unless it was taken back */
  voided: {
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    at: string;
    by: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    on: string;
    reason: string;
  } | null;
  /** what that means, by Accept-Language */
  words: string;
}

export interface Ping {
  delivered: boolean;
  error: string | null;
  status: number | null;
  /**
   * @min 0
   * @max 9007199254740991
   */
  tookMs: number;
}

export interface Plan {
  /** ISO 8601, UTC */
  archivedAt: string | null;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  enforcement:
    | {
        /** Ronda owns the rate-limit of this profile, and adds it where it is missing */
        kind: "profile";
        pppLocalAddress: string | null;
        pppRemoteAddress: string | null;
        profile: string;
      }
    | {
        /** only referred to */
        kind: "existing-profile";
        profile: string;
      }
    | {
        /** a simple queue per line, for static addresses */
        kind: "queue";
      };
  /** opaque */
  id: string;
  name: string;
  /**
   * @min 0
   * @max 9007199254740991
   */
  priceIdr: number;
  /** null where an existing profile alone says it */
  rates: PlanRates | null;
  /**
   * that have it now and are not terminated
   * @min 0
   * @max 9007199254740991
   */
  subscriptions: number;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  updatedAt: string;
  /**
   * the number in its ETag
   * @min 0
   * @max 9007199254740991
   */
  version: number;
}

export interface PlanApplied {
  /** false: nothing was changed, confirm to do it */
  isApplied: boolean;
  /**
   * active PPPoE and hotspot lines that have it
   * @min 0
   * @max 9007199254740991
   */
  lines: number;
  planId: string;
  /**
   * up on them now; each is dropped once
   * @min 0
   * @max 9007199254740991
   */
  sessions: number;
}

export interface PlanList {
  items: Plan[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface PlanRates {
  burst: {
    /**
     * bits per second, from the customer's side
     * @min 0
     * @max 9007199254740991
     */
    downloadBps: number;
    downloadSeconds: number;
    /**
     * bits per second, from the customer's side
     * @min 0
     * @max 9007199254740991
     */
    thresholdDownloadBps: number;
    /**
     * bits per second, from the customer's side
     * @min 0
     * @max 9007199254740991
     */
    thresholdUploadBps: number;
    /**
     * bits per second, from the customer's side
     * @min 0
     * @max 9007199254740991
     */
    uploadBps: number;
    uploadSeconds: number;
  } | null;
  /**
   * 0: no limit
   * @min 0
   * @max 9007199254740991
   */
  downloadBps: number;
  /** guaranteed; null is RouterOS's default */
  limitAt: {
    /**
     * bits per second, from the customer's side
     * @min 0
     * @max 9007199254740991
     */
    downloadBps: number;
    /**
     * bits per second, from the customer's side
     * @min 0
     * @max 9007199254740991
     */
    uploadBps: number;
  } | null;
  /** 1 (best) to 8; null is RouterOS's default, 8 */
  priority: number | null;
  /**
   * 0: no limit
   * @min 0
   * @max 9007199254740991
   */
  uploadBps: number;
}

/** RFC 9457 problem details */
export interface Problem {
  /** stable; docs/errors.md says what to do about each */
  code:
    | "ROUTER_UNREACHABLE"
    | "ROUTER_LOGIN_FAILED"
    | "ROUTER_TOO_OLD"
    | "ROUTER_TLS_REFUSED"
    | "ROUTER_NOT_PERMITTED"
    | "ROUTER_REFUSED"
    | "ROUTER_TIMED_OUT"
    | "ROUTER_OUTCOME_UNKNOWN"
    | "ROUTER_PROTOCOL"
    | "ROUTER_OTHER_DEVICE"
    | "ROUTER_CANCELLED"
    | "ROUTER_UNKNOWN"
    | "CONFIG_NOT_FOUND"
    | "CONFIG_INVALID"
    | "CONFIG_SECRET_MISSING"
    | "PORT_IN_USE"
    | "USAGE"
    | "STORE_NEWER"
    | "STORE_CORRUPT"
    | "STORE_IN_USE"
    | "STORE_UNWRITABLE"
    | "STORE_MIGRATION_FAILED"
    | "CLOCK_UNSET"
    | "PLAN_NOT_FOUND"
    | "CUSTOMER_NOT_FOUND"
    | "SUBSCRIPTION_NOT_FOUND"
    | "LINE_NOT_FOUND"
    | "BRAKE_NOT_FOUND"
    | "VERSION_CONFLICT"
    | "NAME_TAKEN"
    | "PROFILE_TAKEN"
    | "LINE_TAKEN"
    | "ADDRESS_TAKEN"
    | "PLAN_UNFIT"
    | "ARCHIVED"
    | "NOT_ARCHIVABLE"
    | "SUBSCRIPTION_PENDING"
    | "SUBSCRIPTION_PAUSED"
    | "SUBSCRIPTION_TERMINATED"
    | "SECRET_KEY_UNUSABLE"
    | "SECRET_KEY_WRONG"
    | "INVOICE_NOT_FOUND"
    | "PAYMENT_NOT_FOUND"
    | "INVOICE_VOIDED"
    | "PAYMENT_VOIDED"
    | "CHARGE_NOT_FOUND"
    | "CHARGE_TAKEN"
    | "ALLOCATION_EXCEEDS_INVOICE"
    | "ALLOCATION_EXCEEDS_PAYMENT"
    | "IDEMPOTENCY_KEY_REQUIRED"
    | "IDEMPOTENCY_KEY_REUSED"
    | "IDEMPOTENCY_IN_FLIGHT"
    | "WEBHOOK_NOT_FOUND"
    | "DELIVERY_NOT_FOUND"
    | "UNAUTHENTICATED"
    | "FORBIDDEN"
    | "LOGIN_FAILED"
    | "CSRF_REFUSED"
    | "RATE_LIMITED"
    | "PASSWORDS_BUSY"
    | "USER_NOT_FOUND"
    | "TOKEN_NOT_FOUND"
    | "LAST_ADMIN"
    | "INVALID_REQUEST"
    | "INVALID_CURSOR"
    | "NOT_FOUND"
    | "METHOD_NOT_ALLOWED"
    | "PRECONDITION_REQUIRED"
    | "CONFIRM_REQUIRED"
    | "HOST_REFUSED"
    | "CROSS_SITE_REFUSED"
    | "NOT_READY"
    | "TOOK_TOO_LONG"
    | "INTERNAL";
  detail: string;
  errors?: {
    expected: string;
    field: string;
    in: "query" | "path" | "body" | "header";
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  status: number;
  title: string;
  type: "about:blank";
}

export interface Progress {
  /** when the last of what waits should be done, at the usual pace */
  expectedEndAt: string | null;
  /** its access tables are being read */
  isLooking: boolean;
  /** the router cannot be reached or written to; it is tried again */
  isPaused: boolean;
  /**
   * of them, releases
   * @min 0
   * @max 9007199254740991
   */
  releases: number;
  /**
   * objects that wait to be settled
   * @min 0
   * @max 9007199254740991
   */
  waiting: number;
}

export interface Question {
  /** rows that could be it under another name */
  candidates: {
    name: string;
    same: ("caller-id" | "remote-address" | "comment")[];
  }[];
  kind: "vanished" | "disabled-by-hand";
  /** opaque */
  lineId: string;
  name: string;
  service: "pppoe" | "hotspot" | "static";
  /** what a person can do */
  what: string;
  words: string;
}

/** between the last two readings of the router */
export interface Rates {
  /**
   * bits per second
   * @min 0
   * @max 9007199254740991
   */
  downloadBps: number;
  /**
   * bits per second
   * @min 0
   * @max 9007199254740991
   */
  uploadBps: number;
}

export interface Readiness {
  /**
   * @min 0
   * @max 9007199254740991
   */
  routers: number;
  status: "ready";
}

export interface Rebuild {
  /** added again wherever they are missing */
  lines: {
    /** opaque */
    id: string;
    name: string;
    service: "pppoe" | "hotspot" | "static" | "ppp";
  }[];
  progress: Progress;
  router: string;
  /** that cannot be: no password, or no address, is known */
  withoutSecret: {
    /** opaque */
    id: string;
    name: string;
    service: "pppoe" | "hotspot" | "static" | "ppp";
  }[];
}

export interface Receivables {
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  asOf: string;
  items: {
    /**
     * overdue by so many days
     * @min -9007199254740991
     * @max 9007199254740991
     */
    days1To30Idr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    days31To60Idr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    days61To90Idr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    over90DaysIdr: number;
    /**
     * owed by the ledger; negative is credit
     * @min -9007199254740991
     * @max 9007199254740991
     */
    balanceIdr: number;
    /**
     * came in and met no invoice by then
     * @min -9007199254740991
     * @max 9007199254740991
     */
    creditIdr: number;
    customer: string;
    /** opaque */
    customerId: string;
    /**
     * due on `asOf` or later
     * @min -9007199254740991
     * @max 9007199254740991
     */
    notYetDueIdr: number;
    /** civil date of the site */
    oldestDueOn: string | null;
    /**
     * the sum of the five
     * @min -9007199254740991
     * @max 9007199254740991
     */
    openIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    openInvoices: number;
    phone: string | null;
  }[];
  totals: {
    /**
     * overdue by so many days
     * @min -9007199254740991
     * @max 9007199254740991
     */
    days1To30Idr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    days31To60Idr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    days61To90Idr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    over90DaysIdr: number;
    /**
     * owed by the ledger; negative is credit
     * @min -9007199254740991
     * @max 9007199254740991
     */
    balanceIdr: number;
    /**
     * came in and met no invoice by then
     * @min -9007199254740991
     * @max 9007199254740991
     */
    creditIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    customers: number;
    /**
     * 0, or something is wrong in the books
     * @min -9007199254740991
     * @max 9007199254740991
     */
    differenceIdr: number;
    /**
     * due on `asOf` or later
     * @min -9007199254740991
     * @max 9007199254740991
     */
    notYetDueIdr: number;
    /**
     * the sum of the five
     * @min -9007199254740991
     * @max 9007199254740991
     */
    openIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    openInvoices: number;
  };
}

export interface Reconciliation {
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  from: string;
  items: {
    /**
     * by credit notes
     * @min -9007199254740991
     * @max 9007199254740991
     */
    creditUsedIdr: number;
    /**
     * invoiced less paid, credit used, outstanding and voided: 0, or something is wrong
     * @min -9007199254740991
     * @max 9007199254740991
     */
    differenceIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    invoicedIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    invoices: number;
    /**
     * of issue
     * @pattern ^\d{4}-\d{2}$
     */
    month: string;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    outstandingIdr: number;
    /**
     * by money
     * @min -9007199254740991
     * @max 9007199254740991
     */
    paidIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    voidedIdr: number;
  }[];
  /** all of it, as of now: the entries add up to what is open less what is free */
  ledger: {
    /**
     * @min 0
     * @max 9007199254740991
     */
    customersOff: number;
    /**
     * 0, or something is wrong in the books
     * @min -9007199254740991
     * @max 9007199254740991
     */
    differenceIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    entriesIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    freeIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    openIdr: number;
  };
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  to: string;
  totals: {
    /**
     * by credit notes
     * @min -9007199254740991
     * @max 9007199254740991
     */
    creditUsedIdr: number;
    /**
     * invoiced less paid, credit used, outstanding and voided: 0, or something is wrong
     * @min -9007199254740991
     * @max 9007199254740991
     */
    differenceIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    invoicedIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    invoices: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    outstandingIdr: number;
    /**
     * by money
     * @min -9007199254740991
     * @max 9007199254740991
     */
    paidIdr: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    voidedIdr: number;
  };
}

export interface Reminder {
  customer: string;
  /** opaque */
  customerId: string;
  /**
   * negative after the due date
   * @min -9007199254740991
   * @max 9007199254740991
   */
  daysBefore: number;
  /**
   * civil date of the site
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  dueOn: string;
  /** opaque */
  invoiceId: string;
  number: string;
  /**
   * as of now: 0 once it is paid
   * @min -9007199254740991
   * @max 9007199254740991
   */
  openIdr: number;
  /** +62 …; null where none is known that parses */
  phone: string | null;
  /** ready to send, by Accept-Language; null once it is paid */
  text: string | null;
}

export interface ReminderList {
  items: Reminder[];
  /** null on the last page */
  nextCursor: string | null;
}

export type Revenue =
  | {
      by: "month";
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      from: string;
      items: RevenueMonth[];
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      to: string;
      /** the same whatever the grouping */
      totals: {
        /**
         * credit notes given less those taken back; not money, in no other sum
         * @min -9007199254740991
         * @max 9007199254740991
         */
        creditNotesIdr: number;
        /**
         * with tax
         * @min -9007199254740991
         * @max 9007199254740991
         */
        invoicedIdr: number;
        /**
         * issued on these days and not void now
         * @min 0
         * @max 9007199254740991
         */
        invoices: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        payments: number;
        /**
         * received on these days, also what was voided since
         * @min -9007199254740991
         * @max 9007199254740991
         */
        paymentsIdr: number;
        /**
         * paymentsIdr + voidsIdr
         * @min -9007199254740991
         * @max 9007199254740991
         */
        receivedIdr: number;
        /**
         * whole rupiah
         * @min -9007199254740991
         * @max 9007199254740991
         */
        taxIdr: number;
        /**
         * whole rupiah
         * @min -9007199254740991
         * @max 9007199254740991
         */
        voidInvoicedIdr: number;
        /**
         * issued on these days and void now
         * @min 0
         * @max 9007199254740991
         */
        voidInvoices: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        voids: number;
        /**
         * taken back on these days, whenever it was received; 0 or less
         * @min -9007199254740991
         * @max 9007199254740991
         */
        voidsIdr: number;
      };
    }
  | {
      by: "plan";
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      from: string;
      items: RevenuePlan[];
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      to: string;
      /** the same whatever the grouping */
      totals: {
        /**
         * credit notes given less those taken back; not money, in no other sum
         * @min -9007199254740991
         * @max 9007199254740991
         */
        creditNotesIdr: number;
        /**
         * with tax
         * @min -9007199254740991
         * @max 9007199254740991
         */
        invoicedIdr: number;
        /**
         * issued on these days and not void now
         * @min 0
         * @max 9007199254740991
         */
        invoices: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        payments: number;
        /**
         * received on these days, also what was voided since
         * @min -9007199254740991
         * @max 9007199254740991
         */
        paymentsIdr: number;
        /**
         * paymentsIdr + voidsIdr
         * @min -9007199254740991
         * @max 9007199254740991
         */
        receivedIdr: number;
        /**
         * whole rupiah
         * @min -9007199254740991
         * @max 9007199254740991
         */
        taxIdr: number;
        /**
         * whole rupiah
         * @min -9007199254740991
         * @max 9007199254740991
         */
        voidInvoicedIdr: number;
        /**
         * issued on these days and void now
         * @min 0
         * @max 9007199254740991
         */
        voidInvoices: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        voids: number;
        /**
         * taken back on these days, whenever it was received; 0 or less
         * @min -9007199254740991
         * @max 9007199254740991
         */
        voidsIdr: number;
      };
    }
  | {
      by: "method";
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      from: string;
      items: RevenueMethod[];
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      to: string;
      /** the same whatever the grouping */
      totals: {
        /**
         * credit notes given less those taken back; not money, in no other sum
         * @min -9007199254740991
         * @max 9007199254740991
         */
        creditNotesIdr: number;
        /**
         * with tax
         * @min -9007199254740991
         * @max 9007199254740991
         */
        invoicedIdr: number;
        /**
         * issued on these days and not void now
         * @min 0
         * @max 9007199254740991
         */
        invoices: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        payments: number;
        /**
         * received on these days, also what was voided since
         * @min -9007199254740991
         * @max 9007199254740991
         */
        paymentsIdr: number;
        /**
         * paymentsIdr + voidsIdr
         * @min -9007199254740991
         * @max 9007199254740991
         */
        receivedIdr: number;
        /**
         * whole rupiah
         * @min -9007199254740991
         * @max 9007199254740991
         */
        taxIdr: number;
        /**
         * whole rupiah
         * @min -9007199254740991
         * @max 9007199254740991
         */
        voidInvoicedIdr: number;
        /**
         * issued on these days and void now
         * @min 0
         * @max 9007199254740991
         */
        voidInvoices: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        voids: number;
        /**
         * taken back on these days, whenever it was received; 0 or less
         * @min -9007199254740991
         * @max 9007199254740991
         */
        voidsIdr: number;
      };
    };

export interface RevenueMethod {
  method: "cash" | "transfer" | "other";
  /**
   * civil month of the site
   * @pattern ^\d{4}-\d{2}$
   */
  month: string;
  /**
   * @min 0
   * @max 9007199254740991
   */
  payments: number;
  /**
   * received on these days, also what was voided since
   * @min -9007199254740991
   * @max 9007199254740991
   */
  paymentsIdr: number;
  /**
   * paymentsIdr + voidsIdr
   * @min -9007199254740991
   * @max 9007199254740991
   */
  receivedIdr: number;
  /**
   * @min 0
   * @max 9007199254740991
   */
  voids: number;
  /**
   * taken back on these days, whenever it was received; 0 or less
   * @min -9007199254740991
   * @max 9007199254740991
   */
  voidsIdr: number;
}

export interface RevenueMonth {
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  cashIdr: number;
  /**
   * credit notes given less those taken back; not money, in no other sum
   * @min -9007199254740991
   * @max 9007199254740991
   */
  creditNotesIdr: number;
  /**
   * with tax
   * @min -9007199254740991
   * @max 9007199254740991
   */
  invoicedIdr: number;
  /**
   * issued on these days and not void now
   * @min 0
   * @max 9007199254740991
   */
  invoices: number;
  /**
   * civil month of the site
   * @pattern ^\d{4}-\d{2}$
   */
  month: string;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  otherIdr: number;
  /**
   * @min 0
   * @max 9007199254740991
   */
  payments: number;
  /**
   * received on these days, also what was voided since
   * @min -9007199254740991
   * @max 9007199254740991
   */
  paymentsIdr: number;
  /**
   * paymentsIdr + voidsIdr
   * @min -9007199254740991
   * @max 9007199254740991
   */
  receivedIdr: number;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  taxIdr: number;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  transferIdr: number;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  voidInvoicedIdr: number;
  /**
   * issued on these days and void now
   * @min 0
   * @max 9007199254740991
   */
  voidInvoices: number;
  /**
   * @min 0
   * @max 9007199254740991
   */
  voids: number;
  /**
   * taken back on these days, whenever it was received; 0 or less
   * @min -9007199254740991
   * @max 9007199254740991
   */
  voidsIdr: number;
}

export interface RevenuePlan {
  /**
   * with tax
   * @min -9007199254740991
   * @max 9007199254740991
   */
  invoicedIdr: number;
  /**
   * issued on these days and not void now
   * @min 0
   * @max 9007199254740991
   */
  invoices: number;
  /**
   * civil month of the site
   * @pattern ^\d{4}-\d{2}$
   */
  month: string;
  plan: string;
  /** opaque */
  planId: string;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  taxIdr: number;
  /**
   * whole rupiah
   * @min -9007199254740991
   * @max 9007199254740991
   */
  voidInvoicedIdr: number;
  /**
   * issued on these days and void now
   * @min 0
   * @max 9007199254740991
   */
  voidInvoices: number;
}

export interface Round {
  /** ISO 8601, UTC */
  endedAt: string | null;
  error: {
    code: string;
    message: string;
  } | null;
  /** null while it is walking */
  result: "ok" | "failed" | null;
  router: string;
  /** ISO 8601, UTC */
  startedAt: string | null;
  state: "walking" | "ended";
}

export interface Router {
  /** null when it is not in routers.yaml */
  access: {
    /** when books and router were last compared as a whole */
    comparedAt: string | null;
    /** it was in observe before, and a person has to see the changes first */
    isHeldForConfirmation: boolean;
    progress: Progress;
  } | null;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  addedAt: string;
  boardName: string | null;
  /** the router's clock less this machine's */
  clockOffsetMs: number | null;
  connected: boolean;
  cpuLoadPercent: number | null;
  /** lines and profiles that are not as the books say; null before the first comparison */
  driftCount: number | null;
  /** longer than pollEverySeconds while a busy router is spared */
  effectiveEverySeconds: number | null;
  identityName: string | null;
  lastError: Failure | null;
  /** end of the last whole reading */
  lastSeenAt: string | null;
  /**
   * @min 0
   * @max 9007199254740991
   */
  lines: number;
  /** null when it is not in routers.yaml */
  mode: "observe" | "enforce" | null;
  name: string;
  /** ISO 8601, UTC */
  nextRoundAt: string | null;
  /** when it left routers.yaml */
  parkedAt: string | null;
  pollEverySeconds: number | null;
  /** how long the last round took */
  roundMs: number | null;
  sessions: SessionCounts;
  sessionsByService: Partial<Record<"pppoe" | "hotspot" | "static" | "ppp", SessionCounts>>;
  state: "up" | "down" | "stale" | "starting" | "other-device" | "parked";
  /**
   * @min 0
   * @max 9007199254740991
   */
  unreadableRows: number;
  /** RouterOS */
  version: string | null;
}

export interface RouterList {
  items: Router[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface RunReport {
  /** what the brake would say; in a dry run only */
  brake: {
    /**
     * so many would have, with those of the last 24 hours
     * @min 0
     * @max 9007199254740991
     */
    goingDark: number;
    /**
     * so many may go dark within 24 hours
     * @min 0
     * @max 9007199254740991
     */
    limit: number;
    /** whose figures these are; null: the whole site's */
    router: string | null;
    /** true: nobody goes dark until a person confirms */
    wouldEngage: boolean;
  } | null;
  /**
   * periods that have begun by then are invoiced
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  date: string;
  /** true: nothing was changed, this is what would be */
  dryRun: boolean;
  /** could not be billed; the others were */
  failed: {
    customer: string;
    problem: string;
    /** opaque */
    subscriptionId: string;
  }[];
  /** why it did not begin, or stopped before its end */
  heldBack: string | null;
  invoiced: {
    customer: string;
    /** opaque */
    customerId: string;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    dueOn: string;
    /** null in a dry run */
    invoiceId: string | null;
    /** null in a dry run */
    number: string | null;
    period: {
      /**
       * the first day after it
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      end: string;
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      start: string;
    };
    /** opaque */
    subscriptionId: string;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    totalIdr: number;
  }[];
  isolated: {
    customer: string;
    /** opaque */
    customerId: string;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    overdueIdr: number;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    overdueSince: string;
    /** opaque */
    subscriptionId: string;
  }[];
  released: {
    customer: string;
    /** opaque */
    customerId: string;
    /** opaque */
    subscriptionId: string;
  }[];
  reminded: {
    customer: string;
    /** opaque */
    customerId: string;
    /**
     * the step that it has reached; negative after the due date
     * @min -9007199254740991
     * @max 9007199254740991
     */
    daysBefore: number;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    dueOn: string;
    /** opaque */
    invoiceId: string;
    number: string;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    openIdr: number;
    phone: string | null;
  }[];
  totals: {
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    invoicedIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    invoices: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    isolatedIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    isolations: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    releases: number;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    remindedIdr: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    reminders: number;
  };
  /** overdue, and held back */
  waiting: {
    customer: string;
    /** opaque */
    customerId: string;
    /**
     * whole rupiah
     * @min -9007199254740991
     * @max 9007199254740991
     */
    overdueIdr: number;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    overdueSince: string;
    /** opaque */
    subscriptionId: string;
    until: {
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      date: string;
      /** `HH:MM` of the site's clock */
      time: string;
    } | null;
    why: "promise" | "exempt" | "holiday" | "window";
  }[];
}

export interface Session {
  address: string | null;
  /** bytes it had before Ronda first saw its router: in the total, in no hour or day */
  before: Bytes;
  /**
   * all of it, before first sight included
   * @min -9007199254740991
   * @max 9007199254740991
   */
  downloadBytes: number;
  /** ISO 8601, UTC */
  endedAt: string | null;
  /** how the end is known */
  endedBy: string | null;
  exactness: "exact" | "estimated";
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  firstSeenAt: string;
  /** opaque */
  id: string;
  /** pppoe, l2tp …, hotspot, static */
  kind: string;
  /** ISO 8601, UTC */
  lastSeenAt: string | null;
  /** opaque */
  lineId: string;
  lineName: string;
  mac: string | null;
  rates: Rates | null;
  /** its logout record waits until the router's byte order is known */
  recordPending: boolean;
  router: string;
  /** how long it lasted; null while it is open */
  seconds: number | null;
  service: "pppoe" | "hotspot" | "static" | "ppp";
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  startedAt: string;
  state: "live" | "stale" | "ended";
  /** it began and ended between two readings */
  unseen: boolean;
  /**
   * all of it, before first sight included
   * @min -9007199254740991
   * @max 9007199254740991
   */
  uploadBytes: number;
}

export interface SessionCounts {
  /**
   * @min 0
   * @max 9007199254740991
   */
  live: number;
  /**
   * @min 0
   * @max 9007199254740991
   */
  stale: number;
}

export interface SessionList {
  items: Session[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface Site {
  /** how the site bills, in short */
  billing: {
    cycle:
      | {
          dueDay: number | "end";
          kind: "fixed";
        }
      | {
          kind: "anniversary";
        }
      | {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          days: number;
          kind: "prepaid";
        };
    /**
     * days after the due date that are still in time
     * @min 0
     * @max 9007199254740991
     */
    graceDays: number;
    /** false: nothing is invoiced and nobody is isolated by itself */
    isAutomatic: boolean;
    /** days before the due date; negative after it */
    reminderDays: number[];
    /** PPN; null: none */
    tax: "exclusive" | "inclusive" | null;
    /** when lines may be isolated for debt; null: at any time */
    window: {
      /** `HH:MM` */
      from: string;
      /** `HH:MM`, exclusive */
      to: string;
      /** 1 is Monday */
      weekdays: number[];
    } | null;
  };
  clock: ClockState;
  language: "id" | "en";
  name: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  now: string;
  timezone: string;
  /**
   * the site's civil date
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  today: string;
  version: string;
}

export interface Subscription {
  /** of all its lines, the worst */
  access: {
    /** ISO 8601, UTC */
    since: string | null;
    state: "converged" | "pending" | "refused" | "held" | "asks" | "blocked" | "unknown";
  };
  /** ISO 8601, UTC */
  archivedAt: string | null;
  billing: {
    /** the first day that is billed; null before service begins */
    billsFrom: string | null;
    /** the first day that is not billed any more */
    billsUntil: string | null;
    /** the one in force; null where it follows from a first day that is not known yet */
    cycle:
      | (
          | {
              dueDay: number | "end";
              kind: "fixed";
            }
          | {
              /**
               * civil date of the site
               * @format date
               * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
               */
              anchor: string;
              kind: "anniversary";
            }
          | {
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              days: number;
              kind: "prepaid";
            }
        )
      | null;
    discount: {
      kind: "amount" | "share";
      text: string;
      /** the last day on which an invoice gets it */
      until: string | null;
      /**
       * rupiah, or hundredths of a percent
       * @min -9007199254740991
       * @max 9007199254740991
       */
      value: number;
    } | null;
    /** false: the site's */
    isOwnCycle: boolean;
  };
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  customer: {
    /** opaque */
    id: string;
    name: string;
  };
  /** opaque */
  id: string;
  lines: {
    access: Access;
    address: string | null;
    byHand: "unasked" | "keep" | "repair";
    hotspotServer: string | null;
    /** opaque */
    id: string;
    /** as it was last seen or settled on the router */
    isDark: boolean;
    name: string;
    /** whether one is known, never which */
    password: "unknown" | "written" | "to-write";
    router: string;
    service: "pppoe" | "hotspot" | "static";
    /** null where nobody knows: no session is open, and the router was not read lately */
    session: LineSession | null;
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    since: string;
  }[];
  note: string | null;
  overdue: {
    /**
     * what is overdue; with `due`, what is open
     * @min -9007199254740991
     * @max 9007199254740991
     */
    amountIdr: number;
    /** what holds the isolation back */
    holds: "promise" | "exempt" | "holiday" | "window" | null;
    /** when it goes dark if nothing is paid; null: never, or it is dark already */
    isolatesAt: {
      /**
       * civil date of the site
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      date: string;
      /** `HH:MM` of the site's clock */
      time: string;
    } | null;
    /** the first day on which it was overdue */
    since: string | null;
    /** none: nothing is open. due: in time. waiting: overdue and held back. due-now: overdue, nothing holds */
    state: "none" | "due" | "waiting" | "due-now";
  };
  plan: {
    /** opaque */
    id: string;
    name: string;
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    since: string;
  };
  /** one that still holds */
  promise: {
    note: string | null;
    /**
     * civil date of the site
     * @format date
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
    until: string;
  } | null;
  /** why it is isolated (or will be when it is resumed); it is released when none is left */
  reasons: {
    by: string;
    note: string | null;
    reason: "overdue" | "manual";
    /**
     * ISO 8601, UTC
     * @format date-time
     * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
     */
    since: string;
  }[];
  state: "pending" | "active" | "isolated" | "paused" | "terminated";
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  stateSince: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  updatedAt: string;
  /**
   * the number in its ETag
   * @min 0
   * @max 9007199254740991
   */
  version: number;
  /** why it is, or is not, isolated, and what its lines wait for; by Accept-Language */
  why: string;
}

export interface SubscriptionList {
  items: Subscription[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface Token {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  createdBy: string;
  /** null = never */
  expiresAt: string | null;
  id: string;
  /** to the minute */
  lastUsedAt: string | null;
  name: string;
  /** its first characters, to tell tokens apart */
  prefix: string;
  /** ISO 8601, UTC */
  revokedAt: string | null;
  revokedBy: string | null;
  /** viewer reads; cashier also takes payments and short promises; admin may everything */
  role: "viewer" | "cashier" | "admin";
}

export interface TokenList {
  items: Token[];
  nextCursor: string | null;
}

export interface TokenWithSecret {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  createdBy: string;
  /** null = never */
  expiresAt: string | null;
  id: string;
  /** to the minute */
  lastUsedAt: string | null;
  name: string;
  /** its first characters, to tell tokens apart */
  prefix: string;
  /** ISO 8601, UTC */
  revokedAt: string | null;
  revokedBy: string | null;
  /** viewer reads; cashier also takes payments and short promises; admin may everything */
  role: "viewer" | "cashier" | "admin";
  /** shown this once */
  token: string;
}

export type Usage =
  | {
      by: "hour" | "day" | "month";
      /**
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      from: string;
      /** ascending; a part that is missing had no traffic */
      items: UsagePart[];
      /** opaque */
      lineId: string;
      nextCursor: null;
      timezone: string;
      /**
       * inclusive
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      to: string;
      total: Bytes;
    }
  | {
      by: "session";
      /**
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      from: string;
      /** open at some time in the range, newest first; their bytes may lie outside it */
      items: Session[];
      /** opaque */
      lineId: string;
      nextCursor: string | null;
      timezone: string;
      /**
       * inclusive
       * @format date
       * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
       */
      to: string;
    };

export interface UsagePart {
  /**
   * civil date of the start
   * @format date
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
   */
  date: string;
  /**
   * bytes
   * @min -9007199254740991
   * @max 9007199254740991
   */
  downloadBytes: number;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  end: string;
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  start: string;
  /**
   * negative where a correction took back more than was booked
   * @min -9007199254740991
   * @max 9007199254740991
   */
  uploadBytes: number;
}

export interface User {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  createdBy: string;
  /** ISO 8601, UTC */
  disabledAt: string | null;
  id: string;
  isDisabled: boolean;
  name: string;
  /** viewer reads; cashier also takes payments and short promises; admin may everything */
  role: "viewer" | "cashier" | "admin";
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  updatedAt: string;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  version: number;
}

export interface UserList {
  items: User[];
  nextCursor: string | null;
}

export interface Webhook {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  createdBy: string;
  /** since when every try has failed; null: the last one did not */
  failingSince: string | null;
  /** opaque */
  id: string;
  /** null: all */
  kinds: string[] | null;
  note: string | null;
  /** ISO 8601, UTC */
  offSince: string | null;
  state: "on" | "off" | "off-after-failing";
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  updatedAt: string;
  url: string;
  /**
   * @min 0
   * @max 9007199254740991
   */
  version: number;
  /**
   * deliveries that are not ended
   * @min 0
   * @max 9007199254740991
   */
  waiting: number;
}

export interface WebhookList {
  items: Webhook[];
  /** null on the last page */
  nextCursor: string | null;
}

export interface WebhookWithSecret {
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  createdAt: string;
  createdBy: string;
  /** since when every try has failed; null: the last one did not */
  failingSince: string | null;
  /** opaque */
  id: string;
  /** null: all */
  kinds: string[] | null;
  note: string | null;
  /** ISO 8601, UTC */
  offSince: string | null;
  /** signs what is sent; shown this once */
  secret: string;
  state: "on" | "off" | "off-after-failing";
  /**
   * ISO 8601, UTC
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  updatedAt: string;
  url: string;
  /**
   * @min 0
   * @max 9007199254740991
   */
  version: number;
  /**
   * deliveries that are not ended
   * @min 0
   * @max 9007199254740991
   */
  waiting: number;
}
