"""A conversation as the page of chats shows it: days, who wrote, what, why, and what became of it (E3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from bot.engine.compiled.card import TAP
from bot.model.admin import CONSOLE
from bot.model.conversation import ELSEWHERE, Cause, Incoming, picture_token
from bot.model.message import Message
from bot.model.plain_text import visible
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.operations.actors import actor_words
from bot.operations.call_outcomes import CallOutcome, CallState, SettledCall, UnsettledCall, why_lost
from bot.operations.conversation import ConversationPage, ConversationTurn
from bot.scenario.conversation import actions_of, kind_of, message_text
from bot.scenario.trace_words import row_words

Speaker: TypeAlias = Literal["person", "bot", "staff", "note", "event"]
_FILES: Mapping[str, Literal["picture", "video", "audio", "file"]] = {
    "image": "picture",
    "video": "video",
    "audio": "audio",
    "file": "file",
}


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A message. `file` is LINE's id of what came with it; `drawn` the message as JSON, for what draws it as
    LINE does: `text` and `address` stand there until then. `offered` are its quick replies."""

    kind: Literal["text", "sticker", "picture", "video", "audio", "file", "place", "drawn", "other"]
    text: TranslatableValue
    file: str = ""
    address: str = ""
    drawn: str = ""
    offered: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What somebody said at a moment. `end`: what became of it; `again`: the text to be tried once more, and
    `pictures` those with it, as JSON; `None`: nothing is."""

    id: str
    at: datetime
    by: Speaker
    who: TranslatableValue
    parts: Sequence[ShownPart]
    day: date | None = None
    end: TranslatableValue = ""
    is_lost: bool = False
    again: str | None = None
    pictures: str = "[]"
    why: Cause | None = None


def account_words(actor: str) -> TranslatableValue:
    """An account of the console by its name alone."""
    return actor_words(actor.removeprefix(CONSOLE))


def waited_words(wait: timedelta) -> Translatable:
    """How long somebody has waited for staff, in two units at most."""
    hours, minutes = divmod(max(0, wait // timedelta(minutes=1)), 60)
    if hours >= 24:
        return tr("Waits for {days} d {hours} h", days=hours // 24, hours=hours % 24)
    if hours:
        return tr("Waits for {hours} h {minutes} min", hours=hours, minutes=minutes)
    return tr("Waits for {minutes} min", minutes=minutes) if minutes else tr("Waits since just now")


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
        *(line.end, line.is_lost, line.again, line.pictures, line.why),
    )


def _lines(shown: ConversationTurn, words: Language) -> Iterator[ShownLine]:
    turn = shown.turn
    if not turn.readable:
        yield ShownLine(turn.id, turn.at, "event", "", [ShownPart("other", tr("(its key is not there)"))])
        return
    if turn.incoming is not None:
        is_event = turn.incoming.kind.startswith(("follow", "unfollow"))
        part = _hidden(turn.incoming) if shown.hidden else _incoming(turn.incoming, words)
        yield ShownLine(turn.id, turn.at, "event" if is_event else "person", "", [part])
    who = turn.cause.who if turn.cause is not None else ""
    for call, end in zip(turn.calls, shown.ends, strict=True):
        by: Speaker = "note" if call.kind == "note" else "staff" if who else "bot"
        says, is_lost = ("", False) if call.kind == "note" else end_words(end)
        again = _again(call.messages) if is_lost and by == "staff" else None
        yield ShownLine(
            *(f"{turn.id}#{call.number}", turn.at, by, account_words(who) if who else ""),
            shown_parts(call.messages),
            end=says,
            is_lost=is_lost,
            again=None if again is None else again[0],
            pictures="[]" if again is None else again[1],
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
    if kind in _FILES and content.get("provider") != ELSEWHERE:
        name = str(content.get("fileName", "")) or kind_of(kind)
        return ShownPart(_FILES[kind], name, file=str(content.get("id", "")))
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
    """No host of LINE's is asked for it: what it says, or what it is about."""
    keywords = content.get("keywords")
    about = content.get("text") or (keywords[0] if isinstance(keywords, list) and keywords else "")
    return ShownPart("sticker", visible(str(about)) or tr("Sticker"))


def shown_parts(messages: Sequence[Message]) -> list[ShownPart]:
    """Messages of ours."""
    return [_outgoing(one) for one in messages]


def _outgoing(message: Message) -> ShownPart:
    kind = str(message.get("type"))
    offered = _labels({"quickReply": message.get("quickReply")})
    match kind:
        case "text" | "textV2":
            return ShownPart("text", str(message.get("text", "")), offered=offered)
        case "sticker":
            return ShownPart("sticker", tr("Sticker"), offered=offered)
        case _:
            return ShownPart(
                *("drawn", message_text({**message, "quickReply": None})),
                address=str(message.get("originalContentUrl", "")),
                drawn=orjson.dumps(message).decode(),
                offered=offered,
            )


def _labels(message: Message) -> list[str]:
    return [label for action in actions_of(message) if (label := str(action.get("label") or ""))]


def _again(messages: Sequence[Message]) -> tuple[str, str] | None:
    """The texts and pictures of an answer of staff's, to be tried once more; `None` where it had more."""
    texts, pictures = list[str](), list[Mapping[str, str]]()
    for message in messages:
        address = str(message.get("originalContentUrl", ""))
        if message.get("type") == "text":
            texts.append(str(message.get("text", "")))
        elif message.get("type") == "image" and (token := picture_token(address)) is not None:
            pictures.append({"token": token, "address": address[address.index("/media/") :]})
        else:
            return None
    return "\n".join(texts), orjson.dumps(pictures).decode()
