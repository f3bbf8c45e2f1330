"""Testers in the console: who they are, one more of them, one less (I2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.broadcast import Broadcast
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.contact_list import one_contact
from bot.operations.declared.testers import end_tester, make_tester
from bot.operations.find_contacts import LocatedContact
from bot.operations.looks import record_list, record_search, way_of
from bot.operations.tester_choice import found_by_text, suggested
from bot.operations.testers import Tester, all_testers, free_name
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import ONE, PAGE, TESTERS
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

TITLE = tr("Testers")
TEXT_MOST = 60
"""The most characters of a search."""
WITHOUT_NAME = tr("Tester")
"""The name of a tester whose contact has none."""
GONE = tr("This customer is not here any more")


@dataclass(frozen=True, slots=True)
class TesterPages(AdminPages):
    """`/admin/broadcasts/testers`; `for` in an address or a form is the broadcast from which the visitor
    came."""

    context: BroadcastContext

    async def testers(self, visit: Visit) -> AdminAnswer:
        """The list of testers, and contacts who may become one."""
        return await self._page(visit)

    async def testers_sought(self, visit: Visit) -> AdminAnswer:
        """A redirect to a search: what was written is sealed in its address."""
        text = visit.form.get("who", "").strip()[:TEXT_MOST]
        find = text and self.context.parts.sealed(visit.signed.name, "testers", text)
        return Redirect(page_address(TESTERS, find=find, **{"for": visit.form.get("for", "")}))

    async def tester_made(self, visit: Visit) -> AdminAnswer:
        """Make a contact a tester, by the contact's own name where none is given."""
        found = await self._found(visit)
        name = visit.form.get("called", "").strip() or await own_name(found, visit)
        lost = (await make_tester(visit.call(self.context), found, name)).lost
        fields = _fields(visit, visit.form["contact"])
        undo = (
            Undo(f"{TESTERS}/add", {**fields, "called": lost[0]}) if lost else Undo(f"{TESTERS}/end", fields)
        )
        return self._back(visit, Flash(tr("{name} is a tester now", name=name), undo))

    async def tester_ended(self, visit: Visit) -> AdminAnswer:
        """Make a tester one no more."""
        name, *_ = (await end_tester(visit.call(self.context), await self._found(visit))).lost
        undo = Undo(f"{TESTERS}/add", {**_fields(visit, visit.form["contact"]), "called": name})
        return self._back(visit, Flash(tr("{name} is no tester any more", name=name), undo))

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._page(visit, error.message)

    async def _found(self, visit: Visit) -> LocatedContact:
        """The contact that the form names. Raises `Refusal`."""
        part = visit.form.get("contact", "")
        opened = self.context.parts.opened(visit.signed.name, "contact", part)
        found = None if opened is None else await one_contact(self.context.stores, opened[0])
        if found is None:
            raise Refusal(GONE)
        return found

    def _back(self, visit: Visit, flash: Flash) -> Redirect:
        """A redirect to the tests of the broadcast from which the visitor came, else to the list."""
        broadcast = _wanted(self.context, visit)
        to = TESTERS if broadcast is None else f"{page_address(ONE, name=broadcast.name)}#testers"
        return Redirect(to, flash=flash)

    async def _page(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        context, broadcast = self.context, _wanted(self.context, visit)
        found = await all_testers(context.stores, context.playbook())
        data = {
            "testers": await self._rows(visit, found),
            "free": [one.name for one in found if one.contact is None],
            "choice": await choice(context, visit, broadcast),
            "list": PAGE,
            "back": "" if broadcast is None else page_address(ONE, name=broadcast.name),
            "back_to": "" if broadcast is None else visible(broadcast.title or broadcast.name),
        }
        return RenderedPage("testers.html", TITLE, data, 200 if refused is None else 422, refused)

    async def _rows(self, visit: Visit, testers: Sequence[Tester]) -> Sequence[Mapping[str, Any]]:
        """Each with the customer's own name, and what names them in a form."""
        context = self.context
        ids = [one.contact for one in testers if one.contact is not None]
        known = await context.stores.contacts.persons(ids)
        if known:
            await record_list(context.stores, visit.signed.by, context.now(), "list", "testers")
        return [
            {
                "name": one.name,
                "part": one.contact and context.parts.sealed(visit.signed.name, "contact", one.contact),
                "own": visible(known[one.contact].contact.name or "") if one.contact in known else "",
                "listed": one.listed,
            }
            for one in testers
        ]


async def choice(context: BroadcastContext, visit: Visit, broadcast: Broadcast | None) -> Mapping[str, Any]:
    """The values of `tester_choice.html`: contacts who may become testers. The audit log records that names
    were shown."""
    channel = None if broadcast is None else broadcast.channel
    opened = context.parts.opened(visit.signed.name, "testers", visit.query("find"))
    text = "" if opened is None else opened[0]
    if text:
        await record_search(context.stores, visit.signed.by, context.now(), way_of(text))
        people = await found_by_text(context.stores, context.playbook(), text, channel)
    else:
        people = await suggested(context.stores, context.playbook(), channel)
        if people:
            await record_list(context.stores, visit.signed.by, context.now(), "list", "testers")
    return {
        "people": [(one, context.parts.sealed(visit.signed.name, "contact", one.id)) for one in people],
        "who": text,
        "most": TEXT_MOST,
        "phone": context.phone,
        "here": TESTERS if broadcast is None else page_address(ONE, name=broadcast.name),
        "page": TESTERS,
        "tested": "" if broadcast is None else broadcast.name,
    }


async def own_name(found: LocatedContact, visit: Visit) -> str:
    """A free name for a tester, from the contact's own."""
    name = visible(found.contact.name or "").strip() or visit.words.text(WITHOUT_NAME)
    return await free_name(found.stores, name)


def _wanted(context: BroadcastContext, visit: Visit) -> Broadcast | None:
    name = visit.form.get("for", "") or visit.query("for")
    return context.playbook().broadcasts.get(name)


def _fields(visit: Visit, contact: str) -> Mapping[str, str]:
    return {"contact": contact, "for": visit.form.get("for", "")}
