"""`oaflow explain --event`: from the trace in the database. L3"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from bot.app.database import OpenDatabase
from bot.cli.main import main
from bot.engine import notes
from bot.model.contact import Contact
from bot.model.journal import CallEnd, TimelineRow, TraceRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.model.trace import TraceNote, as_json
from tests.cli.commands import Run
from tests.cli.oaflow import LINE_SETTINGS
from tests.cli.people_database import on_database

AT = datetime(2026, 9, 1, 6, 0, 5, tzinfo=UTC)
STEPS = [
    ("bot.yaml:12:5", TraceNote(notes.RULE_MATCHED, ("優惠",))),
    (None, TraceNote(notes.NOT_YET, ("2026-09-01T05:00:00Z",))),
    (None, TraceNote(notes.MENU, ("VIP", "main"))),
]
TRACE = as_json([(at, note.kind.code, note.values) for at, note in STEPS])
CALLS = ("reply", "push outlet", "note", "menu outlet", "ask")
LETTER = DeadLetter(
    Outgoing("main:01SENT#1", "main:01SENT", "outlet", "push", "U1", b"{}", AT, AT, None, "key"),
    "main:U1",
    part_of("main:U1"),
    AT + timedelta(minutes=1),
    "bad-request",
    "The request body has 1 error(s) (messages[0])",
    "request-2",
)


@pytest.fixture
def stored(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in which two turns are, one of them so old that its trace is gone."""
    monkeypatch.delenv("OAFLOW_DATA", raising=False)

    async def store(opened: OpenDatabase) -> None:
        contact, part = "main:U1", part_of("main:U1")
        row = TimelineRow("main:01ABC", contact, part, AT, "text")
        old = TimelineRow("main:01OLD", contact, part, AT, "follow", calls=("reply",))
        sent = TimelineRow("main:01SENT", contact, part, AT, "code: right", calls=CALLS)
        sent.ends = {0: CallEnd("accepted", AT, False, "request-1", ("461",))}
        old.ends = {0: CallEnd("superseded", AT)}
        await opened.stores.journal.timeline([row, old, sent])
        versions = [TraceRow(name, contact, part, AT, "v" * 64, TRACE) for name in ("main:01ABC", sent.id)]
        await opened.stores.journal.trace(versions)
        await opened.stores.journal.dead([LETTER])
        waiting = (replace(LETTER.outgoing, id="main:01SENT#3", kind="menu", channel="outlet"),)
        write = TurnWrite(Contact(contact), Contact(contact), part, 0, 1, ("e",), waiting, born=True)
        assert await opened.stores.contacts.save([write]) == set()

    on_database(shop, store)
    return shop


def test_the_steps_of_its_turn(stored: Path, run: Run) -> None:
    assert run("explain", str(stored), "--event", "main:01ABC").out == (
        "  event  main:01ABC\n"
        "contact  main:U1\n"
        "     at  2026-09-01 14:00:05\n"
        "   what  text\n"
        "         (decided by the playbook vvvvvvvvvvvv, lines are of that one)\n"
        "\n"
        "why:\n"
        '  bot.yaml:12:5  The rule matched: "優惠"\n'
        "  This rule begins at 2026-09-01 13:00: not yet\n"
        '  Rich menu: "VIP"\n'
    )


BECAME = """\
  event  main:01SENT
contact  main:U1
     at  2026-09-01 14:00:05
   what  code: right
         (decided by the playbook vvvvvvvvvvvv, lines are of that one)

what became of it:
  reply: accepted by LINE, 2026-09-01 14:00:05  (X-Line-Request-Id request-1; message 461)
  push on outlet: given up, 2026-09-01 14:01:05: \
LINE has refused the message itself (bad-request): The request body has 1 error(s) (messages[0])\
  (X-Line-Request-Id request-2)
  menu on outlet: waits for a process that runs, since 2026-09-01 14:00:05; \
it was to be tried until 2026-09-02 14:00:05
  ask: done; what LINE answered was not kept

why:
"""


@pytest.mark.parametrize("event", ["main:01SENT", "01SENT", LETTER.name])
def test_what_line_has_answered(stored: Path, event: str, run: Run) -> None:
    """L3: what was decided has not arrived for all that; a dead letter is found by its name in the log."""
    told = run("explain", str(stored), "--event", event).out
    assert told.startswith(BECAME)
    calls = orjson.loads(run("explain", str(stored), "--event", event, "--json").out)["calls"]
    assert [(call["kind"], call["channel"], call["end"]) for call in calls] == [
        ("reply", None, "accepted"),
        ("push", "outlet", "bad-request"),
        ("menu", "outlet", "waits"),
        ("ask", None, "not-kept"),
    ]
    assert calls[1]["dead_letter"] == LETTER.name
    assert (calls[0]["at"], calls[0]["messages"]) == ("2026-09-01T06:00:05+00:00", ["461"])


def test_what_became_of_it_is_known_for_longer_than_why(stored: Path, run: Run) -> None:
    said = run("explain", str(stored), "--event", "01OLD", code=2)
    assert "  reply: not made: a newer rich menu was chosen before, 2026" in said.out


def test_the_id_of_the_webhook_is_enough_and_programs_get_json(stored: Path, run: Run) -> None:
    found = orjson.loads(run("explain", str(stored), "--event", "01ABC", "--json").out)
    assert (found["event"], found["what"], found["version"]) == ("main:01ABC", "text", "v" * 64)
    assert found["why"][0]["place"] == {"file": "bot.yaml", "line": 12, "column": 5, "path": ""}
    assert found["calls"] == []
    assert found["why"][2] == {"place": None, "what": "menu", "result": "VIP", "because": "main"}


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("01NIX", 'no turn is stored of an event "01NIX"; its id stands in LINE\'s webhook'),
        ("01OLD", "why is kept for 7 days only; of main:01OLD is known: follow"),
    ],
)
def test_an_event_of_which_nothing_is_known(stored: Path, event: str, says: str, run: Run) -> None:
    assert run("explain", str(stored), "--event", event, code=2).err == f"oaflow: {says}\n"


@pytest.mark.parametrize(
    "more", [["--tag", "VIP"], ["--text", "嗨"], ["--at", "2026-09-01 14:00"], ["--channel", "main"]]
)
def test_what_belongs_to_a_text_is_refused(
    shop: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explain", str(shop), "--event", "01ABC", *more])
    assert ended.value.code == 2
    assert "--text" in capsys.readouterr().err


def test_lines_of_a_version_that_is_gone_are_those_of_the_version(
    shop: Path, run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """L3, L8: what stands at that place in the files by now is another rule."""
    monkeypatch.delenv("OAFLOW_DATA", raising=False)
    for name, value in LINE_SETTINGS.items():
        monkeypatch.setenv(name, value)
    assert main(["publish", str(shop)]) == 0
    yaml = shop / "bot.yaml"
    before = yaml.read_text("utf-8")
    line = before.splitlines().index(next(one for one in before.splitlines() if "when:" in one)) + 1

    async def decided(opened: OpenDatabase) -> None:
        live = await opened.stores.playbooks.live()
        assert live is not None
        part = part_of("main:U1")
        await opened.stores.journal.timeline([TimelineRow("main:01ABC", "main:U1", part, AT, "text")])
        matched, menu = (notes.RULE_MATCHED.code, ["優惠"]), (notes.MENU.code, ["VIP", "main"])
        steps = orjson.dumps([(f"bot.yaml:{line}:5", *matched), (None, *menu)])
        trace = TraceRow("main:01ABC", "main:U1", part, AT, live.version, steps)
        await opened.stores.journal.trace([trace])

    on_database(shop, decided)
    capsys.readouterr()
    assert " | " not in run("explain", str(shop), "--event", "01ABC").out, "the files hold it"
    yaml.write_text("# 一行說明\n" + before, "utf-8")
    said = run("explain", str(shop), "--event", "01ABC")
    assert " | " not in said.out, "a comment makes no other version"
    yaml.write_text(before.replace("rules:\n", "rules:\n  - {when: {text: 新的}, reply: 新}\n"), "utf-8")
    told = run("explain", str(shop), "--event", "01ABC").out
    assert "lines are of that one" in told
    assert f"\n      | {before.splitlines()[line - 1].strip()}\n  Rich menu" in told
