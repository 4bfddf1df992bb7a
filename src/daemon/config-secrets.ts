import { resolve } from "node:path";
import { locate, type ConfigIssue } from "./config-issues.js";
import { isMap } from "./config-schema.js";
import type { YamlSource } from "./config-yaml.js";

export type SecretField = "username" | "password";

export interface ResolvedSecrets {
  readonly issues: readonly ConfigIssue[];
  /** Whether a password stands in routers.yaml itself. */
  readonly hasLiteralPassword: boolean;
  /** Fields with `${` inside a longer text: taken as they stand. */
  readonly literalDollars: readonly { readonly index: number; readonly field: SecretField }[];
  /** The value of a field of `routers[index]`; call only when there were no issues. */
  valueAt(index: number, field: SecretField): string;
}

interface SecretSources {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readSecretFile: (absolutePath: string) => string;
}

type Outcome = { readonly value: string; readonly from: "file" | "env" | "here" } | { readonly problem: string };

/**
 * Finds `username` and `password` of every router. `${NAME}` as the whole value is an environment variable, `file:PATH` a
 * file (relative to routers.yaml; one trailing line end is dropped), anything else stands for itself. Works on unchecked
 * data, so that one run names every missing secret; what is not text is left to the schema.
 */
export function resolveSecrets(source: YamlSource, from: SecretSources): ResolvedSecrets {
  const values = new Map<string, string>();
  const issues: ConfigIssue[] = [];
  const literalDollars: { index: number; field: SecretField }[] = [];
  let hasLiteralPassword = false;

  const list: unknown = isMap(source.value) ? source.value["routers"] : undefined;
  for (const [index, entry] of (Array.isArray(list) ? (list as unknown[]) : []).entries()) {
    if (!isMap(entry)) continue;
    for (const field of ["username", "password"] as const) {
      const written = entry[field];
      if (typeof written !== "string" || written === "") continue;
      const outcome = resolveOne(written, from);
      if ("problem" in outcome) {
        const place = locate(source, ["routers", index, field]);
        issues.push({ ...place, problem: outcome.problem, secretMissing: true });
        continue;
      }
      values.set(`${index}.${field}`, outcome.value);
      if (outcome.from === "here") {
        if (field === "password") hasLiteralPassword = true;
        if (written.includes("${")) literalDollars.push({ index, field });
      }
    }
  }

  return {
    issues,
    hasLiteralPassword,
    literalDollars,
    valueAt(index, field) {
      const value = values.get(`${index}.${field}`);
      if (value === undefined) throw new Error(`routers[${index}].${field} was not resolved`);
      return value;
    },
  };
}

function resolveOne(written: string, { directory, env, readSecretFile }: SecretSources): Outcome {
  const reference = /^\$\{([^{}]*)\}$/.exec(written);
  if (reference !== null) return fromEnvironment(reference[1] ?? "", env);
  if (written.startsWith("file:"))
    return fromFile(resolve(directory, written.slice("file:".length).trim()), readSecretFile);
  return { value: written, from: "here" };
}

function fromEnvironment(name: string, env: SecretSources["env"]): Outcome {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return { problem: "expected ${NAME} with letters, digits and _ in NAME, found another name" };
  }
  const value = env[name];
  if (value === undefined) return { problem: `expected the environment variable ${name}, found it not set` };
  if (value === "") return { problem: `expected the environment variable ${name}, found it empty` };
  return { value, from: "env" };
}

function fromFile(path: string, readSecretFile: SecretSources["readSecretFile"]): Outcome {
  let content: string;
  try {
    content = readSecretFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "error";
    return { problem: `expected a readable file ${path}, found ${reason}` };
  }
  const value = content.replace(/\r?\n$/, "");
  if (value === "") return { problem: `expected a secret in the file ${path}, found it empty` };
  if (/[\r\n]/.test(value)) return { problem: `expected one line in the file ${path}, found several` };
  return { value, from: "file" };
}
