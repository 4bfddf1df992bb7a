/**
 * What holds of writes to a RouterOS API endpoint, whoever sends them. It may run against a router that people use: it
 * touches only objects that it made itself, all of which bear the prefix `ronda-test-`, disabled where that is possible
 * and out of everybody's way, and takes them away again.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ContractClient } from "./clients.js";

const prefix = "ronda-test-";
/** Addresses for documentation (RFC 5737): nobody's. */
const host = "192.0.2.77";

/** Children before what they refer to. */
const menus = ["/ppp/secret", "/ip/hotspot/user", "/queue/simple", "/ppp/profile", "/ip/hotspot/user/profile"] as const;

async function cleanUp(client: ContractClient): Promise<void> {
  for (const menu of menus) {
    for (const row of await client.print(menu).catch(() => [])) {
      if (row["name"]?.startsWith(prefix) === true) await client.run(`${menu}/remove`, { ".id": row[".id"] ?? "" });
    }
  }
  for (const row of await client.print("/ip/firewall/address-list")) {
    if (row["list"]?.startsWith(prefix) !== true || row["dynamic"] === "true") continue;
    await client.run("/ip/firewall/address-list/remove", { ".id": row[".id"] ?? "" });
  }
}

export function describeWrites(open: () => Promise<ContractClient>): void {
  let client: ContractClient;
  /** The row of a name, which must be one. */
  async function row(menu: string, name: string): Promise<Record<string, string>> {
    // Compared here as well: a client may send no query.
    const rows = (await client.print(menu, { name })).filter((found) => found["name"] === name);
    expect(rows, `${menu} ${name}`).toHaveLength(1);
    return rows[0] ?? {};
  }
  const idOf = async (menu: string, name: string): Promise<string> => (await row(menu, name))[".id"] ?? "";
  const namesIn = async (menu: string): Promise<string[]> =>
    (await client.print(menu)).flatMap((found) => found["name"] ?? []).filter((name) => name.startsWith(prefix));

  beforeAll(async () => {
    client = await open();
    await cleanUp(client);
    for (const menu of ["/ppp/profile", "/ip/hotspot/user/profile"]) {
      await client.run(`${menu}/add`, { name: `${prefix}10M-a`, "rate-limit": "5M/10M" });
      await client.run(`${menu}/add`, { name: `${prefix}10M-b` });
    }
  });
  afterAll(async () => {
    await cleanUp(client);
    for (const menu of menus) expect(await namesIn(menu), menu).toEqual([]);
    await client.close();
  });

  test.each([
    ["/ppp/secret", "/ppp/profile", "failure: secret with the same name already exists"],
    ["/ip/hotspot/user", "/ip/hotspot/user/profile", "failure: already have user with this name for this server"],
  ])("%s: added once, its profile by exact name, set by id, removed once", async (menu, _profiles, taken) => {
    const name = `${prefix}budi`;
    await client.run(`${menu}/add`, {
      name,
      password: "rahasia",
      profile: `${prefix}10M-a`,
      disabled: "yes",
      comment: "RT 05 = no 3",
    });
    const added = await row(menu, name);
    expect(added).toMatchObject({ profile: `${prefix}10M-a`, disabled: "true", comment: "RT 05 = no 3" });
    expect(added[".id"]).toMatch(/^\*[0-9A-F]+$/);
    await expect(client.run(`${menu}/add`, { name, password: "x", disabled: "yes" })).rejects.toThrow(taken);

    const id = added[".id"] ?? "";
    await client.run(`${menu}/set`, { ".id": id, profile: `${prefix}10M-b`, comment: "" });
    const set = await row(menu, name);
    expect(set).toMatchObject({ ".id": id, profile: `${prefix}10M-b`, disabled: "true" });
    expect(set["comment"] ?? "").toBe("");

    await expect(client.run(`${menu}/set`, { ".id": id, profile: `${prefix}10M` })).rejects.toThrow(
      "ambiguous value of profile",
    );
    await expect(client.run(`${menu}/set`, { ".id": id, profile: `${prefix}tak-ada` })).rejects.toThrow(
      "input does not match any value of profile",
    );
    await expect(client.run(`${menu}/set`, { ".id": id, warna: "biru" })).rejects.toThrow("unknown parameter");
    expect(await row(menu, name), "a refusal changed nothing").toEqual(set);

    await client.run(`${menu}/remove`, { ".id": id });
    await expect(client.run(`${menu}/remove`, { ".id": id })).rejects.toThrow("no such item");
    await expect(client.run(`${menu}/set`, { ".id": id, disabled: "yes" })).rejects.toThrow("no such item");
    expect(await namesIn(menu)).toEqual([]);
  });

  test("a profile's name completes by prefix where it is the only one: why exact names are looked up first", async () => {
    const name = `${prefix}siti`;
    await client.run("/ppp/secret/add", { name, password: "x", profile: `${prefix}10M-a`, disabled: "yes" });
    await client.run("/ppp/profile/add", { name: `${prefix}20M-promo` });
    await client.run("/ppp/secret/set", { ".id": await idOf("/ppp/secret", name), profile: `${prefix}20M` });
    expect((await row("/ppp/secret", name))["profile"]).toBe(`${prefix}20M-promo`);
    await client.run("/ppp/secret/remove", { ".id": await idOf("/ppp/secret", name) });
  });

  test("a fixed address is unset, and absent or empty afterwards", async () => {
    const name = `${prefix}joko`;
    await client.run("/ppp/secret/add", { name, password: "x", "remote-address": host, disabled: "yes" });
    const id = await idOf("/ppp/secret", name);
    expect((await row("/ppp/secret", name))["remote-address"]).toBe(host);
    await expect(client.run("/ppp/secret/set", { ".id": id, "remote-address": "tak-ada" })).rejects.toThrow(
      "invalid value for argument remote-address",
    );
    await client.run("/ppp/secret/unset", { ".id": id, "value-name": "remote-address" });
    expect((await row("/ppp/secret", name))["remote-address"] ?? "").toBe("");
    await client.run("/ppp/secret/remove", { ".id": id });
  });

  test("a profile keeps its rate-limit as it was typed", async () => {
    const typed = "5M/5M 10M/10M 5M/5M 10/10 7 3M/3M";
    const id = await idOf("/ppp/profile", `${prefix}10M-a`);
    await client.run("/ppp/profile/set", { ".id": id, "rate-limit": typed });
    expect((await row("/ppp/profile", `${prefix}10M-a`))["rate-limit"]).toBe(typed);
  });

  test("a queue reads back in plain figures, and its limits are set together", async () => {
    const name = `${prefix}warga`;
    await client.run("/queue/simple/add", {
      name,
      target: host,
      "max-limit": "5M/10M",
      "limit-at": "4M/8M",
      disabled: "yes",
    });
    const id = await idOf("/queue/simple", name);
    expect(await row("/queue/simple", name)).toMatchObject({
      target: `${host}/32`,
      "max-limit": "5000000/10000000",
      "limit-at": "4000000/8000000",
      disabled: "true",
      dynamic: "false",
    });
    await expect(client.run("/queue/simple/set", { ".id": id, "max-limit": "2M/10M" })).rejects.toThrow(
      "upload-max-limit less than upload-limit",
    );
    await client.run("/queue/simple/set", { ".id": id, "max-limit": "2M/3M", "limit-at": "0/0" });
    expect(await row("/queue/simple", name)).toMatchObject({ "max-limit": "2000000/3000000", "limit-at": "0/0" });
    await expect(client.run("/queue/simple/add", { name, target: host, disabled: "yes" })).rejects.toThrow(
      "failure: already have such name",
    );
    await client.run("/queue/simple/add", { name: `${prefix}atas`, target: host, disabled: "yes", "place-before": id });
    expect(await namesIn("/queue/simple")).toEqual([`${prefix}atas`, name]);
    for (const queue of [name, `${prefix}atas`]) {
      await client.run("/queue/simple/remove", { ".id": await idOf("/queue/simple", queue) });
    }
  });

  test("a list holds an address once", async () => {
    const list = `${prefix}isolir`;
    const entry = { list, address: host };
    const entries = (): Promise<Record<string, string>[]> => client.print("/ip/firewall/address-list", entry);
    await client.run("/ip/firewall/address-list/add", { ...entry, comment: "ronda: budi" });
    const [added, ...more] = await entries();
    expect(more).toEqual([]);
    expect(added).toMatchObject({ list, address: host, dynamic: "false", disabled: "false", comment: "ronda: budi" });
    await expect(client.run("/ip/firewall/address-list/add", entry)).rejects.toThrow(
      "failure: already have such entry",
    );
    await client.run("/ip/firewall/address-list/set", { ".id": added?.[".id"] ?? "", disabled: "yes" });
    expect((await entries())[0]?.["disabled"]).toBe("true");
    await client.run("/ip/firewall/address-list/remove", { ".id": added?.[".id"] ?? "" });
    await expect(client.run("/ip/firewall/address-list/remove", { ".id": added?.[".id"] ?? "" })).rejects.toThrow(
      "no such item",
    );
    expect((await client.print("/ip/firewall/address-list")).filter((row) => row["list"] === list)).toEqual([]);
  });

  test("a session that is not there cannot be removed", async () => {
    await expect(client.run("/ppp/active/remove", { ".id": "*FFFFFF0" })).rejects.toThrow("no such item");
  });
}
