"""What `advice.yaml` has for a key in its place, with the pieces of the playbook that it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from string import Template

from bot.model.translatable import NAMED, Translatable, TranslatableValue, tr
from bot.playbook.hints import of_kind
from bot.playbook.shape.advice import UNKNOWN, KeyAdvice, advices
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.messages import KINDS
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.suggest_keys import SIGNS
from bot.playbook.shape.suggest_times import GuessedYear, suggest_end, suggest_span, with_year
from bot.playbook.shape.suggest_words import listed
from bot.playbook.shape.times import DURATION
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.shape.triggers import REFINEMENTS
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, text_at

ACTS = frozenset({*ACTIONS, "do"} - set(TRIGGERS) - set(REFINEMENTS))
"""What a rule does, and nothing in a trigger is called."""
_NAMED: Mapping[str, Collection[str]] = {"actions": ACTS, "triggers": TRIGGERS}
"""The keys that `named` means, beside sections."""
_RANGE = re.compile(r"(\d{1,2}[/月]\d{1,2}日?)\s*[-~～〜到至–—]\s*(\d{1,2}[/月]\d{1,2}日?)")
"""Two days without a year: `11/1~11/11`."""
_UNDATED = frozenset(("first_day", "last_day"))
"""Pieces of the playbook whose year is guessed."""
_LONGEST = 40
"""Characters of a text that a hint repeats, at most."""


def advice_on_key(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """What is wrong with a key that is unknown here, and what to write for it."""
    found = _found(advices().keys, place, key)
    if found is not None:
        return _says(found, place, key), _hint(found, place, key)
    meant = suggest_key_here(place.finding.path, key)
    if meant is None or (meant in place.keys and _around(place.finding.path) != "fields"):
        return None
    return tr("unknown key {key}", key=quoted(key)), of_kind(
        "name", tr("here it is called {name}", name=quoted(meant))
    )


def hint_on_key(place: LocatedFinding, key: str) -> Translatable | None:
    """What to write for a key that is unknown here, where that is all there is to say."""
    found = _found(advices().hints, place, key)
    return None if found is None else _hint(found, place, key)


def hint_on_value(place: LocatedFinding) -> Translatable | None:
    """What to write for a value that cannot stand behind its key."""
    key = next((one for one in reversed(place.finding.path) if isinstance(one, str)), "")
    found = _found(advices().values, place, key)
    return None if found is None else _hint(found, place, key)


def of_whole(place: LocatedFinding) -> str | None:
    """The unknown key whose advice says all there is to say of this place."""
    found = ((key, _found(advices().keys, place, key)) for key in place.extras)
    return next((key for key, one in found if one is not None and one.whole), None)


def stands_for(place: LocatedFinding) -> set[str]:
    """The keys of this place for which unknown ones stand."""
    found = (_found(advices().keys, place, key) for key in place.extras)
    return {one.instead_of for one in found if one is not None}


def _found(table: Sequence[KeyAdvice], place: LocatedFinding, key: str) -> KeyAdvice | None:
    return next((one for one in table if _fits(one, place, key)), None)


def suggest_key_here(path: Path, key: str) -> str | None:
    """The key of this place that is meant by an everyday word."""
    called = advices().keys_called_in.get(_around(path), {}).get(key.casefold())
    return None if called is None else called[0]


def is_called_action(word: str) -> bool:
    """Whether a word means an action where a rule has no other."""
    return any(one.alone and word in one.keys for one in advices().keys)


def on_attribute_change(node: Node) -> bool:
    """Whether a rule's trigger is a changed attribute: keys beside its `when` may belong into it."""
    when = node.get("when") if isinstance(node, Map) else None
    return isinstance(when, Map) and "attribute_changed" in when.pairs


def names_in(root: Node, section: str) -> Sequence[str]:
    """The names in a section of the file."""
    there = root.get(section) if isinstance(root, Map) else None
    return tuple(there.pairs) if isinstance(there, Map) else ()


def _fits(advice: KeyAdvice, place: LocatedFinding, key: str) -> bool:
    if advice.titles and place.title not in advice.titles:
        return False
    if advice.around and _around(place.finding.path) != advice.around:
        return False
    if advice.named:
        if key not in (_NAMED.get(advice.named) or names_in(place.root, advice.named)):
            return False
    elif key not in advice.keys and not (advice.like and advice.like.fullmatch(key)):
        return False
    return _has_around(advice, place, key)


def _has_around(advice: KeyAdvice, place: LocatedFinding, key: str) -> bool:
    keys, value = place.keys, _value(place, key)
    return (
        (advice.value is None or advice.value.fullmatch(_short(value)) is not None)
        and (not advice.declared or _short(value) in names_in(place.root, advice.declared))
        and (not advice.beside or advice.beside in keys)
        and (not advice.without or advice.without not in keys)
        and (not advice.alone or {"do", *ACTIONS}.isdisjoint(keys))
        and (not advice.needs or bool(PIECES[advice.needs](place, key)))
    )


def _says(advice: KeyAdvice, place: LocatedFinding, key: str) -> Translatable:
    def value(name: str) -> TranslatableValue:
        if name in advice.names or advice.says == UNKNOWN:
            return quoted(_filled(advice.names.get(name, "$key"), place, key))
        return _filled(f"${name}", place, key)

    return Translatable(advice.says, tuple((name, value(name)) for name in NAMED.findall(advice.says)))


def _hint(advice: KeyAdvice, place: LocatedFinding, key: str) -> Translatable:
    if advice.called:
        return of_kind("name", tr("here it is called {name}", name=quoted(advice.called)))
    values = {name: advice.given.get(name, f"${name}") for name in NAMED.findall(advice.hint)}
    filled = tuple((name, _filled(text, place, key)) for name, text in values.items())
    hint = Translatable(advice.hint, filled)
    return hint if advice.kind is None else of_kind(advice.kind, hint)


def _filled(text: str, place: LocatedFinding, key: str) -> str:
    template = Template(text)
    names = template.get_identifiers()
    filled = template.substitute({name: PIECES[name](place, key) for name in names})
    return filled if _UNDATED.isdisjoint(names) else GuessedYear(filled)


def _around(path: Path) -> str:
    """The section or block whose words are meant."""
    if path[:1] == ("forms",) and len(path) > 2:
        return "fields" if len(path) == 4 and path[2] == "fields" else ""
    if path[-1:] == ("plan",):
        return "plan"
    if path[:1] == ("shops",) and (path[2:3] == ("attributes",) or path[-1:] == ("consent",)):
        return "mapped"
    if path == ("limits",):
        return "limits"
    return str(path[0]) if len(path) == 2 and path[0] in advices().keys_called_in else ""


def _value(place: LocatedFinding, key: str) -> Node | None:
    """The value behind the key; the place itself, where that is a value."""
    if isinstance(place.node, Scalar):
        return place.node
    return place.node.pairs[key][1] if isinstance(place.node, Map) and key in place.node.pairs else None


def _beside(place: LocatedFinding, key: str) -> Node | None:
    return place.node.get(key) if isinstance(place.node, Map) else None


def _short(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and 0 < len(node.value) <= _LONGEST else "…"


def _texts(node: Node | None) -> str:
    """A text, or several as a list, as they are pasted."""
    if isinstance(node, List) and node.items and all(isinstance(item, Scalar) for item in node.items):
        return listed(item.value for item in node.items if isinstance(item, Scalar))
    return node.value if isinstance(node, Scalar) and 0 < len(node.value) <= _LONGEST else ""


def _span(place: LocatedFinding, key: str) -> str:
    value = _value(place, key)
    span = suggest_span(value.value) if isinstance(value, Scalar) and not value.nothing else ""
    return span if DURATION.fullmatch(span) else "3d"


def _term(name: str, otherwise: str) -> Callable[[LocatedFinding, str], str]:
    def of(place: LocatedFinding, key: str) -> str:
        value = _value(place, key)
        return (text_at(value, name) if isinstance(value, Map) else "") or otherwise

    return of


def _heard(place: LocatedFinding, key: str) -> str:
    when = _beside(place, "when")
    return _short(when.get("text")) if isinstance(when, Map) else "…"


def _answered(place: LocatedFinding, key: str) -> str:
    value = _value(place, key)
    return _short(value.get("reply") if isinstance(value, Map) else value)


def _buttons(place: LocatedFinding, key: str) -> str:
    value = _value(place, key)
    return (_texts(value) if isinstance(value, List) else "") or "[…]"


def _answers(place: LocatedFinding, key: str) -> str:
    answer = _beside(place, "answer")
    items = answer.items if isinstance(answer, List) else ()
    return listed([item.value for item in items if isinstance(item, Scalar)] or ["…"])


def _part(place: LocatedFinding, key: str) -> str:
    """The part of a message that the key stands in."""
    path = place.finding.path
    return str(path[-1]) if path and path[-1] in KINDS else ""


def _pair(place: LocatedFinding, key: str) -> str:
    """The text behind the only key of a place, which is no everyday word for an action."""
    alone = isinstance(place.node, Map) and len(place.node.pairs) == 1
    return _texts(_value(place, key)) if alone and not is_called_action(key) else ""


def _groups(place: LocatedFinding, key: str) -> str:
    """The groups of a broadcast's messages, with equal shares."""
    path, names = place.finding.path, place.keys
    if len(path) != 3 or path[0] != "broadcasts" or path[2] != "push" or set(names) & place.known.keys():
        return ""
    each = 100 // len(names)
    shares = [*[each] * (len(names) - 1), 100 - each * (len(names) - 1)]
    return ", ".join(f"{name}: {share}" for name, share in zip(names, shares, strict=True))


def _split_alike(place: LocatedFinding, key: str) -> str:
    """The split that has the same groups as a broadcast's messages."""
    splits = place.root.get("splits") if _groups(place, key) and isinstance(place.root, Map) else None
    made = splits.pairs.items() if isinstance(splits, Map) else ()
    alike = (name for name, (_, of) in made if isinstance(of, Map) and set(of.pairs) == set(place.keys))
    return next(alike, "")


def _of(section: str) -> Callable[[LocatedFinding, str], str]:
    """The name of the entry of this section that the place is in."""

    def of(place: LocatedFinding, key: str) -> str:
        path = place.finding.path
        return str(path[1]) if path[:1] == (section,) and len(path) > 1 else ""

    return of


def _split(place: LocatedFinding, key: str) -> str:
    """The split that the broadcast names in which this place is."""
    entry: Node | None = place.root if place.finding.path[:1] == ("broadcasts",) else None
    for step in place.finding.path[:2]:
        entry = entry.get(str(step)) if isinstance(entry, Map) else None
    return (text_at(entry, "split") or "") if isinstance(entry, Map) else ""


def _empty_group(place: LocatedFinding, key: str) -> str:
    """The group of a broadcast behind whose name there is no message."""
    path, value = place.finding.path, place.node
    is_group = len(path) == 4 and path[2] == "push" and _split(place, key) != ""
    return str(path[3]) if is_group and isinstance(value, Scalar) and not value.value else ""


def _dates(place: LocatedFinding, key: str) -> str:
    """The broadcast for which several moments are listed."""
    return _of("broadcasts")(place, key) if isinstance(place.node, List) else ""


def _last_day(place: LocatedFinding, key: str) -> str:
    """The day that is meant by a day alone, or by its last minute."""
    value = _value(place, key)
    return str((isinstance(value, Scalar) and suggest_end(value.value)) or "")


def _day_of(text: str, end: int) -> str:
    """The first (0) or last (1) of two days without their year, or one alone, in some year."""
    both = _RANGE.fullmatch(text)
    return with_year(both[end + 1] if both else text) or ""


def _audience(place: LocatedFinding, key: str) -> str:
    """The audience of a list with this name."""
    file = _short(_value(place, key))
    audiences = place.root.get("audiences") if isinstance(place.root, Map) else None
    made = audiences.pairs.items() if isinstance(audiences, Map) else ()
    return next((name for name, (_, of) in made if isinstance(of, Map) and text_at(of, "csv") == file), "")


PIECES: Mapping[str, Callable[[LocatedFinding, str], str]] = {
    "key": lambda place, key: key,
    "value": lambda place, key: _short(_value(place, key)),
    "texts": lambda place, key: _texts(_value(place, key)),
    "span": _span,
    "sign": lambda place, key: SIGNS.get(key, ""),
    "since": _term("from", "2026-11-01 00:00"),
    "until": _term("until", "2026-11-11 24:00"),
    "reply": lambda place, key: _short(_beside(place, "reply")),
    "heard": _heard,
    "answered": _answered,
    "buttons": _buttons,
    "answers": _answers,
    "audience": _audience,
    "pair": _pair,
    "groups": _groups,
    "split_alike": _split_alike,
    "phone": lambda place, key: re.sub("[^+0-9]", "", _short(_value(place, key))),
    "broadcast": _of("broadcasts"),
    "split": _split,
    "group": _empty_group,
    "dates": _dates,
    "channel": _of("channels"),
    "day": _last_day,
    "first_day": lambda place, key: _day_of(_short(_value(place, key)), 0),
    "last_day": lambda place, key: _day_of(_short(_value(place, key)), 1),
    "changed": lambda place, key: "to" if on_attribute_change(place.node) else "",
    "part": _part,
    "name": lambda place, key: str(place.finding.path[-1]) if len(place.finding.path) == 2 else "coupon",
}
"""The pieces of a playbook that `$NAME` in `advice.yaml` stands for, by name; given the place and the key."""
