#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";
import { createSystemClock } from "../adapters/system/clock.js";
import { runCli } from "./cli/program.js";
import { createWiring } from "./cli/wiring.js";

// `ronda doctor | head` closes our output early: that is no failure. Nor is a terminal that was closed (EIO): what runs
// in it is told by SIGHUP and stops in order.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EIO") return;
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EIO" && error.code !== "EPIPE") throw error;
});
const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
// A terminal that hung up answers no question about itself any more.
const isHungUp = (): boolean => terminals.some((descriptor) => !isatty(descriptor));

// Compiled or not, this file stands two folders below package.json.
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const code = await runCli(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    signals: process,
    clock: createSystemClock(),
    isHungUp,
    exit: (code) => process.exit(code),
  },
  createWiring(manifest.version),
  manifest.version,
);

process.exitCode = code;
// Node aborts, with a core dump where those are on, when it cannot put a closed terminal back as it was (seen on 20.20).
// Everything is stopped by now, so we end as a program ends whose terminal hung up.
if (isHungUp()) process.kill(process.pid, "SIGHUP");
