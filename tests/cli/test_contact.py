"""`oaflow contact find` and `show`: who is meant, and what is told of them. J1, J3"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.app.database import OpenDatabase
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.store.sealing.keyring import generate
from tests.cli.commands import Run
from tests.cli.oaflow import ended_here
from tests.cli.people import AMY, BOT, CAT, LINE_ID, LOST
from tests.cli.people_database import on_database
from tests.conftest import NOW

AMY_IN_A_LINE = f"main:{LINE_ID}  王小美  09••••••78  member M1001  bound: phone  main, outlet\n"
BOB_IN_A_LINE = "outlet:U2  Bob  09••••••78  outlet\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([LINE_ID], AMY_IN_A_LINE),
        ([f"main:{LINE_ID}"], AMY_IN_A_LINE),
        (["M1001"], AMY_IN_A_LINE),
        (["main:U7"], AMY_IN_A_LINE),
        (["U7"], AMY_IN_A_LINE),
        (["0912", "345", "678"], AMY_IN_A_LINE + BOB_IN_A_LINE),
        (["０９１２３４５６７８"], AMY_IN_A_LINE + BOB_IN_A_LINE),
        (["+886-912-345-678"], AMY_IN_A_LINE + BOB_IN_A_LINE),
        (["0912345678", "--channel", "main"], AMY_IN_A_LINE),
        (["U2"], "main:U2  Cat  main\n" + BOB_IN_A_LINE),
        (["U2", "--channel", "outlet"], BOB_IN_A_LINE),
    ],
)
def test_who_is_meant(words: list[str], said: str, people: Path, run: Run) -> None:
    assert run("contact", "find", *words) == (said, "")


ASKED_FOR = "WHO is a LINE user id, a contact id (channel:user), a phone or a member number"


NOBODY = [
    ([" "], f"nobody is named; {ASKED_FOR}"),
    (["U404"], f'nobody is found by "U404"; {ASKED_FOR}'),
    (["0987654320"], f"nobody is found by 09••••••20; {ASKED_FOR}"),
    (["09876543"], f"nobody is found by 09••••43; {ASKED_FOR}"),
    (["bob@forest.example"], f"nobody is found by what was given; {ASKED_FOR}"),
    (["王小美"], f"nobody is found by what was given; {ASKED_FOR}"),
    (["M1001", "--channel", "mian"], 'no channel is called "mian"; a similar name exists: "main"'),
    ([LINE_ID, "--channel", "outlet"], f'nobody is found by "{LINE_ID}" on outlet; {ASKED_FOR}'),
]


@pytest.mark.parametrize("case", NOBODY)
def test_nobody(case: tuple[list[str], str], people: Path, run: Run) -> None:
    """Nothing personal stands in the line: a phone is masked, a name or address not repeated."""
    words, said = case
    assert run("contact", "show", *words, code=1) == ("", f"oaflow: {said}\n")


def test_several_are_not_shown(people: Path, run: Run) -> None:
    assert run("contact", "show", "0912345678", code=1) == (
        "",
        f"oaflow: 09••••••78 is 2 contacts: main:{LINE_ID}, outlet:U2; "
        "write one of these, or add  --channel NAME\n",
    )


def test_all_that_is_known(people: Path, run: Run) -> None:
    """J1, F7, H6. Moments by the team's clock; an expired tag is off; what is private is masked."""
    assert run("contact", "show", "M1001") == (
        f"main:{LINE_ID}\n"
        "  name        王小美\n"
        "  language    zh-TW\n"
        f"  LINE        main  {LINE_ID}  a friend since 2026-11-20 12:00  last seen 2026-11-20 12:03\n"
        "              outlet  U9  no friend  never seen\n"
        "  phone       09••••••78\n"
        "  e-mail      a•••@forest.example\n"
        "  member      M1001\n"
        "  bound       phone  2026-11-20 12:00  phone_binding  tags: 已綁定\n"
        "  first bound 2026-11-20 12:00\n"
        "  tags        已綁定  2026-11-20 12:00  "
        "by a rule of an earlier playbook (flows.phone_binding.states.first_time)  "
        "3 times, last 2026-11-21 12:00\n"
        "  attributes  points (點數): 1200  2026-11-20 12:00\n"
        "              allergy: ••••  2026-11-20 12:00\n"
        "  marketing   no  said here: yes  the shop's record: no\n"
        "  consents    2026-08  2026-11-20 12:00  main, on a page\n"
        "  came first  by poster  2026-11-20 12:00\n"
        "  came last   by stand  2026-11-20 12:02\n"
        "  flows       main  survey: 問膚質  since 2026-11-20 12:00, held: quiet until 2026-11-21 09:00\n"
        "  happened    2026-11-20 12:01  a note  ••••\n"
        "              2026-11-20 12:00  added the account  The rule matched\n"
        "              2026-11-20 11:59  the code is right  Replied with 1 message\n"
        "                                → reply: accepted by LINE, 2026-11-20 12:00:01\n"
        "                                → push: given up, 2026-11-20 12:00:02: "
        "the month's messages are used up (quota): no more  "
        "(X-Line-Request-Id request-2)\n"
        '              2026-11-20 11:58  a flow ended  flow "survey"; at "結束"; begun 2026-11-19 12:00\n',
        "",
    )


def test_a_merge_is_told_once(people: Path, run: Run) -> None:
    """The row of its event says so already: what its turn has noted is no other thing."""

    async def told(opened: OpenDatabase) -> None:
        row = TimelineRow("main:e9", CAT.id, part_of(CAT.id), NOW, "merged", ("merged: outlet:U2",))
        await opened.stores.journal.timeline([row])

    on_database(people, told)
    for language, said in (("en", "became one with another contact"), ("zh-TW", "和另一個聯絡人合併了")):
        assert run("contact", "show", CAT.id, "--language", language).out.count(said) == 1


def test_for_programs(people: Path, run: Run) -> None:
    told = json.loads(run("contact", "show", "M1001", "--json").out)
    assert told["contact"] == AMY.id
    assert (told["phone"], told["email"]) == ("09••••••78", "a•••@forest.example")
    assert told["bindings"]["phone"]["at"] == "2026-11-20T04:00:00+00:00"
    [tag] = told["tags"]
    assert (tag["name"], tag["times"], tag["last"]) == ("已綁定", 3, "2026-11-21T04:00:00+00:00")
    [turn] = [row for row in told["timeline"] if row["event"] == "main:e5"]
    assert [(call["kind"], call["end"], call["lost"]) for call in turn["calls"]] == [
        ("reply", "accepted", False),
        ("push", "quota", True),
    ]
    assert turn["calls"][1]["dead_letter"] == LOST.name
    said = run("contact", "find", "0912345678", "--json")
    assert [one["contact"] for one in json.loads(said.out)["contacts"]] == [AMY.id, "outlet:U2"]


def test_a_database_that_is_away_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Exit 2, and soon."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OAFLOW_KEYS", generate())
    away = "database: mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300\nkeys: ${OAFLOW_KEYS}\n"
    Path("bot.yaml").write_text(BOT + away, "utf-8")
    out, err = run("contact", "show", "M1001", code=2)
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("oaflow: MongoDB is not reached: 127.0.0.1:1: ")


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "show", "PLAYBOOK", "M1001"],
        ["contact", "find", "PLAYBOOK", "0912345678"],
        ["contact", "tag", "PLAYBOOK", "M1001", "VIP"],
        ["sms", "cap", "PLAYBOOK", "400", "--today"],
        ["graph", "PLAYBOOK", "welcome"],
        ["channel", "link", "PLAYBOOK", "nobody"],
    ],
    ids=" ".join,
)
def test_the_playbook_is_taken_at_any_place(words: list[str], people: Path) -> None:
    """J1: as the list of commands says, also behind other words; `PLAYBOOK` is first or last."""
    name, rest = words[: words.index("PLAYBOOK")], words[words.index("PLAYBOOK") + 1 :]
    said = []
    for folder in (str(people), str(people / "bot.yaml")):
        for given in ([folder, *rest], [*rest, folder]):
            end = ended_here(*name, *given)
            said.append((end.code, end.out, end.err))
    assert len(set(said)) == 1, said
