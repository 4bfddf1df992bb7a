const digits = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"];
/** From the largest; each counts up to 999 of itself. */
const scales: readonly (readonly [number, string])[] = [
  [1e15, "kuadriliun"],
  [1e12, "triliun"],
  [1e9, "miliar"],
  [1e6, "juta"],
];

/**
 * An amount in Indonesian words, as receipts have it: 150.000 is `seratus lima puluh ribu rupiah`. One is `se-` before
 * ten to nineteen, a hundred and a thousand, and nowhere else (`satu juta`). Throws RangeError for what is no whole
 * rupiah from 0.
 */
export function terbilang(amountIdr: number): string {
  if (!Number.isSafeInteger(amountIdr) || amountIdr < 0) {
    throw new RangeError(`${amountIdr} is no amount of whole rupiah, 0 or more`);
  }
  return `${amountIdr === 0 ? "nol" : inWords(amountIdr)} rupiah`;
}

/** Nothing for 0. */
function inWords(amount: number): string {
  const words: string[] = [];
  let rest = amount;
  for (const [scale, name] of scales) {
    const count = Math.floor(rest / scale);
    if (count > 0) words.push(underThousand(count), name);
    rest %= scale;
  }
  const thousands = Math.floor(rest / 1_000);
  if (thousands === 1) words.push("seribu");
  else if (thousands > 1) words.push(underThousand(thousands), "ribu");
  if (rest % 1_000 > 0) words.push(underThousand(rest % 1_000));
  return words.join(" ");
}

/** 1 to 999. */
function underThousand(count: number): string {
  const words: string[] = [];
  const hundreds = Math.floor(count / 100);
  if (hundreds === 1) words.push("seratus");
  else if (hundreds > 1) words.push(`${digit(hundreds)} ratus`);
  const rest = count % 100;
  if (rest === 10) words.push("sepuluh");
  else if (rest === 11) words.push("sebelas");
  else if (rest > 11 && rest < 20) words.push(`${digit(rest - 10)} belas`);
  else {
    if (rest >= 20) words.push(`${digit(Math.floor(rest / 10))} puluh`);
    if (rest % 10 > 0) words.push(digit(rest % 10));
  }
  return words.join(" ");
}

const digit = (value: number): string => digits[value] as string;
