"""Broadcasts: a card to an audience at a time (language, section 10)."""

from __future__ import annotations

from typing import cast

from bot.engine.compiled.broadcast import Broadcast, BroadcastStatus, IfQuotaShort
from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Audience
from bot.engine.conditions.condition import All, Condition
from bot.engine.conditions.people import OnList
from bot.model.said import row, say
from bot.playbook.compile.broadcast_groups import said_to_groups
from bot.playbook.compile.conditions.audience_conditions import in_audience
from bot.playbook.compile.conditions.conditions import condition_of
from bot.playbook.compile.conditions.list_files import list_of
from bot.playbook.compile.goals import goal_of
from bot.playbook.compile.scope.known_names import EVERYONE
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.compile.values.several import added_tags
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def audiences_of(scope: Scope) -> dict[str, Audience]:
    """All audiences by name."""
    found = {}
    for name, (key, node) in scope.book.section("audiences").items():
        condition = in_audience(scope, key, _condition)
        block = node if isinstance(node, Map) else None
        csv = None if block is None else scope.scalar(block.get("csv"))
        read = None
        if block is not None and csv is not None:
            read = list_of(scope, key, csv, block.get("column"))
        found[name] = Audience(
            name=name,
            place=place_of(key),
            condition=condition,
            title="" if block is None else scope.text(block.get("title")),
            csv=None if csv is None else csv.value,
            people=None if read is None else read.people,
            twice=0 if read is None else read.twice,
            refused=0 if read is None else read.refused,
        )
    return found


def _condition(scope: Scope, node: Node) -> Condition:
    return condition_of(scope, node) or All(())


def broadcasts_of(scope: Scope) -> dict[str, Broadcast]:
    """All broadcasts by name."""
    found = {}
    for name, (key, node) in scope.book.section("broadcasts").items():
        if isinstance(node, Map):
            found[name] = _broadcast(scope, name, key, node)
    return found


def _broadcast(scope: Scope, name: str, key: Scalar, node: Map) -> Broadcast:
    to = _to(scope, node.get("to"))
    quiet = node.get("quiet_hours")
    said = said_to_groups(scope, node)
    _one_time(scope, node)
    return Broadcast(
        name=name,
        place=place_of(key),
        title=scope.text(node.get("title")),
        channel=_channel(scope, key, node.get("channel")),
        to=to,
        list=to.people.key if isinstance(to, OnList) else None,
        messages=said.messages,
        split=said.split,
        groups=said.groups,
        add_tags=added_tags(scope, node.get("add_tags")),
        at=scope.moment(node.get("at")),
        every=scope.rhythm(node.get("every")),
        until=scope.moment(node.get("until")),
        quiet_hours=None if quiet is None else hours_of(scope, quiet),
        if_quota_short=cast("IfQuotaShort", scope.text(node.get("if_quota_short")) or "refuse"),
        status=cast("BroadcastStatus", scope.text(node.get("status")) or "live"),
        goal=goal_of(scope, node.get("goal")),
        priority=cast("Priority", scope.text(node.get("priority")) or "normal"),
    )


def _one_time(scope: Scope, node: Map) -> None:
    """It goes out once, or again and again."""
    if "at" in node.pairs and "every" in node.pairs:
        message = say('"at" is once and "every" is again and again: here are both')
        hint = say("leave one of them out, or write two broadcasts")
        scope.wrong(node.pairs["every"][0], "two-times", message, hint)
    elif "until" in node.pairs and "every" not in node.pairs:
        message = say('"until" ends what is repeated, and nothing is repeated here')
        hint = say("leave it out, or write when it is repeated:  every: week on mon at 10:00")
        scope.wrong(node.pairs["until"][0], "missing-key", message, hint)


def _to(scope: Scope, node: Node | None) -> Condition | None:
    asked = scope.at(asked_at_any_time=say("a broadcast"))
    if isinstance(node, Scalar):
        return None if node.value == EVERYONE else in_audience(asked, node, _condition)
    return condition_of(asked, node)


def _channel(scope: Scope, key: Scalar, node: Node | None) -> str:
    named = list(scope.scalars(node))
    known = [one.value for one in named if scope.knows("channels", one)]
    if len(named) > 1:
        hint = say("write one broadcast for each channel")
        scope.wrong(named[1], "bad-value", say("a broadcast goes out on one channel"), hint)
    elif not named and len(scope.channels) == 1:
        return next(iter(scope.channels))
    elif not named:
        scope.wrong(
            key,
            "missing-key",
            say("there are several channels: {names}", names=row(scope.channels)),
            say("add  channel: …"),
        )
    return known[0] if known else ""
