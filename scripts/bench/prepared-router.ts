/**
 * A router that costs next to nothing to ask: its replies lie ready in the form of the wire before they are asked for.
 * It holds PPPoE lines that all move when told so, and as many simple queues; names, attributes and their order are those
 * of recorded rows. It is a server to measure clients with, not a simulator: queries are ignored, logins never fail.
 */
import { readFileSync } from "node:fs";
import net from "node:net";
import { serveCalls } from "./workers.js";

type Row = Readonly<Record<string, string>>;

/** `no` stays with a line when those before it hang up. */
let lines: { readonly no: number; readonly name: string; readonly mac: string; readonly address: string }[] = [];
let moves = 0;
let bootedAtMs = performance.now() - 90 * 86_400_000;
let dialledAtMs = bootedAtMs + 40_000_000;
let isEmpty = false;
let movesWithEachReply = false;
/** Every line has a secret with this profile; without it there are no secrets. */
let secretProfile: string | undefined;
/** When each round asked what only rounds ask, once each, by the time of this process. */
let roundStartsMs: number[] = [];
let logRows: Row[] = [];
/** So many different replies are made ready, and then given out in turn. */
const variants = 4;
const connections = new Set<net.Socket>();
const encoded = new Map<string, { moves: number; bodies: Buffer[] }>();

const queueTemplate = sampleRow("queue-simple");
const interfaceTemplate = sampleRow("interface");

function sampleRow(name: string): Row {
  const file = new URL(`../../test/fixtures/samples/${name}.json`, import.meta.url);
  const { samples } = JSON.parse(readFileSync(file, "utf8")) as { samples: { row: Row }[] };
  const [first] = samples;
  if (first === undefined) throw new Error(`${name} holds no sample`);
  return first.row;
}

/** Counters of a line; they keep their number of digits for some thousand moves. */
const upload = (line: number): number => 1_200_000_000 + line * 7_919 + moves * 123_457;
const download = (line: number): number => 12_000_000_000 + line * 104_729 + moves * 1_234_567;

function tableRows(menu: string): Row[] {
  switch (menu) {
    case "/queue/simple":
      return lines.map(({ no: line, name, address }) => ({
        ...queueTemplate,
        ".id": `*${(line + 100).toString(16).toUpperCase()}`,
        name,
        target: `${address}/32`,
        bytes: `${upload(line)}/${download(line)}`,
        packets: `${Math.floor(upload(line) / 300)}/${Math.floor(download(line) / 1300)}`,
        rate: `${upload(line) % 900_000}/${download(line) % 9_000_000}`,
      }));
    case "/interface":
      return live().map(({ no: line, name }) => ({
        ...interfaceTemplate,
        ".id": `*${(0xf00000 + line).toString(16).toUpperCase()}`,
        name: `<pppoe-${name}>`,
        "rx-byte": String(upload(line)),
        "tx-byte": String(download(line)),
        "rx-packet": String(Math.floor(upload(line) / 300)),
        "tx-packet": String(Math.floor(download(line) / 1300)),
        "fp-rx-byte": String(upload(line) - 1_504_767),
      }));
    case "/ppp/active":
      return live().map(({ no: line, name, mac, address }) => ({
        ".id": `*${(0x80000000 + line).toString(16).toUpperCase()}`,
        name,
        service: "pppoe",
        "caller-id": mac,
        address,
        uptime: duration((performance.now() - dialledAtMs) / 1000),
        encoding: "",
        "session-id": `0x${(0x81300000 + line).toString(16)}`,
        "limit-bytes-in": "0",
        "limit-bytes-out": "0",
        radius: "false",
      }));
    case "/ppp/secret":
      return secretProfile === undefined
        ? []
        : lines.map(({ no: line, name, mac }) => ({
            ".id": `*${(line + 0x1000).toString(16).toUpperCase()}`,
            name,
            service: "pppoe",
            "caller-id": "",
            password: "",
            profile: secretProfile ?? "",
            "last-caller-id": mac,
            disabled: "false",
          }));
    case "/ppp/profile":
      return secretProfile === undefined
        ? []
        : [
            { ".id": "*1", name: secretProfile, "rate-limit": "5M/10M", default: "false" },
            { ".id": "*2", name: "isolir", "rate-limit": "64k/64k", default: "false" },
          ];
    case "/log":
      return logRows;
    case "/system/resource":
      return [
        {
          uptime: duration((performance.now() - bootedAtMs) / 1000),
          version: "7.16.2 (stable)",
          "cpu-load": "7",
          "cpu-count": "4",
          "free-memory": "900000000",
          "total-memory": "1073741824",
          "architecture-name": "arm",
          "board-name": "RB4011iGS+",
        },
      ];
    case "/system/clock": {
      const now = new Date(Date.now() + 7 * 3_600_000).toISOString();
      return [{ date: now.slice(0, 10), time: now.slice(11, 19), "gmt-offset": "+07:00" }];
    }
    case "/system/license":
      return [{ "software-id": "BNCH-0001", nlevel: "6" }];
    case "/system/routerboard":
      return [{ routerboard: "true", "serial-number": "HC00BENCH01", model: "RB4011iGS+" }];
    case "/system/identity":
      return [{ name: "bench" }];
    default:
      return [];
  }
}

function live(): typeof lines {
  return isEmpty ? [] : lines;
}

function duration(seconds: number): string {
  const parts: [string, number][] = [
    ["w", 604_800],
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ];
  let rest = Math.floor(seconds);
  let text = "";
  for (const [unit, size] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text || "0s";
}

/** A word: its length as in the RouterOS manual (API), then its bytes. No word here is longer than 16 KiB. */
function word(text: string): Buffer {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const head = length < 0x80 ? [length] : [0x80 | (length >> 8), length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}
const endOfSentence = Buffer.from([0]);

function bodies(menu: string, proplist: readonly string[] | undefined): Buffer[] {
  const isSmall = menu.startsWith("/system");
  const key = `${menu} ${proplist?.join() ?? ""}`;
  const variant = movesWithEachReply ? ` ${moves}` : "";
  const ready = encoded.get(key + variant);
  if (ready !== undefined && ready.moves === moves && !isSmall) return ready.bodies;
  const made = tableRows(menu).map((row) =>
    Buffer.concat([
      ...(proplist ?? Object.keys(row)).flatMap((name) => (name in row ? [word(`=${name}=${row[name] ?? ""}`)] : [])),
      endOfSentence,
    ]),
  );
  encoded.set(key + variant, { moves, bodies: made });
  return made;
}

function answer(socket: net.Socket, words: readonly string[]): void {
  const [command = ""] = words;
  const tag = words.find((text) => text.startsWith(".tag="));
  const tagged = tag === undefined ? [] : [word(tag)];
  const done = (...attributes: string[]): Buffer =>
    Buffer.concat([word("!done"), ...tagged, ...attributes.map(word), endOfSentence]);
  if (command === "/login") {
    // Clients from before 6.43 ask for a challenge first.
    const isAsking = !words.some((text) => text.startsWith("=name="));
    socket.write(isAsking ? done(`=ret=${"0123456789abcdef".repeat(2)}`) : done());
    return;
  }
  if (command === "/system/resource/print") roundStartsMs.push(performance.now());
  if (movesWithEachReply) moves = (moves + 1) % variants;
  const proplist = words.find((text) => text.startsWith("=.proplist="))?.slice("=.proplist=".length);
  const re = Buffer.concat([word("!re"), ...tagged]);
  const out: Buffer[] = [];
  for (const body of bodies(command.replace(/\/print$/, ""), proplist?.split(","))) out.push(re, body);
  out.push(done());
  socket.write(Buffer.concat(out));
}

function serve(socket: net.Socket): void {
  connections.add(socket);
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("close", () => connections.delete(socket));
  let rest: Buffer = Buffer.alloc(0);
  let words: string[] = [];
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const first = rest[0];
      if (first === undefined) return;
      const head = first < 0x80 ? 1 : 2;
      const length = first < 0x80 ? first : ((first & 0x3f) << 8) | (rest[1] ?? 0);
      if (rest.length < head + length) return;
      const text = rest.toString("latin1", head, head + length);
      rest = rest.subarray(head + length);
      if (length > 0) words.push(text);
      else if (words.length > 0) {
        answer(socket, words);
        words = [];
      }
    }
  });
}

const server = net.createServer(serve);

serveCalls({
  listen: (lineCount: number, options: { movesWithEachReply?: boolean; secretProfile?: string } = {}) =>
    new Promise<number>((resolve) => {
      for (let line = 0; line < lineCount; line++) {
        const [high, low] = [line >> 8, line & 0xff];
        const mac = [0x02, 0, 0, line >> 16, high & 0xff, low].map((byte) => byte.toString(16).padStart(2, "0"));
        lines.push({
          no: line,
          name: `pelanggan${line}rt`,
          mac: mac.join(":").toUpperCase(),
          address: `10.${10 + (high >> 8)}.${high & 0xff}.${low}`,
        });
      }
      movesWithEachReply = options.movesWithEachReply ?? false;
      secretProfile = options.secretProfile;
      server.listen(0, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
    }),
  /** When rounds began since this was last asked. */
  roundStarts: () => {
    const starts = roundStartsMs;
    roundStartsMs = [];
    return starts;
  },
  /** Every line moves, and the replies that this client will ask for are made ready. */
  move: (tables: readonly (readonly [menu: string, proplist: readonly string[] | undefined])[]) => {
    moves += 1;
    for (const [menu, proplist] of tables) bodies(menu, proplist);
  },
  /** The router booted a minute ago: no session, an empty log, every connection gone. */
  reboot: () => {
    moves += 1;
    bootedAtMs = performance.now() - 60_000;
    isEmpty = true;
    logRows = [];
    for (const socket of connections) socket.destroy();
  },
  /** Everybody is thrown off without a word in the log. */
  dropAll: () => {
    moves += 1;
    isEmpty = true;
  },
  /** The memory log as full as it gets: `count` sessions that ended, each with its login and its logout record. */
  fillLog: (count: number) => {
    moves += 1;
    logRows = lines.slice(0, count).flatMap(({ no: line, name, mac, address }) => {
      const at = { time: "10:00:00", topics: "pppoe,ppp,info,account" };
      const seconds = Math.floor((performance.now() - dialledAtMs) / 1000);
      const bytes = `${upload(line)} ${download(line)} ${Math.floor(upload(line) / 300)} ${Math.floor(download(line) / 1300)}`;
      return [
        { ".id": `*${(2 * line + 16).toString(16)}`, ...at, message: `${name} logged in, ${address} from ${mac}` },
        {
          ".id": `*${(2 * line + 17).toString(16)}`,
          ...at,
          message: `${name} logged out, ${seconds} ${bytes} from ${mac}`,
        },
      ];
    });
    lines = lines.slice(count);
  },
});
