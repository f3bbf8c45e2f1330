"""`oaflow contact merge`, `undo-merge` and `unbind`: done in the database, whoever runs on it."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Literal

from bot.cli.contact import Asked, commander
from bot.cli.contact_found import FoundContact, NotFound
from bot.cli.contact_text import line
from bot.cli.contact_told import in_a_line
from bot.model.clock import SystemClock
from bot.model.contact import BindingKind, Contact
from bot.runtime.merging import Merging
from bot.runtime.rewrites import Refused
from bot.store.audit import AuditLog
from bot.store.contacts import Contacts
from bot.store.leases import Leases
from bot.store.rewriting import Rewriter

PATIENCE = 10.0
"""Seconds that are waited for a running process to do what it was told."""
BETWEEN = 0.1
"""Seconds between two looks; the other process tells nobody when it is done."""


async def merge(asked: Asked) -> None:
    """Make two contacts one. Raises `NotFound` and `Refused`."""
    if len(asked.words) != 2:
        raise NotFound("write two, KEPT and GONE; a phone with spaces in quotes")
    kept, gone = [await asked.one(who) for who in asked.words]
    if kept.database is not gone.database:
        raise NotFound("one of them is a friend of a simulator, and the other is not there")
    if not asked.options.yes:
        _confirm(kept, gone)
    one = await _merging(kept, asked).merge(kept.contact.id, gone.contact.id, commander())
    sys.stdout.write(
        f"merged: {gone.contact.id} is part of {one.id} now\nto undo it: oaflow contact undo-merge {one.id}\n"
    )


async def undo_merge(asked: Asked) -> None:
    """Undo the last merge, or the last move of a phone. Raises `NotFound` and `Refused`."""
    found = await asked.one()
    undone = await _merging(found, asked).undo(found.contact.id, commander())
    said = "are two contacts again" if undone.what == "merged" else "have the phone as before"
    sys.stdout.write(f"undone: {undone.contact} and {undone.other} {said}\n")


async def unbind(asked: Asked) -> None:
    """Undo a binding, and wait until a running process has carried it out. Raises `NotFound`, `Refused`."""
    found, options = await asked.one(), asked.options
    await _merging(found, asked).unbind(
        found.contact.id, options.kind, commander(), keep_tags=options.keep_tags
    )
    tags = "its tags stay" if options.keep_tags else "the tags that it put on go with it"
    if not await somebody_runs(found):
        sys.stdout.write(f"stored: {found.contact.id} is unbound as soon as oaflow runs; {tags}\n")
    elif await _is_unbound(found, asked):
        sys.stdout.write(f"unbound: {found.contact.id} ({options.kind}); {tags}\n")
    else:
        sys.stdout.write(f"stored: {found.contact.id} is unbound when its turn comes; {tags}\n")


def _merging(found: FoundContact, asked: Asked) -> Merging:
    database, seal = found.database, asked.opened.seal
    contacts, audit = Contacts(database, seal), AuditLog(database, seal)
    return Merging(Rewriter(database, seal), contacts, audit, SystemClock())


def _confirm(kept: FoundContact, gone: FoundContact) -> None:
    if not sys.stdin.isatty():
        raise Refused("nothing is merged without a yes: add  --yes")
    for found, becomes in ((kept, "stays"), (gone, "becomes part of it")):
        sys.stderr.write(f"{becomes}: {line(in_a_line(found.contact, simulated=found.simulated))}\n")
    sys.stderr.write("make them one contact? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise Refused("nothing was merged")


async def somebody_runs(found: FoundContact) -> bool:
    """Whether a process decides for the people of this database just now."""
    shares = await Leases(found.database, "").look()
    now = datetime.now(UTC)
    return shares is not None and any(until > now for until in shares.until.values())


async def _is_unbound(found: FoundContact, asked: Asked) -> bool:
    contacts, kind = Contacts(found.database, asked.opened.seal), asked.options.kind
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
