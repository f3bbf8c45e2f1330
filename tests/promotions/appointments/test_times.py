"""N5: which days and times a customer, or staff for them, can choose of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.engine.times.local_time import Duration
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.slots import Taken, cells_of
from bot.promotions.appointments.operations.times import DAYS, FreeDays, free_days
from tests.conftest import NOW
from tests.promotions.appointments.examples import TAIPEI, at_ten, open_daily, service

TODAY = NOW.date()


@dataclass
class Diary:
    """What is taken, and what was asked."""

    taken_now: Taken = field(default_factory=dict)
    asked: list[tuple[datetime, datetime, str]] = field(default_factory=list)

    async def taken(self, service: BookableService, since: datetime, until: datetime, but: str = "") -> Taken:
        self.asked.append((since, until, but))
        return self.taken_now


async def found(
    diary: Diary, offered: BookableService, since: date = TODAY, wanted: str = "", moving: str = ""
) -> FreeDays:
    return await free_days(diary, offered, since, NOW, TAIPEI, wanted, moving)


async def test_two_weeks_and_where_it_goes_on() -> None:
    first = await found(Diary(), service())
    assert len(first.days) == DAYS
    assert first.more == NOW.date() + timedelta(days=DAYS)
    second = await found(Diary(), service(), first.more)
    third = await found(Diary(), service(), second.more or date.max)
    assert third.more is None
    assert third.days[-1].day <= NOW.date() + timedelta(days=30)
    assert not (await found(Diary(), service(), date(2099, 1, 1))).days
    assert (await found(Diary(), service(), date(1999, 1, 1))).days == first.days, "from today on"


async def test_closed_days_are_left_out_and_full_ones_are_there_without_a_time() -> None:
    closed, full = at_ten(NOW).date(), at_ten(NOW).date() + timedelta(days=1)
    offered = service(hours=open_daily(("10:00", "11:00"), closed=(f"{closed}",)), places=("小芳", "阿明"))
    ten = at_ten(NOW) + timedelta(days=1)
    diary = Diary({one: set(cells_of(ten, 60)) for one in offered.places})
    by_day = {one.day: list(one.starts) for one in (await found(diary, offered)).days}
    assert closed not in by_day
    assert by_day[full] == []
    assert by_day[full + timedelta(days=1)] == [ten + timedelta(days=1)]


async def test_who_is_wanted_alone_counts_and_what_moves_takes_no_place() -> None:
    offered = service(hours=open_daily(("10:00", "11:00")), places=("小芳", "阿明"))
    diary = Diary({"小芳": set(cells_of(at_ten(NOW), 60))})
    tomorrow = at_ten(NOW).date()

    async def starts(wanted: str) -> list[datetime]:
        days = (await found(diary, offered, tomorrow, wanted, "a1")).days
        return [start for one in days if one.day == tomorrow for start in one.starts]

    assert await starts("") == await starts("阿明") == [at_ten(NOW)]
    assert await starts("小芳") == await starts("nobody") == []
    assert {but for _, _, but in diary.asked} == {"a1"}
    since, until, _ = diary.asked[0]
    assert until - since == timedelta(days=DAYS + 1), "an appointment may end on the next day"


async def test_the_last_day_is_that_of_the_playbook() -> None:
    few = await found(Diary(), service(latest=Duration(days=2)))
    assert [one.day for one in few.days][-1] <= NOW.date() + timedelta(days=3)
    assert few.more is None
