"""What making a playbook live would do to its broadcasts. May raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.line.month import next_month
from bot.model.problem import Problem
from bot.playbook.broadcast_edit import SentBroadcast, changed_after_sending, over_quota
from bot.store.contacts.audiences import audience_asked
from bot.store.stores import Stores


async def broadcasts_in_the_way(
    stores: Stores, playbook: Playbook, sources: Mapping[str, str], now: datetime
) -> list[Problem]:
    """Which were sent and are changed (errors), which find too few messages this month (warnings)."""
    sent: list[SentBroadcast] = []
    for name in (name for name, one in playbook.broadcasts.items() if one.at is not None):
        sendings = await stores.sendings.all(name)
        timed = (one for one in sendings if one.may_have_reached and one.for_own_time)
        sent += [
            SentBroadcast(name, one.instead_of or one.moment, one.content, one.began or one.moment)
            for one in timed
        ]
    figures = await stores.quotas.all()
    left = {channel: figure.left for channel, figure in figures.items() if figure.left is not None}
    sizes = await _sizes(stores, playbook, left, now)
    return [
        *changed_after_sending(playbook, sent, sources),
        *over_quota(playbook, sizes, left, sources),
    ]


async def _sizes(
    stores: Stores, playbook: Playbook, left: Mapping[str, int], now: datetime
) -> Mapping[str, int]:
    """How many people get those that go out at a time of this month, on channels that have a limit."""
    found: dict[str, int] = {}
    for name, one in playbook.broadcasts.items():
        if one.at is None or one.dropped or one.channel not in left or not now < one.at < next_month(now):
            continue
        asked = audience_asked(playbook, one.to, one.channel, now)
        found[name] = await stores.audience_numbers.exact(asked)
    return found
