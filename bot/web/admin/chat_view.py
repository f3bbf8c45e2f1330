"""A conversation as the page of chats shows it: days, who wrote, what, why, and what became of it (E3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.answer_promise import AnswerUrgency
from bot.model.conversation import Cause, picture_token
from bot.model.message import Message
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.staff_chat import StaffChat
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.call_outcomes import CallOutcome, CallState, SettledCall, UnsettledCall, why_lost
from bot.operations.chat.answering import ChatPrice
from bot.operations.chat.lists import Speaker
from bot.operations.conversation import ConversationPage, ConversationTurn
from bot.store.broadcasts.recipients import SENT, TRIED
from bot.web.admin.chat_parts import NO_SIZES, ShownPart, part_of
from bot.wording.conversation import actions_of, message_text

NOT_STORED = tr("(each customer got their own text: what it said is not stored)")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What somebody said at a moment."""

    id: str
    """The turn's, with `#` and a number for an answer."""
    at: datetime
    by: Speaker
    author: TranslatableValue
    """The member of staff who wrote it; empty for others."""
    parts: Sequence[ShownPart]
    day: date | None = None
    """Its day, on the first line of each day alone."""
    end: TranslatableValue = ""
    """What became of sending it."""
    is_lost: bool = False
    """Whether it could not be sent."""
    again: str | None = None
    """The text with which a lost answer of staff may be tried once more; `None`: it cannot be."""
    pictures: str = "[]"
    """The pictures of that answer, as JSON."""
    why: Cause | None = None
    """Why the bot said it."""
    mark: TranslatableValue = ""
    """What sent it, where nobody asked for it: a broadcast, a test of one, a journey."""
    unanswered: str = ""
    """The person's text to which nobody has said anything of its own: at most the rule for all others did."""


def whose_turn(chat: StaffChat | None, until: datetime | None, zone: ZoneInfo, me: str) -> Translatable:
    """Who answers the customer now, and when the bot speaks again: of itself, where `until` is known."""
    if chat is not None and chat.state == "waits" and until is None:
        return tr(
            "The customer still waits for one of you, and the bot answers what they write meanwhile. Answer,"
            " or hand back: then nobody waits"
        )
    if chat is None or chat.state not in ("has", "waits"):
        return tr("The bot answers now. Once you answer, you have the conversation, and the bot is silent")
    moment = "–" if until is None else f"{until.astimezone(zone):%Y-%m-%d %H:%M}"
    if chat.state == "waits":
        return tr(
            "The customer waits for one of you, and the bot is silent. It answers again once the conversation"
            " is handed back, or from {moment} on if nobody writes until then",
            moment=moment,
        )
    if chat.by == me:
        return tr(
            "You answer now, and the bot is silent. Hand the conversation back, and it answers the next"
            " message; of itself from {moment} on if nobody writes until then",
            moment=moment,
        )
    return tr(
        "{who} answers now, and the bot is silent. It answers again once the conversation is handed back, or"
        " from {moment} on if nobody writes until then",
        who=tr("Staff in LINE's own chat") if chat.by is None else by_name(chat.by),
        moment=moment,
    )


def given_words(giver: str, me: str) -> Translatable:
    """Why a conversation is new to `me`, who has it: a colleague has given it, or a follow-up has come up."""
    return tr("Follow-up is due") if giver == me else tr("{who} gave it to you", who=by_name(giver))


def later_choices(now: datetime, zone: ZoneInfo) -> Sequence[tuple[Translatable, datetime]]:
    """The moments that are offered for a follow-up."""
    here = now.astimezone(zone)
    morning = here.replace(hour=10, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - here.weekday())
    return [
        (tr("In 1 hour"), now + timedelta(hours=1)),
        (tr("In 3 hours"), now + timedelta(hours=3)),
        (tr("Tomorrow at {time}", time="10:00"), morning + timedelta(days=1)),
        (tr("On Monday at {time}", time="10:00"), monday),
    ]


def left_words(left: timedelta) -> Translatable:
    """How long there is until the promised answer is late; negative: for how long it is."""
    late, minutes = left < timedelta(0), abs(left) // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    if late:
        return (
            tr("late by {hours} h {minutes} min", hours=hours, minutes=rest)
            if hours
            else tr("late by {minutes} min", minutes=rest)
        )
    return (
        tr("{hours} h {minutes} min left", hours=hours, minutes=rest)
        if hours
        else tr("{minutes} min left", minutes=rest)
    )


def waited_words(wait: timedelta) -> Translatable:
    """How long somebody has waited for staff, in two units at most."""
    hours, minutes = divmod(max(0, wait // timedelta(minutes=1)), 60)
    if hours >= 24:
        return tr("Waits for {days} d {hours} h", days=hours // 24, hours=hours % 24)
    if hours:
        return tr("Waits for {hours} h {minutes} min", hours=hours, minutes=minutes)
    return tr("Waits for {minutes} min", minutes=minutes) if minutes else tr("Waits since just now")


_LEVEL: Mapping[AnswerUrgency, int] = {"": 0, "soon": 15, "late": 60}


def wait_level(wait: timedelta, urgency: AnswerUrgency | None = None) -> int:
    """The largest of 0, 1, 15 and 60 minutes that somebody has waited at least; where the team has promised
    an answer, 15 stands for soon late, 60 for late."""
    if urgency is not None:
        return _LEVEL[urgency]
    return max(one for one in (0, 1, 15, 60) if one == 0 or wait >= timedelta(minutes=one))


def shown_lines(
    page: ConversationPage,
    playbook: Playbook,
    words: Language,
    chat: StaffChat | None = None,
    sizes: Mapping[str, int] = NO_SIZES,
) -> list[ShownLine]:
    """The lines of a page of a conversation; the first of each day says which it is.

    `chat`: who has the conversation. What the bot left to staff is not `unanswered`. `sizes`: bytes of
    pictures by their events, as far as they are known.
    """
    zone = playbook.zone
    lines: list[ShownLine] = []
    before: date | None = None
    came_with = _photos(page.turns)
    for turn in page.turns:
        for line in _lines(turn, came_with, playbook, words, chat, sizes):
            day = line.at.astimezone(zone).date()
            lines.append(line if day == before else _of_a_day(line, day))
            before = day
    return lines


def _of_a_day(line: ShownLine, day: date) -> ShownLine:
    return replace(line, day=day)


def _photos(turns: Sequence[ConversationTurn]) -> Mapping[str, Sequence[ConversationTurn]]:
    """Photos that were sent at once, by the row of the first and in the order in which they were sent."""
    photos = {one.turn.id: [one] for one in turns if one.turn.incoming is not None}
    for one in turns:
        if (of := _photo_of(one)) in photos:
            photos[of].append(one)
    return {of: sorted(several, key=_sent) for of, several in photos.items()}


def _photo_of(shown: ConversationTurn) -> str | None:
    incoming = shown.turn.incoming
    return None if incoming is None else incoming.photo_of


def _sent(shown: ConversationTurn) -> int:
    return 0 if shown.turn.incoming is None else shown.turn.incoming.sent


def _lines(
    shown: ConversationTurn,
    photos: Mapping[str, Sequence[ConversationTurn]],
    playbook: Playbook,
    words: Language,
    chat: StaffChat | None,
    sizes: Mapping[str, int],
) -> Iterator[ShownLine]:
    turn = shown.turn
    if not turn.readable:
        yield ShownLine(turn.id, turn.at, "event", "", [ShownPart("other", tr("(its key is not there)"))])
        return
    if _photo_of(shown) in photos:
        return  # it stands with the first
    if turn.incoming is not None:
        is_event = turn.incoming.kind.startswith(("follow", "unfollow"))
        parts = [part_of(one, words, sizes) for one in photos[turn.id]]
        speaker: Speaker = "event" if is_event else "person"
        yield ShownLine(turn.id, turn.at, speaker, "", parts, unanswered=_unanswered(shown, chat))
    author = turn.cause.actor if turn.cause is not None else ""
    for call, end in zip(turn.calls, shown.ends, strict=True):
        by: Speaker = "note" if call.kind == "note" else "staff" if author else "bot"
        says, is_lost = ("", False) if call.kind == "note" else end_words(end)
        again = _again(call.messages) if is_lost and by == "staff" else None
        yield ShownLine(
            *(f"{turn.id}#{call.number}", turn.at, by, by_name(author) if author else ""),
            shown_parts(call.messages) or [ShownPart("other", NOT_STORED)],
            end=says,
            is_lost=is_lost,
            again=None if again is None else again[0],
            pictures="[]" if again is None else again[1],
            why=turn.cause if by == "bot" else None,
            mark=_mark(turn.cause, playbook) if turn.cause is not None and by == "bot" else "",
        )


def _unanswered(shown: ConversationTurn, chat: StaffChat | None) -> str:
    """The text of a person to which the bot had no answer of its own; empty where it had, or where staff may
    have had the conversation."""
    turn, incoming, cause = shown.turn, shown.turn.incoming, shown.turn.cause or Cause()
    if incoming is None or shown.hidden or incoming.secrecy or not isinstance(incoming.content, str):
        return ""
    is_silent = cause == Cause() and not turn.calls and _had_by_bot(chat, turn.at)
    is_without = incoming.kind == "text" and (cause.step == "anything_else" or is_silent)
    return incoming.content if is_without else ""


def _had_by_bot(chat: StaffChat | None, at: datetime) -> bool:
    """Whether it is known that staff did not have the conversation then."""
    return chat is None or (chat.state == "done" and at >= chat.since)


def _mark(cause: Cause, playbook: Playbook) -> TranslatableValue:
    """What sent it, where nobody asked for it: a broadcast, a test of one, a journey; else empty."""
    kind, _, name = cause.event.partition(": ")
    if kind in (SENT, TRIED):
        known = playbook.broadcasts.get(name)
        title = visible(name if known is None else known.title or name)
        return tr("Broadcast: {name}", name=title) if kind == SENT else tr("Test: {name}", name=title)
    name = cause.flow.partition(":")[0]
    flow = playbook.flows.get(name)
    if flow is None or flow.start is None:
        return ""
    return tr("Journey: {name}", name=visible(flow.title or name))


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


def shown_parts(messages: Sequence[Message]) -> list[ShownPart]:
    """Messages of ours as parts."""
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
    """The texts and pictures of an answer of staff, to be tried once more; `None` where it had more."""
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


def free_seconds(price: ChatPrice, now: datetime) -> int:
    """For how long an answer is free yet, in seconds; 0: it costs something."""
    return int((price.free_until - now).total_seconds()) if price.free_until and price.is_free else 0


def price_words(price: ChatPrice, now: datetime) -> Translatable:
    """What an answer costs. The number of messages left in the month is followed by its age in minutes, from
    one minute on."""
    if price.is_free:
        return tr("Free reply for {seconds} s more", seconds=free_seconds(price, now))
    each = None if price.each is None else money_text(price.each)
    if price.left is not None and price.left > 0:
        left = f"{price.left:,}"
        age = 0 if price.known_at is None else (now - price.known_at) // timedelta(minutes=1)
        if age > 0:
            return tr(
                "A push: 1 message of the month's, with {left} left {minutes} min ago", left=left, minutes=age
            )
        return tr("A push: 1 message of the month's, with {left} left", left=left)
    if each is not None:
        return tr("A push: 1 message, {money} beyond the plan's", money=each)
    return tr("A push: 1 message of the month's")
