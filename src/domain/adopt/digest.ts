/**
 * A short name for a value: the same for equal values, on every machine. It tells a person's outdated answer from a fresh
 * one (two rounds of FNV-1a, 64 bits); it keeps no secret and guards against nobody.
 */
export function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (part === undefined ? null : part));
  return fnv1a(text, 0x811c9dc5) + fnv1a(text, 0x01000193);
}

function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
