"""Dead letters are sent once more exactly once; what was set aside is decided once more. A2, A8, K3"""

from __future__ import annotations

import asyncio

import pytest

from bot.line.outcome import Refused
from bot.model.inbox import InboxEntry
from bot.model.outgoing import DeadLetter
from bot.model.processes import part_of
from bot.operations.dead_letters import Which, given_up, in_full
from bot.operations.resending import Handling, drop, resend
from bot.store.stores import Stores
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.decided_by import decided_by
from tests.runtime.harness import Bot, said

pytestmark = pytest.mark.usefixtures("by_our_clock")

PLAYBOOK = compiled(
    """\
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rules:
  - {when: {text: 優惠}, reply: 這是祕密優惠}
  - {when: {text: 到貨通知}, do: [{push: 到貨了}]}
"""
)
QUOTA = Refused(429, "You have reached your monthly limit.", "r-1", "quota")
BAD = Refused(400, "The request body has 1 error", "r-2", "bad-request")
WHO = "command:amy"
ALL = Which(days=30)


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(PLAYBOOK)


async def lost(bot: Bot, text: str = "到貨通知", why: Refused = QUOTA) -> DeadLetter:
    bot.line.outcomes.append(why)
    token = {} if why is BAD else {"replyToken": None}  # without one a push rides in no reply
    await bot.hear(said(text, "U1", bot.clock, **token))
    await bot.settle()
    (letter,) = [one for one in await bot.dead_letters() if one.handled is None]
    return letter


async def again(bot: Bot, stores: Stores, *names: str, second: bool = False) -> list[Handling]:
    done = await resend(stores, names, WHO, second=second, patience=0)
    await bot.settle()
    bot.runtime.recovery.reread("main:U1")
    await bot.settle()
    return done


async def test_a_push_is_sent_once_more_with_its_own_key(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot)
    first = bot.line.calls[-1]
    (told,) = await again(bot, stores, letter.name)
    assert told.doubt == "same-key"
    assert [one.key for one in bot.line.calls] == [first.key, first.key]
    row = next(row for row in await bot.timeline("U1") if row.id == told.event)
    assert (row.what, row.details, row.calls) == ("resent: push", (f"by {WHO}", letter.name), ("push",))
    assert row.ends[0].how == "accepted"
    (audit,) = await stores.audit.of("main:U1")
    assert (audit.what, audit.actor) == ("resent", WHO)
    assert (await bot.stored("U1")).outgoing == ()


async def test_how_many_are_open_is_counted_to_a_bound(bot: Bot, stores: Stores) -> None:
    began = bot.clock.now()
    letters = [await lost(bot)]
    bot.clock.advance(3600)
    assert await stores.given_up.how_many_open(began, 100) == 1
    assert await stores.given_up.how_many_open(bot.clock.now(), 100) == 0, "it is older"
    assert await stores.given_up.how_many_open(began, 0 + 1) == 1
    await drop(stores, [letters[0].name], WHO)
    assert await stores.given_up.how_many_open(began, 100) == 0


async def test_a_reply_is_pushed_once_more(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot, "優惠", BAD)
    await again(bot, stores, letter.name)
    assert [(one.kind, one.texts) for one in bot.line.calls[-2:]] == [
        ("reply", ["這是祕密優惠"]),
        ("push", ["這是祕密優惠"]),
    ]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_dies_once_more_is_a_letter_of_its_own(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot)
    bot.line.outcomes.append(QUOTA)
    await again(bot, stores, letter.name)
    (second,) = [one for one in await bot.dead_letters() if one.handled is None]
    assert second.name != letter.name
    assert len((await given_up(stores, ALL)).found) == 1
    bot.line.outcomes.clear()
    (told,) = await again(bot, stores, second.name)
    assert told.became == "under-way"
    assert bot.line.calls[-1].texts == ["到貨了"]


async def test_nobody_runs(bot: Bot, stores: Stores, bots: Bots) -> None:
    """It is stored; who starts next sends it, once."""
    letter = await lost(bot)
    await bot.crash()
    (told,) = await resend(stores, [letter.name], WHO, patience=0)
    assert told.became in ("stored", "under-way")
    await (await bots.heir(bot)).settle()
    assert [one.texts for one in bot.line.calls] == [["到貨了"], ["到貨了"]]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_may_be_the_second_one_needs_a_word(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot)
    await stores.database.collection("deadletters").update_one(
        {}, {"$set": {"reason": "unsure", "call.kind": "reply"}}
    )
    (refused,) = await again(bot, stores, letter.name)
    assert (refused.became, refused.doubt) == ("refused", "may-be-second")
    assert len(bot.line.calls) == 1
    await again(bot, stores, letter.name, second=True)
    assert len(bot.line.calls) == 2


@pytest.mark.ring("all", "several processes of a bot")
async def test_dropped_is_dropped(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot)
    (told,) = await drop(stores, [letter.name], WHO)
    assert told.became == "dropped"
    assert (await given_up(stores, ALL)).found == []
    (one,) = (await given_up(stores, Which(), handled=True)).found
    assert one.handled is not None
    assert (one.handled.how, one.handled.actor) == ("dropped", WHO)
    (refused,) = await again(bot, stores, letter.name)
    assert refused.became == "refused"
    (audit,) = await stores.audit.of("main:U1")
    assert audit.what == "dropped"


async def test_filters(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot)
    for which, there in (
        (Which(30, kind=("push",)), True),
        (Which(30, kind=("reply",)), False),
        (Which(30, reason=("quota",), channel=("main",)), True),
        (Which(30, channel=("outlet",)), False),
    ):
        assert [one.name for one in (await given_up(stores, which)).found] == [letter.name] * there


async def test_shown_without_whose_and_without_what_it_says(bot: Bot, stores: Stores) -> None:
    letter = await lost(bot, "優惠", BAD)
    shown = await in_full(stores, letter.name)
    assert list(shown.contents) == ["text"]
    assert (shown.one.tries, shown.costs, shown.doubt) == (1, True, "")
    revealed = await in_full(stores, letter.name, WHO)
    assert revealed.contents[0]["text"] == "這是祕密優惠"
    assert [one.what for one in await stores.audit.of("main:U1")] == ["revealed"]


# -- what was set aside


class Poison(Exception):
    """What a bug raises."""


@pytest.fixture
async def aside(bot: Bot, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> str:
    """An event that a bug has kept from being decided; the bug is mended since."""

    def fails(*given: object) -> None:
        raise Poison("我的電話是 0912345678\nValueError: 0912345678")

    with monkeypatch.context() as patched:
        decided_by(patched, fails)
        await bot.hear(said("到貨通知", "U1", bot.clock, replyToken=None))
        await bot.settle()
    (one,) = (await given_up(stores, ALL)).found
    assert (one.kind, one.reason) == ("event", "aside")
    return one.name


async def test_an_event_is_decided_once_more(bot: Bot, stores: Stores, aside: str) -> None:
    shown = await in_full(stores, aside)
    assert shown.contents[-1] == "tests.operations.test_dead_letters.Poison"
    assert "0912345678" not in str(shown)
    done = await asyncio.gather(
        *(resend(stores, [aside], WHO, patience=0), resend(stores, [aside], WHO, patience=0))
    )
    assert sorted(one.became for (one,) in done) == ["refused", "under-way"]
    bot.runtime.recovery.reread("main:U1")
    await bot.settle()
    assert bot.line.texts() == ["到貨了"]
    whats = [row.what for row in await bot.timeline("U1")]
    assert sorted(whats) == ["resent: event", "text"]
    assert (await given_up(stores, ALL)).found == []


async def test_an_event_that_fails_as_before(
    bot: Bot, stores: Stores, aside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> None:
        raise Poison("x")

    decided_by(monkeypatch, fails)
    await again(bot, stores, aside)
    (one,) = (await given_up(stores, ALL)).found
    assert (one.name, one.tries) == (aside, 2)
    await again(bot, stores, aside)
    (one,) = (await given_up(stores, ALL)).found
    assert one.tries == 3


async def test_an_event_that_is_dropped(bot: Bot, stores: Stores, aside: str) -> None:
    await drop(stores, [aside], WHO)
    (refused,) = await again(bot, stores, aside)
    assert "dropped already, by amy (command line)" in str(refused.why)
    (one,) = (await given_up(stores, Which(), handled=True)).found
    assert one.handled is not None
    (audit,) = await stores.audit.of("main:U1")
    assert audit.what == "dropped"


async def test_what_cannot_be_read_is_set_aside_and_told(bot: Bot, stores: Stores) -> None:
    entry = InboxEntry("main:odd", "main", "main:U1", part_of("main:U1"), bot.clock.now(), b"oaflow nonsense")
    await bot.inbox.store([entry], set())
    bot.runtime.recovery.reread("main:U1")
    await bot.settle()
    assert [one.name for one in (await given_up(stores, ALL)).found] == ["main:odd"]
    await again(bot, stores, "main:odd")
    (one,) = (await given_up(stores, ALL)).found
    assert one.tries == 2
