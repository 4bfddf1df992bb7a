/** What `ronda bill` prints for people. */
import type { BrakePreviewView } from "../../adapters/http/replies-runs.js";
import type { DunningCase } from "../../app/billing/dunning.js";
import { clockWords, rupiahWords } from "../../app/billing/overdue-words.js";
import type { RunReport } from "../../app/billing/run-report.js";
import { formatCivilDate } from "../../domain/billing/civil-date.js";
import type { HoldReason } from "../../domain/billing/dunning.js";
import { table } from "./adopt-words.js";

/** @param brake in a dry run, what the brake would say. */
export function formatRun(site: string, report: RunReport, brake: BrakePreviewView | undefined): string[] {
  const { isDryRun, invoiced, reminded, isolated, released, waiting, failed, heldBack, totals } = report;
  const would = isDryRun ? "Would be " : "";
  const title = (what: string): string => (isDryRun ? `${would}${what}` : `${what[0]?.toUpperCase()}${what.slice(1)}`);
  const day = formatCivilDate;
  const out = [
    `${site}, ${day(report.date)}: ${isDryRun ? "dry run, nothing is changed" : "billing run"}`,
    ...(heldBack === undefined ? [] : [heldWords(heldBack, isDryRun)]),
    ...section(
      title("invoiced"),
      totals.invoicedIdr,
      invoiced.map(({ customer, period, dueOn, totalIdr, invoice }) => [
        customer,
        ...(invoice === undefined ? [] : [invoice.number]),
        `from ${day(period.start)} to before ${day(period.end)}`,
        `due ${day(dueOn)}`,
        rupiahWords(totalIdr),
      ]),
    ),
    ...section(
      title("reminded"),
      totals.remindedIdr,
      reminded.map(({ customerName, phone, number, dueOn, openIdr }) => [
        customerName,
        phone ?? "no phone",
        number,
        `due ${day(dueOn)}`,
        rupiahWords(openIdr),
      ]),
    ),
    ...section(title("isolated"), totals.isolatedIdr, isolated.map(overdueRow)),
    ...section(
      title("released"),
      undefined,
      released.map(({ customer }) => [customer]),
    ),
    ...section(
      "Overdue, and held back",
      undefined,
      waiting.map((one) => [...overdueRow(one), holdWords(one)]),
    ),
    ...section(
      isDryRun ? "Could not be billed" : "Not billed",
      undefined,
      failed.map(({ customer, problem }) => [customer, problem]),
    ),
  ];
  if (brake !== undefined && isolated.length > 0) out.push("", brakeWords(brake));
  if (!isDryRun && isolated.length + released.length > 0) {
    out.push("", "The running daemon makes it so on the routers at their next turn.");
  }
  return out;
}

/** A section without rows is one line. */
function section(title: string, sumIdr: number | undefined, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [`${title}: nobody`];
  return ["", `${title}: ${rows.length}${sumIdr === undefined ? "" : `, ${rupiahWords(sumIdr)}`}`, ...table(rows)];
}

function overdueRow({ customer, standing }: DunningCase): string[] {
  if (standing.kind === "not-overdue") return [customer];
  return [customer, `overdue since ${formatCivilDate(standing.overdueSince)}`, rupiahWords(standing.overdueIdr)];
}

const holds: Readonly<Record<HoldReason, string>> = {
  promise: "has promised to pay",
  exempt: "is exempt",
  holiday: "a holiday",
  window: "outside the isolation window",
};

function holdWords({ standing }: DunningCase): string {
  if (standing.kind !== "wait") return "";
  const { why, until } = standing;
  const then =
    until === undefined ? "" : `; isolated on ${formatCivilDate(until.on)} from ${clockWords(until.minutes)}`;
  return `${holds[why]}${then}`;
}

const heldWords = (why: string, isDryRun: boolean): string =>
  isDryRun
    ? `A run now would only release: ${why}.`
    : `Held back, nothing was invoiced, reminded or isolated from then on: ${why}.`;

function brakeWords({ wouldEngage, router, limit, goingDark }: BrakePreviewView): string {
  const scope = router === undefined ? "on the site" : `on ${router}`;
  const counts = `${goingDark} would go dark ${scope} within 24 hours, ${limit} may`;
  return wouldEngage
    ? `The brake would hold them until a person confirms (POST /api/v1/billing/brakes/ID/confirm): ${counts}.`
    : `The brake would let them: ${counts}.`;
}
