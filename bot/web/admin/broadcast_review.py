"""What publishing a draft means for its broadcasts: each is sent or not, when, and to how many people (I1,
I2, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.broadcasts.schedule import begins, next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.money import sending_cost
from bot.model.plain_text import visible
from bot.operations.audiences import AudienceCount
from bot.operations.broadcasts.checking import month_quota
from bot.operations.broadcasts.checking_words import month_left
from bot.operations.broadcasts.composer import composed_in
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.publishing import Review
from bot.playbook.in_money import sending_price
from bot.web.admin.broadcast_compose_side import ComposedCounts, counted_people, sent_before
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import STATES, people_words, rhythm_words


@dataclass(frozen=True, slots=True)
class DraftedBroadcasts:
    """Reads the broadcasts of a draft, as of now. May raise `DatabaseUnavailable`."""

    context: BroadcastContext
    counts: ComposedCounts

    async def shown(self, draft: PlaybookDraft, review: Review) -> Sequence[Mapping[str, Any]]:
        """The values for the template of each broadcast that is new or changed; none where the draft has
        mistakes."""
        playbook = review.playbook
        if playbook is None:
            return ()
        changed = await asyncio.to_thread(composed_in, draft)
        found = [playbook.broadcasts[name] for name, _ in changed if name in playbook.broadcasts]
        return [await self._one(playbook, one) for one in found]

    async def _one(self, playbook: Playbook, broadcast: Broadcast) -> Mapping[str, Any]:
        now = self.context.now()
        at = None if broadcast.dropped else next_time(broadcast, now, playbook.zone)
        starts = None if at is None else begins(broadcast, at, playbook.zone)
        sends = {} if at is None else await self._size(playbook, broadcast)
        return {
            "title": visible(broadcast.title or broadcast.name),
            "at": at,
            "begins": starts if starts != at else None,
            "rhythm": "" if broadcast.every is None else rhythm_words(broadcast.every),
            "is_past": broadcast.timed and at is None and not broadcast.dropped,
            "status": "" if broadcast.status == "live" else STATES[broadcast.status],
            "last": await sent_before(self.context, playbook, broadcast, at),
            "is_counting": False,
            "people": "",
            **sends,
        }

    async def _size(self, playbook: Playbook, broadcast: Broadcast) -> Mapping[str, Any]:
        """How many people would get it now, its cost, and how many messages of the month are left."""
        settings = self.context.settings().channels.get(broadcast.channel)
        if settings is None:  # a new account: nobody is its friend yet
            return {}
        counts = await counted_people(self.context, self.counts, playbook, broadcast)
        if counts is None:
            return {"is_counting": True}
        count, share = counts.value[broadcast.channel], broadcast.sent_share
        people = AudienceCount(round(count.people * share), count.about or share < 1)
        month, why = await month_quota(self.context.stores, self.context.line(), broadcast.channel)
        cost = sending_cost(settings.plan, people.people, None if month is None else month.spent)
        return {
            "people": people_words(people),
            "price": sending_price(settings.plan, cost),
            "number": f"{people.people:,}",
            "left": month_left(month, why, settings.plan),
        }
