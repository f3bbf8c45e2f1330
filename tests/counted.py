"""What is counted of promotions, as turns have it counted."""

from __future__ import annotations

from uuid import uuid4

from bot.model.counts import Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.store.stores import Stores
from tests.conftest import NOW


async def count_on(stores: Stores, day: str, *marks: Mark) -> None:
    """Have these counted on a day (YYYY-MM-DD): they are in somebody's timeline."""
    event, contact = f"counted {uuid4()}", "main:U0"
    counted = Counted(event, day, marks)
    await stores.journal.timeline(
        [TimelineRow(event, contact, part_of(contact), NOW, "text", counted=counted)]
    )
