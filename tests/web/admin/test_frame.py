"""K2: the frame of every page: what the role may open and nothing else, the channel, what was done, icons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from yarl import URL

from bot.model.admin import ROLES, AdminRole
from bot.model.clerk import StoreClerk
from bot.model.translatable import tr
from bot.web.admin import frame
from bot.web.admin.cookies import FLASH, AdminCookies, ShownFlash
from bot.web.admin.navigation import BAR, current, navigation
from bot.web.admin.route import ALL_PAGES, MOST_ENTRIES, STOP, AdminRoute
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Flash,
    Fragment,
    Json,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
)
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

ENTRY = re.compile(r'<a class="entry" href="([^"]+)"')


async def entries(staff: StaffWorld, role: AdminRole) -> tuple[set[str], list[str]]:
    """What stands in the sidebar and behind 「更多」, and in the bar of a phone."""
    await staff.stores.clerks.write([(StoreClerk("A01", "Amy", store="xinyi"), None)])
    browser = await staff.signed_in(await staff.account(role, clerk="A01" if role == "clerk" else ""))
    _, page = await browser.get("/admin/me")
    bar = page[page.index('<nav class="phone-bar"') :].partition("</nav>")[0]
    return set(ENTRY.findall(page)), ENTRY.findall(bar)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", ROLES)
async def test_it_offers_what_the_role_may_open_and_nothing_else(staff: StaffWorld, role: AdminRole) -> None:
    offered, bar = await entries(staff, role)
    may = [row for row in ROUTES if row.title is not None and role in row.roles]
    if len(may) > MOST_ENTRIES:
        may = [ALL_PAGES, *(row for row in may if row.often or row.path == STOP)]
    assert offered == {row.path for row in may}
    assert len(offered) <= MOST_ENTRIES
    assert len(bar) <= BAR
    assert set(bar) <= offered


def test_the_bar_of_a_phone_has_four_and_more_where_there_are_more_than_fit() -> None:
    rows = [
        AdminRoute(
            "GET", f"/admin/{number}", str(number), frozenset({"agent"}), title=tr("Start"), on_phone=wanted
        )
        for number, wanted in enumerate((False, True, True, False, True, True))
    ]
    shown = navigation("agent", rows)
    assert [row.name for row in shown.bar] == ["1", "2", "4", "5"]
    assert not shown.is_all
    few = navigation("agent", rows[:BAR])
    assert (list(few.bar), few.is_all) == (rows[:BAR], True)


def test_stopping_stands_by_itself_and_only_for_who_may() -> None:
    for role in ROLES:
        shown = navigation(role)
        assert (shown.stop is not None) == (role in ("admin", "supervisor")), role
        assert STOP not in [row.path for _, rows in shown.sections for row in rows]


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/admin", "/admin"),
        ("/admin/pages", "/admin/pages"),
        ("/admin/shops/forest", "/admin/shops"),
        ("/admin/me/x", "/admin/me"),
        ("/x", ""),
    ],
)
def test_a_page_below_an_entry_is_of_it(path: str, entry: str) -> None:
    assert current(path) == entry


def test_every_entry_has_its_own_icon() -> None:
    drawn = (Path(frame.__file__).parent / "templates" / "icons.html").read_text("utf-8")
    named = [row.icon for row in ROUTES if row.title is not None]
    assert {one for one in named if f'"{one}":' not in drawn} == set()
    assert len(set(named)) == len(named)


def test_a_number_that_needs_somebody_stands_in_every_navigation() -> None:
    assert [row.path for row in ROUTES if row.badge and not row.often] == []


async def seen(visit: Visit) -> AdminAnswer:
    return Json({"channel": visit.channel, "other": visit.address(days="7"), "none": visit.address(state="")})


async def test_the_channel_is_that_of_the_address_then_the_one_looked_at_last(worlds: StaffWorlds) -> None:
    shown = RenderedPage("message.html", tr("Start"))
    staff = await worlds({"start": _answering(shown), "me": seen}, channels={"main": "森活", "b2b": "批發"})
    browser = await staff.signed_in(await staff.account("agent"))

    async def channel(path: str) -> object:
        async with browser.http.get(browser.url.join(URL(path))) as answer:
            return (await answer.json())["channel"]

    assert await channel("/admin/me") == "main", "the first"
    assert await channel("/admin/me?channel=b2b") == "b2b"
    assert await channel("/admin/me") == "main", "data for a script remember nothing"
    await browser.get("/admin?channel=b2b")
    assert await channel("/admin/me") == "b2b"
    assert await channel("/admin/me?channel=gone") == "b2b", "a channel that there is not is none"
    await browser.get("/admin?channel=<script>")
    assert await channel("/admin/me") == "b2b"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_address_keeps_its_filters_but_not_the_place_in_a_list(worlds: StaffWorlds) -> None:
    staff = await worlds({"me": seen})
    browser = await staff.signed_in(await staff.account("agent"))
    async with browser.http.get(browser.url.join(URL("/admin/me?state=open&days=30&after=x"))) as answer:
        found = await answer.json()
    assert found["other"] == "/admin/me?state=open&days=7"
    assert found["none"] == "/admin/me?days=30"


def _answering(answer: AdminAnswer) -> AdminHandler:
    async def handler(visit: Visit) -> AdminAnswer:
        return answer

    return handler


EVIL = "<script>alert(1)</script>"


async def flashing(worlds: StaffWorlds) -> tuple[StaffWorld, Staff]:
    done = Flash(
        tr("Stopped: {what}. Every server knows within a second", what=EVIL), Undo("/admin/x", {"a": '"b'})
    )
    staff = await worlds({"end_sessions": _answering(Redirect("/admin/me", flash=done))})
    return staff, await staff.signed_in(await staff.account("agent"))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_was_done_is_shown_once_with_its_undo(worlds: StaffWorlds) -> None:
    _, browser = await flashing(worlds)
    assert await browser.post("/admin/me/sessions/end") == (303, "/admin/me")
    _, page = await browser.get("/admin/me")
    assert "&lt;script&gt;alert(1)" in page
    assert EVIL not in page
    undo = page[page.index('class="flash"') :].partition("</form>")[0]
    assert 'action="/admin/x"' in undo
    assert 'name="a" value="&#34;b"' in undo
    assert "alert(1)" not in (await browser.get("/admin/me"))[1]


async def test_what_another_has_written_into_the_cookie_is_not_shown(worlds: StaffWorlds) -> None:
    """A neighbour below the same domain may set cookies; none of their words come on our pages."""
    staff, browser = await flashing(worlds)
    for value in ("", "x", "aGVsbG8=", "é", "A" * 5_000):
        browser.http.cookie_jar.update_cookies({FLASH: value}, browser.url)
        assert (await browser.get("/admin/me"))[0] == 200
    other = await staff.signed_in(await staff.account("supervisor"))
    await other.post("/admin/me/sessions/end")
    theirs = other.http.cookie_jar.filter_cookies(other.url.join(URL("/admin")))[FLASH].value
    browser.http.cookie_jar.update_cookies({FLASH: theirs}, browser.url)
    assert 'class="flash"' not in (await browser.get("/admin/me"))[1]


def test_what_is_too_long_for_a_cookie_is_left_out() -> None:
    from aiohttp import web

    answer = web.Response()
    AdminCookies(secure=False).flash(answer, "secret", ShownFlash("長" * 2_000))
    assert FLASH not in answer.cookies


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_parts_and_data_have_the_headers_of_all_pages(worlds: StaffWorlds) -> None:
    part = Fragment("navigation.html", {}, 422)
    staff = await worlds({"start": _answering(part), "me": _answering(Json({"a": 1}, 409))})
    browser = await staff.signed_in(await staff.account("agent"))
    for path, status, kind in (("/admin", 422, "text/html"), ("/admin/me", 409, "application/json")):
        async with browser.http.get(browser.url.join(URL(path))) as answer:
            assert (answer.status, answer.content_type) == (status, kind)
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_it_can_be_had_as_an_app(staff: StaffWorld) -> None:
    browser = staff.browser()
    async with browser.http.get(browser.url.join(URL("/admin/manifest"))) as answer:
        assert answer.content_type == "application/manifest+json"
        said = await answer.json(content_type=None)
    assert (said["name"], said["start_url"], said["display"]) == ("森活選品", "/admin", "standalone")
    for icon in said["icons"]:
        async with browser.http.get(browser.url.join(URL(icon["src"]))) as answer:
            assert (answer.status, answer.content_type) == (200, icon["type"])
    _, page = await browser.get("/admin/sign-in")
    assert '<link rel="manifest" href="/admin/manifest">' in page
    assert len(re.findall('<meta name="theme-color" content="#[0-9a-f]{6}" media=', page)) == 2
