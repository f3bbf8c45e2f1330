"""K1: what an attacker of the staff's pages has tried, and what it comes to."""

from __future__ import annotations

import asyncio
import threading
import unicodedata
from contextlib import suppress

import pytest
from yarl import URL

from bot.model.admin import AdminAccount, AdminRole
from bot.operations.admins.passwords import HASHER, KNOWN_MOST, LONGEST, WAITING_MOST, Passwords, TooBusy
from bot.operations.admins.second_factor import STEP_SECONDS
from bot.web.admin.cookies import NAME
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import Download, Visit
from tests.eventually import PATIENCE
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, Staff, StaffWorld
from tests.web.admin.test_own_account import app, with_factor
from tests.web.admin.test_sign_in import WRONG, sign_in
from tests.web.webhook_gate import comes

OWN = "a few words in a row"
FOREIGN = "bot.example.com"


@pytest.fixture
async def mei(staff: StaffWorld) -> AdminAccount:
    return await staff.account("supervisor", "mei")


def mark_of(browser: Staff) -> str:
    return browser.http.cookie_jar.filter_cookies(browser.url)["oaflow_browser"].value


def has_mark(browser: Staff) -> bool:
    return "oaflow_browser" in browser.http.cookie_jar.filter_cookies(browser.url)


# -- marks of browsers


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_marks_laid_in_while_one_knew_the_password_are_worth_nothing_with_the_next(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    """Each mark has tries of its own: who could keep some would have as many guesses as marks."""
    marks = []
    for _ in range(3):
        thief = staff.browser()
        assert (await sign_in(thief))[0] == 303
        marks.append(mark_of(thief))
    hers = staff.browser()
    await sign_in(hers)
    assert (await hers.post("/admin/me/password", former=PASSWORD, password=OWN, again=OWN))[0] == 303
    told = []
    for number in range(12):
        guessing = staff.browser()
        guessing.http.cookie_jar.update_cookies({"oaflow_browser": marks[number % 3]}, guessing.url)
        told.append((await sign_in(guessing, password="a wrong one"))[0])
    assert told == [401] * 10 + [429] * 2
    await hers.post("/admin/sign-out")
    assert (await sign_in(hers, password=OWN))[0] == 303, "her own browser is known by the new one"


async def test_a_browser_is_known_once_somebody_is_signed_in_there_and_not_before(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    _, secret = await with_factor(staff, mei)
    staff.clock.advance(STEP_SECONDS)
    browser = staff.browser()
    assert (await sign_in(browser))[1].startswith("/admin/code")
    assert not has_mark(browser)
    assert (await browser.post("/admin/code", code=app(secret, staff)))[0] == 303
    assert has_mark(browser)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_knows_the_password_alone_keeps_nobody_from_writing_their_code(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    hers, secret = await with_factor(staff, mei)
    await hers.post("/admin/sign-out")
    thief = staff.browser()
    await sign_in(thief)
    for _ in range(11):
        await thief.post("/admin/code", code="000000")
    staff.clock.advance(STEP_SECONDS)
    assert "too many tries" in (await thief.post("/admin/code", code=app(secret, staff)))[1]
    await sign_in(hers)
    assert (await hers.post("/admin/code", code=app(secret, staff)))[0] == 303


# -- argon2


async def test_a_crowd_of_strangers_keeps_nobody_out_of_the_browser_they_use() -> None:
    passwords = Passwords(HASHER)
    crowd = [asyncio.ensure_future(passwords.is_right("x", "", stranger=True)) for _ in range(WAITING_MOST)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await passwords.is_right("x", "", stranger=True)
    known = [asyncio.ensure_future(passwords.is_right("x", "")) for _ in range(KNOWN_MOST)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await passwords.is_right("x", "")
    for one in (*crowd, *known):
        one.cancel()
    await asyncio.gather(*crowd, *known, return_exceptions=True)
    passwords.close()


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_in_a_flood_a_known_browser_waits_for_no_stranger(
    worlds: StaffWorlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look takes a fifth of a second: 20 strangers in front of her would be four seconds, and more."""
    staff = await worlds(proxies=1)
    await staff.account("supervisor", "mei")
    hers = staff.browser()
    assert (await sign_in(hers))[0] == 303
    await hers.post("/admin/sign-out")
    goes_on, look = threading.Event(), staff.passwords._verify

    def looks(kept: str, password: str) -> bool:
        assert password != "a guess" or goes_on.wait(PATIENCE)
        return look(kept, password)

    monkeypatch.setattr(staff.passwords, "_verify", looks)
    crowd = [
        asyncio.create_task(sign_in(staff.browser(f"203.0.{number}.1"), f"name{number}", "a guess"))
        for number in range(WAITING_MOST)
    ]
    try:
        await comes(lambda: staff.passwords.strangers.waiting == WAITING_MOST)
        rows = await staff.database.collection("code_limits").count_documents({})
        assert (await sign_in(staff.browser("198.51.100.7"), "name99", "a guess"))[0] == 503
        assert await staff.database.collection("code_limits").count_documents({}) == rows, "not even counted"
        assert (await sign_in(hers))[0] == 303
        assert not any(one.done() for one in crowd)
    finally:
        goes_on.set()
    assert [status for status, _ in await asyncio.gather(*crowd)] == [401] * WAITING_MOST


async def test_a_password_of_thousands_of_accents_is_nobodys_and_is_not_put_in_order(
    staff: StaffWorld, mei: AdminAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes as long as their number squared, on the event loop, for whoever is not even signed in."""
    asked: list[int] = []

    def watched(form: str, text: str) -> str:
        asked.append(len(text))
        return unicodedata.normalize("NFC", text)

    monkeypatch.setattr("bot.operations.admins.passwords.normalize", watched)
    status, page = await sign_in(staff.browser(), password="a" + "\u0301\u0316" * 5_000)
    assert (status, WRONG in page) == (401, True)
    assert max(asked, default=0) <= 4 * LONGEST


@pytest.mark.ring("all", "page after page")
async def test_the_longest_password_is_right_however_it_is_written() -> None:
    passwords = Passwords(HASHER)
    longest = "ộ" * LONGEST
    kept = await passwords.hashed(longest)
    assert await passwords.is_right(unicodedata.normalize("NFD", longest), kept)
    passwords.close()


# -- the second factor


async def test_a_secret_that_somebody_saw_in_another_browser_is_not_the_one_that_is_taken(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    thief = await staff.signed_in(mei)
    _, seen = await thief.get("/admin/me/second-factor")
    _, secret = await with_factor(staff, mei)
    assert secret not in seen.replace(" ", "")


# -- plain http


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("host", [FOREIGN, "192.168.1.7:8080", "localhost.example.com", "[::2]", "x:y:z"])
async def test_over_plain_http_on_a_network_nobody_signs_in(
    staff: StaffWorld, mei: AdminAccount, host: str
) -> None:
    browser = await staff.signed_in(mei)
    for row in ROUTES:
        url = browser.url.join(URL(row.path.replace("{", "").replace("}", "")))
        headers = {"Host": host}
        async with browser.http.request(row.method, url, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 403, row
            assert "Signing in needs https" in await answer.text()
            assert "Set-Cookie" not in answer.headers


async def test_a_tunnel_that_calls_us_localhost_is_a_network_all_the_same(staff: StaffWorld) -> None:
    browser = staff.browser()
    assert (await browser.get("/admin/sign-in", **{"X-Forwarded-Host": FOREIGN}))[0] == 403
    assert (await browser.get("/admin/sign-in", **{"X-Forwarded-Host": "localhost:8080"}))[0] == 200


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:9000", "bot.localhost"])
async def test_on_this_machine_and_over_https_one_does(worlds: StaffWorlds, host: str) -> None:
    here, away = await worlds(), await worlds(secure=True)
    assert (await here.browser().get("/admin/sign-in", Host=host))[0] == 200
    assert (await away.browser().get("/admin/sign-in", Host=FOREIGN))[0] == 200


# -- files


async def test_a_picture_that_is_opened_by_itself_does_nothing(worlds: StaffWorlds) -> None:
    async def picture(visit: Visit) -> Download:
        return Download(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml")

    world = await worlds({"second_factor_picture": picture})
    browser = await world.signed_in(await world.account("agent"))
    async with browser.http.get(browser.url.join(URL("/admin/me/second-factor/code.svg"))) as answer:
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# -- races


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_of_two_password_changes_at_once_one_holds(staff: StaffWorld, mei: AdminAccount) -> None:
    here, there = await staff.signed_in(mei), await staff.signed_in(mei)
    first, second = "first of two words", "second of two words"
    told = await asyncio.gather(
        here.post("/admin/me/password", former=PASSWORD, password=first, again=first),
        there.post("/admin/me/password", former=PASSWORD, password=second, again=second),
    )
    done = [status for status, _ in told]
    assert done.count(303) == 1
    assert set(done) <= {303, 401, 409, 422}, done
    good = [await sign_in(staff.browser(), password=one) for one in (first, second, PASSWORD)]
    assert sorted(status for status, _ in good) == [303, 401, 401]
    alive = [(await one.get("/admin"))[0] for one in (here, there)]
    assert sorted(alive) == [200, 303]


async def test_who_is_suspended_while_the_password_is_looked_at_is_not_signed_in(
    staff: StaffWorld, mei: AdminAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = staff.passwords.is_right

    async def slow(password: str, kept: str, *, stranger: bool = False) -> bool:
        await staff.change("mei", suspended=staff.clock.now(), epoch="later")
        return await looked(password, kept, stranger=stranger)

    monkeypatch.setattr(staff.passwords, "is_right", slow)
    browser = staff.browser()
    with suppress(AssertionError):
        await sign_in(browser)
    assert (await browser.get("/admin"))[0] == 303


# -- files


@pytest.mark.parametrize("role", [None, "agent"])
async def test_whose_file_is_not_wanted_has_none_of_it_read(
    staff: StaffWorld, role: AdminRole | None
) -> None:
    """20 MB for each connection of a stranger's would be all the memory there is."""
    browser = staff.browser() if role is None else await staff.signed_in(await staff.account(role))
    wanted = [row.path for row in ROUTES if row.file_most and (role is None or role not in row.roles)]
    assert wanted
    for path in wanted:
        reader, writer = await asyncio.open_connection(browser.url.host, browser.url.port)
        head = (
            f"POST {path} HTTP/1.1",
            f"Host: {browser.url.authority}",
            f"Cookie: {NAME}={browser.held or 'x'}",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Length: 400000",
        )
        writer.write("\r\n".join((*head, "", "--x")).encode())
        async with asyncio.timeout(PATIENCE):
            answer = await reader.readline()
        assert answer.split()[1] == (b"401" if role is None else b"403"), path
        writer.close()
        await writer.wait_closed()
