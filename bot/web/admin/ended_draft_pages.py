"""Drafts of accounts that have ended, for administrators: download, take over or discard them (requirement
L8)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.model.draft import DraftOwner
from bot.model.translatable import Refusal, TranslatableValue, tr
from bot.operations.actors import actor_words
from bot.operations.drafts.ended import discard, ended_drafts, ended_files, take_over, zipped
from bot.operations.drafts.publishing import DraftContext
from bot.runtime.sweeps.ended_drafts import LIFE
from bot.web.admin.playbook_pages import PAGE
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

DRAFTS = f"{PAGE}/drafts"


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """A draft in the list."""

    draft: DraftOwner
    by: TranslatableValue
    """The account, in words."""
    until: datetime | None
    """Until when it is stored; `None`: the end of the account is noted within the hour."""
    address: str
    """Where it is downloaded."""


@dataclass(frozen=True, slots=True)
class EndedDraftPages(AdminPages):
    """`/admin/playbook/drafts`."""

    context: DraftContext

    async def playbook_drafts(self, visit: Visit) -> AdminAnswer:
        """The list of all of them."""
        found = await ended_drafts(self.context.stores, self.context.now())
        rows = [
            ListedDraft(
                one,
                actor_words(one.owner),
                None if one.ended is None else one.ended + LIFE,
                page_address(f"{DRAFTS}/files", account=one.owner),
            )
            for one in found
        ]
        return RenderedPage("playbook_drafts.html", tr("Drafts of accounts that have ended"), {"rows": rows})

    async def playbook_draft_files(self, visit: Visit) -> AdminAnswer:
        """A draft as a ZIP."""
        try:
            found = await ended_files(self.context.stores, visit.query("account"), self.context.now())
        except Refusal as error:
            return Redirect(DRAFTS, flash=Flash(error.message))
        return Download(await asyncio.to_thread(zipped, found), "application/zip", "draft.zip")

    async def playbook_draft_ended(self, visit: Visit) -> AdminAnswer:
        """Take a draft over into one's own, or discard it."""
        owner, signed = visit.form.get("account", ""), visit.signed
        stores, now = self.context.stores, self.context.now()
        try:
            match visit.form.get("act", ""):
                case "take":
                    number = await take_over(stores, owner, signed.name, signed.by, now)
                    said = tr("Files that are in your draft now: {number}", number=number)
                    return Redirect(PAGE, flash=Flash(said))
                case "discard":
                    number = await discard(stores, owner, signed.by, now)
                    return Redirect(DRAFTS, flash=Flash(tr("Discarded. Files: {number}", number=number)))
                case _:
                    return Redirect(DRAFTS)
        except Refusal as error:
            return Redirect(DRAFTS, flash=Flash(error.message))
