"""`oaflow contact find`: a part of a name, or what else is known of somebody. J3"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.people import LINE_ID

AMY, BOB, CAT, ADA, EVE = f"main:{LINE_ID}", "outlet:U2", "main:U2", "main:U6", "main:U5"
GIVEN = (
    "write a part of the name, a phone or its last digits, an e-mail address, a member number, a LINE"
    " user id, a contact id, a tag or a value"
)


def found(run: Run, *words: str) -> list[str]:
    """The ids of those whom `contact find` finds, in its order."""
    return [one["contact"] for one in json.loads(run("contact", "find", *words, "--json").out)["contacts"]]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["小美"], [AMY]),
        (["王"], [AMY]),
        (["美"], [AMY]),
        (["bo"], [BOB]),
        (["ＢＯＢ"], [BOB]),
        (["amy@forest.example"], [AMY]),
        (["王", "--tag", "已綁定"], [AMY]),
        (["--tag", "已綁定"], [AMY]),
        (["--condition", "tag: 已綁定"], [AMY]),
        (["--condition", "attribute: {points: {at_least: 1000}}"], [AMY]),
        (
            ["--condition", "{any: [{bound: phone}, {contact: {name: Bob}}]}", "--channel", "outlet"],
            [AMY, BOB],
        ),
        (["0912345678", "--condition", "bound: phone"], [AMY]),
        (["--audience", "everyone", "--channel", "outlet"], [BOB]),
    ],
)
def test_who_is_found(words: list[str], who: list[str], people: Path, run: Run) -> None:
    assert found(run, *words) == who


def test_page_after_page(people: Path, run: Run) -> None:
    """Each of them once, in the order of their ids; what follows is said."""
    everybody = found(run, "--condition", "not: {tag: VIP}")
    assert everybody == sorted(everybody)
    assert len(everybody) > 3
    said = run("contact", "find", "--condition", "not: {tag: VIP}", "--most", "2")
    assert len(said.out.splitlines()) == 2
    assert said.err == f"oaflow: there are more: add  --after {everybody[1]}, or  --most N\n"
    assert found(run, "--condition", "not: {tag: VIP}", "--after", everybody[1]) == everybody[2:]
    told = run("contact", "find", "--condition", "not: {tag: VIP}", "--after", everybody[-1], code=1)
    assert told.out == "nobody else is found\n"
    assert found(run) == everybody, "without a word all are listed"


def test_who_is_exactly_meant_stands_in_the_same_order(people: Path, run: Run) -> None:
    """Two have the phone: none is passed over, or comes twice, by going on."""
    assert found(run, "0912345678") == [AMY, BOB]
    assert found(run, "0912345678", "--most", "1") == [AMY]
    assert found(run, "0912345678", "--after", AMY) == [BOB]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["阿花"], f"nobody is found by what was given; {GIVEN}"),
        (["0987654320"], f"nobody is found by 09••••••20; {GIVEN}"),
        (["王", "--tag", "VIP"], "nobody is found of whom all of this holds"),
    ],
)
def test_nobody(words: list[str], said: str, people: Path, run: Run) -> None:
    assert run("contact", "find", *words, code=1) == (f"{said}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tag", "VIPP"], 'no tag is called "VIPP"; a similar name exists: "VIP"'),
        (["--store", "信義"], 'no store is called "信義"; there are none'),
        (
            ["--audience", "everybody"],
            'the playbook has no audience "everybody"; a similar name exists: "everyone"',
        ),
        (["王", "--channel", "mian"], 'no channel is called "mian"; a similar name exists: "main"'),
    ],
)
def test_what_the_playbook_lacks(words: list[str], said: str, people: Path, run: Run) -> None:
    assert run("contact", "find", *words, code=1) == ("", f"oaflow: {said}\n")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("tag: VIPP", "the condition, line 1, column 6: "),
        ("tagg: VIP", "the condition, line 1, column 1: "),
        ("not:\n  tag: VIPP", "the condition, line 2, column 8: "),
        ("event: {text: 嗨}", "the condition, line 1, column 1: "),
    ],
)
def test_a_condition_that_is_none_is_said_with_its_place(
    written: str, said: str, people: Path, run: Run
) -> None:
    told = run("contact", "find", "--condition", written, code=1)
    assert told.out == ""
    assert told.err.startswith(f"oaflow: {said}")
