"""What somebody meant who wrote a broadcast as a text, with several times, with actions, or as stopped."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.said import Said, say
from bot.playbook.shape.found import FoundAt
from bot.playbook.shape.meant_lists import listed, pasted
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar

_LONGEST = 30
_SAYS = ("push", "reply", "send", "text")
_ACTS = ("do", "then", "actions")
_STOPPED = frozenset(("stopped", "stop", "停止", "停發", "停用"))


def _is_broadcast(path: Path) -> bool:
    return len(path) == 2 and path[0] == "broadcasts"


def whole_as_text(place: FoundAt, node: Scalar) -> Said | None:
    """Its text alone: to whom it goes is said, too."""
    path = place.finding.path
    if not _is_broadcast(path):
        return None
    said = pasted(node.value) if len(node.value) <= _LONGEST else "…"
    return say("write  {key}: {value}", key=str(path[1]), value=f"{{to: everyone, push: {said}}}")


def several_times(place: FoundAt) -> Said | None:
    """`at` as a list of moments."""
    path, node = place.finding.path, place.node
    if len(path) != 3 or path[0] != "broadcasts" or path[2] != "at" or not isinstance(node, List):
        return None
    first = next((item.value for item in node.items if isinstance(item, Scalar)), "2026-11-11 10:00")
    return say(
        "it goes out once: write  at: {first}  and another broadcast for each further time; what comes again"
        " and again is  every: week on mon at 10:00",
        first=first,
    )


def acts_in_broadcast(place: FoundAt, key: str) -> tuple[Said, Said] | None:
    """Actions where a broadcast has its messages, and tags that it puts on."""
    if place.title != "broadcast" or key not in _ACTS or not isinstance(place.node, Map):
        return None
    done = dict(_actions(place.node.get(key)))
    said = [f"push: {_short(value)}" for name, value in done.items() if name in _SAYS]
    tags = [f"add_tags: {_short(value)}" for name, value in done.items() if name == "add_tags"]
    message = say("a broadcast sends messages and puts tags on, and carries nothing else out")
    if len(said) == len(tags) == 1 and len(done) == 2:
        return message, say("write  {first}  and below it  {then}", first=said[0], then=tags[0])
    if len(said + tags) == len(done) == 1:
        return message, say("write  {meant}", meant=(said + tags)[0])
    rule = "rules: [{when: {tag_added: TAG}, do: [{…}]}]"
    return message, say("put a tag on,  add_tags: [TAG],  and have a rule hear it:  {rule}", rule=rule)


def said_within(place: FoundAt) -> set[str]:
    """`push`, where a broadcast has its messages among actions: that is told there."""
    if place.title != "broadcast" or not isinstance(place.node, Map):
        return set()
    done = {name for key in _ACTS for name, _ in _actions(place.node.get(key))}
    return set() if done.isdisjoint(_SAYS) else {"push"}


def stopped_broadcast(node: Scalar) -> Said | None:
    """`status: stopped`, as a flow has it."""
    if node.path[:1] != ("broadcasts",) or node.path[-1:] != ("status",) or node.value not in _STOPPED:
        return None
    return say("write  cancelled  (nobody else gets it, for good)  or  paused  (until it is  live  again)")


def _actions(node: Node | None) -> Iterator[tuple[str, Node]]:
    blocks = node.items if isinstance(node, List) else [node]
    for block in blocks:
        if isinstance(block, Map):
            yield from ((name, value) for name, (_, value) in block.pairs.items())
        elif block is not None:
            yield "", block


def _short(node: Node) -> str:
    if isinstance(node, Scalar) and len(node.value) <= _LONGEST:
        return pasted(node.value)
    if isinstance(node, List) and all(isinstance(item, Scalar) for item in node.items):
        return listed([item.value for item in node.items if isinstance(item, Scalar)])
    return "…"
