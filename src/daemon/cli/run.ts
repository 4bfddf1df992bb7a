import type { Logger } from "pino";
import { OperationalError } from "../../app/errors.js";
import { diffConfig } from "../config-diff.js";
import { formatFinding } from "../config-issues.js";
import type { ConfigWarning } from "../config-warnings.js";
import { loadConfig, type LoadedConfig, type RondaConfig } from "../config.js";
import { createLogger, type LogLevel } from "../logger.js";
import { listenToSignals, type SignalHandlers, type StopSignal } from "../signals.js";
import { exitCode, type Terminal } from "./terminal.js";
import type { CliWiring, RunningDaemon } from "./wiring-port.js";

/** A stop that takes longer is given up: the supervisor would kill us anyway, and SQLite stands a kill. */
export const stopDeadlineMs = 10_000;

/** `ronda start`: walks the rounds until a signal. */
export async function runStart(
  terminal: Terminal,
  wiring: Pick<CliWiring, "startDaemon">,
  options: { readonly file: string; readonly logLevel: LogLevel },
): Promise<number> {
  const { config, warnings } = loadConfig(options.file, terminal.env);
  const log = createLogger({ level: options.logLevel });
  sayWarnings(log, options.file, warnings);
  const stopping = stopAtSignal(terminal, { reloadsOnHangUp: () => !terminal.isHungUp() });
  const daemon = await startUnlessStopped(stopping, () => wiring.startDaemon({ config, log }));
  if (daemon === undefined) return exitCode.ok;
  log.info({ url: daemon.url, routers: config.routers.length }, "ronda is walking");

  let current = config;
  stopping.onReload = async () => {
    current = await reload(daemon, current, () => loadConfig(options.file, terminal.env), log, options.file);
  };
  return await untilStopped(terminal, stopping, daemon, log);
}

/** `ronda demo`: the same against simulated routers; tells in plain words what to look at. */
export async function runDemo(
  terminal: Terminal,
  wiring: Pick<CliWiring, "startDemo">,
  options: { readonly httpPort: number; readonly logLevel: LogLevel },
): Promise<number> {
  const log = createLogger({ level: options.logLevel });
  // The demo has no file to read again: a hang-up is its terminal closing, and nobody would find it afterwards.
  const stopping = stopAtSignal(terminal, { reloadsOnHangUp: () => false });
  const daemon = await startUnlessStopped(stopping, () => wiring.startDemo({ httpPort: options.httpPort, log }));
  if (daemon === undefined) return exitCode.ok;
  terminal.out(
    [
      `Ronda walks its rounds over two simulated routers. Look at ${daemon.url} or ask it:`,
      "",
      `  curl ${daemon.url}/api/v1/routers`,
      `  curl '${daemon.url}/api/v1/sessions?state=live'`,
      `  curl '${daemon.url}/api/v1/lines?q=budi'`,
      "",
      `The whole API is at ${daemon.url}/docs. Usage begins to grow after the second round, five seconds from now.`,
      "",
      "Isolate somebody and watch his line on the simulated router, then let him in again:",
      "",
      `  curl -X POST ${daemon.url}/api/v1/subscriptions/subscription_1/isolate`,
      `  curl ${daemon.url}/api/v1/subscriptions/subscription_1`,
      `  curl -X POST ${daemon.url}/api/v1/subscriptions/subscription_1/release`,
      "",
      "Ctrl-C stops it and leaves nothing behind.",
      "",
    ].join("\n"),
  );
  return await untilStopped(terminal, stopping, daemon, log);
}

/**
 * Reads the file again and takes it over, or keeps everything as it was: a file with an error, or a change that needs a
 * restart, is refused as a whole. Never throws for what the file holds.
 *
 * @param file as the person named it, for the places of warnings, which are said again when the file is taken over.
 * @returns the configuration that holds from now on.
 */
export async function reload(
  daemon: Pick<RunningDaemon, "apply">,
  current: RondaConfig,
  load: () => LoadedConfig,
  log: Pick<Logger, "info" | "warn" | "error">,
  file: string,
): Promise<RondaConfig> {
  let next: RondaConfig;
  let warnings: readonly ConfigWarning[];
  try {
    ({ config: next, warnings } = load());
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    log.error({ code: error.code, problem: error.message }, "reload refused, the old configuration stays");
    return current;
  }
  const diff = diffConfig(current, next);
  if (diff.needsRestart.length > 0) {
    log.error({ needsRestart: diff.needsRestart }, "reload refused, these settings need a restart");
    return current;
  }
  try {
    await daemon.apply(next, diff);
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    log.error({ code: error.code, problem: error.message }, "reload failed, the old configuration stays");
    return current;
  }
  sayWarnings(log, file, warnings);
  log.info(
    {
      added: diff.added.map(({ name }) => name),
      changed: diff.changed.map(({ after, fields }) => `${after.name}: ${fields.join(", ")}`),
      removed: diff.removed.map(({ name }) => name),
      settings: diff.applied,
    },
    "configuration reloaded",
  );
  return next;
}

function sayWarnings(log: Pick<Logger, "warn">, file: string, warnings: readonly ConfigWarning[]): void {
  for (const warning of warnings) log.warn({ place: formatFinding(file, warning) }, "configuration warning");
}

interface Stopping {
  /** Resolves with the first signal to stop. */
  readonly asked: Promise<StopSignal>;
  /** Rejects when a reload failed by a bug of ours. */
  readonly failed: Promise<never>;
  readonly isAsked: () => boolean;
  /** Set once there is something to reload. */
  onReload: (() => Promise<void>) | undefined;
  readonly ignoreFurther: () => void;
}

/** Listens from before the start on, so that a Ctrl-C during a slow start is not lost. */
function stopAtSignal(terminal: Terminal, hangUp: Pick<SignalHandlers, "reloadsOnHangUp">): Stopping {
  let isAsked = false;
  let resolveAsked: (signal: StopSignal) => void = () => {};
  let rejectFailed: (error: unknown) => void = () => {};
  const asked = new Promise<StopSignal>((resolve) => (resolveAsked = resolve));
  const failed = new Promise<never>((_, reject) => (rejectFailed = reject));
  failed.catch(() => {}); // looked at in untilStopped, if it comes to that
  const stopping: Stopping = {
    asked,
    failed,
    isAsked: () => isAsked,
    onReload: undefined,
    ignoreFurther: listenToSignals(terminal.signals, {
      ...hangUp,
      onStop: (signal) => {
        isAsked = true;
        resolveAsked(signal);
      },
      onReload: async () => {
        try {
          await stopping.onReload?.();
        } catch (error) {
          rejectFailed(error);
        }
      },
      onImpatience: () => terminal.exit(exitCode.interrupted),
    }),
  };
  return stopping;
}

async function startUnlessStopped(
  stopping: Stopping,
  start: () => Promise<RunningDaemon>,
): Promise<RunningDaemon | undefined> {
  try {
    const daemon = await start();
    if (!stopping.isAsked()) return daemon;
    await daemon.stop();
    stopping.ignoreFurther();
    return undefined;
  } catch (error) {
    stopping.ignoreFurther();
    throw error;
  }
}

async function untilStopped(
  terminal: Terminal,
  stopping: Stopping,
  daemon: RunningDaemon,
  log: Logger,
): Promise<number> {
  try {
    const signal = await Promise.race([stopping.asked, daemon.died, stopping.failed]);
    log.info({ signal }, "stopping");
  } catch (error) {
    log.error({ err: error }, "the daemon cannot go on");
    await stopInTime(terminal, daemon);
    stopping.ignoreFurther();
    throw error;
  }
  await stopInTime(terminal, daemon);
  stopping.ignoreFurther();
  log.info({}, "stopped");
  return exitCode.ok;
}

async function stopInTime(terminal: Terminal, daemon: RunningDaemon): Promise<void> {
  const cancel = terminal.clock.after(stopDeadlineMs, () => {
    terminal.err(`ronda: still busy ${stopDeadlineMs / 1000} s after the signal to stop; giving up\n`);
    terminal.exit(exitCode.failed);
  });
  try {
    await daemon.stop();
  } finally {
    cancel();
  }
}
