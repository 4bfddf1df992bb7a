import type { DeviceIdentity } from "../../domain/router/readings.js";
import { RouterError } from "../errors.js";
import { isOtherDevice } from "../rounds/walk-round.js";
import type { RouterWriter } from "./access-link.js";

export type Accepted = Pick<DeviceIdentity, "softwareId" | "serialNumber">;

/** @throws RouterError when the device that answers is not the accepted one, or none was accepted yet. */
export function refuseOther(accepted: Accepted | undefined, found: DeviceIdentity, routerName: string): void {
  if (accepted === undefined) {
    throw new RouterError("ROUTER_UNREACHABLE", routerName, `router ${routerName}: no round has read it yet`, {
      retryable: true,
    });
  }
  if (!isOtherDevice(accepted, found)) return;
  throw new RouterError(
    "ROUTER_OTHER_DEVICE",
    routerName,
    `router ${routerName}: another device answers; nothing is written to it`,
    { retryable: true },
  );
}

/** Nobody but the accepted device is written to: asked once on each connection of the writing lane. */
export class DeviceCheck {
  private readonly deps: {
    readonly routerName: string;
    readonly writer: RouterWriter;
    readonly acceptedIdentity: () => Accepted | undefined;
  };
  private checkedConnectionNo = 0;

  constructor(deps: DeviceCheck["deps"]) {
    this.deps = deps;
  }

  /** @throws RouterError when it cannot be asked, or is another one. */
  async check(signal: AbortSignal): Promise<void> {
    const { writer, acceptedIdentity, routerName } = this.deps;
    const identity = await writer.identify(signal);
    if (writer.connectionNo === this.checkedConnectionNo) return;
    refuseOther(acceptedIdentity(), identity, routerName);
    this.checkedConnectionNo = writer.connectionNo;
  }

  /** A writer that writes only on the connection whose device was checked. */
  guarded(): RouterWriter {
    const { writer, routerName } = this.deps;
    return new Proxy(writer, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "write") return typeof value === "function" ? (value as () => unknown).bind(target) : value;
        return (...given: Parameters<RouterWriter["write"]>) =>
          target.connectionNo === this.checkedConnectionNo
            ? target.write(...given)
            : Promise.reject(
                new RouterError(
                  "ROUTER_UNREACHABLE",
                  routerName,
                  `router ${routerName}: the connection was made anew`,
                  {
                    retryable: true,
                  },
                ),
              );
      },
    });
  }
}
