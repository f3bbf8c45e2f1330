"""E3: conversations over the API: who waits, what was said, answering at a price, handing on, giving back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.model.clock import SystemClock
from bot.operations.admins.sessions import SignedSessions
from tests.runtime.answers import time_passes
from tests.runtime.bots import Bots
from tests.runtime.harness import SETTLING, Bot, ScriptedLine, followed, said
from tests.runtime.test_staff_chat import STAFFED, TEXT
from tests.web.api.api_world import Answer, ApiWorld, Caller


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine()


@pytest.fixture
async def bot(bots: Bots, line: ScriptedLine, api: ApiWorld, by_our_clock: None) -> Bot:
    """Somebody has written a phone, and waits for staff."""
    api.playbook = STAFFED
    bot = await bots(STAFFED, line)
    await bot.hear(followed(), said("我是 0912345678"), said("客服"))
    await bot.settle()
    return bot


async def carried(bot: Bot, posting: Coroutine[Any, Any, Answer]) -> Answer:
    """What a deed is answered once the bot has had its turn."""
    task = asyncio.create_task(posting)
    while not task.done():
        if (await bot.stored("U1")).waiting:
            await time_passes(bot.clock, bot._database, SETTLING)
        await bot.settle()
    return task.result()


async def first(caller: Caller, which: str = "waits") -> dict[str, Any]:
    [row] = (await caller.get("/chats", list=which)).content["chats"]
    found: dict[str, Any] = row
    return found


def texts_of(shown: Answer) -> Iterator[str]:
    """What was said, by either side."""
    for turn in shown.content["turns"]:
        yield from [turn["received"]["text"]] if turn["received"] else []
        yield from (text for answer in turn["answers"] for text in answer["texts"])


async def test_who_waits_and_what_was_said(api: ApiWorld, bot: Bot) -> None:
    caller, other = await api.caller("agent", "desk"), await api.caller("agent", "other")
    row = await first(caller)
    assert (row["state"], row["channel"], row["by"]) == ("waits", "main", None)
    said = await caller.post(f"/chats/{row['chat']}")
    texts = list(texts_of(said))
    assert "客服" in texts
    assert not any("0912345678" in text for text in texts)
    assert said.content["contact"] == row["contact"]
    assert (await other.post(f"/chats/{row['chat']}")).code == "not_found"
    assert (await caller.post(f"/contacts/{row['contact']}")).status == 200
    assert (await caller.post(f"/chats/{row['contact']}")).code == "not_found"
    whole = await caller.post(f"/contacts/{row['contact']}/conversation", {"reveal": True})
    assert any("0912345678" in text for text in texts_of(whole))
    looks = [one.actor for one in await api.stores.audit.of("main:U1") if one.what == "conversation_read"]
    assert looks == ["token:desk"]
    assert [one.actor for one in await api.stores.audit.of("main:U1") if one.what == "revealed"] == looks


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_long_one_goes_on_to_earlier_lines(api: ApiWorld, bot: Bot) -> None:
    for number in range(60):
        await bot.hear(said(f"第 {number} 句"))
    await bot.settle()
    caller = await api.caller("agent")
    chat = f"/chats/{(await first(caller))['chat']}"
    last = await caller.post(chat)
    before = await caller.post(chat, {"before": last.content["earlier"]})
    texts = [list(texts_of(page)) for page in (before, last)]
    assert "第 59 句" in texts[1]
    assert "客服" in texts[0]
    events = [{one["event"] for one in page.content["turns"]} for page in (before, last)]
    assert not events[0] & events[1]
    listed = await caller.get("/chats", list="all")
    assert (await caller.post(chat, {"before": listed.content["next"] or "x"})).code == "not_found"


@pytest.mark.ring("all", "several processes of a bot")
async def test_answered_free_then_only_at_a_price_that_was_agreed_to(
    api: ApiWorld, bot: Bot, line: ScriptedLine
) -> None:
    await bot.hear(said("在嗎"))
    await bot.settle()
    caller = await api.caller("agent", "desk")
    chat = f"/chats/{(await first(caller))['chat']}"
    assert (await caller.post(chat)).content["price"]["free_until"] is not None
    done = await carried(bot, caller.post(f"{chat}/write", {"text": TEXT}, key="k" * 32))
    outcome = [done.content[name] for name in ("carried", "unsent", "why")]
    assert outcome == ["done", None, ""]
    assert (line.calls[-1].kind, line.calls[-1].texts) == ("reply", [TEXT])
    again = await caller.post(f"{chat}/write", {"text": TEXT}, key="k" * 32)
    assert (again.content, len(line.calls)) == (done.content, len(line.calls))
    refused = await carried(bot, caller.post(f"{chat}/write", {"text": "還在嗎"}))
    assert (refused.content["unsent"], "nobody has agreed" in refused.content["why"]) == ("would_cost", True)
    pushed = await carried(bot, caller.post(f"{chat}/write", {"text": "還在嗎", "may_cost": True}))
    assert pushed.content["unsent"] is None
    assert (line.calls[-1].kind, line.calls[-1].texts) == ("push", ["還在嗎"])
    row = await first(caller, "mine")
    assert (row["by"], row["state"]) == ("token:desk", "has")


async def test_the_same_key_after_a_death_sends_nothing_twice(
    api: ApiWorld, bot: Bot, line: ScriptedLine
) -> None:
    """The key's hash is the id of the event: nothing hangs on the stored answer."""
    caller = await api.caller("agent", "desk")
    chat = f"/chats/{(await first(caller))['chat']}"
    body = {"text": TEXT, "may_cost": True}
    await carried(bot, caller.post(f"{chat}/write", body, key="k" * 32))
    await api.database.collection("api_answers").delete_many({})
    await carried(bot, caller.post(f"{chat}/write", body, key="k" * 32))
    assert [call.texts for call in line.calls].count([TEXT]) == 1


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_colleagues_chat_stays_theirs_unless_that_was_seen(api: ApiWorld, bot: Bot) -> None:
    one, two = await api.caller("agent", "one"), await api.caller("agent", "two")
    mine, theirs = [f"/chats/{(await first(caller))['chat']}" for caller in (one, two)]
    await carried(bot, one.post(f"{mine}/take"))
    refused = await carried(bot, two.post(f"{theirs}/take"))
    assert refused.content["unsent"] == "theirs"
    taken = await carried(bot, two.post(f"{theirs}/take", {"even_if": "token:one"}))
    assert taken.content["unsent"] is None
    assert (await first(two, "mine"))["by"] == "token:two"


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_note_a_colleague_and_back_to_the_bot(api: ApiWorld, bot: Bot, line: ScriptedLine) -> None:
    mei = await api.account("mei", "agent")
    await api.account("store", "head_office")
    caller = await api.caller("agent", "desk")
    chat, calls = f"/chats/{(await first(caller))['chat']}", len(line.calls)
    assert (await carried(bot, caller.post(f"{chat}/note", {"text": "要退款"}))).content["unsent"] is None
    for nobody in ("store", "nobody", "a b"):
        assert (await caller.post(f"{chat}/hand-over", {"to": nobody})).code == "refused"
    said = await caller.post(f"{chat}/hand-over", {"to": "Mei"})
    assert (said.code, "signed out" in said.content["detail"]) == ("refused", True)
    await SignedSessions(api.stores, SystemClock()).begin(mei, "signed_in", "")
    await carried(bot, caller.post(f"{chat}/hand-over", {"to": "Mei"}))
    row = await first(caller, "has")
    assert (row["by"], row["given_by"], row["unread"]) == ("console:mei", "token:desk", 1)
    assert await api.stores.admins.change(replace(mei, suspended=api.clock.now()))
    assert (await first(caller, "has"))["given_by"] is None, "nobody is there who could open it"
    assert (await caller.post(f"{chat}/hand-over", {"to": "mei"})).code == "refused"
    await carried(bot, caller.post(f"{chat}/finish", {"even_if": "console:mei"}))
    assert (await first(caller, "done"))["state"] == "done"
    assert len(line.calls) == calls
    assert (await caller.post(f"{chat}/write", {"text": "  \n"})).code == "refused"
    assert (await caller.post(f"{chat}/write", {"text": "𠮷" * 2_501})).code == "refused"
