"""The way of an event through the runtime, on the real database."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.event import Event, PageOpened, Profile, Source
from bot.runtime.sending.letters import NotAgain, once_more
from bot.services.own_events import own_event
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import SETTLING, Bot, followed, said

pytestmark = pytest.mark.both_ways


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots()


async def test_the_smallest_conversation(bot: Bot) -> None:
    """F1, F4, F8: welcome by name, an exact text, a contained text with a tag; all free."""
    bot.line.profiles["U1"] = Profile("小美")
    await bot.hears(followed())
    await bot.hears(said("營業時間"), said("有什麼優惠嗎"), said("嗯"))
    assert bot.line.texts() == ["歡迎 小美！", "每天 11:00–21:00", "本週全館 85 折"]
    assert {call.kind for call in bot.line.calls} == {"reply"}
    stored = await bot.stored("U1")
    assert [tag.name for tag in stored.contact.tags] == ["看過優惠"]
    assert (stored.open, stored.outgoing) == (frozenset(), ())
    assert len(await bot.timeline("U1")) == 4


async def test_s28_a_message_that_nobody_got_is_a_dead_letter_and_one_that_was_cut_is_counted(
    bot: Bot,
) -> None:
    """28: the customer's data broke it, and staff find it; no data of theirs stands there."""
    bot.playbook = compiled(
        "attributes: {t: text}\n"
        "rules:\n"
        "  - {when: {text: 空}, do: [{reply: '{{ attribute.t }}'}]}\n"
        "  - {when: {text_pattern: '記 {t:rest}'}, reply: '記下：{{ event.t }}'}\n"
    )
    await bot.hears(said("空"), said("記 " + "長" * 4_998))
    [letter] = await bot.dead_letters()
    assert (letter.outgoing.kind, letter.reason) == ("note", "card-left-out")
    assert letter.detail.endswith("is not sent: the text is empty once filled")
    with pytest.raises(NotAgain):
        once_more(letter, letter.at)
    assert bot.line.texts() == ["記下：" + "長" * 4_996 + "…"]
    rows = [(row.what, row.details) for row in await bot.timeline("U1") if row.what.startswith("message ")]
    assert ("message cut", ("the text has 5,001 characters once filled, LINE takes 5,000",)) in rows
    assert [what for what, _ in rows].count("message lost") == 1
    assert b'oaflow_sends_total{end="cut",kind="note"} 1.0' in bot.runtime.metrics.text()


@pytest.mark.ring("all", "several processes of a bot")
async def test_twenty_events_of_one_person_are_taken_in_order(bot: Bot) -> None:
    events = [said("營業時間") for _ in range(20)]
    await asyncio.gather(*(bot.hear(event) for event in events))
    await bot.settle()
    assert [call.to for call in bot.line.calls] == [e.event.token.value for e in events if e.event.token]
    assert len(await bot.timeline("U1")) == 20


async def test_a_name_that_line_could_not_tell_is_asked_for_again(bot: Bot) -> None:
    """F4: whoever came first while LINE was in trouble is not called 朋友 until the next restart."""
    bot.line.profiles["U1"] = Profile("小美")
    bot.line.profile_fails = 1
    await bot.hears(followed(clock=bot.clock))
    bot.line.profile_asked.clear()
    bot.clock.advance(300)
    await bot.hears(said("營業時間", clock=bot.clock))
    assert not bot.line.profile_asked.is_set()
    bot.clock.advance(600)
    await bot.hears(followed(clock=bot.clock))
    assert bot.line.texts() == ["歡迎 朋友！", "每天 11:00–21:00", "歡迎 小美！"]
    assert (await bot.stored("U1")).contact.name == "小美"


async def test_a_name_that_line_tells_once_they_are_friends(bot: Bot) -> None:
    """D3: who opens a page from a QR code first is a stranger to LINE's profiles, and no longer than that."""
    what = PageOpened("member_card")
    opened = Event("page:1", "main", Source("user", "U1"), bot.clock.now(), what)
    await bot.hears(own_event("main:U1", opened))
    assert bot.line.profile_asked.is_set()
    bot.line.profiles["U1"] = Profile("小美")
    await bot.hears(followed(clock=bot.clock))
    assert bot.line.texts() == ["歡迎 小美！"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_newcomers_of_one_moment_are_waited_for_alike(bot: Bot) -> None:
    """F4, F8: a first turn waits 800 ms at most, then says 朋友; a late name is for the next.

    One timer is for all that are asked about within a tenth of a second.
    """
    people = ["U1", "U2", "U3"]
    bot.line.profile_hold = asyncio.Event()
    bot.line.profiles = {user: Profile("小美") for user in people}
    for user in people:
        bot.line.profile_asked.clear()
        await bot.hear(followed(user))
        await asyncio.wait_for(bot.line.profile_asked.wait(), PATIENCE)
        bot.clock.advance(0.04)
    bot.clock.advance(0.67)
    assert bot.line.texts() == []
    bot.clock.advance(0.02)
    async with asyncio.timeout(PATIENCE):
        while len(bot.line.texts()) < len(people):
            bot.line.called.clear()
            await bot.line.called.wait()
    assert bot.line.texts() == ["歡迎 朋友！"] * 3
    bot.line.profile_hold.set()
    await bot.hears(said("營業時間", "U2"))
    assert (await bot.stored("U2")).contact.name == "小美"


@pytest.mark.parametrize(
    ("age", "answers"), [(24, ["歡迎 小美！"]), (26, ["歡迎 朋友！"]), (40, ["歡迎 朋友！"]), (60, [])]
)
async def test_an_answer_that_has_waited_long_waits_for_no_name(
    bot: Bot, age: float, answers: list[str]
) -> None:
    """F8: in a rush; where it is too late for the answer the name is asked for, for what is pushed later."""
    bot.line.profiles["U1"] = Profile("小美")
    received = followed("U1", bot.clock)
    bot.clock.advance(age)
    await bot.hear(received)
    await bot.settle(fastest=SETTLING)  # at most 10 s pass meanwhile: the reply token lives for 50 s
    assert bot.line.texts() == answers
    assert bot.line.profile_asked.is_set() is (answers != ["歡迎 朋友！"])
    await bot.hears(said("嗯", clock=bot.clock))
    assert (await bot.stored("U1")).contact.name == "小美"
