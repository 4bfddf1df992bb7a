/** From the views of money to the API's JSON. */
import type { z } from "zod";
import type { Language } from "../../app/access/access-words.js";
import type { ChargeView, InvoiceView, PaymentView } from "../../app/billing/billing-queries.js";
import type { Voided } from "../../app/billing/records.js";
import { formatCivilDate } from "../../domain/billing/civil-date.js";
import { formatDay, formatIdr, printWords } from "./print/words.js";
import { toInstant } from "./replies.js";
import type * as schemas from "./schemas-money.js";

const toVoidedReply = (voided: Voided | undefined) =>
  voided === undefined
    ? null
    : { at: toInstant(voided.atMs), on: formatCivilDate(voided.on), by: voided.by, reason: voided.reason };

export function toInvoiceReply(view: InvoiceView): z.output<typeof schemas.invoice> {
  return {
    id: view.id,
    number: view.number,
    customerId: view.customerId,
    customerName: view.billedTo,
    subscriptionId: view.subscriptionId,
    planId: view.planId,
    period: { start: formatCivilDate(view.period.start), end: formatCivilDate(view.period.end) },
    issuedOn: formatCivilDate(view.issuedOn),
    dueOn: formatCivilDate(view.dueOn),
    lines: view.lines.map((line) => ({ ...line })),
    tax: view.tax === undefined ? null : { ...view.tax },
    totalIdr: view.totalIdr,
    paidIdr: view.paidIdr,
    openIdr: view.openIdr,
    state: view.state,
    settledOn: view.settledOn === undefined ? null : formatCivilDate(view.settledOn),
    voided: toVoidedReply(view.voided),
  };
}

export function toPaymentReply(view: PaymentView): z.output<typeof schemas.payment> {
  return {
    id: view.id,
    customerId: view.customerId,
    customerName: view.customerName,
    amountIdr: view.amountIdr,
    method: view.method,
    paidOn: formatCivilDate(view.paidOn),
    recordedAt: toInstant(view.recordedAtMs),
    recordedBy: view.recordedBy,
    reference: view.reference ?? null,
    allocations: view.allocations.map(({ invoiceId, number, amountIdr }) => ({ invoiceId, number, amountIdr })),
    freeIdr: view.freeIdr,
    voided: toVoidedReply(view.voided),
  };
}

export function toChargeReply(view: ChargeView): z.output<typeof schemas.charge> {
  const { cancelled } = view;
  return {
    id: view.id,
    subscriptionId: view.subscriptionId,
    kind: view.kind,
    text: view.text,
    amountIdr: view.amountIdr,
    isTaxed: view.isTaxed,
    onDate: formatCivilDate(view.on),
    by: view.by,
    state: view.state,
    invoiceId: view.invoiceId ?? null,
    cancelled:
      cancelled === undefined ? null : { at: toInstant(cancelled.atMs), by: cancelled.by, reason: cancelled.reason },
  };
}

/** What became open by the void of a payment, each as it stands after it, and what follows from that. */
export function openedWords(opened: readonly InvoiceView[], language: Language): string {
  const print = printWords[language];
  const told = opened.map(({ number, openIdr, dueOn }) =>
    language === "id"
      ? `${number} (sisa ${formatIdr(openIdr)}, jatuh tempo ${formatDay(dueOn, print)})`
      : `${number} (${formatIdr(openIdr)} open, due ${formatDay(dueOn, print)})`,
  );
  if (language === "id") {
    return told.length === 0
      ? "Tidak ada tagihan yang terbuka lagi karena pembatalan ini."
      : `Tagihan terbuka lagi: ${told.join("; ")}. Belum ada yang diisolir: itu diputuskan pada proses tagihan berikutnya.`;
  }
  return told.length === 0
    ? "No invoice is open again by this."
    : `Open again: ${told.join("; ")}. Nobody is isolated by this yet: the next billing run decides that.`;
}
