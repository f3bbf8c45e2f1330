"""Clerks and their QR codes, as far as whoever is signed in may see them (D6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from bot.model.admin import account_name
from bot.model.said import Said, say
from bot.operations.admins.accounts import NoAccount
from bot.operations.qr_code import CODE_TYPES, code_picture
from bot.operations.store_people.accounts import accounts_of, manage_account, may_manage
from bot.operations.store_people.codes import MOST, ClerkSeen, clerks_of, clerks_seen, code_places
from bot.operations.store_people.whose import stores_seen
from bot.web.admin.store_desk import StoreDesk, explained
from bot.web.admin.table import OVER_STORES
from bot.web.admin.visit import AdminAnswer, AdminHandler, FileGiven, Goes, Shown, Visit

CLERKS, MY_CODE = say("Clerks"), say("My QR code")
_NOBODY = Shown("told.html", say("There is no such clerk"), status=404)
_NO_CODE = Shown("told.html", say("There is no such QR code"), status=404)


class ClerkPages:
    """`/admin/clerks`, `/admin/clerk`, `/admin/clerk/code`, `/admin/clerk/account`, `/admin/my-code`."""

    def __init__(self, desk: StoreDesk) -> None:
        self._desk = desk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {
            "clerks": explained(CLERKS, self.clerks),
            "clerk": explained(CLERKS, self.clerk),
            "clerk_code": explained(CLERKS, self.picture),
            "clerk_account": explained(CLERKS, self.account),
            "my_code": explained(MY_CODE, self.my_code),
        }

    async def clerks(self, visit: Visit) -> AdminAnswer:
        """All of them, of a store where one was chosen."""
        desk, playbook = self._desk, self._desk.playbook()
        found = await clerks_seen(desk.stores, playbook, desk.seen(visit))
        data = {
            "clerks": [(one, f"/admin/clerk?{urlencode({'number': one.number})}") for one in found[:MOST]],
            "is_more": len(found) > MOST,
            "choice": desk.choice(visit),
            "may_import": visit.signed.role in OVER_STORES,
            "many_stores": len(stores_seen(desk.all_seen(visit), playbook)) > 1,
        }
        return Shown("clerks.html", CLERKS, data)

    async def clerk(self, visit: Visit) -> AdminAnswer:
        """A clerk with their codes."""
        clerk = await self._clerk(visit, visit.asked("number"))
        return _NOBODY if clerk is None else await self._shown(visit, clerk)

    async def account(self, visit: Visit) -> AdminAnswer:
        """Something is done with an account of a clerk; the start password is shown this once."""
        desk, form = self._desk, visit.form
        clerk = await self._clerk(visit, form.get("number", ""))
        if clerk is None:
            return _NOBODY
        deed, name = form.get("do", ""), form.get("name", "")
        try:
            given = await manage_account(
                desk.staff, desk.stores, desk.playbook(), visit.signed, clerk, deed, name
            )
        except NoAccount as error:
            return replace(await self._shown(visit, clerk), status=409, refused=error.said)
        if given is None:
            return Goes(f"/admin/clerk?{urlencode({'number': clerk.number})}")
        data = {"name": given.account.name, "password": given.password, "clerk": clerk}
        return Shown("start_password.html", say("The start password"), data)

    async def my_code(self, visit: Visit) -> AdminAnswer:
        """The codes of whoever asks; an account that is a store's, and nobody's, has those of its clerks."""
        number = visit.signed.scope.clerk
        clerk = await self._clerk(visit, number) if number else None
        if clerk is not None:
            return self._with_codes(clerk, MY_CODE, is_own=True)
        return Goes("/admin/clerks")

    async def picture(self, visit: Visit) -> AdminAnswer:
        """The QR code as a picture, or as a file to be kept."""
        clerk = await self._clerk(visit, visit.asked("number"))
        kind = visit.asked("as")
        if clerk is None or kind not in CODE_TYPES:
            return _NO_CODE
        places = code_places(self._desk.playbook(), self._desk.accounts(), clerk)
        link = next((one.link for one in places if one.channel == visit.asked("on")), None)
        if link is None:
            return _NO_CODE
        name = f"{clerk.number}.{kind}" if visit.asked("keep") else ""
        return FileGiven(code_picture(link, kind), CODE_TYPES[kind], name)

    async def _shown(self, visit: Visit, clerk: ClerkSeen) -> Shown:
        """A clerk, with their accounts for who looks after these."""
        shown = self._with_codes(clerk, say("{name}", name=clerk.name), is_own=False)
        if not may_manage(visit.signed.role, clerk):
            return shown
        accounts = await accounts_of(self._desk.stores, clerk)
        offered = account_name(clerk.number) if not accounts else ""
        return replace(shown, data={**shown.data, "accounts": accounts, "offered_name": offered})

    def _with_codes(self, clerk: ClerkSeen, title: Said, *, is_own: bool) -> Shown:
        places = [
            (one, f"/admin/clerk/code?{urlencode({'number': clerk.number, 'on': one.channel})}&as=")
            for one in code_places(self._desk.playbook(), self._desk.accounts(), clerk)
        ]
        data = {"clerk": clerk, "places": places, "is_own": is_own, "accounts": None, "offered_name": ""}
        return Shown("clerk_code.html", title, data)

    async def _clerk(self, visit: Visit, number: str) -> ClerkSeen | None:
        """Whoever has this number, if they are theirs to see."""
        desk = self._desk
        found = await clerks_of(desk.stores, desk.playbook(), desk.all_seen(visit), [number])
        return found.get(number)
