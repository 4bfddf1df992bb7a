import { OperationalError } from "../../app/errors.js";

/** What a person types in a terminal without it being shown. @throws OperationalError `USAGE` without a terminal, or when it is broken off. */
export async function askSecret(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new OperationalError(
      "USAGE",
      "there is no terminal to ask for the password: pipe it in with --password-stdin",
    );
  }
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = "";
      const done = (settle: () => void): void => {
        stdin.off("data", onData);
        stdin.pause();
        settle();
      };
      // Pasted text comes in one piece, with its line end.
      const onData = (chunk: string): void => {
        for (const key of chunk) {
          if (key === "\r" || key === "\n" || key === "\u0004") return done(() => resolve(typed));
          if (key === "\u0003")
            return done(() => reject(new OperationalError("USAGE", "broken off, nothing was changed")));
          typed = key === "\u007f" || key === "\b" ? typed.slice(0, -1) : typed + key;
        }
      };
      stdin.on("data", onData);
      stdin.resume();
    });
  } finally {
    stdin.setRawMode(false);
    stderr.write("\n");
  }
}

const inputMax = 10_000;

/** The first line of standard input. @throws OperationalError `USAGE` when it is no line of a password's length. */
export async function readInputLine(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin as AsyncIterable<string>) {
    text += chunk;
    if (text.length > inputMax) throw new OperationalError("USAGE", "standard input is longer than any password");
  }
  return text.split(/\r?\n/, 1)[0] ?? "";
}
