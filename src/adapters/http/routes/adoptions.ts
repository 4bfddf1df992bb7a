import { z } from "zod";
import type { Adopted, Adoption, Inventory } from "../../../app/adopt/adoption.js";
import { formatId } from "../../../app/books/ids.js";
import { OperationalError } from "../../../app/errors.js";
import type { Clock } from "../../../app/ports.js";
import type { RowRef } from "../../../domain/adopt/proposal.js";
import { parsePasswordExport } from "../../../domain/adopt/password-export.js";
import { actorOf } from "../access.js";
import { longWorkMs } from "../deadline.js";
import type { BooksDeps } from "../books-deps.js";
import { RequestRefused, invalidRequest } from "../problem.js";
import { toEnforcementReply, toRatesReply } from "../replies-books.js";
import { toInstant } from "../replies.js";
import { adopting } from "../request-books.js";
import { toDay } from "../request-runs.js";
import { nameParams, nothing } from "../request-schemas.js";
import * as schemas from "../schemas-adoptions.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["routers"];
/** Reading a large router's tables takes some seconds. */
const readDeadlineMs = 30_000;
/** A router's whole `/export`, or the answers for some thousand lines. */
const bodyLimitBytes = 4 * 1024 * 1024;

export function adoptionRoutes(
  app: ZodApp,
  { adoption, access, clock }: Pick<BooksDeps, "access"> & { adoption: Adoption; clock: Clock },
): void {
  async function reading<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new AbortController();
    const cancel = clock.after(readDeadlineMs, () => deadline.abort(new Error("reading the router took too long")));
    try {
      return await work(deadline.signal);
    } finally {
      cancel();
    }
  }

  app.get(
    "/routers/:name/inventory",
    {
      config: { access: "admin", deadlineMs: longWorkMs },
      schema: {
        tags,
        summary: "What a router holds that the books do not, as proposed plans, customers and subscriptions",
        description:
          "Reads the router and changes nothing, neither there nor in the books. Asking again proposes only what is new.",
        params: nameParams,
        querystring: nothing,
        response: { 200: schemas.inventory, ...problems },
      },
    },
    async ({ params }) => toInventoryReply(await reading((signal) => adoption.inventory(params.name, signal))),
  );

  app.post(
    "/routers/:name/adoptions",
    {
      config: { access: "admin", deadlineMs: longWorkMs },
      bodyLimit: bodyLimitBytes,
      schema: {
        tags,
        summary: "Take what was proposed into the books, all or some",
        description:
          "Reads the router again and commits at once, or not at all: 409 `VERSION_CONFLICT` when something chosen is not " +
          "proposed like that any more. Nothing is written to the router. Doing it twice does it once. `all` with the " +
          "`digest` of the inventory takes exactly what was shown; `ids` takes some. `passwordExport` is the text of the " +
          "router's `/export` (with `show-sensitive` on RouterOS 7): passwords are kept sealed, to rebuild a lost router.",
        params: nameParams,
        querystring: nothing,
        body: adopting,
        response: { 201: schemas.adopted, ...problems },
      },
    },
    async (request, reply) => {
      const {
        params: { name },
        body,
      } = request;
      const { all, digest, ids, plans, customers, planOf, billsFrom, mergeByPhone, passwordExport } = body;
      if ((all === true) === (ids !== undefined)) {
        throw invalidRequest([{ in: "body", field: "ids", expected: "either all: true, or ids of proposed lines" }]);
      }
      const wanted = {
        chosen: ids === undefined ? ({ all: true, digest } as const) : { ids },
        plans,
        customers,
        planOf,
        billsFrom: toDay(billsFrom),
        mergeByPhone,
        passwords: passwordExport === undefined ? undefined : parsePasswordExport(passwordExport).passwords,
      };
      try {
        const adopted = await reading((signal) => adoption.confirm(actorOf(request), name, wanted, signal));
        if (adopted.nudges.length > 0) access.nudge(adopted.nudges);
        return await reply.code(201).send(toAdoptedReply(name, adopted));
      } catch (error) {
        // No If-Match failed here: the router or the books have moved on.
        if (error instanceof OperationalError && error.code === "VERSION_CONFLICT") {
          throw new RequestRefused("VERSION_CONFLICT", 409, error.message);
        }
        throw error;
      }
    },
  );
}

const toRow = ({ table, name }: RowRef) => ({ table, name });

function toInventoryReply(found: Inventory): z.output<typeof schemas.inventory> {
  return {
    router: found.router,
    readAt: toInstant(found.readAtMs),
    digest: found.digest,
    plans: found.plans.map(({ id, plan, price, remarks }) => ({
      id,
      name: plan.name,
      priceIdr: plan.priceIdr,
      isPriceKnown: price === "guessed",
      rates: toRatesReply(plan.rates),
      enforcement: toEnforcementReply(plan.enforcement),
      remarks: [...remarks],
    })),
    lines: found.lines.map((line) => ({
      id: line.id,
      key: line.key,
      service: line.service,
      name: line.name,
      plan:
        line.plan.kind === "known"
          ? { name: line.plan.name, id: formatId("plan", line.plan.planId), isNew: false }
          : { name: line.plan.name, id: line.plan.planKey, isNew: true },
      address: line.address ?? null,
      hotspotServer: line.hotspotServer ?? null,
      dark: line.dark ?? null,
      customer: line.subscription.kind === "existing" ? null : toCustomer(line.subscription.customer),
      copyOf:
        line.subscription.kind === "new"
          ? null
          : {
              subscriptionId: formatId("subscription", line.subscription.subscriptionId),
              customerName: line.subscription.customerName,
              router: line.subscription.router,
            },
      remarks: [...line.remarks],
    })),
    conflicts: found.conflicts.map(({ row, kind, words }) => ({ row: toRow(row), kind, words })),
    leftAlone: found.leftAlone.map(({ row, why, words }) => ({ row: toRow(row), why, words })),
    warnings: [...found.warnings],
  };
}

function toCustomer(customer: {
  name: string;
  phone: string | undefined;
  phoneE164: string | undefined;
  address: string | undefined;
  note: string | undefined;
  isNameFromComment: boolean;
}) {
  return {
    name: customer.name,
    phone: customer.phone ?? null,
    phoneE164: customer.phoneE164 ?? null,
    address: customer.address ?? null,
    note: customer.note ?? null,
    isNameFromComment: customer.isNameFromComment,
  };
}

function toAdoptedReply(router: string, adopted: Adopted): z.output<typeof schemas.adopted> {
  const { passwords } = adopted;
  return {
    router,
    plans: adopted.plans.map(({ id, name, priceIdr }) => ({ id: formatId("plan", id), name, priceIdr })),
    lines: adopted.lines.map(({ lineId, key, subscriptionId, customerId, customerName, isIsolated }) => ({
      lineId: formatId("line", lineId),
      key,
      subscriptionId: formatId("subscription", subscriptionId),
      customerId: formatId("customer", customerId),
      customerName,
      isIsolated,
    })),
    already: [...adopted.already],
    passwords:
      passwords === undefined ? null : { ...passwords, without: [...passwords.without], unfit: [...passwords.unfit] },
  };
}
