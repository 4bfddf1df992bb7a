import { expect, test } from "vitest";
import { diffConfig } from "../../../src/daemon/config-diff.js";
import { parseConfig, type RondaConfig } from "../../../src/daemon/config.js";

function config(text: string): RondaConfig {
  const readSecretFile = (): string => "from-file";
  return parseConfig(text, { path: "/etc/ronda/routers.yaml", shownAs: "routers.yaml", env: {}, readSecretFile })
    .config;
}

const before = `site: { name: a, timezone: Asia/Jakarta }
routers:
  - { name: a, host: 10.0.0.1, username: u, password: p }
  - { name: b, host: 10.0.0.2, username: u, password: p }
  - { name: c, host: 10.0.0.3, username: u, password: p }
`;

test("the same file changes nothing", () => {
  const diff = diffConfig(config(before), config(before));
  expect(diff).toMatchObject({ added: [], changed: [], removed: [], applied: [], needsRestart: [] });
  expect(diff.unchanged.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("routers are told apart by name, whatever their order", () => {
  const after = `site: { name: a, timezone: Asia/Jakarta }
routers:
  - { name: d, host: 10.0.0.4, username: u, password: p }
  - { name: c, host: 10.0.0.3, username: u, password: p }
  - { name: a, host: 10.0.0.1, username: u, password: "q", pollEvery: 5m, tls: { mode: anonymous } }
`;
  const diff = diffConfig(config(before), config(after));
  expect(diff.added.map(({ name }) => name)).toEqual(["d"]);
  expect(diff.removed.map(({ name }) => name)).toEqual(["b"]);
  expect(diff.unchanged.map(({ name }) => name)).toEqual(["c"]);
  expect(diff.changed.map(({ after: { name }, fields }) => [name, fields])).toEqual([
    ["a", ["port", "tls", "password", "pollEveryMs"]],
  ]);
});

test.each([
  ["site.timezone", before.replace("Asia/Jakarta", "Asia/Makassar")],
  ["http.port", `${before}http: { port: 9000 }\n`],
  ["http.host", `${before}http: { host: "::1" }\n`],
  ["http.corsOrigins", `${before}http: { corsOrigins: ["https://a.example"] }\n`],
  ["notice", `${before}notice: { host: 10.0.0.9, port: 81 }\n`],
  ["database.path", `${before}database: { path: other.db }\n`],
  ["site.name", before.replace("name: a, timezone", "name: z, timezone")],
  ["site.language", before.replace("Jakarta }", "Jakarta, language: en }")],
  ["http.publicUrl", `${before}http: { publicUrl: "https://a.example/" }\n`],
  ["database.retention", `${before}database: { retention: { samplesDays: 0 } }\n`],
])("%s needs a restart", (name, after) => {
  expect(diffConfig(config(before), config(after))).toMatchObject({ needsRestart: [name], applied: [] });
});

test.each([
  ["database.backup", `${before}database: { backup: { dir: b } }\n`],
  ["billing", `${before}billing: {}\n`],
])("%s is taken over while running", (name, after) => {
  expect(diffConfig(config(before), config(after))).toMatchObject({ needsRestart: [], applied: [name] });
});
