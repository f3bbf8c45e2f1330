"""L4: a simulator that goes on with another playbook ends when it is told to, whenever that is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.run.other_playbook import OtherPlaybook


@pytest.fixture
def other() -> Iterator[OtherPlaybook]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = OtherPlaybook(listener=listener)
        yield made
        made.stop()


async def test_it_begins_once_the_first_has_ended(other: OtherPlaybook) -> None:
    other.open(Path("/shop"), "zh-TW")
    assert other.stopping.is_set()
    assert other.following is not None
    assert other.following.folder == Path("/shop")
    assert other.listener is not None
    assert other.following.listener.getsockname() == other.listener.getsockname()


async def test_told_to_end_while_it_opens_another_it_ends(other: OtherPlaybook) -> None:
    """SIGTERM between the press and the next run was lost: the other one went on for ever."""
    other.open(Path("/shop"), "zh-TW")
    other.stop()
    assert other.following is None


async def test_what_ends_already_opens_no_other(other: OtherPlaybook) -> None:
    other.stop()
    other.open(Path("/shop"), "zh-TW")
    assert other.following is None
