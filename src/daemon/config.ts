import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { RouterTls } from "../adapters/routeros/tls.js";
import { OperationalError } from "../app/errors.js";
import type { BillingSection } from "./config-billing.js";
import { configWarnings, type ConfigWarning } from "./config-warnings.js";
import { ConfigError, locate, repeatIssues, schemaIssues, syntaxIssues, type ConfigIssue } from "./config-issues.js";
import { routersYaml, type RoutersYaml } from "./config-schema.js";
import { resolveSecrets, type ResolvedSecrets } from "./config-secrets.js";
import { parseYaml, type YamlSource } from "./config-yaml.js";

/** `routers.yaml`, checked and with its defaults filled in. Paths are absolute; secrets are resolved: never log it whole. */
export interface RondaConfig {
  /** Absolute path of the file this came from. */
  readonly file: string;
  readonly site: SiteConfig;
  readonly http: HttpConfig;
  /** The notice page's own listener; undefined = off. */
  readonly notice: NoticeConfig | undefined;
  readonly database: DatabaseConfig;
  /** Undefined = no billing section. */
  readonly billing: BillingSection | undefined;
  readonly routers: readonly RouterConfig[];
}

export interface SiteConfig {
  readonly name: string;
  /** IANA name, e.g. `Asia/Jakarta`. Days, due dates and months belong to it. */
  readonly timezone: string;
  readonly language: "id" | "en";
}

export interface HttpConfig {
  /** Loopback, an address of this machine in its LAN, or 0.0.0.0 for all. */
  readonly host: string;
  readonly port: number;
  /** As browsers reach it, without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly corsOrigins: readonly string[];
}

export interface NoticeConfig {
  readonly host: string;
  readonly port: number;
  /** A port of its own for each of these routers, by name. */
  readonly perRouter: Readonly<Record<string, number>>;
  /** Shown to everybody who is to pay; may have several lines. */
  readonly howToPay: string | undefined;
}

export interface DatabaseConfig {
  readonly path: string;
  readonly retention: RetentionConfig;
  readonly backup: BackupConfig | undefined;
}

/** How long usage stays. Sessions are kept for good unless `sessionsMonths` says otherwise. */
export interface RetentionConfig {
  /** 0 = no samples at all. */
  readonly samplesDays: number;
  readonly hoursMonths: number;
  readonly daysYears: number;
  readonly sessionsMonths: number | undefined;
}

export interface BackupConfig {
  readonly dir: string;
  /** How many backups stay. */
  readonly keep: number;
  /** `HH:MM` in the site's zone. */
  readonly at: string;
}

export type RouterService = "pppoe" | "hotspot" | "static";

export interface RouterConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Undefined = the plain API. A pinned fingerprint is 64 lower-case hex digits, `caFile` is absolute. */
  readonly tls: RouterTls | undefined;
  readonly username: string;
  readonly password: string;
  /** `observe` writes nothing to the router. */
  readonly mode: "observe" | "enforce";
  readonly pollEveryMs: number;
  readonly services: readonly RouterService[];
  readonly isolation: IsolationConfig;
}

export interface IsolationConfig {
  readonly method: "profile" | "disable" | "address-list";
  readonly profile: string;
  readonly addressList: string;
  /** Undefined = hotspot users are disabled instead. */
  readonly hotspotProfile: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadedConfig {
  readonly config: RondaConfig;
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Reads and checks the configuration file.
 *
 * @param file path as the operator gave it; error messages repeat it, relative to the working directory where shorter.
 * @throws OperationalError CONFIG_NOT_FOUND; ConfigError CONFIG_INVALID with every issue found, or CONFIG_SECRET_MISSING
 *   when missing secrets are all that is wrong. No message holds the value of a secret.
 */
export function loadConfig(file: string, env: Environment): LoadedConfig {
  const path = resolve(file);
  const shown = shortestName(path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "error";
    throw new OperationalError("CONFIG_NOT_FOUND", `${shown}: ${unreadable(reason, path)}`, { cause });
  }
  const loaded = parseConfig(decodeUtf8(bytes, shown), {
    path,
    shownAs: shown,
    env,
    readSecretFile: (secretPath) => readFileSync(secretPath, "utf8"),
  });
  return { config: loaded.config, warnings: [...loaded.warnings, ...openFileWarnings(path, shown, loaded)] };
}

/** Refuses what Node would replace with a sign that nobody wrote: in a password it would only show at the router. */
function decodeUtf8(bytes: Buffer, shown: string): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch {
    let line = 1;
    // No byte of a longer character is a line end, so each line can be tried by itself.
    for (let start = 0; start < bytes.length; line += 1) {
      const found = bytes.indexOf(0x0a, start);
      const end = found === -1 ? bytes.length : found;
      try {
        decoder.decode(bytes.subarray(start, end));
      } catch {
        break;
      }
      start = end + 1;
    }
    const problem = "this line is not UTF-8 text; save the file as UTF-8";
    throw new ConfigError(shown, [{ line, column: 1, path: "", problem, secretMissing: false }]);
  }
}

function unreadable(reason: string, path: string): string {
  switch (reason) {
    case "EISDIR":
      return `is a folder; name the file in it: --config ${join(shortestName(path), "routers.yaml")}`;
    case "ENOENT":
      return "is not there (ENOENT); copy routers.example.yaml to routers.yaml and edit it, or name another file with --config";
    case "EACCES":
      return "may not be read by this user (EACCES); run as the user it belongs to, or give that user the right to read it";
    default:
      return `cannot be read (${reason}); check that it is a file which this user may read`;
  }
}

export interface ParseOptions {
  /** Absolute path of the file; relative paths inside it are relative to its folder. */
  readonly path: string;
  /** How messages call the file. */
  readonly shownAs: string;
  readonly env: Environment;
  readonly readSecretFile: (absolutePath: string) => string;
}

/** Whether any password stands in the file itself: then the file is as secret as the password. */
interface ParsedConfig extends LoadedConfig {
  readonly hasLiteralPassword: boolean;
}

/** As `loadConfig`, on a text in hand. */
export function parseConfig(text: string, options: ParseOptions): ParsedConfig {
  const source = parseYaml(text);
  const directory = dirname(options.path);
  const found = collectIssues(source, directory, options);
  if (found.yaml === undefined) throw new ConfigError(options.shownAs, found.issues);

  const config = toConfig(found.yaml, found.secrets, options.path);
  return {
    config,
    warnings: configWarnings(config, found.secrets, (path) => locate(source, path)),
    hasLiteralPassword: found.secrets.hasLiteralPassword,
  };
}

type Collected =
  | { readonly yaml: undefined; readonly issues: readonly ConfigIssue[] }
  | { readonly yaml: RoutersYaml; readonly secrets: ResolvedSecrets };

function collectIssues(source: YamlSource, directory: string, options: ParseOptions): Collected {
  const issues = syntaxIssues(source);
  if (source.value === undefined) return { yaml: undefined, issues };

  const parsed = routersYaml.safeParse(source.value);
  if (!parsed.success) issues.push(...schemaIssues(source, parsed.error.issues));
  issues.push(...repeatIssues(source));
  const secrets = resolveSecrets(source, {
    directory,
    env: options.env,
    readSecretFile: options.readSecretFile,
  });
  issues.push(...secrets.issues);

  if (issues.length > 0 || !parsed.success) return { yaml: undefined, issues };
  return { yaml: parsed.data, secrets };
}

function toConfig(yaml: RoutersYaml, secrets: ResolvedSecrets, path: string): RondaConfig {
  const directory = dirname(path);
  const { database, billing, http } = yaml;
  return {
    file: path,
    site: yaml.site,
    http: {
      host: http.host,
      port: http.port,
      publicUrl: http.publicUrl?.replace(/\/+$/, ""),
      corsOrigins: http.corsOrigins,
    },
    notice: yaml.notice && { ...yaml.notice, howToPay: yaml.notice.howToPay },
    database: {
      path: resolve(directory, database.path),
      retention: { ...database.retention, sessionsMonths: database.retention.sessionsMonths },
      backup: database.backup && { ...database.backup, dir: resolve(directory, database.backup.dir) },
    },
    billing,
    routers: yaml.routers.map((router, index) => ({
      name: router.name,
      host: router.host,
      port: router.port ?? (router.tls === undefined ? 8728 : 8729),
      tls: toTls(router.tls, directory),
      username: secrets.valueAt(index, "username"),
      password: secrets.valueAt(index, "password"),
      mode: router.mode,
      pollEveryMs: router.pollEvery,
      services: router.services,
      isolation: { ...router.isolation, hotspotProfile: router.isolation.hotspotProfile },
    })),
  };
}

function toTls(tls: RoutersYaml["routers"][number]["tls"], directory: string): RouterTls | undefined {
  switch (tls?.mode) {
    case undefined:
      return undefined;
    case "pin":
      return { mode: "pin", fingerprint: tls.fingerprint };
    case "ca":
      return {
        mode: "ca",
        ...(tls.caFile === undefined ? {} : { caFile: resolve(directory, tls.caFile) }),
        ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
      };
    case "anonymous":
      return { mode: "anonymous" };
  }
}

function openFileWarnings(path: string, shown: string, { hasLiteralPassword }: ParsedConfig): ConfigWarning[] {
  if (!hasLiteralPassword || process.platform === "win32") return [];
  if ((statSync(path).mode & 0o004) === 0) return [];
  return [
    {
      line: undefined,
      column: undefined,
      path: "",
      problem: `holds a password and every user of this machine can read it; chmod 600 ${shown}, or use \${NAME} or file:`,
    },
  ];
}

function shortestName(path: string): string {
  const fromHere = relative(process.cwd(), path);
  if (fromHere === "") return basename(path);
  return fromHere.length < path.length && !fromHere.startsWith("..") ? fromHere : path;
}
