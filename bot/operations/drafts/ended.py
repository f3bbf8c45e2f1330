"""Drafts of accounts that have ended: an administrator downloads them, takes one over, or discards it (L8).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from bot.model.audit import AuditEntry
from bot.model.draft import DraftFile, DraftOwner
from bot.model.proposal import OF_PROPOSAL
from bot.model.translatable import tr
from bot.operations.audit_trail import record
from bot.operations.drafts.draft import DraftRefused
from bot.runtime.sweeps.ended_drafts import DraftStores, may_draft
from bot.store.stores import Stores

TAKEN_OUT = "taken_out.txt"
"""Of the download: the paths that the draft takes out."""


def draft_stores(stores: Stores) -> DraftStores:
    """What tells whose draft has ended."""
    return DraftStores(stores.drafts, stores.proposals, stores.admins, stores.api_tokens, stores.audit)


async def ended_drafts(stores: Stores, now: datetime) -> list[DraftOwner]:
    """All of them, also those whose end nobody has noted yet."""
    about, owners = draft_stores(stores), await stores.drafts.owners()
    own = [one for one in owners if not one.owner.startswith(OF_PROPOSAL)]
    return [one for one in own if not await may_draft(about, one.owner, now)]


async def ended_files(stores: Stores, owner: str, now: datetime) -> list[DraftFile]:
    """The files of such a draft. Raises `DraftRefused` where it is somebody's who goes on."""
    if owner not in {one.owner for one in await ended_drafts(stores, now)}:
        raise DraftRefused(tr("there is no draft of an account that has ended under this name"))
    return await stores.drafts.of(owner)


async def take_over(stores: Stores, owner: str, account: str, by: str, now: datetime) -> int:
    """It is the draft of this account from now on; how many files. Raises `DraftRefused` as `ended_files`,
    and where the account has one of its own."""
    files = await ended_files(stores, owner, now)
    if await stores.drafts.sizes(account):
        raise DraftRefused(tr("you have a draft: publish it, or drop it first"))
    await stores.drafts.replace(account, files)
    await stores.drafts.replace(owner, [])
    await record(stores, AuditEntry("draft_taken_over", by, now, owner, after=str(len(files))))
    return len(files)


async def discard(stores: Stores, owner: str, by: str, now: datetime) -> int:
    """Remove it at once; how many files. Raises `DraftRefused` as `ended_files`."""
    files = await ended_files(stores, owner, now)
    await record(stores, AuditEntry("draft_discarded", by, now, owner, after=str(len(files))))
    await stores.drafts.replace(owner, [])
    return len(files)


def zipped(files: Sequence[DraftFile]) -> bytes:
    """All that was written, as a ZIP; the paths of files that it takes out in one of their own. Blocks."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            if one.kind != "removed":
                archive.writestr(one.path, one.content)
        if out := [one.path for one in files if one.kind == "removed"]:
            archive.writestr(TAKEN_OUT, "".join(f"{path}\n" for path in out))
    return into.getvalue()
