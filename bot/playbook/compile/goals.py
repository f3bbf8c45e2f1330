"""What a broadcast or a flow is for, from its canonical form (language, section 10)."""

from __future__ import annotations

from bot.engine.compiled.goal import Goal
from bot.engine.compiled.rule import OnNews
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.triggers import triggers_of
from bot.playbook.syntax.nodes import Map, Node


def goal_of(scope: Scope, node: Node | None) -> Goal | None:
    """The goal, where there is one; what it names and is not there is reported."""
    if not isinstance(node, Map):
        return None
    heard, _ = triggers_of(scope, node, "start")
    within = scope.duration(node.get("within"))
    news = [one for one in heard if isinstance(one, OnNews)]
    return Goal(news[0], within) if news and within is not None else None
