"""Drafts that somebody hands in, and somebody else publishes or gives back (L8, K1).

What is published is exactly what was handed in: its files are copied, and named by their digest. All of it
may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.audit import AuditEntry
from bot.model.draft import DraftFile
from bot.model.proposal import SENTENCE_MOST, Proposal, stamp_of
from bot.model.translatable import tr
from bot.operations.audit_trail import record
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.rights import ProposalChanged, ProposalPublished, Publisher

DraftAction: TypeAlias = Literal["draft_handed_in", "draft_approved", "draft_returned", "draft_withdrawn"]
"""Its lines of the audit log."""


async def hand_in(
    context: DraftContext, draft: PlaybookDraft, account: str, publisher: Publisher, says: str
) -> Proposal:
    """Hand the draft in as it is, in place of what the account handed in before. Raises `DraftRefused`.

    The draft stays, and can be written on: what is written later is no part of what was handed in.
    """
    if not draft.files:
        raise DraftRefused(tr("the draft changes nothing"))
    if draft.behind:
        raise DraftRefused(tr("something else was published meanwhile: take it into your draft first"))
    files = list(draft.files.values())
    new = Proposal(
        account,
        publisher.person,
        publisher.by,
        context.now(),
        len(files),
        stamp_of(files),
        says.strip()[:SENTENCE_MOST],
    )
    former = await context.stores.proposals.of(account)
    if former is not None:
        await context.stores.proposals.remove(former)  # nobody publishes half of one and half of the other
    await context.stores.drafts.replace(new.owner, files)
    await context.stores.proposals.put(new, _line(context, "draft_handed_in", new, publisher.by))
    return new


async def waiting(context: DraftContext) -> list[Proposal]:
    """All that nobody has decided, the longest first."""
    rows = [await _by_now(context, one) for one in await context.stores.proposals.open()]
    return [one for one in rows if one.state == "open"]


async def proposal_of(context: DraftContext, account: str) -> Proposal | None:
    """What this account handed in last, and what became of it."""
    found = await context.stores.proposals.of(account)
    return None if found is None else await _by_now(context, found)


async def _by_now(context: DraftContext, found: Proposal) -> Proposal:
    """The same; decided, where it is live and its publisher's process ended before it could note that."""
    if found.state != "open":
        return found
    try:
        draft = await context.draft(found.owner)
        live = await context.live.since(list(draft.files.values()))
    except BaseMissing:  # the page says so, where somebody looks at it
        return found
    if live is None or stamp_of(draft.files.values()) != found.stamp:
        return found
    return await _published(context, found, draft, live.by, live.at)


async def _published(
    context: DraftContext, found: Proposal, draft: PlaybookDraft, by: str, at: datetime
) -> Proposal:
    """Note that it is live; each step may be the last of a process, and is then done by the next look."""
    await context.settle(draft, found.account)
    decided = replace(found, state="published", decided_by=by, decided=at)
    line = _line(context, "draft_approved", found, by)
    if await context.stores.proposals.decide(found, decided, line):
        await context.stores.drafts.replace(found.owner, [])
    elif await _is_replaced(context, found):  # else somebody who looked at it was faster to note it
        await record(context.stores, line)
    return decided


async def _is_replaced(context: DraftContext, found: Proposal) -> bool:
    """Whether its author has handed in something else since."""
    now = await context.stores.proposals.of(found.account)
    return now is not None and (now.stamp, now.at) != (found.stamp, found.at)


async def handed_in(context: DraftContext, account: str) -> tuple[Proposal, PlaybookDraft]:
    """What an account has handed in and nobody has decided, over what is live.

    Raises `ProposalChanged` where there is none (any more), or its files are not those that were handed in;
    `ProposalPublished` where it is live already.
    """
    found = await _open(context, account)
    draft = await context.draft(found.owner)
    if stamp_of(draft.files.values()) != found.stamp:
        raise ProposalChanged
    return found, draft


async def _open(context: DraftContext, account: str) -> Proposal:
    found = await proposal_of(context, account)
    if found is not None and found.state == "published":
        raise ProposalPublished(found.decided_by)
    if found is None or found.state != "open":
        raise ProposalChanged
    return found


async def approve(
    context: DraftContext, account: str, seen: str, publisher: Publisher, *, untested: bool
) -> Proposal:
    """Publish what was handed in, if it is what was `seen` (its stamp).

    Raises `ProposalChanged`, and what `DraftContext.make_live` raises.
    """
    found, draft = await handed_in(context, account)
    if found.stamp != seen:
        raise ProposalChanged
    await context.make_live(draft, found.owner, publisher, untested=untested, handed_in=found)
    return await _published(context, found, draft, publisher.by, context.now())


async def give_back(
    context: DraftContext, account: str, seen: str, publisher: Publisher, says: str
) -> Proposal:
    """Return it with a sentence. Raises as `handed_in`, and `DraftRefused` without a sentence."""
    if not says.strip():
        raise DraftRefused(tr("write what is to be done about it"))
    found = await _open(context, account)
    if found.stamp != seen:
        raise ProposalChanged
    answer = says.strip()[:SENTENCE_MOST]
    decided = replace(found, state="returned", answer=answer, decided_by=publisher.by, decided=context.now())
    line = _line(context, "draft_returned", found, publisher.by)
    if not await context.stores.proposals.decide(found, decided, line):
        raise ProposalChanged
    await context.stores.drafts.replace(found.owner, [])
    return decided


async def withdraw(context: DraftContext, account: str, publisher: Publisher) -> None:
    """Take back what the account handed in, or put away what was decided; nothing where there is none."""
    if (found := await proposal_of(context, account)) is None:
        return
    line = _line(context, "draft_withdrawn", found, publisher.by) if found.state == "open" else None
    if await context.stores.proposals.remove(found, line):
        await context.stores.drafts.replace(found.owner, [])


async def file_of(context: DraftContext, account: str, path: str) -> DraftFile | None:
    """A file of what the account has handed in; `None`: it is none of it."""
    found = await context.stores.proposals.of(account)
    if found is None or found.state != "open":
        return None
    return await context.stores.drafts.one(found.owner, path)


def _line(context: DraftContext, kind: DraftAction, about: Proposal, by: str) -> AuditEntry:
    """Of the audit log, about a draft that was handed in."""
    id = f"{kind}:{uuid.uuid4().hex}"
    return AuditEntry(kind, by, context.now(), about.by, after=f"{about.files}", id=id)
