/** Who a line belongs to, guessed from what an operator typed into its comment. */
import { isExpiryComment } from "./mikhmon.js";
import type { ProposedCustomer } from "./proposal.js";

/** Understands a phone number as far as it can be: `+62…`, or undefined. */
export type ParsePhone = (typed: string) => string | undefined;

/** Indonesian mobile numbers, as they are typed: `0812-3456-7890`, `62812…`, `+62 812 …`. */
const mobile = /(?<![\d+])(?:\+?62|0)[\s.-]?8(?:[\s.-]?\d){7,11}(?!\d)/g;
const phoneLabel = /(?:\bno\.?\s*)?\b(?:hp|wa|telp|telepon|tlp|phone|whatsapp)\b\.?\s*[:=]?\s*(?=\uE000)/gi;
const nameLabel = /^(?:nama|name|a\.?\s?n\.?|atas nama|pelanggan|customer)\s*[:=]\s*/i;
const addressLabel = /^(?:alamat|almt|addr|address)\s*[:=]\s*/i;
const addressBegins =
  /(?:\s|^)(?:(?:rt|rw)\s*[.:/]?\s*\d|(?:blok|blk|gang|gg|jalan|jl|jln|dusun|dsn|desa|kampung|kp|perum)\b)/i;
/** A speed, a price, a date, a bare number: never a name. */
const noName =
  /^(?:[\d.,/:\s-]*\d[\d.,/:\s-]*(?:[mkg]|mbps|kbps|mb|rb|ribu)?|rp\.?\s*[\d.,]+|paket\b.*|[a-z]{3}\/\d+\/\d+.*)$/i;

/** What became of somebody, and not who. */
const standing =
  /^(?:(?:me)?nunggak|(?:di)?\s?isolir|belum bayar|lunas|cabut|putus|mati|off|aktif|libur|cuti|gratis|free|voucher|test?)$/i;
/** `(10M)`, `(150rb)` */
const aside = /\(\s*[\d.,/]+\s*(?:[mkg]|mbps|kbps|rb|ribu)?\s*\)/gi;

/** Never without a name: where the comment says none, it is the login name. */
export function guessCustomer(loginName: string, comment: string, parsePhone: ParsePhone): ProposedCustomer {
  const text = comment.replaceAll(/[\p{Cc}\uE000]+/gu, " ").trim();
  const fallback = tidy(loginName.replaceAll(/\p{Cc}+/gu, " ")) || "?";
  const note = text === "" ? undefined : text.slice(0, 1_000);
  if (text === "" || isExpiryComment(text)) return customer(fallback, note);

  const phone = text.match(mobile)?.find((typed) => parsePhone(typed) !== undefined);
  const marked = (phone === undefined ? text : text.replace(phone, "\uE000").replaceAll(phoneLabel, "")).replaceAll(
    aside,
    " ",
  );
  const parts = marked
    .split(/[\uE000|;,\n]|\s+-+\s+|\s+–\s+|\/(?!\d)|(?<!\d)\//)
    .map((part) => part.trim().replace(/^[-:.,/\s]+|[-:,/\s]+$/g, ""))
    .filter((part) => part !== "");
  let name: string | undefined;
  const address: string[] = [];
  for (const part of parts) {
    if (addressLabel.test(part)) {
      address.push(part.replace(addressLabel, ""));
      continue;
    }
    const plain = part.replace(nameLabel, "");
    const begins = addressBegins.exec(plain)?.index;
    const before = begins === undefined ? plain : plain.slice(0, begins).trim();
    if (name === undefined && isName(before)) {
      name = tidy(before);
      if (begins !== undefined) address.push(plain.slice(begins).trim());
    } else if (!noName.test(plain) && !standing.test(plain)) address.push(plain);
  }
  return {
    ...customer(name ?? fallback, note),
    isNameFromComment: name !== undefined,
    phone,
    phoneE164: phone === undefined ? undefined : parsePhone(phone),
    address: address.length === 0 ? undefined : address.join(", ").slice(0, 1_000),
  };
}

function customer(name: string, note: string | undefined): ProposedCustomer {
  return { name, phone: undefined, phoneE164: undefined, address: undefined, note, isNameFromComment: false };
}

function isName(text: string): boolean {
  return /\p{L}{2}/u.test(text) && !noName.test(text) && !standing.test(text) && !/^(?:vc|up)-/i.test(text);
}

/** As the books want names: at most 100 characters, no spaces around, none doubled. */
function tidy(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 100).trim();
}
