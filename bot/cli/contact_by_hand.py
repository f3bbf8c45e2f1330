"""`oaflow contact tag` and `set`: what the playbook would do, done by hand, with all that follows from it."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from bot.cli.contact import Asked, commander
from bot.cli.contact_change import BETWEEN, PATIENCE, somebody_runs
from bot.cli.contact_found import FoundContact, NotFound
from bot.engine.by_staff import takes
from bot.engine.format import formatted
from bot.engine.playbook import AttributeInfo
from bot.engine.typed import typed
from bot.model.clock import SystemClock
from bot.model.value import Value
from bot.playbook.similar import hint_for, shown
from bot.runtime.rewrites import Refused
from bot.runtime.staff_changes import StaffChanges
from bot.store.contacts import Contacts
from bot.store.rewriting import Rewriter


async def tag(asked: Asked) -> None:
    """Put a tag of the playbook on, or take off one that somebody has. Raises `NotFound` and `Refused`."""
    *who, action, name = _words(asked, 3, "WHO add TAG, or WHO remove TAG")
    if action not in ("add", "remove"):
        raise NotFound(f"{shown(action)} is neither add nor remove: write  WHO add {name}")
    found = await asked.one(" ".join(who))
    left = action == "remove" and found.contact.has_tag(name, datetime.now(UTC))
    if name not in (known := asked.playbook.tag_names) and not left:
        first = f"write it into the playbook first:  tags: {{{name}: {{added_by: staff}}}}"
        raise NotFound(f"no tag is called {shown(name)}; {hint_for(name, known) or first}")
    changes = _changes(found, asked)
    change = changes.add_tag if action == "add" else changes.remove_tag
    event = await change(found.contact.id, name, commander())
    done = f"{'is tagged' if action == 'add' else 'is no longer tagged'} {name}"
    await _say(found, asked, event, done)


async def set_value(asked: Asked) -> None:
    """Set an attribute, or clear it. Raises `NotFound` and `Refused`."""
    if asked.options.clear:
        *who, key = _words(asked, 2, "WHO ATTRIBUTE --clear")
        value, text = None, ""
    else:
        *who, key, text = _words(asked, 3, "WHO ATTRIBUTE VALUE")
        value = typed(text, _attribute(asked, key).type, asked.playbook.zone)
    info = _attribute(asked, key)
    _refuse_value(info, value, None if asked.options.clear else text)
    found = await asked.one(" ".join(who))
    told = None if info.private or value is None else formatted(value, None, asked.playbook.zone)
    event = await _changes(found, asked).set_attribute(found.contact.id, key, value, commander(), shown=told)
    done = f"has no {key} any more" if value is None else f"has {key}{'' if told is None else f': {told}'}"
    await _say(found, asked, event, done)


def _words(asked: Asked, fewest: int, usage: str) -> list[str]:
    if len(asked.words) < fewest:
        raise NotFound(f"write  {usage}")
    return list(asked.words)


def _attribute(asked: Asked, key: str) -> AttributeInfo:
    info = asked.playbook.attributes.get(key)
    if info is None:
        near = hint_for(key, asked.playbook.attributes) or "attributes are declared in the playbook"
        raise NotFound(f"no attribute is called {shown(key)}; {near}")
    return info


def _refuse_value(info: AttributeInfo, value: Value | None, text: str | None) -> None:
    """`text` is what was written as the value, `None` where it is to be cleared."""
    if not info.writable:
        raise Refused(f"{shown(info.key)} is what the shop says of its member: change it there")
    if text is None:
        return
    what = "that" if info.private else shown(text)
    if value is None or not text.strip():
        raise Refused(f"{what} is no value of {shown(info.key)}, whose type is {info.type}")
    if not takes(info, value):
        raise Refused(
            f"{what} is none of the values of {shown(info.key)}: {', '.join(map(str, info.values or ()))}"
        )


def _changes(found: FoundContact, asked: Asked) -> StaffChanges:
    seal = asked.opened.seal
    return StaffChanges(Rewriter(found.database, seal), Contacts(found.database, seal), SystemClock())


async def _say(found: FoundContact, asked: Asked, event: str, done: str) -> None:
    """That it is done, once a running process has done it; that it is stored, where none does."""
    who = found.contact.id
    if not await somebody_runs(found):
        sys.stdout.write(f"stored: {who} {done} as soon as oaflow runs\n")
    elif await _carried_out(found, asked, event):
        sys.stdout.write(f"done: {who} {done}\n")
    else:
        sys.stdout.write(f"stored: {who} {done} when its turn comes\n")


async def _carried_out(found: FoundContact, asked: Asked, event: str) -> bool:
    contacts = Contacts(found.database, asked.opened.seal)
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                stored = await contacts.person(found.contact.id)
                if stored is None or event not in stored.waiting:
                    return True
                await asyncio.sleep(BETWEEN)
    except TimeoutError:
        return False
