import { isScalar, LineCounter, parseDocument, visit, type Document, type YAMLError } from "yaml";

export interface YamlProblem {
  readonly offset: number;
  readonly problem: string;
}

/** A YAML text with the places of its nodes. */
export interface YamlSource {
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** Plain data, or undefined where the text cannot be understood at all. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
}

/**
 * Parses YAML 1.2. The library's own messages quote the source (a password that starts with `*` is an alias to YAML and
 * its name would be printed), so problems are told in our words, by the library's error code.
 */
export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: YamlProblem[] = [];
  for (const error of [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const isStructural = structural.has(error.code);
    // Told where it opens; where the parser gave up is some lines below.
    const unclosed = isStructural ? findUnclosed(document, text) : undefined;
    problems.push(unclosed ?? { offset: error.pos[0], problem: problemWords[error.code] });
    if (isStructural) break;
  }
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) === undefined) {
        problems.push({ offset: node.range?.[0] ?? 0, problem: `${special("*", "a reference")}; ${quotes}` });
      }
    },
  });
  problems.sort((a, b) => a.offset - b.offset);
  const isBroken = document.errors.some((error) => error.code !== "DUPLICATE_KEY");
  const hasOnlyDuplicates = !isBroken && problems.length === document.errors.length;
  const value = hasOnlyDuplicates ? toPlain() : undefined;
  return { text, document, lines, value, problems };

  function toPlain(): unknown {
    try {
      return document.toJS() as unknown;
    } catch {
      problems.push({ offset: 0, problem: "expected plain settings, found references that repeat without end" });
      return undefined;
    }
  }
}

/** Once the text's structure is broken, what the parser says further down follows from that: the first place is told. */
const structural: ReadonlySet<YAMLError["code"]> = new Set([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "BLOCK_IN_FLOW",
  "IMPOSSIBLE",
  "KEY_OVER_1024_CHARS",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "RESOURCE_EXHAUSTION",
  "TAB_AS_INDENT",
  "UNEXPECTED_TOKEN",
]);

const closing: Readonly<Record<string, string>> = { "[": "]", "{": "}", '"': '"', "'": "'" };

/** The innermost bracket or quote that opens and never closes. */
function findUnclosed(document: Document, text: string): YamlProblem | undefined {
  let found: YamlProblem | undefined;
  visit(document, {
    Node(_key, node) {
      const [start, end] = node.range ?? [0, 0];
      const sign = text[start] ?? "";
      const isQuote = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
      const isBracket = "flow" in node && node.flow === true;
      if (!isQuote && !isBracket) return;
      if (end - start > 1 && text[end - 1] === closing[sign]) return;
      found = { offset: start, problem: `the ${sign} that opens here is never closed; expected a ${closing[sign]}` };
    },
  });
  return found;
}

const quotes = 'put the value in quotes: "…"';

function special(sign: string, meaning: string): string {
  return `a value that starts with ${sign} is ${meaning} in YAML`;
}

const problemWords: Record<YAMLError["code"], string> = {
  ALIAS_PROPS: `${special("*", "a reference")} and takes no & or !; ${quotes}`,
  BAD_ALIAS: `${special("*", "a reference")}; ${quotes}`,
  BAD_COLLECTION_TYPE: `a ! mark that does not fit its value; ${quotes}`,
  BAD_DIRECTIVE: `${special("%", "a directive")}; ${quotes}`,
  BAD_DQ_ESCAPE: 'unknown \\ escape inside "…"; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: "wrong indentation; keys of one map stand in one column",
  BAD_PROP_ORDER: "& and ! stand after the - or : they belong to",
  BAD_SCALAR_START: `a value cannot start with this character; ${quotes}`,
  BLOCK_AS_IMPLICIT_KEY:
    "a second colon belongs to this value, or the next line is indented deeper; put the value in quotes, or keys in one column",
  BLOCK_IN_FLOW: "expected a comma or a closing bracket; inside { } and [ ] a text with a colon in it needs quotes",
  DUPLICATE_KEY: "this key is there twice in one map; keep one",
  IMPOSSIBLE: "not understood as YAML",
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters; is a quote not closed?",
  MISSING_CHAR: "something is missing here: a colon after a key, a space after - or :, or this line's indentation",
  MULTILINE_IMPLICIT_KEY: "expected key: value; is the colon missing, the space after it, or a closing quote?",
  MULTIPLE_ANCHORS: `two & marks on one value; ${quotes}`,
  MULTIPLE_DOCS: "a second document (---) begins here; keep one",
  MULTIPLE_TAGS: `two ! marks on one value; ${quotes}`,
  NON_STRING_KEY: "a key is not plain text",
  RESOURCE_EXHAUSTION: "nested too deeply",
  TAB_AS_INDENT: "a tab is used to indent; use spaces",
  TAG_RESOLVE_FAILED: `${special("!", "a tag")}; ${quotes}`,
  UNEXPECTED_TOKEN: "unexpected text here: a bracket too many, or a comma, a quote or a colon missing before it",
};
