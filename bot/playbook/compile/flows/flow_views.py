"""Flows as other parts of the compiler read them, before they are compiled: with their settings put in, and
with the types of their answers. A flow has one view, and one more for each channel with settings of its
own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.model.translatable import row, tr
from bot.model.value import Type
from bot.playbook.canonical.settings import picture_setting, with_settings
from bot.playbook.compile.connections.people import declared_type
from bot.playbook.compile.flows.questions import answer_scope
from bot.playbook.compile.scope.known_names import is_on
from bot.playbook.compile.scope.position import AnswerScope, FlowScope
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.shape.actions import CLERKS
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, maps


def flow_views(scope: Scope) -> dict[str, FlowScope]:
    """The view of each flow with the settings that it declares, by name."""
    views = {}
    for name, (_, node) in scope.book.section("flows").items():
        if isinstance(node, Map):
            view = _view(scope, name, node, _settings(node))
            if view is not None:
                views[name] = view
    return views


def variant_views(scope: Scope) -> Iterator[tuple[str, FlowScope]]:
    """(channel, view) for each flow that the channel gives other settings."""
    for channel, (_, node) in scope.book.section("channels").items():
        overriding = node.get("settings") if isinstance(node, Map) else None
        for name, own in scope.pairs(overriding):
            flow = scope.book.section("flows").get(name.value)
            if not scope.has_name("flows", name) or flow is None or not isinstance(flow[1], Map):
                continue
            values = _overridden(scope, name.value, flow[1], own)
            view = _view(scope, name.value, flow[1], values)
            if view is not None:
                yield channel, view


def _settings(flow: Map) -> dict[str, Node]:
    """The values of a flow's settings by name."""
    node = flow.get("settings")
    return {name: value for name, (_, value) in node.pairs.items()} if isinstance(node, Map) else {}


def _overridden(scope: Scope, flow: str, node: Map, own: Node) -> dict[str, Node]:
    """The settings of a flow with those of a channel, `own`, in their place; unknown ones are reported."""
    settings, picture = _settings(node), picture_setting(node)
    for name, value in scope.pairs(own):
        if name.value in settings or (picture is not None and name.value == picture.value):
            settings[name.value] = value
        else:
            message = tr("the flow {flow} has no setting {name}", flow=quoted(flow), name=quoted(name.value))
            listed = (
                tr("its settings are {settings}", settings=row(settings))
                if settings
                else tr("it has no settings")
            )
            scope.wrong(name, "unknown-setting", message, hint_for(name.value, settings) or listed)
    return settings


def _view(scope: Scope, name: str, flow: Map, settings: Mapping[str, Node]) -> FlowScope | None:
    """The view of a flow with these settings; `None` where they cannot be put in, which is reported."""
    node, problems = with_settings(flow, settings)
    scope.book.problems += problems
    if node is None:
        scope.book.refused |= {("flows", name)}
        return None
    states = node.get("states")
    state_nodes = (
        {key: state for key, (_, state) in states.pairs.items() if isinstance(state, Map)}
        if isinstance(states, Map)
        else {}
    )
    inputs = _inputs(scope, node)
    answers = {key: AnswerScope(type_) for key, type_ in inputs.items()}
    answers |= {
        key: answer_scope(state, scope.book.attributes)
        for key, state in state_nodes.items()
        if state.get("ask") is not None
    }
    return FlowScope(
        name=name,
        node=node,
        states=state_nodes,
        answers=answers,
        inputs=inputs,
        settings=settings,
        page=is_on(node.get("page")),
        binds_clerk=any(action in block.pairs for block in maps(node) for action in CLERKS),
    )


def _inputs(scope: Scope, flow: Map) -> dict[str, Type]:
    return {name.value: declared_type(scope, type_) for name, type_ in scope.pairs(flow.get("inputs"))}
