"""What waits for somebody, as numbers, and which pushes are stopped (K2, K5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help
from bot.model.brake import PushStop
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.attention import MOST, AttentionKind
from bot.operations.attention_counts import attention_counts
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.wording.stop_words import which

TITLES: Mapping[AttentionKind, Translatable] = {
    "waiting": tr("People who wait for staff"),
    "unsent": tr("Messages that were not sent, events set aside"),
    "channels": tr("Channels in trouble"),
    "shops": tr("Shops in trouble"),
    "proposals": tr("Drafts of the playbook that were handed in"),
    "held": tr("Broadcasts that wait for staff: they are not what was shown"),
}


@dataclass(frozen=True, slots=True)
class AttentionFigures:
    """Each counted to 100."""

    waiting: int
    unsent: Annotated[int, Help("Messages given up within 7 days, or stuck, and events set aside.")]
    channels: int
    shops: int
    proposals: int
    held: Annotated[int, Help("Broadcasts that are not what was shown when they were ordered.")]
    stops: Sequence[PushStop]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """A line for each number, then what is stopped."""
        for name, title in TITLES.items():
            number: int = getattr(self, name)
            shown = f"{MOST}+" if number > MOST else f"{number}"
            yield tr("{what}: {number}", what=title, number=shown)
        for stop in self.stops:
            since, by = at(stop.at), actor_words(stop.by)
            yield tr("pushes are stopped: {what}, since {at}, by {who}", what=which(stop), at=since, who=by)


@operation("attention", roles=TEAM, example="my-shop")
async def attention(call: OperationCall) -> AttentionFigures:
    """What waits for somebody, each counted to 100, and which pushes are stopped."""
    counts = attention_counts(call.stores, lambda: call.now)
    found = {kind: await count(MOST + 1) for kind, count in counts.items()}
    brake = await call.stores.brakes.read()
    return AttentionFigures(**found, stops=brake.stops)
