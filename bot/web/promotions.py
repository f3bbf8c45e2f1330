"""What a kind of promotion gives the pages of staff and of members (decision 069)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp.web import AbstractRouteDef

import bot.promotions
from bot.engine.compiled.playbook import Playbook
from bot.model.attribution import SourceKind
from bot.model.contact import Contact
from bot.model.promotions import PROMOTIONS, Parts, one_table
from bot.model.translatable import Translatable, TranslatableValue
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import Payload
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.route import AdminRoute
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminHandler, AdminPages, Flash, RenderedPage, Visit
from bot.web.liff.member_page import LiffPage, MemberContext

ContactAction: TypeAlias = Callable[[ContactContext, Visit, LocatedContact], Awaitable[Flash | RenderedPage]]
"""What is done to the customer of a page: what was done, or what asks before it is. May raise `Refusal`."""
ContactData: TypeAlias = Callable[
    [ContactContext, Visit, LocatedContact, bool], Awaitable[Mapping[str, object]]
]
"""What a section's template is given; the last says whether all is shown, unmasked."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of the kind; `icon`: of `icons.html`."""

    title: Translatable
    to: str
    icon: str = "more"


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A line of a customer's page: `says` with whom, or how far they are, `about` what the `moment` is.
    `is_booked`: they come then, so it stands before others."""

    title: str
    says: TranslatableValue
    about: TranslatableValue | None = None
    moment: datetime | None = None
    is_booked: bool = False


@dataclass(frozen=True, slots=True)
class TillPart:
    """The till: its addresses, its link below the field for a code, and where a customer whose own code was
    read is served."""

    routes: Sequence[AdminRoute]
    link: Callable[[Playbook], PageLink | None] = lambda playbook: None
    customer: Callable[[StoreContext, Visit, str], str] | None = None


@dataclass(frozen=True, slots=True)
class ContactPart:
    """The page of a customer: lines of the section that all kinds share (`cards`), or a section of its own
    (`template`, with its `data`); `link`: among what staff do on top, by the address's part of the customer.
    """

    cards: Callable[[Contact, Playbook], Iterator[ContactCard]] | None = None
    template: str = "contact_cards.html"
    data: ContactData | None = None
    actions: Mapping[str, ContactAction] = field(default_factory=dict)
    link: Callable[[Playbook, str], PageLink | None] = lambda playbook, part: None


@dataclass(frozen=True, slots=True)
class MemberPart:
    """Its page of members: the JSON of the fields that a screen has for it, what the page does (`made`), and
    addresses beside it. What draws it is the module of its screens' kind in its folder `static`."""

    json: Mapping[str, Callable[[Any, datetime], Payload]]
    made: Callable[[MemberContext], LiffPage] = LiffPage
    routes: Callable[[MemberContext], Sequence[AbstractRouteDef]] = lambda context: ()


@dataclass(frozen=True, slots=True)
class WebPart:
    """Its addresses in the console (kinds of a lower `position` are before others in the navigation), what
    answers these and those of the till; its part of the till and of a customer's page; its page of members.
    Where the page of one is, of a kind after which people buy (`touches`).
    """

    routes: Sequence[AdminRoute]
    pages: Sequence[Callable[[StoreContext], AdminPages]]
    member: MemberPart
    position: int = 0
    till: TillPart | None = None
    contact: ContactPart | None = None
    touches: Mapping[SourceKind, Callable[[str], str]] = field(default_factory=dict)


WEB_PARTS = Parts("web", WebPart)


def folders(name: str) -> Iterator[Path]:
    """The folder of this name of each kind that has one: its templates, its scripts."""
    for kind in PROMOTIONS:
        folder = Path(bot.promotions.__file__).parent / kind / "web" / name
        if folder.is_dir():
            yield folder


def console_routes() -> Sequence[AdminRoute]:
    """All addresses of their pages but those of the till, as the navigation has them."""
    return [row for part in sorted(WEB_PARTS, key=attrgetter("position")) for row in part.routes]


def till_routes() -> Sequence[AdminRoute]:
    """All addresses of the till."""
    return [row for part in WEB_PARTS if part.till is not None for row in part.till.routes]


def console_handlers(context: StoreContext) -> Mapping[str, AdminHandler]:
    """What answers all of these. Raises `ValueError` as `Parts.table`."""
    return one_table(pages(context).handlers() for part in WEB_PARTS for pages in part.pages)


def till_links(playbook: Playbook) -> Sequence[PageLink]:
    """What stands below the field for a code."""
    tills = [part.till for part in WEB_PARTS if part.till is not None]
    return [link for till in tills if (link := till.link(playbook)) is not None]


def till_of_customer(context: StoreContext, visit: Visit, contact: str) -> str | None:
    """Where a customer whose own code was read at the till is served; `None`: no kind serves customers."""
    served = (part.till.customer for part in WEB_PARTS if part.till is not None and part.till.customer)
    return next((address(context, visit, contact) for address in served), None)


def touch_page(kind: SourceKind, name: str) -> str:
    """Where one stands after which people bought."""
    return next(part.touches[kind](name) for part in WEB_PARTS if kind in part.touches)


def _contact_parts() -> Sequence[ContactPart]:
    return [part.contact for part in WEB_PARTS if part.contact is not None]


def contact_actions() -> Mapping[str, ContactAction]:
    """What can be done to a customer, by the names of the table. Raises `ValueError` as `Parts.table`."""
    return one_table(part.actions for part in _contact_parts())


async def contact_data(
    context: ContactContext, visit: Visit, found: LocatedContact, part: str, *, reveal: bool
) -> Mapping[str, Any]:
    """What a customer's page shows of promotions: the templates of its sections with all that they are
    given, and the links on top. `part`: the customer's, of the address."""
    playbook, kinds = context.playbook(), _contact_parts()
    cards = [card for one in kinds if one.cards is not None for card in one.cards(found.contact, playbook)]
    shown: dict[str, object] = {
        "sections": list(dict.fromkeys(one.template for one in kinds if one.cards or one.data)),
        "cards": sorted(cards, key=attrgetter("is_booked"), reverse=True),
        "links": [link for one in kinds if (link := one.link(playbook, part)) is not None],
    }
    own = [await one.data(context, visit, found, reveal) for one in kinds if one.data is not None]
    return one_table((shown, *own))
