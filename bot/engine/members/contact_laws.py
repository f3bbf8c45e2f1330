"""Which law holds for which fields of a contact, where two become one and two again: `CONTACT_LAWS`.

Not all comes back, by design: a *no* to marketing since then holds for both (`ConsentLaw`), a phone that
both have proven stays with the first (`without_shared_phone`), and what stands on a channel goes with it as
it is now (`OfChannel`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from bot.engine.members.identity import is_same_member, shop_of
from bot.engine.members.laws import (
    EARLIEST,
    FIRST_AT,
    FIRST_KNOWN,
    LAST_AT,
    LATEST,
    OURS,
    Each,
    Fields,
    FieldsLaw,
    Law,
    as_one,
    by_key,
    latest,
    own_again,
    records,
    stays_if_own,
    strictest,
    union,
)
from bot.engine.turn.results import withdrawn
from bot.model.bulk_run import BY_RUN
from bot.model.contact import AttributeValue, Binding, BindingKind, Contact, Identity, StaffStop, Tag
from bot.model.instance import Instance, Timer


def _one_tag(ours: Tag, theirs: Tag) -> Tag:
    """Put on when it was first, staying as long as either would; how often is added up.

    What one run has put on both (many people at once) was put on once."""
    ends = None if ours.expires is None or theirs.expires is None else max(ours.expires, theirs.expires)
    first, second = sorted((ours, theirs), key=attrgetter("at"))
    is_of_one_run = first.by == second.by and first.by.startswith(BY_RUN)
    return replace(
        first,
        expires=ends,
        again=first.again + second.again + (0 if is_of_one_run else 1),
        last=max(first.last or first.at, second.last or second.at),
    )


def _less(now: tuple[datetime, ...], theirs: Iterable[datetime]) -> tuple[datetime, ...]:
    """The moments of now, without those that the other contact brought."""
    remaining = list(now)
    for moment in theirs:
        if moment in remaining:
            remaining.remove(moment)
    return tuple(remaining)


TAGS = records(attrgetter("name"), _one_tag, own_again)
"""By name; one that both have becomes one."""
ATTRIBUTES: Law[Mapping[str, AttributeValue]] = by_key(LAST_AT.join, LAST_AT.part)
"""By slot; of two values the later set."""
USES: Law[Mapping[str, datetime]] = by_key(max, own_again)
"""By rule or journey; of two uses the last."""
BROUGHT: Law[Any] = records(lambda item: item, lambda ours, theirs: ours, stays_if_own)
"""Privacy consents, and lists with the person: each once."""
PUSHES = Law[Any](
    lambda ours, theirs: tuple(sorted((*ours, *theirs))),
    lambda now, both, before, other: (_less(now, other), other),
)
"""The moments of pushes, in order: each counts, also two of one moment."""
LOOKED_OVER = Law(lambda ours, theirs: "", lambda now, both, before, other: ("", ""))
"""The playbook's version is forgotten, so the next turn works out anew what follows from changed data, such
as timers of journeys that a date starts."""
CLOCK = Law(latest, lambda now, both, before, other: (now, now))
"""Both have the last moment: no turn is before one that was taken while the two were one."""
SIGNED_OUT = Law(latest, lambda now, both, before, other: (now, other))
"""Page sessions that were over for one are over for both; parted, the other has its own moment again."""


class SeedLaw(FieldsLaw):
    """The seed of the contact that became a friend first: its groups of splits stay."""

    fields = ("seed",)

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        return {"seed": min((ours, theirs), key=self._since).seed}

    @staticmethod
    def _since(contact: Contact) -> datetime:
        moments = [one.since for one in contact.identities if one.since is not None]
        return min(moments, default=datetime.max.replace(tzinfo=UTC))


class OfChannel(FieldsLaw):
    """Records of which each belongs to a channel: of both; they go with the channel, as they are now."""

    def __init__(self, *fields: str, channel: Callable[[Any], str] = attrgetter("channel")) -> None:
        self.fields = fields
        self._channel = channel

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        return {name: union(getattr(ours, name), getattr(theirs, name)) for name in self.fields}

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        theirs = {identity.channel for identity in accounts_of(other)}
        first, gone = dict[str, Any](), dict[str, Any]()
        for name in self.fields:
            items = getattr(now, name)
            first[name] = tuple(item for item in items if self._channel(item) not in theirs)
            gone[name] = tuple(item for item in items if self._channel(item) in theirs)
        return first, gone


class IdentitiesLaw(OfChannel):
    """LINE accounts, one for each channel; also one that has not written yet, known by the contact's id."""

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        if not (ours.has_line or theirs.has_line):
            return {"identities": ()}
        mine = accounts_of(ours)
        channels = {identity.channel for identity in mine}
        return {"identities": (*mine, *(i for i in accounts_of(theirs) if i.channel not in channels))}

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        first, gone = super().part(now, both, before, other)
        if not other.has_line and gone["identities"] == accounts_of(other):
            gone = {"identities": ()}  # they have not written meanwhile either
        return first, gone


class FlowsLaw(OfChannel):
    """Of two instances of one flow on one channel the later entered stays, and the timers of what stays.

    A timer that starts a journey by a date is there once.
    """

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        last: dict[tuple[str, str], Instance] = {}
        for instance in sorted((*theirs.flows, *ours.flows), key=attrgetter("entered")):
            last[instance.flow, instance.channel] = instance
        flows = tuple(sorted(last.values(), key=attrgetter("began")))
        return {"flows": flows, "timers": self._timers((*ours.timers, *theirs.timers), flows)}

    @staticmethod
    def _timers(timers: Iterable[Timer], flows: Iterable[Instance]) -> tuple[Timer, ...]:
        visits = {(one.flow, one.channel): one.visit for one in flows}
        joined: dict[tuple[str, ...], Timer] = {}
        for timer in timers:
            starts = timer.flow != "" and timer.visit == 0
            if starts or not timer.flow or visits.get((timer.flow, timer.channel)) == timer.visit:
                key = (timer.flow, timer.timer) if starts else (timer.flow, timer.timer, timer.channel)
                joined.setdefault(key, timer)
        return tuple(joined.values())


class MemberLaw(FieldsLaw):
    """Which member of which shop: one thing in two fields; and the dates of what the shop said of it."""

    fields = ("member_no", "member_shop", "shop_read", "shop_updated")

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        member, known = (theirs, ours) if ours.member_no is None else (ours, theirs)
        return {
            "member_no": member.member_no,
            "member_shop": shop_of(ours, theirs),
            "shop_read": member.shop_read or known.shop_read,
            "shop_updated": member.shop_updated or known.shop_updated,
        }

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        first, gone = super().part(now, both, before, other)
        return {**first, **as_one(now, both, before, "member_no", "member_shop")}, gone


class PhoneLaw(FieldsLaw):
    """A phone with its binding, and the other bindings. Proven goes before what is only known.

    Of two bindings ours stays, which was made last, with the tags of both: they go when it is undone. Parted,
    the first has its own, and one that was bound since; what came from the other goes.
    """

    fields = ("phone", "bindings")
    _bindings: Law[Mapping[BindingKind, Binding]] = by_key(
        lambda ours, theirs: replace(ours, tags=union(ours.tags, theirs.tags)), own_again
    )

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        proven = next((one.phone for one in (ours, theirs) if "phone" in one.bindings), None)
        return {
            "phone": proven or ours.phone or theirs.phone,
            "bindings": self._bindings.join(ours.bindings, theirs.bindings),
        }

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        first, gone = super().part(now, both, before, other)
        phone = first["phone"]
        bindings, _ = self._bindings.part(*(one.bindings for one in (now, both, before, other)))
        bindings = {kind: one for kind, one in bindings.items() if kind != "phone"}
        proven = now.bindings.get("phone")
        is_new = phone is not None and phone != before.phone
        if proven is not None and (is_new or "phone" in before.bindings):
            own, came = (_tags_of(one.bindings.get("phone")) for one in (before, other))
            tags = tuple(tag for tag in proven.tags if tag in own or tag not in came)
            bindings["phone"] = replace(proven, tags=tags)
        return {"phone": phone, "bindings": bindings}, gone


def _tags_of(binding: Binding | None) -> tuple[str, ...]:
    return () if binding is None else binding.tags


class ConsentLaw(FieldsLaw):
    """What was said about marketing, and where: a *no* of either wins, also one that was said since for both.

    `marketing_here` and `staff_stop` are one thing, for whose *no* it is. What the shop has sent since is
    about its member only.
    """

    fields = ("marketing_here", "staff_stop", "marketing_shop", "marketing")

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        names = ("marketing_here", "marketing_shop", "marketing")
        said = {name: strictest(getattr(ours, name), getattr(theirs, name)) for name in names}
        return {**said, "staff_stop": self._stop_of(ours, theirs)}

    @staticmethod
    def _stop_of(*both: Contact) -> StaffStop | None:
        """Staff's *no*, where each *no* here is one, with what was said before; a *no* of a shop stays."""
        if any(one.marketing_here is False and one.staff_stop is None for one in both):
            return None
        if all(one.staff_stop is None for one in both):
            return None
        before = [
            one.staff_stop or StaffStop(one.marketing_here, one.marketing_shop is not False) for one in both
        ]
        return StaffStop(strictest(*(one.here for one in before)), all(one.shop for one in before))

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        first, gone = map(dict, super().part(now, both, before, other))
        first |= as_one(now, both, before, "marketing_here", "staff_stop")
        if is_same_member(now, other):
            gone |= {name: False for name in ("marketing_shop", "marketing") if _is_new_no(name, now, both)}
        is_same = (now.marketing_here, now.staff_stop) == (both.marketing_here, both.staff_stop)
        if is_same or now.marketing_here is not False:
            return first, gone
        first["marketing"] = False
        if (stop := now.staff_stop) is not None:
            if other.marketing_here is False:  # their own *no*, or staff's, is what they have again
                return first, gone
            stop = StaffStop(other.marketing_here, stop.shop and is_same_member(now, other))
        return first, gone | {"marketing_here": False, "staff_stop": stop, "marketing": False}


def _is_new_no(name: str, now: Contact, both: Contact) -> bool:
    return getattr(now, name) is False is not getattr(both, name)


CONTACT_LAWS: tuple[FieldsLaw, ...] = (
    # by itself
    Each(OURS, "id", "kind"),
    Each(FIRST_KNOWN, "name", "language", "picture", "stated_phone", "email", "clerk"),
    Each(EARLIEST, "bound_before", "befriended"),
    Each(LATEST, "profiled", "last_order", "shop_polled"),
    Each(FIRST_AT, "first_source"),
    Each(LAST_AT, "last_source"),
    Each(CLOCK, "turned"),
    Each(LOOKED_OVER, "version"),
    Each(SIGNED_OUT, "signed_out"),
    # by name, or one by one
    Each(TAGS, "tags"),
    Each(ATTRIBUTES, "attributes"),
    Each(USES, "used"),
    Each(BROUGHT, "consents", "lists"),
    Each(PUSHES, "pushes"),
    # with the channel
    IdentitiesLaw("identities"),
    FlowsLaw("flows", "timers"),
    OfChannel("results", "pages", "notices", "chats", "photos"),
    OfChannel("audiences", channel=lambda entry: entry.partition(":")[0]),
    # in a group, or by more than their own values
    SeedLaw(),
    MemberLaw(),
    PhoneLaw(),
    ConsentLaw(),
)
"""All fields of a contact but those that promotions hold, each in exactly one law."""


def accounts_of(contact: Contact) -> tuple[Identity, ...]:
    """The identities of a contact on each channel with a LINE account, seen there or not.

    Who has the id of an account that has not written yet will: it must be nobody else's meanwhile.
    """
    if contact.has_line or not contact.accounts:
        return contact.identities
    channel, _, user = contact.id.partition(":")
    return (Identity(channel, user, friend=False),)


def without_shared_phone(first: Contact, gone: Contact) -> Contact:
    """The other without a phone that the first has proven."""
    has_both = "phone" in gone.bindings and "phone" in first.bindings
    return without_phone(gone) if has_both and gone.phone == first.phone else gone


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
