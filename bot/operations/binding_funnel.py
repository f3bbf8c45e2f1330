"""How far people come who open a binding page, and why they fail: from the counts of its flows.

The counts are durable, with each event in them once, so nothing is counted a second time here. They count
times, not people: a person who requests a second code is in that step twice. May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Literal, TypeAlias

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.pages import binds_member
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter, OnNews, Rule
from bot.engine.times.local_time import today
from bot.model.counts import ENTERED, LEFT, PASSED, Count
from bot.model.translatable import Translatable, tr
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores

FunnelStep: TypeAlias = Literal["opened", "phone", "sent", "proven", "bound"]
STEPS: Mapping[FunnelStep, Translatable] = {
    "opened": tr("opened the page"),
    "phone": tr("gave a phone"),
    "sent": tr("had a code sent"),
    "proven": tr("wrote the right code"),
    "bound": tr("were bound"),
}
FAILURES: Mapping[str, Translatable] = {
    "code refused": tr("too many codes were asked for, or the day's cap was reached"),
    "code failed": tr("the SMS could not be sent"),
    "code too_soon": tr("another code was asked for too soon"),
    "code wrong": tr("the code was wrong"),
    "code locked": tr("too many wrong codes"),
    "code expired": tr("the code was too old"),
    "member missing": tr("the shop has no member with this phone"),
    "member taken": tr("the phone is bound to another LINE account"),
    "member shop_failed": tr("the shop did not answer"),
    "gave up": tr("nobody answered for too long"),
    "left": tr("the flow was left for another reason"),
}
"""What may go wrong, by the news that tell of it."""


@dataclass(frozen=True, slots=True)
class BindingFunnel:
    """Of the last `days`, with today: how often each step was reached, and each failure met, most first."""

    days: int
    steps: Mapping[FunnelStep, int]
    failures: Mapping[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> Mapping[FunnelStep, int]:
        """How many fewer each step has than the one before it; none where it has more."""
        steps = list(self.steps.items())
        pairs = pairwise(steps)
        return {name: max(0, before - number) for (_, before), (name, number) in pairs}


async def funnels(
    stores: Stores, playbook: Playbook, channel: str, flows: Collection[str], days: Collection[int]
) -> list[BindingFunnel]:
    """Those of the flows that bind on a channel, added up. What waits to be counted is counted first."""
    if not days:
        return []
    await stores.counts.fold_all()
    now = today(await now_among(stores), playbook.zone)
    first = {span: (now - timedelta(days=span - 1)).isoformat() for span in days}
    steps = {span: Counter[FunnelStep]() for span in days}
    failures = {span: Counter[str]() for span in days}
    for name in flows:
        flow = playbook.flow(name, channel)
        if flow is None:
            continue
        for count in await stores.counts.since(min(first.values()), name):
            if count.mark.channel != channel:
                continue
            reached, failed = list(_steps(flow, count)), list(_failures(flow, count))
            for span, day in first.items():
                if count.day >= day:
                    steps[span].update(dict.fromkeys(reached, count.number))
                    failures[span].update(dict.fromkeys(failed, count.number))
    return [
        BindingFunnel(span, {one: steps[span][one] for one in STEPS}, dict(failures[span].most_common()))
        for span in days
    ]


def _steps(flow: Flow, count: Count) -> Iterator[FunnelStep]:
    what, about = count.mark.what, count.mark.about
    if what == ENTERED:
        yield "opened"
    passed = _passed(flow, count)
    if what != PASSED or passed is None:
        return
    state, rule = passed
    if state.name in flow.sending and _is_phone(state) and flow.sends(rule):
        yield "phone"
    if "sent" in _subjects(rule, "code"):
        yield "sent"
    if "right" in _subjects(rule, "code"):
        yield "proven"
    to = flow.states.get(about[2]) if len(about) > 2 else None
    if binds_member(rule.do) or (to is not None and binds_member(to.do)):
        yield "bound"


def _failures(flow: Flow, count: Count) -> Iterator[str]:
    if count.mark.what == LEFT:
        yield "left"
    passed = _passed(flow, count)
    if count.mark.what != PASSED or passed is None:
        return
    _, rule = passed
    if any(isinstance(trigger, OnAfter) for trigger in rule.when):
        yield "gave up"
    for kind in ("code", "member"):
        subjects = [f"{kind} {one}" for one in _subjects(rule, kind)]
        yield from [one for one in subjects if one in FAILURES][:1]  # a rule for several is counted once


def _passed(flow: Flow, count: Count) -> tuple[State, Rule] | None:
    about = count.mark.about
    state = flow.states.get(about[0]) if about else None
    if state is None or len(about) < 2:
        return None
    rules: Iterable[Rule] = (*state.rules, *state.branch, *flow.rules)
    return next(((state, rule) for rule in rules if rule.key == about[1]), None)


def _is_phone(state: State) -> bool:
    return state.question is not None and state.question.answer.type == "phone"


def _subjects(rule: Rule, kind: str) -> Iterator[str]:
    for trigger in rule.when:
        if isinstance(trigger, OnNews) and trigger.kind == kind:
            yield from trigger.subjects or ()
