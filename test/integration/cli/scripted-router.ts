import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export type Row = Readonly<Record<string, string>>;
/** Rows of a menu, or the message of the trap that it answers. */
export type Answer = readonly Row[] | { readonly trap: string };

export interface ScriptedRouter {
  readonly port: number;
  /** Command words received after the logins, in order. */
  readonly commands: readonly string[];
  close(): Promise<void>;
}

export interface Script {
  readonly password: string;
  readonly menus: Readonly<Record<string, Answer>>;
  /** Close after accepting, as `address=` of the service does. */
  readonly isFiltered?: boolean;
  /** Answer this menu by cutting the connection. */
  readonly cutAt?: string;
}

/** A RouterOS API of one-answer menus: what the doctor needs, and no more. */
export async function startScriptedRouter(script: Script): Promise<ScriptedRouter> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    if (script.isFiltered === true) {
      socket.end();
      return;
    }
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (let taken = takeSentence(pending); taken !== undefined; taken = takeSentence(pending)) {
        pending = pending.subarray(taken.length);
        answer(socket, taken.words);
      }
    });
  });

  function answer(socket: Socket, words: readonly string[]): void {
    const command = words[0] ?? "";
    const tag = words.filter((word) => word.startsWith(".tag="));
    const reply = (...rest: string[]): void => void socket.write(sentence([rest[0] ?? "", ...tag, ...rest.slice(1)]));
    if (command === "/login") {
      if (!words.includes(`=password=${script.password}`)) reply("!trap", "=message=invalid user name or password (6)");
      reply("!done");
      return;
    }
    commands.push(words.filter((word) => !word.startsWith(".tag")).join(" "));
    const menu = command.replace(/\/print$/, "");
    if (menu === script.cutAt) {
      socket.destroy();
      return;
    }
    const found = script.menus[menu] ?? { trap: "no such command prefix" };
    if ("trap" in found) reply("!trap", `=message=${found.trap}`);
    else for (const row of found) reply("!re", ...Object.entries(row).map(([name, value]) => `=${name}=${value}`));
    reply("!done");
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function takeSentence(bytes: Buffer): { words: string[]; length: number } | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    let length = bytes[at] ?? 0;
    at += 1;
    if (length >= 0x80) {
      if (at >= bytes.length) return undefined;
      length = ((length & 0x3f) << 8) | (bytes[at] ?? 0);
      at += 1;
    }
    if (length === 0) return { words, length: at };
    if (at + length > bytes.length) return undefined;
    words.push(bytes.toString("utf8", at, at + length));
    at += length;
  }
  return undefined;
}

function sentence(words: readonly string[]): Buffer {
  const parts = words.flatMap((word) => {
    const bytes = Buffer.from(word, "utf8");
    const head = bytes.length < 0x80 ? [bytes.length] : [0x80 | (bytes.length >> 8), bytes.length & 0xff];
    return [Buffer.from(head), bytes];
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** The menus of a router that is well; its clock shows the test's own time. */
export function healthyMenus(now: Date): Record<string, Answer> {
  return {
    "/system/resource": [{ uptime: "1w2d", version: "7.16.2 (stable)", "cpu-load": "12", "board-name": "hEX" }],
    "/system/license": [{ "software-id": "ABCD-1234", nlevel: "4" }],
    "/system/routerboard": [{ routerboard: "true", "serial-number": "HEX1" }],
    "/system/identity": [{ name: "utara" }],
    "/system/clock": [
      {
        date: now.toISOString().slice(0, 10),
        time: now.toISOString().slice(11, 19),
        "time-zone-name": "UTC",
        "gmt-offset": "+00:00",
      },
    ],
    "/system/ntp/client": [{ enabled: "true", status: "synchronized", servers: "id.pool.ntp.org" }],
    "/user": [
      { name: "admin", group: "full" },
      { name: "ronda", group: "ronda" },
    ],
    "/user/group": [
      {
        name: "full",
        policy: "local,telnet,ssh,ftp,reboot,read,write,policy,test,winbox,password,web,sniff,sensitive,api",
      },
      { name: "ronda", policy: "read,api,!local,!write,!policy" },
    ],
    "/ip/service": [
      { name: "api", address: "127.0.0.1/32", disabled: "false" },
      { name: "api-ssl", address: "", disabled: "false" },
    ],
    "/system/logging": [
      { topics: "info", action: "memory", disabled: "false" },
      { topics: "error", action: "memory", disabled: "false" },
      { topics: "critical", action: "echo", disabled: "false" },
    ],
    "/ppp/active": [{ ".id": "*1" }, { ".id": "*2" }],
    "/ip/hotspot/active": [{ ".id": "*1" }],
    "/queue/simple": [
      { name: "parent", target: "10.0.0.1/32", parent: "none", dynamic: "false", disabled: "false" },
      { name: "toko", target: "10.0.0.7/32", parent: "parent", dynamic: "false", disabled: "false" },
      { name: "warung", target: "10.0.0.8/32,10.0.0.9/32", parent: "parent", dynamic: "false", disabled: "false" },
      { name: "old", target: "10.0.0.10/32", parent: "parent", dynamic: "false", disabled: "true" },
      { name: "<pppoe-budi>", target: "<pppoe-budi>", parent: "none", dynamic: "true", disabled: "false" },
    ],
    "/ppp/profile": [
      { name: "default" },
      { name: "10M", "rate-limit": "5M/10M", "remote-address": "pool1" },
      { name: "isolir", "rate-limit": "256k/256k", "address-list": "isolir", "remote-address": "pool1" },
    ],
    "/ppp/secret": [{ profile: "10M", disabled: "false" }],
    "/ip/firewall/filter": [
      { chain: "forward", action: "accept", "src-address-list": "isolir", protocol: "udp", "dst-port": "53" },
      { chain: "forward", action: "accept", "src-address-list": "isolir", protocol: "tcp", "dst-port": "53" },
      { chain: "forward", action: "accept", "src-address-list": "isolir", "dst-address-list": "ronda-allow" },
      { chain: "forward", action: "drop", "src-address-list": "isolir" },
    ],
    "/ip/firewall/nat": [],
  };
}
