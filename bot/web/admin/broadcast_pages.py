"""One broadcast in the console: it is tried out, sent, steered (I1–I7)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import monotonic

from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.times.local_time import utc
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.admins.same_account import is_same_account
from bot.operations.broadcasts.offer import offer_of, send_as_shown
from bot.operations.broadcasts.steering import (
    Steer,
    SteeringRefused,
    agree,
    call_off,
    cancel_sending,
    pause,
    resume,
)
from bot.operations.broadcasts.trying_out import try_out
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
CHOSEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
MOST_PEOPLE = 10**9
NOT_SEEN = tr("Nothing was sent: look at how many get it first")
NO_MOMENT = tr("choose a day and a time")
GONE = RenderedPage("message.html", tr("The playbook has no such broadcast"), status=404)


@dataclass(frozen=True, slots=True)
class BroadcastPages(AdminPages):
    """`/admin/broadcasts/one`."""

    context: BroadcastContext

    @property
    def view(self) -> BroadcastView:
        """What stands there."""
        return BroadcastView(self.context)

    async def broadcast(self, visit: Visit) -> AdminAnswer:
        """All of it."""
        broadcast = self._named(visit)
        if visit.query("new"):  # just published: this server has it, and its time is planned, in a moment
            end = monotonic() + TAKEN_OVER_WITHIN
            while monotonic() < end and (broadcast is None or not await self._is_planned(broadcast)):
                await asyncio.sleep(0.1)
                broadcast = self._named(visit)
        return GONE if broadcast is None else await self.view.page(visit, broadcast)

    async def _is_planned(self, broadcast: Broadcast) -> bool:
        """Whether its next time, where it has one, is stored as a sending: what can be paused and called
        off."""
        moment = next_time(broadcast, self.context.now(), self.context.playbook().zone)
        if moment is None or broadcast.dropped:
            return True
        return await self.context.stores.sendings.one(sending_id(broadcast.name, moment)) is not None

    async def broadcast_offer(self, visit: Visit) -> AdminAnswer:
        """How many get it now, what it costs, and the button that sends it."""
        broadcast, context = self._named(visit), self.context
        if broadcast is None:
            return GONE
        try:
            at = self._chosen(visit)
            found = await offer_of(
                context.stores, context.playbook(), broadcast, context.line(), context.now(), at
            )
        except Refusal as error:
            return await self.view.page(visit, broadcast, error.message)
        return await self.view.page(visit, broadcast, offer=found)

    def _chosen(self, visit: Visit) -> datetime | None:
        """The moment that the form says, by the clock of the shop; `None`: now. Raises `SteeringRefused`."""
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
        """It goes out, or at the moment that was chosen, as the page has shown it."""
        broadcast, context, form = self._named(visit), self.context, visit.form
        if broadcast is None:
            return GONE
        people, cost = form.get("people", ""), form.get("cost", "")
        if not (_is_cost(cost) and people.isascii() and people.isdigit() and len(people) <= 9):
            return await self.view.page(visit, broadcast, NOT_SEEN)
        if form.get("typed") and not _typed(visit, SEND):
            return await self._again(visit, broadcast, tr("Nothing was sent: the word is another one"))
        try:
            sending = await send_as_shown(
                *(
                    context.stores,
                    context.playbook(),
                    broadcast,
                    context.line(),
                    visit.signed.by,
                    context.now(),
                ),
                people=int(people),
                content=form.get("content", ""),
                cost=None if cost == UNKNOWN else Decimal(cost),
                again=form.get("repeats", "") if form.get("again") == "yes" else "",
                is_sure=_typed(visit, SEND),
                may_still=lambda: is_same_account(context.stores, visit.signed),
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
        """Why nothing was sent, and how it stands by now."""
        context = self.context
        try:
            at = self._chosen(visit)
            found = await offer_of(
                context.stores, context.playbook(), broadcast, context.line(), context.now(), at
            )
        except Refusal:
            return await self.view.page(visit, broadcast, refused)
        return await self.view.page(visit, broadcast, refused, found)

    async def broadcast_test(self, visit: Visit) -> AdminAnswer:
        """Pushed to these testers, or to all."""
        broadcast, context = self._named(visit), self.context
        if broadcast is None:
            return GONE
        playbook = context.playbook()
        known = await all_testers(context.stores, playbook)
        names = [one.name for one in known if f"to {one.name}" in visit.form]
        if not names:
            return await self.view.page(visit, broadcast, tr("Nobody was sent anything: choose whom"))
        try:
            done = await try_out(
                *(
                    context.stores,
                    playbook,
                    broadcast,
                    names,
                    context.line(),
                    visit.signed.by,
                    context.personal,
                ),
                visit.form.get("form", ""),
            )
        except Refusal as error:
            return await self.view.page(visit, broadcast, error.message)
        if any(one.why_not is not None for one in done):
            return await self.view.page(visit, broadcast, tried=done)
        names = list(dict.fromkeys(one.tester for one in done))
        return Redirect(_to(broadcast), flash=Flash(tr("Sent to {names}", names=row(names))))

    async def broadcast_pause(self, visit: Visit) -> AdminAnswer:
        """Nobody new is called."""
        said = tr("It is paused: what is under way ends, nobody new is called")
        return await self._steered(visit, pause, said, "resume")

    async def broadcast_resume(self, visit: Visit) -> AdminAnswer:
        """It goes on."""
        return await self._steered(visit, resume, tr("It goes on"), "pause")

    async def broadcast_agree(self, visit: Visit) -> AdminAnswer:
        """An order that waits, as it is not what was shown, goes out to the people that stand there now."""
        broadcast, form = self._named(visit), visit.form
        if broadcast is None:
            return GONE
        people, cost, covers = (form.get(one, "") for one in ("people", "cost", "covers"))
        if not _is_cost(cost):
            return await self.view.page(visit, broadcast, NOT_SEEN)
        try:
            await agree(
                *(self.context.stores, broadcast, visit.signed.by, form.get("sending", "")),
                people=whole_number(people, MOST_PEOPLE),
                content=form.get("content", ""),
                cost=None if cost == UNKNOWN else Decimal(cost),
                covers=whole_number(covers, MOST_PEOPLE) if covers else None,
                now=self.context.now(),
            )
        except Refusal as error:
            return await self.view.page(visit, broadcast, error.message)
        said = tr("{name} goes out all the same", name=visible(broadcast.title or broadcast.name))
        return Redirect(_to(broadcast), flash=Flash(said))

    async def broadcast_cancel(self, visit: Visit) -> AdminAnswer:
        """Nobody is called any more, once the word is typed; without it what nobody has got yet."""
        broadcast = self._named(visit)
        if visit.form.get("only") == "before":
            return await self._steered(visit, call_off, tr("It is cancelled: nobody has got it"))
        if broadcast is not None and not _typed(visit, CANCEL):
            return await self.view.page(
                visit, broadcast, tr("Nothing was cancelled: the word is another one")
            )
        said = tr("It is cancelled: nobody is called any more who was not called yet")
        return await self._steered(visit, cancel_sending, said)

    async def _steered(self, visit: Visit, steer: Steer, said: Translatable, back: str = "") -> AdminAnswer:
        broadcast = self._named(visit)
        if broadcast is None:
            return GONE
        try:
            shown = visit.form.get("sending", "")
            sending = await steer(self.context.stores, broadcast, visit.signed.by, shown)
        except Refusal as error:
            return await self.view.page(visit, broadcast, error.message)
        undo = Undo(f"{ONE}/{back}", {"name": broadcast.name, "sending": sending.id}) if back else None
        return Redirect(_to(broadcast), flash=Flash(said, undo))

    def _named(self, visit: Visit) -> Broadcast | None:
        name = visit.form.get("name", "") or visit.query("name")
        return self.context.playbook().broadcasts.get(name)


def _to(broadcast: Broadcast) -> str:
    return page_address(ONE, name=broadcast.name)


def _is_cost(written: str) -> bool:
    return written == UNKNOWN or PRICE.fullmatch(written) is not None


def _typed(visit: Visit, word: Translatable) -> bool:
    return visit.form.get("typed", "").strip().casefold() in (str(word), CHINESE.text(word))
