"""Stopping all pushes, and letting them go on again, from every page (requirement K5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import CONSOLE
from bot.model.brake import PushStop
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import actor_words
from bot.operations.brake import StopScope, brake_view, resume_pushes, running_now, stop_pushes
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE
from bot.web.admin.frame import ShopNow, near_moment
from bot.web.admin.route import STOP
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Undo, Visit
from bot.wording.stop_words import which

RESUME = f"{STOP}/resume"
TITLE = tr("Stop all pushes")
WORD = tr("stop")
"""What is typed, in the language of the page; the other's word is as good."""


@dataclass(frozen=True, slots=True)
class StopPages(AdminPages):
    """`/admin/stop`. `look` has this process read what is stopped; `now` is the time of the people."""

    stores: Stores
    playbook: Callable[[], Playbook]
    shop: Callable[[], ShopNow]
    look: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]

    async def stop(self, visit: Visit) -> AdminAnswer:
        """What is stopped, and what runs."""
        return await self._page(visit)

    async def stop_sent(self, visit: Visit) -> AdminAnswer:
        """Pushes are stopped, once the word is typed; else nothing is done."""
        typed, channel = visit.form.get("typed", "").strip().casefold(), visit.form.get("channel", "")
        if typed not in (str(WORD), CHINESE.text(WORD)):
            return await self._page(visit, tr("Nothing was stopped: the word is another one"))
        channels = self.shop().channels
        stop, is_new = await stop_pushes(
            self.stores, StopScope(channel or None), visit.signed.by, channels, self.playbook(), self.now()
        )
        await self._looked()
        if not is_new:
            return Redirect(
                STOP, flash=Flash(tr("That was stopped already, by {who}", who=_stopped_by(stop)))
            )
        done = tr("Stopped: {what}. Every server knows within a second", what=which(stop))
        return Redirect(STOP, flash=Flash(done, Undo(RESUME, _scope(stop))))

    async def stop_resumed(self, visit: Visit) -> AdminAnswer:
        """What was stopped by just these words goes on."""
        scope = StopScope(*(visit.form.get(name) or None for name in ("channel", "flow")))
        ended, _ = await resume_pushes(self.stores, scope, visit.signed.by, self.now())
        await self._looked()
        done = tr("Pushes go on: {what}. What came due meanwhile is late", what=which(ended))
        return Redirect(STOP, flash=Flash(done))

    async def _looked(self) -> None:
        """The banner of the next page says what is so by now."""
        with suppress(DatabaseUnavailable):  # it is done; this process reads it within a second
            await self.look()

    async def _page(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        playbook, channels = self.playbook(), self.shop().channels
        view, running = await brake_view(self.stores, playbook), await running_now(self.stores, playbook)
        all_stopped = view.brake.stop_of(PushStop(None, None, "", visit.now).key) is not None
        data = {
            "stops": [
                (which(stop), stop, _stopped_by(stop), _scope(stop), stop.flow in view.unknown)
                for stop in view.brake.stops
            ],
            "held": view.people,
            "running": running,
            "when": lambda at: visit.words.words(near_moment(self.shop().zone, self.now(), at)),
            "may_stop": {name: title for name, title in channels.items() if not view.brake.holds(name)},
            "is_all": all_stopped,
            "resume": RESUME,
            "word": WORD,
            "chosen": visit.form.get("channel", ""),
        }
        return RenderedPage("stop.html", TITLE, data, 200 if refused is None else 422, refused)


def _stopped_by(stop: PushStop) -> TranslatableValue:
    return actor_words(stop.by.removeprefix(CONSOLE))


def _scope(stop: PushStop) -> Mapping[str, str]:
    return {"channel": stop.channel or "", "flow": stop.flow or ""}
