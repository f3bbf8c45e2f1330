"""A rich menu by a form: who sees it, its areas, its picture; it becomes an entry of one's draft (G1, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar, get_args

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.draft import DraftRefused
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
    lacks,
)
from bot.operations.drafts.new_menu import menu_places, mistakes_of, new_menu, save_menu
from bot.operations.drafts.paths import PICTURES
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.links import pages
from bot.web.admin.menu_pages import PAGE
from bot.web.admin.playbook_review_pages import REVIEW
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Flash,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

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
class MenuNewPages:
    """`/admin/menus/new`. `channels`: the names of all official accounts."""

    playbook: Callable[[], Playbook]
    channels: Callable[[], Sequence[str]]
    desk: DraftDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"menu_new": self.shown, "menu_made": self.made}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The empty form."""
        try:
            return await self._page(visit, FormMenu())
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)

    async def made(self, visit: Visit) -> AdminAnswer:
        """The menu is in the draft; or the form with what somebody has written, and what it lacks."""
        menu = menu_from(visit.form)
        missing = list(lacks(menu))
        if missing:
            return await self._page(visit, menu, tr("Nothing was saved: some of it is missing"), missing)
        try:
            draft = await self.desk.draft(visit.signed.name)
            names = await asyncio.to_thread(names_to_choose, self.playbook(), draft)
            about = (draft, menu, visit.channel, self.channels(), names.of("tags"), _picture(visit))
            made = await asyncio.to_thread(new_menu, *about)
            wrong = await mistakes_of(self.desk, draft, made)
            if wrong:
                return await self._page(visit, menu, tr("Nothing was saved: mend this first"), (), wrong)
            await save_menu(self.desk, visit.signed.name, draft, made)
        except Refusal as error:
            return await self._page(visit, menu, error.message)
        done = tr("The menu {menu} is in your draft. Have a look: with Publish it is live", menu=made.name)
        return Redirect(REVIEW, flash=Flash(done))

    async def _page(
        self,
        visit: Visit,
        menu: FormMenu,
        refused: Translatable | None = None,
        missing: Sequence[Translatable] = (),
        wrong: Sequence[Problem] = (),
    ) -> RenderedPage:
        draft = await self.desk.draft(visit.signed.name)
        playbook = self.playbook()
        names = await asyncio.to_thread(names_to_choose, playbook, draft)
        there = await asyncio.to_thread(menu_places, draft.texts(), visit.channel)
        data = {
            "menu": menu,
            "own": page_address(NEW, channel=visit.channel),
            "list": page_address(PAGE, channel=visit.channel),
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
        return RenderedPage("menu_new.html", TITLE, data, 200 if refused is None else 422, refused)


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
