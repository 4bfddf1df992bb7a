import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessStates, waits } from "../../../src/app/access/line-standing.js";
import { journalStates } from "../../../src/adapters/http/schemas-access.js";
import { createSite, type TestSite } from "./site.js";

const page = readFileSync("docs/api.md", "utf8");
let site: TestSite;
beforeAll(async () => {
  site = await createSite();
});
afterAll(() => site.close());

describe("docs/api.md", () => {
  test("names every call that there is", async () => {
    const { paths } = (await site.get("/openapi.json")).body;
    // `…` and lists of last steps (`/activate`, `isolate`, …) stand for the path before them.
    const words = new Set(page.match(/[a-zA-Z-]+/g));
    for (const path of Object.keys(paths)) {
      const steps = path.replace("/api/v1", "").split("/");
      for (const step of steps) if (step !== "" && !step.startsWith("{")) expect(words, path).toContain(step);
      const methods = Object.keys(paths[path]).map((method) => method.toUpperCase());
      const rows = page.split("\n").filter((row) => row.startsWith("| `") && row.includes(`/${steps[1] ?? ""}`));
      for (const method of methods)
        expect(
          rows.some((row) => row.includes(method)),
          `${method} ${path}`,
        ).toBe(true);
    }
  });

  test("its replies are JSON, and have the fields that the schemas have", async () => {
    const { schemas } = (await site.get("/openapi.json")).body.components;
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? ""));
    expect(blocks.length).toBeGreaterThan(8);
    const fieldSets = Object.values<any>(schemas).map(({ properties }) =>
      Object.keys(properties ?? {})
        .sort()
        .join(),
    );
    for (const block of blocks) {
      if ("…" in block || "code" in block) continue;
      expect(fieldSets, JSON.stringify(block).slice(0, 80)).toContain(Object.keys(block).sort().join());
    }
  });

  test.each([
    ["states of access", accessStates],
    ["what is waited for", waits],
    ["states of the journal", journalStates.filter((state) => state !== "intended")],
    [
      "reasons",
      ["new-line", "recreated", "isolated", "released", "paused", "terminated", "plan", "password", "repaired", "owed"],
    ],
  ] as const)("lists all %s", (_what, words) => {
    for (const word of words) expect(page).toContain(`\`${word}\``);
  });
});
