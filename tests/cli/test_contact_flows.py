"""`oaflow contact leave|restart`: out of a flow by staff, or anew, and what is recorded (J2, K1)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.oaflow import Terminal, ended, serving
from tests.cli.people import AMY
from tests.cli.test_contact_change import COMMANDER, shown


def test_it_says_what_is_lost_and_does_nothing_without_a_yes(
    people: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    assert "--yes" in run("contact", "leave", "M1001", "survey", code=1).err
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    said = run("contact", "leave", "M1001", "survey", code=1).err
    assert 'it is at "問膚質"' in said
    assert said.endswith("end it? it cannot be undone [y/N] oaflow: nothing was done\n")
    assert shown(run, "M1001")["audit"] == []


def test_nobody_runs_so_it_waits(people: Path, run: Run) -> None:
    said = run("contact", "leave", "M1001", "survey", "--yes", "--json")
    assert "its timers go, and its answers" in said.err, "what is lost is said without a question, too"
    told = json.loads(said.out)
    assert told == {
        "contact": AMY.id,
        "flow": "survey",
        "channel": "main",
        "also_left": [],
        "carried": "stored",
    }
    [line] = shown(run, "M1001")["audit"]
    assert (line["kind"], line["by"], line["details"]) == ("flow_left", COMMANDER, ["main", "survey"])


@pytest.mark.parametrize("words", [["M1001", "gone"], ["nobody", "survey"]])
def test_what_is_not_there(people: Path, run: Run, words: list[str]) -> None:
    assert run("contact", "restart", *words, "--yes", code=1).out == ""


async def test_while_it_runs(people: Path) -> None:
    """The process that has the person does it: anew from the first state, then out."""
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        told = await ended("contact", "restart", str(people), AMY.id, "survey", "--yes")
        assert (told.code, told.out) == (
            0,
            f'done: {AMY.id} begins the flow "survey" anew\n',
        ), told.err
        told = await ended("contact", "leave", str(people), AMY.id, "survey", "--yes")
        assert (told.code, told.out) == (0, f'done: {AMY.id} is out of the flow "survey"\n')
        told = await ended("contact", "leave", str(people), AMY.id, "survey", "--yes")
        assert told.code == 1
        assert "is in no flow" in told.err
