"""One broadcast in the console: test it, send it, pause, resume and cancel it (I1–I7)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TypeAlias

from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.times.local_time import utc
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.broadcasts.offer import SendingOffer, offer_of
from bot.operations.broadcasts.steering import SteeringRefused, call_off
from bot.operations.catalog.call import OperationCall
from bot.operations.declared.broadcasts import (
    SteeredSending,
    agree_to_broadcast,
    cancel_broadcast,
    pause_broadcast,
    resume_broadcast,
    send_broadcast,
    try_broadcast,
)
from bot.operations.testers import all_testers
from bot.store.broadcasts.sendings import sending_id
from bot.translations.chinese import CHINESE
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import ONE
from bot.web.admin.broadcast_view import CANCEL, SEND, UNKNOWN, BroadcastView
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    PageGone,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
    whole_number,
)

TAKEN_OVER_WITHIN = 10.0
"""Seconds until every server has what was published."""
PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
"""A price in a form, with up to nine decimals."""
CHOSEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
"""A moment as a field `datetime-local` sends it: `2026-11-27T10:00`."""
MOST_PEOPLE = 10**9
"""The largest number of people that a form may say."""
NOT_SEEN = tr("Nothing was sent: look at how many get it first")
NO_MOMENT = tr("choose a day and a time")
GONE = RenderedPage("message.html", tr("The playbook has no such broadcast"), status=404)

SteerOperation: TypeAlias = Callable[[OperationCall, str, str], Awaitable[SteeredSending]]
"""An operation that pauses, resumes or cancels: by the broadcast's name and the id of the sending that was
shown."""


@dataclass(frozen=True, slots=True)
class BroadcastPages(AdminPages):
    """`/admin/broadcasts/one` and what is below it."""

    context: BroadcastContext

    @property
    def view(self) -> BroadcastView:
        """Draws the page."""
        return BroadcastView(self.context)

    async def broadcast(self, visit: Visit) -> AdminAnswer:
        """The page; with `new` in the address, just after publishing, once its next time is planned."""
        if visit.query("new"):  # just published: this server has it, and its time is planned, in a moment
            end = monotonic() + TAKEN_OVER_WITHIN
            while monotonic() < end:
                if await self._is_planned(visit):
                    break
                await asyncio.sleep(0.1)
        return await self.view.page(visit, self._named(visit))

    async def _is_planned(self, visit: Visit) -> bool:
        """Whether this server has the broadcast, and its next time, where it has one, is stored as a sending,
        which can be paused and cancelled."""
        broadcast = self.context.playbook().broadcasts.get(visit.query("name"))
        if broadcast is None:
            return False
        moment = next_time(broadcast, self.context.now(), self.context.playbook().zone)
        if moment is None or broadcast.dropped:
            return True
        return await self.context.stores.sendings.one(sending_id(broadcast.name, moment)) is not None

    async def broadcast_offer(self, visit: Visit) -> AdminAnswer:
        """The page with how many get it now, its cost, and the button that sends it."""
        broadcast = self._named(visit)
        return await self.view.page(visit, broadcast, offer=await self._offer(visit, broadcast))

    async def _offer(self, visit: Visit, broadcast: Broadcast) -> SendingOffer:
        context, at = self.context, self._chosen(visit)
        about = (context.stores, context.playbook(), broadcast, context.line(), context.now())
        return await offer_of(*about, at)

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self.view.page(visit, self._named(visit), error.message)

    def _chosen(self, visit: Visit) -> datetime | None:
        """The moment that the form says, by the shop's clock; `None`: now. Raises `SteeringRefused`."""
        written = visit.form.get("at", "")
        if not written:
            return None
        if CHOSEN.fullmatch(written) is None:
            raise SteeringRefused(NO_MOMENT)
        try:
            wall = datetime.fromisoformat(written)
        except ValueError as error:
            raise SteeringRefused(NO_MOMENT) from error
        return utc(wall.date(), wall.time(), self.context.playbook().zone)

    async def broadcast_send(self, visit: Visit) -> AdminAnswer:
        """Send it now or at the moment that was chosen, if it is as the page has shown
        it. Raises `Refusal`."""
        broadcast, context, form = self._named(visit), self.context, visit.form
        people, cost = form.get("people", ""), form.get("cost", "")
        if not (_is_cost(cost) and people.isascii() and people.isdigit() and len(people) <= 9):
            raise Refusal(NOT_SEEN)
        if form.get("typed") and not _typed(visit, SEND):
            return await self._again(visit, broadcast, tr("Nothing was sent: the word is another one"))
        try:
            sending = await send_broadcast(
                *(visit.call(context), broadcast.name, int(people), form.get("content", ""), _cost(cost)),
                again=form.get("repeats", "") if form.get("again") == "yes" else "",
                sure=_typed(visit, SEND),
                at=self._chosen(visit),
            )
        except Refusal as error:
            return await self._again(visit, broadcast, error.message)
        name = visible(broadcast.title or broadcast.name)
        is_braked = (await context.stores.brakes.read()).holds(broadcast.channel)
        goes = tr("{name} waits: it goes out once pushes go on", name=name)
        said = goes if is_braked else tr("{name} goes out", name=name)
        if form.get("at"):
            at = sending.moment.astimezone(context.playbook().zone)
            said = tr("{name} goes out at {moment}", name=name, moment=f"{at:%Y-%m-%d %H:%M}")
        return Redirect(_to(broadcast), flash=Flash(said))

    async def _again(self, visit: Visit, broadcast: Broadcast, refused: Translatable) -> RenderedPage:
        """The page with why nothing was sent, and how it stands by now."""
        offer = None
        with suppress(Refusal):
            offer = await self._offer(visit, broadcast)
        return await self.view.page(visit, broadcast, refused, offer)

    async def broadcast_test(self, visit: Visit) -> AdminAnswer:
        """Push it to the testers of the form. Raises `Refusal` where none is chosen."""
        broadcast, context = self._named(visit), self.context
        known = await all_testers(context.stores, context.playbook())
        names = tuple(one.name for one in known if f"to {one.name}" in visit.form)
        if not names:
            raise Refusal(tr("Nobody was sent anything: choose whom"))
        done = (await try_broadcast(visit.call(context), broadcast.name, names)).tried
        if any(one.why_not is not None for one in done):
            return await self.view.page(visit, broadcast, tried=done)
        sent = tr("Sent to {names}", names=row(dict.fromkeys(one.tester for one in done)))
        return Redirect(_to(broadcast), flash=Flash(sent))

    async def broadcast_pause(self, visit: Visit) -> AdminAnswer:
        """Pause it: nobody more is sent it."""
        said = tr("It is paused: what is under way ends, nobody new is called")
        return await self._steered(visit, pause_broadcast, said, "resume")

    async def broadcast_resume(self, visit: Visit) -> AdminAnswer:
        """Resume it."""
        return await self._steered(visit, resume_broadcast, tr("It goes on"), "pause")

    async def broadcast_agree(self, visit: Visit) -> AdminAnswer:
        """Send an order that waits because it is not what was shown, to the people that
        the page shows now."""
        broadcast, form = self._named(visit), visit.form
        people, cost, covers = (form.get(one, "") for one in ("people", "cost", "covers"))
        if not _is_cost(cost):
            raise Refusal(NOT_SEEN)
        await agree_to_broadcast(
            *(visit.call(self.context), broadcast.name, form.get("sending", "")),
            people=whole_number(people, MOST_PEOPLE),
            content=form.get("content", ""),
            cost=_cost(cost),
            covers=whole_number(covers, MOST_PEOPLE) if covers else None,
        )
        said = tr("{name} goes out all the same", name=visible(broadcast.title or broadcast.name))
        return Redirect(_to(broadcast), flash=Flash(said))

    async def broadcast_cancel(self, visit: Visit) -> AdminAnswer:
        """Cancel it, once the word is typed: nobody more is sent it. A sending that nobody has got yet needs
        no word."""
        broadcast, shown = self._named(visit), visit.form.get("sending", "")
        if visit.form.get("only") == "before":
            await call_off(self.context.stores, broadcast, visit.signed.by, shown)
            return Redirect(_to(broadcast), flash=Flash(tr("It is cancelled: nobody has got it")))
        if not _typed(visit, CANCEL):
            raise Refusal(tr("Nothing was cancelled: the word is another one"))
        said = tr("It is cancelled: nobody is called any more who was not called yet")
        return await self._steered(visit, cancel_broadcast, said)

    async def _steered(
        self, visit: Visit, steer: SteerOperation, said: Translatable, back: str = ""
    ) -> AdminAnswer:
        broadcast, shown = self._named(visit), visit.form.get("sending", "")
        sending = (await steer(visit.call(self.context), broadcast.name, shown)).sending
        undo = Undo(f"{ONE}/{back}", {"name": broadcast.name, "sending": sending}) if back else None
        return Redirect(_to(broadcast), flash=Flash(said, undo))

    def _named(self, visit: Visit) -> Broadcast:
        """The broadcast of the form or the address. Raises `PageGone`."""
        name = visit.form.get("name", "") or visit.query("name")
        broadcast = self.context.playbook().broadcasts.get(name)
        if broadcast is None:
            raise PageGone(GONE)
        return broadcast


def _to(broadcast: Broadcast) -> str:
    return page_address(ONE, name=broadcast.name)


def _is_cost(written: str) -> bool:
    return written == UNKNOWN or PRICE.fullmatch(written) is not None


def _cost(written: str) -> float | None:
    return None if written == UNKNOWN else float(written)


def _typed(visit: Visit, word: Translatable) -> bool:
    """Whether the word was typed, in either language."""
    return visit.form.get("typed", "").strip().casefold() in (str(word), CHINESE.text(word))
