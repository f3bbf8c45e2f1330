"""Bringing clerks in from a table, and giving the people of one to another (D6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from urllib.parse import urlencode

from bot.model.clerk import StoreClerk
from bot.model.said import Refusal, Said, say
from bot.operations.clerk_file import clerk_lines_in, end_of_day
from bot.operations.clerk_import import ClerkImport, import_clerks
from bot.operations.clerks import NoClerk, hand_over, handing_over
from bot.operations.import_report import in_words
from bot.operations.store_people.accounts import may_manage
from bot.web.admin.store_desk import StoreDesk, explained
from bot.web.admin.visit import AdminAnswer, AdminHandler, Shown, Visit

IMPORT, HAND_OVER = say("Bring clerks in"), say("Hand people over")
SHOWN = 200
"""Refused lines of one page: who has more mends these first."""


class StaffingPages:
    """`/admin/clerks/import`, `/admin/clerk/hand-over`."""

    def __init__(self, desk: StoreDesk) -> None:
        self._desk = desk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {
            "clerks_import": explained(IMPORT, self.form),
            "clerks_imported": explained(IMPORT, self.imported),
            "clerk_hand_over": explained(HAND_OVER, self.hand_over),
        }

    async def form(self, visit: Visit) -> AdminAnswer:
        """Which file."""
        return self._form()

    async def imported(self, visit: Visit) -> AdminAnswer:
        """What came of each line of the file."""
        desk, sent = self._desk, visit.file
        playbook = desk.playbook()
        if sent is None or not sent.content:
            return self._form(say("choose a file first"))
        day = visit.form.get("until", "")
        try:
            until = end_of_day(date.fromisoformat(day), playbook) if day else None
        except (ValueError, OverflowError):
            return self._form(say("{date} is no date; write it like 2026-12-31", date=day))
        lines = clerk_lines_in(sent.content, sent.name)
        may = partial(_looks_after, visit)
        try:
            done = await import_clerks(
                desk.stores, playbook, sent.name, lines, visit.signed.by, old_until=until, may=may
            )
        except Refusal as error:
            return self._form(error.said)
        return Shown("clerks_imported.html", IMPORT, _told(done), 200 if not done.refused else 409)

    async def hand_over(self, visit: Visit) -> AdminAnswer:
        """How many there are; then, after a yes, they are told."""
        desk, form = self._desk, visit.form
        was, to = form.get("number", ""), form.get("to", "")
        try:
            handing = await handing_over(desk.stores, was, to)
            for one in (handing.was, handing.to):
                if not may_manage(visit.signed.role, one):
                    raise NoClerk(say("somebody else looks after this clerk"))
        except NoClerk as error:
            return _handing({"back": f"/admin/clerk?{urlencode({'number': was})}"}, error.said)
        data = {"handing": handing, "back": f"/admin/clerk?{urlencode({'number': handing.was.number})}"}
        if form.get("yes") != "yes" or not handing.people:
            return _handing({**data, "done": None})
        return _handing({**data, "done": await hand_over(desk.stores, handing, visit.signed.by)})

    def _form(self, refused: Said | None = None) -> Shown:
        status = 200 if refused is None else 409
        stores = [store.title for store in self._desk.playbook().stores.values()]
        return Shown("clerks_import.html", IMPORT, {"stores": stores}, status, refused)


def _looks_after(visit: Visit, clerk: StoreClerk) -> bool:
    return may_manage(visit.signed.role, clerk)


def _handing(data: Mapping[str, object], refused: Said | None = None) -> Shown:
    told = {"handing": None, "done": None, **data}
    return Shown("hand_over.html", HAND_OVER, told, 200 if refused is None else 409, refused)


def _told(done: ClerkImport) -> Mapping[str, object]:
    first, *refused = in_words(done)
    left = [
        (number, people, f"/admin/clerk?{urlencode({'number': number})}")
        for number, people in done.left.items()
    ]
    return {
        "figures": first,
        "refused_lines": refused[:SHOWN],
        "more": max(len(refused) - SHOWN, 0),
        "left": left,
    }
