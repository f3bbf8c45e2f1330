"""Conditions that callers write. To read one, all of the playbook is read: half a second of CPU and more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.engine.conditions.condition import Condition
from bot.model.translatable import tr
from bot.operations.contact_search import ConditionWrong, condition_written
from bot.playbook.read import PlaybookContents
from bot.web.api.problem_details import ApiProblem

KNOWN_MOST = 64
"""Conditions that are remembered: whoever reads a list page by page sends one again and again."""
WAITING_MOST = 4
"""Calls that wait for theirs; one is read at a time, for the bot answers beside it."""


class WrittenConditions:
    """Reads each once, by the files of the playbook as they are now."""

    def __init__(self, contents: Callable[[], PlaybookContents | None]) -> None:
        self._contents = contents
        self._of: PlaybookContents | None = None
        self._known: dict[str, Condition | ConditionWrong] = {}
        self._one = asyncio.Lock()
        self._waiting = 0

    async def read(self, text: str) -> Condition:
        """What it says. Raises `ConditionWrong`, and `ApiProblem` where too many wait."""
        contents = self._contents()
        if contents is None:
            raise ConditionWrong(tr("the files of the playbook are not at hand here: choose an audience"))
        if contents is not self._of:
            self._of, self._known = contents, {}
        found = self._known.get(text) or await self._look(text, contents, self._known)
        if isinstance(found, ConditionWrong):
            raise ConditionWrong(found.message)
        return found

    async def _look(
        self, text: str, contents: PlaybookContents, known: dict[str, Condition | ConditionWrong]
    ) -> Condition | ConditionWrong:
        """`known` are those of these contents, whatever is served meanwhile."""
        if self._waiting >= WAITING_MOST:
            raise ApiProblem("too_many", headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            async with self._one:
                if text in known:
                    return known[text]
                found: Condition | ConditionWrong
                try:
                    found = await asyncio.to_thread(condition_written, text, contents)
                except ConditionWrong as error:
                    found = error
                if len(known) >= KNOWN_MOST:
                    del known[next(iter(known))]
                known[text] = found
                return found
        finally:
            self._waiting -= 1
