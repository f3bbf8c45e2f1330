"""How a problem looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import ENGLISH, Translatable, tr
from bot.playbook.report import WIDTH, as_data, as_one, cells, count_problems, render
from bot.playbook.similar import hint_for, not_one_of


def problem(line: int, column: int, width: int = 1, note: Translatable | None = None) -> Problem:
    place = Place("flows/bind.yaml", line, column, "")
    return Problem(place, "bad-value", Translatable("it is wrong"), None, note, width)


def test_the_format_word_for_word() -> None:
    sources = {"flows/bind.yaml": "\n" * 8 + "      - when: postbak\n"}
    found = Problem(
        Place("flows/bind.yaml", 9, 15, ""),
        "bad-value",
        not_one_of("postbak", ["text", "postback", "follow"]),
        hint_for("postbak", ["text", "postback", "follow"]),
        None,
        7,
    )
    assert render([found], sources) == (
        'flows/bind.yaml:9:15: error: "postbak" is not one of text, postback, follow [bad-value]\n'
        "  |\n"
        "9 |       - when: postbak\n"
        "  |               ^^^^^^^\n"
        '  = hint: a similar name exists: "postback"\n'
        "1 error in 1 file\n"
    )


def carets(line: str, column: int, width: int) -> tuple[str, str]:
    block = render([problem(1, column, width)], {"flows/bind.yaml": line}).split("\n")
    return block[2].removeprefix("1 | "), block[3].removeprefix("  | ")


def test_carets_stand_under_wide_characters() -> None:
    assert carets("說: 你好！", 4, 3) == ("說: 你好！", "    ^^^^^^")
    assert carets("e\u0301a: x", 5, 1)[1] == "   ^"


def test_what_a_terminal_cannot_show_is_a_dot() -> None:
    """A right-to-left mark in an excerpt would turn the report around."""
    assert carets("a\u202eb\x1b[31m\tc", 1, 1)[0] == "a·b·[31m c"


def test_of_a_long_line_the_part_around_the_mistake_is_shown() -> None:
    line = "字" * 500 + "X" + "字" * 500
    shown, below = carets(line, 501, 1)
    assert shown.startswith("…字")
    assert shown.endswith("字…")
    assert cells(shown) <= WIDTH + 2
    assert cells(shown[: shown.index("X")]) == below.index("^")


def test_places_outside_of_the_text_have_no_excerpt() -> None:
    assert (
        render([problem(3, 1, note=Translatable("x"))], {"flows/bind.yaml": "a"}).split("\n")[1]
        == "  = note: x"
    )
    assert render([problem(1, 1)], {}).count("\n") == 2


def test_nothing_wrong_says_nothing() -> None:
    assert render([], {"bot.yaml": "x"}) == ""


def test_for_a_page_the_gravest_stand_first_and_each_in_its_place() -> None:
    """Issue 14, 5: the banner of a refused edit shows errors before warnings; lines keep their order."""
    found = [replace(problem(2, 1), level="warning"), problem(3, 4, 3), problem(1, 1)]
    shown = as_data(found, {"flows/bind.yaml": "a: x\nb: y\nc: \t說好\n"}, ENGLISH)
    assert shown["counted"] == "2 errors, 1 warning in 1 file"
    assert shown["problems"] == [
        {
            "level": level,
            "message": "it is wrong",
            "place": f"flows/bind.yaml:{line}",
            "source": source,
            "hint": None,
            "below": [],
            "fresh": True,
            "repair": None,
        }
        for level, line, source in (
            ("error", 3, ("c: ", " 說好", "")),
            ("error", 1, ("", "a", ": x")),
            ("warning", 2, ("", "b", ": y")),
        )
    ]


def test_for_a_page_a_mistake_without_a_line_of_a_file() -> None:
    gone = as_data([problem(9, 1)], {}, ENGLISH)["problems"]
    assert [one["source"] for one in gone] == [None]
    one = as_one(Translatable("start it again"), ENGLISH)
    about: dict[str, Any] = {
        "message": "start it again",
        "place": "",
        "source": None,
        "hint": None,
        "below": [],
        "fresh": True,
        "repair": None,
    }
    assert one["problems"] == [{"level": "error", **about}]


def test_what_an_edit_brings_is_told_from_what_was_there() -> None:
    """The same sentence about another line is news; about a line that only moved it is not."""

    def warning(line: int) -> Problem:
        return Problem(Place("rules.yaml", line, 3, "rules"), "limit", tr("without a name"), level="warning")

    before = count_problems([warning(2)], {"rules.yaml": "rules:\n  - 甲\n"})
    after = as_data([warning(2), warning(3)], {"rules.yaml": "rules:\n  - 乙\n  - 甲\n"}, ENGLISH, before)
    assert [(one["place"], one["fresh"]) for one in after["problems"]] == [
        ("rules.yaml:2", True),
        ("rules.yaml:3", False),
    ]
    assert [one["fresh"] for one in as_data([warning(2)] * 2, {}, ENGLISH)["problems"]] == [True, True]
    twice = {"rules.yaml": "rules:\n  - 甲\n  - 甲\n"}
    again = as_data([warning(2), warning(3)], twice, ENGLISH, before)
    assert [one["fresh"] for one in again["problems"]] == [False, True]
