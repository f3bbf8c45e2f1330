"""K1: what every answer of the staff's pages forbids a browser; where one is led; what a name may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from yarl import URL

from bot.model.translatable import tr
from bot.web.admin import frame
from bot.web.admin.own_address import own_address
from bot.web.admin.sign_in_pages import device_of
from bot.web.admin.visit import AdminAnswer, Download, Redirect, RenderedPage, Visit
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

TEMPLATES = Path(frame.__file__).parent / "templates"
INLINE = re.compile(r"<script(?! [^>]*src=)|<style|\son[a-z]+=|\sstyle=|javascript:", re.I)


async def headers(browser: Staff, path: str) -> dict[str, str]:
    async with browser.http.get(browser.url.join(URL(path)), allow_redirects=False) as answer:
        return dict(answer.headers)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    "path", ["/admin", "/admin/sign-in", "/admin/me", "/admin/nothing", "/admin/me/second-factor"]
)
async def test_no_page_is_kept_framed_or_guessed_at(staff: StaffWorld, path: str) -> None:
    signed, out = await staff.signed_in(await staff.account("admin")), staff.browser()
    for browser in (signed, out):
        told = await headers(browser, path)
        assert told["Cache-Control"] == "no-store"
        assert told["X-Frame-Options"] == "DENY"
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == "same-origin"
        if "text/html" in told.get("Content-Type", ""):
            policy = told["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert not INLINE.search((await browser.get(path))[1])


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(staff: StaffWorld) -> None:
    told = (await headers(staff.browser(), "/admin/sign-in"))["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(told.split("; "))
    assert "Domain" not in told


async def test_over_https_it_is_of_this_very_host(worlds: StaffWorlds) -> None:
    world = await worlds(secure=True)
    told = (await headers(world.browser(), "/admin/sign-in"))["Set-Cookie"]
    assert told.startswith("__Host-oaflow_admin=")
    assert "Secure" in told.split("; ")


@pytest.mark.parametrize(
    "to",
    [
        *(
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/admin//evil.example",
        ),
        *(
            "/admin/\r\nSet-Cookie: a=b",
            "/admin/\tx",
            "javascript:alert(1)",
            "/",
            "",
            "/adminx",
            "admin",
            "/simulator/",
        ),
        *(
            "/admin/../liff",
            "http:/admin",
            "/admin/sign-in?to=/admin",
            "/admin/sign-out",
            "/admin /x",
            "//admin/me",
        ),
        *(
            "https:/\\evil.example/admin",
            "/admin@evil.example",
            "///admin",
            "/%0d%0aadmin",
            "/admin/é",
            "/admin/nothing",
            "/admin/me/",
            "/admin/me#x",
            "/admin/me?x=é",
            "/admin/me?x=\n",
            "/admin/static/x",
        ),
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(to: str) -> None:
    assert own_address(to) == "/admin"


@pytest.mark.parametrize("to", ["/admin", "/admin/me", "/admin/me/second-factor?x=1&y=%2F%2Fz"])
def test_but_to_the_page_that_they_wanted(to: str) -> None:
    assert own_address(to) == to


async def test_a_name_with_markup_is_harmless(worlds: StaffWorlds) -> None:
    evil = "<script>alert(1)</script>\"'&"

    async def start(visit: Visit) -> AdminAnswer:
        return RenderedPage("message.html", tr("{name}", name=evil), refused=tr("{name}", name=evil))

    world = await worlds({"start": start})
    _, page = await (await world.signed_in(await world.account("agent"))).get("/admin")
    assert evil not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_what_a_handler_leads_to_or_gives_cannot_add_a_header(worlds: StaffWorlds) -> None:
    async def start(visit: Visit) -> AdminAnswer:
        return Redirect("/admin/me\r\nX-Evil: 1")

    async def picture(visit: Visit) -> AdminAnswer:
        return Download(b"<svg/>", "image/svg+xml", 'a"\r\nX-Evil: 1.svg')

    world = await worlds({"start": start, "second_factor_picture": picture})
    browser = await world.signed_in(await world.account("agent"))
    for path in ("/admin", "/admin/me/second-factor/code.svg"):
        assert "X-Evil" not in await headers(browser, path)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_language_and_light_are_remembered(staff: StaffWorld) -> None:
    browser = staff.browser()
    assert ">Sign in<" in (await browser.get("/admin/sign-in?to=/admin/me", **{"Accept-Language": "de"}))[1]
    assert ">登入<" in (await browser.get("/admin/sign-in", **{"Accept-Language": "zh-HK,en;q=0.5"}))[1]
    there = "/admin/sign-in?to=/admin/me"
    assert await browser.post("/admin/look", language="zh-TW", to=there) == (303, there)
    assert await browser.post("/admin/look", theme="dark", to="//evil.example") == (303, "/admin")
    _, page = await browser.get("/admin/sign-in", **{"Accept-Language": "en"})
    assert 'lang="zh-TW"' in page
    assert 'media="all"' in page
    await browser.post("/admin/look", theme="light", language="<x>", to="/admin")
    _, page = await browser.get("/admin/sign-in")
    assert "dark.css" not in page
    assert 'lang="zh-TW"' in page


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU) AppleWebKit/605 Version/18 Mobile/15E Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (iPhone) Mobile/15E Safari Line/14.0", "LINE · iPhone"),
        ("curl/8", ""),
        ("<script>" * 1000, ""),
    ],
)
def test_of_a_browser_only_its_kind_is_kept(agent: str, device: str) -> None:
    assert device_of(agent) == device


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_page_that_cannot_be_drawn_is_told_as_ours(worlds: StaffWorlds) -> None:
    """K1: with all headers of our pages, and the log has why."""

    async def start(visit: Visit) -> AdminAnswer:
        return RenderedPage("shop.html", tr("Start"))  # whose data are missing

    staff = await worlds({"start": start})
    browser = await staff.signed_in(await staff.account("admin"))
    async with browser.http.get(browser.url.join(URL("/admin"))) as answer:
        page = await answer.text()
    assert (answer.status, "That went wrong" in page) == (500, True)
    assert answer.headers["Cache-Control"] == "no-store"


UNSAFE = re.compile(
    r"<script(?! [^>]*src=)|<style|\s(?:on[a-z]+|style)=|javascript:|\|\s*safe|\s[a-z-]+=\{\{|autoescape",
    re.I,
)


def test_no_template_has_anything_inline_unescaped_or_without_quotes() -> None:
    """The policy would stop it; and what a name or a shop's customer holds could break out of it."""
    found = sorted(TEMPLATES.glob("*.html"))
    assert found
    bad = {one.name: UNSAFE.findall(text) for one in found if UNSAFE.search(text := one.read_text("utf-8"))}
    assert bad == {}
