"""What each module of actions exports as `DO`: for each of its actions, what does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bot.engine.compiled.step import Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn

Doers: TypeAlias = Mapping[type[Step], Callable[[Turn, Any, Doing], None]]
