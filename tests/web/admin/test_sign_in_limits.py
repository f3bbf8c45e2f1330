"""K1: who guesses waits longer and longer, and keeps nobody else out of a browser, a known or a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import repeat

import pytest

from bot.model.admin import START_LIFE, AdminAccount
from bot.operations.admins.accounts import StaffAccounts
from bot.operations.admins.passwords import is_start_form, start_password, unfit
from bot.operations.audit_trail import entries
from bot.web.visitor import FORWARDED
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import StaffWorld
from tests.web.admin.test_own_account import app, with_factor
from tests.web.admin.test_sign_in import sign_in

pytestmark = pytest.mark.ring("all", "a console and a bot of its own")

HOME = "198.51.100.7"
QUARTER, HOUR, DAY = 15 * 60.0, 3600.0, 86_400.0


@pytest.fixture
async def anywhere(worlds: StaffWorlds) -> StaffWorld:
    """Behind a proxy, so that browsers have addresses."""
    return await worlds(proxies=1)


@pytest.fixture
async def mei(anywhere: StaffWorld) -> AdminAccount:
    return await anywhere.account("supervisor", "mei")


async def guesses(world: StaffWorld, *addresses: str, name: str = "mei", password: str = "") -> list[int]:
    """The answers to a wrong password from each of these, one after the other."""
    return await guessed(world, zip(addresses, repeat(name)), password)


async def guessed(world: StaffWorld, tries: Iterable[tuple[str, str]], password: str = "") -> list[int]:
    """The same from each address at a name.

    All are of one browser that no account knows: tries in such a one are counted by their addresses.
    """
    browser, wrong = world.browser(HOME), password or "a wrong one"
    await browser.get("/admin/sign-in")
    return [
        (await browser.post("/admin/sign-in", {FORWARDED: address}, name=name, password=wrong))[0]
        for address, name in tries
    ]


async def crowd(world: StaffWorld, networks: int, name: str = "mei") -> list[int]:
    """Two guesses from each of so many networks."""
    return await guesses(
        world, *(f"203.0.{number}.1" for number in range(networks) for _ in (1, 2)), name=name
    )


def accounts(world: StaffWorld) -> StaffAccounts:
    return StaffAccounts(world.stores, world.passwords, world.clock)


async def test_ten_wrong_passwords_elsewhere_keep_nobody_out_of_a_new_browser(
    anywhere: StaffWorld, mei: AdminAccount
) -> None:
    """Ten from one place, and then a try now and then, locked an account for as long as somebody liked."""
    assert await guesses(anywhere, *["203.0.113.5"] * 12) == [401] * 10 + [429] * 2
    assert (await sign_in(anywhere.browser("203.0.113.99")))[0] == 429, "the same network"
    assert await guesses(anywhere, HOME) == [401], "a slip of the fingers"
    assert (await sign_in(anywhere.browser(HOME)))[0] == 303


async def test_beyond_ten_together_a_network_may_try_twice_an_hour(
    anywhere: StaffWorld, mei: AdminAccount
) -> None:
    assert await guesses(anywhere, *["203.0.113.5"] * 10, *[HOME] * 3) == [401] * 12 + [429]
    anywhere.clock.advance(HOUR)
    assert await guesses(anywhere, *["203.0.113.5"] * 10, *[HOME] * 3) == [401] * 12 + [429]


async def test_the_waits_of_a_network_that_guesses_grow(anywhere: StaffWorld, mei: AdminAccount) -> None:
    """15 minutes after ten, an hour after twenty, a day after sixty."""
    came, waited = 0, 0.0
    for pause, more in ((0.0, 10), (QUARTER, 10), (QUARTER, 0), (HOUR, 10), (QUARTER, 10), (HOUR, 10)):
        anywhere.clock.advance(pause)
        waited += pause
        assert await guesses(anywhere, *["203.0.113.5"] * (more + 1)) == [401] * more + [429], (came, waited)
        came += more
    anywhere.clock.advance(HOUR)
    assert await guesses(anywhere, *["203.0.113.5"] * 11) == [401] * 10 + [429]
    anywhere.clock.advance(2 * HOUR)
    [status, page] = await sign_in(anywhere.browser("203.0.113.5"))
    assert (status, "try again in" in page) == (429, True), "sixty in the day"
    anywhere.clock.advance(DAY)
    assert (await sign_in(anywhere.browser("203.0.113.5")))[0] == 303


async def test_a_crowd_of_networks_is_a_hundred_an_hour_and_keeps_known_browsers_in(
    anywhere: StaffWorld, mei: AdminAccount
) -> None:
    hers = anywhere.browser(HOME)
    assert (await sign_in(hers))[0] == 303
    await hers.post("/admin/sign-out")
    told = await crowd(anywhere, 52)
    assert told == [401] * 100 + [429] * 4
    assert (await sign_in(anywhere.browser("192.0.2.1")))[0] == 429, "a new browser waits"
    assert (await sign_in(hers))[0] == 303


async def test_unlock_lets_new_browsers_try_again_at_once(anywhere: StaffWorld, mei: AdminAccount) -> None:
    await crowd(anywhere, 52)
    await guesses(anywhere, *[HOME] * 3)
    hers = await anywhere.signed_in(mei)
    assert await accounts(anywhere).unlock(["mei", " ＭＥＩ "], "小安") == ["mei"]
    assert (await sign_in(anywhere.browser(HOME)))[0] == 303
    assert (await hers.get("/admin"))[0] == 200, "nobody is signed out by it"
    assert await guesses(anywhere, *["203.0.113.5"] * 11) == [401] * 10 + [429], "counted anew"
    [deed] = await entries(anywhere.stores, kinds=["admin_unlocked"])
    assert (deed.about, deed.by) == ("mei", "小安")


async def test_unlock_lets_codes_be_tried_again(anywhere: StaffWorld, mei: AdminAccount) -> None:
    _, secret = await with_factor(anywhere, mei)
    browser = anywhere.browser(HOME)
    await sign_in(browser)
    for _ in range(11):
        await browser.post("/admin/code", code="000000")
    await accounts(anywhere).unlock(["mei"], "小安")
    anywhere.clock.advance(30)
    assert (await browser.post("/admin/code", code=app(secret, anywhere)))[0] == 303


async def test_a_start_password_is_good_however_many_guess(anywhere: StaffWorld, mei: AdminAccount) -> None:
    """It is random: nothing is gained by counting it with guesses at the account."""
    given = await accounts(anywhere).reset("mei", "小安")
    await crowd(anywhere, 52)
    assert await guesses(anywhere, *["203.0.113.5"] * 12, name="mei")
    for address in (HOME, "203.0.113.5"):
        done = await sign_in(anywhere.browser(address), password=given.password)
        assert done == (303, "/admin/password?to=%2Fadmin")


async def test_what_is_written_as_a_start_password_is_counted_by_address(
    anywhere: StaffWorld, mei: AdminAccount
) -> None:
    told = await guesses(anywhere, *["203.0.113.5"] * 41, password=start_password())
    assert told == [401] * 40 + [429]
    assert (await sign_in(anywhere.browser(HOME)))[0] == 303


async def test_nobody_learns_by_limits_which_names_there_are(anywhere: StaffWorld, mei: AdminAccount) -> None:
    """Also not which account has a start password still."""
    fresh = await anywhere.account("agent", "amy")
    until = anywhere.clock.now() + START_LIFE
    await anywhere.change(fresh.name, start_until=until)
    told = []
    for name, network in (("mei", 1), ("amy", 2), ("nobody", 3)):
        here, away = f"192.0.{network}.1", f"192.1.{network}.1"
        plain = await guesses(anywhere, *[here] * 12, *[away] * 3, name=name)
        told.append((plain, await guesses(anywhere, *[here] * 12, name=name, password=start_password())))
    assert told[0] == told[1] == told[2]


async def test_many_addresses_of_one_network_are_one(anywhere: StaffWorld, mei: AdminAccount) -> None:
    """Whoever rents a server has a /48 of IPv6 or more: 65,536 networks of the size of a household."""
    told = await guesses(anywhere, *(f"2001:db8:7:{number:x}::1" for number in range(12)))
    assert told == [401] * 10 + [429] * 2
    assert await guesses(anywhere, "2001:db8:8::1") == [401], "another one's"
    names = ((f"2001:db8:7:{number % 60:x}::1", f"name{number}") for number in range(152))
    assert await guessed(anywhere, names) == [401] * 150 + [429] * 2


async def test_side_by_side_they_are_no_more(
    anywhere: StaffWorld, worlds: StaffWorlds, mei: AdminAccount
) -> None:
    second = await worlds(proxies=1)
    opened = [
        world.browser(f"203.0.{number}.{host}")
        for world, host in ((anywhere, 1), (second, 2))
        for number in range(30)
    ]
    opened += [anywhere.browser(f"203.0.{number}.3") for number in range(30)]
    for one in opened:
        await one.get("/admin/sign-in")
    told = await asyncio.gather(*(sign_in(one, password="a wrong one") for one in opened))
    statuses = sorted(status for status, _ in told if status != 503)
    assert set(statuses) <= {401, 429}
    assert statuses.count(401) <= 70, "two of each network, and ten"


def test_nobody_chooses_what_looks_like_a_start_password() -> None:
    """Tries at those are not counted by account."""
    assert is_start_form(start_password())
    assert unfit("abcde-fghjk-mnpqr-stvwx", "mei") is not None
    assert unfit("a few words in a row", "mei") is None
