"""K1: a password of one's own, the second factor, and where one is signed in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from bot.model.admin import START_LIFE, AdminAccount, AdminRole
from bot.operations.admins.second_factor import STEP_SECONDS, step_of
from bot.operations.admins.sessions import session_id
from bot.operations.audit_trail import entries
from bot.store.sealing.seal import Seal
from tests.web.admin.staff_world import PASSWORD, Staff, StaffWorld
from tests.web.admin.test_sign_in import sign_in

OWN = "a few words in a row"


@pytest.fixture
async def starting(staff: StaffWorld) -> Staff:
    """A browser in which somebody has signed in with a start password."""
    await staff.account("agent", "lin")
    account = await staff.account("agent", "mei")
    until = staff.clock.now() + START_LIFE
    await staff.change(account.name, start_until=until)
    browser = staff.browser()
    assert await sign_in(browser, to="/admin/me") == (303, "/admin/password?to=%2Fadmin%2Fme")
    return browser


def app(secret: str, staff: StaffWorld, steps: int = 0) -> str:
    """What an app shows that knows this secret."""
    return TOTP(secret).at(staff.clock.now() + timedelta(seconds=steps * STEP_SECONDS))


async def with_factor(staff: StaffWorld, account: AdminAccount) -> tuple[Staff, str]:
    """A browser that is signed in, and the secret that its owner's phone has now."""
    browser = await staff.signed_in(account)
    _, page = await browser.get("/admin/me/second-factor")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    secret = found[1].replace(" ", "")
    told = await browser.post("/admin/me/second-factor", code=app(secret, staff), former=PASSWORD)
    assert (told[0], "Codes for a lost phone" in told[1]) == (200, True)
    return browser, secret


@pytest.fixture
def rotated(seal: Seal) -> Iterator[Callable[[], None]]:
    """Seals with another key from now on; the seal is everybody's, so it is put back."""
    ring, used = seal.ring, seal.used

    def rotate() -> None:
        wider, to = ring.with_new()
        seal.take(wider, replace(used, sealing=to))

    yield rotate
    seal.take(ring, used)


async def test_keys_that_are_rotated_while_the_picture_is_taken_change_no_secret(
    staff: StaffWorld, rotated: Callable[[], None]
) -> None:
    """The code of the app was wrong then, until the page was opened anew."""
    browser = await staff.signed_in(await staff.account("admin", "mei"))
    _, page = await browser.get("/admin/me/second-factor")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    rotated()
    code = app(found[1].replace(" ", ""), staff)
    assert (await browser.post("/admin/me/second-factor", code=code, former=PASSWORD))[0] == 200
    half = staff.browser()
    await sign_in(half)
    staff.clock.advance(STEP_SECONDS)
    code = app(found[1].replace(" ", ""), staff)
    assert (await half.post("/admin/code", code=code))[0] == 303


# -- the first sign-in


async def test_with_a_start_password_one_chooses_another_and_nothing_else(
    staff: StaffWorld, starting: Staff
) -> None:
    assert await starting.get("/admin/me") == (303, "/admin/password?to=%2Fadmin%2Fme")
    before = starting.held
    told = await starting.post("/admin/password", password=OWN, again=OWN, to="/admin/me")
    assert told == (303, "/admin/me")
    assert starting.held != before
    assert (await starting.get("/admin/me"))[0] == 200
    assert await staff.sessions.signed(before) is None
    assert (await sign_in(staff.browser()))[0] == 401, "the start password was for once"
    assert (await sign_in(staff.browser(), password=OWN)) == (303, "/admin")


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        (PASSWORD, PASSWORD, "another one than that to begin with"),
        ("short", "short", "12 to 256 characters"),
        ("x" * 257, "x" * 257, "12 to 256 characters"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "easy to guess"),
        ("this is mei herself", "this is mei herself", "easy to guess"),
        ("password1234", "password1234", "tried first"),
        ("1qaz2wsx3edc", "1qaz2wsx3edc", "tried first"),
        ("p4ssw0rdp4ssw0rd", "p4ssw0rdp4ssw0rd", "tried first"),
        ("forest2026forest", "forest2026forest", "names of the shop"),
        ("lin2026-lin2026-lin", "lin2026-lin2026-lin", "names of the shop"),
        (OWN, OWN + "x", "differ"),
    ],
)
async def test_what_cannot_be_a_password(starting: Staff, password: str, again: str, why: str) -> None:
    status, page = await starting.post("/admin/password", password=password, again=again)
    assert (status, why in page) == (422, True)
    assert await starting.get("/admin") == (303, "/admin/password?to=%2Fadmin")


async def test_two_who_choose_at_once_choose_one_password(staff: StaffWorld, starting: Staff) -> None:
    other = staff.browser()
    await sign_in(other)
    one, two = await asyncio.gather(
        starting.post("/admin/password", password=OWN, again=OWN),
        other.post("/admin/password", password=OWN + "!", again=OWN + "!"),
    )
    assert sorted((one[0], two[0])) in ([303, 401], [303, 422]), "signed out by the other, or just before"


# -- another password


async def test_another_password_signs_out_everywhere_else(staff: StaffWorld) -> None:
    account = await staff.account("admin", "mei")
    here, elsewhere = await staff.signed_in(account), await staff.signed_in(account)
    wrong = await here.post("/admin/me/password", former="not this one", password=OWN, again=OWN)
    assert (wrong[0], "not your password" in wrong[1]) == (422, True)
    before = here.held
    done = await here.post("/admin/me/password", former=PASSWORD, password=OWN, again=OWN)
    assert done == (303, "/admin/me")
    assert here.held != before
    assert ((await here.get("/admin"))[0], (await elsewhere.get("/admin"))[0]) == (200, 303)
    assert await staff.sessions.signed(before) is None, "also whoever has copied it"
    assert (await sign_in(staff.browser(), password=OWN))[0] == 303
    recorded = [one.kind for one in await entries(staff.stores)]
    assert recorded == ["admin_signed_in", "admin_password", "admin_password_wrong"]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_at_a_browser_left_open_the_password_cannot_be_guessed(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin", "mei"))
    for _ in range(10):
        await browser.post("/admin/me/password", former="a guess", password=OWN, again=OWN)
    told = await browser.post("/admin/me/password", former=PASSWORD, password=OWN, again=OWN)
    assert (told[0], "too many tries" in told[1]) == (422, True)
    assert (await sign_in(staff.browser()))[0] == 303, "and nobody is locked out of signing in by it"


# -- the second factor


async def test_with_a_second_factor_the_password_is_not_enough(staff: StaffWorld) -> None:
    here, secret = await with_factor(staff, await staff.account("admin", "mei"))
    assert "It is on" in (await here.get("/admin/me"))[1]
    browser = staff.browser()
    assert await sign_in(browser, to="/admin/me") == (303, "/admin/code?to=%2Fadmin%2Fme")
    assert await browser.get("/admin/me") == (303, "/admin/code?to=%2Fadmin%2Fme")
    assert (await browser.post("/admin/code", code="000000"))[0] == 422
    staff.clock.advance(STEP_SECONDS)
    before, code = browser.held, app(secret, staff)
    done = await browser.post("/admin/code", code=f" {code[:3]} {code[3:]} ", to="/admin/me")
    assert done == (303, "/admin/me")
    assert browser.held != before
    assert (await browser.get("/admin/me"))[0] == 200

    other = staff.browser()
    await sign_in(other)
    assert (await other.post("/admin/code", code=code))[0] == 422, "each code is good once"


async def test_a_code_is_taken_once_also_at_the_same_moment(staff: StaffWorld) -> None:
    _, secret = await with_factor(staff, await staff.account("admin", "mei"))
    staff.clock.advance(STEP_SECONDS)
    browsers = [staff.browser() for _ in range(4)]
    for one in browsers:
        await sign_in(one)
    code = app(secret, staff)
    told = await asyncio.gather(*(one.post("/admin/code", code=code) for one in browsers))
    assert sorted(status for status, _ in told) == [303, 422, 422, 422]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_codes_are_not_guessed(staff: StaffWorld) -> None:
    """Whoever knows the password has ten codes an hour, in however many browsers."""
    _, secret = await with_factor(staff, await staff.account("admin", "mei"))
    staff.clock.advance(STEP_SECONDS)
    for number in range(10):
        browser = staff.browser()
        await sign_in(browser)
        assert (await browser.post("/admin/code", code=f"{number:06}"))[0] == 422
    browser = staff.browser()
    await sign_in(browser)
    status, page = await browser.post("/admin/code", code=app(secret, staff))
    assert (status, "too many tries" in page) == (422, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_second_factor_is_turned_on_and_off_by_who_knows_the_password(staff: StaffWorld) -> None:
    account = await staff.account("admin", "mei")
    browser = await staff.signed_in(account)
    offered = staff.own._factors.offered("mei", account.epoch, session_id(browser.held))
    told = await browser.post("/admin/me/second-factor", code=app(offered, staff), former="not this one")
    assert told[0] == 422
    assert (await browser.post("/admin/me/second-factor", code="000000", former=PASSWORD))[0] == 422
    status, _ = await browser.post("/admin/me/second-factor", code=app(offered, staff), former=PASSWORD)
    assert status == 200
    elsewhere = await staff.signed_in(await staff.stores.admins.of("mei") or account)
    assert (await browser.post("/admin/me/second-factor/off", former="not this one"))[0] == 422
    assert (await browser.post("/admin/me/second-factor/off", former=PASSWORD))[0] == 303
    assert (await elsewhere.get("/admin"))[0] == 303
    assert await sign_in(staff.browser()) == (303, "/admin")
    _, page = await browser.get("/admin/me/second-factor")
    assert offered not in page.replace(" ", "")


async def test_the_picture_holds_the_key_and_is_kept_nowhere(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin", "mei"))
    status, picture = await browser.get("/admin/me/second-factor/code.svg")
    assert (status, picture.startswith("<svg")) == (200, True)


def test_a_code_is_good_for_its_time_and_a_little_around() -> None:
    secret, at = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 1_700_000_000
    now, here = datetime.fromtimestamp(at, UTC), at // STEP_SECONDS
    for off in (-2, -1, 0, 1, 2):
        code = TOTP(secret).generate_otp(here + off)
        assert step_of(secret, code, now, 0) == (here + off if abs(off) < 2 else None)
    assert step_of(secret, TOTP(secret).generate_otp(here), now, here) is None
    for written in ("", "12345", "1234567", "١٢٣٤٥٦", "12345x", "0x1234"):
        assert step_of(secret, written, now, 0) is None


# -- where one is signed in


async def test_other_browsers_are_signed_out_and_nobody_elses(staff: StaffWorld) -> None:
    mei, amy = await staff.account("admin", "mei"), await staff.account("agent", "amy")
    here, lost, hers = [await staff.signed_in(one) for one in (mei, mei, amy)]
    rows = {
        row["name"]: row["_id"] for row in await staff.database.collection("sessions").find().to_list(None)
    }
    assert await here.post("/admin/me/sessions/end", session=rows["amy"]) == (303, "/admin/me")
    assert (await hers.get("/admin"))[0] == 200, "nobody ends another's session"
    _, page = await here.get("/admin/me")
    (other,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert await here.post("/admin/me/sessions/end", session=other) == (303, "/admin/me")
    assert [(await one.get("/admin"))[0] for one in (here, lost, hers)] == [200, 303, 200]
    lost = await staff.signed_in(mei)
    assert await here.post("/admin/me/sessions/end") == (303, "/admin/me")
    assert [(await one.get("/admin"))[0] for one in (here, lost, hers)] == [200, 303, 200]


@pytest.mark.parametrize(
    ("role", "told"), [("group", "北部門市"), ("store_manager", "信義店"), ("head_office", "all stores")]
)
async def test_store_people_read_whose_people_they_see(staff: StaffWorld, role: AdminRole, told: str) -> None:
    browser = await staff.signed_in(await staff.account(role))
    assert told in (await browser.get("/admin/me"))[1]
