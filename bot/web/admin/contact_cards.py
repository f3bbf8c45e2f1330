"""A customer's appointments, stamp cards and draws on their page (N2, N3, N5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import TranslatableValue, plural, tr


@dataclass(frozen=True, slots=True)
class ContactCard:
    """An appointment, stamp card or draw of a customer: `says` with whom, or how far they are, `about` what
    the `moment` is."""

    title: str
    says: TranslatableValue
    about: TranslatableValue | None = None
    moment: datetime | None = None


def cards_of(contact: Contact, playbook: Playbook) -> Iterator[ContactCard]:
    """The appointments to come, the stamp cards, the draws; not what the playbook lacks of these."""
    for booked in sorted(contact.appointments, key=lambda one: one.start):
        yield ContactCard(booked.title, booked.place, tr("on"), booked.start)
    for held in contact.stamp_cards:
        card = playbook.stamp_cards.get(held.card)
        if card is not None:
            says = tr("{count} of {cells} stamps", count=str(card.shown(held)), cells=str(card.cells))
            yield ContactCard(card.title, says, tr("good until"), held.until)
    for tried in contact.draws:
        draw = playbook.draws.get(tried.draw)
        if draw is not None:
            says = plural("tried once", "tried {number} times", tried.tries)
            about = tr("has won") if tried.result == "won" else tr("has won nothing")
            yield ContactCard(draw.title, says, about if tried.result else None, tried.last)
