import { obstacleWords, questionWords, type Language } from "./access/access-words.js";
import type { AttentionItem } from "./attention.js";
import type { ClockDoubtReason } from "../domain/billing/clock-doubt.js";
import {
  obstacleFacts,
  questionFacts,
  told,
  type AttentionDictionary,
  type AttentionWords,
} from "./attention-phrases.js";
import { indonesian } from "./attention-words-id.js";

const clockReasons: Record<ClockDoubtReason, (p: AttentionItem["params"]) => string> = {
  unset: () => "The machine's clock is not set",
  stepped: () => "The machine's clock was set while Ronda ran",
  "behind-books": () => "The machine's clock shows less than the books",
  "ahead-of-books": () => "The machine's clock is days ahead of the books",
  "routers-disagree": (p) =>
    `Routers show another time than this machine${p["routers"] === "" ? "" : `: ${p["routers"]}`}`,
  "books-restored": () => "The books were put back from a backup",
};

const lookAndVouch = {
  what: "Look at the time. If it is right, say so; if not, set it. NTP ends it by itself, and so do most routers.",
  command: "ronda clock --vouch",
};

const clockActions: Record<ClockDoubtReason, AttentionWords["action"]> = {
  unset: { what: "Set the clock: NTP does, or a person.", command: "timedatectl set-ntp true" },
  stepped: lookAndVouch,
  "behind-books": lookAndVouch,
  "ahead-of-books": lookAndVouch,
  "routers-disagree": {
    what: "Set whoever is wrong, best by NTP on both. If this machine is right, say so.",
    command: "ronda clock --vouch",
  },
  "books-restored": {
    what: "Record what was paid since the backup, then say that the books are complete: NTP cannot know that.",
    command: "ronda clock --vouch",
  },
};

const english: AttentionDictionary = {
  "database-failing": (p) => ({
    title: "The database cannot be written",
    detail: `${p["message"]} (${p["code"]}). Routers are still read; what they count is kept until it can be written.`,
    action: { what: "Check that the disk is there, not full and not read-only.", command: undefined },
  }),
  "router-other-device": (p) => ({
    title: `Another device answers as ${p["router"]}`,
    detail: `${p["message"]}. Nothing is read from it or written to it until a person says that it is right.`,
    action: {
      what: "If the router was replaced on purpose, accept the new one; if not, check its address.",
      command: `ronda router accept ${p["router"]}`,
    },
  }),
  "router-login-failed": (p) => ({
    title: `${p["router"]} refuses the login`,
    detail: `${p["message"]}. Its sessions are shown as stale until it can be read again.`,
    action: {
      what: "Check username and password in routers.yaml against /user on the router.",
      command: `ronda doctor ${p["router"]}`,
    },
  }),
  "router-not-permitted": (p) => ({
    title: `The user of ${p["router"]} lacks a permission`,
    detail: String(p["message"]),
    action: { what: "Give the router's API user the policy that is missing.", command: `ronda doctor ${p["router"]}` },
  }),
  "router-unreachable": (p) => ({
    title: `${p["router"]} cannot be read`,
    detail: `${p["message"]} (${p["code"]}). Its sessions are stale, not ended: nothing is lost that its log still holds.`,
    action: {
      what: "Check power, cable and the API service of the router.",
      command: `ronda doctor ${p["router"]}`,
    },
  }),
  "clock-doubted": (p) => ({
    title: clockReasons[p["reason"] as ClockDoubtReason](p),
    detail:
      `The machine's clock shows ${p["shown"]}; it was last trusted at ${p["trusted"] === "" ? "no time yet" : p["trusted"]}. ` +
      "Reading, counting, payments and releases go on. Nobody goes dark; nothing is invoiced, reminded or deleted.",
    action: clockActions[p["reason"] as ClockDoubtReason],
  }),
  "brake-engaged": (p) => ({
    title: `The brake holds ${count(p["waiting"], "isolation")} back${p["router"] === "" ? "" : ` on ${p["router"]}`}`,
    detail: `More would go dark within a day than the brake lets: ${p["names"]}. Nobody goes dark until a person says so; paying still lights.`,
    action: {
      what: "Look at who is listed. If they are right, confirm them; if not, mend what isolated them.",
      command: `POST /api/v1/billing/brakes/${p["brake"]}/confirm`,
    },
  }),
  "passwords-not-openable": (p) => ({
    title: `${count(p["count"], "stored line password")} cannot be opened`,
    detail: `${p["message"]} (${p["code"]}). Lines that are on their routers go on; one that is missing there cannot be added.`,
    action: { what: "Put the ronda.key that belongs to this database back beside routers.yaml.", command: undefined },
  }),
  "access-not-readable": (p) => ({
    title: `The secrets, users and queues of ${p["router"]} cannot be read`,
    detail: `${p["message"]} (${p["code"]}). Usage is counted as ever, but nothing is compared or repaired.`,
    action: { what: "Let the doctor say what is missing.", command: `ronda doctor ${p["router"]}` },
  }),
  "access-not-writable": (p) => ({
    title: `${p["router"]} cannot be written to`,
    detail: `${p["message"]} (${p["code"]}). Isolations and releases wait.`,
    action: { what: "Give the router's API user what it lacks.", command: `ronda doctor ${p["router"]}` },
  }),
  "enforce-unconfirmed": (p) => ({
    title: `${count(p["changes"], "change")} on ${p["router"]} ${Number(p["changes"]) === 1 ? "waits" : "wait"} for your go`,
    detail: `It was in observe before. ${p["darkens"]} would go dark and ${p["lights"]} would be lit; nothing is written until a person has seen it.`,
    action: {
      what: "Look at the changes, then confirm them with POST /api/v1/routers/NAME/reconcile.",
      command: `ronda diff ${p["router"]}`,
    },
  }),
  "change-refused": (p) => ({
    title: `${p["router"]} refused ${count(p["changes"], "change")}`,
    detail: `It says: ${p["message"]} (${p["names"]}). They are tried again, ever more slowly.`,
    action: { what: "Mend what the router complains about, or the plan.", command: `ronda diff ${p["router"]}` },
  }),
  "line-asks": (p) => ({
    ...told(questionWords(questionFacts(p, "lines"), "en"), p),
    detail: `It is left as it is until somebody answers: ${p["names"]}.`,
  }),
  "line-blocked": (p) => ({
    ...told(obstacleWords(obstacleFacts(p, "lines"), "en"), p),
    detail: `Waiting for it: ${p["names"]}.`,
  }),
  "webhook-off": (p) => ({
    title: `Nothing is sent to ${p["host"]} any more`,
    detail: `Every delivery of ${p["webhook"]} had failed for three days, so it was switched off. What happens meanwhile is not sent later.`,
    action: {
      what: "See why in its deliveries, mend the receiver, then put it on again.",
      command: `POST /api/v1/webhooks/${p["webhook"]}/enable`,
    },
  }),
  "router-parked-with-sessions": (p) => ({
    title: `${p["router"]} left routers.yaml with ${count(p["sessions"], "open session")}`,
    detail: "Its books are kept, but nobody reads it, so these sessions stay stale.",
    action: {
      what: "Put it back into routers.yaml. If it was renamed there, stop Ronda, tell the books, and start it again.",
      command: `ronda router rename ${p["router"]} NEW-NAME`,
    },
  }),
  "site-zone-changed": (p) => ({
    title: `The site's time zone changed from ${p["was"]} to ${p["is"]}`,
    detail: "Days that are summed already keep the borders of the old zone; new ones follow the new zone.",
    action: { what: "If that was a mistake, set site.timezone in routers.yaml back.", command: undefined },
  }),
  "log-gap": (p) => ({
    title: `${count(p["minutes"], "minute")} of the log of ${p["router"]} are lost`,
    detail:
      "The router's log had turned over before it was read. Sessions that began and ended in that time are not in " +
      `the books; ${count(p["estimatedSessions"], "session")} that ended in it ${Number(p["estimatedSessions"]) === 1 ? "is" : "are"} estimated.`,
    action: {
      what: "Let the router keep more lines in its memory log.",
      command: "/system logging action set memory memory-lines=5000",
    },
  }),
  "log-counts-differ": (p) => ({
    title: `${p["router"]} counts differently in its log than on its interfaces`,
    detail: `Over ${count(p["sessions"], "session")} the two differ by ${p["percent"]} %. The log's figure is the one that is booked.`,
    action: { what: "Let the doctor measure it.", command: `ronda doctor ${p["router"]}` },
  }),
  "log-order-unsettled": (p) => ({
    title: `${count(p["records"], "logout record")} of ${p["router"]} ${Number(p["records"]) === 1 ? "waits" : "wait"} for the log's byte order`,
    detail:
      "Which of the two figures is the upload is settled by the first session whose own counters tell them apart. " +
      "Until then these sessions stay estimated.",
    action: { what: "Nothing; it settles itself when a session with clear traffic ends.", command: undefined },
  }),
  "rows-unreadable": (p) => ({
    title: `${count(p["rows"], "row")} of ${p["router"]} could not be read`,
    detail: "They were left out and everything else was booked; no session is closed while rows are unreadable.",
    action: { what: "Look which they are and report them.", command: `ronda doctor ${p["router"]}` },
  }),
  "router-slowed-down": (p) => ({
    title: `${p["router"]} is busy and is read less often`,
    detail: `Every ${p["effectiveEverySeconds"]} s instead of every ${p["pollEverySeconds"]} s; it returns to that by itself.`,
    action: { what: "If it stays so, set a longer pollEvery or find what loads the router.", command: undefined },
  }),
  "nobody-signs-in": () => ({
    title: "Others are to reach Ronda, and nobody can sign in yet",
    detail: "http.host or http.publicUrl opens the API to others. Everybody who is not known is refused.",
    action: { what: "Make the first user, an admin.", command: "ronda user create NAME --role admin" },
  }),
};

const dictionaries: Record<Language, AttentionDictionary> = { en: english, id: indonesian };

export function attentionWords(
  item: Pick<AttentionItem, "kind" | "params">,
  language: Language = "en",
): AttentionWords {
  return dictionaries[language][item.kind](item.params);
}

function count(value: string | number | undefined, noun: string): string {
  return `${value ?? 0} ${noun}${Number(value) === 1 ? "" : "s"}`;
}
