"""Changes exchanged with a shop: each is sent there once, and each from there counts once (C6)."""

from __future__ import annotations

from typing import Any

from bot.engine import notes
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.effects import CONSENT, WriteMember
from bot.model.event import News


def write_to_shop(turn: Turn) -> None:
    """Ask for what this turn has set to be written onto the member that the person is, as it is at the end.

    Who is no member of the shop has no record there: nothing is written, and binding takes the shop's values.
    """
    contact = turn.contact
    if not turn.to_shop or contact.member_no is None or not contact.bindings:
        return
    mapping = (info.shop for info in turn.playbook.attributes.values())
    for shop in dict.fromkeys((*mapping, *turn.playbook.consent_to)):
        values = {
            info.slot: turn.to_shop[info.slot]
            for info in turn.playbook.attributes.values()
            if info.shop == shop and info.writable and info.slot in turn.to_shop
        }
        if CONSENT in turn.to_shop and shop in turn.playbook.consent_to:
            values[CONSENT] = turn.to_shop[CONSENT]
        if shop is not None and values and contact.member_shop in (None, shop):
            turn.actions.append(WriteMember(shop, contact.member_no, values))
            turn.note(notes.TO_SHOP, shop)


def record_facts(contact: Contact) -> tuple[Any, ...]:
    """All that a contact has from a shop's record, except its dates."""
    return (
        *(contact.attributes, contact.tags, contact.bindings),
        *(contact.member_no, contact.member_shop, contact.marketing_shop),
    )


def is_repeated(turn: Turn, news: News) -> bool:
    """Whether the person has had this news before, and it changes nothing now.

    News of a poll count only if they change something: the webhook may have been faster. A webhook from
    before a poll's request (or with an older change) was covered by the poll.
    """
    contact = turn.contact
    if news.if_new and not turn.facts_are_new:
        return True
    if news.polled is not None:
        if news.facts is None:  # it belongs to the one before, which was passed on or not
            return contact.shop_polled != news.polled
        contact.shop_polled = news.polled
        return False
    if news.since is None or contact.shop_polled is None or turn.facts_are_new:
        return False
    return news.since <= contact.shop_polled
