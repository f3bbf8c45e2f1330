"""A customer's stamp cards and draws on their page (N2, N3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import TranslatableValue, plural, tr


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A stamp card or draw of a customer: `says` how far they are, `about` what the `moment` is."""

    title: str
    says: TranslatableValue
    about: TranslatableValue | None = None
    moment: datetime | None = None


def cards_of(contact: Contact, playbook: Playbook) -> Iterator[ContactCard]:
    """The stamp cards, then the draws, in the order in which they came; not those that the playbook lacks."""
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
