"""Stores events with which people with LINE get what an imported list or a shop's record says of them, each
event once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.contact import Contact
from bot.model.event import Event, Facts, Listed, News, Source, What
from bot.model.inbox import InboxEntry
from bot.model.stored import Stored
from bot.services.own_events import own_event, to_json
from bot.store.stores import Stores


@dataclass(eq=False, repr=False)
class MemberEvents:
    """Stores the events, and wakes the processes that own the contacts."""

    _stores: Stores
    _channel: str | None
    """The events' channel; people who are not on it get them on their first channel."""
    _now: datetime
    _as_news: Callable[[Contact, Listed], Sequence[What]]
    """The events that a person gets for a record: `MemberTaker`."""

    async def append(self, people: Sequence[tuple[Stored, Listed]]) -> None:
        """Store the events of these people's records; those of a repetition are known, and not stored again.

        Raises `DatabaseUnavailable`.
        """
        entries = [entry for stored, listed in people for entry in self._entries(stored, listed)]
        if entries:
            await self._stores.inbox_commit.store_bulk(entries)

    def _entries(self, stored: Stored, listed: Listed) -> Iterator[InboxEntry]:
        contact = stored.contact
        channels = [one.channel for one in contact.identities]
        channel = self._channel if self._channel in channels else channels[0]
        news = self._as_news(contact, listed)
        names = self._event_ids(stored, channel, [to_json(_at_no_moment(what)) for what in news])
        for name, what in zip(names, news, strict=True):
            source = self._source(contact, channel) if isinstance(what, News) else Source("none", "")
            yield own_event(contact.id, Event(name, channel, source, self._now, what)).entry

    def _source(self, contact: Contact, channel: str) -> Source:
        """The source of news that a rule may answer: the person on this channel."""
        user = contact.identity(channel).user
        return Source("none", "") if user is None else Source("user", user)

    def _event_ids(self, stored: Stored, channel: str, texts: Sequence[bytes]) -> Sequence[str]:
        """An id for each of these contents. On a repetition they are the same, while nothing else has come;
        but A, B and A again before a turn are three events: each id is made of the content and the ids
        waiting."""

        def after(text: bytes, others: Set[str]) -> str:
            text = b"\0".join((text, *sorted(one.encode() for one in others)))
            telling_id = self._stores.people_without_line.telling_id
            return f"{channel}:{telling_id(stored.contact.id, stored.revision, text)}"

        waiting: Set[str] = stored.waiting
        known: list[str] = []
        for text in reversed(texts):
            last = next((one for one in waiting if after(text, waiting - {one}) == one), None)
            if last is None:
                break
            known.insert(0, last)
            waiting = waiting - {last}
        if len(known) == len(texts):
            return known
        waiting, new = stored.waiting, []
        for text in texts:
            new.append(after(text, waiting))
            waiting = waiting | {new[-1]}
        return new


def _at_no_moment(what: What) -> What:
    """The content without the time of reading: a page that is read again after a crash gives the same."""
    match what:
        case Listed():
            return replace(what, read=None, bound_until=None)
        case News(facts=Facts() as facts):
            return replace(what, facts=replace(facts, read=None), polled=None)
        case News():
            return replace(what, polled=None)
        case _:
            return what
