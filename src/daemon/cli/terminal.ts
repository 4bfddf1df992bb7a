import type { Clock } from "../../app/ports.js";
import { OperationalError } from "../../app/errors.js";
import { ConfigError } from "../config-issues.js";
import type { Environment } from "../config.js";
import type { SignalSource } from "../signals.js";

/** The process as a command sees it. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Environment;
  readonly signals: SignalSource;
  readonly clock: Clock;
  /** Whether it was started in a terminal that has been closed since. */
  readonly isHungUp: () => boolean;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

export const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** One clear line (a list of lines for a configuration), or with `isJson` one JSON object. Never a stack, never a secret. */
export function formatError(error: OperationalError, isJson: boolean): string {
  if (isJson) {
    const issues = error instanceof ConfigError ? { issues: error.issues } : {};
    return `${JSON.stringify({ error: { code: error.code, message: error.message, ...issues } })}\n`;
  }
  if (error instanceof ConfigError) {
    const count = error.issues.length;
    return `${error.message}\nronda: ${count === 1 ? "1 problem" : `${count} problems`} in the configuration (${error.code}); mend and run: ronda check\n`;
  }
  return `ronda: ${error.message} (${error.code})\n`;
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
