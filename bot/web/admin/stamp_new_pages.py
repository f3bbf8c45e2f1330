"""A new stamp card by a form: it becomes an entry of one's draft, with the rules that send it (N2, L8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.new_entry import NewEntry, titles_in
from bot.operations.drafts.new_stamp_card import REWARDS, FormStampCard, card_of, new_stamp_card
from bot.promotions.stamps.model import StampWay
from bot.web.admin.draft_form import DraftFormPages, first_way, text_fields
from bot.web.admin.message_view import shown_messages
from bot.web.admin.visit import Visit

WAYS: Mapping[StampWay, Translatable] = {
    "clerk": tr("a clerk at the till"),
    "code": tr("the customer scans the code at the counter: once a day"),
}


class StampNewPages(DraftFormPages[FormStampCard]):
    """`/admin/stamps/new`."""

    title = tr("A new stamp card")
    entry = "stamp"

    def read(self, fields: Mapping[str, str]) -> FormStampCard:
        """What was sent."""
        if not fields:
            return FormStampCard()
        title, terms, asked, cells, each, until, days = text_fields(
            fields, "title", "terms", "asked", "cells", "each", "until", "days"
        )
        numbers = range(1, REWARDS + 1)
        rows = [text_fields(fields, f"cell_{number}", f"coupon_{number}") for number in numbers]
        rewards = tuple((cell, coupon) for cell, coupon in rows)
        ways = tuple(one for one in get_args(StampWay) if fields.get(f"by_{one}") == "1")
        again = fields.get("again") == "1"
        return FormStampCard(title, terms, asked, cells, rewards, ways, each, until, days, again)

    def made(self, sources: Mapping[str, str], form: FormStampCard, channel: str) -> NewEntry:
        """The card, and the rules that send it."""
        return new_stamp_card(sources, form, channel)

    def data(self, visit: Visit, form: FormStampCard, sources: Mapping[str, str]) -> Mapping[str, object]:
        """The form, with the coupons that it may give."""
        return {"card": form, "ways": WAYS.items(), "coupons": titles_in(sources, "coupons")}

    def side(self, visit: Visit, form: FormStampCard, sources: Mapping[str, str]) -> Mapping[str, object]:
        """What a customer gets who asks for it with a third of it filled."""
        titles, now = titles_in(sources, "coupons"), self.context.now()
        card = card_of(form, titles, self.console.playbook(), visit.channel, now)
        shown = shown_messages([] if card is None else [card])
        return {"asked": first_way(form.asked), "shown": shown, "say": visit.words.words}

    def done(self, name: str) -> Translatable:
        """That it is in the draft."""
        return tr("The stamp card {card} is in your draft. Have a look: with Publish it is live", card=name)
