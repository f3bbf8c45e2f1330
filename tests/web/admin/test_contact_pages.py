"""J1, J3: customers in the console: found, looked at, each account by addresses of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.conversation import Incoming, TranscriptRow
from bot.model.journal import CallEnd, TimelineRow
from bot.model.processes import part_of
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.counters.quotas import QuotaFigure
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(
        person(1, "王小明", "VIP", phone="+886912345678"),
        person(2, "陳小美", "咖啡"),
        person(3, "<script>alert(1)</script>\u202e"),
    )
    return world


async def test_everybody_is_listed_with_their_number(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    status, page = await agent.get("/admin/contacts", **ZH)
    assert status == 200
    assert {"王小明", "陳小美"} <= set(re.findall("[王陳]小.", page))
    assert "12345678" not in page, "masked"
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert re.search(r"共\s*3\s*位", page)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"who": "小美"}, {"陳小美"}),
        ({"who": "0912-345-678"}, {"王小明"}),
        ({"who": "+886 912 345 678"}, {"王小明"}),
        ({"who": "小"}, {"王小明", "陳小美"}),
        ({"tag": "VIP"}, {"王小明"}),
        ({"audience": "vips"}, {"王小明"}),
        ({"where": "tag: 咖啡"}, {"陳小美"}),
        ({"who": "小", "where": "tag: 咖啡"}, {"陳小美"}),
        ({"who": "5678"}, {"王小明"}),
        ({"who": "３４５６７８"}, {"王小明"}),
        ({"who": "567"}, set()),
        ({"who": "vip"}, {"王小明"}),
        ({"who": "nobody at all"}, set()),
    ],
)
async def test_found_by(world: ContactWorld, fields: dict[str, str], found: set[str]) -> None:
    browser = await world.signed_in("admin")
    status, to = await browser.post("/admin/contacts", None, **fields)
    assert status == 303
    assert not any(word in to for word in ("912", "%E5%B0%8F", "小")), "nobody's name is in an address"
    _, page = await browser.get(to, **ZH)
    listed = page[page.index('id="found"') :]
    assert {name for name in ("王小明", "陳小美") if name in listed} == found
    status, part = await browser.post("/admin/contacts", None, **{**fields, "part": "1"})
    assert (status, "<html" in part) == (200, False)
    assert {name for name in ("王小明", "陳小美") if name in part} == found


async def test_a_search_by_the_end_of_a_phone_is_counted_in_the_audit_log(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    for _ in range(2):
        await agent.post("/admin/contacts", who="5678", part="1")
    [looked] = await world.staff.stores.audit.entries(["people_searched"], 9)
    assert (looked.by, looked.about, looked.times) == ("console:agent", "end", 2)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_from_a_customer_to_their_chat_and_the_next_search(world: ContactWorld) -> None:
    browser = await world.signed_in("agent")
    _, page = await browser.get("/admin/contacts", **ZH)
    at = re.search(r'class="contact" href="([^"]*)"', page)
    assert at is not None
    _, one = await browser.get(at[1], **ZH)
    assert re.search(r'href="/admin/chat\?list=all&amp;channel=main&amp;chat=[\w-]{40,}"', one)


async def test_a_wrong_condition_is_said_at_its_field(world: ContactWorld) -> None:
    browser = await world.signed_in("admin")
    _, to = await browser.post("/admin/contacts", where="tagg: VIP")
    status, page = await browser.get(to, **ZH)
    assert status == 422
    assert 'aria-describedby="where-wrong"' in page
    assert "第 1 行" in page[page.index('id="where-wrong"') :]
    assert (await browser.post("/admin/contacts", where="x" * 201))[0] == 422


async def test_a_page_of_one_and_of_nobody(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    status, page = await agent.get(world.address("agent", "main:U1"), **ZH)
    assert status == 200
    assert "王小明" in page
    assert "VIP" in page
    assert "345678" not in page
    assert re.search("/(erase|export|merge|unbind)", page) is None, "an agent does none of it"
    for show in ("conversation", "log"):
        assert (await agent.get(f"{world.address('agent', 'main:U1')}?show={show}"))[0] == 200
    for address in (
        world.address("admin", "main:U1"),
        world.address("agent", "main:U9"),
        "/admin/contacts/x",
    ):
        assert (await agent.get(address))[0] == 404
    [look, *_] = [one for one in await world.staff.stores.audit.of("main:U1") if one.what == "looked_at"]
    assert look.actor == "console:agent"


async def test_a_place_is_shown_in_full_alone_with_a_map(world: ContactWorld) -> None:
    """E3: private, as an answer to a private question is; the map hears not from where it is opened."""
    content = {"id": "7", "title": "我家", "latitude": 25.03, "longitude": 121.56}
    body = encode_transcript(Incoming("location", content, 0, "private"), None, ())
    await world.staff.stores.conversations.add([TranscriptRow("main:e7", "main:U1", NOW, 1, body)])
    agent, address = await world.signed_in("agent"), world.address("agent", "main:U1")
    _, masked = await agent.get(f"{address}?show=conversation")
    assert "我家" not in masked
    assert "google" not in masked
    _, shown = await agent.post(f"{address}/reveal?show=conversation")
    assert "我家" in shown
    link = "https://www.google.com/maps/search/?api=1&amp;query=25.03%2C121.56"
    assert f'href="{link}" target="_blank" rel="noopener noreferrer"' in shown


async def test_what_the_plan_covers_has_no_price(world: ContactWorld) -> None:
    """I7: SMS have one, and what is beyond the plan."""
    stores, now = world.staff.stores, world.staff.clock.now()
    contact = "main:U1"
    row = TimelineRow(
        "main:sent",
        contact,
        part_of(contact),
        now,
        "postback",
        calls=("push",),
        ends={0: CallEnd("accepted", now)},
    )
    await stores.journal.timeline([row])
    await stores.quotas.keep("main", QuotaFigure(100, now, 200, used=100))
    agent = await world.signed_in("agent")

    async def said() -> str:
        _, page = await agent.get(world.address("agent", contact), **ZH)
        return page[page.index('id="cost"') :].partition("</section>")[0]

    assert "在方案內" in await said()
    assert "NT$" not in await said()
    await stores.quotas.keep("main", QuotaFigure(0, now, 200, used=201))
    assert "NT$0.2" in await said()
