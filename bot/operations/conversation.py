"""The messages between a person and us: a page of them, masked, with the outcome of each answer."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from bot.model.broadcast import Sending
from bot.model.contact import Contact, contact_id
from bot.model.conversation import Cause, Incoming, TranscriptCall, TranscriptCursor, TranscriptTurn
from bot.model.journal import CallSuccess, TimelineRow
from bot.model.message import Message
from bot.model.processes import part_of
from bot.operations.call_outcomes import CallOutcome, SettledCall, call_outcome, call_snapshot
from bot.operations.contact_view import PrivateWords, parts_of
from bot.operations.find_contacts import LocatedContact
from bot.store.events.conversations import Conversations

_SENDING, _GROUP = "sending ", "group "


async def received_broadcasts(
    found: LocatedContact, since: datetime | None, before: datetime | None, most: int
) -> list[tuple[TranscriptTurn, SettledCall]]:
    """The last `most` of a span on each id of the person, and those of the same moment, oldest first.

    Without messages where each got their own, which nobody stores.
    May raise `DatabaseUnavailable`.
    """
    stores = found.stores
    parts, _ = await parts_of(found)
    rows = [
        row
        for part in parts
        for row in await stores.journal.broadcasts_of(part, part_of(part), since, before, most)
    ]
    sendings = await stores.sendings.of({_detail(row, _SENDING) for row in rows})
    rows.sort(key=lambda row: (row.at, row.id))
    return [_turn(row, sendings.get(_detail(row, _SENDING))) for row in rows]


def _turn(row: TimelineRow, sending: Sending | None) -> tuple[TranscriptTurn, SettledCall]:
    chat = row.id.removeprefix(f"{_detail(row, _SENDING)}:")
    messages: list[Message] = []
    if sending is not None and (body := sending.bodies.get(_detail(row, _GROUP))):
        messages = orjson.loads(body)["messages"]
    call = TranscriptCall(0, "push", messages)
    turn = TranscriptTurn(row.id, chat, row.at, 0, True, None, Cause(event=row.what), (call,))
    return turn, SettledCall("push", None, CallSuccess.ACCEPTED, False, row.at, None, ())


def _detail(row: TimelineRow, head: str) -> str:
    return next((str(one).removeprefix(head) for one in row.details if str(one).startswith(head)), "")


TURNS, TURNS_MOST = 50, 1_000
"""Turns on a page: what came in, if anything did, with what was answered."""


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """A turn as it may be shown. `ends`: what became of each of its calls, in their order.

    `hidden`: something came in of which nothing is shown or stored: the reason is its `secrecy`.
    """

    turn: TranscriptTurn
    ends: tuple[CallOutcome, ...]
    hidden: bool


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A part of a conversation, oldest first. `earlier`: where it goes on; `None`: that was all."""

    turns: tuple[ConversationTurn, ...]
    earlier: TranscriptCursor | None


async def conversation(
    found: LocatedContact,
    now: datetime,
    *,
    before: TranscriptCursor | None = None,
    zone: ZoneInfo,
    most: int = TURNS,
    reveal: bool = False,
) -> ConversationPage:
    """The last `most` turns, `before` that place. With `reveal`, of whom `revealed` was asked before.

    `zone` is the playbook's, in which texts write moments.

    The messages on all accounts that are the person's now, in the order of time. What has one moment, as
    photos sent at once have, is never parted, so a page may be some turns longer. The broadcasts that they
    got count as turns.
    """
    turns, earlier = await last_turns(found.stores.conversations, chats_of(found.contact), before, most)
    turns.reverse()
    ends = await _ends(found, turns, now)
    words = None if reveal else PrivateWords(found.contact, zone)
    shown = [_as_turn(turn, ends[turn.id], words) for turn in turns]
    since, until = None if earlier is None else earlier.at, None if before is None else before.at
    for turn, end in await received_broadcasts(found, since, until, most + 1):
        insort(shown, ConversationTurn(turn, (end,), hidden=False), key=lambda one: one.turn.at)
    return _of_most(shown, earlier, most)


def _of_most(
    shown: Sequence[ConversationTurn], earlier: TranscriptCursor | None, most: int
) -> ConversationPage:
    """The last `most` of these, and those of the same moment; `earlier`: where their turns go on."""
    if len(shown) <= most:
        return ConversationPage(tuple(shown), earlier)
    first = shown[-most].turn.at
    page = tuple(one for one in shown if one.turn.at >= first)
    if len(page) < len(shown) and (earlier is None or earlier.at < first):
        earlier = TranscriptCursor(first, 0)
    return ConversationPage(page, earlier)


async def last_turns(
    rows: Conversations, chats: Sequence[str], before: TranscriptCursor | None, most: int
) -> tuple[list[TranscriptTurn], TranscriptCursor | None]:
    """The last `most` turns of these chats, or some more, newest first; and where it goes on."""
    turns = await rows.page(chats, before, most + 1)
    if len(turns) <= most:
        return turns, None
    last = TranscriptCursor(turns[most - 1].at, 0)
    if turns[most].at != last.at:
        return turns[:most], last
    turns = [*(turn for turn in turns if turn.at != last.at), *await rows.at(chats, last.at)]
    return turns, last if await rows.page(chats, last, 1) else None


def chats_of(contact: Contact) -> list[str]:
    """The chats that are this person's: that of each account, and that which they were first known by."""
    accounts = (contact_id(one.channel, one.user) for one in contact.identities if one.user)
    return list(dict.fromkeys((contact.id, *accounts)))


async def _ends(
    found: LocatedContact, turns: Sequence[TranscriptTurn], now: datetime
) -> Mapping[str, tuple[CallOutcome, ...]]:
    """The outcomes of the calls of these turns, from the timeline, or from what is pending on the contact."""
    journal = found.stores.journal
    known = await journal.rows_of([turn.event for turn in turns if turn.calls])
    rows = {turn.id: _row(turn, known.get(turn.event), found.contact.id) for turn in turns}
    snapshot = await call_snapshot(rows.values(), journal, found.stores.contacts, now)
    return {
        turn.id: tuple(call_outcome(rows[turn.id], call.number, call.kind, snapshot) for call in turn.calls)
        for turn in turns
    }


def _row(turn: TranscriptTurn, known: TimelineRow | None, contact: str) -> TimelineRow:
    """Its row on the timeline; where that is gone, or has no calls, one made of what the turn has."""
    if known is not None and known.calls:
        return known
    kinds = {call.number: call.kind for call in turn.calls}
    calls = tuple(kinds.get(number, "note") for number in range(max(kinds, default=-1) + 1))
    whose = known.contact if known is not None else contact
    return TimelineRow(turn.event, whose, part_of(whose), turn.at, "", calls=calls)


def _as_turn(
    turn: TranscriptTurn, ends: tuple[CallOutcome, ...], words: PrivateWords | None
) -> ConversationTurn:
    incoming, hidden = turn.incoming, False
    if incoming is not None:
        gone = incoming.secrecy in ("once", "unsent")
        hidden = gone or (incoming.secrecy == "private" and words is not None)
        content = _nothing(incoming) if hidden else incoming.content
        incoming = incoming._replace(content=content if words is None else words.mask(content))
    calls = turn.calls
    if words is not None:
        calls = tuple(call._replace(messages=words.mask(call.messages)) for call in calls)
    return ConversationTurn(replace(turn, incoming=incoming, calls=calls), ends, hidden)


def _nothing(incoming: Incoming) -> str | Mapping[str, str]:
    of = incoming.photo_of
    return "" if isinstance(incoming.content, str) else {} if of is None else {"photo_of": of}
