"""Who is in an audience: by MongoDB as in memory, in one order, from wherever one goes on (I1)."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import get_args

import pytest

from bot.engine.conditions.condition import All, Any, Condition, ConditionContext, Not
from bot.engine.conditions.people import OnList, Unreachable, listed_people_of, why_unreachable
from bot.model.audience import AudienceMember, Sample
from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.store.contacts import audiences
from bot.store.contacts.audiences import AudienceFilters, AudienceMembers, AudienceNumbers, AudienceQuery
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database import scans
from bot.store.database.mongo import Database
from bot.store.people_collections import SAMPLED
from bot.store.sealing.seal import Seal
from tests.depth import examples
from tests.store.random_people import CHANNELS, HERE, Conditions, people
from tests.store.test_filter import as_stored
from tests.store.test_listed_contacts import USERS

REASONS: tuple[Unreachable, ...] = get_args(Unreachable)
CONSENT = ("here", "shop", "strictest")
EVERYONE = All(())


def crowd() -> list[Contact]:
    """Each person's identities are one LINE user's, if LINE has told it; some are rooms; none is marked."""
    random, found = Random(5), []
    for number, person in enumerate(people(11, 160)):
        user, first = f"U{number % 7}x{number}", person.identities[0].channel
        identities = tuple(replace(one, user=one.user and user) for one in person.identities)
        kind = "room" if number % 31 == 0 else "person"
        shop = random.choice((None, True, False))
        found.append(
            replace(
                person,
                id=f"{first}:{user}",
                kind=kind,
                identities=identities,
                lists=("users@0",) if number % 5 == 0 else (),
                marketing_shop=shop,
            )
        )
    found.append(Contact("M:known from a list", phone="+886912345678"))
    return found


PERSONS = crowd()


@pytest.fixture
def numbers(members: AudienceMembers, database: Database, seal: Seal) -> AudienceNumbers:
    return AudienceNumbers(database, AudienceFilters(seal, ListedContacts(database, seal)))


@pytest.fixture(params=["all of a list in one question", "people of a list looked up", "many contacts"])
async def members(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AudienceMembers:
    """Each way in which they are found."""
    if request.param == "people of a list looked up":
        monkeypatch.setattr(audiences, "AT_ONCE", 0)
    if request.param == "many contacts":
        monkeypatch.setattr(audiences, "SPANS", 0)
    monkeypatch.setattr(audiences, "SPAN", 23)
    monkeypatch.setattr(audiences, "MOST", 7)
    monkeypatch.setattr(audiences, "FEW", 0)
    monkeypatch.setattr(scans, "WINDOW", 11)
    stored = [as_stored(one, seal) | {"rev": 3, "part": part_of(one.id)} for one in PERSONS]
    await database.collection("contacts").insert_many(stored)
    return AudienceMembers(database, AudienceFilters(seal, ListedContacts(database, seal)))


def in_memory(asked: AudienceQuery) -> list[AudienceMember]:
    """Who is in it by what each condition says of a person."""
    return [
        AudienceMember(one.id, one.identity(asked.channel).user or "", one.seed, 3)
        for one in sorted(PERSONS, key=lambda person: person.id)
        if why_unreachable(one, asked.channel, asked.consent_from) is None
        and asked.condition.holds(ConditionContext(one, asked.channel, asked.when))
    ]


def some_conditions(many: int) -> list[AudienceQuery]:
    """With lists in them more often than not, and some that hold for nobody else."""
    random, conditions, found = Random(2), Conditions(9), []
    on_users: Condition = OnList(HERE, USERS)
    for number in range(many):
        condition = conditions.next(depth=number % 3)
        condition = (
            condition,
            All((on_users, condition)),
            Any((condition, on_users)),
            All((condition, Not(on_users))),
            EVERYONE,
        )[number % 5]
        channel, when = conditions.asked()
        found.append(AudienceQuery(condition, channel, when, CHANNELS, random.choice(CONSENT)))
    return found


@pytest.mark.ring("all", "many writes")
async def test_who_is_in_it_is_the_same_in_memory_and_comes_in_order(members: AudienceMembers) -> None:
    told = 0
    for asked in some_conditions(examples(120)):
        wanted = in_memory(asked)
        pages = [page async for page in members.recipients(asked, limit=5)]
        assert [one for page in pages for one in page] == wanted, asked
        assert {len(page) for page in pages[:-1]} <= {5}
        told += 0 < len(wanted) < len(PERSONS) / 3
    assert told > 10


@pytest.mark.ring("all", "many writes")
async def test_how_many_are_in_it_and_why_others_are_not(numbers: AudienceNumbers) -> None:
    """Everybody of whom it holds is counted once: as in it, or by why they cannot be sent anything."""
    for asked in some_conditions(examples(60)):
        assert await numbers.exact(asked) == len(in_memory(asked)), asked
        for why in REASONS:
            wanted = sum(
                why_unreachable(one, asked.channel, asked.consent_from) == why
                and one.kind == "person"
                and (why != "not_here" or not one.has_line)
                and asked.condition.holds(ConditionContext(one, asked.channel, asked.when))
                for one in PERSONS
            )
            assert await numbers.exact(asked, why) == wanted, (why, asked)


async def test_a_newcomer_whose_follow_waits_is_not_counted_as_without_line(
    numbers: AudienceNumbers, database: Database, seal: Seal
) -> None:
    """In a rush thousands are held until LINE has told their names, and are in it soon after."""
    asked = replace(some_conditions(5)[4], channel="main")
    before = await numbers.exact(asked, "not_here")
    waits = Contact("main:U1")
    await database.collection("contacts").insert_one(as_stored(waits, seal) | {"rev": 1, "part": 0})
    assert await numbers.exact(asked, "not_here") == before == 1


async def test_a_sample_is_of_the_same_contacts_each_time(numbers: AudienceNumbers) -> None:
    """Those of some parts; as few as tell enough. Whoever asks for a list has its people looked up."""
    some = [one for one in PERSONS if part_of(one.id) < SAMPLED]
    assert 3 < len(some) < len(PERSONS) / 3
    for asked in some_conditions(10):
        sample = await numbers.sample(asked)
        if listed_people_of(asked.condition):
            assert sample is None
            continue
        wanted = {one.contact for one in in_memory(asked)} & {one.id for one in some}
        assert sample == Sample(len(wanted), len(some), len(PERSONS))
        assert await numbers.sample(asked) == sample


async def test_a_few_are_counted_as_soon_as_some_of_them(
    numbers: AudienceNumbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "FEW", len(PERSONS) + 1)
    assert await numbers.sample(some_conditions(5)[4]) is None


async def test_whoever_was_broken_off_goes_on_where_they_were(members: AudienceMembers) -> None:
    """I4: behind any of them all others come, and nobody again."""
    for asked in some_conditions(5):
        wanted = in_memory(asked)
        for done in range(0, len(wanted), 9):
            after = wanted[done].contact
            rest = [one async for page in members.recipients(asked, after) for one in page]
            assert rest == wanted[done + 1 :], asked


def test_everybody_is_reached_or_told_why_not() -> None:
    """All reasons are met in this crowd, so that the agreement above says something of each."""
    for consent_from in CONSENT:
        assert {why_unreachable(one, "main", consent_from) for one in PERSONS} == {None, *REASONS}


def test_a_no_of_the_shop_counts_where_the_playbook_heeds_it() -> None:
    """Also before that person's next turn folds it anew, under a playbook that has just begun to heed it."""
    person = replace(PERSONS[1], kind="person", marketing=True, marketing_shop=False)
    here = person.identities[0].channel
    person.identities = (replace(person.identities[0], user="U1", friend=True),)
    assert why_unreachable(person, here, "here") is None
    assert why_unreachable(person, here, "shop") == why_unreachable(person, here, "strictest") == "stopped"
    assert why_unreachable(replace(person, marketing=False), here, "here") == "stopped"
