"""What a finding of the JSON Schema means to the person who wrote the file, in our own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.model.problem import Problem
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.formats import FORMATS, SECRET
from bot.playbook.shape.meant_keys import OTHER_WORDS, WIDE_COLON, WRONG_PLACE, belongs_to, meant_keys
from bot.playbook.shape.mixtures import WORDED, Mixed
from bot.playbook.shape.schema import ACTIONS
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.shape.validator import Finding
from bot.playbook.similar import LISTED, hint_for, hint_or_some, nearest, not_one_of, shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at, key_of, path_text, place_of

_KEY_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY_MEANT = {"card": "text", "condition": "tag"}
"""What a text most likely means where a block is expected."""


def problems_of(root: Node, finding: Finding) -> Iterator[Problem]:
    """The finding in our own words; nothing where another finding says the same better."""
    node = at(root, finding.path)
    if not (isinstance(node, Scalar) and node.unset):
        yield from _BY_KEYWORD[finding.keyword](_Place(root, node, finding))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a finding was made, with the two ways to point at it."""

    root: Node
    node: Node
    finding: Finding

    @property
    def name(self) -> str:
        """What people call this place: its key, or `rules[2]` in a list."""
        path = self.node.path
        last = path_text(path[-1:] if path and isinstance(path[-1], str) else path[-2:])
        return f'"{last}"' if last else "this file"

    @property
    def title(self) -> str:
        return str(self.finding.schema.get("title", ""))

    @property
    def expected(self) -> str:
        return str(self.finding.schema["expected"])

    def on_key(self, code: Code, message: str, hint: str | None = None) -> Problem:
        """A problem at the key of this place."""
        return _on(key_of(self.root, self.finding.path), code, message, hint)

    def on_value(self, code: Code, message: str, hint: str | None = None) -> Problem:
        """A problem at what stands here; at its key, where nothing or a whole block stands."""
        if isinstance(self.node, Scalar) and self.node.width:
            return _on(self.node, code, message, hint)
        return self.on_key(code, message, hint)

    def on_child(self, key: str, code: Code, message: str, hint: str | None = None) -> Problem:
        """A problem at one of the keys in this place."""
        assert isinstance(self.node, Map)
        return _on(self.node.pairs[key][0], code, message, hint)

    @property
    def keys(self) -> list[str]:
        return list(self.node.pairs) if isinstance(self.node, Map) else []

    @property
    def known(self) -> Mapping[str, object]:
        known: Mapping[str, object] = self.finding.schema.get("properties", {})
        return known

    @property
    def extras(self) -> list[str]:
        """The keys that the schema does not know here."""
        return [key for key in self.keys if key not in self.known]


def _on(node: Node, code: Code, message: str, hint: str | None) -> Problem:
    return mistake(place_of(node), code, message, hint=hint, width=node.width)


def _type(place: _Place) -> Iterator[Problem]:
    node, expected = place.node, place.expected
    texts = "string" in place.finding.schema["type"]
    match node:
        case Scalar(nothing=True):
            yield place.on_value("wrong-type", f"{place.name} has no value, expected {expected}")
        case Scalar(value=value) if wide := WIDE_COLON.search(value):
            yield _wide_colon(place, wide[1])
        case Scalar(value=value):
            key = _KEY_MEANT.get(place.title)
            hint = f"write  {{{key}: {value}}}" if key is not None and len(value) < 40 else None
            yield place.on_value("wrong-type", f"{place.name} is a text, expected {expected}", hint)
        case List() if place.finding.path[-1:] == ("not",):
            message = '"not" takes one condition, here is a list'
            both = (
                "say which is meant:  not: {any: […]}  (none of them) or  not: {all: […]}  (not all of them)"
            )
            yield place.on_key("not-of-list", message, both)
        case List(flow=False) if not place.finding.path:
            hint = "write the name of its section above it, such as  rules:"
            yield place.on_value("wrong-type", f"{place.name} is a list, expected {expected}", hint)
        case List(flow=False) if place.finding.schema["type"] == "object":
            hint = 'leave "- " out: each begins with its name and a colon'
            yield place.on_value("wrong-type", f"{place.name} is a list, expected {expected}", hint)
        case List():
            yield place.on_value("wrong-type", f"{place.name} is a list, expected {expected}")
        case Map(pairs=pairs) if texts and any(_is_words(key) for key, _ in pairs.values()):
            yield _colon_in_text(place)
        case Map():
            listing = 'begin each item with "- "' if place.finding.schema["type"] == "array" else None
            yield place.on_value(
                "wrong-type", f"{place.name} is a block of keys, expected {expected}", listing
            )


def _is_words(key: Scalar) -> bool:
    """Whether a key is the beginning of a text with a colon in it; what is quoted is meant as a key."""
    return key.plain and not _KEY_LIKE.fullmatch(key.value)


def _colon_in_text(place: _Place) -> Problem:
    node = place.node
    first = next(iter(node.pairs.values()))[0] if isinstance(node, Map) and node.pairs else node
    message = 'this text contains ": ", put it in quotes'
    return _on(first, "colon-in-text", message, 'write the whole text as "…: …"')


def _wide_colon(place: _Place, key: str) -> Problem:
    hint = f'write "{key}: " with a half-width colon and a space'
    return place.on_value("full-width-colon", f'the colon after "{key}" is a full-width one', hint)


def _wide_colon_in_key(place: _Place, key: str, meant: str) -> Problem:
    hint = f'write "{meant}: " with a half-width colon and a space'
    message = f'the colon after "{meant}" is a full-width one'
    return place.on_child(key, "full-width-colon", message, hint)


def _words(place: _Place) -> Iterator[Problem]:
    allowed: list[str] = place.finding.schema["words"]
    node = place.node
    if not isinstance(node, Scalar) or node.nothing:
        found = "has no value" if isinstance(node, Scalar) else "is no word"
        yield place.on_value("wrong-type", f"{place.name} {found}, expected {_either(allowed)}")
    elif wide := WIDE_COLON.search(node.value):
        yield _wide_colon(place, wide[1])
    elif place.title in _KINDS:
        yield _kind_word(place, node.value, _KINDS[place.title])
    elif allowed in (["true"], ["true", "false"]):
        message = f"{place.name} is {shown(node.value)}, expected {_either(allowed)}"
        yield place.on_value("bad-value", message, f"write  {_either(allowed)}")
    else:
        yield place.on_value("bad-value", not_one_of(node.value, allowed), hint_or_some(node.value, allowed))


def _either(words: list[str]) -> str:
    return " or ".join(words)


_KINDS: dict[str, tuple[str, ...]] = {"trigger": tuple(sorted(TRIGGERS)), "action": tuple(sorted(ACTIONS))}


def _kind_word(place: _Place, word: str, kinds: tuple[str, ...]) -> Problem:
    """A word that is no trigger, or no action, by itself."""
    if word in kinds:
        shape = f"{{{word}: …}}" if place.title == "trigger" else f"{word}: …"
        return place.on_value("bad-value", f'"{word}" needs a value', f"write  {shape}")
    hint = hint_for(word, kinds)
    if hint is None and place.title == "trigger" and len(word) < 40:
        hint = f"to hear this text, write  {{text: {word}}}"
    if hint is None and place.title == "action" and len(word) < 40:
        hint = f"to say this text, write  reply: {word}"
    return place.on_value("bad-value", f"{shown(word)} is no {place.title}", hint)


def _extra_keys(place: _Place) -> Iterator[Problem]:
    texts = "string" in place.finding.schema["type"]
    for key in place.extras:
        listed = f", known here: {', '.join(place.known)}" if len(place.known) <= LISTED else ""
        if place.title == "playbook":
            hint = hint_for(key, place.known)
            yield place.on_child(key, "unknown-section", f"there is no section {shown(key)}", hint)
        elif (wide := WIDE_COLON.match(key)) and wide[1] in place.known:
            yield _wide_colon_in_key(place, key, wide[1])
        elif texts and _is_words(key_node(place.node, key)):
            yield _colon_in_text(place)
        elif other := WRONG_PLACE.get((place.title, key)):
            yield place.on_child(key, "unknown-key", other, "leave it out here")
        elif belongs := belongs_to(place.title, key, place.keys):
            message = f"{shown(key)} stands in {shown(belongs)}, not beside it"
            yield place.on_child(key, "unknown-key", message, f"write  {belongs}: {{{key}: …}}")
        else:
            hint = OTHER_WORDS.get((place.title, key)) or hint_for(key, place.known)
            if hint is None and _is_value(place.node, key):
                hint = "several values stand between brackets:  [a, b]"
            yield place.on_child(key, "unknown-key", f"unknown key {shown(key)}{listed}", hint)


def _is_value(block: Node, key: str) -> bool:
    """Whether a word without a value stands behind another: `{add_tags: a, b}`."""
    assert isinstance(block, Map)
    value = block.pairs[key][1]
    return isinstance(value, Scalar) and value.nothing and len(block.pairs) > 1 and key_node(block, key).plain


def _required(place: _Place) -> Iterator[Problem]:
    needed = place.finding.schema["required"]
    meant = meant_keys(place.title, place.keys, place.known)
    for key in needed:
        if key not in place.keys and key not in meant:
            yield _missing(place, key)


def _dependent(place: _Place) -> Iterator[Problem]:
    meant = meant_keys(place.title, place.keys, place.known)
    for key, needed in place.finding.schema["dependentRequired"].items():
        for other in needed:
            if key in place.keys and other not in {*place.keys, *meant}:
                yield _missing(place, other)


def _missing(place: _Place, key: str) -> Problem:
    known = place.known.get(key)
    example = known.get("example", "…") if isinstance(known, Mapping) else "…"
    return place.on_key("missing-key", f'"{key}" is missing here', f"add  {key}: {example}")


def _needs(place: _Place) -> Iterator[Problem]:
    keys: list[str] = place.finding.schema["needs"]
    if not {nearest(key, keys) for key in place.extras} - {None}:
        message = f"one of {', '.join(keys)} is missing here"
        yield place.on_key("missing-key", message, f"add  {keys[0]}: …")


def _too_few(place: _Place) -> Iterator[Problem]:
    if isinstance(place.node, List):
        if place.node.items:
            yield _wrong_number(place, len(place.node.items))
        else:
            yield place.on_key("empty-list", f"{place.name} is an empty list")
    else:
        yield place.on_key("missing-key", f"{place.name} holds nothing, expected {place.expected}")


def _too_many(place: _Place) -> Iterator[Problem]:
    node = place.node
    if isinstance(node, Map):
        second = list(node.pairs)[1]
        message = f"{place.name} takes one, here are {len(node.pairs)}"
        yield place.on_child(second, "bad-value", message, f"expected {place.expected}")
    elif isinstance(node, List) and "oneOrMore" in place.finding.schema:
        message = f"{len(node.items)} messages in {place.name}, LINE takes 5 at once"
        yield place.on_key("replies-over-5", message, "leave some out, or join texts")
    elif isinstance(node, List):
        yield _wrong_number(place, len(node.items))


def _wrong_number(place: _Place, number: int) -> Problem:
    return place.on_key("bad-value", f"{place.name} is a list of {number}, expected {place.expected}")


def _format(place: _Place) -> Iterator[Problem]:
    name = place.finding.schema["format"]
    key = place.finding.key
    on = place.node if key is None else key_node(place.node, key)
    assert isinstance(on, Scalar)
    text = on.value
    fault = FORMATS[name](text)
    if fault is None:
        return
    if key is not None and "：" in key:
        yield _wide_colon_in_key(place, key, key.partition("：")[0])
        return
    whose: str = place.name if fault.says.startswith(("must", "cannot")) or name in SECRET else shown(text)
    if on.names:
        whose = f"{place.name} (from the environment: {', '.join(on.names)})"
    if place.finding.key is not None:
        whose = shown(text)
    yield _on(
        on if on.width else key_of(place.root, place.finding.path),
        fault.code,
        f"{whose} {fault.says}",
        fault.hint,
    )


def key_node(block: Node, key: str) -> Scalar:
    """The node of a key."""
    assert isinstance(block, Map)
    return block.pairs[key][0]


def _mixture(place: _Place) -> Iterator[Problem]:
    schema, node = place.finding.schema, place.node
    assert isinstance(node, Map)
    for mixed in WORDED[place.finding.keyword](schema, list(node.pairs)):
        yield _mixed(place, mixed)


def _mixed(place: _Place, mixed: Mixed) -> Problem:
    if mixed.key is None:
        return place.on_key(mixed.code, mixed.message, mixed.hint)
    return place.on_child(mixed.key, mixed.code, mixed.message, mixed.hint)


_BY_KEYWORD: Mapping[str, Callable[[_Place], Iterator[Problem]]] = {
    "type": _type,
    "words": _words,
    "additionalProperties": _extra_keys,
    "required": _required,
    "dependentRequired": _dependent,
    "needs": _needs,
    "minItems": _too_few,
    "minProperties": _too_few,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "format": _format,
    "kinds": _mixture,
    "acts": _mixture,
    "tap": _mixture,
}
