"""Two contacts that are one (B3, J2): all of both is kept, whatever goes on, in however many processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import AttributeValue, Binding, Contact, Identity, Tag
from bot.model.inbox import Received
from bot.model.processes import part_of
from bot.model.stored import Stored, TurnWrite
from bot.runtime.effects.merging import Merging
from bot.services.rewrites import RewriteRefused
from bot.store.contacts import contacts as contacts_module
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.phones import Phones
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.events.passed_on import pass_on
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.people import changed, come
from tests.playbooks import compiled
from tests.runtime.harness import Bot
from tests.runtime.shop import HOURS, TICK, Shop, gone, someone_of, token

PHONE = "+886912345678"
STAFF = "command:contact merge"
TWO_CHANNELS = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x}
  outlet: {id: "@b", channel_id: "2", channel_secret: y}
rules:
  - {when: {text: 營業時間}, reply: 每天 11:00–21:00}
  - {when: {text: 加}, do: [{increase: {said: 1}}, {reply: 好}]}
  - {when: {text: 甲}, do: [{add_tags: 甲}, {reply: 好}]}
  - {when: {text: 乙}, do: [{add_tags: 乙}, {reply: 好}]}
  - {when: {text: 丙}, do: [{add_tags: 丙}, {reply: 好}]}
  - {when: {text: 丁}, do: [{add_tags: 丁}, {reply: 好}]}
attributes: {said: number}
tags: {VIP: , 會員: , 甲: , 乙: , 丙: , 丁: }
""")


@dataclass
class People:
    """Contacts that are stored beside all processes, and what is said of them there."""

    merging: Merging
    contacts: Contacts
    audit: AuditLog
    phones: Phones

    async def are(self, *contacts: Contact) -> None:
        """They are stored as they are here, and the phones that they have bound are theirs."""
        for contact in contacts:
            await come(self.contacts, contact)
            if contact.phone is not None:
                await self.phones.settle(contact.phone, contact.id, NOW)

    async def stored(self, contact: str) -> Stored:
        return (await self.contacts.load([contact]))[contact]

    async def now(self, contact: str) -> Contact:
        found = await self.contacts.person(contact)
        assert found is not None
        return found.contact


@pytest.fixture
def people(database: Database, seal: Seal, clock: ManualClock) -> People:
    contacts, audit = Contacts(database, seal), AuditLog(database, seal)
    merging = Merging(stores_of(database, seal).rewriter, contacts, audit, clock, OfShop)
    return People(merging, contacts, audit, Phones(database, seal))


def person(user: str, channel: str = "main", **more: Any) -> Contact:
    identity = Identity(channel, user, friend=True, since=NOW)
    return replace(Contact(f"{channel}:{user}", name="小美", identities=(identity,)), **more)


AMY = person("U1", attributes={"t.skin": AttributeValue("油性", NOW)}, tags=(Tag("VIP", NOW, "x"),))
HER_OUTLET = person("V1", "outlet", phone=PHONE, bindings={"phone": Binding(NOW, ("會員",))})
HER_OUTLET = replace(HER_OUTLET, tags=(Tag("會員", NOW, "bind"),))


# -- in the database alone


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_both_ids_stand_for_the_one_that_is_left(people: People) -> None:
    await people.are(AMY, HER_OUTLET)
    one = await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    assert {tag.name for tag in one.tags} == {"VIP", "會員"}
    assert one.signed_out == NOW, "sessions and addresses of both end (R4)"
    assert [await people.now(AMY.id), await people.now(HER_OUTLET.id)] == [one, one]
    stub = await people.stored(HER_OUTLET.id)
    assert (stub.to, stub.contact) == (AMY.id, Contact(HER_OUTLET.id))
    assert await people.phones.holder(PHONE) == AMY.id
    [line] = await people.audit.of(HER_OUTLET.id)
    assert (line.actor, line.what, line.contact, line.other) == (STAFF, "merged", AMY.id, HER_OUTLET.id)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_undone_is_as_it_was_and_may_be_merged_again(people: People) -> None:
    """J2: elsewhere (anybot 65) a second merge of the same two failed."""
    await people.are(AMY, HER_OUTLET)
    for rounds in (1, 2):
        await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
        assert (await people.now(HER_OUTLET.id)).id == AMY.id
        await people.merging.undo(HER_OUTLET.id, STAFF)
        for one in (AMY, HER_OUTLET):
            assert await people.now(one.id) == replace(one, signed_out=NOW)
        assert await people.phones.holder(PHONE) == HER_OUTLET.id
        assert [line.what for line in await people.audit.of(AMY.id)] == ["parted", "merged"] * rounds
        with pytest.raises(RewriteRefused, match="no merge"):
            await people.merging.undo(AMY.id, STAFF)
    await people.merging.merge(HER_OUTLET.id, AMY.id, STAFF)  # the other way round
    one = await people.now(AMY.id)
    assert (one.id, {tag.name for tag in one.tags}) == (HER_OUTLET.id, {"VIP", "會員"})


async def test_a_chain_is_followed_and_undone_from_its_end(people: People) -> None:
    third = person("W1", "third")
    await people.are(AMY, HER_OUTLET, third)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    await people.merging.merge(third.id, AMY.id, STAFF)
    assert (await people.now(HER_OUTLET.id)).id == third.id
    both = await people.contacts.people_of([HER_OUTLET.id, third.id, "main:U9"])
    assert {asked: now.id for asked, now in both.items()} == {HER_OUTLET.id: third.id, third.id: third.id}
    assert await people.phones.holder(PHONE) == third.id
    with pytest.raises(RewriteRefused, match='was changed with "third:W1" since: undo that first'):
        await people.merging.undo(HER_OUTLET.id, STAFF)
    await people.merging.undo(third.id, STAFF)
    await people.merging.undo(HER_OUTLET.id, STAFF)
    for one in (HER_OUTLET, AMY, third):
        assert await people.now(one.id) == replace(one, signed_out=NOW)


async def test_a_phone_that_somebody_else_has_bound_since_stays_theirs(people: People) -> None:
    await people.are(AMY, HER_OUTLET)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    await changed(people.contacts, AMY.id, phone=None, bindings={})
    await people.phones.settle(PHONE, AMY.id, NOW)
    await people.are(person("U3", phone=PHONE, bindings={"phone": Binding(NOW)}))
    await people.merging.undo(AMY.id, STAFF)
    outlet = await people.now(HER_OUTLET.id)
    assert (outlet.phone, outlet.bindings, outlet.tags) == (None, {}, ())
    assert await people.phones.holder(PHONE) == "main:U3"


async def test_two_line_accounts_of_one_channel_stay_two(people: People) -> None:
    await people.are(AMY, person("U2"), HER_OUTLET)
    with pytest.raises(
        RewriteRefused, match='"main:U1" and "main:U2" are two LINE accounts on the channel "main"'
    ):
        await people.merging.merge(AMY.id, "main:U2", STAFF)
    with pytest.raises(RewriteRefused, match='there is no contact "main:U9"'):
        await people.merging.merge(AMY.id, "main:U9", STAFF)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    with pytest.raises(RewriteRefused, match="are one contact already"):
        await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)


@pytest.mark.ring("test", "the race of merges in this ring")
async def test_two_processes_merge_each_into_the_other_at_once(people: People) -> None:
    """One wins, the other says so."""
    await people.are(AMY, HER_OUTLET)
    ways = [(AMY.id, HER_OUTLET.id), (HER_OUTLET.id, AMY.id)] * 5
    tries = (people.merging.merge(kept, other, STAFF) for kept, other in ways)
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert [isinstance(end, Contact) for end in ended].count(True) == 1
    assert [isinstance(end, RewriteRefused) for end in ended].count(True) == 9
    assert await people.now(AMY.id) == await people.now(HER_OUTLET.id)


async def test_a_turn_that_was_decided_on_what_was_is_not_written(people: People) -> None:
    """Also one that has read the inbox, and does not ask whether anything waits."""
    await people.are(AMY, HER_OUTLET)

    async def written(before: Stored) -> set[str]:
        contact = before.contact
        after = replace(contact, name="小明")
        turn = TurnWrite(
            contact, after, part_of(contact.id), before.revision, 9, ("E",), (), reread=True, handled=("E",)
        )
        return await people.contacts.save([turn])

    both = [await people.stored(contact.id) for contact in (AMY, HER_OUTLET)]
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    assert [await written(before) for before in both] == [{AMY.id}, {HER_OUTLET.id}]
    both = [await people.stored(contact.id) for contact in (AMY, HER_OUTLET)]
    await people.merging.undo(AMY.id, STAFF)
    assert [await written(before) for before in both] == [{AMY.id}, {HER_OUTLET.id}]


async def test_the_log_shows_nothing_private_to_who_reads_the_database(
    people: People, database: Database
) -> None:
    await people.are(AMY, HER_OUTLET)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    document = repr(await database.collection("audit").find_one({"what": "merged"}))
    assert not [word for word in ("912345678", "小美", "VIP", "油性") if word in document]


# -- while both talk


def says(shop: Shop, contact: Contact, text: str) -> Received:
    """What this person says, heard on the channel of their first identity."""
    identity = contact.identities[0]
    heard = shop.says(identity.user or "", text)
    return heard_on(identity.channel, heard)


def heard_on(channel: str, heard: Received) -> Received:
    """The same, as it comes from another channel."""
    event = replace(heard.event, channel=channel, id=f"{channel}:{heard.event.id.partition(':')[2]}")
    contact = f"{channel}:{event.source.id}"
    entry = replace(heard.entry, id=event.id, channel=channel, contact=contact, part=part_of(contact))
    return Received(entry, event)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
async def test_who_was_merged_away_is_answered_as_who_they_are_now(people: People, shop: Shop) -> None:
    await people.are(AMY, HER_OUTLET)
    owner, other = await shop.two(TWO_CHANNELS)
    first = says(shop, HER_OUTLET, "加")
    await shop.hears(owner, first)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    later = [says(shop, HER_OUTLET, "加"), says(shop, AMY, "加"), says(shop, HER_OUTLET, "營業時間")]
    for number, event in enumerate(later):
        await (owner, other)[number % 2].hear(event)
        await shop.answered(event)
    assert shop.line.texts()[-1] == HOURS
    one = await people.now(HER_OUTLET.id)
    assert (one.id, one.attributes["n.said"].value) == (AMY.id, 3)
    await nothing_is_left_open(people, AMY.id, HER_OUTLET.id)


async def nothing_is_left_open(people: People, *contacts: str) -> None:
    for contact in contacts:
        stored = await people.stored(contact)
        assert (stored.open, stored.outgoing) == (frozenset(), ())


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_merged_while_nobody_runs_what_follows_is_done_later(people: People, shop: Shop) -> None:
    """As from a command, or after a process died between the merge and the turn."""
    waiting = says(shop, HER_OUTLET, "加")
    bot = await shop.opens(TWO_CHANNELS)
    await shop.hears(bot, waiting)
    await people.are(AMY)
    await gone(shop, bot)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    after = await shop.opens(TWO_CHANNELS)
    after.dead.add(bot.id)
    async with asyncio.timeout(PATIENCE):
        while not (rows := await after.timeline("U1")):
            shop.clock.advance(TICK)
    assert [(row.what, row.details[:1]) for row in rows] == [
        ("merged", (f'["rewritten","merged","{HER_OUTLET.id}"]',))
    ]
    assert (await people.now(AMY.id)).version == TWO_CHANNELS.version


class Pairs:
    """Many people with two accounts each, who talk in two processes while something is done to them."""

    def __init__(self, people: People, shop: Shop, bots: Sequence[Bot], count: int) -> None:
        self.people, self.shop, self.bots = people, shop, bots
        self.pairs = [(person(f"U{n}"), person(f"V{n}", "outlet")) for n in range(count)]
        self.events: list[Received] = []

    async def talk_while(self, work: Callable[[Contact, Contact], Coroutine[Any, Any, None]]) -> None:
        """Each says two things on either account; returns when all of it is answered, once."""
        for pair in self.pairs:
            await self.people.are(*pair)
        async with asyncio.TaskGroup() as group:
            for number, (one, other) in enumerate(self.pairs):
                group.create_task(self._talk(one, "甲乙", number))
                group.create_task(self._talk(other, "丙丁", number))
                group.create_task(work(one, other))
        await self.shop.answered(*self.events)
        assert sorted(self.shop.line.answered) == sorted(map(token, self.events)), "each is answered once"

    async def _talk(self, contact: Contact, texts: str, shift: int) -> None:
        for number, text in enumerate(texts, shift):
            event = says(self.shop, contact, text)
            self.events.append(event)
            await self.bots[number % 2].hear(event)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    "count", [1, 10, pytest.param(50, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_merges_race_with_what_both_say_in_two_processes(
    people: People, shop: Shop, count: int
) -> None:
    """Nothing is lost, nothing happens twice, and there is one contact at the end."""
    pairs = Pairs(people, shop, await shop.two(TWO_CHANNELS), count)

    async def merges(kept: Contact, other: Contact) -> None:
        await people.merging.merge(kept.id, other.id, STAFF)

    await pairs.talk_while(merges)
    for one, other in pairs.pairs:
        now = await people.now(other.id)
        assert now.id == one.id
        assert {tag.name for tag in now.tags} == set("甲乙丙丁")
        await nothing_is_left_open(people, one.id, other.id)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("count", [6, pytest.param(20, marks=pytest.mark.ring("soak", "more of the same"))])
async def test_merges_that_are_undone_race_with_what_both_say(people: People, shop: Shop, count: int) -> None:
    """Two contacts at the end, each with its own account, and each event was decided once by either."""
    pairs = Pairs(people, shop, await shop.two(TWO_CHANNELS), count)

    async def changes_its_mind(kept: Contact, other: Contact) -> None:
        for _ in range(3):
            await people.merging.merge(kept.id, other.id, STAFF)
            await people.merging.undo(other.id, STAFF)

    await pairs.talk_while(changes_its_mind)
    for pair in pairs.pairs:
        tags: set[str] = set()
        for contact in pair:
            now = await people.now(contact.id)
            assert (now.id, now.identities[0].channel, len(now.identities)) == (
                contact.id,
                contact.identities[0].channel,
                1,
            )
            tags |= {tag.name for tag in now.tags}
        assert tags == set("甲乙丙丁")
        await nothing_is_left_open(people, *(contact.id for contact in pair))


@pytest.mark.ring("all", "a crowd")
@pytest.mark.usefixtures("no_backstop")
async def test_events_of_one_who_was_merged_away_keep_their_order(people: People, shop: Shop) -> None:
    owner, other = await shop.two(TWO_CHANNELS)
    user = someone_of(owner)
    outlet = person("V1", "outlet")
    await people.are(person(user), outlet)
    await people.merging.merge(f"main:{user}", outlet.id, STAFF)
    said = [says(shop, outlet, "加") for _ in range(20)]
    for number, event in enumerate(said):
        await (owner, other)[number * number % 3 % 2].hear(event)
    await shop.answered(*said)
    assert shop.line.answered == [token(event) for event in said]


async def test_what_waits_for_one_who_is_themselves_again_is_theirs(people: People, shop: Shop) -> None:
    """An event that was given to the one contact, and not yet decided when the merge was undone."""
    await people.are(AMY, HER_OUTLET)
    owner, other = await shop.two(TWO_CHANNELS)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    await shop.quiet()
    async with owner.runtime.batches.none(), other.runtime.batches.none():
        event = says(shop, HER_OUTLET, "甲")
        await owner.hear(event)
        assert await people.contacts.pass_on(HER_OUTLET.id, [event.entry.id], [])
        assert event.entry.id in (await people.stored(AMY.id)).waiting, "it is read before her next turn"
        await people.merging.undo(AMY.id, STAFF)
    await shop.answered(event)
    assert shop.line.answered == [token(event)]
    assert (await people.now(HER_OUTLET.id)).has_tag("甲", NOW)
    amy = await people.now(AMY.id)
    assert ([i.channel for i in amy.identities], amy.has_tag("甲", NOW)) == (["main"], False)
    await nothing_is_left_open(people, AMY.id, HER_OUTLET.id)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
async def test_what_is_passed_on_while_the_merge_is_undone_stays_with_who_said_it(
    people: People, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an earlier merge had passed it on, so that the other contact waits for it already."""
    await people.are(AMY, HER_OUTLET)
    owner, other = await shop.two(TWO_CHANNELS)
    await people.merging.merge(AMY.id, HER_OUTLET.id, STAFF)
    await shop.quiet()
    undoings = [HER_OUTLET.id]

    async def undone_meanwhile(*args: Any) -> None:
        if undoings:
            await people.merging.undo(undoings.pop(), STAFF)
        await pass_on(*args)

    async with owner.runtime.batches.none(), other.runtime.batches.none():
        event = says(shop, HER_OUTLET, "甲")
        await owner.hear(event)
        await people.contacts.poke([(AMY.id, event.entry.id)])
        monkeypatch.setattr(contacts_module, "pass_on", undone_meanwhile)
        assert not await people.contacts.pass_on(HER_OUTLET.id, [event.entry.id], [])
    await shop.answered(event)
    assert (await people.now(HER_OUTLET.id)).has_tag("甲", NOW)
    assert [one.channel for one in (await people.now(AMY.id)).identities] == ["main"]
    await nothing_is_left_open(people, AMY.id, HER_OUTLET.id)


@pytest.mark.parametrize("passed_on", [False, True])
async def test_the_owner_of_what_was_merged_away_dies_while_it_passes_events_on(
    people: People, shop: Shop, passed_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, other = await shop.two(TWO_CHANNELS)
    user = someone_of(other)
    dying = next(n for n in range(1000) if owner.runtime.ownership.owns(part_of(f"outlet:V{n}")))
    outlet = person(f"V{dying}", "outlet")
    await people.are(person(user), outlet)
    await people.merging.merge(f"main:{user}", outlet.id, STAFF)
    await shop.quiet()
    reached, pass_on = asyncio.Event(), owner.contacts.pass_on

    async def dies(contact: str, events: Sequence[str], waiting: Sequence[str]) -> bool:
        if passed_on:
            await pass_on(contact, events, waiting)
        reached.set()
        return await asyncio.Future()

    monkeypatch.setattr(owner.contacts, "pass_on", dies)
    event = says(shop, outlet, "甲")
    await owner.hear(event)
    await shop.until(reached.is_set)
    await gone(shop, owner, other)
    await shop.answered(event)
    assert shop.line.answered == [token(event)]
    assert (await people.now(outlet.id)).has_tag("甲", NOW)
