"""A shop with a system of its own, from link to news, by the programs of docs/own-shop.md (C2, C6)."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.model.contact import Binding, Contact, Identity
from tests.cli.oaflow import LINE_SETTINGS, Ended, ended, serving
from tests.cli.people_database import stores_in
from tests.conftest import NOW
from tests.fakes.fake_line import FakeLine
from tests.own_shop import example_server, tell_news
from tests.people import come

PUSH = "/v2/bot/message/push"
TOKEN = "0f1e" * 16
NOW_THERE = "strftime('%Y-%m-%dT%H:%M:%fZ')"
BOT = """
private_hosts: [127.0.0.1]
api_token: ${EVENTS_TOKEN:-}
shops:
  erp:
    {platform: hook, url: "${ERP_URL}", secret: "${ERP_SECRET}", attributes: {tier: tier}}
attributes: {tier: text}
rules:
  - {when: {attribute_changed: tier}, push: "等級 {{ attribute.tier }}"}
"""
LINE_ID = "U0123456789abcdef0123456789abcdef"
AMY = Contact(
    f"main:{LINE_ID}",
    identities=(Identity("main", LINE_ID, friend=True),),
    phone="+886912345678",
    member_no="1",
    member_shop="erp",
    bindings={"phone": Binding(NOW)},
)


@dataclass
class OwnShop:
    """The server of the documentation, with Amy as its first member, and a bot that knows her."""

    folder: Path
    members: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        ours = {"ERP_URL": f"http://127.0.0.1:{self.port}/", "ERP_SECRET": "shared"}
        return {**LINE_SETTINGS, "EVENTS_TOKEN": TOKEN, **ours}

    def changes(self, tier: str) -> None:
        """As a till of the shop does it."""
        with closing(sqlite3.connect(self.members, isolation_level=None)) as db:
            db.execute(f"UPDATE member SET tier = ?, updated_at = {NOW_THERE} WHERE member_no = 1", (tier,))

    async def does(self, *words: str, **more: str) -> Ended:
        return await ended("shop", words[0], str(self.folder), *words[1:], **(self.environment | more))


@pytest.fixture
async def erp(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OwnShop]:
    smallest = (shop / "bot.yaml").read_text("utf-8").partition("rules:")[0]
    assert "  main:\n" in smallest
    (shop / "bot.yaml").write_text(smallest.replace("  main:\n", "  main:\n    shop: erp\n") + BOT, "utf-8")
    async with stores_in(shop) as stores:
        await come(stores.contacts, AMY)
    members = tmp_path / "members.db"
    with example_server(members, monkeypatch) as port:
        with closing(sqlite3.connect(members, isolation_level=None)) as db:
            db.execute(
                f"INSERT INTO member (phone, tier, updated_at) VALUES ('0912345678', '一般', {NOW_THERE})"
            )
        yield OwnShop(shop, members, port)


async def test_from_its_link_to_its_news(erp: OwnShop) -> None:
    """It is tried and linked, read as a whole and silently, then heard."""
    linked = await erp.does("link")
    assert linked.code == 0, linked
    assert "set  OAFLOW_PUBLIC_URL=https://bot.example.com  in .env beside bot.yaml" in linked.out
    assert "is then:  https://bot.example.com/api/events" in linked.out
    told = await erp.does("link", "--json")
    assert json.loads(told.out)["webhook"] is None, "nobody copies an address that is none"
    known = await erp.does("link", OAFLOW_PUBLIC_URL="https://forest.example")
    assert "the address of its webhook:  https://forest.example/api/events" in known.out
    assert "OAFLOW_PUBLIC_URL" not in known.out
    async with FakeLine.running() as line:
        started = serving(str(erp.folder), OAFLOW_LINE_API=line.url, **erp.environment)
        async with started as served:
            synced = await erp.does("sync")
            assert (synced.code, synced.err.count("Traceback")) == (0, 0), synced
            erp.changes("金卡")
            await asyncio.to_thread(tell_news, erp.members, served.address, TOKEN)
            calls = await line.asked_for(PUSH)
            assert [one.json["messages"][0]["text"] for one in calls] == ["等級 金卡"], "the sync was silent"
    told = json.loads((await erp.does("status", "--json")).out)
    assert told is not None


@pytest.mark.parametrize(("token", "closed"), [("", True), (TOKEN, False)])
async def test_where_it_has_no_way_to_tell_its_news_that_is_said(
    erp: OwnShop, token: str, closed: bool
) -> None:
    for command in ("link", "status"):
        end = await erp.does(command, EVENTS_TOKEN=token)
        assert ("POST /api/events is closed" in end.out) is closed, end
    told = json.loads((await erp.does("status", "--json", EVENTS_TOKEN=token)).out)
    assert told["is_unheard"] is closed


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ERP_URL": ""}, 'has no "url"'),
        ({"ERP_URL": "http://127.0.0.1:1/"}, "does not answer: it cannot be reached"),
        ({"ERP_URL": "http://localhost:1/"}, "private_hosts"),
        ({"ERP_SECRET": "other"}, "does not take our signature: is the  secret  the same there?"),
    ],
)
async def test_each_trouble_of_linking_has_its_own_words(
    erp: OwnShop, environment: dict[str, str], says: str
) -> None:
    """C4"""
    end = await erp.does("link", **environment)
    assert end.code != 0
    assert says in end.err, end.err
