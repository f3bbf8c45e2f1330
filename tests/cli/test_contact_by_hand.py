"""`oaflow contact tag` and `set`: refused with a reason, or done as the playbook would do it. J1, G2"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.commands import Run
from tests.cli.oaflow import ended, serving
from tests.cli.people import AMY, BOT
from tests.cli.test_contact_change import COMMANDER, on_record, shown
from tests.depth import one_of


@pytest.mark.parametrize(
    ("words", "said"),
    one_of(
        2,
        [
            (["tag", "M1001", "VPI"], 'no tag is called "VPI"; a similar name exists: "VIP"'),
            (
                ["tag", "M1001", "團購主"],
                'no tag is called "團購主"; write it into the playbook first:  '
                "tags: {團購主: {added_by: staff}}",
            ),
            (
                ["set", "M1001", "skn", "油性"],
                'no attribute is called "skn"; a similar name exists: "skin"',
            ),
            (["set", "M1001", "points", "很多"], '"points" takes a number, such as 1500, and not "很多"'),
            (
                ["set", "M1001", "birthday", "2月30日"],
                '"birthday" takes a day, such as 1990-05-20, and not "2月30日"',
            ),
            (["set", "M1001", "skin", "乾"], '"乾" is none of the values of "skin": 乾性, 油性'),
            (["set", "M1001", "allergy", " "], '"allergy" takes a text, and not that'),
            (["set", "M1001", "tier", "金卡"], '"tier" is what the shop says of its member: change it there'),
            (
                ["clear", "M1001", "tier"],
                '"tier" is what the shop says of its member: change it there',
            ),
        ],
    ),
)
def test_what_is_refused(
    words: list[str], said: str, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shops = "shops: {main: {platform: csv, attributes: {tier: 等級}}}\n"
    (people / "bot.yaml").write_text(BOT + shops, "utf-8")
    try:
        assert main(["contact", *words]) == 1
    finally:
        (people / "bot.yaml").write_text(BOT, "utf-8")
    assert capsys.readouterr() == ("", f"oaflow: {said}\n")


def test_what_the_playbook_no_longer_knows_can_be_taken_off(
    people: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (people / "bot.yaml").write_text(BOT.replace("已綁定: , ", ""), "utf-8")
    try:
        assert 'no tag is called "已綁定"' in run("contact", "tag", "M1001", "已綁定", code=1).err
        assert main(["contact", "untag", "M1001", "已綁定"]) == 0
    finally:
        (people / "bot.yaml").write_text(BOT, "utf-8")
    assert capsys.readouterr().out.startswith(f"stored: {AMY.id} is no longer tagged 已綁定")


def test_nobody_runs_so_it_waits(people: Path, run: Run) -> None:
    """A phone may be written with spaces; what is private stands neither on the screen nor in the log."""
    commands = {
        ("tag", "0912", "345", "678", "VIP", "--channel", "main"): "is tagged VIP",
        ("untag", "M1001", "已綁定"): "is no longer tagged 已綁定",
        ("set", "M1001", "points", "１,５００"): "has points: 1500",
        ("set", "M1001", "birthday", "1990/2/3"): "has birthday: 1990-02-03",
        ("set", "M1001", "allergy", "蝦"): "has allergy",
        ("clear", "M1001", "skin"): "has no skin any more",
    }
    for words, done in commands.items():
        assert run("contact", *words) == (f"stored: {AMY.id} {done} as soon as oaflow runs\n", "")
    told = shown(run, "M1001")
    assert told["waiting"] == len(commands)
    assert [(line["kind"], line["details"]) for line in reversed(told["audit"])] == [
        ("tagged", ["VIP"]),
        ("untagged", ["已綁定"]),
        ("set", ["points", "1500"]),
        ("set", ["birthday", "1990-02-03"]),
        ("set", ["allergy"]),
        ("set", ["skin"]),
    ]
    assert {line["by"] for line in told["audit"]} == {COMMANDER}


async def test_while_it_runs(people: Path) -> None:
    """The process that has the person carries it out, with what the playbook makes of it."""
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        for _ in range(2):
            done = await ended("contact", "tag", str(people), "M1001", "VIP")
            assert (done.code, done.out, done.err) == (0, f"done: {AMY.id} is tagged VIP\n", "")
        done = await ended("contact", "set", str(people), "M1001", "points", "-5")
        assert (done.code, done.out, done.err) == (0, f"done: {AMY.id} has points: -5\n", "")
        told = json.loads((await ended("contact", "show", str(people), AMY.id, "--json")).out)
    vip = next(tag for tag in told["tags"] if tag["name"] == "VIP")
    assert (vip["by"], vip["times"]) == (COMMANDER, 2)
    assert {one["name"]: one["value"] for one in told["attributes"]} == {
        "points": -5,
        "skin": "油性",  # by the rule that hears of the tag
        "allergy": "••••",
    }
    assert on_record(told) == [
        ("set", COMMANDER, False),
        ("tagged", COMMANDER, False),
        ("tagged", COMMANDER, False),
    ]
