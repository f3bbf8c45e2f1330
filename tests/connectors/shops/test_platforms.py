"""What a platform is documented to tell, and to need: `check` says the same as who asks it. C1, C2, C5, C8"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.connectors.shops.cyberbiz.simulator.records import cyberbiz_record, cyberbiz_vip
from bot.connectors.shops.manifest import FieldType, is_read_as
from bot.connectors.shops.platforms import PLATFORMS, checklist, offer_of
from bot.connectors.shops.shopline.simulator import shopline_record
from bot.engine.types.table import TYPES
from bot.model.settings import ShopSettings
from bot.simulator.shop.members import PretendMember
from tests.connectors.shops.conftest import LINE, OWN, SECRET, STORE, TAIPEI

MEMBER = PretendMember(number="5001", name="美玲", phone="0912345678", birthday="1990-05-01", tier="金卡")
SAMPLES: Mapping[FieldType, list[object]] = {
    "text": ["金卡"],
    "number": [12, "1200.0"],
    "yes_no": [True],
    "date": ["2026-01-01"],
    "date_time": ["2026-01-01 00:00:00", "2026-01-01T00:00:00.000Z"],
    "list": [["a"]],
}


def leaves(fields: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield above + name, value


@pytest.mark.parametrize("held", SAMPLES)
def test_what_a_type_is_read_from_is_what_can_be_read(held: FieldType) -> None:
    """A mismatch that `check` tells is one; what it lets pass gives a value."""
    for type_ in TYPES:
        values = [TYPES[type_].from_shop(sample, TAIPEI) for sample in SAMPLES[held]]
        if is_read_as(held, type_):
            assert None not in values, (held, type_)
        else:
            assert values[0] is None, (held, type_)


@pytest.mark.parametrize(
    ("platform", "record"),
    [("cyberbiz", cyberbiz_record(MEMBER, with_id=False)), ("shopline", shopline_record(MEMBER))],
)
def test_every_field_of_the_pretend_shop_is_documented_with_what_it_holds(
    platform: str, record: dict[str, Any]
) -> None:
    fields = offer_of(platform, None).fields
    assert fields is not None
    for path, value in leaves(record):
        if any(known.startswith(f"{path}.") for known in fields):
            assert value is None, path
            continue
        held = fields[path]
        assert held == "list" or value is None or TYPES[_type(held)].from_shop(value, TAIPEI) is not None, (
            path
        )


def test_the_vip_section_of_the_pretend_shop_is_documented() -> None:
    fields = offer_of("cyberbiz", None).fields
    assert fields is not None
    assert {f"vip_info.{path}" for path, _ in leaves(cyberbiz_vip(MEMBER))} <= fields.keys()


def test_what_is_needed_is_what_is_asked_for() -> None:
    """The shops of these tests can all be asked: they have what is needed, and no more."""
    for shop in (SECRET, STORE, LINE, OWN):
        assert set(offer_of(shop.platform, shop.access).needs) == set(shop.credentials)
    assert tuple(PLATFORMS) == ("cyberbiz", "shopline", "hook", "csv")
    assert offer_of("cyberbiz", None) == offer_of("cyberbiz", "api_secret")
    assert offer_of("shopline", "app_store") == offer_of("shopline", None)


def _type(held: FieldType) -> Any:
    return "text" if held == "any" else held


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        ("shopline", ["僅以手機號碼註冊", "手機號碼與電郵註冊", "發送簡訊驗證手機"]),
        (
            "cyberbiz",
            [
                *("購買 API", "Webhook 權限", "LINE 快速登入", "必填", "驗證", "註冊時驗證電話"),
                *("快速結帳並註冊", "顧客請求發送驗證碼通知", "自動產生LIFF網址", "certified provider"),
            ],
        ),
    ],
)
def test_what_binding_needs_is_told_in_the_words_of_the_back_office(platform: str, words: list[str]) -> None:
    """C8: with what costs SMS."""
    told = checklist(ShopSettings("forest", platform), certified=False)
    assert [word for word in words if not any(word in str(one.what) for one in told)] == []
    assert any(one.costs_sms for one in told)
