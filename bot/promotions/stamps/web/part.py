"""What stamp cards give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import tr
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.model import HELD_CARDS
from bot.promotions.stamps.web.member_page import StampsPage, stamps_json
from bot.promotions.stamps.web.pages import StampPages
from bot.promotions.stamps.web.tablet import tablet_routes
from bot.promotions.stamps.web.till import StampTillPages, till_address
from bot.web.admin.route import COMMERCE, OF_STORES, AdminRoute
from bot.web.promotions import ContactCard, ContactPart, MemberPart, TillPart, WebPart


def _cards(contact: Contact, playbook: Playbook) -> Iterator[ContactCard]:
    """The customer's cards; not what the playbook lacks of these."""
    for held in HELD_CARDS.of(contact):
        card = STAMP_CARDS.of(playbook).get(held.card)
        if card is not None:
            says = tr("{count} of {cells} stamps", count=str(card.shown(held)), cells=str(card.cells))
            yield ContactCard(card.title, says, tr("good until"), held.until)


PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/stamps", "stamp_cards", COMMERCE),
            title=tr("Stamp cards"),
            says=tr("How many stamps are given and cards filled, and the code for the counter of each store"),
            known_as=tr("loyalty, points"),
            section="business",
            icon="stamp",
        ),
        AdminRoute("POST", "/admin/stamps/screen", "stamp_screen", COMMERCE),
    ),
    pages=(StampPages, StampTillPages),
    member=MemberPart({"stamps": stamps_json}, StampsPage, tablet_routes),
    till=TillPart(
        (
            AdminRoute("GET", "/admin/till/person", "till_person", OF_STORES),
            AdminRoute("POST", "/admin/till/stamp", "till_stamped", OF_STORES),
        ),
        customer=till_address,
    ),
    contact=ContactPart(_cards),
)
