"""What a process says of its own machine: disk, clock, a playbook that it refuses (K4, A3)."""

from __future__ import annotations

import shutil
from collections import namedtuple
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app.context import AppContext
from bot.app.own_checks import own_checks
from bot.model.processes import OwnTrouble
from bot.model.translatable import tr
from tests.playbooks import compiled

PLAYBOOK = compiled("bot: 森活選品\nlanguage: en\nrules: [{when: {text: 嗨}, reply: 您好}]\n")
GIGABYTE = 1024**3
Usage = namedtuple("Usage", "total used free")


def machine(
    folder: Path, *, skew: float | None = 0.0, simulator: bool = False, develops: bool = False
) -> AppContext:
    opened = SimpleNamespace(embedded=SimpleNamespace(folder=folder))
    made = SimpleNamespace(
        begun=SimpleNamespace(simulator=simulator, develops=develops, published=True, opened=opened),
        live=SimpleNamespace(playbook=PLAYBOOK),
        skew=SimpleNamespace(measured=skew),
        reload=SimpleNamespace(
            versions=SimpleNamespace(trouble=None), reports=SimpleNamespace(why_refused=None)
        ),
    )
    return cast("AppContext", made)


@pytest.fixture(autouse=True)
def disk(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Its gigabytes: all of them, and those that are free."""
    size = [100, 50]

    def usage(folder: Path) -> Usage:
        return Usage(size[0] * GIGABYTE, 0, size[1] * GIGABYTE)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    # else the file in which pytest captures it is a log, perhaps on a disk of its own
    monkeypatch.setattr("bot.app.own_checks.sys", SimpleNamespace(stderr=StringIO()))
    return size


def said(of: AppContext) -> list[tuple[str, str]]:
    return [(one.reason, one.text.partition("\n")[0]) for one in troubles(of)]


def troubles(of: AppContext) -> list[OwnTrouble]:
    return [one.trouble for one in own_checks(of) if one.trouble is not None]


def near(of: AppContext) -> list[tuple[str, bool]]:
    """All items without a trouble, and whether they are near to one."""
    checks = [one for one in own_checks(of) if one.trouble is None]
    return [(one.item.partition(" ")[0], one.is_near) for one in checks]


def test_of_a_healthy_machine_nothing_is_said(tmp_path: Path) -> None:
    of = machine(tmp_path, skew=20.0)
    assert said(of) == []
    assert near(of) == [("disk", False), ("clock", False), ("playbook", False)]


@pytest.mark.parametrize(("skew", "free"), [(30.0, 11), (-21.0, 10), (None, 11)])
def test_near_its_limit_a_machine_is_neither_well_nor_in_trouble(
    tmp_path: Path, disk: list[int], skew: float | None, free: int
) -> None:
    """Nor is a clock before it is measured: a process that has just begun ends no alert."""
    disk[1] = free
    assert near(machine(tmp_path, skew=skew)) == [("disk", True), ("clock", True), ("playbook", False)]


def test_a_disk_that_is_nearly_full(tmp_path: Path, disk: list[int]) -> None:
    disk[1] = 9
    [(reason, what)] = said(machine(tmp_path))
    assert reason == "server"
    assert what.endswith("is nearly full: 9.0 GB of 100.0 GB are free")


@pytest.mark.parametrize(("skew", "words"), [(31.0, "31 seconds ahead of"), (-90.0, "90 seconds behind")])
def test_a_clock_that_is_off(tmp_path: Path, skew: float, words: str) -> None:
    [(reason, what)] = said(machine(tmp_path, skew=skew))
    assert (reason, words in what) == ("server", True)


def test_a_playbook_that_is_refused_and_how_it_goes_on(tmp_path: Path) -> None:
    """While somebody develops each typing error would be one: then nobody is alerted."""
    for develops in (False, True):
        of = machine(tmp_path, develops=develops)
        of.reload.reports.why_refused = tr("bot.yaml:3: no such key"), tr("a start ends at once")
        found = troubles(of)
        assert len(found) == (not develops)
        for one in found:
            assert (one.reason, one.item) == ("playbook_refused", "playbook")
            assert one.text.splitlines()[:2] == [
                "a changed playbook is not taken over: bot.yaml:3: no such key",
                "Why it matters: the version before goes on answering; a start ends at once",
            ]


def test_a_published_version_that_cannot_be_read(tmp_path: Path) -> None:
    of = machine(tmp_path)
    of.reload.versions.trouble = "another playbook is live, 7: SECRET is not set here"
    [(reason, what)] = said(of)
    assert (reason, "SECRET is not set here" in what) == ("playbook_refused", True)


def test_a_simulator_says_nothing_of_somebodys_own_machine(tmp_path: Path, disk: list[int]) -> None:
    disk[1] = 1
    assert said(machine(tmp_path, skew=600.0, simulator=True)) == []
