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
"""Something that staff do to a customer on the customer's page: gives what was done, or the page that asks
before it is. May raise `Refusal`."""
ContactData: TypeAlias = Callable[
    [ContactContext, Visit, LocatedContact, bool], Awaitable[Mapping[str, object]]
]
"""Gives the values for the template of a section; its last argument: whether all is shown, unmasked."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of a kind of promotion."""

    title: Translatable
    to: str
    """The address."""


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A line of a customer's page."""

    title: str
    says: TranslatableValue
    """With whom it is, or how far the customer is."""
    about: TranslatableValue | None = None
    """What the `moment` is."""
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class TillPart:
    """What a kind gives the till, the page on which stores read customers' codes."""

    routes: Sequence[AdminRoute]
    """Its addresses there."""
    link: Callable[[Playbook], PageLink | None] = lambda playbook: None
    """Its link below the field for a code, where it has one."""
    customer: Callable[[StoreContext, Visit, str], str] | None = None
    """The address where a customer whose own code was read is served, by the customer's contact id."""


@dataclass(frozen=True, slots=True)
class ContactPart:
    """What a kind gives the page of a customer."""

    cards: Callable[[Contact, Playbook], Iterator[ContactCard]] | None = None
    """Lines of the section that all kinds share."""
    template: str = "contact_cards.html"
    """That of its section: the shared one, or one of its own."""
    data: ContactData | None = None
    """The values for a template of its own."""
    actions: Mapping[str, ContactAction] = field(default_factory=dict)
    """What staff do there, by the names of rows of the table."""


@dataclass(frozen=True, slots=True)
class MemberPart:
    """Its page of members. The module in its folder `static` that is named after the kind of its screens
    draws it."""

    json: Mapping[str, Callable[[Any, datetime], Payload]]
    """By the name of a field of a screen: makes its JSON, as of now."""
    made: Callable[[MemberContext], LiffPage] = LiffPage
    """What the page does besides showing screens."""
    routes: Callable[[MemberContext], Sequence[AbstractRouteDef]] = lambda context: ()
    """Addresses beside the page."""


@dataclass(frozen=True, slots=True)
class WebPart:
    """What a kind of promotion gives the web: the console, the till, the page of a customer, the members'
    page."""

    routes: Sequence[AdminRoute]
    """Its addresses in the console, but those of the till."""
    pages: Sequence[Callable[[StoreContext], AdminPages]]
    """What answers its addresses, those of the till, too."""
    member: MemberPart
    position: int = 0
    """Its place in the navigation: kinds of a lower one are before others."""
    till: TillPart | None = None
    contact: ContactPart | None = None
    touches: Mapping[SourceKind, Callable[[str], str]] = field(default_factory=dict)
    """By the kind of a source after which people buy: the address of the page of one, by its name."""


WEB_PARTS = Parts("web", WebPart)
"""Those of all kinds of promotions, by kind."""


def folders(name: str) -> Iterator[Path]:
    """The folders of this name (`templates`, `static`, `console`) below `web` of each kind of promotion that
    has one."""
    for kind in PROMOTIONS:
        folder = Path(bot.promotions.__file__).parent / kind / "web" / name
        if folder.is_dir():
            yield folder


def console_routes() -> Sequence[AdminRoute]:
    """The addresses of all kinds in the console but those of the till, in the order of the navigation."""
    return [row for part in sorted(WEB_PARTS, key=attrgetter("position")) for row in part.routes]


def till_routes() -> Sequence[AdminRoute]:
    """The addresses of all kinds at the till."""
    return [row for part in WEB_PARTS if part.till is not None for row in part.till.routes]


def console_handlers(context: StoreContext) -> Mapping[str, AdminHandler]:
    """What answers the addresses of all kinds in console and till, by the names of rows of the table. Raises
    `ValueError` as `Parts.table`."""
    return one_table(pages(context).handlers() for part in WEB_PARTS for pages in part.pages)


def till_links(playbook: Playbook) -> Sequence[PageLink]:
    """The links below the till's field for a code."""
    tills = [part.till for part in WEB_PARTS if part.till is not None]
    return [link for till in tills if (link := till.link(playbook)) is not None]


def till_of_customer(context: StoreContext, visit: Visit, contact: str) -> str | None:
    """Where a customer whose own code was read at the till is served; `None`: no kind serves customers."""
    served = (part.till.customer for part in WEB_PARTS if part.till is not None and part.till.customer)
    return next((address(context, visit, contact) for address in served), None)


def touch_page(kind: SourceKind, name: str) -> str:
    """The address of the page of a source after which people bought. Raises `StopIteration` where no kind has
    one."""
    return next(part.touches[kind](name) for part in WEB_PARTS if kind in part.touches)


def _contact_parts() -> Sequence[ContactPart]:
    return [part.contact for part in WEB_PARTS if part.contact is not None]


def contact_actions() -> Mapping[str, ContactAction]:
    """What staff do to a customer, of all kinds, by the names of rows of the table. Raises `ValueError` as
    `Parts.table`."""
    return one_table(part.actions for part in _contact_parts())


async def contact_data(
    context: ContactContext, visit: Visit, found: LocatedContact, *, reveal: bool
) -> Mapping[str, Any]:
    """What a customer's page shows of promotions: the templates of its sections with all their values."""
    playbook, kinds = context.playbook(), _contact_parts()
    cards = [card for one in kinds if one.cards is not None for card in one.cards(found.contact, playbook)]
    shown: dict[str, object] = {
        "sections": list(dict.fromkeys(one.template for one in kinds if one.cards or one.data)),
        "cards": cards,
    }
    own = [await one.data(context, visit, found, reveal) for one in kinds if one.data is not None]
    return one_table((shown, *own))
