/** Reads logins and passwords out of the text of a RouterOS `/export`, in any of its forms. */
import type { LineKey } from "./proposal.js";

export interface PasswordExport {
  /** Of PPPoE secrets and hotspot users. */
  readonly passwords: ReadonlyMap<LineKey, string>;
  /** How many of those rows the text has, with or without a password. */
  readonly rowCount: number;
}

/**
 * `/export show-sensitive` of RouterOS 7 and `/export` of RouterOS 6: sections (`/ppp secret` and `add …` below it) or whole
 * commands per line (`/export terse`), values bare or quoted, long lines broken with a backslash. Anything else in the text is
 * passed over.
 */
export function parsePasswordExport(text: string): PasswordExport {
  const passwords = new Map<LineKey, string>();
  let rowCount = 0;
  let menu = "";
  for (const line of wholeLines(text)) {
    const words = wordsOf(line);
    if (words[0]?.startsWith("/") === true) {
      const verbAt = words.findIndex((word) => verbs.has(word));
      const path = verbAt === -1 ? words : words.slice(0, verbAt);
      menu = path.join(" ").replaceAll("/", " ").trim().replaceAll(/\s+/g, " ");
      words.splice(0, path.length);
    }
    const service = services[menu];
    if (service === undefined || words[0] !== "add") continue;
    const values = new Map(
      words.slice(1).flatMap((word) => {
        const equals = word.indexOf("=");
        return equals === -1 ? [] : [[word.slice(0, equals), unquoted(word.slice(equals + 1))] as const];
      }),
    );
    const name = values.get("name");
    const ofService = values.get("service") ?? "any";
    if (name === undefined || (service === "pppoe" && ofService !== "any" && ofService !== "pppoe")) continue;
    rowCount += 1;
    const password = values.get("password");
    if (password !== undefined && password !== "") passwords.set(`${service}:${name}`, password);
  }
  return { passwords, rowCount };
}

const verbs: ReadonlySet<string> = new Set(["add", "set", "remove", "disable", "enable", "print"]);
const services: Readonly<Partial<Record<string, "pppoe" | "hotspot">>> = {
  "ppp secret": "pppoe",
  "ip hotspot user": "hotspot",
};

/** A backslash at the end of a line joins the next one to it, without that one's indentation. */
function wholeLines(text: string): string[] {
  const lines: string[] = [];
  let begun = "";
  for (const raw of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    const line = begun === "" ? raw.trimStart() : raw.replace(/^[ \t]+/, "");
    const slashes = /\\*$/.exec(line)?.[0].length ?? 0;
    if (slashes % 2 === 1) {
      begun += line.slice(0, -1);
      continue;
    }
    const whole = begun + line;
    begun = "";
    if (whole !== "" && !whole.startsWith("#")) lines.push(whole);
  }
  return begun === "" ? lines : [...lines, begun];
}

/** Words at spaces outside of quotes and brackets; quotes stay in them. */
function wordsOf(line: string): string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|\\.|[^\s"[\\])+/g) ?? [];
}

const escapes: Readonly<Partial<Record<string, string>>> = { n: "\n", r: "\r", t: "\t", a: "\u0007", b: "\b", _: " " };

/** RouterOS manual, Scripting: `\"`, `\\`, `\$`, `\?`, `\_` a space, `\n`, `\r`, `\t`, and two capital hex digits for a byte. */
function unquoted(value: string): string {
  const inner = value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  return inner.replaceAll(/\\([0-9A-F]{2}|[\s\S])/g, (_all, code: string) =>
    code.length === 2 ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[code] ?? code),
  );
}
