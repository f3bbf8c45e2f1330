"""What there was before a recording began: the `given` of its scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime

from bot.engine.compiled.every_rule import places_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.splits import group_of
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import InSplit
from bot.engine.texts.format import formatted
from bot.engine.times.local_time import local
from bot.engine.turn.how_often import place_key, rule_without_place
from bot.model.contact import Contact
from bot.model.effects import FindMember
from bot.model.event import Follow, Origin, Outcome
from bot.model.instance import ReservedMember
from bot.model.place import Place
from bot.model.staff_order import StaffBinds
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.promotions import all_of
from bot.scenario.recorded_turn import RecordedTurn


def groups_of(
    turns: Sequence[RecordedTurn], playbook: Playbook, sent: Collection[str] = ()
) -> dict[str, str]:
    """The groups of the first person, in splits of rules, flows and (`sent`) broadcasts of a recording."""
    places = {step.place for turn in turns for step in turn.decision.trace}
    flows = {one.flow for turn in turns for one in (*turn.before.flows, *turn.decision.contact.flows)}
    flows |= {end.flow for turn in turns for end in turn.decision.ended}
    rules = (rule for rule in playbook.rules if places & {rule.place, *_places(rule.condition)})
    parts = [
        *(rule.condition for rule in rules),
        *(playbook.flows[name] for name in flows & playbook.flows.keys()),
    ]
    names = {split.name for part in parts for split in _splits(part)}
    names |= {one.split or "" for name, one in playbook.broadcasts.items() if name in sent}
    return {name: group_of(playbook, name, turns[0].before.seed) for name in playbook.splits if name in names}


def _places(condition: Condition | None) -> Iterator[Place]:
    return (split.place for split in _splits(condition))


def _splits(part: object) -> Iterator[InSplit]:
    """Every condition on a split within a part of the playbook."""
    if isinstance(part, InSplit):
        yield part
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            yield from _splits(getattr(part, one.name))
    elif isinstance(part, tuple | list):
        for item in part:
            yield from _splits(item)
    elif isinstance(part, Mapping):
        for item in part.values():
            yield from _splits(item)


def given_lines(
    first: Mapping[str, RecordedTurn],
    start: datetime,
    playbook: Playbook,
    groups: Mapping[str, str],
    taken: Mapping[str, int],
    *,
    named: bool,
) -> Iterator[str]:
    """The lines below `given:`; `first` is by the names that the scenario calls its people by.

    `named`: a step names them, also where there is only one.
    """
    yield f"  now: {local(start, playbook.zone):%Y-%m-%d %H:%M}"
    people = {name: _person(turn, playbook, start) for name, turn in first.items()}
    channels = {turn.event.channel for turn in first.values()}
    usual = next(iter(playbook.channels), "")
    if channels != {usual}:
        for name, turn in first.items():
            people[name] = {"channel": turn.event.channel, **people[name]}
    if len(people) == 1 and not named:
        [(name, fields)] = people.items()
        yield f"  contact: {braces({'name': scalar(name), **fields})}"
    else:
        yield "  people:"
        for name, fields in people.items():
            yield f"    {scalar(name)}: {braces(fields)}".rstrip() if fields else f"    {scalar(name)}:"
    if groups:
        yield f"  split: {braces({scalar(name): scalar(group) for name, group in groups.items()})}"
    if taken:
        yield f"  taken: {braces({scalar(rule): str(number) for rule, number in taken.items()})}"


def taken_before(turns: Iterable[RecordedTurn], playbook: Playbook) -> dict[str, int]:
    """The places that others had taken before somebody got none, by rule with `first`."""
    places, taken, own = places_of(playbook), dict[str, int](), Counter[str]()
    for turn in turns:
        for rule in map(rule_without_place, turn.decision.trace):
            if rule is not None and rule in places:
                taken.setdefault(rule, max(0, places[rule] - own[rule]))
        own.update(claim.rule for claim in turn.decision.claims)
    return taken


def shop_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """The members that were found at a shop, by its first answers."""
    members: dict[str | None, dict[str, str]] = {}
    requests: dict[Origin, FindMember] = {}
    for turn in turns:
        requests |= {one.origin: one for one in turn.decision.actions if isinstance(one, FindMember)}
        what = turn.event.what
        if isinstance(what, StaffBinds) and what.found.member_no is not None:
            members.setdefault(what.found.phone, _member(what.found, playbook, by_line=False))
        if isinstance(what, Outcome) and what.found is not None and what.origin in requests:
            how = requests[what.origin].how
            if how != "none":
                members.setdefault(what.found.phone, _member(what.found, playbook, by_line=how == "line"))
    if members:
        yield f"  shop: [{', '.join(map(braces, members.values()))}]"


def _member(found: ReservedMember, playbook: Playbook, *, by_line: bool) -> dict[str, str]:
    """A member's record; `by_line`: the shop knew the LINE account of the person, who is the first."""
    fields = {"phone": scalar(found.phone or "")}
    if by_line:
        fields["line"] = "true"
    if found.member_no is not None:
        fields["member_no"] = scalar(found.member_no)
    if found.consent is not None:
        fields["marketing"] = str(found.consent).lower()
    fields |= {name: str(on).lower() for name, on in found.tags.items()}
    for name, info in playbook.attributes.items():
        if info.shop is not None and info.slot in found.values:
            fields[name] = scalar(formatted(found.values[info.slot], None, playbook.zone))
    return fields


def _person(turn: RecordedTurn, playbook: Playbook, now: datetime) -> dict[str, str]:
    """What was known of a person; of a new one, nothing."""
    contact, channel = turn.before, turn.event.channel
    fields: dict[str, str] = {}
    follows = isinstance(turn.event.what, Follow)
    if contact.identity(channel).friend is not True and not follows:
        fields["friend"] = "false"
    if follows and isinstance(turn.event.what, Follow) and turn.event.what.again:
        fields["friend"] = "false"
    tags = [scalar(tag.name) for tag in contact.tags if contact.has_tag(tag.name, now)]
    if tags:
        fields["tags"] = f"[{', '.join(tags)}]"
    for name, one in all_of("person").items():
        if (written := one.recorded(contact, playbook, now)) is not None:
            fields[name] = written
    values = dict(_values(contact, playbook))
    if values:
        fields["attributes"] = braces(values)
    bound = [*contact.bindings, *([] if contact.clerk is None else ["clerk"])]
    if bound:
        fields["bound"] = f"[{', '.join(bound)}]"
    if contact.clerk is not None and playbook.stores:
        fields["clerk"] = scalar(contact.clerk.code)
    if contact.bound_before is not None and "phone" not in contact.bindings:
        fields["bound_before"] = "phone"
    if contact.marketing_here is not None:
        fields["marketing"] = str(contact.marketing_here).lower()
    flows = {i.flow: scalar(i.state) for i in contact.flows if i.channel == channel and i.parent is None}
    if flows:
        fields["flow"] = braces(flows)
    places = [scalar(rule) for rule in places_of(playbook) if place_key(rule) in contact.used]
    if places:
        fields["places"] = f"[{', '.join(places)}]"
    return fields


def _values(contact: Contact, playbook: Playbook) -> Iterator[tuple[str, str]]:
    for name, info in playbook.attributes.items():
        known = contact.attributes.get(info.slot)
        if known is not None:
            yield name, scalar(formatted(known.value, None, playbook.zone))
