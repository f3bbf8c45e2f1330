"""What draws give the compiler and the check (N3)."""

from __future__ import annotations

from collections.abc import Set

from bot.model.news import DRAW_WON
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.promotions import LanguagePart, Names
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.playbook.checks import draws_unanswered
from bot.promotions.draws.playbook.compile import draws_of
from bot.promotions.draws.playbook.impact import at_stake


def _perhaps(scope: Scope, kind: str, names: Names, results: Set[str]) -> Set[str]:
    """A prize is of what was won; a draw that failed has failed before it was drawn."""
    failed = () if results and "failed" not in results else ("source",)
    return {*(() if results == {"won"} else DRAW_WON), *failed}


PART = LanguagePart(
    section=DRAWS,
    compiled=draws_of,
    news="draw",
    perhaps=_perhaps,
    elsewhere=lambda playbook, names: True,  # its page has no token
    rewards=lambda draw: (prize.coupon for prize in draw.prizes),
    own_news=True,
    checks=(draws_unanswered,),
    at_stake=at_stake,
)
