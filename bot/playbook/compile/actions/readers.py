"""The types of the functions that compile actions; each module of actions exports its own as `READ`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.engine.compiled.step import Step
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Node, Scalar

Reader: TypeAlias = Callable[[Scope, Scalar, Node], Step | None]
"""Compiles one action from its key and value; `None` where it cannot be done, which has been reported."""
Readers: TypeAlias = Mapping[str, Reader]
"""Readers by the action's key in the playbook."""
