"""Undoing a merge: two contacts again, each with what has happened on its channels since (J2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bot.engine.members.identity import OfShop, is_same_member
from bot.engine.members.joined_referrals import parted_invitations, parted_referrals
from bot.engine.members.merge import NO_SHOP, accounts_of, merged
from bot.engine.turn.results import withdrawn
from bot.model.contact import Binding, Contact, StaffStop
from bot.promotions.draws.model import HeldDraw
from bot.promotions.stamps.model import HeldStampCard

_K = TypeVar("_K")
_V = TypeVar("_V")

_SINGLE = (
    *("name", "language", "picture", "profiled", "seed", "stated_phone", "email", "bound_before", "clerk"),
    *("marketing_shop", "marketing", "last_order"),
    *("shop_read", "shop_updated", "shop_polled"),
    *("first_source", "last_source", "befriended"),
)
"""The fields of one value each: one that has changed since the merge stays."""

_BY_CHANNEL = ("identities", "timers", "flows", "results", "pages", "notices", "chats", "photos")
"""The fields whose records belong to a channel each."""


def parted(now: Contact, before: Contact, other: Contact, given: OfShop = NO_SHOP) -> tuple[Contact, Contact]:
    """Undo `merged(before, other)`, of which `now` has become: the first, which stayed, and the other.

    Records of a channel go with that channel, as they are now, and with the other the coupons, stamps
    and appointments that it had; all others stay. Of all else the first has again what it had, where that has
    not changed since the merge, and the other what it had. A phone that both had proven stays with the first.
    Neither has a version: the next turn looks them over.
    """
    both = merged(before, other, given)
    theirs = frozenset(identity.channel for identity in accounts_of(other))
    coupons = {held.grant.id for held in other.coupons}
    booked = {one.id for one in other.appointments}
    wishes = {one.id for one in other.place_wishes}
    cards, their_cards = _parted_cards(now, both, before, other)
    referrals, their_referrals = parted_referrals(now, both, before, other)
    invitations, their_invitations = parted_invitations(now, both, before, other)
    first = replace(
        now,
        version="",
        tags=_values(_unchanged_since(_by_name(now), _by_name(both), _by_name(before))),
        attributes=_unchanged_since(now.attributes, both.attributes, before.attributes),
        used=_unchanged_since(now.used, both.used, before.used),
        consents=_without(now.consents, other.consents, before.consents),
        lists=_without(now.lists, other.lists, before.lists),
        pushes=_less(now.pushes, other.pushes),
        coupons=tuple(held for held in now.coupons if held.grant.id not in coupons),
        stamp_cards=cards,
        draws=_without_draws(now, both, before, other),
        appointments=tuple(one for one in now.appointments if one.id not in booked),
        place_wishes=tuple(one for one in now.place_wishes if one.id not in wishes),
        referrals=referrals,
        invitations=invitations,
        **{**_single(now, both, before), **_said_here(now, both, before)},
        **_member(now, both, before),
        **_phone(now, both, before, other),
        **_on(now, lambda channel: channel not in theirs),
    )
    gone = replace(
        other,
        version="",
        turned=now.turned,
        coupons=tuple(held for held in now.coupons if held.grant.id in coupons),
        appointments=tuple(one for one in now.appointments if one.id in booked),
        place_wishes=tuple(one for one in now.place_wishes if one.id in wishes),
        stamp_cards=their_cards,
        referrals=their_referrals,
        invitations=their_invitations,
        # a try that waited at the merge was made, and its end comes to the first
        draws=tuple(replace(held, waits=0) for held in other.draws),
        **_on(now, theirs.__contains__),
        **_stopped(now, both, other),
    )
    if not other.has_line and gone.identities == accounts_of(other):
        gone = replace(gone, identities=())  # they have not written meanwhile either
    return first, _unbound_of(first, gone)


def _parted_cards(
    now: Contact, both: Contact, before: Contact, other: Contact
) -> tuple[tuple[HeldStampCard, ...], tuple[HeldStampCard, ...]]:
    """The stamp cards of both: as before where nothing came since, else the other's are taken off, with what
    took back stamps of theirs since.

    Where that cannot be told any more (the card was over, its lines are gone) all stays with the first.
    """
    joined, mine, theirs = ({held.card: held for held in one.stamp_cards} for one in (both, before, other))
    first, gone = list[HeldStampCard](), list[HeldStampCard]()
    for held in now.stamp_cards:
        merged_card, my_card, their_card = (cards.get(held.card) for cards in (joined, mine, theirs))
        if held == merged_card:
            first += [my_card] if my_card is not None else []
        elif their_card is not None and _is_all_there(held, their_card, my_card):
            their_card = _with_taken_back(held, their_card, my_card)
            first.append(_without_stamps(held, their_card, my_card, merged_card))
        else:
            first.append(held)
            continue
        gone += [their_card] if their_card is not None else []
    order = [held.card for held in other.stamp_cards]
    return tuple(first), tuple(sorted(gone, key=lambda held: order.index(held.card)))


def _is_all_there(now: HeldStampCard, their: HeldStampCard, mine: HeldStampCard | None) -> bool:
    """Whether each line of the other's is on the joined card; of an act that both had, the first's is."""
    own = {} if mine is None else {line.id: line for line in mine.entries}
    return all(own.get(line.id, line) in now.entries for line in their.entries)


def _with_taken_back(now: HeldStampCard, their: HeldStampCard, mine: HeldStampCard | None) -> HeldStampCard:
    """The other's card with the lines that have taken back stamps of theirs, and of no one else, since."""
    known = {line.id for one in (mine, their) if one is not None for line in one.entries}
    own = {one for line in (mine.entries if mine is not None else ()) for one in (line.id, line.order)}
    gone = {one for line in their.entries for one in (line.id, line.order)} - own - {""}
    new = [line for line in now.entries if line.id not in known]
    taken = tuple(line for line in new if not gone.isdisjoint((line.undoes, line.order)))
    total = their.count + sum(line.count for line in taken)
    return replace(their, count=total, entries=(*their.entries, *taken))


def _without_draws(now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[HeldDraw, ...]:
    """The draws of the first: as before where nothing came since, else less the tries of the other.

    What comes of a try of the other that waited at the merge, the first hears.
    """
    joined, mine, theirs = ({held.draw: held for held in one.draws} for one in (both, before, other))
    first = list[HeldDraw]()
    for held in now.draws:
        their = theirs.get(held.draw, HeldDraw(held.draw))
        if held != joined.get(held.draw):
            first.append(replace(held, tries=max(held.tries - their.tries, 0)))
        elif held.draw in mine or their.waits:
            own = mine.get(held.draw, HeldDraw(held.draw))
            first.append(replace(own, waits=own.waits + their.waits))
    return tuple(first)


def _without_stamps(
    now: HeldStampCard, their: HeldStampCard, mine: HeldStampCard | None, both: HeldStampCard | None
) -> HeldStampCard:
    was = mine or HeldStampCard(now.card)
    is_same_end = both is not None and now.until == both.until
    is_same_state = both is not None and now.closed == both.closed
    # settling after the merge gave nothing that is not the first's own
    most = None if both is None or now.full != both.full else max(both.settled, both.count)
    theirs, own = {line.id for line in their.entries}, {line.id for line in was.entries}
    twice = sum(line.count for line in their.entries if line.id in own)  # counted once while they were one
    return replace(
        now,
        count=now.count - their.count + twice,
        settled=was.settled if most is not None and now.settled <= most else now.settled,
        full=max(now.full - their.full, 0),
        until=was.until if is_same_end else now.until,
        closed=was.closed if is_same_state else now.closed,
        entries=tuple(line for line in now.entries if line.id not in theirs or line.id in own),
    )


def _unchanged_since(now: Mapping[_K, _V], both: Mapping[_K, _V], before: Mapping[_K, _V]) -> dict[_K, _V]:
    """What is there now, with those entries that have not changed since as they were before: also one that
    the merge has left out."""
    changed = {key: value for key, value in now.items() if both.get(key) != value}
    unchanged = {
        key: value for key, value in before.items() if key not in changed and (key in now or key not in both)
    }
    return {**unchanged, **changed}


def _single(now: Contact, both: Contact, before: Contact) -> dict[str, Any]:
    return {
        name: getattr(before if getattr(now, name) == getattr(both, name) else now, name) for name in _SINGLE
    }


def _said_here(now: Contact, both: Contact, before: Contact) -> dict[str, Any]:
    """What was said here about marketing, by whom: one thing in two fields."""
    if (now.marketing_here, now.staff_stop) == (both.marketing_here, both.staff_stop):
        return {"marketing_here": before.marketing_here, "staff_stop": before.staff_stop}
    here: dict[str, Any] = {"marketing_here": now.marketing_here, "staff_stop": now.staff_stop}
    return {**here, "marketing": False} if now.marketing_here is False else here


def _member(now: Contact, both: Contact, before: Contact) -> dict[str, Any]:
    """Which member of which shop: one thing in two fields."""
    changed = (now.member_no, now.member_shop) != (both.member_no, both.member_shop)
    whose = now if changed else before
    return {"member_no": whose.member_no, "member_shop": whose.member_shop}


def _phone(now: Contact, both: Contact, before: Contact, other: Contact) -> dict[str, Any]:
    """The phone with its binding: the first's own stays, what came from the other goes."""
    bindings = _unchanged_since(now.bindings, both.bindings, before.bindings)
    phone = before.phone if now.phone == both.phone else now.phone
    bindings.pop("phone", None)
    proven = now.bindings.get("phone")
    is_new = phone is not None and phone != before.phone
    if proven is not None and (is_new or "phone" in before.bindings):
        own, came = before.bindings.get("phone"), other.bindings.get("phone")
        bindings["phone"] = replace(proven, tags=_without(proven.tags, _tags(came), _tags(own)))
    return {"phone": phone, "bindings": bindings}


def _tags(binding: Binding | None) -> tuple[str, ...]:
    return () if binding is None else binding.tags


def _without(now: Iterable[_V], theirs: Collection[_V], ours: Collection[_V]) -> tuple[_V, ...]:
    """What is there now, but for what only the other brought."""
    return tuple(item for item in now if item in ours or item not in theirs)


def _less(now: Iterable[_V], theirs: Iterable[_V]) -> tuple[_V, ...]:
    """What is there now, less each one that the other brought."""
    brought = list(theirs)
    remaining: list[_V] = []
    for item in now:
        if item in brought:
            brought.remove(item)
        else:
            remaining.append(item)
    return tuple(remaining)


def _on(now: Contact, is_ours: Callable[[str], bool]) -> dict[str, Any]:
    """All records of some channels."""
    found: dict[str, Any] = {
        name: tuple(item for item in getattr(now, name) if is_ours(item.channel)) for name in _BY_CHANNEL
    }
    found["audiences"] = tuple(entry for entry in now.audiences if is_ours(entry.partition(":")[0]))
    return found


def _stopped(now: Contact, both: Contact, other: Contact) -> dict[str, Any]:
    """A *no* to marketing since the merge holds for both.

    What the shop has sent since is about its member only.
    """
    of_shop = ("marketing_shop", "marketing") if is_same_member(now, other) else ()
    refused: dict[str, Any] = {
        name: False for name in of_shop if getattr(now, name) is False is not getattr(both, name)
    }
    same = (now.marketing_here, now.staff_stop) == (both.marketing_here, both.staff_stop)
    if same or now.marketing_here is not False:
        return refused
    if now.staff_stop is None:
        return {**refused, "marketing_here": False, "staff_stop": None, "marketing": False}
    if other.marketing_here is False:
        return refused
    stop = StaffStop(other.marketing_here, now.staff_stop.shop and is_same_member(now, other))
    return {**refused, "marketing_here": False, "staff_stop": stop, "marketing": False}


def _unbound_of(first: Contact, gone: Contact) -> Contact:
    """The other without a phone that the first has proven."""
    binding = gone.bindings.get("phone")
    if binding is None or "phone" not in first.bindings or gone.phone != first.phone:
        return gone
    return without_phone(gone)


def without_phone(contact: Contact) -> Contact:
    """A contact whose bound phone is another's: the tags of the binding are off, unless they are to stay."""
    binding = contact.bindings["phone"]
    off = () if binding.keep_tags else binding.tags
    return replace(
        contact,
        version="",
        phone=None,
        bindings={kind: other for kind, other in contact.bindings.items() if kind != "phone"},
        tags=tuple(tag for tag in contact.tags if tag.name not in off),
        results=withdrawn(contact.results, binding.flow),
    )


def _by_name(contact: Contact) -> dict[str, Any]:
    return {tag.name: tag for tag in contact.tags}


def _values(found: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(found.values())
