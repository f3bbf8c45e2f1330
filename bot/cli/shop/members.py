"""`oaflow shop sync|status|fields`: the members of a shop: read, counted, and what they have to map from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.order import CommandOrder, carried_out
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong, note
from bot.cli.terminal_text import Progress
from bot.cli.valid_files import read_valid_playbook
from bot.model.clock import SystemClock
from bot.model.settings import Settings, ShopSettings
from bot.model.shop import MEMBER_REFUSALS, SyncKind, SyncRun, SyncStop, UnreadField
from bot.model.translatable import Language, Refusal, Translatable, plural, row, tr
from bot.operations.actors import actor_words
from bot.operations.payload import pick
from bot.operations.refused_calls import why_refused
from bot.operations.shops.fields import shop_fields, shop_of
from bot.operations.shops.status_words import (
    beforehand,
    came_of,
    how_far,
    last_webhook,
    other_unread,
    polls,
    why_stopped,
)
from bot.operations.shops.syncing import ShopStatus, members_counted, order_sync, status_of, sync_of
from bot.operations.simulated_time import now_among
from bot.playbook.similar import hint_for, quoted
from bot.shops.catalogue import CatalogueField
from bot.shops.platforms import LIST, NO_CHANGE_FEED, is_unheard
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

FOLLOW = 0.5
"""Seconds between two looks at how far it is."""


def which_shop(settings: Settings, words: Sequence[str]) -> ShopSettings:
    """The one that is named, or the only one. Raises `UsageWrong`."""
    shops = settings.shops
    if not shops:
        raise UsageWrong(tr("the playbook has no shop: add a section  shops"))
    match list(words):
        case [] if len(shops) == 1:
            return next(iter(shops.values()))
        case [name] if name in shops:
            return shops[name]
        case [name]:
            hint = hint_for(name, shops) or tr("there are {names}", names=row([*shops]))
            raise UsageWrong(tr("there is no shop {name}; {hint}", name=quoted(name), hint=hint))
        case []:
            raise UsageWrong(tr("which shop? there are {names}", names=row([*shops])))
        case _:
            raise UsageWrong(tr("name one shop"))


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


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print what is mapped, how many have it, what could not be read, and the polls."""
    shop, people = which_shop(order.served.settings, order.words), await order.people()
    played = people is not order.opened.stores
    counted = await members_counted(people, order.playbook, shop)
    found = await status_of(people, order.playbook, shop, counted, played=played)
    unheard = is_unheard(shop, order.served.settings, played=played)
    lines = [*_status_lines(found, order, await now_among(people)), *([NO_CHANGE_FEED] if unheard else ())]
    order.show({**_status(found), "heard": not unheard}, *lines)


def _status(found: ShopStatus) -> dict[str, object]:
    return {
        "shop": found.shop.name,
        "platform": found.shop.platform,
        "linked": found.is_linked,
        "members": found.people,
        "bound": found.bound,
        "attributes": [
            {
                "attribute": one.ours,
                "field": one.theirs,
                "members": one.having,
                "unread": [{"why": str(field.sentence), "members": many} for field, many in one.unread],
            }
            for one in found.mapped
        ],
        "unread": [_unread(field, many, "name") for field, many in found.unread],
        "all": _run(found.sync.all),
        "poll": _run(found.sync.poll),
        "next_poll": found.next_poll,
        "last_webhook": found.last_news,
        "webhooks_waiting": found.waiting,
        "edited": found.is_edited,
        "refused": None if found.refused is None else pick(found.refused, "kind", "since", "why"),
    }


def _run(run: SyncRun | None) -> dict[str, object] | None:
    """How far it is, and what came of it."""
    if run is None:
        return None
    figures = run.figures
    return {
        **pick(run, "kind", "state", "by", "ordered", "began", "ended", "total", "calls", "seconds"),
        **pick(figures, "read", "new", "changed", "same"),
        "on_line": figures.met,
        "joined": figures.joined,
        "refused": {str(MEMBER_REFUSALS.get(why, why)): many for why, many in figures.refused.items()},
        "unread": [_unread(one, many, "attribute") for one, many in figures.unread.items()],
        "stopped": _stopped(run.stop) if run.state == "stopped" else None,
    }


def _stopped(stop: SyncStop | None) -> dict[str, object] | None:
    if stop is None:
        return None
    return {"why": stop.why, "said": str(stop.message), **pick(stop, "at", "again")}


def _unread(field: UnreadField, many: int, name: str) -> dict[str, object]:
    """So many members had no value for it; `name`: what our side of it is called."""
    return {name: field.ours, "field": field.theirs, "why": str(field.sentence), "members": many}


def _status_lines(found: ShopStatus, order: CommandOrder, now: datetime) -> Iterator[Translatable]:
    name, sync = found.shop.name, found.sync
    if not found.is_linked:
        yield tr("{shop} is not linked:  oaflow shop link {shop}", shop=name)
    if (refused := found.refused) is not None:
        yield tr("since {moment}: {why}", moment=order.at(refused.since), why=why_refused(refused))
    yield plural(
        "1 person is known as a member of {shop}; bound: {bound}",
        "{number} people are known as members of {shop}; bound: {bound}",
        found.people,
        shop=name,
        bound=f"{found.bound:,}",
    )
    for one in found.mapped:
        yield tr(
            "{ours} ({theirs}): {number} have it", ours=one.ours, theirs=one.theirs, number=f"{one.having:,}"
        )
        for field, many in one.unread:
            yield tr("    {number} could not be read: {why}", number=f"{many:,}", why=field.sentence)
    yield from other_unread(found)
    yield from last_webhook(found, order.at)
    if found.shop.platform != LIST:
        yield from _readings(found, order, now)
    if sync.all is not None and found.is_edited:
        yield tr("the mapping has been edited since all were read:  oaflow shop sync {shop}", shop=name)


def _readings(found: ShopStatus, order: CommandOrder, now: datetime) -> Iterator[Translatable]:
    run, name = found.sync.all, found.shop.name
    if run is None:
        yield tr("its members were never read:  oaflow shop sync {shop}", shop=name)
        return
    match run.state:
        case "done":
            at = order.at(run.ended or run.ordered)
            yield tr("all were read, last at {moment}, ordered by {who}:", moment=at, who=actor_words(run.by))
            yield from came_of(run)
        case "stopped" if run.stop is not None:
            yield tr(
                "reading them stopped at {moment}: {far}", moment=order.at(run.stop.at), far=how_far(run, now)
            )
            yield why_stopped(run.stop, name)
            if run.stop.again is not None:
                yield tr("it is tried again at {moment}", moment=order.at(run.stop.again))
        case _:
            yield tr("they are being read: {far}", far=how_far(run, now))
    yield from polls(found, order.at)


class SyncGone(Refusal):
    """What was ordered is not there any more."""


@carried_out()
async def sync(order: CommandOrder) -> int:
    """Have all members read; the exit code: 1 where they are not. Raises `SyncGone`."""
    options, people = order.options, await order.people()
    shop, played = which_shop(order.served.settings, order.words), people is not order.opened.stores
    kind: SyncKind = "look" if options.dry_run else "all"
    run: SyncRun | None = await order_sync(
        people, shop, order.by, await now_among(people), kind, played=played
    )
    if run is not None and not options.detach:
        run = await _followed(people, shop.name, run, order.speech)
    if run is None:
        raise SyncGone(tr("{shop} was unlinked meanwhile: its members were not read", shop=shop.name))
    order.show_all(_run(run), _sync_lines(run, shop.name, detached=options.detach))
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
