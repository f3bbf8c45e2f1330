"""The page of a person's own links: what it shows, and the friend's link by which it was opened (N4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import invite_address
from bot.model.promotion_act import ReferralAct
from bot.model.screen import InvitedView, InviteView
from bot.operations.payload import Payload, pick
from bot.promotions.referrals.model import BY
from bot.runtime.pages import PageService, Viewer
from bot.store.contacts.people import People
from bot.web.liff.barcode import svg

LONGEST = 32
"""Characters of a code that is looked for."""


class InvitesPage:
    """What `my_invites` does beside other pages. Raises what its service does."""

    def __init__(self, playbook: Callable[[], Playbook], service: PageService, people: People) -> None:
        self._playbook = playbook
        self._context = service
        self._people = people

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str]) -> Mapping[str, str]:
        """Whoever opens a friend's link was brought by it, if anybody has it; the inputs that are left."""
        code = inputs.get(BY, "")
        inviter = await self._people.inviter(code) if 0 < len(code) <= LONGEST else None
        if inviter is not None:
            campaign = next(one.campaign for one in inviter.invitations if code in one.codes)
            await self._context.brought(viewer, ReferralAct(campaign, "opened", code))
        return {key: value for key, value in inputs.items() if key != BY}

    def shown(self, channel: str, invites: Sequence[Payload]) -> list[Payload]:
        """With the address and the picture of each link."""
        playbook = self._playbook()
        links = [(one, invite_address(playbook, channel, one["code"]) or "") for one in invites]
        return [{**one, "link": link, "qr": svg("qr", link)} for one, link in links]


def invited_json(view: InvitedView) -> Payload:
    """By whom a person was brought, as its page draws it."""
    return {**pick(view, "name", "title", "state", "why", "friend"), "deed": view.goal}


def invite_json(view: InviteView, milliseconds: Callable[[datetime], int]) -> Payload:
    """A campaign as its page draws it."""
    payload = pick(
        view,
        *("name", "title", "code", "friends", "successes", "rewarded", "left"),
        *("friend", "inviter", "terms", "image"),
    )
    payload["deed"] = view.goal
    payload["until"] = None if view.until is None else milliseconds(view.until)
    return payload
