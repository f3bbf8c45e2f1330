"""Rich menus in the console: who sees which, taps on areas, LINE beside the playbook, syncing, pausing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.engine.compiled.card import FileAddress
from bot.line.outcome import LineError
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.actors import by_name
from bot.operations.brake import reasons_of
from bot.operations.declared.menus import pause_menu, resume_menu
from bot.operations.flow_limits import REASON_MOST
from bot.operations.menu_sync_work import MenuSyncWork, PlanChanged, plan_digest
from bot.operations.menu_view import MenuStanding, MenusView, menus_view
from bot.operations.menus import DOES, MenuPlan, MenusAtLine, picture_at_line
from bot.operations.recent_figures import RecentFigures
from bot.runtime.menus.menu_auto_sync import PictureChanged
from bot.store.cluster.menu_syncs import is_lost
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

PAGE = "/admin/menus"
TITLE = tr("Rich menus")
SPANS = (7, 30)
"""The choice of days whose taps are shown, today among them."""
STANDINGS: Mapping[MenuStanding, tuple[Translatable, str]] = {
    "shown": (tr("Shown"), "is-good"),
    "default": (tr("Shown to everybody else"), "is-good"),
    "later": (tr("Not yet"), "is-warn"),
    "over": (tr("Over"), ""),
    "paused": (tr("On hold"), "is-warn"),
}
"""How a menu stands: in words, and the CSS class of its tag."""
NO_PICTURE = RenderedPage("message.html", tr("There is no such picture"), status=404)


@dataclass(frozen=True, slots=True)
class MenuPages(AdminPages):
    """`/admin/menus` and what is below it."""

    context: ConsoleContext
    picture: Callable[[FileAddress], bytes]
    """Reads a picture of the playbook. May raise `PictureChanged`."""
    at_line: Callable[[], MenusAtLine]
    """What LINE is to have, and where it is reached."""
    people: RecentFigures[[str, str], Mapping[str | None, int]]
    """Counts the people with each menu, by the channel and the version of the playbook."""
    work: MenuSyncWork

    async def menus(self, visit: Visit) -> AdminAnswer:
        """The menus of a channel, and how far a sync is."""
        return await self._page(visit)

    async def menus_plan(self, visit: Visit) -> AdminAnswer:
        """The menus of a channel with what a sync would do, for which LINE is asked."""
        return await self._page(visit, planned=await self.work.planned(visit.channel))

    async def menus_sync(self, visit: Visit) -> AdminAnswer:
        """Make LINE's menus those of the playbook, one sync of this process at a time. It is done by the plan
        that was shown; where the plan is another by now, that is shown and nothing is done."""
        try:
            await self.work.order_planned(visit.channel, visit.form.get("seen", ""), visit.signed.by)
        except PlanChanged as error:
            return await self._page(visit, error.message, planned=error.now)
        return Redirect(self._here(visit))

    async def menu_pause(self, visit: Visit) -> AdminAnswer:
        """Pause a menu: people get the next one that is for them."""
        menu, why = visit.form.get("menu", ""), visit.form.get("why", "")
        paused = await pause_menu(visit.call(self.context), menu, why)
        if not paused.new:
            return Redirect(self._here(visit), flash=Flash(tr("Somebody else has done that already")))
        done = tr("{menu} is paused: people are given the next menu that is for them", menu=menu)
        undo = Undo(page_address(f"{PAGE}/resume", channel=visit.channel), {"menu": menu})
        return Redirect(self._here(visit), flash=Flash(done, undo))

    async def menu_resume(self, visit: Visit) -> AdminAnswer:
        """Show a paused menu again."""
        menu = visit.form.get("menu", "")
        was = await resume_menu(visit.call(self.context), menu)
        back = {"menu": menu, "why": was.reason or ""}
        undo = Undo(page_address(f"{PAGE}/pause", channel=visit.channel), back)
        return Redirect(self._here(visit), flash=Flash(tr("{menu} is shown again", menu=menu), undo))

    async def menu_picture(self, visit: Visit) -> AdminAnswer:
        """The picture of a menu's tab, as the playbook has it."""
        for menu in self.context.playbook().menus:
            tab = menu.tabs.get(visit.query("tab")) if menu.name == visit.query("menu") else None
            if tab is not None and tab.picture is not None:
                try:
                    return _download(self.picture(tab.picture))
                except PictureChanged:
                    return NO_PICTURE
        return NO_PICTURE

    async def menu_at_line(self, visit: Visit) -> AdminAnswer:
        """The picture of a menu's tab, as LINE has it: of menus of the last sync alone."""
        mapping = await self.context.stores.rich_menus.of(visit.channel)
        for face in mapping.faces:
            if (face.menu, face.tab) == (visit.query("menu"), visit.query("tab")):
                try:
                    found = await picture_at_line(self.at_line(), visit.channel, face.line)
                except (LineError, Refusal):
                    return NO_PICTURE
                return NO_PICTURE if found is None else _download(found)
        return NO_PICTURE

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._page(visit, error.message, asked=visit.form.get("menu", ""))

    async def _page(
        self,
        visit: Visit,
        refused: Translatable | None = None,
        planned: MenuPlan | None = None,
        asked: str = "",
    ) -> RenderedPage:
        stores, playbook, channel = self.context.stores, self.context.playbook(), visit.channel
        span = visit.query("days")
        days = int(span) if span in map(str, SPANS) else SPANS[0]
        counted = await self.people.of(channel, playbook.version)
        people = None if counted is None else counted.value
        view = await menus_view(stores, playbook, channel, people, days, self.context.now(), visit.words)
        run = await stores.menu_syncs.of(channel)
        pauses = [one.pause for one in view.menus if one.pause is not None]
        data = {
            "view": view,
            "days": days,
            "spans": [
                (one, page_address(PAGE, channel=channel, days=str(one)), one == days) for one in SPANS
            ],
            "own": self._here(visit),
            "standings": STANDINGS,
            "picture": lambda where, menu, tab: page_address(
                f"{PAGE}/{where}", channel=channel, menu=menu, tab=tab
            ),
            "at": lambda action: page_address(f"{PAGE}/{action}", channel=channel),
            "reasons": await reasons_of(stores, pauses),
            "who": lambda one: by_name(one.by),
            "run": run,
            "is_lost": run is not None and is_lost(run, self.work.now()),
            "trouble": self.work.troubles.get(channel),
            "plan": None if planned is None else _steps(planned),
            "seen": "" if planned is None else plan_digest(planned),
            "moved": _moved(planned, view),
            "foreign": 0 if planned is None else planned.plan.foreign,
            "asked": asked,
            "written": visit.form.get("why", "")[:REASON_MOST] if refused else "",
            "reason_most": REASON_MOST,
        }
        return RenderedPage("menus.html", TITLE, data, 200 if refused is None else 409, refused)

    def _here(self, visit: Visit) -> str:
        return page_address(PAGE, channel=visit.channel)


def _steps(planned: MenuPlan) -> list[tuple[Translatable, Translatable]]:
    return [(DOES[one.does], one.what) for one in planned.plan.steps()]


def _moved(planned: MenuPlan | None, view: MenusView) -> int | None:
    """How many people a sync gives another menu; `None` while they are counted."""
    if planned is None:
        return 0
    moved = {face.menu for face in planned.plan.moves.values()}
    known = [one.people for one in view.menus if one.menu.name in moved]
    by_default = view.without if planned.plan.default is not None or planned.plan.no_default else 0
    if None in known or by_default is None:
        return None
    return sum(one for one in known if one is not None) + by_default


def _download(content: bytes) -> Download:
    return Download(content, "image/png" if content.startswith(b"\x89PNG") else "image/jpeg")
