"""From nodes of the right shape to the engine's playbook: names and texts are looked at here (phase 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.engine.playbook import (
    AddTags,
    OnFollow,
    OnText,
    OnTextContaining,
    Playbook,
    PushWith,
    ReplyWith,
    Rule,
    Step,
    TextCard,
    Trigger,
)
from bot.engine.template import Template
from bot.engine.text import fold, utf16_units
from bot.model.channel import Channel, GroupPolicy
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.playbook.codes import Code, mistake
from bot.playbook.compile.names import CARD_LIKE, wrong_with
from bot.playbook.compile.placeholders import template_of
from bot.playbook.compile.version import version_of
from bot.playbook.shape.language import RESERVED
from bot.playbook.shape.schema import ACTIONS, MESSAGES_LIMIT
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, first_of, path_text, place_of
from bot.playbook.syntax.source import Source

TEXT_LIMIT = 5000
"""UTF-16 code units in a text message: https://developers.line.biz/en/reference/messaging-api/#text-message"""


class Compiler:
    """Compiles one file that has passed the phases before, but for the places that they refused."""

    def __init__(self, source: Source, root: Map, refused: Collection[Path], key_ring: str) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._file = source.file
        self._root = root
        self._refused = refused
        self._key_ring = key_ring

    def compile(self) -> tuple[Playbook, Settings]:
        """The playbook. It is only whole where nothing was refused and `problems` holds no error."""
        rules = tuple(self._rules())
        channels = {channel.name: channel for channel in self._channels()}
        playbook = Playbook(
            bot=self._setting(("bot",)) or "",
            groups={name: channel.groups for name, channel in channels.items()},
            rules=rules,
            version=version_of(self._root, rules),
        )
        database = self._setting(("database",)) or "embedded"
        return playbook, Settings(channels, database, self._setting(("keys",)) or self._key_ring)

    def _setting(self, path: Path) -> str | None:
        """The text of a setting; `None` where it is absent, empty or refused."""
        node: Node | None = self._root
        for key in path:
            node = node.get(key) if isinstance(node, Map) and isinstance(key, str) else None
        return node.value or None if isinstance(node, Scalar) and path[:2] not in self._refused else None

    def _channels(self) -> Iterator[Channel]:
        channels = self._root.get("channels")
        if not isinstance(channels, Map):
            return
        for name, (key, node) in channels.pairs.items():
            if name in RESERVED:
                self._wrong(
                    key, ("channels", name), "reserved-name", f"{shown(name)} means something already"
                )
            if ("channels", name) not in self._refused and isinstance(node, Map):
                yield self._channel(name)

    def _channel(self, name: str) -> Channel:
        def text(key: str) -> str | None:
            return self._setting(("channels", name, key))

        groups: GroupPolicy = "silent" if text("groups") == "silent" else "leave"
        return Channel(
            name=name,
            id="@" + (text("id") or "").removeprefix("@"),
            channel_id=text("channel_id") or "",
            channel_secret=text("channel_secret") or "",
            access_token=text("access_token"),
            app_name=text("app_name"),
            groups=groups,
        )

    def _rules(self) -> Iterator[Rule]:
        rules = self._root.get("rules")
        if not isinstance(rules, List):
            return
        for number, node in enumerate(rules.items):
            if ("rules", number) not in self._refused and isinstance(node, Map):
                yield self._rule(node, ("rules", number))

    def _rule(self, node: Map, path: Path) -> Rule:
        steps: list[Step] = []
        triggers: tuple[Trigger, ...] = ()
        for key, (named, value) in node.pairs.items():
            here = (*path, key)
            if key == "when":
                triggers = tuple(t for n, p in _each(value, here) if (t := self._trigger(n, p)) is not None)
            elif key in ACTIONS:
                steps.append(self._step(key, named, value, here))
            else:
                for item, item_path in _each(value, here):
                    if isinstance(item, Map):
                        for kind, (word, inner) in item.pairs.items():
                            steps.append(self._step(kind, word, inner, (*item_path, kind)))
        replies = sum(len(step.messages) for step in steps if isinstance(step, ReplyWith))
        if replies > MESSAGES_LIMIT and len(steps) > 1:
            message = f"this rule replies with {replies} messages, a reply takes {MESSAGES_LIMIT}"
            self._wrong(first_of(node), path, "replies-over-5", message, "leave some out, or join texts")
        return Rule(place_of(self._file, node, path), triggers, tuple(steps))

    def _trigger(self, node: Node, path: Path) -> Trigger | None:
        if isinstance(node, Scalar):
            return OnFollow()
        if not isinstance(node, Map):
            return None
        ((kind, (_, value)),) = node.pairs.items()
        here = (*path, kind)
        match kind, value:
            case "follow", Scalar(value="first"):
                return OnFollow("first")
            case "follow", Scalar(value="again"):
                return OnFollow("again")
            case "follow", _:
                return OnFollow()
            case "text", _:
                return OnText(tuple(self._heard(value, here)))
            case _:
                return OnTextContaining(tuple(self._heard(value, here)))

    def _heard(self, node: Node, path: Path) -> Iterator[str]:
        for text, here in _texts(node, path):
            if not fold(text.value):
                message = (
                    f"{shown(text.value)} can never be heard: nothing of it is left when texts are compared"
                )
                self._wrong(text, here, "bad-value", message, "write the words that people say")
            yield text.value

    def _step(self, kind: str, key: Scalar, value: Node, path: Path) -> Step:
        place = place_of(self._file, key, path)
        if kind == "reply":
            return ReplyWith(place, tuple(self._messages(value, path)))
        if kind == "push":
            return PushWith(place, tuple(self._messages(value, path)))
        return AddTags(place, tuple(self._tags(value, path)))

    def _tags(self, node: Node, path: Path) -> Iterator[str]:
        for text, here in _texts(node, path):
            wrong = wrong_with(text.value)
            if wrong is not None:
                self._wrong(text, here, *wrong)
            yield text.value

    def _messages(self, node: Node, path: Path) -> Iterator[TextCard]:
        for item, here in _each(node, path):
            if isinstance(item, Map):
                text = item.get("text")
                if isinstance(text, Scalar):
                    yield self._text(text, (*here, "text"))
            elif isinstance(item, Scalar):
                if CARD_LIKE.fullmatch(item.value):
                    message = f"{shown(item.value)} is the name of a card, and this version has no cards yet"
                    hint = f"to send this as text, write  {{text: {item.value[:40]}}}"
                    self._wrong(item, here, "not-yet", message, hint)
                yield self._text(item, here)

    def _text(self, node: Scalar, path: Path) -> TextCard:
        text = node.value
        if not text.strip():
            self._wrong(node, path, "bad-value", "a message cannot be empty", "write a text, or leave it out")
        if len(text) > 4 * TEXT_LIMIT:
            self._too_long(node, path, utf16_units(text))
            return TextCard(Template((text,)), None)
        template, wrong = template_of(text)
        for bad in wrong:
            place = self._source.find(bad.written, node.start, node.end, path_text(path))
            place, width = (
                (place, len(bad.written)) if place else (place_of(self._file, node, path), node.width)
            )
            self.problems.append(mistake(place, bad.code, bad.message, hint=bad.hint, width=width))
        length = sum(utf16_units(p if isinstance(p, str) else p.default) for p in template.parts)
        if length > TEXT_LIMIT:
            self._too_long(node, path, length)
        fixed = template.fixed
        ready: dict[str, Any] | None = None if fixed is None else {"type": "text", "text": fixed}
        return TextCard(template, ready)

    def _too_long(self, node: Scalar, path: Path, length: int) -> None:
        message = f"this text has {length:,} characters (UTF-16 units), a message takes {TEXT_LIMIT:,}"
        self._wrong(node, path, "text-too-long", message, "write a list of several texts")

    def _wrong(self, node: Node, path: Path, code: Code, message: str, hint: str | None = None) -> None:
        place = place_of(self._file, node, path)
        self.problems.append(mistake(place, code, message, hint=hint, width=node.width))


def default_key_ring(environment: Mapping[str, str]) -> str:
    """The key ring of a playbook that names none: `${OAFLOW_KEYS:-generated}`."""
    return environment.get("OAFLOW_KEYS") or "generated"


def _each(node: Node, path: Path) -> Iterator[tuple[Node, Path]]:
    """One thing needs no list: its items, or the node itself."""
    if isinstance(node, List):
        for number, item in enumerate(node.items):
            yield item, (*path, number)
    else:
        yield node, path


def _texts(node: Node, path: Path) -> Iterator[tuple[Scalar, Path]]:
    for item, here in _each(node, path):
        if isinstance(item, Scalar):
            yield item, here
