import type { LineKey } from "../../domain/adopt/proposal.js";
import { audit, refuse } from "../books/desk.js";
import type { AdoptionDeps } from "./adopt.js";
import type { PasswordImport } from "./adoption.js";

/** Whether Ronda could write it back one day. */
export const isPasswordFit = (password: string): boolean =>
  password !== "" && password.length <= 128 && !/\p{Cc}/u.test(password);

/**
 * Keeps passwords that the router has, sealed and as already written, for managed lines that have none: so that a lost
 * router can be rebuilt. A password that the books know stays, whatever the file says.
 */
export function importPasswords(
  { store, secretBox, clock }: Pick<AdoptionDeps, "store" | "secretBox" | "clock">,
  by: string,
  router: string,
  passwords: ReadonlyMap<LineKey, string>,
): PasswordImport {
  return store.change((tx) => {
    const desk = { tx, by, atMs: Math.floor(clock.nowMs()) };
    const routerId = tx.routerId(router) ?? refuse("ROUTER_UNKNOWN", `no router ${router} in routers.yaml`);
    const without: LineKey[] = [];
    const unfit: LineKey[] = [];
    const managed = new Set<string>();
    let imported = 0;
    let kept = 0;
    for (const lineId of tx.managedLineIds(routerId)) {
      const line = tx.line(lineId);
      if (line === undefined || (line.service !== "pppoe" && line.service !== "hotspot")) continue;
      const key: LineKey = `${line.service}:${line.name}`;
      managed.add(key);
      const version = tx.access(lineId)?.passwordVersion ?? 0;
      const password = passwords.get(key);
      if (version > 0) {
        if (password !== undefined) kept += 1;
        continue;
      }
      if (password === undefined || !isPasswordFit(password)) {
        without.push(key);
        if (password !== undefined && password !== "") unfit.push(key);
        continue;
      }
      tx.setPassword(lineId, secretBox.seal(password), true);
      audit(desk, "line.import-password", "line", lineId, { passwordVersion: 0 }, { passwordVersion: 1 });
      imported += 1;
    }
    const unmanaged = [...passwords.keys()].filter((key) => !managed.has(key)).length;
    return { imported, kept, without, unmanaged, unfit };
  });
}
