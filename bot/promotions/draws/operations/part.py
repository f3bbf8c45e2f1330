"""What draws give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import HeldDocument, OperationsPart, PeopleList
from bot.promotions.draws.model import HELD_DRAWS, HeldDraw

WINNERS = PeopleList("draws")
PART = OperationsPart(
    "抽獎",
    [HeldDocument(HELD_DRAWS, HeldDraw)],
    lists={WINNERS: tr("the winners of a draw")},
)
