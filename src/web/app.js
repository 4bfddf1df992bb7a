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
  answeredAtMs: undefined,
  /** The daemon's clock less this browser's: phones are often wrong, and "2 minutes ago" must not be. */
  clockOffsetMs: 0,
};
let format = createFormat(state.language ?? "id", undefined);

// --- asking -----------------------------------------------------------------------------------------------------------

async function ask(path) {
  const reply = await fetch(path, {
    // Words that the page lacks are the API's English ones.
    headers: { accept: "application/json", "accept-language": "en" },
    signal: AbortSignal.timeout(answerWithinMs),
  });
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
    const [site, routers, attention, lines] = await Promise.all([
      ask("api/v1/site"),
      ask("api/v1/routers?limit=500"),
      ask("api/v1/attention?limit=100"),
      askLines(query),
    ]);
    state.site = site;
    state.routers = routers.items;
    state.attention = attention.items;
    // Somebody typed on while we asked: the next answer is theirs.
    if (query === state.query) state.lines = lines.toSorted?.(byRate) ?? [...lines].sort(byRate);
    state.connection = "connected";
    state.answeredAtMs = Date.parse(site.now);
    state.clockOffsetMs = state.answeredAtMs - Date.now();
    format = createFormat(language(), site.timezone);
  } catch {
    state.connection = "gone";
  }
  show();
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
    state.connection === "gone" ? say.gone : state.connection === "waiting" ? say.connecting : say.connected(time);
  $("banner").hidden = state.connection !== "gone";
  $("banner").textContent = state.connection === "gone" ? say.goneLong(time) : "";

  $("attention").hidden = state.attention.length === 0;
  $("attention-list").replaceChildren(...state.attention.map((item) => attentionCard(item, say, nowMs)));
  $("router-list").replaceChildren(...state.routers.map((router) => routerCard(router, say, nowMs)));
  showLines(say);
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
  if (!document.hidden) next = setTimeout(askNow, askEveryMs);
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void askNow();
});

show();
void askNow();
