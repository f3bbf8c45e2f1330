"""Forms in the console: what was answered, by whom, as charts and a table; possible matches (E1, E2)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.connectors.sms.phone import national
from bot.engine.compiled.form import Form, flow_of_form
from bot.engine.compiled.playbook import Playbook
from bot.model.match import MatchedBy
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.actors import by_name
from bot.operations.admins.same_account import is_same_account
from bot.operations.brake import reasons_of
from bot.operations.contact_list import readable
from bot.operations.contact_view import masked_view
from bot.operations.declared.flows import pause_flow, resume_flow
from bot.operations.declared.matches import confirm_match, refuse_match
from bot.operations.find_contacts import LocatedContact
from bot.operations.flow_limits import REASON_MOST, NotLimited
from bot.operations.flow_view import COUNTED
from bot.operations.form_answers import (
    LOOKED_AT,
    FormFigures,
    answers_csv,
    answers_of,
    choices_of,
    forms_of,
)
from bot.operations.looks import record_search
from bot.operations.matches import PossibleMatch, possible
from bot.web.admin.chart import Series, chart
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.route import CONTACTS
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    PageGone,
    Redirect,
    RenderedPage,
    Stream,
    Undo,
    Visit,
    page_address,
)

PAGE = "/admin/forms"
ONE = f"{PAGE}/one"
TITLE = tr("Forms")
MATCHES = 20
"""The most possible matches of a page, the oldest first."""
BY: Mapping[MatchedBy, Translatable] = {"phone": tr("phone"), "email": tr("e-mail")}
"""What two contacts of a match share."""
GONE = RenderedPage("message.html", tr("The playbook has no such form"), status=404)


@dataclass(frozen=True, slots=True)
class FormPages(AdminPages):
    """`/admin/forms` and what is below it."""

    context: ContactContext

    async def forms(self, visit: Visit) -> AdminAnswer:
        """The list of all forms, and of contacts who may be one person."""
        return await self._list(visit)

    async def form(self, visit: Visit) -> AdminAnswer:
        """A page of the answers to a form, the last first; on the first one also its choices as bars."""
        return await self._form_page(visit, _form(self.context.playbook(), visit.query("name")))

    async def form_switched(self, visit: Visit) -> AdminAnswer:
        """Switch a form off, with a reason, or on again, on all servers, without publishing."""
        form, call = _form(self.context.playbook(), visit.form.get("name", "")), visit.call(self.context)
        flow, to = flow_of_form(form.name), page_address(ONE, name=form.name)
        again = {"name": form.name}
        try:
            if visit.form.get("act") == "on":
                why = (await resume_flow(call, flow)).reason
                undo = {**again, "act": "off", "why": why} if why else None
                done = tr("It is switched on. Every server knows within a second")
            else:
                is_new = (await pause_flow(call, flow, visit.form.get("why", ""))).new
                undo = {**again, "act": "on"} if is_new else None
                done = tr("It is switched off. Every server knows within a second")
        except NotLimited as error:
            return await self._form_page(visit, form, error.message)
        return Redirect(to, flash=Flash(done, Undo(f"{ONE}/switch", undo) if undo else None))

    async def _switch(self, visit: Visit, form: Form) -> Mapping[str, Any]:
        """Whether staff have switched it off, and how many are in the middle of it."""
        stores, flow = self.context.stores, flow_of_form(form.name)
        off = (await stores.brakes.read()).restriction_of(flow, "paused")
        people = await stores.standing.how_many_in(flow, COUNTED)
        return {
            "off": off,
            "off_by": None if off is None else by_name(off.by),
            "off_why": None if off is None else (await reasons_of(stores, [off])).get(off.key),
            "people": people,
            "people_most": COUNTED,
            "why": visit.form.get("why", "")[:REASON_MOST],
            "reason_most": REASON_MOST,
            "do": f"{ONE}/switch",
        }

    async def _form_page(self, visit: Visit, form: Form, refused: Translatable | None = None) -> RenderedPage:
        context, playbook, now = self.context, self.context.playbook(), self.context.now()
        place = self._place(visit)
        page = await answers_of(context.stores, playbook, form, visit.words, now, place)
        if any(one.contact.name for one in page.rows):
            await record_search(context.stores, visit.signed.by, now, "forms")
        [figures] = [one for one in await forms_of(context.stores, playbook, now) if one.form is form]
        choices = {} if place else await choices_of(context.stores, form, now)
        titles = {one.key: one.title or one.key for one in form.fields}
        after = page.next and context.parts.sealed(
            visit.signed.name, "answers after", form.name, page.next[0].isoformat(), page.next[1]
        )
        data = {
            "form": form,
            "number": f"{figures.number:,}",
            "chart": _drawn(visit, figures),
            "fields": [visible(titles[one.key]) for one in form.fields],
            "rows": [(one, self._address(visit, one.contact.id)) for one in page.rows],
            "choices": [
                (visible(titles[key]), list(counted.items()), max(counted.values(), default=0) or 1)
                for key, counted in choices.items()
            ],
            "looked_at": LOOKED_AT,
            "next": page_address(ONE, name=form.name, after=after) if after else "",
            "first": page_address(ONE, name=form.name) if place else "",
            "list": PAGE,
            "table": f"{ONE}/table",
            "refused_switch": refused,
            **await self._switch(visit, form),
        }
        title = tr("{name}", name=visible(form.title or form.name))
        return RenderedPage("form.html", title, data, 200 if refused is None else 409, refused)

    async def form_table(self, visit: Visit) -> AdminAnswer:
        """All answers to a form as CSV, written while it is fetched; it ends where the account loses the
        right."""
        context, now = self.context, self.context.now()
        form = _form(context.playbook(), visit.form.get("name", ""))
        pieces = answers_csv(context.stores, context.playbook(), form, visit.words, visit.signed.by, now)

        async def write(response: web.StreamResponse) -> None:
            async with aclosing(pieces):
                async for piece in pieces:
                    if not await is_same_account(context.stores, visit.signed):
                        raise ConnectionResetError  # the file is not whole, and the audit log says so
                    await response.write(piece.encode())

        return Stream(write, "text/csv", f"form-{now:%Y%m%d-%H%M}.csv")

    async def form_match(self, visit: Visit) -> AdminAnswer:
        """Merge the two contacts of a match, or refuse the match."""
        call, match = visit.call(self.context), visit.form.get("match", "")
        if visit.form.get("act") == "refuse":
            await refuse_match(call, match)
            return Redirect(PAGE, flash=Flash(tr("They are two customers: it is not asked again")))
        one = await confirm_match(call, match)
        undo = Undo(self.context.address(visit, one.contact.contact, "merge/undo"))
        return Redirect(PAGE, flash=Flash(tr("The two are one customer now"), undo))

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._list(visit, error.message)

    async def _list(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        context, playbook, now = self.context, self.context.playbook(), self.context.now()
        matches = await possible([context.stores])
        if matches:
            await record_search(context.stores, visit.signed.by, now, "matches")
        data = {
            "forms": [
                {
                    "form": one.form,
                    "title": visible(one.form.title or one.form.name),
                    "number": f"{one.number:,}",
                    "to": page_address(ONE, name=one.form.name),
                }
                for one in await forms_of(context.stores, playbook, now)
            ],
            "matches": [self._pair(visit, one) for one in matches[:MATCHES]],
            "more": max(0, len(matches) - MATCHES),
            "do": f"{PAGE}/match",
        }
        return RenderedPage("forms.html", TITLE, data, 200 if refused is None else 409, refused)

    def _pair(self, visit: Visit, one: PossibleMatch) -> Mapping[str, Any]:
        return {
            "id": one.match.id,
            "at": one.match.at,
            "by": row((BY[way] for way in one.by), "and"),
            "is_proven": one.proven,
            "obstacle": one.obstacle,
            "wrote": self._side(visit, one.contact),
            "has": self._side(visit, one.other),
        }

    def _side(self, visit: Visit, found: LocatedContact) -> Mapping[str, Any]:
        contact = readable(masked_view(found).contact)
        phone = contact.phone or contact.stated_phone
        return {
            "name": contact.name or "",
            "to": self._address(visit, contact.id),
            "phone": "" if phone is None else national(phone),
            "email": contact.email or "",
            "member": contact.member_no or "",
        }

    def _address(self, visit: Visit, contact: str) -> str:
        return f"{CONTACTS}/{self.context.parts.sealed(visit.signed.name, 'contact', contact)}"

    def _place(self, visit: Visit) -> tuple[datetime, str] | None:
        """The place in the answers that the address has sealed; `None`: the beginning."""
        opened = self.context.parts.opened(visit.signed.name, "answers after", visit.query("after"))
        if opened is None or opened[0] != visit.query("name"):
            return None
        return datetime.fromisoformat(opened[1]), opened[2]


def _form(playbook: Playbook, name: str) -> Form:
    """The form of this name. Raises `PageGone`."""
    if name not in playbook.forms:
        raise PageGone(GONE)
    return playbook.forms[name]


def _drawn(visit: Visit, figures: FormFigures) -> Any:
    series = [Series(visit.words.text(tr("Sent")), list(figures.days.values()))]
    return chart("bar", [day[5:] for day in figures.days], series) if figures.number else None
