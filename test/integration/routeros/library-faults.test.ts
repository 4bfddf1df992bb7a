/**
 * What is known to break in node-routeros 1.6.9, fault by fault, where the other suites do not already hold it: `!empty`,
 * unknown tags, cuts, `!fatal`, lost replies and old logins are in session-bytes; endings of connections in reader.
 */
import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { openWire } from "../../../src/adapters/routeros/node-routeros.js";
import { createRowDecoder } from "../../../src/adapters/routeros/row-decoder.js";
import { createSelectDecoder } from "../../../src/adapters/routeros/select-decoder.js";
import type { ApiSession } from "../../../src/adapters/routeros/api-session.js";
import { openSession } from "../../../src/adapters/routeros/session.js";
import { createFakeClock } from "../../fakes/clock.js";
import { holdSession, never, sessionOptions } from "./held-wire.js";
import { startScriptedRouter } from "./scripted-router.js";
import { sentence } from "./wire.js";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

test("a sentence is one socket write, and Nagle's algorithm is off", async () => {
  const router = await startScriptedRouter();
  opened.push(router);
  let writes = 0;
  const withoutDelay = new Set<net.Socket>();
  let ours: net.Socket | undefined;
  // The wire is opened with the real socket, whose two methods are counted on their way.
  const original = Reflect.get(net.Socket.prototype, "setNoDelay") as (this: net.Socket, value?: boolean) => net.Socket;
  net.Socket.prototype.setNoDelay = function (value) {
    if (value === true) withoutDelay.add(this);
    return original.call(this, value);
  };
  try {
    const wire = await new Promise<ReturnType<typeof openWire>>((resolve) => {
      const made = openWire(
        { host: "127.0.0.1", port: router.port, tls: undefined },
        {
          onOpen: (socket) => {
            ours = socket;
            const write = socket.write.bind(socket) as (bytes: Uint8Array) => boolean;
            socket.write = ((bytes: Uint8Array) => {
              writes++;
              return write(bytes);
            }) as typeof socket.write;
            resolve(made);
          },
          onBytes: () => {},
          onEnd: () => {},
          onError: () => {},
          onClose: () => {},
        },
      );
    });
    wire.send(["/ppp/secret/set", "=.id=*1", "=comment=é", ".tag=5"]);
    const command = await router.next("/ppp/secret/set");
    expect([command.words, command.tag]).toEqual([["=.id=*1", "=comment=é"], "5"]);
    expect([writes, ours !== undefined && withoutDelay.has(ours)]).toEqual([1, true]);
    wire.destroy();
  } finally {
    net.Socket.prototype.setNoDelay = original;
  }
});

test("an idle connection is neither probed nor dropped", async () => {
  const router = await startScriptedRouter();
  const clock = createFakeClock();
  const session = await openSession(sessionOptions(router.port, clock), never);
  opened.push(session, router);
  await clock.advance(24 * 3_600_000);
  expect([session.state, router.commands.length, clock.pendingCount]).toEqual(["ready", 1, 0]);
  const reading = session.print(["/x/print"], createRowDecoder(), { signal: never });
  (await router.next("/x/print")).reply("!done");
  expect((await reading).result).toEqual([]);
});

test.each(["fin", "rst"] as const)(
  "%s on an idle connection is no uncaught error; the session is just dead",
  async (end) => {
    const router = await startScriptedRouter();
    const session = await openSession(sessionOptions(router.port, createFakeClock()), never);
    opened.push(session, router);
    router.commands[0]?.connection[end]();
    await expect.poll(() => session.state).toBe("dead");
    await expect(session.print(["/x/print"], createRowDecoder(), { signal: never })).rejects.toMatchObject({
      code: "ROUTER_UNREACHABLE",
    });
    await session.close();
  },
);

test("the words of a command are not changed by sending it", async () => {
  const { session, wire } = await holdSession();
  const words = Object.freeze(["/x/print", "=.proplist=a"]);
  for (const tag of ["2", "3"]) {
    const reading = session.print(words, createRowDecoder(), { signal: never });
    expect(wire.sent.at(-1)).toEqual([...words, `.tag=${tag}`]);
    wire.deliver(sentence("!done", `.tag=${tag}`));
    await reading;
  }
  expect(words).toEqual(["/x/print", "=.proplist=a"]);
});

test.each([
  [undefined, 8728],
  [{ mode: "anonymous" } as const, 8729],
])("the port follows from tls %j", async (tls, port) => {
  const ports: number[] = [];
  const { port: _none, ...options } = sessionOptions(0, createFakeClock());
  const opening = openSession({ ...options, tls }, never, (wire) => {
    ports.push(wire.port);
    expect(wire.tls === undefined).toBe(tls === undefined);
    throw Object.assign(new Error("enough"), { code: "ECONNREFUSED" });
  });
  await expect(opening).rejects.toMatchObject({
    code: "ROUTER_UNREACHABLE",
    message: expect.stringContaining(`:${port}`),
  });
  expect(ports).toEqual([port]);
});

test("an exception while a row is being built fails that command and nothing else", async () => {
  const { session, wire } = await holdSession();
  const decoder = createSelectDecoder({
    table: "/x",
    columns: [{ key: "name", kind: "text", required: true }],
    build: () => {
      throw new TypeError("a bug of ours");
    },
  });
  const reading = session.print(["/x/print"], decoder, { signal: never });
  expect(() => wire.deliver(sentence("!re", ".tag=2", "=name=a"), sentence("!done", ".tag=2"))).not.toThrow();
  await expect(reading).rejects.toMatchObject({ code: "ROUTER_PROTOCOL", cause: new TypeError("a bug of ours") });
  expect(session.state).toBe("dead");
});

test("closing twice, and closing a dead session, settle", async () => {
  const router = await startScriptedRouter();
  const clock = createFakeClock();
  const session: ApiSession = await openSession(sessionOptions(router.port, clock), never);
  const dead: ApiSession = await openSession(sessionOptions(router.port, clock), never);
  opened.push(router);
  await Promise.all([session.close(), session.close()]);
  await session.close();
  router.commands[1]?.connection.rst();
  await expect.poll(() => dead.state).toBe("dead");
  await dead.close();
  expect([session.state, dead.state, clock.pendingCount]).toEqual(["dead", "dead", 0]);
});
