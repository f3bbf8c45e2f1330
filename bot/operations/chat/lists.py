"""The lists of staff's conversations: who waits, whom nobody answered, mine, all of staff's, done, all (E3).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import TAP
from bot.model.answer_fields import Column, Help, Internal, Sentence
from bot.model.contact import contact_id
from bot.model.conversation import TranscriptTurn
from bot.model.plain_text import visible
from bot.model.staff_chat import StaffChat, StaffChatState
from bot.model.translatable import tr
from bot.operations.actors import actor_words
from bot.operations.catalog.identities import ContactRef
from bot.operations.contact_view import PrivateWords
from bot.operations.simulated_time import now_among
from bot.store.contacts.staff_chats import EACH_MOST, ChatPlace, ListedChat
from bot.store.events.chat_signs import ChatSign
from bot.store.stores import Stores
from bot.wording.conversation import kind_of, message_text

WhichChats: TypeAlias = Literal["waits", "unanswered", "mine", "has", "done", "all"]
"""Those that wait (what a colleague gave to `me` first, then longest first), that `me` has, that anybody of
staff has, that are done (newest first); everybody who talked lately (newest first), of whom `unanswered` are
those to whose last message nobody said anything: neither a rule nor staff."""

Speaker: TypeAlias = Literal["person", "bot", "staff", "note", "event"]
"""Of a message in a row; `event`: it is that somebody has followed or blocked the account."""
PAGE = 40
"""Rows of one page of a list."""
_NO_MESSAGES = ("follow", "unfollow", "tap")
"""Kinds of events that are shown in a conversation and are no messages."""
UNANSWERED_FOR, LOOKED_MOST = timedelta(days=7), 400
"""For so long a message waits for an answer; of so many chats a page of that list is made, and of every other
that shows only some of its chats."""
_NO_RULE = ("", "anything_else")
"""The steps of a trace behind what no rule of its own has answered."""


@dataclass(frozen=True, slots=True)
class LastMessage:
    """What a row shows of a chat, by whom, when, masked as the conversation is: what the person said last,
    or staff; of one that waits always the person's own words. The bot's only where nobody else said any."""

    at: datetime
    by: Speaker
    text: Sentence


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat in a list. `unread`: messages of the person since the team's read mark, `EACH_MOST` at most; of
    one that was given to `by`, who has not opened it since, what nobody has answered, and at least one.

    `state` is `None` where staff never had it. `since`: when it got into its state, or who has it changed.
    `there`: the accounts that have it open just now.
    """

    chat: ContactRef
    contact: Annotated[ContactRef, Column(tr("contact"))]
    name: Annotated[str | None, Column(tr("name"))]
    channel: Annotated[str, Column(tr("channel"))]
    blocked: bool
    state: StaffChatState | None
    by: Annotated[str | None, Column(tr("by"), actor_words)]
    since: Annotated[datetime | None, Column(tr("since"))]
    note: str
    asked: Annotated[datetime | None, Help("Since when `by` has not answered; `null`: staff spoke last.")]
    follow_up: Annotated[datetime | None, Help("When it comes up again for `by`, or has come up.")]
    reason: Annotated[str, Help("Why staff ended it; empty: none was said.")]
    given_by: Annotated[str | None, Help("The colleague who has given it to `by`, until `by` opens it.")]
    last: LastMessage | None
    unread: Annotated[int, Column(tr("unread"))]
    there: Annotated[tuple[str, ...], Internal()] = ()
    place: Annotated[str, Internal()] = ""
    """`channel:userId`."""
    picture: Annotated[str | None, Internal()] = None
    tags: Annotated[frozenset[str], Internal()] = frozenset()
    """Those that the person has now."""
    unanswered: Annotated[datetime | None, Internal()] = None
    """When the person last wrote, where no rule and nobody of staff answered, and staff do not have it."""


@dataclass(frozen=True, slots=True)
class ChatList:
    """A page of a list. `further`: where the next page goes on; `None`: that was all."""

    rows: tuple[ChatRow, ...]
    further: ChatPlace | None


Fits: TypeAlias = Callable[[ChatRow], bool]


class UnansweredNumber(NamedTuple):
    """`or_more`: others who talked before them, within the time that counts, were not looked at."""

    number: int
    or_more: bool

    @property
    def shown(self) -> str:
        """As a title has it; empty where nobody was found."""
        return f"{self.number}+" if self.number and self.or_more else str(self.number or "")


async def chats(
    stores: Stores,
    which: WhichChats,
    *,
    me: str,
    zone: ZoneInfo,
    channel: str | None = None,
    tag: str | None = None,
    unread: bool = False,
    reason: str | None = None,
    after: ChatPlace | None = None,
    most: int = PAGE,
) -> ChatList:
    """A page of a list, on a channel or all; of who has the `tag`, of what is `unread`, or ended for this
    `reason`. `me` is the account (the actor of the audit log) that looks. Where only some of a list are
    shown, a page without any may go on: it is made of the next `LOOKED_MOST`."""

    def fits(row: ChatRow) -> bool:
        is_so = (tag is None or tag in row.tags) and (row.unread > 0 or not unread)
        return is_so and (reason is None or (row.state == "done" and row.reason == reason))

    if which == "unanswered":
        return await _unanswered(stores, channel, zone, after, most, fits)
    page = partial(_page, stores, which, me, zone, channel)
    if tag is None and not unread and reason is None:
        return await page(after, most)
    return await _sifted(page, fits, after, most)


async def _sifted(
    page: Callable[[ChatPlace | None, int], Awaitable[ChatList]],
    fits: Fits,
    after: ChatPlace | None,
    most: int,
    oldest: datetime | None = None,
) -> ChatList:
    """At least so many rows that fit, where there are, of whole pages; no page begins before `oldest`."""
    rows = list[ChatRow]()
    for _ in range(LOOKED_MOST // PAGE):
        found = await page(after, PAGE)
        rows += filter(fits, found.rows)
        after = found.further
        if after is None or (oldest is not None and after[0] < oldest):
            return ChatList(tuple(rows), None)
        if len(rows) >= most:
            break
    return ChatList(tuple(rows), after)


async def _page(
    stores: Stores,
    which: WhichChats,
    me: str,
    zone: ZoneInfo,
    channel: str | None,
    after: ChatPlace | None,
    most: int,
) -> ChatList:
    chats, given = stores.staff_chats, list[ListedChat]()
    if which == "all":
        return await _lately(stores, channel, zone, after, most)
    if which == "done":
        before = after or (await now_among(stores) + timedelta(days=1), "")
        found = await chats.done(channel, most + 1, before)
    elif which == "waits":
        given = [] if after is not None else await _given_to(stores, me, channel)
        found = await chats.of("waits", channel, None, most + 1, after)
    else:
        found = await chats.of("has", channel, me if which == "mine" else None, most + 1, after)
    rows = await rows_of(stores, [*given, *found[:most]], zone)
    last = found[most - 1] if len(found) > most else None
    chat = None if last is None else last.chat
    return ChatList(rows, None if last is None or chat is None else (chat.since, last.contact.id))


async def _given_to(stores: Stores, me: str, channel: str | None) -> list[ListedChat]:
    news = [one for one in await stores.chat_news.given() if one.by == me and channel in (None, one.channel)]
    return await stores.staff_chats.listed([(one.contact, one.channel) for one in news])


async def _lately(
    stores: Stores, channel: str | None, zone: ZoneInfo, after: ChatPlace | None, most: int
) -> ChatList:
    before = after[0] if after is not None else await now_among(stores) + timedelta(days=1)
    found = await stores.staff_chats.lately(channel, most, before)
    whose = await stores.contacts.persons([chat for chat, _ in found])
    listed = [
        (whose[chat].contact.id, chat.partition(":")[0])
        for chat, _ in found
        if chat in whose and whose[chat].contact.kind == "person"
    ]
    rows = await rows_of(stores, await stores.staff_chats.listed(listed), zone)
    return ChatList(rows, (found[-1][1], "") if len(found) == most else None)


async def _unanswered(
    stores: Stores,
    channel: str | None,
    zone: ZoneInfo,
    after: ChatPlace | None,
    most: int,
    fits: Fits = lambda row: True,
) -> ChatList:
    """Those of who talked lately whom nobody answered."""
    oldest = await now_among(stores) - UNANSWERED_FOR

    def waits(row: ChatRow) -> bool:
        return row.unanswered is not None and row.unanswered >= oldest and fits(row)

    return await _sifted(partial(_lately, stores, channel, zone), waits, after, most, oldest)


async def number_unanswered(stores: Stores, channel: str | None, zone: ZoneInfo) -> UnansweredNumber:
    """How many of the last `LOOKED_MOST` who talked nobody has answered."""
    found = await _unanswered(stores, channel, zone, None, LOOKED_MOST)
    return UnansweredNumber(len(found.rows), or_more=found.further is not None)


async def rows_of(stores: Stores, listed: Sequence[ListedChat], zone: ZoneInfo) -> tuple[ChatRow, ...]:
    """Chats as a list has them, with their last messages."""
    named = [_chat(one) for one in listed]
    last = await stores.staff_chats.last_rows(named)
    now = await now_among(stores)
    there = await stores.chat_signs.among(named, now) if named else {}
    return tuple(
        _row(one, last.get(chat, []), zone, there.get(chat, ()), now)
        for one, chat in zip(listed, named, strict=True)
    )


async def mark_read(stores: Stores, contact: str, channel: str, at: datetime) -> bool:
    """Somebody of the team has seen what was said up to `at`: it is read for all of them. Whether that is
    news."""
    return await stores.staff_chats.mark_read(contact, channel, at)


async def mark_opened(stores: Stores, contact: str, chat: StaffChat, me: str) -> None:
    """`me` has opened a chat: where it was given to them, they know."""
    if chat.given_by is not None and (chat.state, chat.by) == ("has", me):
        await stores.staff_chats.mark_opened(contact, chat.channel, chat.since)


def _chat(listed: ListedChat) -> str:
    user = listed.contact.identity(listed.channel).user
    return listed.contact.id if user is None else contact_id(listed.channel, user)


def _row(
    listed: ListedChat, turns: Sequence[TranscriptTurn], zone: ZoneInfo, there: Sequence[str], now: datetime
) -> ChatRow:
    contact, chat = listed.contact, listed.chat
    identity = contact.identity(listed.channel)
    words = PrivateWords(contact, zone)
    return ChatRow(
        chat=ContactRef(contact.id, listed.channel),
        contact=ContactRef(contact.id),
        name=None if contact.name is None else visible(contact.name),
        channel=listed.channel,
        blocked=identity.friend is False,
        state=chat.state if chat is not None else None,
        by=chat.by if chat is not None else None,
        since=chat.since if chat is not None else None,
        note=words.masked(chat.note) if chat is not None else "",
        asked=chat.asked if chat is not None and chat.state == "has" else None,
        follow_up=chat.follow_up if chat is not None else None,
        reason=chat.reason if chat is not None else "",
        given_by=listed.given_by,
        last=_shown_of(turns, words, waits=chat is not None and chat.state == "waits"),
        unread=_unread(listed, turns),
        there=tuple(there),
        place=_chat(listed),
        picture=contact.picture,
        tags=frozenset(one.name for one in contact.tags if contact.has_tag(one.name, now)),
        unanswered=_unanswered_since(chat, turns),
    )


def _unanswered_since(chat: StaffChat | None, turns: Sequence[TranscriptTurn]) -> datetime | None:
    """A sticker says nothing that wants an answer; what the bot sends by itself is none."""
    if chat is not None and chat.state != "done":
        return None
    for turn in turns:  # newest first
        cause, incoming = turn.cause, turn.incoming
        if (cause is not None and cause.actor) or (chat is not None and turn.at < chat.since):
            return None
        if incoming is not None and not incoming.kind.startswith((*_NO_MESSAGES, "sticker")):
            return turn.at if cause is None or cause.step in _NO_RULE else None
    return None


def _unread(listed: ListedChat, turns: Sequence[TranscriptTurn]) -> int:
    """What the person has written since somebody looked, or staff answered; of what the bot has nothing."""
    chat, unread, is_given = listed.chat, 0, listed.given_by is not None
    if chat is None or chat.state == "done":
        return 0
    for turn in turns:  # newest first
        is_staffs = turn.cause is not None and turn.cause.actor
        is_read = turn.at < chat.since or (listed.read is not None and turn.at <= listed.read)
        if is_staffs or (is_read and not is_given):
            break
        if (incoming := turn.incoming) is not None and incoming.photo_of is None:
            unread += not incoming.kind.startswith(_NO_MESSAGES)
    return min(max(unread, int(is_given)), EACH_MOST)


def _shown_of(turns: Sequence[TranscriptTurn], words: PrivateWords, *, waits: bool) -> LastMessage | None:
    said = [one for turn in turns for one in _said(turn, words)]
    wanted = ("person",) if waits else ("person", "staff", "note")
    return next((one for one in said if one.by in wanted), said[0] if said else None)


def _said(turn: TranscriptTurn, words: PrivateWords) -> Iterator[LastMessage]:
    """The last message of a turn, then what it answers."""
    actor = turn.cause.actor if turn.cause is not None else ""
    if turn.calls and turn.calls[-1].messages:
        call = turn.calls[-1]
        by: Speaker = "note" if call.kind == "note" else "staff" if actor else "bot"
        yield LastMessage(turn.at, by, message_text(words.mask(call.messages[-1])))
    incoming = turn.incoming
    if incoming is None:
        return
    by = "event" if incoming.kind.startswith(("follow", "unfollow")) else "person"
    if incoming.secrecy:
        yield LastMessage(turn.at, by, tr("(private)"))
        return
    content = incoming.content
    if incoming.kind == "postback" and not isinstance(content, str):
        content = str(content.get("data", ""))
    text = words.mask(content) if isinstance(content, str) else ""
    if incoming.kind in ("tap", "postback"):
        text = text.removeprefix(TAP).rpartition("/")[2]
    is_said = incoming.kind in ("text", "tap", "postback") and bool(text)
    yield LastMessage(turn.at, by, text if is_said else kind_of(incoming.kind))


async def give_sign(stores: Stores, chat: str, me: str, *, types: bool) -> None:
    """`me` has the chat open, or types in it: to be said every few seconds, and is forgotten by itself."""
    await stores.chat_signs.give(chat, me, await now_among(stores), types=types)


async def close_chat(stores: Stores, chat: str, me: str) -> None:
    """`me` has the chat open no more."""
    await stores.chat_signs.take_away(chat, me)


async def others_there(stores: Stores, chat: str, me: str) -> list[ChatSign]:
    """Who else has the chat open just now, and who of them types."""
    return [one for one in await stores.chat_signs.of(chat, await now_among(stores)) if one.account != me]
