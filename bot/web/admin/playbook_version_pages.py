"""The versions of the playbook that were live, and what each has changed, in words (requirement L8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.drafts.draft import take_version
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.version_changes import version_changes
from bot.operations.publishing import which
from bot.web.admin.playbook_review_pages import REVIEW, VERSIONS, things_data
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, whole_number

MOST = 100
"""The most versions that are listed."""
LARGEST = 10**9
"""The largest number of a version that an address may name."""
_NONE = RenderedPage("message.html", tr("There is no such version"), status=404)


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version in the list."""

    accepted: AcceptedPlaybook
    by: TranslatableValue
    """Who made it live."""
    how: Translatable
    """By what it became live."""
    is_live: bool


@dataclass(frozen=True, slots=True)
class PlaybookVersionPages(AdminPages):
    """`/admin/playbook/versions` and what is below it."""

    context: DraftContext
    phone: str = ""
    """The address of the simulator's phone; empty outside a simulator."""

    async def playbook_versions(self, visit: Visit) -> AdminAnswer:
        """The list of versions that were live, the last first."""
        found = await self.context.stores.playbooks.all()
        rows = [_listed(one, number == 0) for number, one in enumerate(found[:MOST])]
        return RenderedPage("playbook_versions.html", tr("Versions"), {"rows": rows, "number": len(found)})

    async def playbook_taken(self, visit: Visit) -> AdminAnswer:
        """Make a former version the visitor's draft, to be reviewed and published."""
        number = visit.form.get("number", "")
        found = await self.context.stores.playbooks.all()
        target = next((one for one in found if str(one.number) == number), None)
        if target is None:
            return Redirect(VERSIONS)
        try:
            await take_version(
                self.context.stores, self.context.live, visit.signed.name, target, self.context.now()
            )
        except Refusal as error:
            return Redirect(VERSIONS, flash=Flash(error.message))
        return Redirect(
            REVIEW,
            flash=Flash(tr("Your draft is {version}: look at it, then publish", version=which(target))),
        )

    async def playbook_version(self, visit: Visit) -> AdminAnswer:
        """What a version has changed; of the live one also where to go on, since publishing leads here."""
        title = tr("What this version has changed")
        try:
            found = await version_changes(self.context, whole_number(visit.path["number"], LARGEST))
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", title, refused=error.message)
        if found is None:
            return _NONE
        data = {
            **things_data(visit, found.things),
            "listed": _listed(found.accepted, found.is_live),
            "changes": found,
            "which": which,
            "phone": self.phone,
        }
        return RenderedPage("playbook_version.html", tr("This is live") if found.is_live else title, data)


_HOW: Mapping[str, Translatable] = {
    "start": tr("at the first start"),
    "publish": tr("published"),
    "rollback": tr("brought back"),
    "reload": tr("saved in the folder"),
}
"""How a version became live, in words."""


def _listed(one: AcceptedPlaybook, is_live: bool) -> ListedVersion:
    return ListedVersion(one, by_name(one.by), _HOW[one.how], is_live)
