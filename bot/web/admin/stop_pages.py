"""Stopping all pushes, and letting them go on again, from every page (requirement K5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.brake import PushStop
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.brake import brake_view, running_now
from bot.operations.declared.stop import resume_pushes, stop_pushes
from bot.translations.chinese import CHINESE
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.frame import near_moment
from bot.web.admin.route import STOP
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Undo, Visit
from bot.wording.stop_words import which

RESUME = f"{STOP}/resume"
TITLE = tr("Stop all pushes")
WORD = tr("stop")
"""What is typed to confirm, in either language."""


@dataclass(frozen=True, slots=True)
class StopPages(AdminPages):
    """`/admin/stop` and `/admin/stop/resume`."""

    context: ConsoleContext

    async def stop(self, visit: Visit) -> AdminAnswer:
        """The page: what is stopped, and what runs."""
        return await self._page(visit)

    async def stop_sent(self, visit: Visit) -> AdminAnswer:
        """Stop pushes, of all channels or one, once the word is typed."""
        typed, channel = visit.form.get("typed", "").strip().casefold(), visit.form.get("channel", "")
        if typed not in (str(WORD), CHINESE.text(WORD)):
            return await self._page(visit, tr("Nothing was stopped: the word is another one"))
        stop = await stop_pushes(visit.call(self.context), channel or None)
        if not stop.new:
            by = tr("That was stopped already, by {who}", who=_stopped_by(stop))
            return Redirect(STOP, flash=Flash(by))
        done = tr("Stopped: {what}. Every server knows within a second", what=which(stop))
        return Redirect(STOP, flash=Flash(done, Undo(RESUME, _scope(stop))))

    async def stop_resumed(self, visit: Visit) -> AdminAnswer:
        """End the stop of exactly this channel and flow."""
        channel, flow = (visit.form.get(name) or None for name in ("channel", "flow"))
        ended = (await resume_pushes(visit.call(self.context), channel, flow)).resumed
        done = tr("Pushes go on: {what}. What came due meanwhile is late", what=which(ended))
        return Redirect(STOP, flash=Flash(done))

    async def _page(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        playbook, channels = self.context.playbook(), self.context.shop().channels
        view, running = (
            await brake_view(self.context.stores, playbook),
            await running_now(self.context.stores, playbook),
        )
        all_stopped = view.brake.stop_of(PushStop(None, None, "", visit.now).key) is not None
        data = {
            "stops": [
                (which(stop), stop, _stopped_by(stop), _scope(stop), stop.flow in view.unknown)
                for stop in view.brake.stops
            ],
            "held": view.people,
            "running": running,
            "when": lambda at: visit.words.words(
                near_moment(self.context.shop().zone, self.context.now(), at)
            ),
            "may_stop": {name: title for name, title in channels.items() if not view.brake.holds(name)},
            "is_all": all_stopped,
            "resume": RESUME,
            "word": WORD,
            "chosen": visit.form.get("channel", ""),
        }
        return RenderedPage("stop.html", TITLE, data, 200 if refused is None else 422, refused)


def _stopped_by(stop: PushStop) -> TranslatableValue:
    return by_name(stop.by)


def _scope(stop: PushStop) -> Mapping[str, str]:
    """The channel and the flow of a stop, as fields of a form."""
    return {"channel": stop.channel or "", "flow": stop.flow or ""}
