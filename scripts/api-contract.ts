/**
 * The three files that the contract of the API is: real replies, the OpenAPI document with them, and TypeScript types
 * made from that. `npm run api:contract` writes them; a test holds them against the code.
 */
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { generateApi } from "swagger-typescript-api";
import { createSite } from "../test/integration/http/site.js";
import { exampleReplies } from "../test/integration/http/example-site.js";

export const contractFiles = {
  examples: "docs/api-examples.json",
  document: "docs/openapi.json",
  types: "docs/api-client.d.ts",
} as const;

/** Prettier's, which keeps `npm run check` still. */
const inFormat = (file: string, text: string): Promise<string> => format(text, { filepath: file, printWidth: 120 });

export async function examplesText(): Promise<string> {
  return inFormat(contractFiles.examples, JSON.stringify(await exampleReplies()));
}

/** As it is served, with the examples that are in the file now. */
export async function servedDocument(): Promise<Record<string, unknown>> {
  const site = await createSite();
  try {
    return (await site.get("/openapi.json")).body as Record<string, unknown>;
  } finally {
    await site.close();
  }
}

export const documentText = (document: object): Promise<string> =>
  inFormat(contractFiles.document, JSON.stringify(document));

export async function typesText(document: object): Promise<string> {
  const { files } = await generateApi({
    spec: structuredClone(document) as never,
    output: false,
    silent: true,
    generateClient: false,
    generateResponses: true,
    extractEnums: false,
    generateUnionEnums: true,
    sortTypes: true,
  });
  const text = files.map(({ fileContent }) => fileContent).join("\n");
  const head = `// Made from docs/openapi.json by \`npm run api:contract\`; \`npm test\` holds it to the API.\n`;
  return inFormat(contractFiles.types, head + text.replace(/^\/\* eslint-disable \*\/[\s\S]*?\*\/\n/, ""));
}

export async function writeContract(): Promise<void> {
  writeFileSync(contractFiles.examples, await examplesText());
  const document = await servedDocument();
  writeFileSync(contractFiles.document, await documentText(document));
  writeFileSync(contractFiles.types, await typesText(document));
}
