import { ipv4ToNumber, isIpv4, numberToIpv4 } from "./format.js";
import type { StoredTable } from "./menu.js";

/** Hands out addresses: lowest free one of a pool's ranges, as long as there is one. */
export interface AddressPools {
  /** `poolId` is the raw `.id`; without one, addresses come from 100.64.0.0/10. Undefined when the pool is used up. */
  take(poolId: string | undefined): string | undefined;
  claim(address: string): void;
  release(address: string): void;
  clear(): void;
}

export function createAddressPools(pools: StoredTable): AddressPools {
  const used = new Set<string>();
  const firstFree = new Map<string, number>();

  const rangesOf = (poolId: string | undefined): [number, number][] => {
    const text = poolId === undefined ? "100.64.0.2-100.127.255.254" : (pools.find(poolId)?.values.get("ranges") ?? "");
    return text.split(",").flatMap((range): [number, number][] => {
      const [from = "", to = from] = range.split("-");
      return isIpv4(from) && isIpv4(to) ? [[ipv4ToNumber(from), ipv4ToNumber(to)]] : [];
    });
  };

  return {
    take(poolId) {
      const key = poolId ?? "";
      for (const [from, to] of rangesOf(poolId)) {
        for (let value = Math.max(from, firstFree.get(key) ?? from); value <= to; value++) {
          const address = numberToIpv4(value);
          if (used.has(address)) continue;
          used.add(address);
          firstFree.set(key, value + 1);
          return address;
        }
      }
      return undefined;
    },
    claim: (address) => used.add(address),
    release(address) {
      used.delete(address);
      // The lowest free address is handed out again: an address changes hands, as in the field.
      if (isIpv4(address)) firstFree.clear();
    },
    clear() {
      used.clear();
      firstFree.clear();
    },
  };
}
