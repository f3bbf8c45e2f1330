"""`oaflow richmenu import`: LINE's rich menus become files of the playbook, when somebody has agreed."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.order import CommandOrder
from bot.cli.terminal_text import Progress, agreed, write_err
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.menu_import.imported import ImportedMenu
from bot.operations.menu_import.importing import MenuImport, planned
from bot.operations.menu_import.menu_files import write
from bot.operations.menu_import.menu_holders import MenuHolders, holders
from bot.operations.menus import MenusAtLine
from bot.operations.payload import Payload
from bot.operations.person_export import ExportNotWritten, write_private
from bot.playbook.load import Loaded, load
from bot.playbook.report import counted, render


class ImportNotAgreed(Refusal):
    """Nobody has agreed that files are written; the sentence says so."""


async def import_menus(order: CommandOrder, at_line: MenusAtLine) -> int:
    """Show what LINE has and what is written of it, ask, write, check; exit 1 where mistakes are in it."""
    if order.options.people is not None:
        return await _list_people(order, at_line, order.options.people)
    loaded, progress = _read(order), Progress(order.speech)
    done = await planned(
        _line(at_line), order.options.channel, loaded, order.playbook, order.options.into, progress.show
    )
    progress.over()
    shown = [*_plan(done), *_notes(done), *_files(done)]
    if done.to_write and not order.options.yes:
        for one in shown:
            write_err(f"{order.speech.text(one)}\n")
        shown = []
        _ask(done, order)
    write(loaded.document.folder, done.files)
    order.show_all(_payload(done), [*shown, *_done(done)])
    return _checked(_read(order), order) if done.to_write else RIGHT


async def _list_people(order: CommandOrder, at_line: MenusAtLine, file: Path) -> int:
    """Write who has which menu; no file of the playbook is written."""
    _refuse_taken(file)
    loaded, progress = _read(order), Progress(order.speech)
    options, playbook, line = order.options, order.playbook, _line(at_line)
    done = await planned(line, options.channel, loaded, playbook, None, progress.show, as_first=True)
    tags = done.found.tags((loaded.playbook or playbook).tag_names)
    found = await holders(line, at_line.stores, done.channel, tags, order.by, progress.show)
    progress.over()
    write_private(file, found.table())
    payload = {"channel": done.channel, "asked": found.asked, "listed": len(found.by_user)}
    order.show_all(payload, _people(found, done.channel, str(file)))
    return RIGHT


def _refuse_taken(file: Path) -> None:
    """Raise `ExportNotWritten` before anybody is asked after, where the file could not be written then."""
    if file.exists():
        raise ExportNotWritten(tr("{folder} is there already: name another one", folder=str(file)))


def _line(at_line: MenusAtLine) -> LineNow:
    return LineNow(at_line.settings, at_line.api, at_line.data_api)


def _read(order: CommandOrder) -> Loaded:
    return load(order.folder, dict(os.environ), unset="warning")


def _ask(done: MenuImport, order: CommandOrder) -> None:
    """Raise `ImportNotAgreed` where nobody says yes."""
    if not sys.stdin.isatty():
        raise ImportNotAgreed(tr("nothing is written without a confirmation: add  --yes"))
    replaced = [file for file in done.to_write if file.state == "changed"]
    question = tr("write the files? {number}", number=len(done.to_write))
    if replaced:
        question = tr(
            "write the files? {number}, in place of what is there {replaced}",
            number=len(done.to_write),
            replaced=len(replaced),
        )
    if not agreed(question, order.speech):
        raise ImportNotAgreed(tr("nothing was written"))


def _checked(again: Loaded, order: CommandOrder) -> int:
    """Tell what `check` says of the playbook with its new files; the exit code."""
    if again.playbook is None:
        write_err(render(again.problems, again.sources, order.speech))
        return WRONG
    if again.problems:
        order.note(tr("{counted}: see  oaflow check", counted=counted(again.problems)))
    return RIGHT


# -- what is shown


def _plan(done: MenuImport) -> Iterator[Translatable]:
    there = done.there
    number = len(there.menus)
    yield tr("{channel}: rich menus of other systems at LINE: {number}", channel=done.channel, number=number)
    if there.ours:
        yield tr("  oaflow's own, which the playbook has: {number}", number=there.ours)
    yield from map(_menu, done.found.menus)
    yield tr(
        "  menus made in LINE's manager are not among them: LINE's API has none of those. Look for them in"
        " manager.line.biz, Rich menus, and write them by hand"
    )


def _menu(menu: ImportedMenu) -> Translatable:
    tabs, areas = len(menu.tabs), sum(len(tab.areas) for tab in menu.tabs)
    size = tr("areas: {areas}", areas=areas)
    if tabs > 1:
        size = tr("tabs: {tabs}, areas: {areas}", tabs=tabs, areas=areas)
    if menu.tag is None:
        return tr("  {menu} ({size}): for everybody else", menu=menu.name, size=size)
    return tr("  {menu} ({size}): for who has the tag {tag}", menu=menu.name, size=size, tag=menu.tag)


def _notes(done: MenuImport) -> Iterator[Translatable]:
    yield from (tr("  {where}: {text}", where=one.where, text=one.text) for one in done.found.notes)


def _files(done: MenuImport) -> Iterator[Translatable]:
    for file in done.files:
        match file.state:
            case "new":
                yield tr("  new: {file}", file=file.path)
            case "changed":
                yield tr("  in place of what is there: {file}", file=file.path)
            case "same":
                yield tr("  as it is: {file}", file=file.path)


def _done(done: MenuImport) -> Iterator[Translatable]:
    if not done.to_write:
        yield tr("nothing to do")
        return
    yield tr("files written: {number}", number=len(done.to_write))
    made = sum(len(menu.tabs) for menu in done.found.menus)
    yield tr(
        "once they are live,  oaflow richmenu sync  makes them at LINE ({number} menus); the others stay",
        number=made,
    )


def _people(found: MenuHolders, channel: str, file: str) -> Iterator[Translatable]:
    yield tr(
        "friends who have a menu with a tag: {number} of {asked}, in {file}",
        number=f"{len(found.by_user):,}",
        asked=f"{found.asked:,}",
        file=file,
    )
    if found.by_user:
        yield tr(
            "they get the tags by  oaflow members import {file} --channel {channel}",
            file=file,
            channel=channel,
        )


def _payload(done: MenuImport) -> Payload:
    menus = [
        {
            "menu": menu.name,
            "tag": menu.tag,
            "tabs": [
                {
                    "tab": tab.name,
                    "line": tab.line.id,
                    "image": tab.image,
                    "areas": len(tab.areas),
                }
                for tab in menu.tabs
            ],
        }
        for menu in done.found.menus
    ]
    return {
        "channel": done.channel,
        "menus": menus,
        "ours": done.there.ours,
        "notes": [{"where": one.where, "why": one.text} for one in done.found.notes],
        "files": [{"file": file.path, "state": file.state} for file in done.files],
    }


def add_import_options(command: ArgumentParser) -> None:
    """What is read, and where it goes."""
    command.add_argument("--channel", metavar="NAME", help="whose menus they are (the only account)")
    command.add_argument("--into", metavar="FOLDER", help="where to (rules/line-NAME)")
    command.add_argument(
        "--people",
        type=Path,
        metavar="FILE",
        help="write only who has which menu, as a list for members import",
    )
    command.add_argument("--yes", action="store_true", help="write without asking")
