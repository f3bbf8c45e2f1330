"""Who is in an audience, as a question to MongoDB: lists by what stands on them, or by who was looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All, Condition
from bot.engine.conditions.people import holds_for_nobody, lists_asked, of_people_on
from bot.engine.times.bounds import When
from bot.store.contacts.filter import of_whom
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database.mongo import Document
from bot.store.sealing.seal import Seal

AT_ONCE = 200_000
"""Entries of lists that fit into one question, of 16 MB; where there are more their people are looked up."""
MOST = 500
"""People of one question about some."""
IN_A_ROW = {"$natural": 1}
"""All contacts as they lie there: finding each by its place in an index takes twenty times as long."""

Standing = Mapping[str, frozenset[str]]
"""On which lists each contact stands that is on any of those asked for."""


@dataclass(frozen=True, slots=True)
class AudienceAsked:
    """Who is meant: of whom a condition holds at a moment, on one channel, and who may be sent something.

    `every_channel` are those that LINE ids on lists may be of; `consent_from` is the playbook's. `limited`:
    the playbook limits pushes, so each member comes with theirs.
    """

    condition: Condition
    channel: str
    when: When
    every_channel: Collection[str]
    consent_from: str
    limited: bool = False

    @property
    def fits(self) -> bool:
        """Whether all that stands on its lists fits into one question."""
        return sum(len(one.entries) for one in lists_asked(self.condition)) <= AT_ONCE

    @property
    def of_listed_alone(self) -> bool:
        """Whether nobody is in it who stands on none of its lists."""
        return holds_for_nobody(of_people_on(self.condition, ()))


def audience_asked(playbook: Playbook, to: Condition | None, channel: str, now: datetime) -> AudienceAsked:
    """Whom a condition of this playbook (`None`: everybody) means at a moment, on one of its channels."""
    when, channels = When(now, playbook.zone), tuple(playbook.channels)
    limited = playbook.pushes_per_person is not None
    return AudienceAsked(to or All(()), channel, when, channels, playbook.consent_from, limited)


class AudienceQuestion:
    """Makes the filters. Lists go by what stands on them, not by marks: those are of the live playbook."""

    def __init__(self, seal: Seal, listed: ListedContacts) -> None:
        self._seal = seal
        self._listed = listed

    def where(self, asked: AudienceAsked, some: Document) -> Document:
        """Of whom of `some` it holds, in one question that has all entries of its lists."""
        holds = of_whom(
            asked.condition,
            asked.channel,
            asked.when,
            self._seal.blind_indexes,
            on_list=self._listed.all_of,
        )
        return {"$and": [some, holds]}

    def where_on(self, asked: AudienceAsked, lists: Collection[str], some: Document) -> Document:
        """Of whom of `some` it holds, who all stand on these lists and no other."""
        condition = of_people_on(asked.condition, lists)
        return {"$and": [some, of_whom(condition, asked.channel, asked.when, self._seal.blind_indexes)]}

    async def standing(self, asked: AudienceAsked) -> Standing:
        """Who stands on its lists, looked up. Raises `DatabaseUnavailable`."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for people in lists_asked(asked.condition):
            async for some in self._listed.on(people, asked.every_channel):
                for contact in some:
                    found[contact].add(people.key)
        kinds = dict[frozenset[str], frozenset[str]]()
        alike = ((contact, frozenset(lists)) for contact, lists in found.items())
        return {contact: kinds.setdefault(lists, lists) for contact, lists in alike}


def groups_of(standing: Standing, some: Sequence[str]) -> Iterator[tuple[frozenset[str], list[str]]]:
    """Some of the contacts by the lists that they stand on, so many at a time."""
    groups: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for contact in some:
        groups[standing[contact]].append(contact)
    for lists, contacts in groups.items():
        rest = iter(contacts)
        while so_many := list(islice(rest, MOST)):
            yield lists, so_many
