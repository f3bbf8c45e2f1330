"""`oaflow audit`: who has done what to the shop, and when: playbooks, keys, stops, imports, caps, menus."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime

from bot.cli.answer import in_columns
from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.dates import day_or_span, moment_or_before
from bot.cli.operator import NAME_MOST
from bot.cli.order import CommandOrder, carried_out
from bot.model.audit import AuditEntry
from bot.model.clock import SystemClock
from bot.model.translatable import Language, tr
from bot.operations.actors import done_by
from bot.operations.audit_trail import MOST, SHOP_KINDS, entries
from bot.operations.audit_words import KINDS, STATES, about, change, how_often
from bot.operations.payload import as_json
from bot.playbook.similar import printable


def arguments(command: ArgumentParser) -> None:
    """Of which time, which kind, whose."""
    says = "Who has done what to the shop, the last first; what was done to one contact stands with them."
    describe(command, says, example="oaflow audit --since 2026-11-01 --kind pushes_stopped", run=run)
    add_playbook(command)
    command.add_argument("--since", type=day_or_span, metavar="DATE", help="from this day on, or the last 7d")
    command.add_argument(
        "--until", type=day_or_span, metavar="DATE", help="to the end of this day, or until 7d ago"
    )
    command.add_argument(
        "--kind", action="append", default=[], choices=SHOP_KINDS, metavar="KIND", help="those of this kind"
    )
    command.add_argument("--by", type=_by, metavar="NAME", help="of whoever has this in their name")
    add_json(command)


@carried_out()
async def run(order: CommandOrder) -> None:
    """Print a line for each deed."""
    zone, options = order.zone, order.options
    now = SystemClock().now()
    since = None if options.since is None else moment_or_before(options.since, zone, now)
    until = None if options.until is None else moment_or_before(options.until, zone, now, to_its_end=True)
    found = await entries(
        await order.people(), kinds=options.kind, since=since, until=until, by=options.by, most=MOST
    )
    rows = in_columns([entry_cells(entry, order.at, order.speech) for entry in found])
    nothing = tr("nothing of this kind was done in this time")
    order.show_all([_payload(entry) for entry in found], rows if found else [nothing])
    if len(found) == MOST:
        day = f"{found[-1].at.astimezone(zone):%Y-%m-%d}"
        order.note(
            tr("these are the last {number}; for what was before:  --until {day}", number=MOST, day=day)
        )


def _payload(entry: AuditEntry) -> dict[str, object]:
    return {name: value for name, value in as_json(entry).items() if name != "id"}


def entry_cells(entry: AuditEntry, moment: Callable[[datetime], str], words: Language) -> list[str]:
    """When it was done, what, to whom, how it changed, by whom, and whether that is certain."""
    by = done_by(entry.by) if entry.by else ""
    parts = [KINDS[entry.kind], about(entry), how_often(entry, moment) or change(entry), by]
    state = STATES.get(entry.state)
    shown = [printable(words.words(one)) for one in parts]  # a file's name may hold what a terminal obeys
    return [moment(entry.at), *shown, "" if state is None else words.text(state)]


def _by(text: str) -> str:
    if len(text) > NAME_MOST:
        raise argparse.ArgumentTypeError(f"a name has at most {NAME_MOST} characters")
    return text
