"""M1: what the first turn makes of a friend who was here before, and an import beside turns and merges."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bot.engine.members.identity import OfShop
from bot.line.client import LineClient
from bot.model.contact import Identity
from bot.model.event import Profile
from bot.model.instance import Timer
from bot.model.processes import part_of
from bot.operations.friend_import import import_friends
from bot.operations.friend_order import FriendsImport, FriendsOrder
from bot.runtime.effects.merging import Merging
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.operations import member_lists
from tests.operations.member_lists import everybody, written
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, followed, said

USER = "U0123456789abcdef0123456789abcdef"
OTHER = "Uffffffffffffffffffffffffffffffff"
PLAYBOOK = compiled("""
bot: 森活選品
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x}
  outlet: {id: "@b", channel_id: "2", channel_secret: y}
attributes: {birthday: date}
tags: {VIP: {added_by: staff}, 進站: {}, 老客: {expires: 30d, added_by: staff}}
audiences: {朋友: {if: {contact: {friend: true}}}, 貴客: {if: {tag: VIP}}}
flows:
  birthday:
    title: 生日
    once_per: 300d
    when: {anniversary: birthday, at: "10:00"}
    states: {說: {push: 生日快樂, next: 完}, 完: {end: true}}
rules:
  - {when: {enters: 朋友}, add_tags: 進站}
  - {when: {enters: 貴客}, add_tags: 進站}
  - {when: follow, reply: 歡迎}
  - {when: {text: 嗨}, reply: "{{ contact.name or 您 }}好"}
""")


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return bots.make(PLAYBOOK, ScriptedLine(profiles={USER: Profile("小美", "zh-TW")}))


async def taken(
    stores: Stores, *users: str, channel: str = "main", line: ScriptedLine | None = None
) -> FriendsImport:
    """A list of these, else of one; with `line` it is asked for their profiles."""
    asked = cast(LineClient, line or ScriptedLine())
    with written("\n".join(users or [USER]), "friends.txt") as file:
        order = FriendsOrder(channel, file, profiles=line is not None, anyway=True)
        return await import_friends(stores, PLAYBOOK, asked, order, "command:test", lambda so_far: None)


async def test_the_first_turn_greets_nobody_and_asks_for_the_name(stores: Stores, bot: Bot) -> None:
    """No welcome, no audience entered; the profile of who has none is asked for, once."""
    await taken(stores)
    await bot.start()
    await bot.hear(said("嗨", USER))
    await bot.settle()
    contact = (await bot.stored(USER)).contact
    assert bot.line.texts() == ["小美好"]
    assert (contact.name, contact.language, contact.tags) == ("小美", "zh-TW", ())
    assert contact.audiences == ("main:朋友",)
    [identity] = contact.identities
    assert (identity.friend, identity.seen is not None, identity.since) == (True, True, None)


async def test_whose_name_is_known_is_not_asked_for(stores: Stores, bot: Bot) -> None:
    done = await taken(stores, line=bot.line)
    assert (done.new, done.asked, done.gone) == (1, 1, 0)
    bot.line.profile_asked.clear()
    await bot.start()
    await bot.hear(said("嗨", USER))
    await bot.settle()
    assert (bot.line.texts(), bot.line.profile_asked.is_set()) == (["小美好"], False)


@pytest.mark.parametrize("first", ["turn", "import", "both"])
async def test_a_turn_and_an_import_at_the_same_moment_are_one_contact(
    stores: Stores, bot: Bot, first: str
) -> None:
    await bot.start()
    if first == "turn":
        await bot.hear(followed(USER))
        await bot.settle()
        assert (await taken(stores)).same == 1
    elif first == "import":
        assert (await taken(stores)).new == 1
        await bot.hear(followed(USER))
        await bot.settle()
    else:
        await asyncio.gather(bot.hear(followed(USER)), taken(stores))
        await bot.settle()
    contact = (await bot.stored(USER)).contact
    [identity] = contact.identities
    assert (identity.friend, identity.since is not None, bot.line.texts()) == (True, True, ["歡迎"])
    assert await stores.database.collection("contacts").count_documents({}) == 1
    assert len(await bot.timeline(USER)) == 1


async def test_a_turn_that_overtakes_the_writing_wins(
    stores: Stores, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import has read that nobody is there, and a turn is written before it writes."""
    await bot.start()
    write = stores.friends.write

    async def late(people: Any) -> bool:
        monkeypatch.setattr(stores.friends, "write", write)
        await bot.hear(said("嗨", USER))
        await bot.settle()
        return await write(people)

    monkeypatch.setattr(stores.friends, "write", late)
    await taken(stores)
    contact = (await bot.stored(USER)).contact
    assert (contact.name, contact.turned is not None) == ("小美", True)
    assert (contact.identity("main").friend, contact.audiences) == (True, ("main:朋友",))
    await bot.hear(said("嗨", USER))
    await bot.settle()
    assert bot.line.texts() == ["小美好", "小美好"]
    assert (await bot.stored(USER)).contact.tags == ()


async def test_whose_first_event_waits_hears_it_afterwards(stores: Stores, bot: Bot) -> None:
    """Another process has stored it: there is something of them already, and nobody yet."""
    entry = followed(USER).entry
    await stores.inbox_commit.store([entry], {entry.id}, ())
    await stores.contacts.poke([(entry.contact, entry.id)])
    assert (await taken(stores, USER, OTHER)).new == 2
    kept = await bot.stored(USER)
    assert (kept.revision, set(kept.waiting), kept.contact.identity("main").friend) == (1, {entry.id}, True)
    await bot.start()
    await bot.settle()
    assert bot.line.texts() == ["歡迎"]


async def test_who_is_known_from_a_list_comes_onto_line_with_the_timers_of_their_dates(
    stores: Stores, bot: Bot
) -> None:
    """C7: by that LINE id; audiences silently, the birthday by a turn that says nothing."""
    text = f"line_id,手機,姓名,生日,標籤\n{USER},0912345678,王小美,1990-05-01,VIP、老客\n"
    await member_lists.taken(stores, text, channel="main", playbook=PLAYBOOK)
    done = await taken(stores)
    assert (done.new, done.changed, done.joined) == (0, 1, 1)
    before = (await bot.stored(USER)).contact
    assert before.identities == (Identity("main", USER, friend=True),)
    assert (before.audiences, before.timers) == (("main:朋友", "main:貴客"), ())
    assert (await taken(stores)).same == 1  # told once more, it is the same event
    await bot.start()
    await bot.settle()
    contact = (await bot.stored(USER)).contact
    assert {one.flow for one in contact.timers if isinstance(one, Timer)} == {"", "birthday"}
    assert {tag.name for tag in contact.tags} == {"VIP", "老客"}
    assert (bot.line.calls, len(await bot.timeline(USER))) == ([], 1)
    assert await stores.friends.without_turn("main", "", 10) == []


async def test_the_id_of_somebody_merged_is_that_of_whom_they_are(
    stores: Stores, bot: Bot, clock: ManualClock
) -> None:
    """Merged before they wrote: that account is theirs, and no friend until LINE knows who it is."""
    text = f"line_id,手機\n{USER},0912345678\n"
    await member_lists.taken(stores, text, channel="main", playbook=PLAYBOOK)
    await taken(stores, OTHER, channel="outlet")
    merging = Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)
    await merging.merge(f"outlet:{OTHER}", f"main:{USER}", "command:test")
    done = await taken(stores, USER, "U" + "0" * 32, line=bot.line)
    kept = await stores.contacts.person(f"main:{USER}")
    assert kept is not None
    assert (kept.contact.id, done.new, done.gone) == (f"outlet:{OTHER}", 1, 1)
    assert kept.contact.identity("main") == Identity("main", USER, friend=True)
    assert kept.contact.identity("outlet").friend is True
    stub = (await stores.contacts.load([f"main:{USER}"]))[f"main:{USER}"]
    assert stub.to == f"outlet:{OTHER}"
    assert {one.contact.id for one in (await everybody(stores)).values()} == {
        f"outlet:{OTHER}",
        "main:U" + "0" * 32,
    }


async def test_an_account_beside_another_of_the_same_person_is_refused(stores: Stores) -> None:
    await taken(stores, OTHER)
    contacts = stores.database.collection("contacts")
    stub = {"_id": f"main:{USER}", "part": part_of(f"main:{USER}"), "rev": 1, "to": f"main:{OTHER}"}
    await contacts.insert_one(stub)
    done = await taken(stores)
    assert (done.refused, str(done.refused_lines[0].why)) == (
        1,
        "belongs to somebody who has another LINE account on this channel",
    )
