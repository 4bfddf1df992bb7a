import { OperationalError } from "../../app/errors.js";

/** @param section of routers.yaml that says where to listen. */
export function asListenError(error: unknown, host: string, port: number, section: "http" | "notice"): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return new OperationalError(
      "PORT_IN_USE",
      `port ${port} on ${host} is taken by another program (perhaps Ronda runs already): stop that one, or set ` +
        `another ${section}.port in routers.yaml`,
      { retryable: true, cause: error },
    );
  }
  if (code === "EADDRNOTAVAIL" || code === "EACCES" || code === "ENOTFOUND") {
    const why = code === "EACCES" ? "this user may not listen there" : "this machine has no such address";
    return new OperationalError(
      "CONFIG_INVALID",
      `cannot listen on ${host} port ${port}: ${why}; change ${section}.host or ${section}.port in routers.yaml`,
      { cause: error },
    );
  }
  return error;
}
