"""K1: all addresses of the staff's pages, asked for by everybody: whom no row lets in is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from yarl import URL

from bot.model.admin import ROLES, AdminRole, SignInStep
from bot.model.clerk import ClerkRole, StoreClerk
from bot.model.translatable import tr
from bot.web.admin.cookies import proof
from bot.web.admin.route import AdminRoute
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import AdminAnswer, AdminHandler, RenderedPage, Visit
from tests.depth import one_of
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

REACHED = "message.html"
MORE = pytest.param(1, marks=pytest.mark.ring("soak", "more of the same"))
STAGES: tuple[SignInStep, ...] = ("code", "password", "factor")


class Reached:
    """Answers every address, and knows who has come through."""

    def __init__(self) -> None:
        self.by: list[tuple[str, str | None]] = []

    def handlers(self) -> Mapping[str, AdminHandler]:
        return {row.name: self._answering(row) for row in ROUTES}

    def _answering(self, row: AdminRoute) -> AdminHandler:
        async def answer(visit: Visit) -> AdminAnswer:
            self.by.append((row.name, visit.caller.role if visit.caller is not None else None))
            return RenderedPage(REACHED, tr("Start"))

        return answer


@pytest.fixture
def reached() -> Reached:
    return Reached()


@pytest.fixture
async def walked(worlds: StaffWorlds, reached: Reached) -> StaffWorld:
    world = await worlds(reached.handlers())
    await world.stores.clerks.write([(StoreClerk("A01", "Amy", store="xinyi"), None)])
    return world


async def asked(browser: Staff, row: AdminRoute) -> int:
    path = row.path.replace("{", "").replace("}", "")
    return (await (browser.get(path) if row.method == "GET" else browser.post(path)))[0]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("every", [3, MORE])
async def test_each_address_lets_in_whom_the_table_names_and_nobody_else(
    walked: StaffWorld, reached: Reached, every: int
) -> None:
    """Each is asked for by one in `every` of the roles, in turn."""
    for number, role in enumerate(ROLES):
        clerk = "A01" if role == "clerk" else ""
        browser = await walked.signed_in(await walked.account(role, clerk=clerk))
        for row in ROUTES[number % every :: every]:
            reached.by.clear()
            status = await asked(browser, row)
            may = row.at == "anybody" or (row.at == "signed_in" and role in row.roles)
            assert (reached.by == [(row.name, role)]) == may, (role, row)
            assert may or status in (303, 403), (role, row, status)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_signed_out_nobody_gets_further_than_the_sign_in(walked: StaffWorld, reached: Reached) -> None:
    browser = walked.browser()
    await browser.get("/admin/sign-in")
    for row in ROUTES:
        reached.by.clear()
        status = await asked(browser, row)
        assert (reached.by != []) == (row.at == "anybody"), row
        assert row.at == "anybody" or status == (303 if row.method == "GET" else 401), row


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", one_of(4, ((role,) for role in ROLES)))
async def test_suspended_in_the_middle_they_are_signed_out(
    walked: StaffWorld, reached: Reached, role: AdminRole
) -> None:
    account = await walked.account(role, clerk="A01" if role == "clerk" else "")
    browser = await walked.signed_in(account)
    assert (await browser.get("/admin"))[0] == 200
    await walked.change(account.name, suspended=walked.clock.now())
    await nobody_comes_through(browser, reached)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("every", [3, MORE])
async def test_who_is_half_signed_in_opens_nothing_but_the_next_step(
    walked: StaffWorld, reached: Reached, every: int
) -> None:
    """Of what is for those who are signed in, each stage asks for one in `every`, in turn."""
    account = await walked.account("admin")
    inside = [row for row in ROUTES if row.at == "signed_in"]
    for number, stage in enumerate(STAGES):
        browser = await walked.signed_in(account, stage)
        for row in (*inside[number % every :: every], *(row for row in ROUTES if row.at != "signed_in")):
            reached.by.clear()
            await asked(browser, row)
            assert (reached.by != []) == (row.at in ("anybody", stage)), (stage, row)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", ["clerk", "store_manager"])
async def test_a_suspended_clerk_is_signed_out(walked: StaffWorld, reached: Reached, role: ClerkRole) -> None:
    """D6: suspension signs out at once."""
    clerks = walked.stores.clerks
    await clerks.write([(StoreClerk("A02", "Bo", role, store="xinyi"), None)])
    browser = await walked.signed_in(await walked.account(role, clerk="A02"))
    assert (await browser.get("/admin"))[0] == 200
    stored = (await clerks.of(["A02"]))["A02"]
    assert not await clerks.write([(replace(stored.clerk, suspended=walked.clock.now()), stored.rev)])
    await nobody_comes_through(browser, reached)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_no_row_names_is_nowhere(walked: StaffWorld) -> None:
    browser = await walked.signed_in(await walked.account("admin"))
    for path in ("/admin/nothing", "/admin/", "/admin/sign-in/x", "/admin/static/x"):
        assert (await browser.get(path))[0] == 404, path


def test_every_row_says_who_may() -> None:
    for row in ROUTES:
        assert bool(row.roles) == (row.at not in ("anybody", *STAGES)), row
    assert len({(row.method, row.path) for row in ROUTES}) == len(ROUTES)


async def nobody_comes_through(browser: Staff, reached: Reached) -> None:
    reached.by.clear()
    for row in ROUTES:
        if row.at != "anybody":
            assert await asked(browser, row) in (303, 401), row
    assert reached.by == []


def test_the_documentation_says_who_may_open_what() -> None:
    """A heading names roles, the lines below it the addresses that are open to just these."""
    page = Path(__file__).parents[3] / "docs" / "operations" / "staff-addresses.md"
    told: dict[str, set[str]] = {}
    roles: list[str] = []
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("## "):
            roles = line.removeprefix("## ").split(", ")
        elif line.startswith("- "):
            for method, paths in re.findall(r"(GET|POST) (`[^·]+`)", line):
                for path in re.findall(r"`([^`]+)`", paths):
                    assert f"{method} {path}" not in told, line
                    told[f"{method} {path}"] = set(roles)
    assert told == {f"{row.method} {row.path}": set(row.roles) for row in ROUTES if row.at == "signed_in"}


FOREIGN: Sequence[Mapping[str, str]] = (
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "none")),
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("every", [4, MORE])
async def test_no_form_of_a_foreign_page_comes_through_anywhere(
    walked: StaffWorld, reached: Reached, every: int
) -> None:
    """CSRF: every POST of the table, where the browser says that it comes from elsewhere, or has no proof.

    Each with one in `every` of the ways, in turn: one door is before them all.
    """
    browser = await walked.signed_in(await walked.account("admin"))
    other = await walked.signed_in(await walked.account("supervisor"))
    out = walked.browser()
    await out.get("/admin/sign-in")
    reached.by.clear()
    here = walked.server.make_url("/").origin()
    others = (here.with_scheme("https"), here.with_port(None), here.with_host("localhost"))
    foreign = (*FOREIGN, *({"Origin": str(one)} for one in others))
    for headers in foreign:
        assert (await out.post("/admin/sign-in", headers))[0] == 403, "into somebody else's account"
    for number, row in enumerate(row for row in ROUTES if row.method == "POST"):
        path = row.path.replace("{", "").replace("}", "")
        for headers in foreign[number % every :: every]:
            assert (await browser.post(path, headers))[0] == 403, (row, headers)
        for told in ("", "0" * 64, proof(other.held), "é")[number % every :: every]:
            assert (await browser.post(path, proof=told))[0] == 403, (row, told)
        async with browser.http.post(
            browser.url.join(URL(path)), json={"proof": proof(browser.held)}
        ) as said:
            assert said.status == 400, row
    assert reached.by == []
    assert (await browser.post("/admin/stop", {"Sec-Fetch-Site": "same-origin"}))[0] == 200
    assert (await browser.post("/admin/stop", {"Origin": str(here)}))[0] == 200
    assert [role for _, role in reached.by] == ["admin", "admin"], "a form of ours does"


async def test_elsewhere_than_on_this_machine_a_page_of_ours_came_by_https(worlds: StaffWorlds) -> None:
    """Somebody on the way may write a page of this host that comes by plain http."""
    staff = await worlds(secure=True)
    browser = staff.browser()
    for origin, status in (("http://shop.example", 403), ("https://shop.example", 401)):
        browser.http.cookie_jar.clear()
        secret = "s" * 43
        headers = {"Host": "shop.example", "Origin": origin, "Cookie": f"__Host-oaflow_admin={secret}"}
        sent = await browser.post(
            "/admin/sign-in", headers, proof=proof(secret), name="mei", password="not the one"
        )
        assert sent[0] == status, origin


async def test_the_simulators_way_in_is_there_with_a_simulator_alone(staff: StaffWorld) -> None:
    for browser in (staff.browser(), await staff.signed_in(await staff.account("agent"))):
        await browser.get("/admin/sign-in")
        assert (await browser.post("/admin/try", role="admin"))[0] == 404
