"""`oaflow contact many`: a tag for many at once, listed, undone, and what is recorded (J2, J3, K1)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.oaflow import ended, serving
from tests.cli.people import AMY
from tests.cli.test_contact_change import COMMANDER


def listed(run: Run) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("contact", "many", "--json").out)["runs"]
    return found


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "VIP"], 1, "say of whom"),
        (["add", "gone", "--everybody", "--yes"], 1, "gone"),
        (["add", "VIP", "--everybody"], 1, "add  --yes"),
        (["add", "VIP", "--text", "nobody", "--yes"], 1, "nobody is found"),
        (["add", "VIP", "--audience", "gone", "--yes"], 1, "gone"),
        (["stop", "nothing"], 1, "nothing"),
        (["undo", "nothing", "--yes"], 1, "nothing"),
    ],
)
def test_what_is_refused(people: Path, run: Run, words: list[str], code: int, said: str) -> None:
    shown = run("contact", "many", *words, code=code)
    assert (shown.out, said in shown.err) == ("", True)
    assert listed(run) == []


async def test_put_on_and_undone_beside_a_bot(people: Path) -> None:
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        done = await ended("contact", "many", str(people), "add", "VIP", "--tag", "已綁定", "--yes", "--json")
        assert done.code == 0, done.err
        told = json.loads(done.out)
        assert (told["state"], told["done"], told["same"], told["by"]) == ("done", 1, 0, COMMANDER)
        shown = json.loads((await ended("contact", "show", str(people), AMY.id, "--json")).out)
        assert "VIP" in {tag["name"] for tag in shown["tags"]}
        again = await ended("contact", "many", str(people), "add", "VIP", "--tag", "已綁定", "--yes")
        assert again.out.splitlines()[-1].split()[-3:] == ["0", "1", "0"], again.out
        undone = await ended("contact", "many", str(people), "undo", told["run"], "--yes")
        assert undone.code == 0, undone.err
        shown = json.loads((await ended("contact", "show", str(people), AMY.id, "--json")).out)
        assert "VIP" not in {tag["name"] for tag in shown["tags"]}
        twice = await ended("contact", "many", str(people), "undo", told["run"], "--yes")
        assert twice.code == 1
        audit = await ended("audit", str(people), "--json")
        kinds = [line["kind"] for line in json.loads(audit.out)["entries"]]
        assert kinds.count("many_tagged") == 2
        assert kinds.count("many_untagged") == 1


def test_without_a_bot_it_is_stored(people: Path, run: Run) -> None:
    said = run("contact", "many", "remove", "已綁定", "--everybody", "--yes", "--language", "zh-TW")
    assert "完成" in said.out
    [undone] = listed(run)
    assert (undone["kind"], undone["done"], undone["undone_by"]) == ("untag", 1, "")
