"""Compiles `audiences` and `broadcasts`: a card to an audience at a time (language, section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from bot.engine.compiled.broadcast import WHOLE, Broadcast, BroadcastStatus, IfQuotaShort
from bot.engine.compiled.card import Card
from bot.engine.compiled.goal import PRIORITIES
from bot.engine.compiled.playbook import Audience
from bot.engine.conditions.condition import All, Condition
from bot.engine.conditions.people import InSplit, OnList
from bot.model.translatable import row, tr
from bot.playbook.canonical.messages import NOTHING, is_nothing
from bot.playbook.compile.conditions.audience_conditions import in_audience
from bot.playbook.compile.conditions.conditions import condition_of
from bot.playbook.compile.conditions.list_files import list_of
from bot.playbook.compile.conditions.splits import drawn, shares
from bot.playbook.compile.scope.known_names import EVERYONE
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused
from bot.playbook.compile.scope.used_cards import cards
from bot.playbook.compile.triggers.triggers import goal_of
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.compile.values.values import added_tags
from bot.playbook.hints import write
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, at_keys, place_of

_NOTHING_MEANT = ("不發", "不送", "沒有", "無", "空白", "不發送", "none", "None", "nobody", "no", "-")
"""Words written in place of a group's message that mean "send nothing", which is `nothing`."""


@dataclass(frozen=True, slots=True)
class GroupMessages:
    """The messages of a broadcast."""

    messages: Mapping[str, tuple[Card, ...]]
    """By the group of the split; under `WHOLE` where all recipients get the same."""
    split: str | None = None
    """The name of the split; `None` where all recipients get the same."""
    groups: Mapping[str, InSplit] = field(default_factory=dict)
    """The condition of being in each group."""


def group_messages(scope: Scope, node: Map) -> GroupMessages:
    """The messages of a broadcast, from its `push` and, where it has one, its `split`."""
    push = node.get("push")
    split = scope.scalar(node.get("split"))
    if split is None:
        return GroupMessages({WHOLE: () if _is_empty(scope, push) else cards(scope, push)})
    if not scope.has_name("splits", split) or is_refused(scope.book, "splits", split.value):
        return GroupMessages({}, split.value)
    declared = scope.book.section("splits")[split.value][1]
    of = shares(declared)
    written = {name.value: (name, value) for name, value in scope.pairs(push)}
    _all_named(scope, node, split, of, written)
    for group, (_, value) in written.items():
        _is_no_word(scope, group, value)
    messages = {
        group: () if is_nothing(written[group][1]) else cards(scope, written[group][1])
        for group in of
        if group in written
    }
    _check_recipients(scope, split, of, messages)
    return GroupMessages(messages, split.value, {group: drawn(split, declared, [group]) for group in of})


def _is_empty(scope: Scope, push: Node | None) -> bool:
    """Report a `push` that is `nothing` for all recipients: only a group of a split may get nothing. True if
    so."""
    items = list(scope.items(push))
    card = items[0].get("card") if len(items) == 1 else None
    if not isinstance(card, Scalar) or card.value != NOTHING:
        return False
    message = tr("a broadcast says something; only a group of a split may get nothing")
    scope.wrong(card, "bad-value", message, tr("to keep it for later, write  status: draft"))
    return True


def _is_no_word(scope: Scope, group: str, value: Node) -> None:
    """Report a word for "nothing" in place of a message: it would be sent as a text."""
    if is_nothing(value):
        return
    items = list(scope.items(value))
    alone = items[0] if len(items) == 1 else value
    word = alone.get("text") or alone.get("card") if isinstance(alone, Map) else alone
    if not isinstance(word, Scalar) or word.value.strip() not in _NOTHING_MEANT:
        return
    text = quoted(word.value)
    message = tr("the group {group} would be sent the text {text}", group=quoted(group), text=text)
    scope.wrong(word, "bad-value", message, tr("to send it nothing, write  {group}: nothing", group=group))


def _all_named(
    scope: Scope, node: Map, split: Scalar, of: Mapping[str, int], written: Mapping[str, tuple[Scalar, Node]]
) -> None:
    """Each group of the split is named, and nothing else; a misspelt group is reported once."""
    left = [group for group in of if group not in written]
    unknown = [key for name, (key, _) in written.items() if name not in of]
    for key in unknown:
        message = tr(
            "the split {name} has no group {group}: {shares}",
            name=quoted(split.value),
            group=quoted(key.value),
            shares=row(of),
        )
        hint = hint_for(key.value, left) or tr("write one of these, or add it to  splits:")
        if len(unknown) == len(written):
            each = ", ".join(f"{group}: …" for group in of)
            hint = tr("write a message for each group, or nothing:  push: {{each}}", each=each)
        elif len(left) == len(unknown) == 1:
            hint = write(left[0])
        scope.wrong(key, "unknown-split", message, hint)
    if left and not unknown:
        message = tr("what the group {group} gets is not said", group=quoted(left[0]))
        if len(left) > 1:
            message = tr("what the groups {groups} get is not said", groups=row(map(quoted, left)))
        hint = tr("add  {group}: …,  or, to compare with who gets none,  {group}: nothing", group=left[0])
        scope.wrong(node.pairs["push"][0], "missing-key", message, hint)


def _check_recipients(
    scope: Scope, split: Scalar, of: Mapping[str, int], messages: Mapping[str, tuple[Card, ...]]
) -> None:
    """Report a split of which all groups with a share above 0 get nothing."""
    if len(messages) == len(of) and not any(messages[group] for group, share in of.items() if share):
        message = tr("every group of {split} that has anybody in it gets nothing", split=quoted(split.value))
        scope.wrong(split, "broadcast-says-nothing", message, tr("write a message for one of them at least"))


def audiences_of(scope: Scope) -> dict[str, Audience]:
    """All audiences by name; lists of people are read from their files."""
    audiences = {}
    for name, (key, node) in scope.book.section("audiences").items():
        condition = in_audience(scope, key, _condition)
        csv = scope.scalar(at_keys(node, "csv"))
        read = None if csv is None else list_of(scope, key, csv, at_keys(node, "column"))
        audiences[name] = Audience(
            name=name,
            place=place_of(key),
            condition=condition,
            title=scope.text(at_keys(node, "title")),
            csv=None if csv is None else csv.value,
            people=None if read is None else read.people,
            twice=0 if read is None else read.twice,
            refused=0 if read is None else read.refused,
        )
    return audiences


def _condition(scope: Scope, node: Node) -> Condition:
    return condition_of(scope, node) or All(())


def broadcasts_of(scope: Scope) -> dict[str, Broadcast]:
    """All broadcasts by name."""
    return {key.value: _broadcast(scope, key, node) for key, node in scope.book.blocks("broadcasts")}


def _broadcast(scope: Scope, key: Scalar, node: Map) -> Broadcast:
    to = _to(scope, node.get("to"))
    quiet = node.get("quiet_hours")
    messages = group_messages(scope, node)
    _one_time(scope, node)
    return Broadcast(
        name=key.value,
        place=place_of(key),
        title=scope.text(node.get("title")),
        channel=_channel(scope, key, node.get("channel")),
        to=to,
        list=to.people.key if isinstance(to, OnList) else None,
        messages=messages.messages,
        split=messages.split,
        groups=messages.groups,
        add_tags=added_tags(scope, node.get("add_tags")),
        at=scope.moment(node.get("at")),
        every=scope.rhythm(node.get("every")),
        until=scope.moment(node.get("until")),
        quiet_hours=None if quiet is None else hours_of(scope, quiet),
        if_quota_short=scope.word(node.get("if_quota_short"), get_args(IfQuotaShort), "refuse"),
        status=scope.word(node.get("status"), get_args(BroadcastStatus), "live"),
        goal=goal_of(scope, node.get("goal")),
        priority=scope.word(node.get("priority"), PRIORITIES, "normal"),
    )


def _one_time(scope: Scope, node: Map) -> None:
    """Report `at` beside `every`, and `until` without `every`."""
    if "at" in node.pairs and "every" in node.pairs:
        message = tr('"at" is once and "every" is again and again: here are both')
        hint = tr("leave one of them out, or write two broadcasts")
        scope.wrong(node.pairs["every"][0], "two-times", message, hint)
    elif "until" in node.pairs and "every" not in node.pairs:
        message = tr('"until" ends what is repeated, and nothing is repeated here')
        hint = tr("leave it out, or write when it is repeated:  every: week on mon at 10:00")
        scope.wrong(node.pairs["until"][0], "missing-key", message, hint)


def _to(scope: Scope, node: Node | None) -> Condition | None:
    """The condition of the recipients; `None`: everyone."""
    within = scope.at(without_event=tr("a broadcast"))
    if isinstance(node, Scalar):
        return None if node.value == EVERYONE else in_audience(within, node, _condition)
    return condition_of(within, node)


def _channel(scope: Scope, key: Scalar, node: Node | None) -> str:
    """The channel that sends it: the one that is named, or the only one. Empty where that is reported."""
    named = list(scope.scalars(node))
    known = [one.value for one in named if scope.has_name("channels", one)]
    if len(named) > 1:
        hint = tr("write one broadcast for each channel")
        scope.wrong(named[1], "bad-value", tr("a broadcast goes out on one channel"), hint)
    elif not named and len(scope.channels) == 1:
        return next(iter(scope.channels))
    elif not named:
        scope.wrong(
            key,
            "missing-key",
            tr("there are several channels: {names}", names=row(scope.channels)),
            tr("add  channel: …"),
        )
    return known[0] if known else ""
