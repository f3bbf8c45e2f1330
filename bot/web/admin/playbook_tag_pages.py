"""A new tag by a form: it is declared in one's draft, for staff to put on (L8)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import save
from bot.operations.drafts.new_tag import NAME_MOST, with_tag_declared
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit

TITLE = tr("Add a tag")


@dataclass(frozen=True, slots=True)
class PlaybookTagPages(AdminPages):
    """`/admin/playbook/tag`."""

    context: DraftContext

    async def playbook_tag(self, visit: Visit) -> AdminAnswer:
        """The field for its name."""
        return _form("")

    async def playbook_tag_added(self, visit: Visit) -> AdminAnswer:
        """The tag is in the draft; where it is refused, the field with what was written."""
        name = visit.form.get("tag", "")
        draft = await self.context.draft(visit.signed.name)
        try:
            path, text = with_tag_declared(draft.texts(), name)
            await save(
                *(self.context.stores, self.context.live, visit.signed.name, path, text.encode()),
                *(draft.opened(path), self.context.now()),
            )
        except Refusal as error:
            return _form(name, error.message)
        return Redirect(REVIEW, flash=Flash(tr("The tag is in your draft: once published it can be put on")))


def _form(name: str, refused: Translatable | None = None) -> RenderedPage:
    data = {"name": name[:NAME_MOST], "most": NAME_MOST}
    return RenderedPage("playbook_tag.html", TITLE, data, 200 if refused is None else 422, refused)
