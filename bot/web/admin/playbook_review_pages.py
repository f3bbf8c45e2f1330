"""The review of a draft: what publishing it would change; and publishing it (requirement L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.broadcasts.composer import composed_in
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.new_binding import binding_in
from bot.operations.drafts.new_menu import menus_changed
from bot.operations.drafts.patch import draft_patch, git_patch
from bot.operations.drafts.publishing import DraftContext, Review
from bot.operations.drafts.rights import (
    DraftRights,
    NeedsAdmin,
    NeedsApproval,
    check_may_publish,
    publisher_of,
)
from bot.operations.publishing import PublishRefused, which
from bot.playbook.comparison import Difference
from bot.playbook.comparison_words import HOW_TITLES, SECTION_TITLES
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.playbook.valid import Unservable
from bot.web.admin.playbook_pages import PAGE, TITLE, TYPES
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    FlashLink,
    Fragment,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

PATIENCE = 3.0
"""Seconds that a page waits for scenarios that are being played; then it says how far they are."""
REVIEW, VERSIONS = f"{PAGE}/review", f"{PAGE}/versions"


ShownBroadcasts: TypeAlias = Callable[[PlaybookDraft, Review], Awaitable[Sequence[Mapping[str, Any]]]]
"""The values for the template on what publishing a draft means for its broadcasts."""


async def no_broadcasts(draft: PlaybookDraft, review: Review) -> Sequence[Mapping[str, Any]]:
    """No values, for a server that sends nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class PlaybookReviewPages(AdminPages):
    """`/admin/playbook/review`, `/admin/playbook/patch`, `/admin/playbook/publish`."""

    context: DraftContext
    broadcasts: ShownBroadcasts = no_broadcasts
    phone: str = ""
    """The address of the simulator's phone; empty outside a simulator."""

    async def playbook_review(self, visit: Visit) -> AdminAnswer:
        """The review: differences, mistakes, whom they concern, whether scenarios hold. For the script, how
        far the scenarios are."""
        if visit.query("of") != "unplayed":
            return await self._page(visit)
        found = await self.context.rehearsals.of(await self.context.draft(visit.signed.name), PATIENCE)
        return Fragment("playbook_unplayed.html", {"unplayed": found.unplayed})

    async def playbook_patch(self, visit: Visit) -> AdminAnswer:
        """What the draft changes, as a file that `git apply` takes."""
        try:
            files = await draft_patch(self.context.live, await self.context.draft(visit.signed.name))
        except Refusal as error:
            return await self._page(visit, error.message)
        text = await asyncio.to_thread(git_patch, files)
        return Download(text.encode(), "text/x-diff", "draft.patch")

    async def playbook_published(self, visit: Visit) -> AdminAnswer:
        """Publish the draft, if it is still the one that was shown."""
        name = visit.signed.name
        try:
            draft = await self.context.seen(name, visit.form.get("seen", ""))
            untested = visit.form.get("untested") == "1"
            publisher = publisher_of(self.context.stores, visit.signed, publishes=True)
            await self.context.make_live(draft, name, publisher, untested=untested)
        except (Refusal, Unservable) as error:
            return await self._page(visit, error.message)
        live, to = (await self.context.live.now()).accepted, await asyncio.to_thread(_goes_on, draft)
        link = FlashLink(self.phone, tr("Try it on the phone")) if self.phone and to else None
        done = Flash(tr("Published: {live}", live=which(live)), link=link)
        return Redirect(to or f"{VERSIONS}/{live.number}", flash=done)

    async def _page(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        try:
            draft = await self.context.draft(visit.signed.name)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        review = await self.context.review(draft, PATIENCE) if draft.files else Review((), (), (), ())
        data = {
            **review_data(visit, draft, review),
            "ask": await self._approvers(visit, review),
            "pictures": pictures_in(draft, lambda path: page_address(f"{PAGE}/picture", file=path)),
            "broadcasts": await self.broadcasts(draft, review),
        }
        title = tr("What your draft changes")
        return RenderedPage("playbook_review.html", title, data, 200 if refused is None else 422, refused)

    async def _approvers(self, visit: Visit, review: Review) -> str:
        """Who publishes the draft in place of the visitor: `second` (another person), `admin`, `folder` (it
        is published from its folder); empty: the visitor may."""
        rights = DraftRights(await self.context.rules(), review.reserved)
        stores = self.context.stores
        try:
            await check_may_publish(stores, publisher_of(stores, visit.signed), rights)
        except NeedsApproval:
            return "second"
        except NeedsAdmin:
            return "admin"
        except PublishRefused:
            return "folder"
        return ""


def _goes_on(draft: PlaybookDraft) -> str:
    """The page on which what was published goes on: a broadcast, binding, menus; empty for anything else. It
    blocks."""
    composed = composed_in(draft)
    if len(composed) == 1:
        return page_address("/admin/broadcasts/one", name=composed[0][0], new="1")
    if composed:
        return "/admin/broadcasts"
    if binding_in(draft.base.texts) is None and binding_in(draft.texts()) is not None:
        return "/admin/binding"
    return "/admin/menus" if menus_changed(draft) else ""


def pictures_in(draft: PlaybookDraft, address: Callable[[str], str]) -> Mapping[str, str]:
    """The pictures that a draft brings, by path, each with its address."""
    found = (path for path, one in draft.files.items() if one.kind != "removed")
    return {path: address(path) for path in found if PurePosixPath(path).suffix.lower() in TYPES}


def things_data(visit: Visit, things: Sequence[Difference]) -> Mapping[str, object]:
    """The values of `playbook_things.html`: differences, in words."""
    return {
        "things": things,
        "section_title": lambda name: visit.words.text(SECTION_TITLES[name]),
        "how_title": lambda how: visit.words.text(HOW_TITLES[how]),
        "row": row,
        "pictures": {},
    }


def review_data(visit: Visit, draft: PlaybookDraft, review: Review) -> Mapping[str, object]:
    """The values of the review's template."""
    return {
        "draft": draft,
        "review": review,
        "live": draft.base.accepted,
        "seen": draft.stamp,
        "failed": [one for one in review.scenarios if not one.holds],
        **things_data(visit, review.things),
        "tests": [one for one in review.files if one.path.startswith(f"{SCENARIOS}/") and one.lines],
        "hint_of": hint_of,
        "which": which,
        "listed": None,
        "ask": "",
        "broadcasts": (),
    }
