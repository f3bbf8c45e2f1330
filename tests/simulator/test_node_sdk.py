"""LINE's Node SDK, unchanged, against the simulator. L4."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import png
from tests.simulator.conftest import MAIN, World
from tests.simulator.node_sdk import NoNode, installed_sdk, programs
from tests.simulator.test_taps import send_picture

PROGRAM = Path(__file__).with_name("sdk.mjs")
LONG = 120
"""Seconds for the whole program."""


def set_up() -> tuple[str, Path]:
    """Node and the folder of the SDK. What cannot be had is a failure, for this is a requirement."""
    try:
        return programs()[0][0], installed_sdk()
    except NoNode as missing:
        pytest.fail(str(missing), pytrace=False)


async def run(node: str, **environment: str) -> Any:
    process = await asyncio.create_subprocess_exec(
        node, str(PROGRAM), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await asyncio.wait_for(process.communicate(), LONG)
    assert process.returncode == 0, error.decode()
    return json.loads(out)


@pytest.mark.ring("all", "starts a process")
async def test_everything_that_is_there(world: World, tmp_path: Path) -> None:
    node, sdk = await asyncio.to_thread(set_up)
    friend = await world.friend()
    picture = (await send_picture(world, friend, png(4, 3)))[1]["message"]
    await world.webhook()
    await world.do(f"friends/{friend}/say", {"text": "哈囉"})
    got = await world.webhook()
    menu_picture = tmp_path / "menu.png"
    menu_picture.write_bytes(png(800, 540))
    seen = await run(
        node,
        SDK=str(sdk),
        LINE=world.url,
        TOKEN="token-of-main",
        SECRET=MAIN.channel_secret,
        FRIEND=friend,
        REPLY_TOKEN=got.event["replyToken"],
        PICTURE=picture,
        MENU_PICTURE=str(menu_picture),
        BODY=got.raw.decode(),
        SIGNATURE=got.headers["x-line-signature"],
    )
    refusals = {name: seen.pop(name) for name in list(seen) if isinstance(seen[name], dict)}
    assert seen == {
        "signature": True,
        "bot": MAIN.app_name,
        "profile": "小美",
        "followers": [friend],
        "reply": 1,
        "push": 1,
        "quota": 200,
        "used": 3,
        "counted": "ready",
        "menuPicture": len(png(800, 540)),
        "alias": True,
        "aliases": 1,
        "default": True,
        "linked": True,
        "menus": ["node"],
        "menusAfter": 0,
        "picture": len(png(4, 3)),
        "preview": len(png(4, 3)),
        "endpoint": f"{world.url}/webhook/main",
        "tested": True,
    }
    assert {name: refused["status"] for name, refused in refusals.items()} == {
        "replyAgain": 400,
        "pushAgain": 409,
        "invalid": 400,
        "noPicture": 400,
        "pictureAgain": 400,
        "notBuilt": 501,
        "unknown": 404,
    }
    assert refusals["replyAgain"]["body"] == {"message": "Invalid reply token"}
    assert refusals["pushAgain"]["body"]["sentMessages"]
    assert "x-line-accepted-request-id" in refusals["pushAgain"]["headers"]
    detail = {"message": "At least one block must be specified", "property": "/"}
    assert refusals["invalid"]["body"]["details"] == [detail]
    assert "narrowcast" in refusals["notBuilt"]["body"]["message"]
    shown = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert [m["via"] for m in shown if m["author"] == "bot"] == ["reply", "push", "multicast", "broadcast"]


def test_without_node_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NoNode, match="make node"):
        programs()


def test_an_sdk_that_npm_cannot_bring_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "npm"
    broken.write_text("#!/bin/sh\necho no such package >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr("tests.simulator.node_sdk.FOLDER", tmp_path / ".node")
    monkeypatch.setattr("tests.simulator.node_sdk.programs", lambda: (["node"], [str(broken)]))
    with pytest.raises(NoNode, match="no such package"):
        installed_sdk()
    assert list((tmp_path / ".node").iterdir()) == []
