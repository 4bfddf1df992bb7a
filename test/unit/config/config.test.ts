import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { OperationalError } from "../../../src/app/errors.js";
import { ConfigError } from "../../../src/daemon/config-issues.js";
import { loadConfig, parseConfig, type Environment } from "../../../src/daemon/config.js";
import { siteBilling } from "../../../src/daemon/billing-rules.js";
import { ppnRules } from "../../../src/domain/billing/tax.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function parse(text: string, env: Environment = {}, files: Record<string, string> = {}) {
  return parseConfig(text, {
    path: "/etc/ronda/routers.yaml",
    shownAs: "routers.yaml",
    env,
    readSecretFile: (path) => {
      const content = files[path];
      if (content === undefined) throw Object.assign(new Error("no file"), { code: "ENOENT" });
      return content;
    },
  });
}

function errorOf(text: string, env: Environment = {}, files: Record<string, string> = {}): ConfigError {
  try {
    parse(text, env, files);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

const router = (fields: string): string =>
  `site: { name: RT 05, timezone: Asia/Jakarta }\nrouters:\n  - name: hex\n    host: 192.168.88.1\n    username: ronda\n${fields
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n")}\n`;

const good = router('password: "s"');

describe("a configuration that is right", () => {
  test("gets its defaults", () => {
    const { config, warnings } = parse(good);
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      file: "/etc/ronda/routers.yaml",
      site: { name: "RT 05", timezone: "Asia/Jakarta", language: "id" },
      http: { host: "127.0.0.1", port: 8080, publicUrl: undefined, corsOrigins: [] },
      notice: undefined,
      database: {
        path: "/etc/ronda/data/ronda.db",
        retention: { samplesDays: 3, hoursMonths: 13, daysYears: 5, sessionsMonths: undefined },
        backup: undefined,
      },
      billing: undefined,
      routers: [
        {
          name: "hex",
          host: "192.168.88.1",
          port: 8728,
          tls: undefined,
          username: "ronda",
          password: "s",
          mode: "observe",
          pollEveryMs: 60_000,
          services: ["pppoe", "hotspot", "static"],
          isolation: { method: "profile", profile: "isolir", addressList: "isolir", hotspotProfile: undefined },
        },
      ],
    });
  });

  test.each([
    ["1s", 1_000],
    ["90s", 90_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
  ])("pollEvery %s", (written, ms) => {
    expect(parse(router(`password: x\npollEvery: ${written}`)).config.routers[0]?.pollEveryMs).toBe(ms);
  });

  test("tls takes port 8729, plain hex of the fingerprint, and paths from the file's folder", () => {
    const pin = parse(router(`password: x\ntls: { mode: pin, fingerprint: "${"AB:".repeat(31)}AB" }`)).config
      .routers[0];
    expect(pin).toMatchObject({ port: 8729, tls: { mode: "pin", fingerprint: "ab".repeat(32) } });
    const ca = parse(router("password: x\nport: 18729\ntls: { mode: ca, caFile: ca.pem, serverName: hex.lan }"));
    expect(ca.config.routers[0]).toMatchObject({
      port: 18_729,
      tls: { mode: "ca", caFile: "/etc/ronda/ca.pem", serverName: "hex.lan" },
    });
    expect(parse(router("password: x\ntls: { mode: ca }")).config.routers[0]?.tls).toEqual({ mode: "ca" });
  });

  test("secrets come from the environment or a file, whose last line end is dropped and nothing else", () => {
    expect(parse(router("password: ${HEX_PASSWORD}"), { HEX_PASSWORD: " p#w\n" }).config.routers[0]?.password).toBe(
      " p#w\n",
    );
    for (const end of ["", "\n", "\r\n"]) {
      const files = { "/etc/ronda/hex.password": ` p#w ${end}` };
      expect(parse(router("password: file:hex.password"), {}, files).config.routers[0]?.password).toBe(" p#w ");
    }
  });

  test("billing is accepted with its defaults", () => {
    const { config } = parse(
      `${good}billing: { dueDay: end, isolate: { window: "Sen-Jum 08:00-16:00", holidays: ["2026-12-25"] }, tax: { mode: inclusive } }\n`,
    );
    expect(config.billing).toMatchObject({
      cycle: "fixed",
      dueDay: "end",
      prepaidDays: 30,
      leadDays: 0,
      graceDays: 0,
      isolate: {
        window: { weekdays: new Set([1, 2, 3, 4, 5]), startMinutes: 480, endMinutes: 960 },
        holidays: [20261225],
        brake: { share: 0.2, min: 5 },
      },
      prorate: false,
      billIsolatedDays: false,
      remindDays: [7, 3, 1],
      roundToIdr: 1,
      invoiceNumber: { text: "INV/{YYYY}/{NNNNNN}" },
      tax: { mode: "inclusive" },
    });
    expect(siteBilling(config.billing).tax).toEqual({ mode: "inclusive", rules: ppnRules });
  });

  test("rules of tax are read to the hundredth of a percent", () => {
    const { config } = parse(
      `${good}billing: { tax: { mode: exclusive, rules: [{ from: "2027-01-01", percent: 10.25, base: "11/12" }] } }\n`,
    );
    const rule = { from: 20270101, rateBp: 1025, baseNumerator: 11, baseDenominator: 12 };
    expect(siteBilling(config.billing).tax).toEqual({ mode: "exclusive", rules: [rule] });
  });

  test.each([
    ['isolate: { window: "Mon-Sat" }', "billing.isolate.window"],
    ['isolate: { holidays: ["2026-02-30"] }', "billing.isolate.holidays"],
    ["dueDay: 29", "billing.dueDay"],
    ['invoiceNumber: "INV/{NNN}"', "billing.invoiceNumber"],
    ["prepaidDays: 0", "billing.prepaidDays"],
    ["remindDays: [7, 1.5]", "billing.remindDays"],
    ["tax: { mode: both }", "billing.tax.mode"],
    ['tax: { mode: exclusive, rules: [{ from: "2027-01-01", percent: 11.111 }] }', "billing.tax.rules"],
    ['tax: { mode: exclusive, rules: [{ from: "2027-01-01", percent: 11, base: "12/11" }] }', "billing.tax.rules"],
  ])("billing: { %s } is refused with its place", (section, place) => {
    expect(() => parse(`${good}billing: { ${section} }\n`)).toThrow(place);
  });

  test("the example file loads, and its warnings are none", () => {
    const example = resolve("routers.example.yaml");
    const { config, warnings } = loadConfig(example, { HEX_UTARA_PASSWORD: "p" });
    expect(warnings).toEqual([]);
    expect(config.routers).toHaveLength(1);
    expect(config.routers[0]?.password).toBe("p");
    // Its comments promise that the values shown are the defaults.
    const bare = parse(
      "site: { name: RT 05 Net, timezone: Asia/Jakarta }\nrouters: [{ name: hex-utara, host: 192.168.88.1, username: ronda, password: p }]\n",
    );
    expect({ ...config, file: "", database: { ...config.database, path: "" } }).toEqual({
      ...bare.config,
      file: "",
      database: { ...bare.config.database, path: "" },
    });
  });

  test("its commented settings are right too", () => {
    const text = readFileSync("routers.example.yaml", "utf8")
      .replace(/^( *)#(?! \S|$)/gm, "$1")
      .replace("AB:CD:…", "ab".repeat(32));
    const { config } = parse(text, { HEX_UTARA_PASSWORD: "p" }, { "/etc/ronda/rb4011.password": "q\n" });
    expect(config.notice).toEqual({
      host: "192.168.88.10",
      port: 8081,
      perRouter: { "rb4011-selatan": 8082 },
      howToPay: "Transfer BCA 123456 a.n. Budi, atau bayar ke Pak RT",
    });
    expect(config.billing?.isolate.brake).toEqual({ share: 0.2, min: 5 });
    expect(config.database.backup).toEqual({ dir: "/mnt/usb/ronda", keep: 14, at: "03:30" });
    expect(config.database.retention.sessionsMonths).toBe(60);
    expect(config.routers.map(({ name, port }) => [name, port])).toEqual([
      ["hex-utara", 8728],
      ["rb4011-selatan", 8729],
    ]);
  });
});

describe("a configuration that is wrong says file, line, field and what was expected", () => {
  const cases: [title: string, text: string, lines: (string | RegExp)[]][] = [
    [
      "an enum",
      router("password: x\ntls: { mode: pim }"),
      ['routers.yaml:7:18 routers[0].tls.mode: expected one of pin, ca, anonymous, found "pim"'],
    ],
    [
      "a missing key",
      router("mode: observe"),
      ["routers.yaml:3:5 routers[0].password: expected text, ${NAME} or file:PATH, found nothing"],
    ],
    [
      "an unquoted number password",
      router("password: 081234"),
      ["routers.yaml:6:15 routers[0].password: expected text, ${NAME} or file:PATH, found a number (put it in quotes)"],
    ],
    [
      "an unknown key, near",
      router("password: x\npoll_evry: 60s"),
      ["routers.yaml:7:5 routers[0].poll_evry: unknown key; did you mean pollEvery?"],
    ],
    [
      "an unknown key, other tools' name",
      router("password: x\nssl: true"),
      ["routers.yaml:7:5 routers[0].ssl: unknown key; did you mean tls?"],
    ],
    [
      "an unknown key with two letters swapped",
      router("password: x\ntsl: { mode: anonymous }"),
      ["routers.yaml:7:5 routers[0].tsl: unknown key; did you mean tls?"],
    ],
    [
      "an unknown key in a union's branch",
      router('password: x\ntls: { mode: anonymous, fingerprint: "x" }'),
      ["routers.yaml:7:29 routers[0].tls.fingerprint: unknown key; expected one of mode"],
    ],
    [
      "a port of the notice page for a router that is not there",
      `${good}notice: { host: 10.0.0.9, port: 81, perRouter: { hez: 82 } }\n`,
      ["routers.yaml:7:55 notice.perRouter.hez: expected a port for a router that stands under routers, found 82"],
    ],
    [
      "an unknown key, far",
      `${good}zebra: 1\n`,
      ["routers.yaml:7:1 zebra: unknown key; expected one of site, http, notice, database, billing, routers"],
    ],
    [
      "a duration without unit",
      router("password: x\npollEvery: 60"),
      [
        "routers.yaml:7:16 routers[0].pollEvery: expected a duration from 1s to 1h with its unit: 30s, 5m, 1h, found 60",
      ],
    ],
    [
      "a duration too long",
      router("password: x\npollEvery: 2h"),
      [/routers\[0\]\.pollEvery: expected a duration from 1s to 1h.*found "2h"/],
    ],
    [
      "a host with a port",
      good.replace("192.168.88.1", "192.168.88.1:8728"),
      [/routers\.yaml:4:11 routers\[0\]\.host: expected a host name or an IP address, without port/],
    ],
    [
      "an address that is none",
      good.replace("192.168.88.1", "192.168.88.300"),
      [/routers\[0\]\.host: expected a host name/],
    ],
    [
      "a router name",
      good.replace("name: hex", "name: Hex Utara"),
      [
        'routers.yaml:3:11 routers[0].name: expected 1 to 40 of a-z, 0-9, - and _, beginning with a letter or a digit, found "Hex Utara"',
      ],
    ],
    [
      "a time zone by abbreviation",
      good.replace("Asia/Jakarta", "WIB"),
      [/routers\.yaml:1:\d+ site\.timezone: expected an IANA time zone such as Asia\/Jakarta \(WIB\).*found "WIB"/],
    ],
    ["a time zone by offset", good.replace("Asia/Jakarta", '"+07:00"'), [/site\.timezone: expected an IANA/]],
    [
      "a time zone that does not exist",
      good.replace("Asia/Jakarta", "Asia/Bandung"),
      [/site\.timezone: expected an IANA.*found "Asia\/Bandung"/],
    ],
    [
      "an address with a scheme to listen on",
      `${good}http: { host: "http://192.168.88.10" }\n`,
      [/routers\.yaml:7:15 http\.host: expected a host name or an IP address, without port or https:\/\//],
    ],
    [
      "a port",
      `${good}http: { port: 99999 }\n`,
      ["routers.yaml:7:15 http.port: expected a whole number from 0 to 65535, found 99999"],
    ],
    [
      "no routers",
      "site: { name: a, timezone: UTC }\nrouters: []\n",
      [/routers\.yaml:2:10 routers: expected a list of at least one router.*found an empty list/],
    ],
    ["an empty file", "", ["routers.yaml:1:1: expected a map with site and routers in it, found nothing"]],
    ["a list", "- a\n", ["routers.yaml:1:1: expected a map with site and routers in it, found a list"]],
    [
      "a key twice",
      `${good}http: { port: 1 }\nhttp: { port: 2 }\n`,
      ["routers.yaml:8:1: this key is there twice in one map; keep one"],
    ],
    ["tabs", "site:\n\tname: x\n", [/^routers\.yaml:2:\d+: a tab is used to indent; use spaces$/]],
    ["two documents", `${good}---\n${good}`, [/a second document/]],
  ];
  test.each(cases)("%s", (_title, text, lines) => {
    const found = errorOf(text);
    expect(found.code).toBe("CONFIG_INVALID");
    const messageLines = found.message.split("\n");
    for (const line of lines) {
      if (typeof line === "string") expect(messageLines).toContain(line);
      else
        expect(
          messageLines.some((message) => line.test(message)),
          found.message,
        ).toBe(true);
    }
  });

  test.each([
    ["a second colon", good.replace("name: hex", "name: hex: utara") + "x: }\n".repeat(40), /^3:11 a second colon/],
    ["a bracket", router("services: [pppoe, hotspot"), /^6:15 the \[ that opens here is never closed/],
    ["a bracket above others", router("services: [pppoe\npollEvery: 60s"), /^6:15 the \[ that opens here is never/],
    ["a brace", good.replace("Asia/Jakarta }", "Asia/Jakarta"), /^1:7 the \{ that opens here is never closed/],
    ["a quote", router('password: "p\npollEvery: 60s'), /^6:15 the " that opens here is never closed/],
    ["a bracket too many", good.replace("}", "}}}"), /^1:\d+ unexpected text here: a bracket too many/],
    ["deeper than the line above", good.replace("    host", "     host"), /^3:11 .*the next line is indented deeper/],
    ["no space after the colon", good.replace("host: ", "host:"), /^4:5 expected key: value/],
    ["a tab", good.replace("    host", "\thost"), /^4:1 a tab is used to indent/],
    ["no comma", "site: { name: s timezone: UTC }\nrouters: []\n", /^1:\d+ expected a comma/],
  ])("broken syntax is one sentence, said once, at the place to mend: %s", (_title, text, expected) => {
    const { issues } = errorOf(text);
    expect(issues.map(({ line, column, problem }) => `${line}:${column} ${problem}`)).toEqual([
      expect.stringMatching(expected),
    ]);
  });

  test("values that are YAML signs are each told: they do not follow from each other", () => {
    const text = `site: { name: s, timezone: UTC }\nrouters:\n  - name: hex\n    host: *a\n    username: *b\n    password: *c\n`;
    expect(errorOf(text).issues.map(({ line }) => line)).toEqual([4, 5, 6]);
  });

  test("all at once, in the order of the file", () => {
    const text = `site: { name: a, timezone: X }
http: { hots: 1 }
routers:
  - { name: hex, host: 10.0.0.1, username: a, password: "\${NO_SUCH}" }
  - { name: hex, host: 10.0.0.1, username: a, password: file:none, mode: force }
`;
    expect(errorOf(text).issues.map(({ line, path }) => `${line} ${path}`)).toEqual([
      "1 site.timezone",
      "2 http.hots",
      "4 routers[0].password",
      "5 routers[1].name",
      "5 routers[1].host",
      "5 routers[1].password",
      "5 routers[1].mode",
    ]);
  });

  test("missing secrets have their own code when they are all that is wrong", () => {
    const found = errorOf(router("password: ${HEX_PASSWORD}"));
    expect(found.code).toBe("CONFIG_SECRET_MISSING");
    expect(found.message).toBe(
      "routers.yaml:6:15 routers[0].password: expected the environment variable HEX_PASSWORD, found it not set",
    );
    expect(errorOf(router("password: ${HEX_PASSWORD}"), { HEX_PASSWORD: "" }).message).toMatch(/found it empty$/);
    expect(errorOf(router("password: file:/run/p")).message).toMatch(
      /expected a readable file \/run\/p, found ENOENT$/,
    );
    expect(errorOf(router("password: file:/run/p"), {}, { "/run/p": "\n" }).code).toBe("CONFIG_SECRET_MISSING");
  });

  test.each([
    "*s3cret",
    "!s3cret",
    "@s3cret",
    "%s3cret",
    "&s3cret",
    "`s3cret",
    "'s3cret",
    '"s3cret',
    "[s3cret",
    "{s3cret",
    "s3cret: x",
    "|s3cret",
  ])("a password that is YAML by accident (%s) is refused without being shown", (password) => {
    const found = errorOf(router(`password: ${password}`));
    expect(found.message).not.toContain("s3cret");
    expect(found.issues.some(({ line }) => line !== undefined && line >= 6)).toBe(true);
  });

  test.each([
    ["in a block", good.replace("host: 192.168.88.1", 'host: "h').replace('"s"', 's3cret"')],
    ["in a block, with deeper lines", 'site: { name: s, timezone: "x\n    password: s3cret" }\nrouters: []\n'],
    [
      "on one line",
      'site: { name: s, timezone: UTC }\nrouters: [{ name: a, host: "h, username: u, password: s3cret" }]\n',
    ],
  ])("a quote closed too late does not spill the password that it swallows: %s", (_title, text) => {
    const { message } = errorOf(text);
    expect(message).toMatch(/is a quote not closed\?|that opens here is never closed|expected a comma/);
    expect(message).not.toContain("s3cret");
  });

  test("a web address with a password in it is refused without being shown", () => {
    const { message } = errorOf(`${good}http: { publicUrl: "https://me:s3cret@ronda.example" }\n`);
    expect(message).toContain("http.publicUrl: expected a web address");
    expect(message).not.toContain("s3cret");
  });

  test("whatever else is wrong, no secret is in any error text", () => {
    const secret = fc
      .string({
        unit: fc.constantFrom(...Array.from("sekrit_KATA*&!@%#{}[]'\"|>`,:$ 0179\\")),
        minLength: 6,
        maxLength: 16,
      })
      .map((tail) => `Zq7${tail}Zq7`);
    const damage = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.replace("hex", "Hex!"),
      (text: string) => text.replace("name:", "nam:"),
      (text: string) => text.replace("    username", "  username"),
      (text: string) => text.replace("timezone: Asia/Jakarta", "timezone: [x"),
      (text: string) => `${text}bogus: 1\n`,
      (text: string) => text.replace("host: ", 'host: "'),
      (text: string) => text.replace("username: ronda", "username:"),
      (text: string) => text.replace("password", "pasword"),
      (text: string) => text.replace("routers:\n", "routers:\n  - 5\n"),
    );
    const source = fc.constantFrom("plain", "quoted", "env", "file");
    fc.assert(
      fc.property(secret, damage, source, (value, damaged, from) => {
        const written = { plain: value, quoted: JSON.stringify(value), env: "${P}", file: "file:/p" }[from];
        const text = damaged(router(`password: ${written}\nport: 0`));
        const message = errorOf(text, { P: value }, { "/p": value }).message;
        expect(message).not.toContain(value);
        expect(message).not.toContain("Zq7");
      }),
      { numRuns: 500 },
    );
  });
});

describe("warnings", () => {
  test.each([
    ["8.8.8.8", true],
    ["router.example.net", true],
    ["2001:4860::8888", true],
    ["10.1.2.3", false],
    ["172.31.0.1", false],
    ["172.32.0.1", true],
    ["hex", false],
    ["hex.lan", false],
    ["::1", false],
  ])("the plain API to %s: %s", (host, isWarned) => {
    const { warnings } = parse(good.replace("192.168.88.1", `"${host}"`));
    expect(warnings.map(({ path, line }) => [path, line])).toEqual(isWarned ? [["routers[0].host", 4]] : []);
  });

  test.each([
    ["127.0.0.1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["192.168.88.10", false],
  ])("the notice page on %s: %s", (host, isWarned) => {
    const { warnings } = parse(`${good}notice: { host: ${host}, port: 8081 }\n`);
    expect(warnings.map(({ path }) => path)).toEqual(isWarned ? ["notice.host"] : []);
  });

  test("anonymous TLS, and ${ that is not the whole value", () => {
    const { warnings } = parse(router("password: a${B}\ntls: { mode: anonymous }"));
    expect(warnings.map(({ path }) => path)).toEqual(["routers[0].tls.mode", "routers[0].password"]);
  });

  test("a password in a file that everybody may read", () => {
    const folder = mkdtempSync(join(tmpdir(), "ronda-config-"));
    folders.push(folder);
    const path = join(folder, "routers.yaml");
    writeFileSync(path, good, { mode: 0o644 });
    expect(loadConfig(path, {}).warnings.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^holds a password.*chmod 600/),
    ]);
    writeFileSync(path, router("password: ${P}"));
    expect(loadConfig(path, { P: "x" }).warnings).toEqual([]);
  });
});

test("a file that is not there is CONFIG_NOT_FOUND and says what to do", () => {
  expect(() => loadConfig("/no/such/routers.yaml", {})).toThrow(OperationalError);
  expect(() => loadConfig("/no/such/routers.yaml", {})).toThrow(/ENOENT\); copy routers\.example\.yaml/);
});

test("a folder given for the file is said to be one, and which file may be meant", () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-config-"));
  folders.push(folder);
  const found = (() => {
    try {
      return loadConfig(folder, {});
    } catch (error) {
      return error as OperationalError;
    }
  })();
  expect(found).toMatchObject({ code: "CONFIG_NOT_FOUND" });
  expect((found as OperationalError).message).toBe(
    `${folder}: is a folder; name the file in it: --config ${join(folder, "routers.yaml")}`,
  );
});

test.each([
  ["Latin-1", Buffer.from(router('password: "café"'), "latin1"), 6],
  ["UTF-16", Buffer.from(`\ufeff${good}`, "utf16le"), 1],
])("a file in %s is refused at its line, not read with signs that nobody wrote", (_encoding, bytes, line) => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-config-"));
  folders.push(folder);
  const path = join(folder, "routers.yaml");
  writeFileSync(path, bytes);
  expect(() => loadConfig(path, {})).toThrow(`${path}:${line}:1: this line is not UTF-8 text; save the file as UTF-8`);
  writeFileSync(path, `\ufeff${router('password: "café"')}`.replaceAll("\n", "\r\n"));
  expect(loadConfig(path, {}).config.routers[0]?.password).toBe("café");
});
