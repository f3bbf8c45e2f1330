"""Searching for people: by a part of a name, or whatever else is known of them (J3).

A text finds whom it names exactly (a phone, a number, an id), who has it in the name, whose phone ends with
it, who has a tag that is called so or begins so, and of whom an attribute is this text or begins with it (a
private one, of which a keyed hash is stored, only if it is this text). Each is a search of its own, led by
its index; `in_order` makes one of them.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from textwrap import indent

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All, Condition
from bot.engine.texts.name_grams import searched_grams
from bot.engine.texts.text import fold
from bot.engine.texts.typed import typed
from bot.model.plain_text import cleaned
from bot.model.problem import Problem
from bot.model.stored import Stored
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.audiences import AudienceCount, counts_of, target_audience
from bot.operations.find_contacts import (
    LocatedContact,
    NotFound,
    everybody,
    not_called,
    phone_end,
    with_phone_end,
)
from bot.operations.simulated_time import now_among
from bot.playbook.load import load
from bot.playbook.read import PlaybookContents
from bot.playbook.similar import hint_for
from bot.store.contacts.audiences import audience_query
from bot.store.contacts.contact_search import ConditionAlternatives, ContactQuery, SearchBatch, SoughtValue
from bot.store.stores import Stores

_FILE, _AUDIENCE = "where.yaml", "what_is_searched_for"
_INDENT = "      "
AT_A_TIME = 100
"""Of people who are named by their ids."""
_BEGINS = 2
"""Characters from which on a text finds tags and values that begin so."""
_TAGS_MOST = 50
"""Tags that a text may begin."""
_LINES = 3
"""Lines of that file in front of what somebody has written."""


class ConditionWrong(Refusal):
    """What was written is no condition of this playbook; the text says where and what helps."""


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What is known of whoever is looked for; all of it holds. `text`: a name, phone, number, address or id.

    `store`, `audience` and `tag` are names in the playbook, `clerk` is the shop's own number of one.
    `chosen`: ids of contacts, who are found themselves, whatever else is known; nobody where it is empty.
    """

    text: str = field(default="", repr=False)
    tag: str | None = None
    store: str | None = None
    clerk: str | None = None
    audience: str | None = None
    channel: str | None = None
    where: Condition | None = None
    chosen: Sequence[str] | None = field(default=None, repr=False)

    @property
    def is_text_alone(self) -> bool:
        """Whether nothing else is known, but perhaps the channel."""
        others = (self.tag, self.store, self.clerk, self.audience, self.where)
        return all(one is None for one in others)


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """Some who were found. `looked_at`: contacts that were looked at up to here, where no index helps.

    `places`: behind which the search goes on, of whom that is not the id of their contact.
    """

    people: Sequence[LocatedContact]
    looked_at: int = 0
    places: Mapping[str, str] = field(default_factory=dict)


def condition_written(text: str, files: PlaybookContents) -> Condition:
    """The condition that `text` says, in the words of this playbook, as an audience would have it.

    Raises `ConditionWrong`. Reads the playbook once more.
    """
    written = f"audiences:\n  {_AUDIENCE}:\n    if:\n{indent(text, _INDENT)}\n"
    edits = {**files.texts, _FILE: written}
    loaded = load(files.folder / files.first, {}, unset="warning", edits=edits, examined=False)
    if loaded.playbook is None:
        raise _wrong(loaded.problems)
    return loaded.playbook.audiences[_AUDIENCE].condition or All(())


def _wrong(problems: Sequence[Problem]) -> ConditionWrong:
    ours = [one for one in problems if one.level == "error" and one.place.file == _FILE]
    if not ours:
        return ConditionWrong(tr("the playbook cannot be read: run  oaflow check"))
    first = ours[0]
    line, column = max(1, first.place.line - _LINES), max(1, first.place.column - len(_INDENT))
    at = tr("the condition, line {line}, column {column}: {why}", line=line, column=column, why=first.message)
    return ConditionWrong(at if first.hint is None else tr("{why}: {hint}", why=at, hint=first.hint))


async def search(
    everywhere: Sequence[Stores], playbook: Playbook, terms: SearchTerms, after: str = ""
) -> AsyncIterator[FoundPeople]:
    """All who are meant, some at a time, in the order of `place_of`; with `after` those behind that place.

    `everywhere` are the real people first, then those of simulators that run. Raises `NotFound` where a name
    is none of the playbook's, and where nothing is asked for.
    """
    first, last = _place(after)
    if terms.chosen is not None:
        for stores in everywhere[first:]:
            async for people in _chosen(terms.chosen, stores, everywhere, last):
                yield people
            last = ""
        return
    for stores in everywhere[first:]:
        query = _query(terms, playbook, await now_among(stores))
        ways = [stores.contact_search.batches(one, last) for one in _queries(terms, playbook, query)]
        if terms.text:
            ways.append(_exactly(stores, playbook, terms, query, last))
        looked_at = 0
        async for batch in in_order(ways):
            looked_at += batch.looked_at
            yield FoundPeople(_located(batch.found, stores, everywhere), looked_at)
        last = ""


async def in_order(searches: Sequence[AsyncIterator[SearchBatch]]) -> AsyncIterator[SearchBatch]:
    """One search of several, each in the order of ids: everybody once, in that order."""
    reached = dict.fromkeys(searches, "")
    people: dict[str, Stored] = {}
    while reached:
        least = min(reached.values())
        behind = [one for one in reached if reached[one] == least]
        looked_at = 0
        for one, batch in zip(behind, await asyncio.gather(*map(_next, behind)), strict=True):
            if batch is None:
                del reached[one]
                continue
            looked_at += batch.looked_at
            people |= {stored.contact.id: stored for stored in batch.found}
            reached[one] = batch.found[-1].contact.id if batch.found else reached[one]
        up_to = min(reached.values(), default=None)
        ids = sorted(id for id in people if up_to is None or id <= up_to)
        yield SearchBatch([people.pop(id) for id in ids], looked_at)


async def _next(search: AsyncIterator[SearchBatch]) -> SearchBatch | None:
    return await anext(search, None)


async def number_found(stores: Stores, playbook: Playbook, terms: SearchTerms) -> AudienceCount | None:
    """How many a search finds, as far as that is known without a look at everybody. Raises `NotFound`."""
    if terms.chosen is not None:
        there = await stores.contacts.persons(terms.chosen)
        return AudienceCount(len({one.contact.id for one in there.values()}), about=False)
    alone = all(one is None for one in (terms.tag, terms.store, terms.clerk, terms.channel, terms.where))
    if terms.audience is not None and alone and not terms.text:
        counted = await counts_of(stores, playbook, target_audience(playbook, terms.audience))
        about = len(counted) > 1 or any(one.about for one in counted.values())
        return AudienceCount(sum(one.people for one in counted.values()), about)
    number = await stores.contact_search.number(_query(terms, playbook, await now_among(stores)))
    return None if number is None else AudienceCount(*number)


def place_of(everywhere: Sequence[Stores], found: LocatedContact) -> str:
    """Where a search goes on behind somebody: their id, of simulators behind the number of theirs."""
    number = next(number for number, stores in enumerate(everywhere) if stores is found.stores)
    return f"{number}/{found.contact.id}" if number else found.contact.id


def _place(text: str) -> tuple[int, str]:
    number, slash, contact = text.partition("/")
    return (int(number), contact) if slash and number.isdigit() else (0, text)


async def _chosen(
    ids: Sequence[str], stores: Stores, everywhere: Sequence[Stores], after: str
) -> AsyncIterator[FoundPeople]:
    """These people, each once: who was merged since is found as what they are part of now.

    Their order, and place, is that of the first id that led to them.
    """
    known = await stores.contacts.persons(ids)
    places: dict[str, str] = {}
    for asked in sorted(known):
        places.setdefault(known[asked].contact.id, asked)
    left = [asked for asked in places.values() if asked > after]
    for start in range(0, len(left), AT_A_TIME):
        there = await stores.contacts.persons(left[start : start + AT_A_TIME])  # as they are by then
        people = [one for one in there.values() if one.contact.id in places]
        people.sort(key=lambda one: places[one.contact.id])
        yield FoundPeople(_located(people, stores, everywhere), places=places)


async def _exactly(
    stores: Stores, playbook: Playbook, terms: SearchTerms, query: ContactQuery, after: str
) -> AsyncIterator[SearchBatch]:
    """Who is exactly meant by the text, or whose phone ends so, of whom the rest holds, too."""
    meant = await everybody([stores], playbook, terms.text, terms.channel, unproven=True)
    people = {one.contact.id: one.stored for one in meant}
    if (end := phone_end(terms.text)) is not None:
        people |= {one.contact.id: one for one in await with_phone_end(stores, end, terms.channel)}
    found = [people[id] for id in sorted(people) if id > after]
    if not terms.is_text_alone:
        found = await stores.contact_search.among(query, found)
    yield SearchBatch(found, 0)


def _queries(terms: SearchTerms, playbook: Playbook, query: ContactQuery) -> Iterator[ContactQuery]:
    """What an index is asked: of a text whose name has it, who has the tag, of whom it is a value."""
    if not terms.text or searched_grams(query.name):
        yield query
    others, text = replace(query, name=""), cleaned(terms.text)
    if tags := [name for name in sorted(playbook.tag_names) if text and _is_meant(name, text)][:_TAGS_MOST]:
        yield replace(others, tags=tags)
    for attribute in playbook.attributes.values() if text else ():
        if attribute.type == "text":
            begins = len(text) >= _BEGINS
            yield replace(others, value=SoughtValue(attribute.slot, text, begins))
        elif attribute.type == "date" and isinstance(day := typed(text, "date", playbook.zone), str):
            yield replace(others, value=SoughtValue(attribute.slot, day))


def _is_meant(name: str, text: str) -> bool:
    """Whether something is called so, or begins so."""
    wanted = fold(text)
    return fold(name) == wanted or (len(wanted) >= _BEGINS and fold(name).startswith(wanted))


def _located(found: Sequence[Stored], stores: Stores, everywhere: Sequence[Stores]) -> list[LocatedContact]:
    return [LocatedContact(one, stores, stores is not everywhere[0]) for one in found]


def _query(terms: SearchTerms, playbook: Playbook, now: datetime) -> ContactQuery:
    channels = tuple(playbook.channels) if terms.channel is None else (terms.channel,)
    conditions = []
    if terms.where is not None:
        asked = [audience_query(playbook, terms.where, channel, now) for channel in channels]
        conditions.append(ConditionAlternatives(asked))
    if terms.audience is not None:
        target = target_audience(playbook, terms.audience)
        there = [channel for channel in target.channels if channel in channels]
        asked = [audience_query(playbook, target.condition, channel, now) for channel in there]
        conditions.append(ConditionAlternatives(asked, reachable=True))
    _known(tr("tag"), terms.tag, sorted(playbook.tag_names))
    _known(tr("store"), terms.store, list(playbook.stores))
    _known(tr("channel"), terms.channel, list(playbook.channels))
    stores = None if terms.store is None else (terms.store,)
    return ContactQuery(now, terms.text, terms.tag, terms.clerk, stores, terms.channel, conditions)


def _known(thing: Translatable, name: str | None, names: Sequence[str]) -> None:
    if name is not None and name not in names:
        there = tr("there are {names}", names=row(names)) if names else tr("there are none")
        raise NotFound(not_called(thing, name, hint_for(name, names) or there))
