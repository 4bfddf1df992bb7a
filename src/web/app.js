/**
 * The page: asks the API every few seconds and shows what it says. It keeps the last good answer when the daemon is
 * gone, and says so. Names come from routers, so everything is set as text, never as markup.
 */
import { createFormat } from "./format.js";
import { words } from "./words.js";

const askEveryMs = 5_000;
const answerWithinMs = 8_000;
const linesShownFirst = 60;
/** 5 pages of 500: more lines than anybody scrolls through. */
const linePagesMax = 5;

const $ = (id) => document.getElementById(id);
const state = {
  language: readLanguage(),
  site: undefined,
  routers: [],
  attention: [],
  lines: [],
  query: "",
  linesShown: linesShownFirst,
  connection: "waiting",
  /** Who is signed in; undefined until the API said so. */
  me: undefined,
  mustSignIn: false,
  /** Why signing in failed: a word, and what it needs. */
  signInTrouble: undefined,
  answeredAtMs: undefined,
  /** The daemon's clock less this browser's: phones are often wrong, and "2 minutes ago" must not be. */
  clockOffsetMs: 0,
};
let format = createFormat(state.language ?? "id", undefined);

// --- asking -----------------------------------------------------------------------------------------------------------

class NotSignedIn extends Error {}

async function ask(path) {
  const reply = await fetch(path, {
    // Words that the page lacks are the API's English ones.
    headers: { accept: "application/json", "accept-language": "en" },
    signal: AbortSignal.timeout(answerWithinMs),
  });
  if (reply.status === 401) throw new NotSignedIn();
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

async function askLines(query) {
  const filter = query === "" ? "state=live" : `q=${encodeURIComponent(query)}`;
  const lines = [];
  let cursor = "";
  for (let page = 0; page < linePagesMax; page++) {
    const { items, nextCursor } = await ask(`api/v1/lines?limit=500&${filter}${cursor}`);
    lines.push(...items);
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return lines;
}

async function refresh() {
  const { query } = state;
  try {
    const [me, site, routers, attention, lines] = await Promise.all([
      ask("api/v1/me"),
      ask("api/v1/site"),
      ask("api/v1/routers?limit=500"),
      ask("api/v1/attention?limit=100"),
      askLines(query),
    ]);
    state.me = me;
    state.mustSignIn = false;
    state.site = site;
    state.routers = routers.items;
    state.attention = attention.items;
    // Somebody typed on while we asked: the next answer is theirs.
    if (query === state.query) state.lines = lines.toSorted?.(byRate) ?? [...lines].sort(byRate);
    state.connection = "connected";
    state.answeredAtMs = Date.parse(site.now);
    state.clockOffsetMs = state.answeredAtMs - Date.now();
    format = createFormat(language(), site.timezone);
  } catch (error) {
    if (error instanceof NotSignedIn) forgetEverything();
    else state.connection = "gone";
  }
  show();
}

/** Nothing of the network stays on a phone whose sign-in has ended. */
function forgetEverything() {
  Object.assign(state, { mustSignIn: true, me: undefined, site: undefined, connection: "connected" });
  Object.assign(state, { routers: [], attention: [], lines: [], answeredAtMs: undefined });
  if ($("line-dialog").open) $("line-dialog").close();
}

const rateOf = ({ rates }) => (rates === null ? 0 : rates.downloadBps + rates.uploadBps);
const order = { live: 0, stale: 1, idle: 2 };
const byRate = (a, b) => order[a.state] - order[b.state] || rateOf(b) - rateOf(a) || (a.name < b.name ? -1 : 1);

// --- showing ----------------------------------------------------------------------------------------------------------

function language() {
  return state.language ?? state.site?.language ?? "id";
}

function show() {
  const say = words[language()];
  const nowMs = Date.now() + state.clockOffsetMs;
  document.documentElement.lang = language();
  document.body.dataset.connection = state.connection;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say[element.dataset.word];
  $("language").textContent = say.otherLanguage;
  $("search").placeholder = say.search;
  if (state.site !== undefined) {
    $("site-name").textContent = state.site.name;
    document.title = `${state.site.name} · Ronda`;
    $("version").textContent = `Ronda ${state.site.version}`;
  }
  const time = state.answeredAtMs === undefined ? undefined : format.time(state.answeredAtMs);
  $("connection").dataset.state = state.connection;
  $("connection").textContent =
    state.connection === "gone"
      ? say.gone
      : state.connection === "waiting"
        ? say.connecting
        : state.mustSignIn
          ? ""
          : say.connected(time);
  $("banner").hidden = state.connection !== "gone";
  $("banner").textContent = state.connection === "gone" ? say.goneLong(time) : "";

  showWho(say);

  $("attention").hidden = state.attention.length === 0;
  $("attention-list").replaceChildren(...state.attention.map((item) => attentionCard(item, say, nowMs)));
  $("router-list").replaceChildren(...state.routers.map((router) => routerCard(router, say, nowMs)));
  showLines(say);
}

function showWho(say) {
  const { me, mustSignIn, signInTrouble } = state;
  const appears = mustSignIn && $("sign-in").hidden;
  $("sign-in").hidden = !mustSignIn;
  $("site").hidden = mustSignIn;
  if (mustSignIn) document.title = "Ronda";
  // Where nobody has to sign in there is nobody to show.
  $("me").hidden = me === undefined || me.kind === "local";
  $("sign-out").hidden = me?.kind !== "user";
  $("me").textContent = me === undefined ? "" : say.signedInAs(me.name, say.roles[me.role] ?? me.role);
  const [word, ...facts] = signInTrouble ?? [];
  $("sign-in-trouble").textContent =
    word === undefined ? "" : typeof say[word] === "function" ? say[word](...facts) : say[word];
  if (appears) $("user-name").focus();
}

function attentionCard(item, say, nowMs) {
  const [title, what] = say.matters[item.kind]?.(item.params) ?? [item.title, item.action.what];
  const card = make("li", "card", make("h3", "", title));
  if (item.since !== null) card.append(make("p", "soft", say.since(format.ago(Date.parse(item.since), nowMs))));
  card.append(make("p", "", what));
  if (item.action.command !== null) card.append(make("code", "", item.action.command));
  return card;
}

function routerCard(router, say, nowMs) {
  const badge = make("span", "state", say.states[router.state] ?? router.state);
  badge.dataset.state = router.state;
  const seen =
    router.lastSeenAt === null ? say.neverSeen : say.lastSeen(format.ago(Date.parse(router.lastSeenAt), nowMs));
  const facts = [
    say.sessions(router.sessions.live, router.sessions.stale),
    ...(router.cpuLoadPercent === null || router.state !== "up" ? [] : [say.cpu(router.cpuLoadPercent)]),
  ];
  const board = [router.boardName, router.version].filter((part) => part !== null).join(" · ");
  const card = make(
    "li",
    "card",
    make("div", "row", make("h3", "", router.name), badge),
    make("p", "", facts.join(" · ")),
    make("p", "soft", [seen, board].filter((part) => part !== "").join(" · ")),
  );
  if (router.lastError !== null) {
    card.append(make("p", "trouble", say.errors[router.lastError.code] ?? router.lastError.message));
  }
  return card;
}

function showLines(say) {
  const { lines, query } = state;
  const sum = { live: 0, downloadBps: 0, uploadBps: 0 };
  for (const { state: lineState, rates } of lines) {
    if (lineState === "live") sum.live += 1;
    sum.downloadBps += rates?.downloadBps ?? 0;
    sum.uploadBps += rates?.uploadBps ?? 0;
  }
  $("lines-title").textContent = query === "" ? say.liveNow : say.found;
  $("lines-sum").textContent = say.sum(sum.live, format.rate(sum.downloadBps), format.rate(sum.uploadBps));
  $("lines-empty").hidden = lines.length > 0 || state.connection === "waiting";
  $("lines-empty").textContent = query === "" ? say.nobodyLive : say.nobodyFound(query);

  const fastest = Math.max(1, ...lines.map(rateOf));
  const shown = lines.slice(0, state.linesShown);
  const rows = $("line-list").children;
  // Rows are kept by place and id, so that the one under a finger or a keyboard's focus stays.
  shown.forEach((line, at) => {
    const known = [...rows].findIndex((row, place) => place >= at && row.dataset.id === line.id);
    const row = known === -1 ? lineRow(line.id) : rows[known];
    if (rows[at] !== row) $("line-list").insertBefore(row, rows[at] ?? null);
    fillLine(row, line, fastest, say);
  });
  while (rows.length > shown.length) rows[rows.length - 1].remove();
  const rest = lines.length - shown.length;
  $("more").hidden = rest <= 0;
  $("more").textContent = say.more(rest);
}

function lineRow(id) {
  const bar = make("span", "bar", make("span", "down"), make("span", "up"));
  const button = make(
    "button",
    "line",
    make("span", "name"),
    make("span", "rate"),
    make("span", "soft about"),
    make("span", "soft today"),
    bar,
  );
  button.type = "button";
  button.addEventListener("click", () => openLine(id));
  const row = make("li", "", button);
  row.dataset.id = id;
  return row;
}

function fillLine(row, line, fastest, say) {
  const part = (name) => row.querySelector(`.${name}`);
  part("name").textContent = line.name;
  part("about").textContent = `${line.router} · ${line.service}`;
  part("today").textContent = say.today(format.bytes(line.today.downloadBytes), format.bytes(line.today.uploadBytes));
  const rate = part("rate");
  const isMeasured = line.rates !== null;
  rate.className = isMeasured ? "rate" : "rate state";
  rate.dataset.state = line.state;
  rate.textContent = isMeasured
    ? `↓ ${format.rate(line.rates.downloadBps)} ↑ ${format.rate(line.rates.uploadBps)}`
    : say.states[line.state];
  row.querySelector(".bar .down").style.width = `${((line.rates?.downloadBps ?? 0) / fastest) * 100}%`;
  row.querySelector(".bar .up").style.width = `${((line.rates?.uploadBps ?? 0) / fastest) * 100}%`;
}

async function openLine(id) {
  const say = words[language()];
  const line = state.lines.find((one) => one.id === id);
  if (line === undefined || state.site === undefined) return;
  $("line-dialog-title").textContent = line.name;
  $("line-dialog-about").textContent = say.usageOf(line.router, line.service);
  $("line-dialog-days").replaceChildren();
  $("line-dialog").showModal();
  const from = new Date(Date.parse(`${state.site.today}T12:00:00Z`) - 13 * 86_400_000).toISOString().slice(0, 10);
  try {
    const { items } = await ask(
      `api/v1/lines/${encodeURIComponent(id)}/usage?by=day&from=${from}&to=${state.site.today}`,
    );
    const most = Math.max(1, ...items.map(({ uploadBytes, downloadBytes }) => uploadBytes + downloadBytes));
    const days = items.toReversed?.() ?? [...items].reverse();
    $("line-dialog-days").replaceChildren(
      ...(days.length === 0 ? [make("li", "soft", say.noUsage)] : days.map((day) => dayRow(day, most))),
    );
  } catch {
    $("line-dialog-days").replaceChildren(make("li", "trouble", say.usageFailed));
  }
}

function dayRow({ date, uploadBytes, downloadBytes }, most) {
  const down = make("span", "down");
  const up = make("span", "up");
  down.style.width = `${(Math.max(0, downloadBytes) / most) * 100}%`;
  up.style.width = `${(Math.max(0, uploadBytes) / most) * 100}%`;
  const bar = make("span", "bar", down, up);
  const sum = make("span", "sum", format.bytes(uploadBytes + downloadBytes));
  sum.title = `↓ ${format.bytes(downloadBytes)} ↑ ${format.bytes(uploadBytes)}`;
  return make("li", "", make("span", "soft", format.date(date)), bar, sum);
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

// --- what the reader does ---------------------------------------------------------------------------------------------

function readLanguage() {
  try {
    const kept = localStorage.getItem("language");
    return kept === "id" || kept === "en" ? kept : undefined;
  } catch {
    return undefined; // storage may be forbidden; then the site's language it is
  }
}

$("language").addEventListener("click", () => {
  state.language = language() === "id" ? "en" : "id";
  try {
    localStorage.setItem("language", state.language);
  } catch {
    // only this visit remembers it
  }
  format = createFormat(state.language, state.site?.timezone);
  show();
});

$("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("sign-in-go").disabled = true;
  try {
    const reply = await fetch("api/v1/auth/login", {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ name: $("user-name").value.trim(), password: $("password").value }),
      // Passwords are checked one at a time, so this may take its turn.
      signal: AbortSignal.timeout(4 * answerWithinMs),
    });
    state.signInTrouble = signInTroubleOf(reply);
  } catch {
    state.signInTrouble = ["signInBroken"];
  }
  $("sign-in-go").disabled = false;
  $("password").value = "";
  if (state.signInTrouble === undefined) return askNow();
  show();
  $("password").focus();
});

function signInTroubleOf(reply) {
  if (reply.ok) return undefined;
  if (reply.status === 429) return ["signInWait", reply.headers.get("retry-after") ?? "60"];
  return [reply.status === 401 || reply.status === 400 ? "signInFailed" : "signInBroken"];
}

$("sign-out").addEventListener("click", async () => {
  try {
    await fetch("api/v1/auth/logout", {
      method: "POST",
      headers: { "x-ronda-csrf": "1" },
      signal: AbortSignal.timeout(answerWithinMs),
    });
  } catch {
    // the next question tells whether we are out
  }
  void askNow();
});

let typing;
$("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    state.query = $("search").value.trim();
    state.linesShown = linesShownFirst;
    void askNow();
  }, 250);
});

$("more").addEventListener("click", () => {
  state.linesShown = Infinity;
  show();
});

let next;
let asking = false;
let askAgain = false;
/** One question at a time; the next one a few seconds after the answer, and none while nobody looks. */
async function askNow() {
  clearTimeout(next);
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  await refresh();
  asking = false;
  if (askAgain) {
    askAgain = false;
    return askNow();
  }
  // Whoever has to sign in is waited for, not asked about.
  if (!document.hidden && !state.mustSignIn) next = setTimeout(askNow, askEveryMs);
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !state.mustSignIn) void askNow();
});

show();
void askNow();
