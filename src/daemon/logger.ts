import { pino, type DestinationStream, type Logger } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Fields that never reach a log line, whatever object they hang on. */
export const secretFields = [
  "password",
  "newPassword",
  "passwordHash",
  "passwordExport",
  "token",
  "tokenHash",
  "sessionHash",
  "secret",
  "authorization",
  "proxy-authorization",
  "cookie",
  "cookies",
  "set-cookie",
  "idempotency-key",
  "idempotencyKey",
] as const;

/** pino's `*` stands for exactly one level, so each depth is named. Nothing of ours nests deeper (a config: routers[0].…). */
const deepestLevel = 4;

/** Paths for pino's `redact`. Exported for fastify's logger, which must share this list. */
export const redactedPaths: readonly string[] = secretFields.flatMap((field) => {
  const isPlain = /^\w+$/.test(field);
  return Array.from({ length: deepestLevel + 1 }, (_, depth) => {
    const parents = Array.from({ length: depth }, () => "*").join(".");
    if (!isPlain) return `${parents}["${field}"]`;
    return depth === 0 ? field : `${parents}.${field}`;
  });
});

/**
 * JSON lines, for journald to keep and rotate. Messages are constant, what varies is in fields; errors go under `err`.
 *
 * @param destination standard output unless a test gives its own.
 */
export function createLogger(options: { readonly level: LogLevel; readonly destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redactedPaths], censor: "[hidden]" },
    },
    options.destination ?? standardOutput(),
  );
}

/** Where nobody can read the log any more (a closed terminal, a full disk), rounds go on: they are what matters. */
function standardOutput(): DestinationStream {
  // What cannot be written now is tried again with the next line, up to this many bytes of them.
  const destination = pino.destination({ dest: 1, sync: true, maxLength: 1_000_000 });
  destination.on("error", () => {});
  return destination;
}

/** The logger of everything that concerns one router. */
export function routerLogger(log: Logger, router: string): Logger {
  return log.child({ router });
}
