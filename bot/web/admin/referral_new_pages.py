"""A new referral campaign by a form: it is put into one's draft, with its coupons and rules (N4, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from bot.model.problem import Problem
from bot.model.referral import ReferralDeed
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import save
from bot.operations.drafts.new_coupon import mistakes_of
from bot.operations.drafts.new_referral import EXAMPLE_LINK, FormReferral, invitation, new_referral
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.referral_words import DEEDS
from bot.web.admin.message_view import shown_messages
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Fragment, Redirect, RenderedPage, Visit

TITLE = tr("A new campaign")
LONGEST = 1_000
"""Characters of a field that are read."""


@dataclass(frozen=True, slots=True)
class ReferralNewPages:
    """`/admin/referrals/new`."""

    desk: DraftDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"referral_new": self.shown, "referral_made": self.made}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The empty form."""
        return self._page(visit, FormReferral())

    async def made(self, visit: Visit) -> AdminAnswer:
        """The campaign is in the draft; or the form with what somebody has written, and what is wrong."""
        form = referral_from(visit.form)
        if visit.form.get("act") == "look":
            if visit.form.get("part") == "side":
                return Fragment("referral_new_side.html", self._side(visit, form))
            return self._page(visit, form)
        try:
            draft = await self.desk.draft(visit.signed.name)
            made = await asyncio.to_thread(new_referral, draft.texts(), form, visit.channel)
            wrong = await mistakes_of(self.desk, draft, made.texts)
            if wrong:
                return self._page(visit, form, tr("Nothing was saved: mend this first"), wrong)
            for path, text in made.texts.items():
                about = (self.desk.stores, self.desk.live, visit.signed.name)
                await save(*about, path, text.encode(), draft.opened(path), self.desk.now())
        except Refusal as error:
            return self._page(visit, form, error.message)
        done = tr(
            "The campaign {campaign} is in your draft. Have a look: with Publish it is live",
            campaign=made.name,
        )
        return Redirect(REVIEW, flash=Flash(done))

    def _side(self, visit: Visit, form: FormReferral) -> Mapping[str, object]:
        """What a customer gets who asks for it."""
        said = next(iter(form.asked.replace("，", ",").split(",")), "").strip()
        shown = shown_messages([{"type": "text", "text": invitation(EXAMPLE_LINK)}])
        return {"asked": said, "shown": shown, "say": visit.words.words}

    def _page(
        self,
        visit: Visit,
        form: FormReferral,
        refused: Translatable | None = None,
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        data = {
            "campaign": form,
            "deeds": list(DEEDS.items()),
            "problems": wrong,
            "hint_of": hint_of,
            **self._side(visit, form),
        }
        return RenderedPage("referral_new.html", TITLE, data, 200 if refused is None else 422, refused)


def referral_from(form: Mapping[str, str]) -> FormReferral:
    """What was sent."""
    title, terms, asked, within, until, friend, inviter, days, most = (
        form.get(name, "")[:LONGEST].replace("\r\n", "\n").strip()
        for name in ("title", "terms", "asked", "within", "until", "friend", "inviter", "days", "most")
    )
    deed = next((one for one in get_args(ReferralDeed) if one == form.get("deed")), FormReferral().deed)
    return FormReferral(title, terms, asked, deed, within, until, friend, inviter, days, most)
