"""An answer by a form: what customers write, what the bot says; it becomes a rule of one's draft (L8).

Beside it stand the answers that the draft has: each opens in the form, and is changed in its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.rule_answer import with_answer
from bot.operations.drafts.written_answers import (
    WrittenAnswer,
    answer_at,
    answer_that_hears,
    answers_in,
    with_changed_answer,
    without_answer,
)
from bot.web.admin.playbook_pages import PAGE as EDITOR
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
    whole_number,
)

PAGE = "/admin/playbook/answer"
TITLE, CHANGE = tr("Add an answer"), tr("Change an answer")
LONGEST = 2_000
"""The most characters of a field that is read."""
BETWEEN = "、"
"""The sign between several questions in one field."""
LISTED_MOST = 300
"""The most rules of each kind that are listed; the editor has them all."""
MOST_RULES = 100_000
"""The largest number of a rule that a form may name."""


@dataclass(frozen=True, slots=True)
class _Written:
    """The fields of the form."""

    asked: str
    """What customers write, several with `BETWEEN`."""
    answer: str = ""
    question_marks: bool = True
    """Whether it holds with a question mark, too."""
    contains: bool = False
    """Whether every text is answered that contains one of those."""
    file: str = ""
    """The file of the rule that is changed; empty: a new rule."""
    number: int = 0
    """The rule's place in its file."""
    stamp: str = ""
    """The fingerprint of the rule when the form was opened."""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> _Written:
        """What the form has sent."""
        asked, answer = (form.get(name, "")[:LONGEST].replace("\r\n", "\n") for name in ("asked", "answer"))
        place = (form.get("file", ""), whole_number(form.get("rule", ""), MOST_RULES), form.get("stamp", ""))
        return cls(asked, answer, form.get("question_marks") == "1", form.get("how") == "contains", *place)

    @classmethod
    def there(cls, one: WrittenAnswer) -> _Written:
        """The form of an answer that the draft has."""
        place = (one.file, one.number, one.stamp)
        return cls(one.asked, one.answer, one.question_marks, one.contains, *place)


@dataclass(frozen=True, slots=True)
class PlaybookAnswerPages(AdminPages):
    """`/admin/playbook/answer`."""

    context: DraftContext

    async def playbook_answer(self, visit: Visit) -> AdminAnswer:
        """The form: empty, with the question of the address (`asked`), or with an answer of the draft."""
        try:
            draft = await self.context.draft(visit.signed.name)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        file, number = visit.query("file"), whole_number(visit.query("rule"), MOST_RULES)
        if not file:
            return await _form(visit, draft, _Written(visit.query("asked")))
        there = await asyncio.to_thread(answer_at, draft.texts(), visit.channel, file, number)
        if there is None:
            return await _form(visit, draft, _Written(""), _CHANGED)
        return await _form(visit, draft, _Written.there(there))

    async def playbook_answered(self, visit: Visit) -> AdminAnswer:
        """Store the answer in the draft, or take it out (`remove`); with `ask` the form filled with a
        question from the list of unanswered ones."""
        written, act = _Written.of(visit.form), visit.form.get("act", "")
        draft = await self.context.draft(visit.signed.name)
        if act == "ask":
            return await _asked(visit, draft, written)
        try:
            path, text = await asyncio.to_thread(_text, draft, visit.channel, written, act)
            await self.context.save(draft, {path: text.encode()})
        except Refusal as error:
            return await _form(visit, draft, written, error.message)
        done = tr("The answer is in your draft. Have a look: with Publish it is live")
        gone = tr("The answer is out of your draft. Have a look: with Publish it is gone")
        return Redirect(REVIEW, flash=Flash(gone if act == "remove" else done))


_CHANGED = tr("That answer stands otherwise in your draft by now: choose it below once more")


def _text(draft: PlaybookDraft, channel: str, written: _Written, act: str) -> tuple[str, str]:
    """The file that changes, and its text. Raises `Refusal`."""
    sources = draft.texts()
    if not written.file:
        return with_answer(
            *(sources, written.asked, written.answer, channel),
            question_marks=written.question_marks,
            contains=written.contains,
        )
    there = answer_at(sources, channel, written.file, written.number)
    if there is None or there.stamp != written.stamp:
        raise DraftRefused(_CHANGED)
    text = sources[there.file]
    if act == "remove":
        return there.file, without_answer(text, there)
    how = {"question_marks": written.question_marks, "contains": written.contains}
    return there.file, with_changed_answer(text, there, written.asked, written.answer, **how)


async def _asked(visit: Visit, draft: PlaybookDraft, written: _Written) -> RenderedPage:
    """The form with a question that somebody has asked: as a new answer, or added to the answer that the text
    `near` gets."""
    new, near = _Written(written.asked, contains=written.contains), visit.form.get("near", "")[:LONGEST]
    if not near:
        return await _form(visit, draft, new)
    there = await asyncio.to_thread(answer_that_hears, draft.texts(), visit.channel, near)
    if there is None:
        return await _form(visit, draft, new, tr("The rule for {text} is not one of this form", text=near))
    asked = BETWEEN.join([there.asked, written.asked])
    return await _form(visit, draft, replace(_Written.there(there), asked=asked))


async def _form(
    visit: Visit, draft: PlaybookDraft, written: _Written, refused: Translatable | None = None
) -> RenderedPage:
    """The page with this form."""
    answers, others = await asyncio.to_thread(answers_in, draft.texts(), visit.channel)
    channel = visit.query("channel")
    listed = [
        (one, page_address(PAGE, file=one.file, rule=str(one.number), channel=channel))
        for one in answers[:LISTED_MOST]
    ]
    in_editor = [
        (one, f"{page_address(EDITOR, file=one.file)}#line-{one.line}") for one in others[:LISTED_MOST]
    ]
    data = {
        "written": written,
        "page": page_address(PAGE, channel=channel),
        "editor": EDITOR,
        "answers": listed,
        "others": in_editor,
        "rest": len(answers) + len(others) - len(listed) - len(in_editor),
    }
    title = CHANGE if written.file else TITLE
    return RenderedPage("playbook_answer.html", title, data, 200 if refused is None else 422, refused)
