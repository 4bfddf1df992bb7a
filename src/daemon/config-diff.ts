import { isDeepStrictEqual } from "node:util";
import type { RondaConfig, RouterConfig } from "./config.js";

export interface ConfigDiff {
  readonly added: readonly RouterConfig[];
  readonly changed: readonly {
    readonly before: RouterConfig;
    readonly after: RouterConfig;
    readonly fields: readonly string[];
  }[];
  readonly removed: readonly RouterConfig[];
  readonly unchanged: readonly RouterConfig[];
  /** Settings outside `routers` that differ and can be taken over while running, e.g. `site.name`. */
  readonly applied: readonly string[];
  /** Settings that differ and act only at a start, e.g. `http.port`. While there is one, a reload is refused as a whole. */
  readonly needsRestart: readonly string[];
}

/** What a reload would change. Routers are told apart by name: a renamed one is one removed and one added. */
export function diffConfig(before: RondaConfig, after: RondaConfig): ConfigDiff {
  const beforeByName = new Map(before.routers.map((router) => [router.name, router]));
  const afterNames = new Set(after.routers.map((router) => router.name));
  const added: RouterConfig[] = [];
  const changed: { before: RouterConfig; after: RouterConfig; fields: string[] }[] = [];
  const unchanged: RouterConfig[] = [];
  for (const router of after.routers) {
    const known = beforeByName.get(router.name);
    if (known === undefined) {
      added.push(router);
      continue;
    }
    const fields = differingFields(known, router);
    if (fields.length === 0) unchanged.push(router);
    else changed.push({ before: known, after: router, fields });
  }
  return {
    added,
    changed,
    removed: before.routers.filter((router) => !afterNames.has(router.name)),
    unchanged,
    applied: liveSettings
      .filter((setting) => !isDeepStrictEqual(setting.of(before), setting.of(after)))
      .map(({ name }) => name),
    needsRestart: startSettings
      .filter((setting) => !isDeepStrictEqual(setting.of(before), setting.of(after)))
      .map(({ name }) => name),
  };
}

function differingFields(before: RouterConfig, after: RouterConfig): string[] {
  const fields = Object.keys(after) as (keyof RouterConfig)[];
  return fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
}

interface Setting {
  readonly name: string;
  readonly of: (config: RondaConfig) => unknown;
}

/** Sockets, files, the zone that every stored day belongs to, and what the running parts were made with. */
const startSettings: readonly Setting[] = [
  { name: "site.timezone", of: ({ site }) => site.timezone },
  { name: "http.host", of: ({ http }) => http.host },
  { name: "http.port", of: ({ http }) => http.port },
  { name: "http.corsOrigins", of: ({ http }) => http.corsOrigins },
  { name: "notice", of: ({ notice }) => notice },
  { name: "database.path", of: ({ database }) => database.path },
  { name: "site.name", of: ({ site }) => site.name },
  { name: "site.language", of: ({ site }) => site.language },
  { name: "http.publicUrl", of: ({ http }) => http.publicUrl },
  { name: "database.retention", of: ({ database }) => database.retention },
];

/** Read anew whenever they are asked for. */
const liveSettings: readonly Setting[] = [
  { name: "database.backup", of: ({ database }) => database.backup },
  { name: "billing", of: ({ billing }) => billing },
];
