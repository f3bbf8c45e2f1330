"""No repair loses what was written: not a word, not an action, nothing goes into a comment. L1"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from bot.model.problem import Problem
from bot.playbook.autofix.content import loses
from bot.playbook.autofix.draft import Draft
from bot.playbook.autofix.edits import applied
from bot.playbook.autofix.offers import with_offers
from bot.playbook.autofix.slips import with_repairs
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.syntax.full_width import full_width_signs, half_width
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from tests.playbook.corpus import cases, edited, found
from tests.playbook.made_slips import Slipped, content, pieces, slipped, words

QUICK, DEEP, SHARE = 1_000, 100_000, 500
"""Slips that are tried in each run and in the deep one, and those of one test."""


def repaired(of: Slipped) -> Iterator[tuple[Problem, str]]:
    """Each offered repair, and the text with it, as YAML reads it."""
    source = SourceFile("rules.yaml", of.text)
    problems = with_repairs(source, Draft.of(source, PLAYBOOK).problems(), PLAYBOOK)
    for one in with_offers(source, [*full_width_signs(source, parsed(source).signs), *problems], PLAYBOOK):
        if one.repair:
            yield one, half_width(applied(of.text, one.repair), PLAYBOOK.keys).text


def alike(one: str, other: str) -> int:
    """How many characters they begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def is_another_word(before: str, after: str) -> bool:
    """Whether one word of letters stands in the place of another, and all else is as it was."""
    first = alike(before, after)
    last = alike(before[first:][::-1], after[first:][::-1])
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    return (old + new).isalpha()


def lost(of: Slipped, problem: Problem, after: str) -> str:
    """What of the content is not there any more; nothing where it is a part of the name that was replaced."""
    if is_another_word(of.text, after):
        return ""
    old, new = of.meant, content(after)
    first = alike(old, new)
    last = alike(old[first:][::-1], new[first:][::-1])
    gone = old[first : len(old) - last]
    line = of.text.split("\n")[problem.place.line - 1]
    return "" if any(gone in words(word) for word in line.split()) else gone


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(
            range(n, n + SHARE),
            marks=[pytest.mark.ring("soak" if n >= QUICK else "all", "more of the same")] if n else [],
            id=str(n),
        )
        for n in range(0, DEEP, SHARE)
    ],
)
def test_no_repair_of_a_slip_loses_content(seeds: range) -> None:
    wrong, looked_at = [], 0
    for seed in seeds:
        made = slipped(seed)
        for problem, after in repaired(made):
            try:
                gone = lost(made, problem, after)
            except yaml.YAMLError:  # of two slips, one is left: nothing is to be compared yet
                continue
            looked_at += 1
            if gone:
                wrong.append(
                    f"seed {seed}, {made.done}, {problem.place}: lost {gone!r}:\n{made.text}\n{after}"
                )
    assert not wrong, "\n\n".join(wrong)
    assert looked_at > len(seeds) // 5


def test_the_pieces_are_right_and_many() -> None:
    assert len(pieces()) > 300
    assert all(words(one) for one in pieces())


@pytest.mark.ring("all", "the whole corpus of mistakes")
def test_no_repair_of_the_wrong_playbooks_loses_content() -> None:
    """By the words of the whole file, comments among them: they stay in their order, but for the one name."""
    wrong = []
    for case in cases():
        for problem in found(case).problems if case.is_repaired else ():
            before = found(case).files[problem.place.file].text
            after, line = applied(before, problem.repair), problem.place.line
            same = words(before) == words(after)
            head, tail = before.split("\n")[: line - 1], before.split("\n")[line:]
            one_line = after.split("\n")[: line - 1] == head and after.split("\n")[-len(tail) :] == tail
            if not (same or one_line) or after.count(" #") > before.count(" #"):
                wrong.append(f"{case.name}: {problem.place}\n{after}")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("line", ["end: true, 結束: {end: true}", "end: true, title: 道謝"])
def test_an_entry_behind_a_value_is_no_part_of_it(line: str) -> None:
    """`true` alone was written in the place of both; found by seeds 12632, 21075 and 26871."""
    kept = f"flows:\n  a:\n    states:\n      b:\n        {line}\n"
    for problem, after in repaired(Slipped(kept, [True] * len(kept), [])):
        assert "end: true" in after, problem
        assert line.split(", ")[1] in after, problem


CUT = """\
bot: 測試店
channels:
  main: {id: "@t", channel_id: "1", channel_secret: "s", access_token: "t"}
rules:
  - {when: {text: 樓層}, do: [{reply: 專櫃在 # 3 樓}, {reply: 謝謝}]}
"""


def test_a_text_with_a_hash_between_brackets_is_not_cut(tmp_path: Path) -> None:
    """cases/comment_cuts: the second action was gone, and then there were "no mistakes"."""
    (tmp_path / "bot.yaml").write_text(CUT, "utf-8")
    [problem] = [one for one in edited(tmp_path, {}).problems if one.level == "error"]
    assert problem.place.line == 5
    after = applied(CUT, problem.repair)
    assert "{reply: 謝謝}" in after
    assert "}]}  #" not in after


BRACKETS = "rules:\n  - {when: follow, reply: 三樓 # 專櫃}\n"


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        (BRACKETS, BRACKETS.replace("三樓 #", "三樓}  #"), True),
        (BRACKETS, BRACKETS.replace("三樓 # 專櫃", '"三樓 # 專櫃"'), False),
        ("a: [b,\n  # 好\n  c]\n", "a: [b,\n  # 好\n  c,]\n", False),
        ("a: b  # 好\n", "a: b\n", True),
        ("a: b  # 好\n", 'a: "b"  # 好\n', False),
        ("a: b # 好\n", 'a: "b # 好"\n', True),
        ("a: 好 #hi\n", 'a: "好 #hi"\n', False),
        ('a: "好 # b"\n', "a: 好 # b\n", True),
        ("a: 10:30\n", "a: 10 30\n", True),
        ("a：１０：３０\n", "a: 10:30\n", False),
        ("a: |\n  # 好\n", "a: |\n# 好\n", True),
        ("a: 好\n", "a: 嗨\n", True),
        ("a: ${B: # c}\n", "a: ${B:}  # c}\n", True),
        ('a: "b\n  # c\n', 'a: "b"\n  # c\n', True),
        ("  # 註\na: b\n", "# 註\na: b\n", False),
    ],
)
def test_what_is_a_loss(before: str, after: str, is_lost: bool) -> None:
    assert loses(before, after, PLAYBOOK.keys | {"a"}) == is_lost


def test_a_name_may_be_another_in_its_line_only() -> None:
    before = "rules:\n  - {when: follow, replay: 好}\n"
    assert not loses(before, before.replace("replay", "reply"), PLAYBOOK.keys, 2)
    assert loses(before, before.replace("replay", "reply"), PLAYBOOK.keys, 1)


TWO = "rules:\n  - when: [image, video, audio file, location]\n    reply: 好\n"


def test_two_names_without_a_comma_are_not_one_of_them(tmp_path: Path) -> None:
    copytree(Path(__file__).parent / "wrong" / "cards", tmp_path / "cards")
    (tmp_path / "bot.yaml").write_text(CUT.partition("rules:")[0] + TWO, "utf-8")
    [problem] = [one for one in edited(tmp_path, {}).problems if one.level == "error"]
    assert (problem.code, problem.repair) == ("bad-value", ())
