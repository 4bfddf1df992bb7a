/** Simulated routers whose customers come and go, all in one process, with time that passes faster than ours. */
import { built } from "./built.js";
import { serveCalls } from "./workers.js";

serveCalls({
  /** `speed`: virtual seconds that pass in a real one. Lines hang up and dial again `churnPerHour` times each. */
  listen: async (routerCount: number, lineCount: number, speed: number, churnPerHour: number) => {
    const { runSimulator } = await built<typeof import("../../src/simulator/index.js")>("simulator/index.js");
    const ports: number[] = [];
    for (let router = 0; router < routerCount; router++) {
      const { port } = await runSimulator({
        personality: "7.16",
        // A town leaves one in twenty offline at first.
        pppoe: Math.round(lineCount / 0.95),
        hotspot: 0,
        queues: 0,
        seed: router + 1,
        speed,
        startAtMs: Date.now(),
        churnPerHour,
        trafficEveryMs: 60_000,
        router: { softwareId: `CHRN-${1000 + router}`, serialNumber: `HC00CHURN${router}` },
      });
      ports.push(port);
    }
    return ports;
  },
});
