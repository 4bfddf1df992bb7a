/** Renders `src/simulator/schema-data.ts` from the recorded command trees; run this file to write it anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** The recorded trees that the personalities stand on, and the mark of each in the compact form. */
export const sources = [
  { version: "7.12.2", mark: 1 },
  { version: "7.16.2", mark: 2 },
  { version: "7.24", mark: 4 },
] as const;

const everywhere = 7;
const target = new URL("../../../src/simulator/schema-data.ts", import.meta.url);

export function readTree(version: string): Map<string, string[]> {
  const text = readFileSync(new URL(`../../fixtures/schema/routeros-${version}.tsv`, import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [command = "", args = ""] = line.split("\t");
      return [command, args.split(" ").filter((arg) => arg !== "")];
    }),
  );
}

export function renderSchemaData(): string {
  const commands = new Map<string, { mark: number; args: Map<string, number> }>();
  for (const { version, mark } of sources) {
    for (const [command, args] of readTree(version)) {
      const entry = commands.get(command) ?? { mark: 0, args: new Map<string, number>() };
      commands.set(command, entry);
      entry.mark |= mark;
      for (const arg of args) entry.args.set(arg, (entry.args.get(arg) ?? 0) | mark);
    }
  }
  const marked = (name: string, mark: number, usual: number): string => (mark === usual ? name : `${name}~${mark}`);
  const lines = [...commands]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([command, { mark, args }]) =>
      [
        marked(command, mark, everywhere),
        ...[...args].sort(([a], [b]) => (a < b ? -1 : 1)).map(([arg, argMark]) => marked(arg, argMark, mark)),
      ].join(" "),
    );
  return `/**
 * RouterOS's own command tree, compact: a command and its arguments a line. A name that not every version has ends in
 * \`~\` and the sum of the versions that have it: ${sources.map(({ version, mark }) => `${mark} is ${version}`).join(", ")}.
 *
 * Written by \`test/unit/simulator/render-schema.ts\` from the recorded trees; a test holds the two equal.
 */
export const schemaText = \`
${lines.join("\n")}
\`;
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(target, renderSchemaData());
}
