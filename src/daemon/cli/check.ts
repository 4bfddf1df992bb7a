import { formatFinding } from "../config-issues.js";
import { loadConfig, type LoadedConfig } from "../config.js";
import { ConfigError } from "../config-issues.js";
import { exitCode, toJson, type Terminal } from "./terminal.js";

/** `ronda check`: whether the file is right. Reads no router and opens no database. */
export function runCheck(terminal: Terminal, file: string, isJson: boolean): number {
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(file, terminal.env);
  } catch (error) {
    if (!isJson || !(error instanceof ConfigError)) throw error;
    terminal.out(toJson({ ok: false, code: error.code, issues: error.issues, warnings: [] }));
    return exitCode.failed;
  }
  const { config, warnings } = loaded;
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
