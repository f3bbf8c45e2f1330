"""What reacts at once to a tag that is put on: rules, journeys, audiences, menus."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.every_rule import every_rule
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnNews
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.values import HasTag


def quiet_tags(playbook: Playbook, tags: tuple[str, ...]) -> tuple[str, ...]:
    """Those that may be put on many people at once, without a turn of theirs: nothing follows from them.

    One that expires is none of them: a timer of the person's follows from it.
    """
    if "*" in (listened := set(_tags_listened_to(playbook))):
        return ()
    return tuple(one for one in tags if one not in listened and not _expires(playbook, one))


def _expires(playbook: Playbook, tag: str) -> bool:
    info = playbook.tags.get(tag)
    return info is not None and info.expires is not None


def _tags_listened_to(playbook: Playbook) -> Iterator[str]:
    """The tags whose news a rule matches, or that a condition reads (`*`: all)."""
    starts = [flow.start for flow in playbook.flows.values() if flow.start is not None]
    for when in (*(rule.when for rule in every_rule(playbook)), *(start.when for start in starts)):
        for trigger in when:
            if isinstance(trigger, OnNews) and trigger.kind == "tag_added":
                yield from trigger.subjects or ("*",)
    conditions: list[Condition | None] = [*playbook.watched.values()]
    conditions += [menu.condition for menu in playbook.menus]
    for condition in conditions:
        for leaf in condition.leaves() if condition is not None else ():
            if isinstance(leaf, HasTag):
                yield from leaf.tags
