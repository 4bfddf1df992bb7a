import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { breakingChanges } from "../../../scripts/api-changes.js";
import { contractFiles, documentText, examplesText, servedDocument, typesText } from "../../../scripts/api-contract.js";

const again = "run `npm run api:contract` and look at what it changes";
const kept = (file: string): string => readFileSync(file, "utf8");
const keptDocument = JSON.parse(kept(contractFiles.document)) as any;

let document: any;
beforeAll(async () => void (document = await servedDocument()), 60_000);

interface Found {
  readonly where: string;
  readonly operation: any;
}
const operationsOf = (of: any): Found[] =>
  Object.entries<any>(of.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, operation]) => ({
      where: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

describe("what is checked in is what is served", () => {
  test("nothing that a client may rely on is taken away", () => {
    const breaking = breakingChanges(keptDocument, document);
    expect(
      breaking,
      `BREAKING for clients that are out there: give what is new a new path, or ${again} with --breaking`,
    ).toEqual([]);
  });
  test("docs/openapi.json", async () => {
    expect(await documentText(document), again).toBe(kept(contractFiles.document));
  });
  test("docs/api-client.d.ts", async () => {
    expect(await typesText(document), again).toBe(kept(contractFiles.types));
  });
  test("docs/api-examples.json is what a site answers", async () => {
    expect(await examplesText(), again).toBe(kept(contractFiles.examples));
  });
});

describe("the document", () => {
  test("is OpenAPI 3.1, and each operation has an id of its own, a summary, a tag and a schema for each status", () => {
    expect(document.openapi).toBe("3.1.0");
    const all = operationsOf(document);
    expect(all.length).toBeGreaterThan(80);
    expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
    for (const { where, operation } of all) {
      expect(operation.summary, where).toBeTruthy();
      expect(operation.tags, where).toHaveLength(1);
      expect(Object.keys(operation.responses), where).toEqual(expect.arrayContaining(["4XX", "5XX"]));
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith("2")),
        where,
      ).toBe(true);
      for (const [status, { content }] of Object.entries<any>(operation.responses)) {
        if (status === "204") expect(content, where).toBeUndefined();
        else
          for (const media of Object.values<any>(content ?? { none: {} }))
            expect(media.schema, `${where} ${status}`).toBeDefined();
      }
      for (const one of operation.parameters ?? []) expect(one.schema, `${where} ${one.name}`).toBeDefined();
      for (const name of where.match(/\{\w+\}/g) ?? []) {
        const inPath = operation.parameters.filter((one: any) => one.in === "path").map((one: any) => one.name);
        expect(inPath, where).toContain(name.slice(1, -1));
      }
    }
  });

  test("every example is what its schema says, and few operations that answer JSON have none", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "doc", ...document });
    const without: string[] = [];
    let checked = 0;
    for (const { where, operation } of operationsOf(document)) {
      const json = Object.entries<any>(operation.responses).flatMap(([status, { content }]) =>
        status.startsWith("2") && content?.["application/json"] !== undefined
          ? [[status, content["application/json"]]]
          : [],
      );
      if (json.length > 0 && !json.some(([, { example }]) => example !== undefined)) without.push(where);
      const body = operation.requestBody?.content?.["application/json"];
      for (const [what, media] of [...json, ["body", body]]) {
        if (media?.example === undefined) continue;
        const valid = ajv.compile(withRefs(media.schema));
        expect(valid(media.example), `${where} ${what}: ${ajv.errorsText(valid.errors)}`).toBe(true);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(90);
    // These want a router that answers, or a delivery that has ended.
    expect(without.filter((where) => !/inventory|adoptions|replay/.test(where))).toEqual([]);
  });
});

/** References into the document, wherever the schema that holds them is looked at. */
export const withRefs = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')) as object;

describe("breaking changes are told", () => {
  const changed = (change: (document: any) => void): string[] => {
    const after = structuredClone(document);
    change(after);
    return breakingChanges(document, after);
  };
  const body = (of: any, path: string, method = "post"): any =>
    of.paths[path][method].requestBody.content["application/json"].schema;

  test.each<[string, (of: any) => void, RegExp]>([
    ["a path", (of) => delete of.paths["/api/v1/site"], /GET \/api\/v1\/site is gone/],
    ["a method", (of) => delete of.paths["/api/v1/plans"].post, /POST \/api\/v1\/plans is gone/],
    [
      "a field of a reply",
      (of) => delete of.components.schemas.Customer.properties.phone,
      /Customer\.phone is not there/,
    ],
    [
      "a field of a reply that may be missing",
      (of) => void of.components.schemas.Customer.required.shift(),
      /may be missing/,
    ],
    [
      "a reply that may be null",
      (of) => void (of.components.schemas.Customer.properties.name = { anyOf: [{ type: "string" }, { type: "null" }] }),
      /Customer\.name may be null/,
    ],
    [
      "a reply of another kind",
      (of) => void (of.components.schemas.Customer.properties.version.type = "string"),
      /version may be string/,
    ],
    [
      "a value of a reply",
      (of) => void of.components.schemas.Invoice.properties.state.enum.pop(),
      /Invoice\.state is never/,
    ],
    ["a status", (of) => delete of.paths["/api/v1/plans"].post.responses["201"], /→ 201 .* not answered/],
    ["a field of a body", (of) => delete body(of, "/api/v1/customers").properties.phone, /body\.phone is not taken/],
    [
      "a field that a body must have",
      (of) => void body(of, "/api/v1/customers").required.push("phone"),
      /body\.phone is required now/,
    ],
    [
      "a value of a body",
      (of) => void body(of, "/api/v1/payments").properties.method.enum.pop(),
      /method does not take other/,
    ],
    ["a shorter text", (of) => void (body(of, "/api/v1/customers").properties.name.maxLength = 5), /maxLength is 5/],
    ["a parameter", (of) => void of.paths["/api/v1/customers"].get.parameters.pop(), /not taken any more/],
    [
      "a parameter that must be there",
      (of) => void (of.paths["/api/v1/customers"].get.parameters[0].required = true),
      /is required now/,
    ],
  ])("%s", (_what, change, words) => {
    expect(changed(change).join("\n")).toMatch(words);
  });

  test("and what only adds is none", () => {
    const added = changed((of) => {
      of.paths["/api/v1/new"] = of.paths["/api/v1/site"];
      of.components.schemas.Customer.properties.email = { type: "string" };
      of.components.schemas.Customer.required.push("email");
      body(of, "/api/v1/customers").properties.email = { type: "string" };
      of.paths["/api/v1/customers"].get.parameters.push({ name: "sort", in: "query", schema: { type: "string" } });
    });
    expect(added).toEqual([]);
  });
});
