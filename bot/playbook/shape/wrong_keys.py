"""Problems of keys: those that are unknown, missing, or do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from unicodedata import category

from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.shape.colons import colon_in_text, cut_by_comma, is_rest, is_words, wide_colon_in_key
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.mixtures import WORDED
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.suggest_blocks import on_attribute_change
from bot.playbook.shape.suggest_broadcasts import messages_key
from bot.playbook.shape.suggest_campaigns import bare_flex, bare_tap, numbered, of_campaign
from bot.playbook.shape.suggest_connections import of_clerks, of_connection, suggest_key_here
from bot.playbook.shape.suggest_elsewhere import (
    acts_elsewhere,
    elsewhere,
    is_pair,
    of_channel,
    problem_of_place,
)
from bot.playbook.shape.suggest_keys import (
    EVERYDAY_KEYS,
    OTHER_WORDS,
    WIDE_COLON,
    WRONG_PLACE,
    belongs_to,
    hint_for_key,
    suggest_keys,
)
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.shape.triggers import REFINEMENTS
from bot.playbook.similar import LISTED, nearest, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar

ACTS = frozenset({*ACTIONS, "do"} - set(TRIGGERS) - set(REFINEMENTS))
"""What a rule does, and nothing in a trigger is called."""


_NO_INDENTATION = ("\u3000", "\u00a0")
"""A key that begins so is reported where the file is read."""


def unknown_keys(place: LocatedFinding) -> Iterator[Problem]:
    """Keys that have no place here, each with what was probably meant."""
    whole = problem_of_place(place) or bare_flex(place) or bare_tap(place) or numbered(place)
    if whole is not None:
        yield whole
        return
    texts = "string" in place.finding.schema["type"]
    cut: set[Problem] = set()
    for key in place.extras:
        if key[:1] in _NO_INDENTATION:
            continue
        if _is_reply(place, key):
            message = tr("{text} stands here without a word that says what to do with it", text=quoted(key))
            yield place.on_child(
                key, "unknown-key", message, tr("to say this, write  reply: {text}", text=key)
            )
        elif problem := cut_by_comma(place, key):
            if problem not in cut:
                cut.add(problem)
                yield problem
        elif sign := next((sign for sign in key if category(sign) == "Cf"), None):
            message = tr(
                "{text} holds an invisible sign, U+{number}",
                text=quoted(key.replace(sign, "")),
                number=f"{ord(sign):04X}",
            )
            hint = tr("delete this word, and type it anew:  {text}", text=key.replace(sign, ""))
            yield place.on_child(key, "invisible-sign", message, hint)
        elif place.title == "playbook":
            message, hint = tr("there is no section {key}", key=quoted(key)), None
            if (of := of_channel(key) or of_clerks(key)) is not None:
                message, hint = of
            if key in ACTS or key == "when":
                message = tr('"{key}" is a part of a rule, and rules stand below  rules:', key=key)
                hint = tr("write {wanted} spaces before it, as the lines of the rule above", wanted=4)
            if key == "when":
                hint = tr("begin it with two spaces and a dash:  - when: …")
            hint = hint or hint_for_key(key, place.keys, place.known)
            if hint is None and not key.isascii():
                hint = tr(
                    "for a text, write it behind the  reply:  of its rule; a rule begins with  - when: …"
                )
            yield place.on_child(key, "unknown-section", message, hint)
        elif (wide := WIDE_COLON.match(key)) and wide[1] in place.known:
            yield wide_colon_in_key(place, key, wide[1])
        elif texts and is_words(place.key_node(key)) and not EVERYDAY_KEYS.get(key):
            yield colon_in_text(place)
        elif campaign := of_campaign(place, key) or of_connection(place, key):
            yield place.on_child(key, "unknown-key", *campaign)
        elif (other_place := elsewhere(place, key)) is not None:
            yield place.on_child(key, "unknown-key", *other_place)
        elif within := _misplaced_key(place, key):
            yield place.on_child(key, "unknown-key", *within)
        elif other := WRONG_PLACE.get((place.title, key)):
            yield place.on_child(key, "unknown-key", other, tr("leave it out here"))
        elif belongs := belongs_to(place.title, key, place.keys, place.known):
            message = tr("{key} stands in {belongs}, not beside it", key=quoted(key), belongs=quoted(belongs))
            yield place.on_child(
                key, "unknown-key", message, tr("write  {belongs}: {{key}: …}", belongs=belongs, key=key)
            )
        else:
            hint = OTHER_WORDS.get((place.title, key)) or hint_for_key(key, place.keys, place.known)
            if hint is None and _is_value(place, key):
                hint = tr("several values stand between brackets:  [a, b]")
            if hint is None and place.title in ("rule", "flow rule") and ACTS.isdisjoint(place.keys):
                hint = tr("to answer, write  reply: …")
            message = tr("unknown key {key}", key=quoted(key))
            if len(place.known) <= LISTED:
                message = tr(
                    "unknown key {key}, known here: {known}", key=quoted(key), known=row(place.known)
                )
            yield place.on_child(key, place.finding.schema.get("unknown", "unknown-key"), message, hint)


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
    if bare_tap(place) or is_pair(place):
        return
    needed = place.finding.schema["required"]
    meant = _expected_keys(place)
    for key in needed:
        if key not in place.keys and key not in meant:
            yield _missing(place, key)


def _expected_keys(place: LocatedFinding) -> set[str]:
    """The keys that may be meant by those that are unknown here."""
    called = {suggest_key_here(place.finding.path, key) for key in place.extras}
    meant = suggest_keys(place.title, place.keys, place.known) | messages_key(place)
    return meant | {key for key in called if key is not None}


def missing_beside(place: LocatedFinding) -> Iterator[Problem]:
    """Keys that must stand beside another that is here."""
    meant = _expected_keys(place)
    for key, needed in place.finding.schema["dependentRequired"].items():
        for other in needed:
            if key in place.keys and other not in {*place.keys, *meant}:
                yield _missing(place, other)


def _misplaced_key(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """The message for an action within `when`, and for a change's values beside it."""
    if place.title == "trigger" and key in ACTS:
        message = tr("{key} stands in {when}, and belongs below it", key=quoted(key), when=quoted("when"))
        return message, tr("close the brackets of  when,  and write below it  {key}: …", key=key)
    if key == "to" and place.title in ("rule", "flow rule") and on_attribute_change(place.node):
        message = tr("{key} stands beside {when}, and belongs into it", key=quoted(key), when=quoted("when"))
        return message, tr("write  when: {attribute_changed: …, {key}: …}", key=key)
    return None


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
    is_reported = place.finding.keyword == "acts" and (
        _acts_within_when(place.node)
        or acts_elsewhere(place)
        or any(_is_reply(place, key) for key in place.extras)
    )
    if is_reported:
        return
    for mixed in WORDED[place.finding.keyword](place.finding.schema, place.keys):
        if mixed.key is None:
            yield place.on_key(mixed.code, mixed.message, mixed.hint)
        else:
            yield place.on_child(mixed.key, mixed.code, mixed.message, mixed.hint)
