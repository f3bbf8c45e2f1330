"""The names of a draft, for whoever writes it: read again once what is known of them is old."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from bot.model.translatable import Language
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.drafts.working_copy import working_copy
from bot.playbook.name_completion import names_of
from bot.playbook.read import read
from bot.playbook.section_names import SectionNames

FRESH = 5.0
"""Seconds for which the names of a draft are not read again: they are asked for with each key."""


@dataclass(frozen=True, slots=True)
class DraftNames:
    """By account and language, when they were read, and of which state of the draft."""

    desk: DraftDesk
    _known: dict[tuple[str, str], tuple[float, str, SectionNames]] = field(default_factory=dict)

    async def of(self, account: str, words: Language) -> SectionNames:
        """The names of somebody's draft. Raises `BaseMissing`, `DraftRefused` and `DatabaseUnavailable`."""
        key, now = (account, words.name), time.monotonic()
        known = self._known.get(key)
        if known is not None and now - known[0] < FRESH:
            return known[2]
        draft = await self.desk.draft(account)
        if known is not None and known[1] == draft.stamp:
            names = known[2]
        else:
            async with (
                self.desk.reading,
                working_copy(self.desk.beside, draft, self.desk.new_folder) as first,
            ):
                found = await asyncio.to_thread(read, first, {}, unset="warning")
                names = await asyncio.to_thread(names_of, found.root, found.left_out, words)
        self._known[key] = now, draft.stamp, names
        return names
