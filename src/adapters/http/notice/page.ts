import { createHash } from "node:crypto";
import type { NoticeCustomer } from "../../../app/notice.js";
import { noticeWords, type NoticeLanguage } from "./words.js";

export interface NoticePage {
  readonly siteName: string;
  readonly language: NoticeLanguage;
  /** Undefined: the neutral page. */
  readonly customer: NoticeCustomer | undefined;
  /** What the operator wrote for everybody; the customer's own goes before it. */
  readonly howToPay: string | undefined;
}

/** No script and nothing from elsewhere: an isolated phone reaches this page and nothing else. */
const style = `
:root{color-scheme:light dark;--paper:#fff;--ground:#f3f4f6;--ink:#1a1d21;--soft:#535b66;--mark:#a3440c;--line:#d9dde3;--button:#14532d;--on:#fff}
@media(prefers-color-scheme:dark){:root{--paper:#1c2026;--ground:#111418;--ink:#f1f3f5;--soft:#b1b9c4;--mark:#ffb27d;--line:#39414c;--button:#86efac;--on:#0b1f12}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
.bar{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;max-width:34rem;margin:0 auto;padding:.75rem 1rem}
.bar strong{font-size:1rem}
.bar a{color:inherit;padding:.6rem .25rem}
main{max-width:34rem;margin:0 auto;padding:0 1rem 2rem}
.card{background:var(--paper);border:1px solid var(--line);border-top:.3rem solid var(--mark);border-radius:.75rem;padding:1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;color:var(--mark)}
h2{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:0 0 .75rem}
.amount{font-size:1.9rem;font-weight:700;line-height:1.2;margin:0}
.pay{white-space:pre-line}
.soft{color:var(--soft)}
.again{display:block;margin-top:1.25rem;padding:.85rem 1rem;border-radius:.6rem;background:var(--button);color:var(--on);text-align:center;font-weight:600;text-decoration:none}
a:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
`;

/** Allows the page its own style block and nothing else. */
export const noticePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function renderNotice({ siteName, language, customer, howToPay }: NoticePage): string {
  const words = noticeWords[language];
  const other = language === "id" ? "en" : "id";
  const amount =
    customer?.amountDueIdr === undefined || customer.amountDueIdr <= 0
      ? ""
      : `<h2>${escapeHtml(words.amountDue)}</h2><p class="amount">${escapeHtml(formatIdr(customer.amountDueIdr, words.locale))}</p>`;
  const greeting =
    customer === undefined
      ? ""
      : `<p>${escapeHtml(words.greeting)} <strong>${escapeHtml(customer.customerName)}</strong>,</p>`;
  const what = customer === undefined ? words.neutral : words.reasons[customer.reason];
  // Paying ends what is owed, not a pause or a farewell.
  const isPayable = customer === undefined || customer.reason === "overdue";
  const ways = [customer?.howToPay, howToPay].filter((text) => text !== undefined && text.trim() !== "");
  const pay = isPayable
    ? `<h2>${escapeHtml(words.howToPay)}</h2><p class="pay">${escapeHtml(ways.length === 0 ? words.askOperator : ways.join("\n\n"))}</p><p class="soft">${escapeHtml(words.afterwards)}</p>`
    : "";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(words.title)} · ${escapeHtml(siteName)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header class="bar"><strong>${escapeHtml(siteName)}</strong><a href="/?lang=${other}" hreflang="${other}" lang="${other}">${escapeHtml(words.otherLanguage)}</a></header>
<main>
<div class="card">
<h1>${escapeHtml(words.title)}</h1>
${greeting}<p>${escapeHtml(what)}</p>
${amount}${pay}
<a class="again" href="/?lang=${language}">${escapeHtml(words.tryAgain)}</a>
</div>
</main>
</body>
</html>
`;
}

function formatIdr(amountIdr: number, locale: string): string {
  return `Rp\u00a0${new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(amountIdr)}`;
}

/** Text into HTML text and quoted attributes alike. Controls are dropped but line breaks. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[^\P{C}\n\u200d]/gu, "").replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
