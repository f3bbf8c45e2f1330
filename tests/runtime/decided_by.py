"""Other decisions than the engine's, on the way of one event as on that of many at once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bot.runtime.turn_taking import deciding


def decided_by(patched: pytest.MonkeyPatch, decide: Callable[..., Any]) -> None:
    """Have the runtime ask this in place of `decide`, and of its three steps."""

    def begin(*asked: object) -> SimpleNamespace:
        return SimpleNamespace(asked=asked, asked_quota=False, photos=None)

    def end(turn: SimpleNamespace, before: object) -> Any:
        return decide(*turn.asked)

    patched.setattr(deciding, "decide", decide)
    patched.setattr(deciding, "begin_turn", begin)
    patched.setattr(deciding, "handle_event", lambda turn: None)
    patched.setattr(deciding, "end_turn", end)
