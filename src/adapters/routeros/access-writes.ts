/** Every write that Ronda can send, with every attribute that may go with it: the fields it owns and those it gives an object that it adds. */
import type { RemovableMenu, RouterWrite, WritableMenu } from "../../app/access/access-link.js";
import { declareWrite, type WriteCommand } from "./commands.js";

/** In this order on the wire, whoever asks. */
const writable: Readonly<Record<WritableMenu, { readonly add: readonly string[]; readonly set: readonly string[] }>> = {
  "/ppp/profile": {
    add: ["name", "local-address", "remote-address", "rate-limit", "comment"],
    set: ["rate-limit"],
  },
  "/ppp/secret": {
    add: [
      "name",
      "password",
      "service",
      "caller-id",
      "profile",
      "local-address",
      "remote-address",
      "disabled",
      "comment",
    ],
    set: ["password", "profile", "disabled"],
  },
  // User profiles of a hotspot take no comment.
  "/ip/hotspot/user/profile": {
    add: ["name", "address-pool", "rate-limit", "shared-users"],
    set: ["rate-limit"],
  },
  "/ip/hotspot/user": {
    add: ["name", "password", "server", "profile", "mac-address", "address", "disabled", "comment"],
    set: ["password", "profile", "disabled"],
  },
  "/queue/simple": {
    add: [
      "name",
      "target",
      "parent",
      "priority",
      "limit-at",
      "max-limit",
      "burst-limit",
      "burst-threshold",
      "burst-time",
      "disabled",
      "comment",
      "place-before",
    ],
    set: ["priority", "limit-at", "max-limit", "burst-limit", "burst-threshold", "burst-time", "disabled"],
  },
  "/ip/firewall/address-list": {
    add: ["list", "address", "disabled", "comment"],
    set: ["disabled", "comment"],
  },
};

const removable: readonly RemovableMenu[] = [
  "/ppp/active",
  "/ip/hotspot/active",
  "/ip/hotspot/cookie",
  "/ip/firewall/address-list",
];

const commands = new Map<string, WriteCommand>();
function declare(menu: string, verb: WriteCommand["verb"], attributes: readonly string[]): void {
  commands.set(`${menu}/${verb}`, declareWrite({ menu, verb, attributes }));
}
for (const [menu, { add, set }] of Object.entries(writable)) {
  declare(menu, "add", add);
  declare(menu, "set", set);
}
for (const menu of removable) declare(menu, "remove", []);

/**
 * The command word and its attributes, in the declared order. Throws for a write that was not declared, for one that
 * changes nothing, and for an id that is not exactly one row's: all of them bugs of ours.
 */
export function writeToWords(write: RouterWrite): {
  readonly command: string;
  readonly attributes: Readonly<Record<string, string>>;
} {
  const command = `${write.menu}/${write.verb}`;
  const declared = commands.get(command);
  if (declared === undefined) throw new Error(`${command} is not among the declared writes`);
  const given = write.verb === "remove" ? {} : write.attributes;
  for (const name of Object.keys(given)) {
    if (!declared.attributes.includes(name))
      throw new Error(`${command} with ${name} is not among the declared writes`);
  }
  const entries = declared.attributes.flatMap((name): [string, string][] => {
    const value = given[name];
    return value === undefined ? [] : [[name, value]];
  });
  if (write.verb !== "remove" && entries.length === 0) throw new Error(`${command} without any attribute`);
  if (write.verb === "add") return { command, attributes: Object.fromEntries(entries) };
  // `*1,*2` would be two rows.
  if (!/^\*[0-9A-Fa-f]+$/.test(write.id)) throw new Error(`${command}: ${JSON.stringify(write.id)} is no row's id`);
  return { command, attributes: Object.fromEntries([[".id", write.id], ...entries]) };
}
