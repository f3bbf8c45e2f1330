"""How links of friends, and who came by them, look in MongoDB (N4)."""

from __future__ import annotations

from bot.promotions.referrals.model import HELD_REFERRALS, INVITATIONS, Invitation, Referral
from bot.store.codec.record import RecordCodec
from bot.store.collection_spec import if_there, index_of
from bot.store.promotion_rows import HeldRows, RowsPart

INVITATION = RecordCodec(Invitation, "campaign:n codes:c friends:f successes:d rewarded:r came:fi done:di")
_REFERRAL = RecordCodec(Referral, "campaign:n by id:i at state:s came:c ended:e why:w")

PART = RowsPart(
    indexes=(
        index_of("inviting", "invitations.c", where=if_there("invitations.c")),
        # asked by staff: who has brought friends, whom, and how many may still count
        index_of("has_brought", "invitations.n", "invitations.f", where=if_there("invitations.f")),
        index_of("brought_by", "referrals.by", where=if_there("referrals.by")),
        index_of("brought", "referrals.n", "referrals.s", where=if_there("referrals.s")),
    ),
    held={
        HELD_REFERRALS: HeldRows("referrals", _REFERRAL.write, _REFERRAL.read),
        INVITATIONS: HeldRows("invitations", INVITATION.write, INVITATION.read),
    },
)
