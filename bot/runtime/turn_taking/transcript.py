"""The transcript of a turn: what came in, what goes out, and why, as it is stored.

Only what passes in a person's own chat: nothing of groups and rooms, where the bot is silent, and nothing of
web pages, whose answers are stored where the playbook says.

Until the row is written, its content is stored elsewhere: the event in the inbox or on the contact, the calls
on the contact.

The row rides in the journal: no write of its own. It is written before its event is marked done, so after a
crash all is still there; its id is the event's. It belongs to a chat, not to a contact: a merge shows both,
undoing parts them. Weighed: texts on the timeline (it has another life), a row for each message (twice the
rows).

Limits: masked is what is private now, a former address is shown. After a crash within half a second the
reasons of a turn are missing. A process that was paused may still write those of a message that was taken
back, which stay for their 7 days.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

import orjson

from bot.engine.notes import STATE
from bot.engine.texts.typed import typed
from bot.engine.turn.event_words import event_words
from bot.engine.turn.photos import photos_before
from bot.model.contact import Contact, PhotoSet, contact_id
from bot.model.contact_kind import CROWDS
from bot.model.conversation import ELSEWHERE, Cause, Incoming, Secrecy, TranscriptRow, Unsend
from bot.model.decision import Decision, TraceStep
from bot.model.event import Event, Follow, Other, OtherMessage, Postback, Tapped, TextMessage, Unfollow
from bot.model.inbox import InboxEntry
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.stored import Stored
from bot.runtime.journal import JournalWriter
from bot.runtime.ports import InboxStore
from bot.runtime.turn_taking.durability import DurabilityCheck
from bot.store.codec.transcript_codec import encode_transcript

SPOKEN = ("reply", "push")
"""Calls with messages. A `fallback` has those of its reply."""

_OF_MESSAGES = (
    "id",
    "fileName",
    "fileSize",
    "duration",
    "packageId",
    "stickerId",
    "text",
    "title",
    "address",
    "latitude",
    "longitude",
)
"""The stored properties of a message that is no text; pictures and files stay at LINE, by their id."""
_CAUSES = frozenset(
    {"rule", "anything_else", "tap", "word", "result", "start", "branch", "state", "answer", "otherwise"}
)
"""The steps of a trace that are the cause of messages; the first of them counts."""
_SHARE = 20
"""Bits of a `turn_number` that count the events within one write of a contact."""


def turn_number(revision: int, event: int) -> int:
    """A number that orders rows of the same moment: by the contact's revision, then by the event's place
    within that write."""
    return (revision << _SHARE) | event


def transcript_rows(
    event: Event, decision: Decision, calls: Sequence[Outgoing], number: int
) -> tuple[TranscriptRow, ...]:
    """The rows of a turn, mostly one or none; a further one for each other chat in which it speaks."""
    incoming = incoming_of(event, decision.secrecy)
    spoken = _spoken(event, calls) if calls else calls
    source = event.source
    if (incoming is None and not spoken) or source.kind in CROWDS:
        return ()
    at = decision.contact.turned or event.at
    if (photos := photos_before(decision.contact, event)) is not None:
        incoming, at, number = _with_first(incoming, photos), photos.at, 0
    cause = _cause(event, decision.trace, is_incoming=incoming is not None)
    if len(spoken) == 1 and spoken[0].to == source.id and spoken[0].channel == event.channel:  # mostly
        chat = contact_id(event.channel, source.id)
        return (TranscriptRow(event.id, chat, at, number, encode_transcript(incoming, cause, spoken)),)
    return _rows(event.id, _chat(event), at, number, incoming, cause, spoken)


def recovered_rows(
    contact: Contact,
    event_id: str,
    event: Event | None,
    calls: Sequence[Outgoing],
    at: datetime,
    number: int,
) -> Sequence[TranscriptRow]:
    """The rows of a turn whose process died before writing them: from its event and the calls on the contact.

    Whether a text answered a private question is not known any more, so every text is treated as private.
    """
    if event is not None and event.source.kind in CROWDS:
        return ()
    incoming = None if event is None else incoming_of(event, _perhaps(event))
    photos = None if event is None else photos_before(contact, event)
    if photos is not None:
        incoming, at, number = _with_first(incoming, photos), photos.at, 0
    chat = None if event is None else _chat(event)
    cause = None if event is None or not _writer(event) else _cause(event, (), is_incoming=False)
    return _rows(event_id, chat, at, number, incoming, cause, _spoken(event, calls))


def resent_row(call: Outgoing, actor: str) -> TranscriptRow | None:
    """The row of a call that staff have resent, if it has messages."""
    if call.kind not in SPOKEN or not call.to:
        return None
    encoded = encode_transcript(None, Cause(event=f"resent: {call.kind}", actor=actor), [call])
    return TranscriptRow(call.event, contact_id(call.channel, call.to), call.received, 0, encoded)


def _spoken(event: Event | None, calls: Sequence[Outgoing]) -> list[Outgoing]:
    """The calls with messages; a note of staff for colleagues counts as one, with its text as the message."""
    spoken = [call for call in calls if call.kind in SPOKEN and call.to]
    if event is not None and isinstance(event.what, StaffNotes):
        body = orjson.dumps({"messages": [{"type": "text", "text": event.what.text}]})
        spoken += [replace(call, body=body) for call in calls if call.kind == "note" and call.to]
    return spoken


def _writer(event: Event) -> str:
    """The account of staff that writes; empty where none does."""
    return event.what.by if isinstance(event.what, StaffWrites | StaffNotes) else ""


def incoming_of(event: Event, secrecy: Secrecy) -> Incoming | None:
    """What the person sent, as it is stored; `None` where it is no part of the chat."""
    what = event.what
    if isinstance(what, TextMessage):  # as most are
        return Incoming("text", "" if secrecy == "once" else what.text, event.sent, secrecy)
    match what:
        case OtherMessage(kind, content):
            hidden: Secrecy = "private" if kind == "location" else secrecy
            return Incoming(kind, _storable(content), event.sent, hidden)
        case Postback(data, params):
            return Incoming("postback", {"data": data, **params}, event.sent, secrecy)
        case Tapped(tap):
            return Incoming("tap", tap, event.sent)
        case Follow() | Unfollow():
            return Incoming(event_words(event), "", event.sent)
        case _:
            return None


def _with_first(incoming: Incoming | None, photos: PhotoSet) -> Incoming | None:
    """What came in, with the event id of the first photo (`photo_of`), if it is a later one of photos sent at
    once."""
    if incoming is None or isinstance(incoming.content, str):
        return incoming
    return incoming._replace(content={**incoming.content, "photo_of": photos.event})


def unsend_of(event: Event, contact: str) -> Unsend | None:
    """The message that the person has unsent with this event, if it is such an event.

    https://developers.line.biz/en/docs/messaging-api/receiving-messages/#webhook-unsend-message
    """
    what = event.what
    if not isinstance(what, Other) or what.type != "unsend":
        return None
    unsend = what.content.get("unsend")
    message = unsend.get("messageId") if isinstance(unsend, Mapping) else None
    if not isinstance(message, str):
        return None
    return Unsend(contact, contact_id(event.channel, event.source.id), message, event.at)


def _rows(
    event_id: str,
    chat: str | None,
    at: datetime,
    number: int,
    incoming: Incoming | None,
    cause: Cause | None,
    calls: Sequence[Outgoing],
) -> tuple[TranscriptRow, ...]:
    """The row of the event's own `chat` (`None`: it has none, so the first call's counts), and one for each
    other chat that calls go to."""
    here: list[Outgoing] = []
    elsewhere: dict[str, list[Outgoing]] = {}
    for call in calls:
        there = contact_id(call.channel, call.to)
        if chat is None:
            chat = there
        (here if there == chat else elsewhere.setdefault(there, [])).append(call)
    rows = [
        TranscriptRow(
            f"{event_id}>{others[0].channel}", there, at, number, encode_transcript(None, cause, others)
        )
        for there, others in elsewhere.items()
    ]
    if chat is not None and (incoming is not None or here):
        rows.append(TranscriptRow(event_id, chat, at, number, encode_transcript(incoming, cause, here)))
    return tuple(rows)


def _chat(event: Event) -> str | None:
    """The chat of an event; `None` where it has none."""
    source = event.source
    return contact_id(event.channel, source.id) if source.kind == "user" and source.id else None


def _storable(content: Mapping[str, Any]) -> Mapping[str, Any]:
    stored = {
        name: content[name] for name in _OF_MESSAGES if isinstance(content.get(name), str | int | float)
    }
    provider = content.get("contentProvider")
    if isinstance(provider, Mapping) and provider.get("type") == ELSEWHERE:
        stored["provider"] = ELSEWHERE
    return stored


def _perhaps(event: Event) -> Secrecy:
    """The secrecy of an event whose question is not known any more: the strictest that it may have had."""
    what = event.what
    is_code = isinstance(what, TextMessage) and typed(what.text, "code") is not None
    return "once" if is_code else "private"


def _cause(event: Event, trace: Sequence[TraceStep], *, is_incoming: bool) -> Cause:
    step = place = flow = ""
    for at, (kind, values) in trace:
        if kind.what in _CAUSES:
            if not step and at is not None:
                step, place = kind.what, at.text
            if kind is STATE:
                state, name = values
                flow = f"{name}: {state}"
    return Cause(step, place, flow, "" if is_incoming else event_words(event), _writer(event))


@dataclass(eq=False, repr=False)
class RecoveredTranscripts:
    """Rebuilds transcript rows of turns whose process died before writing them; existing rows stay."""

    _inbox: InboxStore
    _durability: DurabilityCheck
    _journal: JournalWriter
    _read_event: Callable[[InboxEntry], Event]
    _keeps: Callable[[], bool]
    """Whether conversations are stored at all; messages that people unsend are deleted in any case."""

    async def keep(self, stored: Stored) -> None:
        """Store the rows of events that are decided and not done, but for those that our journal has.

        What is done by now has its rows, or none: beyond the chat budget nothing is stored.

        To be called before any call on the contact is made, or any of these events is marked done: after that
        the content may be gone from the contact. That a lane knows an event proves nothing: LINE may be
        delivering it once more.
        Raises `DatabaseUnavailable`, also where a failover has rolled back what was read.
        """
        contact = stored.contact.id
        events = [event for event in stored.open if not self._journal.has(contact, event)]
        if not events:
            return
        done = await self._inbox.known_done(events)  # their rows were written since the contact was read
        events = [event for event in events if event not in done]
        carried = [event for event in events if event in stored.carried]
        if carried:  # else it would be in the inbox as done, and on no contact, when LINE delivers it again
            await self._durability.decided(contact, carried)
        elsewhere = [event for event in events if event not in stored.carried]
        found = await self._inbox.entries(elsewhere, part_of(contact)) if elsewhere else {}
        entries = {**found, **stored.carried}
        rows, unsent = list[TranscriptRow](), list[Unsend]()
        for number, name in enumerate(stored.open):  # after all rows of the same moment
            if name in events:
                event = self._event(entries.get(name))
                rows += self._rows(stored, name, event, number)
                unsend = None if event is None else unsend_of(event, stored.contact.id)
                unsent += [] if unsend is None else [unsend]
        self._journal.record_transcripts(rows, unsent, [stored.carried[event] for event in carried])

    def _rows(self, stored: Stored, name: str, event: Event | None, number: int) -> Collection[TranscriptRow]:
        calls = [call for call in stored.outgoing if call.event == name]
        known = (stored.contact.turned, None if event is None else event.at)
        at = next(chain(filter(None, known), (call.created for call in calls)), None)
        if at is None or not self._keeps():
            return ()
        return recovered_rows(stored.contact, name, event, calls, at, turn_number(stored.revision, number))

    def _event(self, entry: InboxEntry | None) -> Event | None:
        try:
            return None if entry is None else self._read_event(entry)
        except ValueError:  # it was decided by a later version
            return None
