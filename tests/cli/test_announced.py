"""What `oaflow run` says to people at a terminal: their language, and the address alone at the end."""

from __future__ import annotations

import ast
import asyncio
import logging
import re
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.cli.run.logs import ForPeople
from tests.catalogue import SENTENCES
from tests.cli.oaflow import LINE_SETTINGS, ROOT, ended, environment, serving
from tests.depth import one_of
from tests.eventually import PATIENCE
from tests.sources import BOT, modules, nodes_of
from tests.started import Started, started

CHINESE_SIGN = re.compile(r"[\u3400-\u9fff]")
ENDS = {"zh_TW.UTF-8": "按 Ctrl-C", "en_US.UTF-8": "Ctrl-C ends it"}


class Terminal:
    """What a command has written there so far."""

    def __init__(self, process: Started) -> None:
        self.process = process
        self.told = ""

    async def says(self, words: str) -> str:
        """All that it has said once it has said these words."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in self.told:
                    piece = await self.process.stdout.read(4096)
                    assert piece, f"it ended without saying {words!r}: {self.told}"
                    self.told += piece.decode().replace("\r\n", "\n")
        except TimeoutError:
            raise AssertionError(f"it has not said {words!r} in {PATIENCE} s, but: {self.told}") from None
        return self.told


@asynccontextmanager
async def at_a_terminal(*arguments: str, **more: str) -> AsyncIterator[Terminal]:
    folder = Path(more.pop("cwd", ROOT))
    process = await started(*arguments, env=environment(more), cwd=folder, terminal=True)
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), PATIENCE)
        with suppress(OSError):  # so Linux tells the end of a terminal
            await asyncio.wait_for(process.stdout.read(), PATIENCE)


@pytest.mark.parametrize("spoken", one_of(2, ((spoken,) for spoken in ENDS)))
async def test_whoever_plays_sees_the_address_alone(tmp_path: Path, data: Path, spoken: str) -> None:
    """The top-level playbook, in both languages: below the address stands only how it ends."""
    shutil.copy(ROOT / "bot.yaml", tmp_path)
    for part in ("flows", "rules", "cards"):
        shutil.copytree(ROOT / part, tmp_path / part)
    run = ("run", str(tmp_path), "--simulator", "--port", "0")
    async with at_a_terminal(*run, LC_ALL=spoken, OAFLOW_DATA=str(data)) as terminal:
        told = await terminal.says(ENDS[spoken])
        lines = [line for line in told.splitlines() if line]
        assert re.fullmatch(r"    http://127\.0\.0\.1:\d+/simulator/", lines[-2])
        assert lines[0] == ("啟動中……" if spoken.startswith("zh") else "starting …")
        for line in lines:
            assert bool(CHINESE_SIGN.search(line)) == spoken.startswith("zh") or "http" in line, line
        async with ClientSession() as http, http.get(lines[-2].strip()) as answer:
            page = await answer.text()
        assert f'<html lang="{"zh-TW" if spoken.startswith("zh") else "en"}">' in page


@pytest.mark.ring("soak", "starts the server for one line of output")
async def test_the_option_comes_before_the_environment(shop: Path) -> None:
    run = ("run", str(shop), "--simulator", "--port", "0", "--language", "zh-TW")
    async with at_a_terminal(*run, LC_ALL="en_US.UTF-8") as terminal:
        await terminal.says("用瀏覽器打開")
        await terminal.says("按 Ctrl-C")
        text = (shop / "bot.yaml").read_text("utf-8")
        (shop / "bot.yaml").write_text(text.replace("when: follow", "when: folow"), "utf-8")
        await terminal.says("劇本有錯誤：先用上一版")
        assert "錯誤：沒有「folow」" in terminal.told
        (shop / "bot.yaml").write_text(text.replace("85 折", "8 折"), "utf-8")
        await terminal.says("修改已經生效")
        terminal.process.send_signal(signal.SIGINT)
        await terminal.says("結束中")
    assert terminal.process.returncode == 0


async def test_a_port_that_is_taken_is_said_with_what_to_do(shop: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = ("run", str(shop), "--simulator", "--port", str(port))
        async with at_a_terminal(*taken, LC_ALL="zh_TW.UTF-8") as terminal:
            told = await terminal.says(f"--port {port + 1}")
            assert "這個連接埠有別的程式在用" in told
            assert await asyncio.wait_for(terminal.process.wait(), PATIENCE) == 2


@pytest.mark.ring("soak", "starts the server for one line of output")
async def test_a_taken_port_is_avoided_as_it_was_started(shop: Path) -> None:
    """`make run` takes no option: what the Makefile calls itself comes before the port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        again = ("run", str(shop), "--simulator", "--port", str(port))
        made = {"OAFLOW_STARTED_BY": 'make run FOLDER="../my shop"'}
        async with at_a_terminal(*again, LC_ALL="zh_TW.UTF-8", **made) as terminal:
            await terminal.says(f'  make run FOLDER="../my shop" PORT={port + 1}\n')
            assert "--port" not in terminal.told


@pytest.mark.parametrize(
    ("there", "advice"),
    [
        ("my-shop", "請改用：make run FOLDER=../my-shop\n"),
        ("its shop", "請改用：make run FOLDER='../its shop'\n"),
        (None, "要建立新的，請執行  make new FOLDER=../我的店\n"),
    ],
)
async def test_a_folder_that_is_not_there_is_told_as_make_takes_it(
    bare_shop: Path, tmp_path: Path, there: str | None, advice: str
) -> None:
    """Started in a clone of ours, whose own folder is a playbook and not the one that was meant."""
    clone = tmp_path / "beside" / "clone"
    for folder in (clone, clone.parent / there) if there is not None else (clone,):
        folder.mkdir(parents=True)
        shutil.copy(bare_shop / "bot.yaml", folder)
    asked, made = ("run", "我的店", "--simulator"), {"OAFLOW_STARTED_BY": "make run"}
    async with at_a_terminal(*asked, cwd=str(clone), LC_ALL="zh_TW.UTF-8", **made) as terminal:
        assert await terminal.says(advice)
        assert await asyncio.wait_for(terminal.process.wait(), PATIENCE) == 2


@pytest.mark.parametrize(
    ("locale", "said"),
    one_of(2, [("C.UTF-8", "按 Ctrl-C"), ("", "按 Ctrl-C"), ("en_US.UTF-8", "Ctrl-C ends it")]),
)
async def test_where_the_locale_tells_no_language_the_playbook_does(
    shop: Path, locale: str, said: str
) -> None:
    """WSL and containers have C.UTF-8, or nothing."""
    run = ("run", str(shop), "--simulator", "--port", "0")
    async with at_a_terminal(*run, LC_ALL=locale, LC_MESSAGES="", LANG="") as terminal:
        told = await terminal.says(said)
        assert bool(CHINESE_SIGN.search(told.partition("\n")[0])) == said.startswith("按")


async def test_what_is_to_be_minded_later_is_one_line(shop: Path) -> None:
    """Whoever plays is not frightened: `oaflow check` tells the rest, by a line that may be pasted."""
    text = (shop / "bot.yaml").read_text("utf-8")
    never = "  - when: {text: 營業時間}\n    reply: 這一句永遠不會說\n"
    (shop / "bot.yaml").write_text(f"testers: ['@amy']\n{text}{never}", "utf-8")
    run = ("run", str(shop), "--simulator", "--port", "0")
    async with at_a_terminal(*run, LC_ALL="zh_TW.UTF-8") as terminal:
        told = await terminal.says("按 Ctrl-C")
    lines = [line for line in told.splitlines() if line]
    assert len(lines) == 6, told
    assert lines[1] == f"現在就可以試用；上線前要處理的事，用這一行看：  {sys.executable} -m bot check {shop}"
    checked = await ended(*lines[1].split(" -m bot ")[1].split(), LC_ALL="zh_TW.UTF-8")
    assert "警告" in checked.out


async def test_without_the_simulator_nothing_is_summed_up(shop: Path) -> None:
    text = (shop / "bot.yaml").read_text("utf-8")
    never = "  - when: {text: 營業時間}\n    reply: 這一句永遠不會說\n"
    (shop / "bot.yaml").write_text(f"{text}{never}", "utf-8")
    async with at_a_terminal(
        "run", str(shop), "--port", "0", LC_ALL="zh_TW.UTF-8", **LINE_SETTINGS
    ) as terminal:
        told = await terminal.says("準備好了")
    assert "警告" in told
    assert "main 的 webhook 網址：http://127.0.0.1:" in told


async def test_without_the_simulator_nothing_is_at_the_servers_own_address(shop: Path) -> None:
    async with (
        serving(str(shop), **LINE_SETTINGS) as served,
        ClientSession() as http,
        http.get(f"{served.address}/") as answer,
    ):
        assert answer.status == 404


def logged(path: Path) -> set[str]:
    """Every sentence that the module writes into the log as it stands."""
    calls = (node for node in nodes_of(path, r"log\.\w+\(\s*[\"']") if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
        if call.func.value.id == "log" and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


@pytest.mark.ring("all", "a command from beginning to end")
def test_every_sentence_is_one_of_the_log() -> None:
    said = set().union(*map(logged, modules(BOT)))
    for english, chinese in SENTENCES["log"].items():
        assert english in said, english
        values = (re.findall(r"%(?:\.0)?[sd]", text) for text in (chinese, english))
        assert len({*map(len, values)}) == 1, english


SHOP_WINDOW = (
    "cli/run/announced.py",
    "app/menus_at_line.py",
    "app/reload.py",
    "app/reload_reports.py",
    "runtime/sending/menu_links.py",
    "runtime/limits/quota.py",
    "runtime/cluster/brake_watch.py",
    "runtime/cluster/database_away.py",
    *(f"runtime/broadcasts/{part}.py" for part in ("broadcasts", "conductor", "gathering")),
)
"""Modules whose lines stand on the terminal of who runs a shop on an ordinary day."""


def test_the_lines_of_an_ordinary_day_are_said_in_chinese() -> None:
    said = set().union(*(logged(ROOT / "bot" / module) for module in SHOP_WINDOW))
    bugs = {"a rich menu could not be linked", "%s"}
    assert sorted(said - bugs - SENTENCES["log"].keys()) == []


def test_a_moment_is_said_by_the_clock_of_the_terminal() -> None:
    moment = datetime(2026, 12, 10, 2, tzinfo=UTC)
    record = logging.LogRecord("oaflow", logging.INFO, "", 0, "it goes out at %s", (moment,), None)
    assert ForPeople().format(record).endswith(f"it goes out at {moment.astimezone():%Y-%m-%d %H:%M}")
