"""A conversation as the page of chats shows it: days, who wrote, what, why, and what became of it (E3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from bot.engine.compiled.card import TAP
from bot.model.admin import CONSOLE
from bot.model.conversation import ELSEWHERE, Cause, Incoming
from bot.model.message import Message
from bot.model.plain_text import visible
from bot.model.translatable import Language, TranslatableValue, tr
from bot.operations.actors import actor_words
from bot.operations.call_outcomes import CallOutcome, CallState, SettledCall, UnsettledCall, why_lost
from bot.operations.conversation import ConversationPage, ConversationTurn
from bot.scenario.conversation import actions_of, kind_of, message_text
from bot.scenario.trace_words import row_words

Speaker: TypeAlias = Literal["person", "bot", "staff", "note", "event"]
_WITH_FILE = frozenset({"image", "video", "audio", "file"})


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A message, or a piece of one. `file` is LINE's id of what came with it; `drawn` a Flex container."""

    kind: Literal["text", "sticker", "picture", "file", "flex", "card", "other"]
    text: TranslatableValue
    file: str = ""
    address: str = ""
    drawn: str = ""
    buttons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What somebody said at a moment. `end`: what became of it; `again`: the text to be tried once more."""

    id: str
    at: datetime
    by: Speaker
    who: TranslatableValue
    parts: Sequence[ShownPart]
    day: date | None = None
    end: TranslatableValue = ""
    is_lost: bool = False
    again: str = ""
    why: Cause | None = None


def account_words(actor: str) -> TranslatableValue:
    """An account of the console by its name alone."""
    return actor_words(actor.removeprefix(CONSOLE))


def shown_lines(page: ConversationPage, zone: ZoneInfo, words: Language) -> list[ShownLine]:
    """The lines of a page of a conversation; the first of each day says which it is."""
    lines: list[ShownLine] = []
    before: date | None = None
    for turn in page.turns:
        for line in _lines(turn, words):
            day = line.at.astimezone(zone).date()
            lines.append(line if day == before else _of_a_day(line, day))
            before = day
    return lines


def _of_a_day(line: ShownLine, day: date) -> ShownLine:
    return ShownLine(
        *(line.id, line.at, line.by, line.who, line.parts, day),
        *(line.end, line.is_lost, line.again, line.why),
    )


def _lines(shown: ConversationTurn, words: Language) -> Iterator[ShownLine]:
    turn = shown.turn
    if not turn.readable:
        yield ShownLine(turn.id, turn.at, "event", "", [ShownPart("other", tr("(its key is not there)"))])
        return
    if turn.incoming is not None:
        is_event = turn.incoming.kind.startswith(("follow", "unfollow"))
        part = ShownPart("other", tr("(not stored)")) if shown.hidden else _incoming(turn.incoming, words)
        yield ShownLine(turn.id, turn.at, "event" if is_event else "person", "", [part])
    who = turn.cause.who if turn.cause is not None else ""
    for call, end in zip(turn.calls, shown.ends, strict=True):
        by: Speaker = "note" if call.kind == "note" else "staff" if who else "bot"
        says, is_lost = ("", False) if call.kind == "note" else end_words(end)
        texts = [str(one.get("text", "")) for one in call.messages]
        yield ShownLine(
            *(f"{turn.id}#{call.number}", turn.at, by, account_words(who) if who else ""),
            [_outgoing(one) for one in call.messages],
            end=says,
            is_lost=is_lost,
            again="\n".join(texts) if is_lost and by == "staff" and all(texts) else "",
            why=turn.cause if by == "bot" else None,
        )


def end_words(end: CallOutcome) -> tuple[TranslatableValue, bool]:
    """What became of a call in a word or two, and whether it was lost."""
    match end:
        case SettledCall(lost=True):
            return tr("Not sent: {why}", why=why_lost(end.end)), True
        case SettledCall():
            return tr("Sent"), False
        case UnsettledCall():
            return (tr("Waits to be sent") if end.end == CallState.WAITS else tr("Being sent")), False
        case _:
            return "", False


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
    if kind in _WITH_FILE and content.get("provider") != ELSEWHERE:
        name = str(content.get("fileName", "")) or kind_of(kind)
        return ShownPart("picture" if kind == "image" else "file", name, file=str(content.get("id", "")))
    about = [str(content[name]) for name in ("text", "title", "address") if content.get(name)]
    return ShownPart("other", tr("{kind} {text}", kind=kind_of(kind), text=" ".join(about)))


def _sticker(content: Mapping[str, Any]) -> ShownPart:
    """No host of LINE's is asked for it: what it says, or what it is about."""
    keywords = content.get("keywords")
    about = content.get("text") or (keywords[0] if isinstance(keywords, list) and keywords else "")
    return ShownPart("sticker", visible(str(about)) or tr("Sticker"))


def _outgoing(message: Message) -> ShownPart:
    kind = str(message.get("type"))
    buttons = [label for action in actions_of(message) if (label := str(action.get("label") or ""))]
    match kind:
        case "text" | "textV2":
            return ShownPart("text", str(message.get("text", "")), buttons=buttons)
        case "image":
            return ShownPart(
                "picture", kind_of(kind), address=str(message.get("previewImageUrl", "")), buttons=buttons
            )
        case "sticker":
            return ShownPart("sticker", tr("Sticker"))
        case "flex":
            drawn = orjson.dumps(message.get("contents")).decode()
            return ShownPart("flex", str(message.get("altText", "")), drawn=drawn)
        case "template":
            return ShownPart("card", _of_template(message), buttons=buttons)
        case _:
            return ShownPart("other", message_text(message), buttons=buttons)


def _of_template(message: Message) -> str:
    template = message.get("template")
    found = template if isinstance(template, Mapping) else {}
    columns = [one for one in found.get("columns", []) if isinstance(one, Mapping)] or [found]
    texts = [str(one[name]) for one in columns for name in ("title", "text") if one.get(name)]
    return "\n".join(texts) or str(message.get("altText", ""))
