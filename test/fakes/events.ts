import { createSecretBox } from "../../src/adapters/system/secret-box.js";
import type { Sqlite } from "../../src/adapters/sqlite/open.js";
import { createEvents, type Events } from "../../src/daemon/events.js";
import type { Clock } from "../../src/app/ports.js";

export interface TestEvents extends Events {
  /** What went wrong inside, as it would be logged. */
  readonly troubles: { readonly fields: object; readonly message: string }[];
}

/** Events as the daemon puts them together; random is 0, so that pauses are whole. */
export function eventsOf(db: Sqlite, clock: Clock, keyPath = `${db.name}.key`): TestEvents {
  const troubles: TestEvents["troubles"] = [];
  const note = (fields: object, message: string): void => void troubles.push({ fields, message });
  const log = { warn: note, error: note } as never;
  const secretBox = createSecretBox(keyPath);
  return { ...createEvents({ db, clock, secretBox, random: () => 0, version: "0.1.0", log }), troubles };
}

/** The part of them that the HTTP server takes. */
export function eventDeps(db: Sqlite, clock: Clock) {
  const { eventLog, feed, webhooks, webhookStore } = eventsOf(db, clock);
  return { eventLog, eventFeed: feed, webhooks, webhookStore };
}
