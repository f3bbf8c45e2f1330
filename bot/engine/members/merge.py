"""Two contacts that are one person become one (language, 8.3), with the data of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from bot.engine.members.identity import OfShop, are_two_members, shop_of, without_member, without_older_word
from bot.engine.members.joined_referrals import joined_invitations, joined_referrals
from bot.model.bulk_run import RUN
from bot.model.contact import AttributeValue, Binding, BindingKind, CameBy, Contact, Identity, StaffStop, Tag
from bot.model.instance import Instance, Timer
from bot.promotions.coupons.model import HeldCoupon
from bot.promotions.draws.model import HeldDraw
from bot.promotions.stamps.model import ENTRIES_MOST, HeldStampCard

_T = TypeVar("_T")


NO_SHOP = OfShop()


def merged(contact: Contact, other: Contact, given: OfShop = NO_SHOP) -> Contact:
    """`contact` with all that `other` holds: identities, tags, bindings joined; later values and flows win.

    `other` has no identity on a channel of `contact`. The older one's seed stays: nobody is drawn anew. Where
    each is a member with a number of its own, the data of `other`'s go with that number: a contact is
    one member. Of one member the shop's latest data hold. A *no* to marketing of either wins.
    """
    if are_two_members(contact, other):
        other = without_member(other, given)
    contact, other = without_older_word(contact, other, given)
    member, known = (other, contact) if contact.member_no is None else (contact, other)
    older = min((contact, other), key=_since)
    flows = _flows(contact.flows, other.flows)
    return replace(
        contact,
        name=contact.name or other.name,
        language=contact.language or other.language,
        picture=contact.picture or other.picture,
        profiled=_latest(contact.profiled, other.profiled),
        identities=_identities(contact, other),
        tags=_tags((*contact.tags, *other.tags)),
        attributes=_attributes(contact.attributes, other.attributes),
        timers=_timers((*contact.timers, *other.timers), flows),
        seed=older.seed,
        turned=_latest(contact.turned, other.turned),
        version="",  # the next turn looks the person over: dates that start journeys may be others now
        phone=_phone(contact, other),
        stated_phone=contact.stated_phone or other.stated_phone,
        email=contact.email or other.email,
        member_no=contact.member_no or other.member_no,
        member_shop=shop_of(contact, other),
        bindings=_bindings(contact.bindings, other.bindings),
        bound_before=_earliest(contact.bound_before, other.bound_before),
        signed_out=_latest(contact.signed_out, other.signed_out),
        clerk=contact.clerk or other.clerk,
        marketing_here=_strictest(contact.marketing_here, other.marketing_here),
        staff_stop=_staff_stop(contact, other),
        marketing_shop=_strictest(contact.marketing_shop, other.marketing_shop),
        marketing=_strictest(contact.marketing, other.marketing),
        last_order=_latest(contact.last_order, other.last_order),
        shop_read=member.shop_read or known.shop_read,
        shop_updated=member.shop_updated or known.shop_updated,
        shop_polled=_latest(contact.shop_polled, other.shop_polled),
        first_source=min(_came(contact.first_source, other.first_source), key=_at, default=None),
        last_source=max(_came(contact.last_source, other.last_source), key=_at, default=None),
        consents=_joined(contact.consents, other.consents),
        flows=flows,
        results=_joined(contact.results, other.results),
        pages=_joined(contact.pages, other.pages),
        notices=_joined(contact.notices, other.notices),
        chats=_joined(contact.chats, other.chats),
        photos=_joined(contact.photos, other.photos),
        used=_used(contact.used, other.used),
        audiences=_joined(contact.audiences, other.audiences),
        lists=_joined(contact.lists, other.lists),
        coupons=_coupons(contact.coupons, other.coupons),
        stamp_cards=_stamp_cards(contact.stamp_cards, other.stamp_cards),
        draws=_draws(contact.draws, other.draws),
        appointments=_joined(contact.appointments, other.appointments),
        place_wishes=_joined(contact.place_wishes, other.place_wishes),
        befriended=_earliest(contact.befriended, other.befriended),
        referrals=joined_referrals(contact, other),
        invitations=joined_invitations(contact, other),
        pushes=tuple(sorted((*contact.pushes, *other.pushes))),
    )


def _since(contact: Contact) -> datetime:
    moments = [i.since for i in contact.identities if i.since is not None]
    return min(moments, default=datetime.max.replace(tzinfo=UTC))


def accounts_of(contact: Contact) -> tuple[Identity, ...]:
    """The identities of a contact on each channel with a LINE account, seen there or not.

    Who has the id of an account that has not written yet will: it must be nobody else's meanwhile.
    """
    if contact.has_line or not contact.accounts:
        return contact.identities
    channel, _, user = contact.id.partition(":")
    return (Identity(channel, user, friend=False),)


def _identities(contact: Contact, other: Contact) -> tuple[Identity, ...]:
    if not (contact.has_line or other.has_line):
        return ()
    mine = accounts_of(contact)
    channels = {identity.channel for identity in mine}
    return (*mine, *(i for i in accounts_of(other) if i.channel not in channels))


def _phone(contact: Contact, other: Contact) -> str | None:
    """Whatever is proven, before what is only known."""
    proven = next((c.phone for c in (contact, other) if "phone" in c.bindings), None)
    return proven or contact.phone or other.phone


def _tags(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """Each once, put on when it was first, staying as long as either would; how often is added up.

    What one run has put on both (many people at once) was put on once."""
    joined: dict[str, Tag] = {}
    for tag in tags:
        before = joined.get(tag.name)
        if before is None:
            joined[tag.name] = tag
            continue
        ends = None if tag.expires is None or before.expires is None else max(tag.expires, before.expires)
        first, second = sorted((before, tag), key=lambda t: t.at)
        is_of_one_run = first.by == second.by and first.by.startswith(RUN)  # which has put it on both
        joined[tag.name] = replace(
            first,
            expires=ends,
            again=first.again + second.again + (0 if is_of_one_run else 1),
            last=max(first.last or first.at, second.last or second.at),
        )
    return tuple(joined.values())


def _bindings(
    ours: Mapping[BindingKind, Binding], theirs: Mapping[BindingKind, Binding]
) -> dict[BindingKind, Binding]:
    """Ours, which were made last, with the tags of both: they go when it is undone."""
    joined = {**theirs, **ours}
    for kind in ours.keys() & theirs.keys():
        joined[kind] = replace(ours[kind], tags=_joined(ours[kind].tags, theirs[kind].tags))
    return joined


def _attributes(
    ours: Mapping[str, AttributeValue], theirs: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    joined = dict(theirs)
    for slot, known in ours.items():
        if slot not in joined or joined[slot].at <= known.at:
            joined[slot] = known
    return joined


def _flows(ours: Iterable[Instance], theirs: Iterable[Instance]) -> tuple[Instance, ...]:
    """Of two instances of one flow on one channel the later entered stays."""
    latest: dict[tuple[str, str], Instance] = {}
    for instance in sorted((*theirs, *ours), key=lambda i: i.entered):
        latest[instance.flow, instance.channel] = instance
    return tuple(sorted(latest.values(), key=lambda i: i.began))


def _timers(timers: Iterable[Timer], flows: Iterable[Instance]) -> tuple[Timer, ...]:
    """Those of what stays: an instance's own, what belongs to no flow, and each start by a date once."""
    visits = {(i.flow, i.channel): i.visit for i in flows}
    joined: dict[tuple[str, ...], Timer] = {}
    for timer in timers:
        starts = timer.flow != "" and timer.visit == 0
        if starts or not timer.flow or visits.get((timer.flow, timer.channel)) == timer.visit:
            key = (timer.flow, timer.timer) if starts else (timer.flow, timer.timer, timer.channel)
            joined.setdefault(key, timer)
    return tuple(joined.values())


def _coupons(ours: Iterable[HeldCoupon], theirs: Iterable[HeldCoupon]) -> tuple[HeldCoupon, ...]:
    """Each grant once: used, where it is used in either."""
    joined: dict[str, HeldCoupon] = {}
    for held in (*ours, *theirs):
        before = joined.setdefault(held.grant.id, held)
        if before.used is None and held.used is not None:
            joined[held.grant.id] = held
    return tuple(sorted(joined.values(), key=lambda held: held.grant.at))


def _stamp_cards(ours: Iterable[HeldStampCard], theirs: Iterable[HeldStampCard]) -> tuple[HeldStampCard, ...]:
    """The stamps of both on one card, which ends with the later of the two; an act in both counts once."""
    joined = {held.card: held for held in ours}
    for other in theirs:
        held = joined.get(other.card)
        joined[other.card] = other if held is None else _one_card(held, other)
    return tuple(joined.values())


def _draws(ours: Iterable[HeldDraw], theirs: Iterable[HeldDraw]) -> tuple[HeldDraw, ...]:
    """The tries of both as those of one: what came of the latest is shown, and no day has a second one."""
    joined = {held.draw: held for held in ours}
    for other in theirs:
        held = joined.get(other.draw)
        if held is None:
            joined[other.draw] = other
        else:
            later = (
                other if held.last is None or (other.last is not None and other.last > held.last) else held
            )
            tries, waits = held.tries + other.tries, held.waits + other.waits
            joined[other.draw] = replace(later, tries=tries, waits=waits)
    return tuple(joined.values())


def _one_card(held: HeldStampCard, other: HeldStampCard) -> HeldStampCard:
    known = {entry.id for entry in held.entries}
    new = [entry for entry in other.entries if entry.id not in known]
    twice = sum(entry.count for entry in other.entries) - sum(entry.count for entry in new)
    ends = [one for one in (held.until, other.until) if one is not None]
    return HeldStampCard(
        held.card,
        held.count + other.count - twice,
        max(held.settled, other.settled),
        held.full + other.full,
        held.closed or other.closed,
        max(ends, default=None),
        held.reminded and other.reminded,
        tuple(sorted((*held.entries, *new), key=lambda entry: entry.at)[-ENTRIES_MOST:]),
    )


def _used(ours: Mapping[str, datetime], theirs: Mapping[str, datetime]) -> dict[str, datetime]:
    return {key: max(ours.get(key, at), theirs.get(key, at)) for key, at in {**theirs, **ours}.items()}


def _came(*sources: CameBy | None) -> list[CameBy]:
    return [source for source in sources if source is not None]


def _at(source: CameBy) -> datetime:
    return source.at


def _joined(ours: tuple[_T, ...], theirs: tuple[_T, ...]) -> tuple[_T, ...]:
    return (*ours, *(item for item in theirs if item not in ours))


def _strictest(ours: bool | None, theirs: bool | None) -> bool | None:
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    return ours and theirs


def _staff_stop(ours: Contact, theirs: Contact) -> StaffStop | None:
    """Staff's *no*, where each *no* here is; what was known before of either, a *no* of whose shop stays."""
    both = (ours, theirs)
    if any(one.marketing_here is False and one.staff_stop is None for one in both):
        return None
    if ours.staff_stop is None and theirs.staff_stop is None:
        return None
    before = [
        one.staff_stop or StaffStop(one.marketing_here, one.marketing_shop is not False) for one in both
    ]
    return StaffStop(_strictest(*(one.here for one in before)), all(one.shop for one in before))


def _earliest(ours: datetime | None, theirs: datetime | None) -> datetime | None:
    return min((m for m in (ours, theirs) if m is not None), default=None)


def _latest(ours: datetime | None, theirs: datetime | None) -> datetime | None:
    return max((m for m in (ours, theirs) if m is not None), default=None)
