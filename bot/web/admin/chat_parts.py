"""The parts of a conversation on the page of chats, and of them what a person sent (E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.card import TAP
from bot.model.conversation import ELSEWHERE, Incoming
from bot.model.plain_text import visible
from bot.model.translatable import Language, TranslatableValue, tr
from bot.operations.conversation import ConversationPage, ConversationTurn
from bot.wording.conversation import kind_of
from bot.wording.trace_words import row_words

SHOWN_MOST = 20 * 1024 * 1024
"""Bytes of a picture that is shown with the conversation; a larger one has a word, and its size."""
NO_SIZES: Mapping[str, int] = {}
FilePart: TypeAlias = Literal["picture", "video", "audio", "file"]
_FILES: Mapping[str, FilePart] = {
    "image": "picture",
    "video": "video",
    "audio": "audio",
    "file": "file",
}
"""By the type of LINE's message: the kind of part that it is shown as."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A message."""

    kind: Literal["text", "sticker", "picture", "video", "audio", "file", "place", "drawn", "other"]
    text: TranslatableValue
    """What it says; for `drawn` what stands there until a script has drawn it."""
    file: str = ""
    """LINE's id of the file that came with it."""
    event: str = ""
    """The event that a file came with."""
    measure: TranslatableValue = ""
    """How large, or long, it is, where that is known."""
    is_shown: bool = False
    """Whether a picture is seen with the conversation."""
    address: str = ""
    """The address of a picture, until a script has drawn it."""
    drawn: str = ""
    """The message as JSON, for the script that draws it as LINE does."""
    offered: Sequence[str] = ()
    """The labels of its quick replies."""


def part_of(shown: ConversationTurn, words: Language, sizes: Mapping[str, int]) -> ShownPart:
    """What a person sent."""
    incoming = shown.turn.incoming
    assert incoming is not None
    if shown.hidden:
        return _hidden(incoming)
    if (kind := _file_kind(incoming)) is not None:
        return _file(kind, incoming, shown.turn.event, sizes)
    return _incoming(incoming, words)


def pictures_of(page: ConversationPage) -> list[str]:
    """The events of the pictures that people sent, as far as they are shown."""
    return [
        one.turn.event
        for one in page.turns
        if one.turn.incoming is not None and not one.hidden and _file_kind(one.turn.incoming) == "picture"
    ]


def _file_kind(incoming: Incoming) -> FilePart | None:
    content = incoming.content
    is_at_line = not isinstance(content, str) and content.get("provider") != ELSEWHERE
    return _FILES.get(incoming.kind) if is_at_line else None


def _file(kind: FilePart, incoming: Incoming, event: str, sizes: Mapping[str, int]) -> ShownPart:
    """A file, with what is known of its size before it is opened."""
    content = incoming.content
    assert not isinstance(content, str)
    size = content.get("fileSize") if kind == "file" else sizes.get(event, 0)
    is_shown = kind == "picture" and int(size or 0) <= SHOWN_MOST
    measure = "" if is_shown else _size_words(size) if size else _length_words(content.get("duration"))
    name = str(content.get("fileName", "")) or kind_of(incoming.kind)
    return ShownPart(
        kind, name, file=str(content.get("id", "")), event=event, measure=measure, is_shown=is_shown
    )


def _size_words(size: object) -> str:
    """Bytes as people write them; empty for what is no number."""
    if not isinstance(size, int | float):
        return ""
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, round(size / 1024)):,} KB"


def _length_words(length: object) -> str:
    """Milliseconds as a player writes them; empty for what is no number."""
    if not isinstance(length, int | float):
        return ""
    minutes, seconds = divmod(round(length / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _incoming(incoming: Incoming, words: Language) -> ShownPart:
    kind, content = incoming.kind, incoming.content
    if isinstance(content, str):
        if kind in ("text", "tap"):
            return ShownPart("text", content if kind == "text" else content.rpartition("/")[2])
        return ShownPart("other", row_words(kind, words))
    if kind == "postback":
        return ShownPart("text", str(content.get("data", "")).removeprefix(TAP).rpartition("/")[2])
    if kind == "sticker":
        return _sticker(content)
    about = [str(content[name]) for name in ("text", "title", "address") if content.get(name)]
    return ShownPart("other", tr("{kind} {text}", kind=kind_of(kind), text=" ".join(about)))


def _hidden(incoming: Incoming) -> ShownPart:
    """What is not shown of a message, and why."""
    match incoming.secrecy:
        case "once":
            return ShownPart("other", tr("(a one-time code: not stored)"))
        case "unsent":
            return ShownPart("other", tr("(taken back: not stored)"))
        case _ if incoming.kind == "location":
            return ShownPart("place", tr("A place on the map: private, not shown here"))
        case _:
            return ShownPart("other", tr("Private: not shown here"))


def _sticker(content: Mapping[str, Any]) -> ShownPart:
    """A sticker in words, what it says or is about: its picture is not requested from LINE."""
    keywords = content.get("keywords")
    about = content.get("text") or (keywords[0] if isinstance(keywords, list) and keywords else "")
    return ShownPart("sticker", visible(str(about)) or tr("Sticker"))
