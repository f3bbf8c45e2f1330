"""The words of draws (N3)."""

from __future__ import annotations

from typing import get_args

from bot.model.translatable import tr
from bot.playbook.codes import KindCode
from bot.playbook.shape.promotions import WordsPart
from bot.playbook.shape.sections import NamedKind, name_in, names_in
from bot.playbook.shape.words import MOMENT, PICTURE, TEXT, WHOLE, Word, names_to, one_of, record, ref, text
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.model import DrawLook


class DrawFinding(KindCode):
    """Findings about draws alone."""

    UNKNOWN = "unknown-draw"
    ENDS_BEFORE = "draw-ends-before"
    ODDS = "draw-odds"
    PRIZE_NEVER = "draw-prize-never"
    PRIZE_ENDS = "draw-prize-ends"
    RUNS_OUT = "draw-runs-out"
    REMOVED = "people-tried-removed-draw"
    PRIZE_REMOVED = "people-won-removed-prize"
    TRIES_USED_UP = "draw-tries-used-up"


_PRIZE = record(
    "{coupon: NAME, odds: 5%}",
    {
        "coupon": Word(name_in(COUPONS.name), 2, "The coupon that is won. 獎品是哪張優惠券", "大獎券"),
        "odds": Word(
            text("odds", "odds, such as 1/200 or 5%"),
            2,
            "How likely it is; without, for all others. 中獎機率",
            "5%",
        ),
    },
    required=["coupon"],
)
_DRAW: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "週年慶抽獎"),
    "terms": Word(TEXT, 2, "Its rules. 活動辦法", "每人每天一次，獎品送完為止"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/draw.png"),
    "look": Word(one_of(*get_args(DrawLook)), 2, "A wheel, or a card to scratch. 轉盤或刮刮樂", "wheel"),
    "from": Word(MOMENT, 2, "Open from then on. 開始", "2026-12-01 00:00"),
    "until": Word(MOMENT, 2, "Open until then. 結束", "2026-12-31 24:00"),
    "each": Word(one_of("day", "once"), 2, "How often one person may try. 每人每天一次，或只能一次", "day"),
    "prizes": Word(
        names_to(_PRIZE, "new own name", "prizes, each with its coupon and odds", least=1),
        2,
        "What can be won. 獎項",
        "{大獎: {coupon: 大獎券, odds: 5%}}",
    ),
    "tries": Word(WHOLE, 2, "How many tries you expect, for the check. 預計會抽幾次", "3000"),
}

PART = WordsPart(
    declared=Word(
        names_to(ref("draw"), "new own name", "draws, each with a name"), 2, "Draws with prizes. 抽獎"
    ),
    named=NamedKind(tr("draw"), DrawFinding.UNKNOWN, "{title: NAME, prizes: {大獎: {coupon: …, odds: 5%}}}"),
    title=tr("draws"),
    definitions={
        "draw": record(
            "a draw, such as {prizes: {大獎: {coupon: 大獎券, odds: 5%}}}",
            _DRAW,
            required=["prizes"],
            title="draw",
        ),
    },
    news=Word(
        names_in(DRAWS.name),
        2,
        "A draw was won, or not, or tried before: event.prize, event.code. 抽獎的結果",
        "週年慶抽獎",
    ),
    actions={
        "enter_draw": Word(
            name_in(DRAWS.name),
            2,
            "The person tries a draw; what came of it comes back as draw. 抽獎",
            "週年慶抽獎",
        ),
    },
    codes=DrawFinding,
)
