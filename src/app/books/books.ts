import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { Clock } from "../ports.js";
import { answerByHand, confirmBrake, rebuildRouter } from "./answers.js";
import type { BooksStore } from "./books-store.js";
import { archiveCustomer, createCustomer, updateCustomer } from "./customers.js";
import type { Desk, ServiceEvent } from "./desk.js";
import { linkLine, setPassword, unlinkLine, updateLine } from "./lines.js";
import type { PhoneNumbers } from "./phone-numbers.js";
import { applyPlanNow, archivePlan, createPlan, updatePlan } from "./plans.js";
import type { SecretBox } from "./secret-box.js";
import {
  activate,
  archiveSubscription,
  changePlan,
  createSubscription,
  isolate,
  pause,
  release,
  resume,
  terminate,
  updateSubscription,
} from "./subscriptions.js";

export interface BooksDeps {
  readonly store: BooksStore;
  readonly clock: Pick<Clock, "nowMs">;
  readonly secretBox: Pick<SecretBox, "seal">;
  readonly phones: PhoneNumbers;
  /** The site's civil date at an instant. */
  readonly dayOf: (atMs: number) => CivilDate;
  /** Invoices follow what happens to service; without it nobody bills. */
  readonly onService?: (event: ServiceEvent) => void;
}

/**
 * Everything people change in the books. Each call takes who asks, is one commit that is on the disk when it returns
 * together with its audit row, and says which routers now need a turn; one that throws has changed nothing.
 */
export function createBooks({ store, clock, dayOf, onService = () => {}, ...deps }: BooksDeps) {
  const on =
    <Args extends readonly unknown[], T>(useCase: (desk: Desk, ...args: Args) => T) =>
    (by: string, ...args: Args): T =>
      store.change((tx) => {
        const atMs = Math.floor(clock.nowMs());
        return useCase({ ...deps, onService, tx, by, atMs, today: dayOf(atMs) }, ...args);
      });

  return {
    createPlan: on(createPlan),
    updatePlan: on(updatePlan),
    archivePlan: on(archivePlan),
    applyPlanNow: on(applyPlanNow),
    createCustomer: on(createCustomer),
    updateCustomer: on(updateCustomer),
    archiveCustomer: on(archiveCustomer),
    createSubscription: on(createSubscription),
    updateSubscription: on(updateSubscription),
    archiveSubscription: on(archiveSubscription),
    changePlan: on(changePlan),
    activate: on(activate),
    isolate: on(isolate),
    release: on(release),
    pause: on(pause),
    resume: on(resume),
    terminate: on(terminate),
    linkLine: on(linkLine),
    unlinkLine: on(unlinkLine),
    updateLine: on(updateLine),
    setPassword: on(setPassword),
    answerByHand: on(answerByHand),
    rebuildRouter: on(rebuildRouter),
    confirmBrake: on(confirmBrake),
    /** Several of them as one commit (adopting a router): all or none, unless `work` itself catches one. Synchronous. */
    together: <T>(work: () => T): T => store.change(() => work()),
  };
}

export type Books = ReturnType<typeof createBooks>;
