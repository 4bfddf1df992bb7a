import { afterEach, expect, test } from "vitest";
import type { SimulatedRouter } from "../../../src/simulator/index.js";
import type { AccessRig } from "../../fakes/access-rig.js";
import { createTown, type Town } from "./town.js";

/** Lines without a login: a queue for their speed, an entry in the isolir list while they are dark. */
let rig: AccessRig;
let router: SimulatedRouter;
let seed: Town["seed"];
afterEach(async () => {
  await rig.close();
});

const setUp = async (): Promise<{ subscription: number; line: number }> => {
  ({ rig, router, seed } = await createTown());
  const subscription = seed.subscription(seed.customer("Rumah"), seed.plan("10M"));
  const line = seed.line(rig.routerId, "rumah", subscription, "static");
  rig.db.prepare("update line_access set address = '10.9.0.5' where line_id = ?").run(line);
  router.queues.addStatic({ name: "rumah", target: "10.9.0.5/32" });
  await rig.look();
  return { subscription, line };
};
const listed = (): (string | undefined)[] =>
  router.stored.addressLists.items().map(({ values }) => values.get("address"));

test("whose queue was aimed at another house is not isolated at the address in the books", async () => {
  const { subscription, line } = await setUp();
  router.queues.setStatic("rumah", { target: "10.9.0.9/32" });
  rig.setState(subscription, "isolated");
  await rig.pass(60_000);
  expect(listed()).toEqual([]);
  expect(rig.applier.board.line(line)?.obstacles).toMatchObject([{ kind: "address-differs", detail: "10.9.0.9" }]);
});

test("whose address is corrected leaves nothing dark behind at the old one", async () => {
  const { subscription, line } = await setUp();
  rig.setState(subscription, "isolated");
  await rig.pass(30_000);
  expect(listed()).toEqual(["10.9.0.5"]);
  router.queues.setStatic("rumah", { target: "10.9.0.7/32" });
  rig.db.prepare("update line_access set address = '10.9.0.7' where line_id = ?").run(line);
  await rig.look();
  await rig.pass(30_000);
  expect(listed()).toEqual(["10.9.0.7"]);
  rig.setState(subscription, "active");
  await rig.pass(30_000);
  expect(listed()).toEqual([]);
});

test("whose queue was deleted is asked about before anything of it is touched", async () => {
  const { subscription } = await setUp();
  router.queues.removeStatic("rumah");
  router.clearCommands();
  rig.setState(subscription, "isolated");
  await rig.look();
  await rig.pass(60_000);
  expect(rig.writes).toEqual([]);
});

test("whose books are corrected before its queue stays dark where it is, and moves when the queue does", async () => {
  const { subscription, line } = await setUp();
  rig.setState(subscription, "isolated");
  await rig.pass(30_000);
  rig.db.prepare("update line_access set address = '10.9.0.7' where line_id = ?").run(line);
  await rig.look();
  await rig.pass(600_000);
  expect(listed()).toEqual(["10.9.0.5"]);
  expect(rig.applier.board.line(line)?.obstacles).toMatchObject([{ kind: "address-differs", detail: "10.9.0.5" }]);
  router.queues.setStatic("rumah", { target: "10.9.0.7/32" });
  await rig.look();
  expect(listed()).toEqual(["10.9.0.7"]);
});

test("whose books are corrected before its queue is lit where it is dark, once it paid", async () => {
  const { subscription, line } = await setUp();
  rig.setState(subscription, "isolated");
  await rig.pass(30_000);
  rig.db.prepare("update line_access set address = '10.9.0.7' where line_id = ?").run(line);
  await rig.look();
  rig.setState(subscription, "active");
  await rig.pass(5_000);
  expect(listed()).toEqual([]);
});

test("whose old address a neighbour has who paid lets go of it at once", async () => {
  const { subscription, line } = await setUp();
  rig.setState(subscription, "isolated");
  await rig.pass(30_000);
  rig.db.prepare("update line_access set address = '10.9.0.7' where line_id = ?").run(line);
  const other = seed.line(rig.routerId, "warung", seed.subscription(seed.customer("Warung"), 1), "static");
  rig.db.prepare("update line_access set address = '10.9.0.5' where line_id = ?").run(other);
  router.queues.addStatic({ name: "warung", target: "10.9.0.5/32" });
  await rig.look();
  expect(listed()).toEqual([]);
});

test.each([
  {
    what: "aimed at another house",
    byHand: () => router.queues.setStatic("rumah", { target: "10.9.0.9/32" }),
    told: { obstacles: [{ kind: "address-differs", detail: "10.9.0.9" }] },
  },
  {
    what: "deleted",
    byHand: () => router.queues.removeStatic("rumah"),
    told: { state: "asks", questions: [{ kind: "vanished" }] },
  },
])("whose queue was $what by hand is lit within five seconds of paying, and a person is told", async (story) => {
  const { subscription, line } = await setUp();
  rig.setState(subscription, "isolated");
  await rig.pass(30_000);
  story.byHand();
  await rig.look();
  await rig.pass(600_000);
  expect(listed()).toEqual(["10.9.0.5"]);
  router.clearCommands();
  rig.setState(subscription, "active");
  await rig.pass(5_000);
  expect(listed()).toEqual([]);
  expect(rig.applier.board.line(line)).toMatchObject(story.told);
  // Also where nobody asked for it: a reading finds an entry that should not be there.
  router.stored.addressLists.insert({ list: "isolir", address: "10.9.0.5", comment: "ronda: rumah" });
  await rig.look();
  expect(listed()).toEqual([]);
  router.clearCommands();
  await rig.look();
  expect(rig.writes).toEqual([]);
});
