"""Proposals, drafts that were handed in: reviewed by somebody else, published or given back (requirements L8,
K1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.model.plain_text import visible
from bot.model.proposal import Proposal
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.drafts.approval import (
    approve,
    file_of,
    give_back,
    hand_in,
    handed_in,
    waiting,
    withdraw,
)
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.publishing import DraftContext, Review
from bot.operations.drafts.rights import (
    DraftRights,
    ProposalPublished,
    check_may_publish,
    publisher_of,
)
from bot.operations.publishing import which
from bot.playbook.valid import Unservable
from bot.web.admin.playbook_pages import PAGE, TITLE, TYPES
from bot.web.admin.playbook_review_pages import (
    REVIEW,
    ShownBroadcasts,
    no_broadcasts,
    pictures_in,
    review_data,
)
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

PROPOSALS = f"{PAGE}/proposals"
_GONE = tr("It was withdrawn, or somebody has decided already")


@dataclass(frozen=True, slots=True)
class ListedProposal:
    """A proposal in the list."""

    proposal: Proposal
    by: TranslatableValue
    says: str
    """The words with which it was handed in."""
    address: str
    is_own: bool
    """Whether the visitor has handed it in."""


@dataclass(frozen=True, slots=True)
class PlaybookApprovalPages(AdminPages):
    """`/admin/playbook/proposals`, `/admin/playbook/propose`."""

    context: DraftContext
    broadcasts: ShownBroadcasts = no_broadcasts

    async def playbook_proposals(self, visit: Visit) -> AdminAnswer:
        """The list of open proposals; with `account` in the address the review of one."""
        if account := visit.query("account"):
            return await self._one(visit, account)
        rows = [_listed(one, visit.signed.name) for one in await waiting(self.context)]
        return RenderedPage("playbook_proposals.html", tr("Waiting for approval"), {"rows": rows})

    async def playbook_proposed_file(self, visit: Visit) -> AdminAnswer:
        """A picture of a proposal."""
        path = visit.query("file")
        ending = PurePosixPath(path).suffix.lower()
        found = await file_of(self.context, visit.query("account"), path) if ending in TYPES else None
        if found is None or found.kind == "removed":
            return RenderedPage("message.html", tr("The draft has no such file"), status=404)
        return Download(found.content, TYPES[ending])

    async def playbook_proposed(self, visit: Visit) -> AdminAnswer:
        """Hand the visitor's draft in, if it is still the one that was shown."""
        name = visit.signed.name
        try:
            draft = await self.context.seen(name, visit.form.get("seen", ""))
            publisher = publisher_of(self.context.stores, visit.signed)
            await hand_in(self.context, draft, name, publisher, visit.form.get("says", ""))
        except Refusal as error:
            return Redirect(REVIEW, flash=Flash(error.message))
        return Redirect(PAGE, flash=Flash(tr("Handed in. Somebody else publishes it, or gives it back")))

    async def playbook_decided(self, visit: Visit) -> AdminAnswer:
        """Publish a proposal (`approve`), give it back (`return`), or withdraw one's own (`withdraw`)."""
        account, seen, form = visit.form.get("account", ""), visit.form.get("seen", ""), visit.form
        publisher = publisher_of(self.context.stores, visit.signed, publishes=True)
        try:
            match form.get("act", ""):
                case "approve":
                    untested = form.get("untested") == "1"
                    done = await approve(self.context, account, seen, publisher, untested=untested)
                    live = which((await self.context.live.now()).accepted)
                    said = tr("Published: {live}, written by {who}", live=live, who=by_name(done.by))
                case "return":
                    done = await give_back(self.context, account, seen, publisher, form.get("says", ""))
                    said = tr("Given back to {who}", who=by_name(done.by))
                case "withdraw":
                    await withdraw(self.context, visit.signed.name, publisher)
                    return Redirect(PAGE, flash=Flash(tr("Your draft is yours alone again")))
                case _:
                    return Redirect(PROPOSALS)
        except (Refusal, Unservable) as error:
            return await self._one(visit, account, error.message)
        return Redirect(PROPOSALS, flash=Flash(said))

    async def _one(self, visit: Visit, account: str, refused: Translatable | None = None) -> AdminAnswer:
        try:
            found, draft = await handed_in(self.context, account)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        except ProposalPublished as error:
            return Redirect(PROPOSALS, flash=Flash(error.message))
        except Refusal:
            return Redirect(PROPOSALS, flash=Flash(refused or _GONE))
        review = await self.context.review(draft)
        data = {
            **review_data(visit, draft, review),
            "seen": found.stamp,
            "listed": _listed(found, visit.signed.name),
            "broadcasts": await self.broadcasts(draft, review),
            "hindrance": await self._hindrance(visit, found, draft, review),
            "pictures": pictures_in(
                draft, lambda path: page_address(f"{PROPOSALS}/file", account=account, file=path)
            ),
        }
        title = tr("What the draft of {who} changes", who=by_name(found.by))
        return RenderedPage("playbook_review.html", title, data, 200 if refused is None else 422, refused)

    async def _hindrance(
        self, visit: Visit, found: Proposal, draft: PlaybookDraft, review: Review
    ) -> Translatable | None:
        """Why the visitor may not publish it; `None`: they may."""
        rights = DraftRights(await self.context.rules(), review.reserved, found)
        try:
            await check_may_publish(
                self.context.stores, publisher_of(self.context.stores, visit.signed), rights
            )
        except Refusal as error:
            return error.message
        return None


def _listed(one: Proposal, asks: str) -> ListedProposal:
    address = page_address(PROPOSALS, account=one.account)
    return ListedProposal(one, by_name(one.by), visible(one.says), address, one.person == asks)
