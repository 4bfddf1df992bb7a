/** A small site that is asked for something of everything: what it answers are the examples in the document. */
import { operationIdOf, type ApiExamples } from "../../../src/adapters/http/openapi.js";
import { createSite, populate, type Answer } from "./site.js";

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** What is drawn at random would differ each time; examples show this instead. */
const drawn = {
  secret: "whsec_contoh-rahasia-yang-hanya-ditunjukkan-sekali",
  token: "ronda_a_contoh-yang-hanya-ditunjukkan-sekali",
  prefix: "ronda_a_cont",
} as const;

/** Makes the examples anew. The same each time: the site's clock stands, and what is drawn at random is told otherwise. */
export async function exampleReplies(): Promise<ApiExamples> {
  const site = await createSite();
  const { books } = site;
  const examples: Record<string, ApiExamples[string]> = {};
  populate(books);
  books.access.keep("hex-rt05");
  books.access.keep("rb4011", { mode: "observe" });

  let serial = 0;
  let headersOfAll = {};
  /** Asks, and keeps the answer as the example of `pattern`. */
  async function show(method: Method, pattern: string, path: string, body?: unknown): Promise<Answer> {
    const url = `/api/v1${path}`;
    const withKey = { "idempotency-key": `contoh-${serial++}`, "if-match": "*", ...headersOfAll };
    const asked = method === "GET" ? site.get(url, headersOfAll) : site.ask(method, url, body, withKey);
    const answer = await asked;
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    if (typeof answer.body === "string") return answer;
    const reply = JSON.parse(JSON.stringify(answer.body), (field, value: unknown) =>
      typeof value === "string" && field in drawn ? drawn[field as keyof typeof drawn] : value,
    ) as unknown;
    examples[operationIdOf(method, pattern)] = {
      ...(body === undefined ? {} : { body }),
      status: String(answer.status),
      reply,
    };
    return answer;
  }
  const read = (path: string, query = ""): Promise<Answer> => show("GET", path, `${path}${query}`);

  const plan = await show("POST", "/plans", "/plans", {
    name: "10 Mbps",
    priceIdr: 150_000,
    rates: { downloadBps: 10_000_000, uploadBps: 5_000_000 },
    enforcement: { kind: "profile", profile: "ronda-10M", pppRemoteAddress: "pool" },
  });
  const planId = plan.body.id as string;
  const slow = await site.ask("POST", "/api/v1/plans", {
    name: "5 Mbps",
    priceIdr: 100_000,
    rates: { downloadBps: 5_000_000, uploadBps: 2_000_000 },
    enforcement: { kind: "profile", profile: "ronda-5M", pppRemoteAddress: "pool" },
  });
  await show("PATCH", "/plans/:id", `/plans/${planId}`, { priceIdr: 160_000 });
  await show("POST", "/plans/:id/apply", `/plans/${planId}/apply`, { confirm: false });
  await show("GET", "/plans/:id", `/plans/${planId}`);
  await read("/plans");

  const customer = await show("POST", "/customers", "/customers", { name: "Budi Santoso", phone: "0812-3456-7890" });
  const customerId = customer.body.id as string;
  await show("PATCH", "/customers/:id", `/customers/${customerId}`, { note: "rumah pojok" });
  const lines = [{ router: "hex-rt05", service: "pppoe", name: "budi", password: "panjang sekali" }];
  const sold = await show("POST", "/subscriptions", "/subscriptions", {
    customerId,
    planId,
    lines,
    startsActive: true,
  });
  const id = sold.body.id as string;
  const lineId = sold.body.lines[0].id as string;
  const second = await site.ask("POST", "/api/v1/subscriptions", { customerId, planId });
  const secondId = second.body.id as string;
  const subscriptionId = "/subscriptions/:id";
  const at = `/subscriptions/${id}`;
  await show("POST", `${subscriptionId}/activate`, `/subscriptions/${secondId}/activate`);
  await show("POST", `${subscriptionId}/lines`, `/subscriptions/${secondId}/lines`, {
    router: "hex-rt05",
    service: "pppoe",
    name: "budi-warung",
    password: "panjang sekali",
  });
  const added = (await site.get(`/api/v1/subscriptions/${secondId}`)).body.lines[0].id as string;
  await show("PUT", "/lines/:id/password", `/lines/${lineId}/password`, { password: "lebih panjang lagi" });
  await show("POST", "/lines/:id/answer", `/lines/${lineId}/answer`, { answer: "repair" });
  const cctv = await site.ask("POST", "/api/v1/plans", {
    name: "Statis",
    priceIdr: 50_000,
    rates: { downloadBps: 2_000_000, uploadBps: 2_000_000 },
    enforcement: { kind: "queue" },
  });
  const watch = await site.ask("POST", "/api/v1/subscriptions", {
    customerId,
    planId: cctv.body.id,
    startsActive: true,
    lines: [{ router: "hex-rt05", service: "static", name: "cctv-gang-3", address: "10.0.0.7" }],
  });
  const watchLine = watch.body.lines[0].id as string;
  await show("PATCH", "/lines/:id", `/lines/${watchLine}`, { address: "10.0.0.8" });

  await show("PATCH", subscriptionId, at, { note: "bayar tiap tanggal 5" });
  await show("PATCH", `${subscriptionId}/billing`, `${at}/billing`, {
    discount: { kind: "share", value: 1_000, text: "Tetangga" },
  });
  await show("POST", `${subscriptionId}/isolate`, `${at}/isolate`, { note: "pindah" });
  await show("POST", `${subscriptionId}/release`, `${at}/release`);
  await show("POST", `${subscriptionId}/pause`, `${at}/pause`);
  await show("POST", `${subscriptionId}/resume`, `${at}/resume`);
  await show("POST", `${subscriptionId}/change-plan`, `${at}/change-plan`, { planId: slow.body.id });
  await show("POST", `${subscriptionId}/charge`, `${at}/charge`, { text: "Kabel 30 m", amountIdr: 90_000 });
  const spare = await site.ask(
    "POST",
    `/api/v1${at}/charge`,
    { text: "Salah ketik", amountIdr: 9 },
    { "idempotency-key": "lebih" },
  );
  await show("POST", "/charges/:id/cancel", `/charges/${spare.body.id}/cancel`, { reason: "salah ketik" });
  await show("GET", `${subscriptionId}/charges`, `${at}/charges?limit=1`);

  await show("POST", "/billing/runs", "/billing/runs", { dryRun: false });
  await read("/billing/runs", "?limit=1");
  await read("/billing/reminders");
  const invoices = await read("/invoices", "?limit=2");
  const [newest, older] = invoices.body.items as { id: string }[];
  await show("GET", "/invoices/:id", `/invoices/${newest?.id}`);
  await show("POST", "/invoices/:id/void", `/invoices/${newest?.id}/void`, { reason: "salah paket" });
  const payment = await show("POST", "/payments", "/payments", {
    invoiceId: older?.id,
    amountIdr: 100_000,
    method: "cash",
  });
  await read("/payments", "?limit=1");
  await show("GET", "/payments/:id", `/payments/${payment.body.id}`);
  await show("PUT", `${subscriptionId}/promise`, `${at}/promise`, { until: "2026-12-05", note: "gajian" });
  await show("DELETE", `${subscriptionId}/promise`, `${at}/promise`);
  await show("PUT", "/customers/:id/terms", `/customers/${customerId}/terms`, {
    graceDays: 7,
    isExempt: false,
    note: null,
  });
  await show("GET", "/customers/:id", `/customers/${customerId}`);
  await read("/customers", "?q=0812-3456&limit=1");
  await show("GET", subscriptionId, at);
  await read("/subscriptions", "?q=budi&limit=1");
  await show("GET", "/customers/:id/ledger", `/customers/${customerId}/ledger?limit=2`);
  for (const report of ["revenue", "receivables", "reconciliation", "expected", "collectors"]) {
    await read(`/reports/${report}`);
  }
  await show("POST", "/payments/:id/void", `/payments/${payment.body.id}/void`, { reason: "uang palsu" });

  books.accessStore.engageBrake({ routerId: undefined, engagedAtMs: 1_000, subscriptionIds: new Set([1]) }, 1);
  await read("/billing/brakes");
  await show("POST", "/billing/brakes/:id/confirm", "/billing/brakes/brake_1/confirm", { subscriptionIds: [id] });

  await read("/site");
  await show("POST", "/site/clock/vouch", "/site/clock/vouch");
  await read("/attention", "?limit=1");
  await read("/routers", "?limit=1");
  await show("GET", "/routers/:name", "/routers/hex-rt05");
  const walking = show("POST", "/routers/:name/rounds", "/routers/hex-rt05/rounds?waitSeconds=5");
  await books.clock.advance(1_000);
  site.endRound({});
  await walking;
  books.clock.jumpWall(-1_000);
  await show("GET", "/routers/:name/diff", "/routers/hex-rt05/diff");
  await show("POST", "/routers/:name/reconcile", "/routers/hex-rt05/reconcile", { confirm: true });
  await show("POST", "/routers/:name/rebuild", "/routers/hex-rt05/rebuild", { confirm: true });
  await read("/lines", "?q=budi&limit=1");
  await show("GET", "/lines/:id", `/lines/${lineId}`);
  await show("GET", "/lines/:id/usage", `/lines/${lineId}/usage?by=day&from=2026-11-01&to=2026-11-05`);
  await read("/sessions", "?state=live&limit=1");
  await read("/journal", "?limit=1");
  await read("/audit", "?limit=1");

  await show("DELETE", `${subscriptionId}/lines/:lineId`, `/subscriptions/${secondId}/lines/${added}`);
  await show("POST", `${subscriptionId}/terminate`, `/subscriptions/${secondId}/terminate`);
  const unwanted = await site.ask("POST", "/api/v1/subscriptions", { customerId, planId });
  await site.ask("POST", `/api/v1/subscriptions/${unwanted.body.id}/terminate`);
  await show("DELETE", subscriptionId, `/subscriptions/${unwanted.body.id}`);
  const gone = await site.ask("POST", "/api/v1/customers", { name: "Tamu" });
  await show("DELETE", "/customers/:id", `/customers/${gone.body.id}`);
  const unsold = await site.ask("POST", "/api/v1/plans", {
    name: "Promo 2025",
    priceIdr: 0,
    enforcement: { kind: "existing-profile", profile: "promo" },
  });
  await show("DELETE", "/plans/:id", `/plans/${unsold.body.id}`);

  const hook = await show("POST", "/webhooks", "/webhooks", {
    url: "http://192.168.1.20:8000/ronda",
    kinds: ["payment.*"],
  });
  const hookAt = `/webhooks/${hook.body.id}`;
  await show("PATCH", "/webhooks/:id", hookAt, { note: "pencatat kas" });
  await show("POST", "/webhooks/:id/ping", `${hookAt}/ping`);
  await show("GET", "/webhooks/:id/deliveries", `${hookAt}/deliveries?limit=1`);
  await show("POST", "/webhooks/:id/disable", `${hookAt}/disable`);
  await show("POST", "/webhooks/:id/enable", `${hookAt}/enable`);
  await show("POST", "/webhooks/:id/rotate-secret", `${hookAt}/rotate-secret`);
  await show("GET", "/webhooks/:id", hookAt);
  await read("/webhooks");
  await read("/events/log", "?limit=1");
  await show("DELETE", "/webhooks/:id", hookAt);

  const refused = await site.ask("POST", "/api/v1/customers", { name: "", telepon: "0812" });
  examples["problem"] = { status: String(refused.status), reply: refused.body };
  // From here on somebody can sign in, so everybody has to.
  const program = site.deps.auth.createToken("cli", { name: "papan kas", role: "admin", expiresAtMs: undefined });
  headersOfAll = { authorization: `Bearer ${program.secret}` };
  const admin = { name: "Pak RT", password: "panjang-sekali-rahasia" };
  const person = await show("POST", "/users", "/users", { ...admin, role: "admin" });
  await show("POST", "/auth/login", "/auth/login", admin);
  await read("/me");
  await read("/users");
  await show("GET", "/users/:id", `/users/${person.body.id}`);
  await show("PATCH", "/users/:id", `/users/${person.body.id}`, { password: "lebih-panjang-lagi-rahasia" });
  const made = await show("POST", "/tokens", "/tokens", { name: "kasir Rini", role: "cashier" });
  await read("/tokens");
  await show("GET", "/tokens/:id", `/tokens/${made.body.id}`);
  await show("DELETE", "/tokens/:id", `/tokens/${made.body.id}`);
  for (const probe of ["/healthz", "/readyz"]) {
    const { status, body } = await site.get(probe);
    examples[operationIdOf("GET", probe)] = { status: String(status), reply: body };
  }
  await site.close();
  if (site.errors.length > 0) throw new Error(JSON.stringify(site.errors));
  return examples;
}
