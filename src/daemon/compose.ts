import type { Logger } from "pino";
import { createHttpServer } from "../adapters/http/server.js";
import { createMetrics } from "../adapters/http/metrics.js";
import { createRouterReader } from "../adapters/routeros/index.js";
import { lockForDaemon } from "../adapters/sqlite/daemon-lock.js";
import { startFileWatch } from "../adapters/sqlite/file-watch.js";
import { openDatabase, type Sqlite } from "../adapters/sqlite/open.js";
import { noteBooksTimeZone } from "../adapters/sqlite/read-attention.js";
import { createBillingQueries } from "../adapters/sqlite/read-billing.js";
import { createBooksQueries } from "../adapters/sqlite/read-books.js";
import { createTallies } from "../adapters/sqlite/read-tallies.js";
import { createReadModel } from "../adapters/sqlite/read-model.js";
import { createReports } from "../adapters/sqlite/report-desk.js";
import { createLedgerQueries } from "../adapters/sqlite/reports/customer-ledger.js";
import { createRouterStore } from "../adapters/sqlite/router-store.js";
import { createUpkeep } from "../adapters/sqlite/upkeep.js";
import { createUsageStore } from "../adapters/sqlite/usage-store.js";
import { breathe } from "../adapters/system/event-loop.js";
import { startMinuteTick } from "../adapters/system/minute-tick.js";
import { createSecretBox } from "../adapters/system/secret-box.js";
import { createSiteCalendar } from "../adapters/system/site-calendar.js";
import { createAgeClock } from "../adapters/system/age-clock.js";
import type { NtpState } from "../app/clock/clock-sense.js";
import { OperationalError } from "../app/errors.js";
import type { Clock } from "../app/ports.js";
import { NightWatch } from "../app/rounds/night-watch.js";
import type { PatrolEvent } from "../app/rounds/patrol.js";
import { createAccess, keyFileOf } from "./access.js";
import { createRouterAdoption } from "./adoption.js";
import { numberPatternOf, siteBilling } from "./billing-rules.js";
import { createRunTeller, watchFirstRounds } from "./billing-night.js";
import type { RunningDaemon } from "./cli/wiring-port.js";
import { createDaemonClock } from "./clock.js";
import type { RondaConfig, RouterConfig } from "./config.js";
import { createEvents } from "./events.js";
import { noteOutcome, type Repetition } from "./log-transitions.js";
import { routerLogger } from "./logger.js";
import { createMoney } from "./money.js";
import { createPeople } from "./people.js";
import { createNotice } from "./notice.js";

export interface DaemonOptions {
  readonly config: RondaConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  readonly random?: () => number;
  /** What the machine says of its time keeping; never rejects. Left out, nobody knows. */
  readonly readNtp?: () => Promise<NtpState>;
}

type Reader = ReturnType<typeof createRouterReader>;

const slowTablesEveryMs = 15 * 60_000;

/** The parts list: builds the daemon, starts it, and undoes all of it in reverse order when it stops or fails to start. */
export async function startDaemon({
  config,
  log,
  clock: realClock,
  version,
  random = Math.random,
  readNtp = () => Promise.resolve("unknown"),
}: DaemonOptions): Promise<RunningDaemon> {
  const undo: (() => Promise<void> | void)[] = [];
  let isStopping = false;
  const stopAll = async (): Promise<void> => {
    isStopping = true;
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const lock = lockForDaemon(config.database.path);
    undo.push(() => lock.release());
    const db = await openDatabase(config.database.path);
    undo.push(() => void db.close());
    let die: (error: OperationalError) => void = () => {};
    const died = new Promise<never>((_, reject) => (die = reject));
    died.catch(() => {}); // looked at by whoever waits for the daemon's end
    const fileWatch = startFileWatch(realClock, config.database.path, (error) => die(error));
    undo.push(() => fileWatch.stop());

    noteBooksTimeZone(db, config.site.timezone);

    const calendar = createSiteCalendar(config.site.timezone);
    const routers = createRouterStore(db);
    const newestMs = routers.newestInstantMs();
    let current = config;
    const time = await createDaemonClock({
      real: realClock,
      db,
      newestReadMs: newestMs,
      config: () => current,
      readNtp,
      log,
    });
    const { clock, sense } = time;
    const store = { ...createUsageStore(db, calendar), ...routers };
    const metrics = createMetrics({ version });
    const say = createTeller(log, clock);

    const changedElsewhere = watchOtherWriters(db);
    const firstRounds = watchFirstRounds(clock, () => current.routers.map(({ name }) => name));
    const secretBox = createSecretBox(keyFileOf(config));
    let billSoon = (): void => {};
    const money = createMoney({
      db,
      clock,
      secretBox,
      site: config.site,
      rules: () => siteBilling(current.billing),
      numberPattern: () => numberPatternOf(current.billing),
      breathe,
      heldBack: () => {
        if (isStopping) return "the daemon is stopping";
        return sense.isDoubted ? "the clock is in doubt" : firstRounds.waitingFor();
      },
      nudge: (nudges) => access.keepers.nudge(nudges),
      onAsked: () => billSoon(),
    });
    money.billing.dropKeysInFlight("daemon");
    const access = createAccess({
      db,
      secretBox,
      clock,
      random,
      log,
      routers,
      watch: () => watch,
      brake: () => current.billing?.isolate.brake,
      clockDoubt: sense,
    });
    const events = createEvents({ db, clock, secretBox, random, version, log });
    undo.push(() => events.stop());
    const watch: NightWatch = new NightWatch({
      store,
      clock,
      isTimeTrusted: () => clock.isTrusted,
      calendar,
      breathe,
      random,
      samples: config.database.retention.samplesDays > 0,
      slowTablesEveryMs,
      metrics,
      onEvent: (router, event) => {
        say(router, event);
        if (firstRounds.note(router)) billSoon();
        const routerId = open.get(router)?.routerId;
        if (routerId !== undefined) events.noteRound(routerId, event);
        if (event.kind !== "walked") return;
        const { clock: shown } = event.report;
        if (shown !== undefined) sense.noteRouterClock(router, shown.routerMs, shown.readMonoMs);
        access.keepers.noteRound(router, event.report);
        if (changedElsewhere()) {
          sense.judge();
          access.keepers.lookEverywhere();
        }
      },
    });
    const { auth, nobodySignsIn } = createPeople(db, clock, config, log);
    const readModel = createReadModel(db, {
      live: watch,
      clock,
      calendar,
      access: access.keepers,
      passwordTrouble: access.passwordTrouble,
      clockSense: sense,
      nobodySignsIn,
    });
    const open = new Map<
      string,
      { readonly router: RouterConfig; readonly routerId: number; readonly reader: Reader }
    >();
    const adoption = createRouterAdoption({
      db,
      clock,
      secretBox,
      money,
      config: (name) => open.get(name)?.router,
      reader(name) {
        const reader = open.get(name)?.reader;
        if (reader === undefined) throw new OperationalError("ROUTER_UNKNOWN", `no router ${name} in routers.yaml`);
        return reader;
      },
      acceptedDevice: (name) => routers.acceptedIdentity(open.get(name)?.routerId ?? 0),
    });
    // Whoever was held goes dark now; a doubt that begins needs nobody's turn.
    sense.onChange(({ judgement }) => {
      if (judgement.kind !== "trusted") return;
      access.keepers.lookEverywhere();
      billSoon();
    });
    const upkeep = createUpkeep(db, calendar, config.database.retention);

    const reports = createReports({ path: config.database.path, clock });
    undo.push(() => reports.close());

    const http = createHttpServer({
      auth,
      corsOrigins: config.http.corsOrigins,
      readModel,
      live: watch,
      rounds: watch,
      books: money.books,
      bookQueries: createBooksQueries(db),
      billing: money.billing,
      billingQueries: createBillingQueries(db, money.today),
      billingRun: money.run,
      runQueries: money.runQueries,
      moneyViews: money.views,
      tallies: createTallies(db, money.today),
      siteBilling: money.rules,
      previewBrake: (subscriptionIds) => {
        const { routerId, ...preview } = access.gate.preview(subscriptionIds);
        return { ...preview, router: [...open].find(([, one]) => one.routerId === routerId)?.[0] };
      },
      reports,
      ledgerQueries: createLedgerQueries(db),
      forecast: money.run.forecast,
      access: access.keepers,
      accessStore: access.store,
      adoption,
      clockSense: sense,
      eventLog: events.eventLog,
      eventFeed: events.feed,
      webhooks: events.webhooks,
      webhookStore: events.webhookStore,
      metrics,
      site: { ...config.site, howToPay: config.notice?.howToPay },
      calendar,
      clock,
      log,
      version,
      host: config.http.host,
      port: config.http.port,
      publicUrl: config.http.publicUrl,
    });
    const { url } = await http.start();
    undo.push(() => http.stop());

    if (config.notice !== undefined) {
      const notice = createNotice(config.notice, { db, live: watch, clock, site: config.site, log });
      await notice.start();
      undo.push(() => notice.stop());
    }

    const begin = (router: RouterConfig, routerId: number): void => {
      const reader = createRouterReader({
        name: router.name,
        host: router.host,
        port: router.port,
        tls: router.tls,
        username: router.username,
        password: router.password,
        clock,
      });
      open.set(router.name, { router, routerId, reader });
      watch.add(router, routerId, reader);
      access.open(router, routerId, reader);
    };
    // The changes in hand first: their reader is the rounds'.
    undo.push(() => watch.stop());
    undo.push(() => access.keepers.stop());
    const ids = routers.syncConfigured(
      config.routers.map(({ name }) => name),
      clock.nowMs(),
    );
    for (const router of config.routers) begin(router, ids.get(router.name) ?? 0);

    let ageNowMs: (() => number) | undefined;
    const tick = startMinuteTick(
      // The machine's own: cron goes by that, and has to be woken when it is set back.
      realClock,
      async () => {
        // A clock in doubt decides nothing about age: nothing is deleted, no day is closed.
        while (!isStopping && !sense.isDoubted) {
          ageNowMs ??= createAgeClock(clock, newestMs);
          if (!upkeep.step(ageNowMs())) return;
          await breathe();
        }
      },
      (error) => log.error({ err: error }, "upkeep failed; it is tried again in a minute"),
    );
    undo.push(() => tick.stop());
    const tellRun = createRunTeller(log);
    const billingTick = startMinuteTick(
      realClock,
      async () => {
        const report = await money.run.tick();
        if (report !== undefined) tellRun(report);
      },
      (error) => log.error({ err: error }, "billing failed; it is tried again in a minute"),
    );
    undo.push(() => billingTick.stop());
    billSoon = () => billingTick.soon();
    events.start();
    const judging = time.start();
    undo.push(() => judging.stop());

    return {
      url,
      died,
      stop: stopAll,
      apply: async (next, diff) => {
        current = next;
        const nextIds = routers.syncConfigured(
          next.routers.map(({ name }) => name),
          clock.nowMs(),
        );
        const leaving = [...diff.removed, ...diff.changed.map(({ before }) => before)];
        for (const { name } of leaving) {
          open.delete(name);
          sense.forget(name);
        }
        await Promise.all(leaving.map(({ name }) => access.keepers.remove(name)));
        await Promise.all(leaving.map(({ name }) => watch.remove(name)));
        // A stop that came meanwhile has closed the store: nobody is sent out any more.
        if (isStopping) return;
        for (const router of [...diff.added, ...diff.changed.map(({ after }) => after)]) {
          begin(router, nextIds.get(router.name) ?? 0);
        }
        watch.setOrder(next.routers.map(({ name }) => name));
        // A refused login is tried again on reload, whatever its pause.
        for (const { name } of diff.unchanged) {
          if (watch.router(name)?.lastError !== undefined) void watch.walkNow(name);
        }
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Whether another process (`ronda adopt` beside the daemon) has committed since this was last asked. */
function watchOtherWriters(db: Sqlite): () => boolean {
  const version = (): unknown => db.pragma("data_version", { simple: true });
  let known = version();
  return () => {
    const now = version();
    const isNew = now !== known;
    known = now;
    return isNew;
  };
}

/** Tells the log what rounds bring: transitions at once, repetitions once an hour with their count. */
function createTeller(log: Logger, clock: Clock): (router: string, event: PatrolEvent) => void {
  const repetitions = new Map<string, Repetition>();
  const loggers = new Map<string, Logger>();
  return (router, event) => {
    const routerLog = loggers.get(router) ?? routerLogger(log, router);
    loggers.set(router, routerLog);
    if (event.kind === "bug")
      return routerLog.error({ err: event.error }, "a round failed inside Ronda; please report this");
    if (event.kind === "paced") {
      return routerLog.info({ everySeconds: Math.round(event.everyMs / 1000), why: event.why }, "rounds are paced");
    }
    const outcome = event.kind === "walked" ? "ok" : event.error.code;
    const { next, say } = noteOutcome(repetitions.get(router), outcome, clock.monotonicMs());
    repetitions.set(router, next);
    if (event.kind === "walked" && event.report.rebooted) routerLog.warn("the router rebooted");
    if (say === undefined) return;
    if (event.kind === "walked") {
      return routerLog.info({ failures: event.failures }, "the router is read again");
    }
    const fields = { code: event.error.code, problem: event.error.message, count: next.count };
    const isOurs = !(event.error instanceof OperationalError) || event.error.code.startsWith("STORE_");
    if (isOurs) routerLog.error(fields, "a round could not be stored");
    else routerLog.warn(fields, say.kind === "still" ? "the router still cannot be read" : "the router cannot be read");
  };
}
