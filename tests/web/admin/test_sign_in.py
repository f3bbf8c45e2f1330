"""K1: signing in with a name and a password; what guesses, foreign pages and old cookies come to."""

from __future__ import annotations

import asyncio
import re

import pytest
from yarl import URL

from bot.model.admin import IDLE, LIFE, START_LIFE
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.cookies import NAME, is_proof, proof
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, Staff, StaffWorld

WRONG = "the name or the password is wrong"


async def sign_in(
    browser: Staff, name: str = "mei", password: str = PASSWORD, **more: str
) -> tuple[int, str]:
    if not browser.held:
        await browser.get("/admin/sign-in")
    return await browser.post("/admin/sign-in", None, name=name, password=password, **more)


@pytest.fixture
async def mei(staff: StaffWorld) -> StaffWorld:
    await staff.account("supervisor", "mei")
    return staff


async def test_with_name_and_password_one_comes_in_where_one_wanted_to_go(mei: StaffWorld) -> None:
    browser = mei.browser()
    assert await browser.get("/admin/me?a=b") == (303, "/admin/sign-in?to=%2Fadmin%2Fme%3Fa%3Db")
    _, page = await browser.get("/admin/sign-in?to=%2Fadmin%2Fme")
    assert 'name="to" value="/admin/me"' in page
    before = browser.held
    assert await sign_in(browser, " ＭＥＩ ", to="/admin/me") == (303, "/admin/me")
    assert browser.held not in ("", before), "another cookie than that which was there before (fixation)"
    status, page = await browser.get("/admin/me")
    assert (status, "mei" in page, "supervisor" in page) == (200, True, True)


async def test_a_cookie_from_before_never_becomes_somebodys(mei: StaffWorld) -> None:
    """Session fixation: who has planted a cookie is signed in by nobody's signing in."""
    victim, attacker = mei.browser(), mei.browser()
    await attacker.get("/admin/sign-in")
    victim.http.cookie_jar.update_cookies({NAME: attacker.held}, victim.url)
    assert (await sign_in(victim))[0] == 303
    assert (await victim.get("/admin"))[0] == 200
    assert (await attacker.get("/admin"))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("name", "password"),
    [("mei", "another password"), ("nobody", PASSWORD), ("", PASSWORD), ("mei", ""), ("m" * 300, PASSWORD)],
)
async def test_whatever_is_wrong_the_answer_is_the_same(mei: StaffWorld, name: str, password: str) -> None:
    status, page = await sign_in(mei.browser(), name, password)
    assert (status, WRONG in page, "Set-Cookie" in page) == (401, True, False)


async def test_an_unknown_name_costs_a_look_as_a_known_one_does(
    mei: StaffWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the time tells nobody which names there are: each is looked at by argon2 just once."""
    looks: list[str] = []
    look = mei.passwords._verify

    def counted(kept: str, password: str) -> bool:
        looks.append(kept)
        return look(kept, password)

    monkeypatch.setattr(mei.passwords, "_verify", counted)
    for name, off in (("mei", False), ("nobody", False), ("mei", True)):
        if off:
            await mei.change("mei", suspended=mei.clock.now())
        await sign_in(mei.browser(), name, "a wrong password")
    assert [bool(kept) for kept in looks] == [True, False, False]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_is_suspended_or_late_with_a_start_password_is_nobody(staff: StaffWorld) -> None:
    account = await staff.account("agent", "late")
    until = staff.clock.now() + START_LIFE
    await staff.change(account.name, start_until=until)
    assert await sign_in(staff.browser(), "late") == (303, "/admin/password?to=%2Fadmin")
    staff.clock.advance(START_LIFE.total_seconds())
    assert (await sign_in(staff.browser(), "late"))[0] == 401


# -- guessing


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_guesses_at_an_account_end_also_side_by_side_and_at_two_processes(
    mei: StaffWorld, worlds: StaffWorlds
) -> None:
    """The count lies in the database, and counts before it looks: no process of its own gives more."""
    second = await worlds()
    opened = [world.browser() for world in (mei, second) for _ in range(10)]
    for one in opened:
        await one.get("/admin/sign-in")
    answers = await asyncio.gather(*(sign_in(one, password="a wrong one") for one in opened))
    assert sorted(status for status, _ in answers) == [401] * 10 + [429] * 10
    status, page = await sign_in(second.browser())
    assert (status, "try again in 15 minutes" in page) == (429, True), "the right one is not looked at"
    mei.clock.advance(15 * 60)
    assert (await sign_in(second.browser()))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_address_that_guesses_names_is_stopped(mei: StaffWorld) -> None:
    browser = mei.browser()
    told = [(await sign_in(browser, f"name{number}"))[0] for number in range(41)]
    assert told == [401] * 40 + [429]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_nobody_locks_somebody_out_of_the_browser_that_they_use(mei: StaffWorld) -> None:
    hers, attacker = mei.browser(), mei.browser()
    assert (await sign_in(hers))[0] == 303
    await hers.post("/admin/sign-out")
    for _ in range(12):
        await sign_in(attacker, password="a wrong one")
    assert (await sign_in(attacker))[0] == 429
    assert (await sign_in(hers))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_right_ones_do_not_count(mei: StaffWorld) -> None:
    for _ in range(12):
        assert (await sign_in(mei.browser()))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_forged_mark_is_no_known_browser(mei: StaffWorld) -> None:
    browser = mei.browser()
    statuses = []
    for number in range(11):
        mark = f"{number:032x}.{'0' * 64}"
        browser.http.cookie_jar.update_cookies({"oaflow_browser": mark}, browser.url)
        statuses.append((await sign_in(browser, password="a wrong one"))[0])
    assert statuses[-1] == 429


# -- foreign pages


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("told", ["", "0" * 64, "0" * 126, "0" * 128, "0" * 130, "é" * 10])
async def test_a_form_without_the_proof_of_this_browser_is_refused(mei: StaffWorld, told: str) -> None:
    browser = await mei.signed_in(await mei.account("admin"))
    assert (await browser.post("/admin/sign-out", proof=told))[0] == 403
    assert (await browser.post("/admin/sign-out", proof=proof("another browser's")))[0] == 403
    assert (await browser.get("/admin"))[0] == 200


async def test_no_two_answers_have_the_same_proof(mei: StaffWorld) -> None:
    """BREACH: pages are packed, and show what was searched for; what is secret in them is new each time."""
    browser = await mei.signed_in(await mei.account("admin"))
    pages = [(await browser.get("/admin/me"))[1] for _ in range(2)]
    one, other = ({*re.findall(r'name="proof" value="([^"]*)"', page)} for page in pages)
    assert (len(one), len(other)) == (1, 1), "within a page it is the same"
    [first], [second] = one, other
    assert not any(first[at : at + 8] in second for at in range(0, len(first), 8))
    for sent in (first, second):
        assert is_proof(sent, browser.held)
        assert not is_proof(sent, browser.held[::-1])


async def test_a_form_is_bounded_and_of_one_kind(mei: StaffWorld) -> None:
    browser = await mei.signed_in(await mei.account("admin"))
    told = proof(browser.held)
    assert (await browser.post("/admin/look", theme="x" * 70_000))[0] == 400
    for body, kind in (
        (f'{{"proof": "{told}"}}', "application/json"),
        (f"proof={told}&proof={told}", "application/x-www-form-urlencoded"),
        ("&".join(f"a{number}=1" for number in range(300)), "application/x-www-form-urlencoded"),
        ("a=\xff", "application/x-www-form-urlencoded"),
    ):
        async with browser.http.post(
            browser.url.join(URL("/admin/look")), data=body, headers={"Content-Type": kind}
        ) as answer:
            assert answer.status == 400, body


# -- sessions


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_signed_out_the_cookie_is_worth_nothing_also_to_a_thief(mei: StaffWorld) -> None:
    browser, thief = mei.browser(), mei.browser()
    await sign_in(browser)
    thief.http.cookie_jar.update_cookies({NAME: browser.held}, thief.url)
    assert (await thief.get("/admin"))[0] == 200
    assert await browser.post("/admin/sign-out") == (303, "/admin/sign-in")
    assert [(await one.get("/admin"))[0] for one in (browser, thief)] == [303, 303]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_session_ends_when_nobody_is_seen_and_after_a_week(mei: StaffWorld) -> None:
    account = await mei.stored("mei")
    idle, busy = await mei.signed_in(account), await mei.signed_in(account)
    for _ in range(int(LIFE / IDLE) * 2 - 1):
        mei.clock.advance(IDLE.total_seconds() / 2)
        assert (await busy.get("/admin"))[0] == 200
    assert (await idle.get("/admin"))[0] == 303
    mei.clock.advance(IDLE.total_seconds() / 2)
    assert (await busy.get("/admin"))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_cookie_of_another_database_is_nobodys(mei: StaffWorld, mongod: str) -> None:
    """Two bots on one machine share a browser's cookies: of the same name, with the same keys, another's is
    nobody's here."""
    elsewhere = Database(mongod, "oaflow_elsewhere")
    other = StaffWorld(elsewhere, mei.seal, mei.clock)
    await other.start()
    try:
        browser = await other.signed_in(await other.account("supervisor", "mei"))
        assert (await browser.get("/admin"))[0] == 200
        here = mei.browser()
        here.http.cookie_jar.update_cookies({NAME: browser.held}, here.url)
        assert (await here.get("/admin"))[0] == 303
    finally:
        await other.stop()
        await elsewhere.drop("oaflow_elsewhere")
        elsewhere.close()


async def test_what_the_database_holds_of_a_session_signs_nobody_in(mei: StaffWorld) -> None:
    browser = await mei.signed_in(await mei.account("admin"))
    (row,) = await mei.database.collection("sessions").find().to_list(None)
    assert browser.held not in str(row)
    thief = mei.browser()
    for told in (row["_id"], row["_id"][:43], row["epoch"]):
        thief.http.cookie_jar.update_cookies({NAME: told}, thief.url)
        assert (await thief.get("/admin"))[0] == 303


async def test_of_two_accounts_one_is_signed_in_at_last(mei: StaffWorld) -> None:
    browser = await mei.signed_in(await mei.account("admin"))
    before = browser.held
    assert (await sign_in(browser))[0] == 303
    assert await mei.sessions.signed(before) is None
    assert "supervisor" in (await browser.get("/admin"))[1]


async def test_while_the_database_is_away_nobody_comes_in(
    mei: StaffWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await mei.signed_in(await mei.account("admin"))

    async def away(id: str) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(mei.stores.admin_sessions, "of", away)
    assert (await browser.get("/admin"))[0] == 503
