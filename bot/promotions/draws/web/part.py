"""What draws give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import plural, tr
from bot.operations.payload import Payload, pick
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.model import HELD_DRAWS, DrawView
from bot.promotions.draws.web.pages import DrawPages
from bot.web.admin.route import COMMERCE, AdminRoute
from bot.web.liff.member_page import milliseconds_of, without_none
from bot.web.promotions import ContactCard, ContactPart, MemberPart, WebPart


def draws_json(views: Sequence[DrawView], now: datetime) -> Payload:
    """Draws as one person sees them: what came of the last try, never what another could win."""
    return {"draws": without_none([_draw_json(one) for one in views])}


def _draw_json(view: DrawView) -> Payload:
    payload = pick(view, "name", "title", "look", "prizes", "state", "tries", "daily", "sure")
    payload |= pick(view, "result", "prize", "won", "code", "terms", "image")
    return payload | milliseconds_of(view, "until", "starts", "ends")


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
            known_as=tr("lottery, prizes, lucky wheel"),
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
