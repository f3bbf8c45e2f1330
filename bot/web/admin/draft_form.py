"""A form that becomes an entry of one's draft, looked at while it is filled in (L8)."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from bot.model.problem import Problem
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import save
from bot.operations.drafts.new_entry import FieldRefused, NewEntry, mistakes_of
from bot.operations.drafts.publishing import DraftContext
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Fragment, Redirect, RenderedPage, Visit

F = TypeVar("F")
LONGEST = 1_000
"""Characters of a field that are read."""


@dataclass(frozen=True, slots=True)
class DraftFormPages(Generic[F]):
    """Its page: empty, sent, and looked at. What it writes, and how it is drawn, says each kind of entry."""

    console: ConsoleContext
    context: DraftContext

    title: ClassVar[Translatable]
    entry: ClassVar[str]
    """Its kind: the rows of the table are `…_new` and `…_made`, the templates `…_new.html`, and what stands
    beside the form `…_new_side.html`."""

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {f"{self.entry}_new": self.shown, f"{self.entry}_made": self.sent}

    @abstractmethod
    def read(self, fields: Mapping[str, str]) -> F:
        """What was sent; of no fields the empty form."""

    @abstractmethod
    def made(self, sources: Mapping[str, str], form: F, channel: str) -> NewEntry:
        """What saving writes. Raises `Refusal`."""

    @abstractmethod
    def data(self, visit: Visit, form: F, sources: Mapping[str, str]) -> Mapping[str, object]:
        """What the page shows."""

    @abstractmethod
    def side(self, visit: Visit, form: F, sources: Mapping[str, str]) -> Mapping[str, object]:
        """What stands beside the form."""

    @abstractmethod
    def done(self, name: str) -> Translatable:
        """What is said when it is in the draft."""

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The empty form."""
        return self._page(visit, self.read({}), await self._sources(visit))

    async def sent(self, visit: Visit) -> AdminAnswer:
        """The entry is in the draft; or the form with what somebody has written, and what is wrong."""
        form = self.read(visit.form)
        sources = await self._sources(visit)
        if visit.form.get("act") == "look":
            if visit.form.get("part") == "side":
                return Fragment(f"{self.entry}_new_side.html", self.side(visit, form, sources))
            return self._page(visit, form, sources)
        try:
            draft = await self.context.draft(visit.signed.name)
            made = await asyncio.to_thread(self.made, draft.texts(), form, visit.channel)
            wrong = await mistakes_of(self.context, draft, made)
            if wrong:
                nothing = Refusal(tr("Nothing was saved: mend this first"))
                return self._page(visit, form, sources, nothing, wrong)
            for path, text in made.texts.items():
                about = (self.context.stores, self.context.live, visit.signed.name)
                await save(*about, path, text.encode(), draft.opened(path), self.context.now())
        except Refusal as error:
            return self._page(visit, form, sources, error)
        return Redirect(REVIEW, flash=Flash(self.done(made.name)))

    async def _sources(self, visit: Visit) -> Mapping[str, str]:
        return (await self.context.draft(visit.signed.name)).texts()

    def _page(
        self,
        visit: Visit,
        form: F,
        sources: Mapping[str, str],
        refused: Refusal | None = None,
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        data = {
            "problems": wrong,
            "hint_of": hint_of,
            "wrong": refused.field if isinstance(refused, FieldRefused) else None,
            "says": refused.message if refused is not None else None,
            **self.data(visit, form, sources),
            **self.side(visit, form, sources),
        }
        message = None if refused is None else refused.message
        return RenderedPage(
            f"{self.entry}_new.html", self.title, data, 200 if refused is None else 422, message
        )


def text_fields(fields: Mapping[str, str], *names: str) -> tuple[str, ...]:
    """What was written into these, with line breaks as files have them."""
    return tuple(fields.get(name, "")[:LONGEST].replace("\r\n", "\n").strip() for name in names)


def first_way(asked: str) -> str:
    """What somebody says in the picture beside the form: the first of the ways to ask."""
    return next(iter(asked.replace("，", ",").split(",")), "").strip()
