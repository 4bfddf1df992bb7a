import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorCodes } from "../../../../src/app/errors.js";
import {
  isolationReasons,
  newSubscription,
  shouldBeDark,
  standingOf,
  subscriptionAfter,
  subscriptionEventKinds,
  subscriptionRules,
  subscriptionStates,
  type IsolationReason,
  type Standing,
  type SubscriptionEvent,
  type SubscriptionEventKind,
  type SubscriptionState,
} from "../../../../src/domain/subscription/subscription.js";

const standing = (state: SubscriptionState, ...reasons: IsolationReason[]): Standing => ({
  state,
  reasons: new Set(reasons),
});
const events: readonly SubscriptionEvent[] = subscriptionEventKinds.flatMap((kind): SubscriptionEvent[] =>
  kind === "isolate" || kind === "release" ? isolationReasons.map((reason) => ({ kind, reason })) : [{ kind }],
);
/** Every standing that there can be. */
const standings: readonly Standing[] = [
  standing("pending"),
  standing("active"),
  standing("isolated", "overdue"),
  standing("isolated", "manual"),
  standing("isolated", "overdue", "manual"),
  standing("paused"),
  standing("paused", "overdue"),
  standing("paused", "manual"),
  standing("paused", "overdue", "manual"),
  standing("terminated"),
];
const show = ({ state, reasons }: Standing): string =>
  reasons.size === 0 ? state : `${state}(${[...reasons].sort().join("+")})`;
const showEvent = (event: SubscriptionEvent): string =>
  "reason" in event ? `${event.kind} ${event.reason}` : event.kind;
const showOutcome = (from: Standing, event: SubscriptionEvent): string => {
  const outcome = subscriptionAfter(from, event);
  if (outcome.kind === "refused") return outcome.code;
  return outcome.kind === "unchanged" ? "=" : show(outcome.standing);
};

test("the whole table: every standing, every event", () => {
  const rows = standings.map((from) => [show(from), ...events.map((event) => showOutcome(from, event))]);
  const table = [["", ...events.map(showEvent)], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const text = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(" | ")
      .trimEnd(),
  );
  expect(`\n${text.join("\n")}\n`).toMatchInlineSnapshot(`
    "
                             | activate                | isolate overdue          | isolate manual           | release overdue         | release manual          | pause                   | resume                   | terminate
    pending                  | active                  | SUBSCRIPTION_PENDING     | SUBSCRIPTION_PENDING     | =                       | =                       | SUBSCRIPTION_PENDING    | SUBSCRIPTION_PENDING     | terminated
    active                   | =                       | isolated(overdue)        | isolated(manual)         | =                       | =                       | paused                  | =                        | terminated
    isolated(overdue)        | =                       | =                        | isolated(manual+overdue) | active                  | =                       | paused(overdue)         | =                        | terminated
    isolated(manual)         | =                       | isolated(manual+overdue) | =                        | =                       | active                  | paused(manual)          | =                        | terminated
    isolated(manual+overdue) | =                       | =                        | =                        | isolated(manual)        | isolated(overdue)       | paused(manual+overdue)  | =                        | terminated
    paused                   | SUBSCRIPTION_PAUSED     | paused(overdue)          | paused(manual)           | =                       | =                       | =                       | active                   | terminated
    paused(overdue)          | SUBSCRIPTION_PAUSED     | =                        | paused(manual+overdue)   | paused                  | =                       | =                       | isolated(overdue)        | terminated
    paused(manual)           | SUBSCRIPTION_PAUSED     | paused(manual+overdue)   | =                        | =                       | paused                  | =                       | isolated(manual)         | terminated
    paused(manual+overdue)   | SUBSCRIPTION_PAUSED     | =                        | =                        | paused(manual)          | paused(overdue)         | =                       | isolated(manual+overdue) | terminated
    terminated               | SUBSCRIPTION_TERMINATED | SUBSCRIPTION_TERMINATED  | SUBSCRIPTION_TERMINATED  | SUBSCRIPTION_TERMINATED | SUBSCRIPTION_TERMINATED | SUBSCRIPTION_TERMINATED | SUBSCRIPTION_TERMINATED  | =
    "
  `);
});

test("every refusal is a code that the API knows", () => {
  const rules = subscriptionStates.flatMap((state) =>
    subscriptionEventKinds.map((kind) => subscriptionRules[state][kind]),
  );
  const refusals = new Set(rules.filter((rule) => typeof rule === "string" && rule !== "stays"));
  expect(refusals.size).toBe(3);
  expect(errorCodes).toEqual(expect.arrayContaining([...refusals]));
});

const anyStanding = fc.constantFrom(...standings);
const anyEvent = fc.constantFrom(...events);

describe("what always holds", () => {
  test("an event twice in a row changes nothing the second time", () => {
    for (const from of standings) {
      for (const event of events) {
        const once = subscriptionAfter(from, event);
        if (once.kind === "refused") continue;
        expect(subscriptionAfter(once.standing, event), `${show(from)}, ${showEvent(event)}`).toEqual({
          kind: "unchanged",
          standing: once.standing,
        });
      }
    }
  });

  test("unchanged is the same thing, changed is another one, and what was given is left alone", () =>
    fc.assert(
      fc.property(anyStanding, anyEvent, (from, event) => {
        const before = show(from);
        const outcome = subscriptionAfter(from, event);
        expect(show(from)).toBe(before);
        if (outcome.kind === "unchanged") expect(outcome.standing).toBe(from);
        if (outcome.kind === "changed") expect(show(outcome.standing)).not.toBe(before);
      }),
    ));

  test("the order in which reasons come and go does not matter", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events.filter((event) => "reason" in event))), (history) => {
        const byReason = [...history].sort((a, b) => a.reason.localeCompare(b.reason));
        expect(show(walk(standing("active"), byReason))).toBe(show(walk(standing("active"), history)));
      }),
    ));

  test("a pause forgets nothing: what happens in it is as if it had happened outside", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events.filter((event) => "reason" in event))), (history) => {
        const paused = walk(standing("active"), [{ kind: "pause" }, ...history, { kind: "resume" }]);
        expect(show(paused)).toBe(show(walk(standing("active"), history)));
      }),
    ));

  function walk(from: Standing, history: readonly SubscriptionEvent[]): Standing {
    return history.reduce((at, event) => {
      const outcome = subscriptionAfter(at, event);
      return outcome.kind === "refused" ? at : outcome.standing;
    }, from);
  }
});

/** What a person would keep on four slips of paper, told without the table. */
class Slips {
  began = false;
  ended = false;
  away = false;
  readonly why = { overdue: false, manual: false };

  get state(): SubscriptionState {
    if (this.ended) return "terminated";
    if (!this.began) return "pending";
    if (this.away) return "paused";
    return this.why.overdue || this.why.manual ? "isolated" : "active";
  }
}

/** What each event means on the slips; undefined where there is nothing to write it on. */
const onSlips: Record<SubscriptionEventKind, (slips: Slips, reason: IsolationReason) => string | undefined> = {
  activate: (slips) => {
    if (slips.away) return "SUBSCRIPTION_PAUSED";
    slips.began = true;
    return undefined;
  },
  isolate: (slips, reason) => {
    if (!slips.began) return "SUBSCRIPTION_PENDING";
    slips.why[reason] = true;
    return undefined;
  },
  release: (slips, reason) => {
    slips.why[reason] = false;
    return undefined;
  },
  pause: (slips) => {
    if (!slips.began) return "SUBSCRIPTION_PENDING";
    slips.away = true;
    return undefined;
  },
  resume: (slips) => {
    if (!slips.began) return "SUBSCRIPTION_PENDING";
    slips.away = false;
    return undefined;
  },
  terminate: (slips) => {
    slips.ended = true;
    return undefined;
  },
};

test("any life of a subscription goes as a person with four slips of paper would have it", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (history) => {
      let at = newSubscription;
      const slips = new Slips();
      for (const event of history) {
        const reason = "reason" in event ? event.reason : "manual";
        const ended = slips.ended && event.kind !== "terminate" ? "SUBSCRIPTION_TERMINATED" : undefined;
        const refusal = ended ?? onSlips[event.kind](slips, reason);
        const outcome = subscriptionAfter(at, event);
        expect(outcome.kind === "refused" ? outcome.code : undefined, `${show(at)}, ${showEvent(event)}`).toBe(refusal);
        if (outcome.kind !== "refused") at = outcome.standing;
        expect(at.state).toBe(slips.state);
        const held = slips.ended ? [] : isolationReasons.filter((each) => slips.why[each]);
        expect([...at.reasons].sort()).toEqual([...held].sort());
        if (at.state === "isolated") expect(at.reasons.size).toBeGreaterThan(0);
        seen.add(show({ ...at, reasons: new Set([...at.reasons].sort()) }));
      }
    }),
    { numRuns: 1_000, seed: 3 },
  );
  expect([...seen].sort(), "the walk came to every standing").toEqual(standings.map(show).sort());
});

test("what a state asks of the routers", () => {
  expect(subscriptionStates.map((state) => [state, standingOf(state), shouldBeDark(state)])).toEqual([
    ["pending", "untouched", false],
    ["active", "lit", false],
    ["isolated", "dark", true],
    ["paused", "off", true],
    ["terminated", "off", true],
  ]);
});
