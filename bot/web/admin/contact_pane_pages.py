"""The page of a customer as the pane beside a chat shows it: the same page, shorter, in a frame.

Its forms are those of the page, so nothing that is being written in the chat is touched by them. What changes
messages, or cannot be taken back, has its page of all; a link leads there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.model.audit import AuditKind
from bot.model.translatable import Translatable, TranslatableValue
from bot.operations.actors import by_name
from bot.operations.contact_view import ContactHistory, history
from bot.operations.find_contacts import LocatedContact
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_person_pages import ContactPersonPages, title_of
from bot.web.admin.route import CONTACTS, IN_PANE, PANE
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import AdminHandler, RenderedPage, Visit, page_address

CONVERSATIONS = 5
"""The last conversations that are shown."""
_OF_STAFF: frozenset[AuditKind] = frozenset({"taken_over", "answered"})


@dataclass(frozen=True, slots=True)
class PastConversation:
    """A day on which somebody of staff was in the conversation."""

    day: date
    by: TranslatableValue
    to: str
    """Where the conversation of that day is read."""


class ContactPanePages(ContactPersonPages):
    """`/admin/pane/{contact}`, and the changes below it."""

    async def _page(
        self,
        visit: Visit,
        found: LocatedContact,
        *,
        reveal: bool = False,
        refused: Translatable | None = None,
    ) -> RenderedPage:
        past = await history(found, self._context.now(), reveal=reveal, rows=0)
        known = await self._known(visit, found, past, reveal=reveal)
        whole = f"{CONTACTS}/{str(known['at']).rpartition('/')[2]}"
        data = {
            **known,
            "is_short": True,
            "may_all": False,
            "show": "",
            "chats": {},
            "tester": "",
            "whole": whole,
            "conversations": self._conversations(past, whole),
        }
        status = 200 if refused is None else 409
        return RenderedPage("contact_pane.html", title_of(found.contact), data, status, refused)

    def _conversations(self, past: ContactHistory, whole: str) -> Sequence[PastConversation]:
        """The last ones that staff were in, newest first."""
        zone = self._context.playbook().zone
        rows = [(row.at.astimezone(zone).date(), row.actor) for row in past.audit if row.what in _OF_STAFF]
        return [
            PastConversation(
                *(day, by_name(actor)),
                page_address(whole, show="conversation", before=f"{_end_of(day):%Y-%m-%d %H:%M}"),
            )
            for day, actor in list(dict.fromkeys(rows))[:CONVERSATIONS]
        ]


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time())


def pane_handlers(context: ContactContext) -> Mapping[str, AdminHandler]:
    """The handlers of the pane, by the names of rows of the table."""
    handlers = ContactPanePages(replace(context, pages=lambda visit: PANE)).handlers()
    return {row.name: handlers[row.name.removeprefix(IN_PANE)] for row in ROUTES if row.is_framed}
