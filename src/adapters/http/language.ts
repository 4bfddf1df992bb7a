import type { FastifyRequest } from "fastify";
import type { Language } from "../../app/access/access-words.js";

/**
 * The language of sentences in a reply, by `Accept-Language` (RFC 9110): Indonesian where it is liked at least as much as
 * English and is named at all, else English.
 */
export function languageOf({ headers }: Pick<FastifyRequest, "headers">): Language {
  const weights = { id: 0, en: 0 };
  for (const part of (headers["accept-language"] ?? "").split(",")) {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const [primary] = tag.split("-");
    // Old Java and Android say "in" for Indonesian.
    const language = primary === "in" || primary === "id" ? "id" : primary === "en" ? "en" : undefined;
    if (language === undefined) continue;
    const quality = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1]).find(Boolean);
    weights[language] = Math.max(weights[language], quality === undefined ? 1 : Number(quality));
  }
  return weights.id > 0 && weights.id >= weights.en ? "id" : "en";
}
