"""What is pressed on a page that lists things: a draw is tried, a coupon is used before a clerk (N1, N3)."""

from __future__ import annotations

from bot.model.contact import Contact
from bot.model.event import PageAnswer
from bot.model.screen import Screen
from bot.model.translatable import tr
from bot.playbook.similar import quoted
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.failure import Failed
from bot.scenario.player import Player
from bot.scenario.staff_step_player import held_coupon
from bot.scenario.steps import AnswersPage


def submission_of(player: Player, step: AnswersPage, shown: Screen) -> str:
    """What the page sends where this is pressed. Raises `Failed` where there is nothing of this name."""
    if shown.kind == "draws":
        if step.text in {one.name for one in shown.draws or ()}:
            return step.text
    elif (held := held_coupon(player, step.text)) is not None:
        return held.grant.id
    raise Failed(step.place, tr("the page has no {name}", name=quoted(step.text)))


def submission_step(what: PageAnswer, before: Contact) -> str:
    """The step of a recording in which it is pressed."""
    coupons = {held.grant.id: held.grant.coupon for held in before.coupons}
    return f"- user: {braces({'answers': scalar(coupons.get(what.text, what.text))})}"
