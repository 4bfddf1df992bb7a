import { isIPv4 } from "node:net";
import type { RouterSetup } from "../domain/setup/router-setup.js";
import type { RondaConfig, RouterConfig } from "./config.js";
import { noticePortOf } from "./notice.js";

/**
 * What has to stand on a router, by routers.yaml.
 *
 * @param ownAddress this machine as the router sees it, where somebody knows it: the notice page's address when it
 *   listens on all of them.
 */
export function toRouterSetup(config: RondaConfig, router: RouterConfig, ownAddress?: string): RouterSetup {
  const { notice } = config;
  const { name, services, mode, isolation, username, tls, port } = router;
  return {
    routerName: name,
    services,
    mode,
    isolation,
    username,
    apiService: tls === undefined ? "api" : "api-ssl",
    apiPort: port,
    notice: notice && { address: noticeAddress(notice.host) ?? ownAddress, port: noticePortOf(notice, name) },
  };
}

/** Undefined where the listening address is none that a router could send customers to. */
function noticeAddress(host: string): string | undefined {
  return isIPv4(host) && host !== "0.0.0.0" && !host.startsWith("127.") ? host : undefined;
}
