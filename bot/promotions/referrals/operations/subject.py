"""The operations of referrals, as the command line has them."""

from __future__ import annotations

from bot.operations.catalog.subject import OperationSubject

PART = OperationSubject(
    "referrals", "referral", "friends who bring friends: how it is doing, who has brought whom"
)
