const readingCommands = new Set(["print", "getall", "get", "find", "listen", "monitor-traffic", "monitor", "export"]);

/** Whether the command changes something on the router. */
export function isWrite(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return !readingCommands.has(name) && !["/login", "/quit", "/cancel"].includes(path) && path.startsWith("/");
}
