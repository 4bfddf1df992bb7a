import { Trap } from "./trap.js";

/** Reads one property of the row in question; undefined when the row does not have it. */
export type PropertyReader = (name: string) => string | undefined;

/**
 * Turns the query words of a print into a test of one row (RouterOS manual, API, Queries). Order matters: each
 * word pushes onto a stack or works on it, and what is left at the end must all be true.
 */
export function compileQuery(words: readonly string[]): (read: PropertyReader) => boolean {
  const steps = words.map((word) => compileStep(word.slice(1)));
  return (read) => {
    const stack: boolean[] = [];
    for (const step of steps) step(stack, read);
    return stack.every(Boolean);
  };
}

type Step = (stack: boolean[], read: PropertyReader) => void;

function compileStep(text: string): Step {
  if (text.startsWith("#")) return compileProgram(text.slice(1));
  if (text.startsWith("-")) {
    const name = text.slice(1);
    return (stack, read) => stack.push(read(name) === undefined);
  }
  const compares = text.startsWith("<") || text.startsWith(">");
  const body = compares || text.startsWith("=") ? text.slice(1) : text;
  const cut = body.indexOf("=");
  if (cut === -1) {
    if (compares) throw new Trap(`invalid query word ?${text}`, 1);
    return (stack, read) => stack.push(read(body) !== undefined);
  }
  const name = body.slice(0, cut);
  const value = body.slice(cut + 1);
  if (!compares) return (stack, read) => stack.push(read(name) === value);
  const sign = text.startsWith("<") ? -1 : 1;
  return (stack, read) => {
    const actual = read(name);
    stack.push(actual !== undefined && compareValues(actual, value) === sign);
  };
}

/** Whole numbers by size, anything else as text. */
function compareValues(a: string, b: string): -1 | 0 | 1 {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) {
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * `?#` and a program, read from left to right: `!` negates the top, `&` and `|` join the two topmost, `.` copies the
 * top. An index (top is 0) pushes a copy of that value; at the end of the word it replaces all values by that one; a `.`
 * right after an index does nothing.
 */
function compileProgram(program: string): Step {
  const tokens = program.match(/\d+|[!&|.]/g) ?? [];
  if (tokens.join("") !== program) throw new Trap(`invalid query word ?#${program}`, 1);
  return (stack) => {
    for (const [position, token] of tokens.entries()) {
      if (token === "!") {
        stack.push(!pop(stack));
      } else if (token === "&" || token === "|") {
        const b = pop(stack);
        const a = pop(stack);
        stack.push(token === "&" ? a && b : a || b);
      } else if (token === ".") {
        if (!/^\d/.test(tokens[position - 1] ?? "")) stack.push(at(stack, 0));
      } else {
        const value = at(stack, Number(token));
        if (position === tokens.length - 1) stack.length = 0;
        stack.push(value);
      }
    }
  };
}

function pop(stack: boolean[]): boolean {
  const top = stack.pop();
  if (top === undefined) throw new Trap("query stack is empty", 1);
  return top;
}

function at(stack: readonly boolean[], index: number): boolean {
  const value = stack[stack.length - 1 - index];
  if (value === undefined) throw new Trap("query stack is too short", 1);
  return value;
}
