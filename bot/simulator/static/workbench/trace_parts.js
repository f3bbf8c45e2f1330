// The engine's words taken apart: which sentence of `trace_zh.js` and `trace_en.js` a step is, and with which values.
// One table for steps, one for what came in, one for what decided a condition, one for how values are compared.

const ANY = /^(.*)$/s;
const NONE = null;
const FLOW = /^flow (.+)$/s;

/** What happened · how it ended · because of what · which sentence, with what the patterns caught · how it looks. */
const STEPS = [
  ["rule", "matched", ANY, "rule", "heard"],
  ["anything_else", "matched", NONE, "ruleOfRest", "heard"],
  ["branch", "matched", NONE, "branch", "heard"],
  ["if", "not met", NONE, "if", "not"],
  ["from", "not yet", ANY, "notYet", "not"],
  ["until", "over", ANY, "over", "not"],
  ["first", "none left", /^.*: of (\d+)$/s, "noneLeft", "not"],
  ["first", "place taken", NONE, "placeTaken", "did"],
  ["once_per", "used up", /^flow (\S+): (\w+)$/, "flowOncePer", "not"],
  ["once_per", "used up", ANY, "oncePer", "not"],
  ["tap", "tapped", ANY, "tapped", "heard"],
  ["tap", "unknown", NONE, "tapUnknown", "no"],
  ["link", "opened", ANY, "linkOpened", "heard"],
  ["link", "unknown", ANY, "linkUnknown", "no"],
  ["word", /^marketing (stopped|allowed)$/, NONE, "marketingWord", "heard"],
  ["answer", "valid", NONE, "answer", "heard"],
  ["ask", "asked", NONE, "ask", "did"],
  ["otherwise", "said", NONE, "otherwise", "not"],
  ["tries", "too many", NONE, "tries", "not"],
  ["event", "no-match", NONE, "nobodyHears", "not"],
  ["rules", "no-match", ANY, "nobodyHears", "not"],
  ["postback", "no-match", NONE, "postbackUnknown", "no"],
  ["state", "lost", /^flow (\S+) has no state (.*)$/s, "stateLost", "no"],
  ["state", ANY, FLOW, "state", "did"],
  ["moved", "exit", /^from (.*)$/s, "movedOut", "did"],
  ["moved", ANY, /^from (.*)$/s, "moved", "did"],
  ["flow", "ended", /^(\S+) at (.*)$/s, "flowEnded", "did"],
  ["flow", "stopped", ANY, "flowStopped", "not"],
  ["flow", "left", /^(\S+): what began it is undone: (.*)$/s, "flowLeft", "not"],
  ["start", "not started", /^(\S+): (is in it already|paused|closed|stopped|not yet active|no longer active)$/s, "startNot", "not"],
  ["start", "not started", /^(\S+): (.*) was over when the date was set.*$/s, "startOver", "not"],
  ["start", "not started", /^(\S+): is not in (.*) any more$/s, "startNotIn", "not"],
  ["start", "waits", /^(\S+): (.*)$/s, "startWaits", "wait"],
  ["start", "late", /^(\S+): (.*) was over when the date was set.*$/s, "startLate", "did"],
  ["start", ANY, NONE, "start", "did"],
  ["exit", /^left (\d+)$/, NONE, "exit", "did"],
  ["exit", "was in none", NONE, "exitNone", "did"],
  ["raise", ANY, NONE, "raise", "did"],
  ["door", "held", ANY, "held", "wait"],
  ["timer", "held", ANY, "held", "wait"],
  ["timer", "waits", NONE, "timerWaits", "wait"],
  ["timer", "stale-timer", NONE, "timerStale", "not"],
  ["push", "waits", /^for the result of (.*)$/s, "pushWaits", "wait"],
  ["push", "skipped", ANY, "pushSkipped", "not"],
  ["reply", "lost", ANY, "replyLost", "no"],
  ["reply", "dropped", NONE, "replyDropped", "not"],
  ["reply", /^(\d+) messages?$/, NONE, "reply", "did"],
  ["push", /^(\d+) messages?$/, NONE, "push", "did"],
  ["show", /^(\d+) messages?$/, NONE, "show", "did"],
  ["message", "not-sent", /^a message of card "(.*?)" is not sent: .*$/s, "messageNotSent", "no"],
  ["message", "not-sent", /^tap "(.*?)" is left out: page "(.*?)" is closed or paused here$/s, "tapLeftOut", "no"],
  ["message", "not-sent", NONE, "tapBroken", "no"],
  ["notice", ANY, NONE, "notice", "did"],
  ["result", "done", NONE, "resultDone", "did"],
  ["result", "waits for the page", NONE, "resultWaits", "wait"],
  ["result", /^not said: another flow runs this one$/, NONE, "resultNotSaid", "did"],
  ["result", "withdrawn", NONE, "resultWithdrawn", "not"],
  ["result", "lost", NONE, "resultLost", "no"],
  ["closed", "said", NONE, "closedSaid", "did"],
  ["page", "not-opened", /^(\S+) needs (.*)$/s, "pageNotOpened", "no"],
  ["page", "no-match", /^there is no page (.*)$/s, "pageUnknown", "no"],
  ["page", "no-match", /^(\S+) asks nothing$/s, "pageAsksNothing", "not"],
  ["page", "stale-answer", NONE, "pageStale", "not"],
  ["page", "not heard", /^the page (\S+) asks for this$/s, "askedOnPage", "did"],
  ["form", "kept", ANY, "formKept", "heard"],
  ["form", "closed", ANY, "formClosed", "not"],
  ["form", "not-kept", /^(\S+) was sent before, and is not for `again`$/s, "formSentBefore", "not"],
  ["form", "not-kept", /^field (\d+) is not valid$/, "formFieldWrong", "no"],
  ["add_tags", /^added (.*)$/s, NONE, "tagsAdded", "did"],
  ["add_tags", "had them already", NONE, "tagsThere", "did"],
  ["remove_tags", /^removed (.*)$/s, NONE, "tagsRemoved", "did"],
  ["remove_tags", "had none of them", NONE, "tagsNotThere", "did"],
  ["set", "not-set", /^(\S+) takes no such value$/s, "setRefused", "no"],
  ["set", /^(\S+) (?:was so|had it) already$/, NONE, "setSame", "did"],
  ["set", /^(\S+) cleared$/, NONE, "cleared", "did"],
  ["set", /^(\S+) set$/, NONE, "set", "did"],
  ["increase", "not-set", /^(\S+) would be too large to be stored$/s, "increaseRefused", "no"],
  ["increase", /^(\S+) by (.*)$/s, NONE, "increase", "did"],
  ["clear", /^(\S+) cleared$/, NONE, "cleared", "did"],
  ["clear", /^(\S+) was not known$/, NONE, "clearedNothing", "did"],
  ["marketing", /^(stopped|allowed)$/, NONE, "marketing", "did"],
  ["menu", "none", ANY, "menuNone", "did"],
  ["menu", ANY, ANY, "menu", "did"],
  ["pin_menu", ANY, NONE, "pinMenu", "did"],
  ["unpin_menu", "unpinned", NONE, "unpinMenu", "did"],
  ["loading", /^(\d+) s$/, NONE, "loading", "did"],
  ["notify_staff", "noted", NONE, "notifyStaff", "did"],
  ["note", "noted", NONE, "note", "did"],
  ["hand_over", "staff have the conversation", NONE, "handOver", "did"],
  ["hand_back", "the bot has the conversation", NONE, "handBack", "did"],
  ["staff", "silent", NONE, "staffSilent", "wait"],
  ["group", /^(leaves|silent)$/, NONE, "inGroup", "not"],
  ["room", /^(leaves|silent)$/, NONE, "inGroup", "not"],
  ["call", "not-asked", NONE, "notAsked", "not"],
  ["call", ANY, NONE, "call", "wait"],
  ["send_code", "asked", NONE, "sendCode", "wait"],
  ["check_code", "asked", NONE, "checkCode", "wait"],
  ["find_member", "asked", NONE, "findMember", "wait"],
  ["move_member", "asked", NONE, "moveMember", "wait"],
  ["refresh_member", "asked", NONE, "refreshMember", "wait"],
  ["bind_clerk", "asked", NONE, "bindClerk", "wait"],
  [/^(send_code|check_code|find_member|move_member|refresh_member|bind_clerk)$/, "not-asked", NONE, "notAsked", "not"],
  ["find_member", "not-proven", NONE, "findNotProven", "not"],
  ["move_member", "not-proven", NONE, "moveNotProven", "not"],
  ["bind_member", "not-bound", NONE, "notBound", "not"],
  ["bind_member", "bound", NONE, "bound", "heard"],
  ["unbind", /^(\w+) unbound$/, NONE, "unbound", "did"],
  ["unbind", /^no (\w+) was bound$/, NONE, "wasNotBound", "not"],
  ["unbind", "no-match", "no phone was bound", "phoneWasNotBound", "not"],
  ["unbind", "no-match", NONE, "unbindUnknown", "no"],
  ["split", ANY, ANY, "split", "did"],
  ["member", "lapsed", NONE, "memberLapsed", "not"],
  ["member", "left out", NONE, "memberLeftOut", "not"],
  [/^(code|member|clerk|hook)$/, "late-outcome", FLOW, "lateOutcome", "not"],
  [/^(code|member|clerk|hook)$/, ANY, "nobody waits for it", "outcome", "did"],
  [/^(merged|parted|phone_came|phone_went|phone_came_back|phone_lost)$/, ANY, NONE, "rewritten", "did"],
  [ANY, "chain-cut", NONE, "chainCut", "no"],
];

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

/** What decided a condition, as `bot/engine/conditions` tells it. */
const REASONS = [
  [/^nothing is asked$/, "nothingAsked"],
  [/^tag (.*): not on$/s, "tagOff"],
  [/^tag (.*): expired$/s, "tagExpired"],
  [/^tag (.*): on since (.*)$/s, "tagOn"],
  [/^bound (phone|shop|clerk)( or .*)?: (yes|no)$/s, "bound"],
  [/^bound phone before: (yes|no)$/s, "boundBefore"],
  [/^during (.*): (yes|no)$/s, "during"],
  [/^on list (.*): (yes|no)$/s, "onList"],
  [/^channel (.*): it is (.*)$/s, "channel"],
  [/^split (\S+) (.*): (yes|no), bucket \d+$/s, "split"],
  [/^in flow (.*?)(?: in (.*))?: (yes|no)$/s, "inFlow"],
  [/^store (.*): no clerk$/s, "noClerk"],
  [/^store (.*): it is (.*)$/s, "store"],
  [/^staff (true|false): (yes|no)$/s, "staff"],
  [/^sms_credit (.*): it is (none|low|fine)$/s, "smsCredit"],
  [/^there is no such setting$/, "noSetting"],
  [/^(attribute|contact|answer|event) (\S+) (.*): (not known|known, private|it is .*)$/s, "tested"],
  [/^(\S+) is (.*)$/s, "setting"],
];

/** How a value is compared, as `bot/engine/conditions/comparisons.py` tells it. */
const TESTS = [
  [/^([≥≤<>]) (.*)$/s, "order"],
  [/^(known|not known)$/, "known"],
  [/^(starts_with|contains) (.*)$/s, "text"],
  [/^(within|over|in_next) (\w+)$/, "ago"],
  [/^days_ago (\d+)$/, "daysAgo"],
  [/^in_days (\d+)$/, "inDays"],
  [/^anniversary_in_days (\d+)$/, "anniversary"],
  [/^in_month (\w+)$/, "inMonth"],
  [/^during (.*)$/s, "during"],
  [/^today(.*)$/, "today"],
  [ANY, "is"],
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

function caught(pattern, text) {
  if (pattern === NONE) return [];
  if (typeof pattern === "string") return pattern === text ? [] : null;
  const found = pattern.exec(text);
  return found && found.slice(1);
}

function first(rows, text) {
  for (const [pattern, key] of rows) {
    const values = caught(pattern, text);
    if (values) return { key, values };
  }
  return null;
}

/** `{key, values, sort, told}` of a step; `told`: what decided it is in the sentence. `null`: no row has it. */
export function partsOfStep({ what, result, because }) {
  const kind = what.startsWith("timer ") ? "timer" : what;
  for (const [thing, end, cause, key, sort] of STEPS) {
    const values = [caught(thing, kind), caught(end, result), caught(cause, because ?? "")];
    if (values.every(Boolean)) return { key, values: values.flat(), sort, told: cause !== NONE };
  }
  return null;
}

export const partsOfHeard = (text) => first(HEARD, text);
export const partsOfReason = (text) => first(REASONS, text);
export const partsOfTest = (text) => first(TESTS, text);
export const partsOfWait = (text) => first(WAITS, text);
