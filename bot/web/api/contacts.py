"""Customers: searched for, looked at, changed, merged, exported, erased (J1–J3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from bot.model.admin import TEAM
from bot.model.contact import Contact
from bot.model.erasure import ErasureState
from bot.operations import erasing
from bot.operations.contact_json import in_full
from bot.operations.contact_list import contact_page, readable
from bot.operations.contact_search import SearchTerms
from bot.operations.contact_view import ContactView, masked_view, revealed
from bot.operations.erasing import NoSuchCertificate
from bot.operations.looks import record_look, record_search
from bot.operations.payload import Payload, pick
from bot.operations.person_archive import person_archive
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import SUPERVISORS, ApiFile, ConsoleCall, get, post
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import (
    AFTER,
    ANY_OBJECT,
    CURSOR,
    MOMENT,
    NAME,
    NUMBER,
    PART,
    TEXT,
    YES,
    list_of,
    maybe,
)
from bot.web.api.written_conditions import WrittenConditions
from bot.web.openapi_schema import object_of

TEXT_MOST, CONDITION_MOST = 60, 2_000
"""Characters of what is searched for, of a condition."""
ZIP = "application/zip"

_SOUGHT = {
    "text": {"type": "string", "maxLength": TEXT_MOST},
    "condition": {"type": "string", "maxLength": CONDITION_MOST},
    **dict.fromkeys(("audience", "tag", "channel"), NAME),
    "after": AFTER,
}
_SHORT = object_of(
    {
        "contact": PART,
        "name": maybe(TEXT),
        "phone": {**maybe(TEXT), "description": "Masked."},
        "bound": list_of(TEXT),
        "member_no": maybe(TEXT),
        "channels": list_of(TEXT),
        "tags": list_of(TEXT),
        "seen": maybe(MOMENT),
    }
)
_FOUND = object_of(
    {
        "contacts": list_of(_SHORT),
        "next": CURSOR,
        "number": maybe(object_of({"people": NUMBER, "about": YES})),
    }
)
_PERSON: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "contact": PART,
        "name": maybe(TEXT),
        "phone": maybe(TEXT),
        "email": maybe(TEXT),
        "member_no": maybe(TEXT),
        "bindings": list_of(ANY_OBJECT),
        "tags": list_of(ANY_OBJECT),
        "attributes": list_of(ANY_OBJECT),
        "identities": list_of(ANY_OBJECT),
        "flows": list_of(ANY_OBJECT),
        "consents": list_of(ANY_OBJECT),
        "marketing": maybe(YES),
    },
    "required": ["contact", "name", "tags", "attributes", "identities"],
}
_STATE = {"enum": list(get_args(ErasureState))}
_CERTIFICATE = {"certificate": TEXT, "state": _STATE, "at": MOMENT, "by": TEXT, "over": maybe(MOMENT)}


@dataclass(frozen=True, slots=True)
class ContactApi:
    """What is below `/contacts`."""

    context: ApiContext
    conditions: WrittenConditions

    @post("/contacts/search", roles=TEAM, body=object_of(_SOUGHT, *_SOUGHT), answer=_FOUND)
    async def search_contacts(self, call: ConsoleCall) -> Payload:
        """Customers of whom all of it holds, 50 at a time; the audit log has the search."""
        context, body = self.context, call.body
        place = context.place(call.caller, "contacts", body.get("after"))
        terms = await self._terms(body, call.caller.name)
        await record_search(context.stores, call.caller.by, call.now, "find" if terms.text else "list")
        page = await contact_page(context.stores, context.playbook(), terms, place[0] if place else "")
        number = page.number
        return {
            "contacts": [self._short(call, one) for one in page.people],
            "next": context.cursor(call.caller, "contacts", page.next) if page.next else None,
            "number": None if number is None else pick(number, "people", "about"),
        }

    async def _terms(self, body: Mapping[str, Any], token: str) -> SearchTerms:
        written = body.get("condition", "").strip()
        condition = await self.conditions.read(written, token) if written else None
        named = {name: body.get(name) for name in ("audience", "tag", "channel")}
        return SearchTerms(body.get("text", "").strip(), where=condition, **named)

    def _short(self, call: ConsoleCall, contact: Contact) -> Payload:
        return {
            "contact": self.context.part(call.caller, contact.id),
            **pick(contact, "name", "phone"),
            "bound": sorted(contact.bindings),
            "member_no": contact.member_no,
            "channels": [one.channel for one in contact.identities],
            "tags": [one.name for one in contact.tags if contact.has_tag(one.name, call.now)],
            "seen": max((one.seen for one in contact.identities if one.seen is not None), default=None),
        }

    @get("/contacts/{contact}", roles=TEAM, answer=_PERSON)
    async def contact(self, call: ConsoleCall) -> Payload:
        """A customer; phone, address, LINE ids and private attributes are masked."""
        located = call.located
        await record_look(self.context.stores, located.contact.id, call.caller.by, call.now, "looked_at")
        shown = self._full(call, masked_view(located))
        shown["identities"] = [{**one, "line_id": None} for one in shown["identities"]]
        return shown

    @post("/contacts/{contact}/reveal", roles=TEAM, answer=_PERSON)
    async def reveal_contact(self, call: ConsoleCall) -> Payload:
        """The same in full; the audit log has it first."""
        # by agents, who may not export, so often at most
        if call.caller.role not in SUPERVISORS:
            stores, name = self.context.stores, call.caller.name
            if wait := await stores.api_reveals.wait(name, call.form, self.context.clock.now()):
                raise ApiProblem("too_many", headers={"Retry-After": str(wait)})
        return self._full(call, await revealed(call.located, call.caller.by, call.now))

    def _full(self, call: ConsoleCall, view: ContactView) -> Payload:
        shown = in_full(
            ContactView(readable(view.contact), view.simulated), self.context.playbook(), call.now
        )
        del shown["simulator"]
        return {**shown, "contact": self.context.part(call.caller, view.contact.id)}

    @post("/contacts/{contact}/export", file=ZIP)
    async def export_contact(self, call: ConsoleCall) -> ApiFile:
        """All that is stored of them, as an archive; the audit log has it first."""
        content = await person_archive(call.located, self.context.playbook(), call.words, call.caller.by)
        return ApiFile(content, ZIP, f"customer-{call.now:%Y%m%d}.zip")

    @get("/certificates/{number}", answer=object_of(_CERTIFICATE))
    async def certificate(self, call: ConsoleCall) -> Payload:
        """How far an erasure is: `done` once the last look has found nothing more."""
        try:
            found = await erasing.certificate(self.context.stores, call.path["number"])
        except NoSuchCertificate as error:
            raise ApiProblem("not_found", error.message) from error
        return {"certificate": found.number, **pick(found, "state", "at", "by", "over")}
