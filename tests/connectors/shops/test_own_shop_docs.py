"""docs/own-shop.md: its server is run, and both sides say what its OpenAPI says (B19)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.connectors.shops.directory import Changed, NewMember
from bot.connectors.shops.own.client import OwnSystem
from bot.hooks.answer import HookFailure, HookReply
from bot.hooks.call import HookCaller
from bot.model.clock import SystemClock
from bot.model.news import SHOP_NEWS
from bot.model.settings import HookSettings, ShopSettings
from bot.model.shop_failure import CredentialsRefused, NotOffered
from bot.runtime.shops.shop_events import KEYS, ORDER_KEYS, OWN_SYSTEM_NEWS, read_shop_news
from tests.connectors.shops.conftest import NOON, World, somebody
from tests.own_shop import DOCS, SERVER, example_server

CONTRACT = yaml.safe_load((DOCS / "own-shop.openapi.yaml").read_text("utf-8"))
POST = CONTRACT["paths"]["/"]["post"]
ASKED = POST["requestBody"]["content"]["application/json"]["schema"]
ANSWERED = POST["responses"]["200"]["content"]["application/json"]["schema"]
NEWS, ORDER = (CONTRACT["components"]["schemas"][name] for name in ("news", "order"))
ANGEL = "+886912345678"
ERP = ShopSettings("erp", "hook", None, {})


def fits(schema: dict[str, Any], what: object) -> None:
    Draft202012Validator({**schema, "components": CONTRACT["components"]}).validate(what)


class Recorded(HookCaller):
    """Keeps what is asked, and what is answered."""

    def __init__(self) -> None:
        super().__init__(SystemClock(), lambda: ("127.0.0.1",))
        self.seen: list[tuple[Any, object]] = []

    async def call(self, hook: HookSettings, id_: str, body: Any) -> HookReply | HookFailure:
        found = await super().call(hook, id_, body)
        self.seen.append((body, found.body if isinstance(found, HookReply) else None))
        return found


@pytest.fixture
async def caller() -> AsyncIterator[Recorded]:
    async with Recorded() as caller:
        yield caller


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with example_server(tmp_path / "members.db", monkeypatch) as port:
        yield port


def of(caller: HookCaller, port: int, secret: str = "shared") -> OwnSystem:
    return OwnSystem(caller, HookSettings("shop erp", f"http://127.0.0.1:{port}/", secret, tries=1))


async def test_the_example_server_does_all_that_is_asked(caller: Recorded, port: int) -> None:
    shop = of(caller, port)
    assert await shop.by_phone(ANGEL) is None
    new = await shop.register(NewMember(ANGEL, "美玲", marketing=True), "k1")
    again = await shop.register(NewMember(ANGEL, "美玲", marketing=True), "k1")
    assert again.member_no == new.member_no == "1", "of one phone there is one member"
    found = await somebody(shop.by_phone(ANGEL))
    assert (found.member_no, found.proven, found.fields["name"]) == ("1", True, "美玲")
    assert found.updated is not None
    written = await somebody(shop.write("1", {"birthday": "1990-05-20", "tier": "白金"}, "k2"))
    assert (written.fields["birthday"], written.fields["tier"]) == ("1990-05-20", None), "tier is its own"
    await shop.write_line("1", "U1")
    read = await somebody(shop.read("1"))
    assert read.fields["line_id"] == "U1"
    assert await shop.read("2") is None
    page = await shop.page(Changed(NOON))
    assert ([one.member_no for one in page.records], page.mark) == (["1"], None)
    with pytest.raises(NotOffered):
        await shop.fields()
    for asked, answered in caller.seen:
        fits(ASKED, asked)
        if answered is not None:
            fits(ANSWERED, answered)
    assert {asked["ask"] for asked, _ in caller.seen} == set(asks())


async def test_the_example_server_tells_our_calls_from_others(caller: Recorded, port: int) -> None:
    with pytest.raises(CredentialsRefused):
        await of(caller, port, "other").by_phone(ANGEL)


async def test_the_simulator_says_what_the_contract_says(caller: Recorded, world: World) -> None:
    url = str(world.server.make_url("/simulator/shop/hook/erp"))
    world.clock.moment = SystemClock().now()  # calls are signed by the machine's
    shop = OwnSystem(caller, HookSettings("shop erp", url, "shared", tries=1))
    await shop.by_phone(ANGEL)
    await shop.page(Changed(NOON))
    await shop.write("5001", {"birthday": "1990-05-20"}, "k")
    fields = await shop.fields()
    assert fields["tier"] == {"example": "金卡"}
    for asked, answered in caller.seen:
        fits(ASKED, asked)
        fits(ANSWERED, answered)


def asks() -> list[str]:
    return [one["$ref"].rpartition("/")[2] for one in ASKED["oneOf"]]


def test_page_and_contract_know_the_same_questions() -> None:
    page = (DOCS / "own-shop.md").read_text("utf-8")
    asked, _, told = page.partition("## When a member has changed")
    assert re.findall(r"^\| `(\w+)` \|", asked, re.MULTILINE)[1:] == asks()
    assert re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE) == list(NEWS["properties"])
    assert all(f"`{one}`" in told for one in (*NEWS["properties"]["news"]["enum"], *ORDER["properties"]))
    [events] = re.findall(r"^    POST /api/events\n((?:    .*\n)+)", told, re.MULTILINE)
    for event in orjson.loads(events):
        fits(NEWS, event)
        assert read_shop_news(event, {"erp": ERP}, ZoneInfo("Asia/Taipei"), NOON).shop == "erp"
    assert all(f"`{name}`" in page for name in CONTRACT["components"]["schemas"]["list"]["required"])
    [answer] = re.findall(r"^    (\{.*\})$", asked, re.MULTILINE)
    fits(ANSWERED, orjson.loads(answer))


def test_the_example_server_is_short() -> None:
    assert len(SERVER.read_text("utf-8").splitlines()) <= 60


def test_the_contract_says_what_is_taken() -> None:
    assert tuple(NEWS["properties"]) == KEYS
    assert tuple(ORDER["properties"]) == ORDER_KEYS
    assert set(NEWS["properties"]["news"]["enum"]) == set(OWN_SYSTEM_NEWS) > set(SHOP_NEWS)
