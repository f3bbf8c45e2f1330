"""K3: several backups at once: MongoDB has snapshots of five minutes until the last of them has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from pymongo import MongoClient

from bot.store.backup import snapshot_window
from bot.store.backup.snapshot_window import LONG, NAME, SnapshotWindow
from bot.store.database.mongo import Database

BEFORE = 7
Length: TypeAlias = Callable[..., int]


@pytest.fixture
def length(mongod: str) -> Iterator[Length]:
    """What is set now; or, with a number, sets it."""
    with MongoClient[dict[str, Any]](mongod) as client:

        def length(new: int | None = None) -> int:
            if new is not None:
                client.admin.command({"setParameter": 1, NAME: new})
            return int(client.admin.command({"getParameter": 1, NAME: 1})[NAME])

        tests = length()
        length(BEFORE)
        yield length
        length(tests)


def begun(database: Database, backup: str) -> ExitStack:
    """A backup that needs it until this is closed."""
    stack = ExitStack()
    stack.enter_context(SnapshotWindow(database, backup).lengthened())
    return stack


@pytest.mark.parametrize("first", [0, 1])
async def test_the_last_one_to_end_sets_it_back(database: Database, length: Length, first: int) -> None:
    """The first one did, and so took the snapshot of the other away."""
    both = [begun(database, "one"), begun(database, "two")]
    assert length() == LONG
    both.pop(first).close()
    assert length() == LONG
    both.pop().close()
    assert length() == BEFORE
    begun(database, "three").close()
    assert length() == BEFORE


async def test_one_that_begins_while_the_last_one_ends_has_it_lengthened(
    database: Database, length: Length, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins between the other's look for others and what that sets."""
    set_, later = SnapshotWindow._set, ExitStack()

    def and_one_begins(self: SnapshotWindow, number: int) -> None:
        if number == BEFORE:
            monkeypatch.setattr(SnapshotWindow, "_set", set_)
            later.push(begun(database, "two"))
        set_(self, number)

    first = begun(database, "one")
    monkeypatch.setattr(SnapshotWindow, "_set", and_one_begins)
    first.close()
    assert length() == LONG
    later.close()
    assert length() == BEFORE


async def test_one_that_was_killed_counts_until_it_would_have_said_so_again(
    database: Database, length: Length, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = SnapshotWindow(database, "killed")
    with monkeypatch.context() as patch:
        patch.setattr(snapshot_window, "_LIFE", timedelta(seconds=0))
        killed._begin()
    assert length() == LONG
    begun(database, "next").close()
    assert length() == BEFORE


async def test_one_that_takes_long_says_so_again(
    database: Database, length: Length, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_window, "_LIFE", timedelta(0))
    long = SnapshotWindow(database, "long")
    with long.lengthened():
        monkeypatch.setattr(snapshot_window, "_LIFE", timedelta(minutes=5))
        long._said -= 100
        long.goes_on()
        begun(database, "short").close()
        assert length() == LONG
    assert length() == BEFORE


@pytest.mark.parametrize("owners", [LONG, 900])
async def test_what_its_owner_has_set_stays(database: Database, length: Length, owners: int) -> None:
    length(owners)
    both = [begun(database, "one"), begun(database, "two")]
    assert length() == owners
    for one in both:
        one.close()
    assert length() == owners
