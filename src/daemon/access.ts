import { dirname, join } from "node:path";
import type { Logger } from "pino";
import { createRouterWriter } from "../adapters/routeros/index.js";
import { createAccessStore } from "../adapters/sqlite/access-store.js";
import { createModeMemory } from "../adapters/sqlite/mode-memory.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import { checkSealedPasswords } from "../adapters/sqlite/sealed-passwords.js";
import type { RouterStore } from "../adapters/sqlite/router-store.js";
import type { AccessReader } from "../app/access/access-link.js";
import type { ApplierEvent } from "../app/access/applier.js";
import { createBrakeGate } from "../app/access/brake-gate.js";
import { Keepers } from "../app/access/keepers.js";
import type { BrakeSettings } from "../domain/access/brake.js";
import type { SecretBox } from "../app/books/secret-box.js";
import type { ClockDoubt } from "../app/clock/clock-sense.js";
import type { Clock, RouterReader } from "../app/ports.js";
import type { NightWatch } from "../app/rounds/night-watch.js";
import type { RondaConfig, RouterConfig } from "./config.js";
import { routerLogger } from "./logger.js";

/** Counters this fresh need no round of their own before a session is dropped. */
const freshCountersMs = 15_000;
/** A drop waits no longer for a round: the logout record tells the rest. */
const roundWaitMs = 5_000;
export const defaultBrake = { share: 0.2, min: 5 };

/** Where line passwords' key lies: beside the configuration, never beside the database that it protects. */
export function keyFileOf(config: Pick<RondaConfig, "file">): string {
  return join(dirname(config.file), "ronda.key");
}

/** The parts that keep routers as the books say. */
export function createAccess({
  db,
  secretBox,
  clock,
  random,
  log,
  routers,
  watch,
  brake,
  clockDoubt,
}: {
  readonly db: Sqlite;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly routers: Pick<RouterStore, "acceptedIdentity">;
  readonly watch: () => Pick<NightWatch, "router" | "walkNow">;
  /** As routers.yaml says now: a reload may have tightened it. */
  readonly brake: () => BrakeSettings | undefined;
  /** Asked immediately before anybody goes dark. */
  readonly clockDoubt: ClockDoubt;
}) {
  const store = createAccessStore(db, secretBox);
  const { trouble } = checkSealedPasswords(db, secretBox);
  if (trouble !== undefined) {
    const { code, message } = trouble.error;
    log.error(
      { code, problem: message, lines: trouble.count },
      "line passwords cannot be opened; everything else goes on",
    );
  }
  const gate = createBrakeGate({
    store,
    clock,
    settings: () => brake() ?? defaultBrake,
    isEnforced: (routerId) => keepers.isEnforced(routerId),
    clockDoubt,
    onEngaged: ({ routerId, count }) =>
      log.warn({ routerId, subscriptions: count }, "the brake is on: nobody goes dark until a person confirms"),
  });
  const keepers = new Keepers({
    store,
    gate,
    clock,
    random,
    acceptedIdentity: (routerId) => routers.acceptedIdentity(routerId),
    lastMode: createModeMemory(db),
    countersRead: async (name, signal) => {
      const seenAtMs = watch().router(name)?.lastSeenAtMs;
      if (seenAtMs !== undefined && clock.nowMs() - seenAtMs < freshCountersMs) return;
      const tooLong = new AbortController();
      const stop = (): void => tooLong.abort();
      signal.addEventListener("abort", stop, { once: true });
      await Promise.race([watch().walkNow(name), clock.sleep(roundWaitMs, tooLong.signal).catch(() => {})]);
      signal.removeEventListener("abort", stop);
      tooLong.abort();
    },
    onEvent: createAccessTeller(log),
  });
  return {
    store,
    gate,
    keepers,
    passwordTrouble: trouble && { count: trouble.count, code: trouble.error.code, message: trouble.error.message },
    open: (router: RouterConfig, routerId: number, reader: RouterReader & AccessReader): void => {
      const { name, host, port, tls, username, password } = router;
      keepers.add(router, routerId, reader, createRouterWriter({ name, host, port, tls, username, password, clock }));
    },
  };
}

/** Tells the log what is written to routers: every change once, trouble when it begins and when it ends. */
function createAccessTeller(log: Logger): (router: string, event: ApplierEvent) => void {
  const troubles = new Map<string, string>();
  return (router, event) => {
    const routerLog = routerLogger(log, router);
    switch (event.kind) {
      case "sent":
        return routerLog.debug({ change: event.intent.kind, name: event.intent.name }, "a change is sent");
      case "settled": {
        const { kind, name, why, effect } = event.intent;
        return routerLog.info({ change: kind, name, why, effect }, "the router holds a change");
      }
      case "refused":
        return routerLog.warn(
          { change: event.intent.kind, name: event.intent.name, answer: event.message },
          "the router refused a change",
        );
      case "unknown":
      case "not-applied":
        return routerLog.warn(
          { change: event.intent.kind, name: event.intent.name, problem: event.message },
          "a change did not arrive; the router is looked at again",
        );
      case "trouble": {
        if (troubles.get(router) === event.error.code) return;
        troubles.set(router, event.error.code);
        return routerLog.warn(
          { code: event.error.code, problem: event.error.message },
          "changes wait until the router can be written to",
        );
      }
      case "recovered":
        troubles.delete(router);
        return routerLog.info("the router is written to again");
      case "held":
        return routerLog.warn(
          { changes: event.changes },
          "the router was in observe before: its changes wait for a person to see them",
        );
      case "bug":
        return routerLog.error(
          { err: event.error },
          "keeping the router right failed inside Ronda; please report this",
        );
    }
  };
}
