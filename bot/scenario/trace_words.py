"""A step of a decision as a sentence: what the engine noted in short words, told in a language of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from bot.model.said import NAMED, Language, Listing, Quoted, Said, SaidValue, row, say
from bot.scenario import timeline_sentences, trace_sentences

_TABLES: Mapping[str, Mapping[str, str]] = {
    name: rows
    for module in (trace_sentences, timeline_sentences)
    for name, rows in vars(module).items()
    if name.isupper()
}
UNLESS = "unless "
"""Before a part of a condition that must not hold."""
FEW = 8
"""So many parts of a condition are told: nobody reads more."""


def step_words(what: str, result: str, because: str, language: Language) -> str:
    """What happened at a step, with what decided it; a step that has no sentence stays as it is noted."""
    told = language.within("trace").text(step_said(what, result, because))
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
    heard = f"{what}: any" if f"{what}: any" in trace_sentences.HEARD else what
    found = _sentence("ROWS", what) or _sentence("HEARD", heard) or _sentence("HEARD", f"{what}: any")
    return _said_as_kept(found, what, language)


def _said_as_kept(found: Said | None, kept: str, language: Language) -> str:
    return kept if found is None else language.within("trace").text(found)


def reason_words(text: str, language: Language) -> str:
    """What decided a condition, as a fact."""
    return language.within("trace").words(_all(_parts(text)))


def step_said(what: str, result: str, because: str) -> Said:
    """The sentence of a step."""
    if (what, result) == ("if", "not met"):
        return _not_met(because)
    kind = "timer" if what.startswith("timer ") else what
    happened = f"{kind}: {result}"
    found = _sentence("STEPS", happened, f"{happened} ({because})" if because else happened)
    return found or say("{raw}", raw=f"{what}: {result}" + (f" ({because})" if because else ""))


def _not_met(because: str) -> Said:
    """A condition that does not hold, or one that rules out and holds."""
    parts = _parts(because)
    if not parts:
        return say("The condition does not hold")
    if all(part.startswith(UNLESS) for part in parts):
        facts = _all([part.removeprefix(UNLESS) for part in parts])
        head = say("What rules it out holds, so it is not done")
    else:
        facts, head = _all(parts), say("The condition does not hold")
    return say("{head}  ({facts})", head=head, facts=facts)


def _parts(because: str) -> list[str]:
    return because.split("; ") if because else []


def _all(parts: list[str]) -> Listing:
    more = ["…"] if len(parts) > FEW else []
    return row([*map(_reason, parts[:FEW]), *more], "semicolon")


def _reason(part: str) -> Said:
    if part.startswith(UNLESS):
        return say("must not be: {fact}", fact=_reason(part.removeprefix(UNLESS)))
    return _sentence("REASONS", part) or say("{part}", part=part)


# -- which sentence it is, and what stands in it


def _sentence(table: str, text: str, with_cause: str = "") -> Said | None:
    """The sentence of the first row of this table that fits the whole text, `with_cause` where it has one."""
    for pattern, has_cause, template in _patterns(table):
        if (found := pattern.fullmatch(with_cause if has_cause and with_cause else text)) is not None:
            values = {name: _told(name, value) for name, value in found.groupdict().items()}
            return Said(template, tuple(values.items()))
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
    **dict.fromkeys(("any", "wanted", "data", "shift", "how"), ".*"),
    "list": "[^@]+",
    "version": "@.*",
    "clock": r"\d\d:\d\d",
    "time": r"\d\w*",
    "away": r"\d+(?:d|mo)",
    "tested": r"(?:attribute|contact|answer|event) \S+",
    "order": r"[≥≤<>] .*",
    "outcome": r"(?:code|member|clerk|hook): \w+",
}
"""What may stand for a name in a row; for any other, whatever is not empty."""


def _told(name: str, text: str) -> SaidValue:
    """How what stood there is told."""
    how = _TELL.get(name)
    return Quoted(text) if how is None else how(text)


def _several(text: str) -> Iterator[Quoted]:
    return map(Quoted, re.split(r" or |, ", text))


def _one_of(words: Mapping[str, str]) -> Callable[[str], SaidValue]:
    def told(text: str) -> SaidValue:
        english = words.get(text)
        return Quoted(text) if english is None else Said(english)

    return told


def _in_quotes(words: Mapping[str, str]) -> Callable[[str], SaidValue]:
    one_of = _one_of(words)
    return lambda text: say('"{name}"', name=one_of(text)) if text in words else Quoted(text)


def _heard(text: str) -> SaidValue:
    return _sentence("HEARD", text) or _sentence("HEARD", f"{text}: ") or Quoted(text)


def _of(table: str) -> Callable[[str], SaidValue]:
    return lambda text: _sentence(table, text) or Quoted(text)


def _wanted(text: str) -> SaidValue:
    *before, told = (_sentence("TESTS", one) or Quoted(one) for one in text.split(" and ", FEW))
    for one in reversed(before):
        told = say("{first} and {rest}", first=one, rest=told)
    return told


def _span(text: str) -> SaidValue:
    """`1h30m` as `1 hour 30 minutes`."""
    found = re.findall(r"(\d+)(mo|[smhdwy])", text)
    return _in_row([_measure(int(number), UNITS[unit]) for number, unit in found])


def _often(text: str) -> SaidValue:
    """`once_per`, one of its words or a span."""
    return _one_of(_ONCE)(text) if text in _ONCE else say("once per person in {time}", time=_span(text))


def _in_row(measures: list[Said]) -> Said:
    first, *rest = measures
    return say("{first} {rest}", first=first, rest=_in_row(rest)) if rest else first


def _measure(number: int, unit: str) -> Said:
    measure = f"1 {unit}" if number == 1 else f"{{number}} {unit}s"
    return Said(measure, (("number", number),))


def _shift(text: str) -> SaidValue:
    """`+1mo-3d` as `+ 1 month - 3 days`."""
    found = re.findall(r"([+-])(\d+)(mo|d)", text)
    away = [(sign, _measure(int(number), UNITS[unit])) for sign, number, unit in found]
    return _in_row([say("{sign} {span}", sign=sign, span=span) for sign, span in away])


def _value(text: str) -> SaidValue:
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
}
_SKIPPED = {
    "marketing stopped": "the person wants no marketing",
    "blocked": "the person has blocked the account",
    "late": "it is too late",
    "quiet": "quiet hours",
    "max_pushes": "the flow's pushes are used up",
    "pushes_per_person": "the person was sent too many of late",
    "standby": "staff or another system answer",
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
_NOTICES = {"phone_moved": "the phone is bound to another LINE account now"}
_PAGES = {"member_card": "member card", "unbind": "undoing the binding"}

_TELL: Mapping[str, Callable[[str], SaidValue]] = {
    **dict.fromkeys(("number", "most", "moment", "clock", "by", "order", "any"), str),
    "names": lambda text: row(_several(text)),
    **dict.fromkeys(("choice", "states"), lambda text: row(_several(text), "or")),
    "binding": _one_of(_BINDINGS),
    "bindings": lambda text: row(map(_one_of(_BINDINGS), text.split(" or ")), "or"),
    "held": _one_of(_HELD),
    "skipped": _one_of(_SKIPPED),
    "stopped": _one_of(_STOPPED),
    "ended": _in_quotes(_ENDED),
    "page": _in_quotes(_PAGES),
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
