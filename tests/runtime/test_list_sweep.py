"""A list of people that is read anew: menus and audiences find who stands on it, too (semantics 24, 25)."""

from __future__ import annotations

import logging

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.bounds import When
from bot.model.decision import DecisionInputs
from bot.model.event import Event, Source
from bot.model.instance import ReservedMember
from bot.model.staff_order import StaffBinds
from bot.runtime.bulk import OTHERS_KNOW
from bot.runtime.sweeps.audience_sweep import AudienceSweep, ListSweep
from bot.services.own_events import own_event
from bot.store.contacts.audiences import AudiencePeople
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

PHONE, OTHER = "+886912345678", "+886922000111"


def listing(*phones: str) -> Playbook:
    text = """
tags: {進: {}}
audiences:
  名單: {csv: rules/list.csv, column: phone}
  久違: {if: {all: [{audience: 名單}, {contact: {last_seen: {over: 30d}}}]}}
rules:
  - {when: {enters: 久違}, add_tags: [進]}
  - {when: {text: 我}, if: {audience: 名單}, reply: 在名單上}
"""
    return compiled(text, rules__list_csv="\n".join(("phone", *phones)))


async def bind(bot: Bot, user: str, phone: str, clock: ManualClock) -> None:
    """Staff vouch for this phone."""
    found = ReservedMember(phone, until=clock.now().replace(year=2099))
    told = Event(f"main:bind-{user}", "main", Source("none", ""), clock.now(), StaffBinds(found))
    await bot.hears(said("您好", user, clock))
    await bot.hears(own_event(f"main:{user}", told))


async def lists(bot: Bot, user: str) -> list[str]:
    return sorted((await bot.stored(user)).contact.lists)


def sweep_of(playbook: Playbook, database: Database, seal: Seal, clock: ManualClock) -> ListSweep:
    return ListSweep(lambda: playbook, ListedContacts(database, seal), lambda part: True, clock)


def rests(sweep: ListSweep | AudienceSweep) -> bool:
    return sweep.is_at_rest


async def test_s24_everybody_is_known_by_the_list_that_is_served(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    old, new = listing(PHONE), listing(OTHER)
    bot = await bots(old)
    await bot.hear(said("早", "Ua", clock), said("早", "Ub", clock))
    await bind(bot, "Ua", PHONE, clock)
    await bind(bot, "Ub", OTHER, clock)
    assert (await lists(bot, "Ua"), await lists(bot, "Ub")) == ([old.lists[0].key], [])
    sweep = sweep_of(new, database, seal, clock)
    assert not rests(sweep)
    await sweep.look()
    assert (await lists(bot, "Ua"), await lists(bot, "Ub")) == ([], [new.lists[0].key])
    assert (rests(sweep), sweep.changed) == (True, 1)
    assert "912345678" not in caplog.text

    await bot.hear(said("我", "Ub", clock))  # a process that has not heard of the new list yet
    await bot.settle()
    assert await lists(bot, "Ub") == []  # it remembered Ub as before, lost, and looked again
    clock.advance(OTHERS_KNOW.total_seconds())
    assert not rests(sweep)
    await sweep.look()
    assert await lists(bot, "Ub") == [new.lists[0].key]
    assert (rests(sweep), sweep.changed) == (True, 2)
    clock.advance(24 * 3600)
    assert rests(sweep)


async def test_a_playbook_without_lists_forgets_them(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock
) -> None:
    bot = await bots(listing(PHONE))
    await bind(bot, "Ua", PHONE, clock)
    assert len(await lists(bot, "Ua")) == 1
    await sweep_of(compiled("rules: [{when: {text: 我}, reply: 您好}]"), database, seal, clock).look()
    assert await lists(bot, "Ua") == []


@pytest.mark.ring("all", "several processes of a bot")
async def test_time_and_a_list_together_bring_people_in(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock
) -> None:
    """The filter of the sweep goes by the list as the turn does, and asks again where that is another."""
    playbook = listing(PHONE, OTHER)
    bot = await bots(playbook)
    await bind(bot, "Ua", PHONE, clock)
    await bot.hears(said("早", "Ua", clock), said("早", "Uc", clock))
    clock.advance(31 * 24 * 3600)
    listed = sweep_of(playbook, database, seal, clock)
    people = AudiencePeople(database, seal)
    sweep = AudienceSweep(
        lambda: playbook,
        people,
        lambda channel: DecisionInputs().sms_credit,
        bot.runtime.receiver.store,
        lambda part: True,
        clock,
        lambda: listed.changed,
    )
    await listed.look()
    condition = playbook.watched["久違"]
    when = When(clock.now(), playbook.zone)
    assert await people.changed("main", "久違", condition, when, "fine", "") == ["main:Ua"]
    await sweep.look()
    await bot.settle()
    assert [tag.name for tag in (await bot.stored("Ua")).contact.tags] == ["進"]
    assert rests(sweep)
    listed.changed += 1
    assert not rests(sweep)
