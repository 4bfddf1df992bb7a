import { existsSync } from "node:fs";
import { createSystemClock } from "../../adapters/system/clock.js";
import { OperationalError } from "../../app/errors.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import { askSecret, readInputLine } from "./secret-input.js";
import type { CliWiring } from "./wiring-port.js";

/**
 * What each command stands on. Parts are imported when their command runs: `check` and `--help` load neither the router
 * link nor SQLite.
 */
export function createWiring(version: string): CliWiring {
  const clock = createSystemClock();
  return {
    async readDoctorFacts(router, signal) {
      const { readDoctorFacts } = await import("../../adapters/routeros/doctor-facts.js");
      return await readDoctorFacts({ ...router, clock }, signal);
    },
    async readDoctorBooks(config, routerName) {
      const { readDoctorBooks } = await import("./doctor-books.js");
      return await readDoctorBooks(config, routerName);
    },
    async startDaemon({ config, log }) {
      const [{ startDaemon }, { readNtpState }] = await Promise.all([
        import("../compose.js"),
        import("../../adapters/system/ntp-state.js"),
      ]);
      return await startDaemon({ config, log, clock, version, readNtp: () => readNtpState() });
    },
    async startDemo({ httpPort, log }) {
      const { startDemo } = await import("../demo.js");
      try {
        return await startDemo({ httpPort, log, clock, version });
      } catch (error) {
        // The demo has no routers.yaml of the operator's to change.
        const cause = error instanceof OperationalError ? error.cause : undefined;
        throw asListenError(cause, "127.0.0.1", httpPort, `ronda demo --port ${freerPort(httpPort)}`) ?? error;
      }
    },
    async acceptRouter(config, name) {
      const [{ openDatabase }, { createRouterStore }, { createRouterReader }] = await Promise.all([
        import("../../adapters/sqlite/open.js"),
        import("../../adapters/sqlite/router-store.js"),
        import("../../adapters/routeros/index.js"),
      ]);
      const router = config.routers.find((one) => one.name === name);
      if (router === undefined) throw new OperationalError("ROUTER_UNKNOWN", `no router ${name} in ${config.file}`);
      // The device that answers now, not what the daemon met some time ago.
      const reader = createRouterReader({ ...router, clock });
      let device: DeviceIdentity;
      try {
        device = await reader.identify(AbortSignal.timeout(30_000));
      } finally {
        await reader.close();
      }
      const db = await openDatabase(config.database.path);
      try {
        const routers = createRouterStore(db);
        const row = routers.byName(name);
        const before =
          row?.accepted_at_ms == null
            ? undefined
            : { softwareId: row.software_id ?? undefined, serialNumber: row.serial_number ?? undefined };
        const routerId =
          row?.id ??
          routers
            .syncConfigured(
              config.routers.map((one) => one.name),
              clock.nowMs(),
            )
            .get(name) ??
          0;
        if (before === undefined) {
          routers.acceptIdentity(routerId, device, clock.nowMs());
        } else {
          const { isOtherDevice } = await import("../../app/rounds/walk-round.js");
          if (!isOtherDevice(before, device)) {
            throw new OperationalError("USAGE", `router ${name}: the device that answers is the accepted one already`);
          }
          routers.noteOtherDevice(routerId, device);
          routers.acceptOtherDevice(name, clock.nowMs());
        }
        return { before, after: { softwareId: device.softwareId, serialNumber: device.serialNumber } };
      } finally {
        db.close();
      }
    },
    async renameRouter(config, oldName, newName, discardNewBooks) {
      const [{ openDatabase }, { createRouterStore }, { lockForDaemon }] = await Promise.all([
        import("../../adapters/sqlite/open.js"),
        import("../../adapters/sqlite/router-store.js"),
        import("../../adapters/sqlite/daemon-lock.js"),
      ]);
      const { path } = config.database;
      if (!existsSync(path)) throw new OperationalError("ROUTER_UNKNOWN", `there are no books yet at ${path}`);
      const db = await openDatabase(path);
      let lock: ReturnType<typeof lockForDaemon> | undefined;
      try {
        const routers = createRouterStore(db);
        // Books that go must not be written any more; a name that is new to the books disturbs no daemon.
        if (routers.byName(newName) !== undefined) lock = lockUnlessWalking(lockForDaemon, path, oldName, newName);
        routers.rename(oldName, newName, discardNewBooks);
      } finally {
        lock?.release();
        db.close();
      }
    },
    async withAdoption(config, isWriting, work) {
      const { withAdoption } = await import("./router-books.js");
      return await withAdoption(config, clock, isWriting, work);
    },
    async compareRouter(config, router) {
      const { compareRouter } = await import("./router-books.js");
      return await compareRouter(config, clock, router);
    },
    async withBilling(config, isWriting, work) {
      const { withBilling } = await import("./bill-books.js");
      return await withBilling(config, clock, isWriting, work);
    },
    async withAuth(config, isWriting, work) {
      const { withAuth } = await import("./auth-books.js");
      return await withAuth(config, clock, isWriting, work);
    },
    async knowsAnybody(config) {
      const { knowsAnybody } = await import("./auth-books.js");
      return await knowsAnybody(config);
    },
    askSecret,
    readInputLine,
    async backupBooks(config, file, isForced) {
      const { backupBooks } = await import("../../adapters/sqlite/backup.js");
      return await backupBooks(config.database.path, file, isForced);
    },
    async restoreBooks(config, file, isDry) {
      const { restoreBooks } = await import("../../adapters/sqlite/restore.js");
      return await restoreBooks(config.database.path, file, { isDry, atMs: Math.floor(clock.nowMs()) });
    },
    async readClock(config) {
      const { readClock } = await import("./clock-books.js");
      return await readClock(config, clock);
    },
    async vouchClock(config) {
      const { vouchClock } = await import("./clock-books.js");
      await vouchClock(config, clock);
    },
    async startSimulator({ host, port, version: personality, username, password, lineCount, seed }) {
      const { runSimulator } = await import("../../simulator/standalone.js");
      const { personalityNames } = await import("../../simulator/personality.js");
      const known = personalityNames.find((name) => name === personality);
      if (known === undefined) throw new OperationalError("USAGE", `no simulated version ${personality}`);
      const hotspot = Math.floor(lineCount / 5);
      const queues = Math.floor(lineCount / 10);
      try {
        return await runSimulator({
          personality: known,
          host,
          port,
          pppoe: lineCount - hotspot - queues,
          hotspot,
          queues,
          seed,
          startAtMs: Math.floor(clock.nowMs()),
          churnPerHour: 2,
          router: { username, password },
        });
      } catch (error) {
        throw asListenError(error, host, port, "choose another with --host or --port") ?? error;
      }
    },
  };
}

function lockUnlessWalking<Lock>(
  lockForDaemon: (path: string) => Lock,
  path: string,
  oldName: string,
  newName: string,
): Lock {
  try {
    return lockForDaemon(path);
  } catch (error) {
    if (!(error instanceof OperationalError) || error.code !== "STORE_IN_USE") throw error;
    throw new OperationalError(
      "STORE_IN_USE",
      `the running Ronda has opened books for ${newName} already (it was reloaded before the rename): stop it ` +
        `(systemctl stop ronda), say ronda router rename ${oldName} ${newName} again, and start it`,
      { cause: error },
    );
  }
}

/** Why a socket could not be opened where the command line asked for it; undefined when that is not what happened. */
function asListenError(error: unknown, host: string, port: number, advice: string): OperationalError | undefined {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case "EADDRINUSE":
      return new OperationalError("PORT_IN_USE", `port ${port} on ${host} is taken: ${advice}`, { cause: error });
    case "EACCES":
      return new OperationalError("USAGE", `this user may not listen on port ${port} of ${host}: ${advice}`, {
        cause: error,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new OperationalError("USAGE", `this machine has no address ${host}: ${advice}`, { cause: error });
    default:
      return undefined;
  }
}

function freerPort(port: number): number {
  return port < 1024 ? 8080 : port < 65_535 ? port + 1 : 8080;
}
