"""Referrals of scenarios: a page is opened by a friend's link (N4)."""

from __future__ import annotations

from bot.model.translatable import Quoted, tr
from bot.promotions.referrals.model import INVITATIONS, ReferralAct
from bot.scenario.failure import Failed
from bot.scenario.player import Player
from bot.scenario.promotions import PlayedPage, ScenarioPart
from bot.scenario.steps import Opens


def _opened(player: Player, step: Opens) -> None:
    """By a friend's link: `by` names the friend, who has looked at their own before.

    A link is of one `campaign`: of the first of the playbook where none is named.
    """
    if "by" not in step.inputs:
        return
    by, wanted = player.people.get(step.inputs["by"]), step.inputs.get("campaign", "")
    links = INVITATIONS.of(player.contact(by)) if by is not None else ()
    one = next((link for link in links if wanted in ("", link.campaign)), None)
    if one is None:
        notes = [tr("let the friend open  my_invites  first")]
        why = tr("nobody called {name} has a link of their own", name=Quoted(step.inputs["by"]))
        raise Failed(step.place, why, notes=notes)
    player.happens(player.person, ReferralAct(one.campaign, "opened", one.codes[0]))


PART = ScenarioPart(page=PlayedPage(("by", "campaign"), opened=_opened))
