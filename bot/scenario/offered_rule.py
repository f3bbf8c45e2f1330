"""Is a rule to be offered for what was heard: because nobody took it, or only a rule for all the rest?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.heard import Heard
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.bounds import When
from bot.engine.turn.line_news import told
from bot.model.decision import Decision
from bot.model.event import Event, News, OtherMessage, Postback, TextMessage, What
from bot.model.place import Place
from bot.scenario.rule_to_paste import Paste, paste

_NOBODY = frozenset({"rules", "postback", "event"})
"""What a trace calls it where nobody took a message, a button of one's own, or news."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The rule, and where it goes; `instead` is the rule for all the rest that has answered."""

    paste: Paste
    instead: Place | None


def offered_rule(
    playbook: Playbook, event: Event, decision: Decision, now: datetime, sources: Mapping[str, str]
) -> Offered | None:
    """What is offered; `None` where a rule, a question or staff took it, or where no rule could hear it."""
    if event.source.kind in ("group", "room"):
        return None  # no rule answers there
    instead, nobody = answered_instead(decision), is_unheard(decision)
    heard = _heard(event.what)
    if heard is None or not (nobody or instead is not None):
        return None
    when = When(now, playbook.zone)
    defaults = {rule.place for rule in playbook.index.defaults}
    also = [rule.place for rule, _ in playbook.index.hearing(heard, when) if rule.place not in defaults]
    found = paste(event.what, sources, event.channel, also, instead)
    return None if found is None else Offered(found, instead)


def answered_instead(decision: Decision) -> Place | None:
    """The rule for all the rest, where that has answered."""
    steps = (step for step in decision.trace if (step.what, step.result) == ("anything_else", "matched"))
    return next((step.place for step in steps), None)


def is_unheard(decision: Decision) -> bool:
    """Whether nobody took it."""
    return any(step.result == "no-match" and step.what in _NOBODY for step in decision.trace)


def _heard(what: What) -> Heard | None:
    """As rules hear it."""
    match what:
        case TextMessage(text):
            return Heard("text", text)
        case OtherMessage(kind):
            return Heard(kind)
        case Postback(data):
            return Heard("postback", data)
        case News(kind, subject):
            return Heard(kind, subject)
        case _:
            return told(what)
