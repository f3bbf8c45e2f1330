"""The page of a person's own links: what it shows, and the friend's link by which it was opened (N4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model.screen import Screen
from bot.operations.payload import Payload, pick
from bot.promotions.referrals.engine.placeholders import invite_address
from bot.promotions.referrals.model import BY, INVITATIONS, InvitedView, InviteView, ReferralAct
from bot.runtime.pages import Viewer
from bot.web.liff.barcode import svg
from bot.web.liff.member_page import LiffPage, milliseconds_of, without_none

LONGEST = 32
"""Characters of a code that is looked for."""


class InvitesPage(LiffPage):
    """What `my_invites` does beside other pages. Raises what its service does."""

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str) -> tuple[Screen, Payload]:
        """Whoever opens a friend's link was brought by it, if anybody has it."""
        code, context = inputs.get(BY, ""), self.context
        inviter = await context.stores.people.link_owner(code) if 0 < len(code) <= LONGEST else None
        if inviter is not None:
            campaign = next(one.campaign for one in INVITATIONS.of(inviter) if code in one.codes)
            act = ReferralAct(campaign, "opened", code)
            await context.service.acted(viewer, f"referral {code}", act)
        others = {key: value for key, value in inputs.items() if key != BY}
        return await context.service.opened(viewer, others, name), {}

    def shown(self, channel: str, payload: Payload) -> Payload:
        """With the address and the picture of each link, and where the account is added as a friend."""
        if "invites" not in payload:
            return payload
        playbook = self.context.playbook()
        links = [(one, invite_address(playbook, channel, one["code"]) or "") for one in payload["invites"]]
        invites = [{**one, "link": link, "qr": svg("qr", link)} for one, link in links]
        return {**payload, "invites": invites, "add_friend": self.context.friend_address(channel)}


def invited_json(views: Sequence[InvitedView], now: datetime) -> Payload:
    """By whom a person was brought, as the page draws it."""
    shown = [{**pick(one, "name", "title", "state", "why", "friend"), "deed": one.goal} for one in views]
    return {"invited": without_none(shown)}


def invites_json(views: Sequence[InviteView], now: datetime) -> Payload:
    """The campaigns as their page draws them."""
    return {"invites": without_none([_invite_json(one) for one in views])}


def _invite_json(view: InviteView) -> Payload:
    payload = pick(
        view,
        *("name", "title", "code", "friends", "successes", "rewarded", "left"),
        *("friend", "inviter", "terms", "image"),
    )
    payload["deed"] = view.goal
    return payload | milliseconds_of(view, "until")
