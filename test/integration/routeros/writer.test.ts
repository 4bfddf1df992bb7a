import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RouterWrite, RouterWriter } from "../../../src/app/access/access-link.js";
import { RouterError } from "../../../src/app/errors.js";
import { createRouterWriter } from "../../../src/adapters/routeros/index.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";
import { never, sessionOptions } from "./held-wire.js";
import { startScriptedRouter, type Command, type ScriptedRouter } from "./scripted-router.js";
import { sentence } from "./wire.js";

const strays: unknown[] = [];
const stray = (reason: unknown): void => void strays.push(reason);
beforeAll(() => {
  process.on("uncaughtException", stray).on("unhandledRejection", stray);
});
afterAll(() => {
  process.off("uncaughtException", stray).off("unhandledRejection", stray);
  expect(strays, "uncaught exceptions and unhandled rejections").toEqual([]);
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0)) await thing.close();
});

interface Setup {
  router: ScriptedRouter;
  writer: RouterWriter;
  clock: FakeClock;
}

async function setUp(script?: (command: Command) => boolean | void): Promise<Setup> {
  const router = await startScriptedRouter(script === undefined ? {} : { script });
  const clock = createFakeClock();
  const writer = createRouterWriter(sessionOptions(router.port, clock));
  opened.push({ close: () => Promise.all([writer.close(), router.close()]).then(() => {}) });
  return { router, writer, clock };
}

const budi = { ".id": "*A", name: "budi", service: "pppoe", profile: "10M", disabled: "false" };
const words = (row: Readonly<Record<string, string>>): string[] =>
  Object.entries(row).map(([name, value]) => `=${name}=${value}`);

function answerRows(command: Command, ...rows: readonly Readonly<Record<string, string>>[]): void {
  for (const row of rows) command.reply("!re", ...words(row));
  command.reply("!done");
}

/** A writer that has looked up the secret `budi`, so that its connection stands. */
async function lookedUp(): Promise<Setup> {
  const setup = await setUp();
  const looking = setup.writer.secrets("budi", never);
  answerRows(await setup.router.next("/ppp/secret/print"), budi);
  expect(await looking).toHaveLength(1);
  return setup;
}

async function failure(promise: Promise<unknown>): Promise<RouterError> {
  const error = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RouterError);
  return error as RouterError;
}

const disable: RouterWrite = { menu: "/ppp/secret", verb: "set", id: "*A", attributes: { disabled: "yes" } };

describe("a lookup", () => {
  test("asks for one name with the columns of the table, and compares it again", async () => {
    const { router, writer } = await setUp();
    const looking = writer.secrets("budi", never);
    const command = await router.next("/ppp/secret/print");
    expect(command.words).toEqual([
      "=.proplist=.id,name,service,caller-id,profile,remote-address,last-caller-id,disabled,comment",
      "?name=budi",
    ]);
    // Firmware that ignores the query, or that completes it.
    answerRows(command, { ...budi, ".id": "*B", name: "budi-2" }, budi, { ...budi, ".id": "*C", name: "Budi" });
    expect(await looking).toEqual([
      {
        id: "*A",
        name: "budi",
        service: "pppoe",
        callerId: "",
        profile: "10M",
        remoteAddress: "",
        lastCallerId: "",
        disabled: false,
        comment: "",
      },
    ]);
    expect(router.commands.map(({ path }) => path)).toEqual(["/login", "/ppp/secret/print"]);
  });

  test("that finds nothing is empty, with !empty or without", async () => {
    const { router, writer } = await setUp();
    const first = writer.queues("warga-1", never);
    (await router.next("/queue/simple/print")).reply("!done");
    expect(await first).toEqual([]);
    const second = writer.queues("warga-1", never);
    const command = await router.next("/queue/simple/print");
    command.reply("!empty");
    command.reply("!done");
    expect(await second).toEqual([]);
  });

  test("of a row that will not parse fails, because nothing would mean that it is not there", async () => {
    const { router, writer } = await setUp();
    const looking = failure(writer.secrets("budi", never));
    answerRows(await router.next("/ppp/secret/print"), { ...budi, disabled: "perhaps" });
    expect(await looking).toMatchObject({
      code: "ROUTER_PROTOCOL",
      message: expect.stringMatching(/disabled.*perhaps/),
    });
  });

  test("in a menu that is missing fails, too", async () => {
    const { router, writer } = await setUp();
    const looking = failure(writer.hotspotUsers("vc-1", never));
    const command = await router.next("/ip/hotspot/user/print");
    command.reply("!trap", "=category=0", "=message=no such command prefix");
    command.reply("!done");
    expect(await looking).toMatchObject({ code: "ROUTER_REFUSED", routerMessage: "no such command" });
  });

  test("of a name beyond ASCII that no query finds looks through the whole table, as old tools store other bytes", async () => {
    const { router, writer } = await setUp();
    const looking = writer.secrets("andré", never);
    answerRows(await router.next("/ppp/secret/print"));
    const whole = await router.next("/ppp/secret/print");
    expect(whole.words).toHaveLength(1);
    whole.connection.send(
      sentence(
        "!re",
        `.tag=${whole.tag}`,
        "=.id=*7",
        Buffer.from("=name=andr\xe9", "latin1"),
        "=profile=10M",
        "=disabled=true",
      ),
    );
    whole.reply("!done");
    expect(await looking).toMatchObject([{ id: "*7", name: "andré", disabled: true }]);
  });

  test("of a list entry takes the address with its mask and without", async () => {
    const { router, writer } = await setUp();
    const looking = writer.listEntries("isolir", "10.0.0.5", never);
    const command = await router.next("/ip/firewall/address-list/print");
    expect(command.words.slice(1)).toEqual(["?list=isolir", "?address=10.0.0.5", "?address=10.0.0.5/32", "?#|"]);
    const entry = { ".id": "*1", list: "isolir", address: "10.0.0.5", dynamic: "false", disabled: "false" };
    answerRows(
      command,
      { ...entry, ".id": "*2", address: "10.0.0.5/32" },
      { ...entry, ".id": "*3", timeout: "5m", comment: "ronda: budi" },
      { ...entry, ".id": "*4", address: "10.0.0.50" },
      { ...entry, ".id": "*5", list: "isolir-2" },
    );
    expect(await looking).toEqual([
      { id: "*2", list: "isolir", address: "10.0.0.5", dynamic: false, disabled: false, comment: "" },
      { id: "*3", list: "isolir", address: "10.0.0.5", dynamic: true, disabled: false, comment: "ronda: budi" },
    ]);
  });

  test("of sessions says between which uptimes of the router they were read", async () => {
    const { router, writer, clock } = await setUp();
    const looking = writer.pppSessions("budi", never);
    const resource = await router.next("/system/resource/print");
    await clock.advance(300);
    answerRows(resource, { uptime: "1m5s", version: "7.24 (stable)" });
    const print = await router.next("/ppp/active/print");
    await clock.advance(40);
    answerRows(print, {
      ".id": "*80000001",
      name: "budi",
      service: "pppoe",
      "caller-id": "aa:bb:cc:dd:ee:ff",
      address: "10.0.0.9",
      uptime: "12s",
    });
    expect(await looking).toEqual({
      sessions: [
        {
          id: "*80000001",
          name: "budi",
          service: "pppoe",
          callerId: "AA:BB:CC:DD:EE:FF",
          address: "10.0.0.9",
          uptimeSeconds: 12,
          radius: false,
        },
      ],
      uptime: { loMs: 65_000, hiMs: 66_340 },
    });
  });

  test("has the deadline of a small command", async () => {
    const { router, writer, clock } = await setUp();
    const looking = failure(writer.hotspotCookies("vc-1", never));
    await router.next("/ip/hotspot/cookie/print");
    await clock.advance(10_000);
    expect(await looking).toMatchObject({ code: "ROUTER_TIMED_OUT", retryable: true });
    expect(clock.pendingCount).toBe(0);
  });
});

describe("a connection that was idle", () => {
  test("is asked whether it stands, and goes on when it does", async () => {
    const { router, writer, clock } = await lookedUp();
    await clock.advance(60_001);
    const looking = writer.secrets("budi", never);
    answerRows(await router.next("/system/identity/print"), { name: "Gedung A" });
    answerRows(await router.next("/ppp/secret/print"), budi);
    expect(await looking).toHaveLength(1);
    const again = writer.secrets("budi", never);
    answerRows(await router.next("/ppp/secret/print"), budi);
    await again;
    expect([writer.connectionNo, router.commands.length]).toEqual([1, 5]);
  });

  test("makes way for another one when nobody answers, within 2 s", async () => {
    const { router, writer, clock } = await lookedUp();
    await clock.advance(60_001);
    const looking = writer.secrets("budi", never);
    await router.next("/system/identity/print");
    await clock.advance(2_000);
    answerRows(await router.next("/ppp/secret/print"), budi);
    expect(await looking).toHaveLength(1);
    expect([writer.connectionNo, router.connectionCount, clock.pendingCount]).toEqual([2, 2, 0]);
  });
});

describe("a write", () => {
  test("sends its attributes in one order, whatever order they are given in", async () => {
    const { router, writer } = await lookedUp();
    const setting = writer.write(
      { menu: "/ppp/secret", verb: "set", id: "*A", attributes: { disabled: "no", profile: "a=b", password: "é" } },
      never,
    );
    const command = await router.next("/ppp/secret/set");
    expect(command.words).toEqual(["=.id=*A", "=password=é", "=profile=a=b", "=disabled=no"]);
    command.reply("!done");
    await setting;
    const adding = writer.write(
      { menu: "/ip/firewall/address-list", verb: "add", attributes: { address: "10.0.0.5", list: "isolir" } },
      never,
    );
    const add = await router.next("/ip/firewall/address-list/add");
    expect(add.words).toEqual(["=list=isolir", "=address=10.0.0.5"]);
    add.reply("!empty");
    add.reply("!done", "=ret=*1C");
    await adding;
  });

  test("that was not declared is a bug, and nothing is sent", async () => {
    const { router, writer } = await lookedUp();
    const bad: RouterWrite[] = [
      { menu: "/ppp/secret", verb: "set", id: "*A", attributes: { comment: "x" } },
      { menu: "/ppp/secret", verb: "set", id: "*A", attributes: {} },
      { menu: "/ppp/secret", verb: "set", id: "*A,*B", attributes: { disabled: "yes" } },
      { menu: "/ppp/active", verb: "remove", id: "budi" },
      { menu: "/ppp/secret", verb: "remove", id: "*A" } as never,
      { menu: "/user", verb: "set", id: "*A", attributes: { password: "x" } } as never,
    ];
    for (const write of bad) {
      const error: unknown = await writer.write(write, never).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(RouterError);
    }
    expect(router.commands.map(({ path }) => path)).toEqual(["/login", "/ppp/secret/print"]);
  });

  test.each([
    ["no such item", 0],
    ["no such item (4)", undefined],
  ])("of a row that is gone: removing it is done (%s), setting it is refused", async (message, category) => {
    const { router, writer } = await lookedUp();
    const refuse = (command: Command): void => {
      command.reply("!trap", ...(category === undefined ? [] : [`=category=${category}`]), `=message=${message}`);
      command.reply("!done");
    };
    const removing = writer.write({ menu: "/ppp/active", verb: "remove", id: "*80000001" }, never);
    const remove = await router.next("/ppp/active/remove");
    expect(remove.words).toEqual(["=.id=*80000001"]);
    refuse(remove);
    await removing;
    const setting = failure(writer.write(disable, never));
    refuse(await router.next("/ppp/secret/set"));
    expect(await setting).toMatchObject({ code: "ROUTER_REFUSED", routerMessage: message });
  });

  test.each([
    ["input does not match any value of profile", "ROUTER_REFUSED"],
    ["not enough permissions (9)", "ROUTER_NOT_PERMITTED"],
  ])("that is refused (%s) changed nothing, and the connection stands", async (message, code) => {
    const { router, writer } = await lookedUp();
    const writing = failure(writer.write(disable, never));
    const command = await router.next("/ppp/secret/set");
    command.reply("!trap", `=message=${message}`);
    command.reply("!done");
    expect(await writing).toMatchObject({ code, routerMessage: message });
    expect(writer.connectionNo).toBe(1);
    const again = writer.write(disable, never);
    (await router.next("/ppp/secret/set")).reply("!done");
    await again;
    expect(router.connectionCount).toBe(1);
  });

  const reply = (tag: string): Buffer =>
    Buffer.concat([sentence("!trap", `.tag=${tag}`, "=message=failure: x"), sentence("!done", `.tag=${tag}`)]);

  test.each(["fin", "rst", "silence"] as const)(
    "whose reply is lost at any byte (%s) has an unknown outcome; the next lookup has a new connection",
    async (end) => {
      // Also in the middle of a refusal: until it is whole, nobody knows what it would have said.
      const { length } = reply("3");
      for (let at = 0; at < length; at += 3) {
        const { router, writer, clock } = await lookedUp();
        const writing = failure(writer.write(disable, never));
        const { connection, tag } = await router.next("/ppp/secret/set");
        const part = reply(tag).subarray(0, at);
        if (end === "silence") {
          if (part.length > 0) connection.send(part);
          await clock.advance(10_000);
        } else {
          connection.socket.write(part, () => connection[end]());
        }
        expect(await writing, `cut at ${at}`).toMatchObject({ code: "ROUTER_OUTCOME_UNKNOWN" });
        const looking = writer.secrets("budi", never);
        answerRows(await router.next("/ppp/secret/print"), budi);
        expect(await looking).toHaveLength(1);
        expect([writer.connectionNo, router.connectionCount, clock.pendingCount]).toEqual([2, 2, 0]);
        for (const thing of opened.splice(0)) await thing.close();
      }
    },
  );

  test.each(["fin", "rst"] as const)(
    "on a connection that has ended (%s) is never sent, on no new connection either",
    async (end) => {
      const { router, writer } = await lookedUp();
      const login = router.commands[0] as Command;
      const gone = new Promise((resolve) => login.connection.socket.once("close", resolve));
      login.connection[end]();
      await gone;
      // A reset may not have reached our end yet: then the first write goes nowhere, and its outcome is unknown.
      const errors = new Set<string>();
      await expect
        .poll(async () => {
          const { code } = await failure(writer.write(disable, never));
          errors.add(code);
          return code;
        })
        .toBe("ROUTER_UNREACHABLE");
      expect([...errors].filter((code) => !["ROUTER_UNREACHABLE", "ROUTER_OUTCOME_UNKNOWN"].includes(code))).toEqual(
        [],
      );
      expect(router.connectionCount).toBe(1);
      expect(router.commands.map(({ path }) => path)).toEqual(["/login", "/ppp/secret/print"]);
    },
  );

  test("before any lookup has no connection to go on", async () => {
    const { router, writer } = await setUp();
    expect(await failure(writer.write(disable, never))).toMatchObject({ code: "ROUTER_UNREACHABLE", retryable: true });
    expect(router.connectionCount).toBe(0);
  });

  test("that is aborted while it waits was never sent; in mid-command its outcome is unknown", async () => {
    const { router, writer } = await lookedUp();
    const first = new AbortController();
    const second = new AbortController();
    const running = failure(writer.write(disable, first.signal));
    const waiting = failure(writer.write(disable, second.signal));
    second.abort();
    expect(await waiting).toMatchObject({ code: "ROUTER_CANCELLED" });
    await router.next("/ppp/secret/set");
    first.abort();
    expect(await running).toMatchObject({ code: "ROUTER_OUTCOME_UNKNOWN" });
    expect(router.commands.filter(({ path }) => path === "/ppp/secret/set")).toHaveLength(1);
  });

  test("that is in flight when the writer is closed has an unknown outcome; what waits was never sent", async () => {
    const { router, writer } = await lookedUp();
    const running = failure(writer.write(disable, never));
    const waiting = failure(writer.write(disable, never));
    await router.next("/ppp/secret/set");
    await writer.close();
    expect(await running).toMatchObject({ code: "ROUTER_OUTCOME_UNKNOWN" });
    expect(await waiting).toMatchObject({ code: "ROUTER_CANCELLED" });
  });

  test("says nothing of a password in any error", async () => {
    const { router, writer } = await lookedUp();
    const writing = failure(
      writer.write({ menu: "/ppp/secret", verb: "set", id: "*A", attributes: { password: "s3cret" } }, never),
    );
    const command = await router.next("/ppp/secret/set");
    expect(command.words).toEqual(["=.id=*A", "=password=s3cret"]);
    command.connection.rst();
    const error = await writing;
    expect(JSON.stringify([error.message, error.routerMessage, String(error.cause)])).not.toContain("s3cret");
  });
});

test("the device behind the connection is asked once per connection", async () => {
  const { router, writer } = await setUp((command) => {
    const row = {
      "/system/resource/print": { uptime: "5s", version: "7.24 (stable)" },
      "/system/license/print": { "software-id": "ABCD-1234" },
      "/system/routerboard/print": { "serial-number": "HEX42" },
      "/system/identity/print": { name: "Gedung A" },
    }[command.path];
    if (row === undefined) return false;
    answerRows(command, row as Record<string, string>);
    return true;
  });
  const identity = await writer.identify(never);
  expect(identity).toMatchObject({ softwareId: "ABCD-1234", serialNumber: "HEX42", version: "7.24 (stable)" });
  const asked = router.commands.length;
  expect(await writer.identify(never)).toEqual(identity);
  expect(router.commands).toHaveLength(asked);
});
