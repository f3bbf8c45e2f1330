"""`oaflow contact show --conversation`: what was said, masked, in both languages, page by page. E3, J2"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest

from bot.cli.main import main
from bot.model.conversation import Cause, Incoming, TranscriptCursor, TranscriptRow
from bot.model.outgoing import Outgoing
from bot.operations.conversation_text import place_code, place_of, place_text
from bot.store.codec.transcript_codec import encode_transcript
from tests.cli.commands import Run
from tests.cli.people import AMY, LINE_ID, PHONE
from tests.cli.people_database import on_database
from tests.conftest import NOW

SENT = int(NOW.timestamp() * 1000)


def turn(
    number: int, incoming: Incoming | None, *said: str, chat: str = AMY.id, why: Cause | None
) -> TranscriptRow:
    at, event = NOW + timedelta(minutes=number), f"main:said{number}"
    body = orjson.dumps({"messages": [{"type": "text", "text": text} for text in said]})
    calls = [Outgoing(f"{event}#0", event, "main", "reply", LINE_ID, body, at, at)] if said else []
    return TranscriptRow(event, chat, at, number, encode_transcript(incoming, why, calls))


RULE = Cause("rule", "bot.yaml:12:5")
ROWS = [
    turn(0, Incoming("text", "我對花生過敏", SENT, "private"), "謝謝", why=RULE),
    turn(
        1, Incoming("text", "電話０９１２ 345 678，寫信到 amy@forest.example"), f"您的手機 {PHONE}", why=RULE
    ),
    turn(2, Incoming("text", "", SENT, "once"), why=Cause()),
    turn(3, Incoming("image", {"id": "5566"}, SENT), why=Cause()),
    turn(4, Incoming("text", "嗨", SENT), "第一行\n第二行", why=None),
    turn(
        5, Incoming("postback", {"data": "~menu/領取", "date": "2026-12-01"}), why=Cause(), chat="outlet:U9"
    ),
    turn(6, Incoming("text", "", SENT, "unsent"), why=Cause()),
]


def keep(people: Path, rows: Sequence[TranscriptRow]) -> None:
    on_database(people, lambda opened: opened.stores.conversations.add(rows))


@pytest.fixture
def said(people: Path) -> Path:
    keep(people, ROWS)
    return people


IN_ENGLISH = """\
2026-11-20 12:00:00  main  customer 王小美: (private)
                     reply: 謝謝
                     → reply: done; what LINE answered was not kept
                     → why: bot.yaml:12:5
2026-11-20 12:01:00  main  customer 王小美: 電話09••••••78，寫信到 a•••@forest.example
                     reply: 您的手機 09••••••78
                     → reply: done; what LINE answered was not kept
                     → why: bot.yaml:12:5
2026-11-20 12:02:00  main  customer 王小美: (a one-time code)
2026-11-20 12:03:00  main  customer 王小美: (picture), LINE's message 5566
2026-11-20 12:04:00  main  customer 王小美: 嗨
                     reply: 第一行
                     第二行
                     → reply: done; what LINE answered was not kept
                     → why is not known: the process ended before it told
2026-11-20 12:05:00  outlet  customer 王小美: tapped "領取": 2026-12-01
2026-11-20 12:06:00  main  customer 王小美: (unsent)
"""


def test_what_was_said_on_all_accounts_masked(said: Path, run: Run) -> None:
    """E3, J2: in the order of time; nothing private, nothing of a code or of what was taken back."""
    assert run("contact", "show", "M1001", "--conversation") == (IN_ENGLISH, "")


def test_in_chinese(said: Path, run: Run) -> None:
    shown, _ = run("contact", "show", "M1001", "--conversation", "--language", "zh-TW", "--turns", "2")
    first, *others = shown.splitlines()
    assert first == "更早的：  --before 2026-11-20T12:05:00.000/0"
    assert others == [
        "2026-11-20 12:05:00  outlet  客人 王小美：按了「領取」：2026-12-01",
        "2026-11-20 12:06:00  main  客人 王小美：（客人已收回）",
    ]


def test_in_full_which_is_recorded(said: Path, run: Run) -> None:
    """J4: who looked stands in the audit log; what was never kept is not shown to them either."""
    shown, _ = run("contact", "show", "M1001", "--conversation", "--reveal")
    assert "customer 王小美: 我對花生過敏" in shown
    assert f"reply: 您的手機 {PHONE}" in shown
    assert "(a one-time code)" in shown
    assert "revealed" in run("contact", "show", "M1001").out


def test_page_by_page_for_programs(said: Path, run: Run) -> None:
    before, found = list[str](), list[str]()
    while True:
        printed = run("contact", "show", "M1001", "--conversation", "--json", "--turns", "3", *before)
        told = json.loads(printed.out)
        found = [turn["event"] for turn in told["turns"]] + found
        if told["earlier"] is None:
            break
        before = ["--before", told["earlier"]]
    assert found == [row.id for row in ROWS]


def test_page_by_page_what_was_said_in_two_chats_at_once(people: Path, run: Run) -> None:
    """One turn may speak in several chats of a person, and two chats may have turns of one moment."""
    rows = [
        turn(number, Incoming("text", chat, SENT), chat=chat, why=Cause())._replace(
            id=f"main:said{number}>{chat}"
        )
        for number in range(3)
        for chat in (AMY.id, "outlet:U9")
    ]
    keep(people, rows)
    before, found = list[str](), list[tuple[str, str]]()
    while True:
        printed = run("contact", "show", "M1001", "--conversation", "--json", "--turns", "1", *before)
        told = json.loads(printed.out)
        found = [(turn["event"], turn["channel"]) for turn in told["turns"]] + found
        if told["earlier"] is None:
            break
        before = ["--before", told["earlier"]]
    assert sorted(found) == [
        (f"main:said{number}", channel) for number in range(3) for channel in ("main", "outlet")
    ]


def test_page_by_page_for_people(said: Path, run: Run) -> None:
    """E3: by what the page itself says to write, which is a time."""
    before, found = list[str](), list[str]()
    while True:
        told = run("contact", "show", "M1001", "--conversation", "--turns", "2", *before)
        first, *lines = told.out.splitlines()
        if not first.startswith("earlier:"):
            found = [first, *lines, *found]
            break
        before, found = first.removeprefix("earlier:").split(), [*lines, *found]
    assert "".join(f"{line}\n" for line in found) == IN_ENGLISH


@pytest.mark.parametrize(
    "place", [TranscriptCursor(NOW, 0), TranscriptCursor(NOW + timedelta(milliseconds=7), 2**40)]
)
def test_a_place_that_is_told_is_the_one_that_is_read(place: TranscriptCursor) -> None:
    zone = ZoneInfo("Asia/Taipei")
    assert place_of(place_text(place, zone), zone) == place_of(place_code(place), zone) == place


def test_an_hour_that_comes_twice_is_told_by_its_offset() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, again = (TranscriptCursor(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), 3) for hour in (0, 1))
    for place in (first, again):
        assert place_of(place_text(place, berlin), berlin) == place
    assert place_text(first, berlin) == "2026-10-25T02:30:00.000/3"
    assert place_text(again, berlin) == "2026-10-25T02:30:00.000+01:00/3"


def test_whoever_calls_themselves_the_bot_is_shown_as_a_customer(people: Path, run: Run) -> None:
    keep(people, [turn(0, Incoming("text", "嗨", SENT), chat="main:U2", why=Cause())])
    said = run("contact", "show", "main:U2", "--conversation")
    assert said.out == "2026-11-20 12:00:00  customer Cat: 嗨\n"


@pytest.mark.parametrize(
    "when",
    [
        "2026-11-20T12:00/x",
        "/5",
        "2026-11-20/-1",
        "x/5",
        "999999999999999.0",
        "0001-01-01",
        "9999-12-31T23:59-14:00",
    ],
)
def test_before_a_moment_that_no_calendar_has(
    said: Path, capsys: pytest.CaptureFixture[str], when: str
) -> None:
    assert main(["contact", "show", "M1001", "--conversation", "--before", when]) == 1
    why = f'oaflow: "{when}" is no moment; write one such as  2026-11-20 10:00\n'
    assert capsys.readouterr().err == why


def test_before_a_moment_by_the_clock_of_the_team(said: Path, run: Run) -> None:
    moment = datetime(2026, 11, 20, 12, 2, tzinfo=UTC)
    asked = ["contact", "show", "M1001", "--conversation", "--before"]
    assert run(*asked, "2026-11-20 12:02").out == "".join(IN_ENGLISH.splitlines(keepends=True)[:8])
    told = run(*asked, f"{moment:%Y-%m-%dT%H:%M}+08:00")
    assert told.out == "".join(IN_ENGLISH.splitlines(keepends=True)[:8])
    told = run(*asked, "yesterday", code=1)
    assert told.err == 'oaflow: "yesterday" is no moment; write one such as  2026-11-20 10:00\n'


def test_nothing_was_said(people: Path, run: Run) -> None:
    told = run("contact", "show", "M1001", "--conversation")
    assert told == ("nothing was said in the last 180 days\n", "")
