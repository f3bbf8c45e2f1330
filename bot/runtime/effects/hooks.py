"""The desk that calls web hooks: what a flow asks another system, and what that answers (F3)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.hooks.answer import HookFailure
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.effects import CallHook
from bot.model.event import Outcome
from bot.model.settings import HookSettings
from bot.runtime.effects.asking import NotDone
from bot.runtime.effects.effects import DeskWork
from bot.runtime.effects.hook_figures import HookFigures
from bot.runtime.effects.hook_watch import HookWatch
from bot.runtime.ports import Caller
from bot.scenario.hooks import hook_outcome

_KEYS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730003")


class HookDesk:
    """Calls the hooks of the playbook that is live. One that is in it no more fails."""

    def __init__(
        self,
        hooks: HookCaller,
        playbook: Callable[[], Playbook],
        settings: Callable[[], Mapping[str, HookSettings]],
        figures: HookFigures,
        clock: PatientClock,
    ) -> None:
        self._hooks = hooks
        self._playbook = playbook
        self._settings = settings
        self._clock = clock
        self._figures = figures
        self.watch = HookWatch(clock)

    @property
    def carries_out(self) -> DeskWork:
        return {CallHook: self.call}

    async def call(self, asked: CallHook, caller: Caller) -> Outcome:
        """What came of a call. Asked again after a crash it has the same key: there it counts once.

        Raises `NotDone` where it was not answered as it should be.
        """
        playbook, settings = self._playbook(), self._settings().get(asked.hook)
        hook = playbook.hooks.get(asked.hook)
        if hook is None or settings is None:
            raise NotDone("the playbook has it no more")
        began = self._clock.now()
        self._figures.open[asked.hook] += 1
        try:
            found = await self._hooks.call(settings, _key(caller), asked.body)
        finally:
            self._figures.open[asked.hook] -= 1
        if isinstance(found, HookFailure):
            self._figures.results.inc(asked.hook, found.why.replace(" ", "-"))
            self.watch.failed(asked.hook, found, began)
            raise NotDone(str(found))
        self._figures.results.inc(asked.hook, "ok")
        self.watch.answered(asked.hook, began)
        return hook_outcome(hook, found.body, asked.origin, playbook.zone)


def _key(caller: Caller) -> str:
    """The call's id as others may know it: ours may hold a LINE user id."""
    return str(uuid.uuid5(_KEYS, caller.id))
