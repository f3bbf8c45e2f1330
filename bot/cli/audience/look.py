"""`oaflow audience list`: which audiences there are."""

from __future__ import annotations

from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT
from bot.cli.valid_here import valid_here
from bot.engine.compiled.playbook import Audience
from bot.model.said import Language, Said, say


def listed(wanted: Arguments, words: Language) -> int:
    """Print a line for each audience of the playbook; the exit code. No database is asked."""
    audiences = valid_here(wanted.playbook).playbook.audiences.values()
    lines = [words.text(_line(one)) for one in audiences]
    none = [words.text(say("this playbook has no audiences but  everyone"))]
    show_answer([_told(one) for one in audiences], lines or none, for_programs=wanted.json)
    return RIGHT


def _told(one: Audience) -> dict[str, object]:
    """For programs."""
    people = one.people
    found: dict[str, object] = {"audience": one.name, "title": one.title or None, "list": None}
    if people is not None:
        found["list"] = {
            "file": one.csv,
            "column": people.column,
            "people": len(people.entries),
            "twice": one.twice,
            "refused": one.refused,
        }
    return found


def _line(one: Audience) -> Said:
    """For people."""
    called = one.name if not one.title else f"{one.name} ({one.title})"
    if one.people is None:
        return say("{name}: a condition", name=called)
    number = so_many(len(one.people.entries))
    listed = say("{name}: the list {file}, {people}", name=called, file=str(one.csv), people=number)
    if one.twice:
        listed = say("{told}, lines twice: {number}", told=listed, number=f"{one.twice:,}")
    if one.refused:
        listed = say("{told}, lines left out: {number}", told=listed, number=f"{one.refused:,}")
    return listed


def so_many(number: int) -> Said:
    """People, counted."""
    return say("1 person") if number == 1 else say("{number} people", number=f"{number:,}")
