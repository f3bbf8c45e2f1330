"""Rules, triggers, conditions, flows, states and questions in their long form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.playbook.canonical.long_nodes import (
    LongForms,
    NodeChange,
    Pairs,
    as_list,
    block,
    changed,
    each,
    every,
    left_open,
    list_with,
    listed,
    only,
    pairs_in_order,
    scalar_like,
)
from bot.playbook.canonical.messages import done, is_result, messages, result
from bot.playbook.shape import triggers
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.conditions import DEFINITIONS as CONDITION_PARTS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


def condition(node: Node) -> Node:
    """One condition."""
    return changed(node, _CHANGES)


def merged_condition(source: Map, channel: Node | None = None) -> tuple[Scalar, Node] | None:
    """`if` and `unless` of a block as one condition, behind the `channel:` of its file; with its key."""
    parts: list[Node] = []
    keys: list[Node] = []
    if channel is not None:
        keys.append(channel)
        parts.append(only("channel", as_list(channel), channel))
    if "if" in source.pairs:
        key, node = source.pairs["if"]
        keys.append(key)
        parts += [condition(item) for item in each(node)]
    if "unless" in source.pairs:
        key, node = source.pairs["unless"]
        keys.append(key)
        parts.append(only("not", together(node), key))
    if not parts:
        return None
    key = scalar_like("if", keys[0])
    return key, parts[0] if len(parts) == 1 else only("all", listed(parts[0], parts), parts[0])


def together(node: Node) -> Node:
    """One condition of one or several: all of them."""
    parts = [condition(item) for item in each(node)]
    return parts[0] if len(parts) == 1 else only("all", listed(node, parts), node)


def hours(node: Node) -> Node:
    """A list of windows, days, dates or names; or a block of days, each with such a list."""
    return every(as_list)(node) if isinstance(node, Map) else as_list(node)


def tests(node: Node) -> Node:
    """A comparison: a block of tests."""
    if isinstance(node, Map):
        return changed(node, {"is": as_list, "during": hours})
    return block(node, {"is": (scalar_like("is", node), as_list(node))})


_CHANGES = LongForms(
    CONDITION_PARTS, {"condition": condition, "comparison": tests, "hours in place": hours}, ends_texts=True
).of_words(CONDITIONS)


_IF_LATE = {"after": "1h", "then": "skip", "at": "10:00"}
"""What `if_late` means where its keys are left out."""
_NEXT_DAY = "next day at "
_LIMITS = ("once_per", "from", "until", "first")
"""Keys that limit how often, or when, a rule runs."""


def rule(node: Node, channel: Node | None = None) -> Node:
    """A rule as `{name, when, if, do, to, …}`; `channel` is the one on top of its file."""
    if not isinstance(node, Map) or left_open(node):
        return node
    pairs = pairs_in_order(node, ("name", "when"), {"when": list_with(trigger)})
    pairs |= _condition(node, channel) | done(node)
    return block(node, pairs | pairs_in_order(node, ("to", *_LIMITS, "interrupt", "also", "with_staff")))


def trigger(node: Node) -> Node:
    """A trigger as `{kind: value, refinements}`."""
    if isinstance(node, Scalar):
        return only(node.value, scalar_like("any", node), node)
    assert isinstance(node, Map), node
    order = [*(key for key in node.pairs if key in triggers.KINDS), *triggers.REFINEMENTS]
    at = {"at": as_list} if "flow_ended" in node.pairs else {}
    return block(node, pairs_in_order(node, dict.fromkeys(order), {**_TRIGGER, **at}))


def goal(node: Node) -> Node:
    """A goal as `{kind: value, refinements, within}`."""
    parts = trigger(node)
    if not isinstance(node, Map) or not isinstance(parts, Map):
        return node
    return block(node, parts.pairs | pairs_in_order(node, ("within",)))


def flow(node: Node, channel: Node | None = None) -> Node:
    """A flow; `channel` is the one on top of its file, and is for a journey's start."""
    assert isinstance(node, Map), node
    pairs = pairs_in_order(node, ("title", "when"), {"when": list_with(trigger)})
    pairs |= _condition(node, channel if "when" in node.pairs else None)
    order = (
        "once_per",
        "quiet_hours",
        "if_late",
        "max_pushes",
        "priority",
        "status",
        "active",
        "page",
        "inputs",
    )
    return block(
        node, pairs | pairs_in_order(node, (*order, "goal", "settings", "rules", "states", "moved"), _FLOW)
    )


def answer(node: Node) -> Node:
    """The answer of a question as `{type, …}`, for choices `{type: choice, of, …}`."""
    if isinstance(node, Scalar):
        return only("type", node, node)
    if isinstance(node, List):
        return block(
            node,
            {
                "type": (scalar_like("type", node), scalar_like("choice", node)),
                "of": (scalar_like("of", node), node),
            },
        )
    pairs = pairs_in_order(
        node, ("type", "of", "words", "choices", *node.pairs), {"words": every(as_list), "during": hours}
    )
    if "of" in pairs and "type" not in pairs:
        key = pairs["of"][0]
        pairs = {"type": (scalar_like("type", key), scalar_like("choice", key)), **pairs}
    return block(node, pairs)


def _condition(node: Map, channel: Node | None = None) -> Pairs:
    condition = merged_condition(node, channel)
    return {} if condition is None else {"if": condition}


def _settings(node: Node) -> Node:
    return every(lambda value: result(value) if is_result(value) else value)(node)


def _if_late(node: Node) -> Node:
    given = {"then": (scalar_like("then", node), node)} if isinstance(node, Scalar) else all_pairs(node)
    defaults = {name: (scalar_like(name, node), scalar_like(value, node)) for name, value in _IF_LATE.items()}
    return block(node, {**defaults, **given})


def all_pairs(node: Node) -> Pairs:
    """All keys of a block."""
    return dict(node.pairs) if isinstance(node, Map) else {}


def _states(node: Node) -> Node:
    assert isinstance(node, Map), node
    return block(node, {name: (key, _state(name, value)) for name, (key, value) in node.pairs.items()})


def _state(name: str, node: Node) -> Node:
    """A state with its actions as `do`, its ways as `branch`, its waits and time-outs as `rules`."""
    if not isinstance(node, Map) or left_open(node):
        return node
    pairs = pairs_in_order(node, ("title",)) | done(node)
    pairs |= pairs_in_order(node, ("ask", "answer", "save", "otherwise", "tries", "too_many", "run"), _STATE)
    ways = _ways(name, node)
    rules = [*_own_rules(node), *_time_out(node)]
    if isinstance(ways, List) and "wait" in node.pairs and not any(map(left_open, ways.items)):
        rules += _after_waiting(node, ways)
    else:
        pairs |= pairs_in_order(node, ("wait",))
        if ways is not None:
            pairs |= (
                {"branch": (scalar_like("branch", ways), ways)}
                if isinstance(ways, List)
                else pairs_in_order(node, ("next", "branch"))
            )
    if rules:
        key = node.pairs["rules"][0] if "rules" in node.pairs else rules[0]
        pairs["rules"] = (scalar_like("rules", key), listed(key, rules))
    if "give_up_after" in node.pairs and left_open(node.pairs["give_up_after"][1]):
        pairs |= pairs_in_order(node, ("give_up_after",))
    return block(node, pairs | pairs_in_order(node, ("end", "if_late", "screen"), _STATE))


def _own_rules(node: Map) -> list[Node]:
    rules = node.get("rules")
    return [rule(item) for item in rules.items] if isinstance(rules, List) else []


def _time_out(node: Map) -> Iterator[Node]:
    """`give_up_after` as a rule."""
    given = node.get("give_up_after")
    if isinstance(given, Map) and not left_open(given):
        for span, (key, state) in given.pairs.items():
            when = listed(key, [only("after", scalar_like(span, key), key)])
            yield block(
                key, {"when": (scalar_like("when", key), when), "to": (scalar_like("to", state), state)}
            )


def _ways(name: str, node: Map) -> Node | None:
    """`branch`, or `next` as one; `next` as it is, where it waits for a setting."""
    if "branch" in node.pairs:
        return list_with(_branch_item)(node.pairs["branch"][1])
    following = node.get("next")
    answered = node.get("answer")
    choices_open = isinstance(following, Map) and answered is not None and left_open(answered)
    if following is None or left_open(following) or choices_open:
        return following
    key = node.pairs["next"][0]
    if not isinstance(following, Map):
        return listed(key, [only("to", following, following)])
    items: list[Node] = []
    for choice, (named, state) in following.pairs.items():
        pairs: Pairs = {"to": (scalar_like("to", state), state)}
        if len(items) + 1 < len(following.pairs):
            equal = only("is", listed(named, [scalar_like(choice, named)]), named)
            asking = only("answer", only(name, equal, named), named)
            pairs = {"if": (scalar_like("if", named), asking), **pairs}
        items.append(block(named, pairs))
    return listed(key, items)


def _branch_item(node: Node) -> Node:
    assert isinstance(node, Map), node
    return block(node, _condition(node) | done(node) | pairs_in_order(node, ("to",)))


def _after_waiting(node: Map, ways: List) -> Iterator[Node]:
    """`wait` with what follows it, as rules."""
    key, span = node.pairs["wait"]
    for way in ways.items:
        when = listed(key, [only("after", span if left_open(span) else _span(span), key)])
        yield block(key, {"when": (scalar_like("when", key), when), **all_pairs(way)})


def _span(node: Node) -> Node:
    if isinstance(node, Scalar) and node.value.startswith(_NEXT_DAY):
        return scalar_like("1d at " + node.value.removeprefix(_NEXT_DAY), node)
    return node


def rules(node: Node) -> Node:
    """A list of rules of a flow."""
    return list_with(rule)(node)


_TRIGGER: Mapping[str, NodeChange] = {
    **dict.fromkeys(triggers.LISTS, as_list),
    "at": lambda node: node,
    "after": _span,
}
_STATE: Mapping[str, NodeChange] = {
    "ask": messages,
    "otherwise": messages,
    "answer": answer,
    "if_late": _if_late,
}
_FLOW: Mapping[str, NodeChange] = {
    "quiet_hours": hours,
    "if_late": _if_late,
    "goal": goal,
    "settings": _settings,
    "rules": rules,
    "states": _states,
}
