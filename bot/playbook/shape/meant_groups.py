"""What somebody meant who wrote one message for a broadcast with groups, or groups without their split."""

from __future__ import annotations

from bot.model.news import SHOP_NEWS
from bot.model.problem import Problem
from bot.model.said import Said, row, say
from bot.playbook.shape.found import FoundAt, problem_on
from bot.playbook.shape.goals import GOALS
from bot.playbook.shape.messages import KINDS
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Node, Path, Scalar, at, text_at

_LONGEST = 30
_SOME_GROUPS = ("甲", "乙")


def one_for_all(place: FoundAt) -> Said | None:
    """One message, or a list of them, where each group of the split has its own."""
    if not _is_push(place.finding.path):
        return None
    broadcast = at(place.root, place.finding.path[:-1])
    groups = _groups(place.root, text_at(broadcast, "split") or "") if isinstance(broadcast, Map) else ()
    said = place.node.value if isinstance(place.node, Scalar) else "…"
    said = said if 0 < len(said) <= _LONGEST else "…"
    each = ", ".join(
        f"{group}: {said if number == 0 else '…'}" for number, group in enumerate(groups or _SOME_GROUPS)
    )
    return say("write a message for each group, or nothing:  push: {{each}}", each=each)


def empty_group(path: Path) -> Said | None:
    """A group of the split with nothing behind its name."""
    if len(path) != 4 or not _is_push(path[:3]):
        return None
    return say("to send nothing to this group, write  {group}: nothing", group=str(path[3]))


def groups_without_split(place: FoundAt) -> Problem | None:
    """Messages by group in a broadcast that names no split: told once, at the first group."""
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
    message = say("messages for groups stand here, and the broadcast names no split")
    hint = say("add  split: {name}", name=named[0]) if named else _declared(place)
    return problem_on(place.key_node(place.extras[0]), "unknown-key", message, hint)


def groups_in_place(place: FoundAt) -> Problem | None:
    """The groups themselves where the name of their split stands."""
    path, node = place.finding.path, place.node
    if len(path) != 3 or path[0] != "broadcasts" or path[2] != "split" or not isinstance(node, Map):
        return None
    if not node.pairs:
        return None
    message = say("{key} is the name of a split, here are its groups", key=shown("split"))
    return problem_on(next(iter(node.pairs.values()))[0], "wrong-type", message, _declared(place))


def _declared(place: FoundAt) -> Said:
    assert isinstance(place.node, Map)
    names = list(place.node.pairs)
    each = 100 // len(names)
    shares = [each] * (len(names) - 1)
    shares.append(100 - sum(shares))
    groups = ", ".join(f"{group}: {share}" for group, share in zip(names, shares, strict=True))
    return say("add  split: NAME  here, and  splits: {NAME: {{groups}}}", groups=groups)


def meant_goal(node: Scalar) -> Said:
    """The goal that was meant by a word: `order_paid`, `bound`."""
    meant = f"{node.value}: …" if node.value in GOALS else "tag_added: TAG"
    meant = f"shop: {node.value}" if node.value in SHOP_NEWS else meant
    return say("write  {key}: {value}", key="goal", value=f"{{{meant}, within: 7d}}")


def no_goal(place: FoundAt, key: str) -> tuple[Said, Said] | None:
    """What can be heard, and is no goal: what a person says, a time, what comes of a step."""
    if place.title != "goal" or key not in TRIGGERS:
        return None
    return (
        say("{key} is no goal: a goal is one of {goals}", key=key, goals=row(GOALS)),
        say("put a tag on where it is heard, and write  goal: {tag_added: TAG, within: 7d}"),
    )


def _is_push(path: Path) -> bool:
    return len(path) == 3 and path[0] == "broadcasts" and path[2] == "push"


def _groups(root: Node, split: str) -> tuple[str, ...]:
    splits = root.get("splits") if isinstance(root, Map) else None
    groups = splits.get(split) if isinstance(splits, Map) else None
    return tuple(groups.pairs) if isinstance(groups, Map) else ()
