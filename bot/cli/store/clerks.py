"""`oaflow store clerks import|list|counts|suspend|hand-over`: the clerks of the stores."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cli.answer import in_columns
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import Progress, agreed, write_file_out
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations import clerks
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.clerk_file import clerk_lines_of, end_of_day
from bot.operations.clerk_import import import_clerks
from bot.operations.clerks import ClerkView, NoClerk
from bot.operations.payload import pick
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.similar import printable
from bot.sms.phone import masked

_CLERKS: Mapping[str, Translatable] = {
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
_COUNTED: Mapping[str, Translatable] = {
    "day": tr("day"),
    "store": tr("store"),
    "number": tr("number"),
    "name": tr("name"),
    "channel": tr("channel"),
    "bound": tr("bound"),
}


def _none(words: Sequence[str], options: Arguments) -> None:
    if words:
        raise UsageWrong(tr("{word} is one too many here", word=words[0]))


def _two(words: Sequence[str], options: Arguments) -> None:
    if len(words) != 2:
        raise UsageWrong(tr("write two numbers: whose people, and whose they are to be"))


def _one_file(words: Sequence[str], options: Arguments) -> None:
    if len(words) != 1:
        raise UsageWrong(tr("write one file, after the playbook"))


@carried_out(check=_one_file)
async def import_file(order: CommandOrder) -> int:
    """Take a file of clerks, and print what came of it; exit 1 where lines were refused."""
    playbook, progress, file = order.playbook, Progress(order.speech), Path(order.words[0])
    day = order.options.old_codes_until
    done = await import_clerks(
        await order.people(),
        playbook,
        file.name,
        clerk_lines_of(file),
        order.by,
        old_until=None if day is None else end_of_day(day, playbook),
        tell=lambda so_far: progress.show(tr("{number} lines", number=f"{so_far.done:,}")),
    )
    progress.over()
    order.show_all(done, done.lines(order.at))
    return WRONG if done.refused else RIGHT


@carried_out(check=_none)
async def list_clerks(order: CommandOrder) -> None:
    """Print the clerks."""
    options, playbook = order.options, order.playbook
    found = await clerks.all_clerks(await order.people(), playbook, options.store, options.days)
    rows = [_clerk(one, playbook) for one in found]
    if not options.json:
        for row, one in zip(rows, found, strict=True):
            row["role"] = order.speech.text(ROLE_NAMES[one.clerk.role])
    show_table(rows, _CLERKS, order, tr("there are no clerks: import a table of them"))


@carried_out(check=_none)
async def counts(order: CommandOrder) -> None:
    """Print who was bound to whom in the last days, today among them."""
    people, playbook = await order.people(), order.playbook
    only = clerks.stores_named(playbook, order.options.store)
    counted = await clerks.counts(people, playbook, order.options.days)
    found = [one for one in counted if only is None or one.store in only]
    known = await people.clerks.of({one.number for one in found})
    names = {number: stored.clerk.name for number, stored in known.items()}
    rows = [
        {
            "day": one.day,
            "store": store_title(playbook, one.store),
            "number": one.number,
            "name": names.get(one.number, ""),
            **pick(one, "channel", "bound"),
        }
        for one in found
    ]
    show_table(rows, _COUNTED, order, tr("nobody was bound to a clerk in these days"))


@carried_out()
async def suspend(order: CommandOrder) -> None:
    """Suspend clerks, or lift that."""
    lift = order.options.lift
    changed = await clerks.suspend(await order.people(), order.words, order.by, lift=lift)
    numbers = " ".join(changed)
    done = (
        tr("their codes are good again: {numbers}", numbers=numbers)
        if lift
        else tr("suspended, their codes bind nobody any more: {numbers}", numbers=numbers)
    )
    order.show({"changed": changed}, done if changed else tr("that was so already"))


@carried_out(check=_two)
async def hand_over(order: CommandOrder) -> None:
    """Give the people of a clerk to another one."""
    people, progress = await order.people(), Progress(order.speech)
    handing = await clerks.handing_over(people, *order.words)
    people_words: dict[str, TranslatableValue] = {
        "people": f"{handing.people:,}",
        "was": _called(handing.was.number, handing.was.name),
        "to": _called(handing.to.number, handing.to.name),
    }
    if handing.people and not order.options.yes:
        if not sys.stdin.isatty():
            raise NoClerk(tr("nobody is handed over without a yes: add  --yes"))
        if not agreed(tr("give {people} people of {was} to {to}? [y/N]", **people_words), order.speech):
            raise NoClerk(tr("nobody was handed over"))

    def tell(done: int) -> None:
        progress.show(tr("{done} of {total} people", done=f"{done:,}", total=people_words["people"]))

    done = await clerks.hand_over(people, handing, order.by, tell)
    progress.over()
    line = tr(
        "{number} people of {was} are told to be with {to}: a bot that runs does it now, else the next",
        number=f"{done:,}",
        was=people_words["was"],
        to=people_words["to"],
    )
    order.show({"people": done}, line)


def show_table(
    rows: Sequence[Mapping[str, object]],
    titles: Mapping[str, Translatable],
    order: CommandOrder,
    nothing: Translatable,
) -> None:
    """Records as JSON, as a table for spreadsheets, or in columns for people."""
    heads = list(map(order.speech.text, titles.values()))
    if order.options.csv:
        write_file_out(MARK + csv_line(heads))
        write_file_out("".join(csv_line(one[name] for name in titles) for one in rows))
    elif rows:
        order.show_all(
            {"rows": rows}, in_columns([heads, *([_cell(one[name]) for name in titles] for one in rows)])
        )
    else:
        order.show({"rows": rows}, nothing)


def _cell(value: object) -> str:
    return "" if value is None else printable(f"{value:,}" if isinstance(value, int) else str(value))


def _clerk(one: ClerkView, playbook: Playbook) -> dict[str, object]:
    clerk = one.clerk
    off = clerk.suspended
    return {
        **pick(clerk, "number", "name"),
        "store": store_title(playbook, clerk.store) or playbook.store_groups.get(clerk.group, clerk.group),
        "role": clerk.role,
        "phone": None if clerk.phone is None else masked(clerk.phone),
        "code": clerk.code,
        **pick(one, "people", "bound"),
        "suspended": None if off is None else off.astimezone(playbook.zone).date().isoformat(),
    }


def store_title(playbook: Playbook, store: str) -> str:
    """What members call a store; its name where the playbook has it no more."""
    found = playbook.stores.get(store)
    return store if found is None else found.title


def _called(number: str, name: str) -> Translatable:
    return tr("{name} ({number})", name=name, number=number)
