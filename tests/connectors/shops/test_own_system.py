"""Members of a shop's own system (B19): asked by signed calls, at the simulator's and at odd ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import orjson
import pytest
from aiohttp import web

from bot.connectors.shops.directory import Changed, NewMember
from bot.connectors.shops.own.client import LISTED, OwnSystem
from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings
from bot.model.shop_failure import (
    CredentialsRefused,
    NotOffered,
    NotPermitted,
    NotUnderstood,
    RequestRefused,
    SeveralMembers,
    ShopAway,
    ShopFailed,
)
from tests.connectors.shops.conftest import MEILING, NOON, OWN, MovingClock, World, somebody
from tests.fakes.crm import Crm, CrmAnswer, says

NOBODY = "+886955666777"
SECRET = OWN.credentials["secret"]


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
async def caller() -> AsyncIterator[HookCaller]:
    async with HookCaller(MovingClock(), lambda: ("127.0.0.1",)) as caller:
        yield caller


@pytest.fixture
async def own(crm: Crm, caller: HookCaller) -> AsyncIterator[OwnSystem]:
    async with crm.serving() as server:
        yield OwnSystem(caller, HookSettings("shop erp", str(server.make_url("/")), SECRET, tries=2))


def told(*members: object) -> bytes:
    return orjson.dumps({"members": members})


async def test_a_member_is_found_and_read_with_what_is_mapped(world: World) -> None:
    members = world.members(OWN)
    found = await somebody(members.by_phone(MEILING))
    assert (found.member_no, found.phone, found.shop) == ("5001", MEILING, "erp")
    assert found.values == {"t.tier": "金卡", "n.points": 120, "d.tier_until": "2027-12-31"}
    assert (found.tags, found.consent) == ({"行銷": True}, True)
    read = await somebody(members.read("5001"))
    assert (read.member_no, read.phone) == ("5001", MEILING)
    assert await members.by_phone(NOBODY) is None
    assert await members.read("9") is None
    assert await members.by_line("U1") is None, "no login there that LINE vouches for"


async def test_two_members_of_one_phone(world: World) -> None:
    """Nobody guesses; where the system has had one of them confirmed, that is the one."""
    await world.put("erp/members/5003", {"name": "丙", "phone": "+886 912-345-678", "phone_proven": True})
    with pytest.raises(SeveralMembers):
        await world.members(OWN).by_phone(MEILING)
    await world.put("erp/members/5003", {"phone_proven": False})
    assert (await somebody(world.members(OWN).by_phone(MEILING))).member_no == "5001"


async def test_a_phone_is_registered_once(world: World) -> None:
    """D7: registered again, it is the same member."""
    members = world.members(OWN)
    first = await members.register(NOBODY, "新朋友", "k1", marketing=True)
    again = await members.register(NOBODY, "新朋友", "k1", marketing=True)
    assert (first.member_no, first.phone) == ("5003", NOBODY)
    assert again.member_no == first.member_no
    found = await somebody(members.by_phone(NOBODY))
    assert (found.member_no, found.consent) == ("5003", True)


async def test_what_the_mapping_allows_is_written(world: World) -> None:
    """C10"""
    members = world.members(OWN)
    written = await somebody(members.write("5002", {"d.tier_until": "2028-01-31", "t.tier": "白金"}, "k1"))
    assert written.values["d.tier_until"] == "2028-01-31"
    assert written.values["t.tier"] == "一般", "it is not said that this may be written"
    with pytest.raises(NotOffered):
        await members.write("5002", {"t.tier": "白金"}, "k2")


async def test_members_are_listed_by_page(world: World) -> None:
    for number in range(1, 451):
        await world.put(f"erp/members/{10_000 + number}", {"name": f"會員{number}"})
    members, window = world.members(OWN), Changed(NOON)
    page, met = await members.page(window), list[str | None]()
    sizes = [len(page.members)]
    met += [one.found.member_no for one in page.members]
    while page.mark is not None:
        page = await members.page(window, page.mark)
        sizes.append(len(page.members))
        met += [one.found.member_no for one in page.members]
    assert sizes == [LISTED, LISTED, 52]
    assert len(set(met)) == 452


async def test_the_line_account_is_told(world: World) -> None:
    await world.members(OWN).write_line("5001", "U1", "main")
    assert world.simulator.shops.by_name["erp"].members["5001"].line_at == "U1"


async def test_another_secret_is_refused(world: World) -> None:
    other = replace(OWN, credentials={**OWN.credentials, "secret": "other"})
    with pytest.raises(CredentialsRefused, match="signature"):
        await world.members(other).by_phone(MEILING)


async def test_only_a_member_with_this_very_phone_is_found(crm: Crm, own: OwnSystem) -> None:
    """A system that finds too much leads to nobody else's data."""
    crm.answers = [says(told({"member_no": 1, "phone": "0922 333 444"}, {"member_no": 2, "phone": None}))]
    assert await own.by_phone(MEILING) is None
    crm.answers = [
        says(told({"member_no": 7, "phone": "(0912)345678", "updated_at": "2026-11-20T04:00:00Z"}))
    ]
    found = await somebody(own.by_phone(MEILING))
    assert (found.member_no, found.phone, found.updated) == ("7", MEILING, NOON)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (says(b"{}"), NotUnderstood),
        (says(b"[]"), NotUnderstood),
        (says(b'{"members": {"member_no": 1}}'), NotUnderstood),
        (says(b'{"members": ["M1"]}'), NotUnderstood),
        (says(told({"phone": "0912345678"})), NotUnderstood),
        (says(told({"member_no": True, "phone": "0912345678"})), NotUnderstood),
        (says(told({"member_no": " ", "phone": "0912345678"})), NotUnderstood),
        (says(b"<html>"), NotUnderstood),
        (says(b'{"members": "' + b"x" * 2_000_000 + b'"}'), NotUnderstood),
        (says(b"", 302, Location="http://169.254.169.254/"), NotUnderstood),
        (says(b"", 404), RequestRefused),
        (says(b"", 422), RequestRefused),
        (says(b"", 403), CredentialsRefused),
        (says(b"", 501), NotOffered),
        (says(b"", 500), ShopAway),
        (says(b"", 429), ShopAway),
    ],
)
async def test_odd_answers_have_their_names(
    crm: Crm, own: OwnSystem, answer: CrmAnswer, failure: type[ShopFailed]
) -> None:
    crm.answers = [answer]
    with pytest.raises(failure):
        await own.by_phone(MEILING)
    if failure is NotOffered:
        assert len(crm.seen) == 1, "what is not there is not asked for again"


async def test_an_answer_about_another_member_is_none(crm: Crm, own: OwnSystem) -> None:
    crm.answers = [says(told({"member_no": "M2"}))]
    for asked in (own.read("M1"), own.write("M1", {"a": 1}, "k")):
        with pytest.raises(NotUnderstood):
            await asked
    crm.answers = [says(told({"member_no": "M2", "phone": "0922333444"}))]
    with pytest.raises(NotUnderstood):
        await own.register(NewMember(MEILING, "美玲", marketing=False), "k")


async def test_a_listing_that_goes_round_in_circles_ends(crm: Crm, own: OwnSystem) -> None:
    crm.answers = [says(orjson.dumps({"members": [{"member_no": 1}], "next": "1"}))]
    assert (await own.page(Changed(NOON))).mark == "1"
    with pytest.raises(NotUnderstood):
        await own.page(Changed(NOON), "1")


async def test_nothing_in_our_own_network_is_asked(caller: HookCaller) -> None:
    """CWE-918: as with hooks, but for `private_hosts`."""
    own = OwnSystem(caller, HookSettings("shop erp", "http://127.0.0.2:1/", SECRET, tries=1))
    with pytest.raises(NotPermitted, match="private_hosts"):
        await own.by_phone(MEILING)


async def test_a_system_that_answers_late(crm: Crm, caller: HookCaller) -> None:
    """It fails by name, within its time."""
    never = asyncio.Event()

    async def late(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    crm.answers = [late]
    async with crm.serving() as server:
        url = str(server.make_url("/"))
        own = OwnSystem(caller, HookSettings("shop erp", url, SECRET, timeout=0.05, tries=2))
        with pytest.raises(ShopAway, match="in time"):
            await own.by_phone(MEILING)
        never.set()


async def test_the_key_of_what_is_written_is_the_same_at_each_try(crm: Crm, own: OwnSystem) -> None:
    """Written twice after a crash: the other side knows it again by its key."""
    crm.answers = [says(b"", 503), says(told({"member_no": "M1", "phone": "0912345678"}))]
    await own.register(NewMember(MEILING, "美玲", marketing=False), "call-1")
    crm.answers = [says(b"", 503), says(told({"member_no": "M1"}))]
    await own.write("M1", {"birthday": None}, "call-2")
    keys = [headers["Idempotency-Key"] for headers, _ in crm.seen]
    assert keys == ["call-1", "call-1", "call-2", "call-2"]
    assert orjson.loads(crm.seen[-1][1]) == {"ask": "write", "member_no": "M1", "values": {"birthday": None}}
