"""`oaflow contact merge`, `undo-merge` and `unbind`: done in the database, whoever runs on it."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Literal

from bot.cli.contact import Asked, commander
from bot.cli.contact_found import FoundContact, NotFound
from bot.cli.contact_text import BOUND, line
from bot.cli.contact_told import in_a_line
from bot.engine.one_member import of_shop
from bot.model.clock import SystemClock
from bot.model.contact import BindingKind, Contact
from bot.model.said import Language, say
from bot.model.said import Value as SaidValue
from bot.runtime.merging import Merging
from bot.runtime.rewrites import Refused

PATIENCE = 10.0
"""Seconds that are waited for a running process to do what it was told."""
BETWEEN = 0.1
"""Seconds between two looks; the other process tells nobody when it is done."""


async def merge(asked: Asked) -> None:
    """Make two contacts one. Raises `NotFound` and `Refused`."""
    if len(asked.words) != 2:
        raise NotFound(say("write two, KEPT and GONE; a phone with spaces in quotes"))
    kept, gone = [await asked.one(who) for who in asked.words]
    if kept.stores is not gone.stores:
        raise NotFound(say("one of them is a friend of a simulator, and the other is not there"))
    if not asked.options.yes:
        _confirm(kept, gone, asked.speech)
    one = await _merging(kept, asked).merge(kept.contact.id, gone.contact.id, commander())
    asked.tell(say("merged: {gone} is part of {kept} now", gone=gone.contact.id, kept=one.id))
    asked.tell(say("to undo it: {command}", command=f"oaflow contact undo-merge {one.id}"))


async def undo_merge(asked: Asked) -> None:
    """Undo the last merge, or the last move of a phone. Raises `NotFound` and `Refused`."""
    found = await asked.one()
    undone = await _merging(found, asked).undo(found.contact.id, commander())
    both: dict[str, SaidValue] = {"one": undone.contact, "other": undone.other or ""}
    if undone.what == "merged":
        asked.tell(say("undone: {one} and {other} are two contacts again", **both))
    else:
        asked.tell(say("undone: {one} and {other} have the phone as before", **both))


async def unbind(asked: Asked) -> None:
    """Undo a binding, and wait until a running process has carried it out. Raises `NotFound`, `Refused`."""
    found, options = await asked.one(), asked.options
    await _merging(found, asked).unbind(
        found.contact.id, options.kind, commander(), keep_tags=options.keep_tags
    )
    tags = say("its tags stay") if options.keep_tags else say("the tags that it put on go with it")
    told: dict[str, SaidValue] = {"who": found.contact.id, "kind": BOUND[options.kind], "tags": tags}
    if not await somebody_runs(found):
        asked.tell(say("stored: {who} is unbound ({kind}) as soon as oaflow runs; {tags}", **told))
    elif await _is_unbound(found, asked):
        asked.tell(say("unbound: {who} ({kind}); {tags}", **told))
    else:
        asked.tell(say("stored: {who} is unbound ({kind}) when its turn comes; {tags}", **told))


def _merging(found: FoundContact, asked: Asked) -> Merging:
    stores, shop = found.stores, lambda: of_shop(asked.playbook)
    return Merging(stores.rewriter, stores.contacts, stores.audit, SystemClock(), shop)


def _confirm(kept: FoundContact, gone: FoundContact, speech: Language) -> None:
    if not sys.stdin.isatty():
        raise Refused(say("nothing is merged without a yes: add  --yes"))
    one, other = (line(in_a_line(of.contact, simulated=of.simulated), speech) for of in (kept, gone))
    sys.stderr.write(f"{speech.text(say('stays: {contact}', contact=one))}\n")
    sys.stderr.write(f"{speech.text(say('becomes part of it: {contact}', contact=other))}\n")
    sys.stderr.write(f"{speech.text(say('make them one contact? [y/N]'))} ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise Refused(say("nothing was merged"))


async def somebody_runs(found: FoundContact) -> bool:
    """Whether a process decides for the people of this database just now."""
    shares = await found.stores.leases.look()
    now = datetime.now(UTC)
    return shares is not None and any(until > now for until in shares.until.values())


async def _is_unbound(found: FoundContact, asked: Asked) -> bool:
    contacts, kind = found.stores.contacts, asked.options.kind
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                stored = await contacts.person(found.contact.id)
                if stored is None or not _has(stored.contact, kind):
                    return True
                await asyncio.sleep(BETWEEN)
    except TimeoutError:
        return False


def _has(contact: Contact, kind: BindingKind | Literal["clerk"]) -> bool:
    return contact.clerk is not None if kind == "clerk" else kind in contact.bindings
