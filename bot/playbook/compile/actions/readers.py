"""What each module of actions exports as `READ`: for each of its words, what reads its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.engine.compiled.step import Step
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Node, Scalar

Reader: TypeAlias = Callable[[Scope, Scalar, Node], Step | None]
Readers: TypeAlias = Mapping[str, Reader]
