/** Changes in RouterOS's own words. Only fields that Ronda owns are ever in them. */
import type { Change } from "../../domain/access/changes.js";
import { entryComment } from "../../domain/access/diff-static.js";
import { formatRateLimit, rateLimitToQueue } from "../../domain/catalog/rate-limit.js";
import type { RouterWrite } from "./access-link.js";

/** What a change writes, by attribute. A password is `***` here: these words go into the journal. */
export function wordsOf(change: Change): Record<string, string> {
  switch (change.kind) {
    case "add-ppp-profile":
    case "add-hotspot-profile":
      return {
        name: change.name,
        "rate-limit": formatRateLimit(change.rates),
        ...(change.localAddress === undefined ? {} : { "local-address": change.localAddress }),
        ...(change.remoteAddress === undefined ? {} : { "remote-address": change.remoteAddress }),
      };
    case "set-ppp-profile":
    case "set-hotspot-profile":
      return { "rate-limit": formatRateLimit(change.rates) };
    case "add-secret":
      return {
        name: change.name,
        service: "pppoe",
        ...fieldWords(change.fields),
        ...restoredWords(change.restores, "remote-address"),
      };
    case "add-hotspot-user":
      return {
        name: change.name,
        ...(change.hotspotServer === undefined ? {} : { server: change.hotspotServer }),
        ...fieldWords(change.fields),
        ...restoredWords(change.restores, "address"),
      };
    case "set-secret":
    case "set-hotspot-user":
      return fieldWords(change.fields);
    case "add-queue":
      return { name: change.name, target: change.target, ...rateLimitToQueue(change.rates) };
    case "set-queue":
      return {
        ...(change.rates === undefined ? {} : rateLimitToQueue(change.rates)),
        ...(change.disabled === undefined ? {} : { disabled: "no" }),
      };
    case "add-list-entry":
      return { list: change.list, address: change.address, comment: entryComment(change.name) };
    case "remove-list-entry":
      return { list: change.list, address: change.address };
  }
}

function fieldWords(fields: { profile?: string; disabled?: boolean; password?: true }): Record<string, string> {
  return {
    ...(fields.password === undefined ? {} : { password: hidden }),
    ...(fields.profile === undefined ? {} : { profile: fields.profile }),
    ...(fields.disabled === undefined ? {} : { disabled: fields.disabled ? "yes" : "no" }),
  };
}

/** A fixed address and the comment come back with a line; which device it was locked to was never told apart from who came. */
function restoredWords(
  restores: { readonly address: string; readonly comment: string } | undefined,
  addressName: string,
): Record<string, string> {
  if (restores === undefined) return {};
  return {
    // A reference to a pool that is gone shows as an internal id.
    ...(restores.address === "" || restores.address.startsWith("*") ? {} : { [addressName]: restores.address }),
    ...(restores.comment === "" ? {} : { comment: restores.comment }),
  };
}

/** How a password stands in the journal. */
export const hidden = "***";

const menus = {
  "ppp-profile": "/ppp/profile",
  "hotspot-profile": "/ip/hotspot/user/profile",
  secret: "/ppp/secret",
  "hotspot-user": "/ip/hotspot/user",
  queue: "/queue/simple",
  "list-entry": "/ip/firewall/address-list",
} as const;

/**
 * The write of a change. `rowId` is the `.id` as it was just read; undefined where nothing is there. `password` replaces
 * the hidden one.
 */
export function writeOf(change: Change, rowId: string | undefined, password: string | undefined): RouterWrite {
  const words = wordsOf(change);
  if (words["password"] !== undefined) {
    if (password === undefined) delete words["password"];
    else words["password"] = password;
  }
  const [verb] = change.kind.split("-", 1) as ["add" | "set" | "remove"];
  const menu = menus[change.kind.slice(verb.length + 1) as keyof typeof menus];
  if (change.kind === "remove-list-entry") {
    if (rowId === undefined) throw new Error(`no row to remove for ${change.name}`);
    return { menu: "/ip/firewall/address-list", verb: "remove", id: rowId };
  }
  // An entry that somebody disabled stands in the way of a new one.
  if (change.kind === "add-list-entry" && rowId !== undefined) {
    return { menu: "/ip/firewall/address-list", verb: "set", id: rowId, attributes: { disabled: "no" } };
  }
  if (verb === "add") return { menu, verb: "add", attributes: words };
  if (rowId === undefined) throw new Error(`no row to set for ${change.name}`);
  return { menu, verb: "set", id: rowId, attributes: words };
}
