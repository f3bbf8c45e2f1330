"""The desk that calls web hooks: what a flow asks another system, and what that answers (F3)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.hooks.call import HookCaller, HookFailure
from bot.model.effects import CallHook
from bot.model.event import Outcome
from bot.model.settings import HookSettings
from bot.runtime.effects.asking import failing
from bot.runtime.effects.effects import DeskWork
from bot.runtime.ports import Caller
from bot.scenario.hooks import hook_outcome

_KEYS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730003")

log = logging.getLogger("oaflow.hooks")


class HookDesk:
    """Calls the hooks of the playbook that is live. One that is in it no more fails."""

    def __init__(
        self,
        hooks: HookCaller,
        playbook: Callable[[], Playbook],
        settings: Callable[[], Mapping[str, HookSettings]],
    ) -> None:
        self._hooks = hooks
        self._playbook = playbook
        self._settings = settings

    @property
    def carries_out(self) -> DeskWork:
        return {CallHook: self.call}

    async def call(self, asked: CallHook, caller: Caller) -> Outcome:
        """What came of a call. Asked again after a crash it has the same key: there it counts once."""
        playbook, settings = self._playbook(), self._settings().get(asked.hook)
        hook = playbook.hooks.get(asked.hook)
        if hook is None or settings is None:
            log.warning("the hook %s is not called: the playbook has it no more", asked.hook)
            return failing(asked)
        found = await self._hooks.call(settings, _key(caller), asked.body)
        if isinstance(found, HookFailure):
            log.warning("the hook %s has failed: %s", asked.hook, found)
            return failing(asked)
        return hook_outcome(hook, found.body, asked.origin, playbook.zone)


def _key(caller: Caller) -> str:
    """The call's id as others may know it: ours may hold a LINE user id."""
    return str(uuid.uuid5(_KEYS, caller.id))
