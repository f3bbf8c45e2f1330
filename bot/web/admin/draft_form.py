"""The pages of forms that write entries of one's draft, with a preview while they are filled in: one class
for all forms (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.model.problem import Problem
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_work import preview
from bot.operations.drafts.forms.entry import mistakes_of
from bot.operations.drafts.forms.form import DraftForm, Filled, FormRemoval, Instead
from bot.operations.drafts.forms.registry import FORMS
from bot.operations.drafts.forms.rules import first_way
from bot.operations.drafts.forms.written import (
    FieldRefused,
    lacks,
    looked_at,
    made,
    options_of,
    read,
    read_ahead,
    unmet,
)
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.paths import PICTURES
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.message_view import shown_messages
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.playbook_scenario_pages import spoken_lines
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Flash,
    Fragment,
    Redirect,
    RenderedPage,
    UploadedFile,
    Visit,
    page_address,
)

SIDE = "draft_form_side.html"
"""The template of the preview."""


def form_handlers(console: ConsoleContext, context: DraftContext) -> Mapping[str, AdminHandler]:
    """The handlers of all forms, by the names of rows of the table."""
    pages = [DraftFormPages(console, context, form) for form in FORMS]
    return {name: do for one in pages for name, do in one.handlers().items()}


@dataclass(frozen=True, slots=True)
class DraftFormPages:
    """The page of a form: for a new entry, or to change one that the draft has."""

    console: ConsoleContext
    context: DraftContext
    form: DraftForm

    def handlers(self) -> Mapping[str, AdminHandler]:
        """The handlers of this form, by the names of rows of the table."""
        return {f"{self.form.name}_new": self.shown, f"{self.form.name}_made": self.sent}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The form as it is opened."""
        try:
            draft = await self.context.draft(visit.signed.name)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", self.form.title, refused=error.message)
        try:
            filled, held = await asyncio.to_thread(self._opened, visit, draft)
        except Refusal as error:
            return RenderedPage("message.html", error.message, status=404)
        if isinstance(held, Instead):
            return _instead(visit, filled, held)
        return await self._page(visit, draft, replace(filled, texts={**filled.texts, **held}))

    async def sent(self, visit: Visit) -> AdminAnswer:
        """Store the entry in the draft; with `act` `remove` take it out, with `look` show the form with its
        preview. Where something is wrong the form is shown with that."""
        draft = await self.context.draft(visit.signed.name)
        try:
            filled, held = await asyncio.to_thread(self._opened, visit, draft)
            if filled.form.removal is not None and visit.form.get("act") == "remove":
                return await self._removed(draft, filled, filled.form.removal)
        except Refusal as error:
            return RenderedPage("message.html", error.message, status=409)
        if isinstance(held, Instead):
            return _instead(visit, filled, held)
        if visit.form.get("act") == "look":
            side = filled.form.shown is not None and visit.form.get("part") == "side"
            return (
                Fragment(SIDE, await self._side(visit, draft, filled))
                if side
                else await self._page(visit, draft, filled)
            )
        try:
            entry = await asyncio.to_thread(made, filled)
            wrong = await mistakes_of(self.context, draft, entry)
            if wrong:
                why = Refusal(tr("Nothing was saved: mend this first"))
                return await self._page(visit, draft, filled, why, wrong)
            await self.context.save(draft, entry.contents)
        except Refusal as error:
            return await self._page(visit, draft, filled, error)
        return Redirect(REVIEW, flash=Flash(filled.form.done(entry.name)))

    async def _removed(self, draft: PlaybookDraft, filled: Filled, removal: FormRemoval) -> AdminAnswer:
        entry = await asyncio.to_thread(removal.writes, filled)
        await self.context.save(draft, entry.contents)
        return Redirect(REVIEW, flash=Flash(removal.done(entry.name)))

    def _opened(self, visit: Visit, draft: PlaybookDraft) -> tuple[Filled, Mapping[str, str] | Instead]:
        """The form as it was sent, or an empty one; and the texts of its fields where it is opened, or what
        is shown instead of it. It blocks. Raises `Refusal`."""
        form, about = self.form, ""
        if form.changing is not None:
            about = visit.query(form.changing.about) or visit.form.get(form.changing.about, "")
            form = form.changing if about else form
        file = visit.file if visit.file is not None and visit.file.content else UploadedFile("", b"")
        sent = {**visit.form, "file": file.name} if visit.form else {}
        filled = Filled(
            *(form, read(form, sent), draft.texts(), visit.channel),
            *(self.console.playbook(), self.context.now()),
            live=draft.base.texts,
            channels=self.console.settings().channels,
            about=about,
            simulated=bool(self.console.phone),
            paths=draft.paths,
            picture=file.content,
        )
        held = form.opened(filled)
        if held is None:
            texts = {name: text for name, text in read(self.form, sent).items() if name in sent}
            filled = replace(filled, form=self.form, texts={**self.form.usual(), **texts}, about="")
            held = self.form.opened(filled)
        return filled, held or {}

    async def _page(
        self,
        visit: Visit,
        draft: PlaybookDraft,
        filled: Filled,
        refused: Refusal | None = None,
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        form = filled.form
        await asyncio.to_thread(read_ahead, filled)
        data = {
            "form": form,
            "own": _own(visit, filled),
            "back": page_address(form.page, channel=_channel(visit, form)),
            "filled": filled,
            "unmet": unmet(filled),
            "lacks": partial(lacks, filled),
            "options": partial(options_of, filled),
            "pictures": ",".join(PICTURES),
            "problems": wrong,
            "hint_of": hint_of,
            "wrong": refused.field if isinstance(refused, FieldRefused) else None,
            "says": refused.message if refused is not None else None,
            **await self._side(visit, draft, filled),
        }
        status, message = (200, None) if refused is None else (422, refused.message)
        return RenderedPage("draft_form.html", _title(filled), data, status, message)

    async def _side(self, visit: Visit, draft: PlaybookDraft, filled: Filled) -> Mapping[str, object]:
        """The values for the preview: what a customer gets."""
        found = await asyncio.to_thread(_beside, filled)
        if not found:
            return {}
        return {**found, "say": visit.words.words, **await self._played(visit, draft, filled)}

    async def _played(self, visit: Visit, draft: PlaybookDraft, filled: Filled) -> Mapping[str, object]:
        """The conversations of the preview; fields that are empty or wrong have examples."""
        if not filled.form.is_played:
            return {"not_said": None, "found": (), "played": ()}
        looked, refused = await asyncio.to_thread(looked_at, filled)
        try:
            entry = await asyncio.to_thread(made, looked)
            after = draft.with_files(entry.contents, self.context.now())
            found, played = await self.context.apart(after, preview, [*entry.tests])
        except Refusal as error:
            return {"not_said": error.message, "found": (), "played": ()}
        pairs = zip(entry.tests.values(), played, strict=True) if played else ()
        talks = [(title, one.result, [*spoken_lines(one, visit.words)]) for title, one in pairs]
        return {"not_said": refused and refused.message, "found": found, "played": talks, "hint_of": hint_of}


def _beside(filled: Filled) -> Mapping[str, object]:
    """The messages that a customer gets, where the form shows any. It blocks."""
    form = filled.form
    if form.shown is None or form.beside is None:
        return {}
    return {
        "asked": first_way(filled["asked"]),
        "shown": shown_messages(form.shown(filled)),
        "beside": form.beside(filled),
    }


def _instead(visit: Visit, filled: Filled, there: Instead) -> RenderedPage:
    """The page in place of a form that cannot write the entry."""
    data = {"form": filled.form, "own": _own(visit, filled), "there": there}
    return RenderedPage("draft_form_instead.html", _title(filled), data)


def _title(filled: Filled) -> Translatable:
    titled = filled.form.titled
    return filled.form.title if titled is None else titled(filled.about)


def _own(visit: Visit, filled: Filled) -> str:
    """The address of the form for its channel, and for the entry that it changes."""
    form = filled.form
    about = {form.about: filled.about} if form.about else {}
    return page_address(form.address, channel=_channel(visit, form), **about)


def _channel(visit: Visit, form: DraftForm) -> str:
    return visit.channel if form.by_channel else ""
