import type { ScriptOptions } from "../../src/domain/setup/router-script.js";
import { createRouterScript } from "../../src/domain/setup/router-script.js";
import type { RouterSetup } from "../../src/domain/setup/router-setup.js";

/** A router that uses everything: PPPoE, hotspot and static lines, and a notice page. */
export const wholeSetup: RouterSetup = {
  routerName: "hex",
  services: ["pppoe", "hotspot", "static"],
  mode: "enforce",
  isolation: { method: "profile", profile: "isolir", addressList: "isolir", hotspotProfile: "isolir-hs" },
  username: "ronda",
  apiService: "api",
  apiPort: 8728,
  notice: { address: "192.168.88.10", port: 8081 },
};

/** The script as it is pasted; throws when it is refused. */
export function scriptText(setup: RouterSetup, options: Partial<ScriptOptions> & Pick<ScriptOptions, "major">): string {
  const script = createRouterScript(setup, {
    password: "kata-sandi",
    ownAddress: "192.168.88.10",
    like: undefined,
    ...options,
  });
  if ("refused" in script) throw new Error(`refused: ${script.refused}`);
  return `${script.lines.join("\n")}\n`;
}
