"""B10: a number that its barcode cannot hold is no secret fallback."""

from __future__ import annotations

import pytest

from bot.model.screen import MemberCard, Screen
from bot.web.liff.api import Misfits, screen_json
from tests.conftest import NOW


def card(number: str | None, kind: str | None = "ean13") -> MemberCard:
    return MemberCard("小美", number, kind)


def test_it_is_said_once_for_each_shop_without_the_number(caplog: pytest.LogCaptureFixture) -> None:
    misfits = Misfits()
    for number in ("4901234567894", None, "77", "78", "4901234567890"):
        misfits.look_at(card(number), "forest")
    misfits.look_at(card("4901234567890"), "outlet")
    misfits.look_at(card("77", None), "bare")
    assert [record.getMessage() for record in caplog.records] == [
        "a member number of forest is shown as QR code, not as EAN-13: it does not have just 13 digits",
        "a member number of outlet is shown as QR code, not as EAN-13: its last digit is no check digit",
    ]


@pytest.mark.parametrize(
    ("number", "kind", "instead"),
    [("77", "ean13", "EAN-13"), ("a7", "code39", "Code 39"), ("77", "code39", None), ("會員", "qr", None)],
)
def test_the_card_says_which_code_it_should_be(number: str, kind: str, instead: str | None) -> None:
    told = screen_json(Screen("card", 1, card=card(number, kind)), NOW)["card"]["code"]
    assert told["text"] == number
    assert told.get("instead") == instead
    assert told["svg"].startswith("<svg")
