"""`oaflow members import`, and what `oaflow contact` does for people who are not on LINE yet. C7"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.with_table import Run, folder_with, runner

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque, shop: ours}}
shops: {ours: {platform: csv, file: list.csv, attributes: {points: 點數}}}
attributes: {points: {type: number, title: 點數}, skin: {type: text, title: 膚質}}
tags: {VIP: {added_by: staff}}
testers: ["@boss"]
rules:
  - {when: {text: 嗨}, reply: 哈囉}
"""
LIST = "會員編號,手機,姓名,點數,備註\nM7001,0955000111,王小美,12,x\nM7002,0955000222,李大華,,\n,,無名氏,,\n"


@pytest.fixture
def shop(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_with(tmp_path, data, monkeypatch, BOT, list=LIST)


@pytest.fixture
def run(shop: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def test_from_a_list_to_somebody_whom_staff_find_and_change(run: Run, shop: Path) -> None:
    dry = run("members", "import", str(shop), "--dry-run", code=1)
    assert dry.splitlines()[:2] == [
        "nothing was written; so it would be:",
        "2 new, 0 changed, 0 as before, 1 refused",
    ]
    assert dry.splitlines()[-1] == "to take them over, the same command without  --dry-run"
    assert "nobody is found" in run("contact", "find", "M7001", code=1)
    assert run("members", "import", "list.csv", code=1) == (
        "2 new, 0 changed, 0 as before, 1 refused\n"
        "line 4: has neither phone nor member number\n"
        'columns that nobody reads: "備註"\n'
    )
    told = json.loads(run("members", "import", str(shop), "--json", code=1))
    assert (told["new"], told["same"], told["refused"], told["unused"]) == (0, 2, 1, ["備註"])
    assert "第 4 行：沒有手機，也沒有會員編號" in run("members", "import", "--language", "zh-TW", code=1)

    [one] = json.loads(run("contact", "find", "0955 000 111", "--json"))["contacts"]
    assert (one["name"], one["member_no"], one["channels"], one["bound"]) == ("王小美", "M7001", [], [])
    who = one["contact"]
    for copied in ("\u202d0955000111\u202c", "M\u200b7001"):
        assert [
            found["contact"] for found in json.loads(run("contact", "find", copied, "--json"))["contacts"]
        ] == [who]
    assert who.startswith("M:")
    assert run("contact", "tag", "M7001", "VIP") == f"done: {who} is tagged VIP\n"
    assert run("contact", "set", who, "skin", "乾性") == f"done: {who} has skin: 乾性\n"
    assert "is what the shop says" in run("contact", "set", who, "points", "5", code=1, err=True)
    page = run("contact", "show", "0955000111")
    assert "點數): 12" in page
    assert "乾性" in page
    assert "VIP" in page
    assert "not on LINE" in page
    shown = json.loads(run("contact", "show", who, "--json"))
    assert [line["kind"] for line in shown["audit"]] == ["set", "tagged"]
    assert (shown["waiting"], shown["identities"]) == (0, [])
    assert run("contact", "untag", who, "VIP") == f"done: {who} is no longer tagged VIP\n"
    assert run("contact", "clear", who, "skin") == f"done: {who} has no skin any more\n"
    assert json.loads(run("contact", "show", who, "--json"))["tags"] == []
    assert "only somebody on LINE" in run("contact", "name", who, "@boss", code=1, err=True)
    assert "has no binding" in run("contact", "unbind", who, code=1, err=True)


def test_one_phone_of_two_people_is_told(run: Run, shop: Path) -> None:
    (shop / "two.csv").write_text("會員編號,手機\nM7101,0955000333\nM7102,0955000333\n", "utf-8")
    assert "line 3, taken: another person has this phone, too" in run("members", "import", "two.csv")
    several = run("contact", "show", "0955000333", code=1, err=True)
    assert "is 2 contacts: M:" in several
    assert len(json.loads(run("contact", "find", "0955000333", "--json"))["contacts"]) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere.csv"], "nowhere.csv"),
        (["a.csv", "b.csv"], "write one file, after the playbook"),
        (["--shop", "other", "list.csv"], 'no shop is called "other"; its shops are ours'),
        (["--channel", "outlet", "list.csv"], 'no channel is called "outlet"'),
    ],
)
def test_what_is_refused(run: Run, words: list[str], why: str) -> None:
    code = 2 if "a.csv" in words else 1
    assert why in run("members", "import", *words, code=code, err=True)


def test_whose_list_it_is_is_asked_where_there_are_several_shops(run: Run, shop: Path) -> None:
    several = BOT.replace("shops: {ours:", "shops: {other: {platform: csv}, ours:")
    (shop / "bot.yaml").write_text(several, "utf-8")
    asked = run("members", "import", "list.csv", code=1, err=True)
    assert asked == (
        'oaflow: say whose list this is: the playbook has the shops "other", "ours": add  --shop NAME\n'
    )
    assert "name a file" in run("members", "import", "--shop", "other", code=1, err=True)


def test_what_else_a_list_needs_names_its_option(run: Run, shop: Path) -> None:
    """LINE accounts where there are several channels, and columns of a shop that nobody has named."""
    outlet = ', outlet: {id: o, channel_id: "1235", channel_secret: opaque}'
    (shop / "line.csv").write_text(f"line_id,姓名\nU{'0' * 32},小美\n", "utf-8")
    (shop / "bot.yaml").write_text(BOT.replace(", shop: ours}}", f"}}{outlet}}}"), "utf-8")
    asked = run("members", "import", "line.csv", code=1, err=True)
    assert "on which channel they are: add  --channel NAME" in asked
    several = BOT.replace("shops: {ours:", "shops: {other: {platform: csv}, ours:")
    (shop / "bot.yaml").write_text(several, "utf-8")
    asked = run("members", "import", "--shop", "other", "list.csv", code=1, err=True)
    assert "or say whose list this is: add  --shop NAME" in asked


def test_the_header_that_is_advised_in_chinese_is_one_that_is_read(run: Run, shop: Path) -> None:
    (shop / "list.csv").write_text("甲,乙\n1,2\n", "utf-8")
    said = run("members", "import", "--language", "zh-TW", code=1, err=True)
    advised = said.partition("請寫  ")[2].strip()
    (shop / "list.csv").write_text(f"{advised}\nM1,0955000111,小美,a@b.tw,1990-05-01,是,VIP\n", "utf-8")
    assert run("members", "import", "--dry-run").splitlines()[1] == "1 new, 0 changed, 0 as before, 0 refused"
    assert "nobody reads" not in run("members", "import", "--dry-run")


def test_a_file_of_a_japanese_system_is_read_as_it_is(run: Run, shop: Path) -> None:
    """M2: L Step saves Shift-JIS; the command says that it takes the file for that, and is told otherwise."""
    (shop / "lstep.csv").write_bytes("member_no,姓名,手機\nM9,髙橋 はなこ,0955000999\n".encode("cp932"))
    said = run("members", "import", "lstep.csv", err=True)
    assert "lstep.csv is read as Shift-JIS (Japanese); if that is wrong:  --encoding big5" in said
    [one] = json.loads(run("contact", "find", "M9", "--json"))["contacts"]
    assert one["name"] == "髙橋 はなこ"
    assert run("members", "import", "lstep.csv", "--encoding", "shift-jis", err=True) == ""
    wrong = run("members", "import", "lstep.csv", "--encoding", "utf-8", code=1, err=True)
    assert "cannot be read as UTF-8" in wrong
