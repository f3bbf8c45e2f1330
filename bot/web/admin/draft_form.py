"""Forms that become entries of one's draft, looked at while they are filled in: one page for all (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.model.problem import Problem
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.forms.entry import mistakes_of
from bot.operations.drafts.forms.form import DraftForm, Filled
from bot.operations.drafts.forms.registry import FORMS
from bot.operations.drafts.forms.rules import first_way
from bot.operations.drafts.forms.written import FieldRefused, lacks, made, options_of, read, unmet
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.message_view import shown_messages
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Fragment, Redirect, RenderedPage, Visit

SIDE = "draft_form_side.html"


def form_handlers(console: ConsoleContext, context: DraftContext) -> Mapping[str, AdminHandler]:
    """Of all forms, by the names of the table."""
    pages = [DraftFormPages(console, context, form) for form in FORMS]
    return {name: do for one in pages for name, do in one.handlers().items()}


@dataclass(frozen=True, slots=True)
class DraftFormPages:
    """The page of a form: empty, sent, and looked at."""

    console: ConsoleContext
    context: DraftContext
    form: DraftForm

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {f"{self.form.name}_new": self.shown, f"{self.form.name}_made": self.sent}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The empty form."""
        return self._page(visit, self._filled(visit, await self._draft(visit), {}))

    async def sent(self, visit: Visit) -> AdminAnswer:
        """The entry is in the draft; or the form as it was filled in, and what is wrong."""
        draft = await self._draft(visit)
        filled = self._filled(visit, draft, visit.form)
        if visit.form.get("act") == "look":
            side = visit.form.get("part") == "side"
            return Fragment(SIDE, _side(visit, filled)) if side else self._page(visit, filled)
        try:
            entry = await asyncio.to_thread(made, filled)
            wrong = await mistakes_of(self.context, draft, entry)
            if wrong:
                return self._page(visit, filled, Refusal(tr("Nothing was saved: mend this first")), wrong)
            await self.context.save(draft, entry.contents)
        except Refusal as error:
            return self._page(visit, filled, error)
        return Redirect(REVIEW, flash=Flash(self.form.done(entry.name)))

    async def _draft(self, visit: Visit) -> PlaybookDraft:
        return await self.context.draft(visit.signed.name)

    def _filled(self, visit: Visit, draft: PlaybookDraft, sent: Mapping[str, str]) -> Filled:
        written = read(self.form, sent)
        playbook, now = self.console.playbook(), self.context.now()
        return Filled(self.form, written, draft.texts(), visit.channel, playbook, now)

    def _page(
        self,
        visit: Visit,
        filled: Filled,
        refused: Refusal | None = None,
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        data = {
            "form": self.form,
            "filled": filled,
            "unmet": unmet(filled),
            "lacks": partial(lacks, filled),
            "options": partial(options_of, filled),
            "problems": wrong,
            "hint_of": hint_of,
            "wrong": refused.field if isinstance(refused, FieldRefused) else None,
            "says": refused.message if refused is not None else None,
            **_side(visit, filled),
        }
        status, message = (200, None) if refused is None else (422, refused.message)
        return RenderedPage("draft_form.html", self.form.title, data, status, message)


def _side(visit: Visit, filled: Filled) -> Mapping[str, object]:
    """What a customer gets, beside the form."""
    form = filled.form
    if form.shown is None or form.beside is None:
        return {}
    return {
        "asked": first_way(filled["asked"]),
        "shown": shown_messages(form.shown(filled)),
        "beside": form.beside(filled),
        "say": visit.words.words,
    }
