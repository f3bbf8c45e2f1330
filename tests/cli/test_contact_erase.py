"""`oaflow contact erase` and `certificate`: what is said, asked, done, and written down. J2, J4"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from bot.cli.main import main
from bot.store.contacts.erasures import Erasures
from tests.cli.people import AMY, EVE, PHONE, folder, people
from tests.cli.test_contact_change import Terminal

__all__ = ["folder", "people"]


def certified(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """What `erase` tells programs."""
    capsys.readouterr()
    assert main(["contact", "erase", *words, "--yes", "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_somebody_is_erased_and_certified(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = certified(capsys, PHONE, "--channel", "main", "--certificate", "amy.html")
    assert (told["state"], told["menu"], told["lists"]) == ("done", "none", [])
    assert told["counts"]["contacts"] == 2, "who was merged into her, too"
    assert {"timeline", "deadletters"} <= told["counts"].keys()
    assert [one["version"] for one in told["consents"]] == ["2026-08"]
    page = Path("amy.html").read_text("utf-8")
    assert told["number"] in page
    assert not any(mark in page for mark in (AMY.id, "王小美", PHONE, "M1001", "amy@"))
    assert main(["contact", "show", AMY.id]) == 1
    assert main(["contact", "certificate", told["number"].lower(), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again == {name: value for name, value in told.items() if name != "lists"}
    assert main(["audit", "--kind", "erased", "--json"]) == 0
    [line] = json.loads(capsys.readouterr().out)
    assert (line["about"], line["after"]) == ("1", told["number"])


def test_it_is_asked_before_and_refused_without_the_right_number(
    people: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["contact", "erase", EVE.id]) == 1
    assert "add  --yes" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    assert main(["contact", "erase", EVE.id]) == 1
    assert "nobody was erased" in capsys.readouterr().err
    assert main(["contact", "show", EVE.id]) == 0
    monkeypatch.setattr(sys, "stdin", Terminal("2\n"))  # and that she was looked at
    assert main(["contact", "erase", EVE.id, "--language", "zh-TW"]) == 0
    said = capsys.readouterr()
    assert "個人檔案" in said.err
    assert "證明編號" in said.out
    assert main(["contact", "show", EVE.id]) == 1


def test_a_list_erases_each_once_and_names_the_lines_that_name_nobody(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("gone.csv").write_text("member_no\nM1001\nmain:U5\n0900000000\nM1001\n", "utf-8")
    assert main(["contact", "erase", "--list", "gone.csv", "--yes", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["line"] for one in told["erased"]] == [2, 3]
    assert [one["line"] for one in told["unknown"]] == [4]
    assert "0900000000" not in json.dumps(told)
    numbers = [one["number"] for one in told["erased"]]
    table = Path("gone.csv.certificates.csv")
    assert [text.split(",")[1:] for text in table.read_text("utf-8").splitlines()] == [
        ["line", "certificate"],
        *(["2", numbers[0]], ["3", numbers[1]]),
    ]
    assert main(["contact", "erase", "M1001", "--list", "gone.csv"]) == 2
    assert main(["contact", "erase", "--list", "none.csv", "--yes"]) == 1


def test_the_numbers_of_a_list_are_on_the_disk_before_anybody_is_erased(
    people: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash at the first write of all loses none; the next run writes behind."""
    Path("gone.csv").write_text("main:U5\n", "utf-8")
    table = Path("numbers.csv")
    words = ["contact", "erase", "--list", "gone.csv", "--yes", "--certificate", str(table)]
    with monkeypatch.context() as patch:

        async def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(Erasures, "begin", killed)
        with pytest.raises(KeyboardInterrupt):
            main(words)
    assert len(table.read_text("utf-8").splitlines()) == 2
    assert main(words) == 0
    assert len(table.read_text("utf-8").splitlines()) == 3
    assert main(["contact", "certificate", table.read_text("utf-8").split(",")[-1].strip()]) == 0
    assert main([*words[:-1], "none/here.csv"]) == 1


def test_lists_of_the_playbook_are_named_of_a_list_of_people_too(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command with their lines, on the certificate by their files (J2)."""
    text = "audiences: {展場名單: {csv: expo.csv, column: phone}}\n"
    text += "rules: [{when: {text: 展場名單}, if: {audience: 展場名單}, reply: 您好}]\n"
    (people / "rules").mkdir()
    (people / "rules" / "expo.yaml").write_text(text, "utf-8")
    (people / "expo.csv").write_text(f"phone\n{PHONE}\n", "utf-8")
    try:
        Path("gone.csv").write_text(f"{AMY.id}\n", "utf-8")
        assert main(["contact", "erase", "--list", "gone.csv", "--yes", "--json"]) == 0
        [told] = json.loads(capsys.readouterr().out)["erased"]
        assert told["lists"] == [{"audience": "展場名單", "file": "expo.csv", "line": 2}]
    finally:
        rmtree(people / "rules")
    assert main(["contact", "certificate", told["number"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["on_lists"] == ["expo.csv"]


def test_a_table_that_does_not_say_who_is_meant_erases_nobody(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers of lines in a first column are nobody's member numbers."""
    Path("gone.csv").write_text("No.,who\n1,M1001\n", "utf-8")
    assert main(["contact", "erase", "--list", "gone.csv", "--yes"]) == 1
    assert "the first line has to name the column" in capsys.readouterr().err
    Path("gone.csv").write_text("No.,member_no\n1,M1001\n", "utf-8")
    assert main(["contact", "erase", "--list", "gone.csv", "--yes"]) == 0
    assert main(["contact", "show", "M1001"]) == 1


def test_a_certificate_that_cannot_be_written_erases_nobody(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contact", "erase", "M1001", "--yes", "--certificate", "none/here.html"]) == 1
    assert "none/here.html" in capsys.readouterr().err
    assert main(["contact", "show", "M1001"]) == 0


def test_who_shares_a_phone_stays(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certified(capsys, AMY.id)
    assert main(["contact", "show", "outlet:U2"]) == 0


@pytest.mark.parametrize("words", [["erase"], ["certificate", "AAAA-BBBB-CCCC"]])
def test_who_is_not_there_is_refused(people: Path, words: list[str]) -> None:
    assert main(["contact", *words]) == 1
