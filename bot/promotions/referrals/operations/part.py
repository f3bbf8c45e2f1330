"""What referrals give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import HeldDocument, OperationsPart, PeopleList
from bot.promotions.referrals.model import KIND

PAIRS = PeopleList("referrals")
PART = OperationsPart(
    held={held: HeldDocument(held.record, behind="consents") for held in KIND.holds},
    lists={PAIRS: tr("who has brought whom")},
    tables={"referrals": lambda name: tr("{name}: who has brought whom", name=name)},
)
