"""`POST /api/events` as other systems use it: the examples of docs/events.md, run; its OpenAPI; its token."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from bot.model.contact import Binding, Contact, Identity
from tests.cli.oaflow import LINE_SETTINGS, ROOT, Serving, ended, environment, serving
from tests.cli.people_database import stores_in
from tests.conftest import NOW
from tests.eventually import PATIENCE
from tests.fakes.fake_line import FakeLine
from tests.people import come

DOCUMENT = (ROOT / "docs" / "events.md").read_text("utf-8")
TOKEN, NEW_TOKEN = "0f1e" * 16, "a1b2" * 16
PUSH = "/v2/bot/message/push"
LINE_ID = "U0123456789abcdef0123456789abcdef"
AMY = Contact(
    f"main:{LINE_ID}",
    identities=(Identity("main", LINE_ID, friend=True),),
    phone="+886912345678",
    member_no="M1001",
    bindings={"phone": Binding(NOW)},
)
ADDRESS = "https://bot.forest.example"


def block(language: str) -> str:
    """The only example in this language."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def telling(shop: Path) -> Path:
    """The smallest playbook, with what the document adds to it; the token stands in `.env`."""
    smallest = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(smallest.partition("rules:")[0] + block("yaml"), "utf-8")
    with_token(shop, TOKEN)
    return shop


def with_token(shop: Path, token: str) -> None:
    (shop / ".env").write_text(f"EVENTS_TOKEN={token}\n", "utf-8")


@dataclass
class Telling:
    """A bot that knows Amy, who has bound her phone, and the LINE that she is at."""

    served: Serving
    line: FakeLine

    async def tells(self, id_: str, token: str) -> int:
        told = {"id": id_, "signal": "parcel_arrived", "contact": {"line_id": LINE_ID}}
        told["values"] = {"order_no": "1", "shop_name": "信義店"}
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.served.address}/api/events"
        async with ClientSession() as http, http.post(address, json=told, headers=headers) as answer:
            return answer.status

    async def pushed(self, number: int) -> set[str]:
        """What came to her, when so many pushes have come."""
        return {call.json["messages"][0]["text"] for call in await self.line.asked_for(PUSH, number)}

    async def runs(self, *command: str) -> str:
        """A program of another system; what it prints."""
        named = environment({"OAFLOW_PUBLIC_URL": self.served.address, "EVENTS_TOKEN": TOKEN})
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=named
        )
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 0, err.decode()
        return out.decode()


@pytest.fixture
async def told(telling: Path) -> AsyncIterator[Telling]:
    async with stores_in(telling) as stores:
        await come(stores.contacts, AMY)
    async with (
        FakeLine.running() as line,
        serving(str(telling), OAFLOW_LINE_API=line.url, **LINE_SETTINGS) as served,
    ):
        yield Telling(served, line)


async def test_the_examples_do_what_the_document_says(told: Telling) -> None:
    """F2: `curl` and Python, from a telephone and from a member number to the push."""
    assert json.loads(await told.runs("sh", "-c", block("bash"))) == json.loads(block("json"))
    printed = await told.runs(sys.executable, "-c", block("python"))
    assert [line.split() for line in printed.splitlines()] == [
        ["order-20261120-18", "stored"],
        ["order-20261120-19", "stored"],
    ]
    texts = {f"您的訂單 20261120-{number} 已送達 信義店。" for number in (17, 18, 19)}
    assert await told.pushed(3) == texts


async def test_a_new_token_is_taken_over_and_the_old_one_is_good_for_a_while(
    told: Telling, telling: Path
) -> None:
    """A11"""
    assert [await told.tells("1", TOKEN), await told.tells("1", NEW_TOKEN)] == [202, 401]
    with_token(telling, NEW_TOKEN)
    line = await told.served.says("taken over from .env: EVENTS_TOKEN")
    assert NEW_TOKEN not in json.dumps(line)
    assert [await told.tells("2", TOKEN), await told.tells("3", NEW_TOKEN)] == [202, 202]
    with_token(telling, "")
    await told.served.says("EVENTS_TOKEN")
    closed = [await told.tells("4", NEW_TOKEN)]
    while closed[-1] != 404:
        closed.append(await told.tells("4", NEW_TOKEN))
    assert await told.tells("4", TOKEN) == 404


async def test_its_openapi_is_right_and_takes_what_is_taken(telling: Path) -> None:
    end = await ended("schema", "--events", str(telling), OAFLOW_PUBLIC_URL=ADDRESS, **LINE_SETTINGS)
    assert (end.code, end.err) == (0, "")
    described: dict[str, Any] = json.loads(end.out)
    validate(described)
    assert described["servers"] == [{"url": ADDRESS}]
    schema = {"$ref": "#/components/schemas/Event", **described}
    event = json.loads(re.findall(r"-d '(.*?)'", block("bash"), re.DOTALL)[0])
    taken = Draft202012Validator(schema)
    assert taken.is_valid(event)
    assert not taken.is_valid({**event, "values": {"order_no": "1"}})
    assert not taken.is_valid({**event, "signal": "parcel"})
    assert not taken.is_valid({**event, "contact": {"phone": "0912345678", "line_id": "U1"}})


async def test_without_an_address_the_openapi_names_this_machine(telling: Path) -> None:
    """It says that this is the default, and which variable is not set."""
    end = await ended("schema", "--events", str(telling), **LINE_SETTINGS)
    [server] = json.loads(end.out)["servers"]
    assert server["url"] == "http://127.0.0.1:8080"
    assert "OAFLOW_PUBLIC_URL" in server["description"]
    validate(json.loads(end.out))
