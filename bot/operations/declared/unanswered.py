"""Questions that nobody answered, grouped and masked, with the rule that would answer (N7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from bot.model.answer_fields import Help
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import CountedBack
from bot.operations.today import midnight
from bot.operations.unanswered import (
    LATELY,
    UnansweredQuestions,
    asked_lately,
    questions_now,
)


@operation("unanswered", example="my-shop --since 7d")
async def unanswered(
    call: OperationCall,
    since: Annotated[date | None, CountedBack(), Help("from this day on, or the last 7d (30 days)")] = None,
) -> UnansweredQuestions:
    """Questions that nobody answered: what asks the same together, masked, what most people ask first."""
    playbook, now = call.playbook, call.now
    begins = now - timedelta(days=LATELY) if since is None else midnight(since, playbook.zone)
    alike = await asked_lately(call.stores, playbook.zone, begins, now)
    return await questions_now(call.stores, alike, playbook, now)
