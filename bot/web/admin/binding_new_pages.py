"""Binding a phone by a form: it becomes a flow, rules and cards of one's draft, with two tests (B1, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from bot.connectors.manifest import variable_of
from bot.connectors.sms.providers import COMPANIES, PROVIDERS
from bot.model.problem import Problem
from bot.model.settings import IN_LOG
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.binding_form import (
    NOTICE,
    TITLES,
    BindingNeeds,
    FormBinding,
    as_written,
    lacks,
)
from bot.operations.drafts.binding_preview import BindingPreview, binding_preview
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.new_binding import (
    INVITING,
    WORDS,
    NewBinding,
    WrittenTexts,
    binding_in,
    changed_texts,
    inviting_words,
    needs_of,
    new_binding,
    shop_name,
    texts_in,
)
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.binding_pages import PAGE
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.playbook_pages import PAGE as EDITOR
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.playbook_scenario_pages import spoken_lines
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Fragment,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

NEW = f"{PAGE}/new"
CHANGE = "change"
TITLE = tr("Let customers bind their phone")
CHANGED = tr("What customers read when they bind")
LONGEST = 1_500
"""Characters of a field that are read."""
EXAMPLE = "https://www.example.com/privacy"
"""Stands in a conversation that is shown before an address is written."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What was written, and for which playbook; `refused` and `missing`: why it was not saved."""

    draft: PlaybookDraft
    needs: BindingNeeds
    written: FormBinding
    there: WrittenTexts | None = None
    """What is changed; `None`: it is new."""
    refused: Translatable | None = None
    missing: Sequence[Translatable] = ()
    wrong: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class BindingNewPages(AdminPages):
    """`/admin/binding/new`. With a simulator its phone shows the codes: nobody has to send them."""

    console: ConsoleContext
    context: DraftContext

    async def binding_new(self, visit: Visit) -> AdminAnswer:
        """The form, with the usual texts; or where the playbook has binding already."""
        try:
            draft = await self.context.draft(visit.signed.name)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        if (form := await asyncio.to_thread(self._form, draft, visit.query(CHANGE))) is None:
            return _there(draft)
        return await self._page(visit, form)

    async def binding_made(self, visit: Visit) -> AdminAnswer:
        """It is in the draft; or the conversation as it would be; or the form, with what it lacks."""
        draft = await self.context.draft(visit.signed.name)
        form = await asyncio.to_thread(self._form, draft, visit.form.get(CHANGE, ""))
        if form is None:
            return _there(draft)
        form = replace(form, written=binding_from(visit.form))
        if visit.form.get("act") == "look":
            if visit.form.get("part") == "side":
                return Fragment("binding_new_side.html", await self._side(visit, form))
            return await self._page(visit, form)
        missing = list(lacks(form.written, form.needs))
        if missing:
            why = tr("Nothing was saved: some of it is missing")
            return await self._page(visit, replace(form, refused=why, missing=missing))
        try:
            made = await self._made(form)
            seen = await binding_preview(self.context, draft, made)
            if seen.errors:
                why = tr("Nothing was saved: mend this first")
                return await self._page(visit, replace(form, refused=why, wrong=seen.errors))
            await self.context.save(draft, made.contents)
        except Refusal as error:
            return await self._page(visit, replace(form, refused=error.message))
        if form.there is not None:
            return Redirect(REVIEW, flash=Flash(tr("It is in your draft: with Publish it is live")))
        done = tr("Binding is in your draft. Try it on the phone; with Publish it is live")
        return Redirect(REVIEW, flash=Flash(done))

    def _form(self, draft: PlaybookDraft, changes: str) -> _Form | None:
        """The form as it is opened; `None` where the playbook binds already, otherwise than the form writes
        it, or no change is asked for. It blocks."""
        sources = draft.texts()
        if binding_in(sources) is None:
            return _Form(draft, self._needs(sources), FormBinding(controller=shop_name(sources)))
        there = texts_in(sources) if changes else None
        return None if there is None else _Form(draft, BindingNeeds(), there.form, there)

    def _needs(self, sources: Mapping[str, str]) -> BindingNeeds:
        needs = needs_of(sources)
        return replace(needs, provider=needs.provider and not bool(self.console.phone))

    async def _made(self, form: _Form) -> NewBinding:
        written = form.written
        if form.there is not None:
            return await asyncio.to_thread(changed_texts, form.draft.texts(), form.there, written)
        if bool(self.console.phone):
            written = replace(written, provider=IN_LOG)
        about = (form.draft.texts(), written, f"{self.context.now():%Y-%m}")
        return await asyncio.to_thread(new_binding, *about)

    async def _side(self, visit: Visit, form: _Form) -> Mapping[str, object]:
        """The conversation as it would be; what is still empty is filled in, to be looked at."""
        sources = form.draft.texts()
        looked, preview, refused = _to_be_looked_at(form.written), BindingPreview(()), None
        try:
            made = await self._made(replace(form, written=looked))
            preview = await binding_preview(self.context, form.draft, made)
            looked = as_written(looked)
        except Refusal as error:
            refused = error.message
        return {
            "looked": looked,
            "not_said": refused,
            "said": [(one.result, list(spoken_lines(one, visit.words))) for one in preview.played],
            "found": preview.problems,
            "hint_of": hint_of,
            "word": WORDS[0],
            "inviting": INVITING if form.there else await asyncio.to_thread(inviting_words, sources),
        }

    async def _page(self, visit: Visit, form: _Form) -> RenderedPage:
        channels = self.console.settings().channels.values()
        data = {
            "form": form.written,
            "needs": form.needs,
            "missing": form.missing,
            "problems": form.wrong,
            "titles": TITLES,
            "usual": [one for one in NOTICE if one not in ("controller", "url", "rights_contact")],
            "pretends": bool(self.console.phone),
            "has_shop": any(one.shop for one in channels),
            "providers": {one: (PROVIDERS[one].title, _variables(one)) for one in COMPANIES},
            "words": WORDS,
            "back": PAGE,
            "is_there": form.there is not None,
            **await self._side(visit, form),
        }
        status = 200 if form.refused is None else 422
        title = TITLE if form.there is None else CHANGED
        return RenderedPage("binding_new.html", title, data, status, form.refused)


def _to_be_looked_at(form: FormBinding) -> FormBinding:
    """With something in each field, so that the conversation can be played."""
    usual = replace(FormBinding(), url=EXAMPLE)
    written = {name: getattr(form, name).strip() or getattr(usual, name) for name in TITLES}
    needed = {name: text or "…" for name, text in written.items() if name != "terms"}
    return replace(form, **needed, provider=form.provider or COMPANIES[0])


def _variables(provider: str) -> Sequence[str]:
    """What an administrator has to set on the server."""
    return [variable_of(provider, name) for name in PROVIDERS[provider].settings]


def _there(draft: PlaybookDraft) -> RenderedPage:
    there = binding_in(draft.texts())
    editor = page_address(EDITOR, file="" if there is None else there.file)
    data = {
        "is_live": binding_in(draft.base.texts) is not None,
        "page": PAGE,
        "review": REVIEW,
        "changes": editor if texts_in(draft.texts()) is None else page_address(NEW, change="1"),
    }
    return RenderedPage("binding_there.html", TITLE, data)


def binding_from(form: Mapping[str, str]) -> FormBinding:
    """What was sent; what no field of ours would send is left out."""
    texts = {
        one.name: form[one.name][:LONGEST].replace("\r\n", "\n")
        for one in fields(FormBinding)
        if one.name in TITLES and one.name in form
    }
    provider = next((one for one in COMPANIES if one == form.get("provider")), "")
    return replace(FormBinding(), **texts, provider=provider)
