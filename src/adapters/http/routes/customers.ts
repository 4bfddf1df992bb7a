import { z } from "zod";
import type { CustomerView } from "../../../app/books/books-queries.js";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { done, found, numberOf, type BooksDeps } from "../books-deps.js";
import { customersCsv } from "../csv-columns.js";
import { etagOf, ifMatchHeaders, optionalVersion, versionToMatch } from "../etag.js";
import { answerList, listForm, listReply } from "../list-csv.js";
import type { MoneyDeps } from "../money-deps.js";
import { customerPatch, newCustomer, withoutNulls } from "../request-books.js";
import { archivedFilter, idParams, nothing, paging, personSearch } from "../request-schemas.js";
import { toCustomerReply } from "../replies-books.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["customers"];

export function customerRoutes(app: ZodApp, deps: BooksDeps & Pick<MoneyDeps, "billingQueries">): void {
  const { books, bookQueries, billingQueries } = deps;
  const shown = (views: readonly CustomerView[]) => {
    const accounts = billingQueries.accounts(views.map(({ id }) => id));
    return views.map((view) => toCustomerReply(view, accounts));
  };
  const readShown = (id: string) => {
    const view = found("customer", bookQueries.customer(id));
    return toCustomerReply(view, billingQueries.accounts([id]));
  };
  const read = (id: number) => readShown(formatId("customer", id));

  app.get(
    "/customers",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Customers by name",
        description: "`q` finds a part of a name, of a phone number however it is written, or of the name of a line.",
        querystring: z.strictObject({ ...paging, ...listForm, q: personSearch, archived: archivedFilter }),
        response: listReply(schemas.customerList),
      },
    },
    async ({ query }, reply) => {
      const { q, archived } = query;
      return answerList(reply, query, customersCsv, (page) => {
        const { items, nextCursor } = bookQueries.customers({ q, archived }, page);
        return { items: shown(items), nextCursor: nextCursor ?? null };
      });
    },
  );

  app.post(
    "/customers",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "A new customer",
        querystring: nothing,
        body: newCustomer,
        response: { 201: schemas.customer, ...problems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const customer = read(done(deps, books.createCustomer(actorOf(request), withoutNulls(body))).id);
      return reply
        .code(201)
        .header("location", `/api/v1/customers/${customer.id}`)
        .header("etag", etagOf(customer.version))
        .send(customer);
    },
  );

  app.get(
    "/customers/:id",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "One customer",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.customer, ...problems },
      },
    },
    async ({ params }, reply) => {
      const customer = readShown(params.id);
      return reply.header("etag", etagOf(customer.version)).send(customer);
    },
  );

  app.patch(
    "/customers/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Change a customer",
        description: "What is not in the body stays, what is null goes.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: customerPatch,
        response: { 200: schemas.customer, ...problems },
      },
    },
    async (request, reply) => {
      const { params, headers, body } = request;
      const id = numberOf("customer", params.id);
      const version = versionToMatch(headers);
      const { name, ...rest } = body;
      const patch = { ...(name === undefined ? {} : { name }), ...withoutNulls(rest) };
      const customer = read(done(deps, books.updateCustomer(actorOf(request), id, patch, version)).id);
      return reply.header("etag", etagOf(customer.version)).send(customer);
    },
  );

  app.delete(
    "/customers/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Archive a customer",
        description: "History keeps it. 409 while a subscription is not terminated, or its balance is not 0.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.customer, ...problems },
      },
    },
    async (request) => {
      const { params, headers } = request;
      return read(
        done(deps, books.archiveCustomer(actorOf(request), numberOf("customer", params.id), optionalVersion(headers)))
          .id,
      );
    },
  );
}
