#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { createSystemClock } from "../adapters/system/clock.js";
import { runCli } from "./cli/program.js";
import { createWiring } from "./cli/wiring.js";

// `ronda doctor | head` closes our output early: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// Compiled or not, this file stands two folders below package.json.
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    signals: process,
    clock: createSystemClock(),
    exit: (code) => process.exit(code),
  },
  createWiring(manifest.version),
  manifest.version,
);
