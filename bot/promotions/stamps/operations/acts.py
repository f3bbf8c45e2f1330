"""Stamps put on a person's card at a till or by a program, and taken back: each act once (N2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry, AuditKind
from bot.model.contact import Contact
from bot.model.plain_text import masked_name
from bot.operations.audit_trail import audited
from bot.operations.contact_changes import done_once
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.operations.till import TillActor
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.page import stamp_view
from bot.promotions.stamps.model import HELD_CARDS, StampAct, StampEntry, StampView
from bot.promotions.stamps.store import StampScreens
from bot.services.rewrites import RewriteJob
from bot.store.stores import Stores

StampResult: TypeAlias = Literal["done", "refused", "unknown", "waits"]
"""`refused`: today's stamps are there, the card is over, or there is nothing to take back; `unknown`: there
is no such person or card; `waits`: it is stored, and no process has done it yet."""


@dataclass(frozen=True, slots=True)
class PersonAtTill:
    """Whose card is stamped, as a clerk sees them: a masked name, and their cards."""

    contact: str
    name: str = field(repr=False)
    cards: tuple[StampView, ...]


async def person_at_till(stores: Stores, playbook: Playbook, contact: str) -> PersonAtTill | None:
    """The person; `None`: there is none any more. May raise `DatabaseUnavailable`."""
    stored = await stores.contacts.person(contact)
    if stored is None:
        return None
    held = {one.card: one for one in HELD_CARDS.of(stored.contact)}
    cards = tuple(
        stamp_view(card, held.get(name), COUPONS.of(playbook))
        for name, card in STAMP_CARDS.of(playbook).items()
        if "clerk" in card.ways
    )
    return PersonAtTill(stored.contact.id, masked_name(stored.contact.name), cards)


async def stamp(
    stores: Stores, playbook: Playbook, contact: str, act: StampAct, reason: str = ""
) -> StampResult:
    """Do this act of a clerk, a program or staff, and wait for its turn; the same `act.id` again is once.

    `reason`: why, for the audit log. Raises `DatabaseUnavailable`: then perhaps it was stored, and doing it
    again tells.
    """
    stored = await stores.contacts.person(contact)
    if stored is None or act.card not in STAMP_CARDS.of(playbook):
        return "unknown"
    found = LocatedContact(stored, stores, simulated=False)
    if not await _is_done(found, act, reason, await now_among(stores)):
        return "waits"
    after = await stores.contacts.person(contact)
    if after is None:
        return "unknown"
    return "done" if line_of(after.contact, act.card, act.id) is not None else "refused"


def clerk_act(
    card: str, count: int, actor: TillActor, act_id: str, *, undoes: str = "", takes: bool = False
) -> StampAct:
    """What a press at a till is: stamps, or what takes back the line `undoes`, or so many."""
    what: Literal["take", "clerk"] = "take" if takes or undoes else "clerk"
    return StampAct(card, what, count, act_id, actor.by, actor.store, undoes)


async def renew_screen(stores: Stores, card: str, store: str, number: int, actor: str) -> None:
    """End the address with this number of a store's screen: another one is good from now on.

    Of an address that is ended already nothing happens. May raise `DatabaseUnavailable`.
    """
    if await stores.of(StampScreens).number(card, store) != number:
        return
    line = AuditEntry("stamp_screen_renewed", actor, await now_among(stores), card, after=store)
    async with audited(stores, line):
        await stores.of(StampScreens).renew(card, store, number)


def line_of(contact: Contact, card: str, act: str) -> StampEntry | None:
    """What an act has written into the card's ledger; `None`: nothing."""
    held = HELD_CARDS.one(contact, card)
    return None if held is None else next((line for line in held.entries if line.id == act), None)


async def _is_done(found: LocatedContact, act: StampAct, reason: str, now: datetime) -> bool:
    """Store the act, and wait until its turn was taken."""
    job = RewriteJob(act.by, now, f"stamp {act.card} {act.what} {act.id}")
    kind: AuditKind = "stamps_taken" if act.what == "take" else "stamped"
    undone = line_of(found.contact, act.card, act.undoes) if act.undoes else None
    count = act.count if undone is None else undone.count
    more = [one for one in (act.store, reason) if one]
    return await done_once(found, act, job, kind, act.card, str(count), *more)
