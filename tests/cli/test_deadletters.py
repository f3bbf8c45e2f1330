"""`oaflow deadletters`: what nobody has got: listed, shown, sent once more, dropped. K3, A8"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.database import OpenDatabase, open_database
from bot.cli.main import main
from bot.model.inbox import InboxEntry
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.store.events.inbox import Inbox
from tests.cli.commands import Run
from tests.cli.people import AMY, LINE_ID
from tests.cli.people_database import on_database

NOW = datetime.now(UTC).replace(microsecond=0)
PART = part_of(AMY.id)


def letter(number: int, at: datetime, reason: str, detail: str = "") -> DeadLetter:
    body = b'{"messages": [{"type": "text", "text": "\xe5\xb0\x8f\xe7\xbe\x8e"}]}'
    call = Outgoing(f"{AMY.id}:timer:x#{number}", "main:e1", "main", "push", LINE_ID, body, at, at)
    return DeadLetter(call, AMY.id, PART, at, reason, detail, "request-7")


RECENT = letter(1, NOW - timedelta(hours=1), "unsure", "status 500")
OLD = letter(2, NOW - timedelta(days=40), "quota")
ASIDE = InboxEntry("main:01HEVENT", "main", AMY.id, PART, NOW - timedelta(hours=2), b'{"text": "secret"}')


@pytest.fixture
def given_up(people: Path) -> None:
    async def prepare(opened: OpenDatabase) -> None:
        await opened.database.collection("deadletters").delete_many({})
        inbox = Inbox(opened.database, opened.seal)
        await inbox.store([ASIDE], set())
        await inbox.set_aside(ASIDE.id, PART, "Traceback: secret")
        await opened.stores.journal.dead([RECENT, OLD])
        await opened.close()

    async def opened() -> None:
        await prepare(await open_database(Settings({}), people, {}, "test"))

    asyncio.run(opened())


@pytest.mark.usefixtures("given_up")
def test_a_line_for_each(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    said = run("deadletters", "list")
    assert said.err == ""
    _, event, call, counted = said.out.splitlines()
    assert re.search(
        "  main:01HEVENT +main +event +main:U••••cdef +a bug of oaflow met it \\(aside\\)$", event
    )
    assert re.search(
        f"  {RECENT.name} +main +push +main:U••••cdef"
        " +nobody knows whether it arrived \\(unsure\\): status 500$",
        call,
    )
    assert (
        counted == "1 call was given up and 1 event is set aside; one of them:  oaflow deadletters show NAME"
    )
    assert LINE_ID not in said.out
    assert "secret" not in said.out


@pytest.mark.usefixtures("given_up")
def test_for_programs_and_further_back(run: Run) -> None:
    old, event, recent = json.loads(run("deadletters", "list", "--days", "60", "--json").out)["unsent"]
    assert (old["reason"], event["reason"], recent["reason"]) == ("quota", "aside", "unsure")
    assert recent == {
        "name": RECENT.name,
        "channel": "main",
        "kind": "push",
        "what": "push",
        "reason": "unsure",
        "why": "nobody knows whether it arrived (unsure): status 500",
        "at": RECENT.at.isoformat(),
        "since": RECENT.at.isoformat(),
        "tries": 1,
        "contact": "main:U••••cdef",
        "detail": "status 500",
        "request_id": "request-7",
        "handled": None,
        "done": "",
    }


@pytest.mark.usefixtures("given_up")
def test_in_chinese(run: Run) -> None:
    _, event, call, last = run("deadletters", "list", "--language", "zh-TW").out.splitlines()
    assert re.search("  main +事件 +main:U••••cdef +oaflow 本身有問題，沒能處理（aside）$", event)
    assert re.search("  main +推播 +main:U••••cdef +不確定有沒有送到（unsure）：status 500$", call)
    assert last == "1 筆沒送出 和 1 個事件沒處理完；看其中一個：  oaflow deadletters show NAME"


@pytest.mark.usefixtures("given_up")
@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--kind", "event"], ["main:01HEVENT"]),
        (["--kind", "push", "--days", "60"], [OLD.name, RECENT.name]),
        (["--reason", "quota", "--days", "60"], [OLD.name]),
        (["--channel", "outlet"], []),
        (["--person", "M1001", "--kind", "push"], [RECENT.name]),
        (["--person", "Bob"], None),
        (["--person", "main:U2"], []),
    ],
)
def test_which_are_meant(
    options: list[str], names: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["deadletters", "list", *options, "--json"])
    said = capsys.readouterr()
    if names is None:
        assert (code, said.out) == (1, "")
    else:
        assert [one["name"] for one in json.loads(said.out)["unsent"]] == names


@pytest.mark.usefixtures("given_up")
def test_one_is_shown_without_whose_it_is(run: Run) -> None:
    said = run("deadletters", "show", RECENT.name, "--language", "en").out
    assert said.splitlines()[:3] == [
        f"called    {RECENT.name}",
        "what      push on main",
        "for       main:U••••cdef",
    ]
    assert "contents  text" in said
    assert "resend    a push with a new retry key: it may be the second one" in said
    assert LINE_ID not in said
    assert "小美" not in said
    told = json.loads(run("deadletters", "show", RECENT.name, "--reveal", "--json").out)
    assert (told["contact"], told["contents"][0]["text"]) == (AMY.id, "小美")
    assert "revealed" in run("contact", "show", AMY.id, "--language", "en").out


@pytest.mark.usefixtures("given_up")
def test_what_is_not_known_or_not_written_as_it_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    for words, code, why in (
        (["show", "nothing"], 1, 'under the name "nothing"'),
        (["resend"], 1, "name each of them"),
        (["drop"], 1, "name each of them"),
        (["drop", RECENT.name, "--kind", "push"], 1, "name each of them"),
        (["drop", "--kind", "push"], 1, "without a yes: add  --yes"),
    ):
        assert main(["deadletters", *words, "--language", "en"]) == code, words
        assert why in capsys.readouterr().err


@pytest.mark.usefixtures("given_up")
def test_sent_once_more_and_dropped(run: Run) -> None:
    """Nobody runs: it is stored, once, and said so; who comes second is told who was first."""
    order = ["deadletters", "resend", RECENT.name, "--language", "en"]
    said = run(*order, code=1)
    assert "may be the second one that the person gets\n" in said.out
    assert "all the same:  --second" in said.out
    assert "not done: 1 of 1" in said.out
    assert run(*order, "--second").out == f"{RECENT.name}  stored: it is done as soon as oaflow runs\n"
    assert "it was sent once more already, by " in run(*order, "--second", code=1).out
    said = run("deadletters", "drop", "--kind", "event", "--yes", "--json")
    (dropped,) = json.loads(said.out)["handled"]
    assert (dropped["name"], dropped["became"]) == ("main:01HEVENT", "dropped")
    printed = run("deadletters", "list", "--language", "en")
    assert printed.out.startswith("nothing was given up or set aside")
    _, event, call, _ = run("deadletters", "list", "--all", "--language", "en").out.splitlines()
    assert "  dropped, by " in event
    assert "  sent once more, by " in call
    shown = run("contact", "show", AMY.id, "--language", "en").out
    assert "resent" in shown
    assert "Staff sent once more what had been given up" in shown or "staff sent once more" in shown


LATE = [
    replace(
        letter(number, NOW - timedelta(hours=1), "too-late"),
        outgoing=replace(RECENT.outgoing, id=f"main:e{number}#0", kind="reply", token="t"),
    )
    for number in range(10, 70)
]


@pytest.fixture
def rushed(people: Path) -> None:
    """More answers came too late than have a line each; the channel's plan has a price."""
    plan = "plan: {included: 200, extra: 0.2}"
    bot = (people / "bot.yaml").read_text("utf-8")
    (people / "bot.yaml").write_text(
        bot.replace("main: {id: forest,", f"main: {{{plan}, id: forest,"), "utf-8"
    )

    async def prepare(opened: OpenDatabase) -> None:
        await opened.database.collection("deadletters").delete_many({})
        await opened.stores.journal.dead([*LATE, RECENT])

    on_database(people, prepare)


@pytest.mark.usefixtures("rushed")
def test_all_that_came_too_late_with_their_number_and_price(run: Run) -> None:
    """F8, I7: one command for all; nothing that costs goes out without a yes to its price."""
    order = ["deadletters", "resend", "--reason", "too-late"]
    assert run(*order, "--language", "en", code=1).err == (
        "60 are meant; it costs"
        " 60 pushes on main, a message each: NT$12, once the plan's messages are used up\n"
        "oaflow: nothing is done without a yes: add  --yes\n"
    )
    said = run(*order, "--language", "zh-TW", code=1)
    assert "共 60 個；會用掉「main」的 60 則推播訊息；超出方案 NT$12" in said.err
    said = run(*order, "--yes", "--language", "en")
    assert said.out == "60 × stored: it is done as soon as oaflow runs\n"
    assert run(*order, "--yes", "--language", "en").out == "there are none\n"


def test_where_there_are_none(people: Path, run: Run) -> None:
    on_database(people, lambda opened: opened.database.collection("deadletters").delete_many({}))
    said = run("deadletters", "list", "--language", "en")
    assert said.out.startswith("nothing was given up or set aside since 20")


@pytest.mark.usefixtures("given_up")
def test_explain_tells_that_an_event_is_set_aside(run: Run) -> None:
    """Not that there is none: the list says to ask there."""
    for name in ("main:01HEVENT", "01HEVENT"):
        said = run("explain", "--event", name, code=2)
        assert said.err.startswith(f'oaflow: the event "{name}" is set aside: oaflow cannot decide it')
