"""`oaflow contact erase|certificate`: people are erased, and what shows that they were."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from yarl import URL

from bot.app.addresses import line_api, line_data_api
from bot.cli.arguments import Arguments, Run
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.operation_context import contact_named
from bot.cli.operation_run import show_typed
from bot.cli.order import CommandOrder, carried_out
from bot.cli.own_address import SIMULATED, as_they_know_it, simulator_of
from bot.cli.refusal import UsageWrong
from bot.cli.report_output import writing
from bot.cli.terminal_text import Progress, answered, write_err
from bot.model.erasure import Erasure
from bot.model.translatable import Language, Refusal, Translatable, TranslatableValue, row, tr
from bot.operations import erasing
from bot.operations.catalog.answers import answer_lines
from bot.operations.contact_document import in_a_line
from bot.operations.contact_view import masked_view
from bot.operations.declared.erasures import certificate_of
from bot.operations.erasing import ErasurePreview, ListPlace, PersonalMenus, PlaybookLists, UnknownLine
from bot.operations.erasure_certificate import KINDS, page
from bot.operations.find_contacts import NotFound
from bot.operations.payload import as_json, pick
from bot.playbook.csv_table import csv_line
from bot.playbook.report import in_columns
from bot.playbook.syntax.source import file_trouble_as
from bot.store.stores import Stores

Announce: TypeAlias = Callable[[Mapping[str, str]], None]
"""Hears the numbers of certificates by contact."""


class NotErased(Refusal):
    """Nobody has confirmed it; the sentence says so."""


def _check_named(words: Sequence[str], options: Arguments) -> None:
    if options.list is not None and any(word.strip() for word in words):
        raise UsageWrong(tr("write either WHO or  --list FILE"))


@carried_out(check=_check_named)
async def erase(order: CommandOrder) -> int:
    """Show what goes, ask, erase. Raises `NotFound` and `NotErased`."""
    return await _erase_list(order) if order.options.list is not None else await _erase_one(order)


async def _erase_one(order: CommandOrder) -> int:
    found = await contact_named(order, order.name or "", unproven=False)
    shown = await erasing.preview(found)
    lists = PlaybookLists(order.playbook, order.folder).naming(found.contact)
    if not order.options.yes:
        write_err(f"{order.speech.words(in_a_line(masked_view(found)).line)}\n")
        for text in in_columns(_kinds(shown, order.speech)):
            write_err(f"  {text}\n")
        rows = f"{shown.rows:,}"
        question = tr("to erase all of it, type the number of rows ({number}):", number=rows)
        _confirm(shown.rows, question, order.speech)
    if order.options.certificate is not None:
        with writing(order.options.certificate):
            order.options.certificate.touch()  # before anybody is erased
    menus = await _menus(order, found.stores)
    [done] = await erasing.erase(found.stores, {found.contact.id: lists}, order.by, menus)
    certificate = certificate_of(done)
    lines: list[TranslatableValue] = [*answer_lines(certificate, order.speech, order.at)]
    order.show_all({**as_json(certificate), "lists": lists}, [*lines, *map(_on_list, lists)])
    if order.options.certificate is not None:  # the number is told by now, whatever becomes of the file
        _write(order.options.certificate, done, order)
    return RIGHT


async def _erase_list(order: CommandOrder) -> int:
    people, progress = await order.people(), Progress(order.speech)
    file: Path = order.options.list
    lists = PlaybookLists(order.playbook, order.folder)
    with file_trouble_as(lambda why: NotFound(tr("{file}: {why}", file=str(file), why=why))):
        found, unknown = await erasing.people_on(
            file,
            people,
            order.playbook,
            order.options.channel,
            lists,
            lambda line: progress.show(tr("{number} lines are read", number=f"{line:,}")),
        )
    progress.over()
    if not order.options.yes:
        _note_unknown(unknown, order)
        question = tr(
            "to erase these people with all that is stored of them, type their number ({number}):",
            number=f"{len(found):,}",
        )
        _confirm(len(found), question, order.speech)
    lines = {one.contact: one.line for one in found}
    with _numbers(order.options.certificate or Path(f"{file}.certificates.csv"), lines, order) as announce:
        done = await erasing.erase(
            people,
            {one.contact: one.places for one in found},
            order.by,
            await _menus(order, people),
            lambda number: progress.show(
                tr("{done} of {all} people", done=f"{number:,}", all=f"{len(found):,}")
            ),
            announce,
        )
    progress.over()
    pairs = list(zip(found, done, strict=True))
    payload = {
        "erased": [
            {"line": one.line, **pick(erasure, "number", "state"), "lists": one.places}
            for one, erasure in pairs
        ],
        "unknown": [{"line": one.line, "why": one.why.message} for one in unknown],
    }
    said = [
        tr("line {line}: certificate {number}", line=one.line, number=erasure.number)
        for one, erasure in pairs
    ]
    number = tr("{number} people are erased", number=f"{len(done):,}")
    places = [place for one in found for place in one.places]
    order.show_all(payload, [*said, number, *map(_not_found, unknown), *_on_files(places)])
    return WRONG if unknown else RIGHT


@contextmanager
def _numbers(file: Path, lines: Mapping[str, int], order: CommandOrder) -> Iterator[Announce]:
    """Writes the number of each line behind what is in a file, through to the disk, before anything is
    erased: so none is lost, whatever happens to this command. Raises `ReportNotWritten`.
    """
    with writing(file):
        file.touch(mode=0o600)
        opened = file.open("a", encoding="utf-8", newline="")

    def announce(numbers: Mapping[str, str]) -> None:
        at = f"{datetime.now(order.zone):%Y-%m-%d %H:%M}"
        with writing(file):
            opened.writelines(csv_line((at, str(lines[one]), number)) for one, number in numbers.items())
            opened.flush()
            os.fsync(opened.fileno())

    with opened:
        if not opened.tell():
            opened.write(csv_line(("erased_at", "line", "certificate")))
        order.note(tr("the numbers of the certificates are in {file}", file=str(file)))
        yield announce


@carried_out()
async def _written_certificate(order: CommandOrder) -> None:
    """Write the page, and print it. Raises `NoSuchCertificate`."""
    found = await erasing.certificate(await order.people(), order.name or "")
    _write(order.options.html, found, order)
    show_typed(certificate_of(found), order)


def certified_by(shows: Run) -> Run:
    """What `contact certificate` does: what its operation `shows`, or a page that is written, too."""

    def run(options: Arguments, speech: Language) -> int:
        return (shows if options.html is None else _written_certificate)(options, speech)

    return run


# -- asking


def _kinds(shown: ErasurePreview, words: Language) -> list[list[str]]:
    named = ((KINDS[name], shown.counts[name]) for name in KINDS if shown.counts.get(name))
    return [[words.text(kind), f"{number:,}"] for kind, number in named]


def _confirm(number: int, question: Translatable, words: Language) -> None:
    if not sys.stdin.isatty():
        raise NotErased(tr("nobody is erased without a confirmation: add  --yes"))
    if answered(question, words).replace(",", "") != str(number):
        raise NotErased(tr("that is another number: nobody was erased"))


def _note_unknown(unknown: Sequence[UnknownLine], order: CommandOrder) -> None:
    for one in unknown:
        order.note(_not_found(one))


async def _menus(order: CommandOrder, people: Stores) -> PersonalMenus:
    """LINE as these people know it: a simulator's pretend people are at the simulator's."""
    if people is not order.opened.stores:
        simulated, served = (
            await simulator_of(people),
            await as_they_know_it(order.opened, order.served, people),
        )
        return PersonalMenus(served.settings.channels, simulated.line, simulated.line)
    api, data_api = line_api(order.opened.environment), line_data_api(order.opened.environment)
    if URL(api).path.rstrip("/").endswith(SIMULATED):  # of pretend people, whom real ones are not
        return PersonalMenus({}, api, data_api)
    return PersonalMenus(order.served.settings.channels, api, data_api)


# -- telling


def _on_list(one: ListPlace) -> Translatable:
    if one.line:
        where = tr("{file}, line {line}", file=one.file, line=one.line)
    else:
        where = tr("{file}, which is not at hand here", file=one.file)
    return tr(
        "the list {name} names the person still: remove it from {where}", name=one.audience, where=where
    )


def _on_files(places: Sequence[ListPlace]) -> Iterator[Translatable]:
    """The same of many, by list."""
    by_list: dict[tuple[str, str], set[int]] = {}
    for one in places:
        by_list.setdefault((one.audience, one.file), set()).add(one.line)
    for (audience, file), lines in by_list.items():
        if 0 in lines:
            yield _on_list(ListPlace(audience, file, 0))
        else:
            yield tr(
                "the list {name} names some of them still: remove these lines from {file}: {lines}",
                name=audience,
                file=file,
                lines=row(map(str, sorted(lines))),
            )


def _not_found(one: UnknownLine) -> Translatable:
    return tr("line {line}: {why}", line=one.line, why=one.why.message)


def _write(file: Path, erasure: Erasure, order: CommandOrder) -> None:
    with writing(file):
        file.write_text(page(erasure, order.playbook.bot, order.zone, order.speech), "utf-8")
    order.note(tr("the certificate is in {file}", file=str(file)))
