"""Problems of keys: those that are unknown, missing, or do not go together.

The public functions take findings of those keywords for which `bot.playbook.shape.shape` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from unicodedata import category

from bot.model.problem import Problem
from bot.model.translatable import Quoted, Translatable, row, tr
from bot.playbook.hints import of_kind
from bot.playbook.shape.advice import advices
from bot.playbook.shape.colons import colon_in_text, cut_by_comma, is_rest, is_words
from bot.playbook.shape.declared import belongs_below, is_section
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.mixtures import WORDED
from bot.playbook.shape.suggest_advice import (
    ACTS,
    advice_on_key,
    hint_on_key,
    of_whole,
    stands_for,
    suggest_key_here,
)
from bot.playbook.shape.suggest_keys import belongs_to, hint_for_key, suggest_keys
from bot.playbook.similar import LISTED, nearest, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar

_PLACES = 3
"""Where a key has more places than so many, they say nothing of what was meant."""
_NO_INDENTATION = ("\u3000", "\u00a0")
"""Spaces that a key may begin with by mistake: these are reported where the file is parsed."""


def unknown_keys(place: LocatedFinding) -> Iterator[Problem]:
    """Keys that have no place here, each with what was probably meant."""
    reported: set[Problem] = set()
    whole = of_whole(place)
    for key in place.extras if whole is None else [whole]:
        if key[:1] in _NO_INDENTATION:
            continue
        problem = next(filter(None, (guess(place, key) for guess in _GUESSES)), None) or _unknown(place, key)
        if problem not in reported:
            reported.add(problem)
            yield problem


def _bare_reply(place: LocatedFinding, key: str) -> Problem | None:
    """A rule between braces with its answer without the word: `{when: follow, 您好}`."""
    if not _is_reply(place, key):
        return None
    message = tr("{text} stands here without a word that says what to do with it", text=quoted(key))
    return place.on_child(key, "unknown-key", message, tr("to say this, write  reply: {text}", text=key))


def _invisible(place: LocatedFinding, key: str) -> Problem | None:
    sign = next((sign for sign in key if category(sign) == "Cf"), None)
    if sign is None:
        return None
    bare = key.replace(sign, "")
    message = tr("{text} holds an invisible sign, U+{number}", text=quoted(bare), number=f"{ord(sign):04X}")
    hint = tr("delete this word, and type it anew:  {text}", text=bare)
    return place.on_child(key, "invisible-sign", message, hint)


def _section(place: LocatedFinding, key: str) -> Problem | None:
    """Any unknown key at the top of the playbook, so no later guess is made there."""
    if place.title != "playbook":
        return None
    message, hint = tr("there is no section {key}", key=quoted(key)), None
    if (of := advice_on_key(place, key)) is not None:
        message, hint = of
    if key in ACTS or key == "when":
        message = tr('"{key}" is a part of a rule, and rules stand below  rules:', key=key)
        hint = tr("write {wanted} spaces before it, as the lines of the rule above", wanted=4)
    if key == "when":
        hint = tr("begin it with two spaces and a dash:  - when: …")
    hint = hint or _elsewhere(place, key)
    if hint is None and not key.isascii():
        hint = tr("for a text, write it behind the  reply:  of its rule; a rule begins with  - when: …")
    return place.on_child(key, "unknown-section", message, hint)


def _text_with_colon(place: LocatedFinding, key: str) -> Problem | None:
    """A text without quotes, of which the words before a colon were read as a key."""
    is_text = "string" in place.finding.schema["type"] and is_words(place.key_node(key))
    return colon_in_text(place) if is_text and not advices().keys_called.get(key) else None


def _advised(place: LocatedFinding, key: str) -> Problem | None:
    advice = advice_on_key(place, key)
    return None if advice is None else place.on_child(key, "unknown-key", *advice)


def _within(place: LocatedFinding, key: str) -> Problem | None:
    belongs = belongs_to(place.title, key, place.keys, place.known)
    if belongs is None:
        return None
    message = tr("{key} stands in {belongs}, not beside it", key=quoted(key), belongs=quoted(belongs))
    hint = of_kind("into", tr("write  {belongs}: {{key}: …}", belongs=belongs, key=key))
    return place.on_child(key, "unknown-key", message, hint)


_GUESSES: tuple[Callable[[LocatedFinding, str], Problem | None], ...] = (
    *(_bare_reply, cut_by_comma, _invisible, _section, _advised, _text_with_colon, _within),
)
"""What may be meant by a key, the surest first."""


def _unknown(place: LocatedFinding, key: str) -> Problem:
    hint = hint_on_key(place, key) or _elsewhere(place, key)
    if hint is None and _is_value(place, key):
        hint = tr("several values stand between brackets:  [a, b]")
    if hint is None and place.title in ("rule", "flow rule") and ACTS.isdisjoint(place.keys):
        hint = tr("to answer, write  reply: …")
    message = tr("unknown key {key}", key=quoted(key))
    if len(place.known) <= LISTED:
        message = tr("unknown key {key}, known here: {known}", key=quoted(key), known=row(place.known))
    return place.on_child(key, place.finding.schema.get("unknown", "unknown-key"), message, hint)


def _elsewhere(place: LocatedFinding, key: str) -> Translatable | None:
    """The key of this place that was meant, or the places that the language has this key for."""
    hint = hint_for_key(key, place.keys, place.known)
    if is_section(key) and place.title != "playbook":
        margin = of_kind(
            "general",
            tr("{key} is a section: it stands at the margin, without spaces in front", key=Quoted(key)),
        )
        return hint or margin
    if hint is None and 0 < len(below := belongs_below(key)) <= _PLACES:
        return of_kind(
            "general", tr("{key} belongs below {places}", key=Quoted(key), places=row([*map(Quoted, below)]))
        )
    return hint


def _is_reply(place: LocatedFinding, key: str) -> bool:
    """Whether a rule between braces has its answer without the word: `{when: follow, 您好}`."""
    if place.title not in ("rule", "flow rule") or not ACTS.isdisjoint(place.keys):
        return False
    assert isinstance(place.node, Map)
    return not key.isascii() and is_rest(place.node.pairs[key])


def _is_value(place: LocatedFinding, key: str) -> bool:
    """Whether a word without a value is behind another: `{add_tags: a, b}`."""
    assert isinstance(place.node, Map)
    name, value = place.node.pairs[key]
    return isinstance(value, Scalar) and value.nothing and len(place.node.pairs) > 1 and name.plain


def missing_keys(place: LocatedFinding) -> Iterator[Problem]:
    """Keys that must be here, unless an unknown one was meant for them."""
    needed = place.finding.schema["required"]
    meant = _expected_keys(place)
    for key in needed:
        if key not in place.keys and key not in meant:
            yield _missing(place, key)


def _expected_keys(place: LocatedFinding) -> set[str]:
    """The keys that may be meant by those that are unknown here."""
    called = {suggest_key_here(place.finding.path, key) for key in place.extras}
    meant = suggest_keys(place.title, place.keys, place.known) | stands_for(place)
    return meant | {key for key in called if key is not None}


def missing_beside(place: LocatedFinding) -> Iterator[Problem]:
    """Keys that must stand beside another that is here."""
    meant = _expected_keys(place)
    for key, needed in place.finding.schema["dependentRequired"].items():
        for other in needed:
            if key in place.keys and other not in {*place.keys, *meant}:
                yield _missing(place, other)


def _acts_within_when(node: Node) -> bool:
    """Whether a rule's actions are in its `when`: that is reported there."""
    when = node.get("when") if isinstance(node, Map) else None
    return isinstance(when, Map) and not ACTS.isdisjoint(when.pairs)


def _missing(place: LocatedFinding, key: str) -> Problem:
    known = place.known.get(key)
    example = known.get("example", "…") if isinstance(known, Mapping) else "…"
    return place.on_key(
        "missing-key",
        tr('"{key}" is missing here', key=key),
        tr("add  {key}: {example}", key=key, example=example),
    )


def missing_choice(place: LocatedFinding) -> Iterator[Problem]:
    """None of several keys is here, one of which must be."""
    keys: list[str] = place.finding.schema["needs"]
    within = {belongs_to(place.title, key, place.keys, place.known) for key in place.extras}
    within |= {suggest_key_here(place.finding.path, key) for key in place.extras}
    if not ({nearest(key, keys) for key in place.extras} | within) - {None}:
        message = tr("one of {keys} is missing here", keys=row(keys))
        yield place.on_key("missing-key", message, tr("add  {keys}: …", keys=keys[0]))


def mixed_keys(place: LocatedFinding) -> Iterator[Problem]:
    """Keys that do not go together, or need one more."""
    if place.finding.keyword == "acts" and _acts_within_when(place.node):
        return  # reported there
    for mixed in WORDED[place.finding.keyword](place.finding.schema, place.keys):
        if mixed.key is None:
            yield place.on_key(mixed.code, mixed.message, mixed.hint)
        else:
            yield place.on_child(mixed.key, mixed.code, mixed.message, mixed.hint)
