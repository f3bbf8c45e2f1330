"""Those with LINE are told by events what a list or a shop says of them, each event once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime

from bot.model.contact import Contact
from bot.model.event import Event, Facts, Listed, News, Source, What
from bot.model.inbox import InboxEntry
from bot.model.stored import Stored
from bot.runtime.own_events import own_event, to_json
from bot.store.stores import Stores


class MemberEvents:
    """Stores these events, and has the owners of the people look."""

    def __init__(
        self,
        stores: Stores,
        channel: str | None,
        now: datetime,
        told_as: Callable[[Contact, Listed], Sequence[What]],
    ) -> None:
        """`channel` is the one on which they are told, where they are on it. `told_as`: see `MemberTaker`."""
        self._stores = stores
        self._channel = channel
        self._now = now
        self._told_as = told_as

    async def append(self, people: Sequence[tuple[Stored, Listed]]) -> None:
        """Tell each by an event for each thing that is said; told again of the same, it is known.

        Raises `DatabaseUnavailable`.
        """
        entries = [entry for stored, said in people for entry in self._entries(stored, said)]
        if entries:
            await self._stores.inbox_commit.store(entries, {entry.id for entry in entries}, ())
            await self._stores.contacts.poke([(entry.contact, entry.id) for entry in entries])

    def _entries(self, stored: Stored, said: Listed) -> Iterator[InboxEntry]:
        contact = stored.contact
        channels = [one.channel for one in contact.identities]
        channel = self._channel if self._channel in channels else channels[0]
        told = self._told_as(contact, said)
        names = self._event_ids(stored, channel, [to_json(_at_no_moment(what)) for what in told])
        for name, what in zip(names, told, strict=True):
            source = self._source(contact, channel) if isinstance(what, News) else Source("none", "")
            yield own_event(contact.id, Event(name, channel, source, self._now, what)).entry

    def _source(self, contact: Contact, channel: str) -> Source:
        """Of news that a rule may answer: the person."""
        user = contact.identity(channel).user
        return Source("none", "") if user is None else Source("user", user)

    def _event_ids(self, stored: Stored, channel: str, told: Sequence[bytes]) -> Sequence[str]:
        """Told again while nothing else has come since, they are the same events; told this, that, and this
        again before a turn was taken, it is three. Each follows on the one before."""

        def after(text: bytes, others: Set[str]) -> str:
            text = b"\0".join((text, *sorted(one.encode() for one in others)))
            telling_id = self._stores.people_without_line.telling_id
            return f"{channel}:{telling_id(stored.contact.id, stored.revision, text)}"

        waiting: Set[str] = stored.waiting
        known: list[str] = []
        for text in reversed(told):
            last = next((one for one in waiting if after(text, waiting - {one}) == one), None)
            if last is None:
                break
            known.insert(0, last)
            waiting = waiting - {last}
        if len(known) == len(told):
            return known
        waiting, new = stored.waiting, []
        for text in told:
            new.append(after(text, waiting))
            waiting = waiting | {new[-1]}
        return new


def _at_no_moment(what: What) -> What:
    """The same whenever the shop was asked: after a crash a page is read once more, and tells the same."""
    match what:
        case Listed():
            return replace(what, read=None)
        case News(facts=Facts() as facts):
            return replace(what, facts=replace(facts, read=None), polled=None)
        case News():
            return replace(what, polled=None)
        case _:
            return what
