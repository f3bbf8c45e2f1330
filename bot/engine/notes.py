"""The notes of a turn, except those of actions (beside these), of conditions (`reasons`) and of pages
(`pages.notes`)."""

from __future__ import annotations

from bot.model.trace import NoteKind

UNKNOWN = NoteKind("{what}", "", code="unknown")
"""A step that another version of oaflow has noted, by its code."""

# -- what matched
RULE_MATCHED = NoteKind("rule: matched ({heard})", "The rule matched: {heard}", "heard", "The rule matched")
ANYTHING_ELSE = NoteKind(
    "anything_else: matched", "The rule for other messages matched (anything_else)", "heard"
)
BRANCH_MATCHED = NoteKind("branch: matched ({heard})", "Took this branch", "heard")
TAPPED = NoteKind("tap: tapped ({label})", "{label} was tapped", "heard", "A button was tapped")
TAP_UNKNOWN = NoteKind("tap: unknown ({key})", "The playbook has this button no more", "no")
LINK_OPENED = NoteKind("link: opened ({link})", "Came by the link {link}", "heard", "Came by a link")
LINK_UNKNOWN = NoteKind("link: unknown ({link})", "The link {link} is gone", "no", "The link is gone")
MARKETING_STOPPED = NoteKind("word: marketing stopped", "Said to want no marketing", "heard")
MARKETING_ALLOWED = NoteKind("word: marketing allowed", "Said to want marketing", "heard")
ANSWER_VALID = NoteKind("answer: valid", "The answer was taken", "heard")
FORM_TAKEN = NoteKind("form: kept ({form})", "Took the form {form}", "heard", "Took the form")
OUTCOME_IGNORED = NoteKind(
    "{asked}: {outcome} (nobody waits for it)", "{outcome}; no flow waits for it", code="outcome_unheard"
)
OUTCOME_LATE = NoteKind(
    "{asked}: late-outcome (flow {flow})",
    "The result came too late: the flow {flow} is elsewhere",
    "not",
    "The result came too late: its flow is elsewhere",
    code="outcome_late",
)
SHOP_LEFT_OUT = NoteKind(
    "shop: left out (it was told before)",
    "The shop has told this before: left out",
    "not",
    "The shop had told this before",
)
REWRITTEN = NoteKind(
    "{change}: {contact}",
    "became one with another contact",
    cases={
        "parted": "the merge was undone",
        "phone_came": "the phone came from another LINE account",
        "phone_went": "the phone went to another LINE account",
        "phone_came_back": "the phone came back",
        "phone_lost": "the phone is another member's",
    },
    code="rewritten",
)

EVENT = NoteKind("{kind}: {subject}", "", code="heard")
"""An event that is no text, in words of its own, as a value of other notes. Promotions have their own."""
CAUSE = NoteKind("{kind} {subject}", "", code="cause")
"""The news that began an instance (`Instance.cause`), as a value of other notes."""

# -- events without a match
EVENT_UNMATCHED = NoteKind(
    "event: no-match (nobody hears it)", "No rule matches", "not", code="event_unheard"
)
EVENT_UNKNOWN = NoteKind("event: no-match", "No rule matches", "not", code="event_unknown")
NO_RULE = NoteKind("rules: no-match ({heard})", "No rule matches", "not")
POSTBACK_UNKNOWN = NoteKind("postback: no-match ({data})", "No rule takes this button", "no")
PHOTO_OF = NoteKind(
    "photos: one of them ({event})",
    "One of several photos sent at once: it belongs to the first",
    "wait",
    "One of several photos sent at once",
)
STAFF_SILENT = NoteKind(
    "staff: silent (staff have the conversation)", "Staff have the conversation: the bot is silent", "wait"
)
MODE_SILENT = NoteKind(
    "mode: silent (LINE told it in a mode that is not known)",
    "LINE told it in a mode that is not known: the bot is silent",
    "wait",
)
MODE_DROPPED = NoteKind(
    "mode: dropped (LINE told it in a mode that is not known)",
    "No reply: LINE told it in a mode that is not known",
    "not",
)
GROUP_LEFT = NoteKind(
    "{crowd}: leaves (groups: leave)", "Left the group: the playbook stays in none", "not", code="group_left"
)
GROUP_SILENT = NoteKind(
    "{crowd}: silent (rules answer persons only)", "Says nothing in groups", "not", code="group_silent"
)

# -- what keeps a rule or a flow from it
CONDITION = NoteKind("if: not met ({facts})", "The condition does not hold", "not")
NOT_YET = NoteKind(
    "from: not yet ({moment})", "This rule begins at {moment}: not yet", "not", "This rule has not begun yet"
)
OVER = NoteKind(
    "until: over ({moment})", "This rule ended at {moment}: it is over", "not", "This rule is over"
)
NONE_LEFT = NoteKind(
    "first: none left ({rule}: of {most})",
    "This rule is for the first {most}: no places are left",
    "not",
    "No places are left",
)
PLACE_TAKEN = NoteKind("first: place taken", "Has taken a place")
USED_UP = NoteKind(
    "once_per: used up ({often})",
    "This rule is for {often}: not this time",
    "not",
    "This rule is used up: not this time",
    {"day": "This rule is for once per person and day: not this time, but again after midnight"},
    code="once_per_used_up",
)
FLOW_USED_UP = NoteKind(
    "once_per: used up (flow {flow}: {often})",
    "The flow {flow} is for {often}: not started this time",
    "not",
    USED_UP.in_row,
    code="flow_used_up",
)
CHAIN_CUT = NoteKind(
    "{asked}: chain-cut (more than {most} {what} in one turn)",
    "Too much at once: it ends here",
    "no",
    code="chain_cut",
)

# -- flows
STARTED = NoteKind("start: {flow}", "Started the flow {flow}", code="flow_started")
_NOT_STARTED = "The flow was not started"
NOT_STARTED = NoteKind(
    "start: not started ({flow}: {stopped})",
    "The flow {flow} was not started: {stopped}",
    "not",
    _NOT_STARTED,
    code="flow_not_started",
)
AUDIENCE_LEFT = NoteKind(
    "start: not started ({flow}: is not in {audience} any more)",
    "The flow {flow} was not started: no longer in the audience {audience}",
    "not",
    _NOT_STARTED,
    code="flow_audience_left",
)
DATE_OVER = NoteKind(
    "start: not started ({flow}: {moment} was over when the date was set; if_late: {then})",
    "The flow {flow} was not started: {moment} was over when the date was known",
    "not",
    _NOT_STARTED,
    code="flow_date_over",
)
DATE_OVER_IN_BULK = NoteKind(
    "start: not started ({flow}: {moment} was over when the date was set, by a bulk load)",
    DATE_OVER.sentence,
    "not",
    _NOT_STARTED,
    code="flow_date_over_in_bulk",
)
STARTED_LATE = NoteKind(
    "start: late ({flow}: {moment} was over when the date was set; if_late: {then})",
    "The flow {flow} started late: {moment} was over when the date was known",
    in_row="The flow started late",
)
START_WAITS = NoteKind(
    "start: waits ({flow}: {moment})",
    "The flow {flow} waits to start at {moment}",
    "wait",
    "The flow waits to start",
)
STATE = NoteKind(
    "state: {state} (flow {flow})", "Came to {state} (flow {flow})", in_row="Came to {state}", code="state"
)
STATE_LOST = NoteKind(
    "state: lost (flow {flow} has no state {state})",
    "The flow {flow} has no step {state} any more",
    "no",
    "The flow has no such step any more",
)
MOVED = NoteKind(
    "moved: {state} (from {before})",
    "The playbook changed: from {before} to {state}",
    in_row="The playbook changed: to {state}",
    code="moved",
)
MOVED_OUT = NoteKind(
    "moved: exit (from {before})",
    "The playbook changed: out of the flow from {before}",
    in_row="The playbook changed: out of the flow",
)
FLOW_ENDED = NoteKind(
    "flow: ended ({flow} at {ended})", "The flow {flow} ended at {ended}", in_row="A flow ended"
)
FLOW_STOPPED = NoteKind("flow: stopped ({flow})", "The flow {flow} was stopped", "not", "A flow was stopped")
FLOW_UNDONE = NoteKind(
    "flow: left ({flow}: what began it is undone: {undone})",
    "Left the flow {flow}: what began it was undone ({undone})",
    "not",
    "Left a flow: what began it was undone",
)
ASKED = NoteKind("ask: asked", "Asked the question")
OTHERWISE = NoteKind("otherwise: said", "Not an answer here: sent the hint", "not")
TOO_MANY_TRIES = NoteKind("tries: too many", "Too many tries", "not")
NOT_ASKED = NoteKind(
    "{asked}: not-asked (there is no value, or nobody waits for the outcome)",
    "Did not ask: there is no value, or nobody waits for the result any more",
    "not",
    code="not_asked",
)

# -- doors and timers
_WAITS_FOR = "Waits for {held}"
GATE_HELD = NoteKind("door: held ({held})", _WAITS_FOR, "wait", "Waits to go on")
TIMER_HELD = NoteKind("timer {timer}: held ({held})", _WAITS_FOR, "wait", "Waits to go on", code="timer_held")
TIMER_WAITS = NoteKind(
    "timer {timer}: waits (paused)",
    "The flow is paused: this goes on when it does",
    "wait",
    code="timer_waits",
)
TIMER_LOST = NoteKind(
    "timer {timer}: lost (flow {flow})",
    "The playbook no longer has this step: this goes on when it has it again",
    "wait",
    code="timer_lost",
)
TIMER_BRAKED = NoteKind(
    "timer {timer}: braked", "Pushes are stopped: this goes on when they do", "wait", code="timer_braked"
)
TIMER_STALE = NoteKind(
    "timer {timer}: stale-timer (flow {flow})",
    "They are elsewhere by now: this time does not count",
    "not",
    code="timer_stale",
)

# -- what is said
PUSH_WAITS = NoteKind(
    "push: waits (for the result of {flow})",
    "The push waits: the result of {flow} is said first",
    "wait",
    "The push waits: a result is said first",
)
PUSH_SKIPPED = NoteKind("push: skipped ({skipped})", "Push skipped: {skipped}", "not", "Push skipped")
REPLY_LOST = NoteKind("reply: lost ({lost})", "The reply is lost: {lost}", "no", "The reply is lost")
ELSEWHERE = NoteKind("the event belongs to another channel", "the event belongs to another channel")
TOKENLESS = NoteKind("the event has no reply token", "the event has no reply token")
TOO_MANY = NoteKind("{number} over {most} messages", "{number} over {most} messages", code="lost_over")
REPLY_LATE = NoteKind(
    "reply: late (its reply token is too old)",
    "The reply is set aside: its reply token is too old",
    "no",
    "The reply came too late: it is set aside",
)
REPLY_DROPPED = NoteKind(
    "reply: dropped (standby: staff or another module answer)",
    "No reply: staff or another system answer",
    "not",
)
REPLIED = NoteKind("reply: {number} messages", "Replied with {number} messages", code="replied")
REPLIED_ONE = NoteKind("reply: 1 message", "Replied with 1 message")
PUSHED = NoteKind("push: {number} messages", "Pushed {number} messages", code="pushed")
PUSHED_ONE = NoteKind("push: 1 message", "Pushed 1 message")
SHOWN = NoteKind("show: {number} messages", "The page shows {number} messages", code="shown")
SHOWN_ONE = NoteKind("show: 1 message", "The page shows 1 message")
CUT = NoteKind("message: cut ({why})", "A text was too long for LINE once filled: its longest value is cut")
_BUTTON_LEFT_OUT = "A button was left out: its address cannot be used now"
CARD_LOST = NoteKind(
    'message: not-sent (a message of card "{card}" is not sent: {why})',
    "A message of the card {card} was not sent: filled so, LINE would refuse it",
    "no",
    _BUTTON_LEFT_OUT,
    code="message_lost",
)
TAP_OF_CLOSED = NoteKind(
    'message: not-sent (tap "{label}" is left out: page "{page}" is closed or paused here)',
    "The button {label} was left out: the page {page} is closed or paused here",
    "no",
    _BUTTON_LEFT_OUT,
    code="tap_of_closed_page",
)
TAP_LEFT_OUT = NoteKind(
    'message: not-sent (tap "{label}" is left out: page "{page}" has no address on this channel)',
    _BUTTON_LEFT_OUT,
    "no",
    code="tap_left_out",
)
QUICK_REPLY_LEFT_OUT = NoteKind(
    'message: not-sent (a quick reply of "{card}" is left out: {why})',
    _BUTTON_LEFT_OUT,
    "no",
    code="quick_reply_left_out",
)
QUICK_REPLIES_OVER = NoteKind(
    "quick replies: left out ({number} over {most})",
    "{number} quick replies were left out: LINE shows {most}",
    "no",
    "Quick replies were left out: there were too many",
    code="quick_replies_over",
)
NOTICE = NoteKind("notice: {notice}", "Told the person: {notice}", code="notice")
RESULT = NoteKind("result: done", "Gave the result")
RESULT_WAITS = NoteKind(
    "result: waits for the page", "The result waits for the page to say its trigger, a minute at most", "wait"
)
RESULT_OF_PARENT = NoteKind(
    "result: not said: another flow runs this one", "The flow around this one says the result"
)
RESULT_WITHDRAWN = NoteKind(
    "result: withdrawn (the binding was undone before it was said)",
    "The result is not said: the binding was undone before",
    "not",
)
RESULT_LOST = NoteKind(
    "result: lost (the playbook has no {result} any more)",
    "The result cannot be said: the playbook has it no more",
    "no",
)

# -- forms, and what flows say of pages
PAGE_CLOSED = NoteKind("closed: said", "Told the person that the page is closed")
SHOWN_ON_PAGE = NoteKind(
    "page: shown there ({event})",
    "{event}; the page says so",
    in_row="The page that has asked says why not",
    code="shown_on_page",
)
FORM_LEFT_OUT = NoteKind(
    "form: left out ({attribute})", "{attribute} was left out", in_row="Left a field of the form out"
)
FORM_ASKS_AGAIN = NoteKind(
    "form: asked again ({field})",
    "The answer to {field} fits no more, it is asked again",
    "not",
    "An answer fits no more, it is asked again",
)
FORM_GONE = NoteKind(
    "form: gone ({flow})", "What was begun is forgotten: the form is gone", "not", "The form is gone"
)
NOT_THE_BUTTON = NoteKind(
    "unbind: no-match (this is not what the page's button says)",
    "Not what the page's button says: nothing was undone",
    "no",
    code="unbind_no_match",
)
NOT_BOUND = NoteKind(
    "unbind: no-match (no phone was bound)", "No phone was bound", "not", code="unbind_not_bound"
)

# -- menus, groups of a split, the shop
MENU = NoteKind("menu: {menu} ({channel})", "Rich menu: {menu}", code="menu")
MENU_NONE = NoteKind("menu: none ({channel})", "No rich menu is for this person")
TO_SHOP = NoteKind(
    "write_member: asked ({shop})",
    "Tells the shop {shop} what has changed",
    "wait",
    "Tells the shop what has changed",
)
DRAWN = NoteKind(
    "split: {group} ({split})",
    "Put into the group {group} of {split}",
    in_row="Put into the group {group}",
    code="split",
)
