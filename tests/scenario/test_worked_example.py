"""L2: the scenarios of the worked example hold, quickly; and each of their expectations can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.playbook.load import Loaded
from bot.scenario.checks import BotSays, ContactIs, CostIs, ExactText, FlowIs, MenuIs, PageShows
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play
from bot.scenario.steps import Edits, Scenario, ScenarioStep
from tests.pace import fewest_paces
from tests.scenario.playing import ROOT

FILES = PlaybookFiles(ROOT, {})
QUICK = 2.0
"""Paces for one scenario: 10 s for a thousand."""


@cache
def loaded() -> Loaded:
    return FILES.load()


def playbook() -> Playbook:
    found = loaded().playbook
    assert found is not None
    return found


@cache
def scenarios() -> dict[str, Scenario]:
    found = {}
    for file in FILES.scenarios():
        read = FILES.read(file, loaded())
        assert not read.problems, (file, read.problems)
        assert read.scenario is not None
        found[file] = read.scenario
    return found


def broken(step: ScenarioStep) -> ScenarioStep | None:
    """The same step with an expectation that is never met; `None` for one that expects nothing."""
    match step:
        case BotSays():
            return replace(step, expected=(*step.expected, ExactText("沒有人會說的話")))
        case ContactIs():
            return replace(step, tags=("沒有人有的標籤",))
        case CostIs():
            return replace(step, messages=step.messages + 1)
        case MenuIs():
            return replace(step, menu="沒有的選單")
        case FlowIs():
            return replace(step, states=tuple((flow, "沒有的步驟") for flow, _ in step.states))
        case PageShows():
            return replace(step, state="沒有的頁面", contains=None)
        case _:
            return None


def broken_ones() -> Iterator[tuple[str, int, Scenario]]:
    for file, scenario in scenarios().items():
        for number, step in enumerate(scenario.steps):
            other = broken(step)
            if other is not None:
                steps = (*scenario.steps[:number], other, *scenario.steps[number + 1 :])
                yield file, number, replace(scenario, steps=steps)


@pytest.mark.ring("all", "plays the worked example over and over")
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.ring("soak", "more of the same"))])
def test_every_expectation_can_fail(every: int) -> None:
    """Each expectation of each scenario, made wrong, fails at its own step."""
    tried = 0
    for file, number, scenario in islice(broken_ones(), 0, None, every):
        failure = play(scenario, playbook())
        assert failure is not None, (file, number)
        assert failure.place == scenario.steps[number].place, (file, number)
        tried += 1
    assert tried > 100 / every


@pytest.mark.ring("all", "plays the worked example over and over")
def test_a_step_left_out_is_noticed() -> None:
    """Without one of its `bot` steps that names messages, a scenario fails."""
    for file, scenario in scenarios().items():
        for number, step in enumerate(scenario.steps):
            if isinstance(step, BotSays) and step.expected:
                steps = (*scenario.steps[:number], *scenario.steps[number + 1 :])
                assert play(replace(scenario, steps=steps), playbook()) is not None, (file, number)


@pytest.mark.ring("all", "plays the worked example over and over")
def test_a_scenario_says_the_same_each_time() -> None:
    wrong = next(scenario for _, _, scenario in broken_ones())
    assert play(wrong, playbook()) == play(wrong, playbook())


@pytest.mark.ring("all", "many random or generated cases")
def test_a_thousand_scenarios_are_played_quickly() -> None:
    """Less than 10 s of one core for a thousand of the worked example's, where it is not a slow one."""
    mix = [s for s in scenarios().values() if not any(isinstance(step, Edits) for step in s.steps)]
    rounds = 200 // len(mix) + 1
    for scenario in mix:
        play(scenario, playbook())

    def all_of_them() -> None:
        for _ in range(rounds):
            for scenario in mix:
                assert play(scenario, playbook()) is None

    bound = QUICK * rounds * len(mix)
    assert fewest_paces(all_of_them, bound) < bound
