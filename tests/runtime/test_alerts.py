"""Alerts are kept before they are told, told once, gathered, tried again, by one of several. A5, K4"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.connectors.mail.parts import LetterPart
from bot.model.alert import AlertNote
from bot.model.effects import SendAlert
from bot.model.settings import Alert
from bot.runtime.alerts.alert_dispatcher import (
    BY_ANOTHER,
    DIGEST_LAPSES,
    LAPSES,
    LOOK,
    AlertQueue,
    AlertTeller,
)
from bot.runtime.alerts.digest_letter import DigestLetter, digest_json
from bot.runtime.alerts.receivers import (
    AlertNotSent,
    AlertReceiver,
    AlertResult,
    AlertSent,
    AlertTelling,
    alert_receivers,
)
from bot.services.caller import Caller
from bot.store.database.mongo import Database
from bot.store.events.alerts import AlertBatch, Alerts, WaitingAlert
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE

OPS = Alert("mail", "ops@forest.example", ("handed_over", "notified"), "smtp://mail.example")
CRM = Alert("webhook", "https://crm.example/alerts", ("handed_over",), secret="opaque")


@dataclass
class Carrier:
    """Keeps what it carries, and answers as it is told."""

    carried: list[tuple[str, str, list[str]]] = field(default_factory=list)
    results: list[AlertResult] = field(default_factory=list)
    waits: asyncio.Event | None = None
    cannot: frozenset[str] = frozenset()
    """With one of these nothing can be told."""
    room: int = 10_000
    now: asyncio.Event = field(default_factory=asyncio.Event)
    held: set[asyncio.Task[Any] | None] = field(default_factory=set)
    """Those who wait here."""

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        self.carried.append((receiver.to, telling.id, [note.text for note in telling.notes]))
        self.now.set()
        if self.waits is not None and receiver.to == "mail":
            self.held.add(asyncio.current_task())
            await self.waits.wait()
            self.held.clear()
        if self.cannot & {note.text for note in telling.notes}:
            return AlertNotSent("it cannot be written (MessageError)", hopeless=True)
        return self.results.pop(0) if self.results else AlertSent()

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        return min(self.room, len(notes))

    def texts(self, way: str = "mail") -> list[list[str]]:
        return [texts for to, _, texts in self.carried if to == way]


CALLS = ("add", "waiting", "so_far", "begin", "mark_delivered", "mark_undelivered", "give_up", "lapse")


def patient(alerts: Alerts) -> Alerts:
    """Asks a database once more that counts as away for a moment, as on a busy machine.

    A teller leaves it to its next look; here no clock moves until it has told.
    """

    def again(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def made(*asked: Any) -> Any:
            while True:
                with suppress(DatabaseUnavailable):
                    return await call(*asked)

        return made

    for name in CALLS:
        setattr(alerts, name, again(getattr(alerts, name)))
    return alerts


class Office:
    """A desk, and a teller of one process or more."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.alerts = patient(Alerts(database, seal))
        self.clock = clock
        self.listed: list[Alert] = [OPS]
        self.carrier = Carrier()
        self.desk = AlertQueue(self.alerts, self.receivers, clock)
        self.tellers: list[AlertTeller] = []
        self.tasks: list[asyncio.Task[None]] = []

    def receivers(self) -> Mapping[str, AlertReceiver]:
        return alert_receivers(self.listed)

    def teller(
        self,
        me: str = "p1",
        owns: Callable[[int], bool] = lambda part: True,
        gone: Iterable[str] = (),
    ) -> AlertTeller:
        dead = set(gone)
        return AlertTeller(
            self.alerts, self.receivers, self.carrier, owns, me, lambda one: one in dead, self.clock
        )

    def begin(self, teller: AlertTeller | None = None) -> AlertTeller:
        """A process tells from now on."""
        teller = teller or self.teller()
        self.desk.wake = teller.wake
        self.tellers.append(teller)
        self.tasks.append(asyncio.create_task(teller.run()))
        return teller

    async def says(self, *texts: str, reason: str = "handed_over") -> None:
        for text in texts:
            caller = Caller("main:U1", "main", "U1", f"main:e-{text}#1", self.clock.now())
            told = SendAlert("notified" if reason == "notified" else "handed_over", text, "小美")
            await self.desk.notify(told, caller)

    async def says_in_turn(self, texts: str) -> None:
        """One sign after the other, a second apart."""
        for text in texts:
            await self.says(text)
            self.clock.advance(1)

    async def begun_by_the_dead(self) -> str:
        """What waits is being told by a process that has died; its row."""
        [receiver] = self.receivers()
        [waiting] = await self.alerts.waiting(receiver, 9)
        batch = AlertBatch("b1", "dead", self.clock.now(), (waiting.row,))
        assert await self.alerts.begin(receiver, batch, None)
        return waiting.row

    async def until(self, number: int, way: str = "mail") -> None:
        """Until so many tellings were made, moving the clock by what a look takes."""
        async with asyncio.timeout(PATIENCE):
            await self.quiet()
            while len(self.carrier.texts(way)) < number:
                await self.look()

    async def told(self) -> None:
        """Until what is being told stands there as told: the clock, which goes on by jumps, waits for it."""
        async with asyncio.timeout(PATIENCE):
            while any([(await self.alerts.so_far(one)).batch for one in self.receivers()]):
                pass

    async def rest(self, seconds: float = 0) -> None:
        """Look a few times, so that what is not to be told would have been."""
        self.clock.advance(seconds)
        for _ in range(3):
            await self.look()

    async def look(self) -> None:
        """The time passes until they look again, and they have done what there was to do."""
        self.clock.advance(LOOK)
        await self.quiet()

    async def quiet(self) -> None:
        """All that was begun is ended, or held by the carrier: a database that is slow takes no time."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for _ in range(10):  # who was woken begins
                    await asyncio.sleep(0)
                busy = {one for teller in self.tellers for one in teller._under_way.values()}
                if not busy - self.carrier.held:
                    return
                await asyncio.wait(busy - self.carrier.held, timeout=0.005)

    async def end(self) -> None:
        if self.carrier.waits is not None:
            self.carrier.waits.set()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def office(database: Database, seal: Seal, clock: ManualClock) -> Office:
    return Office(database, seal, clock)


@pytest.fixture(autouse=True)
async def ending(office: Office) -> AsyncIterator[None]:
    yield
    await office.end()


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_it_is_told_at_once_and_once_and_only_to_whom_it_is_for(office: Office) -> None:
    office.listed = [OPS, CRM]
    office.begin()
    await office.says("請看", "請看")
    await office.until(1)
    await office.until(1, "webhook")
    await office.rest(120)
    assert (office.carrier.texts(), office.carrier.texts("webhook")) == ([["請看"]], [["請看"]])
    await office.says("照片", reason="notified")
    await office.until(2)
    await office.rest(120)
    assert office.carrier.texts("webhook") == [["請看"]]


async def test_what_comes_just_after_it_was_looked_for_is_told_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only at the next look: whoever brings it wakes a teller that has read already."""
    waiting, comes = office.alerts.waiting, ["請看"]

    async def read_before(*asked: Any) -> list[WaitingAlert]:
        found = await waiting(*asked)
        if comes:
            await office.says(comes.pop())
            for _ in range(10):  # the wake is heard
                await asyncio.sleep(0)
        return found

    monkeypatch.setattr(office.alerts, "waiting", read_before)
    office.begin()
    async with asyncio.timeout(PATIENCE):
        await office.carrier.now.wait()  # and the clock stands still: no next look comes
    assert office.carrier.texts() == [["請看"]]


async def test_nobody_is_named(office: Office, database: Database) -> None:
    """Nothing is kept where nobody is to be told."""
    office.listed = []
    await office.says("請看")
    assert await database.collection("alerts").count_documents({}) == 0


@pytest.mark.ring("all", "a crowd")
async def test_a_flood_is_gathered_and_nothing_lost(office: Office) -> None:
    """A thousand in a minute: two mails, the first at once, the second with all the others."""
    office.begin()
    await office.says("0")
    await office.until(1)
    await asyncio.gather(*(office.says(str(number)) for number in range(1, 1_000)))
    await office.rest()
    assert len(office.carrier.texts()) == 1, "a minute has not passed"
    await office.until(2)
    first, second = office.carrier.texts()
    assert (first, len(second)) == (["0"], 999)
    assert sorted(map(int, second)) == list(range(1, 1_000))


async def test_what_does_not_fit_waits_for_the_next(office: Office) -> None:
    office.carrier.room = 3
    await office.says_in_turn("abcd")
    office.begin()
    await office.until(2)
    await office.rest(120)
    assert office.carrier.texts() == [["a", "b", "c"], ["d"]]


async def test_told_again_in_longer_words_nothing_is_lost(office: Office) -> None:
    """The language has changed meanwhile: what fitted does not fit any more, and is told next time."""
    office.carrier.results = [AlertNotSent("LINE did not answer", unsure=True)]
    await office.says_in_turn("ab")
    office.begin()
    await office.until(1)
    office.carrier.room = 1
    await office.until(3)
    assert office.carrier.texts() == [["a", "b"], ["a"], ["b"]]
    (_, one, _), (_, two, _), (_, three, _) = office.carrier.carried
    assert (one == two, two == three) == (True, False)


async def test_it_is_tried_again_and_the_log_says_so_twice(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "oaflow.alerts")
    office.carrier.results = [AlertNotSent("it cannot be reached")] * 3
    owned = [True]
    teller = office.begin(office.teller(owns=lambda part: owned[0]))
    await office.says("a")
    await office.until(1)
    assert teller.unreached == 1, "K3: what /metrics says"
    owned[0] = False
    assert teller.unreached == 0, "another process says it"
    owned[0] = True
    await office.says("b")
    await office.until(4)
    await office.rest()
    assert teller.unreached == 0
    *failed, told = office.carrier.texts()
    assert (failed[0], told) == (["a"], ["a", "b"])
    assert len({name for _, name, _ in office.carrier.carried}) == 4, "none of it was sent: new ids"
    begun, over = [record.message for record in caplog.records]
    assert begun == "alerts[1] (mail) cannot be told: it cannot be reached; it is tried again"
    assert over.startswith("alerts[1] (mail) is told again, after ")
    assert "forest.example" not in caplog.text


async def test_what_was_perhaps_sent_is_sent_again_as_the_same(office: Office) -> None:
    office.carrier.results = [AlertNotSent("it did not answer", unsure=True)]
    office.begin()
    await office.says("a")
    await office.until(1)
    await office.says("b")
    await office.until(3)
    (_, one, first), (_, two, second), (_, three, third) = office.carrier.carried
    assert (one == two, first, second, third) == (True, ["a"], ["a"], ["b"])
    assert three != two


async def test_a_slow_one_holds_no_other_up(office: Office) -> None:
    office.listed, office.carrier.waits = [OPS, CRM], asyncio.Event()
    office.begin()
    await office.says("a")
    await office.until(1)
    await office.says("b")
    await office.until(2, "webhook")
    assert office.carrier.texts() == [["a"]]


async def test_of_two_processes_one_tells(office: Office) -> None:
    owner: dict[str, bool] = {"p1": True, "p2": False}
    office.begin(office.teller("p1", lambda part: owner["p1"]))
    office.begin(office.teller("p2", lambda part: owner["p2"]))
    await office.says("a")
    await office.until(1)
    owner |= {"p1": False, "p2": True}
    await office.says("b")
    await office.until(2)
    await office.rest(120)
    assert office.carrier.texts() == [["a"], ["b"]]


async def test_both_think_it_is_theirs(office: Office) -> None:
    """A paused process: what it is telling is not told a second time meanwhile."""
    office.carrier.waits = asyncio.Event()
    office.begin(office.teller("p1"))
    await office.says("a")
    await office.until(1)
    office.begin(office.teller("p2"))
    await office.rest(BY_ANOTHER.total_seconds() / 2)
    assert len(office.carrier.carried) == 1
    office.carrier.waits.set()
    await office.quiet()
    await office.told()
    await office.rest(120)
    assert len(office.carrier.carried) == 1


@pytest.mark.parametrize("known", [True, False])
async def test_who_comes_after_a_death_tells_the_same(office: Office, known: bool) -> None:
    """It was killed over the sending: at once where it is known to be dead, else after a minute."""
    await office.says("a")
    await office.begun_by_the_dead()
    await office.says("b")
    office.begin(office.teller("p2", gone=["dead"] if known else []))
    if not known:
        await office.rest(1)
        assert office.carrier.carried == []
    await office.until(2)
    assert [(name == "b1", texts) for _, name, texts in office.carrier.carried] == [
        (True, ["a"]),
        (False, ["b"]),
    ]


async def test_told_and_killed_before_that_was_noted_whole(office: Office, database: Database) -> None:
    await office.says("a")
    row = await office.begun_by_the_dead()
    await database.collection("alerts").update_one({"_id": row}, {"$set": {"state": "told"}})
    await office.says("b")
    office.begin(office.teller("p2", gone=["dead"]))
    await office.until(1)
    assert office.carrier.texts() == [["b"]]


async def test_what_nobody_took_for_days_is_given_up_and_said(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.says("old")
    office.clock.advance(LAPSES.total_seconds() + 60)
    await office.says("new")
    office.begin()
    await office.until(1)
    assert office.carrier.texts() == [["new"]]
    assert "alerts[1] (mail) was not told of 1 things for 3 days: given up" in caplog.text


async def test_what_cannot_be_told_alone_is_given_up(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A name that breaks a mail holds up nothing that waits with it."""
    office.carrier.cannot = frozenset({"b", "d"})
    await office.says_in_turn("abcde")
    office.begin()
    async with asyncio.timeout(PATIENCE):
        while ["e"] not in office.carrier.texts():
            await office.look()
    await office.rest(120)
    told = [texts for texts in office.carrier.texts() if not office.carrier.cannot & set(texts)]
    assert [text for texts in told for text in texts] == ["a", "c", "e"]
    why = "alerts[1] (mail) cannot be told of one thing: it cannot be written (MessageError); given up"
    assert [record.message for record in caplog.records if record.name == "oaflow.alerts"] == [why] * 2


async def test_another_receiver_and_what_failed_is_tried_at_once(office: Office) -> None:
    """Whoever mends the settings does not wait for the next try."""
    office.carrier.results = [AlertNotSent("it refuses user and password (535)")] * 5
    teller = office.begin()
    await office.says("a")
    await office.until(5)
    await office.rest()
    number = len(office.carrier.carried)
    office.listed = [replace(OPS, through="smtp://ops:new@mail.example")]
    office.carrier.now.clear()
    teller.renew()
    async with asyncio.timeout(PATIENCE):
        await office.carrier.now.wait()
    assert len(office.carrier.carried) == number + 1


# -- what lasts


async def test_a_trouble_is_told_once_and_once_when_it_is_over(office: Office) -> None:
    """Whichever process finds it; what never began is not over."""
    office.listed = [replace(OPS, when=("shop_failing",))]
    office.begin()
    await office.desk.over("shop_failing", "forest", "商店恢復了")
    begun: list[Awaitable[None]] = [
        office.desk.begun("shop_failing", "forest", "商店沒有回應") for _ in range(5)
    ]
    await asyncio.gather(*begun)
    await office.until(1)
    for _ in range(2):
        await office.desk.over("shop_failing", "forest", "商店恢復了")
    await office.until(2)
    await office.desk.begun("shop_failing", "forest", "又沒有回應")
    await office.until(3)
    assert office.carrier.texts() == [["商店沒有回應"], ["商店恢復了"], ["又沒有回應"]]


async def test_what_happens_once_is_told_once_whichever_process_finds_it(office: Office) -> None:
    """K4, B12: four fifths of a day's SMS codes."""
    office.listed = [replace(OPS, when=("sms_low",))]
    office.begin()
    found = [office.desk.once("sms_low", "2026-11-20 500 nearly", "用掉八成") for _ in range(5)]
    await asyncio.gather(*found)
    await office.until(1)
    await office.desk.once("sms_low", "2026-11-20 500 nearly", "用掉八成")
    await office.desk.once("sms_low", "2026-11-20 500 all", "都用完了")
    await office.until(2)
    assert office.carrier.texts() == [["用掉八成"], ["都用完了"]]


# -- rows


async def test_nothing_of_the_person_lies_open(office: Office, database: Database) -> None:
    await office.says("請回電 0912345678")
    row = await database.collection("alerts").find_one({})
    assert row is not None
    assert "0912345678" not in str(row)
    assert "小美" not in str(row)
    assert row["contact"] == "main:U1"


async def test_rows_of_another_key_do_not_stop_the_others(office: Office, database: Database) -> None:
    await office.says("a")
    await database.collection("alerts").update_many({}, {"$set": {"said": b"\x01garbage"}})
    await office.says("b")
    office.begin()
    await office.until(1)
    assert office.carrier.texts() == [["b"]]


def test_one_address_is_one_receiver() -> None:
    both = [OPS, CRM, replace(OPS, when=("quota",), through=None)]
    found = list(alert_receivers(both).values())
    assert [(one.called, sorted(one.reasons)) for one in found] == [
        ("alerts[1] (mail)", ["handed_over", "notified", "quota"]),
        ("alerts[2] (webhook)", ["handed_over"]),
    ]
    assert found[0].through == "smtp://mail.example"
    assert "forest" not in repr(found)
    assert "opaque" not in repr(found)


def test_a_note_shows_nobody() -> None:
    note = AlertNote("a1", "handed_over", NOW + timedelta(), "main", "main:U1", "小美", "請看")
    assert "小美" not in repr(note)
    assert "請看" not in repr(note)


# -- digests


async def a_digest() -> str:
    return digest_json(DigestLetter("yesterday", [LetterPart("森活")], {"day": "2026-11-20"}))


async def test_a_digest_is_a_message_by_itself_and_one_for_each_day(office: Office) -> None:
    """K4: two processes have it written at the same moment."""
    boss = replace(OPS, when=("notified",))
    office.listed = [boss]
    [receiver] = alert_receivers([boss])
    await office.says("甲", reason="notified")
    for _ in range(2):
        await office.desk.digest(date(2026, 11, 20), [receiver], a_digest)
    await office.says("乙", reason="notified")
    office.begin()
    await office.until(3)
    assert office.carrier.texts() == [["甲"], [await a_digest()], ["乙"]]


async def test_a_digest_that_could_not_be_sent_for_hours_is_given_up(office: Office) -> None:
    office.listed = [replace(OPS, when=("notified",))]
    [receiver] = alert_receivers(office.listed)
    await office.desk.digest(date(2026, 11, 20), [receiver], a_digest)
    office.clock.advance(DIGEST_LAPSES.total_seconds() + 1)
    await office.says("甲", reason="notified")
    office.begin()
    await office.until(1)
    assert office.carrier.texts() == [["甲"]]
