"""Which member a person is: bound, read anew, unbound, with all that follows from it (semantics 33)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.engine.members.identity import is_outdated
from bot.engine.members.same_phone import has_bound
from bot.engine.turn import change_notes
from bot.engine.turn.changes import (
    SHOP,
    attribute_news,
    of_another_record,
    remove_tags,
    set_attribute,
    set_marketing,
)
from bot.engine.turn.doing import ALLOWED, OF_SHOP
from bot.engine.turn.results import withdrawn
from bot.engine.turn.turn import Turn
from bot.model.contact import Binding, BindingKind, Contact, Tag
from bot.model.counts import BOUND, OF_BINDINGS
from bot.model.effects import ConfirmPhone, FreePhone
from bot.model.event import Facts
from bot.model.instance import Notice, ReservedMember
from bot.model.mark import Mark


def apply_facts(turn: Turn, facts: Facts) -> None:
    """Apply an event's facts to the person, before any rule runs (semantics 3).

    Facts of a member whose number is not this person's are left out: they were unbound since the request, or
    the shop has given the LINE account to somebody else.
    """
    if _is_of_this_member(turn.contact, facts):
        if is_outdated(turn.contact, facts):
            facts = _order_alone(turn, facts)
        if facts.removed:
            member_is_gone(turn)
        else:
            take_facts(turn, facts)
    else:
        turn.note(change_notes.MEMBER_LEFT_OUT)


def _order_alone(turn: Turn, facts: Facts) -> Facts:
    """What an outdated record still gives: that there was an order."""
    turn.note(change_notes.MEMBER_OUTDATED)
    return Facts(last_order=facts.last_order)


def _is_of_this_member(contact: Contact, facts: Facts) -> bool:
    if facts.member_no is None:
        return facts.phone is None or (contact.member_no is None and has_bound(contact, facts.phone))
    if contact.member_no is None or not (contact.bindings or facts.removed):  # a list gives numbers unbound
        return facts.shop_knows_line is True
    same_shop = contact.member_shop is None or facts.shop in (None, contact.member_shop)
    return same_shop and facts.member_no == contact.member_no


def take_facts(turn: Turn, facts: Facts) -> None:
    """Take over the record of the member that this person is, or is just becoming."""
    contact, news = turn.contact, not facts.silent
    contact.shop_read = facts.read or contact.shop_read
    contact.shop_updated = facts.updated or contact.shop_updated
    for slot, value in facts.values.items():
        key, by_shop = slot.partition(".")[2], facts.shop is not None
        if set_attribute(turn, key, slot, value, news=news, by_shop=by_shop) and not news:
            turn.dates_set = {**turn.dates_set, slot: False}
    for name, on in facts.tags.items():
        if on and not contact.has_tag(name, turn.now):
            contact.tags = (*contact.tags, Tag(name, turn.now, SHOP))
            if news:
                turn.queue_news("tag_added", name, {"tag": name, "by": SHOP})
        elif not on:
            _take_off(turn, name, news=news)
    if facts.member_no is not None:
        contact.member_no, contact.member_shop = facts.member_no, facts.shop or contact.member_shop
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
            turn.queue_news("tag_removed", name, {"tag": name, "by": SHOP})


def _bound_by_shop(turn: Turn, linked: bool, *, news: bool) -> None:
    contact = turn.contact
    if not linked:
        unbind(turn, "shop", keep_tags=False)
    elif "shop" not in contact.bindings:
        contact.bindings = {**contact.bindings, "shop": Binding(turn.now)}
        if news:
            _count_binding(turn, "shop")
            turn.queue_news("bound", "shop")


def _count_binding(turn: Turn, kind: BindingKind) -> None:
    turn.marks.append(Mark(turn.channel, OF_BINDINGS, BOUND, (kind,)))


def bind(turn: Turn, kind: BindingKind, binding: Binding) -> None:
    """Store a binding. `bound` is news only the first time in a life."""
    contact = turn.contact
    contact.bindings = {**contact.bindings, kind: binding}
    if kind == "phone" and contact.bound_before is None:
        contact.bound_before = turn.now
        _count_binding(turn, kind)
        turn.queue_news("bound", kind)


def bind_found(turn: Turn, found: ReservedMember, *, flow: str = "", keep_tags: bool = False) -> bool:
    """Bind the phone of a member who is reserved for this, and take over the shop's data.

    `False`, and nothing is done, where the reservation is over. `flow` is what binds; no name: staff.
    """
    if found.until is None or found.until < turn.now:
        return False
    contact, before = turn.contact, turn.contact.bindings.get("phone")
    if found.phone is not None and found.phone != contact.phone:
        if before is not None and contact.phone is not None:
            turn.actions.append(FreePhone(contact.phone))
        contact.phone = found.phone
    if found.member_no is not None:
        become_member(turn, found.member_no, found.shop)
    elif contact.member_no is None:
        contact.member_shop = found.shop or contact.member_shop
    facts = Facts(found.values, found.tags, marketing=found.consent, read=found.read, updated=found.updated)
    if not is_outdated(contact, facts):
        take_facts(turn, facts)
    tags = before.tags if before is not None else ()
    bind(turn, "phone", Binding(turn.now, tags, keep_tags, flow))
    confirmation = ConfirmPhone(contact.phone, contact.member_no, found.other, found.former, found.second)
    turn.actions.append(confirmation)
    return True


def unbind(turn: Turn, kind: BindingKind, *, keep_tags: bool, by: str | None = None) -> bool:
    """Undo a binding, with the tags that it put on unless they are to stay; whether there was one.

    With the last one goes what the shop gave. All of it is news, and ends what it has begun (semantics 33).
    `by`: as in `FreePhone`.
    """
    contact = turn.contact
    binding = contact.bindings.get(kind)
    if binding is None:
        return False
    contact.bindings = {name: other for name, other in contact.bindings.items() if name != kind}
    contact.signed_out = turn.now
    turn.undoing = True
    if kind == "phone":
        contact.results = withdrawn(contact.results, binding.flow)
        turn.actions.append(FreePhone(contact.phone, by))
        contact.phone = None
    if not (keep_tags or binding.keep_tags):
        remove_tags(turn, binding.tags, "unbind")
    if not contact.bindings:
        forget_member(turn)
    turn.queue_news("unbound", kind)
    return True


def binding_went(turn: Turn, tags: Iterable[str]) -> None:
    """The phone's binding went to another LINE account, with these tags: what follows, as in `unbind`."""
    turn.undoing = True
    for name in tags:
        if not turn.contact.has_tag(name, turn.now):
            turn.queue_news("tag_removed", name, {"tag": name, "by": "unbind"})
    if not turn.contact.bindings:
        forget_member(turn)
    turn.queue_news("unbound", "phone")


def binding_came_back(turn: Turn) -> None:
    """A binding that had gone is back, with the shop's data: news again, as its removal was."""
    contact = turn.contact
    for info in turn.playbook.attributes.values():
        known = contact.attributes.get(info.slot)
        if info.shop is not None and known is not None:
            turn.queue_news("attribute_changed", info.key, attribute_news(None, known.value))
    set_marketing(turn, contact.marketing_shop, by_shop=True)
    turn.dates_changed = True


def tags_of_binding(contact: Contact, kind: BindingKind) -> tuple[str, ...]:
    """The tags that go when this binding is undone: its own, and with the last one those of the shop."""
    binding = contact.bindings.get(kind)
    if binding is None:
        return ()
    own = () if binding.keep_tags else binding.tags
    return (*own, *(tags_of_shop(contact) if len(contact.bindings) == 1 else ()))


def tags_of_shop(contact: Contact) -> list[str]:
    """The tags that are yes/no fields of the shop's record."""
    return [tag.name for tag in contact.tags if tag.by == SHOP]


def forget_member(turn: Turn) -> None:
    """Nobody vouches any more for whose record it was: what the shop gave goes, as news.

    Its number, the attributes that it maps, its tags, its *yes* to marketing, the last order. A *no* stays,
    wherever it was given.
    """
    contact = turn.contact
    contact.signed_out = turn.now
    turn.undone |= {OF_SHOP, ALLOWED} if contact.marketing_shop else {OF_SHOP}
    contact.member_no = contact.member_shop = contact.last_order = None
    contact.shop_read = contact.shop_updated = contact.shop_polled = None
    remove_tags(turn, tags_of_shop(contact), "unbind")
    for info in turn.playbook.attributes.values():
        if info.shop is not None:
            set_attribute(turn, info.key, info.slot, None, by_shop=True)
    contact.staff_stop = of_another_record(contact.staff_stop)
    if contact.marketing_shop:
        set_marketing(turn, None, by_shop=True)


def member_is_gone(turn: Turn) -> None:
    """The shop has deleted this member: no binding outlives that, until the phone is proven anew (34).

    The phone may be somebody else's at the shop tomorrow, and so may the number. A person who was bound gets
    a notice in the next free reply, and sees it on pages about the binding.
    """
    contact = turn.contact
    was_bound = bool(contact.bindings)
    unbind(turn, "shop", keep_tags=False)
    unbind(turn, "phone", keep_tags=False, by=f"shop:{contact.member_shop or ''}")
    if contact.member_no is not None:  # a list had given the number, and nothing was bound
        turn.undoing = True
        forget_member(turn)
    if was_bound:
        accounts = [identity.channel for identity in contact.identities if identity.user is not None]
        notices = [Notice(channel, "member_gone", turn.now) for channel in accounts]
        contact.notices = (*contact.notices, *notices)


def become_member(turn: Turn, number: str, shop: str | None) -> None:
    """From now on this person is this member; the data of another member are removed."""
    contact = turn.contact
    is_another = contact.member_no is not None and (
        number != contact.member_no or contact.member_shop not in (None, shop)
    )
    if is_another:
        turn.undoing = True
        forget_member(turn)
        contact.bindings = {kind: binding for kind, binding in contact.bindings.items() if kind != "shop"}
    contact.member_no, contact.member_shop = number, shop


def remember_tags_of_binding(turn: Turn, flow: str, names: Iterable[str]) -> None:
    """Tags that a binding's flow puts on go with the binding."""
    binding = turn.contact.bindings.get("phone")
    if binding is not None and binding.flow == flow:
        tags = tuple(dict.fromkeys((*binding.tags, *names)))
        turn.contact.bindings = {**turn.contact.bindings, "phone": replace(binding, tags=tags)}


def has_just_bound(turn: Turn, flow: str) -> bool:
    """Whether this flow has made the phone's binding in this turn."""
    binding = turn.contact.bindings.get("phone")
    return binding is not None and (binding.flow, binding.at) == (flow, turn.now)
