import { expect, test } from "vitest";
import { listenToSignals, type SignalSource } from "../../src/daemon/signals.js";

function listening(reloadsOnHangUp: boolean) {
  const listeners = new Map<string, () => void>();
  const said: string[] = [];
  const source: SignalSource = {
    on: (signal, listener) => listeners.set(signal, listener),
    off: (signal) => listeners.delete(signal),
  };
  const ignore = listenToSignals(source, {
    onStop: (signal) => said.push(`stop ${signal}`),
    onReload: async () => void said.push("reload"),
    reloadsOnHangUp: () => reloadsOnHangUp,
    onImpatience: () => said.push("impatience"),
  });
  return { said, ignore, listeners, send: (signal: string) => listeners.get(signal)?.() };
}

test("a hang-up that stops is no impatience when it comes again, nor after another signal", () => {
  const { said, send } = listening(false);
  for (const signal of ["SIGHUP", "SIGHUP", "SIGHUP"]) send(signal);
  expect(said).toEqual(["stop SIGHUP"]);
  send("SIGINT");
  expect(said).toEqual(["stop SIGHUP", "impatience"]);

  const stopped = listening(true);
  stopped.send("SIGTERM");
  stopped.send("SIGHUP");
  expect(stopped.said).toEqual(["stop SIGTERM"]);
});

test("where it reloads, it stops nothing; and nothing is heard once ignored", () => {
  const { said, send, ignore, listeners } = listening(true);
  send("SIGHUP");
  expect(said).toEqual(["reload"]);
  ignore();
  expect(listeners.size).toBe(0);
});
