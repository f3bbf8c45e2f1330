"""Bulk actions for customers who are ticked in the list one by one (J2, J3).

No address has their ids. A form brings them: those of its page as boxes, those of other pages as a script has
them (`parts`), or without a script as the page before has sealed them (`chosen`).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import Refusal
from bot.operations.bulk_runs import chosen_people
from bot.operations.find_contacts import NotFound
from bot.web.admin.bulk_pages import BulkPages
from bot.web.admin.contact_context import CHOSEN, ContactContext
from bot.web.admin.contact_pages import ContactPages
from bot.web.admin.contact_sought import NOT_OPEN, TICK, chosen_opened, place_of, query_of, sought_of
from bot.web.admin.route import CONTACTS
from bot.web.admin.visit import AdminAnswer, AdminPages, Redirect, Visit, page_address


class ChosenPages(AdminPages):
    """`/admin/contacts/chosen`."""

    def __init__(self, context: ContactContext, lists: ContactPages, bulk: BulkPages) -> None:
        self._context = context
        self._lists = lists
        self._bulk = bulk

    async def contacts_chosen_left(self, visit: Visit) -> AdminAnswer:
        """A redirect to the list: an address that is opened has nobody ticked."""
        return Redirect(page_address(CONTACTS, **query_of(visit)))

    async def contacts_chosen(self, visit: Visit) -> AdminAnswer:
        """What may be done to those who are ticked; with `order` begin a run; with `go` another page of the
        list with their ticks; with `act` `clear` the list without ticks."""
        form, context = visit.form, self._context
        to = page_address(CHOSEN, **query_of(visit))
        if "order" in form:
            people = chosen_people(chosen_opened(context, visit, form.get("chosen", "")))
            return await self._bulk.order(visit, people, to)
        ids = self._ticked(visit)
        sought = sought_of(context, visit)
        if form.get("act") == "clear":
            return await self.contacts_chosen_left(visit)
        if (go := form.get("go")) is not None:
            place = {"first": "", "all": visit.query("after")}.get(go, go)
            after = place_of(context, visit, place)
            return await self._lists.answer(visit, sought, after, ids, all_ticked=go == "all")
        try:
            people = chosen_people(ids)
        except Refusal as error:
            after = place_of(context, visit, visit.query("after"))
            return await self._lists.answer(visit, sought, after, ids, refused=error.message)
        return await self._bulk.offer(visit, people, to, form.get("act", ""))

    def _ticked(self, visit: Visit) -> Sequence[str]:
        """The ids of those who are ticked. Raises `NotFound` where one was sealed for another account."""
        form, account = visit.form, visit.signed.name
        parts = [name.removeprefix(TICK) for name in form if name.startswith(TICK)]
        found = dict.fromkeys(chosen_opened(self._context, visit, form.get("chosen", "")))
        for part in (*form.get("parts", "").split(), *parts):
            opened = self._context.parts.opened(account, "contact", part)
            if opened is None:
                raise NotFound(NOT_OPEN)
            found[opened[0]] = None
        return list(found)
