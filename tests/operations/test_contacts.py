"""What staff do to people: data that a command or a page shows, refusals that both languages have."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from bot.cli.language import language
from bot.model.translatable import ENGLISH, Refusal
from bot.operations.contact_changes import attribute_change, change_tag, check_mergeable, merge
from bot.operations.contact_view import HIDDEN, history, masked_view, revealed
from bot.operations.find_contacts import NotFound, everybody, one
from bot.services.rewrites import RewriteRefused
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.cli.people import AMY, BOT, PHONE, fill
from tests.conftest import NOW
from tests.playbooks import compiled

PLAYBOOK = compiled(BOT)
CHINESE = language("zh-TW", {})


@pytest.fixture
async def stores(stores: Stores) -> Stores:
    """The people of a small shop."""
    await fill(stores)
    return stores


def in_both(refused: pytest.ExceptionInfo[Refusal]) -> tuple[str, str]:
    """What is said to who speaks English, and to who speaks Chinese."""
    said = refused.value.message
    return ENGLISH.text(said), CHINESE.text(said)


async def test_what_is_private_is_masked_unless_it_was_recorded(stores: Stores) -> None:
    found = await one([stores], PLAYBOOK, AMY.id, None)
    contact = masked_view(found).contact
    assert (contact.phone, contact.email) == ("09••••••78", "a•••@forest.example")
    assert contact.attributes["x.allergy"].value == HIDDEN
    assert contact.attributes["n.points"].value == 1200
    notes = {row.text for row in (await history(found, NOW)).timeline}
    assert notes == {None, HIDDEN}
    assert await stores.audit.of(AMY.id) == []
    everything = await revealed(found, "console:amy", NOW)
    assert everything.contact.phone == PHONE
    assert [(row.what, row.actor) for row in await stores.audit.of(AMY.id)] == [("revealed", "console:amy")]


async def test_what_is_told_is_not_to_be_changed(stores: Stores) -> None:
    told = masked_view(await one([stores], PLAYBOOK, AMY.id, None))
    with pytest.raises(FrozenInstanceError):
        told.simulated = True  # type: ignore[misc]


async def test_people_of_a_simulator_are_found_behind_the_real_ones(
    stores: Stores, database: Database, seal: Seal
) -> None:
    """Here of the same database: whoever is not of the first is pretended."""
    both = [stores, stores_of(database, seal)]
    found = await everybody(both, PLAYBOOK, AMY.id, None)
    assert [each.simulated for each in found] == [False, True]
    with pytest.raises(NotFound) as refused:
        check_mergeable(*found)
    english, chinese = in_both(refused)
    assert english == "one of them is a friend of a simulator, and the other is not there"
    assert english != chinese


async def test_what_cannot_be_done_is_refused_in_both_languages(stores: Stores) -> None:
    found = await one([stores], PLAYBOOK, AMY.id, None)
    with pytest.raises(NotFound) as tag:
        await change_tag(found, PLAYBOOK, "add", "VVIP", "console:amy")
    with pytest.raises(NotFound) as attribute:
        attribute_change(PLAYBOOK, "skim", "油性")
    with pytest.raises(RewriteRefused) as itself:
        await merge(found, found, PLAYBOOK, "console:amy")
    for refused in (tag, attribute, itself):
        english, chinese = in_both(refused)
        assert english != chinese, english


async def test_a_tag_is_stored_until_a_process_runs(stores: Stores) -> None:
    found = await one([stores], PLAYBOOK, AMY.id, None)
    assert await change_tag(found, PLAYBOOK, "add", "VIP", "console:amy") == "stored"
    assert [row.what for row in await stores.audit.of(AMY.id)] == ["tagged"]
