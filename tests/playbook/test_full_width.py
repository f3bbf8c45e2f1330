"""Full-width signs in the place of YAML's own: read as those, with one warning; texts of people stay. L1"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.autofix.edits import applied
from bot.playbook.canonical.long import long_yaml
from bot.playbook.load import Loaded
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.full_width import half_width
from bot.playbook.syntax.nodes import List, Map, Scalar
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from tests.playbook.corpus import Case, cases, edited, found

ROOT = Path(__file__).parents[2]
CODE = "full-width-sign"
READ = [
    case
    for case in cases()
    if any(f" {CODE} warning ->" in one for one in case.findings)
    and not any(one.level == "error" for one in found(case).problems)
]
"""Playbooks whose only faults are signs that are read."""


def long(loaded: Loaded) -> str:
    return long_yaml(loaded.document.root)


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_a_file_is_read_as_its_repair_writes_it(case: Case) -> None:
    """The law: the same long form and version, and after the repair nothing of it is left to say."""
    loaded = edited(case.path, {})
    [warning] = [one for one in loaded.problems if one.code == CODE]
    name = warning.place.file
    repaired = edited(case.path, {name: applied(loaded.document.files[name].text, warning.repair)})
    assert long(loaded) == long(repaired)
    assert loaded.playbook is not None
    assert repaired.playbook is not None
    assert loaded.playbook.version == repaired.playbook.version
    assert CODE not in {one.code for one in repaired.problems}


def test_most_of_the_corpus_of_such_signs_is_read() -> None:
    assert len(READ) > 40


@pytest.mark.parametrize(
    "text",
    [
        "reply: 你好，歡迎：十點",
        "reply: 時間：十點",
        "reply: [您好，歡迎光臨, 第二則]",
        "reply: [您好，歡迎光臨]",
        "reply: ［公告］全館 85 折",
        "reply: 「您好」",
        "reply: |\n  時間：十點\n  　　電話：02\n  name：您的",
        "reply: >-\n  “好”",
        "reply: 　好",
        'reply: "［一，二］：“好”"',
        "reply: '說：“好，｛一｝”'",
        "rules:\n  - when: {text: 您好，請問有人在嗎？}\n    reply: “一”、“二”",
        "rules:\n  - when: {text: [營業時間，幾點開, 打烊]}\n    reply: 好",
        "rules:\n  - when: {text: [我想要預約下週三的時間，幾點有空]}\n    reply: 好",
        "reply: 請填\n  name：您的名字",
        "reply: 見 https：//forest.example",
        "# reply：好\nreply: 好  # text：［一］",
        "reply: {text: 您好，時間：十點, quick_replies: [一, 二]}",
        "reply: “好”嗎",
        'reply: "他說：“好”，\n  走了"',
    ],
)
def test_what_people_read_stays_as_it_is(text: str) -> None:
    assert half_width(text, KEYS).text == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("reply：好", "reply: 好"),
        ("reply ： 好，十點：二十", "reply : 好，十點：二十"),
        ("reply:　好", "reply: 好"),
        ("reply　：好", "reply: 好"),
        ("reply：“好”", 'reply: "好"'),
        ('reply: "好”', 'reply: "好"'),
        ("do:\n  - text： 營業時間", "do:\n  - text: 營業時間"),
        ("rules:\n  - when: {text: [甲，乙]}", "rules:\n  - when: {text: [甲, 乙]}"),
        ("rules:\n　- when： ｛text：茶｝\n　　reply：好", "rules:\n  - when: {text: 茶}\n    reply: 好"),
        ("rules:\n  － when: follow\n    reply: 好", "rules:\n  - when: follow\n    reply: 好"),
        ("flows:\n  quiz:\n    states:\n      問：\n        ask：一？", None),
        ("rules: [{when: {text: 茶}，reply: 好}]", "rules: [{when: {text: 茶}, reply: 好}]"),
        (
            "rules: [\n  {when: {text：茶},\n   reply：好｝\n]",
            "rules: [\n  {when: {text: 茶},\n   reply: 好}\n]",
        ),
        ("reply: ｜\n  好\n  喂", "reply: |\n  好\n  喂"),
        ("reply：|\n　　好\n　　喂", "reply: |\n    好\n    喂"),
        ("next: {茶：完, 咖啡：完}", "next: {茶: 完, 咖啡: 完}"),
        ("testers: [“小美”，“阿明”]", 'testers: ["小美", "阿明"]'),
    ],
)
def test_what_stands_in_the_place_of_syntax_is_read(written: str, read: str | None) -> None:
    if read is None:
        read = written.replace("：", ": ").replace(": \n", ":\n")
    half = half_width(written, KEYS)
    assert half.text == read
    assert half_width(read, KEYS).signs == ()


def test_places_are_those_of_the_file_as_written(tmp_path: Path) -> None:
    """A space that is read behind a colon moves nothing: columns count what stands in the file."""
    lines = [
        "bot: 森活選品",
        "rules：",
        "  - {when：{text：茶，replay：嗨}，repply: 好}",
        "  - {when: {text：茶}，reply：[“一”，{imge: a.png}]}",
    ]
    (tmp_path / "bot.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    loaded = edited(tmp_path, {})
    shown = {
        lines[one.place.line - 1][one.place.column - 1 :][: one.width]
        for one in loaded.problems
        if one.level == "error" and one.place.line > 2
    }
    assert {"repply", "imge"} <= shown
    warning = next(one for one in loaded.problems if one.code == CODE)
    assert (warning.place.line, warning.place.column) == (2, 6)


def test_offsets_of_texts_are_those_of_the_file() -> None:
    text = "rules：\n  - {when：　{text：茶}，reply：“您好”}\n"
    match parsed(SourceFile("bot.yaml", text)).root:
        case Map(pairs={"rules": (_, List(items=[Map(pairs={"reply": (key, Scalar() as reply)})]))}):
            pass
        case other:
            pytest.fail(f"not read as rules with a reply: {other}")
    assert text[key.start : key.end] == "reply"
    assert (text[reply.start : reply.end], reply.value) == ("“您好”", "您好")
    assert reply.column == text.split("\n")[1].index("“") + 1


def test_each_file_has_one_warning_with_the_number_of_signs(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "bot.yaml").write_text("bot： 森活\n", "utf-8")
    (tmp_path / "rules/a.yaml").write_text(
        "rules:\n  - when：{text：茶}\n    reply：好，時間：十點\n", "utf-8"
    )
    warnings = [one for one in edited(tmp_path, {}).problems if one.code == CODE]
    assert [str(one.place) for one in warnings] == ["bot.yaml:1:4", "rules/a.yaml:2:9"]
    assert [dict(one.message.values).get("many") for one in warnings] == [None, 3]
    assert all(one.level == "warning" and one.repair for one in warnings)


def test_no_secret_stands_in_a_repair_or_is_shown(tmp_path: Path) -> None:
    keys = "channel_id： '1'，channel_secret： “s3cr3ts3cr3t”，access_token：t0k3nt0k3n"
    (tmp_path / "bot.yaml").write_text(f"bot: 森活\nchannels:\n  main: {{id： a，{keys}}}\n", "utf-8")
    loaded = edited(tmp_path, {})
    assert "s3cr3t" not in loaded.sources["bot.yaml"]
    assert "t0k3n" not in loaded.sources["bot.yaml"]
    edits = [edit.text for one in loaded.problems for edit in one.repair]
    assert edits
    assert not any("s3cr3t" in one or "t0k3n" in one for one in edits)


ORDINARY = sorted(
    path
    for folder in ("bot.yaml", "cards", "flows", "rules", "tests/playbook/ok", "tests/playbook/every_word")
    for path in ([ROOT / folder] if folder.endswith(".yaml") else (ROOT / folder).rglob("*.yaml"))
)


def test_nothing_of_an_ordinary_playbook_is_read_otherwise() -> None:
    assert len(ORDINARY) > 20
    assert [path for path in ORDINARY if half_width(path.read_text("utf-8"), KEYS).signs] == []
