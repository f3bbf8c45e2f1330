"""One person among a million is erased by indexes: nothing that is large is read whole (J2)."""

from __future__ import annotations

import pytest

from bot.model.contact import Contact
from bot.model.erasure import Erasure
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.collection_spec import PersonKeys
from bot.store.contacts.erasures import PendingErasure
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.store.test_plans import SCANS, Heard, explained, heard, listening, questions, stages

__all__ = ["heard", "listening"]

FEW = {"deadletters", "matches", "alerts", "menu_batches", "bulk_runs"}
"""Whose rows are few."""


@pytest.mark.ring("all", "many writes")
async def test_what_is_large_is_asked_by_an_index(
    listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    stores, id = stores_of(listening, seal), "main:U1"
    amy = Contact(id, phone="+886912345678")
    await stores.contacts.save([TurnWrite(Contact(id), amy, part_of(id), 0, 1, (), (), born=True)])
    await stores.journal.timeline([TimelineRow("main:e", id, part_of(id), NOW, "text")])
    people = await stores.eraser.read({"N": PersonKeys([id])})
    erasure = Erasure("N", NOW, "command:test")
    await stores.erasures.begin([PendingErasure(erasure, people[0].keys)], [people[0].known])
    heard.commands.clear()
    await stores.eraser.read({"N": PersonKeys([id])})
    await stores.eraser.count(people)
    await stores.eraser.erase(people)
    assert await stores.eraser.remove_contacts(people, lambda: NOW) == {"N": NOW}
    asked, scanned = set(), set()
    for command in list(heard.commands):
        for collection, explainable, _ in questions(command):
            asked.add(collection)
            plan = await explained(database, explainable)
            if stages(plan) & SCANS:
                scanned.add(collection)
    assert asked >= {"contacts", "inbox", "timeline", "trace", "phones", "conversations", "audit", "codes"}
    assert scanned <= FEW
