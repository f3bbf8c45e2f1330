"""A re-issued secret or access token is taken over from `.env` while the process runs (A11, R3)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession

from bot.operations import publishing
from bot.operations.rollout import with_other_secrets
from tests.cli.oaflow import LINE_SETTINGS, Serving, ended, serving
from tests.cli.test_serving import REPLY, said
from tests.depth import one_of
from tests.fakes.fake_line import FakeLine

OLD = {**LINE_SETTINGS, "LINE_CHANNEL_SECRET": "the-old-secret", "LINE_CHANNEL_ACCESS_TOKEN": "the-old-token"}
NEW = {**LINE_SETTINGS, "LINE_CHANNEL_SECRET": "the-new-secret", "LINE_CHANNEL_ACCESS_TOKEN": "the-new-token"}
NAMES = "LINE_CHANNEL_ACCESS_TOKEN, LINE_CHANNEL_SECRET"
EITHER = ("the-old-secret", "the-new-secret")
TAKEN_OVER = f"taken over from .env: {NAMES} "


@pytest.fixture(autouse=True)
def only_the_old_token(line: FakeLine) -> None:
    line.accepted_tokens = {"the-old-token"}


@dataclass
class Shop:
    """A folder with a playbook and its `.env`, and the process that serves it."""

    folder: Path
    line: FakeLine
    served: Serving | None = None
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def process(self) -> Serving:
        assert self.served is not None
        return self.served

    def writes(self, values: dict[str, str]) -> None:
        """Save `.env` in place."""
        (self.folder / ".env").write_text("".join(f"{k}={v}\n" for k, v in values.items()), "utf-8")

    def replaces(self, values: dict[str, str]) -> None:
        """Put another file in its place, as deployments do."""
        self.puts("".join(f"{k}={v}\n" for k, v in values.items()))

    def puts(self, text: str) -> None:
        """The same with any text."""
        beside = self.folder / ".env.new"
        beside.write_text(text, "utf-8")
        beside.replace(self.folder / ".env")

    async def delivers(self, secret: str, event: dict[str, Any] | None = None) -> int:
        """A webhook that is signed with this secret; the status."""
        body = orjson.dumps({"events": [] if event is None else [event]})
        mac = hmac.digest(secret.encode(), body, hashlib.sha256)
        headers = {"X-Line-Signature": base64.b64encode(mac).decode()}
        address = f"{self.process.address}/webhook/main"
        async with ClientSession() as http, http.post(address, data=body, headers=headers) as answer:
            return answer.status

    async def replies(self) -> str:
        """The access token of the next call that replies."""
        return (await self.line.next(REPLY)).token

    async def asks(self, secret: str) -> int:
        """Somebody asks for the opening hours, by a webhook that is signed with this secret."""
        return await self.delivers(secret, said("營業時間", next(self.numbers)))


@pytest.fixture
async def served(shop: Path, line: FakeLine) -> AsyncIterator[Shop]:
    here = Shop(shop, line)
    here.writes(OLD)
    async with serving(str(shop), OAFLOW_LINE_API=line.url) as here.served:
        yield here


@pytest.mark.parametrize("how", one_of(2, ((how,) for how in (Shop.writes, Shop.replaces))))
async def test_a_new_secret_and_token_are_taken_over_without_publish(served: Shop, how: Any) -> None:
    """The old one goes on to open; the log says which, and no value."""
    assert await served.asks("the-old-secret") == 200
    assert await served.replies() == "the-old-token"
    how(served, NEW)
    line = await served.process.says("taken over from .env")
    assert line["message"].startswith(TAKEN_OVER)
    assert "another 10 minutes" in line["message"]
    assert [await served.delivers(secret) for secret in EITHER] == [200, 200]
    assert await served.delivers("a-strangers-secret") == 401
    served.line.accepted_tokens = {"the-new-token"}
    assert await served.asks("the-new-secret") == 200
    assert await served.replies() == "the-new-token"
    end = await served.process.stop()
    whole = f"{served.process.log}{end.err}"
    assert not [value for value in (*NEW.values(), *OLD.values()) if value in whole and value != "1234"]


async def test_publish_says_whether_the_new_ones_are_used(
    served: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A11: the files are the same, the secrets are not: it waits for them, and says who uses others."""
    served.replaces(NEW)
    end = await ended("publish", str(served.folder), LC_ALL="en_US.UTF-8")
    assert (end.code, "was live already" in end.out, "other secrets" in end.out) == (0, True, False), end
    assert await served.delivers("the-new-secret") == 200
    monkeypatch.setattr(publishing, "with_other_secrets", partial(with_other_secrets, patience=0.5))
    other = await ended(
        "publish", str(served.folder), LC_ALL="en_US.UTF-8", LINE_CHANNEL_SECRET="of-the-environment"
    )
    assert other.code == 0
    assert "other secrets than these are used by" in other.out
    assert "of-the-environment" not in other.out + other.err


async def test_under_load_nothing_is_refused(served: Shop) -> None:
    """LINE signs by the new one at once; what is under way was signed by the old one."""
    end = asyncio.Event()

    async def storm() -> set[int]:
        found = {await served.asks("the-old-secret")}
        while not end.is_set():
            found.add(await served.asks("the-old-secret"))
        return found

    storms = [asyncio.create_task(storm()) for _ in range(4)]
    served.replaces(NEW)
    await served.process.says(TAKEN_OVER)
    assert {await served.asks("the-new-secret") for _ in range(20)} == {200}
    end.set()
    assert set().union(*await asyncio.gather(*storms)) == {200}


async def test_a_token_that_line_does_not_take_yet(served: Shop) -> None:
    """The old one answers meanwhile."""
    served.writes(NEW)
    await served.process.says(TAKEN_OVER)
    assert await served.asks("the-new-secret") == 200
    await served.process.says("does not take the new access token of the channel main")
    while (token := await served.replies()) == "the-new-token":  # unless another call has found it out
        pass
    assert token == "the-old-token"


@pytest.mark.parametrize(
    ("text", "words"),
    one_of(
        2,
        [
            (
                "LINE_CHANNEL_ID=1234\nLINE_CHANNEL_SECRET=\nLINE_CHANNEL_ACCESS_TOKEN=x\n",
                "LINE_CHANNEL_SECRET is not",
            ),
            ("LINE_CHANNEL_ID=1234\nLINE_CHANNEL_SEC", ".env:2: this line is not NAME=value"),
            ("", "LINE_CHANNEL_ACCESS_TOKEN, LINE_CHANNEL_ID, LINE_CHANNEL_SECRET are not set"),
            (None, "are not set any more"),
        ],
    ),
)
async def test_a_broken_file_takes_nothing_down(served: Shop, text: str | None, words: str) -> None:
    """The old one stays, which is said once; and a whole file is taken over again."""
    file = served.folder / ".env"
    if text is None:
        file.unlink()
    else:
        served.puts(text)
    line = await served.process.says("what was read before stays")
    assert words in line["message"]
    assert await served.asks("the-old-secret") == 200
    assert await served.replies() == "the-old-token"
    served.replaces(NEW)
    await served.process.says(TAKEN_OVER)
    assert await served.delivers("the-new-secret") == 200
    assert sum("what was read before stays" in message for message in served.process.messages) == 1


async def test_whatever_else_lies_in_the_folder(served: Shop) -> None:
    """A playbook that is edited and not published, or that has a mistake, holds up no secret."""
    with (served.folder / "bot.yaml").open("a", encoding="utf-8") as file:
        file.write("ruls: []\n")
    await served.process.says("the last good one goes on")
    served.writes(NEW)
    await served.process.says(TAKEN_OVER)
    assert [await served.delivers(secret) for secret in EITHER] == [200, 200]


async def test_a_secret_that_comes_with_another_playbook(served: Shop) -> None:
    """Both at once, by `oaflow publish`: the old secret is good for ten minutes as well."""
    text = (served.folder / "bot.yaml").read_text("utf-8")
    (served.folder / "bot.yaml").write_text(text.replace("LINE_CHANNEL_SECRET", "RENAMED"), "utf-8")
    served.writes({**OLD, "RENAMED": "the-new-secret"})
    end = await ended("publish", str(served.folder))
    assert end.code == 0, end.err
    await served.process.says("the playbook was taken over")
    assert [await served.delivers(secret) for secret in EITHER] == [200, 200]


async def test_what_the_environment_says_comes_first(shop: Path, line: FakeLine) -> None:
    """It cannot change while the process runs, which is said to who changes the file."""
    here = Shop(shop, line)
    here.writes(OLD)
    settings = {"OAFLOW_LINE_API": line.url, "LINE_CHANNEL_SECRET": "of-the-environment"}
    async with serving(str(shop), **settings) as here.served:
        here.writes(NEW)
        told = await here.process.says("the environment of this process sets it")
        assert told["message"].startswith("LINE_CHANNEL_SECRET changed in .env")
        await here.process.says("taken over from .env: LINE_CHANNEL_ACCESS_TOKEN ")
        assert [await here.delivers(secret) for secret in ("of-the-environment", *EITHER)] == [200, 401, 401]


async def test_another_account_is_no_new_secret(served: Shop) -> None:
    served.writes({**OLD, "LINE_CHANNEL_ID": "77"})
    told = await served.process.says("is read when oaflow starts")
    assert told["message"].startswith("LINE_CHANNEL_ID changed in .env")


async def test_while_developing_it_is_the_same(shop: Path, line: FakeLine) -> None:
    """`--reload`, also where the playbook has a mistake just then."""
    here = Shop(shop, line)
    here.writes(OLD)
    async with serving(str(shop), "--reload", OAFLOW_LINE_API=line.url) as here.served:
        with (shop / "bot.yaml").open("a", encoding="utf-8") as file:
            file.write("ruls: []\n")
        await here.process.says("the last good one goes on")
        here.writes(NEW)
        await here.process.says(TAKEN_OVER)
        assert [await here.delivers(secret) for secret in EITHER] == [200, 200]
