"""Scenarios for tests: a playbook and a scenario as texts, read and played."""

from __future__ import annotations

import itertools
import tempfile
from functools import cache
from pathlib import Path

from bot.playbook.load import Loaded
from bot.playbook.report import render
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result, in_words, played
from tests.playbooks import BOT, CHANNELS

ROOT = Path(__file__).parents[2]
FILE = "tests/scenarios/one.yaml"
NOW = "{now: 2026-09-01 14:00}"


_numbers = itertools.count()


@cache
def _folders() -> tempfile.TemporaryDirectory[str]:
    """Where the folders of this run lie; it is removed with the process."""
    return tempfile.TemporaryDirectory(prefix="oaflow-scenarios-")


@cache
def files(playbook: str) -> tuple[PlaybookFiles, Loaded]:
    """A playbook's folder, and what is loaded from it; `bot` and `channels` are thought above the text."""
    lines = playbook.splitlines()
    above = "".join(
        default
        for section, default in (("bot:", BOT), ("channels:", CHANNELS))
        if not any(line.startswith(section) for line in lines)
    )
    folder = Path(_folders().name) / str(next(_numbers))
    folder.mkdir()
    (folder / "bot.yaml").write_text(above + playbook, "utf-8")
    (folder / "menu.png").write_bytes((ROOT / "cards" / "menu_guest.png").read_bytes())
    (folder / "tests" / "scenarios").mkdir(parents=True)
    made = PlaybookFiles(folder, {})
    loaded = made.load()
    assert loaded.playbook is not None, render(loaded.problems, loaded.sources)
    return made, loaded


def result(playbook: str, scenario: str) -> Result:
    """What comes of a scenario."""
    made, loaded = files(playbook)
    (made.folder / FILE).write_text(scenario, "utf-8")
    return played(made, FILE, loaded)


def steps(playbook: str, *texts: str, given: str = NOW) -> Result:
    """What comes of a scenario of these steps, one in each line; its file must be right."""
    lines = [line.strip() for text in texts for line in text.splitlines()]
    body = "".join(f"  - {line}\n" for line in lines if line)
    found = result(playbook, f"scenario: 試\ngiven: {given}\nsteps:\n{body}")
    assert all(p.level == "warning" for p in found.problems), render(found.problems, {FILE: found.text})
    return found


def wrong_in(playbook: str, scenario: str) -> str:
    """Why a scenario without mistakes fails; nothing where it holds."""
    found = result(playbook, scenario)
    assert not [one for one in found.problems if one.level == "error"], found.problems
    return "" if found.failure is None else str(found.failure.message)


def holds(playbook: str, *texts: str, given: str = NOW) -> None:
    """The scenario of these steps holds."""
    found = steps(playbook, *texts, given=given)
    assert found.failure is None, in_words(found)


def fails(playbook: str, *texts: str, given: str = NOW) -> str:
    """The scenario of these steps fails; what is said, and at which line of the steps (from 1)."""
    found = steps(playbook, *texts, given=given)
    assert found.failure is not None, "it holds"
    return f"{found.failure.place.line - 3}: {found.failure.message}"
