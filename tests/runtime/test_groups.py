"""Issue 41: a group or room is never a person."""

from __future__ import annotations

import pytest

from bot.engine.conditions.condition import All
from bot.engine.menus.menu_choice import MenuChoice
from bot.engine.times.bounds import When
from bot.store.contacts.audiences import AudienceQuery
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.broadcast_world import ALIKE, Shop, through, users
from tests.runtime.harness import ScriptedLine, event, said

BROADCAST = compiled(ALIKE)
SILENT = compiled("""\
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, access_token: t, groups: silent}}
rules: [{when: {text: 你好}, reply: 您好}]
""")
GROUP, ROOM = f"C{'4' * 32}", f"R{'5' * 32}"
PEOPLE = users(3)
EVERYBODY = All(())


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three friends, a group and a room."""
    shop = Shop(database, seal, clock, BROADCAST)
    await shop.come(*PEOPLE)
    await shop.come(GROUP, kind="group")
    await shop.come(ROOM, kind="room")
    return shop


def asked(shop: Shop) -> AudienceQuery:
    return AudienceQuery(EVERYBODY, "main", When(shop.clock.now(), SILENT.zone), ("main",), "strictest")


async def test_s24_a_broadcast_is_sent_to_no_group(shop: Shop) -> None:
    """A group is billed for each member, and its id in a multicast is refused for all 500."""
    sending = await shop.order()
    await through(shop, sending, shop.process())
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert await shop.told(sending) == {"got": 3}


async def test_s24_nobody_counts_a_group(shop: Shop) -> None:
    numbers, members = shop.stores.audience_numbers, shop.stores.audience_members
    assert await numbers.exact(asked(shop)) == 3
    for why in ("blocked", "stopped", "not_here"):
        assert await numbers.exact(asked(shop), why) == 0
    found = [one.user async for page in members.recipients(asked(shop)) for one in page]
    assert sorted(found) == PEOPLE
    ids = [f"main:{one}" for one in (*PEOPLE, GROUP, ROOM)]
    assert len(await members.among(asked(shop), ids)) == 3
    assert len(await shop.stores.contacts.people()) == 3


async def test_s24_no_sweep_meets_a_group(shop: Shop) -> None:
    """Of audiences, which time changes, and of menus."""
    when = asked(shop).when
    people, menus = shop.stores.audience_people, shop.stores.menu_people
    expected = [f"main:{one}" for one in PEOPLE]
    assert await people.changed("main", "all", EVERYBODY, when, "fine", "") == expected
    choice = MenuChoice("會員", EVERYBODY)
    found = await menus.others("main", choice, (), when, "fine", "")
    assert [one.contact for one in found] == expected
    assert [one.contact for one in await menus.recorded("main", None, "")] == expected


@pytest.mark.parametrize(("kind", "key", "line_id"), [("group", "groupId", GROUP), ("room", "roomId", ROOM)])
async def test_a_silent_bot_in_a_group_has_a_contact_that_is_no_person(
    bots: Bots,
    database: Database,
    seal: Seal,
    clock: ManualClock,
    kind: str,
    key: str,
    line_id: str,
) -> None:
    line = ScriptedLine()
    bot = await bots(SILENT, line)
    source = {"type": kind, key: line_id, "userId": "U1"}
    await bot.hears(event({"type": "join"}, source=source), said("你好", source=source))
    stored = await database.collection("contacts").find_one({"_id": f"main:{line_id}"})
    known = await stores_of(database, seal).contacts.person(f"main:{line_id}")
    await bot.crash()
    assert stored is not None
    assert known is not None
    assert known.contact.kind == kind
    assert stored["kind"] == kind
    assert line.calls == []
