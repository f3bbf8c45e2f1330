"""What a poll tells of a member whose record has changed: what a webhook would have told, had it come."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import as_listed
from bot.model.contact import Contact
from bot.model.event import Facts, Listed, News, What
from bot.model.settings import ShopSettings

TIERS = ("vip_info.", "membership_tier.")
"""Where in a record the member's level lies, on either platform."""
OWN_TIER = "tier"
"""And of a system of one's own, if it calls it so."""


def news_of_poll(
    shop: ShopSettings, playbook: Playbook, now: datetime
) -> Callable[[Contact, Listed], Sequence[What]]:
    """What is told to somebody with LINE of whom this is said, and of whom not all of it is known; it is
    heard unless a webhook was faster (`engine/members/shop_changes`).

    Who is only now known to be this member hears it silently, as from a list: nothing has changed for them.
    """
    tiers = tiers_of(shop, playbook)

    def news_between(contact: Contact, said: Listed) -> Sequence[What]:
        if contact.member_no != said.member_no or not (contact.bindings or said.login):
            return (said,)
        facts = replace(said, email=None, name=None, read=None, updated=None)
        news: list[What] = []
        if as_listed(contact, facts, playbook, now) != contact:
            asked = said.read or now
            told_of = News("shop", "member_updated", facts=facts_of(said), if_new=True, polled=asked)
            news.append(told_of)
            if any(slot in tiers and not _is_known(contact, slot, said) for slot in said.values):
                news.append(News("shop", "tier_changed", polled=asked))
        if said.email is not None and contact.email is None:  # no fact, and no news
            news.append(Listed(said.phone, said.member_no, said.shop, email=said.email, line=said.line))
        return news

    return news_between


def tiers_of(shop: ShopSettings, playbook: Playbook) -> Set[str]:
    """The slots of attributes that are the member's level: without any, no poll can tell of it."""
    return {
        playbook.attributes[ours].slot
        for ours, mapped in shop.attributes.items()
        if (mapped.theirs.startswith(TIERS) or mapped.theirs == OWN_TIER) and ours in playbook.attributes
    }


def facts_of(said: Listed) -> Facts:
    return Facts(
        said.values,
        said.shop_tags,
        said.member_no,
        True if said.login else None,
        said.marketing,
        shop=said.shop,
        read=said.read,
        updated=said.updated,
    )


def _is_known(contact: Contact, slot: str, said: Listed) -> bool:
    known = contact.attributes.get(slot)
    return known is not None and known.value == said.values[slot]
