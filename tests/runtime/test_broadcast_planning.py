"""Broadcasts by their own times: planned, begun, missed, moved by edits (semantics 37; I2, I4)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.broadcasts.content import content_and_people
from bot.model.audit import AuditEntry
from bot.model.broadcast import ContentClaim, Sending
from bot.operations.broadcasts.ordering import SendingOrder, send
from bot.runtime.broadcasts.broadcasts import LOOK
from bot.runtime.broadcasts.conductor import Planning
from bot.store.broadcasts.sendings import Sendings
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Granted, Sender, Shop, through, users
from tests.runtime.uncounted import Unlimited

NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_NOON = "at: 2027-03-01 12:00"
PEOPLE = users(3)


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three friends, and an hour until noon."""
    made = Shop(database, seal, clock, compiled(""))
    clock.advance((NOON - HOUR - clock.now()).total_seconds())
    await made.come(*PEOPLE)
    return made


def written(shop: Shop, times: str, name: str = "b", push: str = "輸入「停止推播」就不再收到") -> None:
    """The playbook that is live now."""
    shop.playbook = compiled(f"broadcasts: {{{name}: {{to: everyone, push: {push}, {times}}}}}\n")


def until(shop: Shop, moment: datetime) -> None:
    shop.clock.advance((moment - shop.clock.now()).total_seconds())


async def planned(shop: Shop, times: str = AT_NOON, process: Sender | None = None) -> Sender:
    """The process, or a new one, that has planned the broadcast as it is written now."""
    written(shop, times)
    process = process or shop.process()
    await process.goes_on()
    return process


async def comes(shop: Shop, moment: datetime, process: Sender) -> None:
    """The moment comes, and a process does all that is to be done then."""
    until(shop, moment)
    for _ in range(4):
        await process.goes_on()


async def states(shop: Shop) -> list[tuple[datetime, str]]:
    """All sendings, the first first."""
    return sorted((one.moment, one.state) for one in await shop.stores.sendings.all())


async def test_s37_it_goes_out_at_its_time_once(shop: Shop) -> None:
    process = await planned(shop)
    assert await states(shop) == [(NOON, "planned")]
    await comes(shop, NOON - timedelta(seconds=1), process)
    assert not shop.line.got
    await comes(shop, NOON, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert await states(shop) == [(NOON, "done")]
    until(shop, NOON + DAY)
    await shop.process().goes_on()
    assert shop.line.got == dict.fromkeys(PEOPLE, 1), "and never again, whoever looks"


async def test_only_who_owns_the_first_part_plans(shop: Shop) -> None:
    written(shop, AT_NOON)
    await shop.process(owner=False).goes_on()
    assert await states(shop) == []


@pytest.mark.parametrize(("late", "became"), [(HOUR, "done"), (HOUR + timedelta(minutes=1), "missed")])
async def test_s37_a_downtime_over_its_time(shop: Shop, late: timedelta, became: str) -> None:
    """I4, and a clock that jumps over it: up to an hour late, then it is listed."""
    await planned(shop)
    await comes(shop, NOON + late, shop.process())
    assert await states(shop) == [(NOON, became)]
    assert len(shop.line.got) == (3 if became == "done" else 0)


async def test_s37_each_time_of_a_repeating_one_that_nobody_saw_is_listed(shop: Shop) -> None:
    await planned(shop, "every: day at 12:00")
    await comes(shop, NOON + 2 * DAY + HOUR / 2, shop.process())
    assert await states(shop) == [
        (NOON, "missed"),
        (NOON + DAY, "missed"),
        (NOON + 2 * DAY, "done"),
        (NOON + 3 * DAY, "planned"),
    ]
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_a_time_that_had_passed_when_it_was_written_never_comes(shop: Shop) -> None:
    until(shop, NOON + timedelta(minutes=5))
    await planned(shop)
    assert await states(shop) == []


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s37_an_edit_moves_it_and_what_it_says(shop: Shop) -> None:
    process = await planned(shop)
    written(shop, "at: 2027-03-01 13:00", push="輸入「停止推播」就不再收到。改好了")
    await process.goes_on()
    assert await states(shop) == [(NOON + HOUR, "planned")]
    await comes(shop, NOON + HOUR, process)
    assert await states(shop) == [(NOON + HOUR, "done")]
    assert shop.line.texts[PEOPLE[0]] == ["輸入「停止推播」就不再收到。改好了"]


async def test_s37_what_was_sent_is_not_sent_again_by_another_date(shop: Shop) -> None:
    """Language 10: changing one that has been sent is refused; a new sending has a new name."""
    process = await planned(shop)
    await comes(shop, NOON, process)
    await planned(shop, "at: 2027-03-02 12:00", process)
    await comes(shop, NOON + DAY, process)
    assert await states(shop) == [(NOON, "done")]
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_what_was_missed_may_have_another_date(shop: Shop) -> None:
    await planned(shop)
    await comes(shop, NOON + 2 * HOUR, shop.process())
    await planned(shop, "at: 2027-03-02 12:00")
    assert await states(shop) == [(NOON, "missed"), (NOON + DAY, "planned")]


async def ordered(shop: Shop, again: Sending | None = None, at: datetime | None = None) -> Sending:
    """Staff have it sent, instead of at its time."""
    same = "" if again is None else again.id
    order = SendingOrder(shop.playbook.broadcasts["b"], len(PEOPLE), None, again, at, takes_over=same)
    return await send(shop.stores, shop.playbook, order, "amy", shop.clock.now())


async def sent_by_hand(shop: Shop, process: Sender) -> Sending:
    """They have it sent, and it is."""
    return await through(shop, await ordered(shop), process)


async def test_s37_what_staff_have_sent_by_hand_does_not_go_out_again_at_its_date(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """I4: the dated run would be the second for everybody. Neither does it by another date."""
    process = await planned(shop)
    assert (await sent_by_hand(shop, process)).state == "done"
    assert [one for one in await states(shop) if one[0] == NOON] == [(NOON, "cancelled")]
    (dated,) = [one for one in await shop.stores.sendings.all() if one.moment == NOON]
    assert dated.why == "by-hand", "and it is seen before its date"
    await process.goes_on()
    assert not [one for one in caplog.messages if "needs another name" in one], "nobody has asked for another"
    written(shop, "at: 2027-03-02 12:00")
    for moment in (NOON, NOON + DAY):
        await comes(shop, moment, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_s37_what_reached_nobody_by_hand_goes_out_at_its_date(shop: Shop) -> None:
    """For want of messages nobody got it: until its date more were bought."""
    shop.months = Granted(0)
    process = await planned(shop)
    assert (await sent_by_hand(shop, process)).why == "quota"
    shop.months = Unlimited()
    await comes(shop, NOON, shop.process())
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_s37_ordered_by_hand_a_moment_before_its_date_it_goes_out_once(shop: Shop) -> None:
    """Whichever of the two begins first: the order is not carried out yet when the date comes."""
    process = await planned(shop)
    until(shop, NOON - timedelta(milliseconds=1))
    await ordered(shop)
    await comes(shop, NOON, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_ordered_by_hand_while_its_date_is_held_it_goes_out_once(shop: Shop) -> None:
    """Its time has come, and the file holds it; staff send it as soon as it does not."""
    process = await planned(shop, f"{AT_NOON}, status: paused")
    await comes(shop, NOON + HOUR / 4, process)
    assert await states(shop) == [(NOON, "planned")]
    sending = await ordered(shop)
    written(shop, AT_NOON)
    await through(shop, sending, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert sorted(state for _, state in await states(shop)) == ["cancelled", "done"]


async def test_ordered_by_hand_it_does_not_go_out_at_a_date_that_was_moved_just_then(shop: Shop) -> None:
    process = await planned(shop)
    sending = await ordered(shop)
    written(shop, "at: 2027-03-01 13:00")
    await through(shop, sending, process)
    await comes(shop, NOON + HOUR, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_s37_ordered_for_a_moment_it_does_not_go_out_again_at_a_date_written_since(shop: Shop) -> None:
    """It had no date when staff ordered it: the same to the same people within a day all the same."""
    process = await planned(shop, "priority: normal")
    await ordered(shop, at=NOON)
    await process.goes_on()
    await planned(shop, "priority: normal, at: 2027-03-01 13:00", process)
    for moment in (NOON, NOON + HOUR):
        await comes(shop, moment, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert await states(shop) == [(NOON, "done"), (NOON + HOUR, "cancelled")]


async def test_a_date_written_days_after_it_was_sent_by_hand_is_a_sending_of_its_own(shop: Shop) -> None:
    process = await planned(shop, "priority: normal")
    assert (await sent_by_hand(shop, process)).state == "done"
    await planned(shop, "priority: normal, at: 2027-03-03 12:00", process)
    await comes(shop, NOON + 2 * DAY, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 2)


async def test_s37_a_repeating_one_goes_out_at_its_next_time_after_it_was_sent_by_hand(shop: Shop) -> None:
    """What is written to come every day comes every day; but not while the same is being sent."""
    process = await planned(shop, "every: day at 12:00")
    assert (await sent_by_hand(shop, process)).state == "done"
    await comes(shop, NOON, process)
    assert shop.line.got == dict.fromkeys(PEOPLE, 2)
    shop.clock.advance(DAY.total_seconds() - 1)
    again = await shop.stores.sendings.claimed_by(content_and_people(shop.playbook.broadcasts["b"]))
    by_hand = await ordered(shop, again)
    await shop.stores.sendings.change(by_hand.id, ["planned"], paused="amy")
    await comes(shop, NOON + DAY, process)
    assert (NOON + DAY, "refused") in await states(shop)
    assert shop.line.got == dict.fromkeys(PEOPLE, 2)


async def test_s37_draft_and_back_before_its_time(shop: Shop) -> None:
    process = shop.process()
    for status in ("live", "draft", "live", "cancelled", "live"):
        await planned(shop, f"{AT_NOON}, status: {status}", process)
        assert await states(shop) == ([(NOON, "planned")] if status == "live" else [])
    await comes(shop, NOON, process)
    assert await states(shop) == [(NOON, "done")]


async def test_s37_paused_in_the_file_it_waits_an_hour(shop: Shop) -> None:
    process = await planned(shop, f"{AT_NOON}, status: paused")
    await comes(shop, NOON + HOUR / 2, process)
    (held,) = await shop.stores.sendings.all()
    assert (held.state, held.held) == ("planned", "file")
    await comes(shop, NOON + 2 * HOUR, process)
    assert await states(shop) == [(NOON, "missed")]
    assert not shop.line.got


async def test_s37_staff_who_have_cancelled_the_next_time_leave_the_others(shop: Shop) -> None:
    process = await planned(shop, "every: day at 12:00")
    (next_one,) = await shop.stores.sendings.all()
    assert await shop.stores.sendings.change(next_one.id, ["planned"], state="cancelled", why="staff")
    await comes(shop, NOON + HOUR, process)
    assert await states(shop) == [(NOON, "cancelled"), (NOON + DAY, "planned")]
    assert not shop.line.got


async def test_s37_in_quiet_hours_it_begins_as_they_end_and_asks_then_who_is_in_it(shop: Shop) -> None:
    process = await planned(shop, f'{AT_NOON}, quiet_hours: "11:30-15:00"')
    await comes(shop, NOON + 2 * HOUR, process)
    (held,) = await shop.stores.sendings.all()
    assert (held.state, held.held) == ("planned", "quiet")
    await shop.come("U" + "f" * 32)
    await comes(shop, NOON + 3 * HOUR, process)
    assert await states(shop) == [(NOON, "done")]
    assert len(shop.line.got) == 4


async def test_s37_a_clock_set_back_sends_nothing_again(shop: Shop) -> None:
    process = await planned(shop, "every: day at 12:00")
    await comes(shop, NOON, process)
    shop.clock.advance(-2 * 3600)
    again = shop.process()
    for _ in range(2):
        await again.goes_on()
    await comes(shop, NOON + HOUR, again)
    assert await states(shop) == [(NOON, "done"), (NOON + DAY, "planned")]
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


class CountedSendings(Sendings):
    """Counts what is asked of the database."""

    asked = 0

    async def add(
        self, sending: Sending, deed: AuditEntry | None = None, claim: ContentClaim | None = None
    ) -> bool:
        self.asked += 1
        return await super().add(sending, deed, claim)

    async def forget(self, sending: str) -> bool:
        self.asked += 1
        return await super().forget(sending)


async def test_where_nothing_has_changed_planning_asks_nothing(shop: Shop) -> None:
    """Each look reads what is open, as without any broadcast with a time."""
    written(shop, "every: day at 12:00")
    sendings = CountedSendings(shop.database, shop.seal)
    planning = Planning(sendings, shop.clock)
    assert await planning.plan([], shop.playbook)
    found = await sendings.open()
    assert sendings.asked == 1
    for _ in range(3):
        assert not await planning.plan(found, shop.playbook)
    until(shop, NOON)
    assert await planning.plan(found, shop.playbook), "the next one"
    assert sendings.asked == 2


async def test_what_was_refused_reached_nobody_and_goes_out_at_another_time(shop: Shop) -> None:
    """The friends come after its first time: whoever moves it wants it sent."""
    await shop.empty()
    process = await planned(shop)
    await comes(shop, NOON, process)
    assert await states(shop) == [(NOON, "refused")]
    await shop.come(*PEOPLE)
    await planned(shop, "at: 2027-03-01 13:00", process)
    await comes(shop, NOON + HOUR, process)
    assert await states(shop) == [(NOON, "refused"), (NOON + HOUR, "done")]
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)


async def test_who_moves_the_clock_knows_when_all_is_done(shop: Shop) -> None:
    """Nothing is said to be at rest that is to be planned, begun, sent or ended just now (L4)."""
    written(shop, AT_NOON)
    broadcasts = shop.process().broadcasts
    now = shop.clock.now

    def rests() -> bool:
        return broadcasts.is_at_rest

    assert not rests(), "nobody has planned it"
    await broadcasts.conduct()
    assert await broadcasts.next(now(), NOON - timedelta(seconds=1)) is None
    assert await broadcasts.next(now(), NOON + DAY) == NOON
    assert rests()
    until(shop, NOON)
    assert not rests(), "it is to begin"
    await broadcasts.conduct()
    assert not rests(), "it is to be sent"
    await broadcasts.send()
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert not rests(), "its end is to be written down"
    await broadcasts.conduct()
    assert rests()
    assert await broadcasts.next(now(), NOON + DAY) is None


async def test_what_is_open_is_read_once_a_second_where_nothing_is_to_be_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By who conducts. Who may be away for long, beginning one, has it read beside."""
    written(shop, AT_NOON)
    broadcasts, read = shop.process().broadcasts, Sendings.open
    readings = 0

    async def counted(sendings: Sendings) -> list[Sending]:
        nonlocal readings
        readings += 1
        return await read(sendings)

    await broadcasts.conduct()
    monkeypatch.setattr(Sendings, "open", counted)
    await broadcasts.conduct()
    assert readings == 1
    running = asyncio.create_task(broadcasts.run())
    await shop.clock.waited_for()
    assert readings == 1, "it is known"
    shop.clock.advance(LOOK)
    await shop.clock.waited_for()
    assert readings == 2, "nobody has conducted since"
    until(shop, NOON)
    await shop.clock.waited_for()
    await broadcasts.conduct()
    before = readings
    shop.clock.advance(LOOK)
    await shop.clock.waited_for()
    assert readings == before + 1, "one has begun"
    running.cancel()


async def test_what_was_cancelled_is_not_waited_for(shop: Shop) -> None:
    """Else the workbench offers a jump to something that does not happen."""
    written(shop, AT_NOON)
    broadcasts, now = shop.process().broadcasts, shop.clock.now()
    await broadcasts.conduct()
    assert await broadcasts.next(now, NOON + DAY) == NOON
    [dated] = await shop.stores.sendings.all()
    await shop.cancel(dated)
    for _ in range(2):
        await broadcasts.conduct()
    assert await broadcasts.next(now, NOON + DAY) is None


async def test_what_others_order_is_not_jumped_over(shop: Shop) -> None:
    """Who asks where to stop next is told: here, until it is sent. What is held is passed by."""
    shop.playbook = compiled('broadcasts: {b: {to: everyone, push: "停止推播"}}')
    broadcasts, now = shop.process().broadcasts, shop.clock.now()
    await broadcasts.conduct()
    assert broadcasts.is_at_rest
    sending = await shop.order()
    assert await broadcasts.next(now, NOON) == now
    await shop.stores.sendings.change(sending.id, ["planned"], paused="amy")
    assert await broadcasts.next(now, NOON) is None
    await shop.stores.sendings.change(sending.id, ["planned"], paused=None)
    assert await broadcasts.next(now, NOON) == now
    await broadcasts.conduct()
    shop.line.faults.append("quota")
    await broadcasts.send()
    assert shop.line.calls
    assert not shop.line.got
    assert broadcasts.is_at_rest, "LINE is asked again later"
