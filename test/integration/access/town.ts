import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../../src/simulator/index.js";
import { AccessRig, type AccessRigOptions } from "../../fakes/access-rig.js";
import { createSeed } from "../store/access-books.js";

/** Where the stories begin: a router with a plan's profile and the isolir profile, nobody on it yet, and who keeps it. */
export interface Town {
  readonly world: World;
  readonly router: SimulatedRouter;
  readonly rig: AccessRig;
  /** Writes rows of the books. */
  readonly seed: ReturnType<typeof createSeed>;
}

/** The caller closes its `rig`. */
export async function createTown(options: AccessRigOptions = {}): Promise<Town> {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 2, 0) });
  const router = createSimulatedRouter(world, { personality: "7.16" });
  router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
  router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M", "remote-address": "pool" });
  router.ppp.addProfile({
    name: "isolir",
    "rate-limit": "256k/256k",
    "address-list": "isolir",
    "remote-address": "pool",
  });
  world.advance(100_000);
  const rig = await AccessRig.create(world, router, options);
  return { world, router, rig, seed: createSeed(rig.db) };
}

/** The profile that a secret names, for its next login. */
export function secretProfile({ ppp }: SimulatedRouter, name: string): string | undefined {
  const row = ppp.tables.secrets.byName(name);
  return ppp.tables.profiles.find(row?.values.get("profile") ?? "")?.values.get("name");
}

/** The profiles that the live sessions of a name run under. */
export function liveProfilesOf({ ppp }: SimulatedRouter, name: string): string[] {
  return [...ppp.sessions].filter((session) => session.name === name).map(({ snapshot }) => snapshot.profileName);
}
