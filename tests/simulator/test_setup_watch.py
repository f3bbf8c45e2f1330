"""A running bot notices that its set-up broke, and alerts once; LINE is the simulator's. A3, K4."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.model.channel import Channel
from bot.model.settings import Alert, Settings
from bot.model.translatable import ENGLISH, Language
from bot.operations.doctor.ask import ask_in_short
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.finding import SetupFinding
from bot.operations.doctor.watch import EVERY, EXAMINED, SetupWatch
from bot.operations.doctor.webhook import OwnCall, WebhookAnswers, webhook_findings
from bot.runtime.alerts.alert_dispatcher import AlertQueue
from bot.runtime.alerts.receivers import alert_receivers
from bot.store.database.mongo import Database
from bot.store.events.alerts import Alerts
from bot.store.sealing.seal import Seal
from bot.translations.chinese import CHINESE
from tests.conftest import ManualClock
from tests.simulator.conftest import MAIN, OTHER, World
from tests.simulator.test_doctor import signed

REASONS = ("webhook_off", "token_refused", "pages_off", "server")
OPS = Alert("mail", "ops@forest.example", REASONS, "smtp://mail.example")
LOOKS = int(EXAMINED.total_seconds() / EVERY)


class Watched:
    """Two processes that watch, and what staff are alerted to."""

    def __init__(self, world: World, database: Database, seal: Seal) -> None:
        self.world = world
        self.clock = ManualClock()
        self.channels = [MAIN]
        self.public = world.url
        self.alerts = (OPS,)
        self.language: Language = ENGLISH
        self.is_simulated = True
        self.fast = timedelta()
        """By so much this machine's clock is ahead."""
        self.stored = Alerts(database, seal)
        self.watches = [self.watch(lambda part: True) for _ in range(2)]
        world.answer = signed

    def watch(self, owns: Callable[[int], bool]) -> SetupWatch:
        def receivers() -> Any:
            return alert_receivers(self.alerts)

        desk = AlertQueue(self.stored, receivers, self.clock)
        return SetupWatch(self.around, desk, owns, self.clock, lambda: self.language)

    def around(self) -> Surroundings:
        settings = Settings({one.name: one for one in self.channels}, alerts=self.alerts)
        now = datetime.now(UTC) + self.fast
        return Surroundings(settings, None, self.world.line, self.public, now, is_simulated=self.is_simulated)

    async def an_hour(self, watches: list[SetupWatch] | None = None) -> None:
        """The looks of an hour, of which one at least examines everything."""
        for _ in range(LOOKS):
            for watch in watches or self.watches:
                await watch.look()
            self.clock.advance(EVERY)

    async def console(self, **switches: Any) -> None:
        await self.world.do("channels/main/console", switches, "PUT")

    async def told(self) -> list[tuple[str, bool, str | None, str]]:
        receivers = alert_receivers(self.alerts).values()
        rows = [row for one in receivers for row in await self.stored.waiting(one.id, 100)]
        return [(row.note.reason, row.note.over, row.note.channel, row.note.text) for row in rows]

    async def kinds(self) -> list[tuple[str, bool]]:
        return [(reason, over) for reason, over, *_ in await self.told()]

    def calls(self) -> list[str]:
        """The calls of LINE's API from now on, by path."""
        made: list[str] = []

        def noted(path: str) -> web.Response | None:
            if path.startswith("/simulator/line/"):
                made.append(path)
            return None

        self.world.instead = noted
        return made


@pytest_asyncio.fixture(loop_scope="session")
async def watched(
    world: World, prepared: str, emptied: Callable[[], None], seal: Seal
) -> AsyncIterator[Watched]:
    """With a database of the loop in which the tests of this folder run."""
    emptied()
    database = Database(prepared)
    yield Watched(world, database, seal)
    database.close()


async def test_of_a_healthy_account_nothing_is_told(watched: Watched) -> None:
    await watched.an_hour()
    assert await watched.told() == []


@pytest.mark.ring("all", "starts a process")
async def test_a_webhook_that_is_off_is_told_once_and_once_when_it_is_on(watched: Watched) -> None:
    """Two processes look, at every moment."""
    await watched.console(uses_webhook=False)
    await watched.an_hour()
    [(reason, over, channel, text)] = await watched.told()
    assert (reason, over, channel) == ("webhook_off", False, "main")
    what, why, do, step, *_, page = text.splitlines()
    assert what == "Use webhook (Webhook): it is off"
    assert why.startswith("Why it matters: while it is off LINE sends nothing")
    assert do == "What to do:"
    assert step.startswith("1. LINE Developers Console")
    assert page == f"{watched.world.url}/admin/setup?channel=main"
    await watched.console(uses_webhook=True)
    await watched.an_hour()
    assert await watched.kinds() == [("webhook_off", False), ("webhook_off", True)]


async def test_it_is_told_at_the_next_look(watched: Watched) -> None:
    [watch, _] = watched.watches
    await watch.look()
    await watched.console(uses_webhook=False)
    watched.clock.advance(EVERY)
    await watch.look()
    assert await watched.kinds() == [("webhook_off", False)]


async def test_it_is_told_in_the_language_of_the_playbook(watched: Watched) -> None:
    watched.language = CHINESE
    await watched.console(uses_webhook=False)
    await watched.watches[0].look()
    [(_, _, _, text)] = await watched.told()
    assert "請這樣處理：\n1. " in text


async def test_an_address_of_another_system_is_told(watched: Watched) -> None:
    await watched.console(webhook="http://localhost:1/webhook/main")
    await watched.watches[0].look()
    [(reason, _, _, text)] = await watched.told()
    assert reason == "webhook_off"
    assert "another system answers this account" in text


@pytest.mark.ring("all", "starts a process")
async def test_a_refused_token_is_told_and_a_new_one_ends_it(watched: Watched) -> None:
    watched.channels = [replace(MAIN, access_token="token-of-nobody")]
    await watched.an_hour()
    assert await watched.kinds() == [("token_refused", False)]
    watched.channels = [MAIN]
    await watched.an_hour()
    assert await watched.kinds() == [("token_refused", False), ("token_refused", True)]


async def test_a_server_that_is_not_reached_is_not_over_by_a_look_at_line(watched: Watched) -> None:
    """Of several items each is over by itself."""
    watched.alerts = (replace(OPS, when=("webhook_off",)),)
    watched.public = "http://localhost:1"
    await watched.console(webhook="http://localhost:1/webhook/main")
    await watched.an_hour()
    assert await watched.kinds() == [("webhook_off", False)]


async def test_at_the_start_this_server_may_not_be_reachable_yet(watched: Watched) -> None:
    watched.public = "http://localhost:1"
    await watched.console(webhook="http://localhost:1/webhook/main")
    await watched.watches[0].look()
    assert await watched.told() == []


async def test_without_our_own_address_nobody_is_accused(watched: Watched) -> None:
    watched.public = ""
    await watched.watches[0].look()
    assert await watched.told() == []


async def test_while_line_is_away_nothing_is_told_nor_over(watched: Watched) -> None:
    await watched.console(uses_webhook=False)
    await watched.watches[0].look()
    await watched.world.do("channels/main/faults", {"answer": "500"}, "PUT")
    await watched.an_hour()
    assert await watched.kinds() == [("webhook_off", False)]


@pytest.mark.ring("all", "starts a process")
async def test_pages_that_are_opened_elsewhere_are_told(watched: Watched) -> None:
    """B1: somebody has moved the LIFF app's endpoint."""
    await watched.console(liff_endpoint="https://example.com/liff")
    await watched.an_hour()
    assert await watched.kinds() == [("pages_off", False)]
    await watched.console(liff_endpoint=f"{watched.world.url}/liff/main")
    await watched.an_hour()
    assert await watched.kinds() == [("pages_off", False), ("pages_off", True)]


async def test_a_clock_that_is_off_is_told_once_for_all_accounts(watched: Watched) -> None:
    watched.channels = [MAIN, OTHER]
    watched.fast = timedelta(seconds=45)
    await watched.watches[0].look()
    [(reason, over, _, text)] = [one for one in await watched.told() if one[0] == "server"]
    assert (reason, over) == ("server", False)
    assert "seconds ahead of LINE's" in text
    watched.fast = timedelta(seconds=25)
    await watched.watches[1].look()
    assert len(await watched.told()) == 1, "near the limit"
    watched.fast = timedelta(seconds=5)
    await watched.watches[1].look()
    assert ("server", True) in await watched.kinds()


@pytest.mark.ring("all", "starts a process")
async def test_a_certificate_is_told_twice_and_its_renewal_once(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3: three weeks and a week before its end."""
    days = [20]
    real = webhook_findings

    def of_the_internet(seen: WebhookAnswers, now: datetime, *, is_simulated: bool) -> Iterator[SetupFinding]:
        return real(seen, now, is_simulated=False)

    async def with_certificate(channel: Channel, api: str, public: str) -> Any:
        account, seen = await ask_in_short(channel, api, public)
        until = datetime.now(UTC) + timedelta(days=days[0], hours=1)
        return account, replace(seen, own=OwnCall(200, certificate_until=until))

    monkeypatch.setattr("bot.operations.doctor.watch.webhook_findings", of_the_internet)
    monkeypatch.setattr("bot.operations.doctor.watch.ask_in_short", with_certificate)
    said = []
    for days[0] in (20, 6, 5, 90):
        await watched.an_hour()
        alerts = [(over, text.partition("\n")[0]) for _, over, _, text in await watched.told()]
        said.append([over for over, what in alerts if what.startswith("Certificate")])
    assert said == [[False], [False, False], [False, False], [False, False, True]]
    assert not [row for row in await watched.stored.all_lasting() if "certificate" in row[1]]


def good_for(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Our certificate ends in so many days, and half a day."""
    until = datetime.now(UTC) + timedelta(days=days, hours=12)
    monkeypatch.setattr("bot.operations.doctor.ask._until", lambda response: until)


@pytest.mark.ring("all", "starts a process")
async def test_a_certificate_is_told_once_also_where_the_first_account_is_unlinked(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is of this server, and of no account."""
    good_for(monkeypatch, 10)

    async def certificates() -> list[tuple[bool, str]]:
        found = [(over, text.splitlines()[0]) for _, over, _, text in await watched.told()]
        return [one for one in found if one[1].startswith("Certificate")]

    watched.is_simulated = False
    for channels in ([MAIN, OTHER], [OTHER]):
        watched.channels = channels
        await watched.an_hour()
    assert await certificates() == [(False, "Certificate of this server: good for 10 days more")]
    good_for(monkeypatch, 80)
    await watched.an_hour()
    assert [over for over, _ in await certificates()] == [False, True]


async def test_of_what_nobody_is_to_be_alerted_to_nothing_is_kept(watched: Watched) -> None:
    watched.alerts = (replace(OPS, when=("token_refused",)),)
    await watched.console(uses_webhook=False)
    await watched.an_hour()
    assert await watched.stored.all_lasting() == []


@pytest.mark.parametrize("channel", [MAIN, OTHER], ids=["a long-lived token", "stateless tokens"])
async def test_an_hour_takes_few_calls_and_no_test_of_the_webhook(watched: Watched, channel: Channel) -> None:
    """LINE's test of a webhook may be had 60 times an hour, by people."""
    watched.channels = [channel]
    await watched.an_hour(watched.watches[:1])  # the first hour has a start
    made = watched.calls()
    await watched.an_hour(watched.watches[:1])
    assert LOOKS <= len(made) < 20
    assert not [path for path in made if path.endswith("/webhook/test")]


async def test_only_the_owner_looks_and_only_for_somebody(watched: Watched) -> None:
    made = watched.calls()
    await watched.an_hour([watched.watch(lambda part: part != 0)])
    watched.alerts = (replace(OPS, when=("sms_low",)),)
    await watched.an_hour()
    watched.alerts = (OPS,)
    watched.channels = [replace(MAIN, access_token=None, channel_id="")]
    await watched.an_hour()
    assert made == []
