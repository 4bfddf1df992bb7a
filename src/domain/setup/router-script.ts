/** What `ronda router-script` prints: the lines of `setup-lines.ts` with a word to each. Pure. */
import type { RosMajor } from "./least-policies.js";
import { isPasteable, quoteRos } from "./ros-text.js";
import { allowList, natRules, needsFirewall, needsPppProfile, type RouterSetup } from "./router-setup.js";
import {
  filterLines,
  groupLines,
  hotspotProfileLines,
  ipv6Lines,
  natLines,
  pppProfileLines,
  userAdd,
  userLines,
  walledGardenLines,
} from "./setup-lines.js";

export interface ScriptOptions {
  readonly major: RosMajor;
  /** Printed only when a person asked for it. */
  readonly password: string | undefined;
  /** From where alone Ronda's user may log in: this machine as the router sees it. */
  readonly ownAddress: string | undefined;
  /** A PPP profile that the isolir profile takes its addresses from. */
  readonly like: string | undefined;
}

/** `refused` says which setting cannot be pasted. */
export type RouterScript = { readonly lines: readonly string[] } | { readonly refused: string };

/** Lines for the router's terminal, for one major version. Comments are ASCII and hold no `?`, which asks for help there. */
export function createRouterScript(setup: RouterSetup, options: ScriptOptions): RouterScript {
  const refused = refusedText(setup, options);
  if (refused !== undefined) return { refused };
  const { major, like } = options;
  const sections = [
    section("Ronda's group: it may use the API and no more.", groupLines(setup, major)),
    section("Ronda's user.", userSection(setup, options)),
    section("The PPP profile of isolated customers.", [
      ...profileNotes(setup, like),
      ...pppProfileLines(setup, major, like),
    ]),
    section("The hotspot user profile of isolated customers.", hotspotProfileLines(setup)),
    section(
      "Isolated customers reach DNS, the notice page and allowed hosts; above fasttrack and established.",
      filterLines(setup),
    ),
    section("The same for IPv6.", ipv6Lines(setup, major)),
    section("Their web requests are shown the notice page.", natSection(setup)),
    section("Hotspot visitors may read the notice page without a login.", walledGardenLines(setup)),
    section("Hosts that isolated customers may reach: take the # away, with names of your own.", allowExamples(setup)),
  ];
  return {
    lines: sections
      .filter((lines) => lines.length > 0)
      .flatMap((lines) => ["", ...lines])
      .slice(1),
  };
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`# ${title}`, ...lines];
}

function refusedText({ username, isolation }: RouterSetup, { password, like }: ScriptOptions): string | undefined {
  const texts: [what: string, text: string | undefined][] = [
    ["username", username],
    ["isolation.profile", isolation.profile],
    ["isolation.addressList", isolation.addressList],
    ["isolation.hotspotProfile", isolation.hotspotProfile],
    ["password", password],
    ["--like", like],
  ];
  return texts.find(([, text]) => text !== undefined && !isPasteable(text))?.[0];
}

function userSection(setup: RouterSetup, { password, ownAddress }: ScriptOptions): string[] {
  const { apiService, apiPort } = setup;
  const service = [
    `# The service ${apiService} must be on, port ${apiPort}. Better also closed to everybody else:`,
    `# /ip service set ${apiService} disabled=no port=${apiPort} address=${ownAddress ?? "ADDRESS-OF-THIS-MACHINE"}`,
  ];
  if (password !== undefined) return [...userLines(setup, password, ownAddress), ...service];
  return [
    "# Type this line yourself, without the #, with the password that routers.yaml has (--with-password prints it):",
    `# ${userAdd(setup, '"PASSWORD"', ownAddress)}`,
    ...service,
  ];
}

function profileNotes(setup: RouterSetup, like: string | undefined): string[] {
  if (!needsPppProfile(setup) || like !== undefined) return [];
  return [
    "# It gives no addresses. Where secrets have none of their own, name the profile that gives them:",
    `# ronda router-script ${setup.routerName} --like NAME-OF-A-PROFILE`,
  ];
}

function natSection(setup: RouterSetup): string[] {
  if (!needsFirewall(setup)) return [];
  if (natRules(setup).length > 0) return natLines(setup);
  const why =
    setup.notice === undefined
      ? "There is no notice page in routers.yaml (notice:), so nothing is shown to them."
      : "The notice page listens on every address: say which one the router shall use, with --address.";
  return [`# ${why}`];
}

function allowExamples(setup: RouterSetup): string[] {
  if (!needsFirewall(setup)) return [];
  const hosts = [
    ["bayar.example.net", "your own payment page"],
    ["app.midtrans.com", "a payment gateway, as it names its hosts"],
    ["wa.me", "WhatsApp"],
    ["web.whatsapp.com", "WhatsApp"],
    ["g.whatsapp.net", "WhatsApp"],
  ] as const;
  return hosts.map(
    ([host, what]) =>
      `# /ip firewall address-list add list=${allowList} address=${host} comment=${quoteRos(`ronda: ${what}`)}`,
  );
}
