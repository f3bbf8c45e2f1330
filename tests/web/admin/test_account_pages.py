"""K1: accounts in the console: added, another role, suspended, let in again; the last admin stays one."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from bot.model.contact import Contact, Identity
from bot.model.settings import Settings
from bot.model.staff_chat import StaffChat
from bot.operations.admins.accounts import AccountRefused, RoleRequest
from bot.web.admin.account_pages import AccountPages, places
from tests.conftest import NOW
from tests.people import come
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, PLAYBOOK, ZH, StaffWorld

ONE = "/admin/accounts/one"
EVIL = "<img src=x>"


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    demanding = Settings({}, second_factor=frozenset({"admin"}))
    pages = AccountPages(worlds.accounts, worlds.console(lambda: PLAYBOOK, demanding))
    return await worlds(pages.handlers())


async def kinds(world: StaffWorld) -> list[tuple[str, str, str]]:
    """The lines about accounts, the first one first: what, by whom, how it stands."""
    found = await world.stores.audit.entries(
        [
            *("admin_added", "admin_role", "admin_suspended", "admin_resumed", "admin_reset"),
            *("admin_unlocked", "admin_second_factor", "admin_signed_out"),
        ],
        50,
    )
    return [(one.kind, one.by, one.state) for one in reversed(found)]


async def test_a_new_account_signs_in_with_the_password_that_is_shown_once(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    status, page = await browser.post(
        "/admin/accounts", ZH, name="Amy@Shop.example", place="store_manager:xinyi"
    )
    password = re.search(r'class="signs start">([0-9a-z-]{23})<', page)
    assert status == 200
    assert password is not None
    account = await staff.stored("amy@shop.example")
    assert (account.role, account.store) == ("store_manager", "xinyi")
    assert await staff.passwords.is_right(password[1], account.password)
    _, page = await browser.get("/admin/accounts", **ZH)
    assert "amy@shop.example" in page
    assert "信義店" in page
    assert password[1] not in page
    assert (await browser.post("/admin/accounts", name="amy@shop.example", place="agent"))[0] == 422
    assert await kinds(staff) == [
        ("admin_added", "console:admin", "done"),
        ("admin_added", "console:admin", "refused"),
    ]


@pytest.mark.parametrize("deed", ["sign-out", "second-factor", "password"])
async def test_ones_own_account_is_ones_own_however_it_is_written(staff: StaffWorld, deed: str) -> None:
    account = await staff.account("admin")
    browser = await staff.signed_in(account)
    status, page = await browser.post(f"{ONE}/{deed}", name="ADMIN", typed="admin")
    assert (status, "signs start" in page) == (422, False)
    assert await staff.stores.admins.of("admin") == account


async def test_what_is_no_account_is_refused_and_shown_as_text(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    places = ("", "king", "group:", "group:south", "store_manager:gone", "clerk:Z9")
    names = ("", "a b", EVIL, "王" * 100)
    for name, place in (*(("mei", place) for place in places), *((name, "admin:x") for name in names)):
        status, page = await browser.post("/admin/accounts", name=name, place=place)
        assert (status, "<img" in page) == (422, False), (name, place)
    assert [one.name for one in await staff.stores.admins.all()] == ["admin"]
    assert (await browser.post("/admin/accounts", name="mei", place="admin:x"))[0] == 200


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_another_role_ends_the_sessions_and_can_be_undone(staff: StaffWorld) -> None:
    admin = await staff.signed_in(await staff.account("admin"))
    lin = await staff.signed_in(await staff.account("group", "lin"))
    assert await admin.post(f"{ONE}/role", name="lin", place="supervisor") == (303, f"{ONE}?name=lin")
    assert (await lin.get("/admin"))[0] == 303
    _, page = await admin.get(f"{ONE}?name=lin")
    undo = page[page.index('class="flash"') :].partition("</form>")[0]
    assert 'value="group:north"' in undo
    assert (await admin.post(f"{ONE}/role", name="lin", place="group:north"))[0] == 303
    account = await staff.stored("lin")
    assert (account.role, account.group) == ("group", "north")


async def test_suspended_and_let_in_again(staff: StaffWorld) -> None:
    admin = await staff.signed_in(await staff.account("admin"))
    lin = await staff.signed_in(await staff.account("agent", "lin"))
    assert (await admin.post(f"{ONE}/suspend", name="lin"))[0] == 303
    assert (await lin.get("/admin"))[0] == 303
    _, page = await admin.get(f"{ONE}?name=lin", **ZH)
    assert f'action="{ONE}/resume"' in page[page.index('class="flash"') :].partition("</form>")[0]
    assert "恢復登入" in page
    assert (await admin.post(f"{ONE}/resume", name="lin"))[0] == 303
    assert (await staff.stored("lin")).suspended is None
    assert (await admin.get(f"{ONE}?name=nobody"))[0] == 404
    assert (await admin.post(f"{ONE}/suspend", name="nobody"))[0] == 404


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_second_step_and_the_password_are_taken_once_the_name_is_typed(staff: StaffWorld) -> None:
    admin = await staff.signed_in(await staff.account("admin"))
    before = await staff.account("agent", "lin")
    await staff.change(before.name, totp="ABC", recovery=("x",))
    for deed in ("second-factor", "password"):
        assert (await admin.post(f"{ONE}/{deed}", name="lin", typed="else"))[0] == 422
        assert await kinds(staff) == []
    assert (await admin.post(f"{ONE}/second-factor", name="lin", typed=" LIN "))[0] == 303
    account = await staff.stored("lin")
    assert (account.totp, account.recovery) == ("", ())
    assert await staff.passwords.is_right(PASSWORD, account.password), "their password stays"
    status, page = await admin.post(f"{ONE}/password", name="lin", typed="lin")
    assert (status, "signs start" in page) == (200, True)
    assert [kind for kind, *_ in await kinds(staff)] == ["admin_second_factor", "admin_reset"]
    lin = await staff.signed_in((await staff.stores.admins.all())[1])
    assert (await admin.post(f"{ONE}/sign-out", name="lin"))[0] == 303
    assert (await lin.get("/admin"))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_nobody_lowers_or_locks_out_themselves(staff: StaffWorld) -> None:
    admin = await staff.signed_in(await staff.account("admin"))
    await staff.account("admin", "mei")
    _, page = await admin.get(f"{ONE}?name=admin")
    assert f"{ONE}/suspend" not in page
    for deed in ("suspend", "role", "sign-out", "second-factor", "password"):
        status, _ = await admin.post(f"{ONE}/{deed}", name="admin", place="agent", typed="admin")
        assert status == 422, deed
    account = await staff.stored("admin")
    assert (account.role, account.suspended) == ("admin", None)


async def test_the_last_admin_who_can_sign_in_stays_one(staff: StaffWorld, worlds: StaffWorlds) -> None:
    """Also where two lower each other in the same moment; one whose start password is too old is no help."""
    people = worlds.accounts
    for _ in range(5):
        for name in ("one", "two"):
            account = await staff.stores.admins.of(name)
            if account is None:
                await staff.account("admin", name)
            else:
                await staff.change(account.name, role="admin", suspended=None)

        async def suspend(name: str, by: str) -> bool:
            try:
                await people.suspend([name], f"console:{by}")
            except AccountRefused:
                return False
            return True

        async def lower(name: str, by: str) -> bool:
            try:
                await people.set_role(PLAYBOOK, name, RoleRequest("agent"), f"console:{by}")
            except AccountRefused:
                return False
            return True

        done = await asyncio.gather(suspend("one", "two"), lower("two", "one"))
        assert sorted(done) == [False, True]
    old = await staff.account("admin", "old")
    expired = staff.clock.now() - timedelta(hours=1)
    await staff.change(old.name, start_until=expired)
    left = next(one for one in await staff.stores.admins.all() if one.role == "admin" and not one.suspended)
    with pytest.raises(AccountRefused):
        await people.suspend([left.name], "console:old")
    await people.suspend([left.name], "command:root")


async def has_chat(staff: StaffWorld, number: int, by: str) -> None:
    """This account has a conversation with somebody new."""
    desk = (StaffChat("main", "has", NOW, NOW, f"console:{by}"),)
    line = (Identity("main", f"U{number}", staff=True),)
    await come(staff.stores.contacts, Contact(f"main:U{number}", identities=line, chats=desk))


async def orders(staff: StaffWorld) -> list[tuple[str, str, tuple[str, ...]]]:
    """What was ordered of conversations: of whom, what, with its details."""
    rows = [row for who in ("U1", "U2", "U3") for row in await staff.stores.audit.of(f"main:{who}")]
    return [(one.contact, one.what, one.details) for one in rows]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("deed", "fields"),
    [("suspend", {}), ("role", {"place": "store_manager:xinyi"}), ("password", {"typed": "lin"})],
)
async def test_nobodys_conversation_stays_with_who_cannot_answer(
    staff: StaffWorld, deed: str, fields: dict[str, str]
) -> None:
    """E3: they wait again, or are a colleague's who is signed in; the page asks, with how many."""
    admin = await staff.signed_in(await staff.account("admin"))
    await staff.signed_in(await staff.account("agent", "amy"))
    await staff.account("agent", "lin")
    await staff.account("agent", "out")
    for number in (1, 2):
        await has_chat(staff, number, "lin")
    await has_chat(staff, 3, "amy")
    _, page = await admin.get(f"{ONE}?name=lin", **ZH)
    assert "有 2 位客人的對話還開著" in page
    assert ['value="amy"' in page, 'value="out"' in page] == [True, False]
    lost = Contact("main:C1", kind="group", chats=(StaffChat("main", "has", NOW, NOW, "console:lin"),))
    await come(staff.stores.contacts, lost)  # as one who is erased meanwhile: nothing can be ordered of it
    for to in ("out", "lin", "nobody"):
        status, _ = await admin.post(f"{ONE}/{deed}", None, **fields, name="lin", chats_to=to)
        assert (status, await orders(staff)) == (422, []), to
    assert (await admin.post(f"{ONE}/{deed}", None, **fields, name="lin", chats_to=""))[0] in (200, 303)
    assert await orders(staff) == [
        ("main:U1", "set_waiting", ("main",)),
        ("main:U2", "set_waiting", ("main",)),
    ]


async def test_a_colleague_who_is_there_may_have_them(staff: StaffWorld) -> None:
    admin = await staff.signed_in(await staff.account("admin"))
    await staff.signed_in(await staff.account("agent", "amy"))
    await staff.account("agent", "lin")
    await has_chat(staff, 1, "lin")
    assert (await admin.post(f"{ONE}/role", name="lin", place="supervisor"))[0] == 303
    assert await orders(staff) == [], "who may still answer keeps them"
    await staff.signed_in(account := await staff.account("agent", "kai"))
    await has_chat(staff, 2, account.name)
    status, _ = await admin.post(f"{ONE}/role", name="kai", place="store_manager:xinyi", chats_to="kai")
    assert status == 422, "they would not have answered any more"
    assert (await admin.post(f"{ONE}/role", name="kai", place="supervisor", chats_to="amy"))[0] == 303
    assert await orders(staff) == [("main:U2", "assigned", ("main", "console:amy"))]
    assert (await admin.post(f"{ONE}/suspend", name="lin", chats_to="amy"))[0] == 303
    assert (await orders(staff))[0] == ("main:U1", "assigned", ("main", "console:amy"))


def test_a_form_offers_each_role_with_whose_people() -> None:
    assert [value for value, _, _ in places(PLAYBOOK)] == [
        *("admin", "supervisor", "agent", "head_office"),
        *("group:north", "store_manager:xinyi", "store_manager:banqiao"),
    ]
