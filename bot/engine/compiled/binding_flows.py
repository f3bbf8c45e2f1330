"""Which pages have to do with binding: their words are true of those alone (B8)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import GiveResult, Steps
from bot.model.screen import MEMBER_CARD, UNBIND


def is_about_binding(playbook: Playbook, page: str, channel: str) -> bool:
    """Whether a page shows or undoes a binding, or its flow, with all that it runs, makes one."""
    if page in (MEMBER_CARD, UNBIND):
        return True
    return any(_binds(flow) for flow in _with_what_it_runs(playbook, page, channel))


def _with_what_it_runs(playbook: Playbook, name: str, channel: str) -> Iterator[Flow]:
    names = [name]
    for one in names:  # which grows
        flow = playbook.flow(one, channel)
        if flow is not None:
            yield flow
            runs = (state.run for state in flow.states.values() if state.run is not None)
            names += [run for run in runs if run not in names]


def _binds(flow: Flow) -> bool:
    states = flow.states.values()
    rules = [rule for state in states for rule in (*state.rules, *state.branch)]
    done = [*(state.do for state in states), *(rule.do for rule in (*rules, *flow.rules))]
    return any(_has_binding(do) for do in done)


def _has_binding(do: Steps) -> bool:
    return any(step.binds or (isinstance(step, GiveResult) and _has_binding(step.do)) for step in do)
