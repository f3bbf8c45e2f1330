"""L4: a simulator that goes on with another playbook ends when it is told to, whenever that is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.run import other_playbook
from bot.cli.run.other_playbook import OtherPlaybook


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of what was begun in place of this program."""
    found: list[str] = []
    # the socket would take the place of descriptor 3, which may be the test runner's own
    monkeypatch.setattr(other_playbook, "hand_over", lambda listener: {})
    monkeypatch.setattr(
        os, "execve", lambda path, command, environment: found.append(command[command.index("run") + 1])
    )
    return found


@pytest.fixture
def other() -> Iterator[OtherPlaybook]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = OtherPlaybook("127.0.0.1", listener)
        yield made
        if made.listener is not None:
            made.listener.close()


async def test_it_begins_once_the_first_has_ended(other: OtherPlaybook, begun: list[str]) -> None:
    other.open(Path("/shop"), "zh-TW")
    assert other.stopping.is_set()
    other.begin()
    assert begun == ["/shop"]


async def test_told_to_end_while_it_opens_another_it_ends(other: OtherPlaybook, begun: list[str]) -> None:
    """SIGTERM between the press and the new program was lost: the other one went on for ever."""
    other.open(Path("/shop"), "zh-TW")
    other.stop()
    other.begin()
    assert begun == []


async def test_what_ends_already_opens_no_other(other: OtherPlaybook, begun: list[str]) -> None:
    other.stop()
    other.open(Path("/shop"), "zh-TW")
    other.begin()
    assert begun == []
