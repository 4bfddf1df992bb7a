import { formatFinding } from "../config-issues.js";
import { loadConfig, type LoadedConfig } from "../config.js";
import { ConfigError } from "../config-issues.js";
import { nobodySignsIn } from "../config-warnings.js";
import { isReachable } from "../reach.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";
import type { CliWiring } from "./wiring-port.js";

/** `ronda check`: whether the file is right. Reads no router; of the books only whether anybody has to sign in. */
export async function runCheck(
  terminal: Terminal,
  wiring: Pick<CliWiring, "knowsAnybody">,
  file: string,
  isJson: boolean,
): Promise<number> {
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(file, terminal.env);
  } catch (error) {
    if (!isJson || !(error instanceof ConfigError)) throw error;
    terminal.out(toJson({ ok: false, code: error.code, issues: error.issues, warnings: [] }));
    return exitCode.failed;
  }
  const { config } = loaded;
  const isNobodyKnown = isReachable(config) && (await wiring.knowsAnybody(config)) !== true;
  const warnings = isNobodyKnown ? [...loaded.warnings, nobodySignsIn] : loaded.warnings;
  const routers = config.routers.map(({ name, host, port, tls, mode, pollEveryMs, services }) => ({
    name,
    host,
    port,
    tls: tls?.mode ?? "none",
    mode,
    pollEveryMs,
    services,
  }));
  if (isJson) {
    terminal.out(toJson({ ok: true, issues: [], warnings, routers }));
    return exitCode.ok;
  }
  for (const warning of warnings) terminal.out(`warning: ${formatFinding(file, warning)}\n`);
  const count = routers.length === 1 ? "1 router" : `${routers.length} routers`;
  terminal.out(`${file}: right, ${count}, days in ${config.site.timezone}\n`);
  for (const { name, host, port, tls, mode, pollEveryMs, services } of routers) {
    const secured = tls === "none" ? "plain" : `tls ${tls}`;
    terminal.out(
      `  ${name}  ${host}:${port} (${secured}), ${mode}, every ${pollEveryMs / 1000} s: ${services.join(", ")}\n`,
    );
  }
  return exitCode.ok;
}
