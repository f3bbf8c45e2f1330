"""E3: what the lists of conversations ask is answered by one index, among however many conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.processes import part_of
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.store.test_plans import SCANS, Heard, explained, heard, listening, stages

__all__ = ["heard", "listening"]

CONTACTS, WAITING = 3_000, 7
SECOND = timedelta(seconds=1)


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("asked", ["waiting", "number", "done", "news", "unread", "given"])
async def test_the_lists_of_chats_look_at_the_chats_they_list(
    asked: str, listening: Database, database: Database, heard: Heard, seal: Seal
) -> None:
    """Of 3,000 contacts 7 wait, 7 were done within an hour, others on another channel or long ago."""
    rows = []
    for number in range(CONTACTS):
        state, since = "waits" if number < WAITING else "done", NOW - timedelta(minutes=number)
        other = {"ch": "b2b", "s": "mine", "since": since, "last": since}
        desk = [{"ch": "main", "s": state, "since": since, "last": since}, other]
        name = f"main:U{number}"
        rows.append({"_id": name, "part": part_of(name), **({"chats": desk} if number % 2 else {})})
    await database.collection("contacts").insert_many(rows)
    stores = stores_of(listening, seal)
    chats = stores.staff_chats
    heard.commands.clear()
    if asked == "waiting":
        await chats.of("waits", "main", None, 50, None)
    elif asked == "number":
        assert len(await chats.waiting(None, 100)) == WAITING // 2
    elif asked == "news":
        assert len(await stores.chat_news.waiting(NOW - SECOND * 3600)) == WAITING // 2
    elif asked == "unread":
        assert await stores.chat_news.unread({"console:amy"}) == []
    elif asked == "given":
        assert await stores.chat_news.given() == []
    else:
        await chats.done("main", 3, (NOW, ""))
    commands = [
        one
        for one in heard.commands
        if one.get("hint") == "with_staff" and {one.get("find"), one.get("aggregate")} & {"contacts"}
    ]
    assert commands
    for command in commands:
        explainable = {
            name: value for name, value in command.items() if not name.startswith("$") and name != "lsid"
        }
        told = await explained(database, explainable)
        in_memory = {"SORT"} if asked in ("news", "unread", "given") else set[str]()  # of few
        assert not stages(told) & (SCANS - in_memory), command
        figures = told.get("executionStats") or told["stages"][0]["$cursor"]["executionStats"]
        most = 6 * 60 if asked == "done" else WAITING
        assert figures["totalDocsExamined"] <= most, command
