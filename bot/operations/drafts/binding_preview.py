"""What a form for binding would put into a draft, before it is saved: checked, and played as conversations.

All of it may raise `DatabaseUnavailable`, `BaseMissing` and `DraftRefused`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.problem import Problem
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_work import preview
from bot.operations.drafts.new_binding import NewBinding
from bot.operations.drafts.publishing import DraftContext
from bot.scenario.transcript import ShownScenario


@dataclass(frozen=True, slots=True)
class BindingPreview:
    """What `check` says of the draft with it; its tests, played: none where there is an error."""

    problems: Sequence[Problem]
    played: Sequence[ShownScenario] = ()

    @property
    def errors(self) -> Sequence[Problem]:
        """What keeps it from being saved."""
        return [one for one in self.problems if one.level == "error"]


async def binding_preview(context: DraftContext, draft: PlaybookDraft, made: NewBinding) -> BindingPreview:
    """The draft with it, and what is said then."""
    after = draft.with_files(made.contents, context.now())
    return BindingPreview(*await context.apart(after, preview, made.tests))
