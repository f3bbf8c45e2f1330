"""What a finding of the JSON Schema means to the person who wrote the file, in our own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.problem import Problem
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.language import LATER, TRIGGERS_LATER, not_yet
from bot.playbook.shape.schema import ACTIONS, KNOWN
from bot.playbook.similar import LISTED, hint_for, nearest, not_one_of, shown
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, at, key_of, path_text, place_of

_WIDE_COLON = re.compile(r"(?:^|\s)([a-z_]+)：")
_KEY_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_EXPECTED = {
    "playbook": 'sections such as "bot", "channels" and "rules"',
    "text": "a text",
    "texts": "a text, or a list of texts",
    "name": "a text",
    "secret": "a text",
    "token": "a text",
    "account id": "a text",
    "channel id": "a text",
    "database": 'a text: "embedded" or an address',
    "key ring": "a text",
    "channels": "channels, each with a name",
    "channel": "the settings of a channel",
    "rules": 'a list of rules, each beginning with "- "',
    "rule": 'a rule: "when", and an action or "do"',
    "when": "a trigger, or a list of triggers",
    "trigger": "a trigger",
    "messages": "a message, or a list of messages",
    "message": "a message",
    "actions": "an action, or a list of actions",
    "action": "an action",
}
_PASTE = {
    "bot": "bot: 店名",
    "channels": "channels: {main: {id: …, channel_id: …, channel_secret: …}}",
    "when": "when: {text: …}",
    "id": 'id: "@…"',
    "channel_id": "channel_id: ${LINE_CHANNEL_ID}",
    "channel_secret": "channel_secret: ${LINE_CHANNEL_SECRET}",
}
_MUST_BE = {
    "name": "cannot be empty",
    "account id": 'must be the account\'s id, such as "@forest"',
    "channel id": "must be the channel's id from the LINE Developers Console",
    "secret": "cannot be empty",
    "token": "cannot hold spaces or other characters than a token has",
    "database": 'must be "embedded" or begin with "mongodb://" or "mongodb+srv://"',
    "key ring": "cannot be empty",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One error of the schema: keyword, schema of the place, path; `key` where it is about one."""

    keyword: str
    schema: Mapping[str, Any]
    path: Path
    key: str | None = None

    @property
    def title(self) -> str:
        return str(self.schema.get("title", ""))


def problems_of(file: str, root: Node, finding: Finding) -> Iterator[Problem]:
    """The finding in our own words; nothing where another finding says the same better."""
    node = at(root, finding.path)
    if isinstance(node, Scalar) and node.unset:
        return
    yield from _BY_KEYWORD[finding.keyword](_Place(file, root, node, finding))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a finding was made, with the two ways to point at it."""

    file: str
    root: Node
    node: Node
    finding: Finding

    @property
    def name(self) -> str:
        """What people call this place: its key, or `rules[2]` in a list."""
        path = self.finding.path
        last = path_text(path[-1:] if path and isinstance(path[-1], str) else path[-2:])
        return f'"{last}"' if last else "this file"

    def on_key(self, code: Code, message: str, hint: str | None = None) -> Problem:
        """A problem at the key of this place."""
        return self.on(key_of(self.root, self.finding.path), self.finding.path, code, message, hint)

    def on_value(self, code: Code, message: str, hint: str | None = None) -> Problem:
        """A problem at what stands here; at its key, where nothing or a whole block stands."""
        if isinstance(self.node, Scalar) and self.node.width:
            return self.on(self.node, self.finding.path, code, message, hint)
        return self.on_key(code, message, hint)

    def on_child(self, key: str, code: Code, message: str, hint: str | None = None) -> Problem:
        """A problem at one of the keys in this place."""
        node = self.node
        assert isinstance(node, Map)
        return self.on(node.pairs[key][0], (*self.finding.path, key), code, message, hint)

    def on(self, node: Node, path: Path, code: Code, message: str, hint: str | None) -> Problem:
        return mistake(place_of(self.file, node, path), code, message, hint=hint, width=node.width)

    @property
    def keys(self) -> list[str]:
        return list(self.node.pairs) if isinstance(self.node, Map) else []

    @property
    def extras(self) -> list[str]:
        """The keys that the schema does not know here."""
        known = self.finding.schema.get("properties", {})
        return [key for key in self.keys if key not in known]

    @property
    def later(self) -> frozenset[str]:
        return LATER.get(self.finding.title, frozenset())


def _type(place: _Place) -> Iterator[Problem]:
    node, title = place.node, place.finding.title
    expected = _EXPECTED[title]
    match node:
        case Scalar(nothing=True):
            yield place.on_value("wrong-type", f"{place.name} has no value, expected {expected}")
        case Scalar(value=value) if wide := _WIDE_COLON.search(value):
            yield _wide_colon(place, wide[1])
        case Scalar(value=value) if title in ("action", "actions"):
            yield _action_word(place, value)
        case Scalar():
            yield place.on_value("wrong-type", f"{place.name} is a text, expected {expected}")
        case List():
            yield place.on_value("wrong-type", f"{place.name} is a list, expected {expected}")
        case Map(pairs=pairs) if title in ("text", "texts") and not all(map(_KEY_LIKE.fullmatch, pairs)):
            yield _colon_in_text(place)
        case Map():
            hint = 'begin each rule with "- "' if title == "rules" else None
            yield place.on_value("wrong-type", f"{place.name} is a block of keys, expected {expected}", hint)


def _colon_in_text(place: _Place) -> Problem:
    message = 'this text contains ": ", put it in quotes'
    return place.on(
        next(iter(place.node.pairs.values()))[0] if isinstance(place.node, Map) else place.node,
        place.finding.path,
        "colon-in-text",
        message,
        'write the whole text as "…: …"',
    )


def _wide_colon(place: _Place, key: str) -> Problem:
    hint = f'write "{key}: " with a half-width colon and a space'
    return place.on_value("full-width-colon", f'the colon after "{key}" is a full-width one', hint)


def _action_word(place: _Place, word: str) -> Problem:
    if word in place.later:
        return place.on_value("not-yet", not_yet(word))
    if word in ACTIONS:
        return place.on_value("bad-value", f'"{word}" needs a value', f"write  {word}: …")
    return place.on_value("bad-value", not_one_of(word, ACTIONS), hint_for(word, {*ACTIONS, *place.later}))


def _enum(place: _Place) -> Iterator[Problem]:
    allowed = place.finding.schema["enum"]
    node = place.node
    if not isinstance(node, Scalar) or node.nothing:
        found = "has no value" if isinstance(node, Scalar) else "is no word"
        yield place.on_value("wrong-type", f"{place.name} {found}, expected {' or '.join(allowed)}")
    elif place.finding.title != "trigger word":
        yield place.on_value("bad-value", not_one_of(node.value, allowed), hint_for(node.value, allowed))
    else:
        yield _trigger_word(place, node.value)


def _trigger_word(place: _Place, word: str) -> Problem:
    triggers = sorted(KNOWN["trigger"])
    if word in TRIGGERS_LATER:
        return place.on_value("not-yet", not_yet(word))
    if word in triggers:
        return place.on_value("bad-value", f'"{word}" needs a value', f"write  {{{word}: …}}")
    if wide := _WIDE_COLON.search(word):
        return _wide_colon(place, wide[1])
    hint = hint_for(word, {*triggers, *TRIGGERS_LATER}) or f"to hear this text, write  {{text: {word}}}"
    return place.on_value("bad-value", not_one_of(word, triggers), hint if len(word) < 40 else None)


def _extra_keys(place: _Place) -> Iterator[Problem]:
    title = place.finding.title
    known = place.finding.schema["properties"]
    for key in place.extras:
        if key in place.later:
            yield place.on_child(key, "not-yet", not_yet(key))
        elif title == "playbook":
            hint = hint_for(key, {*known, *place.later})
            yield place.on_child(key, "unknown-section", f"there is no section {shown(key)}", hint)
        elif title in ("message", "messages") and not _KEY_LIKE.fullmatch(key):
            yield _colon_in_text(place)
        else:
            listed = f", known here: {', '.join(known)}" if len(known) <= LISTED else ""
            message = f"unknown key {shown(key)}{listed}"
            yield place.on_child(key, "unknown-key", message, hint_for(key, {*known, *place.later}))


def _required(place: _Place) -> Iterator[Problem]:
    meant = {nearest(key, place.finding.schema["properties"]) for key in place.extras}
    for key in place.finding.schema["required"]:
        if key not in place.keys and key not in meant:
            yield place.on_key("missing-key", f'"{key}" is missing here', f"add  {_PASTE[key]}")


def _one_way_to_act(place: _Place) -> Iterator[Problem]:
    if not isinstance(place.node, Map):
        return
    acting = [key for key in place.keys if key in ACTIONS]
    if "do" in place.keys:
        message = f'"{acting[0]}" stands beside "do"'
        hint = f"move it into the list:  do: [{{{acting[0]}: …}}, …]"
        yield place.on_child(acting[0], "action-and-do", message, hint)
    elif len(acting) > 1:
        message = f"a rule has one action, here are two: {acting[0]}, {acting[1]}"
        hint = f"write a list:  do: [{{{acting[0]}: …}}, {{{acting[1]}: …}}]"
        yield place.on_child(acting[1], "two-actions", message, hint)
    else:
        wanted = {*ACTIONS, "do"}
        others = [key for key in place.extras if key in LATER["action"] or nearest(key, wanted)]
        if not others:
            message = 'nothing happens here: an action or "do" is missing'
            yield place.on_key("missing-key", message, "add  reply: …")


def _too_few(place: _Place) -> Iterator[Problem]:
    if isinstance(place.node, List):
        yield place.on_key("empty-list", f"{place.name} is an empty list")
    elif place.finding.title == "channels":
        yield place.on_key("missing-key", '"channels" holds no channel', f"write  {_PASTE['channels']}")
    else:
        known = sorted(place.finding.schema["properties"])
        thing = _EXPECTED[place.finding.title].partition(",")[0]
        message = f"{thing} needs a kind: {', '.join(known)}"
        yield place.on_key("no-kind", message)


def _too_many(place: _Place) -> Iterator[Problem]:
    if isinstance(place.node, List):
        message = f"{len(place.node.items)} messages in {place.name}, LINE takes 5 at once"
        yield place.on_key("replies-over-5", message, "leave some out, or join texts")
        return
    kinds = [key for key in place.keys if key in place.finding.schema["properties"]]
    if len(kinds) < 2:
        return
    thing = "an action" if "reply" in place.finding.schema["properties"] else "a trigger"
    message = f"{thing} has one kind, here are two: {kinds[0]}, {kinds[1]}"
    hint = f"write a list:  [{{{kinds[0]}: …}}, {{{kinds[1]}: …}}]"
    yield place.on_child(kinds[1], "two-kinds", message, hint)


def _pattern(place: _Place) -> Iterator[Problem]:
    if place.finding.key is not None:
        message = f"{shown(place.finding.key)} cannot be the name of a channel"
        hint = "small English letters, digits and _, beginning with a letter, at most 40"
        yield place.on_child(place.finding.key, "bad-name", message, hint)
        return
    node = place.node
    whose = place.name
    if isinstance(node, Scalar) and node.names:
        whose += f" (from the environment: {', '.join(node.names)})"
    yield place.on_value("bad-value", f"{whose} {_MUST_BE[place.finding.title]}")


_BY_KEYWORD: Mapping[str, Callable[[_Place], Iterator[Problem]]] = {
    "type": _type,
    "enum": _enum,
    "additionalProperties": _extra_keys,
    "required": _required,
    "oneOf": _one_way_to_act,
    "minItems": _too_few,
    "minProperties": _too_few,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "pattern": _pattern,
    "minLength": _pattern,
}
