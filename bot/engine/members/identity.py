"""Whether two contacts are one member, which data of a member are the newer, and whether news are new.

The newer one is what the shop changed later (docs/decisions, a-webhook-is-a-knock). Where it gives no date,
or was asked twice in between, it is what was asked for later: of a webhook, a poll and a look that cross,
the latest request counts, whichever answer comes last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.changes import SHOP, folded_consent, of_another_record
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.effects import CONSENT, WriteMember
from bot.model.event import Facts, Listed, News

LATEST = timedelta(hours=1)
"""No answer takes longer than this: a request that seems later still was made by a clock that has been set
back since, and is no newer."""


def is_outdated(contact: Contact, record: Facts | Listed) -> bool:
    """Whether newer data of this member are stored; a record whose request has no date is never outdated."""
    if (changed := _changed_before(record.updated, contact.shop_updated)) is not None:
        return changed
    read, last_read = record.read, contact.shop_read
    return read is not None and last_read is not None and read < last_read <= read + LATEST


def is_newer_record(contact: Contact, other: Contact) -> bool:
    """Whether the shop's data of a contact are newer than those of another."""
    if (changed := _changed_before(other.shop_updated, contact.shop_updated)) is not None:
        return changed
    return (
        contact.shop_read is not None and other.shop_read is not None and contact.shop_read > other.shop_read
    )


def _changed_before(one: datetime | None, other: datetime | None) -> bool | None:
    """Whether the shop had changed the one before the other; `None`: it does not say."""
    return None if one is None or other is None or one == other else one < other


def dated(contact: Contact, record: Facts | Listed) -> Contact:
    """The contact with the dates of the record; unchanged where the record has none."""
    if record.read is None and record.updated is None:
        return contact
    read, updated = record.read or contact.shop_read, record.updated or contact.shop_updated
    return replace(contact, shop_read=read, shop_updated=updated)


def is_later(contact: Contact, record: Facts | Listed) -> bool:
    """Whether the shop has changed the record since what is known of it, be it in nothing that is mapped."""
    return record.updated is not None and record.updated != contact.shop_updated


@dataclass(frozen=True, slots=True)
class OfShop:
    """What of a contact a shop decides, by a playbook."""

    slots: frozenset[str] = frozenset()
    """The slots (`n.points`) of attributes that a shop maps."""
    consent_from: Literal["shop", "here", "strictest"] = "strictest"
    """Whose answer about marketing counts: the shop's, the one given here, or a *no* of either."""


def of_shop(playbook: Playbook) -> OfShop:
    """What of contacts a shop decides, by this playbook."""
    mapped = (info.slot for info in playbook.attributes.values() if info.shop is not None)
    return OfShop(frozenset(mapped), playbook.consent_from)


def is_same_member(now: Contact, other: Contact) -> bool:
    """Whether both have one number of one shop.

    `other` may have a number of a list that names no shop: then the caller has checked, or it is one contact
    at two times.
    """
    same_number = now.member_no is not None and now.member_no == other.member_no
    return same_number and other.member_shop in (now.member_shop, None)


def shop_of(contact: Contact, other: Contact) -> str | None:
    """Whose member the two are as one: the shop of the number that stays, else a list that either is on."""
    if contact.member_no is None and other.member_no is not None:
        return other.member_shop
    if contact.member_shop is None and contact.member_no == other.member_no:
        return other.member_shop
    return contact.member_shop


def are_two_members(one: Contact, other: Contact) -> bool:
    """Whether each has a number, and they are not one and the same."""
    both = one.member_no is not None and other.member_no is not None
    return both and not (is_same_member(one, other) or is_same_member(other, one))


def as_one_member(one: Contact, other: Contact, given: OfShop) -> tuple[Contact, Contact]:
    """The two without what of a shop's data cannot stay where they become one.

    Of two members only the first's stays; of one member the newer replaces the older's (C6), if it is known
    which is the newer.
    """
    if are_two_members(one, other):
        return one, without_member(other, given)
    if not (is_same_member(one, other) or is_same_member(other, one)):
        return one, other
    if is_newer_record(other, one):
        return _without_newer(one, other, given), other
    return (one, _without_newer(other, one, given)) if is_newer_record(one, other) else (one, other)


def _without_newer(older: Contact, newer: Contact, given: OfShop) -> Contact:
    """The older contact without what the newer has from the shop's record."""
    newer_slots = given.slots & newer.attributes.keys()
    tags = {tag.name for tag in newer.tags}
    shop = older.marketing_shop if newer.marketing_shop is None else newer.marketing_shop
    is_other = shop is not older.marketing_shop
    return replace(
        older,
        attributes={slot: known for slot, known in older.attributes.items() if slot not in newer_slots},
        tags=tuple(tag for tag in older.tags if tag.by != SHOP or tag.name in tags),
        marketing_shop=shop,
        marketing=folded_consent(given.consent_from, older.marketing_here, shop)
        if is_other
        else older.marketing,
        shop_read=newer.shop_read,
        shop_updated=newer.shop_updated,
    )


def without_yes(contact: Contact, consent_from: str) -> Contact:
    """A contact without the shop's *yes* to marketing, the last order and their dates; a *no* stays."""
    no = False if contact.marketing_shop is False else None
    return replace(
        contact,
        marketing_shop=no,
        marketing=folded_consent(consent_from, contact.marketing_here, no),
        last_order=None,
        shop_read=None,
        shop_updated=None,
        shop_polled=None,
    )


def without_member(contact: Contact, given: OfShop) -> Contact:
    """A contact without its number and the shop's data; a *no* to marketing stays."""
    return replace(
        without_yes(contact, given.consent_from),
        member_no=None,
        member_shop=None,
        attributes={slot: known for slot, known in contact.attributes.items() if slot not in given.slots},
        tags=tuple(tag for tag in contact.tags if tag.by != SHOP),
        bindings={kind: binding for kind, binding in contact.bindings.items() if kind != "shop"},
        staff_stop=of_another_record(contact.staff_stop),
    )


def write_to_shop(turn: Turn) -> None:
    """Request that what this turn has set is written to the shop's record of the member that the person is.

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


def takes_consent(contact: Contact, playbook: Playbook) -> bool:
    """Whether the person's record is at a shop onto which consent is written."""
    shops = playbook.consent_to
    is_member = contact.member_no is not None and bool(contact.bindings)
    return is_member and any(contact.member_shop in (None, shop) for shop in shops)


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
