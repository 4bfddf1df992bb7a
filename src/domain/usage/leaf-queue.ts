import type { QueueShapeRow } from "../router/readings.js";

/** Whether a queue's target is one host: `10.16.97.102/32`, `10.16.97.102` or `2001:db8::5/128`. */
export function isHostTarget(target: string): boolean {
  if (target.includes(",")) return false;
  const [address, prefix, ...rest] = target.split("/");
  if (address === undefined || rest.length > 0) return false;
  if (address.includes(":")) return prefix === "128" || prefix === undefined;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) && (prefix === "32" || prefix === undefined);
}

/**
 * Names of the queues that are static lines: made by hand, with one host as target, and nobody's parent. Dynamic ones
 * (`<pppoe-…>`, `<hotspot-…>`, DHCP's) belong to sessions that are counted elsewhere. A name that stands twice is no
 * line: its counters could not be told apart.
 */
export function staticLeafNames(shapes: readonly QueueShapeRow[]): Set<string> {
  const parents = new Set(shapes.map((queue) => queue.parent));
  const seen = new Set<string>();
  const leaves = new Set<string>();
  for (const queue of shapes) {
    if (seen.has(queue.name)) leaves.delete(queue.name);
    else if (!queue.dynamic && !parents.has(queue.name) && isHostTarget(queue.target)) leaves.add(queue.name);
    seen.add(queue.name);
  }
  return leaves;
}
