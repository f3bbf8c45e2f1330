"""The documents of the language say what its tables say, and their examples are true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bot.operations.new_playbook import folder as new_folder
from bot.operations.new_playbook import starter as starter_files
from bot.playbook.load import load
from bot.playbook.read import read
from bot.playbook.shape import actions, conditions, messages, triggers
from bot.playbook.shape.schema import DEFINITIONS
from bot.playbook.shape.words import Word
from tests.documents.words import TABLES, unknown_notes
from tests.scenario.playing import holds, result

ROOT = Path(__file__).parent.parent.parent
ENGLISH = (ROOT / "docs" / "language.md").read_text("utf-8")
CHINESE = (ROOT / "docs" / "language.zh-TW.md").read_text("utf-8")
SEMANTICS = (ROOT / "docs" / "semantics.md").read_text("utf-8")

PART = re.compile(r"^#{1,2} (.+)$", re.MULTILINE)
WORD = re.compile(r"^#### `(\w+)` \((\d)\)\n(?:`([^`]+)`)?", re.MULTILINE)
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
PIECES = {
    "english": YAML.findall(ENGLISH),
    "chinese": [piece for piece in YAML.findall(CHINESE) if not piece.startswith("scenario:")],
}
"""The examples that are parts of a playbook: scenarios are played where their playbooks are."""
CODE = re.compile(r"`([^`\n]+)`")
HOLDS = re.compile(r"^ *(?:async )?def test_s(\d\d)_", re.MULTILINE)

HEAD = """\
bot: 森活選品
channels:
  main: {id: "@forest", channel_id: "1", channel_secret: abc}
"""


def parts(text: str) -> dict[str, str]:
    """The text under each heading of the first two levels."""
    pieces = PART.split(text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


ENGLISH_PARTS = parts(ENGLISH)


def test_notes_are_on_words_of_the_language() -> None:
    assert unknown_notes() == []


@pytest.mark.parametrize(
    ("part", "definition"),
    [
        ("4 Rules", "rule"),
        ("4 Rules", "flow rule"),
        ("Flow", "flow"),
        ("State", "state"),
        ("10 Rich menus", "rich menu"),
    ],
)
def test_every_key_stands_in_the_table_with_its_level(part: str, definition: str) -> None:
    told = {
        key: int(level)
        for row, level in re.findall(r"^\| (`\w+`.*?) \|.*\| (\d) \|$", ENGLISH_PARTS[part], re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    }
    words = DEFINITIONS[definition]["properties"]
    wanted = {key: word["level"] for key, word in words.items() if key not in actions.ACTING}
    assert {key: told.get(key) for key in wanted} == wanted


def test_every_comparison_stands_in_the_table_with_its_level() -> None:
    rows = re.findall(r"^\| ((?:`\w+` ?)+)\|.*\| (\d) \|$", ENGLISH_PARTS["Comparisons"], re.MULTILINE)
    told = {key: int(level) for keys, level in rows for key in re.findall(r"`(\w+)`", keys)}
    assert told == {key: word.level for key, word in conditions.COMPARISONS.items()}


AROUND: Mapping[str, str] = {
    "Messages": "rules:\n  - EXAMPLE\n    note: x\n",
    "News": "rules:\n  - EXAMPLE\n    note: x\n",
    "Times, as the start of a journey": (
        "flows:\n  f:\n    EXAMPLE\n    once_per: person\n    states: {a: {end: true}}\n"
    ),
    "Only in states": (
        "flows:\n  f:\n    states:\n"
        "      a:\n        rules:\n          - EXAMPLE\n            to: b\n      b: {end: true}\n"
    ),
    "6 Conditions": "rules:\n  - when: follow\n    EXAMPLE\n    note: x\n",
    "7 Actions": "rules:\n  - when: follow\n    EXAMPLE\n",
    "Kinds of cards": "cards: {x: EXAMPLE}\n",
    "Taps": "cards: {x: {text: 好, quick_replies: [EXAMPLE]}}\n",
    "11 Sections": "EXAMPLE\n",
}
"""Part of the document → a section of a playbook around an example of it."""


def wrapped(part: str, example: str) -> str:
    return AROUND[part].replace("EXAMPLE", example)


def examples() -> Iterator[tuple[str, str]]:
    for part in TABLES:
        for word, _, example in WORD.findall(ENGLISH_PARTS[part]):
            if example:
                yield f"{part}: {word}", wrapped(part, example)
    for name, pieces in PIECES.items():
        for number, piece in enumerate(pieces):
            yield f"{name} {number}", piece
    right = CHINESE.replace(parts(CHINESE)["最常踩到的坑"], "")
    for number, row in enumerate(re.findall(r"^\| `([a-z_]+: [^`]+)` \|", right, re.MULTILINE)):
        key = row.split(":")[0]
        if key in ("when", "if", *actions.ACTIONS):
            yield f"row {number}", wrapped(place_of_row(key, row), row)


def place_of_row(key: str, row: str) -> str:
    if key == "when":
        return "Times, as the start of a journey" if "days_before" in row else "Messages"
    return "6 Conditions" if key == "if" else "7 Actions"


EXAMPLES = dict(examples())


def test_nearly_every_word_has_an_example() -> None:
    words = sum(len(table) for table in TABLES.values())
    shown = sum(bool(example) for part in TABLES for _, _, example in WORD.findall(ENGLISH_PARTS[part]))
    assert words - shown == 2, "only `privacy` and `channels` are shown as blocks"


@pytest.mark.ring("all", "over the whole worked example")
def test_the_examples_are_true(tmp_path: Path) -> None:
    """Each is read without a mistake of syntax or shape."""
    for file in ("rules/first.yaml", "campaigns/summer.yaml"):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text("rules: [{when: follow, note: x}]\n", "utf-8")
    wrong = []
    for name, text in EXAMPLES.items():
        lines = HEAD.splitlines()
        head = "\n".join(line for line in lines if not text.startswith(line.split(":")[0] + ":"))
        if text.startswith("channels:"):
            head = "bot: 森活選品"
        (tmp_path / "bot.yaml").write_text(f"{head}\n{text}", "utf-8")
        found = [one for one in read(tmp_path, {}, unset="warning").problems if one.level == "error"]
        wrong += [f"{name}: {p.place} {p.message}" for p in found if p.code != "file-not-read"]
    assert not wrong, "\n".join(wrong)


PAGES = ("unknown-page", "liff-missing")


@pytest.mark.parametrize("piece", PIECES["chinese"], ids=lambda piece: piece.split(":")[0])
def test_a_marketer_may_paste_each_example_as_it_stands(tmp_path: Path, piece: str) -> None:
    """In a file of its own beside those of `oaflow new`; it misses nothing but pages, set up elsewhere."""
    new_folder.write(tmp_path, starter_files.files(starter_files.DEFAULTS["zh-TW"], "zh-TW"))
    for path in [*ROOT.glob("cards/*.png"), *ROOT.glob("cards/*.jpg"), ROOT / "rules" / "expo.csv"]:
        there = tmp_path / path.relative_to(ROOT)
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(path.read_bytes())
    (tmp_path / "rules" / "try.yaml").write_text(piece, "utf-8")
    found = [problem for problem in load(tmp_path, {}, unset="warning").problems if problem.level == "error"]
    assert [f"{p.place} {p.message}" for p in found if p.code not in PAGES] == []


def words_in(text: str) -> set[str]:
    """Everything that stands as code in a text."""
    code = " ".join([*CODE.findall(text), *YAML.findall(text)])
    return set(re.findall(r"[a-z_]+", code))


WORDS: Mapping[str, Mapping[str, Word]] = {
    "triggers": triggers.KINDS,
    "conditions": conditions.CONDITIONS,
    "comparisons": conditions.COMPARISONS,
    "actions": actions.ACTIONS,
    "cards": messages.KINDS,
    "taps": messages.DESTINATIONS,
}


@pytest.mark.parametrize("kind", WORDS)
def test_the_page_for_marketers_has_their_words(kind: str) -> None:
    """Level 1 in the first part, level 2 in the second."""
    first_day, first_month = CHINESE.split("\n# 第一個月\n")
    today, later = words_in(first_day), words_in(first_month)
    for key, word in WORDS[kind].items():
        if word.level == 1:
            assert key in today, key
        if word.level == 2:
            assert key in today | later, key


def test_the_page_for_marketers_tells_of_tags_that_staff_put_on(tmp_path: Path) -> None:
    """J1: its example runs, and without the word `check` misses an `add_tags`."""
    (example,) = (piece for piece in YAML.findall(CHINESE) if "團購主" in piece)
    playbook = f"{HEAD}\n{example}"
    scenario = """\
scenario: 客服貼上標籤，規則就知道
given: {now: 2026-09-01 14:00}
steps:
  - user: 團購
  - bot: 團購價由客服開通，請先輸入「找客服」。
  - staff: {add_tags: 團購主}
  - bot: 團購價已為您開通，輸入「團購」看本週商品。
  - user: 團購
  - bot: 本週團購：保濕精華 3 入 990 元。
  - staff: {remove_tags: 團購主}
  - contact: {tags_exactly: []}
  - cost: 1
"""
    played = result(playbook, scenario)
    assert played.problems == ()
    assert played.holds, played.failure
    (tmp_path / "bot.yaml").write_text(playbook.replace("added_by: staff, ", ""), "utf-8")
    missed = load(tmp_path, {}, unset="warning").problems
    assert "tag-never-added" in {problem.code for problem in missed}


BRANCHES = {"挑保養品": ("推薦旅行組:", "每個月的保養預算大約多少元？"), "預約": ("休診:", "想約哪一天呢？")}
"""What begins each example of a branch → what only this one has, and what it asks."""


@pytest.mark.parametrize(
    ("begun", "steps"),
    [
        ("挑保養品", ["user: 2999", "bot: 先從「晨露」旅行組開始吧！"]),
        ("挑保養品", ["user: 3000", "bot: 推薦您「晨露」禮盒！"]),
        ("預約", ["user: 12/5", "bot: 幫您約好 12/5 了。"]),
        ("預約", ["user: 12/6", "bot: 不好意思，那天休診。想換一天，請再輸入「預約」。"]),
        ("預約", ["user: 11/30", "bot: 請選明天起六十天內的日子，例如 12/1 或「下週三」。"]),
    ],
)
def test_the_page_for_marketers_tells_of_branches(begun: str, steps: Sequence[str]) -> None:
    """Both examples lead each person where their conditions say; 2026-12-06 is a Sunday."""
    marked, asked = BRANCHES[begun]
    (example,) = (piece for piece in YAML.findall(CHINESE) if marked in piece)
    holds(f"{HEAD}\n{example}", f"user: {begun}", f"bot: {asked}", *steps, given="{now: 2026-11-30 10:00}")


def test_the_page_for_marketers_leaves_the_engineers_words_out() -> None:
    theirs = {key for table in WORDS.values() for key, word in table.items() if word.level == 3}
    theirs -= {key for table in WORDS.values() for key, word in table.items() if word.level < 3}
    theirs -= {"clerk", "code", "result"}  # also words of a coupon
    theirs -= {"setting", "event", "unbind", "staff"}  # also a placeholder each, a page, who puts a tag on
    assert words_in(CHINESE) & theirs == set()


def test_each_rule_of_the_semantics_has_tests_by_its_number() -> None:
    """Called `test_s16_…`; scenarios stand below the rule."""
    pieces = re.split(r"^## (\d+) .+$", SEMANTICS, flags=re.MULTILINE)
    numbers = [int(number) for number in pieces[1::2]]
    assert numbers == list(range(1, 45))
    tests = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert {int(number) for text in tests for number in HOLDS.findall(text)} == set(numbers)
    for number, text in zip(numbers, pieces[2::2], strict=True):
        for name in CODE.findall(text.partition("\nScenarios: ")[2].partition("\n")[0]):
            assert (ROOT / "tests" / "scenarios" / f"{name}.yaml").is_file(), f"{number}: {name}"
