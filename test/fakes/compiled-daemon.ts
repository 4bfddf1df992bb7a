import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const main = resolve(import.meta.dirname, "../../dist/daemon/main.js");

export interface DaemonRouter {
  readonly name: string;
  readonly port: number;
  readonly pollEvery?: string;
  readonly password?: string;
}

/** The compiled daemon as its own process, on a database in a folder of its own. */
export class CompiledDaemon {
  readonly folder = mkdtempSync(join(tmpdir(), "ronda-daemon-"));
  readonly databasePath = join(this.folder, "ronda.db");
  readonly configPath = join(this.folder, "routers.yaml");
  url = "";
  private child: ChildProcess | undefined;
  private ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }> | undefined;
  output = "";

  configure(routers: readonly DaemonRouter[], more = ""): void {
    const list = routers.map(
      ({ name, port, pollEvery = "1s", password = "ronda" }) =>
        `  - { name: ${name}, host: 127.0.0.1, port: ${port}, username: ronda, password: "${password}", pollEvery: ${pollEvery} }`,
    );
    const text = [
      "site: { name: Uji, timezone: Asia/Jakarta, language: id }",
      "http: { host: 127.0.0.1, port: 0 }",
      "database: { path: ./ronda.db }",
      more,
      "routers:",
      ...list,
      "",
    ].join("\n");
    writeFileSync(this.configPath, text, { mode: 0o600 });
  }

  /** Starts it and waits until it serves. */
  async start(): Promise<void> {
    const running = this.spawn(["start", "--config", this.configPath, "--log-level", "info"]);
    this.url = await running;
  }

  private spawn(args: readonly string[]): Promise<string> {
    if (!existsSync(main)) throw new Error("dist/daemon/main.js is missing: run npm run build first");
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    this.ended = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
    return new Promise((ready, failed) => {
      let text = "";
      const look = (chunk: Buffer): void => {
        text += chunk.toString();
        this.output += chunk.toString();
        const url = /"url":"(http:[^"]+)"/.exec(text)?.[1];
        if (url !== undefined) ready(url);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      void this.ended?.then(({ code }) => failed(new Error(`the daemon ended with ${code}:\n${text}`)));
    });
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`);
    return (await response.json()) as T;
  }

  /** Walks a round now and tells how it went. */
  async round(router: string): Promise<string> {
    const response = await fetch(`${this.url}/api/v1/routers/${router}/rounds?waitSeconds=20`, { method: "POST" });
    const body = (await response.json()) as { result?: string; code?: string };
    return body.result ?? body.code ?? String(response.status);
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const how = await this.ended;
    if (how === undefined) throw new Error("the daemon was not started");
    return how;
  }

  /** SIGKILL: no handler runs, nothing is flushed by us. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exit();
  }

  async remove(): Promise<void> {
    if (this.child?.exitCode === null && this.child.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for what another process does. Fails after `tries`, 50 ms apart, which only a hang reaches. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, tries = 1_200): Promise<void> {
  for (let i = 0; i < tries; i += 1) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`gave up waiting until ${what}`);
}
