"""B12: codes that are printed to the log prove no real person's phone; they are for playing only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.store.stores import Stores
from tests.cli.commands import OnStores
from tests.cli.oaflow import LINE_SETTINGS, ended, ended_run, serving

FAKE_LINE = "http://127.0.0.1:9"
CONSOLE = "sms: {codes: {provider: console}}\n"


def add_console(shop: Path) -> None:
    """The only channel sends its codes to the log."""
    text = (shop / "bot.yaml").read_text("utf-8")
    token = "    access_token: ${LINE_CHANNEL_ACCESS_TOKEN}\n"
    assert token in text
    (shop / "bot.yaml").write_text(text.replace(token, f"{token}    sms: codes\n") + CONSOLE, "utf-8")


@pytest.mark.parametrize("options", [(), ("--files",), ("--reload",)])
@pytest.mark.parametrize("line", ["", "https://line.example"])
def test_codes_of_real_people_go_into_no_log(
    shop: Path, on_stores: OnStores, options: tuple[str, ...], line: str
) -> None:
    """B12: nothing is published either; the sentence names channel, sender, and what helps."""
    add_console(shop)
    end = ended_run(str(shop), "--port", "0", *options, OAFLOW_LINE_API=line, **LINE_SETTINGS)
    why = json.loads(end.err.splitlines()[-1])["message"]
    assert end.code == 1
    assert 'codes of the channel "main" would be written into the log, for the SMS "codes"' in why
    assert "--simulator" in why

    async def nothing_live(stores: Stores) -> None:
        assert await stores.playbooks.live() is None

    on_stores(nothing_live)


async def test_where_line_is_played_on_this_machine_they_may(shop: Path) -> None:
    add_console(shop)
    async with serving(str(shop), OAFLOW_LINE_API=FAKE_LINE, **LINE_SETTINGS):
        pass
    async with serving(str(shop), "--simulator"):
        pass


async def test_a_sender_that_no_channel_uses_is_no_reason(shop: Path) -> None:
    with (shop / "bot.yaml").open("a", encoding="utf-8") as file:
        file.write(CONSOLE)
    async with serving(str(shop), **LINE_SETTINGS):
        pass


async def test_publishing_it_is_refused_while_a_process_serves(shop: Path) -> None:
    """The live version goes on, and the log says why the other one does not."""
    async with serving(str(shop), **LINE_SETTINGS) as served:
        add_console(shop)
        end = await ended("publish", str(shop), "--untested", **LINE_SETTINGS)
        assert (end.code, end.out) == (1, "")
        assert "no process that runs can read number 2" in end.err
        told = await served.says("is about to be live, and cannot be read here")
        assert "would be written into the log" in told["message"]


async def test_an_edit_is_not_taken_over_while_one_develops(shop: Path) -> None:
    async with serving(str(shop), "--reload", **LINE_SETTINGS) as served:
        add_console(shop)
        told = await served.says("not taken over: ")
        assert "would be written into the log" in told["message"]
