"""How draws that people have tried look in MongoDB (N3)."""

from __future__ import annotations

from bot.promotions.draws.model import HELD_DRAWS, OF_DRAW, HeldDraw
from bot.store.codec.record import RecordCodec
from bot.store.collection_spec import if_there, index_of
from bot.store.promotion_rows import HeldRows, RowsPart

_DRAW = RecordCodec(
    HeldDraw,
    "draw:n tries:c last:at waits:w result:r prize:p grant:g",
    waits=lambda value: int(value) if isinstance(value, int) else None,
)
PART = RowsPart(
    held={HELD_DRAWS: HeldRows("draws", _DRAW.write, _DRAW.read)},
    more_indexes={"coupon_grants": (index_of("of_draw", OF_DRAW, "at", where=if_there(OF_DRAW)),)},
)
