"""Changes of what is known about a person: each queues its news, if something changed (semantics 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.engine.local_time import Duration, later, utc
from bot.engine.playbook import Playbook
from bot.engine.results import withdrawn
from bot.engine.turn import Turn
from bot.model.contact import Binding, BindingKind, Contact, Known, Tag, Timer
from bot.model.decision import FreePhone
from bot.model.event import Facts
from bot.model.value import Value

EXPIRY = "expiry"
"""The timer at which the next tag expires, and what is said to have taken it off."""

SHOP = "shop"
"""What has put on the tags that are yes/no fields of the shop's record."""


def add_tags(turn: Turn, names: Iterable[str], by: str) -> list[str]:
    """Put tags on; those that were not on. One that was is renewed and counted, which is no news."""
    contact, now = turn.contact, turn.now
    wanted = {name: tag_end(turn.playbook, name, now) for name in dict.fromkeys(names)}
    new = [name for name in wanted if not contact.has_tag(name, now)]
    if wanted:
        kept = tuple(
            replace(tag, expires=wanted[tag.name], again=tag.again + 1, last=now)
            if tag.name in wanted
            else tag
            for tag in contact.tags
            if tag.name not in new
        )
        contact.tags = (*kept, *(Tag(name, now, by, wanted[name]) for name in new))
        watch_expiry(turn)
    for name in new:
        turn.tell("tag_added", name, {"tag": name, "by": by})
    return new


def tag_end(playbook: Playbook, name: str, now: datetime) -> datetime | None:
    """When a tag that is put on now expires: at the end of that local day; `None`: never."""
    info = playbook.tags.get(name)
    if info is None or info.expires is None:
        return None
    return _end_of_day(later(now, info.expires, playbook.zone), playbook.zone)


def _end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    return utc(moment.astimezone(zone).date() + timedelta(days=1), time(0), zone)


def watch_expiry(turn: Turn) -> None:
    """Wake the person when the next tag expires."""
    ends = [tag.expires for tag in turn.contact.tags if tag.expires is not None]
    if ends:
        turn.arm(Timer("", turn.channel, 0, EXPIRY, min(ends)))


def expire_tags(turn: Turn) -> None:
    """Take off the tags whose time is over, which is news (semantics 24)."""
    over = [tag.name for tag in turn.contact.tags if tag.expires is not None and tag.expires <= turn.now]
    if not over:
        return
    turn.contact.tags = tuple(tag for tag in turn.contact.tags if tag.name not in over)
    for name in over:
        turn.tell("tag_removed", name, {"tag": name, "by": EXPIRY})
    watch_expiry(turn)


def remove_tags(turn: Turn, names: Iterable[str], by: str) -> list[str]:
    """Take tags off; those that were on."""
    wanted = set(names)
    gone = [name for name in dict.fromkeys(names) if turn.contact.has_tag(name, turn.now)]
    if gone:
        turn.contact.tags = tuple(tag for tag in turn.contact.tags if tag.name not in wanted)
    for name in gone:
        turn.tell("tag_removed", name, {"tag": name, "by": by})
    return gone


def set_attribute(turn: Turn, key: str, slot: str, value: Value | None, *, news: bool = True) -> bool:
    """Set an attribute, or clear it with `None`; whether it changed."""
    known = turn.contact.attributes.get(slot)
    old = None if known is None else known.value
    if old == value and type(old) is type(value):
        return False
    attributes = dict(turn.contact.attributes)
    if value is None:
        attributes.pop(slot, None)
    else:
        attributes[slot] = Known(value, turn.now)
    turn.contact.attributes = attributes
    if news:
        turn.tell("attribute_changed", key, _changed(old, value))
    turn.dates_changed = True
    return True


def _changed(old: Value | None, new: Value | None) -> Mapping[str, Value]:
    fields: dict[str, Value] = {}
    if old is not None:
        fields["old"] = old
    if new is not None:
        fields["new"] = new
    return fields


def set_marketing(turn: Turn, allowed: bool | None, *, by_shop: bool = False, news: bool = True) -> None:
    """Keep what the person or the shop has said about marketing, and fold both by `consent_from`."""
    contact = turn.contact
    if by_shop:
        contact.marketing_shop = allowed
    else:
        contact.marketing_here = allowed
    folded = folded_consent(turn.playbook.consent_from, contact.marketing_here, contact.marketing_shop)
    if folded == contact.marketing:
        return
    contact.marketing = folded
    if news and folded is not None:
        turn.tell("marketing", "allowed" if folded else "stopped")


def folded_consent(who: str, here: bool | None, shop: bool | None) -> bool | None:
    """Whether marketing is wanted: by the shop's word, by what was said here, or *no* on either side.

    Who has said *no* to us is never sent any, whoever decides otherwise: the law's way out is always open.
    """
    if here is False:
        return False
    if who == "shop":
        return shop
    if who == "here":
        return here
    if shop is False:
        return False
    return True if here or shop else None


def apply_facts(turn: Turn, facts: Facts) -> None:
    """What an event states about the person, before anything is heard (semantics 3)."""
    contact, news = turn.contact, not facts.silent
    for slot, value in facts.values.items():
        set_attribute(turn, slot.partition(".")[2], slot, value, news=news)
    for name, on in facts.tags.items():
        if on and not contact.has_tag(name, turn.now):
            contact.tags = (*contact.tags, Tag(name, turn.now, SHOP))
            if news:
                turn.tell("tag_added", name, {"tag": name, "by": SHOP})
        elif not on:
            _take_off(turn, name, news=news)
    if facts.member_no is not None:
        contact.member_no = facts.member_no
    if facts.marketing is not None:
        set_marketing(turn, facts.marketing, by_shop=True, news=news)
    if facts.last_order is not None:
        contact.last_order = max(facts.last_order, contact.last_order or facts.last_order)
    if facts.shop_knows_line is not None:
        _bound_by_shop(turn, facts.shop_knows_line, news=news)


def _take_off(turn: Turn, name: str, *, news: bool) -> None:
    if turn.contact.has_tag(name, turn.now):
        turn.contact.tags = tuple(tag for tag in turn.contact.tags if tag.name != name)
        if news:
            turn.tell("tag_removed", name, {"tag": name, "by": SHOP})


def _bound_by_shop(turn: Turn, knows: bool, *, news: bool) -> None:
    bindings = dict(turn.contact.bindings)
    if knows == ("shop" in bindings):
        return
    if knows:
        bindings["shop"] = Binding(turn.now)
    else:
        del bindings["shop"]
    turn.contact.bindings = bindings
    if news:
        turn.tell("bound" if knows else "unbound", "shop")


def bind(turn: Turn, kind: BindingKind, binding: Binding) -> None:
    """Keep a binding. `bound` is news only the first time in a life."""
    contact = turn.contact
    contact.bindings = {**contact.bindings, kind: binding}
    if kind == "phone" and contact.bound_before is None:
        contact.bound_before = turn.now
        turn.tell("bound", kind)


def unbind(turn: Turn, kind: BindingKind, *, keep_tags: bool) -> bool:
    """Undo a binding, with the tags that it put on unless they are to stay; whether there was one."""
    contact = turn.contact
    binding = contact.bindings.get(kind)
    if binding is None:
        return False
    gone = () if keep_tags else tags_of_binding(contact, kind)
    contact.bindings = {name: kept for name, kept in contact.bindings.items() if name != kind}
    if kind == "phone":
        contact.results = withdrawn(contact.results, binding.flow)
        free_phone(turn)
    remove_tags(turn, gone, "unbind")
    forget_member(turn)
    turn.tell("unbound", kind)
    return True


def tags_of_binding(contact: Contact, kind: BindingKind) -> tuple[str, ...]:
    """The tags that go when this binding is undone: its own, and with the last one those of the shop."""
    binding = contact.bindings.get(kind)
    if binding is None or binding.keep_tags:
        return ()
    return (*binding.tags, *(tags_of_shop(contact) if len(contact.bindings) == 1 else ()))


def tags_of_shop(contact: Contact) -> list[str]:
    """The tags that are yes/no fields of the shop's record."""
    return [tag.name for tag in contact.tags if tag.by == SHOP]


def forget_member(turn: Turn) -> None:
    """Without a binding nobody vouches for whose record it was: what the shop said of them is not known.

    A *no* to marketing that was said there stays. That an attribute is forgotten is no news.
    """
    contact = turn.contact
    if contact.bindings:
        return
    contact.member_no = None
    for info in turn.playbook.attributes.values():
        if info.shop is not None:
            set_attribute(turn, info.key, info.slot, None, news=False)


def free_phone(turn: Turn) -> None:
    """The person's phone is no longer theirs to us: another may bind it."""
    if turn.contact.phone is not None:
        turn.actions.append(FreePhone(turn.contact.phone))
        turn.contact.phone = None


def unbind_clerk(turn: Turn) -> bool:
    """Undo the binding to a clerk; whether there was one."""
    was = turn.contact.clerk is not None
    turn.contact.clerk = None
    if was:
        turn.tell("unbound", "clerk")
    return was


def remember_tags_of_binding(turn: Turn, flow: str, names: Iterable[str]) -> None:
    """Tags that a binding's flow puts on go with the binding."""
    binding = turn.contact.bindings.get("phone")
    if binding is not None and binding.flow == flow:
        tags = tuple(dict.fromkeys((*binding.tags, *names)))
        turn.contact.bindings = {**turn.contact.bindings, "phone": replace(binding, tags=tags)}


def span_over(since: datetime, span: Duration, turn: Turn) -> bool:
    """Whether a span that began then is over."""
    return later(since, span, turn.playbook.zone) <= turn.now
