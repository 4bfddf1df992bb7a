import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RouterError } from "../../../src/app/errors.js";
import type { RouterReader } from "../../../src/app/ports.js";
import { createRouterReader } from "../../../src/adapters/routeros/index.js";
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
  reader: RouterReader;
  clock: FakeClock;
}

async function setUp(options: Parameters<typeof startScriptedRouter>[0] = {}): Promise<Setup> {
  const router = await startScriptedRouter(options);
  const clock = createFakeClock();
  const reader = createRouterReader(sessionOptions(router.port, clock));
  // The router last: it drops its sockets, so the reader's polite close need not wait for its own deadline.
  opened.push({ close: () => Promise.all([reader.close(), router.close()]).then(() => {}) });
  return { router, reader, clock };
}

/** Answers a path with rows. */
function serve(tables: Readonly<Record<string, readonly Record<string, string>[]>>): (command: Command) => boolean {
  return (command) => {
    const rows = tables[command.path];
    if (rows === undefined) return false;
    for (const row of rows) command.reply("!re", ...Object.entries(row).map(([name, value]) => `=${name}=${value}`));
    command.reply("!done");
    return true;
  };
}

async function failure(promise: Promise<unknown>): Promise<RouterError> {
  const error = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RouterError);
  return error as RouterError;
}

const resource = { uptime: "1d2h", version: "7.24 (stable)", "board-name": "hEX", "cpu-load": "7" };

describe("a connection", () => {
  test("is opened at the first call and kept for the next ones; a sentence is one write", async () => {
    const { router, reader } = await setUp({ script: serve({ "/system/resource/print": [resource] }) });
    expect([reader.connected, reader.connectionNo, router.connectionCount]).toEqual([false, 0, 0]);
    const first = await reader.resource(never);
    await reader.resource(never);
    expect(first.rows[0]).toMatchObject({ uptimeSeconds: 93_600, version: "7.24 (stable)", cpuLoadPercent: 7 });
    expect([reader.connected, reader.connectionNo, router.connectionCount]).toEqual([true, 1, 1]);
    expect(router.chunks.map((chunk) => chunk.toString("latin1"))).toEqual([
      sentence("/login", "=name=ronda", "=password=rahasia", ".tag=1").toString("latin1"),
      sentence("/system/resource/print", ".tag=2").toString("latin1"),
      sentence("/system/resource/print", ".tag=3").toString("latin1"),
    ]);
  });

  test("that was lost between two calls is opened anew by the next one, not inside a command", async () => {
    const { router, reader, clock } = await setUp();
    const first = reader.pppActive(never);
    const command = await router.next("/ppp/active/print");
    command.reply("!done");
    await first;
    const gone = new Promise((resolve) => command.connection.socket.once("close", resolve));
    command.connection.fin();
    await gone;
    await expect.poll(() => reader.connected).toBe(false);
    const second = reader.pppActive(never);
    (await router.next("/ppp/active/print")).reply("!done");
    expect((await second).rows).toEqual([]);
    expect([reader.connectionNo, router.connectionCount, clock.pendingCount]).toEqual([2, 2, 0]);
  });

  test.each(["fin", "rst"] as const)(
    "that ends in mid-reply (%s) fails the call whole, and the next call works",
    async (end) => {
      const { router, reader } = await setUp();
      const reading = failure(reader.pppActive(never));
      const command = await router.next("/ppp/active/print");
      const half = sentence("!re", `.tag=${command.tag}`, "=name=budi", "=uptime=1s").subarray(0, 20);
      command.connection.socket.write(half, () => command.connection[end]());
      expect(await reading).toMatchObject({ code: "ROUTER_UNREACHABLE", retryable: true });
      expect(reader.connected).toBe(false);
      const again = reader.pppActive(never);
      (await router.next("/ppp/active/print")).reply("!done");
      expect((await again).rows).toEqual([]);
    },
  );

  test("that falls silent is given up at the deadline of the command", async () => {
    const { router, reader, clock } = await setUp();
    const table = failure(reader.pppActive(never));
    await router.next("/ppp/active/print");
    await clock.advance(29_999);
    expect(reader.connected).toBe(true);
    await clock.advance(1);
    expect(await table).toMatchObject({ code: "ROUTER_TIMED_OUT", message: expect.stringContaining("30000 ms") });
    expect(reader.connected).toBe(false);
    const small = failure(reader.clock(never));
    await router.next("/system/clock/print");
    await clock.advance(10_000);
    expect(await small).toMatchObject({ code: "ROUTER_TIMED_OUT" });
    expect(clock.pendingCount).toBe(0);
  });

  test("whose login is never answered is given up, too", async () => {
    const { router, reader, clock } = await setUp({ script: () => true });
    const reading = failure(reader.pppActive(never));
    await expect.poll(() => router.commands.length).toBe(1);
    await clock.advance(10_000);
    expect(await reading).toMatchObject({ code: "ROUTER_TIMED_OUT", message: expect.stringContaining("/login") });
    expect(clock.pendingCount).toBe(0);
  });

  test("that is closed during the login names the usual causes", async () => {
    const { reader } = await setUp({ onConnection: (connection) => connection.fin() });
    expect(await failure(reader.pppActive(never))).toMatchObject({
      code: "ROUTER_UNREACHABLE",
      message: expect.stringMatching(/limit of API sessions.*address=/),
    });
  });

  test("that is refused keeps the reason", async () => {
    const { router, reader } = await setUp();
    await router.close();
    const error = await failure(reader.pppActive(never));
    expect(error).toMatchObject({ code: "ROUTER_UNREACHABLE", retryable: true, router: "gedung-a" });
    expect(error.message).toContain("ECONNREFUSED");
    expect((error.cause as NodeJS.ErrnoException).code).toBe("ECONNREFUSED");
  });

  test("to a port that does not exist is a failure like any other", async () => {
    const impossible = createRouterReader(sessionOptions(99_999, createFakeClock()));
    expect(await failure(impossible.pppActive(never))).toMatchObject({ code: "ROUTER_UNREACHABLE" });
  });
});

describe("calls", () => {
  test("that overlap wait for each other: one command at a time", async () => {
    const { router, reader } = await setUp();
    const readings = [reader.pppActive(never), reader.hotspotActive(never), reader.pppActive(never)];
    const first = await router.next("/ppp/active/print");
    expect(router.commands.map(({ path }) => path)).toEqual(["/login", "/ppp/active/print"]);
    first.reply("!done");
    const second = await router.next("/ip/hotspot/active/print");
    expect(router.commands).toHaveLength(3);
    second.reply("!trap", "=message=failure: x");
    second.reply("!done");
    (await router.next("/ppp/active/print")).reply("!done");
    const outcomes = await Promise.allSettled(readings);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(router.connectionCount).toBe(1);
  });

  test("can be cancelled while waiting, without harm to the one in flight", async () => {
    const { router, reader } = await setUp();
    const first = reader.pppActive(never);
    const command = await router.next("/ppp/active/print");
    const abort = new AbortController();
    const waiting = failure(reader.hotspotActive(abort.signal));
    const third = reader.pppoeServers(never);
    abort.abort(new Error("round over"));
    expect(await waiting).toMatchObject({ code: "ROUTER_CANCELLED" });
    expect(router.commands).toHaveLength(2);
    command.reply("!done");
    expect((await first).rows).toEqual([]);
    (await router.next("/interface/pppoe-server/print")).reply("!done");
    await third;
    expect(router.commands.map(({ path }) => path)).not.toContain("/ip/hotspot/active/print");
  });

  test("that are cancelled in mid-command end at once and cost the connection", async () => {
    const { router, reader, clock } = await setUp();
    const abort = new AbortController();
    const reading = failure(reader.pppActive(abort.signal));
    const command = await router.next("/ppp/active/print");
    command.reply("!re", "=name=budi", "=uptime=1s");
    const gone = new Promise((resolve) => command.connection.socket.once("close", resolve));
    abort.abort(new Error("round over"));
    expect(await reading).toMatchObject({ code: "ROUTER_CANCELLED", cause: new Error("round over") });
    await gone;
    expect([reader.connected, clock.pendingCount]).toEqual([false, 0]);
    expect(await failure(reader.pppActive(AbortSignal.abort()))).toMatchObject({ code: "ROUTER_CANCELLED" });
  });
});

describe("refusals", () => {
  async function refused(
    message: string,
    read: (reader: RouterReader) => Promise<unknown>,
  ): Promise<[unknown, RouterReader]> {
    const { reader } = await setUp({
      script: (command) => {
        if (command.path === "/login") return false;
        command.reply("!trap", `=message=${message}`);
        command.reply("!done");
        return true;
      },
    });
    return [await read(reader).catch((error: unknown) => error), reader];
  }

  test.each(["no such command", "no such command prefix"])(
    "%s: the table is empty because it cannot exist",
    async (message) => {
      const [reading, reader] = await refused(message, (reader) => reader.hotspotUsers(never));
      expect(reading).toMatchObject({ rows: [], unreadable: [], menuMissing: true });
      expect(reader.connected).toBe(true);
    },
  );

  test("missing permission names the policy", async () => {
    const [error, reader] = await refused("not enough permissions (9)", (reader) => reader.pppActive(never));
    expect(error).toMatchObject({
      code: "ROUTER_NOT_PERMITTED",
      retryable: false,
      message: expect.stringContaining('"read"'),
    });
    expect(reader.connected).toBe(true);
  });

  test("a wrong password leaves no connection, and is tried again by the next call", async () => {
    const { router, reader } = await setUp({
      script: (command) => {
        command.reply("!trap", "=message=invalid user name or password (6)");
        command.reply("!done");
        return true;
      },
    });
    for (const attempt of [1, 2]) {
      expect(await failure(reader.pppActive(never))).toMatchObject({ code: "ROUTER_LOGIN_FAILED", retryable: false });
      expect([reader.connected, reader.connectionNo, router.connectionCount]).toEqual([false, 0, attempt]);
    }
  });

  test("a resource without a row is no RouterOS", async () => {
    const { reader } = await setUp({ script: serve({ "/system/resource/print": [] }) });
    expect(await failure(reader.resource(never))).toMatchObject({ code: "ROUTER_PROTOCOL" });
  });
});

describe("the identity", () => {
  const board = {
    "/system/resource/print": [resource],
    "/system/license/print": [{ "software-id": "ABCD-1234", nlevel: "4" }],
    "/system/routerboard/print": [{ routerboard: "true", "serial-number": "HEX1234" }],
    "/system/identity/print": [{ name: "Gedung A" }],
  };

  test("of a board, read once per connection", async () => {
    const { router, reader } = await setUp({ script: serve(board) });
    const identity = {
      softwareId: "ABCD-1234",
      serialNumber: "HEX1234",
      identityName: "Gedung A",
      licenseLevel: 4,
      version: "7.24 (stable)",
      boardName: "hEX",
    };
    expect(await reader.identify(never)).toEqual(identity);
    expect(await reader.identify(never)).toEqual(identity);
    expect(router.commands).toHaveLength(5);
  });

  test("of a virtual machine, which has no RouterBOARD menu", async () => {
    const { reader } = await setUp({
      script: (command) => {
        if (command.path === "/system/routerboard/print") {
          command.reply("!trap", "=category=0", "=message=no such command");
          command.reply("!done");
          return true;
        }
        return serve({ ...board, "/system/license/print": [{ "system-id": "x/CHR", level: "free" }] })(command);
      },
    });
    expect(await reader.identify(never)).toMatchObject({
      softwareId: "x/CHR",
      serialNumber: undefined,
      licenseLevel: undefined,
    });
  });
});

describe("a table that is read through a query", () => {
  const account = {
    ".id": "*1",
    time: "14:49:40",
    topics: "pppoe,ppp,info,account",
    message: "budi logged in, 10.0.0.2",
  };
  const queries = (router: ScriptedRouter): boolean[] =>
    router.commands
      .filter(({ path }) => path !== "/login")
      .map(({ words }) => words.some((word) => word.startsWith("?")));

  test("is read so as long as the query brings rows", async () => {
    const { router, reader } = await setUp({ script: serve({ "/log/print": [account] }) });
    for (let round = 0; round < 3; round++) expect((await reader.pppLog(never)).rows).toHaveLength(1);
    expect(queries(router)).toEqual([true, true, true]);
    expect(router.commands[1]?.words).toEqual([
      "=.proplist=.id,time,topics,message",
      "?topics=pppoe,ppp,info,account",
      "?topics=l2tp,ppp,info,account",
      "?topics=pptp,ppp,info,account",
      "?topics=sstp,ppp,info,account",
      "?topics=ovpn,ppp,info,account",
      "?#||||",
    ]);
  });

  test("is checked without the query when it brings nothing: once per connection, and every ten minutes", async () => {
    const { router, reader, clock } = await setUp({ script: serve({ "/log/print": [] }) });
    await reader.pppLog(never);
    await reader.pppLog(never);
    expect(queries(router)).toEqual([true, false, true]);
    await clock.advance(600_000);
    await reader.pppLog(never);
    expect(queries(router)).toEqual([true, false, true, true, false]);
  });

  test("is read without the query from then on when that brings the rows, also on the next connection", async () => {
    const odd = { ...account, topics: "pppoe,ppp,info,account,debug" };
    const { router, reader } = await setUp({
      script: (command) =>
        serve({ "/log/print": command.words.some((word) => word.startsWith("?")) ? [] : [odd] })(command),
    });
    const { time, topics, message } = odd;
    expect((await reader.pppLog(never)).rows).toEqual([{ id: "*1", time, topics, message }]);
    await reader.pppLog(never);
    router.commands[0]?.connection.rst();
    await expect.poll(() => reader.connected).toBe(false);
    await reader.pppLog(never);
    expect(queries(router)).toEqual([true, false, false, false]);
  });

  test("of queues: a firmware whose ?dynamic=false finds nothing", async () => {
    const queue = { name: "warga-1", target: "10.0.0.5/32", bytes: "7/9" };
    const { router, reader } = await setUp({
      script: (command) =>
        serve({
          "/queue/simple/print": command.words.includes("?dynamic=false")
            ? []
            : [
                { ...queue, dynamic: "false" },
                { name: "<pppoe-budi>", target: "<pppoe-budi>", bytes: "1/1", dynamic: "true" },
              ],
        })(command),
    });
    const expected = [{ name: "warga-1", target: "10.0.0.5/32", uploadBytes: 7, downloadBytes: 9 }];
    expect((await reader.queueCounters(never)).rows).toEqual(expected);
    expect((await reader.queueCounters(never)).rows).toEqual(expected);
    expect(queries(router)).toEqual([true, false, false]);
  });
});

test("interfaces of every PPP type are asked for in one command, and timed around it", async () => {
  const { router, reader, clock } = await setUp();
  const reading = reader.pppInterfaces(never);
  const command = await router.next("/interface/print");
  const sentAt = clock.monotonicMs();
  await clock.advance(700);
  command.reply("!re", "=.id=*F00001", "=name=<pppoe-budi>", "=rx-byte=5", "=tx-byte=6");
  command.reply("!done");
  expect(await reading).toEqual({
    rows: [{ id: "*F00001", name: "<pppoe-budi>", uploadBytes: 5, downloadBytes: 6 }],
    unreadable: [],
    menuMissing: false,
    sentAtMonoMs: sentAt,
    receivedAtMonoMs: sentAt + 700,
  });
  expect(command.words.slice(1)).toEqual([
    "?type=pppoe-in",
    "?type=l2tp-in",
    "?type=pptp-in",
    "?type=sstp-in",
    "?type=ovpn-in",
    "?#||||",
  ]);
});

describe("closing", () => {
  test("ends what is in flight and what waits, refuses further calls, and may be repeated", async () => {
    const { router, reader } = await setUp();
    const reading = failure(reader.pppActive(never));
    const waiting = failure(reader.hotspotActive(never));
    const command = await router.next("/ppp/active/print");
    const ended = new Promise((resolve) => command.connection.socket.once("end", resolve));
    const closing = Promise.all([reader.close(), reader.close()]);
    expect(await reading).toMatchObject({ code: "ROUTER_CANCELLED" });
    expect(await waiting).toMatchObject({ code: "ROUTER_CANCELLED" });
    await ended;
    await closing;
    expect(reader.connected).toBe(false);
    expect(await failure(reader.pppActive(never))).toMatchObject({ code: "ROUTER_CANCELLED" });
    expect(router.connectionCount).toBe(1);
  });

  test("waits 2 s at most for a router that keeps its end open", async () => {
    const { router, reader, clock } = await setUp({
      onConnection: ({ socket }) => {
        socket.allowHalfOpen = true;
      },
      script: serve({ "/ppp/active/print": [] }),
    });
    await reader.pppActive(never);
    const ended = new Promise((resolve) => router.commands[0]?.connection.socket.once("end", resolve));
    let settled = false;
    const closing = reader.close().then(() => (settled = true));
    await ended;
    await clock.advance(1_999);
    expect(settled).toBe(false);
    await clock.advance(1);
    await closing;
    expect(clock.pendingCount).toBe(0);
  });

  test("while connecting leaves no connection behind", async () => {
    const { reader, clock } = await setUp({ script: () => true });
    const reading = failure(reader.pppActive(never));
    await reader.close();
    expect(await reading).toMatchObject({ code: "ROUTER_CANCELLED" });
    expect([reader.connected, clock.pendingCount]).toEqual([false, 0]);
  });
});
