"""The names that a draft declares: for completion while its files are written, and for choices in forms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.engine.compiled.playbook import Playbook
from bot.model.promotions import kinds
from bot.model.screen import MEMBER_CARD, UNBIND
from bot.model.translatable import Language
from bot.operations.drafts import draft_work
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.paths import PICTURES
from bot.operations.drafts.publishing import DraftContext
from bot.playbook.section_names import SectionNames
from bot.playbook.syntax.nodes import Map
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile

FRESH = 5.0
"""Seconds for which the names of a draft are not read again: they are asked for with each key."""


@dataclass(frozen=True, slots=True)
class DraftNames:
    """By account and language, when they were read, and of which state of the draft."""

    context: DraftContext
    _known: dict[tuple[str, str], tuple[float, str, SectionNames]] = field(default_factory=dict)
    _reading: dict[tuple[str, str], asyncio.Lock] = field(default_factory=dict)

    async def of(self, account: str, words: Language) -> SectionNames:
        """The names of somebody's draft. Raises `BaseMissing`, `DraftRefused` and `DatabaseUnavailable`."""
        key = (account, words.name)
        async with self._reading.setdefault(key, asyncio.Lock()):  # several keys wait for one reading
            now = time.monotonic()
            known = self._known.get(key)
            if known is not None and now - known[0] < FRESH:
                return known[2]
            draft = await self.context.draft(account)
            if known is not None and known[1] == draft.stamp:
                names = known[2]
            else:
                names = await self.context.apart(draft, draft_work.names, words)
            self._known[key] = now, draft.stamp, names
            return names


def names_to_choose(playbook: Playbook, draft: PlaybookDraft) -> SectionNames:
    """What forms let one choose from: the names of what is live, and of the files that the draft changes. It
    blocks."""
    found: dict[str, dict[str, str]] = {
        "cards": _unsaid(playbook.cards),
        "broadcasts": _unsaid(playbook.broadcasts),
        "splits": _unsaid(playbook.splits),
        "audiences": _unsaid(playbook.audiences),
        "hours": _unsaid(playbook.hours),
        "forms": _unsaid(playbook.forms),
        "tags": _unsaid(sorted(playbook.tag_names)),
    }
    for path, file in draft.files.items():
        if file.kind == "text":
            root = parsed(SourceFile(path, file.text)).root
            for section, names in found.items():
                node = root.get(section) if isinstance(root, Map) else None
                names.update(_unsaid(node.pairs if isinstance(node, Map) else ()))
    pages = [name for name, flow in playbook.flows.items() if flow.page]
    promoted = [kind.page for kind in kinds() if kind.entries(playbook)]
    found["pages"] = _unsaid([*pages, *found["forms"], MEMBER_CARD, *promoted, UNBIND])
    there = (path for path in draft.paths if draft.state(path) != "removed")
    found["pictures"] = _unsaid(path for path in there if path.lower().endswith(PICTURES))
    return SectionNames(found)


def _unsaid(names: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(names, "")
