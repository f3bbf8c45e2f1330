"""Draws as people have tried them: what the store, the engine and the pages share (N3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Annotated, ClassVar, Literal, TypeAlias

from bot.model.answer_fields import Internal
from bot.model.effects import PromotionRequest
from bot.model.event import Origin, ReplyToken
from bot.model.held import Held
from bot.model.promotions import PromotionKind, SectionName
from bot.model.trace import NoteKind
from bot.model.translatable import tr
from bot.model.value import Type
from bot.model.world_question import WorldQuestion
from bot.promotions.coupons.model import GivenFor

DrawLook: TypeAlias = Literal["wheel", "scratch"]
"""How the page shows what was drawn: a wheel that turns, a card that is scratched."""

DrawEnd: TypeAlias = Literal["won", "nothing", ""]
"""What came of a try; empty: it is not known yet, or the try did not count."""


HEARD_WITHIN = timedelta(days=1)
"""What came of a try is heard by then, or never: another version of oaflow wrote it, and it was given up."""


@dataclass(frozen=True, slots=True)
class HeldDraw:
    """What one person has tried of the draw of this name. Only turns change it.

    `tries` count; the `last` one (UTC) came to `result`, and brought the `prize` of this name with the coupon
    whose grant has the id `grant`. `waits`: so many tries are not decided yet; two, where two people became
    one meanwhile.
    """

    draw: str
    tries: int = 0
    last: datetime | None = None
    waits: Annotated[int, Internal()] = 0
    result: DrawEnd = ""
    prize: str = ""
    grant: Annotated[str, Internal()] = ""

    def without_lost(self, now: datetime) -> HeldDraw:
        """The same, without tries of which nothing was heard for so long that nothing will be."""
        if not self.waits or self.last is None or now - self.last < HEARD_WITHIN:
            return self
        tries = max(self.tries - self.waits, 0)
        return replace(self, tries=tries, waits=0, last=self.last if tries else None)


@dataclass(frozen=True, slots=True)
class TriedDraw:
    """So many people have tried a draw, `lately` or not; `again`: more than once."""

    people: int = 0
    lately: int = 0
    again: int = 0

    def __add__(self, other: TriedDraw) -> TriedDraw:
        return TriedDraw(self.people + other.people, self.lately + other.lately, self.again + other.again)


@dataclass(frozen=True, slots=True)
class DrawUsage:
    """Who has `tried` each draw. `prizes`: by draw and prize, who has won it last, and not used it."""

    tried: Mapping[str, TriedDraw]
    prizes: Mapping[tuple[str, str], int]


DRAW_WON = ("prize", "coupon", "code", "until")
"""The fields that come with what was won, and only then."""
_FIELDS: Mapping[str, Type] = {
    "draw": "text",
    "title": "text",
    "prize": "text",
    "coupon": "text",
    "code": "text",
    "until": "date_time",
    "source": "text",
}


DrawSource: TypeAlias = Literal["page", "action"]
"""Where a draw was tried: on its page, or by an action of the playbook."""


@dataclass(frozen=True, slots=True)
class EnterDraw(PromotionRequest):
    """Decide a try of this draw, and give the coupon that it wins. `origin` as of `GiveCoupon`."""

    question: ClassVar = WorldQuestion(
        "enter_draw",
        "draw",
        {
            "won": "the person has won a prize",
            "nothing": "the person has won nothing",
            "failed": "the draw could not be carried out",
        },
        failed="failed",
        later="The answer comes once it was drawn",
        subject="draw",
    )
    draw: str
    origin: Origin
    source: DrawSource = "action"
    token: ReplyToken | None = None


DrawState: TypeAlias = Literal["open", "waits", "had", "early", "over"]
"""`waits`: it is being decided; `had`: tried already, today or for good; `early`: it has not begun."""


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as one person sees it. `name` is the playbook's, `image` a path below our own address.

    `prizes`: their titles. `tries`: how many this person has made, the last of which came to `result`: the
    prize at the index `prize`, the coupon `won` with its `code` until then. `daily`: one may try each day;
    `sure`: something is for all who win nothing else.
    """

    name: str
    title: str
    look: DrawLook
    prizes: tuple[str, ...]
    state: DrawState
    tries: int
    daily: bool
    sure: bool = False
    result: DrawEnd = ""
    prize: int | None = None
    won: str = ""
    code: str = field(default="", repr=False)
    until: datetime | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    terms: str = ""
    image: str | None = None


MY_DRAWS = "my_draws"
"""The page of members."""
NEWS = NoteKind("draw {draw}: {result}", "", code="draw_news")
HELD_DRAWS = Held("draws", HeldDraw, attrgetter("draw"))
"""One of each name, from the first try on."""
OF_DRAWS = "draws:"
"""Instead of a flow: tries of draws, by draw and prize (empty: none). No flow is called so."""
WON = "won"
NOTHING_WON = "nothing"
"""What came of a try, in the words of its news."""
OF_DRAW = "draw"
"""In a row of a coupon that was won: the name of the draw."""


def prize_of(draw: str) -> GivenFor:
    """What a coupon was given for that was won in this draw."""
    return GivenFor(OF_DRAW, draw)


KIND = PromotionKind(
    SectionName("draws"),
    MY_DRAWS,
    "draws",
    tr("The page shows the draws"),
    "draw",
    NEWS,
    _FIELDS,
    page_title="Draws",
    more=("had", "over"),
    holds=(HELD_DRAWS,),
    requests=(EnterDraw,),
    counted=OF_DRAWS,
    trace_rows={
        "won": "has won in the draw {draw}",
        "nothing": "has won nothing in the draw {draw}",
        "had": "has tried the draw {draw} already",
        "over": "the draw {draw} is not open",
        "failed": "the draw {draw} could not be carried out",
        "": "news of the draw {draw}",
    },
    trace_page="own draws",
)
"""`had`: this person has tried already."""
