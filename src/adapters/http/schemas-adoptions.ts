/** What a router holds that the books do not, and what came of taking it over. */
import { z } from "zod";
import { plan, planRates } from "./schemas-books.js";
import { named } from "./schemas.js";

const id = z.string().describe("opaque");
const service = z.enum(["pppoe", "hotspot", "static"]);
const row = z.object({ table: z.string(), name: z.string() }).describe("the row on the router");

export const inventory = named(
  "Inventory",
  z.object({
    router: z.string(),
    readAt: z.iso.datetime(),
    digest: z.string().describe("of the whole proposal: the same as long as nothing of it changed"),
    plans: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        priceIdr: z.int().nonnegative().describe("0 where nothing told it"),
        isPriceKnown: z.boolean().describe("guessed from a name or comment; false: somebody has to say it"),
        rates: planRates.nullable(),
        enforcement: plan.shape.enforcement,
        remarks: z.array(z.string()),
      }),
    ),
    lines: z.array(
      z.object({
        id: z.string().describe("another one after anything that it was proposed from has changed"),
        key: z.string(),
        service,
        name: z.string(),
        plan: z.object({
          name: z.string(),
          id: z.string().describe("of the books' plan, or of a proposed one"),
          isNew: z.boolean(),
        }),
        address: z.string().nullable(),
        hotspotServer: z.string().nullable(),
        dark: z
          .enum(["disabled", "isolation-profile", "isolation-list"])
          .nullable()
          .describe("how it was found dark: its subscription then begins isolated by hand, so that nothing changes"),
        customer: z
          .object({
            name: z.string(),
            phone: z.string().nullable(),
            phoneE164: z.string().nullable(),
            address: z.string().nullable(),
            note: z.string().nullable(),
            isNameFromComment: z.boolean().describe("false: it is only the login name"),
          })
          .nullable()
          .describe("null where it is a copy of a line that is managed on another router"),
        copyOf: z
          .object({ subscriptionId: id, customerName: z.string(), router: z.string() })
          .nullable()
          .describe("the subscription that a copy of a managed secret joins"),
        remarks: z.array(z.string()),
      }),
    ),
    conflicts: z
      .array(z.object({ row, kind: z.string(), words: z.string() }))
      .describe("rows that a person has to look at; proposed once that is settled"),
    leftAlone: z.array(z.object({ row, why: z.string(), words: z.string() })).describe("never touched"),
    warnings: z.array(z.string()),
  }),
);

export const adopted = named(
  "Adopted",
  z.object({
    router: z.string(),
    plans: z.array(z.object({ id, name: z.string(), priceIdr: z.int().nonnegative() })),
    lines: z.array(
      z.object({
        lineId: id,
        key: z.string(),
        subscriptionId: id,
        customerId: id,
        customerName: z.string(),
        isIsolated: z.boolean(),
      }),
    ),
    already: z.array(z.string()).describe("chosen ids whose lines were managed already: nothing was done for them"),
    passwords: z
      .object({
        imported: z.int().nonnegative(),
        kept: z.int().nonnegative().describe("lines whose password the books had already; it stays theirs"),
        without: z.array(z.string()).describe("lines that still have none: they cannot be rebuilt"),
        unmanaged: z.int().nonnegative(),
        unfit: z.array(z.string()),
      })
      .nullable()
      .describe("null when none were sent"),
  }),
);
