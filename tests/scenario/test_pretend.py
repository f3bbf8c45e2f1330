"""The world of a scenario answers whatever may be asked; of web hooks its steps say what comes."""

from __future__ import annotations

from bot.model.asked import REQUESTS
from bot.model.effects import CallHook
from bot.scenario.context import PretendWorld
from bot.scenario.given import Given
from tests.conftest import NOW
from tests.playbooks import SMALLEST


def test_everything_that_may_be_asked_is_played() -> None:
    world = PretendWorld(Given(NOW, ()), SMALLEST, {}, lambda: NOW)
    assert world.handlers.keys() == {*REQUESTS} - {CallHook}
