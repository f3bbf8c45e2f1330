"""`oaflow diff`: how two versions of a playbook differ, in its own words."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.app.stored_playbooks import comparable_version
from bot.cli.arguments import Arguments, add_json, describe
from bot.cli.database_settings import read_with
from bot.cli.order import FolderOrder, on_folder
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import write_file_out
from bot.model.published_version import SHORT, AcceptedPlaybook
from bot.model.translatable import Language, Translatable, tr
from bot.operations.console_versions import console_versions
from bot.operations.drafts.live_files import LiveFiles
from bot.operations.drafts.patch import git_patch, versions_patch
from bot.operations.payload import pick, pick_or_none
from bot.operations.publishing import which
from bot.operations.rollback import named_version, the_live
from bot.playbook.comparison import (
    Difference,
    DifferingValue,
    HowDiffers,
    compared_folder,
    differences,
)
from bot.playbook.comparison_words import HOW_TITLES, SECTION_TITLES
from bot.playbook.load import Loaded
from bot.playbook.valid import PlaybookWrong

_MARKS: Mapping[HowDiffers, str] = {"added": "+", "removed": "-", "changed": "~", "moved": "↕"}


@dataclass(frozen=True, slots=True)
class TwoVersions:
    """What was compared, and how it differs."""

    before: Translatable
    after: Translatable
    differences: Sequence[Difference]


def arguments(command: ArgumentParser) -> None:
    """A playbook, and which two versions of it."""
    says = "How two versions of a playbook differ: rules, states, cards, texts before and after."
    describe(command, says, example="oaflow diff my-shop 41 42", run=diff)
    command.add_argument(
        "words",
        nargs="*",
        metavar="VERSION",
        help="one or two versions, by number or how they begin (the live one, and the files of the folder);"
        " before them: folder with bot.yaml",
    )
    command.add_argument(
        "--patch",
        action="store_true",
        help="as a patch for  git apply : of what was published in the console since the folder was, or"
        " between the versions that are named (of one, from it to the live one)",
    )
    add_json(command)


def _at_most_two(words: Sequence[str], options: Arguments) -> None:
    if len(words) > 2:
        raise UsageWrong(tr("at most two versions are compared"))


@on_folder(check=_at_most_two)
async def diff(order: FolderOrder) -> None:
    """Print what differs; exit 0 whether anything does or not."""
    opened, loaded = order.opened, order.loaded
    if order.options.patch:
        await _patch(order)
        return
    accepted = await opened.stores.playbooks.all()
    named = [named_version(accepted, word) for word in order.words] or [the_live(accepted)]
    read = read_with(order.folder, loaded)
    versions = [await comparable_version(opened, version, read) for version in named]
    if len(versions) == 1:
        versions.append(compared_folder(_right(loaded)))
    after = which(named[1]) if len(named) == 2 else _folder_title(loaded)
    compared = TwoVersions(which(named[0]), after, differences(*versions))
    order.show_all([_payload(one) for one in compared.differences], _lines(compared, order.speech))


async def _patch(order: FolderOrder) -> None:
    """Print the patch, also where there is nothing in it."""
    playbooks = order.opened.stores.playbooks
    if order.words:
        accepted = await playbooks.all()
        named = [named_version(accepted, word) for word in order.words]
        before: AcceptedPlaybook | None = named[0]
        after = named[1] if len(named) == 2 else the_live(accepted)
    else:
        found = await console_versions(playbooks)
        if not found.made:
            order.note(tr("nothing was published in the console since this folder was published"))
            return
        before, after = found.base, found.made[0]
    files = await versions_patch(LiveFiles(playbooks), before, after)
    write_file_out(await asyncio.to_thread(git_patch, files))


def _right(loaded: Loaded) -> Loaded:
    if loaded.playbook is None:
        raise PlaybookWrong(loaded.problems, loaded.sources)
    return loaded


def _folder_title(loaded: Loaded) -> Translatable:
    version = "" if loaded.playbook is None else loaded.playbook.version[:SHORT]
    return tr("the files of this folder ({version})", version=version)


def _lines(found: TwoVersions, words: Language) -> Iterator[str]:
    head = tr("from {before} to {after}", before=found.before, after=found.after)
    yield words.text(head)
    if not found.differences:
        yield words.text(tr("they say the same"))
    for section, things in groupby(found.differences, lambda one: one.section):
        yield ""
        yield words.text(SECTION_TITLES[section])
        for one in things:
            yield from _thing(one, words)


def _thing(one: Difference, words: Language) -> Iterator[str]:
    where = "" if one.place is None else f"  ({one.place.file}:{one.place.line})"
    name = f" {one.name}" if one.name else ""
    yield f"  {_MARKS[one.how]}{name}  {words.text(HOW_TITLES[one.how])}{where}"
    for value in one.values:
        yield from _value(value)


def _value(value: DifferingValue) -> Iterator[str]:
    head = " › ".join(value.path)
    lines = [
        f"{sign} {line}" for sign, text in (("-", value.before), ("+", value.after)) for line in _of(text)
    ]
    if head:
        yield f"      {head}"
    yield from (f"        {line}" for line in lines)


def _of(text: str | None) -> list[str]:
    return [] if text is None else text.split("\n")


def _payload(one: Difference) -> dict[str, Any]:
    place = pick_or_none(one.place, "file", "line")
    return {**pick(one, "section", "name", "how"), **place, "values": one.values}
