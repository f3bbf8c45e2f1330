"""`oaflow shop sync`: have all members of a shop read, and show how far that is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.progress import Progress
from bot.cli.refusal import tell
from bot.cli.shop.choose_shop import which_shop
from bot.model.shop import SyncKind, SyncRun
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.shops.status_words import beforehand, came_of, how_far, why_stopped
from bot.operations.shops.syncing import order_sync, sync_of
from bot.operations.simulated_time import now_among
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable


def run_told(run: SyncRun) -> dict[str, object]:
    """How far it is, and what came of it."""
    figures, stop = run.figures, run.stop
    return {
        "kind": run.kind,
        "state": run.state,
        "by": run.by,
        "ordered": run.ordered,
        "began": run.began,
        "ended": run.ended,
        "total": run.total,
        "calls": run.calls,
        "seconds": run.seconds,
        "read": figures.read,
        "new": figures.new,
        "changed": figures.changed,
        "same": figures.same,
        "on_line": figures.met,
        "joined": figures.joined,
        "refused": dict(figures.refused),
        "unread": [
            {"attribute": one.ours, "field": one.theirs, "why": one.why, "members": many}
            for one, many in figures.unread.items()
        ],
        "stopped": None
        if stop is None or run.state != "stopped"
        else {"why": stop.why, "said": stop.said, "at": stop.at, "again": stop.again},
    }


FOLLOW = 0.5
"""Seconds between two looks at how far it is."""


class SyncGone(Refusal):
    """What was ordered is not there any more."""


def sync(wanted: Arguments, words: Language) -> int:
    """Have them read; the exit code: 1 where they are not. Raises `SyncGone`."""
    folder, named = folder_and_words(wanted.words)
    came_to: SyncRun | None = None

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        nonlocal came_to
        shop, people = which_shop(served.settings, named), await whose_people(opened, words)
        kind: SyncKind = "look" if wanted.dry_run else "all"
        who, now, played = commander(wanted.by), await now_among(people), people is not opened.stores
        ordered = await order_sync(people, shop, who, now, kind, played=played)
        came_to = ordered
        if not wanted.detach:
            came_to = await _followed(people, shop.name, ordered, words)
        if came_to is None:
            raise SyncGone(tr("{shop} was unlinked meanwhile: its members were not read", shop=shop.name))
        lines = _lines(came_to, shop.name, detached=wanted.detach)
        show_answer(run_told(came_to), map(words.text, lines), for_programs=wanted.json)

    on_database(folder, work)
    return WRONG if came_to is not None and came_to.state == "stopped" else RIGHT


async def _followed(people: Stores, shop: str, ordered: SyncRun, words: Language) -> SyncRun | None:
    """How it stands when it is over, or stopped; what ends this command ends nothing.

    Raises `DatabaseUnavailable`, once it is said that it goes on all the same.
    """
    progress, is_told = Progress(words), ordered.kind == "look"
    try:
        while (run := await sync_of(people, shop, ordered)) is not None and run.state in (
            "ordered",
            "running",
        ):
            if not is_told and (known := beforehand(run)) is not None:
                tell(known, words)
                is_told = True
            progress.tell(how_far(run, await now_among(people)))
            await asyncio.sleep(FOLLOW)
    except (asyncio.CancelledError, DatabaseUnavailable):
        progress.over()
        tell(tr("it goes on:  oaflow shop status {shop}", shop=shop), words)
        raise
    progress.over()
    return run


def _lines(run: SyncRun, shop: str, *, detached: bool) -> Iterator[Translatable]:
    known = beforehand(run)
    if detached:
        yield tr("it is ordered:  oaflow shop status {shop}  tells how far it is", shop=shop)
    elif run.kind == "look" and known is not None:
        yield known
    elif run.state == "done":
        yield from came_of(run)
    if run.state == "stopped" and run.stop is not None:
        yield why_stopped(run.stop, shop)
