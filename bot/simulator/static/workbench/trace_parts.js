// The engine's words taken apart: which sentence of `trace_zh.js` and `trace_en.js` it is, and with which values.

/** When a timer is due, as the playbook's long form has it. */
const WAITS = [
  [/^1d at (\d\d:\d\d)$/, "nextDay"],
  [/^(\w+) at (\d\d:\d\d)$/, "at"],
  [/^until (\d\d:\d\d)$/, "until"],
  [/^until (\w{3}) (\d\d:\d\d)$/, "untilWeekday"],
  [/^until (.*)$/, "untilMoment"],
  [/^(\S+) ([+-]?\d+)(d|mo) at (\d\d:\d\d)$/, "date"],
  [/^(\d\w*)$/, "after"],
];

function first(rows, text) {
  for (const [pattern, key] of rows) {
    const found = pattern.exec(text);
    if (found) return { key, values: found.slice(1) };
  }
  return null;
}

export const partsOfWait = (text) => first(WAITS, text);
