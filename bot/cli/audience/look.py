"""`oaflow audience list` and `size`: which audiences there are, and how many people are in one."""

from __future__ import annotations

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT
from bot.cli.folder_and_words import folder_and_words
from bot.cli.on_database import on_database
from bot.cli.valid_here import valid_here
from bot.cli.whose_people import whose_people
from bot.engine.compiled.playbook import Audience
from bot.model.said import Language, Said, say
from bot.operations.audiences import condition_of_audience, size_of
from bot.playbook.valid import ValidPlaybook


def listed(wanted: Arguments, words: Language) -> int:
    """Print a line for each audience of the playbook; the exit code. No database is asked."""
    audiences = valid_here(wanted.playbook).playbook.audiences.values()
    lines = [words.text(_line(one)) for one in audiences]
    none = [words.text(say("this playbook has no audiences but  everyone"))]
    show_answer([_told(one) for one in audiences], lines or none, for_programs=wanted.json)
    return RIGHT


def size(wanted: Arguments, words: Language) -> int:
    """Print how many people are in an audience now; the exit code. Raises `NoSuchAudience`."""
    folder, named = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        name = " ".join(named) or None
        condition = condition_of_audience(served.playbook, name)
        found = await size_of(await whose_people(opened, words), served.playbook, condition)
        told = {"audience": name, "at": found.at, "people": dict(found.people)}
        lines = [
            words.text(say("{channel}: {people}", channel=channel, people=_many(number)))
            for channel, number in found.people.items()
        ]
        show_answer(told, lines, for_programs=wanted.json)

    return on_database(folder, work)


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
    number = _many(len(one.people.entries))
    listed = say("{name}: the list {file}, {people}", name=called, file=str(one.csv), people=number)
    if one.twice:
        listed = say("{told}, lines twice: {number}", told=listed, number=f"{one.twice:,}")
    if one.refused:
        listed = say("{told}, lines left out: {number}", told=listed, number=f"{one.refused:,}")
    return listed


def _many(number: int) -> Said:
    return say("1 person") if number == 1 else say("{number} people", number=f"{number:,}")
