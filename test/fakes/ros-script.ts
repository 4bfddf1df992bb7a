/** Reads lines of RouterOS's script language: the part that Ronda prints. Anything else is a syntax error. */

export type Statement =
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "local"; readonly name: string; readonly value: Expression }
  | { readonly kind: "call"; readonly name: string }
  | {
      readonly kind: "command";
      /** `/ip/firewall/filter/add` */
      readonly path: string;
      readonly item: Expression | undefined;
      readonly arguments: readonly (readonly [name: string, value: Expression])[];
      readonly where: Where | undefined;
    };

export type Expression =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "run"; readonly statement: Statement }
  | { readonly kind: "length"; readonly of: Expression }
  | { readonly kind: "pick"; readonly from: Expression; readonly index: number }
  | { readonly kind: "compare"; readonly left: Expression; readonly sign: "=" | ">"; readonly right: number }
  | { readonly kind: "parse"; readonly text: Expression };

export type Where =
  | { readonly kind: "and"; readonly all: readonly Where[] }
  | { readonly kind: "not"; readonly one: Where }
  | { readonly kind: "equals"; readonly name: string; readonly text: string }
  | { readonly kind: "like"; readonly name: string; readonly pattern: string };

const verbs = new Set(["add", "set", "find", "remove", "enable", "disable", "move", "print", "unset"]);

export function parseScript(text: string): Statement[] {
  const parser = new Parser(text);
  const statements = parser.statements("");
  parser.expectEnd();
  return statements;
}

class Parser {
  readonly #text: string;
  #at = 0;
  /** The menu of the command that is being read: `[find …]` inside it means that menu. */
  #menu = "";

  constructor(text: string) {
    this.#text = text;
  }

  /** Statements up to `close`, which stays. */
  statements(close: "" | "}" | "]"): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      this.#skip();
      while (this.#take(";")) this.#skip();
      if (this.#peek() === "#" && close === "") {
        this.#at = this.#text.length;
        return found;
      }
      if (this.#at >= this.#text.length || (close !== "" && this.#peek() === close)) return found;
      found.push(this.#statement());
    }
  }

  expectEnd(): void {
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("expected end of command");
  }

  #statement(): Statement {
    if (this.#take(":if ")) {
      this.#skip();
      const condition = this.#parenthesised();
      const then = this.#block("do=");
      this.#skip();
      const otherwise = this.#text.startsWith("else=", this.#at) ? this.#block("else=") : [];
      return { kind: "if", condition, then, otherwise };
    }
    if (this.#take(":local ")) {
      const name = this.#word();
      this.#skip();
      return { kind: "local", name, value: this.#expression() };
    }
    if (this.#take("$")) return { kind: "call", name: this.#word() };
    if (this.#peek() === "/" || (this.#menu !== "" && /^find\b/.test(this.#text.slice(this.#at)))) {
      const outer = this.#menu;
      try {
        return this.#command();
      } finally {
        this.#menu = outer;
      }
    }
    return this.#fail("bad command name");
  }

  #block(head: string): Statement[] {
    this.#skip();
    if (!this.#take(`${head}{`)) this.#fail(`expected ${head}{`);
    const outer = this.#menu;
    this.#menu = "";
    const inner = this.statements("}");
    this.#menu = outer;
    if (!this.#take("}")) this.#fail("expected }");
    return inner;
  }

  #command(): Statement {
    const words = this.#take("/") ? [] : [this.#menu.slice(1)];
    let verb = "";
    while (verb === "") {
      this.#skip();
      const word = this.#word();
      if (word === "") this.#fail("expected a command");
      if (verbs.has(word)) verb = word;
      else words.push(word);
    }
    this.#menu = `/${words.join("/")}`;
    const path = `${this.#menu}/${verb}`;
    const args: [string, Expression][] = [];
    let item: Expression | undefined;
    let where: Where | undefined;
    for (;;) {
      this.#skip();
      const next = this.#peek();
      if (next === "" || next === ";" || next === "}" || next === "]" || next === ")") break;
      if (next === "[") {
        item = this.#expression();
        continue;
      }
      const start = this.#at;
      const name = this.#word();
      if (verb === "find") {
        if (name !== "where") this.#at = start;
        where = this.#where();
        break;
      }
      if (name === "" || !this.#take("=")) this.#fail("expected name=value");
      args.push([name, this.#expression()]);
    }
    return { kind: "command", path, item, arguments: args, where };
  }

  #where(): Where {
    const all = [this.#term()];
    for (;;) {
      this.#skip();
      if (this.#take("and ")) all.push(this.#term());
      else break;
    }
    return all.length === 1 ? (all[0] as Where) : { kind: "and", all };
  }

  #term(): Where {
    this.#skip();
    if (this.#take("!(")) {
      const one = this.#where();
      if (!this.#take(")")) this.#fail("expected )");
      return { kind: "not", one };
    }
    const name = this.#word();
    if (name === "") this.#fail("expected a condition");
    const isLike = this.#take("~");
    if (!isLike && !this.#take("=")) this.#fail("expected = or ~");
    const value = this.#expression();
    if (value.kind !== "text") return this.#fail("expected a text");
    return isLike ? { kind: "like", name, pattern: value.text } : { kind: "equals", name, text: value.text };
  }

  #parenthesised(): Expression {
    if (!this.#take("(")) this.#fail("expected (");
    const left = this.#expression();
    this.#skip();
    if (this.#take("->")) {
      const index = Number(this.#word());
      if (!this.#take(")")) this.#fail("expected )");
      return { kind: "pick", from: left, index };
    }
    const sign = this.#take("=") ? "=" : this.#take(">") ? ">" : this.#fail("expected an operator");
    this.#skip();
    const right = Number(this.#word());
    if (!Number.isInteger(right)) this.#fail("expected a number");
    if (!this.#take(")")) this.#fail("expected )");
    return { kind: "compare", left, sign, right };
  }

  #expression(): Expression {
    const next = this.#peek();
    if (next === '"') return { kind: "text", text: this.#string() };
    if (next === "(") return this.#parenthesised();
    if (next === "[") {
      this.#take("[");
      this.#skip();
      let result: Expression;
      if (this.#take(":len ")) {
        this.#skip();
        result = { kind: "length", of: this.#expression() };
      } else if (this.#take(":parse ")) {
        this.#skip();
        result = { kind: "parse", text: this.#expression() };
      } else {
        result = { kind: "run", statement: this.#statement() };
      }
      this.#skip();
      if (!this.#take("]")) this.#fail("expected ]");
      return result;
    }
    if (this.#text.startsWith('!"', this.#at)) {
      this.#take("!");
      return { kind: "text", text: `!${this.#string()}` };
    }
    const text = /^[^\s;()[\]{}"$#\\?]+/.exec(this.#text.slice(this.#at))?.[0];
    if (text === undefined) return this.#fail("expected a value");
    this.#at += text.length;
    return { kind: "text", text };
  }

  /** Escapes as the manual lists them: signs, and two hex digits for a byte; bytes are read as UTF-8. */
  #string(): string {
    this.#take('"');
    const bytes: number[] = [];
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined) return this.#fail("string without an end");
      this.#at += 1;
      if (sign === '"') return Buffer.from(bytes).toString("utf8");
      if (sign === "$" || sign === "?") return this.#fail(`${sign} acts inside a string`);
      if (sign !== "\\") {
        bytes.push(...Buffer.from(sign, "utf8"));
        continue;
      }
      const hex = /^[0-9A-F]{2}/.exec(this.#text.slice(this.#at))?.[0];
      if (hex !== undefined) {
        bytes.push(Number.parseInt(hex, 16));
        this.#at += 2;
        continue;
      }
      const escaped = this.#text[this.#at] ?? "";
      if (!'"\\$?'.includes(escaped) || escaped === "") return this.#fail(`unknown escape ${escaped}`);
      bytes.push(escaped.charCodeAt(0));
      this.#at += 1;
    }
  }

  #word(): string {
    const word = /^[A-Za-z0-9-]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += word.length;
    return word;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #skip(): void {
    while (this.#peek() === " ") this.#at += 1;
  }

  #fail(problem: string): never {
    throw new SyntaxError(`${problem} (column ${this.#at + 1})`);
  }
}
