"""`oaflow store clerks list|counts|suspend|hand-over`: who they are, what was counted, and who takes over."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.confirm import agreed
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.progress import Progress
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import write_file_out
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.operations import clerks
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.clerks import ClerkCount, ClerkView, NoClerk
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.report import cells
from bot.playbook.similar import printable
from bot.playbook.valid import ValidPlaybook
from bot.sms.phone import masked


def list_clerks(wanted: Arguments, words: Language) -> int:
    """Print the clerks; the exit code."""
    folder = folder_alone(wanted)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people = await whose_people(opened, words)
        found = await clerks.all_clerks(people, served.playbook, wanted.store, wanted.days)
        told = [_told(one, served.playbook) for one in found]
        if not wanted.json:
            roles = [words.text(ROLE_NAMES[one.clerk.role]) for one in found]
            told = [{**row, "role": role} for row, role in zip(told, roles, strict=True)]
        show_table(told, _columns(words), wanted, words, tr("there are no clerks: import a table of them"))

    return on_database(folder, work)


def counts(wanted: Arguments, words: Language) -> int:
    """Print who was bound to whom in the last days, today among them; the exit code."""
    folder = folder_alone(wanted)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people, playbook = await whose_people(opened, words), served.playbook
        only = clerks.stores_named(playbook, wanted.store)
        counted = await clerks.counts(people, playbook, wanted.days)
        found = [one for one in counted if only is None or one.store in only]
        names = {
            number: kept.clerk.name
            for number, kept in (await people.clerks.of({one.number for one in found})).items()
        }
        told = [_counted(one, playbook, names) for one in found]
        columns = {name: words.text(title) for name, title in _COUNTED.items()}
        show_table(told, columns, wanted, words, tr("nobody was bound to a clerk in these days"))

    return on_database(folder, work)


def suspend(wanted: Arguments, words: Language) -> int:
    """Suspend clerks, or lift that; the exit code."""
    folder, numbers = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people = await whose_people(opened, words)
        changed = await clerks.suspend(people, numbers, commander(wanted.by), lift=wanted.lift)
        numbers_said = " ".join(changed)
        done = (
            tr("their codes are good again: {numbers}", numbers=numbers_said)
            if wanted.lift
            else tr("suspended, their codes bind nobody any more: {numbers}", numbers=numbers_said)
        )
        lines = [words.text(done)]
        nothing = [words.text(tr("that was so already"))]
        show_answer({"changed": changed}, lines if changed else nothing, for_programs=wanted.json)

    return on_database(folder, work)


def hand_over(wanted: Arguments, words: Language) -> int:
    """Give the people of a clerk to another one; the exit code."""
    folder, numbers = folder_and_words(wanted.words)
    if len(numbers) != 2:
        raise UsageWrong(tr("write two numbers: whose people, and whose they are to be"))

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people, progress = await whose_people(opened, words), Progress(words)
        handing = await clerks.handing_over(people, numbers[0], numbers[1])
        told: dict[str, TranslatableValue] = {
            "people": f"{handing.people:,}",
            "was": _called(handing.was.number, handing.was.name),
            "to": _called(handing.to.number, handing.to.name),
        }
        if handing.people and not wanted.yes:
            if not sys.stdin.isatty():
                raise NoClerk(tr("nobody is handed over without a yes: add  --yes"))
            if not agreed(tr("give {people} people of {was} to {to}? [y/N]", **told), words):
                raise NoClerk(tr("nobody was handed over"))

        def tell(done: int) -> None:
            progress.tell(tr("{done} of {total} people", done=f"{done:,}", total=told["people"]))

        done = await clerks.hand_over(people, handing, commander(wanted.by), tell)
        progress.over()
        line = tr(
            "{number} people of {was} are told to be with {to}: a bot that runs does it now, else the next",
            number=f"{done:,}",
            was=told["was"],
            to=told["to"],
        )
        show_answer({"people": done}, [words.text(line)], for_programs=wanted.json)

    return on_database(folder, work)


def folder_alone(wanted: Arguments) -> Path:
    """The playbook, where nothing else may stand. Raises `UsageWrong`."""
    folder, more = folder_and_words(wanted.words)
    if more:
        raise UsageWrong(tr("{word} is one too many here", word=more[0]))
    return folder


def show_table(
    told: Sequence[Mapping[str, object]],
    columns: Mapping[str, str],
    wanted: Arguments,
    words: Language,
    nothing: Translatable,
) -> None:
    """Records as JSON, as a table for spreadsheets, or in columns for people."""
    if wanted.csv:
        write_file_out(MARK + csv_line(columns.values()))
        write_file_out("".join(csv_line(one[name] for name in columns) for one in told))
    else:
        lines = _in_columns(told, columns) if told else [words.text(nothing)]
        show_answer({"rows": list(told)}, lines, for_programs=wanted.json)


def _in_columns(told: Sequence[Mapping[str, object]], columns: Mapping[str, str]) -> Iterator[str]:
    rows = [list(columns.values()), *([_cell(one[name]) for name in columns] for one in told)]
    wide = [max(cells(row[place]) for row in rows) for place in range(len(columns))]
    for row in rows:
        filled = (text + " " * (width - cells(text)) for text, width in zip(row, wide, strict=True))
        yield "  ".join(filled).rstrip()


def _cell(value: object) -> str:
    return "" if value is None else printable(f"{value:,}" if isinstance(value, int) else str(value))


def _columns(words: Language) -> Mapping[str, str]:
    titles: Mapping[str, Translatable] = {
        "number": tr("number"),
        "name": tr("name"),
        "store": tr("store"),
        "role": tr("role"),
        "phone": tr("phone"),
        "code": tr("code"),
        "people": tr("people"),
        "bound": tr("bound lately"),
        "suspended": tr("suspended"),
    }
    return {name: words.text(title) for name, title in titles.items()}


_COUNTED: Mapping[str, Translatable] = {
    "day": tr("day"),
    "store": tr("store"),
    "number": tr("number"),
    "name": tr("name"),
    "channel": tr("channel"),
    "bound": tr("bound"),
}


def _told(one: ClerkView, playbook: Playbook) -> Mapping[str, object]:
    clerk = one.clerk
    off = clerk.suspended
    return {
        "number": clerk.number,
        "name": clerk.name,
        "store": store_title(playbook, clerk.store) or playbook.store_groups.get(clerk.group, clerk.group),
        "role": clerk.role,
        "phone": None if clerk.phone is None else masked(clerk.phone),
        "code": clerk.code,
        "people": one.people,
        "bound": one.bound,
        "suspended": None if off is None else off.astimezone(playbook.zone).date().isoformat(),
    }


def store_title(playbook: Playbook, store: str) -> str:
    """What members call a store; its name where the playbook has it no more."""
    found = playbook.stores.get(store)
    return store if found is None else found.title


def _counted(one: ClerkCount, playbook: Playbook, names: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "day": one.day,
        "store": store_title(playbook, one.store),
        "number": one.number,
        "name": names.get(one.number, ""),
        "channel": one.channel,
        "bound": one.bound,
    }


def _called(number: str, name: str) -> Translatable:
    return tr("{name} ({number})", name=name, number=number)
