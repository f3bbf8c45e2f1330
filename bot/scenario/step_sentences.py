"""Which sentence a step of a turn is, and how it looks; read as `trace_sentences` are."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.compiled.step import Notes
from bot.engine.flows.perform import NOTES
from bot.model.effects import ASKED

STEPS: Notes = {
    "rule: matched ({heard})": ("heard", "The rule matched: {heard}"),
    "rule: matched": ("heard", "The rule matched"),
    "anything_else: matched": ("heard", "The rule for other messages matched (anything_else)"),
    "branch: matched": ("heard", "Took this branch"),
    "if: not met": ("not", "The condition does not hold"),
    "from: not yet ({moment})": ("not", "This rule begins at {moment}: not yet"),
    "until: over ({moment})": ("not", "This rule ended at {moment}: it is over"),
    "first: none left ({any}: of {most})": ("not", "This rule is for the first {most}: no places are left"),
    "first: place taken": ("did", "Has taken a place"),
    "once_per: used up (flow {flow}: {often})": (
        "not",
        "The flow {flow} is for {often}: not started this time",
    ),
    "once_per: used up (day)": (
        "not",
        "This rule is for once per person and day: not this time, but again after midnight",
    ),
    "once_per: used up ({often})": ("not", "This rule is for {often}: not this time"),
    "write_member: asked": ("wait", "Tells the shop what has changed"),
    "write_member: asked ({shop})": ("wait", "Tells the shop {shop} what has changed"),
    "tap: tapped ({label})": ("heard", "{label} was tapped"),
    "tap: unknown": ("no", "The playbook has this button no more"),
    "link: opened ({link})": ("heard", "Came by the link {link}"),
    "link: unknown ({link})": ("no", "The link {link} is gone"),
    "word: marketing stopped": ("heard", "Said to want no marketing"),
    "word: marketing allowed": ("heard", "Said to want marketing"),
    "answer: valid": ("heard", "The answer was taken"),
    "ask: asked": ("did", "Asked the question"),
    "otherwise: said": ("not", "Not an answer here: sent the hint"),
    "tries: too many": ("not", "Too many tries"),
    "event: no-match": ("not", "No rule matches"),
    "rules: no-match": ("not", "No rule matches"),
    "postback: no-match": ("no", "No rule takes this button"),
    "state: lost (flow {flow} has no state {state})": ("no", "The flow {flow} has no step {state} any more"),
    "state: {state} (flow {flow})": ("did", "Came to {state} (flow {flow})"),
    "moved: exit (from {before})": ("did", "The playbook changed: out of the flow from {before}"),
    "moved: {state} (from {before})": ("did", "The playbook changed: from {before} to {state}"),
    "flow: ended ({flow} at {ended})": ("did", "The flow {flow} ended at {ended}"),
    "flow: stopped ({flow})": ("not", "The flow {flow} was stopped"),
    "flow: left ({flow}: what began it is undone: {undone})": (
        "not",
        "Left the flow {flow}: what began it was undone ({undone})",
    ),
    "start: not started ({flow}: is not in {audience} any more)": (
        "not",
        "The flow {flow} was not started: no longer in the audience {audience}",
    ),
    "start: not started ({flow}: {moment} was over when the date was set{any})": (
        "not",
        "The flow {flow} was not started: {moment} was over when the date was known",
    ),
    "start: not started ({flow}: {stopped})": ("not", "The flow {flow} was not started: {stopped}"),
    "start: waits ({flow}: {moment})": ("wait", "The flow {flow} waits to start at {moment}"),
    "start: late ({flow}: {moment} was over when the date was set{any})": (
        "did",
        "The flow {flow} started late: {moment} was over when the date was known",
    ),
    "start: {flow}": ("did", "Started the flow {flow}"),
    "door: held ({held})": ("wait", "Waits for {held}"),
    "timer: held ({held})": ("wait", "Waits for {held}"),
    "timer: waits": ("wait", "The flow is paused: this goes on when it does"),
    "timer: lost": ("wait", "The playbook no longer has this step: this goes on when it has it again"),
    "timer: braked": ("wait", "Pushes are stopped: this goes on when they do"),
    "timer: stale-timer": ("not", "They are elsewhere by now: this time does not count"),
    "push: waits (for the result of {flow})": ("wait", "The push waits: the result of {flow} is said first"),
    "push: skipped ({skipped})": ("not", "Push skipped: {skipped}"),
    "reply: lost ({lost})": ("no", "The reply is lost: {lost}"),
    "reply: late": ("no", "The reply is set aside: its reply token is too old"),
    "reply: dropped": ("not", "No reply: staff or another system answer"),
    "reply: 1 message": ("did", "Replied with 1 message"),
    "reply: {number} messages": ("did", "Replied with {number} messages"),
    "push: 1 message": ("did", "Pushed 1 message"),
    "push: {number} messages": ("did", "Pushed {number} messages"),
    "show: 1 message": ("did", "The page shows 1 message"),
    "show: {number} messages": ("did", "The page shows {number} messages"),
    "message: cut ({why})": ("did", "A text was too long for LINE once filled: its longest value is cut"),
    'message: not-sent (a message of card "{card}" is not sent: {why})': (
        "no",
        "A message of the card {card} was not sent: filled so, LINE would refuse it",
    ),
    'message: not-sent (tap "{label}" is left out: page "{page}" is closed or paused here)': (
        "no",
        "The button {label} was left out: the page {page} is closed or paused here",
    ),
    "message: not-sent": ("no", "A button was left out: its address cannot be used now"),
    "notice: {notice}": ("did", "Told the person: {notice}"),
    "result: done": ("did", "Gave the result"),
    "result: waits for the page": (
        "wait",
        "The result waits for the page to say its trigger, a minute at most",
    ),
    "result: not said: another flow runs this one": ("did", "The flow around this one says the result"),
    "result: withdrawn": ("not", "The result is not said: the binding was undone before"),
    "result: lost": ("no", "The result cannot be said: the playbook has it no more"),
    "closed: said": ("did", "Told the person that the page is closed"),
    "page: not-opened ({flow} needs {names})": (
        "no",
        "The page was not opened: the flow {flow} needs {names}",
    ),
    "page: no-match (there is no page {page})": ("no", "There is no page {page}"),
    "page: no-match ({page} asks nothing)": ("not", "The page {page} asks nothing now"),
    "page: no-match (that cannot be done there)": ("not", "That cannot be done there just now"),
    "page: stale-answer": ("not", "This answer was to an earlier question, and was not taken"),
    "page: not heard (the page {page} asks for this)": (
        "did",
        "The page {page} asks for this: the person is sent there",
    ),
    "form: kept ({form})": ("heard", "Took the form {form}"),
    "form: left out ({attribute})": ("heard", "{attribute} was left out"),
    "form: asked again ({field})": ("not", "The answer to {field} fits no more, it is asked again"),
    "form: gone ({flow})": ("not", "What was begun is forgotten: the form is gone"),
    "form: not-kept ({form} was sent before, and is not for `again`)": (
        "not",
        "The form {form} was sent before, and may be sent once",
    ),
    "menu: none": ("did", "No rich menu is for this person"),
    "menu: {menu}": ("did", "Rich menu: {menu}"),
    "staff: silent": ("wait", "Staff have the conversation: the bot is silent"),
    "group: leaves": ("not", "Left the group: the playbook stays in none"),
    "mode: silent": ("wait", "LINE told it in a mode that is not known: the bot is silent"),
    "mode: dropped": ("not", "No reply: LINE told it in a mode that is not known"),
    "group: silent": ("not", "Says nothing in groups"),
    "room: leaves": ("not", "Left the group: the playbook stays in none"),
    "room: silent": ("not", "Says nothing in groups"),
    "{asked}: not-asked": ("not", "Did not ask: there is no value, or nobody waits for the result any more"),
    **NOTES,
    "unbind: no-match (no phone was bound)": ("not", "No phone was bound"),
    "unbind: no-match": ("no", "Not what the page's button says: nothing was undone"),
    "clerk: handed over": ("did", "Is another store clerk's now"),
    "clerk: not handed over": ("not", "Is not this store clerk's any more"),
    "split: {group} ({split})": ("did", "Put into the group {group} of {split}"),
    "member: lapsed": ("not", "The member was found too long ago: to be looked for again"),
    "member: left out": ("not", "Another member's data, or bound no more: left out"),
    "{asked}: late-outcome (flow {flow})": ("not", "The result came too late: the flow {flow} is elsewhere"),
    "{outcome} (nobody waits for it)": ("did", "{outcome}; no flow waits for it"),
    "list: taken over": ("did", "Took over what the list says"),
    "list: as before": ("no", "The list says nothing new"),
    "shop: left out": ("not", "The shop has told this before: left out"),
    "list: left out": ("not", "Another member's data, or bound no more: left out"),
    "merged: {how}": ("did", "became one with another contact"),
    "parted: {how}": ("did", "the merge was undone"),
    "phone_came: {how}": ("did", "the phone came from another LINE account"),
    "phone_went: {how}": ("did", "the phone went to another LINE account"),
    "phone_came_back: {how}": ("did", "the phone came back"),
    "phone_lost: {how}": ("did", "the phone is another member's"),
    "{asked}: chain-cut": ("no", "Too much at once: it ends here"),
}
"""`what: result (because)`; where a row has no cause, it does not matter, or is told beside it.

What an action notes stands with it.
"""

OUTCOMES: Mapping[str, str] = {
    f"{asked.answer}: {outcome}": sentence
    for asked in ASKED.values()
    for outcome, sentence in asked.outcomes.items()
}
"""What came of something that was asked of the world."""

LOST: Mapping[str, str] = {
    "the event belongs to another channel": "the event belongs to another channel",
    "its reply token is too old": "its reply token is too old",
    "the event has no reply token": "the event has no reply token",
    "{number} over {most} messages": "{number} over {most} messages",
}
"""Why a reply does not arrive."""

LATER: Mapping[str, str] = {action: asked.later for action, asked in ASKED.items()}
"""What is waited for before anything is said, by what asks for it."""
SILENT = frozenset(
    STEPS[noted][1]
    for noted in (
        *("push: skipped ({skipped})", "door: held ({held})"),
        *("timer: waits", "timer: lost", "timer: braked"),
    )
)
"""The sentences that say why nothing is said."""
