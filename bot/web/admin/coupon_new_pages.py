"""A new coupon by a form: it becomes an entry of one's draft, with the rules that give it (N1, L8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.new_coupon import FormCoupon, card_of, new_coupon
from bot.operations.drafts.new_entry import NewEntry
from bot.promotions.coupons.model import RedeemWay
from bot.promotions.coupons.web.pages import WAYS
from bot.web.admin.draft_form import DraftFormPages, first_way, text_fields
from bot.web.admin.message_view import shown_messages
from bot.web.admin.visit import Visit

OFFERED: tuple[RedeemWay, ...] = ("clerk", "press")
"""Ways to use it that the form offers: orders need a shop that tells codes, which the editor is for."""


class CouponNewPages(DraftFormPages[FormCoupon]):
    """`/admin/coupons/new`."""

    title = tr("A new coupon")
    entry = "coupon"

    def read(self, fields: Mapping[str, str]) -> FormCoupon:
        """What was sent."""
        if not fields:
            return FormCoupon()
        title, terms, asked, stock, until, days = text_fields(
            fields, "title", "terms", "asked", "stock", "until", "days"
        )
        ways = tuple(one for one in get_args(RedeemWay) if one in OFFERED and fields.get(f"by_{one}") == "1")
        return FormCoupon(title, terms, asked, stock, until, days, ways, fields.get("codes") == "imported")

    def made(self, sources: Mapping[str, str], form: FormCoupon, channel: str) -> NewEntry:
        """The coupon, and the rules that give it."""
        return new_coupon(sources, form, channel)

    def data(self, visit: Visit, form: FormCoupon, sources: Mapping[str, str]) -> Mapping[str, object]:
        """The form."""
        return {"coupon": form, "ways": [(one, WAYS[one]) for one in OFFERED]}

    def side(self, visit: Visit, form: FormCoupon, sources: Mapping[str, str]) -> Mapping[str, object]:
        """What a customer gets who asks for it now."""
        card = card_of(form, self.context.now(), self.console.playbook())
        shown = shown_messages([card])
        return {"asked": first_way(form.asked), "shown": shown, "say": visit.words.words}

    def done(self, name: str) -> Translatable:
        """That it is in the draft."""
        return tr("The coupon {coupon} is in your draft. Have a look: with Publish it is live", coupon=name)
