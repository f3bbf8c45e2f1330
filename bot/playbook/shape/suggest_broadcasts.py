"""What was meant by a broadcast written as a text, with several times, with actions, or as stopped."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.news import SHOP_NEWS
from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.messages import KINDS
from bot.playbook.shape.suggest_words import listed, pasted
from bot.playbook.shape.triggers import GOALS
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, at, text_at

_LONGEST = 30
"""Characters of a text that a hint repeats, at most."""
_SAYS = ("push", "reply", "send", "text")
"""Keys for messages, right or wrong, among the actions of a broadcast."""
_ACTS = ("do", "then", "actions")
"""Keys for actions, which a broadcast does not have."""
_STOPPED = frozenset(("stopped", "stop", "停止", "停發", "停用"))
"""Values of `status` that a broadcast does not have."""


def _is_broadcast(path: Path) -> bool:
    return len(path) == 2 and path[0] == "broadcasts"


def whole_as_text(place: LocatedFinding, node: Scalar) -> Translatable | None:
    """A broadcast written as its text alone: the recipients are added."""
    path = place.finding.path
    if not _is_broadcast(path):
        return None
    text = pasted(node.value) if len(node.value) <= _LONGEST else "…"
    return tr("write  {key}: {value}", key=str(path[1]), value=f"{{to: everyone, push: {text}}}")


def several_times(place: LocatedFinding) -> Translatable | None:
    """`at` as a list of moments."""
    path, node = place.finding.path, place.node
    if len(path) != 3 or path[0] != "broadcasts" or path[2] != "at" or not isinstance(node, List):
        return None
    first = next((item.value for item in node.items if isinstance(item, Scalar)), "2026-11-11 10:00")
    return tr(
        "it goes out once: write  at: {first}  and another broadcast for each further time; what comes again"
        " and again is  every: week on mon at 10:00",
        first=first,
    )


def acts_in_broadcast(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """Actions where a broadcast has its messages, and tags that it puts on."""
    if place.title != "broadcast" or key not in _ACTS or not isinstance(place.node, Map):
        return None
    done = dict(_actions(place.node.get(key)))
    pushes = [f"push: {_short(value)}" for name, value in done.items() if name in _SAYS]
    tags = [f"add_tags: {_short(value)}" for name, value in done.items() if name == "add_tags"]
    message = tr("a broadcast sends messages and puts tags on, and carries nothing else out")
    if len(pushes) == len(tags) == 1 and len(done) == 2:
        return message, tr("write  {first}  and below it  {then}", first=pushes[0], then=tags[0])
    if len(pushes + tags) == len(done) == 1:
        return message, tr("write  {meant}", meant=(pushes + tags)[0])
    rule = "rules: [{when: {tag_added: TAG}, do: [{…}]}]"
    return message, tr("put a tag on,  add_tags: [TAG],  and have a rule hear it:  {rule}", rule=rule)


def messages_key(place: LocatedFinding) -> set[str]:
    """`push`, where a broadcast has its messages among actions: that is reported there."""
    if place.title != "broadcast" or not isinstance(place.node, Map):
        return set()
    done = {name for key in _ACTS for name, _ in _actions(place.node.get(key))}
    return set() if done.isdisjoint(_SAYS) else {"push"}


def stopped_broadcast(node: Scalar) -> Translatable | None:
    """`status: stopped`, as a flow has it."""
    if node.path[:1] != ("broadcasts",) or node.path[-1:] != ("status",) or node.value not in _STOPPED:
        return None
    return tr("write  cancelled  (nobody else gets it, for good)  or  paused  (until it is  live  again)")


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


_SOME_GROUPS = ("甲", "乙")


def one_for_all(place: LocatedFinding) -> Translatable | None:
    """One message, or a list of them, where each group of the split has its own."""
    if not _is_push(place.finding.path):
        return None
    broadcast = at(place.root, place.finding.path[:-1])
    groups = _groups(place.root, text_at(broadcast, "split") or "") if isinstance(broadcast, Map) else ()
    text = place.node.value if isinstance(place.node, Scalar) else "…"
    text = text if 0 < len(text) <= _LONGEST else "…"
    each = ", ".join(
        f"{group}: {text if number == 0 else '…'}" for number, group in enumerate(groups or _SOME_GROUPS)
    )
    return tr("write a message for each group, or nothing:  push: {{each}}", each=each)


def empty_group(path: Path) -> Translatable | None:
    """A group of the split with nothing behind its name."""
    if len(path) != 4 or not _is_push(path[:3]):
        return None
    return tr("to send nothing to this group, write  {group}: nothing", group=str(path[3]))


def groups_without_split(place: LocatedFinding) -> Problem | None:
    """Messages by group in a broadcast that names no split: reported once, at the first group."""
    if not _is_push(place.finding.path) or not place.extras or set(place.keys) & {"card", *KINDS}:
        return None
    assert isinstance(place.node, Map)
    splits = place.root.get("splits") if isinstance(place.root, Map) else None
    named = (
        [name for name in splits.pairs if set(place.keys) <= set(_groups(place.root, name))]
        if isinstance(splits, Map)
        else []
    )
    if not named and any(key.isascii() for key in place.extras):
        return None
    message = tr("messages for groups stand here, and the broadcast names no split")
    hint = tr("add  split: {name}", name=named[0]) if named else _declared(place)
    return problem_on(place.key_node(place.extras[0]), "unknown-key", message, hint)


def groups_in_place(place: LocatedFinding) -> Problem | None:
    """The groups themselves in the place of their split's name."""
    path, node = place.finding.path, place.node
    if len(path) != 3 or path[0] != "broadcasts" or path[2] != "split" or not isinstance(node, Map):
        return None
    if not node.pairs:
        return None
    message = tr("{key} is the name of a split, here are its groups", key=quoted("split"))
    return problem_on(next(iter(node.pairs.values()))[0], "wrong-type", message, _declared(place))


def _declared(place: LocatedFinding) -> Translatable:
    assert isinstance(place.node, Map)
    names = list(place.node.pairs)
    each = 100 // len(names)
    shares = [each] * (len(names) - 1)
    shares.append(100 - sum(shares))
    groups = ", ".join(f"{group}: {share}" for group, share in zip(names, shares, strict=True))
    return tr("add  split: NAME  here, and  splits: {NAME: {{groups}}}", groups=groups)


def suggest_goal(node: Scalar) -> Translatable:
    """The goal that was meant by a word: `order_paid`, `bound`."""
    meant = f"{node.value}: …" if node.value in GOALS else "tag_added: TAG"
    meant = f"shop: {node.value}" if node.value in SHOP_NEWS else meant
    return tr("write  {key}: {value}", key="goal", value=f"{{{meant}, within: 7d}}")


def no_goal(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """Triggers that are no goal: a person's message, a time, the outcome of a step."""
    if place.title != "goal" or key not in TRIGGERS:
        return None
    return (
        tr("{key} is no goal: a goal is one of {goals}", key=key, goals=row(GOALS)),
        tr("put a tag on where it is heard, and write  goal: {tag_added: TAG, within: 7d}"),
    )


def _is_push(path: Path) -> bool:
    return len(path) == 3 and path[0] == "broadcasts" and path[2] == "push"


def _groups(root: Node, split: str) -> tuple[str, ...]:
    splits = root.get("splits") if isinstance(root, Map) else None
    groups = splits.get(split) if isinstance(splits, Map) else None
    return tuple(groups.pairs) if isinstance(groups, Map) else ()
