/** Compiles what zod schemas say of plain data into one function, so that nothing is looked up or copied per reply. */
import type { ZodType } from "zod";

/** What is looked at of a zod definition; the library's own types are one for each kind. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly check?: string;
  readonly coerce?: boolean;
  readonly shape?: Readonly<Record<string, ZodType>>;
  readonly catchall?: ZodType;
  readonly element?: ZodType;
  readonly innerType?: ZodType;
  readonly options?: readonly ZodType[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly keyType?: ZodType;
  readonly valueType?: ZodType;
}

interface Check {
  readonly check: string;
  readonly value?: unknown;
  readonly inclusive?: boolean;
  readonly format?: string;
}

/** True: the schema takes this value as it is, and nothing in it is unknown to the schema. */
export type PlainCheck = (value: unknown) => boolean;

/**
 * The check of a schema; undefined where it holds something that is not understood here (a transform, a default, a
 * refinement of one's own). It may say false of a value that the schema takes; it never says true of one that the schema
 * refuses, changes or strips.
 */
export function compilePlainCheck(schema: ZodType): PlainCheck | undefined {
  const writer = new CheckWriter();
  try {
    const body = writer.write(schema, "value");
    // As zod does with its own schemas. What is put into the text are keys and values of our schemas, as JSON.
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
    const make = new Function("constants", `"use strict"; return (value) => { ${body} return true; };`) as (
      constants: readonly unknown[],
    ) => PlainCheck;
    return make(writer.constants);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {}

/** Writes statements that `return false` where a value is not as the schema says. */
class CheckWriter {
  readonly constants: unknown[] = [];
  #names = 0;

  write(schema: ZodType, value: string): string {
    const definition = schema._zod.def as unknown as Definition;
    switch (definition.type) {
      case "object":
        return this.#object(definition, value);
      case "array":
        return this.#array(definition, value);
      case "record":
        return this.#record(definition, value);
      case "union":
        return this.#union(definition, value);
      case "nullable":
        return `if (${value} !== null) { ${this.write(inner(definition.innerType), value)} }`;
      case "optional":
        return `if (${value} !== undefined) { ${this.write(inner(definition.innerType), value)} }`;
      case "string":
        return this.#string(definition, value);
      case "number":
        return number(definition, value);
      case "boolean":
        refuseChecks(definition);
        return refuseUnless(`typeof ${value} === "boolean"`);
      case "null":
        return refuseUnless(`${value} === null`);
      case "literal":
        return oneOf(definition.values ?? [], value);
      case "enum":
        return oneOf(Object.values(definition.entries ?? {}), value);
      default:
        throw new NotPlain(definition.type);
    }
  }

  #name(): string {
    this.#names += 1;
    return `v${this.#names}`;
  }

  /** Every key of the schema, and then no more keys than those. */
  #object(definition: Definition, value: string): string {
    refuseChecks(definition);
    const { shape, catchall } = definition;
    if (shape === undefined || (catchall !== undefined && catchall._zod.def.type !== "never")) throw new NotPlain();
    const [count, key] = [this.#name(), this.#name()];
    let text = `${refuseUnless(isPlainObject(value))} let ${count} = 0;`;
    for (const [name, schema] of Object.entries(shape)) {
      if (name === "__proto__" || name === "toJSON") throw new NotPlain(name);
      const member = this.#name();
      text += `const ${member} = ${value}[${JSON.stringify(name)}]; ${this.write(schema, member)}`;
      text += schema._zod.def.type === "optional" ? `if (${member} !== undefined) ${count}++;` : `${count}++;`;
    }
    return `${text} for (const ${key} in ${value}) ${count}--; ${refuseUnless(`${count} === 0`)}`;
  }

  #array(definition: Definition, value: string): string {
    refuseChecks(definition);
    const [at, item] = [this.#name(), this.#name()];
    return `${refuseUnless(`Array.isArray(${value})`)}
      for (let ${at} = 0; ${at} < ${value}.length; ${at}++) {
        const ${item} = ${value}[${at}]; ${this.write(inner(definition.element), item)} }`;
  }

  #record(definition: Definition, value: string): string {
    refuseChecks(definition);
    const keys = inner(definition.keyType)._zod.def as unknown as Definition;
    if (keys.type !== "string" || keys.format !== undefined || (keys.checks ?? []).length > 0) throw new NotPlain();
    const [key, item] = [this.#name(), this.#name()];
    return `${refuseUnless(isPlainObject(value))}
      for (const ${key} in ${value}) {
        if (${key} === "__proto__") return false;
        const ${item} = ${value}[${key}]; ${this.write(inner(definition.valueType), item)} }`;
  }

  /** One that takes the first option that fits may strip what belongs to another: only where no two can fit. */
  #union(definition: Definition, value: string): string {
    refuseChecks(definition);
    const { options = [], discriminator } = definition;
    if (discriminator === undefined && !options.every(({ _zod }) => scalars.has(_zod.def.type))) throw new NotPlain();
    const ways = options.map((option) => {
      const each = this.#name();
      return `((${each}) => { ${this.write(option, each)} return true; })(${value})`;
    });
    return refuseUnless(ways.join(" || "));
  }

  #string(definition: Definition, value: string): string {
    refuseChecks(definition);
    const isText = `typeof ${value} === "string"`;
    if (definition.format === undefined) return refuseUnless(isText);
    if (definition.pattern === undefined || !["datetime", "date"].includes(definition.format)) throw new NotPlain();
    this.constants.push(definition.pattern);
    return refuseUnless(`${isText} && constants[${this.constants.length - 1}].test(${value})`);
  }
}

const scalars: ReadonlySet<string> = new Set(["string", "number", "boolean", "null", "literal", "enum"]);

/** What an object inherits or turns itself into is in no schema. */
const isPlainObject = (value: string): string =>
  `typeof ${value} === "object" && ${value} !== null && Object.getPrototypeOf(${value}) === Object.prototype`;

const inner = (schema: ZodType | undefined): ZodType => {
  if (schema === undefined) throw new NotPlain();
  return schema;
};

const refuseUnless = (condition: string): string => `if (!(${condition})) return false;`;

function refuseChecks({ checks, coerce }: Definition): void {
  if ((checks ?? []).length > 0 || coerce === true) throw new NotPlain();
}

function number({ checks = [], format, coerce }: Definition, value: string): string {
  if (coerce === true || (format !== undefined && format !== "safeint")) throw new NotPlain();
  const conditions = [`typeof ${value} === "number"`, format === undefined ? `Number.isFinite(${value})` : safe(value)];
  for (const { _zod } of checks) {
    const { check, value: limit, inclusive, format: wanted } = _zod.def;
    if (check === "number_format" && wanted === "safeint") conditions.push(safe(value));
    else if (check === "greater_than" && typeof limit === "number") {
      conditions.push(`${value} >${inclusive === true ? "=" : ""} ${limit}`);
    } else if (check === "less_than" && typeof limit === "number") {
      conditions.push(`${value} <${inclusive === true ? "=" : ""} ${limit}`);
    } else throw new NotPlain(check);
  }
  return refuseUnless(conditions.join(" && "));
}

const safe = (value: string): string => `Number.isSafeInteger(${value})`;

function oneOf(values: readonly unknown[], value: string): string {
  const isPlain = (one: unknown): boolean => one === null || ["string", "number", "boolean"].includes(typeof one);
  if (values.length === 0 || !values.every(isPlain)) throw new NotPlain();
  return refuseUnless(values.map((one) => `${value} === ${JSON.stringify(one)}`).join(" || "));
}
