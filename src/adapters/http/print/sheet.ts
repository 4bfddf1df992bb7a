/** One sheet of paper, whatever it is about: what stands on it, and how that becomes a page that prints itself well. */
import { createHash } from "node:crypto";
import { escapeHtml } from "../notice/page.js";
import { printWords, type PrintLanguage, type PrintWords } from "./words.js";

/** A5, or the roll of a 58 mm thermal printer (48 mm of it are printed on). */
export type PrintPaper = "a5" | "58mm";
export const printPapers = ["a5", "58mm"] as const satisfies readonly PrintPaper[];

/** Who prints it. */
export interface PrintSite {
  readonly name: string;
  readonly address?: string | undefined;
  readonly phone?: string | undefined;
  /** As the operator wrote it, several lines perhaps; on invoices that something is open of. */
  readonly howToPay?: string | undefined;
}

/** What of a label and a value is one line. */
export type SheetRow = readonly [label: string, value: string];

/** A small table of its own. */
export interface SheetDetails {
  readonly head: string;
  readonly rows: readonly SheetRow[];
}

export interface Sheet {
  readonly title: string;
  readonly number: string;
  readonly facts: readonly SheetRow[];
  /** What is asked for, or what was paid for. */
  readonly items: readonly SheetRow[];
  readonly sums: readonly { readonly row: SheetRow; readonly isMain?: boolean }[];
  readonly details?: SheetDetails | undefined;
  /** Indonesian, whatever the language of the sheet. */
  readonly inWords: string;
  readonly notes: readonly { readonly head: string; readonly text: string }[];
  readonly stamp?: { readonly kind: "void" | "settled"; readonly text: string; readonly detail: string } | undefined;
  readonly farewell?: string | undefined;
}

export interface PrintedPage {
  readonly html: string;
  /**
   * The `content-security-policy` that it must be sent with: allows its own style block and nothing else. The one that
   * the rest of the server sends would take its looks away.
   */
  readonly contentSecurityPolicy: string;
}

/** No script, and nothing from elsewhere: it prints where there is no internet. */
export function renderSheet(sheet: Sheet, site: PrintSite, language: PrintLanguage, paper: PrintPaper): PrintedPage {
  const words = printWords[language];
  const style = paper === "a5" ? a5Style : `${rollStyle}@page{size:58mm ${rollLengthMm(sheet, site)}mm;margin:0}`;
  const { stamp, details } = sheet;
  const address = [site.address, site.phone].filter((text) => text !== undefined && text.trim() !== "");
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(`${sheet.title} ${sheet.number}`)} · ${escapeHtml(site.name)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<p class="hint">${escapeHtml(words.hint)}</p>
<main${stamp === undefined ? "" : ` class="${stamp.kind}"`}>
${stamp?.kind === "void" && paper === "a5" ? `<p class="watermark" aria-hidden="true">${escapeHtml(stamp.text)}</p>\n` : ""}<header>
<div><p class="site">${escapeHtml(site.name)}</p>${address.map((text) => `<p class="address">${escapeHtml(text ?? "")}</p>`).join("")}</div>
<div class="title"><h1>${escapeHtml(sheet.title)}</h1><p>${escapeHtml(sheet.number)}</p></div>
</header>
${stamp === undefined ? "" : `<p class="stamp"><strong>${escapeHtml(stamp.text)}</strong> <span>${escapeHtml(stamp.detail)}</span></p>\n`}<dl class="facts">${sheet.facts.map(([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`).join("")}</dl>
<table>
${sheet.items.length === 0 ? "" : itemRows(sheet.items, words)}<tfoot>${sheet.sums.map(({ row, isMain }) => tableRow(row, isMain === true ? "main" : "")).join("")}</tfoot>
</table>
<p class="words"><span>${escapeHtml(words.inWords)}:</span> <em lang="id">${escapeHtml(sheet.inWords)}</em></p>
${details === undefined ? "" : `<table class="details"><caption>${escapeHtml(details.head)}</caption><tbody>${details.rows.map((row) => tableRow(row)).join("")}</tbody></table>\n`}${sheet.notes.map(({ head, text }) => `<section><h2>${escapeHtml(head)}</h2><p class="note">${escapeHtml(text)}</p></section>\n`).join("")}${sheet.farewell === undefined ? "" : `<p class="farewell">${escapeHtml(sheet.farewell)}</p>\n`}</main>
</body>
</html>
`;
  const hash = createHash("sha256").update(style).digest("base64");
  return {
    html,
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function itemRows(items: readonly SheetRow[], words: PrintWords): string {
  const head = `<thead><tr><th scope="col">${escapeHtml(words.what)}</th><th scope="col">${escapeHtml(words.amount)}</th></tr></thead>`;
  return `${head}\n<tbody>${items.map((row) => tableRow(row)).join("")}</tbody>\n`;
}

function tableRow([label, value]: SheetRow, kind = ""): string {
  return `<tr${kind === "" ? "" : ` class="${kind}"`}><td>${escapeHtml(label)}</td><td>${escapeHtml(value)}</td></tr>`;
}

const sharedStyle = `
*{box-sizing:border-box;margin:0;padding:0}
body{background:#e5e7eb;color:#000;overflow-wrap:anywhere}
main{position:relative;background:#fff;margin:0 auto 1rem}
.hint{max-width:148mm;margin:0 auto;padding:.75rem 1rem;font:.95rem/1.4 system-ui,sans-serif;color:#374151}
table{width:100%;border-collapse:collapse}
th,td,caption{text-align:left;vertical-align:top;font-weight:inherit}
td:last-child,th:last-child{text-align:right;white-space:nowrap;padding-left:1em}
h1,h2{font-size:inherit}
.note{white-space:pre-line}
.stamp strong{text-transform:uppercase}
tr,dl div,section,.words,.stamp{break-inside:avoid}
@media print{.hint{display:none}body{background:none}main{margin:0}}
`;

const a5Style = `${sharedStyle}
@page{size:A5;margin:10mm}
body{font:10.5pt/1.4 "Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
main{max-width:148mm;padding:10mm}
@media print{main{max-width:none;padding:0}}
header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:4mm 8mm;border-bottom:.6mm solid #000;padding-bottom:3mm;margin-bottom:4mm}
.site{font-size:14pt;font-weight:700;line-height:1.2}
.address{font-size:9.5pt}
.title{text-align:right;flex:1 0 auto}
h1{font-size:14pt;line-height:1.2;text-transform:uppercase;letter-spacing:.04em}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(52mm,1fr));gap:1.5mm 6mm;margin-bottom:4mm}
dt{font-size:8.5pt;color:#444}
dd{font-weight:600}
th{font-size:8.5pt;color:#444;border-bottom:.2mm solid #000}
td,th{padding:1.2mm 0}
tbody td{border-bottom:.2mm solid #bbb}
tbody tr:last-child td{border-bottom-color:#000}
.main td{font-size:12.5pt;font-weight:700}
.words{margin-top:3mm}
.words span{color:#444}
.details{width:auto;min-width:60%;margin-top:4mm;font-size:9pt}
.details td,.details caption{padding:.4mm 0}
.details caption,h2{font-size:9.5pt;font-weight:700}
.details td{border:0}
section{margin-top:4mm}
.farewell{margin-top:4mm}
.stamp{display:inline-block;border:.5mm solid #166534;color:#166534;border-radius:1.5mm;padding:1mm 3mm;margin-bottom:4mm}
.void{overflow:hidden}
.void .stamp{border-color:#b91c1c;color:#b91c1c;display:block}
.watermark{position:absolute;inset:0;display:flex;align-items:center;justify-content:center;font-size:72pt;font-weight:800;text-transform:uppercase;color:#b91c1c;opacity:.16;transform:rotate(-28deg);pointer-events:none}
`;

/** Thirty letters of 1.6 mm are a row. Black only: heat knows no grey. */
const rollStyle = `${sharedStyle}
body{font:16px/1.35 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
main{max-width:24rem;padding:1rem}
header,.stamp,.farewell{text-align:center}
header{border-bottom:1px dashed #000;padding-bottom:.5em;margin-bottom:.5em}
.site,h1,.main td,.stamp strong{font-weight:700}
h1{text-transform:uppercase;margin-top:.4em}
.facts div{display:flex;justify-content:space-between;gap:1em}
dt{flex:none;max-width:50%}
dd{text-align:right;min-width:0}
thead{display:none}
tbody:first-of-type tr:first-child td,tfoot tr:first-child td{padding-top:.4em}
table{border-top:1px dashed #000;margin-top:.5em}
tfoot{border-top:1px dashed #000}
.words,.details,section,.farewell{margin-top:.6em}
section{border-top:1px dashed #000;padding-top:.4em}
.stamp{border:2px solid #000;padding:.3em;margin-bottom:.5em}
.stamp strong,.stamp span{display:block}
.void .stamp strong{font-size:1.8em;letter-spacing:.15em}
@media print{body{font-size:7.5pt}main{width:48mm;max-width:none;margin:0 5mm;padding:2mm 0 6mm}}
`;

const lettersPerRow = 30;
const rowMm = 3.6;

/**
 * How long a piece of the roll the sheet takes, in whole centimetres: a page on it needs a length, and a browser that is
 * given none prints on A4. Rather some blank paper than a second page.
 */
function rollLengthMm(sheet: Sheet, site: PrintSite): number {
  const rowsOf = (text: string): number =>
    text.split("\n").reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / lettersPerRow)), 0);
  // A label and its value share a row while both fit; else each breaks within its share of it.
  const pair = ([label, value]: SheetRow): number =>
    label.length + value.length < lettersPerRow ? 1 : Math.ceil((label.length + value.length) / 14) + 1;
  const of = <Row>(rows: readonly Row[], count: (row: Row) => number): number =>
    rows.reduce((sum, row) => sum + count(row), 0);
  const { stamp, details } = sheet;
  const rows =
    of([site.name, site.address ?? "", site.phone ?? "", sheet.title, sheet.number, sheet.farewell ?? ""], rowsOf) +
    of(sheet.facts, pair) +
    of(sheet.items, pair) +
    of(sheet.sums, ({ row }) => pair(row)) +
    (details === undefined ? 0 : 1 + of(details.rows, pair)) +
    of(sheet.notes, ({ head, text }) => rowsOf(head) + rowsOf(text) + 1) +
    rowsOf(`${sheet.inWords} terbilang`) +
    (stamp === undefined ? 0 : 3 + rowsOf(stamp.detail));
  return Math.ceil((rows * rowMm + 20) / 10) * 10;
}
