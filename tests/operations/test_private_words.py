"""What was said is shown without what is private, however it was written. B12, E3"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.engine.texts.typed import typed
from bot.model.contact import AttributeValue, Contact
from bot.operations.contact_view import PrivateWords
from tests.conftest import NOW

AMY = Contact(
    "main:U1",
    phone="+886912345678",
    email="Amy.W@forest.example",
    attributes={
        "x.birthday": AttributeValue("1990-05-01", NOW),
        "x.income": AttributeValue(52_000, NOW),
        "x.yes": AttributeValue(True, NOW),
        "x.visit": AttributeValue(datetime(2026, 11, 30, 18, 5, tzinfo=UTC), NOW),
        "x.address": AttributeValue("台北市忠孝東路1段23號B1", NOW),
        "t.skin": AttributeValue("乾性", NOW),
    },
)
TAIPEI = ZoneInfo("Asia/Taipei")
WORDS = PrivateWords(AMY, TAIPEI)


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "0912.345.678",
        "\u202d0912345678\u202c",
        "0912\u200b345\u200b678",
        "0912/345/678",
        "(0912)345-678",
        "(0912) 345-678",
        "09-1234-5678",
        "0912 34 56 78",
        "0912–345–678",
        "0912‑345‑678",
        "0912  345  678",
        "０９１２－３４５－６７８",
        "912345678",
        "886 912 345 678",
        "886912345678",
        "+886-912-345-678",
        "+886(0)912345678",
        "+886 0912 345 678",
        "00886912345678",
        "+852 9123 4567",
        "+85291234567",
    ],
)
def test_a_number_is_masked_in_whatever_way_the_bot_itself_reads_one(written: str) -> None:
    """Of somebody else, too."""
    for words in (WORDS, PrivateWords(Contact("main:U2"), TAIPEI)):
        shown = words.masked(f"我的電話是{written}，謝謝")
        assert sum(sign.isdecimal() for sign in shown) <= 4, shown
        assert shown.startswith("我的電話是")
        assert shown.endswith("，謝謝")
    assert typed(written, "phone") is None or WORDS.masked(written) != written


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 10:00 到貨",
        "訂單 20261120100001234",
        "滿 1,990 折 100，共 3 件",
        "11/20–11/30，每天 11:00–21:00",
        "統編 12345678",
        "5/12 見，皮膚乾性",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert WORDS.masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "生日 1990-05-01",
        "生日 1990/05/01",
        "生日 1990/5/1",
        "生日 5/1",
        "生日 5月1日",
        "生日 1990年5月1日",
        "收入 52000",
        "收入 52,000",
        "寄到 台北市忠孝東路1段23號b1",
        "寄到 台北市忠孝東路１段２３號Ｂ１",
    ],
)
def test_what_is_private_is_masked_as_texts_write_it(text: str) -> None:
    """A placeholder writes a date in a format of its own, and people in their own width."""
    assert WORDS.masked(text) == f"{text.split()[0]} ••••"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("看診 2026-12-01 02:05", "看診 •••• ••••"),
        ("看診 2026/12/01 02:05，請準時", "看診 •••• ••••，請準時"),
        ("看診 12/1（二）2:05", "看診 ••••（二）••••"),
        ("看診 12月1日凌晨2點05分", "看診 ••••凌晨••••"),
        ("看診 １２／１ ０２：０５", "看診 •••• ••••"),
        ("生日 1990.05.01", "生日 ••••"),
        ("生日 19900501", "生日 ••••"),
        ("每天 12:05–22:05，2026-11-30", "每天 12:05–22:05，2026-11-30"),
    ],
)
def test_a_private_moment_is_masked_by_the_clock_of_the_team(text: str, shown: str) -> None:
    """A text tells it in the playbook's zone, whatever the database keeps."""
    assert WORDS.masked(text) == shown


@pytest.mark.parametrize("written", ["amy.w@forest.example", "AMY.W@Forest.example", "ａｍｙ＠f.example"])
def test_an_address_is_masked(written: str) -> None:
    shown = WORDS.masked(f"寫信到{written}")
    assert "•••@" in shown
    assert "my" not in shown.lower()


def test_however_long_a_text_it_is_looked_through_at_once() -> None:
    for sign in ("0", "9", "+8", "a.", "(0", "09 ", "+886 "):
        assert WORDS.masked(sign * 20_000) is not None


@pytest.mark.parametrize("random", [f"staff/{'ab' * 11}0912345678.png", "abc912345678abcd/card.jpg"])
def test_the_random_part_of_a_picture_s_address_is_no_number(random: str) -> None:
    """Else one of some hundred pictures of staff's is broken on the page, and cannot be sent again."""
    address = f"https://bot.example/media/{random}"
    shown = WORDS.mask({"originalContentUrl": address, "altText": f"{address} 0912345678"})
    assert shown == {"originalContentUrl": address, "altText": f"{address} 09••••••78"}
