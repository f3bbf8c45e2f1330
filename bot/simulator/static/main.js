// What the page knows, and what it does about it.

import { call, listen } from "./connection.js";
import { $ } from "./elements.js";
import { Phone } from "./phone.js";
import { currentLanguage, speak, words } from "./words.js";
import { Workbench } from "./workbench.js";

const state = {
  channels: [],
  friends: [],
  groups: [],
  messages: new Map(),
  happened: new Map(),
  unread: new Set(),
  account: null,
  friend: null,
  typing: false,
  now: Date.now(),
};
let online = true;
let typingEnds;
let complaint = null;

const phone = new Phone({
  add,
  follow: () => act("follow"),
  unblock: () => act("unblock"),
  say: (text) => act("say", { text }),
  send: (type) => act("send", { type }),
  redeliver: (message) => redeliver(message.event),
});
const bench = new Workbench({
  add,
  choose,
  chooseChannel,
  rename,
  follow: () => act("follow"),
  block: () => act("block"),
  unblock: () => act("unblock"),
  invite: () => act("invite", { name: words().groupName }),
  redeliver,
});

function draw(messages, happened) {
  state.now = Date.now();
  phone.draw(state, messages);
  bench.draw(state, happened);
  notice();
}

/** The one line at the top of the phone: the gravest thing first, silence when all is well. */
function notice() {
  const w = words();
  const mine = [...state.happened.values()].filter((e) => e.kind === "webhook" && e.chat === state.friend?.id).at(-1);
  if (!online) phone.notice(w.offline);
  else if (complaint) phone.notice(w.errors[complaint] ?? w.errors.other);
  else if (mine?.trouble) phone.notice(mine.again_in === null ? w.botGone : w.botSilent);
  else phone.notice(null);
}

async function attempt(work) {
  try {
    complaint = null;
    const answer = await work();
    notice();
    return answer;
  } catch (trouble) {
    complaint = trouble.code ?? "other";
    notice();
    return null;
  }
}

async function act(name, body = {}, id = state.friend.id) {
  return (await attempt(() => call("POST", `friends/${id}/${name}`, body))) !== null;
}

async function add() {
  const friend = await attempt(() => call("POST", "friends", { channel: state.account.name, name: newName() }));
  if (!friend) return;
  upsert(state.friends, friend); // the stream of events may tell it later
  await choose(friend.id);
  await act("follow", {}, friend.id);
}

function newName() {
  const taken = new Set(state.friends.filter((f) => f.channel === state.account.name).map((f) => f.name));
  const free = words().names.find((name) => !taken.has(name));
  return free ?? words().nameNumber(taken.size + 1);
}

async function rename(name) {
  if (!(await attempt(() => call("PATCH", `friends/${state.friend.id}`, { name })))) draw();
}

async function redeliver(event) {
  await attempt(() => call("POST", `webhooks/${event}/redeliver`, {}));
}

async function chooseChannel(name) {
  state.account = state.channels.find((channel) => channel.name === name);
  await choose(state.friends.find((friend) => friend.channel === name)?.id);
}

let choosing = 0;
async function choose(id) {
  const turn = ++choosing;
  const messages = id ? await attempt(() => call("GET", `friends/${id}/messages`)) : { messages: [] };
  if (!messages || turn !== choosing) return;
  state.friend = state.friends.find((friend) => friend.id === id) ?? null;
  state.messages = byId(messages.messages);
  state.unread.delete(id);
  state.typing = false;
  remember("friend", id);
  draw();
}

const byId = (items) => new Map(items.map((item) => [item.id, item]));

/** Read everything; keep the chosen account and friend if they are still there. */
async function begin() {
  const wanted = state.friend?.id ?? new URLSearchParams(location.search).get("friend");
  const all = await call("GET", wanted ? `state?friend=${encodeURIComponent(wanted)}` : "state");
  const known = all.friends.find((friend) => friend.id === wanted);
  const account = known?.channel ?? state.account?.name;
  Object.assign(state, { channels: all.channels, friends: all.friends, groups: all.groups });
  state.happened = byId(all.happened);
  state.account = all.channels.find((channel) => channel.name === account) ?? all.channels[0];
  state.friend = known ?? null;
  state.messages = byId(known ? all.messages : []);
  const other = all.friends.find((friend) => friend.channel === state.account?.name);
  if (!known && other) await choose(other.id);
  draw();
}

function apply(kind, change) {
  switch (kind) {
    case "message":
      return onMessage(change);
    case "friend":
      upsert(state.friends, change);
      if (state.friend?.id === change.id) state.friend = change;
      return draw();
    case "group":
      upsert(state.groups, change);
      return draw();
    case "quota":
      Object.assign(state.channels.find((channel) => channel.name === change.channel) ?? {}, change);
      return draw();
    case "happened":
      state.happened.set(change.id, change);
      return draw(undefined, new Set([change.id]));
    case "loading":
      return onLoading(change);
  }
}

function onMessage(message) {
  if (message.chat !== state.friend?.id) {
    if (message.author === "bot") state.unread.add(message.chat);
    return draw();
  }
  const fresh = state.messages.has(message.id) ? undefined : new Set([message.id]);
  state.messages.set(message.id, message);
  if (message.author === "bot") state.typing = false;
  draw(fresh);
}

function onLoading({ chat, seconds }) {
  if (chat !== state.friend?.id) return;
  state.typing = true;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => {
    state.typing = false;
    draw();
  }, seconds * 1000);
  draw();
}

function upsert(list, item) {
  const at = list.findIndex((other) => other.id === item.id);
  if (at < 0) list.push(item);
  else list[at] = item;
}

function remember(key, value) {
  const url = new URL(location.href);
  if (value) url.searchParams.set(key, value);
  else url.searchParams.delete(key);
  history.replaceState(null, "", url);
}

/** Preferences live in the browser; where it refuses, they last for this page only. */
const preference = {
  get: (key) => {
    try {
      return localStorage.getItem(`simulator.${key}`);
    } catch {
      return null;
    }
  },
  set: (key, value) => {
    try {
      localStorage.setItem(`simulator.${key}`, value);
    } catch {
      // private window: not remembered
    }
  },
};

const THEMES = ["auto", "light", "dark"];
let theme = THEMES.includes(preference.get("theme")) ? preference.get("theme") : "auto";

function dress() {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = words().theme[theme];
}

function talk(language) {
  speak(language);
  $("language").textContent = words().otherLanguage;
  $("language").lang = currentLanguage() === "en" ? "zh-TW" : "en";
  dress();
  draw();
}

$("theme").addEventListener("click", () => {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  preference.set("theme", theme);
  dress();
});
$("language").addEventListener("click", () => {
  const language = currentLanguage() === "en" ? "zh-TW" : "en";
  preference.set("language", language);
  talk(language);
});

speak(preference.get("language") ?? "zh-TW");
$("language").textContent = words().otherLanguage;
$("language").lang = currentLanguage() === "en" ? "zh-TW" : "en";
dress();
listen({
  begin,
  apply,
  up: () => {
    online = true;
    notice();
  },
  down: () => {
    online = false;
    notice();
  },
});
