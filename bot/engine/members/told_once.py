"""A change at a shop is told by a webhook or by a poll, whichever is first, and once (C6)."""

from __future__ import annotations

from typing import Any

from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.event import News


def known_of(contact: Contact) -> tuple[Any, ...]:
    """All that a shop's record says of a person, but for when it did."""
    return (
        *(contact.attributes, contact.tags, contact.bindings),
        *(contact.member_no, contact.member_shop, contact.marketing_shop),
    )


def was_told(turn: Turn, news: News) -> bool:
    """Whether this was told to the person before, and says nothing new now.

    What a poll tells is new or nothing: the webhook may have been faster. A webhook that had come before a
    poll asked (or whose change is older than that) was told by the poll.
    """
    contact = turn.contact
    if news.if_new and not turn.facts_are_new:
        return True
    if news.polled is not None:
        if news.facts is None:  # it comes with the one before, which was heard or not
            return contact.shop_polled != news.polled
        contact.shop_polled = news.polled
        return False
    if news.since is None or contact.shop_polled is None or turn.facts_are_new:
        return False
    return news.since <= contact.shop_polled
