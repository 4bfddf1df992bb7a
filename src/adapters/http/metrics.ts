import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { createBookGauges, type BookSources } from "./metrics-books.js";
import type { LiveView, ReadModel, RoundMetrics } from "../../app/queries.js";

export interface MetricSources extends BookSources {
  readonly readModel: ReadModel;
  readonly live: LiveView;
}

export interface HttpMetrics extends RoundMetrics {
  readonly contentType: string;
  /** Prometheus text of this instant. What stands in the books is looked up now. */
  text(sources: MetricSources): Promise<string>;
  requestEnded(route: string, method: string, status: number, seconds: number): void;
}

const refusals: Readonly<Record<number, string>> = { 401: "unauthenticated", 403: "forbidden", 429: "too-often" };

/**
 * Everything under `/metrics`, in a registry of its own. Labels are routers, services and routes: never a customer,
 * because metrics are kept elsewhere and for long. Process and event loop figures are prom-client's own
 * (`process_…`, `nodejs_eventloop_lag_…`).
 */
export function createMetrics({ version }: { version: string }): HttpMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  new Gauge({
    name: "ronda_build_info",
    help: "Always 1; the labels say what runs.",
    labelNames: ["version", "node"],
    registers,
  }).set({ version, node: process.version }, 1);

  const routerGauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ["router"], registers });
  const up = routerGauge("ronda_router_up", "1 when the router was read within its last intervals.");
  const connected = routerGauge("ronda_router_connected", "1 when a logged-in connection stands.");
  const lastSeen = routerGauge("ronda_router_last_seen_timestamp_seconds", "End of the last whole reading.");
  const interval = routerGauge("ronda_router_poll_interval_seconds", "How often it is read now.");
  const cpu = routerGauge("ronda_router_cpu_load_ratio", "CPU load of the router, 0 to 1.");
  const unreadable = routerGauge("ronda_router_unreadable_rows", "Rows of the last round that would not parse.");
  const lines = routerGauge("ronda_lines", "Lines in the books.");
  const sessions = new Gauge({
    name: "ronda_sessions",
    help: "Open sessions; stale: not read recently.",
    labelNames: ["router", "service", "state"],
    registers,
  });
  const attention = new Gauge({
    name: "ronda_attention_items",
    help: "Matters that need a person.",
    labelNames: ["kind"],
    registers,
  });
  const databaseBytes = new Gauge({ name: "ronda_database_bytes", help: "Size of the database.", registers });
  const freeBytes = new Gauge({ name: "ronda_database_free_bytes", help: "Of it, free for reuse.", registers });
  const walBytes = new Gauge({ name: "ronda_database_wal_bytes", help: "Size of its write-ahead log.", registers });

  const rounds = new Counter({
    name: "ronda_rounds_total",
    help: "Rounds walked since the start.",
    labelNames: ["router", "result"],
    registers,
  });
  const roundSeconds = new Histogram({
    name: "ronda_round_duration_seconds",
    help: "How long rounds took.",
    labelNames: ["router"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const usage = new Counter({
    name: "ronda_usage_bytes_total",
    help: "Bytes booked since the start, from the customer's side.",
    labelNames: ["router", "direction"],
    registers,
  });
  const refusedRequests = new Counter({
    name: "ronda_auth_failures_total",
    help: "Requests refused since the start: nobody known asked, somebody without the right, or too often.",
    labelNames: ["reason"],
    registers,
  });
  for (const reason of Object.values(refusals)) refusedRequests.inc({ reason }, 0);
  const lookAtBooks = createBookGauges(registers);
  const requests = new Histogram({
    name: "ronda_http_request_duration_seconds",
    help: "How long requests took.",
    labelNames: ["method", "route", "status"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });

  function look(sources: MetricSources): void {
    const { readModel, live } = sources;
    lookAtBooks(sources);
    for (const gauge of [up, connected, lastSeen, interval, cpu, unreadable, lines, sessions, attention]) gauge.reset();
    for (const router of readModel.routers()) {
      const labels = { router: router.name };
      lines.set(labels, router.lines);
      for (const [service, { live: liveCount, stale }] of Object.entries(router.sessionsByService)) {
        sessions.set({ ...labels, service, state: "live" }, liveCount);
        sessions.set({ ...labels, service, state: "stale" }, stale);
      }
      if (router.lastSeenAtMs !== undefined) lastSeen.set(labels, router.lastSeenAtMs / 1000);
      // A parked router is not down: nobody looks.
      if (live.router(router.name) === undefined) continue;
      up.set(labels, router.state === "up" ? 1 : 0);
      connected.set(labels, router.connected ? 1 : 0);
      unreadable.set(labels, router.unreadableRows);
      if (router.effectiveEverySeconds !== undefined) interval.set(labels, router.effectiveEverySeconds);
      if (router.cpuLoadPercent !== undefined) cpu.set(labels, router.cpuLoadPercent / 100);
    }
    for (const { kind } of readModel.attention()) attention.inc({ kind });
    const health = readModel.health();
    databaseBytes.set(health.databaseBytes);
    freeBytes.set(health.freeBytes);
    walBytes.set(health.walBytes);
  }

  return {
    contentType: registry.contentType,
    text(sources) {
      look(sources);
      return registry.metrics();
    },
    roundEnded(router, result, seconds) {
      rounds.inc({ router, result });
      roundSeconds.observe({ router }, seconds);
    },
    usageBooked(router, { uploadBytes, downloadBytes }) {
      usage.inc({ router, direction: "upload" }, Math.max(0, uploadBytes));
      usage.inc({ router, direction: "download" }, Math.max(0, downloadBytes));
    },
    requestEnded(route, method, status, seconds) {
      const reason = refusals[status];
      if (reason !== undefined) refusedRequests.inc({ reason });
      requests.observe({ route, method, status: String(status) }, seconds);
    },
  };
}
