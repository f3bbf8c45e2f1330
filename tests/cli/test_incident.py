"""`oaflow incident`: whose data and which kinds were touched in a period, to inform them (J4)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.cli.operator import commander
from tests.cli.commands import Run
from tests.cli.people import AMY, BOB, CAT, DAN, EVE
from tests.conftest import NOW

ACTOR = commander()


def incident(run: Run, *words: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The numbers, and the people."""
    numbers, *people = map(json.loads, run("incident", *words, "--json").out.splitlines())
    return numbers, people


def test_all_that_ran_by_person(people: Path, run: Run) -> None:
    """J4: who had a turn in the period, with all that is stored of them; nobody of before or after."""
    day = f"{NOW - timedelta(days=1):%Y-%m-%d}"
    numbers, found = incident(run, "--from", day, "--to", f"{NOW + timedelta(days=1):%Y-%m-%d}")
    assert {one["contact"]: one["kinds"] for one in found} == {
        AMY.id: ["line", "phone", "email", "member", "profile", "history", "conversation"],
        BOB.id: ["line", "phone", "profile", "history", "conversation"],
        CAT.id: ["line", "profile", "history"],
    }
    amy = next(one for one in found if one["contact"] == AMY.id)
    assert (amy["name"], amy["touches"], amy["certain"]) == ("王小美", ["processed"], True)
    assert amy["accounts"] == [f"{one.channel}:{one.user}" for one in AMY.identities]
    assert amy["first"] == (NOW - timedelta(minutes=2)).isoformat()
    assert amy["last"] == (NOW + timedelta(minutes=1)).isoformat()
    figures = numbers["figures"]
    assert [figures[name] for name in ("people", "sure", "possible", "erased")] == [3, 3, 0, 0]
    assert figures["kinds"]["phone"] == 2
    assert figures["touches"] == {"processed": 3}
    assert any("everybody is concerned" in one for one in numbers["unknown"])
    _, later = incident(run, "--from", (NOW + timedelta(minutes=2)).isoformat(), "--to", "9999-12-31")
    assert [one["contact"] for one in later] == [CAT.id]


def test_what_somebody_did_by_commands(people: Path, run: Run) -> None:
    """J4: looks and exports are recorded, each with its kinds; who looks again is one line."""
    run("contact", "show", EVE.id)
    run("contact", "show", EVE.id)
    run("contact", "show", CAT.id, "--conversation")
    run("contact", "show", DAN.id, "--reveal")
    run("contact", "tag", BOB.id, "VIP")
    user = ACTOR.removeprefix("command:")
    for name in (user, ACTOR):
        numbers, found = incident(run, "--from", "2026-01-01", "--by", name)
        assert {one["contact"]: (one["touches"], one["kinds"]) for one in found} == {
            EVE.id: (["looked_at"], ["line", "masked", "profile", "history"]),
            CAT.id: (["looked_at"], ["line", "conversation"]),
            DAN.id: (["looked_at"], ["line", "member", "profile", "history"]),
            BOB.id: (["changed"], ["line", "masked", "profile"]),
        }
        assert numbers["actors"] == [ACTOR]
        assert any("keys beside oaflow" in one for one in numbers["unknown"])
    assert json.loads(run("contact", "show", EVE.id, "--json").out)["audit"] == [], "no news of the person"


def test_a_table_to_inform_them(people: Path, tmp_path: Path, run: Run) -> None:
    """J4: everybody of a copied database, with how to reach them; the file is its owner's, never replaced."""
    file = tmp_path / "all.csv"
    out = run("incident", "--all-data", "--csv", str(file), "--language", "en").out
    assert "6 people are concerned: 6 surely" in out
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = {row["contact"]: row for row in csv.DictReader(opened)}
    assert rows[AMY.id]["phone"] == '="0912345678"', "no spreadsheet takes its zero"
    assert rows[AMY.id]["email"] == "amy@forest.example"
    assert len(rows) == 6
    assert "is there already" in run("incident", "--all-data", "--csv", str(file), code=1).err
    said = run("audit", "--kind", "incident_listed", "--json")
    assert [(one["about"], one["after"]) for one in json.loads(said.out)["entries"]] == [("all data", "6")]


def test_who_is_erased_since_has_a_number_only(people: Path, run: Run) -> None:
    """J4: without the erased data."""
    run("contact", "show", EVE.id, "--reveal")
    run("contact", "erase", EVE.id, "--yes", "--json")
    numbers, found = incident(run, "--from", "2026-01-01", "--by", ACTOR)
    erased = [one for one in found if one["certificate"]]
    assert [(one["contact"], one["name"], one["accounts"]) for one in erased] == [("", None, [])]
    assert numbers["figures"]["erased"] == 1
    run("contact", "certificate", erased[0]["certificate"])


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "say since when"),
        (("--from", "2026-11-21", "--to", "2026-11-20"), 2, "--from is not before --to"),
        (("--from", "2026-11-20", "--by", "nobody"), 1, "no account is called"),
        (("--from", "soon"), 2, "is no moment like"),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...], code: int, why: str, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(lambda: main(["incident", *words, "--language", "en"])) == code
    assert why in capsys.readouterr().err


def exit_code(command: Callable[[], int]) -> object:
    """Also where argparse ends it."""
    try:
        return command()
    except SystemExit as error:
        return error.code
