"""Clerks and their QR codes, clerks from a table, and people given to another clerk (D6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from io import BytesIO
from urllib.parse import urlencode

from bot.connectors.sms.phone import masked
from bot.model.admin import account_name
from bot.model.clerk import OfStores, StoreClerk
from bot.model.translatable import Refusal, Translatable, plural, tr
from bot.operations.admins.accounts import AccountRefused
from bot.operations.clerk_entry import add_clerk, change_clerk
from bot.operations.clerk_file import clerk_table, end_of_day
from bot.operations.clerk_import import ClerkImport, import_clerks
from bot.operations.clerks import NoClerk, handing_over, those
from bot.operations.declared.clerks import hand_over_people, renew_codes
from bot.operations.import_report import ImportReport, LineRefused
from bot.operations.qr_code import CODE_TYPES, code_picture
from bot.operations.store_people.codes import (
    MOST,
    VisibleClerk,
    accounts_of,
    clerks_of,
    clerks_seen,
    code_places,
    manage_account,
    may_manage,
    may_write,
    roles_written,
)
from bot.operations.store_people.visibility import stores_seen
from bot.web.admin.route import OVER_SEVERAL_STORES, OVER_STORES
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

CLERKS, MY_CODE = tr("Clerks"), tr("My QR code")
CELLS = ("number", "name", "role", "store", "phone")
"""What the form of a new clerk asks, by the columns of a table of clerks."""
_NOT_FOUND = RenderedPage("message.html", tr("There is no such clerk"), status=404)
_NO_CODE = RenderedPage("message.html", tr("There is no such QR code"), status=404)


def sheet_address(visit: Visit) -> str:
    """The address of the printed codes of the chosen store, or of all stores; empty for roles that may not
    open it."""
    may = visit.signed.role in OVER_SEVERAL_STORES
    return page_address("/admin/clerks/sheet", store=visit.query("store")) if may else ""


class ClerkPages(AdminPages):
    """`/admin/clerks`, `/admin/clerk`, `/admin/clerk/code`, `/admin/clerk/account`,
    `/admin/clerk/renew`, `/admin/my-code`."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    async def clerks(self, visit: Visit) -> AdminAnswer:
        """The list of clerks that the visitor sees, of one store where one was chosen."""
        return await self._list(visit)

    async def clerk_added(self, visit: Visit) -> AdminAnswer:
        """A new clerk of a store that the visitor sees; what is refused is said at its field."""
        context, cells = self._context, self._cells(visit, *CELLS)
        try:
            clerk = await add_clerk(
                context.stores, context.playbook(), cells, visit.signed.by, self._may_write(visit)
            )
        except (LineRefused, NoClerk) as error:
            return await self._list(visit, error)
        done = tr("{name} is a clerk now: this is their page", name=clerk.name)
        return Redirect(page_address("/admin/clerk", number=clerk.number), flash=Flash(done))

    async def clerk_changed(self, visit: Visit) -> AdminAnswer:
        """Name, store and phone of a clerk; what is refused is said at its field."""
        context, number = self._context, visit.form.get("number", "")
        clerk, cells = await self._clerk(visit, number), self._cells(visit, "name", "store", "phone")
        if clerk is None:
            return _NOT_FOUND
        try:
            done = await change_clerk(
                context.stores, context.playbook(), number, cells, visit.signed.by, self._may_write(visit)
            )
        except (LineRefused, NoClerk) as error:
            page = await self._clerk_page(visit, clerk, error)
            return replace(page, status=409, refused=error.message)
        said = tr("It is kept")
        if done.left_behind:
            said = plural(
                "It is kept. 1 person stays with the store before: hand them over to the clerk's own number,"
                " and they come along",
                "It is kept. {number} people stay with the store before: hand them over to the clerk's own"
                " number, and they come along",
                done.left_behind,
            )
        seen = await self._clerk(visit, number)  # nobody's who has left the stores that are the visitor's
        to = "/admin/clerks" if seen is None else page_address("/admin/clerk", number=number)
        return Redirect(to, flash=Flash(said))

    def _may_write(self, visit: Visit) -> Callable[[StoreClerk], bool]:
        return partial(may_write, visit.signed.role, self._context.all_seen(visit))

    def _cells(self, visit: Visit, *columns: str) -> Mapping[str, str]:
        """What was written; who has one store writes of that one."""
        written, seen = (
            {one: visit.form.get(one, "").strip() for one in columns},
            self._context.all_seen(visit),
        )
        only = seen.names[0] if isinstance(seen, OfStores) and len(seen.names) == 1 else ""
        return {**written, "store": written["store"] or only}

    def _places(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """The stores among which the visitor chooses, by name, with their titles."""
        playbook = self._context.playbook()
        names = stores_seen(self._context.all_seen(visit), playbook)
        return [(name, playbook.stores[name].title) for name in names]

    async def _list(self, visit: Visit, refused: LineRefused | NoClerk | None = None) -> RenderedPage:
        context, playbook = self._context, self._context.playbook()
        off = visit.query("state") == "suspended"
        found = await clerks_seen(context.stores, playbook, context.seen(visit), suspended_only=off)
        data = {
            "clerks": [(one, f"/admin/clerk?{urlencode({'number': one.number})}") for one in found[:MOST]],
            "is_more": len(found) > MOST,
            "choice": context.choice(visit, state=visit.query("state")),
            "states": [(visit.address(state=""), not off), (visit.address(state="suspended"), off)],
            "is_off": off,
            "may_import": visit.signed.role in OVER_STORES,
            "sheet": sheet_address(visit),
            "many_stores": len(stores_seen(context.all_seen(visit), playbook)) > 1,
            "roles": roles_written(visit.signed.role) if playbook.stores else [],
            "places": self._places(visit),
            "groups": [*playbook.store_groups.items()] if visit.signed.role in OVER_STORES else [],
            **_wrong(visit, refused),
        }
        status, says = (200, None) if refused is None else (409, refused.message)
        return RenderedPage("clerks.html", CLERKS, data, status, says)

    async def clerk(self, visit: Visit) -> AdminAnswer:
        """The page of a clerk with the QR codes."""
        clerk = await self._clerk(visit, visit.query("number"))
        return _NOT_FOUND if clerk is None else await self._clerk_page(visit, clerk)

    async def clerk_account(self, visit: Visit) -> AdminAnswer:
        """Carry out the form's `do` on an account of a clerk; a start password is shown this once."""
        context, form = self._context, visit.form
        clerk = await self._clerk(visit, form.get("number", ""))
        if clerk is None:
            return _NOT_FOUND
        action, name = form.get("do", ""), form.get("name", "")
        try:
            given = await manage_account(
                context.staff, context.stores, context.playbook(), visit.signed, clerk, action, name
            )
        except AccountRefused as error:
            return replace(await self._clerk_page(visit, clerk), status=409, refused=error.message)
        if given is None:
            return Redirect(f"/admin/clerk?{urlencode({'number': clerk.number})}")
        back = f"/admin/clerk?{urlencode({'number': clerk.number})}"
        data = {"name": given.name, "person": clerk.name, "password": given.password, "back": back}
        return RenderedPage(
            "start_password.html", tr("The start password"), {**data, "to": tr("To the clerk")}
        )

    async def clerk_renewed(self, visit: Visit) -> AdminAnswer:
        """A new code for a clerk; the old one is good until the end of a day, or not any more."""
        context, number = self._context, visit.form.get("number", "")
        clerk = await self._clerk(visit, number)
        if clerk is None:
            return _NOT_FOUND
        if not may_manage(visit.signed.role, clerk):
            return RenderedPage("message.html", tr("somebody else looks after this clerk"), status=403)
        day = visit.form.get("until", "")
        try:
            until = date.fromisoformat(day) if day else None
            await renew_codes(visit.call(context), (number,), until)
        except (ValueError, OverflowError):
            refused = tr("{date} is no date; write it like 2026-12-31", date=day)
            return replace(await self._clerk_page(visit, clerk), status=409, refused=refused)
        except Refusal as error:
            return replace(await self._clerk_page(visit, clerk), status=409, refused=error.message)
        said = (
            tr("{name} has a new code. The old one binds nobody any more", name=clerk.name)
            if until is None
            else tr("{name} has a new code. The old one is good until {day}", name=clerk.name, day=day)
        )
        return Redirect(page_address("/admin/clerk", number=number), flash=Flash(said))

    async def my_code(self, visit: Visit) -> AdminAnswer:
        """The visitor's own codes; an account of a store, not of a clerk, has those of its clerks."""
        number = visit.signed.scope.clerk
        clerk = await self._clerk(visit, number) if number else None
        if clerk is not None:
            return self._with_codes(clerk, MY_CODE, is_own=True)
        return Redirect("/admin/clerks")

    async def clerk_code(self, visit: Visit) -> AdminAnswer:
        """The QR code as a picture, or as a file to be kept."""
        clerk = await self._clerk(visit, visit.query("number"))
        kind = visit.query("as")
        if clerk is None or kind not in CODE_TYPES:
            return _NO_CODE
        places = code_places(self._context.playbook(), self._context.settings().channels, clerk)
        link = next((one.link for one in places if one.channel == visit.query("on")), None)
        if link is None:
            return _NO_CODE
        name = f"{clerk.number}.{kind}" if visit.query("keep") else ""
        return Download(code_picture(link, kind), CODE_TYPES[kind], name)

    async def _clerk_page(
        self, visit: Visit, clerk: VisibleClerk, refused: LineRefused | NoClerk | None = None
    ) -> RenderedPage:
        """A clerk, with a form for who writes of them, and their accounts for who looks after these."""
        shown = self._with_codes(clerk, tr("{name}", name=clerk.name), is_own=False)
        [known] = await those(self._context.stores, [clerk.number])
        if self._may_write(visit)(known):
            phone = "" if known.phone is None else masked(known.phone)
            typed = {"name": clerk.name, "store": known.store} if refused is None else visit.form
            data = {"known": known, "places": self._places(visit), "masked": phone, **_wrong(visit, refused)}
            shown = replace(shown, data={**shown.data, **data, "typed": typed})
        if not may_manage(visit.signed.role, clerk):
            return shown
        accounts = await accounts_of(self._context.stores, clerk)
        offered = account_name(clerk.number) if not accounts else ""
        return replace(shown, data={**shown.data, "accounts": accounts, "offered_name": offered})

    def _with_codes(self, clerk: VisibleClerk, title: Translatable, *, is_own: bool) -> RenderedPage:
        places = [
            (one, f"/admin/clerk/code?{urlencode({'number': clerk.number, 'on': one.channel})}&as=")
            for one in code_places(self._context.playbook(), self._context.settings().channels, clerk)
        ]
        data = {"clerk": clerk, "codes": places, "is_own": is_own, "accounts": None, "offered_name": ""}
        data |= {"known": None}
        return RenderedPage("clerk_code.html", title, data)

    async def _clerk(self, visit: Visit, number: str) -> VisibleClerk | None:
        """The clerk of this number, if the visitor may see them."""
        context = self._context
        found = await clerks_of(context.stores, context.playbook(), context.all_seen(visit), [number])
        return found.get(number)


def _wrong(visit: Visit, refused: LineRefused | NoClerk | None) -> Mapping[str, object]:
    """What was typed into a form that was refused, and at which field."""
    if refused is None:
        return {"typed": {}, "wrong": "", "says": None}
    wrong = refused.column if isinstance(refused, LineRefused) else ""
    return {"typed": visit.form, "wrong": wrong, "says": refused.message}


IMPORT, HAND_OVER = tr("Bring clerks in"), tr("Hand people over")
SHOWN = 200
"""The most refused lines that a page shows."""


class StaffingPages(AdminPages):
    """`/admin/clerks/import`, `/admin/clerk/hand-over`."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    async def clerks_import(self, visit: Visit) -> AdminAnswer:
        """The form for a table of clerks."""
        return self._form()

    async def clerks_imported(self, visit: Visit) -> AdminAnswer:
        """Import the table, and show what came of each line."""
        context, sent = self._context, visit.file
        playbook = context.playbook()
        if sent is None or not sent.content:
            return self._form(tr("choose a file first"))
        day = visit.form.get("until", "")
        try:
            until = end_of_day(date.fromisoformat(day), playbook) if day else None
        except (ValueError, OverflowError):
            return self._form(tr("{date} is no date; write it like 2026-12-31", date=day))
        lines = iter(clerk_table(BytesIO(sent.content), sent.name).lines)
        may = partial(_looks_after, visit)
        try:
            done = await import_clerks(
                context.stores, playbook, sent.name, lines, visit.signed.by, old_until=until, may=may
            )
        except Refusal as error:
            return self._form(error.message)
        return RenderedPage(
            "clerks_imported.html", IMPORT, _import_summary(done), 200 if not done.refused else 409
        )

    async def clerk_hand_over(self, visit: Visit) -> AdminAnswer:
        """Hand a clerk's people over to another clerk: first how many they are, then,
        confirmed, it is done."""
        context, form = self._context, visit.form
        was, to = form.get("number", ""), form.get("to", "")
        try:
            handing = await handing_over(context.stores, was, to)
            for one in (handing.was, handing.to):
                if not may_manage(visit.signed.role, one):
                    raise NoClerk(tr("somebody else looks after this clerk"))
        except NoClerk as error:
            return _handing({"back": f"/admin/clerk?{urlencode({'number': was})}"}, error.message)
        data = {"handing": handing, "back": f"/admin/clerk?{urlencode({'number': handing.was.number})}"}
        if form.get("yes") != "yes" or not handing.people:
            return _handing({**data, "done": None})
        return _handing({**data, "done": (await hand_over_people(visit.call(context), was, to)).people})

    def _form(self, refused: Translatable | None = None) -> RenderedPage:
        status = 200 if refused is None else 409
        stores = [store.title for store in self._context.playbook().stores.values()]
        return RenderedPage("clerks_import.html", IMPORT, {"stores": stores}, status, refused)


def _looks_after(visit: Visit, clerk: StoreClerk) -> bool:
    return may_manage(visit.signed.role, clerk)


def _handing(data: Mapping[str, object], refused: Translatable | None = None) -> RenderedPage:
    values = {"handing": None, "done": None, **data}
    return RenderedPage("hand_over.html", HAND_OVER, values, 200 if refused is None else 409, refused)


def _import_summary(done: ClerkImport) -> Mapping[str, object]:
    first, *refused = ImportReport.lines(done, str)
    left = [
        (number, people, f"/admin/clerk?{urlencode({'number': number})}")
        for number, people in done.left_behind.items()
    ]
    return {
        "figures": first,
        "refused_lines": refused[:SHOWN],
        "more": max(len(refused) - SHOWN, 0),
        "left": left,
    }
