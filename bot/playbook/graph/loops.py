"""Finds what triggers itself again: journeys whose end starts them, and news and flows that cause each other,
within one turn or in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnAfter, OnNews, Rule
from bot.engine.compiled.step import Step, Steps
from bot.model.place import Place
from bot.model.problem import Level, Problem
from bot.model.translatable import tr
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.flow_arrows import cycles, reached
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted

START = "start "
"""Begin of the name that stands for the start of a flow among the news: `start welcome`."""


def done(steps: Steps) -> Iterator[tuple[Step, str]]:
    """(step, news) for all news that these steps cause; news as kind and subject: `tag_added VIP`."""
    for step in steps:
        yield from ((step, target) for target in step_news(step))


def step_news(step: Step) -> Iterator[str]:
    """The news that one step causes. Adding a tag that is on already causes none, which the caller
    considers."""
    yield from (f"tag_added {tag}" for tag in step.adds_tags)
    yield from (f"tag_removed {tag}" for tag in step.removes_tags)
    yield from (f"attribute_changed {key}" for key in step.changes)
    if step.raises is not None:
        yield f"signal {step.raises}"
    if step.starts is not None:
        yield START + step.starts


def passing(flow: Flow) -> dict[str, list[str]]:
    """By state that is left at once: the states that can follow."""
    return {n: [str(i.to) for i in s.branch] for n, s in flow.states.items() if not s.rests and not s.end}


def journeys_that_begin_again(survey: Survey) -> Iterator[Problem]:
    """`starts-at-once-again`: the end of a journey causes what starts it, and no `once_per` limits it.

    An error where no state on the way rests, as it would then repeat within one turn.
    """
    for flow in survey.flows:
        at_once = reached([flow.first.name], passing(flow))
        for name in started_by_its_end(flow):
            message = tr("the end of the journey {flow} starts it again at once", flow=quoted(flow.name))
            hint = tr("write  once_per: 30d  for the journey; to go round in it, go to its first state")
            hopeless = name in at_once and flow.start is not None and flow.start.condition is None
            level: Level = "error" if hopeless else "warning"
            yield mistake(flow.states[name].place, "starts-at-once-again", message, hint=hint, level=level)


def started_by_its_end(flow: Flow) -> dict[str, frozenset[str]]:
    """By end state: the news by which it starts its own journey again."""
    start = flow.start
    if start is None or start.once_per is not None:
        return {}
    taken_off = {tag for step in _steps_of(flow) for tag in step.removes_tags}
    started = {
        f"{trigger.kind} {subject}"
        for trigger in start.when
        if isinstance(trigger, OnNews) and not trigger.where
        for subject in trigger.subjects or ()
    }
    starts = {}
    for state in flow.states.values():
        news = {target for _, target in done(state.do)} | {f"flow_ended {flow.name}"}
        # adding a tag that is on is no news
        again = {n for n in news if not n.startswith("tag_added ") or n.partition(" ")[2] in taken_off}
        if state.end and not again.isdisjoint(started):
            starts[state.name] = frozenset(again & started)
    return starts


def _steps_of(flow: Flow) -> Iterator[Step]:
    """All steps of a flow."""
    for state in flow.states.values():
        yield from state.do
        for rule in (*state.rules, *state.branch):
            yield from rule.do
    for rule in flow.rules:
        yield from rule.do


@dataclass(frozen=True, slots=True)
class CausalLink:
    """That one piece of news, or the start of a flow, causes another."""

    source: str
    target: str
    place: Place
    """The step, end or start that causes it."""
    always: bool
    """Whether it happens in any case: no condition is tested."""


def rounds(survey: Survey) -> Iterator[Problem]:
    """`raise-cycle`: news cause themselves again. `start-cycle`: flows only start each other.

    An error where it repeats within one turn without any condition. A warning where there is a condition, or
    where time alone leads from one journey to the other and back.
    """
    links = [link for rule in survey.rules for link in _by_rule(rule)]
    links += [link for flow in survey.flows for link in _by_journey(flow)]
    at_once = _coming_back([*links, *(link for flow in survey.flows for link in _at_once(flow))])
    reported: set[str] = set()
    for cycle in cycles(_onward(at_once)):
        reported.update(cycle)
        if not _of_one_journey(cycle, survey):
            yield _within_a_turn(cycle, at_once)
    in_time = _coming_back([*links, *(link for flow in survey.flows for link in _in_time(flow))])
    for cycle in cycles(_onward(in_time)):
        if reported.isdisjoint(cycle) and sum(one.startswith(START) for one in cycle) > 1:
            yield _for_ever(cycle, in_time)


def _onward(links: Iterable[CausalLink]) -> dict[str, list[str]]:
    """By source: the targets of these links."""
    onward: dict[str, list[str]] = {}
    for link in links:
        onward.setdefault(link.source, []).append(link.target)
    return onward


def _coming_back(links: Sequence[CausalLink]) -> Sequence[CausalLink]:
    """The links without those from news of a tag that cannot come twice: a tag must be removed to be added
    again."""
    onward = _onward(links)
    back = _onward(CausalLink(link.target, link.source, link.place, link.always) for link in links)
    there = {news for news in onward if _is_taken_back(news, onward, back)}
    remaining = [link for link in links if link.source in there]
    return remaining if len(remaining) == len(links) else _coming_back(remaining)


def _is_taken_back(news: str, onward: Mapping[str, list[str]], back: Mapping[str, list[str]]) -> bool:
    """Whether a cycle through this news has the opposite one, by which it can come again."""
    kind, _, tag = news.partition(" ")
    opposite = {"tag_added": f"tag_removed {tag}", "tag_removed": f"tag_added {tag}"}.get(kind)
    if opposite is None:
        return True
    on_the_way = reached([news], onward) & reached([news], back)
    return any(opposite in onward.get(name, ()) for name in on_the_way)


def _by_rule(rule: Rule) -> Iterator[CausalLink]:
    """The links that a rule makes, from its news to those of its steps."""
    if rule.once_per is not None:
        return
    for trigger in rule.when:
        if isinstance(trigger, OnNews):
            always = rule.condition is None and not trigger.where
            for subject in trigger.subjects or ():
                for step, target in done(rule.do):
                    yield CausalLink(f"{trigger.kind} {subject}", target, step.place, always)


def _by_journey(flow: Flow) -> Iterator[CausalLink]:
    """The links from news to the start of a journey."""
    start = flow.start
    if start is None or start.once_per is not None:
        return
    for trigger in start.when:
        if isinstance(trigger, OnNews):
            always = start.condition is None and not trigger.where
            for subject in trigger.subjects or ():
                yield CausalLink(f"{trigger.kind} {subject}", START + flow.name, start.place, always)


def _at_once(flow: Flow) -> Iterator[CausalLink]:
    """The links of a flow that can end at once. One in which a person rests is not started again
    meanwhile."""
    states = [flow.states[name] for name in reached([flow.first.name], passing(flow)) if name in flow.states]
    ends = [state for state in states if state.end]
    always = all(len(state.branch) <= 1 for state in states)
    for state in states if ends else ():
        if not state.rests:
            for steps in (state.do, *(item.do for item in state.branch)):
                for step, target in done(steps):
                    yield CausalLink(START + flow.name, target, step.place, always)
    for state in ends:
        yield CausalLink(START + flow.name, f"flow_ended {flow.name}", state.place, always)


def _in_time(flow: Flow) -> Iterator[CausalLink]:
    """The links of a flow that need nothing of the person: states that are left at once, and timers."""
    timed = {
        state.name: [rule for rule in state.rules if any(isinstance(when, OnAfter) for when in rule.when)]
        for state in flow.states.values()
    }
    onward = passing(flow)
    for name, rules in timed.items():
        onward[name] = [*onward.get(name, ()), *(rule.to for rule in rules if rule.to is not None)]
    for name in reached([flow.first.name], onward) & flow.states.keys():
        state = flow.states[name]
        passed = [*state.branch, *timed[name]] if not state.rests else timed[name]
        for steps in (state.do, *(rule.do for rule in passed)):
            for step, target in done(steps):
                yield CausalLink(START + flow.name, target, step.place, always=False)
        if state.end:
            yield CausalLink(START + flow.name, f"flow_ended {flow.name}", state.place, always=False)


def _of_one_journey(cycle: Sequence[str], survey: Survey) -> bool:
    """Whether `starts-at-once-again` reports this cycle."""
    begun = [name.removeprefix(START) for name in cycle if name.startswith(START)]
    news = [name for name in cycle if not name.startswith(START)]
    if len(begun) != 1 or len(news) != 1:
        return False
    ends = (started_by_its_end(flow) for flow in survey.flows if flow.name == begun[0])
    return any(news[0] in again for starts in ends for again in starts.values())


def _way(cycle: Sequence[str], links: Iterable[CausalLink]) -> list[CausalLink]:
    """The links along a cycle, unconditional ones first."""
    best: dict[tuple[str, str], CausalLink] = {}
    for link in links:
        if link.always or (link.source, link.target) not in best:
            best[link.source, link.target] = link
    return [best[step] for step in zip(cycle, [*cycle[1:], cycle[0]], strict=True)]


def _within_a_turn(cycle: Sequence[str], links: Iterable[CausalLink]) -> Problem:
    way, only_flows = _way(cycle, links), all(name.startswith(START) for name in cycle)
    round_ = " → ".join(name.removeprefix(START) if only_flows else name for name in [*cycle, cycle[0]])
    code: Code = "start-cycle" if only_flows else "raise-cycle"
    if all(link.always for link in way):
        message = tr("{round} goes round until it is cut off", round=round_)
        return mistake(way[0].place, code, message, hint=tr("leave one of these actions out"))
    message = tr("{round} goes round while the conditions on the way hold", round=round_)
    hint = tr("leave one of these actions out, or see that a condition on the way ends it")
    return mistake(way[0].place, code, message, hint=hint, level="warning")


def _for_ever(cycle: Sequence[str], links: Iterable[CausalLink]) -> Problem:
    message = tr("{round} goes round for ever, in time", round=" → ".join([*cycle, cycle[0]]))
    hint = tr("write  once_per: person,  or a duration, for one of these journeys")
    return mistake(_way(cycle, links)[0].place, "start-cycle", message, hint=hint, level="warning")
