/**
 * `npm run api:contract`: writes the contract of the API anew. What would break a client that is out there is refused,
 * unless `--breaking` says that it is meant: it needs a new path instead (docs/api.md).
 */
import { readFileSync } from "node:fs";
import { breakingChanges } from "./api-changes.js";
import { contractFiles, servedDocument, writeContract } from "./api-contract.js";

const before = JSON.parse(readFileSync(contractFiles.document, "utf8")) as object;
const breaking = breakingChanges(before, await servedDocument());
for (const change of breaking) console.error(`BREAKING: ${change}`);
if (breaking.length > 0 && !process.argv.includes("--breaking")) {
  console.error("Nothing was written. Keep what there was beside what is new, or say --breaking.");
  process.exitCode = 1;
} else {
  await writeContract();
  console.log(`Written: ${Object.values(contractFiles).join(", ")}`);
}
