"""A scenario of a draft, with new answers. May raise `DatabaseUnavailable`."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.drafts import draft_work
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.publishing import DraftContext
from bot.playbook.syntax.folder_names import SCENARIOS


async def renew_answers(context: DraftContext, draft: PlaybookDraft, file: str) -> str:
    """The text of a scenario of the draft that expects what the bot says by now. Raises `DraftRefused`."""
    if file not in draft.texts() or not file.startswith(f"{SCENARIOS}/"):
        raise DraftRefused(tr("The draft has no such file"))
    text = await context.apart(draft, draft_work.renew_answers, file)
    if text is None:
        raise DraftRefused(tr("This scenario does not fail by what the bot says: change it by hand"))
    return text
