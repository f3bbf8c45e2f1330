"""Changes of what is known about a person: each queues its news (semantics 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.conditions.people import lists_of
from bot.engine.times.local_time import Duration, later, utc
from bot.engine.turn.turn import Turn
from bot.model.contact import AttributeValue, StaffStop, Tag
from bot.model.effects import CONSENT
from bot.model.event import Rewritten
from bot.model.instance import Timer
from bot.model.value import Value

EXPIRY = "expiry"
"""The timer at which the next tag expires, and the `by` of its removal."""

SHOP = "shop"
"""The `by` of tags that are yes/no fields of the shop's record."""


def add_tags(turn: Turn, names: Iterable[str], by: str) -> list[str]:
    """Put tags on; gives those that were not on. One that was is renewed and counted, which is no news."""
    contact, now = turn.contact, turn.now
    wanted = {name: tag_end(turn.playbook, name, now) for name in dict.fromkeys(names)}
    new = [name for name in wanted if not contact.has_tag(name, now)]
    if wanted:
        others = [
            replace(tag, expires=wanted[tag.name], again=tag.again + 1, last=now)
            if tag.name in wanted
            else tag
            for tag in contact.tags
            if tag.name not in new
        ]
        contact.tags = (*others, *[Tag(name, now, by, wanted[name]) for name in new])
        watch_expiry(turn)
    for name in new:
        turn.queue_news("tag_added", name, {"tag": name, "by": by})
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
    if not turn.contact.tags:
        return
    now = turn.now
    over = [tag.name for tag in turn.contact.tags if tag.expires is not None and tag.expires <= now]
    if not over:
        return
    turn.contact.tags = tuple(tag for tag in turn.contact.tags if tag.name not in over)
    for name in over:
        turn.queue_news("tag_removed", name, {"tag": name, "by": EXPIRY})
    watch_expiry(turn)


def remove_tags(turn: Turn, names: Iterable[str], by: str) -> list[str]:
    """Take tags off; gives those that were on."""
    wanted = set(names)
    gone = [name for name in dict.fromkeys(names) if turn.contact.has_tag(name, turn.now)]
    if gone:
        turn.contact.tags = tuple(tag for tag in turn.contact.tags if tag.name not in wanted)
    for name in gone:
        turn.queue_news("tag_removed", name, {"tag": name, "by": by})
    return gone


def set_attribute(
    turn: Turn, key: str, slot: str, value: Value | None, *, news: bool = True, by_shop: bool = False
) -> bool:
    """Set an attribute, or clear it with `None`; whether it changed.

    One that a shop maps and takes back is written to it, unless the shop itself says this.
    """
    known = turn.contact.attributes.get(slot)
    old = None if known is None else known.value
    if old == value and type(old) is type(value):
        return False
    attributes = dict(turn.contact.attributes)
    if value is None:
        attributes.pop(slot, None)
    else:
        attributes[slot] = AttributeValue(value, turn.now)
    turn.contact.attributes = attributes
    if not by_shop:
        turn.to_shop = {**turn.to_shop, slot: value}
    if news:
        turn.queue_news("attribute_changed", key, attribute_news(old, value))
        turn.dates_set = {**turn.dates_set, slot: True}
    turn.dates_changed = True
    return True


def attribute_news(old: Value | None, new: Value | None) -> Mapping[str, Value]:
    """The fields of `attribute_changed`."""
    fields: dict[str, Value] = {}
    if old is not None:
        fields["old"] = old
    if new is not None:
        fields["new"] = new
    return fields


def set_marketing(turn: Turn, allowed: bool | None, *, by_shop: bool = False, news: bool = True) -> None:
    """Store the person's or the shop's answer about marketing, and fold both by `consent_from`.

    A *no* of the shop outlives the binding; who is no member any more, and has no record to change, takes it
    back by allowing it here.
    """
    contact = turn.contact
    if by_shop:
        contact.marketing_shop = allowed
        if allowed is not False:  # a *no* may be that of staff, which was written there
            contact.staff_stop = of_another_record(contact.staff_stop)
    else:
        if allowed is not None and not (allowed is contact.marketing_here is contact.marketing_shop):
            # also where the shop has the same: another value may be on its way there
            turn.to_shop = {**turn.to_shop, CONSENT: allowed}
        contact.marketing_here, contact.staff_stop = allowed, None
        if allowed and contact.member_no is None:
            contact.marketing_shop = None
    _fold_marketing(turn, news=news)


def stop_marketing(turn: Turn) -> None:
    """Store the *no* of staff, as if the person had said it, with what was known before."""
    contact = turn.contact
    stop = StaffStop(contact.marketing_here, contact.marketing_shop is True)
    set_marketing(turn, False)
    contact.staff_stop = stop


def resume_marketing(turn: Turn, stop: StaffStop) -> None:
    """Restore what was known before staff's *no*: in the shop's record, too, where that one was written."""
    contact = turn.contact
    contact.marketing_here, contact.staff_stop = stop.here, None
    if stop.shop:
        turn.to_shop = {**turn.to_shop, CONSENT: True}
    _fold_marketing(turn, news=True)


def of_another_record(stop: StaffStop | None) -> StaffStop | None:
    """A stop by staff without the shop's former answer: the record is another one, or has a new answer."""
    return None if stop is None else replace(stop, shop=False)


def _fold_marketing(turn: Turn, *, news: bool) -> None:
    contact = turn.contact
    folded = folded_consent(turn.playbook.consent_from, contact.marketing_here, contact.marketing_shop)
    if folded == contact.marketing:
        return
    contact.marketing = folded
    if news and folded is not None:
        turn.queue_news("marketing", "allowed" if folded else "stopped")


def fold_marketing_anew(turn: Turn) -> None:
    """Another playbook may let somebody else decide about marketing: that applies at once, and is no news."""
    contact = turn.contact
    here, shop = contact.marketing_here, contact.marketing_shop
    if here is not None or shop is not None:
        contact.marketing = folded_consent(turn.playbook.consent_from, here, shop)


def folded_consent(source: str, here: bool | None, shop: bool | None) -> bool | None:
    """Whether marketing is wanted: by the shop's answer, by the one given here, or *no* on either side.

    A *no* given here always wins: the law's opt-out is always open.
    """
    if here is False:
        return False
    if source == "shop":
        return shop
    if source == "here":
        return here
    if shop is False:
        return False
    return True if here or shop else None


def span_over(since: datetime, span: Duration, turn: Turn) -> bool:
    """Whether a span that began then is over."""
    return later(since, span, turn.playbook.zone) <= turn.now


def keep_lists(turn: Turn) -> None:
    """Set `contact.lists`, the lists that the person is on, by which MongoDB finds them."""
    lists = turn.playbook.lists
    if lists or turn.contact.lists:
        turn.contact.lists = lists_of(turn.contact, lists)


def meet_lists(turn: Turn) -> None:
    """Another playbook may have other lists: whom they bring into an audience, or out of it, is no news (24).

    Called before the event is looked at: what the person does in it is news as always. Two contacts that
    have become one were changed before that, and not by a list.
    """
    listed = turn.playbook.watched_lists
    if not listed or isinstance(turn.event.what, Rewritten):
        return
    found = {entry for entry in turn.contact.audiences if entry.partition(":")[2] not in listed}
    for identity in turn.contact.identities:
        context = ConditionContext(
            turn.contact, identity.channel, turn.when, sms_credit=turn.world.sms_credit
        )
        found |= {f"{identity.channel}:{name}" for name, one in listed.items() if one.holds(context)}
    turn.contact.audiences = tuple(sorted(found))
