"""Questions without an answer: by how many people each was asked, and the rule that would answer (N7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.model.translatable import tr
from bot.operations.recent_figures import AT_ONCE, RecentFigures
from bot.operations.unanswered import (
    LATELY,
    AskedAlike,
    UnansweredQuestion,
    UnansweredQuestions,
    asked_lately,
    ignore_question,
    questions_now,
    restore_question,
)
from bot.web.admin.frame import near_moment
from bot.web.admin.playbook_pages import PAGE as EDITOR
from bot.web.admin.route import COMMERCE
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

PAGE = "/admin/unanswered"
TITLE = tr("Unanswered questions")
SPANS = (7, LATELY, 90)
"""The choice of days."""
RecentlyAsked: TypeAlias = RecentFigures[[str, int], Sequence[AskedAlike]]
"""Groups of similar questions on a channel (empty: on all) in so many days."""


def recently_asked(context: StoreContext, at_once: float = AT_ONCE) -> RecentlyAsked:
    """Reads questions for all visitors together, each of whom waits `at_once` seconds at most; the caller
    closes it."""

    async def read(channel: str, days: int) -> Sequence[AskedAlike]:
        now, zone = context.now(), context.playbook().zone
        return await asked_lately(context.stores, zone, now - timedelta(days=days), now, channel or None)

    return RecentFigures(read, context.now, at_once=at_once)


@dataclass(frozen=True, slots=True)
class UnansweredPages(AdminPages):
    """`/admin/unanswered` and what is below it."""

    context: StoreContext
    asked: RecentlyAsked

    async def unanswered(self, visit: Visit) -> AdminAnswer:
        """The list of so many days, on all channels or the one of the address."""
        context, channel, days = self.context, self._channel(visit.query("on")), _days(visit.query("days"))
        found, zone = await self._questions(channel, days), context.playbook().zone
        titles, channels = context.playbook().channels, context.settings().channels
        accounts = {name: titles[name].title or name for name in channels}
        data = {
            "found": found,
            "when": lambda at: visit.words.words(near_moment(zone, context.now(), at)),
            "accounts": accounts,
            "on": channel,
            "days": days,
            "channels_at": [(name, visit.address(on=name)) for name in ("", *accounts)],
            "spans": [(span, visit.address(days=str(span)), span == days) for span in SPANS],
            "may_write": visit.signed.role in COMMERCE,
            "rule_at": lambda place: f"{page_address(EDITOR, file=place.file)}#line-{place.line}",
            "workbench": self.context.phone,
            "to": {"ignore": f"{PAGE}/ignore", "restore": f"{PAGE}/restore"},
        }
        return RenderedPage("unanswered.html", TITLE, data)

    async def unanswered_ignored(self, visit: Visit) -> AdminAnswer:
        """Ignore a question, in whichever words, with a button that takes it back."""
        one = await self._named(visit)
        if one is None:
            return _back(visit, Flash(tr("That question is not there any more")))
        await ignore_question(self.context.stores, one, visit.signed.by)
        undo = Undo(
            f"{PAGE}/restore", {name: visit.form.get(name, "") for name in ("question", "on", "days")}
        )
        return _back(visit, Flash(tr("It is not counted any more, in whichever words"), undo))

    async def unanswered_restored(self, visit: Visit) -> AdminAnswer:
        """List an ignored question again."""
        one = await self._named(visit)
        if one is not None:
            await restore_question(self.context.stores, one, visit.signed.by)
        done = tr("It is listed again") if one else tr("That question is not there any more")
        return _back(visit, Flash(done))

    async def _questions(self, channel: str, days: int) -> UnansweredQuestions | None:
        """The questions; `None`: they are being read for the first time."""
        asked = await self.asked.of(channel, days)
        if asked is None:
            return None
        return await questions_now(
            self.context.stores, asked.value, self.context.playbook(), self.context.now()
        )

    async def _named(self, visit: Visit) -> UnansweredQuestion | None:
        """The question that the form names; `None`: it is not listed any more."""
        channel, days = self._channel(visit.form.get("on", "")), _days(visit.form.get("days", ""))
        found = await self._questions(channel, days)
        listed = () if found is None else found.questions
        return next((one for one in listed if one.id == visit.form.get("question")), None)

    def _channel(self, named: str) -> str:
        return named if named in self.context.settings().channels else ""


def _days(named: str) -> int:
    return next((span for span in SPANS if str(span) == named), LATELY)


def _back(visit: Visit, flash: Flash) -> Redirect:
    return Redirect(
        page_address(PAGE, on=visit.form.get("on", ""), days=visit.form.get("days", "")), flash=flash
    )
