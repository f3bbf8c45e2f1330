"""An order for a moment is bound to the number, text and price that were shown (I1, I3, I4)."""

from __future__ import annotations

import asyncio
import inspect
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.engine.broadcasts.content import content_and_people
from bot.model.broadcast import Sending
from bot.model.channel import PricePlan
from bot.model.contact import Tag
from bot.model.reserved import MessageGrant
from bot.operations.broadcasts.held_orders import HeldOrder, held_order
from bot.operations.broadcasts.ordering import order_of, send
from bot.operations.broadcasts.steering import SteeringRefused, agree, cancel_sending
from bot.runtime.broadcasts.conductor import cancel
from tests.operations.three_friends import PLAIN, shop
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Fate, Granted, Shop, through, users
from tests.runtime.uncounted import Unlimited

__all__ = ["shop"]

EDITED = PLAIN.replace("早安", "晚安")
HOURS = 2


async def ordered(shop: Shop, *, cost: Decimal | None = None, people: int = 3) -> Sending:
    """Somebody's order for in two hours, which is now."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    at = now + timedelta(hours=HOURS)
    order = await order_of(shop.stores, shop.playbook, broadcast, people, now=now, at=at, cost=cost)
    sending = await send(shop.stores, shop.playbook, order, "amy", now)
    shop.clock.advance(HOURS * 3600 + 1)
    return sending


async def agreed(shop: Shop, sending: Sending, people: int, used: int | None = None) -> HeldOrder:
    """Somebody presses below what stands on its page."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    found = await held_order(shop.stores, broadcast, shop.plan, people, used)
    assert found is not None
    await agree(
        *(shop.stores, broadcast, "bob", sending.id),
        people=people,
        content=found.content,
        cost=found.cost,
        covers=found.covers,
        now=now,
    )
    return found


async def held_for_more(shop: Shop) -> Sending:
    """An order of which 57 more people are asked about."""
    sending = await ordered(shop)
    await shop.come(*users(60)[3:])
    await shop.process().goes_on()
    assert (await shop.sending(sending)).held == "more"
    return sending


class Frozen:
    """A process that is frozen before its step of this number in the database, until it thaws."""

    def __init__(self, at: int) -> None:
        self.left, self.reached, self.thaw = at, asyncio.Event(), asyncio.Event()

    def around(self, name: str, part: Any) -> Any:
        return _Freezing(part, self) if name in ("sendings", "sending_batches") else part

    async def step(self) -> None:
        self.left -= 1
        if not self.left:
            self.reached.set()
            await self.thaw.wait()


class _Freezing:
    def __init__(self, inner: Any, frozen: Frozen) -> None:
        self._inner, self._frozen = inner, frozen

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def step(*given: Any, **named: Any) -> Any:
            await self._frozen.step()
            return await found(*given, **named)

        return step


async def is_held(shop: Shop, sending: Sending, why: str) -> None:
    """It waits for staff, however long, and has reached nobody."""
    process = shop.process()
    for _ in range(3):
        await process.goes_on()
        found = await shop.sending(sending)
        assert (found.held, found.is_over, process.broadcasts.is_at_rest) == (why, False, True)
        shop.clock.advance(3 * 3600)
    assert not shop.line.got


class Used(Unlimited):
    """So many messages of the month were used."""

    def __init__(self, used: int) -> None:
        self.used = used
        self.given_back = 0

    async def reserve(self, channel: str, sending: str, messages: int) -> MessageGrant:
        return MessageGrant(messages, None, self.used)

    async def give_back(self, channel: str, sending: str, sent: int) -> None:
        self.given_back += 1


async def test_s37_an_audience_that_has_grown_by_a_lot_is_asked_about_and_goes_out_once(shop: Shop) -> None:
    sending = await ordered(shop)
    await shop.come(*users(60)[3:])
    await is_held(shop, sending, "more")
    with pytest.raises(SteeringRefused, match="60 people by now"):
        await agreed(shop, sending, 3)
    await agreed(shop, sending, 60)
    assert (await through(shop, sending, shop.process(), shop.process(owner=False))).state == "done"
    assert shop.line.got == dict.fromkeys(users(60), 1)
    [deed] = await shop.stores.audit.entries(["broadcast_agreed"], 9)
    assert (deed.by, deed.about) == ("bob", "b, 60 people")
    content = content_and_people(shop.playbook.broadcasts["b"])
    with pytest.raises(SteeringRefused):
        await agree(shop.stores, shop.playbook.broadcasts["b"], "bob", sending.id, people=60, content=content)


async def test_s37_fifty_more_people_or_a_tenth_are_not_much(shop: Shop) -> None:
    sending = await ordered(shop)
    await shop.come(*users(53)[3:])
    assert (await through(shop, sending, shop.process())).state == "done"
    assert len(shop.line.got) == 53


async def test_s37_another_text_is_asked_about_also_after_its_hour(shop: Shop) -> None:
    sending = await ordered(shop)
    shop.playbook = compiled(EDITED)
    await is_held(shop, sending, "changed")
    await agreed(shop, sending, 3)
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.texts[users(1)[0]] == ["晚安", "輸入「停止推播」就不再收到"]


async def test_s37_who_agreed_to_a_text_sends_no_other(shop: Shop) -> None:
    sending = await ordered(shop)
    seen = content_and_people(shop.playbook.broadcasts["b"])
    shop.playbook = compiled(EDITED)
    await is_held(shop, sending, "changed")
    broadcast = shop.playbook.broadcasts["b"]
    with pytest.raises(SteeringRefused, match="changed meanwhile"):
        await agree(shop.stores, broadcast, "bob", sending.id, people=3, content=seen, now=shop.clock.now())
    await agreed(shop, sending, 3)
    shop.playbook = compiled(EDITED.replace("晚安", "午安"))
    await is_held(shop, sending, "changed")


async def test_s37_put_back_as_it_was_it_goes_out_of_itself(shop: Shop) -> None:
    sending, before = await ordered(shop), shop.playbook
    shop.playbook = compiled(EDITED)
    process = shop.process()
    await process.goes_on()
    assert (await shop.sending(sending)).held == "changed"
    shop.playbook = before
    assert (await through(shop, sending, process)).state == "done"


async def test_s37_what_is_dearer_than_shown_is_asked_about(shop: Shop) -> None:
    """The month's included messages were used up meanwhile."""
    shop.plan = PricePlan(included=1_000, extra=0.2)
    shop.months = months = Used(900)
    cheap = await ordered(shop, cost=Decimal(0))
    assert (await through(shop, cheap, shop.process())).state == "done"
    shop.clock.advance(25 * 3600)
    months.used = 2_000
    sending, given_back = await ordered(shop, cost=Decimal(0)), months.given_back
    shop.line.got.clear()
    await is_held(shop, sending, "cost")
    assert months.given_back == given_back + 1, "others may have these messages"
    await agreed(shop, sending, 3)
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_s37_too_few_messages_are_asked_about_before_the_playbook_decides(shop: Shop) -> None:
    shop.months = Granted(2)
    sending = await ordered(shop)
    await is_held(shop, sending, "cost")
    broadcast = shop.playbook.broadcasts["b"]
    content = content_and_people(broadcast)
    with pytest.raises(SteeringRefused, match="messages changed"):
        await agree(shop.stores, broadcast, "bob", sending.id, people=3, content=content)
    found = await agreed(shop, sending, 3)
    assert (found.covers, "enough for 2 of them" in str(found.too_few)) == (2, True)
    over = await through(shop, sending, shop.process())
    assert (over.state, over.why) == ("refused", "quota"), "as if_quota_short says"


async def test_s37_who_agreed_to_a_part_is_asked_again_where_many_fewer_get_it(shop: Shop) -> None:
    """I3: the month's messages cover 100 of 200 people, and as quiet hours end 10."""
    shop.playbook = compiled(PLAIN.replace("{to:", "{if_quota_short: send_part, to:"))
    await shop.come(*users(200)[3:])
    sending, shop.months = await ordered(shop, people=200), Granted(100)
    await is_held(shop, sending, "cost")
    assert (await agreed(shop, sending, 200)).covers == 100
    shop.months = Granted(10)
    await is_held(shop, sending, "cost")
    assert (await agreed(shop, sending, 200)).covers == 10
    assert (await through(shop, sending, shop.process())).state == "done"
    assert len(shop.line.got) == 10


async def test_s37_who_agreed_to_a_price_is_asked_again_about_a_higher_one(shop: Shop) -> None:
    """I3: hours lie between, as quiet hours do; also where it was asked about for its text."""
    shop.plan, shop.months = PricePlan(included=1_000, extra=0.2), Used(0)
    sending = await ordered(shop, cost=Decimal(0))
    shop.playbook = compiled(EDITED)
    await is_held(shop, sending, "changed")
    assert (await agreed(shop, sending, 3, 0)).cost == Decimal(0)
    shop.months = Used(2_000)
    await is_held(shop, sending, "cost")
    assert (await agreed(shop, sending, 3)).cost == Decimal("0.6")
    shop.plan = PricePlan(included=1_000, extra=0.4)
    await is_held(shop, sending, "cost")
    assert (await agreed(shop, sending, 3)).cost == Decimal("1.2")
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_s37_a_text_that_is_edited_while_more_are_asked_about_is_what_goes_out(shop: Shop) -> None:
    """I4: its page shows what the playbook says now, also in a process that was started since."""
    sending = await held_for_more(shop)
    shop.playbook = compiled(EDITED)
    assert (await agreed(shop, sending, 60)).why == "changed"
    assert (await through(shop, sending, shop.process(), shop.process(owner=False))).state == "done"
    assert {text[0] for text in shop.line.texts.values()} == {"晚安"}
    assert shop.line.got == dict.fromkeys(users(60), 1)


async def test_s37_an_audience_that_is_edited_while_more_are_asked_about_is_who_gets_it(shop: Shop) -> None:
    sending = await held_for_more(shop)
    shop.playbook = compiled("tags: {vip: {}}\n" + PLAIN.replace("to: everyone", "to: {tag: vip}"))
    await shop.come("U" + "f" * 32, tags=(Tag("vip", shop.clock.now(), "amy"),))
    await agreed(shop, sending, 1)
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == {"U" + "f" * 32: 1}


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_personal_goes_out_as_its_page_has_shown_it(shop: Shop) -> None:
    """The process that has gathered it knows the playbook of then, and one that was started since none."""
    shop.playbook = compiled(PLAIN.replace("早安", "'早安 {{ contact.name }}'"))
    sending, first = await ordered(shop), shop.process()
    await shop.come(*users(60)[3:], name="小美")
    await first.goes_on()
    shop.playbook = compiled(PLAIN.replace("早安", "'晚安 {{ contact.name }}'"))
    await first.goes_on()
    await agreed(shop, sending, 60)
    assert (await through(shop, sending, first, shop.process(owner=False))).state == "done"
    assert "晚安 小美" in {text[0] for text in shop.line.texts.values()}
    assert not any(text[0].startswith("早安") for text in shop.line.texts.values())


async def test_a_publish_between_looking_and_pressing_sends_nothing(shop: Shop) -> None:
    sending = await held_for_more(shop)
    seen = content_and_people(shop.playbook.broadcasts["b"])
    shop.playbook = compiled(EDITED)
    broadcast = shop.playbook.broadcasts["b"]
    with pytest.raises(SteeringRefused, match="changed meanwhile"):
        await agree(shop.stores, broadcast, "bob", sending.id, people=60, content=seen, now=shop.clock.now())
    await is_held(shop, sending, "more")


async def test_a_rollback_while_it_is_held_sends_what_was_ordered(shop: Shop) -> None:
    sending, before = await held_for_more(shop), shop.playbook
    shop.playbook = compiled(EDITED)
    await is_held(shop, sending, "more")
    shop.playbook = before
    assert (await agreed(shop, sending, 60)).why == "more"
    assert (await through(shop, sending, shop.process())).state == "done"
    assert {text[0] for text in shop.line.texts.values()} == {"早安"}


async def test_a_rollback_behind_the_press_is_asked_about(shop: Shop) -> None:
    """Who pressed has seen another text than the one that would go out now."""
    sending, before = await held_for_more(shop), shop.playbook
    shop.playbook = compiled(EDITED)
    await agreed(shop, sending, 60)
    shop.playbook = before
    await is_held(shop, sending, "changed")


async def test_s37_taken_out_of_the_playbook_while_it_is_held_it_is_cancelled(shop: Shop) -> None:
    """No page is left where anybody would decide; put in again it is ordered again."""
    sending, before = await held_for_more(shop), shop.playbook
    shop.playbook = compiled("broadcasts: {}\n")
    over = await through(shop, sending, shop.process())
    assert (over.state, over.why, shop.line.got) == ("cancelled", "file", {})
    shop.playbook = before
    await ordered(shop)


@pytest.mark.parametrize("begins", [False, True], ids=["at once", "once it has begun anew"])
async def test_cancelled_behind_the_press_nobody_gets_it(shop: Shop, begins: bool) -> None:
    sending = await held_for_more(shop)
    await agreed(shop, sending, 60)
    dies_at = 1
    while begins and (await shop.sending(sending)).state != "gathering":
        await shop.process(fate=Fate(dies_at)).lives()
        dies_at += 1
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "bob", sending.id)
    assert (await through(shop, sending, shop.process())).state == "cancelled"
    assert not shop.line.got


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_of_a_press_and_a_cancel_at_once_the_later_one_counts(shop: Shop) -> None:
    """The cancel has read it before the press: it is planned by then, and not `gathering`."""
    sending = await held_for_more(shop)
    real, pressed = shop.stores.sendings, False

    class Between:
        async def change(self, *given: Any, **named: Any) -> bool:
            nonlocal pressed
            done = await real.change(*given, **named)
            if not pressed:
                pressed = True
                await agreed(shop, sending, 60)
            return done

    found, now = await shop.sending(sending), shop.clock.now()
    between: Any = Between()
    assert await cancel(between, shop.stores.sending_batches, found, "staff", now)
    assert (await shop.sending(sending)).state == "cancelled"


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("goes_on", [False, True], ids=["planned again", "gathering again"])
async def test_s37_who_was_frozen_while_it_began_changes_nothing_of_what_begins_anew(
    shop: Shop, goes_on: bool
) -> None:
    """Its owner is frozen at each step; another one goes on, is asked, and it begins anew."""
    for last in range(1, 40):
        await shop.empty()
        await shop.come(*users(3))
        sending, before = await ordered(shop), shop.playbook
        await shop.come(*users(60)[3:])
        frozen = Frozen(last)
        old = shop.process(around=frozen.around)
        going = asyncio.create_task(old.goes_on())
        await asyncio.wait({going, asyncio.create_task(frozen.reached.wait())}, return_when="FIRST_COMPLETED")
        if not frozen.reached.is_set():
            await going
            assert last > 4, "it has some steps"
            return
        await shop.process().goes_on()
        shop.playbook = compiled(EDITED)
        shop.clock.advance(1)
        await agreed(shop, sending, 60)
        new = shop.process()
        if goes_on:
            await new.broadcasts.conduct()
        frozen.thaw.set()
        await going
        assert (await through(shop, sending, new)).state == "done", last
        assert shop.line.got == dict.fromkeys(users(60), 1), last
        assert {text[0] for text in shop.line.texts.values()} == {"晚安"}, last
        shop.playbook = before
    raise AssertionError("it has more steps than that")


async def test_what_waits_is_cancelled(shop: Shop) -> None:
    sending = await held_for_more(shop)
    await is_held(shop, sending, "more")
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "bob", sending.id)
    assert (await through(shop, sending, shop.process())).state == "cancelled"
    assert not shop.line.got


async def test_an_order_that_quiet_hours_delay_is_bound_as_well(shop: Shop) -> None:
    """It goes out hours after it was confirmed."""
    zone = shop.playbook.zone
    local = shop.clock.now().astimezone(zone)
    until = local + timedelta(hours=HOURS)
    quiet = f"quiet_hours: {local:%H:%M}-{until:%H:%M}"
    shop.playbook = compiled(PLAIN.replace("{to:", f"{{{quiet}, to:"))
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    order = await order_of(shop.stores, shop.playbook, broadcast, 3, now=now)
    assert (await send(shop.stores, shop.playbook, order, "amy", now)).shown_people == 3


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_s37_a_process_that_dies_at_any_step_sends_it_once(shop: Shop, after: bool) -> None:
    """I4: before it is held, while staff agree, and behind that; two processes go on."""
    for last in range(1, 100, 5):
        fate = Fate(last, after)
        await shop.empty()
        await shop.come(*users(3))
        sending = await ordered(shop)
        await shop.come(*users(60)[3:])
        await shop.process(fate=fate).lives()
        await shop.claims_end()
        await shop.process().goes_on()
        assert (await shop.sending(sending)).held == "more"
        assert not shop.line.got
        await agreed(shop, sending, 60)
        fate = Fate(last, after)
        await shop.process(fate=fate).lives()
        await shop.claims_end()
        assert (await through(shop, sending, shop.process(), shop.process(owner=False))).state == "done"
        assert shop.line.got == dict.fromkeys(users(60), 1), f"died at step {last}"
        if fate.steps < last:
            assert last > 10, "it has some steps"
            return
    raise AssertionError("it has more steps than that")


async def test_s37_a_stale_look_does_not_hold_what_was_agreed(shop: Shop) -> None:
    """A process has read the order before somebody agreed, and stores its hold behind that."""
    sending = await held_for_more(shop)
    stale = await shop.sending(sending)
    await agreed(shop, sending, 60)
    await shop.stores.sendings.hold(stale, "more", shop.clock.now())
    assert (await shop.sending(sending)).held is None
