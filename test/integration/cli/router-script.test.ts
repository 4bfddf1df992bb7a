import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { run, type CliResult } from "./in-process.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-script-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const password = "s3cret kata $andi";

function script(argv: readonly string[], { notice = "", router = "" } = {}): Promise<CliResult> {
  const path = join(folder, "routers.yaml");
  writeFileSync(
    path,
    `site: { name: a, timezone: Asia/Jakarta }\n${notice}routers:\n` +
      `  - { name: hex, host: 10.255.255.1, username: ronda, password: "\${P}", mode: enforce${router} }\n`,
  );
  return run(["router-script", ...argv, "--config", path], { P: password });
}

const page = "notice: { host: 192.168.88.10, port: 8081 }\n";

describe("which version", () => {
  test("not known: both parts, each under its name", async () => {
    const { code, out } = await script(["hex", "--address", "192.168.88.10"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^# ===== RouterOS 7: only this part/m);
    expect(out).toMatch(/^# ===== RouterOS 6: only this part/m);
    expect(out.match(/\/user group add/g)).toHaveLength(2);
  });

  test("as it is said", async () => {
    const six = await script(["hex", "--ros", "6", "--address", "192.168.88.10"]);
    expect(six.out).toContain("# RouterOS 6\n");
    expect(six.out).toContain("!tikapp,!dude");
    expect(six.out).not.toContain("rest-api");
  });

  test("as the books know it", async () => {
    const db = await openDatabase(join(folder, "data", "ronda.db"));
    createRouterStore(db).syncConfigured(["hex"], 1_700_000_000_000);
    db.prepare("update routers set version = '6.49.17 (stable)'").run();
    db.close();
    const { out } = await script(["hex"]);
    expect(out).toContain("# RouterOS 6\n");
    expect(out).not.toContain("RouterOS 7");
    rmSync(join(folder, "data"), { recursive: true });
  });
});

test("the password is printed only when it is asked for, and then so that it cannot act", async () => {
  const without = await script(["hex", "--ros", "7", "--json"]);
  expect(without.code).toBe(0);
  expect(without.out).not.toContain("s3cret");
  const { out } = await script(["hex", "--ros", "7", "--with-password"]);
  expect(out).toContain('password="s3cret kata \\$andi"');
});

test("names and addresses are those of routers.yaml", async () => {
  const isolation = ', isolation: { profile: "isolir pppoe", addressList: menunggak, hotspotProfile: isolir-hs }';
  const { out } = await script(["hex", "--ros", "7", "--address", "172.16.0.2", "--like", "Paket 10M"], {
    notice: page,
    router: isolation,
  });
  expect(out).toContain(
    '/ppp profile add name="isolir pppoe" copy-from=([/ppp profile find where name="Paket 10M"]->0)',
  );
  expect(out).toContain("src-address-list=menunggak");
  expect(out).toContain("/ip hotspot user profile add name=isolir-hs");
  expect(out).toContain("to-addresses=192.168.88.10 to-ports=8081");
  expect(out).toContain("address=172.16.0.2");
});

test("a router with a port of its own is brought to that", async () => {
  const { out } = await script(["hex", "--ros", "7"], {
    notice: "notice: { host: 192.168.88.10, port: 8081, perRouter: { hex: 8082 } }\n",
  });
  expect(out).toContain("to-ports=8082");
  expect(out).not.toContain("8081");
});

test("a page that listens everywhere takes the address that is said, and asks for it otherwise", async () => {
  const notice = "notice: { host: 0.0.0.0, port: 8081 }\n";
  const given = await script(["hex", "--ros", "7", "--address", "192.168.1.5"], { notice });
  expect(given.out).toContain("to-addresses=192.168.1.5 to-ports=8081");
  const public_ = await script(["hex", "--ros", "7"], { notice, router: ", port: 8728" });
  // Whatever this machine's own address is, the script says which one it took, or that it knows none.
  expect(public_.out).toMatch(
    /# The router is taken to see this machine as \S+;|# Under which address .* is not known/,
  );
});

test("what cannot be: an unknown router, a line break in a name, an address that is none", async () => {
  expect((await script(["nope"])).err).toContain("ROUTER_UNKNOWN");
  const broken = await script(["hex"], { router: ', isolation: { profile: "a\\n/system reset" }' });
  expect(broken.code).toBe(1);
  expect(broken.err).toContain("isolation.profile holds a line break");
  expect(broken.err).toContain("CONFIG_INVALID");
  expect(broken.out).toBe("");
  expect((await script(["hex", "--address", "router"])).code).toBe(2);
  expect((await script(["hex", "--ros", "5"])).code).toBe(2);
});

test("--json gives the lines as a list", async () => {
  const { out } = await script(["hex", "--json", "--address", "192.168.88.10"], { notice: page });
  const report = JSON.parse(out) as { router: string; address: string; scripts: { major: number; lines: string[] }[] };
  expect(report).toMatchObject({ router: "hex", address: "192.168.88.10" });
  expect(report.scripts.map(({ major }) => major)).toEqual([7, 6]);
  expect(report.scripts[0]?.lines.some((line) => line.includes("/ip firewall nat add"))).toBe(true);
});
