"""What referrals give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.promotions import HeldDocument, OperationsPart, PeopleList
from bot.promotions.referrals.model import HELD_REFERRALS, INVITATIONS, Invitation, Referral

PAIRS = PeopleList("referrals")
PART = OperationsPart(
    "邀請好友",
    [
        HeldDocument(HELD_REFERRALS, Referral, behind="consents"),
        HeldDocument(INVITATIONS, Invitation, behind="consents"),
    ],
    lists={PAIRS: tr("who has brought whom")},
    tables={"referrals": lambda name: tr("{name}: who has brought whom", name=name)},
)
