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
from tests.cli.commands import Run
from tests.cli.oaflow import Terminal
from tests.cli.people import AMY, EVE, PHONE


def certified(run: Run, *words: str) -> dict[str, Any]:
    """What `erase` tells programs."""
    told: dict[str, Any] = json.loads(run("contact", "erase", *words, "--yes", "--json").out)
    return told


def test_somebody_is_erased_and_certified(people: Path, run: Run) -> None:
    told = certified(run, PHONE, "--channel", "main", "--certificate", "amy.html")
    assert (told["state"], told["menu"], told["lists"]) == ("done", "none", [])
    assert told["counts"]["contacts"] == 2, "who was merged into her, too"
    assert {"timeline", "deadletters"} <= told["counts"].keys()
    assert [one["version"] for one in told["consents"]] == ["2026-08"]
    page = Path("amy.html").read_text("utf-8")
    assert told["number"] in page
    assert not any(mark in page for mark in (AMY.id, "王小美", PHONE, "M1001", "amy@"))
    run("contact", "show", AMY.id, code=1)
    again = json.loads(run("contact", "certificate", told["number"].lower(), "--json").out)
    assert again == {name: value for name, value in told.items() if name != "lists"}
    [line] = json.loads(run("audit", "--kind", "erased", "--json").out)["entries"]
    assert (line["about"], line["after"]) == ("1 person", told["number"])


def test_it_is_asked_before_and_refused_without_the_right_number(
    people: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "add  --yes" in run("contact", "erase", EVE.id, code=1).err
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    assert "nobody was erased" in run("contact", "erase", EVE.id, code=1).err
    run("contact", "show", EVE.id)
    monkeypatch.setattr(sys, "stdin", Terminal("2\n"))  # and that she was looked at
    said = run("contact", "erase", EVE.id, "--language", "zh-TW")
    assert "個人檔案" in said.err
    assert "證明編號" in said.out
    run("contact", "show", EVE.id, code=1)


def test_a_list_erases_each_once_and_names_the_lines_that_name_nobody(people: Path, run: Run) -> None:
    Path("gone.csv").write_text("member_no\nM1001\nmain:U5\n0900000000\nM1001\n", "utf-8")
    told = json.loads(run("contact", "erase", "--list", "gone.csv", "--yes", "--json", code=1).out)
    assert [one["line"] for one in told["erased"]] == [2, 3]
    assert [one["line"] for one in told["unknown"]] == [4]
    assert "0900000000" not in json.dumps(told)
    numbers = [one["number"] for one in told["erased"]]
    table = Path("gone.csv.certificates.csv")
    assert [text.split(",")[1:] for text in table.read_text("utf-8").splitlines()] == [
        ["line", "certificate"],
        *(["2", numbers[0]], ["3", numbers[1]]),
    ]
    run("contact", "erase", "M1001", "--list", "gone.csv", code=2)
    run("contact", "erase", "--list", "none.csv", "--yes", code=1)


def test_the_numbers_of_a_list_are_on_the_disk_before_anybody_is_erased(
    people: Path, run: Run, monkeypatch: pytest.MonkeyPatch
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
    run(*words)
    assert len(table.read_text("utf-8").splitlines()) == 3
    run("contact", "certificate", table.read_text("utf-8").split(",")[-1].strip())
    run(*words[:-1], "none/here.csv", code=1)


def test_lists_of_the_playbook_are_named_of_a_list_of_people_too(people: Path, run: Run) -> None:
    """By the command with their lines, on the certificate by their files (J2)."""
    text = "audiences: {展場名單: {csv: expo.csv, column: phone}}\n"
    text += "rules: [{when: {text: 展場名單}, if: {audience: 展場名單}, reply: 您好}]\n"
    (people / "rules").mkdir()
    (people / "rules" / "expo.yaml").write_text(text, "utf-8")
    (people / "expo.csv").write_text(f"phone\n{PHONE}\n", "utf-8")
    try:
        Path("gone.csv").write_text(f"{AMY.id}\n", "utf-8")
        [told] = json.loads(run("contact", "erase", "--list", "gone.csv", "--yes", "--json").out)["erased"]
        assert told["lists"] == [{"audience": "展場名單", "file": "expo.csv", "line": 2}]
    finally:
        rmtree(people / "rules")
    said = run("contact", "certificate", told["number"], "--json")
    assert json.loads(said.out)["on_lists"] == ["expo.csv"]


def test_a_table_that_does_not_say_who_is_meant_erases_nobody(people: Path, run: Run) -> None:
    """Numbers of lines in a first column are nobody's member numbers."""
    Path("gone.csv").write_text("No.,who\n1,M1001\n", "utf-8")
    said = run("contact", "erase", "--list", "gone.csv", "--yes", code=1)
    assert "the first line has to name the column" in said.err
    Path("gone.csv").write_text("No.,member_no\n1,M1001\n", "utf-8")
    run("contact", "erase", "--list", "gone.csv", "--yes")
    run("contact", "show", "M1001", code=1)


def test_a_list_of_which_a_line_cannot_be_read_erases_nobody(people: Path, run: Run) -> None:
    """Whoever stands in that line would stay, and nobody would know of it."""
    for text, why in (
        (f'phone,name\n{PHONE},"Amy\n0900000000,Bo\n', "line 2: a quotation mark"),
        (f"phone,name\n{PHONE},Amy,x\n", "line 2: there are more cells"),
        ('"phone\n0900000000\n', "line 1: a quotation mark"),
    ):
        Path("gone.csv").write_text(text, "utf-8")
        assert why in run("contact", "erase", "--list", "gone.csv", "--yes", code=1).err
    run("contact", "show", AMY.id)


def test_a_phone_in_a_list_is_read_without_what_nobody_sees(people: Path, run: Run) -> None:
    """As iOS' contacts copy it, and as a spreadsheet keeps it as text."""
    local = f"0{PHONE.removeprefix('+886')}"
    for cell in (
        f"\u202d{local}\u202c",
        f"{local}\u200b",
        f'''="{local}"''',
        f"\u2066{local[:4]}-{local[4:]}\u2069",
    ):
        Path("gone.csv").write_text(f"phone\n{cell}\n", "utf-8")
        said = run("contact", "erase", "--list", "gone.csv", "--json", code=1)
        assert "add  --yes" in said.err, cell


def test_a_certificate_that_cannot_be_written_erases_nobody(people: Path, run: Run) -> None:
    said = run("contact", "erase", "M1001", "--yes", "--certificate", "none/here.html", code=1)
    assert "none/here.html" in said.err
    run("contact", "show", "M1001")


def test_who_shares_a_phone_stays(people: Path, run: Run) -> None:
    certified(run, AMY.id)
    run("contact", "show", "outlet:U2")


@pytest.mark.parametrize("words", [["erase"], ["certificate", "AAAA-BBBB-CCCC"]])
def test_who_is_not_there_is_refused(people: Path, words: list[str]) -> None:
    assert main(["contact", *words]) == 1
