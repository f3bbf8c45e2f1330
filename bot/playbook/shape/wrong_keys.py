"""What is said of keys: those that are unknown, missing, or do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.model.problem import Problem
from bot.model.said import row, say
from bot.playbook.shape.found import Found
from bot.playbook.shape.meant_keys import (
    OTHER_WORDS,
    WIDE_COLON,
    WRONG_PLACE,
    belongs_to,
    hint_for_key,
    meant_keys,
)
from bot.playbook.shape.mixtures import WORDED
from bot.playbook.shape.stray_colons import colon_in_text, is_words, wide_colon_in_key
from bot.playbook.similar import LISTED, nearest, shown
from bot.playbook.syntax.nodes import Map, Scalar


def unknown_keys(place: Found) -> Iterator[Problem]:
    """Keys that have no place here, each with what was probably meant."""
    texts = "string" in place.finding.schema["type"]
    for key in place.extras:
        if place.title == "playbook":
            hint = hint_for_key(key, place.keys, place.known)
            yield place.on_child(
                key, "unknown-section", say("there is no section {key}", key=shown(key)), hint
            )
        elif (wide := WIDE_COLON.match(key)) and wide[1] in place.known:
            yield wide_colon_in_key(place, key, wide[1])
        elif texts and is_words(place.key_node(key)):
            yield colon_in_text(place)
        elif other := WRONG_PLACE.get((place.title, key)):
            yield place.on_child(key, "unknown-key", other, say("leave it out here"))
        elif belongs := belongs_to(place.title, key, place.keys):
            message = say("{key} stands in {belongs}, not beside it", key=shown(key), belongs=shown(belongs))
            yield place.on_child(
                key, "unknown-key", message, say("write  {belongs}: {{key}: …}", belongs=belongs, key=key)
            )
        else:
            hint = OTHER_WORDS.get((place.title, key)) or hint_for_key(key, place.keys, place.known)
            if hint is None and _is_value(place, key):
                hint = say("several values stand between brackets:  [a, b]")
            message = say("unknown key {key}", key=shown(key))
            if len(place.known) <= LISTED:
                message = say(
                    "unknown key {key}, known here: {known}", key=shown(key), known=row(place.known)
                )
            yield place.on_child(key, "unknown-key", message, hint)


def _is_value(place: Found, key: str) -> bool:
    """Whether a word without a value stands behind another: `{add_tags: a, b}`."""
    assert isinstance(place.node, Map)
    name, value = place.node.pairs[key]
    return isinstance(value, Scalar) and value.nothing and len(place.node.pairs) > 1 and name.plain


def missing_keys(place: Found) -> Iterator[Problem]:
    """Keys that must be here, unless an unknown one was meant for them."""
    needed = place.finding.schema["required"]
    meant = meant_keys(place.title, place.keys, place.known)
    for key in needed:
        if key not in place.keys and key not in meant:
            yield _missing(place, key)


def missing_beside(place: Found) -> Iterator[Problem]:
    """Keys that must stand beside another that is here."""
    meant = meant_keys(place.title, place.keys, place.known)
    for key, needed in place.finding.schema["dependentRequired"].items():
        for other in needed:
            if key in place.keys and other not in {*place.keys, *meant}:
                yield _missing(place, other)


def _missing(place: Found, key: str) -> Problem:
    known = place.known.get(key)
    example = known.get("example", "…") if isinstance(known, Mapping) else "…"
    return place.on_key(
        "missing-key",
        say('"{key}" is missing here', key=key),
        say("add  {key}: {example}", key=key, example=example),
    )


def missing_choice(place: Found) -> Iterator[Problem]:
    """None of several keys is here, one of which must be."""
    keys: list[str] = place.finding.schema["needs"]
    if not {nearest(key, keys) for key in place.extras} - {None}:
        message = say("one of {keys} is missing here", keys=row(keys))
        yield place.on_key("missing-key", message, say("add  {keys}: …", keys=keys[0]))


def mixed_keys(place: Found) -> Iterator[Problem]:
    """Keys that do not go together, or need one more."""
    for mixed in WORDED[place.finding.keyword](place.finding.schema, place.keys):
        if mixed.key is None:
            yield place.on_key(mixed.code, mixed.message, mixed.hint)
        else:
            yield place.on_child(mixed.key, mixed.code, mixed.message, mixed.hint)
