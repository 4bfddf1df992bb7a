/** What `tsc` leaves undone: the page's files beside the compiled program, and the program marked as one. */
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const main = inProject("dist/daemon/main.js");
if (!existsSync(main)) {
  console.error("after-build: dist/daemon/main.js is not there; run `npm run build`, which compiles first");
  process.exit(1);
}
chmodSync(main, 0o755);

rmSync(inProject("dist/web"), { recursive: true, force: true });
cpSync(inProject("src/web"), inProject("dist/web"), { recursive: true });
