"""D3, M4: a clerk's code leads to the same in a scenario's memory and in MongoDB, and so does guessing."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from bot.model.clerk import GUESSES
from bot.model.contact import Clerk, Contact
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Origin, Outcome
from bot.scenario.memory.clerks import ClerksInMemory
from bot.scenario.memory.contacts import ContactsInMemory
from bot.services.caller import Caller
from bot.services.clerks import ClerkService
from bot.store.stores import Stores
from tests.clerks import AN, NING, OFFICE, OLD
from tests.conftest import NOW, ManualClock

HERE = Origin("store_referral", "main", 1)
BOUND = Contact("main:U9", clerk=Clerk("7K3M9QX2TB", "小安", "xinyi", NOW, "A01"))


class Shop:
    """The service over one of the two, and people who try codes in calls of their own."""

    def __init__(self, service: ClerkService, clock: ManualClock) -> None:
        self.clock = clock
        self.ask = service.carries_out
        self._numbers = count()

    async def find(
        self, code: str, user: str = "U1", call: str = "", *, rebind: bool = False, checks: bool = False
    ) -> Outcome:
        request = (CheckClerk if checks else FindClerk)(code, rebind, HERE)
        call = call or f"call-{next(self._numbers)}"
        return await self.ask[type(request)](
            request, Caller(f"main:{user}", "main", user, call, self.clock.now())
        )

    async def tries(self, code: str, user: str = "U1", call: str = "") -> str:
        return (await self.find(code, user, call)).result


@pytest.fixture
async def shop(mongodb: Stores | None, clock: ManualClock) -> Shop:
    contacts, clerks = ContactsInMemory({BOUND.id: BOUND}), (AN, NING, OLD, OFFICE)
    if mongodb is None:
        memory = ClerksInMemory(clerks)
        return Shop(ClerkService(memory, memory, contacts, clock), clock)
    assert await mongodb.clerks.write([(one, None) for one in clerks]) == {}
    return Shop(ClerkService(mongodb.clerks, mongodb.clerk_guesses, contacts, clock), clock)


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("7K3M9QX2TB", "bound"),
        (" 7k3m9-qx2tb", "bound"),
        ("4H8P2WZ6CD", "suspended"),
        ("emp-ooo7", "bound"),
        ("HHHHHHHHHH", "unknown"),  # nobody in the head office takes customers
        ("7K3M9QX2TA", "unknown"),
        ("", "unknown"),
        ("7K3M9QX2TB" * 500, "unknown"),
        ("{$ne: null}", "unknown"),
    ],
)
async def test_whom_a_code_leads_to(shop: Shop, code: str, result: str) -> None:
    assert await shop.tries(code) == result


async def test_who_has_a_clerk_is_bound_to_another_only_where_that_is_wanted(shop: Shop) -> None:
    assert await shop.tries("7K3M9QX2TB", "U9") == "already"
    assert await shop.tries("ZZZZZ99999", "U9") == "already"
    assert await shop.tries("4H8P2WZ6CD", "U9") == "suspended"
    changed = await shop.find("ZZZZZ99999", "U9", rebind=True)
    assert (changed.result, changed.clerk_before) == ("bound", "A01")


@pytest.mark.parametrize(
    ("code", "result"),
    [("7K3M9QX2TB", "valid"), ("4H8P2WZ6CD", "suspended"), ("7K3M9QX2TA", "unknown")],
)
async def test_a_code_that_is_only_checked_binds_nobody(shop: Shop, code: str, result: str) -> None:
    """D3: and a wrong one is a guess like any other."""
    outcome = await shop.find(code, checks=True)
    assert (outcome.result, outcome.clerk) == (result, None)
    for number in range(9):
        assert await shop.tries(f"WRONG{number}") == "unknown"
    assert await shop.tries("7K3M9QX2TB") == ("unknown" if result == "unknown" else "bound")


async def test_a_code_that_was_printed_before_leads_on_until_its_day(shop: Shop) -> None:
    """M4. The person is bound to the clerk's own code: that is the one that stays."""
    outcome = await shop.find("EMP-0007")
    assert outcome.clerk == Clerk("ZZZZZ99999", "小舊", "xinyi", NOW, "A03")
    shop.clock.advance(timedelta(days=30).total_seconds())
    assert await shop.tries("EMP-0007") == "unknown"
    assert await shop.tries("ZZZZZ99999") == "bound"


async def test_ten_guesses_an_hour_then_a_good_code_is_unknown_too(shop: Shop) -> None:
    for number in range(GUESSES):
        assert await shop.tries(f"GUESS{number:05}") == "unknown"
        shop.clock.advance(1)
    assert await shop.tries("7K3M9QX2TB") == "unknown"
    assert await shop.tries("7K3M9QX2TB", "U2") == "bound", "another person has guessed nothing"
    shop.clock.advance(3600 - GUESSES - 1)
    assert await shop.tries("7K3M9QX2TB") == "unknown"
    shop.clock.advance(1)
    assert await shop.tries("7K3M9QX2TB") == "bound", "the first was an hour ago"


async def test_a_code_that_somebody_has_is_no_guess(shop: Shop) -> None:
    for _ in range(GUESSES + 5):
        assert await shop.tries("4H8P2WZ6CD") == "suspended"
    assert await shop.tries("7K3M9QX2TB") == "bound"


async def test_carried_out_again_it_counts_once(shop: Shop) -> None:
    for _ in range(GUESSES + 5):
        assert await shop.tries("GUESS", call="the same") == "unknown"
    assert await shop.tries("7K3M9QX2TB") == "bound"
