"""Compiles `setting:` conditions into constants: a flow is compiled once for each set of its settings, so
their values are known."""

from __future__ import annotations

from bot.engine.conditions import reasons
from bot.engine.conditions.around import Constant
from bot.engine.types.plain import number_of
from bot.engine.types.value_type import ORDER
from bot.model.trace import TraceNote
from bot.model.translatable import row, tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of, plain

HERE = ("is", "known", *ORDER, "contains", "starts_with")
"""The comparisons that a setting supports."""


def setting_holds(scope: Scope, name: Scalar, node: Node) -> Constant:
    """Whether all tests hold for a setting of the flow, as a constant condition with its reason for the
    trace."""
    flow = scope.where.flow
    settings = {} if flow is None else flow.settings
    if name.value not in settings:
        message = tr("there is no setting {name} here", name=quoted(name.value))
        if flow is not None:
            message = tr(
                "there is no setting {name} in the flow {flow}",
                name=quoted(name.value),
                flow=quoted(flow.name),
            )
        scope.wrong(name, "unknown-setting", message, hint_for(name.value, settings))
        return Constant(place_of(name), False, TraceNote(reasons.NO_SETTING))
    value = settings[name.value]
    tests = [_holds(scope, key, test, value) for key, test in scope.pairs(node)]
    because = TraceNote(reasons.SETTING, (name.value, str(plain(value))))
    return Constant(place_of(name), all(tests), because, place_of(value))


def _holds(scope: Scope, key: Scalar, test: Node, value: Node) -> bool:
    how = key.value
    if how not in HERE:
        message = tr("a setting cannot be asked for {how}", how=quoted(how))
        scope.wrong(
            key,
            "comparison-not-for-type",
            message,
            tr("a setting can be asked for  {known}", known=row(HERE)),
        )
        return False
    wanted = [item.value for item in scope.scalars(test)]
    if how == "known":
        return (wanted == ["true"]) == _is_known(value)
    if not isinstance(value, Scalar):
        return False
    text = value.value
    if how == "is":
        return text in wanted
    return any(_compared(scope, key, how, text, other) for other in wanted)


def _is_known(value: Node) -> bool:
    """Whether the setting has a value: an empty list or block counts as none."""
    match value:
        case Scalar(nothing=nothing):
            return not nothing
        case List(items=items):
            return bool(items)
        case Map(pairs=pairs):
            return bool(pairs)


def _compared(scope: Scope, key: Scalar, how: str, text: str, other: str) -> bool:
    """A comparison of texts (`contains`, `starts_with`) or of numbers; reported where one is no number."""
    if how in ("contains", "starts_with"):
        return other in text if how == "contains" else text.startswith(other)
    left, right = number_of(text), number_of(other)
    if left is None or right is None:
        message = tr(
            "{text} and {other} cannot be compared by {how}: they must be numbers",
            text=quoted(text),
            other=quoted(other),
            how=quoted(how),
        )
        scope.wrong(key, "comparison-not-for-type", message, tr("ask for the value itself, such as  {is: …}"))
        return False
    return {
        "at_least": left >= right,
        "at_most": left <= right,
        "more_than": left > right,
        "less_than": left < right,
    }[how]
