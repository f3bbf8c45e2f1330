// What happened in a turn, in English: the sentences for the rows of `trace_parts.js`.

import { naming, titled } from "./titles.js";
import { partsOfWait } from "./trace_parts.js";

const n = naming((text) => `“${text}”`, { member_card: "member card", unbind: "undoing the binding" });
const says = (table, key) => (Object.hasOwn(table, key) ? table[key] : n.quote(key));
const plural = (number, word) => (Number(number) === 1 ? `1 ${word}` : `${Number(number)} ${word}s`);

const NUMBERED = { s: "second", m: "minute", h: "hour", d: "day", w: "week", mo: "month", y: "year" };
/** `1h30m` → 1 hour 30 minutes */
const span = (text) => text.replace(/(\d+)(mo|[smhdwy])/g, (all, number, unit) => ` ${plural(number, NUMBERED[unit])}`).trim();
const WEEKDAYS = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };
const heldNames = { quiet: "quiet hours to end", staff: "staff to hand back", quota: "more quota, or next month's", late: "tomorrow morning", paused: "the flow to be resumed" };
const bindings = { phone: "phone", shop: "shop member", clerk: "store clerk", member: "member" };
const ownNews = { sweep: "time to look at audiences and menus anew", menu_again: "the rich menu is looked at again", quota_back: "there is quota again", stopped: "a flow was stopped", set: "data was brought up to date", given: "the data is there" };

const outcomes = {
  "code sent": "the code was sent by SMS", "code too_soon": "a code was sent just now; too soon for another", "code refused": "today's codes are used up", "code failed": "the SMS could not be sent",
  "code right": "the code is right", "code wrong": "the code is wrong", "code locked": "too many wrong codes: locked", "code expired": "the code has expired",
  "member found": "the member was found", "member missing": "there is no such member", "member taken": "the phone is bound to another LINE account", "member shop_failed": "the shop did not answer about the member",
  "clerk bound": "the store clerk was bound", "clerk already": "there is a store clerk already", "clerk unknown": "no clerk has this code", "clerk suspended": "this clerk is suspended",
};
const hookEnds = { ok: "answered", failed: "did not answer, or answered wrongly" };
const outcome = (asked, result) => (asked === "hook" ? `the outside system ${hookEnds[result] ?? n.quote(result)}` : says(outcomes, `${asked} ${result}`));

const shopNews = {
  order_placed: "an order was placed", order_paid: "an order was paid", order_cancelled: "an order was cancelled", order_refunded: "an order was refunded",
  member_registered: "registered as a member", member_updated: "the member's data changed", tier_changed: "the member's tier changed",
};
const anything = (text) => () => text;
const choice = (names) => (subject) => says(names, subject);

/** News that rules may hear, by the trigger's word; `subject`: what it is about. */
const news = {
  follow: choice({ first: "added the account for the first time", again: "added the account again", any: "added the account" }),
  unfollow: anything("blocked the account"), join: anything("the account joined a group"),
  tag_added: (tag) => `tag ${n.quote(tag)} was added`, tag_removed: (tag) => `tag ${n.quote(tag)} was removed`,
  attribute_changed: (key) => `attribute ${n.attribute(key)} changed`,
  bound: (kind) => `bound: ${says(bindings, kind)}`, unbound: (kind) => `no longer bound: ${says(bindings, kind)}`,
  shop: (what) => `the shop tells: ${says(shopNews, what)}`,
  form_sent: (form) => `sent the form ${n.form(form)}`, page_opened: (page) => `opened the page ${n.page(page)}`, link: (code) => `opened the link ${n.link(code)}`,
  enters: (audience) => `came into the audience ${n.quote(audience)}`, leaves: (audience) => `left the audience ${n.quote(audience)}`,
  marketing: choice({ stopped: "wants no more marketing", allowed: "wants marketing" }),
  signal: (signal) => `signal ${n.quote(signal)}`, hook: (hook) => `the outside system ${n.quote(hook)} is done`,
  staff: choice({ takes_over: "staff took the conversation", hands_back: "staff handed back" }),
  flow_ended: (flow) => `the flow ${n.flow(flow)} ended`, ended: (state) => `the flow inside ended at ${n.state(state)}`,
  beacon: choice({ enter: "came near a LINE Beacon", banner: "tapped the banner of a LINE Beacon", stay: "is near a LINE Beacon", any: "LINE Beacon" }),
  account_link: choice({ ok: "the account was linked", failed: "the account was not linked", any: "account link" }),
  membership: choice({ joined: "joined the membership", left: "left the membership", renewed: "renewed the membership", any: "the membership changed" }),
  member_joined: anything("somebody joined the group"), member_left: anything("somebody left the group"), unsend: anything("unsent a message"), message_edited: anything("edited a message"), video_done: anything("watched the video to its end"),
  postback: (data) => `the button's data is ${n.quote(data)}`, after: (wait) => `time is up (${waitWords(wait)})`,
  image: anything("sent a picture"), video: anything("sent a video"), audio: anything("sent a sound"), file: anything("sent a file"), location: anything("sent a location"), sticker: anything("sent a sticker"),
  code: (result) => outcome("code", result), member: (result) => outcome("member", result), clerk: (result) => outcome("clerk", result),
  ...Object.fromEntries(Object.entries(ownNews).map(([kind, text]) => [kind, anything(text)])),
};

const timers = {
  staff: "staff did nothing for long", expiry: "a tag expires", menu: "the pinned rich menu ends", result: "waiting for the page", door: "may push now", start: "starts by its date",
};

/** When a timer is due, counted from when the step was come to. */
const waits = {
  nextDay: (at) => `next day ${at}`, at: (time, at) => `${span(time)} later at ${at}`, until: (at) => `until ${at}`,
  untilWeekday: (day, at) => `until ${WEEKDAYS[day]} ${at}`, untilMoment: (moment) => `until ${moment}`,
  date: (key, number, unit, at) => `${Number(number) === 0 ? "on" : `${plural(Math.abs(number), NUMBERED[unit])} ${Number(number) < 0 ? "before" : "after"}`} ${n.attribute(key)}, ${at}`,
  after: (time) => `after ${span(time)}`,
};

function waitWords(wait) {
  const parts = partsOfWait(wait);
  return parts ? waits[parts.key](...parts.values) : wait;
}

const rewrites = {
  merged: "became one with another contact", parted: "the merge was undone", phone_came: "the phone came from another LINE account", phone_went: "the phone went to another LINE account",
  phone_came_back: "the phone came back", phone_lost: "the phone is another member's",
};
const tagged = (text) => text.split(" ").map((tag) => `${tag.startsWith("-") ? "off: " : "on: "}${n.quote(tag.slice(1))}`).join(", ");

const heard = {
  message: (kind, kinds) => `sent a ${kinds} message`, taps: (label) => `tapped “${label}”`,
  event: (what) => ({ follows: "added the account", unblocks: "unblocked the account", blocks: "blocked the account", joins: "the account joined a group", unfollow: "blocked the account" })[what] ?? rewrites[what.replaceAll(" ", "_")],
  staff: (how) => (how === "hand back" ? "staff handed back" : "staff took the conversation"),
  staffUnbind: (kind) => `staff undid the binding: ${says(bindings, kind)}`, staffBind: () => "staff bound the phone", staffDraw: (split, group) => `staff chose the group ${n.quote(group)} of ${n.quote(split)}`, staffTag: (tags) => `staff changed tags, ${tagged(tags)}`, staffSet: (key) => `staff changed attribute ${n.attribute(key)}`, staffClear: (key) => `staff cleared attribute ${n.attribute(key)}`,
  timer: (timer) => `time is up: ${timer}`, link: (code) => `opened the link ${n.link(code)}`, page: (page) => `opened the page ${n.page(page)}`, form: (form) => `sent the form ${n.form(form)}`,
  hook: (hook, result) => `the outside system ${n.quote(hook)} ${hookEnds[result] ?? n.quote(result)}`,
  outcome: (asked, result) => outcome(asked, result), news: (kind, subject) => (Object.hasOwn(news, kind) ? news[kind](subject ?? "") : `LINE's event ${n.quote(kind)}`),
};

export const trace = {
  waitWords, timerNames: timers, newsNames: shopNews, heard, bindings,
  timerOf: (flow, timer) => `flow “${titled("flow", flow)}”, ${timer}`, startedBy: (flow) => `the flow “${titled("flow", flow)}” starts by its date`,
  begunBy: (flow, audience) => `the flow “${titled("flow", flow)}” starts (came into the audience “${audience}”)`,
  heldBy: (what) => `waits for ${heldNames[what] ?? what}`,
};
