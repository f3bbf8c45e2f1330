"""`oaflow contact tag` and `set`: what the playbook would do, done by hand, with all that follows from it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.cli.contact import Asked, commander
from bot.cli.contact_change import BETWEEN, PATIENCE, somebody_runs
from bot.cli.contact_found import FoundContact, NotFound, not_called
from bot.engine.format import formatted
from bot.engine.playbook import AttributeInfo
from bot.model.clock import SystemClock
from bot.model.said import Said, say
from bot.model.value import Value
from bot.playbook.similar import hint_for, shown
from bot.runtime.by_hand import refuse_what_is_the_shops, value_by_hand
from bot.runtime.staff_changes import StaffChanges


async def tag(asked: Asked) -> None:
    """Put a tag of the playbook on, or take off one that somebody has. Raises `NotFound` and `Refused`."""
    *who, action, name = _words(asked, 3, say("WHO add TAG, or WHO remove TAG"))
    if action not in ("add", "remove"):
        raise NotFound(
            say("{action} is neither add nor remove: write  WHO add {tag}", action=shown(action), tag=name)
        )
    found = await asked.one(" ".join(who))
    left = action == "remove" and found.contact.has_tag(name, datetime.now(UTC))
    if name not in (known := asked.playbook.tag_names) and not left:
        first = say("write it into the playbook first:  tags: {{tag}: {added_by: staff}}", tag=name)
        raise NotFound(not_called(say("tag"), name, hint_for(name, known) or first))
    changes = _changes(found, asked)
    change = changes.add_tag if action == "add" else changes.remove_tag
    event = await change(found.contact.id, name, commander())
    done = say("is tagged {tag}", tag=name) if action == "add" else say("is no longer tagged {tag}", tag=name)
    await _tell(found, asked, event, done)


async def set_value(asked: Asked) -> None:
    """Set an attribute, or clear it. Raises `NotFound` and `Refused`."""
    if asked.options.clear:
        *who, key = _words(asked, 2, say("WHO ATTRIBUTE --clear"))
        info, value = _attribute(asked, key), None
        refuse_what_is_the_shops(info, key)
    else:
        *who, key, text = _words(asked, 3, say("WHO ATTRIBUTE VALUE"))
        info = _attribute(asked, key)
        value = value_by_hand(info, text, asked.playbook.zone, key)
    found = await asked.one(" ".join(who))
    told = None if info.private or value is None else formatted(value, None, asked.playbook.zone)
    event = await _changes(found, asked).set_attribute(found.contact.id, key, value, commander(), shown=told)
    await _tell(found, asked, event, _now_has(key, value, told))


def _now_has(key: str, value: Value | None, told: str | None) -> Said:
    """What was set, without a value that is private."""
    if value is None:
        return say("has no {attribute} any more", attribute=key)
    if told is None:
        return say("has {attribute}", attribute=key)
    return say("has {attribute}: {value}", attribute=key, value=told)


def _words(asked: Asked, fewest: int, usage: Said) -> list[str]:
    if len(asked.words) < fewest:
        raise NotFound(say("write  {usage}", usage=usage))
    return list(asked.words)


def _attribute(asked: Asked, key: str) -> AttributeInfo:
    info = asked.playbook.attributes.get(key)
    if info is None:
        near = hint_for(key, asked.playbook.attributes) or say("attributes are declared in the playbook")
        raise NotFound(not_called(say("attribute"), key, near))
    return info


def _changes(found: FoundContact, asked: Asked) -> StaffChanges:
    return StaffChanges(found.stores.rewriter, found.stores.contacts, SystemClock())


async def _tell(found: FoundContact, asked: Asked, event: str, done: Said) -> None:
    """That it is done, once a running process has done it; that it is stored, where none does."""
    who = found.contact.id
    if not await somebody_runs(found):
        asked.tell(say("stored: {who} {done} as soon as oaflow runs", who=who, done=done))
    elif await _carried_out(found, event):
        asked.tell(say("done: {who} {done}", who=who, done=done))
    else:
        asked.tell(say("stored: {who} {done} when its turn comes", who=who, done=done))


async def _carried_out(found: FoundContact, event: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                stored = await found.stores.contacts.person(found.contact.id)
                if stored is None or event not in stored.waiting:
                    return True
                await asyncio.sleep(BETWEEN)
    except TimeoutError:
        return False
