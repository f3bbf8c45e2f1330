"""What a shop has told and was asked lately, in words: webhooks, nightly polls (requirement C1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.model.said import Said, say
from bot.operations.shops.sync_status import ShopStatus
from bot.operations.shops.sync_words import unread_times, why_stopped

Moment = Callable[[datetime], str]


def other_unread(found: ShopStatus) -> Iterator[Said]:
    """What could not be read beside attributes: tags, consent."""
    for field, many in found.unread:
        yield unread_times(field, many)


def last_webhook(found: ShopStatus, moment: Moment) -> Iterator[Said]:
    """When the shop has told something, and what waits of it."""
    if found.last_news is not None:
        yield say(
            "last webhook at {moment}, {number} were not told yet",
            moment=moment(found.last_news),
            number=f"{found.waiting:,}",
        )


def polls(found: ShopStatus, moment: Moment) -> Iterator[Said]:
    """What the last nightly poll has found, and when the next one is."""
    poll = found.sync.poll
    if poll is not None and poll.state == "done":
        yield say(
            "last poll at {moment}: {number} of {read} had changed without our knowing",
            moment=moment(poll.ended or poll.ordered),
            number=f"{poll.figures.new + poll.figures.changed:,}",
            read=f"{poll.figures.read:,}",
        )
    elif poll is not None and poll.stop is not None:
        yield say("the poll stopped at {moment}", moment=moment(poll.stop.at))
        yield why_stopped(poll.stop, found.shop.name)
    if found.next_poll is not None:
        yield say("next poll at {moment}", moment=moment(found.next_poll))
