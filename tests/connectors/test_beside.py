"""A connector of another package comes by entry point, and is one like ours: no file of ours names it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.cli.oaflow import ended_process, environment
from tests.connectors.beside import installed_beside
from tests.sources import ROOT

pytestmark = pytest.mark.ring("all", "a command in a process where a package is installed")

PLAYBOOK = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque, sms: codes, shop: loft}}
attributes: {level: text}
sms: {codes: {provider: pigeon, loft: "https://loft.example", pin: "${PIN}"}}
shops:
  loft:
    platform: pigeonshop
    url: https://pigeon.example
    token: ${TOKEN}
    webhook_secret: ${NEWS}
    attributes: {level: level}
rules:
  - {when: {text: 你好}, reply: 您好}
"""


@pytest.fixture
def beside(tmp_path: Path) -> str:
    (folder := tmp_path / "site").mkdir()
    return installed_beside(folder)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (folder := tmp_path / "shop").mkdir()
    (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    (folder / "tests" / "scenarios").mkdir(parents=True)
    (folder / "tests" / "scenarios" / "hello.yaml").write_text(
        "scenario: 打招呼\nsteps:\n  - user: 你好\n  - bot: 您好\n", "utf-8"
    )
    return folder


async def test_a_playbook_that_names_it_is_checked_and_played(shop: Path, beside: str) -> None:
    checked = await ended_process("check", str(shop), PYTHONPATH=beside)
    assert (checked.code, "pigeon" in checked.err) == (0, False), checked
    played = await ended_process("test", str(shop), PYTHONPATH=beside)
    assert played.code == 0, played


async def test_without_it_its_name_is_none(shop: Path) -> None:
    """So what is seen above comes of the package alone."""
    checked = await ended_process("check", str(shop))
    assert checked.code == 1
    assert "pigeonshop" in checked.out + checked.err


async def test_what_it_is_not_given_is_reported_with_what_to_paste(shop: Path, beside: str) -> None:
    text = PLAYBOOK.replace(', pin: "${PIN}"', "").replace("    token: ${TOKEN}\n", "")
    (shop / "bot.yaml").write_text(text, "utf-8")
    checked = await ended_process("check", str(shop), PYTHONPATH=beside)
    said = checked.out + checked.err
    assert checked.code == 1
    assert "pin: ${PIGEON_PIN}" in said
    assert "token: ${PIGEONSHOP_TOKEN}" in said


async def test_one_that_is_none_is_refused_by_its_name(tmp_path: Path, shop: Path) -> None:
    (folder := tmp_path / "broken").mkdir()
    beside = installed_beside(folder, sms="pigeon.shop:MANIFEST")
    checked = await ended_process("check", str(shop), PYTHONPATH=beside)
    assert checked.code == 1
    assert "pigeon.shop:MANIFEST" in checked.err
    assert "is no SmsManifest" in checked.err


async def test_it_calls_and_is_played_like_ours(beside: str) -> None:
    """Of the client that is handed in, the switch for all ways out, the guard of our own network, webhooks,
    the simulator, secrets: `pigeon_checks.py`, in a process where the package is installed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        "tests/connectors/pigeon_checks.py",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env=environment({"PYTHONPATH": beside}),
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    assert out.startswith(b"......."), out.decode()
