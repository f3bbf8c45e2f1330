"""H5: people counted where they stand, and what is known of them, whatever they are like."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.model.contact import AttributeValue, CameBy, Contact, Identity, Tag
from bot.model.flow_occupancy import FollowedLink, Standing
from bot.model.instance import Hold, Instance, Timer
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.promotions.draws.model import HeldDraw, TriedDraw
from bot.promotions.referrals.model import Referral, ReferralState
from bot.promotions.stamps.model import HeldStampCard
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.flow_occupancy import StandingPeople, in_flow
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.people import come
from tests.store.test_plans import explained

DAY = timedelta(days=1)


async def stored(database: Database, seal: Seal, *contacts: Contact) -> StandingPeople:
    await come(Contacts(database, seal), *contacts)
    return StandingPeople(database)


def instance(flow: str, state: str, **more: Any) -> Instance:
    return Instance(flow, more.pop("channel", "main"), state, more.pop("visit", 7), NOW, NOW, **more)


def timer(flow: str, name: str, visit: int = 7, channel: str = "main") -> Timer:
    return Timer(flow, channel, visit, name, NOW + DAY)


def counted(found: Iterable[Standing]) -> Counter[Standing]:
    assert len(set(found)) == len(list(found))
    return Counter(found)


async def test_everybody_is_counted_by_flow_channel_state_and_timers(database: Database, seal: Seal) -> None:
    """The order in which timers are stored, and timers of other visits, flows and channels, are no matter."""
    people = await stored(
        database,
        seal,
        Contact("main:U1", flows=(instance("quiz", "a"),), timers=(timer("quiz", "1d"), timer("quiz", "2d"))),
        Contact("main:U2", flows=(instance("quiz", "a"),), timers=(timer("quiz", "2d"), timer("quiz", "1d"))),
        Contact(
            "main:U3",
            flows=(instance("quiz", "a"), instance("quiz", "a", channel="outlet"), instance("tour", "x")),
            timers=(timer("quiz", "1d", 6), timer("tour", "1d"), timer("", "expiry")),
        ),
        Contact("main:U4"),
    )
    assert counted(await people.in_flows()) == counted(
        [
            Standing("quiz", "main", "a", 2, armed=frozenset({"1d", "2d"})),
            Standing("quiz", "main", "a", 1),
            Standing("quiz", "outlet", "a", 1),
            Standing("tour", "main", "x", 1, armed=frozenset({"1d"})),
        ]
    )


async def test_who_has_no_timers_just_now_is_told_apart(database: Database, seal: Seal) -> None:
    """Held at the door, or with staff on that channel: that no timer is armed says nothing of them."""
    people = await stored(
        database,
        seal,
        Contact("main:U1", flows=(instance("quiz", "a", held=Hold("quiet", NOW)),)),
        Contact("main:U2", flows=(instance("quiz", "a"),), identities=(Identity("main", "U2", staff=True),)),
        Contact("main:U3", flows=(instance("quiz", "a"),), identities=(Identity("two", "U3", staff=True),)),
        Contact("main:U4", flows=(instance("quiz", "a", fired=("10m",)),)),
    )
    assert counted(await people.in_flows()) == counted(
        [
            Standing("quiz", "main", "a", 2, timers_run=False),
            Standing("quiz", "main", "a", 1),
            Standing("quiz", "main", "a", 1, fired=frozenset({"10m"})),
        ]
    )


async def test_only_who_is_in_a_flow_is_read(database: Database, seal: Seal) -> None:
    """Among many who are in none, asking for those who are costs those who are."""
    crowd = [Contact(f"main:V{number}", tags=(Tag("VIP", NOW, "x"),)) for number in range(200)]
    people = await stored(database, seal, Contact("main:U1", flows=(instance("quiz", "a"),)), *crowd)
    assert len(await people.in_flows()) == 1
    pipeline = in_flow("quiz", {"part": {"$gte": 0}})
    told = await explained(database, {"aggregate": "contacts", "pipeline": pipeline, "cursor": {}})
    stats = told.get("executionStats") or told["stages"][0]["$cursor"]["executionStats"]
    assert stats["totalDocsExamined"] == 1
    distinct = {"distinct": "contacts", "key": "flows.f", "query": {"flows.f": {"$exists": True}}}
    named = await explained(database, distinct)
    assert named["executionStats"]["totalDocsExamined"] == 1


async def test_what_is_known_of_people(database: Database, seal: Seal) -> None:
    """A tag that has expired is nobody's; an attribute lies under its type, a private one under its own."""
    people = await stored(
        database,
        seal,
        Contact(
            "main:U1",
            tags=(Tag("VIP", NOW, "x"), Tag("茶 會", NOW, "x", NOW + DAY), Tag("old", NOW, "x", NOW - DAY)),
            attributes={"n.points": AttributeValue(5, NOW), "d.birthday": AttributeValue("1990-02-28", NOW)},
        ),
        Contact(
            "main:U2",
            tags=(Tag("VIP", NOW, "x"),),
            attributes={"t.points": AttributeValue("5", NOW), "x.allergy": AttributeValue("花生", NOW)},
            used={"問卷": NOW, "{first} 好禮": NOW},
        ),
        Contact("main:U3", used={"問卷": NOW}),
    )
    known = await people.usage(NOW)
    assert known.tags == {"VIP": 2, "茶 會": 1}
    assert known.slots == {"n.points": 1, "d.birthday": 1, "t.points": 1, "x.allergy": 1}
    assert known.uses == {"問卷": 2, "{first} 好禮": 1}


async def test_links_are_counted_by_who_came_by_them_and_when_last(database: Database, seal: Seal) -> None:
    """Whoever came by one code first and last counts once; the time is that of the later one."""
    stand, later, card = CameBy("stand", NOW), CameBy("stand", NOW + DAY), CameBy("card", NOW + 2 * DAY)
    people = await stored(
        database,
        seal,
        Contact("main:U1", first_source=stand, last_source=later),
        Contact("main:U2", first_source=stand, last_source=card, tags=(Tag("VIP", NOW, "x"),)),
        Contact("main:U3"),
    )
    known = await people.usage(NOW)
    assert known.links == {
        "stand": FollowedLink(2, NOW + DAY),
        "card": FollowedLink(1, NOW + 2 * DAY),
    }


async def test_a_person_with_a_usable_coupon_counts_once(database: Database, seal: Seal) -> None:
    """N1: two of them are one person's; one that was used, or whose end has passed, is nobody's."""

    def held(id_: str, name: str, until: datetime = NOW + DAY, used: datetime | None = None) -> HeldCoupon:
        return HeldCoupon(Grant(id_, name, name, "A", NOW, None, until), used)

    people = await stored(
        database,
        seal,
        Contact(
            "main:U1", held={"coupons": (held("1", "茶 會"), held("2", "茶 會"), held("3", "VIP", used=NOW))}
        ),
        Contact(
            "main:U2", held={"coupons": (held("4", "茶 會"), held("5", "VIP", NOW))}, used={"茶 會": NOW}
        ),
        Contact("main:U3", held={"coupons": (held("6", "VIP"),)}),
    )
    assert (await people.usage(NOW)).promotions["coupons"] == {"茶 會": 2, "VIP": 1}


async def test_entries_of_two_kinds_that_have_one_name_are_counted_apart(
    database: Database, seal: Seal
) -> None:
    """Nor is a tag of that name, or a rule's use."""
    grant = Grant("1", "春 天", "春天", "A", NOW, None, NOW + DAY)
    held = {"coupons": (HeldCoupon(grant),), "stamp_cards": (HeldStampCard("春 天", 3),)}
    contact = Contact("main:U1", held=held, tags=(Tag("春 天", NOW, "a"),), used={"春 天": NOW})
    known = await (await stored(database, seal, contact, Contact("main:U2", held=held))).usage(NOW)
    promotions = known.promotions
    assert (promotions["coupons"], promotions["stamp_cards"]) == ({"春 天": 2}, {("春 天", 3): 2})
    assert (known.tags, known.uses) == ({"春 天": 1}, {"春 天": 1})


async def test_of_nobody_nothing_is_known(database: Database) -> None:
    people = StandingPeople(database)
    found, known = await asyncio.gather(people.in_flows(), people.usage(NOW))
    assert (list(found), known.tags, known.slots) == ([], {}, {})


async def test_stamps_are_counted_by_card_and_number(database: Database, seal: Seal) -> None:
    """N2: who owes some, or has none, is not among them."""
    people = await stored(
        database,
        seal,
        Contact(
            "main:U1", held={"stamp_cards": (HeldStampCard("集 點", 3), HeldStampCard("咖啡", -1, full=1))}
        ),
        Contact("main:U2", held={"stamp_cards": (HeldStampCard("集 點", 3),)}),
        Contact("main:U3", held={"stamp_cards": (HeldStampCard("集 點", 7), HeldStampCard("咖啡", 0))}),
    )
    assert (await people.usage(NOW)).promotions["stamp_cards"] == {("集 點", 3): 2, ("集 點", 7): 1}


async def test_who_tried_draws_and_takes_part_in_campaigns(database: Database, seal: Seal) -> None:
    """N3, N4: a try that was given back is none; who counts already, or does not, has nothing to lose."""

    def came(campaign: str, state: ReferralState) -> Referral:
        return Referral(campaign, "code", f"r {campaign}", NOW, state)

    long_ago = NOW - timedelta(days=91)
    people = await stored(
        database,
        seal,
        Contact("main:U1", held={"draws": (HeldDraw("週年 抽", 3, NOW), HeldDraw("抽", 0))}),
        Contact(
            "main:U2",
            held={"draws": (HeldDraw("週年 抽", 1, NOW),), "referrals": (came("好 友", "opened"),)},
        ),
        Contact("main:U3", held={"referrals": (came("好 友", "came"), came("夏天", "done"))}),
        Contact("main:U4", held={"draws": (HeldDraw("週年 抽", 1, long_ago),)}),
        Contact("main:U5", held={"referrals": (replace(came("好 友", "came"), at=long_ago),)}),
    )
    found = (await people.usage(NOW)).promotions
    assert found["draws"].tried == {"週年 抽": TriedDraw(3, lately=2, again=1)}
    assert found["draws"].prizes == {}
    assert found["referrals"] == {"好 友": 2}


async def test_who_has_won_and_not_used_it_yet(database: Database, seal: Seal) -> None:
    """N3: used, over, or given by something else: nothing is lost with the prize."""
    held = Grant("g1", "折 50", "折 50", "AAAAA-BBBBB", NOW, None, NOW + timedelta(days=30))
    over = replace(held, id="g2", until=NOW - timedelta(days=1))

    def won(grant: str) -> HeldDraw:
        return HeldDraw("週年 抽", 1, NOW, 0, "won", "大 獎", grant)

    people = await stored(
        database,
        seal,
        Contact(
            "main:U1",
            held={"draws": (won("g1"),), "coupons": (HeldCoupon(held),)},
        ),
        Contact(
            "main:U2",
            held={"draws": (won("g1"),), "coupons": (HeldCoupon(held, used=NOW),)},
        ),
        Contact(
            "main:U3",
            held={"draws": (won("g2"),), "coupons": (HeldCoupon(over),)},
        ),
        Contact(
            "main:U4",
            held={"draws": (won("g9"),), "coupons": (HeldCoupon(held),)},
        ),
        Contact(
            "main:U5",
            held={"draws": (replace(won("g1"), result="nothing"),), "coupons": (HeldCoupon(held),)},
        ),
    )
    assert (await people.usage(NOW)).promotions["draws"].prizes == {("週年 抽", "大 獎"): 1}
