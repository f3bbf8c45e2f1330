"""An answer by a form: what customers write, what the bot says; it becomes a rule of one's draft (L8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import save
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.drafts.rule_answer import with_answer
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Redirect, RenderedPage, Visit

TITLE = tr("Add an answer")
LONGEST = 2_000
"""Characters of a field that are read."""


@dataclass(frozen=True, slots=True)
class _Written:
    """The fields of the form."""

    asked: str
    answer: str = ""
    question_marks: bool = True

    @classmethod
    def of(cls, form: Mapping[str, str]) -> _Written:
        asked, answer = (form.get(name, "")[:LONGEST].replace("\r\n", "\n") for name in ("asked", "answer"))
        return cls(asked, answer, form.get("question_marks") == "1")


@dataclass(frozen=True, slots=True)
class PlaybookAnswerPages:
    """`/admin/playbook/answer`."""

    desk: DraftDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"playbook_answer": self.shown, "playbook_answered": self.answered}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The two fields; a simulator says what its pretend people have written."""
        return _form(_Written(visit.query("asked")))

    async def answered(self, visit: Visit) -> AdminAnswer:
        """The rule is in the draft; or, asked to, the form with what somebody has written."""
        written = _Written.of(visit.form)
        if visit.form.get("act") == "ask":
            return _form(_Written(written.asked))
        draft = await self.desk.draft(visit.signed.name)
        try:
            path, text = with_answer(
                *(draft.texts(), written.asked, written.answer, visit.channel),
                question_marks=written.question_marks,
            )
            await save(
                *(self.desk.stores, self.desk.live, visit.signed.name, path, text.encode()),
                *(draft.opened(path), self.desk.now()),
            )
        except Refusal as error:
            return _form(written, error.message)
        done = tr("The answer is in your draft. Have a look: with Publish it is live")
        return Redirect(REVIEW, flash=Flash(done))


def _form(written: _Written, refused: Translatable | None = None) -> RenderedPage:
    data = {"written": written}
    return RenderedPage("playbook_answer.html", TITLE, data, 200 if refused is None else 422, refused)
