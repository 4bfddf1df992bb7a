/** Benches run each part in a process of its own, so that nobody's garbage is counted as somebody else's work. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Worker {
  readonly pid: number;
  /** Calls a function of the worker and waits for its answer. */
  call<Answer>(name: string, ...args: unknown[]): Promise<Answer>;
  stop(): Promise<void>;
}

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}
interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** Starts a file of this folder that calls `serveCalls`. */
export function startWorker(file: string, { execArgv = [] }: { readonly execArgv?: readonly string[] } = {}): Worker {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ["--import", "tsx", ...execArgv],
    serialization: "advanced",
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const gone = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${signal ?? code}`));
      resolve();
    });
  });
  child.on("message", (message) => {
    const { id, answer, error } = message as Answer;
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(answer);
    else call?.reject(new Error(`${file}: ${error}`));
  });
  return {
    pid: child.pid ?? 0,
    call: <Value>(name: string, ...args: unknown[]) =>
      new Promise<Value>((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id, name, args } satisfies Call);
      }),
    stop: () => stopChild(child, gone),
  };
}

async function stopChild(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await gone;
  clearTimeout(timer);
}

/** Answers calls until the parent goes, then ends the process. */
export function serveCalls(functions: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  process.on("message", (message) => {
    const { id, name, args } = message as Call;
    const work = async (): Promise<unknown> => {
      const called = functions[name];
      if (called === undefined) throw new Error(`no function ${name}`);
      return await called(...(args as never[]));
    };
    work().then(
      (answer) => process.send?.({ id, answer } satisfies Answer),
      (error: unknown) => {
        const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ id, error: told } satisfies Answer);
      },
    );
  });
  process.on("disconnect", () => process.exit(0));
}
