"""The error that a shop cannot be linked: the reason, and what staff can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from bot.model.translatable import Refusal, Translatable, tr

SetupTrouble: TypeAlias = Literal[
    "no_crm_module",
    "no_permission",
    "shop_elsewhere",
    "team_elsewhere",
    "by_api_secret",
    "by_app_store",
    "not_signed",
    "over",
    "code_used",
    "declined",
    "plan",
    "app_unknown",
    "other_shop",
    "away",
    "copy",
    "not_understood",
    "no_api",
]


class SetupRefused(Refusal):
    """The shop is not linked: `what` is the reason, each of `ways` something to do about it.

    `shop` names the shop on whose page the user goes on; empty: the one that was to be linked.
    """

    def __init__(
        self, trouble: SetupTrouble, what: Translatable, ways: Sequence[Translatable], shop: str = ""
    ) -> None:
        sentence = what
        for way in ways:
            sentence = tr("{what}; {way}", what=sentence, way=way)
        super().__init__(sentence)
        self.trouble = trouble
        self.what = what
        self.ways = tuple(ways)
        self.shop = shop
