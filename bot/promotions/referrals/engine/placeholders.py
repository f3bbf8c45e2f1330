"""The address of a contact's own link (N4)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import PromotionPlaceholder, PromotionSource, page_address
from bot.model.value import Value
from bot.promotions.referrals.engine.held import invite
from bot.promotions.referrals.model import BY, INVITATIONS, MY_INVITES


def _own_link(asked: PromotionPlaceholder) -> Value | None:
    if asked.event is not None:
        invite(asked.contact, asked.playbook, asked.event, asked.now)
    held = INVITATIONS.one(asked.contact, asked.placeholder.name)
    return None if held is None else invite_address(asked.playbook, asked.channel, held.codes[0])


def invite_address(playbook: Playbook, channel: str, code: str) -> str | None:
    """The address by which friends come with this code; `None` where the channel has no LIFF."""
    address = page_address(playbook, MY_INVITES, channel)
    return None if address is None else f"{address}?{BY}={code}"


PART: Mapping[str, PromotionSource] = {"invite": _own_link}
