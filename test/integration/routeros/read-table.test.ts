import { expect, test } from "vitest";
import { defineTable, openSession, readTable, sentCommands } from "../../../src/adapters/routeros/index.js";
import { createFakeClock } from "../../fakes/clock.js";
import { never, sessionOptions } from "./held-wire.js";
import { startScriptedRouter } from "./scripted-router.js";

const services = defineTable({ path: "/ip/service", proplist: ["name", "port", "disabled"], query: ["?name=api"] });

test("a declared table is read as whole rows of text, and stands on the list of what is sent", async () => {
  expect(sentCommands()).toContainEqual({ command: "/ip/service/print", arguments: ["proplist", "where"] });
  const router = await startScriptedRouter();
  const session = await openSession(sessionOptions(router.port, createFakeClock()), never);
  try {
    const reading = readTable(session, services, { signal: never });
    const command = await router.next("/ip/service/print");
    expect(command.words).toEqual(["=.proplist=name,port,disabled", "?name=api"]);
    command.reply("!re", "=name=api", "=port=8728", "=disabled=false", "=address=");
    command.reply("!done");
    expect(await reading).toEqual([{ name: "api", port: "8728", disabled: "false", address: "" }]);
    const refused = readTable(session, services, { signal: never });
    const second = await router.next("/ip/service/print");
    second.reply("!trap", "=category=0", "=message=no such command");
    second.reply("!done");
    await expect(refused).rejects.toMatchObject({ code: "ROUTER_REFUSED", trapCategory: 0 });
  } finally {
    await Promise.all([session.close(), router.close()]);
  }
});
