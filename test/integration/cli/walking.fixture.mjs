// The compiled command line around a daemon that only says what happens to it: for the tests of signals and reload.
// Behaviour is chosen by the environment: START=slow|fail, STOP=never, DIE=1.
import { runCli } from "../../../dist/daemon/cli/program.js";
import { createSystemClock } from "../../../dist/adapters/system/clock.js";
import { OperationalError } from "../../../dist/app/errors.js";

const say = (what) => process.stdout.write(`${JSON.stringify({ said: what })}\n`);
// Holds the process up as listening sockets do.
const alive = setInterval(() => {}, 60_000);

async function start() {
  process.once("SIGTERM", () => say("SIGTERM came"));
  const released = new Promise((resolve) => {
    if (process.env["START"] === "slow") process.once("SIGUSR2", resolve);
    else resolve();
  });
  say("starting");
  if (process.env["START"] === "fail") {
    clearInterval(alive);
    throw new OperationalError("PORT_IN_USE", "port 8080 of 127.0.0.1 is taken; choose another http.port");
  }
  await released;
  return {
    url: "http://127.0.0.1:8080",
    died: new Promise((_, reject) => {
      process.once("SIGUSR2", () => reject(new OperationalError("STORE_CORRUPT", "the database is corrupt")));
    }),
    async apply(config, diff) {
      say(`applied +${diff.added.length} ~${diff.changed.length} -${diff.removed.length} of ${config.routers.length}`);
    },
    async stop() {
      say("stop called");
      if (process.env["STOP"] === "never") await new Promise(() => {});
      clearInterval(alive);
    },
  };
}

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    signals: process,
    clock: createSystemClock(),
    isHungUp: () => process.env["TERMINAL"] === "closed",
    exit: (code) => process.exit(code),
  },
  { startDaemon: start, startDemo: start },
  "1.2.3",
);
say("ended");
