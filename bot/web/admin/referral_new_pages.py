"""A new referral campaign by a form: it becomes an entry of one's draft, with coupons and rules (N4, L8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.new_entry import NewEntry
from bot.operations.drafts.new_referral import EXAMPLE_LINK, FormReferral, invitation, new_referral
from bot.promotions.referrals.model import ReferralGoal
from bot.promotions.referrals.operations.words import GOALS
from bot.web.admin.draft_form import DraftFormPages, first_way, text_fields
from bot.web.admin.message_view import shown_messages
from bot.web.admin.visit import Visit


class ReferralNewPages(DraftFormPages[FormReferral]):
    """`/admin/referrals/new`."""

    title = tr("A new campaign")
    entry = "referral"

    def read(self, fields: Mapping[str, str]) -> FormReferral:
        """What was sent."""
        if not fields:
            return FormReferral()
        title, terms, asked = text_fields(fields, "title", "terms", "asked")
        goal = next((one for one in get_args(ReferralGoal) if one == fields.get("deed")), FormReferral().goal)
        more = text_fields(fields, "within", "until", "friend", "inviter", "days", "most")
        return FormReferral(title, terms, asked, goal, *more)

    def made(self, sources: Mapping[str, str], form: FormReferral, channel: str) -> NewEntry:
        """The campaign, its coupons, and the rules about both."""
        return new_referral(sources, form, channel)

    def data(self, visit: Visit, form: FormReferral, sources: Mapping[str, str]) -> Mapping[str, object]:
        """The form."""
        return {"campaign": form, "deeds": list(GOALS.items())}

    def side(self, visit: Visit, form: FormReferral, sources: Mapping[str, str]) -> Mapping[str, object]:
        """What a customer gets who asks for it."""
        shown = shown_messages([{"type": "text", "text": invitation(EXAMPLE_LINK)}])
        return {"asked": first_way(form.asked), "shown": shown, "say": visit.words.words}

    def done(self, name: str) -> Translatable:
        """That it is in the draft."""
        return tr(
            "The campaign {campaign} is in your draft. Have a look: with Publish it is live", campaign=name
        )
