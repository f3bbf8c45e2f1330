"""Trials: the draft runs on a simulated phone beside the editor, for its owner alone (requirement L8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.trials import TrialPhase, Trials
from bot.web.admin.playbook_pages import PAGE
from bot.web.admin.trial_proxy import START
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Json, Redirect, RenderedPage, Visit

TRY = f"{PAGE}/try"
TITLE = tr("Try the draft")
PHASES: Mapping[TrialPhase, Translatable] = {
    "none": tr("Nothing is being tried"),
    "files": tr("Writing the draft out …"),
    "starting": tr("Starting a LINE of its own …"),
    "ready": tr("Runs: what you save is on it at once"),
    "ended": tr("Ended"),
}
"""What is said of each phase."""


@dataclass(frozen=True, slots=True)
class TrialPages(AdminPages):
    """`/admin/playbook/try` and its state."""

    trials: Trials

    async def trial(self, visit: Visit) -> AdminAnswer:
        """The phone as a page of its own."""
        return RenderedPage("trial.html", TITLE, trial_data(self.trials, visit), frames=True)

    async def trial_state(self, visit: Visit) -> AdminAnswer:
        """The phase of the trial, for the script."""
        data = trial_data(self.trials, visit)
        return Json(data)

    async def trial_changed(self, visit: Visit) -> AdminAnswer:
        """Begin a trial, or end it (`act` `end`)."""
        if visit.form.get("act") == "end":
            await self.trials.end(visit.signed.name)
            return Redirect(PAGE, flash=Flash(tr("The trial is over")))
        self.trials.begin(visit.signed, visit.words.name)
        return Redirect(TRY)


def trial_data(trials: Trials, visit: Visit) -> Mapping[str, str]:
    """What the page and the editor show of this account's trial."""
    phase, why = trials.phase(visit.signed.name)
    return {"stage": phase, "says": visit.words.text(why or PHASES[phase]), "phone": START}
