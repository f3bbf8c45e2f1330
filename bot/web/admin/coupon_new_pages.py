"""A new coupon by a form: it becomes an entry of one's draft, with the rules that give it (N1, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from bot.engine.compiled.playbook import Playbook
from bot.model.coupon import RedeemWay
from bot.model.problem import Problem
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import save
from bot.operations.drafts.new_coupon import FormCoupon, NewCoupon, card_of, mistakes_of, new_coupon
from bot.operations.drafts.publishing import DraftDesk
from bot.web.admin.coupon_pages import WAYS
from bot.web.admin.message_view import shown_messages
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Fragment, Redirect, RenderedPage, Visit

TITLE = tr("A new coupon")
LONGEST = 1_000
"""Characters of a field that are read."""
OFFERED: tuple[RedeemWay, ...] = ("clerk", "press")
"""Ways to use it that the form offers: orders need a shop that tells codes, which the editor is for."""


@dataclass(frozen=True, slots=True)
class CouponNewPages:
    """`/admin/coupons/new`."""

    playbook: Callable[[], Playbook]
    desk: DraftDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"coupon_new": self.shown, "coupon_made": self.made}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The empty form."""
        return self._page(visit, FormCoupon())

    async def made(self, visit: Visit) -> AdminAnswer:
        """The coupon is in the draft; or the form with what somebody has written, and what is wrong."""
        coupon = coupon_from(visit.form)
        if visit.form.get("act") == "look":
            if visit.form.get("part") == "side":
                return Fragment("coupon_new_side.html", self._side(visit, coupon))
            return self._page(visit, coupon)
        try:
            draft = await self.desk.draft(visit.signed.name)
            made = await asyncio.to_thread(self._made, visit, draft.texts(), coupon)
            wrong = await mistakes_of(self.desk, draft, made.texts)
            if wrong:
                return self._page(visit, coupon, tr("Nothing was saved: mend this first"), wrong)
            for path, text in made.texts.items():
                about = (self.desk.stores, self.desk.live, visit.signed.name)
                await save(*about, path, text.encode(), draft.opened(path), self.desk.now())
        except Refusal as error:
            return self._page(visit, coupon, error.message)
        done = tr(
            "The coupon {coupon} is in your draft. Have a look: with Publish it is live", coupon=made.name
        )
        return Redirect(REVIEW, flash=Flash(done))

    def _made(self, visit: Visit, sources: Mapping[str, str], coupon: FormCoupon) -> NewCoupon:
        return new_coupon(sources, coupon, visit.channel)

    def _side(self, visit: Visit, coupon: FormCoupon) -> Mapping[str, object]:
        """What a customer gets who asks for it now."""
        said = next(iter(coupon.asked.replace("，", ",").split(",")), "").strip()
        card = card_of(coupon, self.desk.now(), self.playbook().zone)
        return {"asked": said, "shown": shown_messages([card]), "say": visit.words.words}

    def _page(
        self,
        visit: Visit,
        coupon: FormCoupon,
        refused: Translatable | None = None,
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        data = {
            "coupon": coupon,
            "ways": [(one, WAYS[one]) for one in OFFERED],
            "problems": wrong,
            "hint_of": hint_of,
            **self._side(visit, coupon),
        }
        return RenderedPage("coupon_new.html", TITLE, data, 200 if refused is None else 422, refused)


def coupon_from(form: Mapping[str, str]) -> FormCoupon:
    """What was sent."""
    title, terms, asked, stock, until, days = (
        form.get(name, "")[:LONGEST].replace("\r\n", "\n").strip()
        for name in ("title", "terms", "asked", "stock", "until", "days")
    )
    ways = tuple(one for one in get_args(RedeemWay) if one in OFFERED and form.get(f"by_{one}") == "1")
    return FormCoupon(title, terms, asked, stock, until, days, ways, form.get("codes") == "imported")
