"""Staff order a broadcast: of several who do so at the same moment one is heard. I3, I4"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from bot.model.audit import DeedKind
from bot.model.broadcast import Sending
from bot.operations.broadcasts.ordering import AlreadySent, SendingOrder, order_of, send
from bot.operations.broadcasts.steering import SteeringRefused, cancel_sending, pause, resume
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Granted, Shop, through, users
from tests.runtime.uncounted import Unlimited

SAYS = "{to: everyone, push: [早安, 輸入「停止推播」就不再收到]}"
PLAIN = f"broadcasts: {{b: {SAYS}}}\n"
TWICE = f"broadcasts: {{b: {SAYS}, b2: {SAYS}}}\n"


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three friends, and a process that runs."""
    made = Shop(database, seal, clock, compiled(PLAIN))
    await made.come(*users(3))
    runs = {"rev": 1, "processes": {"me": clock.now() + timedelta(days=36_500)}, "owners": [], "fences": []}
    await database.collection("leases").insert_one({"_id": "parts", **runs})
    return made


async def ordered(shop: Shop, who: str, *, again: bool = False, name: str = "b") -> Sending | None:
    """What came of somebody's order."""
    shop.clock.advance(0.001)
    broadcast, now = shop.playbook.broadcasts[name], shop.clock.now()
    try:
        order = await order_of(shop.stores, shop.playbook, broadcast, 3, again=again, now=now)
        return await send(shop.stores, shop.playbook, order, who, now)
    except SteeringRefused:
        return None


async def test_two_who_order_it_at_the_same_moment_send_it_once(shop: Shop) -> None:
    """Counting a million people takes seconds, in which neither sees the other's order."""
    found = await asyncio.gather(*(ordered(shop, who) for who in ("amy", "bob", "eve")))
    (sending,) = [one for one in found if one is not None]
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_the_same_to_the_same_people_within_a_day_only_who_says_again(shop: Shop) -> None:
    """Typed twice within two minutes, everybody had it twice. Under another name it is the same."""
    shop.playbook = compiled(TWICE)
    process = shop.process()
    first = await ordered(shop, "amy")
    assert first is not None
    assert (await through(shop, first, process)).state == "done"
    shop.clock.advance(23 * 3600)
    assert await ordered(shop, "bob") is None
    assert await ordered(shop, "bob", name="b2") is None
    again = await ordered(shop, "bob", again=True)
    assert again is not None
    assert (await through(shop, again, process)).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 2)
    assert await ordered(shop, "amy") is None, "the day counts from the last one"
    shop.clock.advance(24 * 3600 + 1)
    assert await ordered(shop, "amy") is not None


async def test_under_two_names_at_the_same_moment_it_is_sent_once(shop: Shop) -> None:
    shop.playbook = compiled(TWICE)
    found = await asyncio.gather(*(ordered(shop, "amy", name=name) for name in ("b", "b2") * 4))
    assert len([one for one in found if one is not None]) == 1


async def test_of_several_who_say_again_one_is_heard(shop: Shop) -> None:
    """Each has seen the last sending, and the first is over before the second has typed how many people."""
    process, broadcast = shop.process(), shop.playbook.broadcasts["b"]
    first = await ordered(shop, "amy")
    assert first is not None
    await through(shop, first, process)
    shop.clock.advance(120)
    now = shop.clock.now()
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, again=True, now=now) for _ in range(2)]
    sending = await send(shop.stores, shop.playbook, orders[0], "amy", shop.clock.now())
    assert (await through(shop, sending, process)).state == "done"
    with pytest.raises(AlreadySent):
        await send(shop.stores, shop.playbook, orders[1], "bob", shop.clock.now())
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_who_confirmed_what_somebody_else_has_sent_meanwhile_sends_nothing(shop: Shop) -> None:
    """Both were shown that it was not sent yet; one typed the number a minute later."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, now=now) for _ in range(2)]
    sending = await send(shop.stores, shop.playbook, orders[0], "amy", now)
    await through(shop, sending, shop.process())
    shop.clock.advance(60)
    with pytest.raises(AlreadySent):
        await send(shop.stores, shop.playbook, orders[1], "bob", shop.clock.now())
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_what_reached_nobody_may_be_ordered_again(shop: Shop) -> None:
    """Refused for want of messages, or cancelled before anybody was called: nobody would get it twice."""
    shop.months = Granted(0)
    first = await ordered(shop, "amy")
    assert first is not None
    assert (await through(shop, first, shop.process())).why == "quota"
    second = await ordered(shop, "amy")
    assert second is not None
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "amy")
    shop.months = Unlimited()
    third = await ordered(shop, "amy")
    assert third is not None
    assert (await through(shop, third, shop.process())).state == "done"
    assert (await shop.sending(second)).state == "cancelled"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_what_an_earlier_version_has_sent_is_not_repeated_either(shop: Shop) -> None:
    first = await ordered(shop, "amy")
    assert first is not None
    await through(shop, first, shop.process())
    await shop.database.collection("sendings").update_many({}, {"$unset": {"claim": "", "instead_of": ""}})
    assert await ordered(shop, "amy") is None
    assert await ordered(shop, "amy", again=True) is not None


async def test_what_was_done_is_told_wherever_the_database_goes_away(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order, and its line in the audit log, are one write: asked once more, it says that it is done."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    order = SendingOrder(broadcast, 3, None, None)

    async def goes_away(log: AuditLog, deed: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(AuditLog, "record", goes_away)
    acts: dict[DeedKind, Callable[[], Awaitable[object]]] = {
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
        lines = await shop.stores.audit.deeds([kind], 10)
        assert [(line.by, line.kind) for line in lines] == [("amy", kind)]


async def ordered_for(shop: Shop, who: str, at: datetime, name: str = "b", *, again: bool = False) -> Sending:
    """Somebody's order for a moment."""
    broadcast, now = shop.playbook.broadcasts[name], shop.clock.now()
    order = await order_of(shop.stores, shop.playbook, broadcast, 3, again=again, now=now, at=at)
    return await send(shop.stores, shop.playbook, order, who, now)


async def test_an_order_for_a_moment_goes_out_then_once_also_after_a_restart(shop: Shop) -> None:
    """E4, I3: it stands in the database, so whichever process runs then sends it."""
    at = shop.clock.now() + timedelta(hours=2)
    sending = await ordered_for(shop, "amy", at)
    await shop.process().goes_on()
    assert not shop.line.got
    shop.clock.advance(2 * 3600 + 1)
    assert (await through(shop, sending, shop.process())).state == "done"
    await shop.process().goes_on()
    assert shop.line.got == dict.fromkeys(users(3), 1)
    [deed] = await AuditLog(shop.database, shop.seal).deeds(["broadcast_sent"], 9)
    assert (deed.by, "3 people, for 20" in deed.about) == ("amy", True)


async def test_what_is_ordered_for_a_moment_is_not_ordered_a_second_time(shop: Shop) -> None:
    at = shop.clock.now() + timedelta(hours=2)
    first = await ordered_for(shop, "amy", at)
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    for when in (None, at, at + timedelta(days=3)):
        with pytest.raises(SteeringRefused, match="cancel that first"):
            await order_of(shop.stores, shop.playbook, broadcast, 3, now=now, at=when)
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "amy", first.id)
    again = await ordered_for(shop, "bob", at)
    shop.clock.advance(2 * 3600 + 1)
    assert (await through(shop, again, shop.process())).state == "done", "the same minute, ordered anew"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_two_who_order_it_for_a_moment_at_once_have_it_once(shop: Shop) -> None:
    at, now = shop.clock.now() + timedelta(hours=2), shop.clock.now()
    broadcast = shop.playbook.broadcasts["b"]
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, now=now, at=at) for _ in range(3)]
    done = await asyncio.gather(
        *(
            send(shop.stores, shop.playbook, order, who, now)
            for order, who in zip(orders, "abc", strict=True)
        ),
        return_exceptions=True,
    )
    assert len([one for one in done if isinstance(one, Sending)]) == 1
    assert len([one for one in done if isinstance(one, SteeringRefused)]) == 2


@pytest.mark.parametrize(
    ("hours", "says"),
    [(-1, "is over"), (0, "is over"), (24 * 400, "within a year")],
)
async def test_moments_that_cannot_be_chosen(shop: Shop, hours: int, says: str) -> None:
    with pytest.raises(SteeringRefused, match=says):
        await ordered_for(shop, "amy", shop.clock.now() + timedelta(hours=hours))


async def test_within_a_day_after_the_same_a_moment_is_chosen_by_who_says_again(shop: Shop) -> None:
    """The way on is that of sending it now: whoever has seen that sending may have it repeated."""
    first = await ordered(shop, "amy")
    assert first is not None
    await through(shop, first, shop.process())
    with pytest.raises(AlreadySent):
        await ordered_for(shop, "amy", shop.clock.now() + timedelta(hours=23))
    later = await ordered_for(shop, "amy", shop.clock.now() + timedelta(hours=2), again=True)
    shop.clock.advance(2 * 3600 + 1)
    assert (await through(shop, later, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_who_wanted_one_repeated_does_not_repeat_another_that_came_since(shop: Shop) -> None:
    shop.playbook = compiled(TWICE)
    first = await ordered(shop, "amy")
    assert first is not None
    process = shop.process()
    await through(shop, first, process)
    later = await ordered_for(shop, "amy", shop.clock.now() + timedelta(hours=2), again=True)
    between = await ordered(shop, "bob", name="b2", again=True)
    assert between is not None
    assert (await through(shop, between, process)).state == "done"
    shop.clock.advance(2 * 3600 + 1)
    over = await through(shop, later, process)
    assert (over.state, over.why) == ("refused", "repeated")
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_a_day_after_the_same_a_moment_is_free(shop: Shop) -> None:
    first = await ordered(shop, "amy")
    assert first is not None
    await through(shop, first, shop.process())
    await ordered_for(shop, "amy", shop.clock.now() + timedelta(hours=25))


async def test_the_same_under_another_name_sent_before_its_moment_holds_it_back(shop: Shop) -> None:
    """The order claims what it says as it begins: nobody has it twice within a day."""
    shop.playbook = compiled(TWICE)
    later = await ordered_for(shop, "amy", shop.clock.now() + timedelta(hours=2))
    first = await ordered(shop, "bob", name="b2")
    assert first is not None
    process = shop.process()
    assert (await through(shop, first, process)).state == "done"
    shop.clock.advance(2 * 3600)
    over = await through(shop, later, process)
    assert (over.state, over.why) == ("refused", "repeated")
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_a_moment_in_place_of_its_own_time(shop: Shop) -> None:
    """E4: an earlier or a later one; at its own time it does not go out again."""
    own = shop.clock.now() + timedelta(hours=3)
    local = own.astimezone(shop.playbook.zone).replace(second=0, microsecond=0)
    shop.playbook = compiled(f"broadcasts: {{b: {{at: '{local:%Y-%m-%d %H:%M}', {SAYS[1:]}}}\n")
    own = shop.playbook.broadcasts["b"].at or own
    with pytest.raises(SteeringRefused, match="of itself"):
        await ordered_for(shop, "amy", own)
    process = shop.process()
    await process.goes_on()
    later = await ordered_for(shop, "amy", own + timedelta(hours=2))
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
        await ordered_for(shop, "amy", shop.clock.now() + timedelta(days=2))
