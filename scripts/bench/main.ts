/**
 * `npm run bench -- [section …]`: what Ronda costs, beside what other ways cost in the same run. Prints one table; ends
 * with status 1 when a target is missed. What each figure means is in docs/benchmarks.md.
 */
import { cpus } from "node:os";
import { benchAccess } from "./access.js";
import { benchApi } from "./api.js";
import { benchBilling } from "./billing.js";
import { benchChurn } from "./churn.js";
import { benchDecode } from "./decode.js";
import { benchFleet } from "./fleet.js";
import { formatTable, isMet, type Figure, type Report } from "./figures.js";
import { benchLoop } from "./loop.js";
import { benchRoundTrip } from "./round-trip.js";
import { benchRound } from "./round.js";
import { benchStorage } from "./storage.js";

const sections: Readonly<Record<string, (report: Report) => Promise<void>>> = {
  decode: benchDecode,
  "round-trip": benchRoundTrip,
  round: benchRound,
  loop: benchLoop,
  storage: benchStorage,
  access: benchAccess,
  billing: benchBilling,
  api: benchApi,
  fleet: benchFleet,
  churn: benchChurn,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in sections));
if (unknown.length > 0) {
  process.stderr.write(`no such section: ${unknown.join(", ")}; there are ${Object.keys(sections).join(", ")}\n`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const [name, bench] of Object.entries(sections)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const startMs = performance.now();
  process.stderr.write(`${name} …\n`);
  await bench((figure) => {
    figures.push(figure);
    process.stderr.write(
      `  ${figure.what}: ${figure.value.toPrecision(3)} ${figure.unit}${isMet(figure) ? "" : " (missed)"}\n`,
    );
  });
  process.stderr.write(`  took ${Math.round((performance.now() - startMs) / 1000)} s\n`);
}
const [cpu] = cpus();
process.stdout.write(
  `Node ${process.version}, ${cpus().length} × ${cpu?.model ?? "unknown CPU"}\n\n${formatTable(figures)}\n`,
);
process.exitCode = figures.every(isMet) ? 0 : 1;
