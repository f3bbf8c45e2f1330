// What happened in a turn, in English: the sentences for the rows of `trace_parts.js`.

import { naming, titled } from "./titles.js";
import { partsOfWait } from "./trace_parts.js";

const n = naming((text) => `“${text}”`, { member_card: "member card", unbind: "undoing the binding" });
const plural = (number, word) => (Number(number) === 1 ? `1 ${word}` : `${Number(number)} ${word}s`);

const NUMBERED = { s: "second", m: "minute", h: "hour", d: "day", w: "week", mo: "month", y: "year" };
/** `1h30m` → 1 hour 30 minutes */
const span = (text) => text.replace(/(\d+)(mo|[smhdwy])/g, (all, number, unit) => ` ${plural(number, NUMBERED[unit])}`).trim();
const WEEKDAYS = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };
const heldNames = { quiet: "quiet hours to end", staff: "staff to hand back", quota: "more quota, or next month's", late: "tomorrow morning", paused: "the flow to be resumed" };
const bindings = { phone: "phone", shop: "shop member", clerk: "store clerk", member: "member" };

const shopNews = {
  order_placed: "an order was placed", order_paid: "an order was paid", order_cancelled: "an order was cancelled", order_refunded: "an order was refunded",
  member_registered: "registered as a member", member_updated: "the member's data changed", tier_changed: "the member's tier changed",
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

export const trace = {
  waitWords, timerNames: timers, newsNames: shopNews, bindings,
  timerOf: (flow, timer) => `flow “${titled("flow", flow)}”, ${timer}`, startedBy: (flow) => `the flow “${titled("flow", flow)}” starts by its date`,
  begunBy: (flow, audience) => `the flow “${titled("flow", flow)}” starts (came into the audience “${audience}”)`,
  heldBy: (what) => `waits for ${heldNames[what] ?? what}`,
};
