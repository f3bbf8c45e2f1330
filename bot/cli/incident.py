"""`oaflow incident`: after a leak or a break-in, whose data and which kinds of them were touched."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.dates import day_or_moment, moment_of
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import Progress, write_out
from bot.connectors.sms.phone import national
from bot.model.audit import AuditEntry
from bot.model.translatable import Language, row, tr
from bot.operations.audit_trail import audited
from bot.operations.catalog.answers import answer_lines
from bot.operations.concerned_person import DATA, TOUCHES, ConcernedPerson
from bot.operations.incident import Incident, IncidentPeriod
from bot.operations.payload import as_json
from bot.operations.person_export import ExportNotWritten, not_written
from bot.operations.read_incident import concerned, read_incident
from bot.playbook.csv_table import csv_line, heading_line
from bot.playbook.similar import printable
from bot.store.stores import Stores

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Nothing is stored of before or after; a week around them is still within the calendar."""
SHOWN = 50
"""People that are listed at a terminal."""
COLUMNS = (
    *("contact", "certificate", "name", "line_accounts", "phone", "email"),
    *("kinds", "touches", "certain", "first", "last"),
)


def arguments(command: ArgumentParser) -> None:
    """Of when, of whom, in which form."""
    says = "After a leak or a break-in: whose data and which kinds were touched, in numbers, then by person."
    example = "oaflow incident --by mei --from 2026-11-20 --to 2026-11-21 --csv concerned.csv"
    describe(command, says, example=example, run=run)
    add_playbook(command)
    command.add_argument(
        "--from", dest="since", type=day_or_moment, metavar="WHEN", help='a day, or "2026-11-20 10:00"'
    )
    command.add_argument(
        "--to",
        dest="until",
        type=day_or_moment,
        metavar="WHEN",
        help="to the end of a day, or a moment (now)",
    )
    whose = command.add_mutually_exclusive_group()
    whose.add_argument(
        "--by",
        dest="actor",
        metavar="NAME",
        help="what an account, or a user of the machine, did and saw",
    )
    whose.add_argument("--process", action="store_true", help="all that ran then (so it is without --by)")
    whose.add_argument(
        "--all-data", action="store_true", help="a copy of the database got out: everybody who is stored"
    )
    command.add_argument("--csv", type=Path, metavar="FILE", help="everybody, to inform them, in a new file")
    add_json(command, "JSON lines: the numbers, then a line for each person")


@carried_out()
async def run(order: CommandOrder) -> None:
    """Print the numbers, then who they are. Raises `UnknownActor`, `UsageWrong`, `ExportNotWritten`."""
    options, progress = order.options, Progress(order.speech)
    people, now = await order.people_now()
    period = _period(order, now)
    if options.csv is not None and options.csv.exists():
        raise ExportNotWritten(tr("{folder} is there already: name another one", folder=str(options.csv)))
    with _table(options.csv, order) as write:  # before anything is read: a wrong path costs no minutes
        found = await read_incident(
            *(people, order.playbook, period, now),
            lambda so_far: progress.show(
                tr("{number} people are concerned so far", number=f"{so_far.people:,}")
            ),
        )
        progress.over()
        entry = AuditEntry(
            "incident_listed", order.by, now, _about(found, order), after=f"{found.figures.people}"
        )
        async with audited(people, entry):
            if options.json:
                _print_line(found, order.speech)
            else:
                order.show_all(None, answer_lines(found, order.speech, order.at))
            await _show_people(people, found, order, write)


def _period(order: CommandOrder, now: datetime) -> IncidentPeriod:
    options, zone = order.options, order.zone
    if options.since is None and not options.all_data:
        raise UsageWrong(tr("say since when:  --from 2026-11-20"))
    since = now if options.since is None else moment_of(options.since, zone)
    until = now if options.until is None else moment_of(options.until, zone, to_its_end=True)
    if since >= until and not options.all_data:
        raise UsageWrong(tr("--from is not before --to"))
    return IncidentPeriod(max(since, EARLIEST), min(until, LATEST), options.actor, options.all_data)


def _about(found: Incident, order: CommandOrder) -> str:
    if found.period.all_data:
        return "--all-data"
    at = order.at
    actor = [] if found.period.by is None else [f"--by {found.period.by}"]
    return " ".join([*actor, f"{at(found.period.since)} – {at(found.period.until)}"])


async def _show_people(
    people: Stores, found: Incident, order: CommandOrder, write: Callable[[Sequence[object]], None]
) -> None:
    shown = 0
    async for some in concerned(people, order.playbook, found):
        for person in some:
            write(_cells(person, order))
            if order.options.json:
                _print_line(person, order.speech)
            elif shown < SHOWN:
                order.show(None, _person_line(person, order))
            shown += 1
    if shown > SHOWN and not order.options.json:
        order.note(tr("these are the first {number}; everybody:  --csv FILE, or  --json", number=SHOWN))


# -- people


def _person_line(person: ConcernedPerson, order: CommandOrder) -> str:
    words = order.speech
    named = person.contact or words.text(tr("certificate {number}", number=person.certificate or ""))
    when = [order.at(one) for one in dict.fromkeys((person.first, person.last)) if one is not None]
    touches = words.words(row(TOUCHES[one] for one in person.touches))
    kinds = words.words(row(DATA[one] for one in person.kinds))
    parts = [named, printable(person.name or ""), touches, kinds, " – ".join(when)]
    return "  ".join(one for one in parts if one)


def _cells(person: ConcernedPerson, order: CommandOrder) -> list[object]:
    words = order.speech
    moments = ("" if at is None else order.at(at) for at in (person.first, person.last))
    return [
        person.contact,
        person.certificate,
        person.name,
        "; ".join(person.accounts),
        None if person.phone is None else national(person.phone),
        person.email,
        "; ".join(words.text(DATA[one]) for one in person.kinds),
        "; ".join(words.text(TOUCHES[one]) for one in person.touches),
        "yes" if person.certain else "no",
        *moments,
    ]


def _print_line(payload: object, words: Language) -> None:
    write_out(json.dumps(as_json(payload, words), ensure_ascii=False) + "\n")


@contextmanager
def _table(path: Path | None, order: CommandOrder) -> Iterator[Callable[[Sequence[object]], None]]:
    """What writes a line into a new file, which its owner alone reads and has its name once it is whole.

    Raises `ExportNotWritten`.
    """
    if path is None:
        yield lambda cells: None
        return
    part = path.with_name(f"{path.name}.part")
    try:
        part.touch(mode=0o600, exist_ok=False)
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(heading_line(COLUMNS, order.speech))
            yield lambda cells: _write(file, cells)
        part.rename(path)
    except BaseException as error:
        if not isinstance(error, FileExistsError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise not_written(path, error) from error
        raise
    order.note(tr("everybody is in {file}: personal data, delete it once they are informed", file=str(path)))


def _write(file: TextIO, cells: Sequence[object]) -> None:
    file.write(csv_line(cells))
