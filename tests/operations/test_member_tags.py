"""M2: tags with the day each was given, as another system writes them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.operations import member_import
from bot.operations.member_table import TagSkipped, parse_moment, parse_tag
from bot.operations.table_lines import TableWrong
from bot.store.stores import Stores
from tests.operations.member_lists import PLAYBOOK, USER, everybody, figures, taken

TAIPEI = ZoneInfo("Asia/Taipei")
DAY = datetime(2025, 10, 31, 16, tzinfo=UTC)
LATE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2025-11-01", timedelta()),
        ("２０２５／１１／０１", timedelta()),
        ("2025年11月1日", timedelta()),
        ("民國114年11月1日", timedelta()),
        ("114/11/01", timedelta()),
        ("2025/11/1 15:20", timedelta(hours=15, minutes=20)),
        ("2025/11/1 下午 03:20:10", timedelta(hours=15, minutes=20, seconds=10)),
        ("2025/11/1 上午12:05", timedelta(minutes=5)),
        ("2025-11-01 3:20 PM", timedelta(hours=15, minutes=20)),
        ("2025-11-01T07:20:10.123Z", timedelta(hours=15, minutes=20, seconds=10)),
        ("2025-11-01 15:20:10 +0800", timedelta(hours=15, minutes=20, seconds=10)),
        ("2025-11-01 07:20:10 UTC", timedelta(hours=15, minutes=20, seconds=10)),
    ],
)
def test_a_moment_as_spreadsheets_write_it(text: str, after: timedelta) -> None:
    assert parse_moment(text, TAIPEI) == DAY + after


@pytest.mark.parametrize(
    "text",
    [
        *(
            "13/5/1",
            "民國0年5月1",
            "45962",
            "0001-01-01 00:00 +1400",
            "x",
            "2025-13-01",
            "2025-11-01 25:00",
            "2025-11-01 下午 13:00",
        ),
        *("2025-11-01 +0800", "2025-11-01 15:20 +9900", "2025-11-01 15:20 later", "是", "", ":", "T:"),
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert parse_moment(text, TAIPEI) is None


@pytest.mark.parametrize(
    "text", ["VIP 2025-11-01", "VIP@2025/11/1", "VIP(2025-11-01)", "VIP:2025-11-01", "VIP [2025-11-01 00:00]"]
)
def test_a_tag_with_its_day_in_one_cell(text: str) -> None:
    assert parse_tag(text, PLAYBOOK, LATE) == ("VIP", DAY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("VPI 2025-11-01", 'no tag is called "VPI"'),
        ("VIP 2025-11-1x", 'the tag "VIP": write since when as'),
        ("VIP 1999-12-31", 'the tag "VIP": write since when as'),
        ("VIP 2026-01-02", 'the tag "VIP": since a day that is yet to come'),
        ("老客 2025-11-01", 'the tag "老客" has ended by its date: 2025-12-02'),
        ("VIP" + " " * 20_000 + "2025-11-01", "no tag is called"),
    ],
)
def test_why_a_tag_is_left_out(text: str, why: str) -> None:
    with pytest.raises(TagSkipped) as refused:
        parse_tag(text, PLAYBOOK, LATE)
    assert str(refused.value.message).startswith(why)


async def test_a_column_for_each_tag_or_one_for_all(stores: Stores) -> None:
    day = datetime.now(UTC).astimezone(TAIPEI).date() - timedelta(days=3)
    text = (
        "手機,標籤,標籤：VIP,tag:老客,tag:沒有\n"
        f"0912345678,VIP {day},,{day:%Y/%m/%d},x\n"
        f"0922333444,VIP,{day} 10:30,是,x\n"
        f"0933444555,,否,someday,x\n"
    )
    done = await taken(stores, text)
    assert (figures(done), done.partly, done.unused) == ((3, 0, 0, 0), 1, ["tag:沒有"])
    assert [(one.line, str(one.why)[:14]) for one in done.notes] == [(4, 'the tag "老客": ')]
    people = [one.contact for one in (await everybody(stores)).values()]
    tags = {one.phone: {tag.name: tag for tag in one.tags} for one in people}
    begins = datetime(day.year, day.month, day.day, tzinfo=TAIPEI).astimezone(UTC)
    assert tags["+886912345678"]["VIP"].at == tags["+886912345678"]["老客"].at == begins
    assert tags["+886922333444"]["VIP"].at == begins + timedelta(hours=10, minutes=30)
    assert tags["+886922333444"]["老客"].at > begins + timedelta(days=2)
    assert tags["+886933444555"] == {}
    over = tags["+886912345678"]["老客"].expires
    assert over is not None
    assert over - begins == timedelta(days=31), "as if it had been put on that day"
    assert figures(await taken(stores, text)) == (0, 0, 3, 0)


async def test_s36_a_list_that_tells_the_days_later_is_believed(stores: Stores) -> None:
    """Who has imported tags without their days imports once more with them."""
    day = datetime.now(UTC).astimezone(TAIPEI).date() - timedelta(days=9)
    await taken(stores, "手機,標籤\n0912345678,VIP、老客\n")
    dated = f"手機,標籤\n0912345678,VIP {day}、老客 {day}\n"
    assert figures(await taken(stores, dated)) == (0, 1, 0, 0)
    assert figures(await taken(stores, dated)) == (0, 0, 1, 0)
    assert figures(await taken(stores, "手機,標籤\n0912345678,VIP\n")) == (0, 0, 1, 0)
    [one] = (await everybody(stores)).values()
    assert {tag.at.astimezone(TAIPEI).date() for tag in one.contact.tags} == {day}


async def test_who_has_unsubscribed_stays_so(stores: Stores) -> None:
    """I6, M2: an export says it by a column of its own; who has not unsubscribed has agreed to nothing."""
    text = "手機,行銷同意,退訂\n0912345678,是,1\n0922333444,,0\n0933444555,是,\n0900000001,,也許\n"
    done = await taken(stores, text)
    people = {one.contact.phone: one.contact.marketing for one in (await everybody(stores)).values()}
    assert people == {
        "+886912345678": False,
        "+886922333444": None,
        "+886933444555": True,
        "+886900000001": None,
    }
    assert [(one.line, str(one.why)) for one in done.notes] == [(5, '"退訂" takes yes or no, and not "也許"')]


async def test_bindings_of_another_system_that_nobody_trusts_are_reported(stores: Stores) -> None:
    done = await taken(stores, "手機,綁定時間,生日\n0912345678,2025-11-01,1990/5/1\n")
    assert (done.has_bindings, done.unused) == (True, [])
    done = await taken(stores, "手機,綁定時間\n")
    assert (done.has_bindings, done.unused) == (True, [])


async def test_days_and_moments_as_spreadsheets_and_exports_write_them(stores: Stores) -> None:
    """C7: a birthday with midnight behind it is a birthday."""
    text = (
        "手機,生日\n0912345678,1990/5/1 上午 12:00:00\n0922333444,1990-05-01T00:00:00\n"
        "0933444555,1990/5/1 00:00\n0900000001,33000\n"
    )
    done = await taken(stores, text)
    people = {one.contact.phone: one.contact.attributes for one in (await everybody(stores)).values()}
    days = {phone: {known.value for known in values.values()} for phone, values in people.items()}
    assert days.pop("+886900000001") == set()
    assert [*days.values()] == [{"1990-05-01"}] * 3
    assert [one.line for one in done.notes] == [5]


@pytest.mark.parametrize(
    ("column", "cell", "agreed"),
    [
        ("訂閱狀態", "已訂閱", True),
        ("訂閱狀態", "Unsubscribed", False),
        ("訂閱狀態", "取消訂閱", False),
        ("退訂", "已退訂", False),
        ("退訂", "未退訂", None),
        ("退訂", "TRUE", False),
        ("行銷同意", "Y", True),
    ],
)
async def test_how_exports_say_who_has_subscribed(
    stores: Stores, column: str, cell: str, agreed: bool | None
) -> None:
    done = await taken(stores, f"手機,{column}\n0912345678,{cell}\n")
    [one] = (await everybody(stores)).values()
    assert (one.contact.marketing, done.notes) == (agreed, [])


async def test_line_accounts_of_no_channel_are_refused_before_anything_is_written(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_import, "TOGETHER", 1)
    with pytest.raises(TableWrong, match="say on which channel"):
        await taken(stores, f"手機,line_id\n0912345678,\n0922333444,{USER}\n")
    assert await everybody(stores) == {}
