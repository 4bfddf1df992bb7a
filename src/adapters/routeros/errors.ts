/** Failures of one router in the words of `RouterError`: who, what, where, what to do; never a secret. */
import { RouterError, type ErrorCode } from "../../app/errors.js";
import type { Trap } from "./reply.js";

/** Who speaks: the router's name in routers.yaml, and where it was looked for. */
export interface RouterPlace {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ROUTER_UNREACHABLE",
  "ROUTER_TIMED_OUT",
  "ROUTER_PROTOCOL",
]);

/** `what` continues the sentence "router NAME (HOST:PORT): …". */
export function routerError(
  place: RouterPlace,
  code: ErrorCode,
  what: string,
  options: { cause?: unknown; trap?: Trap; routerMessage?: string } = {},
): RouterError {
  const { cause, trap } = options;
  const routerMessage = trap?.message ?? options.routerMessage;
  return new RouterError(code, place.name, `router ${place.name} (${place.host}:${place.port}): ${what}`, {
    retryable: passing.has(code),
    ...(cause === undefined ? {} : { cause }),
    ...(trap?.category === undefined ? {} : { trapCategory: trap.category }),
    ...(routerMessage === undefined ? {} : { routerMessage }),
  });
}

/** Policies of `/user/group` that a command needs (RouterOS manual, User). */
export function neededPolicy(command: string): string {
  const action = command.slice(command.lastIndexOf("/") + 1);
  if (command.startsWith("/user/") && action !== "print") return "policy";
  if (["ping", "monitor-traffic", "torch", "monitor"].includes(action)) return "test";
  if (action === "reboot" || action === "shutdown") return "reboot";
  return ["print", "get", "find", "listen", "getall"].includes(action) ? "read" : "write";
}

/** What a trap means. Texts are matched as lower-case "contains", because versions append numbers to them. */
export function trapToError(place: RouterPlace, command: string, traps: readonly Trap[]): RouterError {
  const trap = traps[0] ?? { message: "refused without a message", category: undefined };
  const words = traps.map(({ message }) => message).join("; ");
  if (words.toLowerCase().includes("not enough permissions")) {
    const policy = neededPolicy(command);
    return routerError(
      place,
      "ROUTER_NOT_PERMITTED",
      `${command} was refused (${words}); the group of the API user lacks the policy "${policy}": add it under /user group`,
      { trap },
    );
  }
  return routerError(place, "ROUTER_REFUSED", `${command} was refused: ${words}`, { trap });
}

/** Whether a refusal says that the menu does not exist: its package is absent, or the version has no such thing. */
export function isMenuMissing(error: unknown): boolean {
  return (
    error instanceof RouterError &&
    error.code === "ROUTER_REFUSED" &&
    (error.routerMessage ?? "").toLowerCase().includes("no such command")
  );
}

/** RouterOS's words for a wrong name or password; any other refusal of `/login` is kept in its own words. */
export function loginRefusal(place: RouterPlace, username: string, traps: readonly Trap[]): RouterError {
  const trap = traps[0] ?? { message: "refused without a message", category: undefined };
  const words = trap.message.toLowerCase();
  if (words.includes("not enough permissions") || words.includes("not allowed")) {
    return routerError(
      place,
      "ROUTER_NOT_PERMITTED",
      `the login of user "${username}" was refused (${trap.message}); its group lacks the policy "api", or its address= shuts us out`,
      { trap },
    );
  }
  return routerError(
    place,
    "ROUTER_LOGIN_FAILED",
    `the login of user "${username}" was refused (${trap.message}); check username and password in routers.yaml`,
    { trap },
  );
}

const connectHints: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; enable the service under /ip service and check the port",
  EHOSTUNREACH: "no way to that address; check cable, route and firewall",
  ENETUNREACH: "no way to that network; check route and default gateway",
  ENOTFOUND: "the host name is unknown; check host in routers.yaml and the DNS server",
  EAI_AGAIN: "the DNS server does not answer; check it, or write the address into routers.yaml",
  ETIMEDOUT: "no answer; check address, power and firewall",
  ECONNRESET: "the router reset the connection; check its firewall and /ip service",
};

const tlsCodes =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|EPROTO)/;

/** What the socket reported, before or after the login. */
export function socketError(place: RouterPlace, doing: string, error: NodeJS.ErrnoException): RouterError {
  const code = error.code ?? "";
  if (tlsCodes.test(code)) return tlsError(place, error);
  const hint = connectHints[code];
  const detail = [code === "" ? error.message : code, hint]
    .filter((part) => part !== undefined && part !== "")
    .join(": ");
  return routerError(place, "ROUTER_UNREACHABLE", `${doing} failed, ${detail}`, { cause: error });
}

function tlsError(place: RouterPlace, error: NodeJS.ErrnoException): RouterError {
  const noCertificate = (error.code ?? "").includes("HANDSHAKE_FAILURE") || error.message.includes("handshake failure");
  const hint = noCertificate
    ? "the router may have no certificate on api-ssl: give it one, or set tls mode anonymous knowing that it proves no identity"
    : "check tls in routers.yaml against the certificate of api-ssl under /ip service";
  return routerError(place, "ROUTER_TLS_REFUSED", `TLS was refused (${error.code ?? error.message}); ${hint}`, {
    cause: error,
  });
}
