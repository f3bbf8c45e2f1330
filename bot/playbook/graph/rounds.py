"""News that brings itself about again within one turn, and flows that begin each other without a rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.engine.flow import Flow
from bot.engine.rule import OnNews, Rule
from bot.engine.step import AddTags, Increase, Raise, RemoveTags, StartFlow, Step
from bot.model.place import Place
from bot.model.problem import Problem
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.moves import cycles, reached
from bot.playbook.graph.survey import Survey


@dataclass(frozen=True, slots=True)
class Link:
    """One thing brings about another, by steps at a place; `always` where no condition is asked."""

    source: str
    target: str
    place: Place
    always: bool


def news_in_circles(survey: Survey) -> Iterator[Problem]:
    """`raise-cycle`: rules raise what they react to; an error where no condition is asked on the way."""
    links = [link for rule in survey.rules for link in _news_of(rule)]
    there = {link.source for link in links}
    # adding a tag that is on is no news: it comes round only where the tag is taken off as well
    again = [link for link in links if _opposite(link.source) in (None, *there)]
    yield from _rounds(again, "raise-cycle")


def _opposite(news: str) -> str | None:
    """What must come between two pieces of news of a tag; `None` for other news."""
    kind, _, tag = news.partition(" ")
    return {"tag_added": f"tag_removed {tag}", "tag_removed": f"tag_added {tag}"}.get(kind)


def _news_of(rule: Rule) -> Iterator[Link]:
    always = rule.condition is None and rule.once_per is None
    for trigger in rule.when:
        if isinstance(trigger, OnNews):
            for subject in trigger.subjects or ():
                for step in rule.do:
                    for target in _brought_about(step):
                        yield Link(
                            f"{trigger.kind} {subject}", target, step.place, always and not trigger.where
                        )


def _brought_about(step: Step) -> Iterator[str]:
    match step:
        case AddTags(tags=tags):
            yield from (f"tag_added {tag}" for tag in tags)
        case RemoveTags(tags=tags):
            yield from (f"tag_removed {tag}" for tag in tags)
        case Raise(signal=signal):
            yield f"signal {signal}"
        case Increase(values=values):
            yield from (f"attribute_changed {key}" for key, _, _ in values)
        case _:
            return


def flows_in_circles(survey: Survey) -> Iterator[Problem]:
    """`start-cycle`: flows that come to their end at once, and begin each other on the way."""
    yield from _rounds([link for flow in survey.flows for link in _begun_by(flow)], "start-cycle")


def _begun_by(flow: Flow) -> Iterator[Link]:
    """The flows that this one begins before anybody rests in it, where it comes to an end like that."""
    passing = {n: [str(i.to) for i in s.branch] for n, s in flow.states.items() if not s.rests and not s.end}
    at_once = [flow.states[name] for name in reached([flow.first.name], passing) if name in flow.states]
    if not any(state.end for state in at_once):
        return
    always = all(len(state.branch) <= 1 for state in at_once)
    for state in at_once:
        if not state.rests:
            for steps in (state.do, *(item.do for item in state.branch)):
                for step in steps:
                    if isinstance(step, StartFlow):
                        yield Link(flow.name, step.flow, step.place, always)


def _rounds(links: Sequence[Link], code: Code) -> Iterator[Problem]:
    onward: dict[str, list[str]] = {}
    best: dict[tuple[str, str], Link] = {}
    for link in links:
        onward.setdefault(link.source, []).append(link.target)
        if link.always or (link.source, link.target) not in best:
            best[link.source, link.target] = link
    for found in cycles(onward):
        way = [best[step] for step in zip(found, [*found[1:], found[0]], strict=True)]
        round_ = " → ".join([*found, found[0]])
        if all(link.always for link in way):
            message = f"{round_} goes round until it is cut off"
            hint = "leave one of these actions out"
            yield mistake(way[0].place, code, message, hint=hint)
        else:
            message = f"{round_} goes round while the conditions on the way hold"
            hint = "leave one of these actions out, or see that a condition on the way ends it"
            yield mistake(way[0].place, code, message, hint=hint, level="warning")
