"""`oaflow contact name` and `testers`: a name is one contact's, and everybody sees whose. I2"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.people import AMY, BOT


@pytest.fixture
def shop(people: Path) -> Iterator[Path]:
    (people / "bot.yaml").write_text(f'{BOT}testers: ["@amy", "@boss"]\n', "utf-8")
    yield people
    (people / "bot.yaml").write_text(BOT, "utf-8")


def said(run: Run, *words: str, code: int = 0) -> str:
    told = run("contact", *words, code=code)
    return told.out + told.err


def test_names_are_given_listed_and_taken(shop: Path, run: Run) -> None:
    nobody = "@amy: nobody yet;  oaflow contact name WHO @amy\n"
    assert said(run, "testers").startswith(nobody)
    assert said(run, "name", "M1001", "@amy") == f"{AMY.id} is called @amy\n"
    assert said(run, "name", "M1001", "@amy") == f"{AMY.id} is called @amy\n"
    assert said(run, "testers").startswith(f"@amy: {AMY.id}\n@boss: nobody yet")
    refused = 'oaflow: another tester is called "@amy": choose another name\n'
    assert said(run, "name", "outlet:U2", "@amy", code=1) == refused
    lost = "@amy is nobody's name now: each has one;  oaflow contact name WHO @amy\n"
    assert said(run, "name", "M1001", "@boss") == f"{AMY.id} is called @boss\n{lost}"
    assert said(run, "name", "outlet:U2", "@amy") == "outlet:U2 is called @amy\n"
    (shop / "bot.yaml").write_text(f'{BOT}testers: ["@boss", "@new"]\n', "utf-8")
    assert json.loads(said(run, "testers", "--json"))["testers"] == [
        {"tester": "@boss", "contact": AMY.id, "listed": True},
        {"tester": "@new", "contact": None, "listed": True},
        {"tester": "@amy", "contact": "outlet:U2", "listed": False},
    ]
    assert said(run, "unname", "M1001") == f"{AMY.id} is not called @boss any more\n"
    assert said(run, "unname", "M1001", code=1) == "oaflow: that customer is no tester\n"


def test_a_name_that_the_playbook_does_not_list_makes_a_tester(shop: Path, run: Run) -> None:
    assert said(run, "name", "M1001", "小王") == f"{AMY.id} is called 小王\n"
    assert f"小王: {AMY.id}\n" in said(run, "testers")
    said(run, "unname", "M1001")


def test_who_was_merged_is_who_they_are_now(shop: Path, run: Run) -> None:
    assert said(run, "name", "main:U2", "@boss") == "main:U2 is called @boss\n"
    run("contact", "merge", "outlet:U2", "main:U2", "--yes")
    assert "@boss: outlet:U2\n" in said(run, "testers")
    assert said(run, "unname", "outlet:U2") == "outlet:U2 is not called @boss any more\n"
    assert "@boss: nobody yet" in said(run, "testers")
    assert said(run, "unname", "outlet:U2", code=1) == "oaflow: that customer is no tester\n"


@pytest.mark.parametrize("called", ["@amy", "@boss"])
def test_who_was_merged_has_one_name(called: str, shop: Path, run: Run) -> None:
    assert said(run, "name", "main:U2", "@boss") == "main:U2 is called @boss\n"
    assert said(run, "name", "outlet:U2", "@amy") == "outlet:U2 is called @amy\n"
    run("contact", "merge", "outlet:U2", "main:U2", "--yes")
    other = {"@amy": "@boss", "@boss": "@amy"}[called]
    lost = f"{other} is nobody's name now: each has one;  oaflow contact name WHO {other}\n"
    assert said(run, "name", "outlet:U2", called) == f"outlet:U2 is called {called}\n{lost}"
    told = said(run, "testers")
    assert f"{called}: outlet:U2\n" in told
    assert f"{other}: nobody yet" in told


def test_all_names_of_who_was_merged_are_taken(shop: Path, run: Run) -> None:
    said(run, "name", "main:U2", "@boss")
    said(run, "name", "outlet:U2", "@amy")
    run("contact", "merge", "outlet:U2", "main:U2", "--yes")
    assert said(run, "unname", "main:U2") == "outlet:U2 is not called @amy, @boss any more\n"
    assert "outlet:U2" not in said(run, "testers")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["M1001", "@amyy"], 'no tester is called "@amyy"; a similar name exists: "@amy"'),
        (["M1001", " "], "a tester needs a name, of 40 characters at most"),
    ],
)
def test_what_is_refused(words: list[str], why: str, shop: Path, run: Run) -> None:
    assert said(run, "name", *words, code=1) == f"oaflow: {why}\n"
