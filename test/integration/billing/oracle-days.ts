/**
 * What the days of a subscription should cost, counted one by one: nothing here knows of stretches, prorating or the
 * calendar library. Days are numbers of days since 1970.
 */
export const dayNo = (yyyymmdd: number): number =>
  Date.UTC(Math.floor(yyyymmdd / 10_000), (Math.floor(yyyymmdd / 100) % 100) - 1, yyyymmdd % 100) / 86_400_000;

export function civil(no: number): number {
  const date = new Date(no * 86_400_000);
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

/** The same day `months` later, or the last of a month that is too short. */
export function monthsLater(yyyymmdd: number, months: number): number {
  const month = Math.floor(yyyymmdd / 10_000) * 12 + (Math.floor(yyyymmdd / 100) % 100) - 1 + months;
  const last = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
  return Math.floor(month / 12) * 10_000 + ((month % 12) + 1) * 100 + Math.min(yyyymmdd % 100, last);
}

/** Days of the month of a grid that hold `on`: calendar months, or months counted from an anchor. */
export function cellOf(on: number, anchor: number | undefined): { readonly start: number; readonly end: number } {
  const grid = anchor ?? Math.floor(on / 100) * 100 + 1;
  let months = (Math.floor(on / 10_000) - Math.floor(grid / 10_000)) * 12 - 13;
  while (monthsLater(grid, months + 1) <= on) months += 1;
  return { start: monthsLater(grid, months), end: monthsLater(grid, months + 1) };
}

export interface Gap {
  readonly kind: "paused" | "isolated";
  readonly start: number;
  end: number | undefined;
}

/** A day of an invoice: whose price it has, or nothing. */
export type DayPrice = { readonly planId: number; readonly priceIdr: number } | "free";

/** An invoice as it should stand, day by day. */
export interface InvoiceDays {
  readonly id: number;
  readonly cycle: string;
  readonly start: number;
  readonly end: number;
  /** Days of the full period that a price is for. */
  readonly wholeDays: number;
  readonly prices: DayPrice[];
}

/** What a test knows of one subscription by its own notes of what happened to it. */
export class SubscriptionNotes {
  readonly id: number;
  state = "pending";
  billsFrom: number | undefined;
  billsUntil: number | undefined;
  cycle: { readonly kind: string; readonly anchor?: number } | undefined;
  readonly plans: { readonly from: number; readonly planId: number }[];
  readonly gaps: Gap[] = [];
  readonly waived: { readonly start: number; readonly end: number }[] = [];
  /** Invoices that stand. */
  readonly invoices = new Map<number, InvoiceDays>();

  constructor(id: number, planId: number, today: number) {
    this.id = id;
    this.plans = [{ from: today, planId }];
  }

  get planId(): number {
    return this.plans.at(-1)?.planId ?? 0;
  }

  planOn(no: number): number {
    return (this.plans.findLast(({ from }) => from <= no) ?? this.plans[0])?.planId ?? 0;
  }

  isOff(no: number, kinds: readonly Gap["kind"][]): boolean {
    return this.gaps.some(
      ({ kind, start, end }) => kinds.includes(kind) && start <= no && (end === undefined || no < end),
    );
  }

  invoiceOn(no: number): InvoiceDays | undefined {
    return [...this.invoices.values()].find(({ start, end }) => start <= no && no < end);
  }

  isWaived(no: number): boolean {
    return this.waived.some(({ start, end }) => start <= no && no < end);
  }

  /** The day on which it becomes dark is without service, the day on which it ends is with it; never before the last one. */
  becomes(state: string, today: number): Gap | undefined {
    const open = this.gaps.at(-1);
    let closed: Gap | undefined;
    if (open !== undefined && open.end === undefined) {
      open.end = Math.max(today, open.start);
      closed = open;
    }
    if (state === "paused" || state === "isolated") {
      const from = Math.max(today, ...this.gaps.map(({ end }) => end ?? 0));
      this.gaps.push({ kind: state, start: from, end: undefined });
    }
    if (this.state === "pending") this.billsFrom ??= today;
    if (state === "terminated") this.billsUntil = Math.max(today, this.billsFrom ?? today);
    this.state = state;
    return closed;
  }

  /** A change of plan acts from today on, never before the change before it. Where it acts from. */
  changesPlan(planId: number, today: number): number {
    const from = Math.max(today, this.plans.at(-1)?.from ?? today);
    this.plans.push({ from, planId });
    return from;
  }

  /** An invoice that was just made: its days at the prices of now, nothing for days that are known to be without service. */
  invoiced(
    invoice: Omit<InvoiceDays, "wholeDays" | "prices">,
    { priceOf, prorates, billsIsolated }: Pricing,
    siteCycle: string,
  ): InvoiceDays {
    const { cycle, start, end } = invoice;
    const isLast = this.billsUntil !== undefined && start >= this.billsUntil;
    const off: Gap["kind"][] = billsIsolated ? ["paused"] : ["paused", "isolated"];
    const prices: DayPrice[] = [];
    for (let no = start; no < end; no += 1) {
      const planId = this.planOn(no);
      const isFree = isLast || (cycle !== "prepaid" && this.isOff(no, off));
      prices.push(isFree ? "free" : { planId, priceIdr: priceOf(planId) });
    }
    const made: InvoiceDays = { ...invoice, prices, wholeDays: this.wholeDays(invoice, prorates, siteCycle) };
    this.invoices.set(invoice.id, made);
    return made;
  }

  private wholeDays(
    { cycle, start, end }: Pick<InvoiceDays, "cycle" | "start" | "end">,
    prorates: boolean,
    siteCycle: string,
  ): number {
    if (cycle === "prepaid") return end - start;
    const billsFrom = this.billsFrom ?? start;
    const kind = this.cycle?.kind ?? siteCycle;
    const anchor = kind === "anniversary" ? (this.cycle?.anchor ?? civil(billsFrom)) : undefined;
    const cell = cellOf(civil(start), anchor);
    let isFirst = billsFrom <= start && dayNo(cell.start) <= billsFrom;
    for (let no = billsFrom; no < start; no += 1) {
      if (this.invoiceOn(no) !== undefined || this.isWaived(no)) isFirst = false;
    }
    return isFirst && !prorates ? end - start : dayNo(cell.end) - dayNo(cell.start);
  }

  /** From a day on, another plan: every day that is charged costs what it costs now. */
  reprice(invoice: InvoiceDays, from: number, priceIdr: number): void {
    for (let no = Math.max(from, invoice.start); no < invoice.end; no += 1) {
      const isPaused = invoice.cycle !== "prepaid" && this.isOff(no, ["paused"]);
      if (invoice.prices[no - invoice.start] === "free" || isPaused) continue;
      invoice.prices[no - invoice.start] = { planId: this.planId, priceIdr };
    }
  }

  /** Paused days of what is invoiced cost nothing; a prepaid period is lengthened by them instead. */
  givesBack(invoice: InvoiceDays, { start, end }: Gap): void {
    if (invoice.cycle === "prepaid") return;
    for (let no = Math.max(start, invoice.start); no < Math.min(end ?? start, invoice.end); no += 1) {
      invoice.prices[no - invoice.start] = "free";
    }
  }

  /** Days of a prepaid period that were used before a day; none of one that is not paid. */
  usedBefore(invoice: InvoiceDays, settledOn: number | undefined, day: number): number {
    if (settledOn === undefined) return 0;
    let used = 0;
    for (let no = Math.max(invoice.start, settledOn); no < day; no += 1) if (!this.isOff(no, ["paused"])) used += 1;
    return Math.min(used, invoice.end - invoice.start);
  }

  /** The first day after a paid prepaid period: each day of it is lived, pauses are not; undefined while that is open. */
  prepaidEnd(invoice: InvoiceDays, settledOn: number): number | undefined {
    let left = invoice.end - invoice.start;
    for (let no = Math.max(invoice.start, settledOn); ; no += 1) {
      if (left === 0) return no;
      const pause = this.gaps.find(
        ({ kind, start, end }) => kind === "paused" && start <= no && (end === undefined || no < end),
      );
      if (pause === undefined) left -= 1;
      else if (pause.end === undefined) return undefined;
    }
  }
}

export interface Pricing {
  readonly priceOf: (planId: number) => number;
  readonly prorates: boolean;
  readonly billsIsolated: boolean;
}

/** What the days come to, and how many rupiah rounding may take: one for each seam at which a part was rounded down. */
export function costOf({ prices, wholeDays }: InvoiceDays): { readonly exactIdr: number; readonly seams: number } {
  let exactIdr = 0;
  let seams = 1;
  let before: DayPrice = "free";
  for (const price of prices) {
    if (price !== "free") exactIdr += price.priceIdr / wholeDays;
    const isSame =
      price === before ||
      (price !== "free" && before !== "free" && price.planId === before.planId && price.priceIdr === before.priceIdr);
    if (!isSame) seams += 1;
    before = price;
  }
  return { exactIdr, seams };
}
