"""What a broadcast may do to a person: who may get it at the moment of sending, which tags it may put on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from bot.engine.compiled.every_rule import every_rule
from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnNews
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import Unreachable, why_unreachable
from bot.engine.conditions.values import HasTag
from bot.model.broadcast import LeftOut
from bot.model.contact import Contact

_UNREACHABLE: Mapping[Unreachable, LeftOut] = {
    "not_here": "gone",
    "blocked": "no-friend",
    "stopped": "stopped",
}


def why_not(
    playbook: Playbook, contact: Contact | None, channel: str, user: str, now: datetime, priority: Priority
) -> LeftOut | None:
    """Why this LINE user is left out, whom this contact has on the channel; `None`: they get it.

    The audience was fixed before: a person who is not in it any more gets it all the same, but nobody who
    has blocked the account, was erased, or wants no marketing since then.
    """
    if contact is None or contact.identity(channel).user != user:
        return "gone"
    why = why_unreachable(contact, channel, playbook.consent_from)
    if why is not None:
        return _UNREACHABLE[why]
    return "limit" if has_had_enough(playbook, contact.pushes, now, priority) else None


def has_had_enough(
    playbook: Playbook, pushes: Collection[datetime], now: datetime, priority: Priority
) -> bool:
    """Whether somebody with these pushes has had as many as `limits` allow (semantics 23)."""
    rate = playbook.push_limit(priority)
    return rate is not None and rate.is_reached(pushes, now, playbook.zone)


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
