"""What draws give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import OperationsPart, PeopleList

WINNERS = PeopleList("draws")
PART = OperationsPart(lists={WINNERS: tr("the winners of a draw")})
