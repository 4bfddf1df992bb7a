/** Opens the books given, makes one large change, and is killed by the kernel at its nth write: `file key n`. */
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { largeChange, onEachWrite } from "./large-change.js";

const [path = "", keyPath = "", nth = ""] = process.argv.slice(2);
const db = await openDatabase(path);
let writes = 0;
onEachWrite(db, () => {
  writes += 1;
  if (writes === Number(nth)) process.kill(process.pid, "SIGKILL");
});
largeChange(db, keyPath);
process.kill(process.pid, "SIGKILL");
