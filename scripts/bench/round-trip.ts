/** What a small command takes above what the network itself takes. */
import { median, ratioTo, type Report } from "./figures.js";
import { startWorker } from "./workers.js";

export async function benchRoundTrip(report: Report): Promise<void> {
  const router = startWorker("./prepared-router.ts");
  const client = startWorker("./round-trip-client.ts");
  try {
    const port = await router.call<number>("listen", 1);
    const baseMs: number[] = [];
    const oursMs: number[] = [];
    const stockMs: number[] = [];
    for (let pass = 0; pass < 3; pass++) {
      baseMs.push(await client.call<number>("raw", port, 1_000));
      oursMs.push(await client.call<number>("ronda", port, 1_000));
      stockMs.push(await client.call<number>("stock", port, 20));
    }
    const base = median(baseMs);
    const ours = median(oursMs);
    const section = "round trip";
    report({ section, what: "bare socket, one write", value: base, unit: "ms" });
    report({
      section,
      what: "ronda, above the bare socket",
      value: Math.max(0, ours - base),
      unit: "ms",
      atMost: 1,
      ratio: `${ours.toFixed(3)} ms in all, ${ratioTo(ours, base, "bare socket")}`,
    });
    report({
      section,
      what: "node-routeros 1.6.9, stock",
      value: median(stockMs),
      unit: "ms",
      ratio: ratioTo(median(stockMs), base, "bare socket"),
    });
  } finally {
    await Promise.all([client.stop(), router.stop()]);
  }
}
