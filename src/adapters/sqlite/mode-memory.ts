import type { Sqlite } from "./open.js";

/** Which mode each router ran in last: the way from `observe` to `enforce` is one that a person looks at first. */
export interface ModeMemory {
  read(routerId: number): "observe" | "enforce" | undefined;
  remember(routerId: number, mode: "observe" | "enforce"): void;
}

export function createModeMemory(db: Sqlite): ModeMemory {
  const select = db.prepare<[string], string>("select value from meta where key = ?").pluck();
  const put = db.prepare(
    "insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value where value <> excluded.value",
  );
  const keyOf = (routerId: number): string => `mode of router ${routerId}`;
  return {
    read: (routerId) => {
      const value = select.get(keyOf(routerId));
      return value === "observe" || value === "enforce" ? value : undefined;
    },
    remember: (routerId, mode) => void put.run(keyOf(routerId), mode),
  };
}
