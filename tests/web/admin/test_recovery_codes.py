"""K1: printed codes for the day on which the phone with the second factor is lost; each is good once."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Sequence

import pytest

from bot.model.admin import AdminAccount
from bot.operations.admins.second_factor import NUMBER, hashes_of, new_codes, without
from bot.operations.audit_trail import entries
from bot.store.staff_accounts import SignInTries, TriedBy
from bot.web.admin.cookies import is_proof
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PASSWORD, Staff, StaffWorld, field_of
from tests.web.admin.test_own_account import with_factor
from tests.web.admin.test_sign_in import sign_in

CODE = re.compile(r"<code>(\d{4} \d{4} \d{4})</code>")


@pytest.fixture
async def mei(staff: StaffWorld) -> AdminAccount:
    return await staff.account("admin", "mei")


async def codes_of(staff: StaffWorld, mei: AdminAccount) -> tuple[Staff, list[str]]:
    """A browser of hers, and the codes that she has been given."""
    browser, _ = await with_factor(staff, mei)
    status, page = await browser.post("/admin/me/recovery-codes", former=PASSWORD)
    assert status == 200
    return browser, CODE.findall(page)


async def entered(staff: StaffWorld, code: str) -> int:
    """What a browser is answered that has her password and writes this code."""
    browser = staff.browser()
    await sign_in(browser)
    return (await browser.post("/admin/code", code=code))[0]


async def test_with_a_printed_code_one_comes_in_once(staff: StaffWorld, mei: AdminAccount) -> None:
    hers, codes = await codes_of(staff, mei)
    assert len(set(codes)) == NUMBER
    assert await entered(staff, codes[0]) == 303
    assert await entered(staff, codes[0]) == 422
    assert await entered(staff, codes[1].replace(" ", "-")) == 303
    assert f"are left: {NUMBER - 2}<" in (await hers.get("/admin/me"))[1]
    assert [one.after for one in await entries(staff.stores, kinds=["admin_recovery_code"])] == ["6", "7"]


async def entered_at_once(worlds: Sequence[StaffWorld], codes: Sequence[str]) -> list[int]:
    """The same of a browser for each code, one after the other at these processes: none is taken before all
    were found right."""
    together, right = asyncio.Barrier(len(codes)), SignInTries.was_right

    async def was_right(tries: SignInTries, by: TriedBy, value: str, call: str) -> None:
        await right(tries, by, value, call)
        if by == "code":
            await together.wait()

    turns = zip(itertools.cycle(worlds), codes, strict=False)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SignInTries, "was_right", was_right)
        return await asyncio.gather(*(entered(world, code) for world, code in turns))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_at_the_same_moment_it_is_good_once_and_nobody_has_guessed(
    staff: StaffWorld, mei: AdminAccount, worlds: StaffWorlds
) -> None:
    """The one that came later was counted among the wrong tries of the account."""
    _, codes = await codes_of(staff, mei)
    told = await entered_at_once([staff, await worlds()], [codes[0]] * 4)
    assert sorted(told) == [303, 422, 422, 422]
    assert await entries(staff.stores, kinds=["admin_code_wrong"]) == []
    assert await staff.database.collection("code_limits").count_documents({"spent.0": {"$exists": True}}) == 0
    assert await entered(staff, codes[0]) == 422
    [told_of] = await entries(staff.stores, kinds=["admin_code_wrong"])
    assert told_of.times == 1, "who comes with a code that is used up has none"


async def test_two_codes_at_the_same_moment_are_both_right(
    staff: StaffWorld, mei: AdminAccount, worlds: StaffWorlds
) -> None:
    hers, codes = await codes_of(staff, mei)
    assert await entered_at_once([staff, await worlds()], codes[:3]) == [303] * 3
    assert f"are left: {NUMBER - 3}<" in (await hers.get("/admin/me"))[1]
    left = [one.after for one in await entries(staff.stores, kinds=["admin_recovery_code"])]
    assert sorted(left) == ["5", "6", "7"]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_all_of_them_may_be_used_up(staff: StaffWorld, mei: AdminAccount) -> None:
    hers, codes = await codes_of(staff, mei)
    assert [await entered(staff, one) for one in codes] == [303] * NUMBER
    assert "are left: 0<" in (await hers.get("/admin/me"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_other_codes_need_the_password_and_end_those_before(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    hers, codes = await codes_of(staff, mei)
    status, page = await hers.post("/admin/me/recovery-codes", former="not this one")
    assert (status, CODE.findall(page)) == (422, [])
    before = hers.held
    status, page = await hers.post("/admin/me/recovery-codes", former=PASSWORD)
    assert (status, len(CODE.findall(page))) == (200, NUMBER)
    assert hers.held != before, "another session, as with all that proves who somebody is"
    _, own = await hers.get("/admin/me")
    assert is_proof(field_of(own, "proof"), hers.held), "forms are of the new one"
    assert await entered(staff, codes[0]) == 422
    assert await entered(staff, CODE.findall(page)[0]) == 303


async def test_they_are_nobodys_without_a_second_factor(staff: StaffWorld, mei: AdminAccount) -> None:
    hers, codes = await codes_of(staff, mei)
    half = staff.browser()
    await sign_in(half)
    assert (await hers.post("/admin/me/second-factor/off", former=PASSWORD))[0] == 303
    assert (await half.post("/admin/code", code=codes[0]))[0] != 303 or not await is_in(half)
    assert (await hers.post("/admin/me/recovery-codes", former=PASSWORD))[0] == 422
    assert (await staff.stored("mei")).recovery == ()


async def is_in(browser: Staff) -> bool:
    return (await browser.get("/admin"))[0] == 200


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_guesses_at_them_end_with_those_at_the_apps(staff: StaffWorld, mei: AdminAccount) -> None:
    _, codes = await codes_of(staff, mei)
    for _ in range(10):
        assert await entered(staff, "0000 0000 0000") == 422
    thief = staff.browser()
    await sign_in(thief)
    assert "too many tries" in (await thief.post("/admin/code", code=codes[0]))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_database_has_none_of_them_as_they_are(staff: StaffWorld, mei: AdminAccount) -> None:
    _, codes = await codes_of(staff, mei)
    account = await staff.stores.admins.of("mei")
    row = await staff.database.collection("admins").find_one({"_id": "mei"})
    told = f"{row}{account}"
    for one in codes:
        assert one not in told
        assert one.replace(" ", "") not in told


async def test_setting_the_second_factor_up_takes_the_apps_code_only(
    staff: StaffWorld, mei: AdminAccount
) -> None:
    hers, codes = await codes_of(staff, mei)
    status, _ = await hers.post("/admin/me/second-factor", code=codes[0], former=PASSWORD)
    assert status == 422


@pytest.mark.parametrize(
    "written", ["", "123456789012", "1234 5678 901", "一二三四五六七八九十一二", "１２３４５６７８９０１２"]
)
def test_what_is_no_code_of_theirs(written: str) -> None:
    kept = hashes_of("mei", new_codes())
    assert without("mei", kept, written) is None
    assert without("amy", hashes_of("mei", ["1234 5678 9012"]), "1234 5678 9012") is None
