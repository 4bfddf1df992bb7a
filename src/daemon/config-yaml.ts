import { LineCounter, parseDocument, visit, type Document, type YAMLError } from "yaml";

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
  const problems: YamlProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    problem: problemWords[error.code],
  }));
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
  return { text, document, lines, value, problems: isBroken ? problems.slice(0, shownWhenBroken) : problems };

  function toPlain(): unknown {
    try {
      return document.toJS() as unknown;
    } catch {
      problems.push({ offset: 0, problem: "expected plain settings, found references that repeat without end" });
      return undefined;
    }
  }
}

/** Once the syntax is broken, what follows mostly follows from that: the first few places say where to look. */
const shownWhenBroken = 3;

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
  BLOCK_AS_IMPLICIT_KEY: "a key, a colon and a nested map on one line; put the nested part on its own indented lines",
  BLOCK_IN_FLOW: "an indented block inside { } or [ ]; close the bracket, or indent instead of bracketing",
  DUPLICATE_KEY: "this key is there twice in one map; keep one",
  IMPOSSIBLE: "not understood as YAML",
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters; is a quote not closed?",
  MISSING_CHAR: "something is missing here: a closing quote or bracket, a colon after a key, or a space after - or :",
  MULTILINE_IMPLICIT_KEY: "a key goes over two lines; is a colon or a closing quote missing?",
  MULTIPLE_ANCHORS: `two & marks on one value; ${quotes}`,
  MULTIPLE_DOCS: "a second document (---) begins here; keep one",
  MULTIPLE_TAGS: `two ! marks on one value; ${quotes}`,
  NON_STRING_KEY: "a key is not plain text",
  RESOURCE_EXHAUSTION: "nested too deeply",
  TAB_AS_INDENT: "a tab is used to indent; use spaces",
  TAG_RESOLVE_FAILED: `${special("!", "a tag")}; ${quotes}`,
  UNEXPECTED_TOKEN: "unexpected text here; is a quote, a colon or a bracket missing, or the indentation wrong?",
};
