import { z } from "zod";
import { invoiceSorts, invoiceStates } from "../../../app/billing/billing-queries.js";
import { actorOf } from "../access.js";
import { found, numberOf } from "../books-deps.js";
import { answerOnce, idempotencyHeaders, rememberSent } from "../idempotency.js";
import { balanceOf, litBy, sendPage, type MoneyDeps } from "../money-deps.js";
import { invoicesCsv } from "../csv-columns.js";
import { answerList, listForm, listReply } from "../list-csv.js";
import { invoicePage } from "../print/invoice-page.js";
import { invalidRequest } from "../problem.js";
import { toInvoiceReply } from "../replies-money.js";
import { daysOf, invoiceVoid, numberSearch, paperFilter } from "../request-money.js";
import { civilDate, idFilter, idParams, nothing, paging, stateFilter } from "../request-schemas.js";
import * as schemas from "../schemas-money.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["invoices"];

export function invoiceRoutes(app: ZodApp, { billing, billingQueries, site }: MoneyDeps): void {
  const read = (id: string) => found("invoice", billingQueries.invoice(id));

  app.get(
    "/invoices",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Invoices, the newest first",
        description:
          "`from` and `to` are civil dates of the site, both inclusive: the day of issue. `state=open` finds all that " +
          "something is open of, the overdue ones among them. `q` finds a part of a number. `sort=dueOn` has those that are due " +
          "longest first; it goes with `state=open` or `overdue`.",
        querystring: z.strictObject({
          ...paging,
          ...listForm,
          customer: idFilter("customer"),
          subscription: idFilter("subscription"),
          state: stateFilter(invoiceStates).optional(),
          sort: stateFilter(invoiceSorts).default("newest"),
          from: civilDate,
          to: civilDate,
          q: numberSearch,
        }),
        response: listReply(schemas.invoiceList),
      },
    },
    async ({ query }, reply) => {
      const { customer: customerId, subscription: subscriptionId, state, q, sort, from, to } = query;
      if (sort === "dueOn" && state !== "open" && state !== "overdue") {
        throw invalidRequest([{ in: "query", field: "sort", expected: "newest, unless state is open or overdue" }]);
      }
      const filter = { customerId, subscriptionId, state, q, sort, ...daysOf({ from, to }) };
      return answerList(reply, query, invoicesCsv, (page) => {
        const { items, nextCursor } = billingQueries.invoices(filter, page);
        return { items: items.map(toInvoiceReply), nextCursor: nextCursor ?? null };
      });
    },
  );

  app.get(
    "/invoices/:id",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "One invoice, and what is paid of it",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.invoice, ...problems },
      },
    },
    async ({ params }) => toInvoiceReply(read(params.id)),
  );

  app.get(
    "/invoices/:id/print",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "It as a page to print or to show",
        description: "In the site's language. `58mm` is the roll of a thermal printer.",
        params: idParams,
        querystring: z.strictObject({ paper: paperFilter }),
        response: {
          200: { description: "A page", content: { "text/html": { schema: z.string() } } },
          ...problems,
        },
      },
    },
    async ({ params, query }, reply) => sendPage(reply, invoicePage(read(params.id), site, site.language, query.paper)),
  );

  app.post(
    "/invoices/:id/void",
    {
      config: { access: "admin" },
      preValidation: rememberSent,
      schema: {
        tags,
        summary: "Take an invoice back, by a counter-entry",
        description:
          "Its number stays taken. What had been paid on it meets the customer's other debts, or is credit; charges that " +
          "stood on it wait again. The next run invoices the period anew, unless `waive` says that nobody is asked for it.",
        headers: idempotencyHeaders,
        params: idParams,
        querystring: nothing,
        body: invoiceVoid,
        response: { 200: schemas.invoiceVoided, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("invoice", request.params.id);
      const { reason, waive } = request.body;
      const work = (): z.output<typeof schemas.invoiceVoided> => {
        const { customerId } = read(request.params.id);
        const [, released] = litBy(billingQueries, customerId, () =>
          billing.voidInvoice(actorOf(request), id, { reason, waives: waive }),
        );
        const invoice = toInvoiceReply(read(request.params.id));
        return { ...invoice, balanceIdr: balanceOf(billingQueries, customerId), released };
      };
      return answerOnce(billing, actorOf(request), request, reply, {
        status: 200,
        schema: schemas.invoiceVoided,
        work,
      });
    },
  );
}
