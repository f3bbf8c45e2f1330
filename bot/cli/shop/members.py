"""`oaflow shop sync|status|fields`: the members of a shop: read, counted, and what they have to map from."""

from __future__ import annotations

import asyncio

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
from bot.model.translatable import Language, Refusal, tr
from bot.operations.shops.fields import shop_fields, shop_of
from bot.operations.shops.status import reading_of
from bot.operations.shops.status_words import beforehand, how_far, stands_at
from bot.operations.shops.syncing import order_sync, sync_of
from bot.operations.simulated_time import now_among
from bot.playbook.report import in_columns
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
    may = words.text(tr("(may be written)"))
    lines = in_columns([(one.path, one.type, one.example, may if one.writes else "") for one in found])
    show_answer(found, lines, for_programs=wanted.json)
    return RIGHT


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
    detached = tr("it is ordered:  oaflow shop status {shop}  tells how far it is", shop=shop.name)
    order.show_all(
        reading_of(run),
        [detached] if options.detach else stands_at(run, shop.name, await now_among(people)),
    )
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
