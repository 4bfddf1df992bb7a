/** Other people's API clients behind one small face: what they read and do, the simulator did not teach them. */
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { loginRaw, rowsOf, trapOf } from "./raw-client.js";

export interface ContractClient {
  print(path: string, filter?: Readonly<Record<string, string>>): Promise<Record<string, string>[]>;
  /** Runs a command with arguments; rejects with the router's words when it is refused. */
  run(path: string, args: Readonly<Record<string, string>>): Promise<unknown>;
  close(): void | Promise<void>;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

export interface ClientUnderTest {
  readonly name: string;
  /** Whether it survives the `!empty` that 7.18 and later answer. */
  readonly knowsEmpty: boolean;
  /** Which login it speaks; one of them never learned that of 6.43. */
  readonly login: "plain" | "pre-6.43";
  open(endpoint: Endpoint): Promise<ContractClient>;
}

const require = createRequire(import.meta.url);

// Most of them send a sentence word by word: with Nagle's algorithm each command would take 40 ms of waiting.
const connect = Reflect.get(Socket.prototype, "connect") as (...given: unknown[]) => Socket;
Reflect.set(Socket.prototype, "connect", function (this: Socket, ...given: unknown[]): Socket {
  this.setNoDelay(true);
  return connect.apply(this, given);
});
const pairs = (args: Readonly<Record<string, string>>, sign: string): string[] =>
  Object.entries(args).map(([name, value]) => `${sign}${name}=${value}`);

const raw: ClientUnderTest = {
  name: "raw reference client",
  knowsEmpty: true,
  login: "plain",
  async open({ host, port, username, password }) {
    const client = await loginRaw(port, { host, username, password });
    const ask = async (...words: string[]): Promise<string[][]> => {
      const sentences = await client.ask(...words);
      const message = trapOf(sentences);
      if (message !== undefined) throw new Error(message);
      return sentences;
    };
    return {
      print: async (path, filter = {}) => rowsOf(await ask(`${path}/print`, ...pairs(filter, "?"))),
      run: (path, args) => ask(path, ...pairs(args, "=")),
      close: () => client.close(),
    };
  },
};

interface MikroRouteros {
  connect(): Promise<void>;
  login(username: string, password: string): Promise<unknown>;
  runQuery(command: string, params: Readonly<Record<string, string>>): Promise<Record<string, string>[]>;
  close(): void;
}

const mikroRouteros: ClientUnderTest = {
  name: "mikro-routeros 1.0.4",
  knowsEmpty: true,
  login: "plain",
  async open({ host, port, username, password }) {
    const { RouterOSClient } = require("mikro-routeros") as {
      RouterOSClient: new (host: string, port: number, timeoutMs: number) => MikroRouteros;
    };
    const client = new RouterOSClient(host, port, 5000);
    await client.connect();
    await client.login(username, password);
    return {
      print: (path, filter = {}) => client.runQuery(`${path}/print`, filter),
      run: (path, args) => client.runQuery(path, args),
      close: () => client.close(),
    };
  },
};

interface NodeRouteros {
  connect(): Promise<unknown>;
  write(command: string, params: string[]): Promise<Record<string, string>[]>;
  close(): Promise<unknown>;
  on(event: "error", listener: () => void): void;
}

/** node-routeros, and the client that took its code and went on. */
const nodeRouterosLike = (name: string, packageName: string): ClientUnderTest => ({
  name,
  knowsEmpty: false,
  login: "plain",
  async open({ host, port, username, password }) {
    const { RouterOSAPI } = require(packageName) as {
      RouterOSAPI: new (options: Record<string, unknown>) => NodeRouteros;
    };
    const client = new RouterOSAPI({ host, port, user: username, password, timeout: 5, keepalive: false });
    client.on("error", () => {});
    await client.connect();
    return {
      print: (path, filter = {}) => client.write(`${path}/print`, pairs(filter, "?")),
      run: (path, args) => client.write(path, pairs(args, "=")),
      close: async () => void (await client.close().catch(() => {})),
    };
  },
});

interface MikronodeChannel {
  write(command: string, params: string[]): void;
  once(event: "done" | "trap", listener: (data: { data: unknown }) => void): void;
  close(): void;
}

const mikronode: ClientUnderTest = {
  name: "mikronode 2.3.11",
  knowsEmpty: false,
  login: "pre-6.43",
  async open({ host, port, username, password }) {
    const MikroNode = require("mikronode") as (new (
      host: string,
      port: number,
    ) => {
      connect(): Promise<
        [(username: string, password: string) => Promise<{ openChannel(): MikronodeChannel; close(): void }>]
      >;
    }) & { resultsToObj(data: unknown): Record<string, string> | Record<string, string>[] };
    const [login] = await new MikroNode(host, port).connect();
    const connection = await login(username, password);
    const ask = (command: string, words: string[]): Promise<Record<string, string>[]> =>
      new Promise((resolve, reject) => {
        const channel = connection.openChannel();
        channel.once("trap", ({ data }) => reject(new Error(JSON.stringify(data))));
        channel.once("done", ({ data }) => {
          channel.close();
          const rows = MikroNode.resultsToObj(data);
          // It makes one empty object of no rows at all.
          resolve((Array.isArray(rows) ? rows : [rows]).filter((row) => Object.keys(row).length > 0));
        });
        channel.write(command, words);
      });
    return {
      print: (path, filter = {}) => ask(`${path}/print`, pairs(filter, "?")),
      run: (path, args) => ask(path, pairs(args, "=")),
      close: () => connection.close(),
    };
  },
};

export const clients: readonly ClientUnderTest[] = [
  raw,
  mikroRouteros,
  nodeRouterosLike("routeros-api 1.0.2", "routeros-api"),
  nodeRouterosLike("node-routeros 1.6.9", "node-routeros"),
  mikronode,
];
