"""Staff order a broadcast: of several who do so at the same moment one is heard. I3, I4"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.engine.broadcasts.content import content_and_people
from bot.engine.conditions.people import ListedPeople, OnList
from bot.model.audit import AuditEntryKind
from bot.model.broadcast import Sending
from bot.model.contact import Tag
from bot.operations.broadcasts.ordering import AlreadySent, SendingOrder, order_of, send
from bot.operations.broadcasts.steering import SteeringRefused, cancel_sending, pause, resume
from bot.store.events.audit import AuditLog
from bot.store.unavailable import DatabaseUnavailable
from tests.operations.three_friends import PLAIN, SAYS, shop
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Granted, Shop, through, users
from tests.runtime.uncounted import Unlimited

__all__ = ["shop"]

TWICE = f"broadcasts: {{b: {SAYS}, b2: {SAYS}}}\n"


async def ordered(
    shop: Shop, who: str, at: datetime | None = None, *, again: bool = False, name: str = "b"
) -> Sending:
    """Somebody's order, for this moment or for now."""
    shop.clock.advance(0.001)
    broadcast, now = shop.playbook.broadcasts[name], shop.clock.now()
    order = await order_of(shop.stores, shop.playbook, broadcast, 3, again=again, now=now, at=at)
    return await send(shop.stores, shop.playbook, order, who, now)


async def is_refused(shop: Shop, who: str, **how: Any) -> None:
    with pytest.raises(SteeringRefused):
        await ordered(shop, who, **how)


async def only_one(orders: Iterable[Awaitable[Sending]]) -> Sending:
    """Of all these at the same moment the one that is heard."""
    found = await asyncio.gather(*orders, return_exceptions=True)
    [sending] = [one for one in found if isinstance(one, Sending)]
    assert all(isinstance(one, SteeringRefused) for one in found if one is not sending)
    return sending


async def test_two_who_order_it_at_the_same_moment_send_it_once(shop: Shop) -> None:
    """Counting a million people takes seconds, in which neither sees the other's order."""
    sending = await only_one(ordered(shop, who) for who in ("amy", "bob", "eve"))
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_s37_the_same_to_the_same_people_within_a_day_only_who_says_again(shop: Shop) -> None:
    """Typed twice within two minutes, everybody had it twice. Under another name it is the same."""
    shop.playbook = compiled(TWICE)
    process = shop.process()
    first = await ordered(shop, "amy")
    assert (await through(shop, first, process)).state == "done"
    shop.clock.advance(23 * 3600)
    await is_refused(shop, "bob")
    await is_refused(shop, "bob", name="b2")
    again = await ordered(shop, "bob", again=True)
    assert (await through(shop, again, process)).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 2)
    await is_refused(shop, "amy")  # the day counts from the last one
    shop.clock.advance(24 * 3600 + 1)
    await ordered(shop, "amy")


async def test_s37_the_same_to_other_people_is_no_repetition(shop: Shop) -> None:
    """The audience has the same name, and other people by now: who has had it within a day gets it by no one
    of these sendings again."""
    says = SAYS.replace("everyone", "{tag: new}")
    shop.playbook = compiled(f"tags: {{new: {{added_by: staff}}}}\nbroadcasts: {{b: {says}, b2: {says}}}\n")
    one, two, three = users(3)
    process = shop.process()

    async def new_are(*names: str) -> None:
        await shop.database.collection("contacts").delete_many({})
        await shop.come(*names, tags=(Tag("new", shop.clock.now(), "amy"),))

    await new_are(one)
    await through(shop, await ordered(shop, "amy"), process)
    await is_refused(shop, "amy")
    await new_are(two)
    await through(shop, await ordered(shop, "amy"), process)
    assert shop.line.got == dict.fromkeys((one, two), 1)
    await new_are(one)
    await is_refused(shop, "amy", name="b2")
    await new_are(two, three)
    await is_refused(shop, "amy", name="b2")
    await is_refused(shop, "amy", at=shop.clock.now() + timedelta(hours=1))
    await new_are(three)
    await through(shop, await ordered(shop, "amy", name="b2"), process)
    assert shop.line.got == dict.fromkeys(users(3), 1)


def test_a_list_is_known_by_who_stands_on_it_whatever_it_is_called() -> None:
    broadcast = compiled(PLAIN).broadcasts["b"]

    def to(key: str) -> str:
        listed = OnList(broadcast.place, ListedPeople(key, "phone"))
        return content_and_people(replace(broadcast, list=key, to=listed))

    assert to("vips@12ab") == to("big-spenders@12ab")
    assert to("vips@12ab") != to("vips@34cd")


async def test_under_two_names_at_the_same_moment_it_is_sent_once(shop: Shop) -> None:
    shop.playbook = compiled(TWICE)
    await only_one(ordered(shop, "amy", name=name) for name in ("b", "b2") * 4)


async def test_s37_of_several_who_say_again_one_is_heard(shop: Shop) -> None:
    """Each has seen the last sending, and the first is over before the second has typed how many people."""
    process, broadcast = shop.process(), shop.playbook.broadcasts["b"]
    first = await ordered(shop, "amy")
    await through(shop, first, process)
    shop.clock.advance(120)
    now = shop.clock.now()
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, again=True, now=now) for _ in range(2)]
    sending = await send(shop.stores, shop.playbook, orders[0], "amy", shop.clock.now())
    assert (await through(shop, sending, process)).state == "done"
    with pytest.raises(AlreadySent):
        await send(shop.stores, shop.playbook, orders[1], "bob", shop.clock.now())
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_s37_who_confirmed_what_somebody_else_has_sent_meanwhile_sends_nothing(shop: Shop) -> None:
    """Both were shown that it was not sent yet; one typed the number a minute later."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, now=now) for _ in range(2)]
    sending = await send(shop.stores, shop.playbook, orders[0], "amy", now)
    await through(shop, sending, shop.process())
    shop.clock.advance(60)
    with pytest.raises(AlreadySent):
        await send(shop.stores, shop.playbook, orders[1], "bob", shop.clock.now())
    assert shop.line.got == dict.fromkeys(users(3), 1)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_reached_nobody_may_be_ordered_again(shop: Shop) -> None:
    """Refused for want of messages, or cancelled before anybody was called: nobody would get it twice."""
    shop.months = Granted(0)
    first = await ordered(shop, "amy")
    assert (await through(shop, first, shop.process())).why == "quota"
    second = await ordered(shop, "amy")
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "amy")
    shop.months = Unlimited()
    third = await ordered(shop, "amy")
    assert (await through(shop, third, shop.process())).state == "done"
    assert (await shop.sending(second)).state == "cancelled"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_what_was_done_is_told_wherever_the_database_goes_away(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order, and its line in the audit log, are one write: asked once more, it says that it is done."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    order = SendingOrder(broadcast, 3, None, None)

    async def goes_away(log: AuditLog, deed: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(AuditLog, "record", goes_away)
    acts: dict[AuditEntryKind, Callable[[], Awaitable[object]]] = {
        "broadcast_sent": lambda: send(shop.stores, shop.playbook, order, "amy", now),
        "broadcast_paused": lambda: pause(shop.stores, broadcast, "amy"),
        "broadcast_resumed": lambda: resume(shop.stores, broadcast, "amy"),
        "broadcast_cancelled": lambda: cancel_sending(shop.stores, broadcast, "amy"),
    }
    for kind, act in acts.items():
        with suppress(DatabaseUnavailable):
            await act()
        with pytest.raises(SteeringRefused):
            await act()
        lines = await shop.stores.audit.entries([kind], 10)
        assert [(line.by, line.kind) for line in lines] == [("amy", kind)]


async def test_s37_an_order_for_a_moment_goes_out_then_once_also_after_a_restart(shop: Shop) -> None:
    """E4, I3: it stands in the database, so whichever process runs then sends it."""
    at = shop.clock.now() + timedelta(hours=2)
    sending = await ordered(shop, "amy", at)
    await shop.process().goes_on()
    assert not shop.line.got
    shop.clock.advance(2 * 3600 + 1)
    assert (await through(shop, sending, shop.process())).state == "done"
    await shop.process().goes_on()
    assert shop.line.got == dict.fromkeys(users(3), 1)
    [deed] = await AuditLog(shop.database, shop.seal).entries(["broadcast_sent"], 9)
    assert (deed.by, "3 people, for 20" in deed.about) == ("amy", True)


async def test_what_is_ordered_for_a_moment_is_not_ordered_a_second_time(shop: Shop) -> None:
    at = shop.clock.now() + timedelta(hours=2)
    first = await ordered(shop, "amy", at)
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    for when in (None, at, at + timedelta(days=3)):
        with pytest.raises(SteeringRefused, match="cancel that first"):
            await order_of(shop.stores, shop.playbook, broadcast, 3, now=now, at=when)
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "amy", first.id)
    again = await ordered(shop, "bob", at)
    shop.clock.advance(2 * 3600 + 1)
    assert (await through(shop, again, shop.process())).state == "done", "the same minute, ordered anew"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_s37_two_who_order_it_for_a_moment_at_once_have_it_once(shop: Shop) -> None:
    at, now = shop.clock.now() + timedelta(hours=2), shop.clock.now()
    broadcast = shop.playbook.broadcasts["b"]
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, now=now, at=at) for _ in range(3)]
    await only_one(
        send(shop.stores, shop.playbook, order, who, now) for order, who in zip(orders, "abc", strict=True)
    )


@pytest.mark.parametrize(
    ("hours", "says"),
    [(-1, "is over"), (0, "is over"), (24 * 400, "within a year")],
)
async def test_moments_that_cannot_be_chosen(shop: Shop, hours: int, says: str) -> None:
    with pytest.raises(SteeringRefused, match=says):
        await ordered(shop, "amy", shop.clock.now() + timedelta(hours=hours))


async def test_s37_within_a_day_after_the_same_a_moment_is_chosen_by_who_says_again(shop: Shop) -> None:
    """The way on is that of sending it now: whoever has seen that sending may have it repeated."""
    first = await ordered(shop, "amy")
    await through(shop, first, shop.process())
    with pytest.raises(AlreadySent):
        await ordered(shop, "amy", shop.clock.now() + timedelta(hours=23))
    later = await ordered(shop, "amy", shop.clock.now() + timedelta(hours=2), again=True)
    shop.clock.advance(2 * 3600 + 1)
    assert (await through(shop, later, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_s37_who_wanted_one_repeated_does_not_repeat_another_that_came_since(shop: Shop) -> None:
    shop.playbook = compiled(TWICE)
    first = await ordered(shop, "amy")
    process = shop.process()
    await through(shop, first, process)
    later = await ordered(shop, "amy", shop.clock.now() + timedelta(hours=2), again=True)
    between = await ordered(shop, "bob", name="b2", again=True)
    assert (await through(shop, between, process)).state == "done"
    shop.clock.advance(2 * 3600 + 1)
    over = await through(shop, later, process)
    assert (over.state, over.why) == ("refused", "repeated")
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_a_day_after_the_same_a_moment_is_free(shop: Shop) -> None:
    first = await ordered(shop, "amy")
    await through(shop, first, shop.process())
    await ordered(shop, "amy", shop.clock.now() + timedelta(hours=25))


async def test_s37_the_same_under_another_name_sent_before_its_moment_holds_it_back(shop: Shop) -> None:
    """The order claims what it says as it begins: nobody has it twice within a day."""
    shop.playbook = compiled(TWICE)
    later = await ordered(shop, "amy", shop.clock.now() + timedelta(hours=2))
    first = await ordered(shop, "bob", name="b2")
    process = shop.process()
    assert (await through(shop, first, process)).state == "done"
    shop.clock.advance(2 * 3600)
    over = await through(shop, later, process)
    assert (over.state, over.why) == ("refused", "repeated")
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_s37_a_moment_in_place_of_its_own_time(shop: Shop) -> None:
    """E4: an earlier or a later one; at its own time it does not go out again."""
    own = shop.clock.now() + timedelta(hours=3)
    local = own.astimezone(shop.playbook.zone).replace(second=0, microsecond=0)
    shop.playbook = compiled(f"broadcasts: {{b: {{at: '{local:%Y-%m-%d %H:%M}', {SAYS[1:]}}}\n")
    own = shop.playbook.broadcasts["b"].at or own
    with pytest.raises(SteeringRefused, match="of itself"):
        await ordered(shop, "amy", own)
    process = shop.process()
    await process.goes_on()
    later = await ordered(shop, "amy", own + timedelta(hours=2))
    assert later.instead_of == own
    shop.clock.advance((own - shop.clock.now()).total_seconds() + 1)
    await process.goes_on()
    assert not shop.line.got
    shop.clock.advance(2 * 3600)
    assert (await through(shop, later, process)).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_no_moment_within_a_day_behind_a_repeated_time(shop: Shop) -> None:
    """The order would be refused as a repetition once it begins."""
    shop.playbook = compiled(f"broadcasts: {{b: {{every: day at 10:00, {SAYS[1:]}}}\n")
    with pytest.raises(SteeringRefused, match="of itself"):
        await ordered(shop, "amy", shop.clock.now() + timedelta(days=2))
