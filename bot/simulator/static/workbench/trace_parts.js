// The engine's words taken apart: which sentence of `trace_zh.js` and `trace_en.js` it is, and with which values.

/** What came in, where it is not the person's own words. */
const HEARD = [
  [/^\((\w+)\)$/, "message"],
  [/^taps \[(.*)\]$/s, "taps"],
  [/^(follows|unblocks|blocks|joins|unfollow|merged|parted|phone came|phone went|phone came back|phone lost)$/, "event"],
  [/^staff (take the conversation|hand back)$/, "staff"],
  [/^staff unbind the (\w+)$/, "staffUnbind"],
  [/^staff bind the phone$/, "staffBind"],
  [/^staff draw (.*?): (.*)$/s, "staffDraw"],
  [/^staff tag (.*)$/s, "staffTag"],
  [/^staff set (.*)$/s, "staffSet"],
  [/^staff clear (.*)$/s, "staffClear"],
  [/^timer (.*)$/s, "timer"],
  [/^opens the link (.*)$/s, "link"],
  [/^opens the page (.*)$/s, "page"],
  [/^sends the form (.*)$/s, "form"],
  [/^hook (\S+) (\w+)$/s, "hook"],
  [/^(code|member|clerk) (\w+)$/, "outcome"],
  [/^(\w+)(?: (.*))?$/s, "news"],
];

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

export const partsOfHeard = (text) => first(HEARD, text);
export const partsOfWait = (text) => first(WAITS, text);
