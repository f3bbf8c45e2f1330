"""What draws give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import OperationsPart, PeopleList
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.model import MY_DRAWS

WINNERS = PeopleList("draws")
PART = OperationsPart(
    MY_DRAWS,
    DRAWS,
    "抽獎",
    lists={WINNERS: tr("the winners of a draw")},
)
