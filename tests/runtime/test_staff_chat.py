"""Staff answer through the outbox: once, by reply or push, in the conversation, whoever dies (E3, A5)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.line.outcome import Refused
from bot.model.inbox import InboxEntry
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs
from bot.operations.chat import answering
from bot.operations.chat.answering import ChatOutcome
from bot.operations.chat.lists import WhichChats, chats, give_sign, mark_read
from bot.operations.chat.report import chat_report
from bot.operations.find_contacts import LocatedContact
from bot.runtime.effects.staff_changes import StaffChanges
from bot.services.rewrites import RewriteRefused
from bot.store.database.mongo import Database
from bot.store.events.inbox import Inbox
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.answers import time_passes
from tests.runtime.bots import Bots
from tests.runtime.harness import SETTLING, Bot, followed, said
from tests.runtime.test_conversations import PLAYBOOK

AMY, BEN = "console:amy", "console:ben"
RULES = """rules:
  - {when: {text: 客服}, do: [{reply: 請稍候}, {hand_over: "請看"}]}
"""
STAFFED = compiled(PLAYBOOK.replace(", KEEP", "").replace("rules:\n", RULES))
TEXT = "您好，我是阿美"


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    bot = await bots(STAFFED)
    await bot.hears(followed(), said("客服"))
    return bot


def changes(bot: Bot) -> StaffChanges:
    return StaffChanges(bot.stores.rewriter, bot.contacts, bot.clock)


def answer(by: str = AMY, text: str = TEXT, **more: Any) -> StaffWrites:
    return StaffWrites(by, ({"type": "text", "text": text},), **more)


async def ordered(bot: Bot, what: StaffWrites, form: str = "f1") -> str:
    event = await changes(bot).write("main:U1", "main", what, form)
    await carried_out(bot, event)
    return event


async def carried_out(bot: Bot, event: str, user: str = "U1") -> None:
    """Wait until a process has taken its turn, and all is written."""
    while event in (await bot.stored(user)).waiting:
        await time_passes(bot.clock, bot._database, SETTLING)
    await bot.settle()


async def outcome(bot: Bot, event: str) -> ChatOutcome:
    whose = LocatedContact(await bot.stored("U1"), bot.stores, simulated=False)
    return await answering.outcome_of(whose, event)


async def test_free_while_the_token_lives_and_in_the_conversation(bot: Bot) -> None:
    """E3: what was written, by whom; a push once nothing is free any more, if that was agreed to."""
    await bot.hears(said("在嗎"))
    document = await bot._database.collection("contacts").find_one({"_id": "main:U1"})
    assert document is not None
    (desk,) = document["chats"]
    assert "token" not in desk
    assert isinstance(desk["x"], bytes)
    event = await ordered(bot, answer())
    assert bot.line.calls[-1].kind == "reply"
    assert bot.line.calls[-1].texts == [TEXT]
    done = await outcome(bot, event)
    assert (done.carried, done.unsent, [call.kind for call in done.calls]) == ("done", None, ["reply"])
    unsent = await ordered(bot, answer(text="還在嗎"), "f2")
    assert (await outcome(bot, unsent)).unsent == "would_cost"
    await ordered(bot, answer(text="還在嗎", may_cost=True), "f3")
    assert [(call.kind, call.texts) for call in bot.line.calls[-2:]] == [
        ("reply", [TEXT]),
        ("push", ["還在嗎"]),
    ]
    turns = (await bot.said.page(["main:U1"], None, 10))[::-1]
    said_by = [(turn.cause, call.messages[0]["text"]) for turn in turns[-2:] for call in turn.calls]
    written = [(cause.actor if cause is not None else "", text) for cause, text in said_by]
    assert written == [(AMY, TEXT), (AMY, "還在嗎")]


async def test_what_is_answered_is_counted_once_for_who_answers(bot: Bot) -> None:
    """E3: the customer has asked for staff once, Amy has answered twice, a colleague's try counts nothing."""
    for number, by in enumerate((AMY, AMY, BEN)):
        await ordered(bot, answer(by, may_cost=True), f"f{number}")
    day = bot.clock.now().astimezone(TAIPEI).date()
    found = await chat_report(bot.stores, day, day)
    assert (found.team.conversations, found.team.first_answers, found.team.further_answers) == (1, 1, 0)
    assert [(one.by, one.conversations, one.answers) for one in found.agents] == [(AMY, 1, 2)]
    assert [(one.by, one.open, one.unanswered) for one in found.now] == [(AMY, 1, 0)]


async def test_a_form_that_is_sent_twice_is_sent_once(bot: Bot) -> None:
    before = len(bot.line.calls)
    orders = [changes(bot).write("main:U1", "main", answer(may_cost=True), "f1") for _ in range(3)]
    one, *others = await asyncio.gather(*orders)
    assert others == [one, one]
    await carried_out(bot, one)
    assert len(bot.line.calls) == before + 1
    assert [row.what for row in await bot.stores.audit.of("main:U1")] == ["answered"]


async def test_a_colleagues_conversation_is_not_written_into(bot: Bot) -> None:
    await ordered(bot, answer(may_cost=True))
    event = await ordered(bot, answer(BEN, "我來", may_cost=True), "f2")
    assert bot.line.texts()[-1] == TEXT
    assert (await outcome(bot, event)).unsent == "theirs"


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_comes_while_the_inbox_is_read_does_not_wait_on_once_it_is_decided(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who take it over at once: who has lost is told so, and not that it is still to be done."""
    read, second = Inbox.open_of, list[str]()

    async def meanwhile(self: Inbox, *about: Any) -> list[InboxEntry]:
        if not second:
            act = StaffActs(True, BEN)
            second.append(await changes(bot).act("main:U1", "main", act, BEN, "f2"))
        return await read(self, *about)

    monkeypatch.setattr(Inbox, "open_of", meanwhile)
    first = await changes(bot).act("main:U1", "main", StaffActs(True, AMY), AMY, "f1")
    await carried_out(bot, first)
    assert (await bot.stored("U1")).waiting == frozenset()
    assert [(await outcome(bot, one)).unsent for one in (first, *second)] == [None, "theirs"]


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize(("may_cost", "kinds"), [(True, ["reply", "push"]), (False, ["reply"])])
async def test_a_token_that_line_takes_no_more(bot: Bot, may_cost: bool, kinds: list[str]) -> None:
    """Nobody pays for what they have not agreed to; else it goes as a push."""
    await bot.hears(said("在嗎"))
    bot.line.outcomes.append(Refused(400, "Invalid reply token", "r1", "invalid-reply-token"))
    event = await ordered(bot, answer(may_cost=may_cost))
    assert [call.kind for call in bot.line.calls if call.texts == [TEXT]] == kinds
    ends = [call.end for call in (await outcome(bot, event)).calls]
    assert ends == (["pushed-instead", "accepted"] if may_cost else ["reply-token-dead"])


async def test_a_process_that_dies_over_it_has_it_sent_once(
    bot: Bot, database: Database, bots: Bots, clock: ManualClock
) -> None:
    """A2: between the turn and LINE's answer; the retry key is the same, so LINE takes one."""
    bot.line.hold = asyncio.Event()
    event = await changes(bot).write("main:U1", "main", answer(may_cost=True), "f1")
    while not any(call.texts == [TEXT] for call in bot.line.calls):
        await time_passes(clock, database, SETTLING)
    await bot.crash()
    bot.line.hold = None
    second = await bots.heir(bot)
    await carried_out(second, event)
    keys = {call.key for call in bot.line.calls if call.texts == [TEXT]}
    assert len(keys) == 1
    assert (await second.stored("U1")).outgoing == ()


async def test_what_is_stored_while_nobody_runs_is_sent_by_who_comes(bot: Bot, bots: Bots) -> None:
    await bot.crash()
    event = await changes(bot).write("main:U1", "main", answer(may_cost=True), "f1")
    second = await bots.heir(bot)
    await carried_out(second, event)
    assert bot.line.texts().count(TEXT) == 1


async def test_a_note_is_in_the_conversation_and_never_at_line(bot: Bot) -> None:
    before = bot.line.texts()
    event = await changes(bot).note("main:U1", "main", StaffNotes(AMY, "她很急"), "f1")
    await carried_out(bot, event)
    assert bot.line.texts() == before
    last = (await bot.said.page(["main:U1"], None, 1))[0]
    assert last.cause is not None
    assert (last.cause.actor, last.calls[0].kind) == (AMY, "note")
    assert last.calls[0].messages[0]["text"] == "她很急"


async def test_nobody_is_made_anew_who_is_not_there(bot: Bot) -> None:
    with pytest.raises(RewriteRefused):
        await changes(bot).write("main:U404", "main", answer(), "f1")


async def test_handing_back_is_written_as_soon_as_the_rest(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finishes waits for its row: half a second of the journal's was felt at each."""
    hurried: list[str] = []
    monkeypatch.setattr(bot.runtime.journal, "hurry", lambda: hurried.append("now"))
    await carried_out(bot, await changes(bot).act("main:U1", "main", StaffActs(False, AMY), AMY, "f1"))
    assert hurried
    hurried.clear()
    await bot.hears(said("你好"))
    assert hurried == []


async def listed(bot: Bot, which: WhichChats, me: str = AMY, **more: Any) -> list[tuple[str, int]]:
    found = await chats(bot.stores, which, me=me, zone=TAIPEI, **more)
    return [(row.contact.contact, row.unread) for row in found.rows]


@pytest.mark.ring("all", "several processes of a bot")
async def test_the_lists(bot: Bot) -> None:
    """E3: who waits longest comes first; what is done, and everybody, newest first."""
    for user in ("U2", "U3", "U4"):
        bot.clock.advance(10)
        await bot.hears(followed(user), said("客服", user))
    await bot.hears(said("你好", "U5"))
    assert await listed(bot, "waits") == [(f"main:U{n}", 1) for n in (1, 2, 3, 4)]
    assert len(await bot.stores.staff_chats.waiting(None, 99)) == 4
    first = await chats(bot.stores, "waits", me=AMY, zone=TAIPEI, most=3)
    assert await listed(bot, "waits", after=first.further) == [("main:U4", 1)]
    for user, act in (
        ("U2", StaffActs(True, AMY)),
        ("U3", StaffActs(True, BEN)),
        ("U4", StaffActs(True, AMY)),
        ("U4", StaffActs(False, AMY)),
    ):
        bot.clock.advance(5)
        event = await changes(bot).act(f"main:{user}", "main", act, act.by or "", f"{user} {act.takes_over}")
        await carried_out(bot, event, user)
    assert await listed(bot, "waits") == [("main:U1", 1)]
    assert await listed(bot, "mine") == [("main:U2", 0)]
    assert await listed(bot, "mine", BEN) == [("main:U3", 0)]
    assert await listed(bot, "has") == [("main:U2", 0), ("main:U3", 0)]
    assert await listed(bot, "done") == [("main:U4", 0)]
    assert await listed(bot, "done", channel="outlet") == []
    bot.clock.advance(5)
    await bot.hears(said("還在嗎", "U2"), said("？", "U2"))
    assert await listed(bot, "mine") == [("main:U2", 2)]
    assert await listed(bot, "has", unread=True) == [("main:U2", 2)]
    assert [one for one, _ in await listed(bot, "all")][:2] == ["main:U2", "main:U5"]
    (row,) = (await chats(bot.stores, "mine", me=AMY, zone=TAIPEI)).rows
    assert row.last is not None
    assert (row.last.by, row.last.text) == ("person", "？")
    assert row.there == ()
    await give_sign(bot.stores, "main:U2", BEN, types=True)
    (row,) = (await chats(bot.stores, "mine", me=AMY, zone=TAIPEI)).rows
    assert row.there == (BEN,)
    await mark_read(bot.stores, "main:U2", "main", bot.clock.now())
    assert await listed(bot, "mine") == [("main:U2", 0)]
