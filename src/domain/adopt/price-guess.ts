/** Rupiah that a profile's name plainly says: `Rp150.000`, `150rb`, `150 ribu`, `paket 150k`; undefined when none does. */
export function guessPriceIdr(text: string): number | undefined {
  const rupiah = /\brp\.?\s*(\d{1,3}(?:\.\d{3})+|\d{4,7})\b/i.exec(text);
  if (rupiah !== null) return plausible(Number(rupiah[1]?.replaceAll(".", "")));
  const thousands = /(?<![\d.,])(\d{2,4})\s*(?:rb|ribu)\b/i.exec(text);
  if (thousands !== null) return plausible(Number(thousands[1]) * 1_000);
  // A bare k is also how speeds are written: taken for money only where it can be no usual speed, and no half of a pair.
  const k = /(?<![\d.,/])(\d{2,3})k\b(?!\s*[/b])/i.exec(text);
  const amount = Number(k?.[1]);
  return k === null || usualKbps.has(amount) ? undefined : plausible(amount * 1_000);
}

const usualKbps: ReadonlySet<number> = new Set([
  32, 64, 96, 128, 192, 256, 384, 500, 512, 640, 700, 750, 768, 800, 900,
]);

function plausible(idr: number): number | undefined {
  return Number.isSafeInteger(idr) && idr >= 10_000 && idr <= 9_999_000 ? idr : undefined;
}
