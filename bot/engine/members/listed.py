"""Lines of a list about people, taken over in bulk: facts, silently (semantics 36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identity import dated, is_later, is_outdated, without_yes
from bot.engine.members.same_phone import has_bound
from bot.engine.turn import change_notes
from bot.engine.turn.changes import SHOP, folded_consent, tag_end, watch_expiry
from bot.engine.turn.turn import Turn
from bot.model.contact import AttributeValue, Binding, BindingKind, Contact, Tag
from bot.model.effects import ConfirmPhone, FreePhone
from bot.model.event import Listed
from bot.model.value import Value

LIST = "list"
"""The `by` of a tag that a list has put on."""
LATE = timedelta(days=1)
"""How long a phone is reserved for the person of a line: turns of a large list come one after the other."""
_FIELDS = (
    *("email", "member_no", "member_shop", "attributes", "tags", "marketing_shop", "marketing", "bindings"),
    *("shop_read", "shop_updated", "shop_polled", "last_order", "phone", "bound_before", "clerk"),
)
"""What a list changes of somebody with LINE."""


def listed(turn: Turn, line: Listed) -> None:
    """Take over a line about somebody with LINE, if it is still about this person."""
    before = turn.contact
    if not is_about(before, line):
        turn.note(change_notes.LIST_LEFT_OUT)
        _free(turn, line)
        return
    reserved = line
    if line.bound_until is None or turn.now > line.bound_until:
        line = replace(line, bound=None)  # by now the phone may be somebody else's
    after = as_listed(before, line, turn.playbook, turn.now)
    is_new = after != before
    if "phone" in after.bindings and "phone" not in before.bindings:
        turn.actions.append(ConfirmPhone(after.phone, None, None, by=line.bound_by))
        turn.note(change_notes.LIST_BOUND)
    else:
        _free(turn, reserved)
    for slot in after.attributes.keys() | before.attributes.keys():
        if after.attributes.get(slot) != before.attributes.get(slot):
            turn.dates_set = {**turn.dates_set, slot: False}  # a bulk load starts nothing whose day is over
            turn.dates_changed = True
    for name in _FIELDS:
        setattr(before, name, getattr(after, name))
    watch_expiry(turn)
    turn.note(change_notes.LIST_TAKEN if is_new else change_notes.LIST_AS_BEFORE)


def _free(turn: Turn, line: Listed) -> None:
    """End the reservation of a phone by which nobody is bound; one that is over has ended by itself."""
    if line.bound_until is not None and turn.now <= line.bound_until:
        turn.actions.append(FreePhone(line.phone, reserved=line.bound_until))


def is_about(contact: Contact, line: Listed) -> bool:
    """Whether a line is about a contact: by the LINE account, by number, or by a proven phone."""
    if line.member_no is not None and contact.member_no is not None:
        return contact.member_no == line.member_no and contact.member_shop in (line.shop, None)
    return line.line or (line.phone is not None and has_bound(contact, line.phone))


def as_listed(contact: Contact, line: Listed, playbook: Playbook, now: datetime) -> Contact:
    """The contact with the data of the line; equal to the former one where nothing of it is new.

    Of somebody with LINE the phone stays: theirs is proven, and nobody has proven the list's (semantics 34).
    The name is LINE's own where there is one; an e-mail address that they wrote themselves stays.
    """
    if is_outdated(contact, line):
        return contact
    before = contact
    if line.unsaid:
        contact = without_yes(contact, playbook.consent_from)
    has_line, is_named = contact.has_line, contact.has_line or bool(contact.accounts)
    is_bound = may_be_bound(contact, line)
    shop = contact.marketing_shop if line.marketing is None else line.marketing
    has_consent = line.marketing is not None
    after = replace(
        contact,
        name=contact.name if is_named else line.name or contact.name,
        phone=line.phone or contact.phone if is_bound or not has_line else contact.phone,
        email=(contact.email or line.email) if has_line else (line.email or contact.email),
        member_no=line.member_no or contact.member_no,
        member_shop=_shop_after(contact, line),
        attributes=_attributes(_remaining(contact.attributes, line.gone), line.values, now),
        tags=_tags(contact, line, playbook, now),
        marketing_shop=shop,
        bindings=_bindings(contact, line, now, is_bound=is_bound),
        bound_before=line.bound if is_bound else contact.bound_before,
        clerk=contact.clerk or line.clerk,
        last_order=max(filter(None, (contact.last_order, line.last_order)), default=None),
        marketing=folded_consent(playbook.consent_from, contact.marketing_here, shop)
        if has_consent
        else contact.marketing,
    )
    return dated(after, line) if after != before or is_later(contact, line) else before


def _shop_after(contact: Contact, line: Listed) -> str | None:
    """The shop whose member, or on whose list, somebody is: the number's shop first."""
    if line.member_no is not None or contact.member_no is None:
        return line.shop or contact.member_shop
    return contact.member_shop


def may_be_bound(contact: Contact, line: Listed) -> bool:
    """Whether the proof of another system binds this person: with LINE, who has never bound a phone here."""
    never = contact.bound_before is None and "phone" not in contact.bindings
    return line.bound is not None and line.phone is not None and contact.has_line and never


def _bindings(
    contact: Contact, line: Listed, now: datetime, *, is_bound: bool
) -> Mapping[BindingKind, Binding]:
    """Add the binding by the shop's own login, as elsewhere for records of the shop, and that of the line."""
    bindings = contact.bindings
    if line.login and "shop" not in bindings:
        bindings = {**bindings, "shop": Binding(now)}
    if is_bound and line.bound is not None:
        bindings = {**bindings, "phone": Binding(line.bound, line.bound_tags)}
    return bindings


def _remaining(known: Mapping[str, AttributeValue], gone: Sequence[str]) -> Mapping[str, AttributeValue]:
    if known.keys().isdisjoint(gone):
        return known
    return {slot: value for slot, value in known.items() if slot not in gone}


def _attributes(
    known: Mapping[str, AttributeValue], line: Mapping[str, Value], now: datetime
) -> Mapping[str, AttributeValue]:
    new = {
        slot: AttributeValue(value, now)
        for slot, value in line.items()
        if not _is_known(known.get(slot), value)
    }
    return {**known, **new} if new else known


def _is_known(known: AttributeValue | None, value: Value) -> bool:
    return known is not None and known.value == value and type(known.value) is type(value)


def _tags(contact: Contact, line: Listed, playbook: Playbook, now: datetime) -> tuple[Tag, ...]:
    """Those that are on stay as they are: imported again, a list renews nothing.

    But since when one is on that a list has put on, a list may say later.
    """
    off = {name for name, on in line.shop_tags.items() if not on}
    remaining = tuple(tag for tag in contact.tags if tag.name not in off)
    new = [Tag(name, now, SHOP) for name, on in line.shop_tags.items() if on]
    bound = dict.fromkeys(line.bound_tags, line.bound) if may_be_bound(contact, line) else {}
    for name, at in {**bound, **line.tags}.items():
        since = at or now
        new.append(Tag(name, since, LIST, tag_end(playbook, name, since)))
    have = {tag.name: tag for tag in remaining if tag.expires is None or tag.expires > now}
    alive: dict[str, Tag] = {}
    for tag in new:
        if tag.expires is None or tag.expires > now:
            alive.setdefault(tag.name, tag)  # each once: what is the shop's, too, is the shop's
    added = [tag for tag in alive.values() if tag.name not in have or _is_dated(have[tag.name], tag, line)]
    names = {tag.name for tag in added}
    return (*(tag for tag in remaining if tag.name not in names), *added) if added or off else contact.tags


def _is_dated(on: Tag, tag: Tag, line: Listed) -> bool:
    """Whether the list gives a date for a tag that came from a list and has not been renewed since."""
    of_lists = on.by == tag.by == LIST and not on.again
    return of_lists and line.tags.get(tag.name) is not None and on.at != tag.at
