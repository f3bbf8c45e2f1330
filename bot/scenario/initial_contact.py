"""Who is there before the first step of a scenario, and the contact of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.times.bounds import When
from bot.engine.times.local_time import due_after
from bot.engine.turn.changes import SHOP as BY_SHOP
from bot.engine.turn.changes import folded_consent, tag_end
from bot.engine.turn.how_often import place_key
from bot.engine.turn.notices import notice_with
from bot.model.contact import (
    AttributeValue,
    Binding,
    BindingKind,
    Clerk,
    Consent,
    Contact,
    Identity,
    Tag,
    contact_id,
)
from bot.model.held import held_items
from bot.model.instance import Instance, Timer
from bot.scenario.context import PretendWorld
from bot.scenario.given import ANOTHER, Given, GivenClerk, GivenPerson
from bot.scenario.memory.shop import Member, shop_of
from bot.scenario.people import line_user
from bot.scenario.promotions import PersonWord, all_of

SOME_PHONE = "+8869000000"
"""The prefix of phones of people who are given as bound without a number."""


def people_of(given: Given) -> Collection[GivenPerson]:
    """All people of a scenario. A person to whom a member of the shop is `bound_to` has bound that member's
    phone."""
    people = {person.name: person for person in given.people}
    for member in given.members:
        if member.bound_to is not None:
            channel = given.people[0].channel
            holder = people.get(member.bound_to) or GivenPerson(ANOTHER, member.place, channel)
            people[holder.name] = replace(holder, bound=(*holder.bound, "phone"), phone=member.phone)
    return people.values()


def met_before(
    person: GivenPerson, given: Given, world: PretendWorld, playbook: Playbook, seed: int, *, friend: bool
) -> Contact:
    """The contact of a person; a bound phone is registered as theirs in the world, too."""
    phone = phone_of(person) if "phone" in person.bound else None
    member = world.shop.known_as(person.member_no if person.bound else None, line_user(person.name), phone)
    contact = contact_of(person, playbook, given.clerks, member, seed, given.now, friend=friend)
    if contact.phone is not None and "phone" in contact.bindings:
        world.directory.phones.hold(contact.phone, contact.id)
    return contact


def phone_of(given: GivenPerson) -> str | None:
    """The phone of a person: a bound one has a phone, also where it is not given."""
    if given.phone is None and "phone" in given.bound:
        return SOME_PHONE + f"{int(line_user(given.name)[1:], 16) % 100:02d}"
    return given.phone


def contact_of(
    given: GivenPerson,
    playbook: Playbook,
    clerks: Iterable[GivenClerk],
    member: Member | None,
    seed: int,
    now: datetime,
    *,
    friend: bool,
) -> Contact:
    """The contact; what the shop's record says of its member is on it already, as after a first sync."""
    user = line_user(given.name)
    kinds: tuple[BindingKind, ...] = ("phone", "shop")
    bindings = {kind: Binding(now) for kind in kinds if kind in given.bound}
    if member is not None and member.line is not None:
        bindings["shop"] = Binding(now)
    by = {name: BY_SHOP for name, on in (member.tags if member is not None else {}).items() if on}
    by |= dict.fromkeys(given.tags, "given")
    values = {**(member.values if member is not None else {}), **given.values}
    by_shop = member.consent if member is not None else None
    words: Mapping[str, PersonWord] = all_of("person")
    held = {
        words[name].holds.name: words[name].held(said, user, playbook, now)
        for name, said in given.promotions.items()
    }
    contact = Contact(
        contact_id(given.channel, user),
        name=given.shown,
        language=given.language,
        identities=(Identity(given.channel, user, friend or None, now if friend else None),),
        tags=tuple(Tag(tag, now, whose, tag_end(playbook, tag, now)) for tag, whose in by.items()),
        attributes={slot: AttributeValue(value, now) for slot, value in values.items()},
        seed=seed,
        phone=phone_of(given),
        email=given.email,
        member_no=given.member_no or (member.member_no if member is not None else None),
        member_shop=shop_of(playbook) if given.member_no or member is not None else None,
        bindings=bindings,
        bound_before=now if given.bound_before or "phone" in bindings else None,
        clerk=_clerk(given, clerks, now),
        marketing_here=given.marketing,
        marketing_shop=by_shop,
        marketing=folded_consent(playbook.consent_from, given.marketing, by_shop),
        used={place_key(rule): now for rule in given.places},
        held=held_items(held),
        consents=_consents(playbook, given, now) if given.bound or given.bound_before else (),
    )
    for flow in given.flows:
        contact = put_into(contact, playbook, given.channel, flow.flow, flow.state, now)
    return replace(contact, audiences=_audiences(contact, playbook, given.channel, now))


def _clerk(given: GivenPerson, clerks: Iterable[GivenClerk], now: datetime) -> Clerk | None:
    """The clerk of this person: the one named, else the first where only `bound: clerk` is given."""
    if "clerk" not in given.bound:
        return None
    for clerk in clerks:
        if given.clerk in (None, clerk.code):
            return Clerk(clerk.code, clerk.name, clerk.store, now)
    return Clerk("0000000000", "", "", now)


def _consents(playbook: Playbook, given: GivenPerson, now: datetime) -> tuple[Consent, ...]:
    """The consent to the privacy notice, which everybody who is bound has given."""
    if playbook.privacy is None:
        return ()
    return (Consent(playbook.privacy.version, now, given.channel, on_page=False),)


def put_into(
    contact: Contact, playbook: Playbook, channel: str, flow_name: str, state_name: str, now: datetime
) -> Contact:
    """The contact in a state, without its entry actions and without being held before it; timers run from
    now.

    The privacy notice that comes with the state's question counts as seen.
    """
    flow = playbook.flow(flow_name, channel)
    if flow is None:
        return contact
    old = contact.instance(flow_name, channel)
    visit = int(now.timestamp()) if old is None else old.visit + 1
    question = flow.states[state_name].question
    notice = None if question is None else notice_with(playbook, contact, question)
    instance = Instance(flow_name, channel, state_name, visit, began=now, entered=now, notice_version=notice)
    others = tuple(i for i in contact.flows if (i.flow, i.channel) != (flow_name, channel))
    timers = tuple(t for t in contact.timers if (t.flow, t.channel) != (flow_name, channel))
    armed = tuple(
        Timer(flow_name, channel, visit, wait.text, due_after(wait, now, playbook.zone))
        for wait in flow.waits[state_name]
    )
    return replace(contact, flows=(*others, instance), timers=(*timers, *armed))


def _audiences(contact: Contact, playbook: Playbook, channel: str, now: datetime) -> tuple[str, ...]:
    """The watched audiences that the person is in from the beginning: that is no news."""
    context = ConditionContext(contact, channel, When(now, playbook.zone))
    inside = (name for name, condition in playbook.watched.items() if condition.holds(context))
    return tuple(sorted(f"{channel}:{name}" for name in inside))
