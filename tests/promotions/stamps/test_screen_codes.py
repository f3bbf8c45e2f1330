"""N2: the code of a store is good for a minute and a half, and nobody makes one without our key."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.promotions.stamps.web.screen_codes import StampScreen, StoreCode, StoreCodes
from bot.web.sealed_parts import SealedParts
from tests.conftest import NOW

KEY, OTHER = b"k" * 32, b"o" * 32
CODES = StoreCodes(SealedParts([KEY]))
FORGED = StoreCodes(SealedParts([OTHER])).at("集點", "xinyi", NOW)


def read(code: str, now: datetime, codes: StoreCodes = CODES) -> StoreCode | None:
    return codes.read(code, now, ("咖啡", "集點"), ("banqiao", "xinyi"))


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(-31, False), (-30, True), (0, True), (29, True), (89, True), (90, False)]
)
def test_it_is_good_for_a_while(seconds: int, is_good: bool) -> None:
    begun = NOW.replace(second=0, microsecond=0)
    found = read(CODES.at("集點", "xinyi", begun), begun + timedelta(seconds=seconds))
    assert (found is not None) is is_good


def test_it_says_card_and_store_and_one_act_for_each_window() -> None:
    found = read(CODES.at("集點", "xinyi", NOW), NOW)
    assert found == StoreCode("集點", "xinyi", int(NOW.timestamp()) // 30)
    other = read(CODES.at("集點", "banqiao", NOW), NOW + timedelta(seconds=30))
    assert other is not None
    assert other.act == found.act


@pytest.mark.parametrize(
    "code", ["", "x", "=" * 500, "集點", StoreCodes(SealedParts([OTHER])).at("集點", "x", NOW)]
)
def test_what_is_no_code_of_ours_stamps_nothing(code: str) -> None:
    assert read(code, NOW) is None


def test_a_tablets_address_is_no_code() -> None:
    part = CODES.tablet("main", "集點", "xinyi", 3)
    assert read(part, NOW) is None
    assert CODES.of_tablet(part) == StampScreen("main", "集點", "xinyi", 3)
    assert CODES.of_tablet(CODES.at("集點", "xinyi", NOW)) is None


def test_while_keys_are_rotated_the_former_one_is_read() -> None:
    assert read(CODES.at("集點", "xinyi", NOW), NOW, StoreCodes(SealedParts([OTHER, KEY]))) is not None


def test_of_a_card_or_store_that_is_gone_it_stamps_nothing() -> None:
    assert read(CODES.at("別張", "xinyi", NOW), NOW) is None
    assert read(CODES.at("集點", "gone", NOW), NOW) is None


def test_a_long_name_makes_no_longer_code() -> None:
    assert len(CODES.at("集" * 200, "店" * 200, NOW)) == len(CODES.at("集點", "xinyi", NOW)) < 120
