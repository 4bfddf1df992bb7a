/**
 * The simulator as a process of its own, so that a bench does not share its event loop with it. Takes its options as
 * one JSON argument, prints `listening PORT`, then obeys lines on its input, each answered by `ok` or `error WHY`:
 *
 *     advance MS      virtual time passes
 *     move SECONDS    every live line moves as much as in that time
 *     stop            ends, as end of input does
 */
import { createInterface } from "node:readline";
import { runSimulator, type StandaloneOptions } from "./standalone.js";

const options = JSON.parse(process.argv[2] ?? "{}") as StandaloneOptions;
const simulator = await runSimulator({ speed: 0, ...options });
process.stdout.write(`listening ${simulator.port}\n`);

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const [command, argument] = line.trim().split(/\s+/);
  const amount = Number(argument);
  if (command === "stop") return input.close();
  try {
    if (command === "advance") simulator.world.advance(amount);
    else if (command === "move" && amount > 0) simulator.town.moveAll(amount);
    else throw new Error(`unknown command ${line}`);
    process.stdout.write("ok\n");
  } catch (error) {
    process.stdout.write(`error ${error instanceof Error ? error.message : String(error)}\n`);
  }
});
input.on("close", () => void simulator.stop());
