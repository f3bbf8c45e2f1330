"""The list of contacts: searched as one types, by audience, tag and condition (requirement J3)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.bulk_run import SoughtPeople
from bot.model.contact import Contact
from bot.model.translatable import Translatable, tr
from bot.operations.audiences import EVERYONE, NoSuchAudience
from bot.operations.bulk_runs import search_terms
from bot.operations.contact_list import ContactPage, contact_page, readable
from bot.operations.contact_search import ConditionWrong, SearchTerms
from bot.operations.find_contacts import NotFound
from bot.operations.looks import record_search, way_of
from bot.operations.testers import tester_names
from bot.web.admin.contact_context import CHOSEN, MANY, ContactContext
from bot.web.admin.contact_sought import TICK, chosen_sealed, place_of, sought_of, sought_query
from bot.web.admin.route import COMMERCE, CONTACTS
from bot.web.admin.visit import AdminAnswer, AdminPages, Fragment, Redirect, RenderedPage, Visit, page_address

TITLE = tr("Customers")
TEXT_MOST, CONDITION_MOST = 60, 200
"""The most characters of a search and of a condition: so many, sealed, fit in an address."""
TAGS = 3
"""The tags that a line shows; of further ones it shows the number."""


@dataclass(frozen=True, slots=True)
class _FoundPage:
    """A page of the list."""

    page: ContactPage
    after: str = ""
    """The place behind which it begins; empty: the beginning."""
    chosen: Set[str] = frozenset()
    """The ids of all contacts that are ticked, on this page or others."""
    testers: Set[str] = frozenset()
    """The ids of those on the page who are testers."""


class ContactPages(AdminPages):
    """`/admin/contacts`."""

    def __init__(self, context: ContactContext) -> None:
        self._context = context

    async def contacts(self, visit: Visit) -> AdminAnswer:
        """The list of the contacts that the address asks for, or of all."""
        context = self._context
        return await self.answer(
            visit, sought_of(context, visit), place_of(context, visit, visit.query("after"))
        )

    async def contacts_sought(self, visit: Visit) -> AdminAnswer:
        """A redirect to the list of a search: what was written is sealed in its address. While somebody
        types, the list alone."""
        form = visit.form
        text = (form.get("who") or "").strip()[:TEXT_MOST]
        condition = (form.get("where") or "").strip()
        audience, tag, channel = (form.get(name, "") for name in ("audience", "tag", "on"))
        sought = SoughtPeople(text, condition, audience, tag, channel)
        if len(condition) > CONDITION_MOST:
            most = tr(
                "a condition here has at most {most} characters: write a longer one as an audience",
                most=CONDITION_MOST,
            )
            return self._page(visit, sought, _FoundPage(ContactPage(())), condition_wrong=most)
        if form.get("part"):
            return await self.answer(visit, sought, "", is_part=True)
        return Redirect(self._address(visit, sought))

    async def answer(
        self,
        visit: Visit,
        sought: SoughtPeople,
        after: str,
        chosen: Sequence[str] = (),
        *,
        all_ticked: bool = False,
        refused: Translatable | None = None,
        is_part: bool = False,
    ) -> RenderedPage | Fragment:
        """The list behind the place `after`. Ticked are those who are `chosen`, or with `all_ticked` all on
        the page; `is_part`: the list alone, without the page around it."""
        context, wrong = self._context, None
        page = ContactPage(())
        try:
            terms = await self._terms(sought)
            await record_search(context.stores, visit.signed.by, context.now(), way_of(sought.text))
            page = await contact_page([context.stores], context.playbook(), terms, after)
        except ConditionWrong as error:
            wrong = error.message
        except (NotFound, NoSuchAudience) as error:
            refused = refused or error.message
        here = [one.contact.id for one in page.people]
        testers = frozenset(await tester_names(context.stores, here)) if here else frozenset()
        found = _FoundPage(page, after, {*chosen, *(here if all_ticked else ())}, testers)
        if is_part:
            data = self._found(visit, sought, found)
            return Fragment("contacts_found.html", {**data, "wrong": wrong or refused})
        return self._page(visit, sought, found, condition_wrong=wrong, refused=refused)

    async def _terms(self, sought: SoughtPeople) -> SearchTerms:
        contents = self._context.contents()
        return await asyncio.to_thread(search_terms, sought, contents)

    def _page(
        self,
        visit: Visit,
        sought: SoughtPeople,
        page: _FoundPage,
        *,
        condition_wrong: Translatable | None = None,
        refused: Translatable | None = None,
    ) -> RenderedPage:
        playbook = self._context.playbook()
        data = {
            **self._found(visit, sought, page),
            "audiences": _audiences(playbook),
            "tags": sorted(playbook.tag_names),
            "channels_of": self._context.shop().channels,
            "condition_wrong": condition_wrong,
            "text_most": TEXT_MOST,
            "condition_most": CONDITION_MOST,
        }
        status = 200 if condition_wrong is None and refused is None else 422
        return RenderedPage("contacts.html", TITLE, data, status, refused)

    def _found(self, visit: Visit, sought: SoughtPeople, found: _FoundPage) -> Mapping[str, Any]:
        context, now, page = self._context, self._context.now(), found.page
        after = page.next and context.parts.sealed(visit.signed.name, "contacts after", page.next)
        number = page.number
        elsewhere = sorted(found.chosen - {one.contact.id for one in page.people})
        place = found.after and context.parts.sealed(visit.signed.name, "contacts after", found.after)
        query = sought_query(context, visit, sought)
        return {
            "sought": sought,
            "is_all": sought == SoughtPeople(),
            "many": self._many(visit, sought) if page.people else "",
            "rows": [self._row(visit, readable(one.contact), now, found) for one in page.people],
            "ticks_to": page_address(CHOSEN, **query, after=place),
            "tick": TICK,
            "ticked": len(found.chosen),
            "chosen": chosen_sealed(context, visit, elsewhere),
            "after": after,
            "number": None if number is None else f"{number.people:,}",
            "about": number is not None and number.about,
            "next": self._address(visit, sought, after=after) if after else "",
            "first": self._address(visit, sought) if found.after else "",
            "search": self._address(visit, sought),
            "all": CONTACTS,
            "wrong": None,
        }

    def _row(self, visit: Visit, one: Contact, now: datetime, found: _FoundPage) -> Sequence[object]:
        part = self._context.parts.sealed(visit.signed.name, "contact", one.id)
        return (
            one,
            self._context.address(visit, one.id),
            _tags(one, now),
            _seen(one),
            part,
            one.id in found.chosen,
            one.id in found.testers,
        )

    def _address(self, visit: Visit, sought: SoughtPeople, **more: str) -> str:
        return page_address(CONTACTS, **sought_query(self._context, visit, sought), **more)

    def _many(self, visit: Visit, sought: SoughtPeople) -> str:
        """The address of bulk actions for all of the search; empty for roles that may not do any."""
        may = visit.signed.role in COMMERCE
        return page_address(MANY, **sought_query(self._context, visit, sought)) if may else ""


def _audiences(playbook: Playbook) -> Sequence[tuple[str, str]]:
    return [(EVERYONE, ""), *((name, one.title or name) for name, one in playbook.audiences.items())]


def _tags(contact: Contact, now: datetime) -> tuple[Sequence[str], int]:
    """The first tags that are on, and how many more."""
    names = [tag.name for tag in contact.tags if contact.has_tag(tag.name, now)]
    return names[:TAGS], max(0, len(names) - TAGS)


def _seen(contact: Contact) -> datetime | None:
    """When they last did something, on any account."""
    return max((one.seen for one in contact.identities if one.seen is not None), default=None)
