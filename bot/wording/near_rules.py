"""For a message that no rule took: rules that nearly match its text, and a new rule for it to be offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Literal
from unicodedata import category

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnText, OnTextContaining, Rule, Trigger
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.conditions.condition import ConditionContext
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.engine.turn.how_often import limit_of
from bot.engine.turn.line_news import news_of
from bot.model.decision import Decision
from bot.model.event import Event, News, OtherMessage, Postback, TextMessage, What
from bot.model.place import Place
from bot.playbook.similar import simplified
from bot.wording.rule_to_paste import Paste, paste

How = Literal[
    "marks",  # only punctuation, spaces, width, or simplified characters differ
    "slip",  # one letter is another, missing or too many, or two have changed places
    "within",  # the rule's text is in the message, with more around it
    "part",  # the message is a part of the rule's text
]
"""How a message differs from a rule's text."""

MOST = 3
"""The most rules that are named: more would hide the nearest."""
SHORTEST = 2
"""Letters that two texts must share, where one is within the other: a single one says nothing."""
SLIP_LEAST = 4
"""Letters of a text in which one may be another: of fewer it is another word."""
_ORDER: tuple[How, ...] = ("marks", "slip", "within", "part")
"""The nearest first."""


@dataclass(frozen=True, slots=True)
class Near:
    """A rule whose text nearly equals the message: its text, and how that differs."""

    place: Place
    text: str
    how: How


def near_rules(playbook: Playbook, sent: str, context: ConditionContext) -> tuple[Near, ...]:
    """The nearest first, each text once; of rules that would take the right text from this person now.

    Only for a text that no rule took, or one for all the rest.
    """
    matching = {rule.place for rule, _ in playbook.index.matches(TriggerEvent("text", sent), context.when)}
    letters, found = _letters(sent), dict[str, Near]()
    for rule, waiting in _WAITING.of(playbook) if letters else ():
        near = _nearest(rule.place, waiting, letters)
        if near is not None and rule.place not in matching and _would_take(rule, context):
            found.setdefault(near.text, near)
    return tuple(sorted(found.values(), key=lambda near: _ORDER.index(near.how))[:MOST])


def rule_that_takes(playbook: Playbook, sent: str, context: ConditionContext) -> Rule | None:
    """The first rule that would take this text from this person now, but those for all the rest."""
    for rule, fields in playbook.index.matches(TriggerEvent("text", sent), context.when):
        context.event = fields
        if not rule.also and _would_take(rule, context):
            return rule
    return None


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that a rule matches."""

    text: str
    letters: str
    """The text as it is compared here: folded, letters and digits only."""
    whole: bool
    """It must be the whole message; else more may stand around it."""


class _Waiting:
    """The texts of the playbook that was asked about last: to fold thousands takes a tenth of a second."""

    def __init__(self) -> None:
        self._of: Playbook | None = None
        self._rules: list[tuple[Rule, list[_Text]]] = []

    def of(self, playbook: Playbook) -> list[tuple[Rule, list[_Text]]]:
        """Its rules that wait for texts."""
        if self._of is not playbook:
            rules = ((rule, [text for one in rule.when for text in _texts(one)]) for rule in playbook.rules)
            self._rules, self._of = [(rule, texts) for rule, texts in rules if texts], playbook
        return self._rules


_WAITING = _Waiting()


def _texts(trigger: Trigger) -> Iterator[_Text]:
    match trigger:
        case OnText(texts):
            whole = True
        case OnTextContaining(texts, every=False):
            whole = False
        case _:
            return
    yield from (_Text(text, letters, whole) for text in texts if (letters := _letters(text)))


def _would_take(rule: Rule, context: ConditionContext) -> bool:
    if rule.condition is not None and not rule.condition.holds(context):
        return False
    return not (rule.limited and limit_of(rule, context) is not None)


def _nearest(place: Place, waiting: list[_Text], letters: str) -> Near | None:
    ways = ((one.text, how) for one in waiting if (how := _how(one, letters)) is not None)
    nearest = min(ways, key=lambda way: _ORDER.index(way[1]), default=None)
    return None if nearest is None else Near(place, *nearest)


def _how(one: _Text, letters: str) -> How | None:
    if one.letters == letters or (not one.whole and one.letters in letters):
        return "marks"
    if _is_slip(one.letters, letters):
        return "slip"
    if len(one.letters) >= SHORTEST and one.letters in letters:
        return "within"
    return "part" if len(letters) >= SHORTEST and letters in one.letters else None


def _is_slip(one: str, other: str) -> bool:
    """Whether a single letter makes two texts different, or two that changed places; a digit is none: another
    one is meant so."""
    if min(len(one), len(other)) < SLIP_LEAST or abs(len(one) - len(other)) > 1:
        return False
    if one[0] != other[0] and one[-1] != other[-1]:  # it cannot be at both ends; nearly all end here
        return False
    begins = _same(one, other)
    one, other = one[begins:], other[begins:]
    ends = _same(reversed(one), reversed(other))
    one, other = one[: len(one) - ends], other[: len(other) - ends]
    if any(map(str.isdecimal, one + other)):
        return False
    return len(one) <= 1 >= len(other) or (len(one) == 2 and one == other[::-1])


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    """How many letters are the same at the beginning of both."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _letters(text: str) -> str:
    return letters_of(simplified(fold(text)))


def letters_of(text: str) -> str:
    """The text without marks, spaces, emoji and other signs that nobody says."""
    return "".join(one for one in text if category(one)[0] in "LMN")


_UNHEARD = frozenset({"rules", "postback", "event"})
"""The `what` of trace notes `no-match`: for messages (`rules`), buttons of one's own, and news (`event`)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A rule that is offered for an event that nothing took."""

    paste: Paste
    """The rule's text, and where it goes."""
    instead: Place | None
    """The rule for all the rest (`anything_else`) that has answered."""


def offered_rule(
    playbook: Playbook, event: Event, decision: Decision, now: datetime, sources: Mapping[str, str]
) -> Offered | None:
    """The rule to offer; `None` where a rule, a question or staff took the event, or no rule can match it."""
    if event.source.kind in ("group", "room"):
        return None  # no rule answers there
    instead, unheard = answered_instead(decision), is_unheard(decision)
    trigger = _as_trigger_event(event.what)
    if trigger is None or not (unheard or instead is not None):
        return None
    when = When(now, playbook.zone)
    defaults = {rule.place for rule in playbook.index.defaults}
    also = [rule.place for rule, _ in playbook.index.matches(trigger, when) if rule.place not in defaults]
    found = paste(event.what, sources, event.channel, also, instead)
    return None if found is None else Offered(found, instead)


def answered_instead(decision: Decision) -> Place | None:
    """The rule for all the rest, where that has answered."""
    steps = (step for step in decision.trace if (step.what, step.result) == ("anything_else", "matched"))
    return next((step.place for step in steps), None)


def is_unheard(decision: Decision) -> bool:
    """Whether no rule, question or staff took the event."""
    return any(step.result == "no-match" and step.what in _UNHEARD for step in decision.trace)


def _as_trigger_event(what: What) -> TriggerEvent | None:
    """The event as rules match it; `None` where none can."""
    match what:
        case TextMessage(text):
            return TriggerEvent("text", text)
        case OtherMessage(kind):
            return TriggerEvent(kind)
        case Postback(data):
            return TriggerEvent("postback", data)
        case News(kind, subject):
            return TriggerEvent(kind, subject)
        case _:
            return news_of(what)
