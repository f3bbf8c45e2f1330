"""The people of the signed-in account: a page of them, a search, one (D6). Phones are masked.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.connectors.sms.phone import masked
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.model.clerk import ListCursor, SeenPeople, StorePerson
from bot.model.plain_text import cleaned, readable_name
from bot.model.translatable import Refusal, tr
from bot.store.stores import Stores

ROWS = 50
"""People of one page."""
COUNTED = 1_000
"""So far people are counted for a page: beyond that it says that there are more."""
LONGEST = 60
"""Characters of a name that is searched for."""
END = 3
"""The last digits of a phone that may be asked for: not fewer, for too many have them, and not more, for with
each further digit whoever asks again and again would read a number that is masked."""

SearchKind: TypeAlias = Literal["name", "phone", "end"]
_NUMBER = re.compile(r"[\d\s()./+-]+")
"""A text of digits, and of what people write between those of a phone."""


class NotSearched(Refusal):
    """This is not searched for; the text says what is, or when again."""


@dataclass(frozen=True, slots=True)
class VisiblePerson:
    """A person as somebody in a store sees them: `bound` to `clerk` then, in `store` (its title)."""

    id: str = field(repr=False)
    name: str = field(repr=False)
    phone: str = field(repr=False)
    """Masked; empty: none is known."""
    proven: bool
    member: bool
    friend: bool | None
    clerk: str = field(repr=False)
    number: str
    store: str
    bound: datetime


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of them, those who were bound last first. `next`: where it goes on, `None`: nobody follows."""

    rows: Sequence[VisiblePerson]
    next: ListCursor | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a part of a name, a whole phone (E.164), or how one ends."""

    kind: SearchKind
    text: str = field(repr=False)


async def people_page(
    people: Stores, playbook: Playbook, seen: SeenPeople, after: ListCursor | None = None
) -> PeoplePage:
    """Those who were bound last, behind this place."""
    found = await people.store_people.newest(seen, after, ROWS + 1)
    return _page(found, playbook)


async def how_many(people: Stores, seen: SeenPeople) -> int:
    """How many there are; more than `COUNTED` are not counted on."""
    return await people.store_people.how_many(seen, COUNTED + 1)


def search_of(written: str) -> Search:
    """What somebody means by this. Raises `NotSearched`."""
    name = readable_name(written[:LONGEST])
    text = cleaned(name)
    if not text:
        raise NotSearched(tr("write a name, a whole phone number, or its last three digits"))
    if not _NUMBER.fullmatch(text):
        return Search("name", name)
    if re.fullmatch(rf"\d{{{END}}}", text):
        return Search("end", text)
    phone = typed(text, "phone")
    if isinstance(phone, str):
        return Search("phone", phone)
    raise NotSearched(tr("of a phone write the whole number, or its last three digits"))


async def searched(
    people: Stores,
    playbook: Playbook,
    seen: SeenPeople,
    search: Search,
    after: ListCursor | None = None,
) -> PeoplePage:
    """Who of those who are seen is meant; of a phone's end among `LOOKED` people, then one goes on."""
    match search.kind:
        case "name":
            found = await people.store_people.newest(seen, after, ROWS + 1, name=search.text)
            return _page(found, playbook)
        case "phone":
            return PeoplePage(
                _visible_people(await people.store_people.with_phone(seen, search.text), playbook)
            )
        case "end":
            found, on = await people.store_people.with_phone_end(seen, search.text, after, ROWS)
            return PeoplePage(_visible_people(found, playbook), on)


async def may_search(people: Stores, account: str, search: Search, call: str, now: datetime) -> None:
    """Count a search for a phone. Raises `NotSearched` where this account has had too many.

    The same `call` counts once: a page that is loaded again is no other search.
    """
    if search.kind != "name" and not await people.phone_searches.may(account, call, now):
        raise NotSearched(
            tr("you have searched for many phones: search for a name, or for a phone again in an hour")
        )


async def one_person(
    people: Stores, playbook: Playbook, seen: SeenPeople, contact: str
) -> VisiblePerson | None:
    """This one, if they are theirs: somebody else's is nobody."""
    found = await people.store_people.one(seen, contact)
    return None if found is None else _visible_people([found], playbook)[0]


def _page(found: Sequence[StorePerson], playbook: Playbook) -> PeoplePage:
    some = found[:ROWS]
    return PeoplePage(_visible_people(some, playbook), some[-1].place if len(found) > ROWS else None)


def _visible_people(found: Sequence[StorePerson], playbook: Playbook) -> list[VisiblePerson]:
    return [
        VisiblePerson(
            one.id,
            readable_name(one.name),
            "" if one.phone is None else masked(one.phone),
            one.proven,
            one.member,
            one.friend,
            readable_name(one.clerk.name),
            one.clerk.known_by,
            playbook.store_title(one.clerk.store),
            one.clerk.at,
        )
        for one in found
    ]
