"""A step of a decision as a sentence: what the engine noted in short words, told in a language of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.engine.compiled.step import NoteLook
from bot.model.counts import CARD_LEFT_OUT, REFUSED_AT_SHOP
from bot.model.effects import FROM_THE_WORLD
from bot.model.translatable import NAMED, Language, Quoted, Translatable, TranslatableValue, row, tr
from bot.scenario import timeline_sentences, trace_sentences
from bot.scenario.step_sentences import LATER, LOST, OUTCOMES, SILENT, STEPS
from bot.scenario.titles import NamedThing

_TABLES: Mapping[str, Mapping[str, str]] = {
    "STEPS": {noted: sentence for noted, (_, sentence) in STEPS.items()},
    "OUTCOMES": OUTCOMES,
    "LOST": LOST,
    "LATER": LATER,
    **{
        name: rows
        for module in (trace_sentences, timeline_sentences)
        for name, rows in vars(module).items()
        if name.isupper()
    },
}
_LOOKS: Mapping[str, NoteLook] = {sentence: look for look, sentence in STEPS.values()}
UNLESS = "unless "
"""Before a part of a condition that must not hold."""
FEW = 8
"""So many parts of a condition are told: nobody reads more."""


@dataclass(frozen=True, slots=True)
class ToldStep:
    """What happened at a step, what decided it where that does not say so, and how it looks."""

    message: Translatable
    facts: tuple[Translatable, ...] = ()
    look: NoteLook = "did"

    @property
    def whole(self) -> Translatable:
        """Both in one sentence."""
        if not self.facts:
            return self.message
        return tr("{head}  ({facts})", head=self.message, facts=row(self.facts, "semicolon"))


def step_words(what: str, result: str, because: str, language: Language) -> str:
    """What happened at a step, with what decided it; a step that has no sentence stays as it is noted."""
    return as_sentence(step_told(what, result, because).whole, language)


def as_sentence(said: TranslatableValue, language: Language) -> str:
    """Of a trace, with a capital letter."""
    told = language.within("trace").words(said)
    return told[:1].upper() + told[1:]


def detail_words(detail: str, language: Language) -> str:
    """A step as a row of the timeline keeps it, `what: result`, or what else stands there; what has no
    sentence stays as it is kept."""
    what, colon, result = detail.partition(": ")
    kind = "timer" if what.startswith("timer ") else what
    kept = f"{kind}{colon}{result}"
    return _said_as_kept(_sentence("DETAILS", kept) or _sentence("STEPS", kept), detail, language)


def row_words(what: str, language: Language) -> str:
    """What a row of the timeline was about; what has no sentence stays as it is kept."""
    return _said_as_kept(_row(what), what, language)


def event_told(what: str) -> Translatable:
    """An event, as `bot/engine/turn/event_words.py` tells it, or `taps` with the button's label."""
    return _row(what) or tr("LINE's event {name}", name=Quoted(what))


def timer_told(timer: str) -> Translatable:
    """What a timer is for, which is called by its flow, if it has one, and by its name."""
    flow, _, name = timer.partition(" ")
    return _sentence("TIMERS", f"{flow}: {name}" if name else flow) or tr("{raw}", raw=timer)


def _row(what: str) -> Translatable | None:
    heard = f"{what}: any" if f"{what}: any" in trace_sentences.HEARD else what
    return _sentence("ROWS", what) or _sentence("HEARD", heard) or _sentence("HEARD", f"{what}: any")


def _said_as_kept(found: Translatable | None, kept: str, language: Language) -> str:
    return kept if found is None else language.within("trace").text(found)


def reason_words(text: str, language: Language) -> str:
    """What decided a condition, as a fact."""
    return language.within("trace").words(row(_facts(text), "semicolon"))


def step_told(what: str, result: str, because: str, said: str | None = None) -> ToldStep:
    """The sentence of a step; `said`: what the person said, where the turn is about that."""
    if (what, result) == ("if", "not met"):
        return condition_told(because)
    if what == "rule" and because and because == said:
        look, sentence = STEPS["rule: matched ({heard})"]
        return ToldStep(Translatable(sentence, (("heard", Quoted(said)),)), look=look)
    kind = "timer" if what.startswith("timer ") else what
    happened = f"{kind}: {result}"
    found = _sentence("STEPS", happened, f"{happened} ({because})" if because else happened)
    if found is None:
        return ToldStep(tr("{raw}", raw=f"{what}: {result}" + (f" ({because})" if because else "")))
    return ToldStep(found, look=_LOOKS[found.template])


def limit_told(noted: str) -> ToldStep:
    """What keeps a rule silent that fits: `until over: 2026-11-11 24:00`."""
    limit, _, because = noted.partition(": ")
    what, _, result = limit.partition(" ")
    return step_told(what, result, because)


def silence_told(steps: Iterable[tuple[str, str, str]]) -> Translatable | None:
    """Why a turn that might have spoken is silent: a push was skipped or waits, or the answer comes later."""
    later = None
    for what, result, because in steps:
        told = step_told(what, result, because)
        if told.message.template in SILENT:
            return told.message
        if what in LATER and told.look == "wait":
            later = tr(LATER[what])
    return later


def condition_told(because: str) -> ToldStep:
    """A condition that does not hold, or one that rules out and holds."""
    if is_ruled_out(because):
        ruled_out = "; ".join(part.removeprefix(UNLESS) for part in _parts(because))
        return ToldStep(tr("What rules it out holds, so it is not done"), _facts(ruled_out), "not")
    return ToldStep(tr("The condition does not hold"), _facts(because), "not")


def is_ruled_out(because: str) -> bool:
    """Whether what must not hold (`unless`) holds, and nothing else decided it."""
    return bool(because) and all(part.startswith(UNLESS) for part in _parts(because))


def _facts(because: str) -> tuple[Translatable, ...]:
    """What decided a condition."""
    parts = _parts(because)
    more = [tr("…")] if len(parts) > FEW else []
    return (*map(_reason, parts[:FEW]), *more)


def _parts(because: str) -> list[str]:
    return because.split("; ") if because else []


def _reason(part: str) -> Translatable:
    if part.startswith(UNLESS):
        return tr("must not be: {fact}", fact=_reason(part.removeprefix(UNLESS)))
    return _sentence("REASONS", part) or tr("{part}", part=part)


# -- which sentence it is, and what stands in it


def _sentence(table: str, text: str, with_cause: str = "") -> Translatable | None:
    """The sentence of the first row of this table that fits the whole text, `with_cause` where it has one."""
    for pattern, has_cause, template in _patterns(table):
        if (found := pattern.fullmatch(with_cause if has_cause and with_cause else text)) is not None:
            there = found.groupdict()
            within = there.get("flow") or there.get("flows")
            values = {name: _told(name, value, within) for name, value in there.items()}
            return Translatable(template, tuple(values.items()))
    return None


@cache
def _patterns(table: str) -> tuple[tuple[re.Pattern[str], bool, str], ...]:
    rows = _TABLES[table]
    return tuple(
        (re.compile(_pattern(text), re.DOTALL), " (" in text, template) for text, template in rows.items()
    )


def _pattern(text: str) -> str:
    pieces = NAMED.split(text)
    return "".join(
        f"(?P<{piece}>{_MAY_BE.get(piece, '.+')})" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


_WORD = r"\S+"
_MAY_BE: Mapping[str, str] = {
    **dict.fromkeys(("flow", "attribute", "in_split", "setting"), _WORD),
    **dict.fromkeys(("asked", "binding"), r"\w+"),
    **dict.fromkeys(("number", "most"), r"\d+"),
    "tags": r"[+-]\S+(?: [+-]\S+)*",
    **dict.fromkeys(("any", "wanted", "data", "shift", "how"), ".*"),
    "list": "[^@]+",
    "version": "@.*",
    "clock": r"\d\d:\d\d",
    "time": r"\d\w*",
    "away": r"\d+(?:d|mo)",
    "tested": r"(?:attribute|contact|answer|event) \S+",
    "order": r"[≥≤<>] .*",
    "outcome": rf"(?:{'|'.join(FROM_THE_WORLD)}): \w+",
}
"""What may stand for a name in a row; for any other, whatever is not empty."""


_NAMES_OF = {
    **{kind: kind for kind in ("flow", "state", "attribute", "page", "form", "link", "channel", "store")},
    "before": "state",
    "ended": "state",
}
"""What a name in a row is the name of."""
_SEVERAL = {"flows": "flow", "states": "state", "channels": "channel", "stores": "store"}
"""And several, one of which is meant."""


def _told(name: str, text: str, within: str | None = None) -> TranslatableValue:
    """How what stood there is told; `within`: in which flow, where the row says so."""
    if name in _SEVERAL:
        return row((NamedThing(one, _SEVERAL[name], within) for one in text.split(" or ")), "or")
    if (english := _OWN.get(name, {}).get(text)) is not None:
        return Quoted(Translatable(english))
    if name in _NAMES_OF:
        return NamedThing(text, _NAMES_OF[name], within)
    how = _TELL.get(name)
    return Quoted(text) if how is None else how(text)


def _several(text: str) -> Iterator[Quoted]:
    return map(Quoted, re.split(r" or |, ", text))


def _tags(text: str) -> TranslatableValue:
    """`+新客 -熟客`"""
    signs = ((one[:1], Quoted(one[1:])) for one in text.split(" "))
    return row(tr("on: {tag}", tag=tag) if sign == "+" else tr("off: {tag}", tag=tag) for sign, tag in signs)


def _one_of(words: Mapping[str, str]) -> Callable[[str], TranslatableValue]:
    def told(text: str) -> TranslatableValue:
        english = words.get(text)
        return Quoted(text) if english is None else Translatable(english)

    return told


def _heard(text: str) -> TranslatableValue:
    return _sentence("HEARD", text) or _sentence("HEARD", f"{text}: ") or Quoted(text)


def _of(table: str) -> Callable[[str], TranslatableValue]:
    return lambda text: _sentence(table, text) or Quoted(text)


def _wanted(text: str) -> TranslatableValue:
    *before, told = (_sentence("TESTS", one) or Quoted(one) for one in text.split(" and ", FEW))
    for one in reversed(before):
        told = tr("{first} and {rest}", first=one, rest=told)
    return told


def _span(text: str) -> TranslatableValue:
    """`1h30m` as `1 hour 30 minutes`."""
    found = re.findall(r"(\d+)(mo|[smhdwy])", text)
    return _in_row([_measure(int(number), UNITS[unit]) for number, unit in found])


def _often(text: str) -> TranslatableValue:
    """`once_per`, one of its words or a span."""
    return _one_of(_ONCE)(text) if text in _ONCE else tr("once per person in {time}", time=_span(text))


def _in_row(measures: list[Translatable]) -> Translatable:
    first, *rest = measures
    return tr("{first} {rest}", first=first, rest=_in_row(rest)) if rest else first


def _measure(number: int, unit: str) -> Translatable:
    measure = f"1 {unit}" if number == 1 else f"{{number}} {unit}s"
    return Translatable(measure, (("number", number),))


def _shift(text: str) -> TranslatableValue:
    """`+1mo-3d` as `+ 1 month - 3 days`."""
    found = re.findall(r"([+-])(\d+)(mo|d)", text)
    away = [(sign, _measure(int(number), UNITS[unit])) for sign, number, unit in found]
    return _in_row([tr("{sign} {span}", sign=sign, span=span) for sign, span in away])


def _value(text: str) -> TranslatableValue:
    return _one_of({"true": "yes", "false": "no"})(text)


UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
_ONCE = {
    "person": "once per person",
    "conversation": "once per conversation",
    "day": "once per person and day",
}
_BINDINGS = {"phone": "phone", "shop": "shop member", "clerk": "store clerk", "member": "member"}
_HELD = {
    "quiet": "quiet hours to end",
    "staff": "staff to hand back",
    "quota": "more quota, or next month's",
    "late": "tomorrow morning",
    "paused": "the flow to be resumed",
    "brake": "pushes to go on",
}
_SKIPPED = {
    "brake": "pushes are stopped",
    "marketing stopped": "the person wants no marketing",
    REFUSED_AT_SHOP: "the person has refused marketing at the shop",
    "blocked": "the person has blocked the account",
    "late": "it is too late",
    "quiet": "quiet hours",
    "max_pushes": "the flow's pushes are used up",
    "pushes_per_person": "the person was sent too many of late",
    "standby": "staff or another system answer",
    CARD_LEFT_OUT: "nothing of the message is left once it is filled",
}
_STOPPED = {
    "paused": "it is paused",
    "closed": "it is closed",
    "stopped": "it is stopped",
    "not yet active": "its time has not come",
    "no longer active": "its time is over",
    "is in it already": "the person is in it already",
}
_ENDED = {**_SKIPPED, **_STOPPED, "exit": "left by the playbook", "unbound": "the binding was undone"}
_SHOP = {
    "order_placed": "an order was placed",
    "order_paid": "an order was paid",
    "order_cancelled": "an order was cancelled",
    "order_refunded": "an order was refunded",
    "member_registered": "registered as a member",
    "member_updated": "the member's data changed",
    "tier_changed": "the member's tier changed",
}
_NOTICES = {
    "phone_moved": "the phone is bound to another LINE account now",
    "member_gone": "the shop has deleted the member that the person was bound as",
}
_PAGES = {"member_card": "member card", "unbind": "undoing the binding"}

_TELL: Mapping[str, Callable[[str], TranslatableValue]] = {
    **dict.fromkeys(("number", "most", "moment", "clock", "by", "order", "any"), str),
    "tags": _tags,
    "names": lambda text: row(_several(text)),
    "choice": lambda text: row(_several(text), "or"),
    "binding": _one_of(_BINDINGS),
    "bindings": lambda text: row(map(_one_of(_BINDINGS), text.split(" or ")), "or"),
    "held": _one_of(_HELD),
    "skipped": _one_of(_SKIPPED),
    "stopped": _one_of(_STOPPED),
    "shop": _one_of(_SHOP),
    "notice": _one_of(_NOTICES),
    "lost": lambda text: _sentence("LOST", text) or text,
    "heard": _heard,
    "undone": lambda text: _heard(re.sub(r"^(\w+) ", r"\1: ", text)),
    "outcome": _of("OUTCOMES"),
    "wait": lambda text: _sentence("WAITS", text) or text,
    "time": _span,
    "often": _often,
    "away": _span,
    "shift": _shift,
    "tested": _of("TESTED"),
    "wanted": _wanted,
    "found": _value,
}
"""How a name of a row is told; any other is quoted."""
_OWN: Mapping[str, Mapping[str, str]] = {"ended": _ENDED, "page": _PAGES}
"""What has a name of ours: quoted, in words."""
