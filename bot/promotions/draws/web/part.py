"""What draws give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import plural, tr
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.model import HELD_DRAWS
from bot.promotions.draws.web.member_page import draws_json
from bot.promotions.draws.web.pages import DrawPages
from bot.web.admin.route import COMMERCE, AdminRoute
from bot.web.promotions import ContactCard, ContactPart, MemberPart, WebPart


def _cards(contact: Contact, playbook: Playbook) -> Iterator[ContactCard]:
    """What the customer has tried; not what the playbook lacks of these."""
    for tried in HELD_DRAWS.of(contact):
        draw = DRAWS.of(playbook).get(tried.draw)
        if draw is not None:
            says = plural("tried once", "tried {number} times", tried.tries)
            about = tr("has won") if tried.result == "won" else tr("has won nothing")
            yield ContactCard(draw.title, says, about if tried.result else None, tried.last)


PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/draws", "draws", COMMERCE),
            title=tr("Draws"),
            says=tr("How often each draw was tried, what is left of each prize, and who has won"),
            section="business",
            icon="draw",
        ),
        AdminRoute("GET", "/admin/draws/winners", "draw_winners", COMMERCE),
    ),
    pages=(DrawPages,),
    member=MemberPart({"draws": draws_json}),
    position=1,
    contact=ContactPart(_cards),
)
