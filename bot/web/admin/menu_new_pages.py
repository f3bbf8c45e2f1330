"""A rich menu by a form: who sees it, its areas, its picture; it becomes an entry of one's draft, or changes
or removes one there (G1, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar, get_args

from bot.model.problem import Problem
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.draft_names import names_to_choose
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.menu_form import (
    AREAS_MOST,
    CHAT_BAR,
    LAYOUTS,
    AreaDoes,
    FormArea,
    FormMenu,
    Viewers,
    form_of,
    lacks,
)
from bot.operations.drafts.new_menu import (
    NewMenu,
    changed_menu,
    menu_called,
    menu_places,
    mistakes_of,
    new_menu,
    removed_menu,
)
from bot.operations.drafts.paths import PICTURES
from bot.operations.drafts.publishing import DraftContext
from bot.operations.links import pages
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.menu_pages import PAGE
from bot.web.admin.playbook_pages import PAGE as EDITOR
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, page_address

NEW = f"{PAGE}/new"
TITLE = tr("A new rich menu")
LONGEST = 1_000
"""Characters of a field that are read."""
VIEWERS: Mapping[Viewers, Translatable] = {
    "everyone": tr("everybody"),
    "tag": tr("only who has the tag"),
    "bound": tr("only who has bound a phone"),
    "!bound": tr("only who has bound no phone"),
}
DOES: Mapping[AreaDoes, Translatable] = {
    "send": tr("the customer says"),
    "open": tr("an address is opened"),
}
_PAGE_OF = "page:"
T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class MenuNewPages(AdminPages):
    """`/admin/menus/new`."""

    console: ConsoleContext
    context: DraftContext

    async def menu_new(self, visit: Visit) -> AdminAnswer:
        """The empty form, or that of a menu of the draft; one of which the form does not know all is for the
        editor."""
        try:
            if not (name := visit.query("menu")):
                return await self._page(visit, FormMenu())
            draft = await self.context.draft(visit.signed.name)
            there = await asyncio.to_thread(menu_called, draft, name, visit.channel)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        except DraftRefused as error:
            return RenderedPage("message.html", error.message, status=404)
        known = form_of(there.entry, visit.channel)
        if known is not None:
            return await self._page(visit, known)
        editor = page_address(EDITOR, file=there.file)
        data = {"menu": there.name, "own": _own(visit), "list": _list(visit), "editor": editor}
        return RenderedPage("menu_other.html", _title(there.name), data)

    async def menu_made(self, visit: Visit) -> AdminAnswer:
        """The menu is in the draft; or the form with what somebody has written, and what it lacks."""
        if visit.query("menu") and visit.form.get("act") == "remove":
            return await self._removed(visit)
        menu = menu_from(visit.form)
        missing = list(lacks(menu))
        if missing:
            return await self._page(visit, menu, tr("Nothing was saved: some of it is missing"), missing)
        try:
            draft = await self.context.draft(visit.signed.name)
            names = await asyncio.to_thread(names_to_choose, self.console.playbook(), draft)
            made = await asyncio.to_thread(self._made, visit, draft, menu, names.of("tags"))
            wrong = await mistakes_of(self.context, draft, made)
            if wrong:
                return await self._page(visit, menu, tr("Nothing was saved: mend this first"), (), wrong)
            await self.context.save(draft, made.contents)
        except Refusal as error:
            return await self._page(visit, menu, error.message)
        done = tr("The menu {menu} is in your draft. Have a look: with Publish it is live", menu=made.name)
        return Redirect(REVIEW, flash=Flash(done))

    def _made(self, visit: Visit, draft: PlaybookDraft, menu: FormMenu, tags: Collection[str]) -> NewMenu:
        picture = _picture(visit)
        if not (name := visit.query("menu")):
            return new_menu(draft, menu, visit.channel, list(self.console.settings().channels), tags, picture)
        there = menu_called(draft, name, visit.channel)
        drawn = visit.form.get("picture") == "drawn"
        return changed_menu(
            *(draft, menu, there, visit.channel, list(self.console.settings().channels), tags, picture),
            drawn=drawn,
        )

    async def _removed(self, visit: Visit) -> AdminAnswer:
        """It is out of the draft."""
        draft, name = await self.context.draft(visit.signed.name), visit.query("menu")
        try:
            there = await asyncio.to_thread(menu_called, draft, name, visit.channel)
            text = await asyncio.to_thread(removed_menu, draft, there)
            await self.context.save(draft, {there.file: text.encode()})
        except Refusal as error:
            return RenderedPage("message.html", error.message, status=409)
        done = tr("The menu {menu} is out of your draft. Have a look: with Publish it is gone", menu=name)
        return Redirect(REVIEW, flash=Flash(done))

    async def _page(
        self,
        visit: Visit,
        menu: FormMenu,
        refused: Translatable | None = None,
        missing: Sequence[Translatable] = (),
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        draft = await self.context.draft(visit.signed.name)
        playbook = self.console.playbook()
        names = await asyncio.to_thread(names_to_choose, playbook, draft)
        there = await asyncio.to_thread(menu_places, draft.texts(), visit.channel)
        data = {
            "menu": menu,
            "own": _own(visit),
            "is_there": bool(visit.query("menu")),
            "list": _list(visit),
            "viewers": VIEWERS,
            "does": DOES,
            "pages": {f"{_PAGE_OF}{name}": title for name, title in pages(playbook, visit.channel).items()},
            "chosen": lambda area: f"{_PAGE_OF}{area.to}" if area.does == "page" else area.does,
            "layouts": LAYOUTS,
            "areas": [*menu.areas, *[FormArea()] * AREAS_MOST][:AREAS_MOST],
            "tags": names.of("tags"),
            "there": [one.name for one in there],
            "missing": missing,
            "problems": wrong,
            "hint_of": hint_of,
        }
        title = _title(visit.query("menu"))
        return RenderedPage("menu_new.html", title, data, 200 if refused is None else 422, refused)


def _title(name: str) -> Translatable:
    return tr("Change the rich menu {menu}", menu=name) if name else TITLE


def _own(visit: Visit) -> str:
    return page_address(NEW, channel=visit.channel, menu=visit.query("menu"))


def _list(visit: Visit) -> str:
    return page_address(PAGE, channel=visit.channel)


def menu_from(form: Mapping[str, str]) -> FormMenu:
    """What was sent; what no field of ours would send is left out."""
    viewers: tuple[Viewers, ...] = get_args(Viewers)
    layout = form.get("layout", "")
    return FormMenu(
        name=_text(form, "name"),
        viewers=_one(form.get("viewers", ""), viewers, "everyone"),
        tag=_text(form, "tag"),
        chat_bar=_text(form, "chat_bar") or CHAT_BAR,
        layout=layout if layout in LAYOUTS else FormMenu().layout,
        areas=tuple(_area(form, number) for number in range(1, AREAS_MOST + 1)),
        before=_text(form, "before"),
    )


def _area(form: Mapping[str, str], number: int) -> FormArea:
    chosen, label = form.get(f"does{number}", ""), _text(form, f"label{number}")
    if chosen.startswith(_PAGE_OF):
        return FormArea(label, "page", chosen.removeprefix(_PAGE_OF))
    return FormArea(label, _one(chosen, ("send", "open"), "send"), _text(form, f"to{number}"))


def _text(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "")[:LONGEST].strip()


def _one(written: str, among: tuple[T, ...], otherwise: T) -> T:
    return next((one for one in among if one == written), otherwise)


def _picture(visit: Visit) -> tuple[str, bytes] | None:
    """The ending and content of the picture that was chosen, if any. Raises `DraftRefused`."""
    file = visit.file
    if file is None or not file.name or not file.content:
        return None
    ending = PurePosixPath(file.name).suffix.lower()
    if ending not in PICTURES:
        raise DraftRefused(tr("Choose a picture first: PNG or JPEG"))
    return ending, file.content
