import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvRows } from "../../../src/adapters/http/list-csv.js";
import { toCsv } from "../../../src/adapters/sqlite/reports/csv.js";
import { nowMs } from "./books.js";
import { createMoneySite, type MoneySite } from "./money-site.js";

let site: MoneySite;
let serial = 0;
beforeAll(async () => {
  site = await createMoneySite();
  for (let at = 0; at < 12; at++) await addSomeOfEach(at % 3);
});
afterAll(() => site.close());

/** Names that sort before, among and behind those that are there. */
async function addSomeOfEach(where: number): Promise<void> {
  const name = `${"AMZ".charAt(where)} warga ${serial++}`;
  const { customerId, subscriptionId } = site.customer(name);
  await site.bill();
  await site.post("/payments", { customerId, amountIdr: 1_000 + serial, method: "cash" });
  const { db } = site.books;
  const router = db.prepare("select id from routers limit 1").pluck().get() as number | undefined;
  const line = site.books.addLine(router ?? site.books.addRouter("hex"), "pppoe", name);
  const session = site.books.openSession(line, nowMs - (serial % 5) * 60_000);
  if (where === 0) site.books.endSession(session, nowMs);
  db.prepare(
    `insert into journal (router_id, line_id, kind, name, why, effect, by, after, state, intended_at_ms)
     values (1, ?, 'set-secret', ?, 'plan', 'neutral', 'daemon', '{}', 'intended', ?)`,
  ).run(line, name, nowMs);
  expect(subscriptionId).toBeTruthy();
}

const lists = [
  "/customers",
  "/subscriptions",
  "/invoices",
  "/invoices?state=open&sort=dueOn",
  "/payments",
  "/sessions",
  "/sessions?state=stale",
  "/lines",
  "/journal",
  "/audit",
  "/events/log?order=newest",
];
const idsOf = ({ body }: { body: any }): string[] => (body.items as { id: string }[]).map(({ id }) => id);
const asking = (list: string, more: string): string => `${list}${list.includes("?") ? "&" : "?"}${more}`;

async function allOf(list: string): Promise<string[]> {
  const { body } = await site.read(asking(list, "limit=500"));
  expect(body.nextCursor).toBeNull();
  return idsOf({ body });
}

describe("pages while rows are added", () => {
  test.each(lists)("%s: none twice, and none left out that was there", async (list) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.option(fc.nat({ max: 2 }), { freq: 2, nil: undefined }), { maxLength: 3 }),
        async (limit, added) => {
          const before = await allOf(list);
          expect(before.length).toBeGreaterThan(2);
          const seen: string[] = [];
          let cursor: string | null = null;
          let page = 0;
          do {
            const next: string = cursor === null ? "" : `&cursor=${cursor}`;
            const answer = await site.read(asking(list, `limit=${limit}${next}`));
            expect(answer.status).toBe(200);
            expect(answer.body.items.length).toBeLessThanOrEqual(limit);
            seen.push(...idsOf(answer));
            cursor = answer.body.nextCursor as string | null;
            const where = added[page++];
            if (where !== undefined) await addSomeOfEach(where);
          } while (cursor !== null);
          expect(new Set(seen).size, "twice").toBe(seen.length);
          expect(
            before.filter((id) => !seen.includes(id)),
            "left out",
          ).toEqual([]);
        },
      ),
      { numRuns: 6, seed: 11 },
    );
  });

  test.each(lists)("%s: the cursor of another list, or with another filter, is refused", async (list) => {
    const other = list === "/customers" ? "/lines" : "/customers";
    const { nextCursor } = (await site.read(asking(other, "limit=1"))).body;
    const { status, body } = await site.read(asking(list, `limit=1&cursor=${nextCursor}`));
    expect([status, body.code]).toEqual([400, "INVALID_CURSOR"]);
  });
});

describe("format=csv", () => {
  const parsed = (text: string): string[][] =>
    text
      .replace("\uFEFF", "")
      .trimEnd()
      .split("\r\n")
      .map((row) => row.split(";"));

  test.each(["customers", "subscriptions", "invoices", "payments", "sessions"])(
    "%s: all rows, whatever limit says",
    async (name) => {
      const { status, body, headers } = await site.read(`/${name}?format=csv&separator=;&limit=1`);
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
      expect(headers["content-disposition"]).toBe(`attachment; filename="${name}.csv"`);
      expect(String(body).charCodeAt(0)).toBe(0xfeff);
      const [head, ...rows] = parsed(String(body));
      expect(head?.[0]).toBe("id");
      expect(rows.map(([id]) => id)).toEqual(await allOf(`/${name}`));
      for (const row of rows) expect(row).toHaveLength(head?.length ?? 0);
    },
  );

  test("filters hold, and a refusal is a problem and no file", async () => {
    const { customerId } = site.customer("=1+1;@x");
    const { body } = await site.read(`/customers?format=csv&q=1%2B1`);
    expect(String(body).split("\r\n")).toHaveLength(3);
    expect(String(body)).toContain(`${customerId},'=1+1;'@x,`);
    const refused = await site.read("/customers?format=csv&cursor=x");
    expect([refused.status, refused.body.code]).toEqual([400, "INVALID_CURSOR"]);
    expect(refused.headers["content-disposition"]).toBeUndefined();
    expect((await site.read("/customers?format=xls")).status).toBe(400);
  });

  test("goes past one page of rows", async () => {
    const { db } = site.books;
    const add = db.prepare("insert into customers (name, created_at_ms, updated_at_ms) values (?, 1, 1)");
    db.transaction(() => {
      for (let at = 0; at < 450; at++) add.run(`ramai ${at}`);
    })();
    const { body } = await site.read("/customers?format=csv&q=ramai");
    const ids = parsed(String(body))
      .slice(1)
      .map(([row]) => row?.split(",")[0]);
    expect(ids).toHaveLength(450);
    expect(new Set(ids).size).toBe(450);
  });

  test("is written as reports are, whatever people are called", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.oneof(fc.string(), fc.integer(), fc.constantFrom("=a", "a;=b", "\r", '"', "-1", "@x,+y", null)), {
            minLength: 2,
            maxLength: 2,
          }),
          { maxLength: 4 },
        ),
        fc.constantFrom(",", ";"),
        (rows, separator) => {
          expect(`\uFEFF${csvRows([["a", "b"]], separator)}${csvRows(rows, separator)}`).toBe(
            toCsv(["a", "b"], rows, separator),
          );
        },
      ),
    );
  });
});

describe("sort", () => {
  test("open invoices, the longest due first, and only open ones", async () => {
    site.pass(40);
    await site.bill();
    const { body } = await site.read("/invoices?state=open&sort=dueOn&limit=500");
    const due = (body.items as { dueOn: string }[]).map(({ dueOn }) => dueOn);
    expect(new Set(due).size).toBeGreaterThan(1);
    expect(due).toEqual([...due].sort());
    const newest = (await site.read("/invoices?state=open&limit=500")).body;
    expect([...idsOf({ body: newest })].sort()).toEqual([...idsOf({ body })].sort());
    expect((await site.read("/invoices?sort=dueOn")).status).toBe(400);
    const plan = site.books.db
      .prepare(
        "explain query plan select * from invoices i where i.voided_at_ms is null and i.paid_idr < i.total_idr and (i.due_on, i.id) > (1, 1) order by i.due_on, i.id limit 5",
      )
      .all() as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join("\n")).toMatch(/invoices_due/);
    expect(plan.map(({ detail }) => detail).join("\n")).not.toMatch(/TEMP B-TREE FOR ORDER/);
  });
});

describe("history", () => {
  test("the audit of an invoice, a payment, a token", async () => {
    for (const kind of ["invoice", "payment"]) {
      const { body } = await site.read(`/audit?${kind}=${kind}_1`);
      expect(body.items.length, kind).toBeGreaterThan(0);
      for (const { subject } of body.items) expect(subject).toEqual({ kind, id: `${kind}_1` });
    }
    expect((await site.read("/audit?token=token_9")).body.items).toEqual([]);
    const { status, body } = await site.read("/audit?invoice=invoice_1&payment=payment_1");
    expect([status, body.code]).toEqual([400, "INVALID_REQUEST"]);
  });
});
