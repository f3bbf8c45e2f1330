// What happened in a turn, in English: the sentences for the rows of `trace_parts.js`.

import { naming, titled } from "./titles.js";
import { partsOfWait } from "./trace_parts.js";

const n = naming((text) => `“${text}”`, { member_card: "member card", unbind: "undoing the binding" });
const several = (names, by = ", ") => names.split(/ or |, /).map(n.quote).join(by);
const says = (table, key) => (Object.hasOwn(table, key) ? table[key] : n.quote(key));
const plural = (number, word) => (Number(number) === 1 ? `1 ${word}` : `${Number(number)} ${word}s`);

const NUMBERED = { s: "second", m: "minute", h: "hour", d: "day", w: "week", mo: "month", y: "year" };
/** `1h30m` → 1 hour 30 minutes */
const span = (text) => text.replace(/(\d+)(mo|[smhdwy])/g, (all, number, unit) => ` ${plural(number, NUMBERED[unit])}`).trim();
/** `once_per`, as its table has it or as a span. */
const often = (limit) => ({ person: "once per person", conversation: "once per conversation", day: "once per person and day" })[limit] ?? `once per person in ${span(limit)}`;
const WEEKDAYS = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };
const YES_NO = { true: "yes", false: "no" };
const value = (text) => (Object.hasOwn(YES_NO, text) ? YES_NO[text] : n.quote(text));

const heldNames = { quiet: "quiet hours to end", staff: "staff to hand back", quota: "more quota, or next month's", late: "tomorrow morning", paused: "the flow to be resumed" };
const skippedNames = {
  "marketing stopped": "the person wants no marketing", blocked: "the person has blocked the account", late: "it is too late", quiet: "quiet hours",
  max_pushes: "the flow's pushes are used up", pushes_per_person: "the person was sent too many of late", standby: "staff or another system answer",
};
const stopNames = { paused: "it is paused", closed: "it is closed", stopped: "it is stopped", "not yet active": "its time has not come", "no longer active": "its time is over", "is in it already": "the person is in it already" };
const endNames = { ...skippedNames, ...stopNames, exit: "left by the playbook", unbound: "the binding was undone" };
const bindings = { phone: "phone", shop: "shop member", clerk: "store clerk", member: "member" };
const credits = { none: "used up", low: "running low", fine: "enough" };
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

const tests = {
  order: (sign, number) => `${sign} ${number}`, known: (how) => how,
  text: (how, text) => `${how === "contains" ? "contains" : "starts with"} ${n.quote(text)}`,
  ago: (how, time) => ({ within: `within ${span(time)}`, over: `more than ${span(time)} ago`, in_next: `in the next ${span(time)}` })[how],
  daysAgo: (days) => `${plural(days, "day")} ago`, inDays: (days) => (days === "0" ? "today" : `in ${plural(days, "day")}`), anniversary: (days) => (days === "0" ? "its anniversary is today" : `its anniversary is in ${plural(days, "day")}`),
  inMonth: (month) => (month === "this" ? "this month" : month === "next" ? "next month" : `in month ${month}`), during: (hours) => `during ${n.quote(hours)}`,
  today: (away) => (away ? `today ${away.replace(/([+-])(\d+)(mo|d)/g, (all, sign, number, unit) => `${sign} ${plural(number, NUMBERED[unit])}`)}` : "today"), is: (text) => value(text),
};

const contactFields = {
  name: "name", language: "language", phone: "phone", email: "email", member_no: "member number", friend: "is a friend", marketing: "whether they want marketing", followed: "when they added the account",
  last_seen: "when they were last seen", last_push: "when they were last pushed to", last_staff: "when staff last had them", last_order: "when they last ordered", clerk: "store clerk", clerk_since: "since when they have the clerk",
};
const eventFields = {
  seconds: "seconds to wait", waiting: "one still waits", amount: "amount", result: "result", tag: "tag", by: "by whom", old: "the value before", new: "the value now", at: "where it ended", date: "date", time: "time", date_time: "date and time", address: "address", title: "title",
};
const subjects = {
  attribute: (key) => `attribute ${n.attribute(key)}`, contact: (field) => says(contactFields, field), answer: (name) => `the answer ${n.state(name)}`, event: (field) => says(eventFields, field),
};

/** What decided a condition, as a fact. */
const reasons = {
  nothingAsked: () => "there is no condition",
  tagOff: (tags) => `tag ${several(tags, " or ")} is not on`, tagExpired: (tags) => `tag ${several(tags)} has expired`, tagOn: (tags, since) => `tag ${several(tags, " or ")} is on (since ${since})`,
  bound: (kind, others, yes) => `${yes === "yes" ? "bound" : "not bound"}: ${[kind, ...(others ?? "").split(" or ").filter(Boolean)].map((one) => says(bindings, one)).join(" or ")}`,
  boundBefore: (yes) => (yes === "yes" ? "a phone was bound before" : "no phone was ever bound"),
  during: (hours, yes) => `it is ${yes === "yes" ? "" : "not "}${n.quote(hours)}`,
  onList: (list, yes) => `${yes === "yes" ? "on" : "not on"} the list ${n.quote(list.replace(/@.*$/, ""))}`,
  channel: (wanted, here) => `the account is ${n.channel(here)} (asked for: ${wanted.split(" or ").map(n.channel).join(" or ")})`,
  split: (split, groups, yes) => `${yes === "yes" ? "drawn" : "not drawn"} for ${several(groups, " or ")} in the split ${n.quote(split)}`,
  inFlow: (flows, states, yes) => `${yes === "yes" ? "in" : "not in"} the flow ${flows.split(" or ").map(n.flow).join(" or ")}${states ? ` at ${states.split(" or ").map((state) => n.state(state, flows)).join(" or ")}` : ""}`,
  noClerk: () => "no store clerk", store: (wanted, found) => `the store is ${n.store(found)} (asked for: ${wanted.split(" or ").map(n.store).join(" or ")})`,
  staff: (asked, yes) => ((asked === "true") === (yes === "yes") ? "staff have the conversation" : "staff do not have the conversation"), smsCredit: (wanted, found) => `credit for SMS: ${credits[found]}`,
  noSetting: () => "there is no such setting", setting: (name, found) => `the setting ${n.quote(name)} is ${value(found)}`,
  tested: (kind, name, wanted, found) => `${subjects[kind](name)}: ${foundWords(found)} (asked for: ${wanted})`,
};
const foundWords = (found) => (found === "not known" ? "not known" : found === "known, private" ? "known, not shown" : value(found.replace(/^it is /, "")));

const lost = {};
const noticeNames = { phone_moved: "the phone is bound to another LINE account now" };
const rewrites = {
  merged: "became one with another contact", parted: "the merge was undone", phone_came: "the phone came from another LINE account", phone_went: "the phone went to another LINE account",
  phone_came_back: "the phone came back", phone_lost: "the phone is another member's",
};
const tagged = (text) => text.split(" ").map((tag) => `${tag.startsWith("-") ? "off: " : "on: "}${n.quote(tag.slice(1))}`).join(", ");

/** A step that was heard: the person's own words, or news. */
const because = (heard, said) => {
  const found = /^(\w+): (.*)$/s.exec(heard) ?? [null, heard, ""];
  if (said === heard || !Object.hasOwn(news, found[1])) return n.quote(heard);
  return news[found[1]](found[2]);
};

const steps = {
  rule: (heard, said) => (heard ? `The rule matched: ${because(heard, said)}` : "The rule matched"), ruleOfRest: () => "The rule for other messages matched (anything_else)", branch: () => "Took this branch",
  if: () => "The condition does not hold", unless: () => "What rules it out holds, so it is not done", oncePer: (limit) => `This rule is for ${often(limit)}: not this time${limit === "day" ? ", but again after midnight" : ""}`, flowOncePer: (flow, limit) => `The flow ${n.flow(flow)} is for ${often(limit)}: not started this time`,
  notYet: (moment) => `This rule begins at ${moment}: not yet`, over: (moment) => `This rule ended at ${moment}: it is over`, noneLeft: (most) => `This rule is for the first ${most}: no places are left`, placeTaken: () => "Has taken a place",
  tapped: (label) => `${n.quote(label)} was tapped`, tapUnknown: () => "The playbook has this button no more",
  linkOpened: (code) => `Came by the link ${n.link(code)}`, linkUnknown: (code) => `The link ${n.link(code)} is gone`,
  marketingWord: (how) => (how === "stopped" ? "Said to want no marketing" : "Said to want marketing"),
  answer: () => "The answer was taken", ask: () => "Asked the question", otherwise: () => "Not an answer here: sent the hint", tries: () => "Too many tries",
  nobodyHears: () => "No rule matches", postbackUnknown: () => "No rule takes this button",
  stateLost: (flow, state) => `The flow ${n.flow(flow)} has no step ${n.state(state, flow)} any more`, state: (state, flow) => `Came to ${n.state(state, flow)} (flow ${n.flow(flow)})`,
  movedOut: (from) => `The playbook changed: out of the flow from ${n.state(from)}`, moved: (to, from) => `The playbook changed: from ${n.state(from)} to ${n.state(to)}`,
  flowEnded: (flow, at) => `The flow ${n.flow(flow)} ended at ${Object.hasOwn(endNames, at) ? n.quote(endNames[at]) : n.state(at, flow)}`,
  flowStopped: (flow) => `The flow ${n.flow(flow)} was stopped`, flowLeft: (flow, cause) => `Left the flow ${n.flow(flow)}: what began it was undone (${undone(cause)})`,
  start: (flow) => `Started the flow ${n.flow(flow)}`, startNot: (flow, why) => `The flow ${n.flow(flow)} was not started: ${stopNames[why]}`,
  startOver: (flow, moment) => `The flow ${n.flow(flow)} was not started: ${moment} was over when the date was known`, startLate: (flow, moment) => `The flow ${n.flow(flow)} started late: ${moment} was over when the date was known`,
  startNotIn: (flow, audience) => `The flow ${n.flow(flow)} was not started: no longer in the audience ${n.quote(audience)}`, startWaits: (flow, moment) => `The flow ${n.flow(flow)} waits to start at ${moment}`,
  split: (group, split) => `Put into the group ${n.quote(group)} of ${n.quote(split)}`,
  exit: (number) => `Left ${plural(number, "flow")}`, exitNone: () => "Was in no flow", raise: (signal) => `Raised the signal ${n.quote(signal)}`,
  held: (by) => `Waits for ${heldNames[by] ?? by}`, timerWaits: () => "The flow is paused: this goes on when it does", timerStale: () => "They are elsewhere by now: this time does not count",
  pushWaits: (flow) => `The push waits: the result of ${n.flow(flow)} is said first`, pushSkipped: (why) => `Push skipped: ${skippedNames[why] ?? why}`,
  replyLost: (why) => `The reply is lost: ${lost[why] ?? why}`, replyDropped: () => "No reply: staff or another system answer",
  reply: (number) => `Replied with ${plural(number, "message")}`, push: (number) => `Pushed ${plural(number, "message")}`, show: (number) => `The page shows ${plural(number, "message")}`,
  messageNotSent: (card) => `A message of the card ${n.quote(card)} was not sent: filled so, LINE would refuse it`,
  tapLeftOut: (tap, page) => `The button ${n.quote(tap)} was left out: the page ${n.page(page)} is closed or paused here`, tapBroken: () => "A button was left out: its address cannot be used now",
  notice: (what) => `Told the person: ${says(noticeNames, what)}`,
  resultDone: () => "Gave the result", resultWaits: () => "The result waits for the page to say its trigger, a minute at most", resultNotSaid: () => "The flow around this one says the result", resultWithdrawn: () => "The result is not said: the binding was undone before", resultLost: () => "The result cannot be said: the playbook has it no more",
  closedSaid: () => "Told the person that the page is closed", pageNotOpened: (flow, missing) => `The page was not opened: the flow ${n.flow(flow)} needs ${several(missing)}`,
  pageUnknown: (page) => `There is no page ${n.page(page)}`, pageAsksNothing: (page) => `The page ${n.page(page)} asks nothing now`, pageStale: () => "This answer was to an earlier question, and was not taken", askedOnPage: (page) => `The page ${n.page(page)} asks for this: the person is sent there`,
  formKept: (form) => `Took the form ${n.form(form)}`, formClosed: (form) => `The form ${n.form(form)} is closed`, formSentBefore: (form) => `The form ${n.form(form)} was sent before, and may be sent once`, formFieldWrong: (number) => `Field ${number} of the form is not right`,
  tagsAdded: (tags) => `Added tags: ${several(tags)}`, tagsThere: () => "Had the tags already", tagsRemoved: (tags) => `Removed tags: ${several(tags)}`, tagsNotThere: () => "Had none of these tags",
  set: (key) => `Noted attribute ${n.attribute(key)}`, setSame: (key) => `Attribute ${n.attribute(key)} was so already`, setRefused: (key) => `Attribute ${n.attribute(key)} takes no such value`,
  increase: (key, by) => `Increased attribute ${n.attribute(key)} by ${by}`, increaseRefused: (key) => `Attribute ${n.attribute(key)} would be too large to be kept`, cleared: (key) => `Cleared attribute ${n.attribute(key)}`, clearedNothing: (key) => `Attribute ${n.attribute(key)} was not known`,
  marketing: (how) => (how === "stopped" ? "No more marketing" : "Marketing is allowed"),
  menuNone: () => "No rich menu is for this person", menu: (menu) => `Rich menu: ${n.quote(menu)}`, pinMenu: (menu) => `Pinned the rich menu ${n.quote(menu)}`, unpinMenu: () => "No rich menu is pinned any more",
  loading: (seconds) => `Showed the typing sign for ${plural(seconds, "second")}`, notifyStaff: () => "Told staff", note: () => "Kept a note", handOver: () => "Handed over to staff", handBack: () => "Handed back to the bot",
  staffSilent: () => "Staff have the conversation: the bot is silent", inGroup: (how) => ({ leaves: "Left the group: the playbook stays in none", silent: "Says nothing in groups" })[how],
  notAsked: () => "Did not ask: there is no value, or nobody waits for the result any more",
  call: (hook) => `Asked the outside system ${n.quote(hook)}, and waits for it`, sendCode: () => "Asked for an SMS with a code, and waits for it", checkCode: () => "Asks whether the code is right", findMember: () => "Looks for the member, and waits",
  moveMember: () => "Asks to move the phone here, and waits", refreshMember: () => "Reads the member's data anew, and waits for the shop", bindClerk: () => "Looks the clerk's code up, and waits",
  findNotProven: () => "Did not look for the member: no right code yet", moveNotProven: () => "Did not move the phone: the birthday is not known", notBound: () => "Not bound: no member was found this time", bound: () => "Bound",
  unbound: (kind) => `No longer bound: ${says(bindings, kind)}`, wasNotBound: (kind) => `Was not bound: ${says(bindings, kind)}`, phoneWasNotBound: () => "No phone was bound", unbindUnknown: () => "Not what the page's button says: nothing was undone",
  memberLapsed: () => "The member was found too long ago: to be looked for again", memberLeftOut: () => "Another member's data, or bound no more: left out",
  lateOutcome: (asked, flow) => `The result came too late: the flow ${n.flow(flow)} is elsewhere`, outcome: (asked, result) => `${outcome(asked, result).replace(/^./, (letter) => letter.toUpperCase())}; no flow waits for it`,
  rewritten: (what) => rewrites[what].replace(/^./, (letter) => letter.toUpperCase()), chainCut: () => "Too much at once: it ends here",
};

const undone = (cause) => because(cause.replace(/^(\w+) /, "$1: "), null);

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
  steps, reasons, tests, waitWords, timerNames: timers, newsNames: shopNews, heard, bindings, heldNames, skippedNames,
  timerOf: (flow, timer) => `flow “${titled("flow", flow)}”, ${timer}`, startedBy: (flow) => `the flow “${titled("flow", flow)}” starts by its date`,
  begunBy: (flow, audience) => `the flow “${titled("flow", flow)}” starts (came into the audience “${audience}”)`,
  heldBy: (what) => `waits for ${heldNames[what] ?? what}`,
  answersLater: {
    call: "The answer comes once the outside system has answered", sendCode: "The answer comes once the SMS was sent", checkCode: "The answer comes once the code was looked at", findMember: "The answer comes once the member was looked for",
    moveMember: "The answer comes once the phone was moved", refreshMember: "The answer comes once the shop has told the member's data", bindClerk: "The answer comes once the clerk was looked up",
  },
};
