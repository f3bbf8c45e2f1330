"""Repairs: what is offered mends its mistake, and makes no other. L1"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.model.problem import Problem, TextEdit
from bot.playbook.autofix.draft import Draft
from bot.playbook.autofix.edits import applied, without_overlap
from bot.playbook.autofix.offers import with_offers
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.syntax.source import SourceFile
from tests.depth import one_of
from tests.playbook.corpus import Found, cases, edited, found, left

OF_THE_MACHINE = {"env-unset"}
"""What a repair brings to light that no file is to blame for."""
COUNTS_WHAT_IS_READ = "full-width-sign"
"""A warning that says how many signs are read: where a repair lets more be read, the number is another."""
REPAIRED = [case for case in cases() if case.is_repaired]
"""What a heading says, and test_corpus.py proves."""
SHARES = 4
"""`make test-all` tries one of them, `make soak` the whole corpus."""
A_SHARE = one_of(SHARES, ((share,) for share in range(SHARES)))
CHECKS = Path(__file__).parents[2] / "docs/checks.md"


def same(problem: Problem) -> tuple[str, str, str]:
    return problem.place.file, problem.code, str(problem.message)


def counted(problems: Iterable[Problem]) -> Counter[tuple[str, str, str]]:
    return Counter(same(one) for one in problems if one.code not in OF_THE_MACHINE)


def broken(path: Path, before: Found, problem: Problem) -> str | None:
    """How the law is broken by the repair of a problem.

    What comes to light in a later phase, for its names are known now, is none of the repair's.
    """
    file = problem.place.file
    after = edited(path, {file: applied(before.files[file].text, problem.repair)})
    if counted(after.problems)[same(problem)] >= counted(before.problems)[same(problem)]:
        return f"{problem.place}: it stays: {problem.message}"
    fresh = counted(after.document.problems) - counted(before.of_files)
    fresh = Counter({one: many for one, many in fresh.items() if one[1] != COUNTS_WHAT_IS_READ})
    again = {one for one in counted(after.problems) - counted(before.problems) if one[1] == problem.code}
    return f"{problem.place}: {problem.message}: {[*fresh, *again]}" if fresh or again else None


@pytest.mark.ring("all", "much of the corpus of mistakes")
@pytest.mark.parametrize("share", A_SHARE)
def test_what_is_offered_mends_its_mistake_and_makes_no_other(share: int) -> None:
    """One by one; that the repairs of a case leave nothing to repair is held below, of all."""
    problems = [
        (case, problem)
        for case in REPAIRED[share::SHARES]
        for problem in found(case).problems
        if problem.repair
    ]
    wrong = [broken(case.path, found(case), problem) for case, problem in problems]
    assert problems
    assert [one for one in wrong if one is not None] == []


@pytest.mark.ring("all", "much of the corpus of mistakes")
@pytest.mark.parametrize("share", A_SHARE)
def test_all_repairs_at_once_leave_no_mistake_that_was_not_there(share: int) -> None:
    """What they do leave stands in the headings, which test_corpus.py proves of every case."""
    wrong = []
    for case in REPAIRED[share::SHARES]:
        after = left(case)
        fresh = counted(after.of_files) - counted(found(case).of_files)
        if fresh or any(one.repair for one in after.problems):
            wrong.append((case.name, fresh))
    assert wrong == []


def test_the_checks_say_how_many_mistakes_have_a_repair() -> None:
    """By the headings, which test_corpus.py proves."""
    offered = sum(" -> " in one for case in cases() for one in case.findings if not one.startswith("then "))
    all_in_all = sum(len(case.codes) for case in cases())
    assert f"Of the {all_in_all:,} mistakes in the wrong playbooks of our tests {offered} have a repair" in (
        CHECKS.read_text("utf-8")
    )


TEXT = "# 前\r\nbot: 森活  # 名字\r\nruels:\r\n  - {when: follow, replay: 歡迎 🙂}  # 說\r\n"


def test_comments_and_line_breaks_stay() -> None:
    edits = (TextEdit(3, 1, 3, 6, "rules"), TextEdit(4, 20, 4, 26, "reply"))
    assert applied(TEXT, edits) == TEXT.replace("ruels", "rules").replace("replay", "reply")
    two = applied(TEXT, (TextEdit(2, 1, 2, 1, "a: b\nc: d\n"),))
    assert two == TEXT.replace("bot", "a: b\r\nc: d\r\nbot")
    assert applied(TEXT, (TextEdit(1, 1, 2, 1, ""),)) == TEXT.removeprefix("# 前\r\n")


def test_of_two_repairs_on_a_line_the_first_is_made() -> None:
    first, second = (TextEdit(4, 4, 4, 5, "a"),), (TextEdit(4, 20, 4, 26, "reply"),)
    assert without_overlap([first, second, (TextEdit(5, 1, 5, 1, "x"),)]) == (
        *first,
        TextEdit(5, 1, 5, 1, "x"),
    )


@pytest.mark.parametrize(
    ("line", "so"),
    [
        ("rules: [{when: follow, reply: 'a'}, {when: {text: b}, replay: b}]", "reply: b}]"),
        ("rules: [{when: {text: 你好 🙂}, replay: b}]", "🙂}, reply: b}]"),
    ],
)
def test_columns_are_characters(line: str, so: str, tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(line + "\n", "utf-8")
    loaded = edited(tmp_path, {})
    [problem] = [one for one in loaded.problems if one.code == "unknown-key"]
    assert applied(line, problem.repair).endswith(so)


def test_an_example_is_no_repair(tmp_path: Path) -> None:
    """What a hint only shows as an example is nothing that its writer has meant."""
    (tmp_path / "bot.yaml").write_text("rules:\n  - {when: {text: 嗨}, reply: {buttons: [優惠, 門市]}}\n")
    [problem] = [one for one in edited(tmp_path, {}).problems if one.code == "wrong-type"]
    assert "找客服" in str(problem.hint)
    assert problem.repair == ()


def test_no_repair_holds_a_secret(tmp_path: Path) -> None:
    keys = "channel_id: '1', channel_secret： s3cr3ts3cr3t, access_tokn: t0k3nt0k3n"
    text = f"channels:\n  main: {{id: a, {keys}}}\n"
    (tmp_path / "bot.yaml").write_text(text, "utf-8")
    for problem in edited(tmp_path, {}).problems:
        assert not any("s3cr3t" in edit.text or "t0k3n" in edit.text for edit in problem.repair)


@pytest.mark.ring("all", "many random or generated cases")
def test_a_file_of_mistakes_is_offered_repairs_in_bounded_time() -> None:
    """So many lines are read for it, and no more: the rest is offered once the first ones are mended."""
    lines = [f"  - {{when: {{text: t{n}}}, replay: x}}" for n in range(1500)]
    source = SourceFile("rules.yaml", "rules:\n" + "\n".join(lines) + "\n")
    problems = Draft.of(source, PLAYBOOK).problems()
    found = with_offers(source, problems, PLAYBOOK)
    assert 0 < sum(bool(one.repair) for one in found) < len(problems)
