import { createAdoptionBooks } from "../adapters/sqlite/adoption-books.js";
import { createBooksStore } from "../adapters/sqlite/books-store.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import { phoneNumbers } from "../adapters/system/phone-numbers.js";
import type { AccessReader } from "../app/access/access-link.js";
import { createAdoption, readForAdoption, type AdoptableRouter } from "../app/adopt/adopt.js";
import type { Adoption } from "../app/adopt/adoption.js";
import type { SecretBox } from "../app/books/secret-box.js";
import { OperationalError, RouterError } from "../app/errors.js";
import type { Clock, RouterReader } from "../app/ports.js";
import { isOtherDevice } from "../app/rounds/walk-round.js";
import type { ObservedAccess } from "../domain/access/observed.js";
import type { DeviceIdentity } from "../domain/router/readings.js";
import type { RouterConfig } from "./config.js";
import type { Money } from "./money.js";

type Device = Pick<DeviceIdentity, "softwareId" | "serialNumber">;

export interface AdoptionParts {
  readonly db: Sqlite;
  readonly clock: Pick<Clock, "nowMs">;
  readonly secretBox: Pick<SecretBox, "seal">;
  readonly money: Pick<Money, "books" | "billing" | "nextPeriodStart">;
  /** As routers.yaml has it now; undefined when it is not there. */
  readonly config: (router: string) => RouterConfig | undefined;
  readonly reader: (router: string) => RouterReader & AccessReader;
  /** The device that the books take for this router; undefined before it was ever met. */
  readonly acceptedDevice: (router: string) => Device | undefined;
}

/** Adopting, for the daemon as for the command line: they differ in whose connection reads the router. */
export function createRouterAdoption({
  db,
  clock,
  secretBox,
  money,
  config,
  reader,
  acceptedDevice,
}: AdoptionParts): Adoption {
  const store = createBooksStore(db);
  return createAdoption({
    books: money.books,
    nextPeriodStart: money.nextPeriodStart,
    openingBalance: money.billing.openingBalance,
    adoptionBooks: createAdoptionBooks(db),
    store,
    secretBox,
    phones: phoneNumbers,
    clock,
    router(name): AdoptableRouter {
      const router = config(name);
      if (router === undefined) throw new OperationalError("ROUTER_UNKNOWN", `no router ${name} in routers.yaml`);
      return {
        name,
        services: new Set(router.services),
        isolation: router.isolation,
        read: (signal) => readAcceptedRouter(router, reader(name), acceptedDevice(name), signal),
      };
    },
  });
}

/** All access tables, when it is the device that the books mean. @throws RouterError */
export async function readAcceptedRouter(
  router: RouterConfig,
  reader: RouterReader & AccessReader,
  accepted: Device | undefined,
  signal: AbortSignal,
): Promise<ObservedAccess> {
  const device = await reader.identify(signal);
  if (accepted !== undefined && isOtherDevice(accepted, device)) {
    throw new RouterError(
      "ROUTER_OTHER_DEVICE",
      router.name,
      `router ${router.name}: another device answers than the books know. If you replaced it: ronda router accept ${router.name}`,
    );
  }
  return readForAdoption(reader, { services: new Set(router.services), isolation: router.isolation }, signal);
}
