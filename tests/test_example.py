"""The top-level playbook: no mistake, all its pictures, and every rule held by a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter, Rule
from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import Decision, DecisionInputs
from bot.model.event import Event
from bot.model.place import Place
from bot.playbook.load import load
from bot.scenario import player
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play

pytestmark = pytest.mark.ring("test", "the worked example, played once")

ROOT = Path(__file__).parent.parent
KB = 1024


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    loaded = load(ROOT, {}, unset="warning")
    assert {problem.code for problem in loaded.problems} <= {"env-unset"}
    assert loaded.playbook is not None
    return loaded.playbook


def yaml_of_the_playbook() -> str:
    files = [ROOT / "bot.yaml"]
    for folder in ("flows", "rules", "cards"):
        files += sorted((ROOT / folder).rglob("*.yaml"))
    return "\n".join(file.read_text("utf-8") for file in files)


def test_every_picture_is_used_and_every_used_one_is_there() -> None:
    named = set(re.findall(r"cards/\w+\.(?:png|jpg)", yaml_of_the_playbook()))
    there = {f"cards/{file.name}" for file in (ROOT / "cards").iterdir() if file.suffix != ".yaml"}
    assert named == there
    for name in there:
        assert (ROOT / name).stat().st_size < 300 * KB


def test_the_list_of_the_expo_is_six_people(playbook: Playbook) -> None:
    expo = playbook.audiences["展場名單"]
    assert expo.people is not None
    assert (len(expo.people.entries), expo.twice, expo.refused) == (6, 0, 0)


# -- every rule, state and tap is reached by a scenario


@pytest.fixture(scope="module")
def reached() -> set[Place]:
    """The places of the playbook that the traces of all scenarios name."""
    places: set[Place] = set()

    def watched(
        playbook: Playbook, contact: Contact, event: Event, now: object, world: DecisionInputs
    ) -> Decision:
        decision = decide(playbook, contact, event, now, world)  # type: ignore[arg-type]
        places.update(step.place for step in decision.trace if step.place is not None)
        return decision

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(player, "decide", watched)
        files = PlaybookFiles(ROOT, {})
        loaded = files.load()
        assert loaded.playbook is not None
        for file in files.scenarios():
            scenario = files.read(file, loaded).scenario
            assert scenario is not None, file
            assert play(scenario, loaded.playbook) is None, file
    return places


@pytest.mark.ring("all", "dear set-up")
def test_its_scenarios_hold(reached: set[Place]) -> None:
    """L2. All of them were played for what they reach."""
    assert reached


def never_comes(flow: Flow, rule: Rule) -> bool:
    """The pretend world of scenarios never leaves a question open for a minute, nor moves a phone in vain."""
    if flow.name not in ("phone_binding", "store_referral"):
        return False
    in_a_minute = any(isinstance(one, OnAfter) and one.wait.text == "1m" for one in rule.when)
    return in_a_minute or ("moving" in flow.states and rule in flow.states["moving"].rules[1:])


def rules_of(playbook: Playbook) -> Iterator[Rule]:
    yield from playbook.rules
    for flow in playbook.flows.values():
        yield from flow.rules
        for state in flow.states.values():
            yield from (rule for rule in state.rules if not never_comes(flow, rule))
            yield from (branch for branch in state.branch if branch.do)


@pytest.mark.ring("all", "dear set-up")
def test_every_rule_is_carried_out_by_a_scenario(playbook: Playbook, reached: set[Place]) -> None:
    assert [str(rule.place) for rule in rules_of(playbook) if rule.place not in reached] == []


def test_every_state_is_entered_by_a_scenario(playbook: Playbook, reached: set[Place]) -> None:
    states = [state for flow in playbook.flows.values() for state in flow.states.values()]
    assert [str(state.place) for state in states if state.place not in reached] == []


def test_every_tap_that_does_something_is_tapped_by_a_scenario(
    playbook: Playbook, reached: set[Place]
) -> None:
    taps = [tap for tap in playbook.taps.values() if tap.do]
    assert [str(tap.place) for tap in taps if tap.place not in reached] == []
