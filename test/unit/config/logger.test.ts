import { describe, expect, test } from "vitest";
import { createLogger, routerLogger, secretFields } from "../../../src/daemon/logger.js";
import { noteOutcome, type Repetition, type Transition } from "../../../src/daemon/log-transitions.js";

function capture() {
  const lines: string[] = [];
  const log = createLogger({ level: "debug", destination: { write: (line: string) => void lines.push(line) } });
  return { lines, log };
}

describe("no secret reaches the log", () => {
  const secret = "s3cret-value";
  test("the list holds what people and programs prove themselves with", () => {
    for (const field of ["password", "token", "authorization", "cookie", "set-cookie", "secret", "idempotency-key"]) {
      expect(secretFields).toContain(field);
    }
  });

  test.each(secretFields)("%s, at every depth that we use", (field) => {
    const { lines, log } = capture();
    log.info({ [field]: secret }, "0");
    log.info({ router: { [field]: secret } }, "1");
    log.info({ req: { headers: { [field]: secret } } }, "2");
    log.info({ config: { routers: [{ [field]: secret }] } }, "3");
    log.info({ change: { config: { routers: [{ [field]: secret }] } } }, "4");
    routerLogger(log, "hex").warn({ options: { [field]: [secret] } }, "child");
    log.child({ auth: { [field]: secret } }).info("bound");
    expect(lines).toHaveLength(7);
    for (const line of lines) {
      expect(line).toContain("[hidden]");
      expect(line).not.toContain(secret);
    }
  });

  test("fields beside it stay, and the caller's object is not changed", () => {
    const { lines, log } = capture();
    const router = { name: "hex", password: secret, note: null };
    log.info({ router, list: [] }, "polled");
    expect(router.password).toBe(secret);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      msg: "polled",
      router: { name: "hex", password: "[hidden]", note: null },
    });
  });
});

test("a router's logger names it on every line", () => {
  const { lines, log } = capture();
  routerLogger(log, "hex").warn({ code: "ROUTER_TIMED_OUT" }, "poll failed");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ router: "hex", level: "warn", code: "ROUTER_TIMED_OUT" });
});

describe("repeated outcomes", () => {
  function story(outcomes: [atMs: number, outcome: string][]): (string | undefined)[] {
    let state: Repetition | undefined;
    return outcomes.map(([atMs, outcome]) => {
      const { next, say } = noteOutcome(state, outcome, atMs, 1_000);
      state = next;
      return say && describeTransition(say);
    });
  }
  function describeTransition(say: Transition): string {
    if (say.kind === "still") return `still ${say.count} since ${say.sinceMs}`;
    return say.previous === undefined ? "first" : `after ${say.previous.count} ${say.previous.outcome}`;
  }

  test("changes are said, repetitions are counted", () => {
    expect(
      story([
        [0, "ok"],
        [10, "ok"],
        [20, "DOWN"],
        [30, "DOWN"],
        [40, "DOWN"],
        [50, "ok"],
        [60, "ok"],
      ]),
    ).toEqual([undefined, undefined, "after 2 ok", undefined, undefined, "after 3 DOWN", undefined]);
  });

  test("trouble that stays is said again once a while, wellness never", () => {
    expect(
      story([
        [0, "DOWN"],
        [900, "DOWN"],
        [1_000, "DOWN"],
        [1_900, "DOWN"],
        [2_000, "DOWN"],
        [3_000, "ok"],
        [9_000, "ok"],
      ]),
    ).toEqual(["first", undefined, "still 3 since 0", undefined, "still 5 since 0", "after 5 DOWN", undefined]);
  });

  test("another trouble is a change", () => {
    expect(
      story([
        [0, "DOWN"],
        [1, "LOGIN"],
        [2, "DOWN"],
      ]),
    ).toEqual(["first", "after 1 DOWN", "after 1 LOGIN"]);
  });
});
