import { isMap as isYamlMap, isScalar, type Node } from "yaml";
import { z } from "zod";
import { OperationalError } from "../app/errors.js";
import { repeatedRouters, unknownNoticeRouters, routersYaml } from "./config-schema.js";
import { suggestKey } from "./config-suggest.js";
import type { YamlSource } from "./config-yaml.js";

export type ConfigPath = readonly (string | number)[];

export interface Place {
  /** Both begin at 1; undefined where the finding concerns the file as a whole. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** `routers[1].tls.mode`, or empty. */
  readonly path: string;
}

export interface ConfigIssue extends Place {
  /** `expected …, found …`, or what the YAML lacks. Never a secret's value. */
  readonly problem: string;
  readonly secretMissing: boolean;
}

/** routers.yaml is not usable. The message has one line an issue: `routers.yaml:9:10 routers[1].tls.mode: expected …`. */
export class ConfigError extends OperationalError {
  override readonly name = "ConfigError";
  readonly issues: readonly ConfigIssue[];

  constructor(shownAs: string, issues: readonly ConfigIssue[]) {
    const sorted = issues.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    const onlySecrets = sorted.every((issue) => issue.secretMissing);
    super(
      onlySecrets ? "CONFIG_SECRET_MISSING" : "CONFIG_INVALID",
      sorted.map((issue) => formatFinding(shownAs, issue)).join("\n"),
    );
    this.issues = sorted;
  }
}

export function formatFinding(shownAs: string, finding: Place & { readonly problem: string }): string {
  const place = finding.line === undefined ? shownAs : `${shownAs}:${finding.line}:${finding.column}`;
  return finding.path === "" ? `${place}: ${finding.problem}` : `${place} ${finding.path}: ${finding.problem}`;
}

export function syntaxIssues(source: YamlSource): ConfigIssue[] {
  return source.problems.map(({ offset, problem }) => ({
    ...lineAndColumn(source, offset),
    path: "",
    problem,
    secretMissing: false,
  }));
}

export function schemaIssues(source: YamlSource, zodIssues: readonly z.core.$ZodIssue[]): ConfigIssue[] {
  return zodIssues.flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code !== "unrecognized_keys") return [expectedFound(source, path, issue.message)];
    return issue.keys.map((key) => unknownKey(source, path, key));
  });
}

export function repeatIssues(source: YamlSource): ConfigIssue[] {
  return [...repeatedRouters(source.value), ...unknownNoticeRouters(source.value)].map(({ path, message }) =>
    expectedFound(source, path, message),
  );
}

/** Where a path stands in the file: the node itself, or the nearest one around it that exists. */
export function locate(source: YamlSource, path: ConfigPath): Place {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(source, path.slice(0, length));
    if (node?.range) return { ...lineAndColumn(source, node.range[0]), path: formatPath(path) };
  }
  return { line: 1, column: 1, path: formatPath(path) };
}

function expectedFound(source: YamlSource, path: ConfigPath, expected: string): ConfigIssue {
  return {
    ...locate(source, path),
    problem: `expected ${expected}, found ${describeFound(source, path)}`,
    secretMissing: false,
  };
}

function unknownKey(source: YamlSource, parentPath: ConfigPath, key: string): ConfigIssue {
  const parent = nodeAt(source, parentPath);
  const pair = isYamlMap(parent)
    ? parent.items.find(({ key: node }) => isScalar(node) && String(node.value) === key)
    : undefined;
  const keyNode = isScalar(pair?.key) ? pair.key : undefined;
  const place = keyNode?.range ? lineAndColumn(source, keyNode.range[0]) : locate(source, parentPath);
  const { known, near } = suggestKey(routersYaml, source.value, parentPath, key);
  const advice = near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}?`;
  return {
    line: place.line,
    column: place.column,
    path: formatPath([...parentPath, key]),
    problem: `unknown key; ${advice}`,
    secretMissing: false,
  };
}

/** Fields whose content is not repeated in a message: a mistyped secret is a secret still. */
const quietFields = new Set<string | number>(["password", "username", "publicUrl", "corsOrigins"]);

function describeFound(source: YamlSource, path: ConfigPath): string {
  const node = nodeAt(source, path);
  const value = valueAt(source.value, path);
  const isQuiet = path.some((step) => quietFields.has(step));
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") {
    if (value === "") return "empty text";
    if (isQuiet)
      return path.includes("password") || path.includes("username") ? "text that will not do" : "another text";
    const written = node?.range ? source.text.slice(node.range[0], node.range[1]) : value;
    // A quote that was closed too late swallows what stands behind it, with whatever secret is there.
    if (/[\r\n]|:\s|password/i.test(written)) return "text with other settings in it (is a quote not closed?)";
    return value.length > 60 ? `"${value.slice(0, 57)}…"` : `"${value}"`;
  }
  const isNumber = typeof value === "number";
  if (path.includes("password") || path.includes("username")) {
    return `${isNumber ? "a number" : "true or false"} (put it in quotes)`;
  }
  return isNumber ? `${value}` : `${value === true} (a word that YAML takes for true or false)`;
}

function nodeAt(source: YamlSource, path: ConfigPath): Node | undefined {
  if (path.length === 0) return source.document.contents ?? undefined;
  const node: unknown = source.document.getIn(path, true);
  return typeof node === "object" && node !== null ? (node as Node) : undefined;
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

function lineAndColumn(source: YamlSource, offset: number): { line: number; column: number } {
  const { line, col } = source.lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
