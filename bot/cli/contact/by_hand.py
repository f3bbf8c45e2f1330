"""`oaflow contact tag` and `set`: what the playbook would do, done by hand, with all that follows from it."""

from __future__ import annotations

from bot.cli.contact.order import ContactOrder
from bot.cli.operator import commander
from bot.model.translatable import Translatable, tr
from bot.operations.contact_changes import (
    AttributeChange,
    Carried,
    attribute_change,
    change_tag,
    set_attribute,
)
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.playbook.similar import quoted


async def tag(asked: ContactOrder) -> None:
    """Put a tag of the playbook on, or take off one that somebody has. Raises `NotFound` and `Refused`."""
    *who, action, name = _words(asked, 3, tr("WHO add TAG, or WHO remove TAG"))
    if action not in ("add", "remove"):
        raise NotFound(
            tr("{action} is neither add nor remove: write  WHO add {tag}", action=quoted(action), tag=name)
        )
    found = await asked.one(" ".join(who))
    if action == "add":
        carried = await change_tag(found, asked.playbook, "add", name, commander())
        _tell(found, asked, carried, tr("is tagged {tag}", tag=name))
    else:
        carried = await change_tag(found, asked.playbook, "remove", name, commander())
        _tell(found, asked, carried, tr("is no longer tagged {tag}", tag=name))


async def set_value(asked: ContactOrder) -> None:
    """Set an attribute, or clear it. Raises `NotFound` and `Refused`."""
    text: str | None = None
    if asked.options.clear:
        *who, key = _words(asked, 2, tr("WHO ATTRIBUTE --clear"))
    else:
        *who, key, text = _words(asked, 3, tr("WHO ATTRIBUTE VALUE"))
    change = attribute_change(asked.playbook, key, text)
    found = await asked.one(" ".join(who))
    carried = await set_attribute(found, change, commander())
    _tell(found, asked, carried, _now_has(change))


def _now_has(change: AttributeChange) -> Translatable:
    """What was set, without a value that is private."""
    if change.value is None:
        return tr("has no {attribute} any more", attribute=change.key)
    if change.shown is None:
        return tr("has {attribute}", attribute=change.key)
    return tr("has {attribute}: {value}", attribute=change.key, value=change.shown)


def _words(asked: ContactOrder, fewest: int, usage: Translatable) -> list[str]:
    if len(asked.words) < fewest:
        raise NotFound(tr("write  {usage}", usage=usage))
    return list(asked.words)


def _tell(found: LocatedContact, asked: ContactOrder, carried: Carried, done: Translatable) -> None:
    """That it is done, once a running process has done it; that it is stored, where none does."""
    who = found.contact.id
    match carried:
        case "stored":
            asked.tell(tr("stored: {who} {done} as soon as oaflow runs", who=who, done=done))
        case "done":
            asked.tell(tr("done: {who} {done}", who=who, done=done))
        case "waiting":
            asked.tell(tr("stored: {who} {done} when its turn comes", who=who, done=done))
