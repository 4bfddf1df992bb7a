import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMoneySite, type MoneySite } from "./money-site.js";

let site: MoneySite;
beforeAll(async () => void (site = await createMoneySite()));
afterAll(() => site.close());

const text = async (): Promise<string> => String((await site.get("/metrics")).body);

describe("/metrics", () => {
  test("tells of the books as they are now", async () => {
    expect(await text()).toContain('ronda_invoices_open_idr{due="later"} 0');
    const budi = site.customer("Budi");
    site.customer("Agus");
    await site.bill();
    await site.post("/payments", { customerId: budi.customerId, amountIdr: 1_000, method: "cash" });
    const idrs = site.books.db.prepare("select sum(total_idr - paid_idr) from invoices").pluck().get() as number;
    expect(idrs).toBeGreaterThan(1_000);
    const before = await text();
    for (const line of [
      "ronda_customers 2",
      'ronda_subscriptions{state="active"} 2',
      'ronda_subscriptions{state="isolated"} 0',
      'ronda_subscriptions_isolated{reason="overdue"} 0',
      "ronda_invoices_issued 2",
      "ronda_payments_recorded 1",
      'ronda_invoices_open{due="later"} 2',
      'ronda_invoices_open{due="past"} 0',
      `ronda_invoices_open_idr{due="later"} ${idrs}`,
      "ronda_billing_runs 1",
      "ronda_billing_last_run_failures 0",
      "ronda_clock_doubted 0",
      "ronda_brakes_engaged 0",
      "ronda_event_readers 0",
      'ronda_webhooks{state="on"} 0',
      "ronda_webhook_deliveries_waiting 0",
      "ronda_journal_open_entries 0",
      'ronda_auth_failures_total{reason="unauthenticated"} 0',
    ])
      expect(before.split("\n")).toContain(line);
    expect(before).toMatch(
      /ronda_billing_last_run_timestamp_seconds 1\.7\d+e\+09|ronda_billing_last_run_timestamp_seconds \d{10}/,
    );

    site.pass(60);
    await site.bill();
    const after = await text();
    expect(after).toContain('ronda_subscriptions_isolated{reason="overdue"} 2');
    expect(after).toMatch(/ronda_invoices_open\{due="past"\} [1-9]/);
    expect(after).not.toMatch(/Budi|Agus|customer_|subscription_/);
  });

  test("counts brakes, webhooks and what waits for them", async () => {
    await site.ask("POST", "/api/v1/webhooks", { url: "http://127.0.0.1:9/" });
    site.books.accessStore.engageBrake({ routerId: undefined, engagedAtMs: 1, subscriptionIds: new Set([1, 2]) }, 1);
    await site.post("/payments", { customerId: "customer_1", amountIdr: 1_000, method: "cash" });
    const now = (await text()).split("\n");
    expect(now).toContain("ronda_brakes_engaged 1");
    expect(now).toContain("ronda_brake_waiting_subscriptions 2");
    expect(now).toContain('ronda_webhooks{state="on"} 1');
  });

  test("counts who was refused", async () => {
    const { status } = await site.get("/api/v1/site", { authorization: "Bearer ronda_x" });
    expect(status).toBe(401);
    expect(await text()).toContain('ronda_auth_failures_total{reason="unauthenticated"} 1');
  });

  test("looks at no table that grows from end to end", () => {
    const { db } = site.books;
    const grows = /SCAN (invoices|payments|journal|audit|events|sessions|webhook_deliveries)(?! USING)/;
    const questions =
      readFileSync("src/adapters/sqlite/read-tallies.ts", "utf8").match(/["`]\s*select [^"`$]+["`]/g) ?? [];
    expect(questions.length).toBeGreaterThan(10);
    for (const question of questions) {
      const plan = db.prepare(`explain query plan ${question.slice(1, -1)}`).all() as { detail: string }[];
      expect(plan.map(({ detail }) => detail).join("\n"), question).not.toMatch(grows);
    }
  });
});

describe("docs/grafana-ronda.json", () => {
  const dashboard = JSON.parse(readFileSync("docs/grafana-ronda.json", "utf8")) as {
    panels: { id: number; type: string; title: string; targets?: { expr: string }[] }[];
  };
  const asked = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

  test("asks only for metrics and labels that there are", async () => {
    site.metrics.roundEnded("hex", "ok", 0.1);
    site.metrics.usageBooked("hex", { uploadBytes: 1, downloadBytes: 1 });
    const now = await text();
    const names = new Set(
      [...now.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", kind]) =>
        kind === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
      ),
    );
    const used = asked.flatMap((expr) => expr.match(/\b(?:ronda|process|nodejs)_\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(40);
    for (const name of used) expect(names, name).toContain(name);
  });

  test("shows every metric of Ronda's own, once under each id", async () => {
    const own = [...(await text()).matchAll(/^# TYPE (ronda_\S+) /gm)].map(([, name = ""]) => name);
    const all = asked.join("\n");
    for (const name of own) expect(all, name).toContain(name);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
