"""A conversation as lines of text for people, and what a message has to read and to tap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.line.objects.messages import IN_LOGS
from bot.model.conversation import picture_token
from bot.model.message import Message
from bot.model.translatable import ENGLISH, Language, Translatable, TranslatableValue, tr
from bot.playbook.report import cells

Mark = Literal[
    " ",  # it happened
    "-",  # it was expected, and did not happen
    "+",  # it happened, and was not expected
    ">",  # the step of the scenario
]
"""The sign at the beginning of a line."""

WEEKDAYS = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))

LINES = 40
"""So many lines are shown of a conversation: its end."""
_TEXT_LINES = 6
"""Lines that are shown of one message."""


@dataclass(slots=True)
class SpokenLine:
    """A message or happening; `speaker` is its label, a name or one of `OURS`."""

    at: datetime
    speaker: TranslatableValue
    text: TranslatableValue
    mark: Mark = " "
    buttons: tuple[str, ...] = ()
    """The labels in brackets at the end of `text`, of a message."""


OURS: Mapping[str, Translatable] = {
    speaker: Translatable(speaker)
    for speaker in (
        *("user", "bot", "staff", "shop", "signal", "page", "SMS", "wait", "down", "edit"),
        *("note", "to staff", "calls", "broadcast"),
    )
}
"""Labels of lines without a person's name; short words, with a context of their own."""


def addressee(name: str) -> Translatable:
    """The bot, where it speaks to one of several people."""
    to = "bot → {name}"
    return Translatable(to, (("name", name),))


def transcript_lines(
    lines: Sequence[SpokenLine], zone: ZoneInfo, language: Language = ENGLISH, most: int = LINES
) -> list[str]:
    """The end of a conversation, as lines of text: a new day and a new minute are named once."""
    speakers = language.within("conversation")
    names = [speakers.words(line.speaker) for line in lines[-most:]]
    width = max(map(cells, names), default=0)
    text: list[str] = []
    if len(lines) > most:
        text.append(f"    … (+{len(lines) - most})")
    day = minute = ""
    for line, speaker in zip(lines[-most:], names, strict=True):
        at = line.at.astimezone(zone)
        if day != f"{at:%Y-%m-%d}":
            day, minute = f"{at:%Y-%m-%d}", ""
            text.append(f"    {day} {language.text(WEEKDAYS[at.weekday()])}")
        clock = "" if minute == f"{at:%H:%M}" else f"{at:%H:%M}"
        minute = f"{at:%H:%M}"
        pad = " " * (width - cells(speaker))
        text += _line(line.mark, clock, pad + speaker, language.words(line.text))
    return text


def _line(mark: Mark, clock: str, speaker: str, text: str) -> Iterable[str]:
    rows = _visible(text).split("\n") or [""]
    if len(rows) > _TEXT_LINES:
        rows = [*rows[: _TEXT_LINES - 1], "…"]
    yield f"  {mark} {clock:5}  {speaker}  {rows[0]}".rstrip()
    for row in rows[1:]:
        yield f"  {mark} {'':5}  {' ' * cells(speaker)}  {row}".rstrip()


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\u200d\u3000\ufe0f" else "·" for c in text.strip("\n"))


_READABLE = ("title", "text", "altText", "label", "address")
"""Fields of LINE's JSON whose text a person sees."""
_FILES = ("originalContentUrl", "baseUrl", "url", "thumbnailImageUrl")
"""Fields of LINE's JSON with the address of a picture or another file."""


def line_of(message: Message, language: Language = ENGLISH) -> str:
    """A message as one line of a conversation: its text, or what it is, with its buttons in brackets."""
    return language.words(message_text(message))


def message_text(message: Message) -> TranslatableValue:
    """A message as one line of a conversation (`line_of`), before it is put into a language."""
    kind = str(message.get("type"))
    if kind == "text":
        return f"{str(message.get('text', '')).strip()}{_buttons(message)}"
    words = [word for word in _texts(message) if word] or list(_names(message))
    return tr("{kind} {text}", kind=kind_of(kind), text=f"{'｜'.join(words[:3])}{_buttons(message)}")


def kind_of(kind: str) -> TranslatableValue:
    """What a message is that is no text."""
    return IN_LOGS.get(kind, f"({kind})")


def button_labels(message: Message) -> tuple[str, ...]:
    """The labels of a message's buttons, else the texts that they send."""
    labels = (str(action.get("label") or action.get("text") or "") for action in actions_of(message))
    return tuple(filter(None, labels))


def _buttons(message: Message) -> str:
    return in_brackets(button_labels(message))


def in_brackets(labels: Iterable[str]) -> str:
    """Buttons as a line shows them, behind its text."""
    return "".join(f" [{label}]" for label in labels)


def _texts(node: Any) -> Iterator[str]:
    """The texts that are no buttons, in the order in which they stand."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("title", "text", "address") and isinstance(value, str):
                yield value.strip()
            elif key not in ("action", "actions", "defaultAction", "quickReply"):
                yield from _texts(value)
        if "altText" in node and node.get("type") != "template":  # whose first text it is
            yield str(node["altText"])
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)


def _names(node: Any) -> Iterator[str]:
    """The names of the files that a message shows."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in _FILES and isinstance(value, str):
                if picture_token(value) is None:  # one of staff's has no name
                    yield value.rpartition("/")[2]
            else:
                yield from _names(value)
    elif isinstance(node, list):
        for item in node:
            yield from _names(item)


def can_be_read(message: Message, text: str) -> bool:
    """Whether a text is in what the person sees of a message: texts, labels, names of files."""
    return any(text in word for word in _words(message))


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if isinstance(value, str):
                if key in _READABLE or key in _FILES:
                    yield value
            else:
                yield from _words(value)
    elif isinstance(node, list):
        for item in node:
            yield from _words(item)


def actions_of(message: Message) -> Iterator[Mapping[str, Any]]:
    """LINE's action objects in a message: https://developers.line.biz/en/reference/messaging-api/#action-objects"""
    yield from _actions(message)


def _actions(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("action", "defaultAction") and isinstance(value, Mapping):
                yield value
            elif key == "actions" and isinstance(value, list):
                yield from (item for item in value if isinstance(item, Mapping))
            else:
                yield from _actions(value)
    elif isinstance(node, list):
        for item in node:
            yield from _actions(item)
