"""What a version that was live has changed, in the words of the language (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.published_version import AcceptedPlaybook
from bot.operations.drafts.publishing import DraftContext
from bot.playbook.comparison import Difference, differences


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """What a version has changed of the one `before` it; `None`: it was the first, and `things` are none."""

    accepted: AcceptedPlaybook
    before: AcceptedPlaybook | None
    things: Sequence[Difference]
    is_live: bool


async def version_changes(context: DraftContext, number: int) -> VersionChanges | None:
    """Those of this version; `None`: there is none of this number. Raises `BaseMissing`, where the files of
    either are not stored, and `DatabaseUnavailable`."""
    found = await context.stores.playbooks.all()
    place = next((place for place, one in enumerate(found) if one.number == number), None)
    if place is None:
        return None
    accepted, *earlier = found[place:]
    if not earlier:
        return VersionChanges(accepted, None, (), place == 0)
    was = await context.form_of(await context.live.of(earlier[0]))
    base = await context.live.of(accepted)
    now = await (context.live_form(base) if place == 0 else context.form_of(base))
    things = await asyncio.to_thread(differences, was, now)
    return VersionChanges(accepted, earlier[0], things, place == 0)
