/**
 * A module of the compiled program: the benches measure what operators run, not what a loader makes of the sources.
 *
 *     const { openDatabase } = await built<typeof import("../../src/adapters/sqlite/open.js")>("adapters/sqlite/open.js");
 */
export async function built<Module>(path: string): Promise<Module> {
  return (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as Module;
}
