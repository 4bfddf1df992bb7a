/** Opens the books given, makes the moves from `first` on, and is killed by the kernel at its nth write: `file first n`. */
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { moves } from "./billing-year.js";
import { onEachWrite } from "./large-change.js";

const [path = "", first = "", nth = ""] = process.argv.slice(2);
const db = await openDatabase(path);
let writes = 0;
onEachWrite(db, () => {
  writes += 1;
  if (writes === Number(nth)) process.kill(process.pid, "SIGKILL");
});
for (const move of moves.slice(Number(first))) move(db);
process.kill(process.pid, "SIGKILL");
