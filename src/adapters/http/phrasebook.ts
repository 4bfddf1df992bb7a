/**
 * Sentences in another language by the pattern of the original: `{}` stands for what a sentence was made with and is
 * carried over in order; `{*}` for another phrase of the same book, and what is none of it stays as it is.
 */
export function createPhrasebook(
  phrases: readonly (readonly [string, string])[],
): (text: string) => string | undefined {
  const plain = new Map(phrases.filter(([original]) => !original.includes("{")));
  const patterns = phrases
    .filter(([original]) => original.includes("{"))
    .map(([original, said]) => ({
      pattern: new RegExp(`^${escaped(original).replaceAll("\\{\\*\\}", "(.+)").replaceAll("\\{\\}", "(.+?)")}$`, "su"),
      isPhrase: [...original.matchAll(/\{\*?\}/g)].map(([slot]) => slot === "{*}"),
      said,
    }));
  return function say(text: string): string | undefined {
    const known = plain.get(text);
    if (known !== undefined) return known;
    for (const { pattern, isPhrase, said } of patterns) {
      const parts = pattern.exec(text)?.slice(1);
      if (parts === undefined) continue;
      let next = 0;
      return said.replace(/\{\*?\}/g, () => {
        const at = next++;
        const part = parts[at] ?? "";
        return isPhrase[at] === true ? (say(part) ?? part) : part;
      });
    }
    return undefined;
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
