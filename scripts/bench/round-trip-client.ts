/** Sends `/system/identity/print` and waits for the reply, many times, by different means. */
import { createRequire } from "node:module";
import net from "node:net";
import { built } from "./built.js";
import { median } from "./figures.js";
import { serveCalls } from "./workers.js";

const command = "/system/identity/print";

async function medianMs(times: number, once: () => Promise<unknown>): Promise<number> {
  for (let warmUp = 0; warmUp < times / 5; warmUp++) await once();
  const tookMs: number[] = [];
  for (let time = 0; time < times; time++) {
    const startMs = performance.now();
    await once();
    tookMs.push(performance.now() - startMs);
  }
  return median(tookMs);
}

serveCalls({
  /** The network's own: the same bytes over a plain socket, the reply not looked at but for its end. */
  raw: async (port: number, times: number) => {
    const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
    const sentence = Buffer.concat([Buffer.from([command.length]), Buffer.from(command), Buffer.from([0])]);
    let replied = (): void => {};
    // The reply to an untagged print ends with `!done` and the empty word.
    socket.on("data", (chunk) => {
      if (chunk.subarray(-7).equals(Buffer.from("\u0005!done\0", "latin1"))) replied();
    });
    const ms = await medianMs(
      times,
      () =>
        new Promise<void>((resolve) => {
          replied = resolve;
          socket.write(sentence);
        }),
    );
    socket.destroy();
    return ms;
  },
  ronda: async (port: number, times: number) => {
    const link = await built<typeof import("../../src/adapters/routeros/index.js")>("adapters/routeros/index.js");
    const { createSystemClock } =
      await built<typeof import("../../src/adapters/system/clock.js")>("adapters/system/clock.js");
    const { signal } = new AbortController();
    const session = await link.openSession(
      { name: "bench", host: "127.0.0.1", port, username: "bench", password: "bench", clock: createSystemClock() },
      signal,
    );
    const decoder = link.createRowDecoder();
    const ms = await medianMs(times, () => session.print([command], decoder, { signal }));
    await session.close();
    return ms;
  },
  stock: async (port: number, times: number) => {
    const { RouterOSAPI } = createRequire(import.meta.url)("node-routeros") as {
      RouterOSAPI: new (options: Record<string, unknown>) => {
        connect(): Promise<unknown>;
        write(command: string): Promise<unknown>;
        close(): Promise<unknown>;
      };
    };
    const client = new RouterOSAPI({ host: "127.0.0.1", port, user: "bench", password: "bench", timeout: 60 });
    await client.connect();
    const ms = await medianMs(times, () => client.write(command));
    await client.close();
    return ms;
  },
});
