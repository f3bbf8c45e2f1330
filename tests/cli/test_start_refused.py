"""K3: a start that is refused is told in the log like everything else; to people as commands tell it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app.database import open_database
from bot.cli.run.start_refused import start_refused
from bot.model.settings import Settings
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate
from bot.store.unavailable import DatabaseUnavailable
from tests.cli.oaflow import LINE_SETTINGS, ended, ended_run, environment, serving
from tests.eventually import PATIENCE
from tests.started import started

NOBODY = {"MONGODB_URI": "mongodb://someone:hunter4@127.0.0.1:1/oaflow"}
NO_BASE64 = "seal=k1:hunter2 index=hunter3"


def write(shop: Path, more: str, **replaced: str) -> None:
    text = (shop / "bot.yaml").read_text("utf-8")
    for old, new in replaced.items():
        text = text.replace(old, new)
    (shop / "bot.yaml").write_text(f"{text}{more}", "utf-8")


def mistakes(shop: Path) -> None:
    write(shop, "", follow="folow")


def no_database(shop: Path) -> None:
    write(shop, "database: ${MONGODB_URI}\n")


def a_key_file_that_is_none(shop: Path) -> None:
    (shop / ".oaflow").mkdir()
    (shop / ".oaflow" / "keys").write_text("hunter2\n")


@pytest.mark.ring("all", "a command from beginning to end")
@pytest.mark.parametrize(
    ("spoil", "options", "more", "code", "why"),
    [
        (mistakes, (), {}, 1, "the playbook has mistakes"),
        (no_database, (), {"OAFLOW_KEYS": generate()}, 2, "127.0.0.1:1"),
        (no_database, (), {}, 1, "oaflow keys new"),
        (no_database, (), {"OAFLOW_KEYS": NO_BASE64}, 1, "OAFLOW_KEYS in the environment"),
        (a_key_file_that_is_none, (), {}, 1, ".oaflow/keys"),
        (no_database, ("--simulator",), {}, 1, "database: embedded"),
        (None, ("--simulator", "--host", "0.0.0.0"), {}, 2, "this machine only"),
        (None, ("--port", "70000"), {}, 2, "70000"),
        (None, ("--host", "no-such-host.invalid"), {}, 2, "no-such-host.invalid"),
        (None, (), {"OAFLOW_TEST_PACE": "11/3/2/8"}, 1, "OAFLOW_TEST_PACE: a lease lasts 10 s at most"),
        (None, (), {"OAFLOW_TRUSTED_PROXIES": "many"}, 1, "OAFLOW_TRUSTED_PROXIES"),
    ],
)
def test_each_reason_is_a_line_of_the_log(
    bare_shop: Path,
    spoil: Callable[[Path], None] | None,
    options: tuple[str, ...],
    more: dict[str, str],
    code: int,
    why: str,
) -> None:
    """Whoever reads the log as JSON reads all of it; the last line says why, and how it ends."""
    if spoil is not None:
        spoil(bare_shop)
    end = ended_run(str(bare_shop), "--port", "0", *options, **{**LINE_SETTINGS, **NOBODY, **more})
    assert (end.code, end.out) == (code, "")
    lines = [json.loads(line) for line in end.err.splitlines()]
    assert (lines[-1]["level"], lines[-1]["exit"]) == ("error", code)
    assert lines[-1]["message"].startswith(f"oaflow ends (exit {code}): ")
    assert why in lines[-1]["message"]
    assert len(lines) == (2 if spoil is mistakes else 1)
    assert not any("traceback" in line for line in lines)
    assert "hunter" not in end.err, "keys and passwords"


def test_each_mistake_is_a_line_with_its_place(shop: Path) -> None:
    mistakes(shop)
    end = ended_run(str(shop), **LINE_SETTINGS)
    first, last = (json.loads(line) for line in end.err.splitlines())
    assert (first["file"], first["line"], first["column"]) == ("bot.yaml", 10, 11)
    assert first["code"] == "bad-value"
    assert 'similar name exists: "follow"' in first["hint"]
    assert last["message"] == "oaflow ends (exit 1): the playbook has mistakes"


async def test_people_at_a_terminal_read_it_in_their_language(shop: Path) -> None:
    """With the excerpt and the caret of `check`; wrong keys with file and line, never with their value."""
    mistakes(shop)
    told = await at_a_terminal(shop, LC_ALL="zh_TW.UTF-8")
    assert "錯誤：" in told
    assert "^^^^^" in told
    assert told.endswith("oaflow: 劇本有錯誤\r\n")
    assert '{"time"' not in told
    write(shop, "database: mongodb://127.0.0.1:1/\n", folow="follow")
    (shop / ".env").write_text(f"# ours\nOAFLOW_KEYS={NO_BASE64}\n")
    told = await at_a_terminal(shop, LC_ALL="zh_TW.UTF-8")
    assert told == ("oaflow: 金鑰：第 1 把加密金鑰不是 base64；這組金鑰來自 .env 第 2 行的 OAFLOW_KEYS\r\n")


async def at_a_terminal(shop: Path, **more: str) -> str:
    """What `oaflow run` says there."""
    settings = environment({**LINE_SETTINGS, **more})
    process = await started("run", str(shop), "--port", "0", env=settings, terminal=True)
    told = b""
    with suppress(OSError):  # so Linux tells the end of a terminal
        while piece := await asyncio.wait_for(process.stdout.read(4096), PATIENCE):
            told += piece
    assert await process.wait() == 1
    return told.decode()


async def test_an_embedded_database_that_is_slow_to_answer_is_waited_for(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K3: a busy machine is no reason to end; one of somebody else's is told of when nobody is there."""
    ping, late = Database.ping, [2]

    async def slow(database: Database) -> None:
        if late[0]:
            late[0] -= 1
            raise DatabaseUnavailable("too slow for the driver")
        await ping(database)

    monkeypatch.setattr(Database, "ping", slow)
    opened = await open_database(Settings({}), shop, {}, "")
    await opened.close()
    assert late == [0]
    late[0] = 1
    other = Settings({}, database="mongodb://127.0.0.1:1/", keys=generate())
    with pytest.raises(DatabaseUnavailable, match="too slow"):
        await open_database(other, shop, {}, "")


async def test_wrong_keys_are_told_by_every_command_with_their_place(shop: Path) -> None:
    """R3: in the language of whoever reads it."""
    write(shop, "database: mongodb://127.0.0.1:1/\nkeys: ${SHOP_KEYS}\n")
    (shop / ".env").write_text(f"SHOP_KEYS={NO_BASE64}\n")
    end = await ended("journey", "status", str(shop), LC_ALL="en_US.UTF-8", **LINE_SETTINGS)
    assert end.err.endswith(
        "oaflow: keys: sealing key 1 is not base64; they are those of SHOP_KEYS in .env, line 1\n"
    )
    end = await ended("publish", str(shop), "--untested", LC_ALL="zh_TW.UTF-8", **LINE_SETTINGS)
    assert end.err.endswith("這組金鑰來自 .env 第 1 行的 SHOP_KEYS\n")


def test_keys_that_are_not_set_are_told_with_the_command_that_makes_some(shop: Path) -> None:
    write(shop, "database: mongodb://127.0.0.1:1/\nkeys: ${SHOP_KEYS}\n")
    end = ended_run(str(shop), **LINE_SETTINGS)
    first = json.loads(end.err.splitlines()[0])
    assert first["message"].endswith("the environment variable SHOP_KEYS is not set")
    assert "oaflow keys new" in first["hint"]


def test_a_bug_is_told_without_the_values_of_its_message(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert start_refused(KeyError("小美的祕密")) == 1
    [record] = caplog.records
    assert record.getMessage() == "oaflow ends (exit 1): a bug"
    assert record.exc_info is not None
    assert capsys.readouterr().err == ""


async def test_a_free_port_is_told_behind_an_address_of_our_own(shop: Path) -> None:
    """K3: with `--port 0` nothing else says which port a proxy has to pass webhooks on to."""
    data = {"OAFLOW_PUBLIC_URL": "https://bot.example.com"}
    async with serving(str(shop), **LINE_SETTINGS, **data) as served:
        [told] = [line for line in served.log if line["message"].startswith("listening on ")]
        address = told["message"].removeprefix("listening on ")
        assert address == f"http://127.0.0.1:{told['port']}"
        async with ClientSession() as http, http.get(f"{address}/healthz") as answer:
            assert answer.status == 200
