import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RouterError } from "../../../src/app/errors.js";
import { createRowDecoder } from "../../../src/adapters/routeros/row-decoder.js";
import { holdLogin, holdSession, never } from "./held-wire.js";
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

const tag = ".tag=2";
const row = (name: string, ...more: string[]): Buffer => sentence("!re", tag, `=name=${name}`, ...more);
const done = sentence("!done", tag);

interface Expected {
  readonly rows?: readonly string[];
  readonly code?: string;
  readonly message?: string;
  readonly category?: number;
  /** State of the session after the reply. */
  readonly after: "ready" | "dead";
  readonly late?: number;
}

const replies: readonly (readonly [name: string, bytes: Buffer, expected: Expected])[] = [
  ["rows", Buffer.concat([row("a"), row("b".repeat(140)), done]), { rows: ["a", "b".repeat(140)], after: "ready" }],
  ["nothing, before 7.18", done, { rows: [], after: "ready" }],
  ["nothing, 7.18 and later", Buffer.concat([sentence("!empty", tag), done]), { rows: [], after: "ready" }],
  ["an empty row", Buffer.concat([sentence("!re", tag), row("a"), done]), { rows: ["", "a"], after: "ready" }],
  [
    "a trap with its category",
    Buffer.concat([sentence("!trap", tag, "=category=0", "=message=no such item"), done]),
    { code: "ROUTER_REFUSED", message: "no such item", category: 0, after: "ready" },
  ],
  [
    "a trap without category, after rows",
    Buffer.concat([row("a"), sentence("!trap", tag, "=message=failure: x"), done]),
    { code: "ROUTER_REFUSED", message: "failure: x", after: "ready" },
  ],
  [
    "several traps",
    Buffer.concat([sentence("!trap", tag, "=message=one"), sentence("!trap", tag, "=message=two"), done]),
    { code: "ROUTER_REFUSED", message: "one", after: "ready" },
  ],
  [
    "a trap and then !empty",
    Buffer.concat([sentence("!trap", tag, "=category=2", "=message=interrupted"), sentence("!empty", tag), done]),
    { code: "ROUTER_REFUSED", message: "interrupted", category: 2, after: "ready" },
  ],
  [
    "missing permission",
    Buffer.concat([sentence("!trap", tag, "=message=not enough permissions (9)"), done]),
    { code: "ROUTER_NOT_PERMITTED", message: "not enough permissions (9)", after: "ready" },
  ],
  [
    "a fatal, which has no tag and a bare word",
    Buffer.concat([row("a"), sentence("!fatal", "session terminated on request")]),
    { code: "ROUTER_UNREACHABLE", message: "session terminated on request", after: "dead" },
  ],
  [
    "tags behind the attributes",
    Buffer.concat([sentence("!re", "=name=a", tag), sentence("!done", tag)]),
    { rows: ["a"], after: "ready" },
  ],
  [
    "late and interleaved replies of other tags",
    Buffer.concat([
      sentence("!re", ".tag=1", "=name=late"),
      row("a"),
      sentence("!done", ".tag=1"),
      sentence("!trap", ".tag=99", "=message=late"),
      row("b"),
      sentence("!empty", ".tag=22"),
      done,
    ]),
    { rows: ["a", "b"], after: "ready", late: 4 },
  ],
  ["an untagged !done", sentence("!done"), { code: "ROUTER_PROTOCOL", after: "dead" }],
  ["an untagged row", sentence("!re", "=name=a"), { code: "ROUTER_PROTOCOL", after: "dead" }],
  ["a word that no reply begins with", sentence("!hello", tag), { code: "ROUTER_PROTOCOL", after: "dead" }],
  [
    "a web server",
    Buffer.from("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"),
    { code: "ROUTER_PROTOCOL", after: "dead" },
  ],
  [
    "a reserved control byte",
    Buffer.concat([row("a"), Buffer.from([0xf8])]),
    { code: "ROUTER_PROTOCOL", after: "dead" },
  ],
  [
    "a huge word",
    Buffer.concat([row("a"), Buffer.from([0xef, 0xff, 0xff, 0xff])]),
    { code: "ROUTER_PROTOCOL", after: "dead" },
  ],
];

/** Sends a print and delivers the pieces as its reply. */
async function exchange(pieces: readonly Buffer[], expected: Expected): Promise<void> {
  const { session, wire, clock } = await holdSession();
  const reading = session.print(["/ppp/active/print"], createRowDecoder(), { signal: never }).then(
    ({ result }) => ({ rows: result.map((entry) => entry["name"] ?? "") }),
    (error: unknown) => ({ error: error as RouterError }),
  );
  expect(wire.sent.at(-1)).toEqual(["/ppp/active/print", tag]);
  wire.deliver(...pieces);
  const outcome = await reading;
  if (expected.rows !== undefined) {
    expect(outcome).toEqual({ rows: expected.rows });
  } else {
    const { error } = outcome as { error: RouterError };
    expect(error).toBeInstanceOf(RouterError);
    expect(error.code).toBe(expected.code);
    expect(error.routerMessage).toBe(expected.message);
    expect(error.trapCategory).toBe(expected.category);
    expect(error.message).toContain("gedung-a");
  }
  expect(session.state).toBe(expected.after);
  expect(wire.destroyed).toBe(expected.after === "dead");
  expect(session.lateReplyCount).toBe(expected.late ?? 0);
  expect(clock.pendingCount, "timers left behind").toBe(0);
  if (expected.after === "ready") {
    const next = session.print(["/next/print"], createRowDecoder(), { signal: never });
    wire.deliver(sentence("!re", ".tag=3", "=name=next"), sentence("!done", ".tag=3"));
    expect((await next).result, "the next command has its own reply").toEqual([{ name: "next" }]);
  }
}

describe.each(replies)("%s", (_name, bytes, expected) => {
  test("whole", () => exchange([bytes], expected));

  test("byte by byte", () =>
    exchange(
      [...bytes].map((byte) => Buffer.from([byte])),
      expected,
    ));

  test("at every two-piece split", async () => {
    for (let at = 1; at < bytes.length; at++) await exchange([bytes.subarray(0, at), bytes.subarray(at)], expected);
  });

  test("in random cuts", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 9 }), (points) => {
        const at = [0, ...points.toSorted((a, b) => a - b), bytes.length];
        return exchange(
          at.slice(1).map((point, index) => bytes.subarray(at[index], point)),
          expected,
        );
      }),
      { numRuns: 30 },
    ));
});

describe("the connection ends or falls silent at every point of a reply", () => {
  const bytes = Buffer.concat([
    row("a"),
    sentence("!empty", tag),
    sentence("!trap", tag, "=message=x"),
    row("b"),
    done,
  ]);
  const ends = ["fin", "rst", "silence"] as const;

  test.each(ends)("%s", async (end) => {
    for (let at = 0; at < bytes.length; at++) {
      const { session, wire, clock } = await holdSession();
      const reading = session
        .print(["/ppp/active/print"], createRowDecoder(), { signal: never })
        .catch((error: unknown) => error);
      wire.deliver(bytes.subarray(0, at));
      if (end === "silence") await clock.advance(30_000);
      else wire[end]();
      const error = (await reading) as RouterError;
      expect(error.code, `cut at ${at}`).toBe(end === "silence" ? "ROUTER_TIMED_OUT" : "ROUTER_UNREACHABLE");
      expect(error.retryable).toBe(true);
      expect([session.state, wire.destroyed, clock.pendingCount]).toEqual(["dead", true, 0]);
      wire.deliver(bytes.subarray(at));
    }
  });

  test("a write whose reply is lost at any point has an unknown outcome", async () => {
    for (const end of ends) {
      for (let at = 0; at < done.length; at++) {
        const { session, wire, clock } = await holdSession();
        const writing = session
          .write("/ppp/secret/set", { ".id": "*1", disabled: "yes" }, { signal: never })
          .catch((error: unknown) => error);
        expect(wire.sent.at(-1)).toEqual(["/ppp/secret/set", "=.id=*1", "=disabled=yes", tag]);
        wire.deliver(done.subarray(0, at));
        if (end === "silence") await clock.advance(10_000);
        else wire[end]();
        const error = (await writing) as RouterError;
        expect(error.code).toBe("ROUTER_OUTCOME_UNKNOWN");
        expect((error.cause as RouterError).code).toBe(end === "silence" ? "ROUTER_TIMED_OUT" : "ROUTER_UNREACHABLE");
        expect(session.state).toBe("dead");
      }
    }
  });

  test("during the login, with the hint what may be wrong", async () => {
    const reply = sentence("!done", ".tag=1");
    for (const end of ends) {
      for (let at = 0; at < reply.length; at++) {
        const { opening, wire, clock } = holdLogin();
        const failed = opening.catch((error: unknown) => error);
        await clock.settle();
        wire.deliver(reply.subarray(0, at));
        if (end === "silence") await clock.advance(10_000);
        else wire[end]();
        const error = (await failed) as RouterError;
        expect(error.code).toBe(end === "silence" ? "ROUTER_TIMED_OUT" : "ROUTER_UNREACHABLE");
        if (end === "fin") expect(error.message).toMatch(/limit of API sessions.*address=/);
        expect([wire.destroyed, clock.pendingCount]).toEqual([true, 0]);
      }
    }
  });
});

describe("a write", () => {
  test("returns the new id, and takes !empty for nothing", async () => {
    const { session, wire } = await holdSession();
    const adding = session.write("/ppp/secret/add", { name: "é", comment: "a=b" }, { signal: never });
    expect(wire.sent.at(-1)).toEqual(["/ppp/secret/add", "=name=é", "=comment=a=b", tag]);
    wire.deliver(sentence("!empty", tag), sentence("!done", "=ret=*1C", tag));
    expect(await adding).toEqual({ ret: "*1C" });
  });

  test("that is refused was not carried out, and the session lives", async () => {
    const { session, wire } = await holdSession();
    const writing = session.write("/ppp/secret/remove", { ".id": "*9" }, { signal: never });
    wire.deliver(sentence("!trap", tag, "=message=no such item (4)"), done);
    await expect(writing).rejects.toMatchObject({ code: "ROUTER_REFUSED", routerMessage: "no such item (4)" });
    expect(session.state).toBe("ready");
  });

  test("that is cancelled before it is sent never happened; afterwards its outcome is unknown", async () => {
    const { session, wire } = await holdSession();
    const before = AbortSignal.abort(new Error("stop"));
    await expect(session.write("/x/set", {}, { signal: before })).rejects.toMatchObject({ code: "ROUTER_CANCELLED" });
    expect(wire.sent).toHaveLength(1);
    const during = new AbortController();
    const writing = session.write("/x/set", {}, { signal: during.signal });
    during.abort();
    await expect(writing).rejects.toMatchObject({ code: "ROUTER_OUTCOME_UNKNOWN" });
    expect(session.state).toBe("dead");
    await expect(session.write("/x/set", {}, { signal: never })).rejects.toMatchObject({ code: "ROUTER_UNREACHABLE" });
  });

  test("is not sent by a dead session, and says so by its code", async () => {
    const { session, wire } = await holdSession();
    wire.fin();
    await expect(session.write("/x/set", {}, { signal: never })).rejects.toMatchObject({ code: "ROUTER_UNREACHABLE" });
    expect(wire.sent).toHaveLength(1);
  });
});

describe("the login", () => {
  const refused = (message: string): Buffer =>
    Buffer.concat([sentence("!trap", ".tag=1", `=message=${message}`), sentence("!done", ".tag=1")]);

  test.each([
    [refused("invalid user name or password (6)"), "ROUTER_LOGIN_FAILED"],
    [refused("cannot log in"), "ROUTER_LOGIN_FAILED"],
    [refused("std failure: not allowed (9)"), "ROUTER_NOT_PERMITTED"],
    [sentence("!done", ".tag=1", "=ret=856780b7411eefd3abadee2058c149a3"), "ROUTER_TOO_OLD"],
    [sentence("!fatal", "too many commands before login"), "ROUTER_UNREACHABLE"],
  ])("%# fails with its own code, without the password in any word", async (reply, code) => {
    const { opening, wire, clock } = holdLogin();
    const failed = opening.catch((error: unknown) => error);
    await clock.settle();
    expect(wire.sent).toEqual([["/login", "=name=ronda", "=password=rahasia", ".tag=1"]]);
    wire.deliver(reply);
    const error = (await failed) as RouterError;
    expect(error.code).toBe(code);
    expect(error.retryable).toBe(code === "ROUTER_UNREACHABLE");
    expect(JSON.stringify([error.message, error.routerMessage, String(error.cause)])).not.toContain("rahasia");
    expect([wire.destroyed, clock.pendingCount]).toEqual([true, 0]);
  });

  test("that is refused and then cut off is a refusal, not a lost connection", async () => {
    const { opening, wire, clock } = holdLogin();
    const failed = opening.catch((error: unknown) => error);
    await clock.settle();
    wire.deliver(sentence("!trap", ".tag=1", "=message=invalid user name or password (6)"));
    wire.fin();
    expect(await failed).toMatchObject({ code: "ROUTER_LOGIN_FAILED" });
  });

  test("can be cancelled at once", async () => {
    const abort = new AbortController();
    const { opening, wire, clock } = holdLogin(abort.signal);
    const failed = opening.catch((error: unknown) => error);
    await clock.settle();
    abort.abort(new Error("stopping"));
    expect(await failed).toMatchObject({ code: "ROUTER_CANCELLED", cause: new Error("stopping") });
    expect([wire.destroyed, clock.pendingCount]).toEqual([true, 0]);
  });
});

test("whatever bytes arrive, the command settles by its deadline and says a RouterError or whole rows", async () => {
  const good = Buffer.concat([row("a", "=comment=" + "c".repeat(140)), sentence("!trap", tag, "=message=x"), done]);
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((hits) => {
      const bytes = Buffer.from(good);
      for (const [at, byte] of hits) bytes[at] = byte;
      return bytes;
    }),
  );
  await fc.assert(
    fc.asyncProperty(garbage, fc.nat(200), async (bytes, point) => {
      const { session, wire, clock } = await holdSession();
      let outcome: unknown;
      void session.print(["/x/print"], createRowDecoder(), { signal: never }).then(
        ({ result }) => (outcome = result),
        (error: unknown) => (outcome = error),
      );
      wire.deliver(bytes.subarray(0, point), bytes.subarray(point));
      await clock.advance(30_000);
      expect(outcome instanceof RouterError || Array.isArray(outcome)).toBe(true);
      expect(["ready", "dead"]).toContain(session.state);
      expect(clock.pendingCount).toBe(0);
    }),
    { numRuns: 1500 },
  );
});

test("a reply without end is refused when it exceeds its bound", async () => {
  const { session, wire } = await holdSession();
  const reading = session.print(["/x/print"], createRowDecoder(), { signal: never }).catch((error: unknown) => error);
  const chunk = Buffer.concat(Array.from({ length: 60 }, () => sentence("!re", ".tag=9", `=a=${"x".repeat(16_000)}`)));
  for (let sent = 0; sent < 140 * 2 ** 20 && session.state === "ready"; sent += chunk.length) wire.deliver(chunk);
  expect(await reading).toMatchObject({ code: "ROUTER_PROTOCOL", message: expect.stringContaining("exceeds") });
});

test("a second command on a busy session is a bug of ours and is told apart from a router's failure", async () => {
  const { session, wire } = await holdSession();
  const first = session.print(["/x/print"], createRowDecoder(), { signal: never });
  const second = await session
    .print(["/y/print"], createRowDecoder(), { signal: never })
    .catch((error: unknown) => error);
  expect(second).not.toBeInstanceOf(RouterError);
  wire.deliver(done);
  expect((await first).result).toEqual([]);
});
