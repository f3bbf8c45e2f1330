"""That a shop is not linked: what is in the way, and each way out of it."""

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
    """It is not linked: `what` is in the way, and each of `ways` is a way out of it.

    `shop` is on whose page one goes on; empty: on that of the shop which was to be linked.
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
