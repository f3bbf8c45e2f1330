"""Which pages there are, which a channel can open, and which have to do with binding (B8)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import flow_of_form
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import GiveResult, Steps
from bot.model.promotions import kinds
from bot.model.screen import BUILT_IN, MEMBER_CARD, UNBIND


def page_names(playbook: Playbook) -> tuple[str, ...]:
    """The names of all pages: flows with a page, forms, and those that are built in."""
    return (*(name for name, flow in playbook.flows.items() if flow.page), *playbook.forms, *BUILT_IN)


def pages_of(playbook: Playbook, channel: str) -> tuple[str, ...]:
    """The names of a channel's pages: flows with a page, forms, and those built in that it has."""
    flows = (playbook.flow(name, channel) for name in playbook.flows)
    card = (MEMBER_CARD,) if playbook.member_card is not None else ()
    promotions = (kind.page for kind in kinds() if kind.entries(playbook))
    paged = (flow.name for flow in flows if flow is not None and flow.page)
    return (*paged, *playbook.forms, *card, *promotions, UNBIND)


def page_flow(playbook: Playbook, page: str, channel: str) -> Flow | None:
    """The flow that a page of its name runs, a form's too; `None` where it is built in, or there is none."""
    flow = playbook.flow(flow_of_form(page) if page in playbook.forms else page, channel)
    return flow if flow is not None and flow.page else None


def is_about_binding(playbook: Playbook, page: str, channel: str) -> bool:
    """Whether a page shows or undoes a binding, or its flow, with all that it runs, makes one."""
    if page in (MEMBER_CARD, UNBIND):
        return True
    return any(_binds(flow) for flow in _with_what_it_runs(playbook, page, channel))


def binding_flows(playbook: Playbook, channel: str) -> tuple[str, ...]:
    """The names of the flows that bind a phone on a channel, in the order of the files."""
    flows = (playbook.flow(name, channel) for name in playbook.flows)
    return tuple(flow.name for flow in flows if flow is not None and _binds(flow, "member"))


def binds_member(do: Steps) -> bool:
    """Whether these steps bind a phone."""
    return _has_binding(do, "member")


def with_paused_binding(playbook: Playbook, channels: Collection[str]) -> Playbook:
    """The playbook with the flows that bind a phone paused on these channels, as by `paused` (B8).

    As the place of a pause, traces show that of the flow.
    """
    rules = dict(playbook.channels)
    for name in rules.keys() & channels:
        paused = {one: playbook.flows[one].place for one in binding_flows(playbook, name)}
        rules[name] = replace(rules[name], paused={**paused, **rules[name].paused})
    return replace(playbook, channels=rules) if rules != playbook.channels else playbook


def _with_what_it_runs(playbook: Playbook, name: str, channel: str) -> Iterator[Flow]:
    """A flow, and all that its states run, each once."""
    names = [name]
    for one in names:  # which grows
        flow = playbook.flow(one, channel)
        if flow is not None:
            yield flow
            runs = (state.run for state in flow.states.values() if state.run is not None)
            names += [run for run in runs if run not in names]


def _binds(flow: Flow, to: str | None = None) -> bool:
    """Whether a flow binds anybody: `to` a member or a clerk, or to either."""
    states = flow.states.values()
    rules = [rule for state in states for rule in (*state.rules, *state.branch)]
    done = [*(state.do for state in states), *(rule.do for rule in (*rules, *flow.rules))]
    return any(_has_binding(do, to) for do in done)


def _has_binding(do: Steps, to: str | None) -> bool:
    return any(
        (step.binds is not None and to in (None, step.binds))
        or (isinstance(step, GiveResult) and _has_binding(step.do, to))
        for step in do
    )
