"""The desk for one-time codes: what becomes of an asking, on a real database, with a provider of the test."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, get_args

import pytest

from bot.connectors.sms.sender import (
    Credit,
    ShortMessage,
    SmsNotSent,
    SmsResult,
    SmsSender,
    SmsSent,
    SmsTrouble,
    Unsure,
)
from bot.engine.compiled.playbook import Playbook
from bot.model.alert import TroubleReason
from bot.model.contact import Binding, BindingKind, Clerk, Contact, Identity
from bot.model.effects import CheckCode, SendCode
from bot.model.event import Origin, Outcome
from bot.model.issued_code import Compared
from bot.model.processes import part_of
from bot.model.settings import SmsSettings
from bot.model.translatable import ENGLISH, tr
from bot.promotions.referrals.model import Invitation, Referral, ReferralState
from bot.runtime.effects.codes import OneTimeCodes, SmsDayWatch
from bot.runtime.effects.effect_runner import AGAIN
from bot.runtime.effects.sms_credit import SmsCredits
from bot.services.caller import Caller
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import People
from bot.store.counters.codes import Codes
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled
from tests.store.test_filter import as_stored

HERE = Origin("phone_binding", "main", 1)
PHONE = "+886912345678"
SEND = SendCode(PHONE, HERE)
PLAYBOOK = compiled(
    'channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque, sms: best}}\n'
    "sms: {best: {provider: console, text: '【{{ bot.name }}】驗證碼 {{ sms.code }}'}}\n"
    "limits: {sms_per_day: 4}\n"
)


@dataclass
class ScriptedSender:
    """A provider: what it was given, and what comes of the next messages."""

    came: list[SmsResult] = field(default_factory=list)
    messages: list[ShortMessage] = field(default_factory=list)

    async def send(self, message: ShortMessage) -> SmsResult:
        self.messages.append(message)
        return self.came.pop(0) if self.came else SmsSent()

    async def credit(self) -> Credit | None:
        return None

    @property
    def another_code(self) -> str:
        """One that was not sent."""
        return "000000" if self.code != "000000" else "000001"

    @property
    def code(self) -> str:
        found = re.search(r"\d{6}", self.messages[-1].text)
        assert found is not None
        return found.group()


class NotedAlerts:
    """Where alerts come in: what was told of a day's codes."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    async def once(self, reason: TroubleReason, what: str, text: str) -> None:
        self.told.append((reason, what, text))


class AwayForATime(Codes):
    """A database that fails so many times before it is asked."""

    away = 2

    async def compare(self, *asked: Any) -> Compared:
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("away")
        return await super().compare(*asked)


@dataclass
class Desk:
    desk: OneTimeCodes
    sender: ScriptedSender
    alerts: NotedAlerts
    credits: SmsCredits
    clock: ManualClock
    database: Database
    seal: Seal
    numbers: Iterator[int]

    def caller(self) -> Caller:
        """Somebody, with a call that was never made before."""
        return Caller("main:U1", "main", "U1", f"event/{next(self.numbers)}", self.clock.now())

    async def send(self, asked: SendCode = SEND) -> Outcome:
        return await self.sends(asked, self.caller())

    async def sends(self, asked: SendCode, caller: Caller) -> Outcome:
        return await self.desk.carries_out[SendCode](asked, caller)

    async def check(self, code: str) -> Outcome:
        return await self.desk.carries_out[CheckCode](CheckCode(code, HERE), self.caller())


Opens = Callable[..., Desk]


@pytest.fixture
def opens(database: Database, seal: Seal, clock: ManualClock) -> Opens:
    def open_desk(
        playbook: Playbook = PLAYBOOK, codes: type[Codes] = Codes, built: frozenset[str] = frozenset({"best"})
    ) -> Desk:
        sender = ScriptedSender()

        def of(name: str) -> SmsSender | None:
            return sender if name in built else None

        ways = {"best": SmsSettings("best", "mitake", warn_below=50)}
        credits = SmsCredits(lambda: ways, of, clock)
        contacts = Contacts(database, seal)
        alerts = NotedAlerts()
        day = SmsDayWatch(alerts, lambda: CHINESE, lambda: "")
        link_owner = People(database, seal).link_owner
        desk = OneTimeCodes(
            codes(database, seal), lambda: playbook, of, credits, contacts, link_owner, clock, day
        )
        return Desk(desk, sender, alerts, credits, clock, database, seal, iter(range(1000)))

    return open_desk


@pytest.fixture
def desk(opens: Opens) -> Desk:
    return opens()


async def test_a_code_is_sent_and_proves_the_phone(desk: Desk) -> None:
    assert await desk.send() == Outcome("code", "sent", HERE)
    [message] = desk.sender.messages
    assert (message.phone, message.user) == (PHONE, "U1")
    assert message.text == f"【森活選品】驗證碼 {desk.sender.code}"
    assert re.fullmatch("[0-9a-f]{32}", message.id)
    assert await desk.check(desk.sender.another_code) == Outcome("code", "wrong", HERE, fields={"left": 4})
    assert await desk.check(desk.sender.code) == Outcome("code", "right", HERE, proven=PHONE)
    assert await desk.check(desk.sender.code) == Outcome("code", "expired", HERE)


async def test_a_crash_after_sending_sends_no_second_sms(opens: Opens) -> None:
    """The call comes again with the same id, in another process."""
    caller = replace(opens().caller(), id="the same")
    before, after = opens(), opens()
    assert (await before.sends(SEND, caller)).result == "sent"
    after.clock.advance(3)
    assert (await after.sends(SEND, caller)).result == "sent"
    assert len(before.sender.messages + after.sender.messages) == 1
    assert (await after.check(before.sender.code)).result == "right"


async def test_a_provider_that_refuses_costs_nobody_anything(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.sender.came = [SmsNotSent("Mitake refused: the phone number is not valid", "number")] * 9
    with caplog.at_level(logging.INFO):
        for _ in range(9):
            assert (await desk.send()).result == "failed"
    assert (await desk.check(desk.sender.code)).result == "expired"
    assert (await desk.send()).result == "sent"
    assert "no code reaches 09••••••78 through best (number): Mitake refused" in caplog.text
    assert "912345678" not in caplog.text
    assert desk.sender.code not in caplog.text


@pytest.mark.parametrize("why", get_args(SmsTrouble))
async def test_each_reason_is_counted_by_its_name(desk: Desk, why: SmsTrouble) -> None:
    desk.sender.came = [SmsNotSent("the reason", why)]
    await desk.send()
    await desk.send()
    then = {("best", "sent"): 1}
    assert desk.desk.ends.counts == ({("best", why): 2} if why == "credit" else {("best", why): 1} | then)


async def test_without_credit_nobody_is_asked_and_nobody_is_charged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """And when there is some again, nothing of it counts."""
    desk.sender.came = [SmsNotSent("Mitake refused: the account has no credit", "credit")]
    for _ in range(6):
        assert (await desk.send()).result == "failed"
    assert len(desk.sender.messages) == 1
    assert desk.credits.level("best") == "none"
    assert caplog.text.count("SMS credit of best is used up") == 1
    await desk.credits.ask("best")
    assert (await desk.send()).result == "sent"
    assert caplog.text.count("SMS credit of best is fine again") == 1


async def test_what_is_left_is_known_from_each_answer(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.sender.came = [SmsSent(Credit(50)), SmsSent(Credit(49)), SmsSent(Credit(48))]
    for n, level in enumerate(("fine", "low", "low")):
        await desk.send(SendCode(f"+88691234567{n}", HERE))
        assert desk.credits.level("best") == level
    assert caplog.text.count("SMS credit of best is low: 49 points left") == 1


@pytest.mark.parametrize(
    ("came", "counted", "level"),
    [(Unsure("the provider did not answer in time"), "unsure", "fine"), (SmsSent(Credit(0)), "sent", "none")],
    ids=["a time-out", "the last credit"],
)
async def test_what_was_perhaps_or_just_sent_is_no_second_sms_and_its_code_is_good(
    desk: Desk, came: SmsResult, counted: str, level: str
) -> None:
    desk.sender.came = [came]
    assert (await desk.send()).result == "sent"
    assert desk.credits.level("best") == level
    assert (await desk.send()).result == "too_soon"
    assert len(desk.sender.messages) == 1
    assert desk.desk.ends.counts == {("best", counted): 1}
    assert (await desk.check(desk.sender.code)).result == "right"


async def test_staff_are_alerted_at_once_as_newcomers_use_up_their_hour(opens: Opens) -> None:
    """B12: nobody new could bind for an hour, which only the log said."""
    desk = opens(replace(PLAYBOOK, sms_per_day=100))
    for n in range(22):
        caller = replace(desk.caller(), contact=f"main:N{n}", user=f"N{n}")
        await desk.sends(SendCode(f"+8869123456{n:02}", HERE), caller)
    assert [what for _, what, _ in desk.alerts.told] == [
        "2026-11-20 12 100 newcomers 16",
        "2026-11-20 12 100 newcomers 20",
    ]
    assert desk.alerts.told[-1][2].startswith(
        "給新好友的 20 則簡訊驗證碼已用掉 20 則；用完之後，13:00 以前新好友不能綁定"
    )


async def test_a_newcomer_whom_somebody_has_brought_may_go_beyond(opens: Opens) -> None:
    desk = opens(replace(PLAYBOOK, sms_per_day=100))
    await used_up(desk)
    refused = await desk.send(SendCode("+886912345690", HERE))
    assert (refused.result, refused.fields) == ("refused", {"until": NOW + timedelta(hours=1)})
    await friend_since(desk, NOW, clerk=Clerk("A1", "小芳", "xinyi", NOW))
    assert (await desk.send(SendCode("+886912345691", HERE))).result == "sent"


@pytest.mark.parametrize(
    ("bound", "state", "sent"),
    [
        (timedelta(days=1), "came", True),
        (timedelta(hours=23), "came", False),
        (None, "came", False),
        (timedelta(days=1), "refused", False),
    ],
    ids=["a member", "a new member", "no member", "does not count"],
)
async def test_a_newcomer_whom_a_member_has_brought_may_go_beyond(
    opens: Opens, bound: timedelta | None, state: ReferralState, sent: bool
) -> None:
    """B12: a link of one's own is had by anybody, so it counts once its owner has proven a phone."""
    desk = opens(replace(PLAYBOOK, sms_per_day=100))
    bindings: Mapping[BindingKind, Binding] = {} if bound is None else {"phone": Binding(NOW - bound)}
    await stored(
        desk, Contact("main:U2", bindings=bindings, held={"invitations": (Invitation("好友", ("link",)),)})
    )
    await used_up(desk)
    await friend_since(desk, NOW, held={"referrals": (Referral("好友", "link", "r1", NOW, state),)})
    assert (await desk.send(SendCode("+886912345691", HERE))).result == ("sent" if sent else "refused")


@pytest.mark.parametrize("known", ["befriended", "bound_before"])
async def test_who_comes_back_is_no_newcomer(opens: Opens, known: str) -> None:
    """B12: a friend of years who had blocked us until today waited behind a crowd of made-up accounts."""
    desk = opens(replace(PLAYBOOK, sms_per_day=100))
    await used_up(desk)
    await friend_since(desk, NOW, **{known: NOW - timedelta(days=400)})
    assert (await desk.send(SendCode("+886912345691", HERE))).result == "sent"


async def test_the_log_says_that_a_day_is_nearly_used_up_and_that_it_is(
    opens: Opens, caplog: pytest.LogCaptureFixture
) -> None:
    """B12: it read like one phone's limit, while nobody could bind until midnight."""
    playbook = replace(PLAYBOOK, sms_per_day=5)
    desk = opens(playbook)
    await friend_since(desk, NOW - timedelta(days=2))
    with caplog.at_level(logging.INFO):
        for n in range(6):
            caller = replace(desk.caller(), user=f"U{n}")
            await desk.sends(SendCode(f"+88691234567{n}", HERE), caller)
    told = [record.getMessage().split(". `")[0] for record in caplog.records]
    assert told == [
        "4 of 5 SMS codes of 2026-11-20 are used",
        "all 5 SMS codes of 2026-11-20 are used up: nobody can bind a phone",
        "no code is sent to 09••••••75: the team's codes of the day are used up",
    ]
    assert [(reason, what) for reason, what, _ in desk.alerts.told] == [
        ("sms_low", "2026-11-20 5 nearly"),
        ("sms_low", "2026-11-20 5 all"),
    ]
    assert [text.split("\n")[0] for _, _, text in desk.alerts.told] == [
        "今天 5 則簡訊驗證碼已用掉 4 則",
        "今天 5 則簡訊驗證碼都用完了，半夜 12 點以前沒有人能綁定手機",
    ]


async def test_an_alert_leads_to_the_page_where_there_is_one() -> None:
    """K4: who reads it has a console; only where it has no address a command is named."""
    told = NotedAlerts()
    for public in ("https://bot.example", ""):
        await SmsDayWatch(told, lambda: ENGLISH, partial(str, public)).alert("x", tr("y"))
    (_, _, page), (_, _, command) = told.told
    assert page == "y\nhttps://bot.example/admin/binding#sms"
    assert command.startswith("y\nwho had them:  oaflow sms status")


async def used_up(desk: Desk) -> None:
    """Newcomers have had all their codes of this hour."""
    for n in range(20):
        caller = replace(desk.caller(), contact=f"main:N{n}", user=f"N{n}")
        await desk.sends(SendCode(f"+8869123456{n:02}", HERE), caller)


async def friend_since(desk: Desk, moment: datetime | None, **more: Any) -> None:
    """The somebody of this desk is a friend since then, with `more` of a contact."""
    identities = (Identity("main", "U1", friend=True, since=moment),)
    await stored(desk, Contact("main:U1", identities=identities, **more))


async def stored(desk: Desk, contact: Contact) -> None:
    document = as_stored(contact, desk.seal) | {"rev": 1, "part": part_of(contact.id)}
    await desk.database.collection("contacts").insert_one(document)


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize(
    ("since", "sent"),
    [(None, 20), (timedelta(hours=23), 20), (timedelta(hours=24), 25)],
    ids=["no friend", "a new friend", "a friend"],
)
async def test_people_who_are_new_leave_codes_for_others(
    opens: Opens, caplog: pytest.LogCaptureFixture, since: timedelta | None, sent: int
) -> None:
    """B12: 94 LINE accounts used up the day's 500 SMS within 8 s."""
    desk = opens(replace(PLAYBOOK, sms_per_day=100))
    await friend_since(desk, None if since is None else NOW - since)
    came = [
        await desk.sends(SendCode(f"+8869123456{n:02d}", HERE), replace(desk.caller(), user=f"U{n}"))
        for n in range(25)
    ]
    assert [one.result for one in came] == ["sent"] * sent + ["refused"] * (25 - sent)
    assert caplog.text.count("20 SMS codes of this hour went to people who are friends for less") == (
        sent == 20
    )
    if sent < 25:
        assert came[-1].fields == {"until": NOW + timedelta(hours=1)}


@pytest.mark.parametrize("channel", ["main", "gone"])
async def test_without_a_provider_it_fails_and_says_so(
    opens: Opens, channel: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = opens(built=frozenset())
    caller = replace(desk.caller(), channel=channel)
    assert (await desk.sends(SEND, caller)).result == "failed"
    assert f"no code is sent on {channel}" in caplog.text


async def test_nobody_hears_expired_because_the_database_was_away(opens: Opens) -> None:
    desk = opens(codes=AwayForATime)
    await desk.send()
    checking = asyncio.create_task(desk.check(desk.sender.code))
    for _ in range(2):
        await desk.clock.waited_for()
        desk.clock.advance(AGAIN)
    assert (await checking).result == "right"
