"""K1: passwords that are tried first are nobody's."""

from __future__ import annotations

import threading

import pytest

from bot.operations.admins import passwords as module
from bot.operations.admins.passwords import LONGEST, Passwords, unfit


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "qwertyuiop12", "1qaz2wsx3edc", "adminadmin12", "abcdefghijkl", "iloveyou2024"),
        *("Password1234", "p4ssw0rdp4ssw0rd", "taiwan123456", "oaflowoaflow", "123456789012"),
        "qwerty" * 12 + "x" * (LONGEST - 72),
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert unfit(password, "mei") is not None


@pytest.mark.parametrize(
    "password",
    [
        *("a few words in a row", "korrekt-pferd-batterie", "今天天氣很好我要去公園散步", "k7Qv2mZp9xLt"),
        "korrekt-pferd-batterie " * 11,
    ],
)
def test_what_nobody_guesses_is_taken(password: str) -> None:
    """Also the longest, of which the first characters are looked at."""
    assert len(password) <= LONGEST
    assert unfit(password, "mei") is None


SHOP = ("Forest Tea House", "森活選品", "xinyi_store", "@forest-tea", "mei.chen@shop.example")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "forest2026forest",
            "Forest-2026-Forest!",
            "f0r3st2026f0r3st",
            "forestforestforest1",
            "2026xinyixinyi",
        ),
        *(
            "森活選品2026森活選品森活",
            "teahouse20262027",
            "forest tea house 1234",
            "ForestABCDEF",
            "meichen2026!!!",
        ),
        *("forestpassword1", "2026年森活選品"),
    ],
)
def test_words_of_the_shop_and_its_accounts_count_for_nothing(password: str) -> None:
    """Nor do digits, years and repeats around them (NIST SP 800-63B, 5.1.1.2: context-specific words)."""
    assert unfit(password, "lin", SHOP) is not None


@pytest.mark.parametrize("password", ["forest kx8Q2mZp9xLt", "xinyi: korrekt pferd batterie", "k7Qv2mZp9xLt"])
def test_what_is_good_without_them_is_good_beside_them(password: str) -> None:
    assert unfit(password, "lin", SHOP) is None


async def test_the_estimate_is_made_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """K1: some passwords take it most of a second, and webhooks do not wait for it."""
    seen: list[threading.Thread] = []

    def guesses(password: str, name: str) -> float:
        seen.append(threading.current_thread())
        return 1e9

    monkeypatch.setattr(module, "_guesses", guesses)
    passwords = Passwords()
    try:
        assert await passwords.unfit("a few words in a row", "mei") is None
    finally:
        passwords.close()
    (thread,) = seen
    assert thread is not threading.current_thread()
