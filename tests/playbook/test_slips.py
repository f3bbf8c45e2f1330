"""Slips of spaces, line breaks and signs: who follows the advice is done, and never led in a circle. L1"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

import pytest

from bot.model.problem import Problem
from bot.playbook.autofix.draft import Draft
from bot.playbook.autofix.signs import half_width
from bot.playbook.autofix.slips import with_repairs
from bot.playbook.load import load
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.syntax.source import SourceFile
from tests.playbook.corpus import ENVIRONMENT, NOW, Case, cases, found

RIGHT = """\
rules:
  - when: {text: 營業時間}
    reply: |
      我們每天
      十點到九點
  - when: {text_contains: 優惠}
    unless: {tag: VIP}
    do:
      - add_tags: [看過優惠]
      - reply: 全館 85 折
  - when: {text: 測膚質}   # 問卷
    start: quiz
flows:
  quiz:
    states:
      問膚質:
        ask: 您的膚質？
        answer: [乾性, 油性]
        next: 好了
      好了:
        reply: 謝謝您！
        end: true
cards:
  coupon:
    buttons:
      text: 85 折
      taps:
        - label: 領取
          send: 優惠
        - label: 看看
          open: https://forest.example/
"""
"""Rules, a flow and a card, with lists in lists."""


def wrong(text: str) -> list[Problem]:
    source = SourceFile("rules.yaml", text)
    found = with_repairs(source, Draft.of(source, PLAYBOOK).problems(), PLAYBOOK)
    return [one for one in found if one.level == "error"]


def followed(text: str, problems: Sequence[Problem]) -> str:
    """The file as somebody leaves it who does what each hint says, from the last to the first."""
    lines = text.split("\n")
    for problem in sorted(problems, key=lambda one: -one.place.line):
        told = dict(problem.hint.values) if problem.hint is not None else {}
        template = problem.hint.template if problem.hint is not None else ""
        match told:
            case {"first": int(first), "last": int(last), "many": int(many)}:
                for number in range(first - 1, last):
                    if lines[number].strip():
                        further = template.startswith("put")
                        lines[number] = " " * many + lines[number] if further else lines[number][many:]
            case {"first": int(first), "lines": str(so)}:
                end = told.get("last", first)
                assert isinstance(end, int)
                lines[first - 1 : end] = so.split("\n")
            case {"inner": int(), "lines": str(so)}:
                head = so.split("\n")[0].removesuffix("|")
                above = range(problem.place.line - 1, -1, -1)
                begin = next(number for number in above if lines[number].startswith(head))
                many = len(so.split("\n")) - ("｜" not in lines[begin])
                lines[begin : begin + many] = so.split("\n")
            case _:
                continue
    return "\n".join(lines)


def rounds(text: str) -> int:
    """How often the advice is followed until nothing is wrong any more; 9 where that leads nowhere."""
    for number in range(4):
        problems = wrong(text)
        if not problems:
            return number
        text = followed(text, problems)
    return 9


def block(lines: Sequence[str], number: int) -> range:
    """A line with what stands further in below it."""
    column = len(lines[number]) - len(lines[number].lstrip())
    end = number + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > column:
        end += 1
    return range(number, end)


def askew(*, whole: bool) -> Iterator[tuple[str, str]]:
    """The file with a line, or one and all that belongs to it, standing elsewhere; and what was done."""
    lines = RIGHT.rstrip("\n").split("\n")
    for number, line in enumerate(lines):
        column = len(line) - len(line.lstrip())
        moved = block(lines, number) if whole else range(number, number + 1)
        if whole and len(moved) == 1:
            continue
        fronts = {f"{by:+}": by for by in (-4, -3, -2, -1, 1, 2, 3, 4) if column + by >= 0}
        for name, by in fronts.items():
            yield f"line {number + 1} {name}", _with(lines, {n: _by(lines[n], by) for n in moved})
        for name, sign in (("tab", "\t"), ("full-width", "\u3000")):
            if column:
                texts = {n: _in_front(lines[n], sign) for n in moved}
                yield f"line {number + 1} {name}", _with(lines, texts)


def _by(line: str, by: int) -> str:
    return " " * by + line if by > 0 else line[-by:]


def _in_front(line: str, sign: str) -> str:
    rest = line.lstrip()
    return sign * ((len(line) - len(rest)) // 2) + rest


def _with(lines: Sequence[str], texts: dict[int, str]) -> str:
    return "\n".join(texts.get(number, line) for number, line in enumerate(lines)) + "\n"


AMBIGUOUS = {"line 6 +4", "line 16 -2"}
"""A rule that stands in the text above it, and a step whose keys stand in line with the next step."""


def test_nothing_is_wrong_with_it() -> None:
    assert wrong(RIGHT) == []


@pytest.mark.ring("all", "the whole corpus of mistakes")
@pytest.mark.parametrize("whole", [False, True], ids=["a line", "a block"])
def test_following_the_advice_on_what_stands_askew_is_done_in_two_rounds(whole: bool) -> None:
    every = [case for case in askew(whole=whole) if case[0] not in AMBIGUOUS]
    late = {done: many for done, text in every[::6] if (many := rounds(text)) > 2}
    assert not late


LARGEST = Path(__file__).parents[2] / "flows" / "phone_binding.yaml"
LONG = "rules:\n" + "".join(f"  - when: {{text: 問{n}}}\n    reply: 答{n}\n\n" for n in range(667))


@pytest.mark.ring("all", "many random or generated cases")
@pytest.mark.parametrize(
    ("text", "seconds"), [(LARGEST.read_text("utf-8"), 1), (LONG, 2)], ids=["225", "2000"]
)
def test_a_slip_in_a_long_file_is_told_soon(text: str, seconds: float) -> None:
    """Twice what it takes, and of the processor's time: a busy machine changes nothing."""
    lines = text.split("\n")
    for number in range(7, len(lines), len(lines) // 4):
        place = next(n for n in range(number, len(lines)) if lines[n].strip())
        source = SourceFile("rules.yaml", _with(lines, {place: " " * 4 + lines[place]}))
        begun = process_time()
        with_repairs(source, Draft.of(source, PLAYBOOK).problems(), PLAYBOOK)
        assert process_time() - begun < seconds, place


OF_SPACES = ("newline-at", "lines-below", "indent-", "full-width-", "dash-", "tab", "quotes-mixed", "pasted")


@pytest.mark.parametrize(
    "case",
    [one for one in cases() if one.text and one.name.startswith(OF_SPACES)],
    ids=lambda case: case.name,
)
def test_lines_that_are_to_be_written_so_are_right(case: Case, tmp_path: Path) -> None:
    """What a marketer wrote, with each hint that shows whole lines followed once: no line is told again."""
    shown = [one for one in found(case).problems if one.hint is not None and "{lines}" in one.hint.template]
    (tmp_path / "bot.yaml").write_text(followed(case.path.read_text("utf-8"), shown), "utf-8")
    left = load(tmp_path, ENVIRONMENT, now=NOW).problems
    again = [one for one in left if one.hint is not None and "{lines}" in one.hint.template]
    assert not again


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("    reply：好，十點：二十", "    reply: 好，十點：二十"),
        ("    first：　１００", "    first: 100"),
        ("-   when: {text: 好}   # 註", "-   when: {text: 好}   # 註"),
        ("    open:https://forest.example", "    open: https://forest.example"),
        ("      時間：十點", "      時間：十點"),
        ("　　　問膚質：", "      問膚質:"),
    ],
)
def test_what_is_written_in_full_width_signs(written: str, meant: str) -> None:
    assert half_width(written, PLAYBOOK) == meant
