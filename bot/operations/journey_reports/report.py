"""The report of a journey with a goal: who began it, and which of them reached it in their own time.

What people reached is read once, by time; then all beginnings are gone through, oldest first. So nothing is
asked of each person; in memory is who reached it, and of who began it no more than that they did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bot.engine.compiled.flow import Flow, State, sends_without_token
from bot.engine.compiled.goal import Goal, begun_flow, goal_of_flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import InSplit
from bot.engine.times.local_time import earlier, later, start_of_day, today
from bot.model.counts import push_figures
from bot.model.reports import JourneyGroup, JourneyReport
from bot.model.spending import GroupSpending
from bot.model.translatable import Refusal, row, tr
from bot.operations.attribution.group_spending import people_spending
from bot.operations.simulated_time import now_among
from bot.playbook.similar import hint_for, quoted
from bot.store.people_collections import TIMELINE_LIFE
from bot.store.stores import Stores


def held_out(flow: Flow, split: str) -> Collection[str]:
    """Groups with less to come than others; none where all are sent something of their own."""
    by_group = {group: _speaking_places(flow, split, group) for group in flow.splits.get(split, ())}
    if not by_group:
        return ()
    to_all = frozenset.intersection(*by_group.values())
    if all(places == to_all for places in by_group.values()):
        return ()
    return [group for group, places in by_group.items() if places == to_all]


def _speaking_places(flow: Flow, split: str, group: str) -> frozenset[str]:
    """The places where something may be sent to this group: states and rules that can be reached."""
    found, seen, ahead = set[str](), set[str](), [flow.first]
    while ahead:
        state = ahead.pop()
        if state.name in seen:
            continue
        seen.add(state.name)
        if state.speaks:
            found.add(state.name)
        for rule in _ways(flow, state, split, group):
            if sends_without_token(rule.do):
                found.add(f"{state.name} {rule.key}")
            if rule.to is not None and rule.to in flow.states:
                ahead.append(flow.states[rule.to])
    return frozenset(found)


def _ways(flow: Flow, state: State, split: str, group: str) -> Iterator[Rule]:
    for rule in state.branch:
        holds = _holds(rule.condition, split, group)
        if holds is not False:
            yield rule
        if holds:
            break
    yield from (
        rule for rule in (*state.rules, *flow.rules) if _holds(rule.condition, split, group) is not False
    )


def _holds(condition: Condition | None, split: str, group: str) -> bool | None:
    """Whether it holds of everybody of the group, of nobody (`False`), or that is not known (`None`)."""
    match condition:
        case None:
            return True
        case InSplit(name=name, groups=groups) if name == split:
            return group in groups
        case All(parts=parts):
            answers = [_holds(part, split, group) for part in parts]
            return False if False in answers else None if None in answers else True
        case Any(parts=parts):
            answers = [_holds(part, split, group) for part in parts]
            return True if True in answers else None if None in answers else False
        case Not(part=part):
            inner = _holds(part, split, group)
            return None if inner is None else not inner
        case _:
            return None


class NoGoal(Refusal):
    """There is nothing to report on; the sentence says what to write."""


class NoSuchSplit(Refusal):
    """The flow asks for no split of this name; the sentence says for which it does."""


@dataclass(slots=True)
class _Numbers:
    """Of the people of one group: how many have had their time, have reached it, and so on."""

    over: int = 0
    reached: int = 0
    under_way: int = 0
    early: int = 0
    bought: list[Decimal] = field(default_factory=list)
    """What each has spent who has spent anything, of those whose time is over."""


@dataclass(slots=True)
class _Counted:
    """By group; `ungrouped` people began it when it did not ask for the split."""

    groups: defaultdict[str, _Numbers] = field(default_factory=lambda: defaultdict(_Numbers))
    ungrouped: int = 0
    sold: bool = False
    """Whether anybody ordered at all: else perhaps the shop reports no orders."""


async def journey_report(
    stores: Stores, playbook: Playbook, flow: Flow, days: int | None = None, split: str | None = None
) -> JourneyReport:
    """Of who began it in the last `days`, or since the timeline begins; by its first split, or this one.

    Raises `NoGoal`, `NoSuchSplit` and `DatabaseUnavailable`.
    """
    if flow.goal is None:
        raise NoGoal(
            tr(
                "{flow} has no goal: write what it is for, such as  {goal}",
                flow=quoted(flow.name),
                goal="goal: {bound: phone, within: 7d}",
            )
        )
    compared = _split(flow, split)
    now = await now_among(stores)
    since = now - TIMELINE_LIFE.after
    known = TIMELINE_LIFE.after.days
    if days is not None:
        since = max(since, start_of_day(today(now, playbook.zone) - timedelta(days=days - 1), playbook.zone))
    counted = await _count(stores, playbook, flow, flow.goal, compared, (since, now))
    await stores.counts.fold_all()
    pushes = await stores.counts.since(today(since, playbook.zone).isoformat(), flow.name)
    return JourneyReport(
        flow.name,
        flow.title,
        flow.goal.in_short,
        now - earlier(now, flow.goal.within, playbook.zone),
        since,
        now,
        known if days is None else min(days, known),
        _groups(flow, compared, counted),
        compared,
        tuple(name for name in flow.splits if name != compared),
        counted.ungrouped,
        push_figures(pushes),
    )


def _split(flow: Flow, named: str | None) -> str:
    if named is None:
        return next(iter(flow.splits), "")
    if named in flow.splits:
        return named
    known = tr("it asks for {names}", names=row(flow.splits)) if flow.splits else tr("it asks for none")
    hint = hint_for(named, flow.splits) or known
    raise NoSuchSplit(
        tr("{flow} does not ask for the split {name}; {hint}", flow=quoted(flow.name), name=named, hint=hint)
    )


async def _count(
    stores: Stores,
    playbook: Playbook,
    flow: Flow,
    goal: Goal,
    split: str,
    span: tuple[datetime, datetime],
) -> _Counted:
    """Each person once, by their first beginning in this time; who was merged is one person."""
    since, now = span
    into = await stores.merged_since.read(since)
    reached = await _reached(stores, flow, into, span)
    paid = await people_spending(stores, since, now, into)
    has_had_its_time = earlier(now, goal.within, playbook.zone)
    seen, counted = set[str](), _Counted(sold=bool(paid.orders))
    async for one in stores.happened.begun(begun_flow(flow.name), since, now):
        person = into.get(one.contact, one.contact)
        if person in seen:
            continue
        seen.add(person)
        group = one.groups.get(split) if split else ""
        if group is None:
            counted.ungrouped += 1
            continue
        numbers, there = counted.groups[group], reached.get(person, ())
        until = later(one.at, goal.within, playbook.zone) if there else now
        in_time = any(one.at <= at <= until for at in there)
        if one.at <= has_had_its_time:
            numbers.over += 1
            numbers.reached += in_time
            if person in paid.orders:
                spent = paid.take(person, one.at, later(one.at, goal.within, playbook.zone))
                numbers.bought += [spent] if spent > 0 else []
        else:
            numbers.under_way += 1
            numbers.early += in_time
    return counted


async def _reached(
    stores: Stores, flow: Flow, into: Mapping[str, str], span: tuple[datetime, datetime]
) -> Mapping[str, list[datetime]]:
    """When who reached the goal."""
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    async for one in stores.happened.reached([goal_of_flow(flow.name)], *span):
        found[into.get(one.contact, one.contact)].append(one.at)
    return found


def _groups(flow: Flow, split: str, counted: _Counted) -> tuple[JourneyGroup, ...]:
    """Those that are declared, in their order, also where nobody is in them; then those that were once."""
    groups = counted.groups
    names = dict.fromkeys((*flow.splits[split], *sorted(groups))) if split else {"": None}
    quiet = held_out(flow, split)
    return tuple(
        _group(name, groups.get(name, _Numbers()), holdout=name in quiet, sold=counted.sold) for name in names
    )


def _group(name: str, numbers: _Numbers, *, holdout: bool, sold: bool) -> JourneyGroup:
    spent = GroupSpending.of(numbers.over, numbers.bought) if sold else None
    counted = (numbers.over, numbers.reached, numbers.under_way, numbers.early)
    return JourneyGroup(name, *counted, holdout, spent)
