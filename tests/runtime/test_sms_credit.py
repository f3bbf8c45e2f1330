"""What is known of SMS credit, said once when it changes, and what decisions hear of it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from bot.connectors.sms.sender import Credit, ShortMessage, SmsSent
from bot.model.settings import SmsSettings
from bot.model.translatable import Translatable
from bot.runtime.effects.sms_credit import EVERY, REMEMBERED, SmsCredits
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled

PLAYBOOK = compiled(
    'channels:\n  main: {id: forest, channel_id: "1", channel_secret: x, sms: best}\n'
    '  second: {id: forest2, channel_id: "2", channel_secret: y, sms: other}\n'
    '  third: {id: forest3, channel_id: "3", channel_secret: z}\n'
    "sms: {best: {provider: console}, other: {provider: console}}\n"
)


@dataclass
class Account:
    """A provider that is asked what is left; `None`: it cannot be asked."""

    left: Credit | None = None
    asked: list[str] = field(default_factory=list)

    async def send(self, message: ShortMessage) -> SmsSent:
        return SmsSent()

    async def credit(self) -> Credit | None:
        self.asked.append("credit")
        return self.left


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def credits(account: Account, clock: ManualClock) -> SmsCredits:
    ways = {"best": SmsSettings("best", "mitake", warn_below=100)}
    return SmsCredits(lambda: ways, lambda name: account if name == "best" else None, clock)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name == "oaflow.sms"]
    caplog.clear()
    return lines


async def test_what_is_not_known_is_tried(credits: SmsCredits) -> None:
    await credits.ask("best")
    await credits.ask("nobody")
    assert (credits.level("best"), credits.level("nobody")) == ("fine", "fine")


@pytest.mark.parametrize(
    ("left", "level"),
    [(101, "fine"), (100, "fine"), (99.9, "low"), (99, "low"), (1, "low"), (0.9, "none"), (0, "none")],
)
async def test_from_warn_below_it_is_low_and_from_one_none(
    credits: SmsCredits, account: Account, left: float, level: str
) -> None:
    account.left = Credit(left)
    await credits.ask("best")
    assert credits.level("best") == level


async def test_each_change_is_said_once(
    credits: SmsCredits, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """Of credit that is fine nothing is."""
    caplog.set_level(logging.DEBUG)
    said: dict[int, list[str]] = {}
    for left in (500, 99, 98, 0, 0, 40, 1000, 999):
        account.left = Credit(left)
        await credits.ask("best")
        said[left] = said.get(left, []) + told(caplog)
    assert said == {
        500: [],
        99: ["SMS credit of best is low: 99 points left"],
        98: [],
        0: ["SMS credit of best is used up: no codes are sent until there is some"],
        40: ["SMS credit of best is low: 40 points left"],
        1000: ["SMS credit of best is fine again: 1000 points left"],
        999: [],
    }


async def test_an_alert_tells_that_it_is_used_up(credits: SmsCredits, account: Account) -> None:
    """K4: what could not be told, because the database was away, is told the next time."""
    heard: list[tuple[str, str]] = []
    away = True

    async def alert(what: str, message: Translatable) -> None:
        if away:
            raise DatabaseUnavailable("away")
        heard.append((what, CHINESE.text(message)))

    credits.alert = alert
    for left in (500, 99, 98, 0):
        account.left = Credit(left)
        await credits.ask("best")
        with suppress(DatabaseUnavailable):
            await credits.raise_alerts()
    away = False
    for _ in range(2):
        await credits.raise_alerts()
    day = f"{NOW:%Y-%m-%d}"
    assert heard == [
        (f"credit best none {day}", "best 的簡訊點數用完了，儲值以前寄不出驗證碼"),
    ]


async def test_answers_that_overtake_each_other_say_it_once(
    credits: SmsCredits, caplog: pytest.LogCaptureFixture
) -> None:
    """Sending can only make it less; that it is more is believed when it is asked."""
    for left in (101, 98, 100, 99, 97, 99):
        credits.after_sending("best", Credit(left))
    assert told(caplog) == ["SMS credit of best is low: 98 points left"]
    assert credits.level("best") == "low"


async def test_a_refusal_is_none_until_there_may_be_some(
    credits: SmsCredits, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether or not the provider counts for us."""
    for left in (None, Credit(0.5), Credit(-3, "USD")):
        credits.after_refusal("best")
        assert credits.level("best") == "none"
        account.left = left
        await credits.ask("best")
        assert credits.level("best") == ("fine" if left is None else "none")
        account.left = Credit(10, "USD") if left is not None and left.unit == "USD" else Credit(500)
        await credits.ask("best")
        assert credits.level("best") == "fine"
    assert "SMS credit of best is fine again: 500 points left" in told(caplog)


async def test_money_warns_of_nothing_and_that_is_said_once(
    credits: SmsCredits, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """An account that is paid for later is below 0 all the time."""
    for left in (12.5, 0, -3.25):
        account.left = Credit(left, "USD")
        await credits.ask("best")
        assert credits.level("best") == "fine"
    assert told(caplog) == ["nobody warns before best is empty: it has money, not a number of messages"]


async def test_an_old_figure_keeps_nobody_from_sending(
    credits: SmsCredits, account: Account, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    account.left = Credit(0)
    await credits.ask("best")
    account.left = None  # it cannot be asked any more
    clock.advance(REMEMBERED.total_seconds())
    await credits.ask("best")
    assert credits.level("best") == "none"
    clock.advance(1)
    await credits.ask("best")
    assert credits.level("best") == "fine"
    assert told(caplog)[1:] == ["SMS credit of best is fine again: how much is left is not known"]


async def test_it_is_asked_at_once_and_every_ten_minutes(
    credits: SmsCredits, account: Account, clock: ManualClock
) -> None:
    asking = asyncio.create_task(credits.run())
    for times in (1, 2, 3):
        await clock.waited_for()
        assert len(account.asked) == times
        clock.advance(EVERY - 1)
        assert len(account.asked) == times
        clock.advance(1)
    asking.cancel()


async def test_a_decision_hears_of_the_provider_of_its_channel(credits: SmsCredits, account: Account) -> None:
    account.left = Credit(0)
    await credits.ask("best")
    credit = credits.on_channels(lambda: PLAYBOOK)
    heard = [credit(channel) for channel in ("main", "second", "third", "gone")]
    assert heard == ["none", "fine", "none", "none"]


async def test_what_is_left_is_a_figure(credits: SmsCredits, account: Account) -> None:
    account.left = Credit(79.5)
    await credits.ask("best")
    [family] = credits.levels.collect()
    assert [(one.labels, one.value) for one in family.samples] == [({"provider": "best"}, 79.5)]


async def test_a_figure_is_as_old_as_the_answer_that_had_it(
    credits: SmsCredits, account: Account, clock: ManualClock
) -> None:
    """B12: a higher one that comes later was overtaken; or it was topped up, which is believed later."""
    credits.after_sending("best", Credit(40))
    clock.advance(60)
    credits.after_sending("best", Credit(41))
    assert credits.known() == {"best": (Credit(40), NOW)}
    clock.advance(REMEMBERED.total_seconds())
    await credits.ask("best")
    credits.after_sending("best", Credit(5_000))
    assert credits.known() == {"best": (Credit(5_000), clock.now())}
