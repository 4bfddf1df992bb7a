import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { createRandom, createSimulatedRouter, createWorld } from "../../src/simulator/index.js";
import { startRealTime } from "../../src/simulator/real-time.js";
import { CompiledDaemon } from "../fakes/compiled-daemon.js";
import { compareHours } from "../fakes/true-books.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** How often the daemon is killed; the long run is `RONDA_KILLS=200 npm test`. */
const kills = Number(process.env["RONDA_KILLS"] ?? 8);

test(
  "killed at any moment, again and again, the compiled daemon ends with the router's own books",
  { timeout: 600_000 },
  async () => {
    const seed = Number(process.env["RONDA_SEED"] ?? Date.now() % 1_000_000);
    const random = createRandom(seed);
    const world = createWorld({ seed, startAtMs: Date.now() });
    const router = createSimulatedRouter(world, { personality: "7.24", hasClockBattery: true, logLines: 10_000 });
    const names = ["budi", "siti", "wati", "joko", "agus", "rini"];
    for (const name of names) router.ppp.addSecret({ name, password: name });
    const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
    cleanUp.push(() => router.close());

    // The town lives on by itself, faster than rounds are walked.
    const time = startRealTime(world, { speed: 3, stepMs: 20 });
    let busy = true;
    const live = (): void => {
      if (!busy) return;
      const sessions = [...router.ppp.sessions];
      const chosen = sessions[random.int(0, Math.max(0, sessions.length - 1))];
      const what = random.int(0, 9);
      if (what < 3) router.ppp.dial(names[random.int(0, names.length - 1)] ?? "budi");
      else if (what < 5) chosen?.hangUp();
      else chosen?.traffic({ uploadBytes: random.int(0, 50_000), downloadBytes: random.int(0, 5_000_000) });
      world.after(100 + random.int(0, 300), live);
    };
    live();
    cleanUp.push(() => {
      busy = false;
      time.stop();
    });

    const daemon = new CompiledDaemon();
    cleanUp.push(() => daemon.remove());
    daemon.configure([{ name: "hex", port }]);
    await daemon.start();
    expect(await daemon.round("hex")).toBe("ok");
    const firstRoundAtMs = world.nowMs;
    for (let i = 0; i < kills; i += 1) {
      await new Promise((done) => setTimeout(done, random.int(0, 1_500)));
      await daemon.kill();
      await daemon.start();
    }

    // One session that tells the byte order, then everybody hangs up.
    const telling = router.ppp.connect("budi", { mac: "AA:BB:CC:00:00:77" });
    world.advance(10_000);
    telling.traffic({ uploadBytes: 1_000, downloadBytes: 50_000_000 });
    expect(await daemon.round("hex")).toBe("ok");
    busy = false;
    for (const session of Array.from(router.ppp.sessions)) session.hangUp();
    for (let i = 0; i < 3; i += 1) expect(await daemon.round("hex")).toBe("ok");
    daemon.signal("SIGTERM");
    expect(await daemon.exit()).toEqual({ code: 0, signal: null });

    const db = new Database(daemon.databasePath, { readonly: true });
    cleanUp.push(() => void db.close());
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    const recorded = db
      .prepare(
        "select l.name || ' ' || s.seconds || ' ' || s.upload_bytes || ' ' || s.download_bytes as k, exactness from sessions s join lines l on l.id = s.line_id",
      )
      .all() as { k: string; exactness: string }[];
    // Sessions that were over before the very first reading are from before our time; the log holds all others.
    const expected = router.books.pppSessions
      .filter((session) => (session.endedAtMs ?? 0) > firstRoundAtMs)
      .map((session) => `${session.name} ${session.seconds} ${session.uploadBytes} ${session.downloadBytes}`);
    const exact = recorded.filter(({ exactness }) => exactness === "exact").map(({ k }) => k);
    const missing = expected.filter((k) => !exact.includes(k));
    expect({ seed, missing }).toEqual({ seed, missing: [] });
    expect(recorded.length, `seed ${seed}`).toBeLessThanOrEqual(router.books.pppSessions.length);
    expect({ seed, wrong: compareHours(db) }).toEqual({ seed, wrong: [] });
  },
);
