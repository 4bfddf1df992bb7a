import { z } from "zod";
import type { BillingQueries, InvoiceView } from "../../../app/billing/billing-queries.js";
import type { PaymentInput } from "../../../app/billing/payments.js";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { found, numberOf } from "../books-deps.js";
import { answerOnce, idempotencyHeaders, rememberSent } from "../idempotency.js";
import { languageOf } from "../language.js";
import { balanceOf, litBy, sendPage, type MoneyDeps } from "../money-deps.js";
import { receiptPage } from "../print/receipt-page.js";
import { openedWords, toInvoiceReply, toPaymentReply } from "../replies-money.js";
import {
  daysOf,
  methodFilter,
  newPayment,
  paidOnOf,
  paperFilter,
  paymentVoid,
  personFilter,
} from "../request-money.js";
import { civilDate, idFilter, idParams, nothing, paging } from "../request-schemas.js";
import { paymentsCsv } from "../csv-columns.js";
import { answerList, listForm, listReply } from "../list-csv.js";
import * as schemas from "../schemas-money.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["payments"];

export function paymentRoutes(app: ZodApp, deps: MoneyDeps): void {
  const { billing, billingQueries, site } = deps;
  const read = (id: string) => found("payment", billingQueries.payment(id));

  app.get(
    "/payments",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Payments, the one written down last first",
        description: "`from` and `to` are civil dates of the site, both inclusive: the day on which it was received.",
        querystring: z.strictObject({
          ...paging,
          ...listForm,
          customer: idFilter("customer"),
          from: civilDate,
          to: civilDate,
          method: methodFilter,
          recordedBy: personFilter.describe("who wrote it down"),
        }),
        response: listReply(schemas.paymentList),
      },
    },
    async ({ query }, reply) => {
      const { customer: customerId, method, recordedBy, from, to } = query;
      const filter = { customerId, method, recordedBy, ...daysOf({ from, to }) };
      return answerList(reply, query, paymentsCsv, (page) => {
        const { items, nextCursor } = billingQueries.payments(filter, page);
        return { items: items.map(toPaymentReply), nextCursor: nextCursor ?? null };
      });
    },
  );

  app.post(
    "/payments",
    {
      config: { access: "cashier" },
      preValidation: rememberSent,
      schema: {
        tags,
        summary: "Money came in",
        description:
          "Of a customer, or for an invoice, which is met first. What is left meets the oldest debts, then it is credit for " +
          "the next invoice. Who is dark for nothing but the debt is lit at once.",
        headers: idempotencyHeaders,
        querystring: nothing,
        body: newPayment,
        response: { 201: schemas.paymentRecorded, ...problems },
      },
    },
    async (request, reply) => {
      const work = (): z.output<typeof schemas.paymentRecorded> => {
        const input = toPaymentInput(request.body, deps);
        const customerId = payerOf(request.body, billingQueries);
        const [{ id }, released] = litBy(billingQueries, customerId, () =>
          billing.recordPayment(actorOf(request), input),
        );
        const payment = toPaymentReply(read(formatId("payment", id)));
        return { ...payment, balanceIdr: balanceOf(billingQueries, customerId), released };
      };
      return answerOnce(billing, actorOf(request), request, reply, {
        status: 201,
        schema: schemas.paymentRecorded,
        work,
      });
    },
  );

  app.get(
    "/payments/:id",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "One payment, and which invoices it met",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.payment, ...problems },
      },
    },
    async ({ params }) => toPaymentReply(read(params.id)),
  );

  app.get(
    "/payments/:id/receipt",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Its receipt, as a page to print or to show",
        description: "In the site's language. `58mm` is the roll of a thermal printer.",
        params: idParams,
        querystring: z.strictObject({ paper: paperFilter }),
        response: {
          200: { description: "A page", content: { "text/html": { schema: z.string() } } },
          ...problems,
        },
      },
    },
    async ({ params, query }, reply) => {
      const { allocations, ...payment } = read(params.id);
      return sendPage(reply, receiptPage({ ...payment, invoices: allocations }, site, site.language, query.paper));
    },
  );

  app.post(
    "/payments/:id/void",
    {
      config: { access: "admin" },
      preValidation: rememberSent,
      schema: {
        tags,
        summary: "Take a payment back, by a counter-entry",
        description:
          "The invoices that it met are open again, with their old due dates, unless other credit of the customer meets " +
          "them. Whether that isolates anybody is the next billing run's question.",
        headers: idempotencyHeaders,
        params: idParams,
        querystring: nothing,
        body: paymentVoid,
        response: { 200: schemas.paymentVoided, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("payment", request.params.id);
      const work = (): z.output<typeof schemas.paymentVoided> => {
        const before = read(request.params.id);
        const met = before.allocations.flatMap(({ invoiceId }) => billingQueries.invoice(invoiceId) ?? []);
        billing.voidPayment(actorOf(request), id, request.body);
        const opened = met.flatMap((invoice): InvoiceView[] => {
          const now = billingQueries.invoice(invoice.id);
          return now !== undefined && now.openIdr > invoice.openIdr ? [now] : [];
        });
        return {
          ...toPaymentReply(read(request.params.id)),
          balanceIdr: balanceOf(billingQueries, before.customerId),
          opened: opened.map(toOpened),
          words: openedWords(opened, languageOf(request)),
        };
      };
      return answerOnce(billing, actorOf(request), request, reply, {
        status: 200,
        schema: schemas.paymentVoided,
        work,
      });
    },
  );
}

/** Whose payment it will be. Where neither is given the use case says so. */
function payerOf(
  { customerId = "", invoiceId }: z.output<typeof newPayment>,
  { invoice }: Pick<BillingQueries, "invoice">,
): string {
  return invoiceId === undefined ? customerId : found("invoice", invoice(invoiceId)).customerId;
}

function toOpened(invoice: InvoiceView) {
  const { id, number, dueOn, openIdr } = toInvoiceReply(invoice);
  return { invoiceId: id, number, dueOn, openIdr };
}

function toPaymentInput(
  body: z.output<typeof newPayment>,
  { calendar, clock }: Pick<MoneyDeps, "calendar" | "clock">,
): PaymentInput {
  const { customerId, invoiceId, allocations } = body;
  return {
    customerId: customerId === undefined ? undefined : numberOf("customer", customerId),
    invoiceId: invoiceId === undefined ? undefined : numberOf("invoice", invoiceId),
    wanted: allocations?.map((part) => ({ ...part, invoiceId: numberOf("invoice", part.invoiceId) })),
    amountIdr: body.amountIdr,
    method: body.method,
    paidOn: paidOnOf(body.paidAt, clock.nowMs(), calendar),
    reference: body.reference ?? undefined,
  };
}
