/**
 * RouterOS's terminal, as far as pasted lines of ours need it: reads a line into commands, refuses the whole line for one
 * word that the version's command tree does not have (as the real one does, branches that are not taken included), and
 * runs it against a router's API. What is not known here is an error, never skipped. (RouterOS manual, Scripting, Console.)
 */
import type { RawClient } from "../contract/raw-client.js";
import { rowsOf, trapOf } from "../contract/raw-client.js";
import { parseScript, type Expression, type Statement, type Where } from "./ros-script.js";

/** The arguments of a command in a version's tree, or undefined. */
export type ArgumentsOf = (command: string) => ReadonlySet<string> | undefined;

export interface RosConsole {
  /** Pastes text line by line; gives what the terminal said about each line that failed. */
  paste(text: string): Promise<string[]>;
  /** Every command and argument that lines named so far, executed or not. */
  readonly named: ReadonlySet<string>;
}

type Value = string | string[] | { readonly code: string };

/** @param client undefined: lines are held against the tree alone and not run. */
export function createRosConsole(client: RawClient | undefined, argumentsOf: ArgumentsOf): RosConsole {
  const named = new Set<string>();

  function check(statements: readonly Statement[]): void {
    for (const statement of statements) checkOne(statement);
  }

  function checkOne(statement: Statement): void {
    switch (statement.kind) {
      case "if":
        checkExpression(statement.condition);
        check(statement.then);
        check(statement.otherwise);
        return;
      case "local":
        return checkExpression(statement.value);
      case "call":
        return;
      case "command": {
        const known = argumentsOf(statement.path);
        if (known === undefined) throw new SyntaxError(`bad command name ${statement.path}`);
        named.add(statement.path);
        for (const [name, value] of statement.arguments) {
          if (!known.has(name)) throw new SyntaxError(`expected end of command: ${statement.path} ${name}`);
          named.add(`${statement.path} ${name}`);
          checkExpression(value);
        }
        if (statement.where !== undefined && !known.has("where")) throw new SyntaxError(`no where: ${statement.path}`);
        if (statement.item !== undefined) {
          if (!known.has("numbers")) throw new SyntaxError(`takes no item: ${statement.path}`);
          checkExpression(statement.item);
        }
      }
    }
  }

  function checkExpression(expression: Expression): void {
    if (expression.kind === "run") checkOne(expression.statement);
    else if (expression.kind === "length") checkExpression(expression.of);
    else if (expression.kind === "pick") checkExpression(expression.from);
    else if (expression.kind === "compare") checkExpression(expression.left);
    else if (expression.kind === "parse") {
      checkExpression(expression.text);
      // With a router, `:parse` is judged when it runs; a tree alone is asked about everything that could run.
      if (client === undefined && expression.text.kind === "text") check(parseScript(expression.text.text));
    }
  }

  async function run(statements: readonly Statement[], variables: Map<string, Value>): Promise<void> {
    for (const statement of statements) await runOne(statement, variables);
  }

  async function runOne(statement: Statement, variables: Map<string, Value>): Promise<Value> {
    switch (statement.kind) {
      case "if": {
        const isTrue = (await evaluate(statement.condition, variables)) === "true";
        await run(isTrue ? statement.then : statement.otherwise, new Map(variables));
        return "";
      }
      case "local":
        variables.set(statement.name, await evaluate(statement.value, variables));
        return "";
      case "call": {
        const value = variables.get(statement.name);
        if (typeof value !== "object" || Array.isArray(value)) throw new Error(`$${statement.name} is no code`);
        const inner = parseScript(value.code);
        check(inner);
        await run(inner, new Map());
        return "";
      }
      case "command":
        return await runCommand(statement, variables);
    }
  }

  async function runCommand(
    statement: Extract<Statement, { kind: "command" }>,
    variables: Map<string, Value>,
  ): Promise<Value> {
    if (client === undefined) throw new Error("there is no router behind this console");
    const cut = statement.path.lastIndexOf("/");
    const [menu, verb] = [statement.path.slice(0, cut), statement.path.slice(cut + 1)];
    if (verb === "find") {
      const rows = await ask(`${menu}/print`);
      return rowsOf(rows)
        .filter((row) => statement.where === undefined || matches(row, statement.where))
        .map((row) => row[".id"] ?? "");
    }
    const words: string[] = [statement.path];
    if (statement.item !== undefined) {
      const ids = await evaluate(statement.item, variables);
      if (!Array.isArray(ids)) throw new Error(`${statement.path}: no list of items`);
      if (ids.length === 0) return "";
      words.push(`=.id=${ids.join(",")}`);
    }
    for (const [name, expression] of statement.arguments) {
      const value = await evaluate(expression, variables);
      if (typeof value !== "string") throw new Error(`${statement.path} ${name}: not one value`);
      words.push(`=${name}=${value}`);
    }
    await ask(...words);
    return "";
  }

  async function ask(...words: string[]): Promise<string[][]> {
    const answer = await (client as RawClient).ask(...words);
    const trap = trapOf(answer);
    if (trap !== undefined) throw new Error(`${words.join(" ")}: ${trap}`);
    return answer;
  }

  async function evaluate(expression: Expression, variables: Map<string, Value>): Promise<Value> {
    switch (expression.kind) {
      case "text":
        return expression.text;
      case "run":
        return await runOne(expression.statement, variables);
      case "length": {
        const value = await evaluate(expression.of, variables);
        if (typeof value === "object" && !Array.isArray(value)) throw new Error(":len of code");
        return String(value.length);
      }
      case "pick": {
        const value = await evaluate(expression.from, variables);
        const picked = Array.isArray(value) ? value[expression.index] : undefined;
        if (picked === undefined) throw new Error(`no element ${expression.index}`);
        return picked;
      }
      case "compare": {
        const left = Number(await evaluate(expression.left, variables));
        return String(expression.sign === "=" ? left === expression.right : left > expression.right);
      }
      case "parse": {
        const text = await evaluate(expression.text, variables);
        if (typeof text !== "string") throw new Error(":parse of no text");
        return { code: text };
      }
    }
  }

  return {
    named,
    async paste(text) {
      const said: string[] = [];
      for (const line of text.split("\n")) {
        try {
          const statements = parseScript(line);
          check(statements);
          if (client !== undefined) await run(statements, new Map());
        } catch (error) {
          said.push(`${line.slice(0, 60)}…: ${(error as Error).message}`);
        }
      }
      return said;
    },
  };
}

function matches(row: Readonly<Record<string, string>>, where: Where): boolean {
  switch (where.kind) {
    case "and":
      return where.all.every((one) => matches(row, one));
    case "not":
      return !matches(row, where.one);
    case "equals": {
      const value = row[where.name] ?? "";
      // The console's yes and no are the API's true and false.
      const spelled = { yes: "true", no: "false" }[where.text] ?? where.text;
      return (
        value === where.text ||
        ((value === "true" || value === "false" || value === "") && (value || "false") === spelled)
      );
    }
    case "like":
      return new RegExp(where.pattern).test(row[where.name] ?? "");
  }
}
