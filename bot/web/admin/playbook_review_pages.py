"""What a draft would change, publishing it, and the versions that were live (requirement L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.model.admin import CONSOLE
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal, Translatable, TranslatableValue, row, tr
from bot.operations.actors import actor_words
from bot.operations.broadcasts.composer import composed_in
from bot.operations.drafts.draft import PlaybookDraft, take_version
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.new_menu import menus_changed
from bot.operations.drafts.patch import draft_patch, git_patch
from bot.operations.drafts.publishing import DraftDesk, Review
from bot.operations.drafts.rights import (
    DraftRights,
    NeedsAdmin,
    NeedsApproval,
    check_may_publish,
    publisher_of,
)
from bot.operations.publishing import PublishRefused, which
from bot.playbook.comparison_words import HOW_TITLES, SECTION_TITLES
from bot.playbook.valid import Unservable
from bot.web.admin.playbook_pages import PAGE, TITLE
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Download,
    Flash,
    FlashLink,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

REVIEW, VERSIONS = f"{PAGE}/review", f"{PAGE}/versions"
VERSIONS_MOST = 100
"""Versions that are listed."""


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version that was live: who made it so, by what."""

    accepted: AcceptedPlaybook
    by: TranslatableValue
    how: Translatable
    is_live: bool


ShownBroadcasts: TypeAlias = Callable[[PlaybookDraft, Review], Awaitable[Sequence[Mapping[str, Any]]]]
"""What publishing a draft means for its broadcasts."""


async def no_broadcasts(draft: PlaybookDraft, review: Review) -> Sequence[Mapping[str, Any]]:
    """Where nothing is sent."""
    return ()


@dataclass(frozen=True, slots=True)
class PlaybookReviewPages:
    """`/admin/playbook/review`, `/admin/playbook/versions`; `phone` is the address of the simulator's, empty
    outside of one."""

    desk: DraftDesk
    broadcasts: ShownBroadcasts = no_broadcasts
    phone: str = ""

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {
            "playbook_review": self.review,
            "playbook_published": self.published,
            "playbook_patch": self.patch,
            "playbook_versions": self.versions,
            "playbook_taken": self.taken,
        }

    async def review(self, visit: Visit) -> AdminAnswer:
        """What differs, what is wrong, whom it concerns, whether its scenarios hold."""
        return await self._page(visit)

    async def patch(self, visit: Visit) -> AdminAnswer:
        """What the draft changes, as a file that `git apply` takes."""
        try:
            files = await draft_patch(self.desk.live, await self.desk.draft(visit.signed.name))
        except Refusal as error:
            return await self._page(visit, error.message)
        text = await asyncio.to_thread(git_patch, files)
        return Download(text.encode(), "text/x-diff", "draft.patch")

    async def published(self, visit: Visit) -> AdminAnswer:
        """Make the draft live, if it is still what was looked at."""
        name = visit.signed.name
        try:
            draft = await self.desk.seen(name, visit.form.get("seen", ""))
            untested = visit.form.get("untested") == "1"
            publisher = publisher_of(self.desk.stores, visit.signed)
            await self.desk.make_live(draft, name, publisher, untested=untested)
        except (Refusal, Unservable) as error:
            return await self._page(visit, error.message)
        live = await self.desk.live.now()
        to = PAGE
        composed = await asyncio.to_thread(composed_in, draft)
        if len(composed) == 1:  # it is tried out and sent on its own page
            to = page_address("/admin/broadcasts/one", name=composed[0][0], new="1")
        elif composed:
            to = "/admin/broadcasts"
        elif await asyncio.to_thread(menus_changed, draft):  # they are synced with LINE there
            to = "/admin/menus"
        link = FlashLink(self.phone, tr("Try it on the phone")) if self.phone else None
        return Redirect(to, flash=Flash(tr("Published: {live}", live=which(live.accepted)), link=link))

    async def versions(self, visit: Visit) -> AdminAnswer:
        """What was live, the last first."""
        found = await self.desk.stores.playbooks.all()
        rows = [_listed(one, number == 0) for number, one in enumerate(found[:VERSIONS_MOST])]
        return RenderedPage("playbook_versions.html", tr("Versions"), {"rows": rows, "number": len(found)})

    async def taken(self, visit: Visit) -> AdminAnswer:
        """A former version becomes the draft, to be looked at and published."""
        number = visit.form.get("number", "")
        found = await self.desk.stores.playbooks.all()
        target = next((one for one in found if str(one.number) == number), None)
        if target is None:
            return Redirect(VERSIONS)
        try:
            await take_version(self.desk.stores, self.desk.live, visit.signed.name, target, self.desk.now())
        except Refusal as error:
            return Redirect(VERSIONS, flash=Flash(error.message))
        return Redirect(
            REVIEW,
            flash=Flash(tr("Your draft is {version}: look at it, then publish", version=which(target))),
        )

    async def _page(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        try:
            draft = await self.desk.draft(visit.signed.name)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        review = await self.desk.review(draft) if draft.files else Review((), (), (), ())
        data = {
            **review_data(visit, draft, review),
            "ask": await self._whom_to_ask(visit, review),
            "broadcasts": await self.broadcasts(draft, review),
        }
        title = tr("What your draft changes")
        return RenderedPage("playbook_review.html", title, data, 200 if refused is None else 422, refused)

    async def _whom_to_ask(self, visit: Visit, review: Review) -> str:
        """Who publishes it in place of the visitor: `second` (another person), `admin`, `folder`, nobody."""
        rights = DraftRights(await self.desk.rules(), review.reserved)
        stores = self.desk.stores
        try:
            await check_may_publish(stores, publisher_of(stores, visit.signed), rights)
        except NeedsApproval:
            return "second"
        except NeedsAdmin:
            return "admin"
        except PublishRefused:
            return "folder"
        return ""


def review_data(visit: Visit, draft: PlaybookDraft, review: Review) -> Mapping[str, object]:
    """What the page of a review is given."""
    return {
        "draft": draft,
        "review": review,
        "live": draft.base.accepted,
        "seen": draft.stamp,
        "failed": [one for one in review.scenarios if not one.holds],
        "section_title": lambda name: visit.words.text(SECTION_TITLES.get(name, tr("{name}", name=name))),
        "how_title": lambda how: visit.words.text(HOW_TITLES[how]),
        "hint_of": hint_of,
        "row": row,
        "which": which,
        "pictures": {},
        "listed": None,
        "ask": "",
        "broadcasts": (),
    }


_HOW: Mapping[str | None, Translatable] = {
    "start": tr("at the first start"),
    "publish": tr("published"),
    "rollback": tr("brought back"),
    "reload": tr("saved in the folder"),
    None: tr("by an earlier version of oaflow"),
}


def _listed(one: AcceptedPlaybook, is_live: bool) -> ListedVersion:
    return ListedVersion(one, actor_words(one.by.removeprefix(CONSOLE)), _HOW[one.how], is_live)
