"""A new draw by a form: it becomes an entry of one's draft, with the rules about it (N3, L8)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.rendering.placeholders import page_address
from bot.model.screen import MY_DRAWS
from bot.model.translatable import Translatable, tr
from bot.operations.drafts.new_draw import LUCK, OPENS, PRIZES, FormDraw, new_draw
from bot.operations.drafts.new_entry import NewEntry, titles_in
from bot.web.admin.draft_form import DraftFormPages, first_way, text_fields
from bot.web.admin.message_view import shown_messages
from bot.web.admin.visit import Visit

EACH: Mapping[str, Translatable] = {"day": tr("once a day"), "once": tr("once in all")}
LOOKS: Mapping[str, Translatable] = {"wheel": tr("a wheel"), "scratch": tr("a card to scratch")}


class DrawNewPages(DraftFormPages[FormDraw]):
    """`/admin/draws/new`."""

    title = tr("A new draw")
    entry = "draw"

    def read(self, fields: Mapping[str, str]) -> FormDraw:
        """What was sent."""
        if not fields:
            return FormDraw()
        title, terms, asked, until = text_fields(fields, "title", "terms", "asked", "until")
        rows = [text_fields(fields, f"coupon_{n}", f"odds_{n}") for n in range(1, PRIZES + 1)]
        prizes = tuple((coupon, odds) for coupon, odds in rows)
        each, look = fields.get("each"), fields.get("look")
        return FormDraw(
            *(title, terms, asked, prizes),
            each="once" if each == "once" else "day",
            look="scratch" if look == "scratch" else "wheel",
            until=until,
        )

    def made(self, sources: Mapping[str, str], form: FormDraw, channel: str) -> NewEntry:
        """The draw, and the rules that open and answer it."""
        return new_draw(sources, form, channel, has_pages=self._has_pages(channel))

    def data(self, visit: Visit, form: FormDraw, sources: Mapping[str, str]) -> Mapping[str, object]:
        """The form, with the coupons that can be won."""
        coupons = titles_in(sources, "coupons")
        return {"draw": form, "coupons": coupons, "each": EACH.items(), "looks": LOOKS.items()}

    def side(self, visit: Visit, form: FormDraw, sources: Mapping[str, str]) -> Mapping[str, object]:
        """What a customer gets who asks for it."""
        opens = {"type": "message", "label": OPENS[form.look], "text": "…"}
        quick = {"quickReply": {"items": [{"type": "action", "action": opens}]}}
        shown = shown_messages([{"type": "text", "text": LUCK, **quick}])
        has_pages = self._has_pages(visit.channel)
        return {"asked": first_way(form.asked), "shown": shown if has_pages else [], "say": visit.words.words}

    def done(self, name: str) -> Translatable:
        """That it is in the draft."""
        return tr("The draw {draw} is in your draft. Have a look: with Publish it is live", draw=name)

    def _has_pages(self, channel: str) -> bool:
        return page_address(self.console.playbook(), MY_DRAWS, channel) is not None
