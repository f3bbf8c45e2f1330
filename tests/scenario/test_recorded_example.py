"""The scenarios of the worked example, recorded anew, hold: what people do is written down whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import Decision
from bot.model.event import Event, News, Outcome, TimerDue
from bot.model.staff_order import StaffUnbinds
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play
from bot.scenario.player import Player
from bot.scenario.read import read_scenario
from bot.scenario.recorded import recorded
from bot.scenario.recorded_time import ways
from bot.scenario.recorded_turn import PlayedTurn, TimePassed
from bot.scenario.step_writer import Happening
from tests.scenario.underlined import underlined

ROOT = Path(__file__).parents[2]
FILES = PlaybookFiles(ROOT, {})
ELSEWHERE = News | StaffUnbinds
"""What does not come from the friend's hand: the shop, staff at their console."""


@pytest.fixture
def tape(monkeypatch: pytest.MonkeyPatch) -> list[Happening]:
    """What happens while a scenario is played."""
    heard: list[Happening] = []
    passing = Player.pass_time

    def decided(playbook: Playbook, contact: Contact, event: Event, now: datetime, world: Any) -> Decision:
        decision = decide(playbook, contact, event, now, world)
        if not (isinstance(event.what, News) and event.what.kind in ("given", "sweep")):
            name = contact.name or (event.profile.name if event.profile is not None else "客人")
            heard.append(PlayedTurn(name, event, contact, decision, now, playbook.version))
        return decision

    def passed(player: Player, until: datetime, *, down: bool) -> None:
        before = player.now
        passing(player, until, down=down)
        heard.append(TimePassed(until, until - before))

    monkeypatch.setattr("bot.scenario.player.decide", decided)
    monkeypatch.setattr(Player, "pass_time", passed)
    return heard


def playable(happenings: list[Happening]) -> bool:
    """Whether a friend in the simulator could have brought all of this about."""
    turns = [one for one in happenings if isinstance(one, PlayedTurn)]
    return (
        bool(turns)
        and isinstance(happenings[0], PlayedTurn)
        and not isinstance(turns[0].event.what, TimerDue)
        and not any(isinstance(turn.event.what, ELSEWHERE) for turn in turns)
        and all(_comes_again(turn.event.what) for turn in turns if isinstance(turn.event.what, Outcome))
    )


def _comes_again(what: Outcome) -> bool:
    """Whether a recording brings this outcome about: codes, members who are found, and what fails."""
    return what.asked in ("code", "member") or what.result in ("failed", "shop_failed")


UNSEEN = ("bound_to:", "bound: phone, phone:", "sms_credit:")
"""What was so before the recording began, and shows in no turn."""
NAMELESS = "tests/scenarios/outlet.yaml"
"""Greets somebody without a name, whom a recording has to call something."""


def scenarios() -> Iterator[str]:
    """Those without a live edit, a server that is down, or a broadcast, which a recording does not know."""
    for file in FILES.scenarios():
        text = FILES.text(file) or ""
        given = text.partition("steps:")[0]
        if file == NAMELESS:
            continue
        if not any(f"- {step}:" in text for step in ("edit", "down", "broadcast")) and not any(
            w in given for w in UNSEEN
        ):
            yield file


@pytest.mark.ring("all", "plays the worked example anew")
@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.ring("soak", "more of the same"))])
def test_recorded_anew(tape: list[Happening], every: int) -> None:
    loaded = FILES.load()
    assert loaded.playbook is not None
    tried = []
    for file in islice(scenarios(), 0, None, every):
        scenario = FILES.read(file, loaded).scenario
        assert scenario is not None
        tape.clear()
        assert play(scenario, loaded.playbook) is None
        happenings = list(tape)
        if not playable(happenings):
            continue
        tried.append(file)
        plain = recorded("又一次", happenings, loaded.playbook)
        texts = [recorded("又一次", happenings, loaded.playbook, way).text for way in ways(plain.pauses)]
        assert [found for text in texts if (found := underlined(text))] == []
        read = [read_scenario("again.yaml", text.encode(), loaded.playbook, FILES) for text in texts]
        assert any(
            one.scenario is not None and play(one.scenario, loaded.playbook) is None for one in read
        ), (file, texts[0])
    assert len(tried) >= 35 / every
