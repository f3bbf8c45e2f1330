"""`oaflow shop status`: what is mapped, how many have it, what could not be read; polls (C1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.dates import to_the_second
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.playbook_folder import folder_and_words
from bot.cli.shop.choose_shop import which_shop
from bot.cli.shop.sync import run_told
from bot.model.translatable import Language, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.shops.status_words import (
    came_of,
    how_far,
    last_webhook,
    other_unread,
    polls,
    why_stopped,
    why_unread,
)
from bot.operations.shops.syncing import ShopStatus, members_counted, status_of
from bot.operations.simulated_time import now_among
from bot.playbook.valid import ValidPlaybook
from bot.shops.change_feed import UNHEARD, is_unheard
from bot.shops.platforms import LIST

RenderedPage = Callable[[datetime], str]


def status(wanted: Arguments, words: Language) -> int:
    """Print it; the exit code."""
    folder, named = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        shop, people = which_shop(served.settings, named), await whose_people(opened, words)
        played, now = people is not opened.stores, await now_among(people)
        counted = await members_counted(people, served.playbook, shop)
        found = await status_of(people, served.playbook, shop, counted, played=played)
        unheard = is_unheard(shop, served.settings, played=played)
        lines = [*_lines(found, to_the_second(served.playbook.zone), now), *([UNHEARD] if unheard else ())]
        told = _told(found) | {"heard": not unheard}
        show_answer(told, map(words.text, lines), for_programs=wanted.json)

    return on_database(folder, work)


def _told(found: ShopStatus) -> dict[str, object]:
    sync = found.sync
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
                "unread": [{"why": field.why, "members": many} for field, many in one.unread],
            }
            for one in found.mapped
        ],
        "unread": [
            {"name": field.ours, "field": field.theirs, "why": field.why, "members": many}
            for field, many in found.unread
        ],
        "all": None if sync.all is None else run_told(sync.all),
        "poll": None if sync.poll is None else run_told(sync.poll),
        "next_poll": found.next_poll,
        "last_webhook": found.last_news,
        "webhooks_waiting": found.waiting,
        "edited": found.is_edited,
    }


def _lines(found: ShopStatus, shown: RenderedPage, now: datetime) -> Iterator[Translatable]:
    name, sync = found.shop.name, found.sync
    if not found.is_linked:
        yield tr("{shop} is not linked:  oaflow shop link {shop}", shop=name)
    yield tr(
        "{people} people are known as members of {shop}, {bound} of them are bound",
        people=f"{found.people:,}",
        shop=name,
        bound=f"{found.bound:,}",
    )
    for one in found.mapped:
        yield tr(
            "{ours} ({theirs}): {number} have it", ours=one.ours, theirs=one.theirs, number=f"{one.having:,}"
        )
        for field, many in one.unread:
            yield tr("    {number} could not be read: {why}", number=f"{many:,}", why=why_unread(field))
    yield from other_unread(found)
    yield from last_webhook(found, shown)
    if found.shop.platform != LIST:
        yield from _readings(found, shown, now)
    if sync.all is not None and found.is_edited:
        yield tr("the mapping has been edited since all were read:  oaflow shop sync {shop}", shop=name)


def _readings(found: ShopStatus, shown: RenderedPage, now: datetime) -> Iterator[Translatable]:
    run, name = found.sync.all, found.shop.name
    if run is None:
        yield tr("its members were never read:  oaflow shop sync {shop}", shop=name)
        return
    match run.state:
        case "done":
            at = shown(run.ended or run.ordered)
            yield tr("all were read, last at {moment}, ordered by {who}:", moment=at, who=actor_words(run.by))
            yield from came_of(run)
        case "stopped" if run.stop is not None:
            yield tr(
                "reading them stopped at {moment}: {far}", moment=shown(run.stop.at), far=how_far(run, now)
            )
            yield why_stopped(run.stop, name)
            if run.stop.again is not None:
                yield tr("it is tried again at {moment}", moment=shown(run.stop.again))
        case _:
            yield tr("they are being read: {far}", far=how_far(run, now))
    yield from polls(found, shown)
