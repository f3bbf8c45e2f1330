// What the page knows, and what it does about it.

import { call, listen, upload } from "./connection.js";
import { withNextFrame } from "./frames.js";
import { choosable } from "./look.js";
import { askBack, beginAnew } from "./phone/going_back.js";
import { Phone } from "./phone/phone.js";
import { Unread } from "./phone/unread.js";
import { refusal } from "./refusals.js";
import { phrase, tr, useZone } from "./words.js";
import { hasConsole } from "./workbench/turn_card.js";
import { Workbench } from "./workbench/workbench.js";

for (const way of document.querySelectorAll(".switches .way")) way.hidden = !hasConsole;
const unread = new Unread();
const state = {
  channels: [],
  friends: [],
  groups: [],
  messages: new Map(),
  happened: new Map(),
  latest: new Map(), // the last message of each chat
  unread: unread.counts, // how many messages of the bot each friend has not seen
  unreadFrom: null, // the first of them in the chat that is shown
  menus: new Map(), // the rich menus of each channel
  sms: new Map(), // messages on the phones of friends
  account: null,
  friend: null,
  group: null, // the group that is looked at: {id, messages}
  typing: false,
  ahead: 0, // seconds that the simulator's clock is ahead of the machine's
  now: Date.now(),
};
const MESSAGES_KEPT = 500; // as the server does
const HAPPENED_KEPT = 300;
let online = true;
let typingEnds;
let complaint = null;

const phone = new Phone({
  add,
  choose,
  follow: () => act("follow"),
  block: () => act("block"),
  unblock: () => act("unblock"),
  invite,
  sayIn: (group, text) => act("say", { text, group: group.id }, group.member),
  openGroup,
  leaveGroup: () => (state.group = null),
  change,
  say: (text, friend) => act("say", { text }, friend),
  send: (type, content) => act("send", { type, content }),
  sendPictures,
  tap: (body) => act("tap", body, state.friend.id, "tap"),
  unsend: (message) => act("unsend", { message: message.id }),
  watched: (message) => act("watched", { message: message.id }),
  redeliver: (message) => redeliver(message.event),
  leadsTo: (address) => attempt(() => call("POST", `friends/${state.friend.id}/address`, { address })),
  openLiff: (address) => attempt(() => call("POST", `friends/${state.friend.id}/liff`, { address })),
  dismissSms: (sms) => attempt(() => call("POST", `friends/${sms.chat}/sms/${sms.id}/dismiss`, {})),
  chosen: (message, meant) => bench.choose(message, meant),
  back: (message) => askBack(message, state.friend.id),
  anew: () => beginAnew(state.friend.id),
});
const bench = new Workbench({
  chooseChannel,
  redeliver,
  add,
  mark: (ids) => phone.log.mark(ids),
  scan: (uri) => phone.run({ type: "uri", uri }),
  ahead: (seconds) => {
    state.ahead = seconds;
    draw();
  },
});

const fresh = { messages: new Set(), happened: new Set() };
let drawing = false;

/** Draw with the next frame, once for all that came until then; what is `new` is lit up. */
function draw(messages = [], happened = []) {
  for (const id of messages) fresh.messages.add(id);
  for (const id of happened) fresh.happened.add(id);
  if (drawing) return;
  drawing = true;
  if (document.hidden) setTimeout(paint); // no frames come while nobody looks
  else withNextFrame(paint);
}

function paint() {
  drawing = false;
  const [messages, happened] = [new Set(fresh.messages), new Set(fresh.happened)];
  fresh.messages.clear();
  fresh.happened.clear();
  state.now = Date.now() + state.ahead * 1000;
  phone.draw(state, messages);
  bench.draw(state, happened);
  notice();
}

/** The one line at the top of the phone: the gravest thing first, silence when all is well. */
function notice() {
  const mine = [...state.happened.values()].filter((e) => e.kind === "webhook" && e.chat === state.friend?.id).at(-1);
  if (!online) phone.notice(tr("The connection to the simulator is lost; reconnecting. Was the bot in the terminal stopped? What you have typed stays."));
  else if (complaint) phone.notice(refusal(complaint));
  else if (mine?.trouble) phone.notice(mine.again_in === null ? tr("The bot never received that. Make sure that it runs, then press the red mark to deliver it again.") : tr("The bot has not received that. The simulator will deliver it again; no need to retype."));
  else phone.notice(null);
}

/** Do it, and tell what went wrong: by the code of the refusal, or for what is `invalid` by the words that `kind` names. */
async function attempt(work, kind = "invalid") {
  try {
    complaint = null;
    const answer = await work();
    notice();
    return answer;
  } catch (trouble) {
    complaint = trouble.code === "invalid" ? kind : (trouble.code ?? "other");
    notice();
    return null;
  }
}

async function act(name, body = {}, id = state.friend.id, kind = "invalid") {
  return (await attempt(() => call("POST", `friends/${id}/${name}`, body), kind)) !== null;
}

/** Send pictures; several at once are a set, an event each. */
async function sendPictures(blobs, id = state.friend.id) {
  const set = { set: crypto.randomUUID(), total: blobs.length };
  for (const [before, blob] of blobs.entries()) {
    const of = blobs.length > 1 ? `?${new URLSearchParams({ ...set, index: before + 1 })}` : "";
    if ((await attempt(() => upload(`friends/${id}/pictures${of}`, blob), "picture")) === null) return false;
  }
  return true;
}

/** A new friend of the account, who has added it: the one, chosen; null where that was refused. */
async function add() {
  const friend = await attempt(() => call("POST", "friends", { channel: state.account.name, name: newName() }));
  if (!friend) return null;
  upsert(state.friends, friend); // the stream of events may tell it later
  await choose(friend.id);
  await act("follow", {}, friend.id);
  phone.showList(false);
  return friend;
}

const NAMES = [phrase("Mei"), phrase("Ming"), phrase("Grace"), phrase("Howard"), phrase("Tina"), phrase("Jack"), phrase("Sophie"), phrase("Ken")];

function newName() {
  const taken = new Set(state.friends.filter((f) => f.channel === state.account.name).map((f) => f.name));
  const free = NAMES.map((name) => name()).find((name) => !taken.has(name));
  return free ?? tr("Friend {number}", { number: taken.size + 1 });
}

async function change(what) {
  const done = (await attempt(() => call("PATCH", `friends/${state.friend.id}`, what))) !== null;
  if (!done) draw();
  return done;
}

/** The account is taken into a new group, and one sees what becomes of it there. */
async function invite() {
  const invited = await attempt(() => call("POST", `friends/${state.friend.id}/invite`, { name: tr("Test group") }));
  return invited !== null && openGroup(invited.group);
}

async function openGroup(id) {
  const messages = await attempt(() => readChat("groups", id));
  if (!messages) return false;
  state.group = { id, messages };
  draw();
  return true;
}

async function redeliver(event) {
  await attempt(() => call("POST", `webhooks/${event}/redeliver`, {}));
}

async function chooseChannel(name) {
  state.account = state.channels.find((channel) => channel.name === name);
  await choose(state.friends.find((friend) => friend.channel === name)?.id);
}

const reading = new Set(); // chats that are read just now, with the messages that came meanwhile

/** The messages of a chat, and those that came while the answer was under way. */
async function readChat(kind, id) {
  const news = new Map();
  const one = { id, news };
  reading.add(one);
  try {
    const { messages } = await call("GET", `${kind}/${id}/messages`);
    return new Map([...byId(messages), ...news]);
  } finally {
    reading.delete(one);
  }
}

let choosing = 0;
let wanted = new URLSearchParams(location.search).get("friend"); // whose chat was chosen last, also while it is read
async function choose(id) {
  const turn = ++choosing;
  wanted = id;
  const messages = id ? await attempt(() => readChat("friends", id)) : new Map();
  if (!messages || turn !== choosing) return;
  state.friend = state.friends.find((friend) => friend.id === id) ?? null;
  state.messages = messages;
  state.unreadFrom = unread.first(id, [...messages.values()]);
  seen();
  state.typing = false;
  remember("friend", id);
  draw();
  if (id) attempt(() => readSms(id)); // SMS may come after the chat
}

const counted = new Set(); // messages that were reported to LINE as shown

/** What the chosen friend got has been seen; LINE counts it where it was sent under a unit's name. */
function seen() {
  if (!state.friend) return;
  unread.seen(state.friend.id, [...state.messages.keys()].at(-1));
  if (document.hidden) return;
  const messages = [...state.messages.values()].filter((one) => one.counted && !counted.has(one.id)).map((one) => one.id);
  for (const id of messages) counted.add(id);
  if (messages.length) attempt(() => call("POST", `friends/${state.friend.id}/seen`, { messages }));
}

document.addEventListener("visibilitychange", seen);

let smsNews = 0;

/** Read anew where news came meanwhile: the answer may be older than they are. */
async function readSms(friend) {
  const before = smsNews;
  const { sms } = await call("GET", `friends/${friend}/sms`);
  if (before !== smsNews) return readSms(friend);
  for (const one of [...state.sms.values()]) if (one.chat === friend) state.sms.delete(one.id);
  for (const one of sms) state.sms.set(one.id, one);
  draw();
}

const readings = new Map(); // of menus, by channel: answers may overtake each other, and the last asked counts
async function readMenus(channel) {
  const reading = (readings.get(channel) ?? 0) + 1;
  readings.set(channel, reading);
  const { menus } = await call("GET", `menus?channel=${encodeURIComponent(channel)}`);
  if (reading !== readings.get(channel)) return;
  state.menus.set(channel, menus);
  draw();
}

const byId = (items) => new Map(items.map((item) => [item.id, item]));

/** Read everything; keep the chosen account and friend if they are still there. `isLast()`: nothing newer is being read. */
async function begin(isLast) {
  const turn = ++choosing; // where a friend is chosen meanwhile, all is read anew with that one
  const [all] = await Promise.all([call("GET", wanted ? `state?friend=${encodeURIComponent(wanted)}` : "state"), bench.clock.reading.again()]);
  if (!isLast()) return;
  if (turn !== choosing) return begin(isLast);
  const known = all.friends.find((friend) => friend.id === wanted);
  const account = known?.channel ?? state.account?.name;
  Object.assign(state, { channels: all.channels, friends: all.friends, groups: all.groups, playbook: all.playbook });
  useZone(all.playbook.zone);
  state.happened = byId(all.happened);
  state.account = all.channels.find((channel) => channel.name === account) ?? all.channels[0];
  state.friend = known ?? null;
  state.messages = byId(known ? all.messages : []);
  state.latest = new Map((all.latest ?? []).map((message) => [message.chat, message]));
  unread.remember(all.friends, state.latest, known?.id);
  seen();
  const other = all.friends.find((friend) => friend.channel === state.account?.name);
  if (!known && other) await choose(other.id);
  for (const one of [...state.sms.values()]) if (one.chat !== state.friend?.id) state.sms.delete(one.id);
  bench.begin(state);
  phone.staff.begin();
  draw();
  await Promise.all([...all.channels.map((channel) => readMenus(channel.name)), state.friend && readSms(state.friend.id)]);
}

function apply(kind, change) {
  switch (kind) {
    case "message":
      return onMessage(change);
    case "friend":
      upsert(state.friends, change);
      if (state.friend?.id === change.id) state.friend = change;
      bench.hear(kind, change);
      return draw();
    case "group":
      upsert(state.groups, change);
      return draw();
    case "quota":
      Object.assign(state.channels.find((channel) => channel.name === change.channel) ?? {}, change);
      return draw();
    case "happened":
      state.happened.set(change.id, change);
      if (state.happened.size > HAPPENED_KEPT) state.happened.delete(state.happened.keys().next().value);
      return draw([], [change.id]);
    case "loading":
      return onLoading(change);
    case "sms":
      smsNews++;
      if (change.dismissed) state.sms.delete(change.id);
      else state.sms.set(change.id, change);
      return draw();
    case "menus":
      return attempt(() => readMenus(change.channel));
    case "playbook":
      useZone(change.zone);
      return bench.hear(kind, change);
    default:
      if (kind === "turn" || kind === "contact") phone.staff.hear(change.chat);
      return bench.hear(kind, change);
  }
}

function onMessage(message) {
  for (const one of reading) if (one.id === message.chat) one.news.set(message.id, message);
  if (message.chat === state.group?.id) state.group.messages.set(message.id, message);
  const before = state.latest.get(message.chat);
  if (!before || before.at <= message.at) state.latest.set(message.chat, message);
  if (message.chat !== state.friend?.id) {
    if (message.author === "bot" && !message.unsent && before?.id !== message.id) unread.add(message.chat);
    return draw();
  }
  const news = state.messages.has(message.id) ? [] : [message.id];
  state.messages.set(message.id, message);
  while (state.messages.size > MESSAGES_KEPT) state.messages.delete(state.messages.keys().next().value);
  if (message.author === "bot") state.typing = false;
  else state.unreadFrom = null;
  seen();
  draw(news);
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

choosable(draw);
listen({
  begin,
  apply,
  up: () => {
    online = true;
    notice();
  },
  down: () => {
    online = false;
    if (state.playbook) state.playbook = { ...state.playbook, refused: null, warned: null }; // of a bot that is perhaps gone
    notice();
    draw();
  },
});
