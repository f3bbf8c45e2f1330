"""What is said of a value that is not what is expected: of another type, another word, another format."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.said import Row, Said, row, say
from bot.playbook.shape.formats import FORMATS
from bot.playbook.shape.found import Found, problem_on
from bot.playbook.shape.meant_keys import WIDE_COLON
from bot.playbook.shape.meant_types import hint_for_type
from bot.playbook.shape.meant_values import example_for, meant_text
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.stray_colons import colon_in_text, is_words, wide_colon, wide_colon_in_key
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import hint_for, not_one_of, shown
from bot.playbook.syntax.nodes import List, Map, Scalar, key_of


def wrong_type(place: Found) -> Iterator[Problem]:
    """A text, a list or a block of keys where another of them is expected."""
    node, expected = place.node, place.expected
    texts = "string" in place.finding.schema["type"]
    match node:
        case Scalar(nothing=True):
            yield place.on_value(
                "wrong-type",
                say("{place} has no value, expected {expected}", place=place.name, expected=expected),
                example_for(place.node.path),
            )
        case Scalar(value=value) if wide := WIDE_COLON.search(value):
            yield wide_colon(place, wide[1])
        case Scalar(value=value):
            hint = meant_text(value, place.title)
            yield place.on_value(
                "wrong-type",
                say("{place} is a text, expected {expected}", place=place.name, expected=expected),
                hint,
            )
        case List() if place.finding.path[-1:] == ("not",):
            message = say('"not" takes one condition, here is a list')
            both = say(
                "say which is meant:  not: {any: […]}  (none of them) or  not: {all: […]}  (not all of them)"
            )
            yield place.on_key("not-of-list", message, both)
        case List(flow=False) if not place.finding.path:
            hint = say("write the name of its section above it, such as  rules:")
            yield place.on_value(
                "wrong-type",
                say("{place} is a list, expected {expected}", place=place.name, expected=expected),
                hint,
            )
        case List(flow=False) if place.finding.schema["type"] == "object":
            hint = say('leave "- " out: each begins with its name and a colon')
            yield place.on_value(
                "wrong-type",
                say("{place} is a list, expected {expected}", place=place.name, expected=expected),
                hint,
            )
        case List():
            yield place.on_value(
                "wrong-type",
                say("{place} is a list, expected {expected}", place=place.name, expected=expected),
            )
        case Map(pairs=pairs) if texts and any(is_words(key) for key, _ in pairs.values()):
            yield colon_in_text(place)
        case Map():
            listing = say('begin each item with "- "') if place.finding.schema["type"] == "array" else None
            yield place.on_value(
                "wrong-type",
                say("{place} is a block of keys, expected {expected}", place=place.name, expected=expected),
                listing,
            )


def wrong_word(place: Found) -> Iterator[Problem]:
    """None of the words that may stand here."""
    allowed: list[str] = place.finding.schema["words"]
    node = place.node
    if not isinstance(node, Scalar) or node.nothing:
        either = _either(allowed)
        message = say("{place} is no word, expected {expected}", place=place.name, expected=either)
        if isinstance(node, Scalar):
            message = say("{place} has no value, expected {expected}", place=place.name, expected=either)
        yield place.on_value("wrong-type", message)
    elif wide := WIDE_COLON.search(node.value):
        yield wide_colon(place, wide[1])
    elif place.title in _KINDS:
        yield _kind_word(place, node.value, _KINDS[place.title])
    elif allowed in (["true"], ["true", "false"]):
        message = say(
            "{place} is {text}, expected {expected}",
            place=place.name,
            text=shown(node.value),
            expected=_either(allowed),
        )
        yield place.on_value("bad-value", message, say("write  {expected}", expected=_either(allowed)))
    else:
        yield place.on_value("bad-value", not_one_of(node.value, allowed), hint_for_type(node.value, allowed))


def _either(words: list[str]) -> Row:
    return row(words, "or")


_KINDS: dict[str, tuple[str, ...]] = {"trigger": tuple(sorted(TRIGGERS)), "action": tuple(sorted(ACTIONS))}


def _kind_word(place: Found, word: str, kinds: tuple[str, ...]) -> Problem:
    """A word that is no trigger, or no action, by itself."""
    if word in kinds:
        shape = f"{{{word}: …}}" if place.title == "trigger" else f"{word}: …"
        return place.on_value(
            "bad-value", say('"{word}" needs a value', word=word), say("write  {shape}", shape=shape)
        )
    hint = hint_for(word, kinds)
    if hint is None and place.title == "trigger" and len(word) < 40:
        hint = say("to hear this text, write  {text: {word}}", word=word)
    if hint is None and place.title == "action" and len(word) < 40:
        hint = say("to say this text, write  reply: {word}", word=word)
    return place.on_value(
        "bad-value", say("{word} is no {kind}", word=shown(word), kind=Said(place.title)), hint
    )


def wrong_format(place: Found) -> Iterator[Problem]:
    """A text that cannot be read as what is written here."""
    name = place.finding.schema["format"]
    key = place.finding.key
    on = place.node if key is None else place.key_node(key)
    assert isinstance(on, Scalar)
    text = on.value
    fault = FORMATS[name](text)
    if fault is None:
        return
    if key is not None and "：" in key:
        yield wide_colon_in_key(place, key, key.partition("：")[0])
        return
    whose = place.name if fault.of_place else shown(text)
    if on.names:
        whose = say("{place} (from the environment: {names})", place=place.name, names=row(on.names))
    if place.finding.key is not None:
        whose = shown(text)
    yield problem_on(
        on if on.width else key_of(place.root, place.finding.path),
        fault.code,
        say("{whose} {says}", whose=whose, says=fault.says),
        fault.hint,
    )
