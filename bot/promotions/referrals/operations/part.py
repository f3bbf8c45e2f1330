"""What referrals give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import OperationsPart, PeopleList

PAIRS = PeopleList("referrals")
PART = OperationsPart(
    "邀請好友",
    lists={PAIRS: tr("who has brought whom")},
    tables={"referrals": lambda name: tr("{name}: who has brought whom", name=name)},
)
