"""What is said of a list or block that holds too little, or too much."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.shape.found import FoundAt
from bot.playbook.shape.meant_times import meant_span
from bot.playbook.shape.times import duration
from bot.playbook.syntax.nodes import List, Map, Scalar, at


def too_few(place: FoundAt) -> Iterator[Problem]:
    """A list or block with too little in it, or nothing."""
    if isinstance(place.node, List):
        if place.node.items:
            yield _wrong_number(place, len(place.node.items))
        else:
            yield place.on_key(
                "empty-list",
                say("{place} is an empty list", place=place.name),
                place.finding.schema.get("empty")
                or _nothing_to_do(place)
                or say("write something into it, or leave it out"),
            )
    else:
        yield place.on_key(
            "missing-key",
            say("{place} holds nothing, expected {expected}", place=place.name, expected=place.expected),
        )


def _nothing_to_do(place: FoundAt) -> Said | None:
    """How a rule does nothing."""
    rule = at(place.root, place.finding.path[:-1])
    if place.finding.path[-1:] != ("do",) or not isinstance(rule, Map):
        return None
    if "when" not in rule.pairs or "to" in rule.pairs:  # what goes on needs to do nothing
        return None
    return say("to hear it and do nothing, write  note: not answered  in its stead")


def too_many(place: FoundAt) -> Iterator[Problem]:
    """More items or keys than may stand here."""
    node = place.node
    if isinstance(node, Map):
        second = list(node.pairs)[1]
        message = say("{place} takes one, here are {number}", place=place.name, number=len(node.pairs))
        hint = _time_and_state(node) or say("expected {expected}", expected=place.expected)
        yield place.on_child(second, "bad-value", message, hint)
    elif isinstance(node, List) and "oneOrMore" in place.finding.schema:
        message = say(
            "{number} messages in {place}, LINE takes 5 at once", number=len(node.items), place=place.name
        )
        yield place.on_key("replies-over-5", message, say("leave some out, or join texts"))
    elif isinstance(node, List):
        yield _wrong_number(place, len(node.items))


def _time_and_state(node: Map) -> Said | None:
    """A time-out that has its time and its state below keys of their own."""
    values = [value.value for _, value in node.pairs.values() if isinstance(value, Scalar)]
    times = [value for value in values if duration(meant_span(value)) is None]
    states = [value for value in values if value not in times]
    if node.path[-1:] != ("give_up_after",) or len(times) != 1 or len(states) != 1:
        return None
    return say("write  {{key}: {value}}", key=meant_span(times[0]), value=states[0])


def _wrong_number(place: FoundAt, number: int) -> Problem:
    return place.on_key(
        "bad-value",
        say(
            "{place} is a list of {number}, expected {expected}",
            place=place.name,
            number=number,
            expected=place.expected,
        ),
    )
