"""`oaflow sms`: what is left, what was sent today, and more for today. B12, K5"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import bot.operations.simulated_time
import bot.operations.sms
from bot.app.database import OpenDatabase, open_database
from bot.cli.main import main
from bot.connectors.sms.sender import Credit, ShortMessage, SmsResult
from bot.model.issued_code import CodeRequest
from bot.model.processes import Serving
from bot.model.settings import Settings, SmsSettings
from bot.operations.simulated_time import now_among
from bot.store.counters.codes import Codes
from tests.cli.commands import Run, Written
from tests.cli.people_database import on_database
from tests.conftest import ManualClock

TAIPEI = ZoneInfo("Asia/Taipei")
BOT = """
bot: 森活選品
timezone: Asia/Taipei
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque, sms: ours}
limits: {sms_per_day: 3}
sms:
  ours: {provider: mitake, username: amy, password: opaque, warn_below: 100}
  abroad: {provider: twilio, account: a, token: t, sender: "+1"}
  spare: {provider: every8d, username: "${E8D_USER}", password: "${E8D_PASSWORD}"}
  here: {provider: console}
"""


class Account:
    """A provider with so much left."""

    def __init__(self, credit: Credit | None) -> None:
        self._credit = credit

    async def send(self, message: ShortMessage) -> SmsResult:
        raise AssertionError("nothing is sent here")

    async def credit(self) -> Credit | None:
        return self._credit


ADDRESSES = ("203.0.113.7", "203.0.113.8", None)
"""Where the pages are that ask for the codes; at last a chat."""
LEFT = {"mitake": Credit(99), "twilio": Credit(12.5, "USD")}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """One in the morning in Taipei, where it is tomorrow already."""
    now = datetime.now(UTC).replace(hour=17, minute=0)
    monkeypatch.setattr(bot.operations.simulated_time, "SystemClock", lambda: ManualClock(now))
    return now


@pytest.fixture
def today(now: datetime) -> str:
    """The team's day."""
    return (now + timedelta(days=1)).date().isoformat()


@pytest.fixture
def shop(
    tmp_path: Path, written: Written, today: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Two codes were sent today, one yesterday."""
    written(BOT)
    monkeypatch.chdir(tmp_path)

    def sender_of(sms: SmsSettings, session: object) -> Account:
        return Account(LEFT.get(sms.provider))

    monkeypatch.setattr(bot.operations.sms, "sender_of", sender_of)

    async def send(opened: OpenDatabase) -> None:
        codes = Codes(opened.database, opened.seal)
        yesterday = (datetime.fromisoformat(today) - timedelta(days=1)).date().isoformat()
        for number, day in enumerate((today, today, yesterday)):
            who = "main:U1", f"U{number}", f"+88691234567{number}"
            wanted = CodeRequest(f"c{number}", *who, day, 3, address=ADDRESSES[number])
            await codes.issue(wanted, now)

    on_database(tmp_path, send)
    return tmp_path


def test_how_it_stands(shop: Path, today: str, run: Run) -> None:
    assert run("sms", "status").out == (
        "ours (mitake): 99 points left, which is low\n"
        "abroad (twilio): 12.50 USD left\n"
        "spare (every8d): its credentials are not set here\n"
        "here (console): needs no credit, codes go into the log\n"
        f"{today}: 2 of 3 codes sent\n"
        "codes of 24 hours by person, 1 in all: main:U1 3\n"
        "codes of 24 hours by network of the page, 1 in all: 203.0.113.0/24 2\n"
    )
    told = json.loads(run("sms", "status", str(shop), "--json").out)
    assert tuple(told["today"][name] for name in ("day", "sent", "cap")) == (today, 2, 3)
    assert told["networks"] == {"networks": 1, "most": [{"network": "203.0.113.0/24", "codes": 2}]}
    assert told["providers"][0] == {
        "name": "ours",
        "provider": "mitake",
        "credit": {"left": 99, "unit": "points"},
        "low": True,
        "left": "99 points left, which is low",
    }


def test_more_for_today(shop: Path, today: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sms", "cap", "2000", "--today"]) == 0
    raised = f"{today}: 2 of 2,000 codes sent, raised for today from 3\n"
    assert capsys.readouterr().out == raised
    assert raised in run("sms", "status").out
    assert '"many" is no number' in run("sms", "cap", "many", "--today", code=2).err
    said = run("sms", "cap", "1999", "--today", code=1)
    assert said == ("", "oaflow: today's cap is 2,000 already, and is not lowered\n")


def test_a_phone_may_have_codes_again(shop: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """B12: whoever has used up the codes of a phone that is not theirs."""
    said = run("sms", "free", "0912-345-670", "--by", "Amy")
    assert said.out == "this phone may have codes again; sent to it within a day: 1\n"
    assert main(["sms", "free", "0912345670"]) == 0
    nothing = "nothing was sent to this phone within a day: it may have codes as it is\n"
    assert capsys.readouterr().out == nothing
    assert run("sms", "free", "12", code=1) == ("", "oaflow: this is no mobile number\n")
    told = run("audit").out
    assert "a phone may have codes again" in told
    assert "09••••••70" in told
    assert "0912345670" not in told


def test_where_the_playbook_says_nothing_there_is_a_cap_all_the_same(
    shop: Path, today: str, run: Run
) -> None:
    Path("bot.yaml").write_text(BOT.replace("limits: {sms_per_day: 3}\n", ""), "utf-8")
    assert f"{today}: 2 of 500 codes sent\n" in run("sms", "status").out


def test_it_is_for_today_only(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["sms", "cap", "2000"])
    assert refused.value.code == 2
    assert "--today" in capsys.readouterr().err


async def test_while_a_simulator_runs_its_own_are_shown(
    shop: Path, today: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `contact` and `journey` do, and it is said; nobody is asked what is left, for nothing is sent."""
    pretend = await open_database(Settings({}), shop, {}, "simulator", pretend=True)
    try:
        assert await asyncio.to_thread(main, ["sms", "status", str(shop)]) == 0
        out, err = capsys.readouterr()
        assert await asyncio.to_thread(main, ["sms", "cap", "10", str(shop), "--today"]) == 0
    finally:
        await pretend.close()
    assert out.splitlines()[0] == "ours (mitake): the simulator plays it, and sends nothing"
    assert out.endswith(f"{today}: 0 of 3 codes sent\n")
    assert err == "oaflow: these are the pretend people of the simulator that runs here\n"
    assert await asyncio.to_thread(main, ["sms", "status", str(shop)]) == 0
    assert f"{today}: 2 of 3 codes sent\n" in capsys.readouterr().out


async def test_in_a_simulator_whose_clock_was_moved_it_is_its_day(
    shop: Path, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three days ahead, today is in three days; so it is for `journey` and `deadletters`."""
    pretend = await open_database(Settings({}), shop, {}, "simulator", pretend=True)
    [_, people] = await pretend.everywhere()
    processes = people.processes
    try:
        await processes.heartbeat(Serving("simulator", "here", "a" * 64, None, ahead=3 * 86_400.0))
        assert await asyncio.to_thread(main, ["sms", "status", str(shop)]) == 0
        there = now + timedelta(days=3)
        assert await now_among(people) == there
    finally:
        await processes.leave("simulator")
        await pretend.close()
    day = f"{there.astimezone(TAIPEI):%Y-%m-%d}"
    assert capsys.readouterr().out.endswith(f"{day}: 0 of 3 codes sent\n")
