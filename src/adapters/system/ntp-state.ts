import { execFile } from "node:child_process";
import type { NtpState } from "../../app/clock/clock-sense.js";

const deadlineMs = 3_000;

/**
 * What systemd says of the machine's time keeping. It reads the kernel's own flag, which chrony, ntpd and systemd-timesyncd
 * set alike, and which falls when somebody sets the clock by hand. Machines without systemd, and anything odd, are `unknown`.
 *
 * @param command the program and its arguments, for tests.
 */
export function readNtpState(command: readonly [string, ...string[]] = timedatectl): Promise<NtpState> {
  const [file, ...args] = command;
  const options = { timeout: deadlineMs, killSignal: "SIGKILL", maxBuffer: 4_096, encoding: "utf8" } as const;
  return new Promise((resolve) => {
    try {
      execFile(file, args, options, (error, stdout) => {
        const answer = error === null ? stdout.trim() : "";
        resolve(answer === "yes" ? "synchronised" : answer === "no" ? "unsynchronised" : "unknown");
      });
    } catch {
      // No process can be started at all: out of memory or of handles.
      resolve("unknown");
    }
  });
}

const timedatectl = ["timedatectl", "show", "--property=NTPSynchronized", "--value"] as const;
