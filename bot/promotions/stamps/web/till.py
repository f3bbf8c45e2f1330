"""The till, for who shows their own code: a clerk stamps their cards, and undoes a mistake (N2)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.model.translatable import Translatable, plural, tr
from bot.operations.till import OWN_UNDO, TillActor, store_of
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.operations.acts import clerk_act, person_at_till, stamp
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, page_address

PAGE = "/admin/till/person"
TITLE = tr("Stamp a card")
LOOKED_AT_FOR = timedelta(minutes=15)
"""For so long after their code was read a person's cards can be stamped."""
_GONE = tr("Ask for the customer's code once more: this page has become old")
_REFUSED = tr("Nothing was stamped: today's stamps are there, or the card is over")
_WAITS = tr("This takes longer than usual. Look again in a moment: it is done once, whatever happens")


class StampTillPages(AdminPages):
    """`/admin/till/person`."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    async def till_person(self, visit: Visit) -> AdminAnswer:
        """The cards of the person whose code was read; with the last press here, which can be undone."""
        opened = self._opened(visit, visit.query("person"))
        if opened is None:
            return _page(None, _GONE, 409)
        contact, _, last, card, pressed = opened
        context = self._context
        person = await person_at_till(context.stores, context.playbook(), contact)
        if person is None:
            return _page(None, _GONE, 404)
        data = {
            "person": person,
            "part": visit.query("person"),
            "press": uuid.uuid4().hex,
            "last": card if self._is_undoable(last, pressed) else None,
        }
        return _page(data)

    async def till_stamped(self, visit: Visit) -> AdminAnswer:
        """Stamps are put on a card, or the last press of this page is taken back."""
        form, context = visit.form, self._context
        opened, act_id = self._opened(visit, form.get("person", "")), form.get("press", "")
        if opened is None or not act_id:
            return _page(None, _GONE, 409)
        contact, at, last, last_card, pressed = opened
        undoes = last if form.get("undo") == "1" else ""
        if form.get("undo") == "1" and not self._is_undoable(last, pressed):
            return _page(None, tr("You cannot undo this any more. Please ask your store manager"), 403)
        card = last_card if undoes else form.get("card", "")
        known = STAMP_CARDS.of(context.playbook()).get(card)
        count = _count(form.get("count", "1"), known.cells if known is not None else 1)
        if count is None:
            most = known.cells if known is not None else 1
            return _page(None, tr("Write how many stamps: 1 to {most}", most=most), 422)
        actor = TillActor(visit.signed.by, await store_of(context.stores, visit.signed))
        act = clerk_act(card, count, actor, act_id, undoes=undoes)
        done = await stamp(context.stores, context.playbook(), contact, act)
        if done == "unknown":
            return _page(None, _GONE, 404)
        stays = act_id if done in ("done", "waits") and not undoes else ""
        return Redirect(
            till_address(context, visit, contact, stays, card, at), flash=Flash(_said(done, count, undoes))
        )

    def _is_undoable(self, last: str, pressed: str) -> bool:
        return bool(last) and self._context.now() - datetime.fromisoformat(pressed) < OWN_UNDO

    def _opened(self, visit: Visit, part: str) -> Sequence[str] | None:
        """Contact, since when, last press, its card and when; `None` of what is no part, or an old one."""
        found = self._context.parts.opened(visit.signed.name, "person", part)
        if found is None or self._context.now() - datetime.fromisoformat(found[1]) > LOOKED_AT_FOR:
            return None
        return found


def till_address(
    context: StoreContext, visit: Visit, contact: str, last: str = "", card: str = "", at: str | None = None
) -> str:
    """Where a person's cards are stamped, sealed for this account; `last` is the press to undo."""
    now = context.now().isoformat()
    parts = context.parts.sealed(visit.signed.name, "person", contact, at or now, last, card, now)
    return page_address(PAGE, person=parts)


def _count(text: str, most: int) -> int | None:
    """One press fills one card at most: who stamps more at once presses again, and the log has both."""
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= most else None


def _said(done: str, count: int, undoes: str) -> Translatable:
    if done == "waits":
        return _WAITS
    if done == "refused":
        return _REFUSED
    if undoes:
        return tr("Undone: the stamps are taken back. A coupon that they gave stays")
    return plural("1 stamp was put on", "{number} stamps were put on", count)


def _page(
    data: Mapping[str, object] | None, refused: Translatable | None = None, status: int = 200
) -> RenderedPage:
    return RenderedPage("stamp_till.html", TITLE, data or {"person": None}, status, refused)
