"""From a record's JSON to typed values: what cannot be read is named, without what it held. C1"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.connectors.shops.directory import Record
from bot.connectors.shops.mapping import FieldMap, Mapped
from bot.connectors.shops.mobile import e164, national_shapes, stored_writings
from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.types.table import TYPES
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop import UnreadField, UnreadReason
from bot.model.value import Type, Value
from tests.connectors.shops.conftest import SECRET, TAIPEI, World, somebody


@pytest.mark.parametrize(
    ("raw", "type_", "value"),
    [
        ("金卡", "text", "金卡"),
        (12, "text", "12"),
        (True, "text", None),
        (12, "number", 12),
        (1.5, "number", 1.5),
        ("1,200.0", "number", 1200.0),
        (True, "number", None),
        ("many", "number", None),
        (float("inf"), "number", None),
        (2**63, "number", None),
        (True, "yes_no", True),
        ("false", "yes_no", False),
        (0, "yes_no", False),
        (2, "yes_no", None),
        ("2027-12-31", "date", "2027-12-31"),
        ("2027-12-31 23:59:59", "date", "2027-12-31"),
        ("2027-12-31T16:00:00Z", "date", "2028-01-01"),
        ("2027-02-30", "date", None),
        (20271231, "date", None),
        ("2027-12-31 23:59:59", "date_time", datetime(2027, 12, 31, 15, 59, 59, tzinfo=UTC)),
        (
            "2027-12-31T00:00:00.123456+00:00",
            "date_time",
            datetime(2027, 12, 31, 0, 0, 0, 123000, tzinfo=UTC),
        ),
        ("0001-01-01T00:00:00+08:00", "date_time", None),
        ("soon", "date_time", None),
        ("9:30", "time", "09:30"),
        (930, "time", None),
        ([], "text", None),
        ({}, "number", None),
    ],
)
def test_a_field_means_a_value_of_its_type(raw: object, type_: Type, value: Value | None) -> None:
    found = TYPES[type_].from_shop(raw, TAIPEI)
    assert (found, type(found)) == (value, type(value))


def read(fields: dict[str, Any], **shop: Any) -> Mapped:
    attributes = {
        "tier": AttributeInfo("tier", "text", "t.tier", values=("金卡", "銀卡")),
        "points": AttributeInfo("points", "number", "n.points"),
        "card": AttributeInfo("card", "text", "x.card", private=True),
    }
    mapping = FieldMap(ShopSettings("forest", "cyberbiz", **shop), attributes, TAIPEI)
    return mapping.read(Record("1", None, False, None, fields))


def test_everything_that_is_mapped() -> None:
    mapped = read(
        {"vip": {"name": "金卡"}, "points": "120.0", "is_vip": True, "news": "no", "card": "/AB12"},
        attributes={
            "tier": MappedField("vip.name"),
            "points": MappedField("points", write=True),
            "card": MappedField("card"),
        },
        tags={"VIP": "is_vip"},
        consent="news",
    )
    assert mapped == Mapped(
        {"t.tier": "金卡", "n.points": 120.0, "x.card": "/AB12"}, {"VIP": True}, False, ()
    )


def test_what_cannot_be_read_is_named_without_what_it_held() -> None:
    mapped = read(
        {"vip": {"name": "鑽石"}, "points": "secret", "is_vip": "perhaps"},
        attributes={
            "tier": MappedField("vip.name"),
            "points": MappedField("points"),
            "card": MappedField("vip.card.number"),
        },
        tags={"VIP": "is_vip", "新": "is_new"},
        consent="points",
    )
    assert (mapped.values, mapped.tags, mapped.consent) == ({}, {}, None)
    assert set(mapped.unread) == {
        UnreadField("tier", "vip.name", UnreadReason.UNLISTED_VALUE),
        UnreadField("points", "points", UnreadReason.WRONG_TYPE, "number"),
        UnreadField("card", "vip.card.number", UnreadReason.ABSENT),
        UnreadField("VIP", "is_vip", UnreadReason.WRONG_TYPE, "yes_no"),
        UnreadField("新", "is_new", UnreadReason.ABSENT),
        UnreadField("consent", "points", UnreadReason.WRONG_TYPE, "yes_no"),
    }
    assert "secret" not in repr(mapped)


@pytest.mark.parametrize("empty", [{"vip": None}, {"vip": {"name": None}}, {"vip": {"name": ""}}])
def test_an_empty_field_says_nothing(empty: dict[str, Any]) -> None:
    mapped = read(empty, attributes={"tier": MappedField("vip.name")})
    assert (mapped.values, mapped.unread) == ({}, ())


def test_an_attribute_that_is_not_declared_is_not_read() -> None:
    assert read({"x": 1}, attributes={"other": MappedField("x")}).values == {}


async def test_a_field_that_is_not_there_is_told_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    shop = ShopSettings(
        "forest", "cyberbiz", None, SECRET.credentials, attributes={"points": MappedField("ponits")}
    )
    members = world.members(shop)
    for _ in range(2):
        assert (await somebody(members.by_phone("+886912345678"))).values == {}
    [told] = [record.getMessage() for record in caplog.records]
    assert told == "shop forest: points stays as it is: ponits is not in the record"


@pytest.mark.parametrize(
    ("stored", "code", "number"),
    [
        ("0912345678", "+886", "+886912345678"),
        ("912345678", "886", "+886912345678"),
        ("912345678", None, "+886912345678"),
        ("886912345678", "886", "+886912345678"),
        ("+886912345678", "852", "+886912345678"),
        ("０９１２ 345-678", None, "+886912345678"),
        ("90-1234-5678", "81", "+819012345678"),
        ("0227001234", "886", None),
        ("", None, None),
        (None, "886", None),
        (912345678, None, None),
        ("call me", None, None),
    ],
)
def test_the_number_that_a_record_means(stored: object, code: object, number: str | None) -> None:
    assert e164(stored, code) == number


def test_the_shapes_of_a_number() -> None:
    assert national_shapes("+886912345678") == ("0912345678", "912345678")
    assert national_shapes("+85291234567")[0] == "91234567"
    assert stored_writings("+85291234567") == ("91234567", "+85291234567", "85291234567", "091234567")
