"""What a broadcast says to whom: the same to everybody, or something to each group of a split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.engine.compiled.broadcast import WHOLE
from bot.engine.compiled.card import Card
from bot.engine.conditions.people import InSplit
from bot.model.said import row, say
from bot.playbook.canonical.messages import NOTHING, is_nothing
from bot.playbook.compile.conditions.splits import drawn, shares
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.nodes import Map, Node, Scalar

_NOTHING_MEANT = ("不發", "不送", "沒有", "無", "空白", "不發送", "none", "None", "nobody", "no", "-")


@dataclass(frozen=True, slots=True)
class SaidToGroups:
    """The messages by group, and who is in each; `split` is `None` where all get the same."""

    messages: Mapping[str, tuple[Card, ...]]
    split: str | None = None
    groups: Mapping[str, InSplit] = field(default_factory=dict)


def said_to_groups(scope: Scope, node: Map) -> SaidToGroups:
    """`push`, and `split` where there is one."""
    push = node.get("push")
    split = scope.scalar(node.get("split"))
    if split is None:
        return SaidToGroups({WHOLE: () if _says_nothing(scope, push) else scope.cards(push)})
    if not scope.knows("splits", split) or is_refused(scope.book, "splits", split.value):
        return SaidToGroups({}, split.value)
    declared = scope.book.section("splits")[split.value][1]
    of = shares(declared)
    written = {name.value: (name, value) for name, value in scope.pairs(push)}
    _all_named(scope, node, split, of, written)
    for group, (_, value) in written.items():
        _is_no_word(scope, group, value)
    messages = {
        group: () if is_nothing(written[group][1]) else scope.cards(written[group][1])
        for group in of
        if group in written
    }
    _somebody_gets_something(scope, split, of, messages)
    return SaidToGroups(messages, split.value, {group: drawn(split, declared, [group]) for group in of})


def _says_nothing(scope: Scope, push: Node | None) -> bool:
    """Whether all of it is `nothing`, which only a group can get."""
    items = list(scope.items(push))
    card = items[0].get("card") if len(items) == 1 else None
    if not isinstance(card, Scalar) or card.value != NOTHING:
        return False
    message = say("a broadcast says something; only a group of a split may get nothing")
    scope.wrong(card, "bad-value", message, say("to keep it for later, write  status: draft"))
    return True


def _is_no_word(scope: Scope, group: str, value: Node) -> None:
    """A word for "nothing" is no message: who is to get none would be sent that word."""
    if is_nothing(value):
        return
    items = list(scope.items(value))
    alone = items[0] if len(items) == 1 else value
    said = alone.get("text") or alone.get("card") if isinstance(alone, Map) else alone
    if not isinstance(said, Scalar) or said.value.strip() not in _NOTHING_MEANT:
        return
    text = shown(said.value)
    message = say("the group {group} would be sent the text {text}", group=shown(group), text=text)
    scope.wrong(said, "bad-value", message, say("to send it nothing, write  {group}: nothing", group=group))


def _all_named(
    scope: Scope, node: Map, split: Scalar, of: Mapping[str, int], written: Mapping[str, tuple[Scalar, Node]]
) -> None:
    """Each group of the split is named, and nothing else; of a group that is misspelt one thing is said."""
    left = [group for group in of if group not in written]
    unknown = [key for name, (key, _) in written.items() if name not in of]
    for key in unknown:
        message = say(
            "the split {name} has no group {group}: {shares}",
            name=shown(split.value),
            group=shown(key.value),
            shares=row(of),
        )
        hint = hint_for(key.value, left) or say("write one of these, or add it to  splits:")
        if len(unknown) == len(written):
            each = ", ".join(f"{group}: …" for group in of)
            hint = say("write a message for each group, or nothing:  push: {{each}}", each=each)
        elif len(left) == len(unknown) == 1:
            hint = say("write  {meant}", meant=left[0])
        scope.wrong(key, "unknown-split", message, hint)
    if left and not unknown:
        message = say("what the group {group} gets is not said", group=shown(left[0]))
        if len(left) > 1:
            message = say("what the groups {groups} get is not said", groups=row(map(shown, left)))
        hint = say("add  {group}: …,  or, to compare with who gets none,  {group}: nothing", group=left[0])
        scope.wrong(node.pairs["push"][0], "missing-key", message, hint)


def _somebody_gets_something(
    scope: Scope, split: Scalar, of: Mapping[str, int], messages: Mapping[str, tuple[Card, ...]]
) -> None:
    if len(messages) == len(of) and not any(messages[group] for group, share in of.items() if share):
        message = say("every group of {split} that has anybody in it gets nothing", split=shown(split.value))
        scope.wrong(split, "broadcast-says-nothing", message, say("write a message for one of them at least"))
