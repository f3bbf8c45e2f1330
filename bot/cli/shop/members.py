"""`oaflow shop sync|status|fields`: the members of a shop: read, counted, and what they have to map from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.order import CommandOrder, carried_out
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import note
from bot.cli.terminal_text import Progress
from bot.cli.valid_files import read_valid_playbook
from bot.model.clock import SystemClock
from bot.model.shop import SyncKind, SyncRun
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.shops.fields import shop_fields, shop_of
from bot.operations.shops.status import reading_of
from bot.operations.shops.status_words import (
    beforehand,
    came_of,
    how_far,
    why_stopped,
)
from bot.operations.shops.syncing import order_sync, sync_of
from bot.operations.simulated_time import now_among
from bot.shops.catalogue import CatalogueField
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

FOLLOW = 0.5
"""Seconds between two looks at how far it is."""


def fields(wanted: Arguments, words: Language) -> int:
    """Print a line for each field of a member; the exit code."""
    folder, named = folder_and_words(wanted.words)
    settings = read_valid_playbook(folder).settings
    shop = shop_of(settings.shops, " ".join(named) or None)
    found = on_event_loop(shop_fields(shop, settings.private_hosts, SystemClock()))
    show_answer(found, _field_lines(found, words), for_programs=wanted.json)
    return RIGHT


def _field_lines(found: Sequence[CatalogueField], words: Language) -> Iterator[str]:
    """Path, type and example below each other."""
    paths = max((len(one.path) for one in found), default=0)
    types = max((len(one.type) for one in found), default=0)
    for one in found:
        line = f"{one.path:<{paths}}  {one.type:<{types}}  {one.example}".rstrip()
        yield f"{line}  {words.text(tr('(may be written)'))}" if one.writes else line


class SyncGone(Refusal):
    """What was ordered is not there any more."""


@carried_out()
async def sync(order: CommandOrder) -> int:
    """Have all members read; the exit code: 1 where they are not. Raises `SyncGone`."""
    options, people = order.options, await order.people()
    shop, played = shop_of(order.served.settings.shops, order.name), people is not order.opened.stores
    kind: SyncKind = "look" if options.dry_run else "all"
    run: SyncRun | None = await order_sync(
        people, shop, order.by, await now_among(people), kind, played=played
    )
    if run is not None and not options.detach:
        run = await _followed(people, shop.name, run, order.speech)
    if run is None:
        raise SyncGone(tr("{shop} was unlinked meanwhile: its members were not read", shop=shop.name))
    order.show_all(reading_of(run), _sync_lines(run, shop.name, detached=options.detach))
    return WRONG if run.state == "stopped" else RIGHT


async def _followed(people: Stores, shop: str, ordered: SyncRun, words: Language) -> SyncRun | None:
    """Its state once it is over, or stopped; interrupting this command does not stop it.

    Raises `DatabaseUnavailable`, once it is noted that it goes on all the same.
    """
    progress, is_notified = Progress(words), ordered.kind == "look"
    try:
        while (run := await sync_of(people, shop, ordered)) is not None and run.state in (
            "ordered",
            "running",
        ):
            if not is_notified and (known := beforehand(run)) is not None:
                note(known, words)
                is_notified = True
            progress.show(how_far(run, await now_among(people)))
            await asyncio.sleep(FOLLOW)
    except (asyncio.CancelledError, DatabaseUnavailable):
        progress.over()
        note(tr("it goes on:  oaflow shop status {shop}", shop=shop), words)
        raise
    progress.over()
    return run


def _sync_lines(run: SyncRun, shop: str, *, detached: bool) -> Iterator[Translatable]:
    known = beforehand(run)
    if detached:
        yield tr("it is ordered:  oaflow shop status {shop}  tells how far it is", shop=shop)
    elif run.kind == "look" and known is not None:
        yield known
    elif run.state == "done":
        yield from came_of(run)
    if run.state == "stopped" and run.stop is not None:
        yield why_stopped(run.stop, shop)
