"""Drafts that somebody hands in, and somebody else publishes or gives back (L8, K1).

What is published is exactly what was handed in: its files are copied, and named by their digest. All of it
may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.audit import Deed
from bot.model.draft import DraftFile
from bot.model.proposal import SENTENCE_MOST, Proposal, stamp_of
from bot.model.translatable import tr
from bot.operations.audit_trail import record
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.drafts.rights import ProposalChanged, ProposalPublished, Publisher

DraftDeed: TypeAlias = Literal["draft_handed_in", "draft_approved", "draft_returned", "draft_withdrawn"]
"""Its lines of the audit log."""


async def hand_in(desk: DraftDesk, draft: PlaybookDraft, account: str, who: Publisher, says: str) -> Proposal:
    """Hand the draft in as it is, in place of what the account handed in before. Raises `DraftRefused`.

    The draft stays, and can be written on: what is written later is no part of what was handed in.
    """
    if not draft.files:
        raise DraftRefused(tr("the draft changes nothing"))
    if draft.behind:
        raise DraftRefused(tr("something else was published meanwhile: take it into your draft first"))
    files = list(draft.files.values())
    new = Proposal(
        account, who.person, who.by, desk.now(), len(files), stamp_of(files), says.strip()[:SENTENCE_MOST]
    )
    former = await desk.stores.proposals.of(account)
    if former is not None:
        await desk.stores.proposals.remove(former)  # nobody publishes half of one and half of the other
    await desk.stores.drafts.replace(new.owner, files)
    await desk.stores.proposals.put(new)
    await _noted(desk, "draft_handed_in", new, who.by)
    return new


async def waiting(desk: DraftDesk) -> list[Proposal]:
    """All that nobody has decided, the longest first."""
    rows = [await _by_now(desk, one) for one in await desk.stores.proposals.open()]
    return [one for one in rows if one.state == "open"]


async def proposal_of(desk: DraftDesk, account: str) -> Proposal | None:
    """What this account handed in last, and what became of it."""
    found = await desk.stores.proposals.of(account)
    return None if found is None else await _by_now(desk, found)


async def _by_now(desk: DraftDesk, found: Proposal) -> Proposal:
    """The same; decided, where it is live and its publisher's process ended before it could note that."""
    if found.state != "open":
        return found
    try:
        draft = await desk.draft(found.owner)
        live = await desk.live.since(list(draft.files.values()))
    except BaseMissing:  # the page says so, where somebody looks at it
        return found
    if live is None or stamp_of(draft.files.values()) != found.stamp:
        return found
    return await _published(desk, found, draft, live.by, live.at)


async def _published(
    desk: DraftDesk, found: Proposal, draft: PlaybookDraft, by: str, at: datetime
) -> Proposal:
    """Note that it is live; each step may be the last of a process, and is then done by the next look."""
    await desk.settle(draft, found.account)
    decided = replace(found, state="published", decided_by=by, decided=at)
    if await desk.stores.proposals.decide(found, decided):
        await _noted(desk, "draft_approved", found, by)
        await desk.stores.drafts.replace(found.owner, [])
    elif await _is_replaced(desk, found):  # else somebody who looked at it was faster to note it
        await _noted(desk, "draft_approved", found, by)
    return decided


async def _is_replaced(desk: DraftDesk, found: Proposal) -> bool:
    """Whether its author has handed in something else since."""
    now = await desk.stores.proposals.of(found.account)
    return now is not None and (now.stamp, now.at) != (found.stamp, found.at)


async def handed_in(desk: DraftDesk, account: str) -> tuple[Proposal, PlaybookDraft]:
    """What an account has handed in and nobody has decided, over what is live.

    Raises `ProposalChanged` where there is none (any more), or its files are not those that were handed in;
    `ProposalPublished` where it is live already.
    """
    found = await _open(desk, account)
    draft = await desk.draft(found.owner)
    if stamp_of(draft.files.values()) != found.stamp:
        raise ProposalChanged
    return found, draft


async def _open(desk: DraftDesk, account: str) -> Proposal:
    found = await proposal_of(desk, account)
    if found is not None and found.state == "published":
        raise ProposalPublished(found.decided_by)
    if found is None or found.state != "open":
        raise ProposalChanged
    return found


async def approve(
    desk: DraftDesk, account: str, seen: str, publisher: Publisher, *, untested: bool
) -> Proposal:
    """Publish what was handed in, if it is what was `seen` (its stamp).

    Raises `ProposalChanged`, and what `DraftDesk.make_live` raises.
    """
    found, draft = await handed_in(desk, account)
    if found.stamp != seen:
        raise ProposalChanged
    await desk.make_live(draft, found.owner, publisher, untested=untested, handed_in=found)
    return await _published(desk, found, draft, publisher.by, desk.now())


async def give_back(desk: DraftDesk, account: str, seen: str, who: Publisher, says: str) -> Proposal:
    """Return it with a sentence. Raises as `handed_in`, and `DraftRefused` without a sentence."""
    if not says.strip():
        raise DraftRefused(tr("write what is to be done about it"))
    found = await _open(desk, account)
    if found.stamp != seen:
        raise ProposalChanged
    answer = says.strip()[:SENTENCE_MOST]
    decided = replace(found, state="returned", answer=answer, decided_by=who.by, decided=desk.now())
    if not await desk.stores.proposals.decide(found, decided):
        raise ProposalChanged
    await desk.stores.drafts.replace(found.owner, [])
    await _noted(desk, "draft_returned", found, who.by)
    return decided


async def withdraw(desk: DraftDesk, account: str, who: Publisher) -> None:
    """Take back what the account handed in, or put away what was decided; nothing where there is none."""
    found = await proposal_of(desk, account)
    if found is None or not await desk.stores.proposals.remove(found):
        return
    await desk.stores.drafts.replace(found.owner, [])
    if found.state == "open":
        await _noted(desk, "draft_withdrawn", found, who.by)


async def file_of(desk: DraftDesk, account: str, path: str) -> DraftFile | None:
    """A file of what the account has handed in; `None`: it is none of it."""
    found = await desk.stores.proposals.of(account)
    if found is None or found.state != "open":
        return None
    return await desk.stores.drafts.one(found.owner, path)


async def _noted(desk: DraftDesk, kind: DraftDeed, about: Proposal, by: str) -> None:
    await record(desk.stores, Deed(kind, by, desk.now(), about.by, after=f"{about.files}"))
