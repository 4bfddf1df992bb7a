import { InvalidFields } from "../../../app/books/desk.js";
import type { LineRecord } from "../../../app/books/records.js";
import { actorOf } from "../access.js";
import { done, found, numberOf, type BooksDeps } from "../books-deps.js";
import { invalidRequest } from "../problem.js";
import { lineAnswer, linePatch, newPassword } from "../request-books.js";
import { idParams, nothing } from "../request-schemas.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";
import { accepted } from "./subscription-actions.js";

const tags = ["lines"];
const response = { 202: schemas.subscription, ...problems };

/** What people say about a managed line; each answers 202 with the line's subscription. */
export function lineActions(app: ZodApp, deps: BooksDeps): void {
  const { books } = deps;
  const owner = ({ subscriptionId }: LineRecord): number => found("line", subscriptionId);

  app.post(
    "/lines/:id/answer",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Answer what Ronda asks about a line that somebody changed by hand",
        description:
          "`keep`: it was disabled by hand and stays so. `repair`: enable it again. `recreate`: it vanished; add it again. " +
          "`renamed`: it vanished because it has another `name` now; the subscription follows it there.",
        params: idParams,
        querystring: nothing,
        body: lineAnswer,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("line", request.params.id);
      const { answer, name } = request.body;
      if ((answer === "renamed") !== (name !== undefined)) {
        const expected =
          answer === "renamed" ? "the name that the row has on the router now" : "nothing: it is for renamed";
        throw invalidRequest([{ in: "body", field: "name", expected }]);
      }
      const said = answer === "renamed" ? { renamedTo: name ?? "" } : answer;
      try {
        return accepted(deps, request, reply, owner(done(deps, books.answerByHand(actorOf(request), id, said))));
      } catch (error) {
        if (!(error instanceof InvalidFields)) throw error;
        throw invalidRequest(error.faults.map(({ expected }) => ({ in: "body", field: "name", expected })));
      }
    },
  );

  app.put(
    "/lines/:id/password",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "A new password, written to the router at its next turn",
        description: "Passwords are write-only: no reply, journal, audit or log ever holds one.",
        params: idParams,
        querystring: nothing,
        body: newPassword,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("line", request.params.id);
      const outcome = books.setPassword(actorOf(request), id, request.body.password);
      return accepted(deps, request, reply, owner(done(deps, outcome)));
    },
  );

  app.patch(
    "/lines/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Where a static line's host is, or on which server a hotspot user belongs",
        description: "Used when its row is added; the address also says what is isolated. Without `If-Match`.",
        params: idParams,
        querystring: nothing,
        body: linePatch,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("line", request.params.id);
      return accepted(deps, request, reply, owner(done(deps, books.updateLine(actorOf(request), id, request.body))));
    },
  );
}
