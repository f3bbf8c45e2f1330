"""docs/simulator.md and the JSON interface say the same: paths, errors, events; the example runs."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from bot.model.clock import SystemClock
from bot.simulator.control.json_calls import STATUS
from bot.simulator.simulator import Simulator
from tests.eventually import PATIENCE
from tests.simulator.node_sdk import programs
from tests.simulator.shop import Shop

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "simulator.md").read_text("utf-8")
INTERFACE = DOCS[DOCS.index("## The JSON interface") :]
PREFIX = "/simulator/api/"


def routes() -> set[str]:
    """`POST friends/*/say`, as the router has them."""
    found = set()
    for route in Simulator([], SystemClock()).routes():
        if route.path.startswith(PREFIX) and route.method != "*":
            found.add(f"{route.method} {re.sub(r'{[^}]*}', '*', route.path.removeprefix(PREFIX))}")
    return found


def documented() -> set[str]:
    """The same, as the first column of the tables has them."""
    found = set()
    for row in re.findall(r"^\| (`[A-Z]+ .*?) \|", INTERFACE, re.MULTILINE):
        for method, path in re.findall(r"`([A-Z]+) ([^`?]+)[^`]*`", row):
            found.add(f"{method} {re.sub(r'(?<=/)[A-Z]+', '*', path)}")
    return found


def test_every_path_is_documented_and_there() -> None:
    assert documented() == routes()


def test_every_error_is_documented() -> None:
    told = INTERFACE[: INTERFACE.index("**State**")]
    for code, status in STATUS.items():
        assert re.search(rf"`{code}` {status}", told), code


def test_every_event_is_documented() -> None:
    published = set()
    for file in (ROOT / "bot" / "simulator").rglob("*.py"):
        published |= set(re.findall(r'\.publish\(\s*"([a-z]+)"', file.read_text("utf-8")))
    told = INTERFACE[INTERFACE.index("Events on the stream") :].partition("Each\ncarries")[0]
    assert published >= {"message", "turn", "clock"}
    assert published == set(re.findall(r"`([a-z]+)`", told)) - {"hello", "reset", "chat"}


@pytest.mark.ring("all", "starts a process")
@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
async def test_the_example_for_a_shell(shop: Shop) -> None:
    out = await _run(["sh", "-ec", _example("sh", shop)])
    assert "您還在嗎？" in out
    assert '"error":"' not in out


async def test_the_example_in_javascript(shop: Shop) -> None:
    node, _ = programs()
    await _run([*node, "--input-type=module", "--eval", _example("js", shop)])


def _example(language: str, shop: Shop) -> str:
    [script] = re.findall(rf"```{language}\n(.*?)```", INTERFACE, re.DOTALL)
    assert "http://127.0.0.1:8080/" in script
    return str(script).replace("http://127.0.0.1:8080", shop.address)


async def _run(command: list[str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err) == (0, b""), err.decode()
    return out.decode()
